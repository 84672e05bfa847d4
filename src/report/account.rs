//! The account of the data as a report shows it: tables, files, spans, and rows that no period holds.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The account of the data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataView {
    /// The tables, by name.
    pub tables: Vec<TableView>,
    /// Rows that belong to no evaluated period, by set.
    pub outside_periods: Vec<OutsideView>,
}

/// The account of one table:
/// `read = accepted + rejected + duplicates + folded`; rows passed over are counted apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableView {
    /// Its name.
    pub name: String,
    /// Its files as the data book names them, with their rows.
    pub files: Vec<FileView>,
    /// The relation of a database that was read instead of files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<String>,
    /// Rows read.
    pub read: u64,
    /// Rows that went on.
    pub accepted: u64,
    /// Rows that could not be read, by reason.
    pub rejected: BTreeMap<String, u64>,
    /// Rows dropped as duplicates.
    pub duplicates: u64,
    /// Event rows folded into the row of their case.
    pub folded: u64,
    /// Rows that became known later than the moment asked for.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub later: u64,
    /// Files that became known later, and were not read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub later_files: u64,
    /// What told when rows became known, in words; none when all were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_by: Option<String>,
    /// Rows that were not read, because their dates cannot matter to the periods; none when all were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passed_over: Option<PassedOverView>,
    /// Local times that the clocks skipped.
    pub dst_gaps: u64,
    /// Local times that the clocks repeat.
    pub dst_folds: u64,
    /// Earliest and latest moment per dating field.
    pub spans: BTreeMap<String, SpanView>,
    /// Up to when the data is complete, in the contract's zone.
    pub complete_to: Option<String>,
    /// The sum with its numbers: `1,000 read = 990 accepted + 10 duplicates`.
    pub text: String,
    /// Whether it adds up. It always does; a report that says otherwise shows a fault in Meed.
    pub adds_up: bool,
}

/// Rows that were not read: their files say that they are dated outside of what the periods ask for.
/// Whether they could be read, or have the key of another row, was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PassedOverView {
    /// How many rows.
    pub rows: u64,
    /// How many row groups they stand in.
    pub row_groups: u64,
    /// How many row groups the files have.
    pub of_row_groups: u64,
}

/// A file and its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileView {
    /// Its path as the book gives it.
    pub path: String,
    /// Rows read from it.
    pub rows: u64,
}

/// The first and last moment of a field, as contract-local text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpanView {
    /// Earliest.
    pub first: String,
    /// Latest.
    pub last: String,
}

/// Rows of a set that belong to no evaluated period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutsideView {
    /// The set.
    pub set: String,
    /// Dated before or after.
    pub elsewhere: u64,
    /// Without a date.
    pub undated: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}
