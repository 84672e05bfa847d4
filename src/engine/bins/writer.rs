//! A layout while one thread writes it: batch by batch, and of a batch part by
//! part, so that a far place in memory is reached for dozens of records, not
//! for each.

use std::fs::File;
use std::io::Write;

use arrow::array::{Array, Int64Array};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::ToByteSlice;

use super::packed::{Form, HEAD, SPAN, others_of, pack};
use super::{Budget, Hash, PARTS, part_of, record};
use crate::engine::error::EngineError;
use crate::engine::hash::whole;
use crate::engine::hashes::Hashes;

/// Words of a block.
const BLOCK: usize = 512;

/// The moments of a batch as layouts need them, whatever the key.
pub(in crate::engine) struct Dated {
    dates: Int64Array,
    /// By stretch of rows.
    stretches: Vec<(Form, Option<Vec<u64>>)>,
}

impl Dated {
    /// Moments, with the earliest and the latest where these are known.
    pub(in crate::engine) fn of(dates: Int64Array, ends: Option<(i64, i64)>) -> Self {
        let ends = ends.filter(|_| dates.len() <= SPAN);
        let stretch = |from: usize| Form::of(&dates.slice(from, SPAN.min(dates.len() - from)), ends);
        let stretches = (0..dates.len()).step_by(SPAN).map(stretch).collect();
        Self { dates, stretches }
    }

    /// Rows of which no order is asked for.
    pub(in crate::engine) fn in_no_order(rows: usize) -> Self {
        Self::of(Int64Array::from_value(0, rows), Some((0, 0)))
    }

    /// Where moments are known; none where all are.
    pub(in crate::engine) fn known(&self) -> Option<&NullBuffer> {
        self.dates.nulls()
    }

    fn moment(&self, row: usize) -> Option<i64> {
        self.dates.is_valid(row).then(|| self.dates.value(row))
    }
}

/// The records of a batch by one of their keys.
pub(in crate::engine) struct Keyed<'a> {
    pub(in crate::engine) keys: &'a Hashes,
    pub(in crate::engine) dates: &'a Dated,
    /// Where they stand among those with the same key, where a finer key tells them apart.
    pub(in crate::engine) places: Option<&'a [u64]>,
    /// Which of them are laid out; none when all are.
    pub(in crate::engine) chosen: Option<BooleanBuffer>,
}

/// A layout while one thread writes it.
#[derive(Debug)]
pub(in crate::engine) struct Writer {
    /// The records of a batch by part, and where each part's begin.
    batch: Vec<u64>,
    starts: Vec<usize>,
    records: usize,
    /// Whether all keys are whole numbers.
    pub(super) whole: bool,
    open: Vec<Vec<u64>>,
    full: Vec<Vec<Vec<u64>>>,
    pub(super) aside: Option<Aside>,
}

/// A file with full blocks, and where those of each part stand.
#[derive(Debug)]
pub(super) struct Aside {
    pub(super) file: File,
    at: u64,
    pub(super) pieces: Vec<Vec<(u64, usize)>>,
}

impl Default for Writer {
    fn default() -> Self {
        Self {
            batch: Vec::new(),
            starts: vec![0; PARTS],
            records: 0,
            whole: true,
            open: vec![Vec::new(); PARTS],
            full: vec![Vec::new(); PARTS],
            aside: None,
        }
    }
}

impl Writer {
    /// Adds the records of a batch whose first row has this number.
    pub(in crate::engine) fn add(&mut self, first: u32, keyed: &Keyed<'_>, budget: &Budget) {
        match keyed.keys {
            Hashes::Words(words) => self.hashes(first, words, keyed, budget),
            Hashes::Any(hashes) => {
                self.whole = false;
                self.hashes(first, hashes, keyed, budget);
            }
        }
    }

    fn hashes<H: Hash>(&mut self, first: u32, hashes: &[H], keyed: &Keyed<'_>, budget: &Budget) {
        let stretches = hashes.chunks(SPAN).zip(&keyed.dates.stretches);
        for (at, (keys, (form, units))) in stretches.enumerate() {
            let from = at * SPAN;
            let chosen = keyed.chosen.as_ref().map(|chosen| chosen.slice(from, keys.len()));
            let first = first.saturating_add(number(from));
            let counts = self.count(keys, chosen.as_ref());
            let places = keyed.places.map(|places| places.get(from..from + keys.len()).unwrap_or_default());
            let others = match places {
                Some(places) => {
                    Some(whole::others(places.iter().fold(0, |all, place| whole::at_place(all, *place))))
                }
                None => H::others(keys),
            };
            let form = form.telling(places.is_some());
            let form = others.and_then(|others| form.in_one(others)).unwrap_or(form);
            let told = |row| places.and_then(|places| places.get(row)).map_or(0, |place| others_of(*place));
            let unit = |row| units.as_ref().and_then(|units| units.get(row)).copied().unwrap_or_default();
            let rows = |row| u64::try_from(row).unwrap_or(0);
            match (form.one(), units) {
                (Some(one), _) => self.scatter(keys, chosen.as_ref(), |row, (hash, _)| {
                    [one.pack(hash | told(row), rows(row), unit(row))]
                }),
                (None, Some(_)) => self.scatter(keys, chosen.as_ref(), |row, (hash, tail)| {
                    [hash | told(row), pack(tail, rows(row), unit(row))]
                }),
                (None, None) => self.scatter(keys, chosen.as_ref(), |row, (hash, tail)| {
                    let moment = keyed.dates.moment(from + row);
                    record(hash | told(row), tail, moment, first.saturating_add(number(row)))
                }),
            }
            self.hand_out(first, form, &counts, budget);
        }
    }

