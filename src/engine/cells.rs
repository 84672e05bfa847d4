//! Which cell a record belongs to: the period that holds its date, and the
//! values of the measure's `by` fields.

use std::sync::{Mutex, MutexGuard, PoisonError};

use arrow::array::{Array, Int64Array, StringArray};

use super::error::EngineError;
use super::lookup::Lookup;
use super::offsets::Offsets;
use super::texts::Texts;
use super::values::Values;
use crate::measured::{OutsidePeriods, Segment};
use crate::value::{Date, Period, Ratio};

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
    ) -> Result<Vec<u32>, EngineError> {
        let mut codes = periods_of(periods, dates, outside);
        let rows = codes.len();
        let coded: Vec<Coded> =
            by.iter().map(|values| coded(values, rows, offsets)).collect::<Result<_, _>>()?;
        // A code stands for a period and one value of each field.
        let mut radix = vec![periods.len()];
        for field in &coded {
            fold_in(&mut codes, field);
            radix.push(field.texts.len());
        }
        let mut met = Met::new(radix.iter().try_fold(1_usize, |all, one| all.checked_mul(*one)), &codes);
        let mut cells = self.lock();
        let numbers: Vec<Vec<u32>> =
            coded.iter().enumerate().map(|(at, field)| cells.values(at, &field.texts)).collect();
        met.resolve(|code| {
            let places = places(code, &radix);
            let value = |(place, numbers): (&usize, &Vec<u32>)| numbers.get(*place).copied().unwrap_or(NONE);
            let mut key: Vec<u32> =
                places.first().into_iter().map(|period| u32::try_from(*period).unwrap_or(NONE)).collect();
            key.extend(places.iter().skip(1).zip(&numbers).map(value));
            let text = |(place, field): (&usize, &Coded)| field.texts.get(*place).cloned().flatten();
            cells.cell(key, || Segment(places.iter().skip(1).zip(&coded).map(text).collect()))
        });
        Ok(codes.into_iter().map(|code| met.number(code)).collect())
    }
}

/// The values of a field as codes of a list.
struct Coded {
    codes: Vec<u32>,
    texts: Vec<Option<String>>,
}

/// Codes larger than this, all fields together, are looked up one by one.
const LISTED: usize = 1 << 18;

/// The code of no cell.
const NO_CODE: u32 = u32::MAX;

/// Makes every code stand for a value of one more field as well.
fn fold_in(codes: &mut [u32], field: &Coded) {
    let values = u32::try_from(field.texts.len()).unwrap_or(u32::MAX);
    for (code, value) in codes.iter_mut().zip(&field.codes) {
        let folded = code.checked_mul(values).and_then(|code| code.checked_add(*value));
        *code = if *code == NO_CODE { NO_CODE } else { folded.unwrap_or(NO_CODE) };
    }
}

