//! Which cell a record belongs to: the period that holds its date, and the
//! values of the measure's `by` fields.

mod coded;
mod each;
mod placed;

use std::sync::{Mutex, MutexGuard, PoisonError};

use arrow::array::{Array, Int64Array, StringArray};

use self::coded::Coded;
pub(super) use self::coded::texts;
pub(super) use self::each::{Cell, CellOf};
pub(super) use self::placed::{Known, Placed};
use super::error::EngineError;
use super::lookup::Lookup;
use super::offsets::Offsets;
use super::values::Values;
use crate::measured::{OutsidePeriods, Segment};
use crate::value::Period;

/// The place of a period, and of a value of each field.
type Places = Vec<usize>;

/// The cell of a record that no evaluated period holds.
pub(super) const NONE: u32 = u32::MAX;

/// All cells of one grouping, numbered as they come. The numbers differ from
/// run to run and are never shown.
#[derive(Debug, Default)]
pub(super) struct Cells(Mutex<Numbered>);

/// The cells met so far.
#[derive(Debug, Default)]
struct Numbered {
    /// Per field of the segments the values met, with their numbers.
    fields: Vec<Lookup<Option<String>, u32>>,
    /// Period and numbers of the values.
    numbers: Lookup<Vec<u32>, u32>,
    cells: Vec<(u32, Segment)>,
}

impl Numbered {
    /// The numbers of the values of a field.
    fn values(&mut self, field: usize, values: &[Option<String>]) -> Vec<u32> {
        if self.fields.len() <= field {
            self.fields.resize_with(field + 1, Lookup::default);
        }
        let Some(known) = self.fields.get_mut(field) else { return Vec::new() };
        let number = |value: &Option<String>| {
            let next = u32::try_from(known.len()).unwrap_or(NONE);
            known.get(value).copied().unwrap_or_else(|| *known.entry(value.clone()).or_insert(next))
        };
        values.iter().map(number).collect()
    }

    /// The number of the cell at some places: its period, and the place of each field's value.
    fn cell_at(&mut self, places: &[usize], fields: &[Coded], numbers: &[Vec<u32>]) -> u32 {
        let value = |(place, numbers): (&usize, &Vec<u32>)| numbers.get(*place).copied().unwrap_or(NONE);
        let period = places.first().map(|period| u32::try_from(*period).unwrap_or(NONE));
        let values = places.iter().skip(1).zip(numbers).map(value);
        let text = |(place, field): (&usize, &Coded)| field.text(*place);
        self.cell(period.into_iter().chain(values).collect(), || {
            Segment(places.iter().skip(1).zip(fields).map(text).collect())
        })
    }

    /// The number of the cell of a period with these values, by number and as they read.
    fn cell(&mut self, key: Vec<u32>, segment: impl FnOnce() -> Segment) -> u32 {
        let next = u32::try_from(self.cells.len()).unwrap_or(NONE);
        let period = key.first().copied().unwrap_or(NONE);
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.cells.push((period, segment()));
        }
        number
    }
}

impl Cells {
    fn lock(&self) -> MutexGuard<'_, Numbered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Cells with these periods and segments, in the order of their numbers.
    pub(super) fn of(list: &[(u32, Segment)]) -> Self {
        let mut numbered = Numbered::default();
        for (period, segment) in list {
            let values = segment.0.iter().enumerate();
            let values =
                values.flat_map(|(field, value)| numbered.values(field, std::slice::from_ref(value)));
            let key: Vec<u32> = std::iter::once(*period).chain(values).collect();
            numbered.cell(key, || segment.clone());
        }
        Self(Mutex::new(numbered))
    }

    /// Period and segment of each cell, by its number.
    pub(super) fn list(&self) -> Vec<(usize, Segment)> {
        let index = |period: u32| usize::try_from(period).unwrap_or(0);
        self.lock().cells.iter().map(|(period, segment)| (index(*period), segment.clone())).collect()
    }

