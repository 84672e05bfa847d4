//! Records laid out by key, in parts that fit the cache, on disk where memory
//! is short.
//!
//! A record is three words: 64 bits of its key's hash; its moment; and 16 more
//! bits of the hash, a mark and the number of its row. Nine further bits of the
//! hash say to which of 512 parts it belongs, so that the same key is in the
//! same part of every layout. With 89 bits of hash the odds that any two of 10⁹
//! different keys are taken for one are below 10⁻⁹ (n² / 2⁹⁰); of the 10⁷ keys
//! of a large contract 10⁻¹³; whole numbers are never taken for one another. While
//! they wait, records are packed into one word or two.

mod budget;
mod packed;
mod writer;

use std::borrow::Cow;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::{Mutex, PoisonError};

use arrow::buffer::MutableBuffer;

pub(super) use self::budget::Budget;
use self::packed::Run;
pub(super) use self::writer::{Dated, Keyed, Writer};
use super::error::EngineError;
use super::hash::{first_word, whole};

/// How many parts a layout has.
pub(super) const PARTS: usize = 1 << PART;
const PART: u32 = 9;

/// A record: hash; moment; hash, mark and row.
pub(super) type Record = [u64; 3];

/// The bits of the hash in the last word of a record.
const TAIL: u64 = 0xffff << 48;

/// A record without a date; it comes before all others of its key.
const UNDATED: u64 = 1 << 32;

/// The hash of a key, as it comes.
trait Hash: Copy {
    /// Its first word.
    fn first(self) -> u64;

    /// What a record keeps of it beside the part: its next 64 bits, and 16 more.
    fn rest(self) -> (u64, u64);

    /// The bits of all of some hashes that are not mixed, where all are words of whole numbers.
    fn others(hashes: &[Self]) -> Option<u32>;
}

/// The word of a whole number.
impl Hash for u64 {
    #[inline]
    fn first(self) -> u64 {
        self
    }

    #[inline]
    fn rest(self) -> (u64, u64) {
        (self << PART, 0)
    }

    fn others(hashes: &[Self]) -> Option<u32> {
        Some(whole::others(hashes.iter().fold(0, |all, hash| all | hash)))
    }
}

impl Hash for u128 {
    #[inline]
    fn first(self) -> u64 {
        first_word(self)
    }

    #[inline]
    fn rest(self) -> (u64, u64) {
        let low = u64::try_from(self & Self::from(u64::MAX)).unwrap_or(0);
        (self.first() << PART | low >> (64 - PART), low << PART & TAIL)
    }

    fn others(_: &[Self]) -> Option<u32> {
        None
    }
}

/// The part of a key, by the first word of its hash.
#[inline]
fn part_of(first: u64) -> usize {
    usize::try_from(first >> (64 - PART)).unwrap_or(0)
}

/// Where a record stands among those of its key, when a finer key tells them apart; 0 when nothing does.
const PLACE: u64 = whole::PLACES << PLACED;
/// Behind the mark and the row.
const PLACED: u32 = 33;

/// The records of a finer key: those that are there already, and those that stand among others.
pub(super) fn finer(among: &[Record], all: &mut Vec<Record>) {
    let alone = all.is_empty();
    // Place, and which of the group, in one word: those of one place stay in the order of their moments.
    let mut places: Vec<u64> = Vec::new();
    for group in among.chunk_by(|one, next| key(one) == key(next)) {
        places.clear();
        places.extend(
            group
                .iter()
                .map(|record| place(record) << 32)
                .zip(0..)
                .filter_map(|(place, index): (u64, u64)| (place != 0).then_some(place | index)),
        );
        places.sort_unstable();
        all.extend(places.iter().filter_map(|word| {
            let index = usize::try_from(word & 0xffff_ffff).ok()?;
            let [hash, moment, rest] = group.get(index)?;
            Some([hash | packed::others_of(word >> 32), *moment, rest & !PLACE])
        }));
    }
    if !alone {
        all.sort_unstable_by_key(order);
    }
}

/// By key and moment.
fn order([hash, moment, rest]: &Record) -> (u64, u64, u64) {
    (*hash, rest >> 48, *moment)
}

/// A record of a key.
fn record(hash: u64, tail: u64, moment: Option<i64>, row: u32) -> Record {
    let undated = if moment.is_none() { UNDATED } else { 0 };
    [hash, moment.map_or(0, ordered), tail | undated | u64::from(row)]
}

