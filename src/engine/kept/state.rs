//! What is kept of a run: the account of the files, the counts of everything that cannot change any
//! more, and which rows are still needed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::super::batch::Standing;
use super::super::count::Count;
use super::super::distinct::Distinct;
use super::super::load::Begun;
use crate::measured::{OutsidePeriods, Segment};

/// What is kept, but for the counts.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::engine) struct Entry {
    /// Start and end of the periods that are over.
    pub(in crate::engine) periods: Vec<(i64, i64)>,
    /// The moment before which rows have all come.
    pub(in crate::engine) boundary: i64,
    pub(in crate::engine) tables: BTreeMap<String, TableEntry>,
    /// The digest of the counts, which stand in a file of that name.
    pub(in crate::engine) counts: String,
}

impl Entry {
    /// Rows of the files it is about.
    pub(super) fn rows(&self) -> u64 {
        self.tables.values().map(|table| table.begun.rows()).sum()
    }
}

/// What is kept of a table.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::engine) struct TableEntry {
    /// The account of its files.
    pub(in crate::engine) begun: Begun,
    /// The hashes of its keys, where there are some, in a file of that name.
    pub(in crate::engine) keys: Option<String>,
    /// The last moment whose records had all come, where look-aheads search the table.
    pub(in crate::engine) reach: Option<i64>,
    /// Earliest and latest moment, by the node that dates records.
    pub(in crate::engine) spans: Vec<(usize, i64, i64)>,
    /// Rows that no period holds, by grouping.
    pub(in crate::engine) outside: BTreeMap<usize, OutsidePeriods>,
    /// Rows that are still needed.
    pub(in crate::engine) pieces: Vec<Piece>,
}

/// Some rows, in a file of their own that is called after its digest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::engine) struct Piece {
    pub(in crate::engine) standing: Standing,
    pub(in crate::engine) digest: String,
    pub(in crate::engine) rows: u64,
}

/// The counts of the periods that are over.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::engine) struct Sums {
    /// Period and segment of the cells of each grouping, by table.
    pub(in crate::engine) cells: BTreeMap<String, Vec<Vec<(u32, Segment)>>>,
    /// By counter, whether it waited for look-aheads or not.
    pub(in crate::engine) counts: BTreeMap<usize, Count>,
    /// Different keys, by counter.
    pub(in crate::engine) keys: BTreeMap<usize, Distinct>,
}
