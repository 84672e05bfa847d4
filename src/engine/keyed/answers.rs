//! The answers to a question while they are found: a bit for every row.

use arrow::buffer::{BooleanBuffer, Buffer};

/// One bit for every row. Rows come in no order: they are collected by
/// stretches that fit the cache, and set a thousand at a time.
#[derive(Clone, Default)]
pub(super) struct Bits {
    words: Vec<u64>,
    /// By stretch, the rows to be set, as places in it.
    waiting: Vec<Vec<u16>>,
}

/// Rows that wait for a stretch of 65,536.
const WAITING: usize = 1024;
/// Words of a stretch.
const STRETCH: usize = 1024;

impl Bits {
    pub(super) fn new(rows: usize) -> Self {
        let words = rows.div_ceil(64);
        Self { words: vec![0; words], waiting: vec![Vec::new(); words.div_ceil(STRETCH)] }
    }

    pub(super) fn set(&mut self, row: u32) {
        let [stretch, place] = [row >> 16, row & 0xffff];
        let stretch = usize::try_from(stretch).unwrap_or(usize::MAX);
        let Some(waiting) = self.waiting.get_mut(stretch) else { return };
        waiting.extend(u16::try_from(place));
        if waiting.len() >= WAITING {
            self.settle(stretch);
        }
    }

    /// Sets what waits for a stretch.
    fn settle(&mut self, stretch: usize) {
        let Some(waiting) = self.waiting.get_mut(stretch) else { return };
        let words = self.words.get_mut(stretch * STRETCH..).unwrap_or_default();
        for place in waiting.drain(..) {
            let word = words.get_mut(usize::from(place / 64));
            word.into_iter().for_each(|word| *word |= 1 << (place % 64));
        }
    }

    fn settle_all(&mut self) {
        (0..self.waiting.len()).for_each(|stretch| self.settle(stretch));
    }

    /// Adds the rows of another list.
    pub(super) fn add(&mut self, mut other: Self) {
        other.settle_all();
        self.words.iter_mut().zip(&other.words).for_each(|(word, more)| *word |= more);
    }

    pub(super) fn finish(mut self, rows: usize) -> BooleanBuffer {
        self.settle_all();
        let words: Vec<u64> = self.words.into_iter().map(u64::to_le).collect();
        BooleanBuffer::new(Buffer::from_vec(words), 0, rows)
    }
}

/// The answers to one question, row by row, as far as one thread worked them out.
#[derive(Clone, Default)]
pub(super) struct Answers {
    pub(super) matched: Bits,
    /// Whether instead those are set that do not match, because they are fewer.
    pub(super) unmatched: bool,
    /// Found among what is certain, and among what is possible; where that may differ.
    pub(super) nested: Option<(Bits, Bits)>,
    pub(super) found: Found,
}

impl Answers {
    pub(super) fn new(rows: usize, nested: bool, unmatched: bool) -> Self {
        let nested = nested.then(|| (Bits::new(rows), Bits::new(rows)));
        Self { matched: Bits::new(rows), unmatched, nested, found: Found::default() }
    }

    /// Adds the answers of another thread.
    pub(super) fn add(&mut self, other: Self) {
        self.matched.add(other.matched);
        if let (Some(own), Some(more)) = (&mut self.nested, other.nested) {
            own.0.add(more.0);
            own.1.add(more.1);
        }
        self.found.unripe.extend(other.found.unripe);
        self.found.ends.extend(other.found.ends);
    }
}

/// What was found beside the answers to one question.
#[derive(Clone, Default)]
pub(super) struct Found {
    /// Records whose window has not run out, with its end.
    pub(super) unripe: Vec<(u32, i64)>,
    /// Records of which what is found may change, until when.
    pub(super) ends: Vec<(u32, i64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_in_no_order_are_all_set() {
        let rows = 200_000_u32;
        let mut halves = [Bits::new(rows as usize), Bits::new(rows as usize)];
        for n in 0..rows {
            let row = (u64::from(n) * 77_777 % u64::from(rows)) as u32;
            if row.is_multiple_of(3) {
                halves[n as usize % 2].set(row);
            }
        }
        let [mut all, other] = halves;
        all.add(other);
        let want: BooleanBuffer = (0..rows).map(|row| row.is_multiple_of(3)).collect();
        assert!(all.finish(rows as usize) == want);
    }
}
