//! Records laid out by key, in parts that fit the cache, on disk where memory
//! is short.
//!
//! A record is three words: the first half of its key's hash; its moment; and
//! 28 more bits of the hash, 4 marks and the number of its row. With 92 bits
//! of hash the odds that any two of 10⁹ different keys are taken for one are
//! below 10⁻⁹ (n² / 2⁹³); of the 10⁷ keys of a large contract 10⁻¹⁴.
//!
//! Which part a record belongs to follows from its hash alone, so that the
//! same key is in the same part of every layout.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::buffer::MutableBuffer;
use arrow::datatypes::ToByteSlice;

use super::error::EngineError;

/// How many parts a layout has.
pub(super) const PARTS: usize = 512;
/// Words of a block: 512 records.
const BLOCK: usize = 512 * 3;
/// Words that are collected for a part before they go into its block, so that
/// one far place in memory is reached for eight records, not for each.
const STAGE: usize = 8 * 3;

/// A record: hash; moment; hash, marks and row.
pub(super) type Record = [u64; 3];

/// A record without a date; it comes before all others of its key.
const UNDATED: u64 = 1 << 32;

/// A record of a key.
#[inline]
pub(super) fn record(key: u128, time: Option<i64>, row: u32) -> Record {
    let [high, low] = [key >> 64, key & u128::from(u64::MAX)].map(|half| u64::try_from(half).unwrap_or(0));
    let undated = if time.is_none() { UNDATED } else { 0 };
    let moment = time.map_or(0, ordered);
    [high, moment, (low & !0xf_ffff_ffff) | undated | u64::from(row)]
}

/// A moment as a word in the same order.
fn ordered(time: i64) -> u64 {
    u64::from_ne_bytes(time.to_ne_bytes()) ^ (1 << 63)
}

/// The key of a record, as far as it is kept.
pub(super) fn key(record: &Record) -> (u64, u64) {
    let [high, _, rest] = record;
    (*high, rest >> 36)
}

/// The moment of a record; none when it is undated.
pub(super) fn moment(record: &Record) -> Option<i64> {
    let [_, moment, rest] = record;
    (rest & UNDATED == 0).then(|| i64::from_ne_bytes((moment ^ (1 << 63)).to_ne_bytes()))
}

/// The number of a record's row.
pub(super) fn row(record: &Record) -> u32 {
    let [.., rest] = record;
    u32::try_from(rest & 0xffff_ffff).unwrap_or(u32::MAX)
}

/// Puts records in the order of their keys, those of one key in the order of their moments.
fn sort(words: &mut [u64]) {
    let records = words.as_chunks_mut::<3>().0;
    records.sort_unstable_by_key(|[high, moment, _]| (u128::from(*high) << 64) | u128::from(*moment));
    // Two keys that share the first half of their hash stand mixed; there hardly ever are such.
    for mixed in records.chunk_by_mut(|a, b| key(a).0 == key(b).0).filter(|same| same.len() > 1) {
        if mixed.windows(2).any(|pair| matches!(pair, [a, b] if key(a) != key(b))) {
            mixed.sort_by_key(|record| (key(record), moment(record)));
        }
    }
}

/// The records of a list of words.
pub(super) fn records(words: &[u64]) -> &[Record] {
    words.as_chunks().0
}

/// How much memory layouts may take, and how much they do.
#[derive(Debug)]
pub(super) struct Budget {
    limit: u64,
    held: AtomicU64,
    /// Bytes that were put aside on disk.
    aside: AtomicU64,
}

impl Budget {
    pub(super) fn new(limit: u64) -> Self {
        Self { limit, held: AtomicU64::new(0), aside: AtomicU64::new(0) }
    }

