//! How often each value occurs, by cell.
//!
//! Waiting times of 12,000 cells have a few hundred different values: each
//! value gets a number as it is met, and a cell counts by these numbers.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::buffer::BooleanBuffer;
use serde::{Deserialize, Serialize, Serializer};

use super::cells::{Cell, at};
use super::count::{Value, common, each};
use super::kept::entries;
use super::lookup::Lookup;
use super::numbers::Numbers;
use crate::measured::Histogram;
use crate::value::Ratio;

/// So many different values are counted by number; further ones are looked up each time.
const NUMBERED: usize = 1 << 16;
/// A cell has room for so many values, however few records are in it.
const ROOM: usize = 1 << 10;
/// Values whose number is found without a look-up.
const RECENT: usize = 1 << 10;

/// Integers over one denominator, and fractions for the rest.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Ranks {
    per: i128,
    numbers: Numbered,
    /// By cell, how often the value of each number occurs.
    counts: Vec<Vec<u32>>,
    #[serde(with = "entries")]
    others: Lookup<(u32, i128), u64>,
    #[serde(with = "entries")]
    exact: BTreeMap<(u32, Ratio), u64>,
}

/// Values by number.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<i128>")]
struct Numbered {
    values: Vec<i128>,
    numbers: Lookup<i128, u32>,
    recent: Vec<(i64, u32)>,
}

impl Serialize for Numbered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.values.serialize(serializer)
    }
}

impl From<Vec<i128>> for Numbered {
    fn from(values: Vec<i128>) -> Self {
        let numbers = values.iter().copied().zip(0..).collect();
        Self { values, numbers, recent: Vec::new() }
    }
}

impl Numbered {
    /// The number of a value; none when there are too many.
    fn number(&mut self, value: i128) -> Option<u32> {
        let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        match self.numbers.get(&value) {
            Some(number) => Some(*number),
            None if self.values.len() >= NUMBERED => None,
            None => {
                self.values.push(value);
                self.numbers.insert(value, next);
                Some(next)
            }
        }
    }

    /// Likewise for a small value, mostly without a look-up.
    fn number_of_small(&mut self, value: i64) -> Option<u32> {
        if self.recent.is_empty() {
            self.recent.resize(RECENT, (0, u32::MAX));
        }
        let mixed = value.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - RECENT.ilog2());
        let place = usize::try_from(mixed).unwrap_or(0);
        match self.recent.get(place) {
            Some((known, number)) if *known == value && *number != u32::MAX => Some(*number),
            _ => {
                let number = self.number(value.into())?;
                self.recent.get_mut(place).into_iter().for_each(|slot| *slot = (value, number));
                Some(number)
            }
        }
    }
}

impl Ranks {
    /// Adds the values of the records that count.
    pub(super) fn add<C: Cell>(
        &mut self,
        cells: &[C],
        counted: &BooleanBuffer,
        numbers: &Numbers,
        top: usize,
    ) {
        self.per = common(self.per, numbers);
        if self.counts.len() <= top {
            self.counts.resize(top + 1, Vec::new());
        }
        // All values get their numbers before any is counted: cells far apart in memory do not wait for one another.
        let mut numbered: Vec<(u32, u32)> = Vec::with_capacity(cells.len());
        each(self.per, cells, counted, numbers, |cell, value| {
            let Some(cell) = cell.number() else { return };
            match value {
                Value::Small(units) => match self.numbers.number_of_small(units) {
                    Some(number) => numbered.push((cell, number)),
                    None => self.add_units(cell, units.into(), 1),
                },
                Value::Units(units) => self.add_units(cell, units, 1),
                Value::Exact(value) => *self.exact.entry((cell, value.clone())).or_default() += 1,
            }
        });
        for (cell, number) in numbered {
            match self.slot(cell, number) {
                Some(slot) if *slot < u32::MAX => *slot += 1,
                _ => {
                    let units = at(&self.numbers.values, number).copied().unwrap_or_default();
                    *self.others.entry((cell, units)).or_default() += 1;
                }
            }
        }
    }

