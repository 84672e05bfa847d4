//! Counts and sums by cell. Adding up two parts in any order gives the same.

use std::collections::BTreeMap;

use arrow::buffer::BooleanBuffer;
use serde::{Deserialize, Serialize};

use super::cells::{Cell, CellOf, Placed};
use super::classes::{Classes, each_set};
use super::decide::{Decision, Taken};
use super::kept::entries;
use super::numbers::{Numbers, Units};
use super::ranks::{Ranked, Ranks};
use crate::value::Ratio;

/// What one counter has counted so far.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Count {
    width: usize,
    /// The class that most records of the first batch had.
    usual: usize,
    /// Cell by cell, how many records of each class; in the place of the usual one how many of all.
    classes: Vec<u64>,
    /// Records that can still change: how many, and until when.
    #[serde(with = "entries")]
    open: BTreeMap<u32, (u64, i64)>,
    sums: Sums,
    ranks: Ranks,
}

/// Sums by cell: integers over one denominator, and fractions for the rest.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Sums {
    per: i128,
    sums: Vec<i128>,
    #[serde(with = "entries")]
    exact: BTreeMap<u32, Ratio>,
}

impl Count {
    pub(super) fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Adds the records of a batch.
    pub(super) fn add(&mut self, cells: &Placed, decision: &Decision) {
        let Some(top) = cells.top().and_then(|top| usize::try_from(top).ok()) else { return };
        if self.classes.is_empty() {
            self.usual = decision.classes.most();
        }
        if self.classes.len() < (top + 1) * self.width {
            self.classes.resize((top + 1) * self.width, 0);
        }
        match &cells.cells {
            CellOf::Few(list) => self.add_records(list, &cells.records, decision, top),
            CellOf::Many(list) => self.add_records(list, &cells.records, decision, top),
        }
        for (row, until) in &decision.open {
            if let Some(cell) = cells.cells.get(*row) {
                let open = self.open.entry(cell).or_default();
                *open = (open.0 + 1, open.1.max(*until));
            }
        }
    }

    /// Adds records with these cells, each of which occurs so often, up to the topmost.
    fn add_records<C: Cell>(&mut self, cells: &[C], records: &[(u32, u32)], decision: &Decision, top: usize) {
        self.add_classes(cells, records, &decision.classes);
        match &decision.taken {
            Taken::Nothing | Taken::Keys => {}
            Taken::Sum(numbers) => self.sums.add(cells, &decision.counted, numbers, top),
            Taken::Net { more, less } => {
                self.sums.add_each(cells, &(&decision.counted & more), 1, top);
                self.sums.add_each(cells, &(&decision.counted & less), -1, top);
            }
            Taken::Ranks(numbers) => self.ranks.add(cells, &decision.counted, numbers, top),
        }
    }

    /// Most records are of the usual class, so that only the others are gone over.
    fn add_classes<C: Cell>(&mut self, cells: &[C], records: &[(u32, u32)], classes: &Classes) {
        let (counts, width) = (self.classes.as_mut_slice(), self.width);
        // That of no cell is beyond the end of the list.
        let place = |cell: usize, class: usize| cell.wrapping_mul(width).wrapping_add(class);
        for (cell, records) in records {
            let all = counts.get_mut(place(cell.place(), self.usual));
            all.into_iter().for_each(|all| *all += u64::from(*records));
        }
        classes.others(self.usual, |row, class| {
            let count = cells.get(row).and_then(|cell| counts.get_mut(place(cell.place(), class)));
            count.into_iter().for_each(|count| *count += 1);
        });
    }

    /// How many records of each class there are, of the counts kept of one cell or several.
    fn of_each(&self, mut each: Vec<u64>) -> Vec<u64> {
        let others = each.iter().enumerate().filter(|(class, _)| *class != self.usual);
        let others: u64 = others.map(|(_, count)| count).sum();
        each.get_mut(self.usual).into_iter().for_each(|usual| *usual = usual.saturating_sub(others));
        each
    }