    pub(super) fn take(&self, bytes: usize) {
        self.held.fetch_add(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
    }

    pub(super) fn give(&self, bytes: usize) {
        self.held.fetch_sub(u64::try_from(bytes).unwrap_or(0), Ordering::Relaxed);
    }

    fn is_spent(&self) -> bool {
        self.held.load(Ordering::Relaxed) > self.limit
    }

    /// Bytes that were put aside on disk so far.
    pub(super) fn aside(&self) -> u64 {
        self.aside.load(Ordering::Relaxed)
    }
}

/// A layout while one thread writes it.
#[derive(Debug)]
pub(super) struct Writer {
    /// What is collected for each part, and how much of it.
    staged: Vec<u64>,
    fill: Vec<usize>,
    open: Vec<Vec<u64>>,
    full: Vec<Vec<Vec<u64>>>,
    aside: Option<Aside>,
}

/// A file with full blocks, and where those of each part stand.
#[derive(Debug)]
struct Aside {
    file: File,
    at: u64,
    pieces: Vec<Vec<(u64, usize)>>,
}

impl Default for Writer {
    fn default() -> Self {
        Self {
            staged: vec![0; PARTS * STAGE],
            fill: vec![0; PARTS],
            open: vec![Vec::new(); PARTS],
            full: vec![Vec::new(); PARTS],
            aside: None,
        }
    }
}

impl Writer {
    /// Adds a record.
    #[inline]
    pub(super) fn add(&mut self, [high, moment, rest]: Record, budget: &Budget) {
        let part = usize::try_from(high >> 55).unwrap_or(0);
        let Some(fill) = self.fill.get_mut(part) else { return };
        let start = part * STAGE + *fill;
        // Word by word: what was just made of words is slow to read in longer pieces.
        if let Some([first, second, third]) = self.staged.get_mut(start..start + 3) {
            (*first, *second, *third) = (high, moment, rest);
        }
        *fill += 3;
        if *fill == STAGE {
            *fill = 0;
            self.unstage(part, STAGE, budget);
        }
    }

    /// Moves what was collected for a part into its block.
    fn unstage(&mut self, part: usize, words: usize, budget: &Budget) {
        let staged = self.staged.get(part * STAGE..part * STAGE + words).unwrap_or_default();
        let (Some(open), Some(full)) = (self.open.get_mut(part), self.full.get_mut(part)) else { return };
        if open.len() >= BLOCK {
            let block = std::mem::replace(open, Vec::with_capacity(BLOCK));
            budget.take(8 * block.len());
            full.push(block);
        }
        open.extend_from_slice(staged);
    }

    /// Moves all that was collected into blocks.
    fn finish(&mut self, budget: &Budget) {
        for part in 0..PARTS {
            let words = self.fill.get_mut(part).map(std::mem::take).unwrap_or_default();
            self.unstage(part, words, budget);
        }
    }

    /// Puts full blocks aside when the budget is spent.
    pub(super) fn relieve(&mut self, budget: &Budget) -> Result<(), EngineError> {
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
                let bytes = 8 * block.len();
                budget.give(bytes);
                let bytes = u64::try_from(bytes).unwrap_or(0);
                budget.aside.fetch_add(bytes, Ordering::Relaxed);
                aside.at += bytes;
            }
        }
        Ok(())
    }
}

fn unwritten(error: &std::io::Error) -> EngineError {
    EngineError::new(format!("records cannot be put aside on disk: {error}"))
        .help("give more memory with `--memory`, or room in the folder for temporary files")
}

/// A part of a layout.
#[derive(Debug, Default)]
struct Part {
    blocks: Vec<Vec<u64>>,
    /// File, place in it, and words.
    pieces: Vec<(usize, u64, usize)>,
    sorted: Option<Arc<Vec<u64>>>,
}

