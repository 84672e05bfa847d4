//! The assessment: what was measured against what was promised.
//!
//! A commitment without a reading is *not measured*: it is never counted as
//! met or as missed. Whether that costs money is for [`crate::settle`].

mod distance;
mod edge;
mod excuse;
mod force;
mod ground;
mod judge;
mod outlook;
mod text;

pub(crate) use edge::{amount_words, days_words, signed};
pub use judge::assess;
pub(crate) use judge::verdicts;
pub use outlook::{Need, Outlook, Takes, outlook};
pub use text::assessment_text;

use crate::contract::{Level, PaySide, Unpaid};
use crate::measured::Segment;
use crate::value::{Quantity, Ratio};

/// All judgements of an evaluation, in the order of periods, clauses, names and segments.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assessment {
    /// The judgements.
    pub judgements: Vec<Judgement>,
}

/// One commitment judged in one period, for one segment or the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The commitment's name.
    pub commitment: String,
    /// Index of the period.
    pub period: usize,
    /// The segment; the whole unless the commitment says `for each segment`.
    pub segment: Segment,
    /// The verdict.
    pub status: Status,
    /// Whether later data can still change it.
    pub provisional: bool,
    /// The reading's value, when there is one.
    pub value: Option<Quantity>,
    /// The target in force, when there is one.
    pub target: Option<Level>,
    /// The minimum in force, when there is one.
    pub minimum: Option<Level>,
    /// How the levels came about, where they are not simply stated.
    pub evidence: Vec<String>,
    /// Why nothing is paid in this period, when the contract says so.
    pub unpaid: Option<Unpaid>,
    /// How far it is to the levels and edges around it, nearest first, at most
    /// one better and one worse.
    pub distances: Vec<Distance>,
    /// What the number of records says about the reading: proof, and misses that are allowed.
    pub grounds: Vec<Ground>,
}

/// A reason, beyond the reading itself, why a side pays or does not pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// The rule in the contract's words: `penalty only if proven at 95% …`.
    pub rule: String,
    /// The calculation, step by step.
    pub steps: Vec<String>,
    /// The side that pays nothing for this reason.
    pub bars: Option<PaySide>,
}

/// A verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// The target is reached.
    Met,
    /// The target is not reached; the minimum is, or there is none.
    Missed,
    /// Not even the minimum is reached.
    BelowMinimum,
    /// The reading misses the target, but with so few records that it may be
    /// chance: neither met nor missed.
    NotProven,
    /// An approved relief covers the period.
    Excused(String),
    /// There is no reading, with the reason in words.
    NotMeasured(String),
    /// There is a reading, and no level to judge it by: it cannot be worked
    /// out, for the reason in words.
    NotJudged(String),
    /// The commitment has no target: it pays by its table only.
    NoTarget,
}

impl Status {
    /// The word used everywhere: `met`, `below minimum`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::BelowMinimum => "below minimum",
            Self::NotProven => "not proven",
            Self::Excused(_) => "excused",
            Self::NotMeasured(_) => "not measured",
            Self::NotJudged(_) => "not judged",
            Self::NoTarget => "no target",
        }
    }
}

/// How far a reading is from an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distance {
    /// What is there: `target 75%`, `minimum 68%`, `band 98% to below 99%`.
    pub edge: String,
    /// The edge's value.
    pub level: Quantity,
    /// Reading to edge, always positive, in the measure's unit (points for a percentage).
    pub gap: Quantity,
    /// Whether reaching the edge would be better for the vendor.
    pub better: bool,
    /// For a share: how many more records above the line (or fewer, when the
    /// edge is on the other side) would reach the edge, all else equal.
    pub records: Option<Ratio>,
}

impl Assessment {
    /// The judgements of one commitment in one period, by segment.
    pub fn of<'a>(&'a self, commitment: &'a str, period: usize) -> impl Iterator<Item = &'a Judgement> {
        self.judgements
            .iter()
            .filter(move |judgement| judgement.commitment == commitment && judgement.period == period)
    }
}

#[cfg(test)]
mod tests;