/// A moment as a word in the same order.
fn ordered(time: i64) -> u64 {
    u64::from_ne_bytes(time.to_ne_bytes()) ^ (1 << 63)
}

/// A moment from such a word.
fn moment_in(word: u64) -> i64 {
    i64::from_ne_bytes((word ^ (1 << 63)).to_ne_bytes())
}

/// The key of a record, as far as it is kept.
#[inline]
pub(super) fn key(record: &Record) -> (u64, u64) {
    let [hash, _, rest] = record;
    (*hash, rest >> 48)
}

/// Key and moment in one number; those of one key are in the order of their moments.
#[inline]
fn wide([hash, moment, _]: &Record) -> u128 {
    u128::from(*hash) << 64 | u128::from(*moment)
}

/// Whether two hashes are told apart by their last bits alone.
#[inline]
fn differ_at_last([hash, _, rest]: &Record, [other_hash, _, other_rest]: &Record) -> bool {
    (hash == other_hash) & ((rest ^ other_rest) >> 48 != 0)
}

/// Whether a record stands before another, by key and moment; those without a date come first.
#[inline]
pub(super) fn is_before(one: &Record, other: &Record) -> bool {
    if differ_at_last(one, other) { key(one) < key(other) } else { wide(one) < wide(other) }
}

/// Whether a record is dated.
#[inline]
pub(super) fn is_dated([.., rest]: &Record) -> bool {
    rest & UNDATED == 0
}

/// Whether two records are of one key, and both dated.
#[inline]
pub(super) fn are_dated([hash, _, rest]: &Record, [other_hash, _, other_rest]: &Record) -> bool {
    (hash == other_hash) & ((rest ^ other_rest) >> 48 == 0) & ((rest | other_rest) & UNDATED == 0)
}

/// The moment of a record; none when it is undated.
#[inline]
pub(super) fn moment(record: &Record) -> Option<i64> {
    let [_, moment, rest] = record;
    (rest & UNDATED == 0).then(|| moment_in(*moment))
}

/// The moment of a record, which is dated.
#[inline]
pub(super) fn time([_, moment, _]: &Record) -> i64 {
    moment_in(*moment)
}

/// The number of a record's row.
#[inline]
pub(super) fn row(record: &Record) -> u32 {
    let [.., rest] = record;
    u32::try_from(rest & 0xffff_ffff).unwrap_or(u32::MAX)
}

/// Where a record stands among those of its key, where a finer key tells them apart; otherwise 0.
#[inline]
pub(super) fn place([.., rest]: &Record) -> u64 {
    (rest & PLACE) >> PLACED
}

/// A part of a layout.
#[derive(Debug, Default)]
struct Part {
    blocks: Vec<Vec<u64>>,
    /// File, place in it, and words.
    pieces: Vec<(usize, u64, usize)>,
}

/// A finished layout.
#[derive(Debug)]
pub(super) struct Bins {
    parts: Vec<Part>,
    files: Vec<Mutex<File>>,
    records: usize,
    whole: bool,
}

impl Bins {
    /// The layouts of all threads together.
    pub(super) fn of(writers: Vec<Writer>) -> Self {
        let parts = std::iter::repeat_with(Part::default).take(PARTS).collect();
        let mut bins = Self { parts, files: Vec::new(), records: 0, whole: true };
        bins.add(writers);
        bins
    }

    /// Adds the layouts of more records.
    pub(super) fn add(&mut self, writers: Vec<Writer>) {
        for mut writer in writers {
            self.records += writer.records();
            self.whole &= writer.whole;
            for (part, blocks) in self.parts.iter_mut().zip(writer.finish()) {
                part.blocks.extend(blocks);
            }
            let Some(aside) = writer.aside else { continue };
            for (part, pieces) in self.parts.iter_mut().zip(aside.pieces) {
                part.pieces.extend(pieces.into_iter().map(|(at, words)| (self.files.len(), at, words)));
            }
            self.files.push(Mutex::new(aside.file));
        }
    }

    /// How many records there are.
    pub(super) fn records(&self) -> usize {
        self.records
    }

    /// Whether all keys are whole numbers.
    pub(super) fn are_whole(&self) -> bool {
        self.whole
    }

