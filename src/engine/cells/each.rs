//! The cell of each record, in half the room where there are few cells.

use arrow::buffer::BooleanBuffer;

use super::{NONE, at};

/// The number of a cell, or of none, in one of two sizes.
pub(in crate::engine) trait Cell: Copy + PartialEq {
    /// No cell.
    const NOWHERE: Self;

    /// The number; beyond every list for no cell.
    fn place(self) -> usize;

    /// The number, whatever its size.
    fn number(self) -> Option<u32>;
}

impl Cell for u16 {
    const NOWHERE: Self = Self::MAX;

    #[inline]
    fn place(self) -> usize {
        if self == Self::NOWHERE { usize::MAX } else { self.into() }
    }

    #[inline]
    fn number(self) -> Option<u32> {
        (self != Self::NOWHERE).then_some(self.into())
    }
}

impl Cell for u32 {
    const NOWHERE: Self = NONE;

    #[inline]
    fn place(self) -> usize {
        if self == Self::NOWHERE { usize::MAX } else { usize::try_from(self).unwrap_or(usize::MAX) }
    }

    #[inline]
    fn number(self) -> Option<u32> {
        (self != Self::NOWHERE).then_some(self)
    }
}

/// Cells of many records.
#[derive(Debug, Clone)]
pub(in crate::engine) enum CellOf {
    Few(Vec<u16>),
    Many(Vec<u32>),
}

impl Default for CellOf {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl CellOf {
    /// Whether cells up to this number can be told apart in the smaller size.
    pub(super) fn are_few(top: usize) -> bool {
        top < usize::from(u16::NOWHERE)
    }

    /// Room for records of so many cells.
    pub(in crate::engine) fn with_room(rows: usize, cells: usize) -> Self {
        if Self::are_few(cells) {
            Self::Few(Vec::with_capacity(rows))
        } else {
            Self::Many(Vec::with_capacity(rows))
        }
    }

    /// Records of which none has a cell.
    pub(super) fn nowhere(rows: usize) -> Self {
        Self::Few(vec![u16::NOWHERE; rows])
    }

    /// The cell of a record.
    pub(in crate::engine) fn get(&self, row: usize) -> Option<u32> {
        match self {
            Self::Few(cells) => cells.get(row)?.number(),
            Self::Many(cells) => cells.get(row)?.number(),
        }
    }

    /// The cells one after the other.
    pub(in crate::engine) fn iter(&self) -> impl Iterator<Item = Option<u32>> + '_ {
        let (few, many) = match self {
            Self::Few(cells) => (cells.as_slice(), &[][..]),
            Self::Many(cells) => (&[][..], cells.as_slice()),
        };
        few.iter().map(|cell| cell.number()).chain(many.iter().map(|cell| cell.number()))
    }

    /// Looks up the cells of many records, into what is there; `NONE` is no cell.
    pub(in crate::engine) fn look_up(&self, rows: impl Iterator<Item = u32>, into: &mut Vec<u32>) {
        fn of<C: Cell>(cells: &[C], row: u32) -> u32 {
            at(cells, row).and_then(|cell| cell.number()).unwrap_or(NONE)
        }
        into.clear();
        match self {
            Self::Few(cells) => into.extend(rows.map(|row| of(cells, row))),
            Self::Many(cells) => into.extend(rows.map(|row| of(cells, row))),
        }
    }

    /// Puts the cells of further records at some place of the list, nowhere those that are left out.
    pub(in crate::engine) fn put(&mut self, first: usize, cells: &Self, left_out: &BooleanBuffer) {
        match (self, cells) {
            (Self::Few(all), Self::Few(cells)) => put(all, first, cells.iter().copied(), left_out),
            (Self::Few(all), cells) => {
                let few = |cell: Option<u32>| cell.and_then(|cell| u16::try_from(cell).ok());
                put(all, first, cells.iter().map(|cell| few(cell).unwrap_or(u16::NOWHERE)), left_out);
            }
            (Self::Many(all), cells) => {
                put(all, first, cells.iter().map(|cell| cell.unwrap_or(u32::NOWHERE)), left_out);
            }
        }
    }

    /// The same without the cells of some records, each of which is handed over.
    pub(super) fn without(&self, left_out: &BooleanBuffer, take: impl FnMut(u32)) -> Self {
        match self {
            Self::Few(cells) => Self::Few(without(cells, left_out, take)),
            Self::Many(cells) => Self::Many(without(cells, left_out, take)),
        }
    }
}

/// Puts cells into a list from some place on, and nowhere those that are left out.
fn put<C: Cell>(all: &mut Vec<C>, from: usize, cells: impl Iterator<Item = C>, left_out: &BooleanBuffer) {
    all.resize(from, C::NOWHERE);
    all.extend(cells);
    for row in left_out.set_indices() {
        all.get_mut(from + row).into_iter().for_each(|cell| *cell = C::NOWHERE);
    }
}

fn without<C: Cell>(cells: &[C], left_out: &BooleanBuffer, mut take: impl FnMut(u32)) -> Vec<C> {
    let mut left = cells.to_vec();
    for row in left_out.set_indices() {
        let Some(cell) = left.get_mut(row) else { continue };
        std::mem::replace(cell, C::NOWHERE).number().into_iter().for_each(&mut take);
    }
    left
}
