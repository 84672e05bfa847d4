//! Readings: a measure's value for a period and segment, exact and then
//! rounded as the contract says, with the counts behind it.
//!
//! | above | below | exact    | rounded to 0.01 points half up |
//! |------:|------:|----------|-------------------------------:|
//! |    15 |    17 | 1500/17 % | 88.24 % |
//! |     0 |     0 | none: nothing to measure, never 0 % or 100 % | |

pub(crate) mod baseline;
mod figure;
pub(crate) mod formula;
mod given;
mod parts;
pub(crate) mod past;
mod read;
mod relief;
mod sample;
mod text;
mod weighted;
mod written;

pub use figure::exact;
pub use given::{GivenError, given};
pub use parts::of_parts;
pub use read::of;
pub(crate) use read::{Found, Known, Ruling, read};
pub use text::readings_text;
pub(crate) use written::value as written_value;

use std::collections::BTreeMap;
use std::fmt;

use crate::measured::{CellKey, Registers, Segment, Tally};
use crate::value::{Instant, Period, Ratio, Unit};

/// All readings of an evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readings {
    /// The evaluated periods, in order.
    pub periods: Vec<Period>,
    /// Readings by measure name. Every measure has at least the whole of every period.
    pub measures: BTreeMap<String, BTreeMap<CellKey, Reading>>,
    /// Charges and other figures that were given instead of measured, by name and period index.
    pub given: BTreeMap<(String, usize), Ratio>,
    /// The rows of the registers the contract reads.
    pub registers: Registers,
    /// Likewise with disputed records treated the other way round; none
    /// without disputes.
    pub disputed: Option<Box<Readings>>,
}

impl Readings {
    /// The reading of `measure` in the period with this index.
    #[must_use]
    pub fn get(&self, measure: &str, period: usize, segment: &Segment) -> Option<&Reading> {
        self.measures.get(measure)?.get(&CellKey { period, segment: segment.clone() })
    }

    /// The readings of `measure` in the period with this index: the whole, then by segment.
    pub fn within(&self, measure: &str, period: usize) -> impl Iterator<Item = (&CellKey, &Reading)> {
        let start = |period| CellKey { period, segment: Segment::whole() };
        let readings = self.measures.get(measure).into_iter();
        readings.flat_map(move |readings| readings.range(start(period)..start(period + 1)))
    }
}

/// A measure's value for a period and segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The unit of the value.
    pub unit: Unit,
    /// Above the line, when the reading comes from counts.
    pub above: Option<Ratio>,
    /// Below the line: the sample size n, or what the rate is per.
    pub below: Option<Ratio>,
    /// For a net promoter score: promoters and detractors together, when they are known.
    pub squares: Option<Ratio>,
    /// Before rounding; none when there is no reading.
    pub exact: Option<Ratio>,
    /// The value that is judged and paid: after rounding.
    pub value: Option<Ratio>,
    /// How the value came about.
    pub basis: Basis,
    /// The account of the records behind it.
    pub tallies: Vec<Tally>,
    /// Records whose look-ahead has not run out.
    pub open: u64,
    /// When the reading becomes final; none when it is.
    pub final_from: Option<Instant>,
    /// The calculation in one line: `15 of 17 = 88.235294…%, rounded to 0.01 points half up: 88.24%`.
    pub working: String,
}

/// How a reading came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Basis {
    /// From records of the period.
    Measured,
    /// From records of this and earlier periods, because the sample was too small.
    Pooled {
        /// The label of the earliest period drawn on.
        from: String,
    },
    /// From records of this period and those that earlier ones, too small by themselves, carried over.
    Carried {
        /// The label of the earliest period they come from.
        from: String,
    },
    /// Given by a readings file or an example.
    Given,
    /// The contract's value for nothing to measure.
    IfNone,
    /// The contract says a reading without (enough) records counts as met.
    DeemedMet(Why),
    /// The contract says a reading without records counts as missed.
    DeemedMissed(Why),
    /// There is no reading.
    NotMeasured(Why),
    /// Excused by an approved relief.
    Excused {
        /// The reason given.
        reason: String,
    },
}

/// Why there is no reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Nothing below the line.
    Nothing,
    /// Fewer records than the contract asks for.
    TooFew {
        /// Records there are.
        n: Ratio,
        /// Records needed.
        needed: u64,
    },
    /// Fewer records than the contract asks for; they count in the next period.
    CarriedOver {
        /// Records there are, with what was carried over before.
        n: Ratio,
        /// Records needed.
        needed: u64,
    },
    /// A reported measure for which nothing was reported, or no data at all.
    NotReported,
    /// A measure it is calculated from was not measured.
    DependsOn(String),
    /// A division by zero in its formula.
    DivisionByZero,
}

impl Reading {
    /// Whether later data can still change it.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.open > 0 || self.final_from.is_some()
    }

    /// Why there is no value, when there is none.
    #[must_use]
    pub fn why(&self) -> Option<String> {
        match &self.basis {
            Basis::NotMeasured(why) => Some(why.to_string()),
            Basis::DeemedMet(why) => Some(format!("deemed met: {why}")),
            Basis::DeemedMissed(why) => Some(format!("deemed missed: {why}")),
            Basis::Excused { reason } => Some(format!("excused: {reason}")),
            _ => None,
        }
    }
}

impl fmt::Display for Why {
    /// `11 records, 100 needed`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing to measure"),
            Self::TooFew { n, needed } => write!(f, "{n} records, {needed} needed"),
            Self::CarriedOver { n, needed } => {
                write!(f, "{n} records, {needed} needed; carried into the next period")
            }
            Self::NotReported => f.write_str("not reported"),
            Self::DependsOn(name) => write!(f, "`{name}` was not measured"),
            Self::DivisionByZero => f.write_str("division by zero"),
        }
    }
}

#[cfg(test)]
mod tests;
