//! Different keys: of the records that count, each key once in every cell, and
//! once in the whole of every period.

use arrow::buffer::BooleanBuffer;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::bins::{self, Bins, PARTS, Record};
use super::cells::{CellOf, at};
use super::error::EngineError;
use super::frame::Frame;
use super::table;
use crate::measured::Segment;

/// How many different keys, and of how many a record is above the line.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Keys {
    pub(super) all: u64,
    pub(super) above: u64,
}

/// The different keys of one counter.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Distinct {
    /// By cell.
    pub(super) cells: Vec<Keys>,
    /// By period.
    pub(super) wholes: Vec<Keys>,
}

impl Distinct {
    /// The keys of some cells, which are numbered in this order, and of the first periods.
    pub(super) fn of_cells(&self, cells: &[u32], periods: usize) -> Self {
        let of = |cell: &u32| at(&self.cells, *cell).copied().unwrap_or_default();
        let wholes = self.wholes.iter().copied().take(periods);
        Self { cells: cells.iter().map(of).collect(), wholes: wholes.collect() }
    }

    /// Adds the keys of other cells, or of others' periods.
    pub(super) fn add(&mut self, other: &Self) {
        for (sums, more) in [(&mut self.cells, &other.cells), (&mut self.wholes, &other.wholes)] {
            sums.resize(sums.len().max(more.len()), Keys::default());
            for (sum, more) in sums.iter_mut().zip(more) {
                *sum = Keys { all: sum.all + more.all, above: sum.above + more.above };
            }
        }
    }
}

/// The counting of different keys for one counter.
pub(super) struct Counting {
    /// The cell of every row, none where it does not count.
    cells: CellOf,
    /// Which rows are above the line, where some are.
    above: Option<BooleanBuffer>,
    /// The period of every cell.
    periods: Vec<usize>,
}

/// Counts the different keys of a counter from the records laid out by its key.
pub(super) fn count(counting: &Counting, bins: &Bins) -> Result<Distinct, EngineError> {
    let part = |(mut tally, mut records): (Tally, Vec<Record>), part: usize| {
        bins.sorted(part, &mut records)?;
        counting.part(&records, &mut tally);
        Ok((tally, records))
    };
    let fresh = || (counting.fresh(), Vec::new());
    let parts = (0..PARTS).into_par_iter().try_fold(fresh, part).map(|part| part.map(|(tally, _)| tally));
    let add = |mut one: Tally, other: Tally| {
        one.add(other);
        Ok(one)
    };
    Ok(parts.try_reduce(|| counting.fresh(), add)?.finish())
}

impl Counting {
    pub(super) fn new(
        counter: usize,
        grouping: usize,
        frames: &[Frame],
        cells: &[(usize, Segment)],
    ) -> Result<Self, EngineError> {
        let mut all = CellOf::with_room(table::rows(frames), cells.len());
        for frame in frames {
            let counted = frame.marked.get(&counter).map(|marked| &marked.0);
            let left_out = counted.map_or_else(|| BooleanBuffer::new_set(frame.rows), |counted| !counted);
            all.put(table::first(frame), &frame.cells(grouping)?.cells, &left_out);
        }
        let above = table::bits(frames, |frame| frame.marked.get(&counter).map(|marked| &marked.1));
        Ok(Self {
            cells: all,
            above: Some(above).filter(|above| above.count_set_bits() > 0),
            periods: cells.iter().map(|(period, _)| *period).collect(),
        })
    }

    /// Nothing counted yet.
    pub(super) fn fresh(&self) -> Tally {
        let periods = self.periods.iter().max().map_or(0, |last| last + 1);
        let places = |count: usize| vec![Place::default(); count];
        Tally { cells: places(self.periods.len()), wholes: places(periods), keys: 0, met: Vec::new() }
    }

    /// Counts the keys of one part.
    pub(super) fn part(&self, records: &[Record], tally: &mut Tally) {
        // All records are looked up before any is counted: look-ups that do not wait for one another are fast.
        self.cells.look_up(records.iter().map(bins::row), &mut tally.met);
        let mut last = None;
        for (record, cell) in records.iter().zip(&tally.met) {
            let key = bins::key(record);
            tally.keys += u32::from(last.replace(key) != Some(key));
            let Some(period) = at(&self.periods, *cell) else { continue };
            let row = usize::try_from(bins::row(record)).unwrap_or(usize::MAX);
            let above = self.above.as_ref().is_some_and(|above| row < above.len() && above.value(row));
            let cell = usize::try_from(*cell).ok().and_then(|cell| tally.cells.get_mut(cell));
            for place in cell.into_iter().chain(tally.wholes.get_mut(*period)) {
                place.count(tally.keys, above);
            }
        }
    }
}

/// What one thread has counted so far.
pub(super) struct Tally {
    cells: Vec<Place>,
    wholes: Vec<Place>,
    /// How many keys it has met.
    keys: u32,
    /// The cell of each record of a part.
    met: Vec<u32>,
}

/// The keys of a cell, and which ones were the last.
#[derive(Debug, Default, Clone, Copy)]
struct Place {
    all: u32,
    above: u32,
    last: u32,
    last_above: u32,
}

impl Place {
    /// Counts a key once, above the line where one of its records is.
    fn count(&mut self, key: u32, above: bool) {
        self.all += u32::from(self.last != key);
        self.last = key;
        if above {
            self.above += u32::from(self.last_above != key);
            self.last_above = key;
        }
    }
}

impl Tally {
    /// Adds what another thread has counted: other keys.
    pub(super) fn add(&mut self, other: Self) {
        let both = [(&mut self.cells, other.cells), (&mut self.wholes, other.wholes)];
        for (sum, more) in both.into_iter().flat_map(|(sums, more)| sums.iter_mut().zip(more)) {
            sum.all += more.all;
            sum.above += more.above;
        }
    }

    pub(super) fn finish(self) -> Distinct {
        let counts = |place: Place| Keys { all: place.all.into(), above: place.above.into() };
        let keys = |places: Vec<Place>| places.into_iter().map(counts).collect();
        Distinct { cells: keys(self.cells), wholes: keys(self.wholes) }
    }
}
