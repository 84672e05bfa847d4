//! The cells of a batch, and how many of its records each has.
//!
//! A code stands for a period and one value of each field. As long as the
//! values come with the same codes, which cell a code stands for is known from
//! the batches before.

use arrow::array::StringArray;
use arrow::buffer::BooleanBuffer;

use super::coded::Coded;
use super::each::{Cell, CellOf};
use super::{NONE, Places, at};
use crate::engine::lookup::Lookup;

/// Codes larger than this, all fields together, are looked up one by one.
const LISTED: usize = 1 << 18;

/// The code of no cell.
const NO_CODE: u32 = u32::MAX;

/// The cell of each record of a batch.
#[derive(Debug, Default)]
pub(in crate::engine) struct Placed {
    pub(in crate::engine) cells: CellOf,
    /// The cells that occur, each with the number of its records.
    pub(in crate::engine) records: Vec<(u32, u32)>,
}

impl Placed {
    /// The largest number of a cell that occurs.
    pub(in crate::engine) fn top(&self) -> Option<u32> {
        top(&self.records)
    }

    /// No record has a cell.
    pub(in crate::engine) fn nowhere(rows: usize) -> Self {
        Self { cells: CellOf::nowhere(rows), records: Vec::new() }
    }

    /// The same without the cells of some records.
    pub(in crate::engine) fn without(&self, left_out: &BooleanBuffer) -> Self {
        let mut fewer: Lookup<u32, u32> = Lookup::default();
        let cells = self.cells.without(left_out, |cell| *fewer.entry(cell).or_default() += 1);
        let left = |(cell, count): &(u32, u32)| {
            let count = count - fewer.get(cell).copied().unwrap_or_default();
            (count > 0).then_some((*cell, count))
        };
        Self { cells, records: self.records.iter().filter_map(left).collect() }
    }

    /// Cells as they come, and the same where there may be many.
    #[cfg(test)]
    pub(in crate::engine) fn of(cells: &[u32]) -> [Self; 2] {
        let mut records = std::collections::BTreeMap::new();
        for cell in cells.iter().filter(|cell| **cell != NONE) {
            *records.entry(*cell).or_default() += 1;
        }
        let records: Vec<(u32, u32)> = records.into_iter().collect();
        let few = placed(cells, records.clone(), |cell| (cell != NONE).then_some(cell));
        [few, Self { cells: CellOf::Many(cells.to_vec()), records }]
    }
}

/// The largest number among cells.
fn top(records: &[(u32, u32)]) -> Option<u32> {
    records.iter().map(|(cell, _)| *cell).max()
}

/// The cells of records by their codes: those that occur, and which one a code stands for.
fn placed(codes: &[u32], records: Vec<(u32, u32)>, cell: impl Fn(u32) -> Option<u32>) -> Placed {
    let most = top(&records).and_then(|top| usize::try_from(top).ok()).unwrap_or_default();
    let few = |code: &u32| cell(*code).and_then(|cell| u16::try_from(cell).ok()).unwrap_or(u16::NOWHERE);
    let cells = if CellOf::are_few(most) {
        CellOf::Few(codes.iter().map(few).collect())
    } else {
        CellOf::Many(codes.iter().map(|code| cell(*code).unwrap_or(u32::NOWHERE)).collect())
    };
    Placed { cells, records }
}

/// What is known of codes from the batches before.
#[derive(Debug, Default)]
pub(in crate::engine) struct Known {
    lists: Vec<StringArray>,
    /// The cell of every code; none where it is not known yet.
    cells: Vec<u32>,
    /// How many records of a batch have each code.
    counts: Vec<u32>,
}

