//! The data book: `data.yaml`, which says which file feeds which table and how it is read.
//!
//! ```yaml
//! zone: Europe/London
//! tables:
//!   interactions:
//!     files: data/calls-*.csv
//!     columns:
//!       id: Contact ID
//!       started_at: {from: Start, format: "%d/%m/%Y %H:%M"}
//! ```
//!
//! The contract says what is measured; the book says where the values stand.
//! Nothing is guessed: a format, a unit or a zone that a column needs and the
//! book does not give is an error. `README.md` beside this file is the
//! reference.

mod as_of;
mod check;
mod column;
mod decode;
mod error;
pub(crate) mod near;
mod node;
mod pattern;
mod table;

pub use as_of::AsOf;
pub use column::{Cell, ColumnBook, DurationUnit, Lookup, Numbers, Otherwise, Part, Place, Words};
pub use error::BookError;
pub use pattern::{Moment, TimeFormat};
pub use table::{
    Case, Duplicates, Encoding, FileEntry, Fold, FoldOrder, Format, Gap, Header, Known, Layout, Repeat,
    Skipped, TableBook, Take,
};

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::contract::Contract;
use crate::value::{Date, Instant, Zone};

/// A whole data book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// The path it was read from.
    pub path: PathBuf,
    /// The folder that relative paths start from: the one the book stands in.
    pub folder: PathBuf,
    /// The zone of times without one, unless a table or column says otherwise.
    pub zone: Option<Zone>,
    /// The moment up to which the data is complete.
    pub complete_to: Option<Instant>,
    /// What became known later than this is not seen; none sees everything.
    pub as_of: Option<AsOf>,
    /// Holiday lists by name.
    pub holidays: BTreeMap<String, HolidayList>,
    /// Tables by name.
    pub tables: BTreeMap<String, TableBook>,
    /// The text, kept to point at places in it.
    text: String,
}

/// A list of dates a calendar is closed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidayList {
    /// Where the dates stand.
    pub dates: HolidayDates,
    /// Who publishes it, in words.
    pub source: Option<String>,
    /// Which edition it is, in words.
    pub version: Option<String>,
}

/// Where the dates of a holiday list stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HolidayDates {
    /// In the book.
    Here(Vec<Date>),
    /// In a CSV file.
    File {
        /// Path, relative to the book.
        file: String,
        /// The heading of the column of dates.
        column: String,
        /// How the dates are written.
        format: Vec<TimeFormat>,
    },
}

/// Reads a data book; `path` is where it stands, and where relative paths start.
///
/// # Errors
///
/// All faults, in the order of their places: text that is not YAML (then only
/// that), unknown or repeated words, values that are not what belongs there.
pub fn read(text: &str, path: &Path) -> Result<Book, Vec<BookError>> {
    decode::book(text, path)
}

impl Book {
    /// Compares the book with the contract whose data it describes.
    ///
    /// Gives every place where the two do not fit: a table or holiday list the
    /// contract needs and the book lacks, a field the contract's table does
    /// not have, a duration without unit, a time without zone.
    #[must_use]
    pub fn check(&self, contract: &Contract) -> Vec<BookError> {
        check::book(self, contract)
    }

    /// The moment up to which a table's data is complete, where the book says so.
    #[must_use]
    pub fn complete_to(&self, table: &str) -> Option<Instant> {
        self.tables.get(table).and_then(|table| table.complete_to).or(self.complete_to)
    }

    /// The path of a file the book names.
    #[must_use]
    pub fn resolve(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }
}

#[cfg(test)]
pub(crate) mod tests;
