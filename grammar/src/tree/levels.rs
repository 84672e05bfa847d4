//! Levels that change with time, and phases without pay, as written.

use super::{AllowedMisses, Bound, Date, Expr, Name, Text};
use crate::span::Spanned;

/// `at least 75%`, `at least fcr_expected`, `at least 80% from 2027-01-01`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedLevel {
    /// The words.
    pub bound: Bound,
    /// The value: a number, or a formula.
    pub value: Expr,
    /// `from 2027-01-01`: the first day it holds; without it, from the start of the term.
    pub from: Option<Spanned<Date>>,
    /// `…, or at most 2 misses`, behind a target.
    pub allowed: Option<Spanned<AllowedMisses>>,
}

/// `paid from 2026-04-01, misses before do not count`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// `from`: the first day paid; otherwise `until`: the last day paid.
    pub from: bool,
    /// The day.
    pub date: Spanned<Date>,
    /// `misses before count`: toward streaks, numbers of periods and rights.
    pub counts: bool,
}

/// `phase "stabilisation" 2026-01-01 to 2026-03-31 { measured, not paid; misses do not count }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// What it is called.
    pub title: Text,
    /// First and last day.
    pub days: Spanned<(Date, Date)>,
    /// The commitments that are `measured, not paid`; empty means all.
    pub on: Vec<Name>,
    /// Whether `measured, not paid` is said.
    pub unpaid: bool,
    /// `misses count` or `misses do not count`; none when it is not said.
    pub counts: Option<bool>,
}

/// Which of a commitment's two levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LevelKind {
    /// The level to reach.
    Target,
    /// The worse level.
    Minimum,
}

/// `raise target on 2027-01-01 to … [when …]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// `reset`: either way; otherwise `raise`, never easier for the vendor.
    pub reset: bool,
    /// What is moved.
    pub level: LevelKind,
    /// `on DATE`; none is `each contract year`.
    pub on: Option<Spanned<Date>>,
    /// To what.
    pub to: Expr,
    /// `when …`
    pub when: Option<Spanned<MoveWhen>>,
}

/// What must have been for a level to move.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a contract has few of these, and a box would hide the shape")]
pub enum MoveWhen {
    /// `met 12 periods in a row`
    Met(u32),
    /// `lowest of fcr over 12 periods is more than target`
    Compare(Expr, Bound, Expr),
}

/// `baseline fcr_expected = average of fcr over 9 periods from 2026-01-01, fixed 2026-10-01`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// The name.
    pub name: Name,
    /// What people call it.
    pub label: Option<Text>,
    /// What is made of the readings.
    pub how: super::How,
    /// `best 4 of`, `highest 4 of`, `lowest 4 of`
    pub best: Option<Best>,
    /// The measure.
    pub measure: Name,
    /// How many periods.
    pub count: u32,
    /// The first day of the first of them.
    pub from: Spanned<Date>,
    /// The first day the figure is fixed and can be used.
    pub fixed: Spanned<Date>,
    /// `rounded to 0.01 points half up`
    pub rounding: Option<super::Rounding>,
    /// `clause "4"`
    pub clause: Option<Text>,
}

/// Some of the periods' figures only: `best 4 of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Best {
    /// How many.
    pub count: u32,
    /// `highest`, `lowest`; none is `best`, which the commitments on the measure decide.
    pub highest: Option<bool>,
}

impl LevelKind {
    /// `target`, `minimum`
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Minimum => "minimum",
        }
    }
}
