//! `case.yaml`: what a case needs to say besides its files.
//!
//! ```yaml
//! contract: ../terms.contract     # instead of the folder's own
//! from: 2026-01                   # otherwise the whole term
//! to: 2026-02
//! error: ["calls.csv:3", "not a date"]   # the data must be refused, in words that contain these
//! ```
//!
//! or several runs, each with what it says otherwise; figures then stand below the name of their run:
//!
//! ```yaml
//! period: 2026-01
//! runs:
//!   at month end: {as_of: 2026-02-01}
//!   final: {as_of: 2026-03-01}
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::contract::Contract;
use crate::value::Period;

/// The settings of a case.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Settings {
    /// The contract, from the case's folder.
    pub contract: Option<PathBuf>,
    /// The data book, from the case's folder.
    pub data: Option<PathBuf>,
    /// The only period.
    pub period: Option<String>,
    /// The first period.
    pub from: Option<String>,
    /// The last period.
    pub to: Option<String>,
    /// The day, or moment, as of which the data is looked at.
    pub as_of: Option<String>,
    /// What the refusal of the data must say.
    pub error: Vec<String>,
    /// Several runs by name, each with what it says instead.
    pub runs: BTreeMap<String, Settings>,
}

/// Reads the settings of a case; a case without the file has none.
pub(super) fn read(folder: &Path) -> Result<Settings, String> {
    let path = folder.join("case.yaml");
    if !path.is_file() {
        return Ok(Settings::default());
    }
    serde_yaml::from_str(&super::read(&path)?).map_err(|error| format!("case.yaml: {error}"))
}

impl Settings {
    /// The runs of the case: by name, or a single one without.
    pub fn each(&self) -> Vec<(Option<&str>, Self)> {
        if self.runs.is_empty() {
            return vec![(None, self.clone())];
        }
        self.runs.iter().map(|(name, run)| (Some(name.as_str()), self.with(run))).collect()
    }

    /// What a run says, and otherwise what the case says.
    fn with(&self, run: &Self) -> Self {
        let spans = run.period.is_some() || run.from.is_some() || run.to.is_some();
        let span = if spans { run } else { self };
        Self {
            contract: run.contract.clone().or_else(|| self.contract.clone()),
            data: run.data.clone().or_else(|| self.data.clone()),
            period: span.period.clone(),
            from: span.from.clone(),
            to: span.to.clone(),
            as_of: run.as_of.clone().or_else(|| self.as_of.clone()),
            error: if run.error.is_empty() { self.error.clone() } else { run.error.clone() },
            runs: BTreeMap::new(),
        }
    }

    /// The evaluated periods of the term.
    pub fn periods(&self, contract: &Contract) -> Result<Vec<Period>, String> {
        let all = contract.periods();
        let find = |label: &String| {
            let found = all.iter().position(|period| period.label == *label);
            found.ok_or_else(|| format!("case.yaml: `{label}` is not a period of the term"))
        };
        let first = self.period.as_ref().or(self.from.as_ref()).map_or(Ok(0), find)?;
        let last = self.period.as_ref().or(self.to.as_ref()).map_or(Ok(all.len().saturating_sub(1)), find)?;
        all.get(first..=last)
            .map(<[Period]>::to_vec)
            .ok_or_else(|| "case.yaml: `from` comes after `to`".to_owned())
    }

    /// What a refusal does not say, though it should; or the refusal, when none is expected.
    pub fn compare(&self, refusal: &str) -> Vec<String> {
        if self.error.is_empty() {
            return vec![format!("the data is refused: {refusal}")];
        }
        let lacking = self.error.iter().filter(|words| !refusal.contains(words.as_str()));
        lacking.map(|words| format!("the refusal does not say `{words}`: {refusal}")).collect()
    }
}
