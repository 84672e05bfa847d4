//! Registers: tables whose rows are decisions of people, not records of the
//! service. They are read as typed rows before anything is counted.

use std::collections::BTreeSet;

use super::{Compare, Formula, Row, SetRef, Window};
use crate::value::Ratio;

/// A register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Register {
    /// Disputes, approved corrections and choices.
    Adjustments,
    /// What the vendor or the client claims.
    Claims,
    /// Approved reasons not to count.
    Relief,
}

impl Register {
    /// The table its rows stand in.
    #[must_use]
    pub fn table(self) -> &'static str {
        match self {
            Self::Adjustments => "adjustments",
            Self::Claims => "claims",
            Self::Relief => "relief",
        }
    }
}

/// What people decide besides what is measured.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Governance {
    /// Relief by register, in canonical order (clause, then text).
    pub reliefs: Vec<ReliefClause>,
    /// Situations that excuse a commitment, in canonical order.
    pub excuses: Vec<Excuse>,
    /// What becomes of disputed records; none when the contract knows no disputes.
    pub disputes: Option<Disputes>,
    /// Incidents that cost only once, in canonical order.
    pub incidents: Vec<OnePenalty>,
}

/// `excuse resolved_first_time when offered is more than 110% of agreed because "…"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excuse {
    /// The commitments.
    pub on: Vec<String>,
    /// All must hold, segment by segment where the commitment is judged so.
    pub when: Vec<(Formula, Compare, Formula)>,
    /// The reason, in the contract's words.
    pub because: String,
    /// `clause "9.2"`
    pub clause: Option<String>,
    /// How it was written, on one line.
    pub text: String,
}

/// `disputed records are left out until settled`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disputes {
    /// Whether what is disputed is left out of what is paid.
    pub left_out: bool,
    /// `clause "11"`
    pub clause: Option<String>,
    /// How it was written.
    pub text: String,
}

/// `one penalty for each incident on uptime, response: the highest`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnePenalty {
    /// The field that names the incident.
    pub field: String,
    /// The commitments, in the order they are named.
    pub on: Vec<String>,
    /// Which penalty stays.
    pub stays: Stays,
    /// `clause "7"`
    pub clause: Option<String>,
    /// How it was written.
    pub text: String,
}

pub use meed_grammar::tree::Stays;

/// Which records of a set count in part, up to a number, or only without relief.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Portions {
    /// The relief clauses it is under, by their place in [`Governance::reliefs`].
    pub relief: BTreeSet<usize>,
    /// Days on which more came than this are taken out.
    pub days: Option<Box<Allowance>>,
    /// No more than this count, the first in time.
    pub first: Option<Box<Allowance>>,
    /// What a record counts that meets a condition; the first that holds.
    pub in_part: Vec<(Row, Ratio)>,
    /// Records near one another count one together.
    pub split: Option<Box<Split>>,
    /// Of several records of a period only one counts.
    pub one: Option<Box<OneOfKey>>,
    /// Not the records dated in a period count, but the cases open at its end.
    pub open: Option<Box<OpenAt>>,
}

impl Portions {
    /// Whether some records count less (or more) than one.
    #[must_use]
    pub fn weighs(&self) -> bool {
        !self.in_part.is_empty() || self.split.is_some()
    }
}

/// `counting equal parts with same customer within 6 months`
///
/// A record counts 1/n, where n is how many records of the set with the same
/// keys, itself among them, lie within the window before or after it. A record
/// without one of the keys counts whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Split {
    /// What they have in common.
    pub keys: Vec<String>,
    /// How far apart they may be: from the earlier to the later.
    pub window: Window,
}

/// `counting only the latest with same customer each period because "…"`
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OneOfKey {
    /// The latest; otherwise the first.
    pub latest: bool,
    /// What they have in common.
    pub keys: Vec<String>,
    /// Why, in the contract's words.
    pub because: String,
}

/// `open at the end of each period, from opened_at to resolved_at`
///
/// A case that starts on 31 March at 23:59:59 and ends on 1 April at 00:00:00
/// is open at the end of March; one that starts with April is not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpenAt {
    /// At the end of each day of the period; their numbers are added up.
    pub each_day: bool,
    /// The field with which a case starts.
    pub from: String,
    /// The field with which it ends; missing means it is still open.
    pub to: String,
}

/// The field of an open case that holds the moment at which it is looked at:
/// the first one after the period or day.
pub const AS_AT: &str = "as_at";

/// So much of a forecast.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allowance {
    /// In percent.
    pub percent: Ratio,
    /// What is added up.
    pub value: Row,
    /// Over which records.
    pub over: SetRef,
    /// Fields that both sides have; each group has its own allowance.
    pub by: Vec<String>,
    /// Day by day instead of period by period.
    pub each_day: bool,
    /// Why, in the contract's words.
    pub because: String,
}

/// `relief on contacts from register where … because "…"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReliefClause {
    /// The sets or measures it is for.
    pub on: Vec<String>,
    /// The field a row's scope is a value of.
    pub by: Option<String>,
    /// What a row of the register must meet to count as approved.
    pub approved: Row,
    /// The reason, in the contract's words.
    pub because: String,
    /// What an approved row does.
    pub effect: ReliefEffect,
    /// `clause "9"`
    pub clause: Option<String>,
    /// How it was written, on one line.
    pub text: String,
}

/// What an approved row of the relief register does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReliefEffect {
    /// Takes the records it covers out of both sides of the line.
    TakesOut,
    /// Likewise, but only where the reading without them is better for the vendor.
    VendorsBetter,
    /// Excuses a period of which it covers at least so many percent.
    Excuses(Ratio),
}