    /// The same counts with another usual class.
    fn with_usual(mut self, usual: usize) -> Self {
        if usual != self.usual {
            let each = self.classes.chunks(self.width.max(1)).map(|kept| (self.of_each(kept.to_vec()), kept));
            let kept = each.flat_map(|(mut each, kept)| {
                let all = kept.get(self.usual).copied().unwrap_or_default();
                each.get_mut(usual).into_iter().for_each(|place| *place = all);
                each
            });
            (self.classes, self.usual) = (kept.collect(), usual);
        }
        self
    }

    pub(super) fn merge(mut self, other: Self) -> Self {
        if self.classes.len() < other.classes.len() {
            return other.merge(self);
        }
        self.width = self.width.max(other.width);
        let other = other.with_usual(self.usual);
        for (slot, more) in self.classes.iter_mut().zip(&other.classes) {
            *slot += more;
        }
        for (cell, (count, until)) in other.open {
            let open = self.open.entry(cell).or_default();
            *open = (open.0 + count, open.1.max(until));
        }
        self.sums.merge(other.sums);
        self.ranks.merge(other.ranks);
        self
    }

    /// The counts of some cells, which are numbered in this order.
    pub(super) fn of_cells(&self, cells: &[u32]) -> Self {
        let classes = |cell: &u32| {
            let from = usize::try_from(*cell).unwrap_or(usize::MAX).saturating_mul(self.width);
            let known = self.classes.get(from..from.saturating_add(self.width));
            known.map_or_else(|| vec![0; self.width], <[u64]>::to_vec)
        };
        let open = (0..).zip(cells).filter_map(|(at, cell)| Some((at, *self.open.get(cell)?)));
        Self {
            width: self.width,
            usual: self.usual,
            classes: cells.iter().flat_map(classes).collect(),
            open: open.collect(),
            sums: self.sums.of_cells(cells),
            ranks: self.ranks.of_cells(cells),
        }
    }

    /// How many records of each of `width` classes some cells have together.
    pub(super) fn classes(&self, cells: &[u32], width: usize) -> Vec<u64> {
        let mut sums = vec![0; width];
        for cell in cells.iter().filter_map(|cell| usize::try_from(*cell).ok()) {
            let known = self.classes.get(cell * width..(cell + 1) * width).unwrap_or_default();
            sums.iter_mut().zip(known).for_each(|(sum, more)| *sum += more);
        }
        self.of_each(sums)
    }

    /// How many records of some cells can still change, and until when.
    pub(super) fn open(&self, cells: &[u32]) -> (u64, Option<i64>) {
        let open = cells.iter().filter_map(|cell| self.open.get(cell));
        open.fold((0, None), |(sum, last), (count, until)| (sum + count, last.max(Some(*until))))
    }

    /// The sum of some cells.
    pub(super) fn sum(&self, cells: &[u32]) -> Ratio {
        let Sums { per, sums, exact } = &self.sums;
        let units: Vec<i128> =
            cells.iter().filter_map(|cell| super::cells::at(sums, *cell).copied()).collect();
        let sum = units.iter().try_fold(0_i128, |sum, one| sum.checked_add(*one));
        let small = match sum {
            Some(sum) => Ratio::new(sum, *per).unwrap_or_default(),
            None => units.iter().filter_map(|units| Ratio::new(*units, *per)).sum(),
        };
        if exact.is_empty() {
            return small;
        }
        cells.iter().filter_map(|cell| exact.get(cell)).fold(small, |sum, more| &sum + more)
    }

    /// How often each value occurs.
    pub(super) fn ranked(&self) -> Ranked<'_> {
        self.ranks.ranked()
    }
}

/// An integer over the common denominator, or a fraction.
pub(super) enum Value<'a> {
    Small(i64),
    Units(i128),
    Exact(&'a Ratio),
}

/// The common denominator: that of the first batch with one.
pub(super) fn common(per: i128, numbers: &Numbers) -> i128 {
    match &numbers.units {
        Units::Small(_, own) if per == 0 => (*own).into(),
        Units::Wide(_, own) if per == 0 => *own,
        _ => per,
    }
}

