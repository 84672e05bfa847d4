//! The account of a table: every row that was read is accepted, rejected, a duplicate, folded or not yet known.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::StringArray;

use super::super::EngineError;
use super::super::hash::hash;
use super::super::lookup::Lookup;
use super::begun::Begun;
use super::files::hex;
use super::gather::Part;
use super::parse::{Identity, Parsed};
use super::setup::Setup;
use super::tally::Tally;
use super::{Loaded, Rule};
use crate::measured::{FileTotals, Reject, TableTotals};
use crate::value::{Date, Instant, Zone};

/// Faults an error message shows.
const SHOWN: usize = 5;

/// The account while rows are read.
#[derive(Default)]
pub(super) struct Ledger {
    /// The account of the rows booked so far.
    pub tally: Tally,
    /// The zone that spans are written in.
    pub zone: Option<Zone>,
    /// The first repeated keys, as an error shows them.
    repeated: Vec<String>,
    seen: Seen,
    /// Accounts of stretches that wait for one before them, and whether each is whole.
    waiting: BTreeMap<usize, (Tally, bool)>,
    /// Stretches booked so far.
    booked: usize,
    /// What is known of the keys of all rows.
    pub apart: Apart,
}

/// What is known of the keys of all rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Apart {
    /// Nothing.
    #[default]
    Unknown,
    /// All differ, and rows that follow can be compared with them.
    Yes,
    /// One may have come back from the files that were known before.
    Perhaps,
}

/// Keys or contents met so far, with how often; 128 bits stand for each.
#[derive(Default)]
struct Seen(Lookup<u128, u32>);

impl Seen {
    /// How often this was met before.
    fn count(&mut self, digest: u128) -> u32 {
        let count = self.0.entry(digest).or_default();
        *count += 1;
        *count - 1
    }
}

impl Ledger {
    /// An account that goes on from the files that are known.
    pub fn of(begun: Option<&Begun>) -> Self {
        Self { tally: begun.map(|begun| begun.tally.clone()).unwrap_or_default(), ..Self::default() }
    }

    /// Books a chunk in the order of the rows and gives those that go on, with their ids.
    pub fn take(&mut self, parsed: Parsed, setup: &Setup) -> Result<Part, EngineError> {
        self.booked = usize::MAX;
        let keep = setup.sift(&parsed, &mut self.tally);
        match (&setup.identity, &setup.rule) {
            (Identity::None, _) => Setup::part(parsed, None, keep),
            (Identity::Content, rule) => {
                let mut keep = keep.unwrap_or_else(|| vec![true; parsed.lines.len()]);
                let first = matches!(rule, Rule::First);
                let ids: Vec<Option<String>> = keep
                    .iter_mut()
                    .zip(&parsed.digests)
                    .map(|(kept, digest)| self.id(kept, *digest, first))
                    .collect();
                Setup::part(parsed, Some(StringArray::from(ids).into()), Some(keep))
            }
            (Identity::Key(_), Rule::Refuse | Rule::First) => {
                let mut keep = keep.unwrap_or_else(|| vec![true; parsed.lines.len()]);
                self.drop_repeated(&parsed, &mut keep);
                let ids = parsed.keys.clone();
                Setup::part(parsed, ids, Some(keep))
            }
            (Identity::Key(_), Rule::Each | Rule::Latest(_) | Rule::Fold(_)) => {
                let ids = parsed.keys.clone();
                Setup::part(parsed, ids, keep)
            }
        }
    }

    /// The id of a row by its content.
    fn id(&mut self, kept: &mut bool, content: [u8; 16], first: bool) -> Option<String> {
        if !*kept {
            return None;
        }
        let before = self.seen.count(u128::from_le_bytes(content));
        if first && before > 0 {
            self.tally.totals.duplicates += 1;
            *kept = false;
            return None;
        }
        let mark = if before == 0 { String::new() } else { format!("-{}", before + 1) };
        Some(format!("{}{mark}", hex(&content)))
    }

    /// Drops rows whose key was there before.
    fn drop_repeated(&mut self, parsed: &Parsed, keep: &mut [bool]) {
        for (row, kept) in keep.iter_mut().enumerate().filter(|(_, kept)| **kept) {
            let key = parsed.keys.as_ref().and_then(|keys| keys.get(row)).unwrap_or_default();
            if self.seen.count(hash(key.as_bytes())) > 0 {
                *kept = false;
                self.tally.totals.duplicates += 1;
                if self.repeated.len() < SHOWN {
                    let line = parsed.lines.get(row).copied().unwrap_or(0);
                    self.repeated.push(format!("`{key}` again at {}:{line}", parsed.name));
                }
            }
        }
    }

