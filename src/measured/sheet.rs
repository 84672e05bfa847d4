//! What a counter has for one cell, before measures are made of it.
//!
//! Every record of a cell is in one class; the figures of a measure and the
//! account of its records both follow from how many there are of each.

use super::Histogram;
use crate::value::Ratio;

/// Not in the set.
pub const OUTSIDE: u16 = 0;
/// Undecided because a field is missing.
pub const UNKNOWN: u16 = 1;
/// In the set, but without the value the measure needs.
pub const MISSING: u16 = 2;
/// Left out by `matured only`.
pub const OPEN: u16 = 3;
/// Counted, not above the line.
pub const COUNTED: u16 = 4;
/// Counted, above the line.
pub const ABOVE: u16 = 5;
/// Counted; whether above the line is unknown.
pub const UNDECIDED: u16 = 6;
/// Left out by the first exclusion; the second is one higher, and so on.
pub const EXCLUDED: u16 = 7;

/// Whether a record of this class is in the figure.
#[must_use]
pub fn counts(class: u16) -> bool {
    (COUNTED..EXCLUDED).contains(&class)
}

/// The records of one counter in one cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// How many records of each class.
    pub classes: Vec<u64>,
    /// How many of them can still change.
    pub open: u64,
    /// The moment, in microseconds UTC, until which the cell can change; none when it cannot.
    pub until: Option<i64>,
    /// The sum of what is taken from the records that count.
    pub sum: Ratio,
    /// How often each value occurs.
    pub histogram: Histogram,
    /// Different keys.
    pub keys: u64,
    /// Different keys of which one record is above the line.
    pub keys_above: u64,
}

impl Sheet {
    /// A cell without records, of so many classes.
    #[must_use]
    pub fn new(classes: usize) -> Self {
        Self { classes: vec![0; classes], ..Self::default() }
    }

    /// How many records of one class.
    #[must_use]
    pub fn class(&self, class: u16) -> u64 {
        self.classes.get(usize::from(class)).copied().unwrap_or(0)
    }

    /// All records.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.classes.iter().sum()
    }

    /// The records in the figure.
    #[must_use]
    pub fn counted(&self) -> u64 {
        self.class(COUNTED) + self.class(ABOVE) + self.class(UNDECIDED)
    }

    /// Adds another cell; keys are counted apart.
    pub fn add(&mut self, other: &Self) {
        for (slot, more) in self.classes.iter_mut().zip(&other.classes) {
            *slot += more;
        }
        self.open += other.open;
        self.until = self.until.max(other.until);
        self.sum = &self.sum + &other.sum;
        self.histogram.add(&other.histogram);
    }
}