/// The period and the places of the values that a code stands for.
fn places(code: u32, radix: &[usize]) -> Vec<usize> {
    let mut rest = usize::try_from(code).unwrap_or(0);
    let mut places: Vec<usize> = radix
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

/// The codes that occur in a batch, with the number of their cell.
enum Met {
    Listed(Vec<u32>),
    LookedUp(Lookup<u32, u32>),
}

impl Met {
    fn new(codes: Option<usize>, occurring: &[u32]) -> Self {
        match codes.filter(|codes| *codes <= LISTED) {
            Some(codes) => {
                let mut met = vec![NONE; codes];
                for code in occurring {
                    usize::try_from(*code)
                        .ok()
                        .and_then(|code| met.get_mut(code))
                        .into_iter()
                        .for_each(|it| *it = 0);
                }
                Self::Listed(met)
            }
            None => Self::LookedUp(
                occurring.iter().filter(|code| **code != NO_CODE).map(|code| (*code, NONE)).collect(),
            ),
        }
    }

    fn resolve(&mut self, mut number: impl FnMut(u32) -> u32) {
        match self {
            Self::Listed(met) => {
                for (code, slot) in (0_u32..).zip(met).filter(|(_, slot)| **slot != NONE) {
                    *slot = number(code);
                }
            }
            Self::LookedUp(met) => met.iter_mut().for_each(|(code, slot)| *slot = number(*code)),
        }
    }

    fn number(&self, code: u32) -> u32 {
        match self {
            Self::Listed(met) => at(met, code).copied().unwrap_or(NONE),
            Self::LookedUp(met) => met.get(&code).copied().unwrap_or(NONE),
        }
    }
}

/// The values of a field as codes, a missing one as well.
fn coded(values: &Values, rows: usize, offsets: &Offsets) -> Result<Coded, EngineError> {
    if let Values::Text(Texts::Coded(codes, list)) = values {
        let missing = u32::try_from(list.len()).unwrap_or(NO_CODE);
        let code = |code: Option<u32>| code.unwrap_or(missing);
        let codes =
            if codes.null_count() == 0 { codes.values().to_vec() } else { codes.iter().map(code).collect() };
        return Ok(Coded {
            codes,
            texts: list.iter().map(|text| text.map(str::to_string)).chain([None]).collect(),
        });
    }
    let all = texts(values, rows, offsets)?;
    let mut found: Lookup<Option<&str>, u32> = Lookup::default();
    let mut list = Vec::new();
    let codes = all.iter().map(|text| {
        let next = u32::try_from(found.len()).unwrap_or(NO_CODE);
        let code = *found.entry(text).or_insert(next);
        if code == next {
            list.push(text.map(str::to_string));
        }
        code
    });
    let codes = codes.collect();
    Ok(Coded { codes, texts: list })
}

/// The entry for a code.
pub(super) fn at<T>(list: &[T], code: u32) -> Option<&T> {
    list.get(usize::try_from(code).ok()?)
}

/// The period that holds each date.
fn periods_of(periods: &[Period], dates: &Int64Array, outside: &mut OutsidePeriods) -> Vec<u32> {
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

/// Values as people read them.
pub(super) fn texts(values: &Values, rows: usize, offsets: &Offsets) -> Result<StringArray, EngineError> {
    let date = |day: i32| Date::from_days(day).map(|date| date.to_string());
    Ok(match values {
        Values::Text(texts) => texts.plain().into_owned(),
        Values::Date(days) => days.iter().map(|day| day.and_then(date)).collect(),
        Values::Instant(moments) => {
            moments.iter().map(|at| at.map(|at| offsets.local(at).to_string())).collect()
        }
        Values::Truth(truth) => {
            let word = |(yes, no): (bool, bool)| if yes { Some("yes") } else { no.then_some("no") };
            truth.now.yes.iter().zip(truth.now.no.iter()).map(word).collect()
        }
        other => {
            let numbers = other.numbers(rows)?;
            let known = |row| numbers.known.as_ref().is_none_or(|known| known.is_valid(row));
            let text = |(row, number): (usize, &Ratio)| known(row).then(|| number.to_string());
            numbers.exact().iter().enumerate().map(text).collect()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Instant, Zone};

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
        let got =
            cells.assign(&periods, &dates, &[&queue], &offsets, &mut OutsidePeriods::default()).unwrap();
        assert_eq!((got[0], got[4]), (got[2], NONE));
        let segment = |value: Option<&str>| Segment(vec![value.map(str::to_string)]);
        let list = cells.list();
        let named: Vec<_> = got[..4].iter().map(|cell| list[*cell as usize].clone()).collect();
        let want = [(0, Some("x")), (0, None), (0, Some("x")), (1, Some("x"))];
        assert_eq!(named, want.map(|(period, value)| (period, segment(value))));
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
        let cells = Cells::default();
        let got = cells
            .assign(&periods, &dates, &[&many, &more], &offsets, &mut OutsidePeriods::default())
            .unwrap();
        let list = cells.list();
        for (row, cell) in (0..rows).zip(got) {
            let period = (row % 7 > 0 && row % 23 < 20).then_some(usize::from(row % 23 >= 10));
            let text = |n: i64| (row % 11 > 0).then(|| format!("v{}", row % n));
            let want = period.map(|period| (period, Segment(vec![text(700), text(600)])));
            assert_eq!(list.get(cell as usize), want.as_ref(), "{row}");
        }
    }
}
