//! What the engine brings back: exact counts and sums, and the account of
//! every row that was read.
//!
//! Nothing here is divided or rounded yet. Per measure and cell the account
//! adds up: `records = outside + unknown + excluded + missing + open + counted`.

mod histogram;
mod part;
mod register;
pub mod sheet;

pub use histogram::Histogram;
pub use part::Part;
pub use register::{Adjustment, Claim, Registers, Relief, Version};
pub use sheet::Sheet;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::value::{Instant, Ratio};

/// All cells of all measures, and the control totals of all tables.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measured {
    /// Cells by measure name.
    pub cells: BTreeMap<String, BTreeMap<CellKey, Cell>>,
    /// Cells of measures that are also counted another way.
    pub others: BTreeMap<Version, BTreeMap<String, BTreeMap<CellKey, Cell>>>,
    /// Control totals by table name.
    pub tables: BTreeMap<String, TableTotals>,
    /// Rows per set that no evaluated period holds.
    pub outside_periods: BTreeMap<String, OutsidePeriods>,
    /// The moment up to which the data is complete, by table.
    pub complete_to: BTreeMap<String, Instant>,
    /// The rows of registers.
    pub registers: Registers,
}

/// A period and a segment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellKey {
    /// Index of the period among the evaluated ones.
    pub period: usize,
    /// The segment; [`Segment::whole`] for all records together.
    pub segment: Segment,
}

/// The values of a measure's `by` fields, in the order of the clause; none is
/// a missing value. Empty for the whole. Shared, for one stands beside every
/// figure of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Option<String>>", into = "Vec<Option<String>>")]
pub struct Segment(pub Arc<[Option<String>]>);

impl From<Vec<Option<String>>> for Segment {
    fn from(values: Vec<Option<String>>) -> Self {
        Self(values.into())
    }
}

impl From<Segment> for Vec<Option<String>> {
    fn from(segment: Segment) -> Self {
        segment.0.to_vec()
    }
}

impl Segment {
    /// All records together.
    #[must_use]
    pub fn whole() -> Self {
        Self::default()
    }

    /// Whether this is all records together.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Display for Segment {
    /// `Seville, P2`; `all` for the whole; `(missing)` for a missing value.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&segment_words(&self.0))
    }
}

/// The values of a segment in words, as its `Display` has them.
#[must_use]
pub fn segment_words(values: &[Option<String>]) -> String {
    let parts: Vec<&str> = values.iter().map(|part| part.as_deref().unwrap_or("(missing)")).collect();
    if parts.is_empty() { "all".to_string() } else { parts.join(", ") }
}

/// The figures of one measure in one period and segment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// Above the line: what the measure counts or sums. For a single figure
    /// that figure; for a mean the sum; for a net promoter score promoters
    /// less detractors; for a percentile the number of values (as below).
    pub above: Ratio,
    /// Below the line: what it is set against. For a single figure the number
    /// of records it comes from; for a mean, percentile, net promoter score or
    /// top box the number of known values.
    pub below: Ratio,
    /// For a percentile: how often each value occurs, ascending.
    pub histogram: Histogram,
    /// For a net promoter score: promoters and detractors together, the sum of
    /// the squared scores; none when it is not known.
    pub squares: Option<Ratio>,
    /// For a distinct count or a share by key, the records behind it.
    pub tallies: Vec<Tally>,
    /// Records whose part in this cell can still change, because a look-ahead
    /// has not run out when the data ends: those counted, and those that may
    /// still come to be. Under `matured only` those left out until they are decided.
    pub open: u64,
    /// The moment from which this cell is final, when it is not: because records
    /// are open, or records of its period may still come. None as well when a
    /// look-ahead without limit never runs out.
    pub final_from: Option<Instant>,
}

/// The account of the records of one set in one cell.
///
/// `records = outside + unknown + excluded + missing + open + counted`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// The set, as the contract calls it.
    pub set: Arc<str>,
    /// The table it draws on.
    pub table: Arc<str>,
    /// Which figure it belongs to.
    pub role: Role,
    /// Rows of the table dated in this period (and segment).
    pub records: u64,
    /// Not in the set: a condition is not met.
    pub outside: u64,
    /// A condition could not be decided because a field is missing.
    pub unknown: u64,
    /// Left out by a clause of the contract, by its reason.
    pub excluded: BTreeMap<String, u64>,
    /// In the set, but the value the measure needs is missing or off its scale.
    pub missing: u64,
    /// Left out by `matured only`: the look-ahead had not run out.
    pub open: u64,
    /// In the figure.
    pub counted: u64,
    /// For a share: of the counted, those above the line.
    pub above: u64,
    /// For a share: of the counted, those whose condition stayed unknown.
    pub undecided: u64,
}

/// Which figure a tally belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum Role {
    /// The only set of the measure: both sides of the line.
    #[default]
    Both,
    /// Above the line.
    Above,
    /// Below the line.
    Below,
}

/// Rows of a table that belong to no evaluated period, for one dating field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OutsidePeriods {
    /// Dated before the first or after the last evaluated period.
    pub elsewhere: u64,
    /// Without a date.
    pub undated: u64,
}

/// The account of one table's rows:
/// `read = accepted + rejected + duplicates + folded + not yet known`.
/// Rows that were passed over are counted apart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TableTotals {
    /// The files, in the order of their names.
    pub files: Vec<FileTotals>,
    /// The relation of a database that was read instead of files.
    pub relation: Option<String>,
    /// Rows read.
    pub read: u64,
    /// Rows (or cases, where an event log is folded) that went on.
    pub accepted: u64,
    /// Rows that could not be read, by reason.
    pub rejected: BTreeMap<String, u64>,
    /// Rows dropped as duplicates.
    pub duplicates: u64,
    /// Event rows folded into the row of their case.
    pub folded: u64,
    /// Rows that became known later than the moment asked for.
    pub later: u64,
    /// Files that became known later, and were not read.
    pub later_files: u64,
    /// What told when rows became known; none when all were asked for.
    pub known_by: Option<KnownBy>,
    /// Local times that the clocks skipped, and how they were read.
    pub dst_gaps: u64,
    /// Local times that the clocks repeat, and how they were read.
    pub dst_folds: u64,
    /// Earliest and latest moment per dating field, as contract-local text.
    pub spans: BTreeMap<String, (String, String)>,
    /// Rows that were not read, because their dates cannot matter to the periods.
    pub passed_over: PassedOver,
}

/// Rows of Parquet files that were not read: whether they could be read, or
/// have the key of another row, was not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PassedOver {
    /// How many rows.
    pub rows: u64,
    /// How many row groups they stand in.
    pub row_groups: u64,
    /// How many row groups the files have.
    pub of_row_groups: u64,
}

/// What tells when a row became known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum KnownBy {
    /// This column.
    Column(String),
    /// The file it stands in.
    Files,
    /// The book does not say; its date, in this field, stands in.
    Date(String),
    /// Nothing: every row counts as known.
    Nothing,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileTotals {
    /// The path as the book gives it, with `/` between its parts.
    pub path: String,
    /// Rows read from it.
    pub rows: u64,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reject {
    /// The table.
    pub table: String,
    /// The file as the book gives it.
    pub file: String,
    /// The line, counted from 1 with the heading; the row for Parquet and spreadsheets.
    pub line: u64,
    /// The column as the file calls it; empty when the whole row is at fault.
    pub column: String,
    /// What stands there, cut to 200 characters.
    pub value: String,
    /// Why it cannot be read, in words.
    pub reason: String,
}
