//! Two reports side by side: what changed, and what it means in money.
//!
//! March as first settled, and again after 40 cases turned out to have come back:
//!
//! | line | before | after | change |
//! |------|-------:|------:|-------:|
//! | charge.resolution_fee | GBP 44,016.00 | GBP 43,843.20 | -GBP 172.80 |
//! | bonus.resolved_first_time | GBP 733.60 | GBP 610.15 | -GBP 123.45 |
//! | total | | | -GBP 296.25 |
//!
//! Only reports are compared, never recomputed: both sides are what was
//! settled. Contract texts are compared clause by clause in the canonical
//! layout, so that moving a clause or a space is no change.

mod clauses;
mod periods;
mod show;
#[cfg(test)]
mod tests;
mod unified;

pub use clauses::{ClauseChange, clauses};
pub use periods::reports;
pub use show::{human, md};
pub use unified::unified;

use serde::Serialize;

use crate::report::Figure;

/// The name and version of the format.
pub const FORMAT: &str = "meed diff 1";

/// Everything that differs between two reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The name and version of this format.
    pub format: String,
    /// What the first side is called.
    pub before: String,
    /// What the second side is called.
    pub after: String,
    /// What the reports were made from differently, in words.
    pub causes: Vec<String>,
    /// Clauses of the contract that differ.
    pub clauses: Vec<ClauseChange>,
    /// The periods in which something differs, in order.
    pub periods: Vec<PeriodChange>,
    /// How many periods both sides have that do not differ at all.
    pub same: usize,
    /// Over the periods that both sides have: money by line name, summed.
    pub lines: Vec<Change>,
    /// Over the periods that both sides have: the totals.
    pub total: Option<Change>,
}

/// What differs in one period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeriodChange {
    /// The period's name.
    pub label: String,
    /// Whether both sides have it.
    pub sides: Sides,
    /// The total.
    pub total: Change,
    /// Readings that differ.
    pub readings: Vec<Change>,
    /// Verdicts that differ.
    pub verdicts: Vec<Change>,
    /// Lines of the settlement that differ.
    pub lines: Vec<Change>,
}

/// Which side has a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sides {
    /// Both.
    Both,
    /// Only the first.
    Before,
    /// Only the second.
    After,
}

/// A figure or word on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What `meed why` takes: `bonus.resolved_first_time`, `resolved_first_time[Seville]`.
    pub name: String,
    /// What it is, in words.
    pub label: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// The first side; none when it is not there.
    pub before: Option<String>,
    /// The second side; none when it is not there.
    pub after: Option<String>,
    /// The second less the first, where that is a number; a missing line counts as nothing.
    pub change: Option<Figure>,
}

impl Default for Comparison {
    /// Nothing differs.
    fn default() -> Self {
        Self {
            format: FORMAT.to_string(),
            before: String::new(),
            after: String::new(),
            causes: Vec::new(),
            clauses: Vec::new(),
            periods: Vec::new(),
            same: 0,
            lines: Vec::new(),
            total: None,
        }
    }
}

impl Comparison {
    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.causes.is_empty() && self.clauses.is_empty() && self.periods.is_empty()
    }

    /// As canonical JSON (RFC 8785).
    #[must_use]
    pub fn to_json(&self) -> String {
        // Texts and counts only, none of which JSON can refuse.
        serde_json_canonicalizer::to_string(self).unwrap_or_default() + "\n"
    }
}
