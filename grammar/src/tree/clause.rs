//! The contract's head, calendars, fields and examples as written.

use super::{Clock, Date, Name, Quantity, Rounding, Text};
use crate::span::Spanned;

/// `contract "title" { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractHead {
    /// The title.
    pub title: Text,
    /// `client "…"`
    pub client: Option<Text>,
    /// `vendor "…"`
    pub vendor: Option<Text>,
    /// `term 2026-01-01 to 2028-12-31`: both days included.
    pub term: Option<Spanned<(Date, Date)>>,
    /// `timezone "Europe/London"`
    pub timezone: Option<Text>,
    /// `currency GBP`
    pub currency: Option<Name>,
    /// `periods monthly`
    pub periods: Option<Spanned<Periods>>,
    /// `rounding money to 0.01 half up on each line`
    pub rounding: Option<Spanned<MoneyRounding>>,
    /// `late data within 5 business days in NAME`: how long after an event its record may still come.
    pub late: Option<Spanned<super::Within>>,
}

/// `periods monthly [starting on day 16]`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Periods {
    /// How long a period is.
    pub length: PeriodLength,
    /// `starting on day N`: 1 to 31; a month without that day starts on its last.
    pub start_day: Option<Spanned<u8>>,
    /// `in month N`: the first month of a quarter or year, 1 to 12.
    pub start_month: Option<Spanned<u8>>,
}

/// The length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PeriodLength {
    /// `monthly`
    Monthly,
    /// `quarterly`
    Quarterly,
    /// `yearly`
    Yearly,
    /// `whole term`: one period.
    WholeTerm,
}

/// `rounding money to 0.01 half up on each line`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyRounding {
    /// Step and mode.
    pub rounding: Rounding,
    /// `on each line`; otherwise `on the total`.
    pub each_line: bool,
}

/// `calendar NAME { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The name.
    pub name: Name,
    /// Opening hours.
    pub hours: Vec<Spanned<Opening>>,
    /// `closed on …`
    pub closed: Vec<Spanned<Closed>>,
    /// `timezone "…"`; otherwise the contract's.
    pub timezone: Option<Text>,
}

/// `mon to fri 08:00 to 20:00`, `sat all day`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// First weekday, 0 is Monday.
    pub first: u8,
    /// Last weekday; before the first it wraps over Sunday.
    pub last: u8,
    /// Opening time.
    pub from: Clock,
    /// Closing time, after the opening time.
    pub to: Clock,
}

/// What a calendar is closed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// A holiday list of the data book.
    List(String),
    /// A date.
    Date(Date),
}

/// `fields TABLE [dated by FIELD] { NAME: TYPE … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// A standard table, or a new one.
    pub table: Name,
    /// `dated by FIELD`: required for a new table.
    pub dated_by: Option<Name>,
    /// The fields.
    pub fields: Vec<(Name, Spanned<FieldType>)>,
}

/// The type of a declared field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// `text`
    Text,
    /// `yes or no`
    YesNo,
    /// `whole number`
    Whole,
    /// `number`
    Number,
    /// `money`, in the contract's currency
    Money,
    /// `duration`
    Duration,
    /// `timestamp`
    Timestamp,
    /// `date`
    Date,
}

/// `example "…" { given … expect … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What it illustrates.
    pub title: Text,
    /// `from 2027-01-01`: the first day of the first period given.
    pub from: Option<Spanned<Date>>,
    /// The readings and charges it starts from.
    pub given: Vec<Given>,
    /// What must come out.
    pub expect: Vec<Spanned<Expect>>,
}

/// `NAME = VALUE`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// A measure or a charge.
    pub name: Name,
    /// Its values in the periods before, in order: `a = 36.45, 35.58, 37.66` has two.
    pub before: Vec<Spanned<GivenValue>>,
    /// Its value, in the last period given.
    pub value: Spanned<GivenValue>,
}

/// A given reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenValue {
    /// `77.50%`
    Value(Quantity),
    /// `15 of 17`: numerator and denominator.
    Fraction(Quantity, Quantity),
    /// `162 less 54 of 324`: promoters, detractors and answers.
    Difference(Quantity, Quantity, Quantity),
    /// `not measured`
    NotMeasured,
}

/// What an example expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// `penalty on NAME = GBP 1.00`, `penalties = …`, `total = …`, `NAME = …`
    Value(Subject, Spanned<Quantity>),
    /// `NAME is met`
    Status(Name, ExpectStatus),
    /// `… in period 3`: of those given.
    In(Box<Expect>, Spanned<u32>),
}

/// The figure an example names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// `penalty on NAME`
    Penalty(Name),
    /// `bonus on NAME`
    Bonus(Name),
    /// `points on NAME`
    PointsOn(Name),
    /// `penalties`: after caps
    Penalties,
    /// `bonuses`: after caps and gates
    Bonuses,
    /// `points`: the sum
    Points,
    /// `charges`: the sum
    Charges,
    /// `total`: charges and bonuses less penalties
    Total,
    /// A measure's reading after rounding, a charge, a pool or a fact.
    Name(Name),
}

/// The status an example expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExpectStatus {
    /// `met`
    Met,
    /// `missed`
    Missed,
    /// `below minimum`
    BelowMinimum,
    /// `not measured`
    NotMeasured,
    /// `not proven`
    NotProven,
}