    /// How often the value of a number occurs in a cell, so far; none where the cell has no room for it.
    fn slot(&mut self, cell: u32, number: u32) -> Option<&mut u32> {
        let [cell, number] = [cell, number].map(|one| usize::try_from(one).unwrap_or(usize::MAX));
        let counts = self.counts.get_mut(cell)?;
        if counts.len() <= number {
            // Most values occur in most cells: there is room for all that are known, unless they are very many
            // and few records are in the cell.
            let all = self.numbers.values.len().max(number + 1);
            let records = || counts.iter().map(|count| usize::try_from(*count).unwrap_or(0)).sum::<usize>();
            let room = if all <= ROOM || records() >= all / 8 { all } else { ROOM };
            if number >= room {
                return None;
            }
            counts.resize(room, 0);
        }
        counts.get_mut(number)
    }

    /// Counts a value, by its number where it has one.
    fn add_units(&mut self, cell: u32, units: i128, count: u64) {
        let number = self.numbers.number(units);
        let slot = number.and_then(|number| self.slot(cell, number));
        let sum = slot.as_ref().and_then(|slot| slot.checked_add(u32::try_from(count).ok()?));
        match slot.zip(sum) {
            Some((slot, sum)) => *slot = sum,
            None => *self.others.entry((cell, units)).or_default() += count,
        }
    }

    /// The counts of some cells, which are numbered in this order.
    pub(super) fn of_cells(&self, cells: &[u32]) -> Self {
        let places: Lookup<u32, u32> = cells.iter().copied().zip(0..).collect();
        let counts = |cell: &u32| at(&self.counts, *cell).cloned().unwrap_or_default();
        let others = self.others.iter();
        let others = others.filter_map(|((cell, units), count)| Some(((*places.get(cell)?, *units), *count)));
        let exact = self.exact.iter();
        let exact =
            exact.filter_map(|((cell, value), count)| Some(((*places.get(cell)?, value.clone()), *count)));
        Self {
            per: self.per,
            numbers: Numbered::from(self.numbers.values.clone()),
            counts: if self.counts.is_empty() { Vec::new() } else { cells.iter().map(counts).collect() },
            others: others.collect(),
            exact: exact.collect(),
        }
    }

    /// Adds another part, to the one that has more.
    pub(super) fn merge(&mut self, mut other: Self) {
        if self.weight() < other.weight() {
            std::mem::swap(self, &mut other);
        }
        if self.per == 0 {
            self.per = other.per;
        }
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), Vec::new());
        }
        let mut add = |cell: u32, units: i128, count: u64| {
            if other.per == self.per {
                self.add_units(cell, units, count);
            } else if let Some(value) = Ratio::new(units, other.per) {
                *self.exact.entry((cell, value)).or_default() += count;
            }
        };
        for (cell, counts) in (0_u32..).zip(&other.counts) {
            for (units, count) in other.numbers.values.iter().zip(counts).filter(|(_, count)| **count > 0) {
                add(cell, *units, (*count).into());
            }
        }
        for ((cell, units), count) in other.others {
            add(cell, units, count);
        }
        for (key, count) in other.exact {
            *self.exact.entry(key).or_default() += count;
        }
    }

    /// How much there is to go through.
    fn weight(&self) -> usize {
        self.counts.iter().map(Vec::len).sum::<usize>() + self.others.len() + self.exact.len()
    }

    /// The values in order, to make histograms of.
    pub(super) fn ranked(&self) -> Ranked<'_> {
        let ratio = |units: i128| Ratio::new(units, self.per).unwrap_or_default();
        let mut order: Vec<(i128, usize)> =
            self.numbers.values.iter().enumerate().map(|(number, units)| (*units, number)).collect();
        order.sort_unstable();
        let values = Arc::new(order.iter().map(|(units, _)| ratio(*units)).collect());
        let mut others: BTreeMap<u32, BTreeMap<Ratio, u64>> = BTreeMap::new();
        let looked_up = self.others.iter().map(|((cell, units), count)| (*cell, ratio(*units), *count));
        let exact = self.exact.iter().map(|((cell, value), count)| (*cell, value.clone(), *count));
        for (cell, value, count) in looked_up.chain(exact) {
            *others.entry(cell).or_default().entry(value).or_default() += count;
        }
        let order = order.into_iter().map(|(_, number)| number).collect();
        Ranked { ranks: self, values, order, others }
    }
}

