//! Measures: named calculations over sets.

use super::{Formula, Row, SetRef, Typed};
use crate::value::{Quantity, Ratio, Rounding, Unit};

/// A named calculation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// The name; for one that a charge states in place, its text.
    pub name: String,
    /// What people call it; the name when the contract gives none.
    pub label: String,
    /// `clause "4.1"`
    pub clause: Option<String>,
    /// The service dimension it belongs to, for scorecards.
    pub dimension: Option<String>,
    /// What it tells of the service, said by the author or told by what is measured.
    pub nature: Nature,
    /// What is calculated.
    pub kind: MeasureKind,
    /// Fields whose values make the segments; empty means only the whole. `period of F` (see
    /// [`period_of`]) is the period that the date F falls in.
    pub by: Vec<String>,
    /// How the value is rounded before it is judged; in the unit of the value.
    pub round: Option<Rounding>,
    /// The minimum sample.
    pub sample: Option<Sample>,
    /// What holds when there is nothing to measure.
    pub if_none: IfNone,
    /// What holds when a readings file says nothing about it.
    pub if_not_reported: IfNone,
    /// Leave out records whose look-ahead had not run out when the data ends.
    pub matured_only: bool,
    /// Show durations in this many seconds (3,600 for hours); none is mixed units.
    pub shown_in: Option<i64>,
    /// The value's unit.
    pub unit: Unit,
    /// How the calculation was written, on one line.
    pub text: String,
    /// Where the measure stands in the contract's text.
    pub span: meed_grammar::span::Span,
}

/// What a measure calculates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeasureKind {
    /// Percent of the records of `of` that meet `condition`. With a key, of
    /// the different values of that field in `of`: a value counts above the
    /// line when at least one of its records meets the condition.
    Share {
        /// The field whose values are counted instead of records.
        key: Option<String>,
        /// The population.
        of: SetRef,
        /// What puts a record above the line.
        condition: Row,
        /// Left out above the line only.
        not_above: Vec<super::Excluded>,
        /// Left out below the line only.
        not_below: Vec<super::Excluded>,
    },
    /// One figure over another, times 100 when the unit is percent.
    Ratio {
        /// Above the line.
        numerator: Aggregate,
        /// Below the line.
        denominator: Aggregate,
    },
    /// Records of one set per so many of another.
    Rate {
        /// Above the line.
        of: SetRef,
        /// Per how many.
        per: Ratio,
        /// Below the line.
        base: SetRef,
    },
    /// One figure. Nothing to count is 0; nothing to sum is 0.
    Single(Aggregate),
    /// The mean of the known values.
    Mean {
        /// What is averaged.
        value: Typed,
        /// Over which records.
        over: SetRef,
    },
    /// A percentile of the known values.
    Percentile {
        /// 0 to 100; 50 is the median.
        percent: Ratio,
        /// What is ranked.
        value: Typed,
        /// Over which records.
        over: SetRef,
        /// How it is read off.
        method: PercentileMethod,
    },
    /// 100 × (share of 9 and 10 − share of 0 to 6) of the known answers 0 to 10.
    NetPromoter {
        /// The answer.
        value: Typed,
        /// Over which records.
        over: SetRef,
    },
    /// Percent of the known answers on the scale that are among the highest.
    TopBox {
        /// The answer.
        value: Typed,
        /// Over which records.
        over: SetRef,
        /// Lowest answer that counts above the line.
        from: Ratio,
        /// Lowest answer of the scale.
        low: Ratio,
        /// Highest answer of the scale.
        high: Ratio,
    },
    /// A score of the known answers on a scale.
    Scored {
        /// The answer.
        value: Typed,
        /// Over which records.
        over: SetRef,
        /// Lowest answer of the scale.
        low: Ratio,
        /// Highest answer of the scale.
        high: Ratio,
        /// What becomes of the answers.
        score: ScoreKind,
    },
    /// The highest or lowest known value.
    Extreme {
        /// The highest; otherwise the lowest.
        highest: bool,
        /// What is compared.
        value: Typed,
        /// Over which records.
        over: SetRef,
    },
    /// Put together by weight from other measures.
    Weighted(super::Weighted),
    /// A figure of the segments of another measure.
    OverSegments(super::OverSegments),
    /// From other measures, facts and literals.
    Calculated(Formula),
    /// Comes from a readings file only.
    Reported,
}

pub use meed_grammar::tree::{Nature, PercentileMethod};

/// What becomes of the answers on a scale.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScoreKind {
    /// The mean.
    Mean,
    /// The mean in percent of the way from the lowest answer to the highest.
    Rescaled,
    /// Percent of the answers up to this one.
    Bottom {
        /// Highest answer that counts above the line.
        to: Ratio,
    },
    /// 100 × (share from one answer on − share up to another).
    Net {
        /// Lowest of the best answers.
        from: Ratio,
        /// Highest of the worst answers.
        to: Ratio,
    },
}

/// A single figure over a set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aggregate {
    /// How many records.
    Count(SetRef),
    /// How many different known values of a field.
    Distinct(String, SetRef),
    /// The sum of the known values.
    Sum(Row, SetRef),
}

/// The minimum sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The fewest records below the line that make a reading.
    pub at_least: u64,
    /// The author's word for a record.
    pub noun: String,
    /// What happens below.
    pub otherwise: Otherwise,
}

pub use meed_grammar::tree::Otherwise;

/// What holds when there is nothing to measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfNone {
    /// No reading; no money.
    NotMeasured,
    /// The commitment counts as met.
    DeemedMet,
    /// The commitment counts as missed, below minimum.
    DeemedMissed,
    /// The reading is this value.
    Value(Quantity),
}

/// What a measure is broken down by, for the period that a date falls in.
#[must_use]
pub fn by_period_of(field: &str) -> String {
    format!("{PERIOD_OF}{field}")
}

/// The date whose period is meant: `closed_at` of `period of closed_at`.
#[must_use]
pub fn period_of(by: &str) -> Option<&str> {
    by.strip_prefix(PERIOD_OF)
}

const PERIOD_OF: &str = "period of ";
