//! Expressions: conditions over a record, and arithmetic over readings and money.

use super::{Name, Text};
use crate::span::Spanned;

/// An exact decimal as written: `1,250.50` is 125050 with scale 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// All digits as one integer, with the sign.
    pub units: i128,
    /// How many of the digits stand after the point.
    pub scale: u32,
}

/// The unit written with a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum UnitWord {
    /// No unit: `75`.
    None,
    /// `%`
    Percent,
    /// `point`, `points`: percentage points, or service points where money is paid by points.
    Points,
    /// A currency code before the number: `GBP 6.00`.
    Money(String),
    /// `second(s)`, `minute(s)`, `hour(s)`, `day(s)`, `week(s)`: elapsed time; a day is 24 hours.
    Time(TimeUnit),
    /// `calendar day(s)`: dates in the contract's zone.
    CalendarDays,
    /// `month(s)`: the same day of a later month, or that month's last day.
    Months,
    /// `year(s)`: twelve months each.
    Years,
}

/// A unit of elapsed time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TimeUnit {
    /// One second.
    Second,
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
    /// 7 days.
    Week,
}

/// A number with its unit: `75%`, `GBP 6.00`, `20 seconds`, `1,000`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Quantity {
    /// The number, with its sign.
    pub number: Decimal,
    /// The unit.
    pub unit: UnitWord,
    /// Whether a `+` or `-` was written: `+3%` and `3%` differ where money is paid.
    pub signed: bool,
}

/// A calendar date as written; the parser has checked that it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    /// Year, 1 to 9999.
    pub year: i16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month.
    pub day: u8,
}

/// A time of day; `24:00` is the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Clock {
    /// Hour, 0 to 24.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second, 0 to 59.
    pub second: u8,
}

/// An expression and its place.
pub type Expr = Spanned<ExprKind>;

/// What an expression says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// `75%`
    Quantity(Quantity),
    /// `"resolved"`
    Text(String),
    /// `yes` or `no`
    YesNo(bool),
    /// `2026-01-31`
    Date(Date),
    /// `2026-01-31 23:59:59`, local time of the contract
    Instant(Date, Clock),
    /// A field, measure, charge, pool or fact.
    Name(String),
    /// `not A`
    Not(Box<Expr>),
    /// `-A`
    Negative(Box<Expr>),
    /// `A and B`, `A <= B`, `A + B` …
    Binary(Box<Expr>, Spanned<Operator>, Box<Expr>),
    /// `A in ("x", "y")`, `A not in (…)`
    In {
        /// What is looked up.
        value: Box<Expr>,
        /// The list.
        list: Vec<Expr>,
        /// `not in`
        negated: bool,
    },
    /// `A is missing`, `A is known`
    Missing {
        /// What may be missing.
        value: Box<Expr>,
        /// `is known`
        negated: bool,
    },
    /// `A rounded to 0.01 half up`, `A rounded up to 60 seconds`
    Rounded {
        /// What is rounded.
        value: Box<Expr>,
        /// How.
        rounding: Rounding,
    },
    /// `greater of A and B`, `lesser of A and B`
    Extreme {
        /// `greater`
        greater: bool,
        /// First value.
        left: Box<Expr>,
        /// Second value.
        right: Box<Expr>,
    },
    /// `time from A to B`
    Elapsed {
        /// Start field.
        from: Name,
        /// End field.
        to: Name,
    },
    /// `business time from A to B in CALENDAR [paused while status in (…)]`
    Business {
        /// Start field.
        from: Name,
        /// End field.
        to: Name,
        /// The calendar that says when the clock runs.
        calendar: Name,
        /// Statuses of the `events` table that stop the clock.
        paused: Vec<Text>,
    },
    /// `followed by SET with same KEYS within …`
    Follow(Box<Follow>),
    /// `count of SET`, `sum of E over SET`: where a charge or ratio names one directly.
    Aggregate(Box<super::Aggregate>),
    /// `USD 100.00 in GBP`
    Converted {
        /// The amount in another currency.
        value: Box<Expr>,
        /// The currency it becomes.
        to: Name,
    },
    /// `days from A to B, both counted`: whole dates, 0 when B is not after A.
    DaysBetween {
        /// First date.
        from: Name,
        /// Last date.
        to: Name,
        /// Both dates count.
        both: bool,
    },
    /// `days in the period`: how many dates the settled period has.
    DaysInPeriod,
    /// `5% of A`, `2 days of A`
    PartOf(Box<Expr>, Box<Expr>),
    /// `average of A over 3 periods`, `A of the period before`
    Past(super::Past),
    /// `penalties on NAME`
    TotalOn(super::TotalOn),
}

/// An operator between two expressions, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `or`
    Or,
    /// `and`
    And,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*` (also written `x`)
    Times,
    /// `/`
    Over,
}

/// `[followed|preceded] by SET with same KEYS [on a later day] [within WINDOW] [after FIELD]`,
/// or `starts a case with same KEYS within WINDOW`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follow {
    /// Which way the search goes.
    pub direction: Direction,
    /// The set searched; none for `starts a case`, which searches the record's own set.
    pub set: Option<Name>,
    /// Fields that must be equal and known on both sides.
    pub keys: Vec<Name>,
    /// `on a later day` (or `earlier day`): records of the same local date do not count.
    pub other_day: bool,
    /// How far the search goes; none means without limit.
    pub window: Option<Window>,
    /// `after FIELD`: the window starts at this field instead of the record's own date.
    pub after: Option<Name>,
    /// `at least 3`, `at least GBP 100 of value in`: how many or how much must follow.
    pub least: Option<Box<Least>>,
}

/// How many records, or how much of a field, must follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Least {
    /// How many or how much.
    pub amount: Spanned<Quantity>,
    /// The field that is added up; none counts records.
    pub of: Option<Expr>,
}

/// Which way a look-ahead goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// `followed by`
    Followed,
    /// `preceded by`
    Preceded,
    /// `starts a case`: not within the window of the record that started the case before it.
    StartsCase,
    /// `still in`: a record with `from` and `to` holds the moment.
    StillIn,
}

/// `within 7 days` (the boundary counts) or `in less than 7 days` (it does not).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The length; its unit says whether days are elapsed or calendar days.
    pub length: Spanned<Quantity>,
    /// `within`
    pub inclusive: bool,
}

/// `to 0.01 points half up`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rounding {
    /// The step: results are multiples of it.
    pub step: Spanned<Quantity>,
    /// How a value between two steps is decided.
    pub mode: RoundingMode,
}

/// How a value between two steps is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoundingMode {
    /// `half up`: a half goes away from zero.
    HalfUp,
    /// `half even`: a half goes to the even step.
    HalfEven,
    /// `up`: away from zero.
    Up,
    /// `down`: toward zero.
    Down,
}
