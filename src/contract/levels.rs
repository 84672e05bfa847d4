//! Levels that change with time, and periods that are not paid.
//!
//! `target at least 75%` and `target at least 80% from 2027-01-01`: December
//! 2026 is held to 75 %, January 2027 to 80 %.

use super::{Bound, Commitment, Formula, Level, Node, Past};
use crate::value::{Date, Quantity, Rounding};

/// A level with the first day it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedLevel {
    /// The first day; none is the start of the term.
    pub from: Option<Date>,
    /// The words.
    pub bound: Bound,
    /// The value, in the measure's unit: a number, or to be worked out.
    pub value: Formula,
    /// Misses that do not fail it; only a target has them.
    pub allowed: Option<super::Allowed>,
}

impl DatedLevel {
    /// The level, when it is a number.
    #[must_use]
    pub fn fixed(&self) -> Option<Level> {
        match &self.value.node {
            Node::Const(value) => {
                Some(Level { bound: self.bound, value: Quantity::new(value.value.clone(), self.value.unit) })
            }
            _ => None,
        }
    }
}

/// The levels of a commitment in the course of the term.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Levels {
    /// Targets, ascending by date; the first has none.
    pub target: Vec<DatedLevel>,
    /// Minimums likewise.
    pub minimum: Vec<DatedLevel>,
    /// What moves them, in the order of dates.
    pub moves: Vec<Move>,
}

pub use meed_grammar::tree::LevelKind;

/// A level that moves on a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Either way; otherwise never easier for the vendor.
    pub reset: bool,
    /// Which level.
    pub level: LevelKind,
    /// The day; none is the first day of each contract year but the first.
    pub on: Option<Date>,
    /// To what, in the measure's unit; in it a level is the one in force before.
    pub to: Formula,
    /// What must have been; none moves it in any case.
    pub when: Option<MoveWhen>,
    /// How it was written.
    pub text: String,
}

/// What must have been for a level to move, as of the period before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoveWhen {
    /// Met in each of the last so many periods.
    Met(u32),
    /// Two figures compared.
    Compare(Box<Formula>, Bound, Box<Formula>),
}

impl Move {
    /// Whether it falls on `day` in a term that starts on `start`.
    #[must_use]
    pub fn on(&self, day: Date, start: Date) -> bool {
        match self.on {
            Some(on) => on == day,
            None => day > start && anniversaries(start).take_while(|it| *it <= day).any(|it| it == day),
        }
    }
}

/// The first days of the contract years after the first.
pub fn anniversaries(start: Date) -> impl Iterator<Item = Date> {
    (12..).step_by(12).map_while(move |months| start.plus_months(months))
}

/// A figure taken from past periods once, and then fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    /// The name.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// `clause "…"`
    pub clause: Option<String>,
    /// What is made of the readings of the measure.
    pub past: Past,
    /// The measure.
    pub measure: String,
    /// The first day of the first period.
    pub from: Date,
    /// How many periods.
    pub count: usize,
    /// The first day it can be used.
    pub fixed: Date,
    /// How it is rounded.
    pub rounding: Option<Rounding>,
    /// How it was written, without its name.
    pub text: String,
}

impl Levels {
    /// The levels of this kind.
    #[must_use]
    pub fn of(&self, kind: LevelKind) -> &[DatedLevel] {
        match kind {
            LevelKind::Target => &self.target,
            LevelKind::Minimum => &self.minimum,
        }
    }

    /// The level of this kind that the contract states for `day`.
    #[must_use]
    pub fn stated(&self, kind: LevelKind, day: Date) -> Option<&DatedLevel> {
        self.of(kind).iter().rev().find(|level| level.from.is_none_or(|from| from <= day))
    }

    /// Calls `see` with every formula a level is worked out from.
    pub fn formulas<'a>(&'a self, see: &mut dyn FnMut(&'a Formula)) {
        self.target.iter().chain(&self.minimum).for_each(|level| see(&level.value));
        for moved in &self.moves {
            see(&moved.to);
            if let Some(MoveWhen::Compare(left, _, right)) = &moved.when {
                see(left);
                see(right);
            }
        }
    }

    /// The days on which a level changes, ascending.
    #[must_use]
    pub fn changes(&self) -> Vec<Date> {
        let mut days: Vec<Date> =
            self.target.iter().chain(&self.minimum).filter_map(|level| level.from).collect();
        days.sort_unstable();
        days.dedup();
        days
    }
}

/// Periods in which a commitment is measured and judged, but not paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpaid {
    /// The first day; none is the start of the term.
    pub from: Option<Date>,
    /// The last day; none is the end of the term.
    pub to: Option<Date>,
    /// Whether misses count toward streaks, numbers of periods and rights.
    pub counts: bool,
    /// What the statement says: `measured, not paid until 2026-04-01`.
    pub text: String,
}

impl Unpaid {
    /// Whether it holds on `day`.
    #[must_use]
    pub fn on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

impl Commitment {
    /// Why the period that starts on `day` is not paid, when it is not; of
    /// several reasons one that keeps misses from counting comes first.
    #[must_use]
    pub fn unpaid_on(&self, day: Date) -> Option<&Unpaid> {
        let here = || self.unpaid.iter().filter(|unpaid| unpaid.on(day));
        here().find(|unpaid| !unpaid.counts).or_else(|| here().next())
    }

    /// The commitment with the levels stated for `day`; levels still to be
    /// worked out are left out.
    #[must_use]
    pub fn stated_on(&self, day: Date) -> Self {
        let level = |kind| self.levels.stated(kind, day).and_then(DatedLevel::fixed);
        Self { target: level(LevelKind::Target), minimum: level(LevelKind::Minimum), ..self.clone() }
    }
}
