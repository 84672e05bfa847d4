//! Sets and measures as written.

use super::{
    Expr, Name, OverSegments, Portion, Quantity, Rounding, Score, Scorecard, Servqual, Text, TimeUnit,
};
use crate::span::Spanned;

/// `set NAME = SOURCE where … excluding … because "…" dated by FIELD`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetClause {
    /// The set's name.
    pub name: Name,
    /// What it draws on.
    pub source: SetExpr,
    /// `dated by FIELD`
    pub dated_by: Option<Name>,
    /// `dated 6 months after FIELD`: how much later.
    pub later: Option<Spanned<Quantity>>,
}

/// `NAME [where COND] {excluding [from numerator] COND because "…"}`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetExpr {
    /// A table or another set.
    pub name: Name,
    /// The condition records must meet. In a share it is the numerator's.
    pub filter: Option<Expr>,
    /// Records taken out again, each with its reason.
    pub exclusions: Vec<Exclusion>,
    /// Records that count in part or up to a number.
    pub portions: Vec<Spanned<Portion>>,
}

/// `excluding [from numerator|from denominator] COND because "…"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// Where it applies. Only a share may name a side.
    pub side: Side,
    /// Which records.
    pub condition: Expr,
    /// Why; shown in control totals.
    pub because: Text,
}

/// The side of a fraction an exclusion applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Both: the usual case.
    Both,
    /// `from numerator`
    Numerator,
    /// `from denominator`
    Denominator,
}

/// `measure NAME "label" { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// The name used in commitments.
    pub name: Name,
    /// What people call it.
    pub label: Option<Text>,
    /// What is calculated; none when the block lacks it (an error the check reports).
    pub kind: Option<Spanned<MeasureKind>>,
    /// `dimension customer`
    pub dimension: Option<Name>,
    /// `kind outcome`: otherwise told by what is measured.
    pub nature: Option<Spanned<Nature>>,
    /// `by queue, site`
    pub by: Vec<Name>,
    /// `round to 0.01 points half up`
    pub round: Option<Spanned<Rounding>>,
    /// `needs at least 100 answers, otherwise …`
    pub sample: Option<Spanned<Sample>>,
    /// `if none …`
    pub if_none: Option<Spanned<IfNone>>,
    /// `if not reported …`
    pub if_not_reported: Option<Spanned<IfNone>>,
    /// `matured only`: records whose look-ahead is still open are left out.
    pub matured_only: bool,
    /// `shown in hours`
    pub shown_in: Option<Spanned<TimeUnit>>,
    /// `clause "4.1"`
    pub clause: Option<Text>,
}

/// What a measure tells of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Nature {
    /// `outcome`: what the customer came for.
    Outcome,
    /// `experience`: what it was like.
    Experience,
    /// `operational`: how the work was done.
    Operational,
}

/// What a measure calculates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeasureKind {
    /// `share of [KEY in] SET where COND`
    Share {
        /// `customers in …`: each value of the field counts once.
        key: Option<Name>,
        /// The population; its filter is the numerator's condition.
        of: SetExpr,
    },
    /// `ratio of AGG to AGG [in percent]`
    Ratio {
        /// What is counted.
        numerator: Aggregate,
        /// What it is set against.
        denominator: Aggregate,
        /// `in percent`
        percent: bool,
    },
    /// `rate of SET per 1,000 SET`
    Rate {
        /// What is counted.
        of: SetExpr,
        /// Per how many.
        per: Spanned<Quantity>,
        /// Of what.
        base: SetExpr,
    },
    /// `count of SET`, `distinct KEY in SET`, `sum of E over SET`
    Single(Aggregate),
    /// `mean of E over SET`
    Mean {
        /// What is averaged.
        value: Expr,
        /// Over which records.
        over: SetExpr,
    },
    /// `median of E over SET, METHOD`; `percentile 90 of E over SET, METHOD`
    Percentile {
        /// The percentile; none for the median.
        percent: Option<Spanned<Quantity>>,
        /// What is ranked.
        value: Expr,
        /// Over which records.
        over: SetExpr,
        /// The method; none when it was left out (an error the check reports).
        method: Option<Spanned<PercentileMethod>>,
    },
    /// `net promoter score of FIELD over SET`: 9 and 10 less 0 to 6, of all answers, times 100.
    NetPromoter {
        /// The answer, 0 to 10.
        value: Expr,
        /// Over which records.
        over: SetExpr,
    },
    /// `top 2 boxes of FIELD on 1 to 5 over SET`
    TopBox {
        /// How many of the highest answers count.
        boxes: Spanned<Quantity>,
        /// The answer.
        value: Expr,
        /// Lowest answer of the scale.
        low: Spanned<Quantity>,
        /// Highest answer of the scale.
        high: Spanned<Quantity>,
        /// Over which records.
        over: SetExpr,
    },
    /// `mean of FIELD on 1 to 5 rescaled over SET`, `bottom 2 boxes of FIELD on 1 to 5 over SET`
    Scored {
        /// What becomes of the answers.
        score: Score,
        /// The answer.
        value: Expr,
        /// Lowest answer of the scale.
        low: Spanned<Quantity>,
        /// Highest answer of the scale.
        high: Spanned<Quantity>,
        /// Over which records.
        over: SetExpr,
    },
    /// `highest of E over SET`, `lowest of E over SET`
    Extreme {
        /// The highest; otherwise the lowest.
        highest: bool,
        /// What is compared.
        value: Expr,
        /// Over which records.
        over: SetExpr,
    },
    /// `mean over segments of NAME`
    OverSegments(OverSegments),
    /// `scorecard of 100 { … }`
    Scorecard(Scorecard),
    /// `servqual gap over SET, … { … }`
    Servqual(Servqual),
    /// `calculated as E` from other measures.
    Calculated(Expr),
    /// `reported in UNIT`: the value comes from a readings file, not from records.
    Reported(Spanned<ReportedUnit>),
}

/// The unit of a reported measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportedUnit {
    /// `percent`
    Percent,
    /// `number`
    Number,
    /// A currency code.
    Money(String),
    /// `seconds`, `minutes`, `hours`, `days`
    Time(TimeUnit),
}

/// A single figure over a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aggregate {
    /// `count of SET`
    Count(SetExpr),
    /// `distinct KEY in SET`
    Distinct(Name, SetExpr),
    /// `sum of E over SET`
    Sum(Expr, SetExpr),
}

/// How a percentile is read off a sorted list of n values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PercentileMethod {
    /// `nearest rank`: the value at position ceil(p × n).
    NearestRank,
    /// `linear interpolation`: at position 1 + p × (n - 1), between neighbours in proportion.
    Linear,
}

/// `needs at least 100 answers, otherwise …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The fewest records that make a reading.
    pub at_least: Spanned<Quantity>,
    /// The author's word for a record: `answers`, `cases`, `records`, `contacts`.
    pub noun: String,
    /// What happens below.
    pub otherwise: Otherwise,
}

/// What happens below the minimum sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Otherwise {
    /// `not measured`
    NotMeasured,
    /// `deemed met`
    DeemedMet,
    /// `pooled with the period before`, going back until the sample is large enough.
    Pooled,
    /// `carried into the next period`, where the records count instead.
    Carried,
}

/// What holds when there is nothing to measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfNone {
    /// `not measured`
    NotMeasured,
    /// `deemed met`
    DeemedMet,
    /// `deemed missed`
    DeemedMissed,
    /// `read as 100%`
    Value(Spanned<Quantity>),
}
