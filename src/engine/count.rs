//! Counts and sums by cell. Adding up two parts in any order gives the same.

use std::collections::BTreeMap;

use super::cells::NONE;
use super::decide::{Decision, Taken};
use super::lookup::Lookup;
use super::numbers::{Numbers, Units};
use super::values::Keys;
use crate::measured::sheet::{ABOVE, counts};
use crate::value::Ratio;

/// What one counter has counted so far.
#[derive(Debug, Default)]
pub(super) struct Count {
    width: usize,
    /// How many records of each class, cell by cell.
    classes: Vec<u64>,
    /// Records that can still change: how many, and until when.
    pub(super) open: BTreeMap<u32, (u64, i64)>,
    sums: Sums,
    ranks: Ranks,
    /// The keys met, and whether one of their records is above the line.
    pub(super) keys: Lookup<(u32, u128), bool>,
}

/// Sums by cell: integers over one denominator, and fractions for the rest.
#[derive(Debug, Default)]
struct Sums {
    per: i128,
    sums: Vec<i128>,
    exact: BTreeMap<u32, Ratio>,
}

/// How often each value occurs by cell, likewise.
#[derive(Debug, Default)]
struct Ranks {
    per: i128,
    ranks: Lookup<(u32, i128), u64>,
    exact: BTreeMap<(u32, Ratio), u64>,
}

impl Count {
    pub(super) fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// Adds the records of a batch.
    pub(super) fn add(&mut self, cells: &[u32], decision: &Decision) {
        for (cell, class) in cells.iter().zip(&decision.classes) {
            if let Some(slot) = self.slot(*cell, *class) {
                *slot += 1;
            }
        }
        for (row, until) in &decision.open {
            if let Some(cell) = cells.get(*row).filter(|cell| **cell != NONE) {
                let open = self.open.entry(*cell).or_default();
                *open = (open.0 + 1, open.1.max(*until));
            }
        }
        match &decision.taken {
            Taken::Nothing => {}
            Taken::Keys(keys) => self.add_keys(cells, &decision.classes, keys),
            Taken::Sum(numbers) => self.sums.add(counted(cells, &decision.classes), numbers),
            Taken::Ranks(numbers) => self.ranks.add(counted(cells, &decision.classes), numbers),
        }
    }

    pub(super) fn merge(mut self, other: Self) -> Self {
        if self.classes.len() < other.classes.len() {
            return other.merge(self);
        }
        self.width = self.width.max(other.width);
        for (slot, more) in self.classes.iter_mut().zip(&other.classes) {
            *slot += more;
        }
        for (cell, (count, until)) in other.open {
            let open = self.open.entry(cell).or_default();
            *open = (open.0 + count, open.1.max(until));
        }
        let (mut many, few) = (self.keys, other.keys);
        let few = if many.len() < few.len() { std::mem::replace(&mut many, few) } else { few };
        self.keys = many;
        for (key, above) in few {
            *self.keys.entry(key).or_default() |= above;
        }
        self.sums.merge(other.sums);
        self.ranks.merge(other.ranks);
        self
    }

    /// How many records of each of `width` classes a cell has.
    pub(super) fn classes(&self, cell: usize, width: usize) -> Vec<u64> {
        let known = self.classes.get(cell * width..(cell + 1) * width);
        known.map_or_else(|| vec![0; width], <[u64]>::to_vec)
    }

    /// The sum of a cell.
    pub(super) fn sum(&self, cell: u32) -> Ratio {
        let small = super::cells::at(&self.sums.sums, cell).and_then(|sum| Ratio::new(*sum, self.sums.per));
        small.unwrap_or_default() + self.sums.exact.get(&cell).cloned().unwrap_or_default()
    }

    /// How often each value occurs, by cell.
    pub(super) fn histograms(&self) -> BTreeMap<u32, BTreeMap<Ratio, u64>> {
        let mut all: BTreeMap<u32, BTreeMap<Ratio, u64>> = BTreeMap::new();
        let small = self.ranks.ranks.iter().map(|((cell, value), count)| {
            (*cell, Ratio::new(*value, self.ranks.per).unwrap_or_default(), *count)
        });
        let exact = self.ranks.exact.iter().map(|((cell, value), count)| (*cell, value.clone(), *count));
        for (cell, value, count) in small.chain(exact) {
            *all.entry(cell).or_default().entry(value).or_default() += count;
        }
        all
    }

    fn slot(&mut self, cell: u32, class: u16) -> Option<&mut u64> {
        if cell == NONE {
            return None;
        }
        let at = usize::try_from(cell).ok()? * self.width + usize::from(class);
        if at >= self.classes.len() {
            self.classes.resize((at / self.width + 1) * self.width, 0);
        }
        self.classes.get_mut(at)
    }

    fn add_keys(&mut self, cells: &[u32], classes: &[u16], keys: &Keys) {
        for ((cell, class), hash) in cells.iter().zip(classes).zip(&keys.hashes) {
            if *cell != NONE && counts(*class) {
                *self.keys.entry((*cell, *hash)).or_default() |= *class == ABOVE;
            }
        }
    }
}

