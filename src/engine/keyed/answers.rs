//! The answers to a question while they are found: a bit for every row.

use arrow::buffer::{BooleanBuffer, Buffer};

/// One bit for every row.
#[derive(Clone, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    pub(super) fn new(rows: usize) -> Self {
        Self(vec![0; rows.div_ceil(64)])
    }

    pub(super) fn set(&mut self, row: u32) {
        let at = usize::try_from(row / 64).ok().and_then(|at| self.0.get_mut(at));
        at.into_iter().for_each(|word| *word |= 1 << (row % 64));
    }

    pub(super) fn get(&self, row: u32) -> bool {
        let at = usize::try_from(row / 64).ok().and_then(|at| self.0.get(at));
        at.is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, more)| *word |= more);
    }

    pub(super) fn finish(self, rows: usize) -> BooleanBuffer {
        let words: Vec<u64> = self.0.into_iter().map(u64::to_le).collect();
        BooleanBuffer::new(Buffer::from_vec(words), 0, rows)
    }
}

/// The answers to one question, row by row, as far as one thread worked them out.
#[derive(Clone, Default)]
pub(super) struct Answers {
    pub(super) matched: Bits,
    /// Found among what is certain, and among what is possible; where that may differ.
    pub(super) nested: Option<(Bits, Bits)>,
    pub(super) found: Found,
}

impl Answers {
    pub(super) fn new(rows: usize, nested: bool) -> Self {
        let nested = nested.then(|| (Bits::new(rows), Bits::new(rows)));
        Self { matched: Bits::new(rows), nested, found: Found::default() }
    }

    /// Adds the answers of another thread.
    pub(super) fn add(&mut self, other: Self) {
        self.matched.add(&other.matched);
        if let (Some(own), Some(more)) = (&mut self.nested, &other.nested) {
            own.0.add(&more.0);
            own.1.add(&more.1);
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