/// Hands over each value of a record that counts and has a cell.
pub(super) fn each<C: Cell>(
    per: i128,
    cells: &[C],
    counted: &BooleanBuffer,
    numbers: &Numbers,
    mut take: impl FnMut(C, Value<'_>),
) {
    let mut at = |row: usize, value: Value<'_>| {
        if let Some(cell) = cells.get(row).filter(|cell| **cell != C::NOWHERE) {
            take(*cell, value);
        }
    };
    match &numbers.units {
        Units::Small(values, own) if i128::from(*own) == per => {
            each_set(counted, |row| {
                values.get(row).into_iter().for_each(|value| at(row, Value::Small(*value)));
            });
        }
        Units::Wide(values, own) if *own == per => {
            each_set(counted, |row| {
                values.get(row).into_iter().for_each(|value| at(row, Value::Units(*value)));
            });
        }
        _ => {
            let exact = numbers.exact();
            each_set(counted, |row| {
                exact.get(row).into_iter().for_each(|value| at(row, Value::Exact(value)));
            });
        }
    }
}

impl Sums {
    fn add<C: Cell>(&mut self, cells: &[C], counted: &BooleanBuffer, numbers: &Numbers, top: usize) {
        self.per = common(self.per, numbers);
        self.make_room(top + 1);
        each(self.per, cells, counted, numbers, |cell, value| match value {
            Value::Small(units) => self.add_units(cell, units.into()),
            Value::Units(units) => self.add_units(cell, units),
            Value::Exact(value) => cell.number().into_iter().for_each(|cell| self.add_exact(cell, value)),
        });
    }

    /// Adds the same whole number for each of some records.
    fn add_each<C: Cell>(&mut self, cells: &[C], counted: &BooleanBuffer, whole: i128, top: usize) {
        self.per = if self.per == 0 { 1 } else { self.per };
        self.make_room(top + 1);
        let units = whole * self.per;
        each_set(counted, |row| cells.get(row).into_iter().for_each(|cell| self.add_units(*cell, units)));
    }

    fn make_room(&mut self, cells: usize) {
        if self.sums.len() < cells {
            self.sums.resize(cells, 0);
        }
    }

    /// Adds to the sum of a cell that is in the list.
    #[inline]
    fn add_units<C: Cell>(&mut self, cell: C, units: i128) {
        let Some(slot) = self.sums.get_mut(cell.place()) else { return };
        match slot.checked_add(units) {
            Some(sum) => *slot = sum,
            None => self.overflow(cell.number(), units),
        }
    }

    #[cold]
    fn overflow(&mut self, cell: Option<u32>, units: i128) {
        let units = Ratio::new(units, self.per).unwrap_or_default();
        cell.into_iter().for_each(|cell| self.add_exact(cell, &units));
    }

    fn add_exact(&mut self, cell: u32, value: &Ratio) {
        let sum = self.exact.entry(cell).or_default();
        *sum = &*sum + value;
    }

    fn of_cells(&self, cells: &[u32]) -> Self {
        let sum = |cell: &u32| super::cells::at(&self.sums, *cell).copied().unwrap_or_default();
        let exact = (0..).zip(cells).filter_map(|(at, cell)| Some((at, self.exact.get(cell)?.clone())));
        let sums = if self.sums.is_empty() { Vec::new() } else { cells.iter().map(sum).collect() };
        Self { per: self.per, sums, exact: exact.collect() }
    }

