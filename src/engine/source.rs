//! Where the rows come from: the files of a data book, or a test's batches.

use std::collections::BTreeSet;

use super::batch::Batch;
use super::error::EngineError;
use crate::contract::Table;
use crate::measured::{Reject, TableTotals};
use crate::value::{Date, Instant};

/// What is needed of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// The fields.
    pub fields: BTreeSet<String>,
    /// Whether the ids of records are.
    pub ids: bool,
}

/// The account of a table after its last batch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// Control totals.
    pub totals: TableTotals,
    /// Rows that could not be read.
    pub rejects: Vec<Reject>,
}

/// The rows of one table, batch by batch.
pub trait Rows: Iterator<Item = Result<Batch, EngineError>> + Send {
    /// The account of what was read so far.
    fn finish(self: Box<Self>) -> Loaded;

    /// How many rows there are, where that is known beforehand.
    fn expected(&self) -> Option<u64> {
        None
    }
}

/// Where tables come from.
pub trait Source: Sync {
    /// Opens a table.
    ///
    /// # Errors
    ///
    /// When a file cannot be opened or lacks a field that is needed.
    fn open(&self, table: &Table, needs: &Needs) -> Result<Box<dyn Rows + '_>, EngineError>;

    /// The dates of a holiday list.
    ///
    /// # Errors
    ///
    /// When there is no such list, or its file cannot be read.
    fn holidays(&self, list: &str) -> Result<Vec<Date>, EngineError>;

    /// The last moment up to which a table is said to be complete.
    fn complete_to(&self, table: &str) -> Option<Instant>;
}