    /// Moves what was put in order by part to the parts.
    fn hand_out(&mut self, first: u32, form: Form, counts: &[usize], budget: &Budget) {
        let batch = std::mem::take(&mut self.batch);
        let mut from = 0;
        for (part, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            let words = batch.get(from..from + count * form.width()).unwrap_or_default();
            from += words.len();
            self.append(part, form.head(first, *count), words, budget);
        }
        self.batch = batch;
    }

    /// How many records each part gets, and where these begin in the batch.
    fn count<H: Hash>(&mut self, keys: &[H], chosen: Option<&BooleanBuffer>) -> Vec<usize> {
        let mut counts = vec![0; PARTS];
        let mut add =
            |key: &H| counts.get_mut(part_of(key.first())).into_iter().for_each(|count| *count += 1);
        match chosen {
            None => keys.iter().for_each(add),
            Some(chosen) => chosen.set_indices().filter_map(|row| keys.get(row)).for_each(&mut add),
        }
        let mut sum = 0;
        for (start, count) in self.starts.iter_mut().zip(&counts) {
            *start = sum;
            sum += count;
        }
        if self.batch.len() < 3 * sum {
            self.batch.resize(3 * sum, 0);
        }
        self.records += sum;
        counts
    }

    /// Puts the records in the order of their parts.
    fn scatter<H: Hash, const N: usize>(
        &mut self,
        keys: &[H],
        chosen: Option<&BooleanBuffer>,
        of: impl Fn(usize, (u64, u64)) -> [u64; N],
    ) {
        let (starts, places) = (self.starts.as_mut_slice(), self.batch.as_chunks_mut::<N>().0);
        let mut put = |row: usize, key: H| {
            let Some(start) = starts.get_mut(part_of(key.first())) else { return };
            if let Some(place) = places.get_mut(*start) {
                *place = of(row, key.rest());
            }
            *start += 1;
        };
        match chosen {
            None => keys.iter().enumerate().for_each(|(row, key)| put(row, *key)),
            Some(chosen) => {
                for row in chosen.set_indices() {
                    keys.get(row).into_iter().for_each(|key| put(row, *key));
                }
            }
        }
    }

    /// Adds a run to the blocks of a part.
    fn append(&mut self, part: usize, head: [u64; HEAD], words: &[u64], budget: &Budget) {
        let (Some(open), Some(full)) = (self.open.get_mut(part), self.full.get_mut(part)) else { return };
        let more = HEAD + words.len();
        if open.len() + more > open.capacity() {
            let block = std::mem::replace(open, Vec::with_capacity(BLOCK.max(more)));
            budget.take(8 * block.capacity());
            full.extend((!block.is_empty()).then_some(block));
        }
        open.extend_from_slice(&head);
        open.extend_from_slice(words);
    }

    /// How many records were added.
    pub(super) fn records(&self) -> usize {
        self.records
    }

    /// The blocks of each part, those not full among them.
    pub(super) fn finish(&mut self) -> Vec<Vec<Vec<u64>>> {
        for (full, open) in self.full.iter_mut().zip(self.open.drain(..)) {
            full.extend((!open.is_empty()).then_some(open));
        }
        std::mem::take(&mut self.full)
    }

    /// Puts full blocks aside when the budget is spent.
    pub(in crate::engine) fn relieve(&mut self, budget: &Budget) -> Result<(), EngineError> {
        if !budget.is_spent() {
            return Ok(());
        }
        let aside = match &mut self.aside {
            Some(aside) => aside,
            none => none.insert(Aside {
                file: tempfile::tempfile().map_err(|error| unwritten(&error))?,
                at: 0,
                pieces: vec![Vec::new(); PARTS],
            }),
        };
        for (full, pieces) in self.full.iter_mut().zip(&mut aside.pieces) {
            for block in full.drain(..) {
                aside.file.write_all(block.to_byte_slice()).map_err(|error| unwritten(&error))?;
                pieces.push((aside.at, block.len()));
                budget.give(8 * block.capacity());
                let bytes = u64::try_from(8 * block.len()).unwrap_or(0);
                budget.put(bytes);
                aside.at += bytes;
            }
        }
        Ok(())
    }
}

fn number(row: usize) -> u32 {
    u32::try_from(row).unwrap_or(u32::MAX)
}

fn unwritten(error: &std::io::Error) -> EngineError {
    EngineError::new(format!("records cannot be put aside on disk: {error}"))
        .help("give more memory with `--memory`, or room in the folder for temporary files")
}