    /// The cell of each record; those that no period holds are counted in `outside`.
    pub(super) fn assign(
        &self,
        periods: &[Period],
        dates: &Int64Array,
        by: &[&Values],
        offsets: &Offsets,
        outside: &mut OutsidePeriods,
        known: &mut Known,
    ) -> Result<Placed, EngineError> {
        let codes = periods_of(periods, dates, outside);
        let fields = by.iter().map(|values| Coded::of(values, codes.len(), offsets));
        let fields: Vec<Coded> = fields.collect::<Result<_, _>>()?;
        let new = |found: &mut Vec<(Places, u32)>| {
            let mut cells = self.lock();
            let numbers: Vec<Vec<u32>> =
                fields.iter().enumerate().map(|(at, field)| cells.values(at, &field.texts())).collect();
            for (places, cell) in found {
                *cell = cells.cell_at(places, &fields, &numbers);
            }
        };
        Ok(known.place(codes, periods.len(), &fields, new))
    }
}

/// The entry for a code.
pub(super) fn at<T>(list: &[T], code: u32) -> Option<&T> {
    list.get(usize::try_from(code).ok()?)
}

/// The period that holds each date; those that none holds, and rows without a date, are counted in `outside`.
pub(super) fn periods_of(periods: &[Period], dates: &Int64Array, outside: &mut OutsidePeriods) -> Vec<u32> {
    let mut last = (0, 0, NONE);
    let mut period = |date: i64| {
        if !(last.0..last.1).contains(&date) {
            let after = periods.partition_point(|period| period.start.0 <= date);
            let holding = after.checked_sub(1).and_then(|at| Some((at, periods.get(at)?)));
            last = match holding.filter(|(_, period)| date < period.end.0) {
                Some((at, period)) => (period.start.0, period.end.0, u32::try_from(at).unwrap_or(NONE)),
                None => (0, 0, NONE),
            };
        }
        last.2
    };
    if dates.null_count() == 0 {
        let codes: Vec<u32> = dates.values().iter().map(|date| period(*date)).collect();
        let elsewhere = codes.iter().filter(|code| **code == NONE).count();
        outside.elsewhere += u64::try_from(elsewhere).unwrap_or(u64::MAX);
        return codes;
    }
    let mut found = |date: Option<i64>| match date.map(&mut period) {
        None => {
            outside.undated += 1;
            NONE
        }
        Some(NONE) => {
            outside.elsewhere += 1;
            NONE
        }
        Some(period) => period,
    };
    dates.iter().map(&mut found).collect()
}

