//! What a run did, step by step: over how many rows, and how long it took.
//!
//! Before a table is read its rows are known from the footer of a Parquet file
//! or estimated from the bytes of a text; what a step costs is estimated from
//! its rows by what was measured on one machine (`benches/README.md`), so that
//! a step that takes far longer than others of its kind stands out.

use std::time::Duration;

/// A step of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Step {
    /// What was done: `read interactions: 16 columns`.
    pub what: String,
    /// How many rows were expected.
    pub expected: Option<u64>,
    /// How many there were.
    pub rows: u64,
    /// Processor time expected for so many rows, over all threads.
    pub estimate: Duration,
    /// How long it took; none where nobody looked at a clock.
    pub time: Option<Duration>,
}

/// Nanoseconds to read one value, decide on it and count it.
const VALUE: u64 = 30;
/// Nanoseconds to lay a record out by a key.
const LAID: u64 = 15;
/// Nanoseconds to put a record in order and answer a question about it.
const SWEPT: u64 = 80;

/// What reading so many rows is expected to take.
pub(super) fn reading(rows: u64, columns: usize, streams: usize) -> Duration {
    let [columns, streams] = [columns, streams].map(|count| u64::try_from(count).unwrap_or(u64::MAX));
    let row = VALUE.saturating_mul(columns).saturating_add(LAID.saturating_mul(streams));
    Duration::from_nanos(rows.saturating_mul(row))
}

/// What going over so many records by key is expected to take.
pub(super) fn sweeping(rows: u64) -> Duration {
    Duration::from_nanos(rows.saturating_mul(SWEPT))
}