/// A finished layout.
#[derive(Debug)]
pub(super) struct Bins {
    parts: Vec<Mutex<Part>>,
    files: Vec<Mutex<File>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Bins {
    /// The layouts of all threads together.
    pub(super) fn of(writers: Vec<Writer>, budget: &Budget) -> Self {
        let mut parts: Vec<Part> = std::iter::repeat_with(Part::default).take(PARTS).collect();
        let mut files = Vec::new();
        for mut writer in writers {
            writer.finish(budget);
            for (part, (open, full)) in parts.iter_mut().zip(writer.open.into_iter().zip(writer.full)) {
                part.blocks.extend(full);
                part.blocks.extend((!open.is_empty()).then_some(open));
            }
            let Some(aside) = writer.aside else { continue };
            for (part, pieces) in parts.iter_mut().zip(aside.pieces) {
                part.pieces.extend(pieces.into_iter().map(|(at, words)| (files.len(), at, words)));
            }
            files.push(Mutex::new(aside.file));
        }
        Self { parts: parts.into_iter().map(Mutex::new).collect(), files }
    }

    /// The records of a part by key and moment. What was in memory stays there, in order.
    pub(super) fn sorted(&self, part: usize) -> Result<Arc<Vec<u64>>, EngineError> {
        let Some(part) = self.parts.get(part) else { return Ok(Arc::default()) };
        let mut part = lock(part);
        if let Some(sorted) = &part.sorted {
            return Ok(Arc::clone(sorted));
        }
        let kept: usize = part.blocks.iter().map(Vec::len).sum();
        let put: usize = part.pieces.iter().map(|(.., words)| words).sum();
        let mut words = Vec::with_capacity(kept + put);
        let stays = part.pieces.is_empty();
        if stays {
            part.blocks.drain(..).for_each(|block| words.extend(block));
        } else {
            part.blocks.iter().for_each(|block| words.extend_from_slice(block));
        }
        for (file, at, count) in &part.pieces {
            self.read(*file, *at, *count, &mut words)?;
        }
        sort(&mut words);
        let words = Arc::new(words);
        if stays {
            part.sorted = Some(Arc::clone(&words));
        }
        Ok(words)
    }

    /// How many records there are.
    pub(super) fn records(&self) -> usize {
        let words = |part: &Mutex<Part>| {
            let part = lock(part);
            let put: usize = part.pieces.iter().map(|(.., words)| words).sum();
            put + part.blocks.iter().map(Vec::len).sum::<usize>()
                + part.sorted.as_ref().map_or(0, |it| it.len())
        };
        self.parts.iter().map(words).sum::<usize>() / 3
    }

    /// Hands over the first half of the hash of every record.
    pub(super) fn each_hash(&self, mut take: impl FnMut(u64)) -> Result<(), EngineError> {
        let mut all = |words: &[u64]| records(words).iter().for_each(|[high, ..]| take(*high));
        for part in &self.parts {
            let part = lock(part);
            part.blocks.iter().for_each(|block| all(block));
            part.sorted.iter().for_each(|words| all(words));
            for (file, at, count) in &part.pieces {
                let mut words = Vec::with_capacity(*count);
                self.read(*file, *at, *count, &mut words)?;
                all(&words);
            }
        }
        Ok(())
    }

    fn read(&self, file: usize, at: u64, count: usize, into: &mut Vec<u64>) -> Result<(), EngineError> {
        let unread =
            |error: std::io::Error| EngineError::new(format!("records put aside cannot be read: {error}"));
        let Some(file) = self.files.get(file) else { return Ok(()) };
        let mut bytes = MutableBuffer::from_len_zeroed(8 * count);
        let mut file = lock(file);
        file.seek(SeekFrom::Start(at)).map_err(unread)?;
        file.read_exact(bytes.as_slice_mut()).map_err(unread)?;
        into.extend_from_slice(bytes.typed_data::<u64>());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_aside_comes_back_in_order() {
        let budget = Budget::new(0);
        let mut writers = [Writer::default(), Writer::default()];
        let all: Vec<Record> = (0..40_000_u32)
            .map(|n| record(u128::from(n % 7) << 90, (n % 11 > 0).then(|| i64::from(n % 13) - 6), n))
            .collect();
        for (n, one) in all.iter().enumerate() {
            writers[n % 2].add(*one, &budget);
            writers[n % 2].relieve(&budget).unwrap();
        }
        assert!(budget.aside() > 0);
        let bins = Bins::of(writers.into(), &budget);
        let mut got = Vec::new();
        for part in 0..PARTS {
            let words = bins.sorted(part).unwrap();
            assert!(records(&words).is_sorted_by_key(|one| (key(one), moment(one))));
            got.extend_from_slice(records(&words));
        }
        got.sort_by_key(row);
        assert_eq!(got, all);
    }

    #[test]
    fn keys_with_the_same_first_half_stay_apart() {
        let keys = [7_u128 << 64, (7 << 64) | (1 << 63), (7 << 64) | (1 << 40)];
        let mut words: Vec<u64> =
            (0..30_u32).flat_map(|n| record(keys[n as usize % 3], Some(i64::from(n * 11 % 30)), n)).collect();
        sort(&mut words);
        let groups: Vec<Vec<i64>> = records(&words)
            .chunk_by(|a, b| key(a) == key(b))
            .map(|group| group.iter().filter_map(moment).collect())
            .collect();
        assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 10]);
        assert!(groups.iter().all(|group| group.is_sorted()));
    }

    #[test]
    fn a_record_keeps_its_moment_and_row() {
        for time in [None, Some(i64::MIN), Some(-1), Some(0), Some(i64::MAX)] {
            let one = record(u128::MAX, time, u32::MAX - 1);
            assert_eq!((moment(&one), row(&one)), (time, u32::MAX - 1));
        }
    }
}