    fn merge(&mut self, other: Self) {
        if self.per == 0 {
            self.per = other.per;
        }
        self.make_room(other.sums.len());
        for (cell, units) in (0_u32..).zip(other.sums) {
            if other.per == self.per {
                self.add_units(cell, units);
            } else if let Some(value) = Ratio::new(units, other.per) {
                self.add_exact(cell, &value);
            }
        }
        for (cell, value) in &other.exact {
            self.add_exact(*cell, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::cells::NONE;
    use crate::measured::sheet::COUNTED;

    fn decision(per: i128, values: Vec<i128>) -> Decision {
        let rows = values.len();
        let numbers = Numbers { units: Units::Wide(values.into(), per), known: None };
        let counted = BooleanBuffer::new_set(rows);
        let mut classes = Classes::new(rows, 7);
        classes.mark(&counted, COUNTED);
        Decision { classes, counted, above: None, open: Vec::new(), taken: Taken::Sum(numbers) }
    }

    #[test]
    fn a_sum_beyond_128_bits_stays_exact() {
        let mut count = Count::new(7);
        let [few, _] = Placed::of(&[0, 0, 0]);
        count.add(&few, &decision(10, vec![i128::MAX, i128::MAX, 5]));
        let most = Ratio::decimal(i128::MAX, 1);
        assert_eq!(count.sum(&[0]), &(&most + &most) + &"0.5".parse().unwrap());
    }

    #[test]
    fn whichever_class_is_usual_the_counts_are_the_same() {
        // By row a class; cells 0, 1, 0, 1, and so on.
        let part = |of: &[u16]| {
            let mut classes = Classes::new(of.len(), 7);
            for class in 0..7 {
                classes.mark(&of.iter().map(|one| *one == class).collect(), class);
            }
            let decision = Decision { classes, ..decision(1, vec![0; of.len()]) };
            let cells: Vec<u32> = (0..of.len()).map(|row| u32::from(row % 2 == 1)).collect();
            let [few, many] = Placed::of(&cells);
            let counts = [few, many].map(|cells| {
                let mut count = Count::new(7);
                count.add(&cells, &decision);
                count
            });
            counts.into_iter().reduce(Count::merge).unwrap()
        };
        let fives = || part(&[5, 5, 5, 4, 5, 5]);
        let fours = || part(&[4, 4, 0, 4, 4, 5, 4]);
        for count in
            [fives().merge(fours()), fours().merge(fives()), fives().merge(fours()).of_cells(&[0, 1])]
        {
            // Each record counts twice: once in either form of its cell.
            assert_eq!(count.classes(&[0], 7), [2, 0, 0, 0, 6, 6, 0]);
            assert_eq!(count.classes(&[1], 7), [0, 0, 0, 0, 6, 6, 0]);
            assert_eq!(count.classes(&[1, 0], 7), [2, 0, 0, 0, 12, 12, 0]);
            assert_eq!(count.classes(&[2], 7), [0; 7]);
        }
    }

    proptest! {
        #[test]
        fn parts_add_up_in_any_order(
            parts in prop::collection::vec((prop_oneof![Just(1_i128), Just(7), Just(1000)], prop::collection::vec(any::<i128>(), 0..5)), 1..6)
        ) {
            let one = |(per, values): &(i128, Vec<i128>)| {
                let mut count = Count::new(7);
                // A record without a cell is in no sum.
                let cells: Vec<u32> = (0..values.len()).map(|row| if row == 3 { NONE } else { 1 }).collect();
                let form = usize::from(values.len() > 2);
                count.add(&Placed::of(&cells)[form], &decision(*per, values.clone()));
                count
            };
            let counted = |values: &[i128]| values.iter().enumerate().filter(|(row, _)| *row != 3).map(|(_, v)| *v).collect::<Vec<_>>();
            let want: Ratio = parts.iter().flat_map(|(per, values)| counted(values).into_iter().map(|v| Ratio::new(v, *per).unwrap())).sum();
            let forward = parts.iter().map(one).fold(Count::new(7), Count::merge);
            let backward = parts.iter().rev().map(one).fold(Count::new(7), |sum, part| part.merge(sum));
            prop_assert_eq!(forward.sum(&[1]), want.clone());
            prop_assert_eq!(backward.sum(&[1]), want);
            prop_assert_eq!(forward.classes(&[1], 7), backward.classes(&[1], 7));
        }
    }
}