/// The label of the period that holds each date; none where no evaluated period does.
pub(super) fn labels(periods: &[Period], dates: &Int64Array) -> Values {
    let codes = periods_of(periods, dates, &mut OutsidePeriods::default());
    Values::Text({
        let label = |code| at(periods, code).map(|period| period.label.as_str());
        codes.into_iter().map(label).collect::<StringArray>().into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::texts::Texts;
    use crate::value::{Date, Instant, Zone};

    fn period(label: &str, start: i64, end: i64) -> Period {
        let day = Date::from_days(0).unwrap();
        Period { label: label.into(), first: day, last: day, start: Instant(start), end: Instant(end) }
    }

    #[test]
    fn a_period_holds_its_start_and_not_its_end() {
        let periods = [period("a", 10, 20), period("b", 30, 40)];
        let dates = Int64Array::from(vec![Some(9), Some(10), Some(19), Some(20), Some(30), Some(40), None]);
        let mut outside = OutsidePeriods::default();
        let got = periods_of(&periods, &dates, &mut outside);
        assert_eq!(got, [NONE, 0, 0, NONE, 1, NONE, NONE]);
        assert_eq!(outside, OutsidePeriods { elsewhere: 3, undated: 1 });
    }

    #[test]
    fn a_missing_value_makes_a_segment_of_its_own() {
        let periods = [period("a", 0, 10), period("b", 10, 20)];
        let offsets = Offsets::new(&Zone::new("UTC").unwrap());
        let dates = Int64Array::from(vec![1, 2, 3, 11, 99]);
        let queue =
            Values::Text(StringArray::from(vec![Some("x"), None, Some("x"), Some("x"), Some("z")]).into());
        let cells = Cells::default();
        let outside = &mut OutsidePeriods::default();
        let mut known = Known::default();
        let got = cells.assign(&periods, &dates, &[&queue], &offsets, outside, &mut known).unwrap();
        let of: Vec<Option<u32>> = got.cells.iter().collect();
        assert_eq!(got.records, [(of[0].unwrap(), 2), (of[1].unwrap(), 1), (of[3].unwrap(), 1)]);
        assert_eq!((of[0], of[4]), (of[2], None));
        let segment = |value: Option<&str>| Segment([value.map(str::to_string)].into());
        let list = cells.list();
        let named: Vec<_> = of[..4].iter().map(|cell| list[cell.unwrap() as usize].clone()).collect();
        let want = [(0, Some("x")), (0, None), (0, Some("x")), (1, Some("x"))];
        assert_eq!(named, want.map(|(period, value)| (period, segment(value))));
    }

    #[test]
    fn what_was_known_of_other_values_is_forgotten() {
        let periods = [period("a", 0, 10)];
        let offsets = Offsets::new(&Zone::new("UTC").unwrap());
        let dates = Int64Array::from(vec![1, 2]);
        let (cells, mut known) = (Cells::default(), Known::default());
        let lists = [["x", "y"], ["x", "y"], ["y", "x"], ["z", "x"]];
        let placed = lists.map(|list| {
            let list = StringArray::from(list.to_vec());
            let values = Values::Text(Texts::Coded(vec![0, 1].into(), list));
            let outside = &mut OutsidePeriods::default();
            let placed = cells.assign(&periods, &dates, &[&values], &offsets, outside, &mut known).unwrap();
            [0, 1].map(|row| placed.cells.get(row))
        });
        assert_eq!(placed, [[0, 1], [0, 1], [1, 0], [2, 0]].map(|cells| cells.map(Some)));
    }

    #[test]
    fn many_values_make_the_cells_that_few_make() {
        let periods = [period("a", 0, 10), period("b", 10, 20)];
        let offsets = Offsets::new(&Zone::new("UTC").unwrap());
        let rows = 1000_i64;
        let dates: Int64Array = (0..rows).map(|row| (row % 7 > 0).then_some(row % 23)).collect();
        let texts = |n: i64| {
            let text = move |row: i64| (row % 11 > 0).then(|| format!("v{}", row % n));
            Values::Text((0..rows).map(text).collect::<StringArray>().into())
        };
        let (many, more) = (texts(700), texts(600));
        // So many cells before these that their numbers need more than 16 bits.
        let other = |n: u32| (0, Segment([Some(n.to_string()), None].into()));
        let others: Vec<(u32, Segment)> = (0..70_000).map(other).collect();
        for cells in [Cells::default(), Cells::of(&others)] {
            let outside = &mut OutsidePeriods::default();
            let mut known = Known::default();
            let got = cells.assign(&periods, &dates, &[&many, &more], &offsets, outside, &mut known).unwrap();
            let list = cells.list();
            assert_eq!(matches!(got.cells, CellOf::Many(_)), list.len() > 70_000);
            let placed = (0..rows).filter(|row| row % 7 > 0 && row % 23 < 20).count();
            assert_eq!(got.records.iter().map(|(_, count)| *count as usize).sum::<usize>(), placed);
            for (row, cell) in (0..rows).zip(got.cells.iter()) {
                let period = (row % 7 > 0 && row % 23 < 20).then_some(usize::from(row % 23 >= 10));
                let text = |n: i64| (row % 11 > 0).then(|| format!("v{}", row % n));
                let want = period.map(|period| (period, Segment([text(700), text(600)].into())));
                assert_eq!(cell.and_then(|cell| list.get(cell as usize)), want.as_ref(), "{row}");
            }
        }
    }
}