/// Values in order, with the counts of each cell.
pub(super) struct Ranked<'a> {
    ranks: &'a Ranks,
    values: Arc<Vec<Ratio>>,
    /// The number of each value.
    order: Vec<usize>,
    /// What is not counted by number.
    others: BTreeMap<u32, BTreeMap<Ratio, u64>>,
}

impl Ranked<'_> {
    /// How often each value occurs in some cells together.
    pub(super) fn histogram(&self, cells: &[u32]) -> Histogram {
        let mut sums: Vec<u64> = Vec::new();
        for counts in cells.iter().filter_map(|cell| at(&self.ranks.counts, *cell)) {
            if sums.len() < counts.len() {
                sums.resize(counts.len(), 0);
            }
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += u64::from(*count));
        }
        let occurring = (0..).zip(&self.order).filter_map(|(place, number)| {
            let count = sums.get(*number).copied().filter(|count| *count > 0)?;
            Some((place, count))
        });
        let mut histogram = Histogram::of(&self.values, occurring.collect());
        for more in cells.iter().filter_map(|cell| self.others.get(cell)) {
            histogram.add(&more.clone().into());
        }
        histogram
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::numbers::Units;

    fn ranks(values: &[i64]) -> Ranks {
        let mut ranks = Ranks::default();
        let cells: Vec<u32> = (0..values.len()).map(|row| u32::from(row % 2 == 1)).collect();
        let numbers = Numbers { units: Units::Small(values.to_vec().into(), 10), known: None };
        ranks.add(&cells, &BooleanBuffer::new_set(values.len()), &numbers, 1);
        ranks
    }

    #[test]
    fn a_cell_with_few_records_has_a_list_of_the_first_values_alone() {
        let (first, last) = (3_usize, 5000);
        let mut all = Ranks::default();
        // Cell 0 has every value once, cell 1 two of them.
        let values: Vec<i64> = (0..=last as i64).chain([first as i64, last as i64]).collect();
        let cells: Vec<u32> = (0..values.len()).map(|row| u32::from(row > last)).collect();
        let numbers = Numbers { units: Units::Small(values.into(), 1), known: None };
        all.add(&cells, &BooleanBuffer::new_set(cells.len()), &numbers, 1);
        assert_eq!(all.counts[1].len(), ROOM);
        let occurring = |cell| all.ranked().histogram(&[cell]).iter().map(|(_, count)| count).sum::<u64>();
        assert_eq!((occurring(0), occurring(1)), (5001, 2));
        let of_one = all.ranked().histogram(&[1]);
        let want = [first, last].map(|value| Ratio::whole(value as i128));
        assert_eq!(of_one.iter().map(|(value, _)| value.clone()).collect::<Vec<_>>(), want);
    }

    #[test]
    fn more_values_than_have_a_number_are_all_counted() {
        let many: Vec<i64> = (0..2 * NUMBERED as i64 + 20).map(|n| n / 2).collect();
        let mut all = ranks(&many);
        all.merge(ranks(&many));
        let ranked = all.ranked();
        for cell in [0, 1] {
            let histogram = ranked.histogram(&[cell]);
            assert_eq!(histogram.iter().count(), NUMBERED + 10);
            assert!(histogram.iter().all(|(_, count)| count == 2));
            assert_eq!(histogram.iter().nth(3), Some((&Ratio::new(3, 10).unwrap(), 2)));
        }
        assert!(ranked.histogram(&[1, 0]).iter().all(|(_, count)| count == 4));
    }
}
