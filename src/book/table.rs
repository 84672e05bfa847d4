//! How one table is read: its files, their layout, its key, its event log.

use std::collections::BTreeMap;

use super::{ColumnBook, TimeFormat, Words};
use crate::value::{Instant, Zone};

/// How one table is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableBook {
    /// The files; none where only a database holds the table.
    pub files: Vec<FileEntry>,
    /// The relation of a database that holds it; none is the one that is called like the table.
    pub relation: Option<String>,
    /// How they are laid out.
    pub layout: Layout,
    /// Spellings of missing; none is the empty text alone.
    pub missing: Vec<String>,
    /// Spellings of yes and no.
    pub words: Words,
    /// The zone of times without one.
    pub zone: Option<Zone>,
    /// Local times that do not exist or exist twice.
    pub skipped: Skipped,
    /// The moment up to which the table is complete, instead of the book's.
    pub complete_to: Option<Instant>,
    /// What tells when a row became known, unless each file says it.
    pub known_at: Option<Known>,
    /// The fields that identify a row; none is the row's content.
    pub key: Option<Vec<String>>,
    /// What happens to a second row with the same key.
    pub duplicates: Duplicates,
    /// How many rows may be rejected.
    pub rejects: u64,
    /// How each field is read.
    pub columns: BTreeMap<String, ColumnBook>,
    /// How an event log becomes one row a case.
    pub fold: Option<Fold>,
    /// Which value of the book this is, to point at it.
    pub(super) at: usize,
}

impl TableBook {
    /// How rows are read, whatever files they stand in and up to when these are complete: without
    /// what changes from month to month, and without places in the book.
    #[must_use]
    pub fn rules(&self) -> Self {
        let mut rules = Self { files: Vec::new(), complete_to: None, at: 0, ..self.clone() };
        rules.columns.values_mut().for_each(|column| column.at = 0);
        rules.fold.iter_mut().for_each(|fold| fold.at = 0);
        rules
    }
}

/// A file, or several by a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Path or pattern, relative to the book.
    pub path: String,
    /// Fields that have the same value in every row of it.
    pub set: BTreeMap<String, String>,
    /// When all of its rows became known.
    pub known_at: Option<Instant>,
    /// Which value of the book this is, to point at it.
    pub(super) at: usize,
}

impl FileEntry {
    /// A file without further words.
    pub(crate) fn plain(path: &str) -> Self {
        Self { path: path.to_string(), set: BTreeMap::new(), known_at: None, at: 0 }
    }
}

/// What tells when a row became known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// A column of dates or moments.
    Column(String),
    /// The name of the file it stands in, which is written so.
    FileName(TimeFormat),
}

/// How files are laid out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// The format; by the file's name when absent.
    pub format: Option<Format>,
    /// How letters are encoded.
    pub encoding: Encoding,
    /// What stands between two cells; a comma for `csv`, a tabulator for `tsv`.
    pub delimiter: Option<u8>,
    /// Whether a quotation mark is a letter like others.
    pub literal_quotes: bool,
    /// Where the headings are.
    pub header: Header,
    /// The sheet of a workbook; the first when absent.
    pub sheet: Option<String>,
}

/// A file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Cells between commas or other signs, quoted where need be.
    Csv,
    /// The same between tabulators.
    Tsv,
    /// Cells between spaces.
    Columns,
    /// A JSON object a line.
    Jsonl,
    /// Apache Parquet.
    Parquet,
    /// A workbook: `.xlsx`, `.xlsm`.
    Xlsx,
}

/// How letters are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// Korean: CP949, a superset of EUC-KR.
    Cp949,
    /// ISO 8859-1.
    Latin1,
    /// Windows-1252.
    Windows1252,
    /// UTF-16; little endian unless a byte order mark says otherwise.
    Utf16,
    /// UTF-16, big endian.
    Utf16Be,
}

/// Where the headings are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// There are none; columns are named by position.
    None,
    /// In this line, counted from 1; after it so many lines are skipped.
    Line {
        /// The line, counted from 1.
        line: u64,
        /// How many lines after it belong to the heading.
        skip: u64,
    },
}

impl Default for Header {
    fn default() -> Self {
        Self::Line { line: 1, skip: 0 }
    }
}

/// What happens to local times that do not exist or exist twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Skipped {
    /// Times the clocks skipped.
    pub gap: Gap,
    /// Times the clocks repeated.
    pub repeat: Repeat,
}

/// How a time that the clocks skipped is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gap {
    /// The row is rejected.
    #[default]
    Reject,
    /// With the offset before the change: 01:30 becomes 02:30.
    Later,
    /// With the offset after the change: 01:30 becomes 00:30.
    Earlier,
}

/// How a time that the clocks repeated is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Repeat {
    /// The row is rejected.
    #[default]
    Reject,
    /// As the first of the two moments.
    First,
    /// As the second of the two moments.
    Second,
}

/// What happens to a second row with the same key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Duplicates {
    /// The data is refused.
    #[default]
    Refuse,
    /// The first row in file order stays.
    KeepFirst,
    /// The row with the latest value of this field stays; of equals the first in file order.
    KeepLatest(String),
}

/// How an event log becomes one row a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// The field that names the case; it is the id of the row.
    pub case: String,
    /// What orders the events of a case.
    pub order: FoldOrder,
    /// Which event a field is taken from unless it says otherwise.
    pub take: Take,
    /// Fields taken from other events.
    pub columns: BTreeMap<String, Case>,
    /// Which value of the book this is, to point at it.
    pub(super) at: usize,
}

/// What orders the events of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoldOrder {
    /// Their order in the files.
    File,
    /// A field; of equals their order in the files.
    Field(String),
}

/// The event a field is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The first or the last.
    pub take: Take,
    /// Only among events where these columns have one of these texts.
    pub only: BTreeMap<String, Vec<String>>,
}

/// The first or the last event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Take {
    /// The first.
    First,
    /// The last.
    #[default]
    Last,
}
