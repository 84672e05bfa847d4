//! Closed periods: what was settled stays, and what became known since is
//! posted in the next open period.
//!
//! March was closed at GBP 62,056.60. In May 40 of its cases turn out to have
//! come back. March is worked out anew beside what was posted, and the
//! difference stands in the statement of May:
//!
//! | line | posted | now | restatement |
//! |------|-------:|----:|------------:|
//! | charge.resolutions | GBP 44,016.00 | GBP 43,843.20 | -GBP 172.80 |
//! | bonus.resolved_first_time | GBP 733.60 | GBP 610.15 | -GBP 123.45 |
//!
//! A difference of a period that was provisional when it was last looked at is
//! a **true-up**; of one that was final, a **restatement**. Where later periods
//! look back (rows of misses, caps over several periods), a closed period
//! counts as it was closed, or as it is known now: the contract chooses, and
//! what the other way would change is the **ripple**.

mod correct;
mod facts;
#[cfg(test)]
mod tests;

pub use correct::of;
pub use facts::{Facts, Ground};

use std::collections::BTreeMap;

use crate::assess::Assessment;
use crate::reading::Readings;
use crate::settle::Settlement;
use crate::value::Ratio;

/// A period that was made final.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// Its label: `2026-03`.
    pub label: String,
    /// The number of the entry of the log that closed it.
    pub entry: u64,
    /// What was posted for it so far, by the name of the line.
    pub posted: BTreeMap<String, Posted>,
    /// Whether it could still change when it was last looked at.
    pub provisional: bool,
    /// What it was settled on; none where nothing looks back.
    pub facts: Option<Facts>,
}

/// What was posted under one name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Posted {
    /// What it is, in words.
    pub label: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// The sum of everything posted: penalties negative.
    pub amount: Ratio,
}

/// An evaluation with what it means for closed periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restated {
    /// The readings the open periods were settled on: of closed ones either
    /// those they were closed with, or those of today.
    pub readings: Readings,
    /// The judgements.
    pub assessment: Assessment,
    /// The money; corrections are lines of the first open period.
    pub settlement: Settlement,
    /// What changed in closed periods, in order.
    pub corrections: Vec<Correction>,
    /// The closed periods that can still change.
    pub provisional: Vec<String>,
}

/// What changed in a closed period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The label of the period; the open one for what only its own lines would be.
    pub period: String,
    /// True-up or restatement.
    pub kind: Kind,
    /// Why nothing is posted, when it is not: too late, or too little.
    pub left: Option<String>,
    /// The lines that came out differently.
    pub lines: Vec<Change>,
    /// Lines that would change as well, if closed periods counted as they are known now.
    pub ripple: Vec<Change>,
    /// Readings that changed, in words.
    pub readings: Vec<String>,
    /// Rights that stand differently as known now, in words.
    pub rights: Vec<String>,
    /// Whether the period can still change.
    pub provisional: bool,
}

/// Why a closed period came out differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It was provisional, and what was open is known now.
    TrueUp,
    /// It was final, and turned out to be wrong.
    Restatement,
}

impl Kind {
    /// `true-up` or `restatement`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::TrueUp => "true-up",
            Self::Restatement => "restatement",
        }
    }
}

/// A line that came out differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The name of the line: `bonus.resolved_first_time`.
    pub id: String,
    /// What it is, in words.
    pub label: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// What was posted so far.
    pub before: Ratio,
    /// What it comes to now.
    pub now: Ratio,
    /// How it comes to that.
    pub steps: Vec<String>,
}

impl Change {
    /// Now less before.
    #[must_use]
    pub fn difference(&self) -> Ratio {
        &self.now - &self.before
    }
}

impl Correction {
    /// The sum of what came out differently.
    #[must_use]
    pub fn difference(&self) -> Ratio {
        self.lines.iter().map(Change::difference).sum()
    }

    /// The sum of what would change as well.
    #[must_use]
    pub fn rippled(&self) -> Ratio {
        self.ripple.iter().map(Change::difference).sum()
    }
}
