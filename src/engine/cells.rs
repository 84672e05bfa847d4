//! Which cell a record belongs to: the period that holds its date, and the
//! values of the measure's `by` fields.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use arrow::array::{Int64Array, StringArray};

use super::error::EngineError;
use super::lookup::Lookup;
use super::offsets::Offsets;
use super::values::Values;
use crate::measured::{OutsidePeriods, Segment};
use crate::value::{Date, Period, Ratio};

/// The cell of a record that no evaluated period holds.
pub(super) const NONE: u32 = u32::MAX;

/// All cells of one grouping, numbered as they come. The numbers differ from
/// run to run and are never shown.
#[derive(Debug, Default)]
pub(super) struct Cells(Mutex<BTreeMap<(u32, Segment), u32>>);

impl Cells {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<(u32, Segment), u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Period and segment of each cell, by its number.
    pub(super) fn list(&self) -> Vec<(usize, Segment)> {
        let cells = self.lock();
        let mut list: Vec<_> =
            cells.iter().map(|((period, segment), number)| (*number, *period, segment)).collect();
        list.sort_unstable_by_key(|(number, ..)| *number);
        list.into_iter()
            .map(|(_, period, segment)| (usize::try_from(period).unwrap_or(0), segment.clone()))
            .collect()
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
        // What each code stands for: a period and the values met so far.
        let mut meaning: Vec<(u32, Segment)> =
            (0_u32..).zip(periods).map(|(period, _)| (period, Segment::whole())).collect();
        for values in by {
            (codes, meaning) = refined(&codes, &meaning, &texts(values, codes.len(), offsets)?);
        }
        let used = used(&codes, meaning.len());
        let mut cells = self.lock();
        let numbers: Vec<u32> = meaning
            .into_iter()
            .zip(used)
            .map(|(cell, used)| {
                let next = u32::try_from(cells.len()).unwrap_or(NONE);
                if used { *cells.entry(cell).or_insert(next) } else { NONE }
            })
            .collect();
        Ok(codes.into_iter().map(|code| at(&numbers, code).copied().unwrap_or(NONE)).collect())
    }
}

/// The entry for a code.
pub(super) fn at<T>(list: &[T], code: u32) -> Option<&T> {
    list.get(usize::try_from(code).ok()?)
}

fn used(codes: &[u32], count: usize) -> Vec<bool> {
    let mut used = vec![false; count];
    for code in codes {
        if let Some(slot) = usize::try_from(*code).ok().and_then(|code| used.get_mut(code)) {
            *slot = true;
        }
    }
    used
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

/// Every code split by the value of one more field.
fn refined(
    codes: &[u32],
    meaning: &[(u32, Segment)],
    values: &StringArray,
) -> (Vec<u32>, Vec<(u32, Segment)>) {
    let mut found: Lookup<(u32, Option<&str>), u32> = Lookup::default();
    let mut finer: Vec<(u32, Segment)> = Vec::new();
    let mut refined = Vec::with_capacity(codes.len());
    for (coarse, value) in codes.iter().zip(values.iter()) {
        let Some((period, segment)) = at(meaning, *coarse) else {
            refined.push(NONE);
            continue;
        };
        let next = u32::try_from(finer.len()).unwrap_or(NONE);
        let code = *found.entry((*coarse, value)).or_insert(next);
        if code == next {
            let mut values = segment.0.clone();
            values.push(value.map(str::to_string));
            finer.push((*period, Segment(values)));
        }
        refined.push(code);
    }
    (refined, finer)
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
}
