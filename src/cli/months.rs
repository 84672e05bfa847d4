//! What an evaluation knows of closed periods: the log beside the contract,
//! and the run folders it names.

use std::path::{Path, PathBuf};

use super::input;
use super::screen::Stop;
use crate::audit::{self, AuditError, Entry, Log, Manifest};
use crate::contract::{ClosedPeriods, Contract};
use crate::restate::{Closed, Facts, Posted};
use crate::value::{Period, Ratio};

/// What a log is called: `terms.log.jsonl` beside `terms.contract`.
const ENDING: &str = "log.jsonl";

/// The log that goes with a contract.
pub fn beside(contract: &Path) -> PathBuf {
    contract.with_extension(ENDING)
}

/// The closed periods before those that are evaluated.
#[derive(Debug, Clone, Default)]
pub struct Months {
    /// Where the log is.
    pub path: PathBuf,
    /// Its entries before the first evaluated period.
    pub log: Log,
    /// All its entries.
    pub whole: Log,
}

impl Months {
    /// Reads the log at `path`; nothing is closed where there is none.
    pub fn read(path: Option<&Path>) -> Result<Self, Stop> {
        let Some(path) = path else { return Ok(Self::default()) };
        let log = Log::read(path)?;
        Ok(Self { path: path.to_path_buf(), whole: log.clone(), log })
    }

    /// Without the entries from the one on that closed this period.
    pub fn before(self, period: &str) -> Self {
        Self { log: self.log.until(period), ..self }
    }

    /// The index of the first period that is not closed; the first of all where none is.
    ///
    /// # Errors
    ///
    /// When the log closes a period the contract does not have, or leaves one out.
    pub fn first_open(&self, all: &[Period]) -> Result<usize, Stop> {
        let mut next = None;
        for (closed, entry) in self.log.closed() {
            let at = all.iter().position(|period| period.label == closed.period);
            let Some(at) = at.filter(|at| next.is_none_or(|next| next == *at)) else {
                return Err(Stop::fault(format!(
                    "entry {} of `{}` closes {}, which is not the next period of this contract",
                    entry.number,
                    self.path.display(),
                    closed.period
                ))
                .help("name the contract's own log with `--log`, or write `--no-log`".to_string()));
            };
            next = Some(at + 1);
        }
        Ok(next.unwrap_or(0))
    }

    /// The index of the first closed period; none when nothing is closed.
    pub fn first_closed(&self, all: &[Period]) -> Option<usize> {
        let (first, _) = self.log.closed().next()?;
        all.iter().position(|period| period.label == first.period)
    }

    /// The closed periods, with what was posted for each and what it was settled on.
    ///
    /// # Errors
    ///
    /// When the terms of a closed period are no longer those it was closed
    /// under, or a run folder that is needed is not there or was changed.
    pub fn closed(&self, contract: &Contract, text: &str, periods: &[Period]) -> Result<Vec<Closed>, Stop> {
        let needed = contract.history.closed == ClosedPeriods::AsClosed && contract.money_looks_back();
        let terms = if self.log.entries.is_empty() { None } else { audit::Terms::read(text) };
        let mut all = Vec::new();
        for (it, entry) in self.log.closed() {
            let Some(period) = periods.iter().find(|period| period.label == it.period) else { continue };
            if terms.as_ref().is_some_and(|terms| terms.digest(&period.first.to_string()) != it.terms) {
                return Err(self.changed_terms(&it.period, entry.number));
            }
            let facts = match self.facts(&it.period, entry) {
                Ok(facts) => Some(facts),
                Err(error) if needed => return Err(self.no_run(entry, &error)),
                Err(_) => None,
            };
            all.push(Closed {
                label: it.period.clone(),
                entry: entry.number,
                posted: self.posted(&it.period),
                provisional: self.log.is_provisional(&it.period),
                facts,
            });
        }
        Ok(all)
    }

    fn changed_terms(&self, period: &str, entry: u64) -> Stop {
        let shown = self.path.display();
        Stop::fault(format!(
            "the terms of {period} are not those it was closed under (entry {entry} of `{shown}`)"
        ))
        .help(
            "say what changes, and from when, in an amendment that begins after the closed periods; \
                 `meed diff` with the run's terms.contract shows what is different"
                .to_string(),
        )
    }

    fn no_run(&self, entry: &Entry, error: &AuditError) -> Stop {
        Stop::fault(format!(
            "later periods look back at what was closed, and the run of entry {} of `{}` is not as it was: {error}",
            entry.number,
            self.path.display()
        ))
        .help(format!("restore the run folder `{}`", entry.folder))
    }

    fn posted(&self, period: &str) -> std::collections::BTreeMap<String, Posted> {
        let sum = |lines: Vec<&audit::PostedLine>| {
            let amounts = lines.iter().filter_map(|line| line.amount.parse::<Ratio>().ok());
            let (label, clause) =
                lines.first().map(|line| (line.label.clone(), line.clause.clone())).unwrap_or_default();
            Posted { label, clause, amount: amounts.sum() }
        };
        self.log.posted(period).into_iter().map(|(id, lines)| (id.to_string(), sum(lines))).collect()
    }

    fn facts(&self, period: &str, entry: &Entry) -> Result<Facts, AuditError> {
        let folder = input::folder(&self.path).join(&entry.folder);
        let path = folder.join("manifest.json");
        let wrong = |message: String| AuditError { message, help: None };
        let text = std::fs::read_to_string(&path)
            .map_err(|error| wrong(format!("cannot read `{}`: {error}", path.display())))?;
        if audit::digest(text.as_bytes()) != entry.run {
            return Err(wrong(format!("`{}` is another run", folder.display())));
        }
        let manifest = Manifest::read(&text).map_err(wrong)?;
        let text = audit::kept(&folder, &manifest, audit::FACTS)?;
        let facts: Vec<Facts> = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let own = facts.into_iter().find(|facts| facts.period == period);
        own.ok_or_else(|| wrong(format!("`{}` does not report {period}", folder.display())))
    }

    /// The closed run that stands in `folder`, if one does.
    pub fn run_in(&self, folder: &Path) -> Option<&Entry> {
        let real = |path: &Path| std::fs::canonicalize(path).ok();
        let place = real(folder)?;
        let base = input::folder(&self.path);
        self.whole.entries.iter().find(|entry| real(&base.join(&entry.folder)).as_ref() == Some(&place))
    }
}