    /// Books a stretch, which was read to its end or not.
    pub fn book(&mut self, number: usize, tally: Tally, whole: bool) {
        self.waiting.insert(number, (tally, whole));
        while self.waiting.get(&self.booked).is_some_and(|(_, whole)| *whole) {
            let next = self.waiting.remove(&self.booked);
            next.into_iter().for_each(|(tally, _)| self.tally.add(tally));
            self.booked += 1;
        }
    }

    /// After the last row: whether the data can be used.
    pub fn verdict(&self, setup: &Setup) -> Result<(), EngineError> {
        let rejected: u64 = self.tally.totals.rejected.values().sum();
        if rejected > setup.allowed {
            return Err(self.too_many(rejected, setup));
        }
        if matches!(setup.rule, Rule::Refuse) && self.tally.totals.duplicates > 0 {
            let message = format!(
                "{} rows of `{}` have a key that was there before:\n  {}",
                self.tally.totals.duplicates,
                setup.table,
                self.repeated.join("\n  ")
            );
            return Err(EngineError::new(message).help(
                "correct the data, or say what to do: `duplicates: keep first` or `duplicates: keep latest by FIELD`",
            ));
        }
        Ok(())
    }

    fn too_many(&self, rejected: u64, setup: &Setup) -> EngineError {
        let shown: Vec<String> = self.tally.rejects.iter().take(SHOWN).map(shown).collect();
        let more = if rejected > u64::try_from(shown.len()).unwrap_or(0) { "\n  …" } else { "" };
        let (rows, table) = (if rejected == 1 { "row" } else { "rows" }, &setup.table);
        let message = format!(
            "{rejected} {rows} of `{table}` cannot be read, and the data book allows {}:\n  {}{more}",
            setup.allowed,
            shown.join("\n  "),
        );
        EngineError::new(message).help(format!(
            "correct the data, or write `rejects: {rejected}` under `{table}` in the data book"
        ))
    }

    /// Takes over the account of the same rows, read in their order.
    pub fn replace(&mut self, other: Self) {
        (self.tally, self.repeated) = (other.tally, other.repeated);
    }

    /// How many stretches count: those before the first that was not read to its end.
    pub fn stretches(&self) -> usize {
        self.booked
    }

    /// The account after the last row.
    pub fn finish(mut self, setup: &Setup, files: Vec<FileTotals>) -> Loaded {
        if let Some((tally, _)) = self.waiting.remove(&self.booked) {
            self.tally.add(tally);
        }
        let zone = self.zone;
        let text = |value: i64, date: bool| match (&zone, date) {
            (_, true) => i32::try_from(value)
                .ok()
                .and_then(Date::from_days)
                .map_or(String::new(), |date| date.to_string()),
            (Some(zone), false) => zone.local(Instant(value)).to_string(),
            (None, false) => crate::value::LocalTime(value).to_string(),
        };
        let known = setup.begun.iter().flat_map(|begun| begun.files.iter().cloned());
        let files: Vec<FileTotals> = known.chain(files).collect();
        let told = matches!(setup.rule, Rule::Each) || self.apart == Apart::Yes;
        let set = setup.begun.iter().flat_map(|begun| begun.set.iter().cloned());
        let set = set.chain(setup.files.iter().map(|file| file.entry.set.clone())).collect();
        let tally = self.tally;
        let (totals, rejects, spans) = (tally.totals.clone(), tally.rejects.clone(), tally.spans.clone());
        let begun = (told && setup.can_go_on()).then(|| Begun {
            files: files.clone(),
            marks: Vec::new(),
            set,
            tally,
        });
        let again = self.apart == Apart::Perhaps || setup.passed.may_be_latest(&spans);
        let passed_over = setup.passed.totals();
        let spans = spans.into_iter().map(|(field, span)| (field, span.texts(text)));
        let known_by = setup.seen_by.as_ref().map(|seen| seen.by.clone());
        let later_files = setup.later_files;
        Loaded {
            totals: TableTotals {
                files,
                spans: spans.collect(),
                known_by,
                later_files,
                passed_over,
                ..totals
            },
            rejects,
            again,
            begun: begun.map(Arc::new),
        }
    }
}

/// ``data/calls.csv:17, column `Start`: `noon` is not a time``
fn shown(reject: &Reject) -> String {
    let column =
        if reject.column.is_empty() { String::new() } else { format!(", column `{}`", reject.column) };
    let value: String = reject.value.chars().take(60).collect();
    format!("{}:{}{column}: `{value}` {}", reject.file, reject.line, reject.reason)
}
