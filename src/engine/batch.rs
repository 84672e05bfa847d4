//! A stretch of rows of one table, column by column, in Arrow arrays.

use std::collections::BTreeMap;

use arrow::array::{BooleanArray, Decimal128Array, Int32Array, Int64Array, StringArray};

/// Decimals kept by [`Column::Number`]: a number with more is rejected by the loader.
pub const NUMBER_SCALE: i8 = 9;

/// Some rows of one table, in file order.
#[derive(Debug, Clone)]
pub struct Batch {
    /// How many rows.
    pub rows: usize,
    /// The fields asked for, all of `rows` length.
    pub columns: BTreeMap<String, Column>,
    /// The id of each row (key of the book, or digest of the content); only when asked for.
    pub ids: Option<StringArray>,
    /// Index of the file among the table's files, one per row.
    pub files: Vec<u32>,
    /// Line (or row) in that file, one per row, counted from 1.
    pub lines: Vec<u64>,
}

/// The values of one field. A null is a missing value.
#[derive(Debug, Clone)]
pub enum Column {
    /// Text.
    Text(StringArray),
    /// Yes or no.
    YesNo(BooleanArray),
    /// Whole numbers.
    Whole(Int64Array),
    /// Numbers and money (major units), as decimals with scale [`NUMBER_SCALE`].
    Number(Decimal128Array),
    /// Durations in microseconds.
    Duration(Int64Array),
    /// Moments, microseconds since 1970-01-01 UTC.
    Instant(Int64Array),
    /// Dates, days since 1970-01-01.
    Date(Int32Array),
}