/// The cell of each record in the figure; none for the others.
fn counted<'a>(cells: &'a [u32], classes: &'a [u16]) -> impl Iterator<Item = Option<u32>> + 'a {
    cells.iter().zip(classes).map(|(cell, class)| (*cell != NONE && counts(*class)).then_some(*cell))
}

/// An integer over the common denominator, or a fraction.
enum Value<'a> {
    Units(i128),
    Exact(&'a Ratio),
}

/// The common denominator: that of the first batch with one.
fn common(per: i128, numbers: &Numbers) -> i128 {
    match &numbers.units {
        Units::Small(_, own) if per == 0 => (*own).into(),
        Units::Wide(_, own) if per == 0 => *own,
        _ => per,
    }
}

/// Hands over each value that has a cell.
fn each(
    per: i128,
    cells: impl Iterator<Item = Option<u32>>,
    numbers: &Numbers,
    mut take: impl FnMut(u32, Value<'_>),
) {
    let mut one = |cell: Option<u32>, value: Value<'_>| {
        if let Some(cell) = cell {
            take(cell, value);
        }
    };
    match &numbers.units {
        Units::Small(values, own) if i128::from(*own) == per => {
            cells.zip(values.iter()).for_each(|(cell, value)| one(cell, Value::Units((*value).into())));
        }
        Units::Wide(values, own) if *own == per => {
            cells.zip(values.iter()).for_each(|(cell, value)| one(cell, Value::Units(*value)));
        }
        _ => cells.zip(&numbers.exact()).for_each(|(cell, value)| one(cell, Value::Exact(value))),
    }
}

impl Sums {
    fn add(&mut self, cells: impl Iterator<Item = Option<u32>>, numbers: &Numbers) {
        self.per = common(self.per, numbers);
        each(self.per, cells, numbers, |cell, value| match value {
            Value::Units(units) => self.add_units(cell, units),
            Value::Exact(value) => self.add_exact(cell, value),
        });
    }

    fn add_units(&mut self, cell: u32, units: i128) {
        let at = usize::try_from(cell).unwrap_or(0);
        if at >= self.sums.len() {
            self.sums.resize(at + 1, 0);
        }
        let Some(slot) = self.sums.get_mut(at) else { return };
        match slot.checked_add(units) {
            Some(sum) => *slot = sum,
            None => self.add_exact(cell, &Ratio::new(units, self.per).unwrap_or_default()),
        }
    }

    fn add_exact(&mut self, cell: u32, value: &Ratio) {
        let sum = self.exact.entry(cell).or_default();
        *sum = &*sum + value;
    }

    fn merge(&mut self, other: Self) {
        if self.per == 0 {
            self.per = other.per;
        }
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

impl Ranks {
    fn add(&mut self, cells: impl Iterator<Item = Option<u32>>, numbers: &Numbers) {
        self.per = common(self.per, numbers);
        each(self.per, cells, numbers, |cell, value| match value {
            Value::Units(units) => *self.ranks.entry((cell, units)).or_default() += 1,
            Value::Exact(value) => *self.exact.entry((cell, value.clone())).or_default() += 1,
        });
    }

    fn merge(&mut self, other: Self) {
        if self.per == 0 {
            self.per = other.per;
        }
        for ((cell, units), count) in other.ranks {
            if other.per == self.per {
                *self.ranks.entry((cell, units)).or_default() += count;
            } else if let Some(value) = Ratio::new(units, other.per) {
                *self.exact.entry((cell, value)).or_default() += count;
            }
        }
        for (key, count) in other.exact {
            *self.exact.entry(key).or_default() += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::measured::sheet::COUNTED;

    fn decision(per: i128, values: Vec<i128>) -> Decision {
        let rows = values.len();
        let numbers = Numbers { units: Units::Wide(values.into(), per), known: None };
        Decision { classes: vec![COUNTED; rows], open: Vec::new(), taken: Taken::Sum(numbers) }
    }

    #[test]
    fn a_sum_beyond_128_bits_stays_exact() {
        let mut count = Count::new(7);
        count.add(&[0, 0, 0], &decision(10, vec![i128::MAX, i128::MAX, 5]));
        let most = Ratio::decimal(i128::MAX, 1);
        assert_eq!(count.sum(0), &(&most + &most) + &"0.5".parse().unwrap());
    }

    proptest! {
        #[test]
        fn parts_add_up_in_any_order(
            parts in prop::collection::vec((prop_oneof![Just(1_i128), Just(7), Just(1000)], prop::collection::vec(any::<i128>(), 0..5)), 1..6)
        ) {
            let one = |(per, values): &(i128, Vec<i128>)| {
                let mut count = Count::new(7);
                count.add(&vec![1; values.len()], &decision(*per, values.clone()));
                count
            };
            let want: Ratio = parts.iter().flat_map(|(per, values)| values.iter().map(|v| Ratio::new(*v, *per).unwrap())).sum();
            let forward = parts.iter().map(one).fold(Count::new(7), Count::merge);
            let backward = parts.iter().rev().map(one).fold(Count::new(7), |sum, part| part.merge(sum));
            prop_assert_eq!(forward.sum(1), want.clone());
            prop_assert_eq!(backward.sum(1), want);
            prop_assert_eq!(forward.classes(1, 7), backward.classes(1, 7));
        }
    }
}