impl Known {
    /// The cells of records with these codes of their periods; `new` finds the numbers of further ones.
    pub(super) fn place(
        &mut self,
        mut codes: Vec<u32>,
        periods: usize,
        fields: &[Coded],
        new: impl Fn(&mut Vec<(Places, u32)>),
    ) -> Placed {
        let widths = std::iter::once(periods).chain(fields.iter().map(Coded::width));
        let radix: Vec<usize> = widths.collect();
        let all = radix.iter().try_fold(1_usize, |all, one| all.checked_mul(*one));
        let few = all.filter(|all| *all <= LISTED);
        // No code is too large then.
        for field in fields {
            match few {
                Some(_) => fold_in(&mut codes, field, |code, values, value| {
                    code.wrapping_mul(values).wrapping_add(value)
                }),
                None => fold_in(&mut codes, field, |code, values, value| {
                    code.checked_mul(values).and_then(|code| code.checked_add(value)).unwrap_or(NO_CODE)
                }),
            }
        }
        match few {
            Some(all) => self.listed(&codes, all, &radix, fields, new),
            None => looked_up(&codes, &radix, new),
        }
    }

    fn listed(
        &mut self,
        codes: &[u32],
        all: usize,
        radix: &[usize],
        fields: &[Coded],
        new: impl Fn(&mut Vec<(Places, u32)>),
    ) -> Placed {
        if self.cells.len() != all || !self.lists.iter().eq(fields.iter().map(|field| &field.list)) {
            self.lists = fields.iter().map(|field| field.list.clone()).collect();
            self.cells = vec![NONE; all];
        }
        self.counts.clear();
        self.counts.resize(all, 0);
        for code in codes {
            let count = usize::try_from(*code).ok().and_then(|code| self.counts.get_mut(code));
            count.into_iter().for_each(|count| *count += 1);
        }
        let occurring =
            self.counts.iter().zip(&mut self.cells).enumerate().filter(|(_, (count, _))| **count > 0);
        let unknown = occurring.filter(|(_, (_, cell))| **cell == NONE);
        let (mut found, slots): (Vec<_>, Vec<_>) =
            unknown.map(|(code, (_, cell))| ((places(code, radix), NONE), cell)).unzip();
        if !found.is_empty() {
            new(&mut found);
        }
        slots.into_iter().zip(found).for_each(|(slot, (_, cell))| *slot = cell);
        let records = self.cells.iter().zip(&self.counts).filter(|(_, count)| **count > 0);
        let records = records.map(|(cell, count)| (*cell, *count)).collect();
        placed(codes, records, |code| at(&self.cells, code).copied())
    }
}

/// Cells where there are too many codes to list them all.
fn looked_up(codes: &[u32], radix: &[usize], new: impl Fn(&mut Vec<(Places, u32)>)) -> Placed {
    let mut counts: Lookup<u32, u32> = Lookup::default();
    for code in codes.iter().filter(|code| **code != NO_CODE) {
        *counts.entry(*code).or_default() += 1;
    }
    let mut occurring: Vec<(u32, u32)> = counts.into_iter().collect();
    occurring.sort_unstable();
    let place = |code: u32| places(usize::try_from(code).unwrap_or(usize::MAX), radix);
    let mut found = occurring.iter().map(|(code, _)| (place(*code), NONE)).collect();
    new(&mut found);
    let cells: Lookup<u32, u32> =
        occurring.iter().zip(&found).map(|((code, _), (_, cell))| (*code, *cell)).collect();
    let records = occurring.iter().zip(&found).map(|((_, count), (_, cell))| (*cell, *count)).collect();
    placed(codes, records, |code| cells.get(&code).copied())
}

/// Makes every code stand for a value of one more field as well: `fold` takes a code, how many values the field
/// has, and one of them.
fn fold_in(codes: &mut [u32], field: &Coded, fold: impl Fn(u32, u32, u32) -> u32) {
    let values = u32::try_from(field.width()).unwrap_or(u32::MAX);
    for (code, value) in codes.iter_mut().zip(field.codes.iter()) {
        *code = if *code == NO_CODE { NO_CODE } else { fold(*code, values, *value) };
    }
}

/// The period and the places of the values that a code stands for.
fn places(code: usize, radix: &[usize]) -> Places {
    let mut rest = code;
    let mut places: Places = radix
        .iter()
        .rev()
        .map(|count| {
            let place = rest.checked_rem(*count).unwrap_or(0);
            rest = rest.checked_div(*count).unwrap_or(0);
            place
        })
        .collect();
    places.reverse();
    places
}
