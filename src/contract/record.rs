//! Conditions and values over one record.
//!
//! A comparison with a missing value is neither true nor false but *unknown*
//! (Kleene's three values): `unknown and no` is no, `unknown or yes` is yes,
//! `not unknown` is unknown. A record whose condition stays unknown is not
//! counted, and the reading says how many there were.

use crate::value::{Date, Instant, Ratio, Rounding, Unit};

/// A typed expression over the fields of one record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Row {
    /// A constant.
    Const(Value),
    /// A field of the record's table.
    Field(String),
    /// `not A`
    Not(Box<Row>),
    /// All hold.
    And(Vec<Row>),
    /// At least one holds.
    Or(Vec<Row>),
    /// Two values compared. Texts know only equal and not equal.
    Compare(Compare, Box<Row>, Box<Row>),
    /// The value is one of the list.
    OneOf(Box<Row>, Vec<Value>),
    /// The value is missing.
    Missing(Box<Row>),
    /// Arithmetic, exact; a division by zero is missing.
    Arithmetic(Arithmetic, Box<Row>, Box<Row>),
    /// Seconds from the first to the second field; negative when they are the other way round.
    Elapsed(String, String),
    /// Seconds in which the calendar is open between two fields, less the
    /// open seconds in which the case had one of the paused statuses.
    /// Negative when the second field is before the first.
    Business {
        /// Start field.
        from: String,
        /// End field.
        to: String,
        /// The calendar.
        calendar: String,
        /// Statuses of `events` that stop the clock; empty means it never stops.
        paused: Vec<String>,
    },
    /// A number rounded to a step.
    Rounded(Box<Row>, Rounding),
    /// The greater (true) or lesser of two values; missing when either is.
    Extreme(bool, Box<Row>, Box<Row>),
    /// Whether another record follows, precedes or starts a case.
    Follow(Box<Follow>),
}

/// A constant of a record expression.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A number: plain, percent (75 for 75 %), money in major units, or seconds.
    Number(Ratio),
    /// A text.
    Text(String),
    /// Yes or no.
    YesNo(bool),
    /// A date.
    Date(Date),
    /// A moment.
    Instant(Instant),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compare {
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
}

/// An arithmetic operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Arithmetic {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Over,
}

/// A look-ahead or look-back over the records of a set.
///
/// Records are ordered by their date (the set's `dated by` field), then by
/// id. Only records with all keys known can match. `Followed` asks for a
/// later record of `set` with the same keys whose date lies within `window`
/// of the start (`after`, or the record's own date); `Preceded` for an
/// earlier one whose window reaches this record. A record never matches itself.
///
/// `StartsCase` walks all records of the base set with the same keys in
/// order: the first starts a case; a later one starts a new case when it lies
/// beyond the window of the record that started the current case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Follow {
    /// Which way.
    pub direction: Direction,
    /// The base set: the records asked about, with their date.
    pub base: SetRef,
    /// The set searched (the base set itself for `StartsCase`).
    pub target: SetRef,
    /// Fields equal on both sides.
    pub keys: Vec<String>,
    /// Records of the same local date do not count.
    pub other_day: bool,
    /// How far; none is without limit.
    pub window: Option<Window>,
    /// The field the window starts at, instead of the date, of the earlier of
    /// the two records: of the base when it is followed, of the target when
    /// the base is preceded.
    pub after: Option<String>,
    /// How many records, or how much of a value, must be found; none is one record.
    pub least: Option<Least>,
}

/// How many records, or how much of a value, must be found in a window.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Least {
    /// How many or how much.
    pub at_least: Ratio,
    /// The field of the records searched that is added up; none counts them.
    pub of: Option<String>,
}

/// Which way a look-ahead goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// A later record exists.
    Followed,
    /// An earlier record exists.
    Preceded,
    /// The record starts a case.
    StartsCase,
    /// A record from a date to a date holds the moment at the end of the window.
    StillIn,
}

/// How far a look-ahead goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// The length.
    pub length: WindowLength,
    /// Whether a record exactly at the end still counts.
    pub inclusive: bool,
}

/// The length of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WindowLength {
    /// Elapsed time in microseconds: 7 days are 7 × 24 hours.
    Elapsed(i64),
    /// Local dates: the record's date plus so many days, to the end of that day.
    CalendarDays(u32),
    /// The same local date and time so many months later, clamped to the
    /// month's last day.
    Months(u32),
}

/// A set of records, flattened: a table, conditions and exclusions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SetRef {
    /// How the contract calls it: a set's or table's name, with a filter's text when it has one.
    pub name: String,
    /// The table.
    pub table: String,
    /// All must hold.
    pub conditions: Vec<Row>,
    /// A record that meets one of these is out; the first in order is the reason given.
    pub exclusions: Vec<Excluded>,
    /// The field that dates a record (a date or timestamp field of the table).
    pub dated_by: String,
    /// How many months after that date the record counts, clamped to the month's last day.
    pub later: u32,
    /// What counts in part, up to a number, or only without relief.
    pub portions: super::Portions,
}

/// A named set.
pub type Set = SetRef;

/// A reason to leave records out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Excluded {
    /// Which records.
    pub condition: Row,
    /// Why, in the contract's words.
    pub because: String,
}

impl Row {
    /// Calls `visit` on this expression and everything inside it, without
    /// entering the sets of look-aheads.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Row)) {
        visit(self);
        match self {
            Self::Not(a) | Self::OneOf(a, _) | Self::Missing(a) | Self::Rounded(a, _) => a.walk(visit),
            Self::And(all) | Self::Or(all) => all.iter().for_each(|row| row.walk(visit)),
            Self::Compare(_, a, b) | Self::Arithmetic(_, a, b) | Self::Extreme(_, a, b) => {
                a.walk(visit);
                b.walk(visit);
            }
            Self::Const(_) | Self::Field(_) | Self::Elapsed(..) | Self::Business { .. } | Self::Follow(_) => {
            }
        }
    }
}

/// The unit of a field or expression, kept where it decides how a result reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The expression.
    pub row: Row,
    /// Its unit.
    pub unit: Unit,
    /// How it was written.
    pub text: String,
}
