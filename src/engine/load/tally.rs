//! The account of some rows; the accounts of stretches add up in the order of their rows.

use std::collections::BTreeMap;

use arrow::compute::{max, min};
use serde::{Deserialize, Serialize};

use super::super::extremes::extremes;
use super::super::{Batch, Column};
use super::keys::Keys;
use crate::measured::{Reject, TableTotals};

/// Rejected rows that are kept in full.
const KEPT: usize = 100_000;

/// The account of some rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Tally {
    /// How many rows, and what became of them.
    pub totals: TableTotals,
    /// The rows that could not be read, in file order; the first 100,000.
    pub rejects: Vec<Reject>,
    /// Earliest and latest value per field: microseconds, or days for dates.
    pub spans: BTreeMap<String, Span>,
    /// Their keys, where none may come back.
    pub keys: Keys,
}

/// Earliest and latest value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Span {
    low: i64,
    high: i64,
    /// Whether they are days.
    dates: bool,
}

impl Span {
    /// The values as texts.
    pub fn texts(self, text: impl Fn(i64, bool) -> String) -> (String, String) {
        (text(self.low, self.dates), text(self.high, self.dates))
    }

    /// A moment that the latest value is not before: the local midnight of a day may come sooner than that of UTC.
    pub fn reached(self) -> i64 {
        if self.dates { (self.high - 2).saturating_mul(86_400_000_000) } else { self.high }
    }

    fn of(column: &Column) -> Option<Self> {
        let (low, high, dates) = match column {
            Column::Instant(values) => {
                let (low, high) = extremes(values)?;
                (low, high, false)
            }
            Column::Date(values) => (min(values)?.into(), max(values)?.into(), true),
            _ => return None,
        };
        Some(Self { low, high, dates })
    }
}

impl Tally {
    /// Books a row that cannot be read.
    pub fn reject(&mut self, reject: &Reject) {
        *self.totals.rejected.entry(reject.reason.clone()).or_default() += 1;
        if self.rejects.len() < KEPT {
            self.rejects.push(reject.clone());
        }
    }

    /// Books a batch that goes out, with the spans of the dates that are asked for.
    pub fn accept(&mut self, batch: &Batch, asked: impl Fn(&str) -> bool) {
        self.totals.accepted += u64::try_from(batch.rows).unwrap_or(0);
        for (field, column) in batch.columns.iter().filter(|(field, _)| asked(field)) {
            if let Some(span) = Span::of(column) {
                self.widen(field.clone(), span);
            }
        }
    }

    fn widen(&mut self, field: String, more: Span) {
        let span = self.spans.entry(field).or_insert(more);
        *span = Span { low: span.low.min(more.low), high: span.high.max(more.high), ..more };
    }

    /// The same account with these hashes of keys.
    pub fn with_hashes(&self, hashes: Vec<Vec<u128>>) -> Self {
        Self {
            totals: self.totals.clone(),
            rejects: self.rejects.clone(),
            spans: self.spans.clone(),
            keys: self.keys.with_hashes(hashes),
        }
    }

    /// Adds the account of rows that come later in the files.
    pub fn add(&mut self, later: Self) {
        let (sum, more) = (&mut self.totals, later.totals);
        sum.read += more.read;
        sum.accepted += more.accepted;
        sum.duplicates += more.duplicates;
        sum.folded += more.folded;
        sum.later += more.later;
        sum.dst_gaps += more.dst_gaps;
        sum.dst_folds += more.dst_folds;
        for (reason, count) in more.rejected {
            *sum.rejected.entry(reason).or_default() += count;
        }
        let room = KEPT.saturating_sub(self.rejects.len());
        self.rejects.extend(later.rejects.into_iter().take(room));
        for (field, span) in later.spans {
            self.widen(field, span);
        }
        self.keys.add(later.keys);
    }
}
