//! How one field is read: where its value stands and what is done with the text.
//!
//! The order is fixed: trim, missing, split, look up, map, then the type.
//! `C004734 / Sales / Ann` with `split: " / ", part: 2` is `Sales`; looked up in
//! a list of allowances it is `18`; as a duration in days it is 18 × 24 hours.

use std::collections::BTreeMap;

use super::TimeFormat;
use crate::value::Zone;

/// How one field is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnBook {
    /// Where its value stands.
    pub place: Place,
    /// What is done with the text.
    pub cell: Cell,
    /// Whether a file without the column is read as if its values were missing.
    pub optional: bool,
    /// Which value of the book this is, to point at it.
    pub(super) at: usize,
}

impl ColumnBook {
    /// The column with this heading, read as it is.
    pub(crate) fn headed(name: &str) -> Self {
        let place = Place::Heading(vec![name.to_string()], None);
        Self { place, cell: Cell::default(), optional: false, at: 0 }
    }
}

/// Where a field's value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the column with one of these headings; of several with the same heading, the one counted from 1
    /// (none where there is only one).
    Heading(Vec<String>, Option<usize>),
    /// In this column, counted from 1.
    Column(usize),
    /// Here: the same for every row.
    Value(String),
}

/// What is done with the text of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Whether spaces at both ends are dropped.
    pub trim: bool,
    /// Spellings of missing, instead of the table's.
    pub missing: Option<Vec<String>>,
    /// Spellings of yes and no, instead of the table's.
    pub words: Words,
    /// A part of the text.
    pub part: Option<Part>,
    /// A list to look the text up in.
    pub lookup: Option<Lookup>,
    /// Texts and what they stand for, and what happens to others.
    pub map: Option<(BTreeMap<String, String>, Otherwise)>,
    /// How dates and times are written; the first that fits is used. Empty is ISO 8601.
    pub formats: Vec<TimeFormat>,
    /// The zone of times without one, instead of the table's.
    pub zone: Option<Zone>,
    /// What a duration counts.
    pub unit: Option<DurationUnit>,
    /// How numbers are written.
    pub numbers: Numbers,
}

impl Default for Cell {
    fn default() -> Self {
        Self {
            trim: true,
            missing: None,
            words: Words::default(),
            part: None,
            lookup: None,
            map: None,
            formats: Vec::new(),
            zone: None,
            unit: None,
            numbers: Numbers::default(),
        }
    }
}

/// Spellings of yes and no; none are the usual ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// Spellings of yes.
    pub yes: Option<Vec<String>>,
    /// Spellings of no.
    pub no: Option<Vec<String>>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// What stands between the parts.
    pub between: String,
    /// Which part, counted from 1.
    pub number: usize,
}

/// A list in a CSV file that a text is looked up in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// Path, relative to the book.
    pub file: String,
    /// Heading of the column that is compared.
    pub find: String,
    /// Heading of the column that is taken.
    pub take: String,
    /// What happens to a text the list does not hold.
    pub otherwise: Otherwise,
}

/// What happens to a text that a map or list does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Otherwise {
    /// The row is rejected.
    Reject,
    /// The text stays.
    Keep,
    /// The value is missing.
    Missing,
}

/// What a duration counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DurationUnit {
    /// Units of so many microseconds, exact.
    Micros(i64),
    /// `1:02:03` or `02:03`: hours (or minutes alone), minutes, seconds; `1.02:03:04` and `1 02:03:04` with days.
    Clock,
    /// `1:30`: hours and minutes.
    HoursMinutes,
    /// A date and time counted from 1970-01-01 00:00:00: `1970-01-02 09:46:18` is 33:46:18.
    Since1970,
}

/// How numbers are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbers {
    /// The decimal sign.
    pub decimal: char,
    /// The sign between thousands, where there is one.
    pub thousands: Option<char>,
    /// Texts before or after the number that are dropped: `%`, `£`.
    pub strip: Vec<String>,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { decimal: '.', thousands: None, strip: Vec::new() }
    }
}