    /// Puts the records of a part into `into`, by key and moment, in place of what is there.
    pub(super) fn sorted(&self, part: usize, into: &mut Vec<Record>) -> Result<(), EngineError> {
        let lists = self.lists(part)?;
        // Mostly one record or one key is in a group of hashes that begin alike.
        let words = lists.iter().map(|words| words.len()).sum::<usize>();
        let bits = words.checked_ilog2().map_or(1, |bits| bits.clamp(1, 16));
        let group = |hash: u64| usize::try_from(hash >> (64 - bits)).unwrap_or(0);
        let mut ends = vec![0_u32; (1 << bits) + 1];
        let mut add = |hash| ends.get_mut(group(hash) + 1).into_iter().for_each(|count| *count += 1);
        let runs = lists.iter().flat_map(|words| packed::runs(words));
        // What is far away in memory is gone through once, in the order in which it stands there.
        let mut runs: Vec<Run<'_>> = runs.inspect(|run| run.each_hash(&mut add)).collect();
        // Rows mostly come in the order of time, so that little is left to be put in order.
        runs.sort_unstable_by_key(Run::first);
        let count: usize = runs.iter().map(Run::count).sum();
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        into.resize(count, Record::default());
        let mut put = |record: Record| {
            let [hash, ..] = record;
            let Some(end) = ends.get_mut(group(hash)) else { return };
            let place = usize::try_from(*end).ok().and_then(|at| into.get_mut(at));
            place.into_iter().for_each(|place| *place = record);
            *end += 1;
        };
        runs.iter().for_each(|run| run.each(&mut put));
        sort(into, &ends, group);
        Ok(())
    }

    /// Hands over the first half of the hash of every record, as far as it is kept.
    pub(super) fn each_hash(&self, mut take: impl FnMut(u64)) -> Result<(), EngineError> {
        for part in 0..PARTS {
            let high = u64::try_from(part).unwrap_or(0) << (64 - PART);
            for words in self.lists(part)? {
                packed::runs(&words).for_each(|run| run.each_hash(|hash| take(high | hash >> PART)));
            }
        }
        Ok(())
    }

    /// What was written of a part, wherever it is.
    fn lists(&self, part: usize) -> Result<Vec<Cow<'_, [u64]>>, EngineError> {
        let Some(part) = self.parts.get(part) else { return Ok(Vec::new()) };
        let kept = part.blocks.iter().map(|block| Ok(Cow::Borrowed(block.as_slice())));
        let put = part.pieces.iter().map(|(file, at, words)| self.read(*file, *at, *words).map(Cow::Owned));
        kept.chain(put).collect()
    }

    fn read(&self, file: usize, at: u64, count: usize) -> Result<Vec<u64>, EngineError> {
        let unread =
            |error: std::io::Error| EngineError::new(format!("records put aside cannot be read: {error}"));
        let Some(file) = self.files.get(file) else { return Ok(Vec::new()) };
        let mut bytes = MutableBuffer::from_len_zeroed(8 * count);
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(at)).map_err(unread)?;
        file.read_exact(bytes.as_slice_mut()).map_err(unread)?;
        Ok(bytes.typed_data::<u64>().to_vec())
    }
}

/// Puts records in the order of their keys, those of one key in the order of
/// their moments; those of one group stand together, up to its end.
fn sort(records: &mut [Record], ends: &[u32], group: impl Fn(u64) -> usize) {
    let mut from = 0;
    loop {
        let rest = records.get(from..).unwrap_or_default();
        let wrong = rest.windows(2).position(
            |pair| matches!(pair, [one, next] if (wide(one) > wide(next)) | differ_at_last(one, next)),
        );
        let Some([hash, ..]) = wrong.and_then(|wrong| rest.get(wrong)) else { return };
        let group = group(*hash);
        let end = |group: Option<usize>| {
            usize::try_from(group.and_then(|at| ends.get(at)).copied().unwrap_or(0)).unwrap_or(0)
        };
        let (start, end) = (end(group.checked_sub(1)), end(Some(group)));
        let mixed = records.get_mut(start..end).unwrap_or_default();
        if mixed.iter().all(|[.., rest]| rest & TAIL == 0) {
            mixed.sort_unstable_by_key(wide);
        } else {
            mixed.sort_unstable_by_key(order);
        }
        from = end.max(from + 1);
    }
}

#[cfg(test)]
mod tests;
