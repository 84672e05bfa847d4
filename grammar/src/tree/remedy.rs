//! Caps, and everything else that stands between a penalty and its payment,
//! as written: earning back, netting, minimum amounts, claims, deadlines.

use super::{Expr, Level, Name, PaySide, Quantity, Situation, Text};
use crate::span::Spanned;

/// `cap penalties [on NAME, NAME] E over any 12 periods [, excess lapses]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// Penalties or bonuses.
    pub side: PaySide,
    /// The commitments it applies to; empty means all.
    pub on: Vec<Name>,
    /// The most that can be due in the periods of `over` together.
    pub value: Expr,
    /// `, 15% of fee when …`: other limits, of which the first whose situation holds is taken.
    pub when: Vec<(Expr, Spanned<Situation>)>,
    /// The periods that count together.
    pub over: Spanned<CapSpan>,
    /// `excess …`: what becomes of what is cut.
    pub excess: Option<Spanned<Excess>>,
    /// `clause "…"`
    pub clause: Option<Text>,
}

/// The periods whose amounts a cap limits together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CapSpan {
    /// `each period`
    Period,
    /// `over any 12 periods`: this one and the 11 before.
    Periods(u8),
    /// `over each contract year`
    ContractYear,
    /// `over the whole term`
    Term,
}

/// What becomes of what a cap cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Excess {
    /// `excess lapses`
    Lapses,
    /// `excess carries forward [for at most 6 periods]`
    CarriesForward(Option<u8>),
    /// `excess is paid in cash`: the cap only limits what is set off against the invoice.
    PaidInCash,
}

/// `earn back [50% of] penalty on NAME when CONDITION [, except below minimum]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarnBack {
    /// `50% of`; without it all of the penalty comes back.
    pub part: Option<Spanned<Quantity>>,
    /// The commitment.
    pub on: Name,
    /// When.
    pub condition: Spanned<EarnBackWhen>,
    /// `except below minimum`
    pub except_below_minimum: bool,
    /// `clause "…"`
    pub clause: Option<Text>,
}

/// When a penalty comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EarnBackWhen {
    /// `met in each of the next 3 periods`
    MetInNext(u8),
    /// `average of NAME over the contract year is at least 75%`
    Year {
        /// `pooled`: all counts of the year together; otherwise the mean of its readings.
        pooled: bool,
        /// The measure.
        measure: Name,
        /// The level.
        level: Level,
    },
}

/// `penalties [on NAMES] …`: what applies to penalties before any cap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PenaltyRule {
    /// The commitments it applies to; empty means all.
    pub on: Vec<Name>,
    /// What applies.
    pub kind: Spanned<PenaltyRuleKind>,
    /// `clause "…"`
    pub clause: Option<Text>,
}

/// What applies to penalties before any cap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PenaltyRuleKind {
    /// `only if more than USD 1.00 [each]`
    OnlyIfMoreThan {
        /// The amount that is not yet enough.
        amount: Expr,
        /// `each`: every penalty by itself; otherwise all of the period together.
        each: bool,
    },
    /// `at least USD 1.00 [each] when any is due`
    AtLeast {
        /// The least that is paid.
        amount: Expr,
        /// `each`: every penalty by itself; otherwise all of the period together.
        each: bool,
    },
    /// `only on claim within 21 days`
    OnClaim(Within),
    /// `are the sole remedy`, `are not the sole remedy`
    SoleRemedy(bool),
    /// `count toward the liability cap`, `do not count toward the liability cap`
    CountTowardLiability(bool),
}

/// A time after the end of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Within {
    /// `21 days`, `1 month`
    Time(Spanned<Quantity>),
    /// `10 business days in CALENDAR`
    BusinessDays(Spanned<u8>, Name),
    /// `2 periods`
    Periods(Spanned<u8>),
}

/// Penalties set against bonuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Netting {
    /// The commitments it applies to; empty means all.
    pub on: Vec<Name>,
    /// `penalties and bonuses are netted before caps`; otherwise `bonuses only offset penalties`.
    pub before_caps: bool,
    /// `clause "…"`
    pub clause: Option<Text>,
}

/// `deadlines { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadlines {
    /// `report due within …`
    pub report: Option<Spanned<Within>>,
    /// `disputes within …`
    pub disputes: Option<Spanned<Within>>,
    /// `restatements within … [if more than GBP 100]`
    pub restatements: Option<Spanned<(Within, Option<Expr>)>>,
    /// `evidence kept for 7 years`
    pub evidence: Option<Spanned<Quantity>>,
    /// `clause "…"`
    pub clause: Option<Text>,
}

/// `call penalties "service credits"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// Penalties or bonuses.
    pub side: PaySide,
    /// What the statement calls them.
    pub label: Text,
}
