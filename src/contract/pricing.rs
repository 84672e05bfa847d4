//! Riders of a charge, series of dated figures, charge-backs, shares.

use super::Formula;
use crate::value::{Date, Period, Ratio, Unit};

/// What is added to a price; by default nothing is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Riders {
    /// The series whose factor the price is multiplied by.
    pub indexed: Option<String>,
    /// The least the charge comes to in a period.
    pub least: Option<Formula>,
    /// The most it comes to.
    pub most: Option<Formula>,
    /// How it is cut in a part of a period; none is not at all.
    pub prorated: Option<Proration>,
    /// Whether the contract says what happens in a part of a period.
    pub part_said: bool,
    /// First day it is owed for.
    pub from: Option<Date>,
    /// Last day it is owed for.
    pub until: Option<Date>,
    /// Included units that are not used are kept, and for how many periods.
    pub carried: Option<Carry>,
    /// A part is invoiced later, by a final count.
    pub balance: Option<Balance>,
    /// Units that came back are taken back.
    pub reversal: Option<Reversal>,
}

impl Riders {
    /// Calls `see` with every formula.
    pub fn formulas<'a>(&'a self, see: &mut dyn FnMut(&'a Formula)) {
        self.least.iter().chain(&self.most).for_each(see);
    }
}

/// How a fixed fee is cut in a part of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proration {
    /// Days of the part by days of the whole period.
    ActualDays,
    /// Days of the part by 30 for each month of the period.
    Months30,
    /// Both counted with twelve months of 30 days.
    Years360,
}

/// How long included units that were not used are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carry {
    /// The last period they can be used in, counted from their own; none is without end.
    pub periods: Option<usize>,
}

/// A part of a charge that is invoiced later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// Percent that is invoiced in the period itself.
    pub at_once: Ratio,
    /// How many periods later the balance follows.
    pub later: usize,
    /// The measure that is the final count.
    pub volume: String,
}

/// Units that came back, and what is taken back for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversal {
    /// How many came back; its segments are the periods they were charged in,
    /// where that matters.
    pub measure: String,
    /// What is taken back.
    pub how: TakenBack,
}

/// What is taken back for units that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenBack {
    /// They are taken off the count of the period in which they came back.
    OffTheCount,
    /// What the charge of their period would have been less without them.
    AsIfNever,
    /// The average price of a unit in the period they were charged in.
    AveragePrice,
    /// So much for each.
    Each(Ratio),
}

impl Reversal {
    /// Whether it matters when the units were charged.
    #[must_use]
    pub fn looks_back(&self) -> bool {
        matches!(self.how, TakenBack::AsIfNever | TakenBack::AveragePrice)
    }
}

/// A figure with different values from different days on: an index, an exchange rate, a dated fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// The name; of exchange rates `USD to GBP`.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// `clause "…"`
    pub clause: Option<String>,
    /// Where it comes from: `index`, `exchange` or `fact`.
    pub source: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// Whether it does not matter, or is said, on what each rise is reckoned.
    pub each_said: bool,
    /// The last value of a period's days counts; otherwise that of its first day.
    pub at_end: bool,
    /// Values in order of their days; the first may hold from the beginning.
    pub steps: Vec<SeriesStep>,
}

/// A value of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesStep {
    /// The first day it holds; none is the beginning.
    pub from: Option<Date>,
    /// The value.
    pub value: Ratio,
    /// How it came about: `132.9 / 128.4`.
    pub text: String,
}

impl Series {
    /// The value that counts in a period; none before the first.
    #[must_use]
    pub fn at(&self, period: &Period) -> Option<&SeriesStep> {
        let day = if self.at_end { period.last } else { period.first };
        self.steps.iter().rfind(|step| step.from.is_none_or(|from| from <= day))
    }
}

/// A cost that is shared out among units of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeBack {
    /// `clause "…"`
    pub clause: Option<String>,
    /// What is shared out; none is the total of the period.
    pub what: Option<Formula>,
    /// The measure whose segments are the units and their weights.
    pub measure: String,
    /// What becomes of records without a unit.
    pub unknown: Unattributed,
    /// The most a unit bears.
    pub most: Option<Formula>,
    /// How it was written.
    pub text: String,
}

/// What becomes of records without a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unattributed {
    /// They are shared out as the others are.
    ProRata,
    /// This unit bears them.
    To(String),
    /// The client bears them centrally.
    Centrally,
}

/// How far a tier of a share goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShareSize {
    /// Percent of the level.
    Percent(Ratio),
    /// Money.
    Money(Ratio),
}
