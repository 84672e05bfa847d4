//! A stretch of rows of one table, column by column, in Arrow arrays.

use std::collections::BTreeMap;

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Decimal128Array, Int32Array, Int64Array};
use arrow::datatypes::{Decimal128Type, Int32Type, Int64Type};

use serde::{Deserialize, Serialize};

use super::texts::Texts;
use super::truth::Pair;

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
    pub ids: Option<Texts>,
    /// Index of the file among the table's files, one per row.
    pub files: Vec<u32>,
    /// Line (or row) in that file, one per row, counted from 1.
    pub lines: Vec<u64>,
    /// The moment until which each row may still change; none when rows are what they are.
    pub ends: Option<Vec<i64>>,
    /// How far an earlier run came with these rows; none when they are new.
    pub(super) earlier: Option<Earlier>,
}

/// Rows that an earlier run has read.
#[derive(Debug, Clone)]
pub(super) struct Earlier {
    pub(super) standing: Standing,
    /// By question, for which rows the answer is yes, and for which no, whatever comes.
    pub(super) answers: BTreeMap<usize, Pair>,
}

/// How far an earlier run came with some rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Standing {
    /// Nothing of them is counted.
    Uncounted,
    /// They are counted where nothing waits for look-aheads, and have to be counted where something does.
    Open,
    /// They are counted, and may be found by others.
    Counted,
}

/// The values of one field. A null is a missing value.
#[derive(Debug, Clone)]
pub enum Column {
    /// Text.
    Text(Texts),
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

impl Column {
    /// Its values as an array.
    pub(super) fn array(&self) -> ArrayRef {
        match self {
            Self::Text(values) => Arc::new(values.plain().into_owned()),
            Self::YesNo(values) => Arc::new(values.clone()),
            Self::Number(values) => Arc::new(values.clone()),
            Self::Date(values) => Arc::new(values.clone()),
            Self::Whole(values) | Self::Duration(values) | Self::Instant(values) => Arc::new(values.clone()),
        }
    }

    /// A column of the same kind with the values of an array of its type.
    pub(super) fn of(&self, array: &ArrayRef) -> Self {
        match self {
            Self::Text(_) => Self::Text(array.as_string::<i32>().clone().into()),
            Self::YesNo(_) => Self::YesNo(array.as_boolean().clone()),
            Self::Number(_) => Self::Number(array.as_primitive::<Decimal128Type>().clone()),
            Self::Date(_) => Self::Date(array.as_primitive::<Int32Type>().clone()),
            Self::Whole(_) => Self::Whole(array.as_primitive::<Int64Type>().clone()),
            Self::Duration(_) => Self::Duration(array.as_primitive::<Int64Type>().clone()),
            Self::Instant(_) => Self::Instant(array.as_primitive::<Int64Type>().clone()),
        }
    }
}
