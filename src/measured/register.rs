//! The rows of registers, typed: what people approved, dispute or claim.
//!
//! | register | a row |
//! |----------|-------|
//! | `relief` | RL-7: 3 to 5 March, queue `billing`, storm, approved by J. Smith |
//! | `adjustments` | contact 1009: disputed by the vendor, open |
//! | `claims` | uptime, March: EUR 500.00, claimed on 9 April |

use std::collections::{BTreeMap, BTreeSet};

use super::{Reject, TableTotals};
use crate::value::{Date, Instant, Ratio, Zone};

/// The rows of all registers a contract reads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Registers {
    /// Rows of `relief`, by reference.
    pub relief: Vec<Relief>,
    /// Rows of `adjustments`, by table and record.
    pub adjustments: Vec<Adjustment>,
    /// Rows of `claims`, by period and commitment.
    pub claims: Vec<Claim>,
    /// The account of each table.
    pub totals: BTreeMap<String, TableTotals>,
    /// Dates of the holiday lists that deadlines are counted by.
    pub holidays: BTreeMap<String, Vec<Date>>,
    /// The moment up to which all claims are known; none when nothing says so.
    pub complete_to: Option<Instant>,
    /// Rows that could not be read.
    pub rejects: Vec<Reject>,
}

/// Which way a figure was counted, where people decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Version {
    /// Disputed records treated the other way round than the contract pays.
    pub disputed: bool,
    /// Without the relief that is only taken where it is better for the vendor.
    pub unrelieved: bool,
}

/// A reason not to count, approved or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Relief {
    /// How people find it: `RL-7`.
    pub reference: Option<String>,
    /// From this moment.
    pub from: Option<Instant>,
    /// To this moment, included.
    pub to: Option<Instant>,
    /// From this day.
    pub first_day: Option<Date>,
    /// To this day, included.
    pub last_day: Option<Date>,
    /// The part of the service it is for.
    pub scope: Option<String>,
    /// The one record it is for.
    pub record: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// By whom.
    pub approved_by: Option<String>,
    /// Its state, in the register's own word.
    pub status: Option<String>,
    /// The relief clauses of the contract whose condition it meets, by their place.
    pub meets: BTreeSet<usize>,
}

/// A dispute, a correction or a choice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Adjustment {
    /// The table of the record.
    pub table: Option<String>,
    /// The record; for a choice the incident.
    pub record: Option<String>,
    /// The commitment it is for; none is for all.
    pub commitment: Option<String>,
    /// The clause it is for.
    pub clause: Option<String>,
    /// What is to be done: `exclude`, `include`, `count as met`, `choose`, `pay`.
    pub action: Option<String>,
    /// `open`, `approved` or `refused`.
    pub status: Option<String>,
    /// The period an amount belongs to: any day of it.
    pub period: Option<Date>,
    /// An amount, from the vendor's point of view.
    pub amount: Option<Ratio>,
    /// Why.
    pub reason: Option<String>,
    /// Who brought it up.
    pub by: Option<String>,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// How people find it.
    pub reference: Option<String>,
}

/// What is claimed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Claim {
    /// The period it is for: any day of it.
    pub period: Option<Date>,
    /// The commitment it is for.
    pub commitment: Option<String>,
    /// The clause it is for.
    pub clause: Option<String>,
    /// The day it was made.
    pub claimed_on: Option<Date>,
    /// The reading it gives.
    pub value: Option<Ratio>,
    /// The amount it gives.
    pub amount: Option<Ratio>,
}

impl Relief {
    /// From when to before when it holds; none when it is for one record only.
    #[must_use]
    pub fn span(&self, zone: &Zone) -> Option<(Instant, Instant)> {
        if let (Some(from), Some(to)) = (self.from, self.to) {
            return Some((from, Instant(to.0.saturating_add(1))));
        }
        let (first, last) = self.first_day.zip(self.last_day)?;
        Some((zone.midnight(first), zone.midnight(last.plus_days(1)?)))
    }

    /// Why it cannot be applied, when it cannot; `scoped` says whether the
    /// contract names the field its scope is a value of.
    #[must_use]
    pub fn fault(&self, scoped: bool, zone: &Zone) -> Option<&'static str> {
        if self.record.is_some() {
            return None;
        }
        if self.scope.is_some() && !scoped {
            return Some("it is for a part of the service, and the clause names no field for that");
        }
        match self.span(zone) {
            None => Some("it names neither a record nor a time with beginning and end"),
            Some((from, to)) if to <= from => Some("it ends before it begins"),
            Some(_) => None,
        }
    }

    /// `RL-7 (storm), approved by J. Smith`
    #[must_use]
    pub fn named(&self) -> String {
        let mut words = self.reference.clone().unwrap_or_else(|| "a row without reference".to_string());
        if let Some(reason) = &self.reason {
            words.push_str(&format!(" ({reason})"));
        }
        match &self.approved_by {
            Some(by) => words + ", approved by " + by,
            None => words,
        }
    }
}

impl Adjustment {
    /// `ADJ-3 (call was cut off), approved by J. Smith`
    #[must_use]
    pub fn named(&self) -> String {
        let record = || self.record.as_ref().map(|record| format!("record {record}"));
        let mut words = self.reference.clone().or_else(record).unwrap_or_else(|| "a row".to_string());
        if let Some(reason) = &self.reason {
            words.push_str(&format!(" ({reason})"));
        }
        match &self.approved_by {
            Some(by) => words + ", approved by " + by,
            None => words,
        }
    }

    /// Whether someone approved it.
    #[must_use]
    pub fn is_approved(&self) -> bool {
        self.status.as_deref() == Some("approved") && self.approved_by.is_some()
    }

    /// Whether it is in dispute.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status.as_deref() == Some("open")
    }
}
