//! What follows from several periods, as written: multipliers, rights, and
//! how periods without a verdict count.

use super::{Often, Quantity, Situation, Text, Verdict};
use crate::span::Spanned;

/// `missed 2 periods in a row penalty x 2 [compounding]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multiplier {
    /// `any commitment`: whichever was missed, not this one alone.
    pub any: bool,
    /// The verdict that repeats.
    pub verdict: Verdict,
    /// How often.
    pub often: Spanned<Often>,
    /// What is multiplied.
    pub what: Multiplied,
    /// By how much.
    pub factor: Spanned<Quantity>,
    /// Each further period multiplies again.
    pub compounding: bool,
}

/// What a multiplier applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Multiplied {
    /// `penalty`
    Penalty,
    /// `bonus`
    Bonus,
    /// `points`
    Points,
}

/// `right "termination" when SITUATION`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// The right.
    pub label: Text,
    /// When it arises.
    pub when: Spanned<Situation>,
    /// `notice within 60 days`
    pub notice: Option<Spanned<Quantity>>,
    /// `counted anew after each time`
    pub anew: bool,
    /// `clause "…"`
    pub clause: Option<Text>,
}

/// `history { not measured passed over; excused counts as met; closed periods as closed }`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// How a period without a reading counts.
    pub not_measured: Option<Spanned<Gap>>,
    /// How an excused period counts.
    pub excused: Option<Spanned<Gap>>,
    /// How a closed period counts for those after it.
    pub closed: Option<Spanned<ClosedPeriods>>,
}

/// How a closed period counts where later periods look back at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ClosedPeriods {
    /// `as closed`: what was settled stays a fact.
    #[default]
    AsClosed,
    /// `as known now`: worked out anew with what became known since.
    AsKnownNow,
}

/// How a period without a verdict counts where verdicts are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Gap {
    /// As if it had not been: a row goes on after it.
    #[default]
    PassedOver,
    /// `counts as met`
    Met,
    /// `counts as missed`
    Missed,
}
