//! What stands around prices: riders of a charge, indices, exchange rates, charge-backs.

use super::{Aggregate, Date, Expr, Name, Quantity, Rounding, Text, Volume};
use crate::span::Spanned;

/// What is added to a price behind a comma.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rider {
    /// `unused ones carried [for at most 3 periods]`
    Carried(Option<Spanned<Quantity>>),
    /// `indexed by NAME`
    Indexed(Name),
    /// `at least E each period`
    AtLeast(Expr),
    /// `at most E each period`
    AtMost(Expr),
    /// `prorated by actual days`, `not prorated`
    Prorated(Proration),
    /// `effective from DATE until DATE`, both days included.
    Effective {
        /// First day.
        from: Option<Spanned<Date>>,
        /// Last day.
        until: Option<Spanned<Date>>,
    },
    /// `paid 80% at once, balance 1 period later by VOLUME`
    Paid {
        /// The part that is invoiced in the period itself.
        at_once: Spanned<Quantity>,
        /// How many periods later the balance follows.
        later: Spanned<Quantity>,
        /// The final count.
        by: Volume,
    },
    /// `less count of returned charged by closed_at as if never counted`
    Less {
        /// What came back.
        of: Volume,
        /// The field that says in which period it was charged.
        charged_by: Option<Name>,
        /// What is taken back for it.
        how: Spanned<TakenBack>,
    },
}

/// What is taken back for units that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenBack {
    /// `before the allowance`
    BeforeAllowance,
    /// `before the tiers`
    BeforeTiers,
    /// `as if never counted`
    AsIfNever,
    /// `at the average price paid`
    AveragePrice,
    /// `at GBP 0.99 each`
    Each(Spanned<Quantity>),
}

/// How a fixed fee is cut in a part of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proration {
    /// `by actual days`
    ActualDays,
    /// `by months of 30 days`
    Months(Spanned<Quantity>),
    /// `by years of 360 days`
    Years(Spanned<Quantity>),
    /// `not prorated`
    Not,
}

/// `index NAME "label" { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The name.
    pub name: Name,
    /// What people call it.
    pub label: Option<Text>,
    /// `base 128.4`
    pub base: Option<Spanned<Quantity>>,
    /// `132.9 from 2027-01-01`
    pub values: Vec<Spanned<IndexValue>>,
    /// `lag 3 months`
    pub lag: Option<Spanned<Quantity>>,
    /// `rise at most 3%, at least 0%`
    pub rise: Option<Rise>,
    /// `factor rounded to 0.001 half up`
    pub factor: Option<Spanned<Rounding>>,
    /// `each on the base` (true) or `each on the last adjusted` (false)
    pub on_base: Option<Spanned<bool>>,
    /// `clause "…"`
    pub clause: Option<Text>,
}

/// `132.9 from 2027-01-01`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexValue {
    /// The published value.
    pub value: Spanned<Quantity>,
    /// From when it counts, before the lag.
    pub from: Spanned<Date>,
}

/// `rise at most 3%, at least 0%`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rise {
    /// `at most 3%`
    pub at_most: Option<Spanned<Quantity>>,
    /// `at least 0%`
    pub at_least: Option<Spanned<Quantity>>,
}

/// `exchange USD to GBP at 0.7900 on 2026-01-02 "ECB reference rate"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The currency that is changed.
    pub from: Name,
    /// The currency it becomes.
    pub to: Name,
    /// How much of it one unit is.
    pub rate: Spanned<Quantity>,
    /// The day of the rate.
    pub on: Spanned<Date>,
    /// Whose rate it is.
    pub source: Option<Text>,
    /// `clause "…"`
    pub clause: Option<Text>,
}

/// `charge back WHAT by FIELD of SET, unknown pro rata`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeBack {
    /// What is charged back; none for `total`.
    pub what: Option<Expr>,
    /// The field whose values are the units.
    pub field: Name,
    /// By what the cost is shared.
    pub weight: Weight,
    /// What becomes of records without a unit.
    pub unknown: Spanned<Unattributed>,
    /// `at most E each`
    pub at_most: Option<Expr>,
    /// `clause "…"`
    pub clause: Option<Text>,
}

/// By what a cost is shared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a contract has few of these, and a box would hide the shape")]
pub enum Weight {
    /// `of SET`: by the number of records.
    Records(Name),
    /// `shared by AGGREGATE` or `shared by MEASURE`.
    Shared(Volume),
}

/// What becomes of records without a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unattributed {
    /// `pro rata`: as the others are.
    ProRata,
    /// `to "Operations"`
    To(Text),
    /// `held centrally`
    Centrally,
}

/// A step of a share: `first 10% 50%`, `then 25%`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareTier {
    /// How far the tier goes, in percent of the level or in money; none for `then`.
    pub size: Option<Spanned<Quantity>>,
    /// The part that is paid.
    pub part: Spanned<Quantity>,
}

impl ChargeBack {
    /// The aggregate it is shared by, when it is stated in place.
    #[must_use]
    pub fn aggregate(&self) -> Option<&Spanned<Aggregate>> {
        match &self.weight {
            Weight::Shared(Volume::Aggregate(it)) => Some(it),
            _ => None,
        }
    }
}
