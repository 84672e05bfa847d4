//! Different keys: of the records that count, each key once in every cell, and
//! once in the whole of every period.

use arrow::buffer::{BooleanBuffer, ScalarBuffer};
use rayon::prelude::*;

use super::bins::{self, Bins, PARTS, records};
use super::cells::{NONE, at};
use super::error::EngineError;
use super::frame::Frame;
use super::table;
use crate::measured::Segment;

/// How many different keys, and of how many a record is above the line.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Keys {
    pub(super) all: u64,
    pub(super) above: u64,
}

/// The different keys of one counter.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    /// By cell.
    pub(super) cells: Vec<Keys>,
    /// By period.
    pub(super) wholes: Vec<Keys>,
}

impl Distinct {
    /// Adds another part.
    pub(super) fn merge(mut self, other: Self) -> Self {
        for (sums, more) in [(&mut self.cells, other.cells), (&mut self.wholes, other.wholes)] {
            if sums.len() < more.len() {
                sums.resize(more.len(), Keys::default());
            }
            for (sum, more) in sums.iter_mut().zip(more) {
                sum.all += more.all;
                sum.above += more.above;
            }
        }
        self
    }
}

/// The counting of different keys for one counter.
pub(super) struct Counting {
    counted: BooleanBuffer,
    above: BooleanBuffer,
    /// The cell of every row.
    cells: ScalarBuffer<u32>,
    /// The period of every cell.
    periods: Vec<usize>,
}

/// Counts the different keys of a counter from the records laid out by its key.
pub(super) fn count(counting: &Counting, bins: &Bins) -> Result<Distinct, EngineError> {
    let parts = (0..PARTS).into_par_iter().map(|part| Ok(counting.part(&bins.sorted(part)?)));
    parts.try_reduce(Distinct::default, |one, other| Ok(one.merge(other)))
}

impl Counting {
    pub(super) fn new(
        counter: usize,
        grouping: usize,
        frames: &[Frame],
        cells: &[(usize, Segment)],
    ) -> Result<Self, EngineError> {
        Ok(Self {
            counted: table::bits(frames, |frame| frame.marked.get(&counter).map(|marked| &marked.0)),
            above: table::bits(frames, |frame| frame.marked.get(&counter).map(|marked| &marked.1)),
            cells: table::cells(frames, grouping)?,
            periods: cells.iter().map(|(period, _)| *period).collect(),
        })
    }

    /// Counts the keys of one part.
    pub(super) fn part(&self, words: &[u64]) -> Distinct {
        let periods = self.periods.iter().max().map_or(0, |last| last + 1);
        let mut found = Distinct {
            cells: vec![Keys::default(); if words.is_empty() { 0 } else { self.periods.len() }],
            wholes: vec![Keys::default(); if words.is_empty() { 0 } else { periods }],
        };
        // All records are looked up before any is counted: look-ups that do not wait for one another are fast.
        let places: Vec<(u32, bool)> =
            records(words).iter().map(|record| self.met(bins::row(record))).collect();
        let mut rest = places.as_slice();
        let mut met: Vec<(usize, bool)> = Vec::new();
        for group in records(words).chunk_by(|a, b| bins::key(a) == bins::key(b)) {
            let (these, later) = rest.split_at(group.len().min(rest.len()));
            rest = later;
            met.clear();
            let known = these.iter().filter(|(cell, _)| *cell != NONE);
            met.extend(known.map(|(cell, above)| (usize::try_from(*cell).unwrap_or(usize::MAX), *above)));
            each_once(&mut met, &mut found.cells);
            for (cell, _) in &mut met {
                *cell = self.periods.get(*cell).copied().unwrap_or(usize::MAX);
            }
            each_once(&mut met, &mut found.wholes);
        }
        found
    }

    /// The cell of a record, none where it does not count, and whether it is above the line.
    fn met(&self, row: u32) -> (u32, bool) {
        let cell = at(&self.cells, row).copied().unwrap_or(NONE);
        let row = usize::try_from(row).unwrap_or(usize::MAX);
        let has = |bits: &BooleanBuffer| row < bits.len() && bits.value(row);
        (if has(&self.counted) { cell } else { NONE }, has(&self.above))
    }
}

/// Counts a key once where it was met, above the line where one of its records is.
fn each_once(met: &mut Vec<(usize, bool)>, sums: &mut [Keys]) {
    met.sort_unstable();
    for place in met.chunk_by(|a, b| a.0 == b.0) {
        if let Some((at, above)) = place.last()
            && let Some(sum) = sums.get_mut(*at)
        {
            sum.all += 1;
            sum.above += u64::from(*above);
        }
    }
    met.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 |= same && next.1;
        same
    });
}
