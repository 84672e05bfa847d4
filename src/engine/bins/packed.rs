//! Records of a few thousand rows, two words each.
//!
//! A run is a head of two words and its records. What they share stands in
//! the head; a record says how far it is from there.
//!
//! | word | bits | what |
//! |------|------|------|
//! | head | 64 | the earliest moment |
//! | head | 32, 24, 8 | the first row; how many records; their form |
//! | record | 64 | hash |
//! | record | 16, 1, 14, 33 | hash; undated; rows from the first; units from the earliest moment |
//!
//! The unit is a second, a millisecond or a microsecond, whichever is exact.
//! Where the moments lie too far apart for it, records are written as they are,
//! in three words.

use arrow::array::{Array, Int64Array};
use arrow::compute::{max, min};

use super::{Record, TAIL, UNDATED, ordered};

/// Rows that a run may span.
pub(super) const SPAN: usize = 1 << ROWS;
/// Words of a head.
pub(super) const HEAD: usize = 2;

const ROWS: u32 = 14;
const UNITS: u32 = 33;
const NO_DATE: u64 = 1 << (ROWS + UNITS);

/// How the records of a run are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// The earliest moment.
    from: i64,
    /// Microseconds of a unit; none where records are written as they are.
    unit: Option<i64>,
}

const FORMS: [Option<i64>; 4] = [None, Some(1_000_000), Some(1000), Some(1)];

impl Form {
    /// The form for records of these moments.
    pub(super) fn of(moments: &Int64Array) -> Self {
        let (from, to) = min(moments).zip(max(moments)).unwrap_or_default();
        let fits = |unit: &i64| {
            let near = to.checked_sub(from).is_some_and(|span| span / unit < 1 << UNITS);
            near && match unit {
                // Dividing by what is known beforehand is a multiplication.
                1_000_000 => moments.iter().flatten().all(|moment| (moment - from) % 1_000_000 == 0),
                1000 => moments.iter().flatten().all(|moment| (moment - from) % 1000 == 0),
                _ => true,
            }
        };
        Self { from, unit: FORMS.into_iter().flatten().find(fits) }
    }

    /// The end of the second word of each record, about its moment; none where records are written as they are.
    pub(super) fn units(self, moments: &Int64Array) -> Option<Vec<u64>> {
        let unit = self.unit?;
        let units = |micros: i64| match unit {
            1_000_000 => micros / 1_000_000,
            1000 => micros / 1000,
            _ => micros,
        };
        let word = |moment: i64| u64::try_from(units(moment - self.from)).unwrap_or(0);
        Some(match moments.null_count() {
            0 => moments.values().iter().map(|moment| word(*moment)).collect(),
            _ => moments.iter().map(|moment| moment.map_or(NO_DATE, word)).collect(),
        })
    }

    /// Words of a record.
    pub(super) fn width(self) -> usize {
        if self.unit.is_some() { 2 } else { 3 }
    }

    /// The head of a run of so many records.
    pub(super) fn head(self, first: u32, records: usize) -> [u64; HEAD] {
        let form = FORMS.iter().zip(0_u64..).find(|(unit, _)| **unit == self.unit).map_or(0, |(_, at)| at);
        let records = u64::try_from(records).unwrap_or(0);
        [u64::from_ne_bytes(self.from.to_ne_bytes()), u64::from(first) << 32 | records << 8 | form]
    }
}

/// The second word of a record, `rows` after the first.
#[inline]
pub(super) fn pack(tail: u64, rows: u64, units: u64) -> u64 {
    tail | rows << UNITS | units
}

/// A run that was written.
pub(super) struct Run<'a> {
    form: Form,
    first: u64,
    records: &'a [u64],
}

impl Run<'_> {
    /// The number of the first row.
    pub(super) fn first(&self) -> u64 {
        self.first
    }

    /// How many records it has.
    pub(super) fn count(&self) -> usize {
        self.records.len() / self.form.width()
    }

    /// Hands over the first word of every record.
    pub(super) fn each_hash(&self, mut take: impl FnMut(u64)) {
        match self.form.unit {
            Some(_) => self.records.as_chunks::<2>().0.iter().for_each(|[hash, _]| take(*hash)),
            None => self.records.as_chunks::<3>().0.iter().for_each(|[hash, ..]| take(*hash)),
        }
    }

    /// Hands over every record.
    pub(super) fn each(&self, mut take: impl FnMut(Record)) {
        let Form { from, unit: Some(unit) } = self.form else {
            self.records.as_chunks::<3>().0.iter().for_each(|record| take(*record));
            return;
        };
        for [hash, rest] in self.records.as_chunks::<2>().0 {
            let row = self.first + (rest >> UNITS & ((1 << ROWS) - 1));
            let units = i64::try_from(rest & ((1 << UNITS) - 1)).unwrap_or(0);
            let undated = rest & NO_DATE != 0;
            let moment = if undated { 0 } else { ordered(from + units * unit) };
            let mark = if undated { UNDATED } else { 0 };
            take([*hash, moment, rest & TAIL | mark | row]);
        }
    }
}

/// The runs of a list of words.
pub(super) fn runs(mut words: &[u64]) -> impl Iterator<Item = Run<'_>> {
    std::iter::from_fn(move || {
        let [from, about, rest @ ..] = words else { return None };
        let [unit, count] = [about & 0xff, about >> 8 & 0xff_ffff].map(|it| usize::try_from(it).unwrap_or(0));
        let unit = FORMS.get(unit).copied().flatten();
        let form = Form { from: i64::from_ne_bytes(from.to_ne_bytes()), unit };
        let (records, later) = rest.split_at((count * form.width()).min(rest.len()));
        words = later;
        Some(Run { form, first: about >> 32, records })
    })
}

#[cfg(test)]
mod tests {
    use super::super::{key, moment, row};
    use super::*;

    #[test]
    fn the_unit_is_the_largest_that_is_exact_and_fits() {
        let form = |moments: &[i64]| Form::of(&moments.to_vec().into()).unit;
        assert_eq!(form(&[]), Some(1_000_000));
        assert_eq!(form(&[5, 1_000_005, -2_999_995]), Some(1_000_000));
        assert_eq!(form(&[5, 1_001_005]), Some(1000));
        assert_eq!(form(&[5, 6]), Some(1));
        // 2³³ microseconds are 2 h 23 min, as milliseconds 99 days, as seconds 272 years.
        assert_eq!(form(&[0, 1, (1 << 33) - 1]), Some(1));
        assert_eq!(form(&[0, 1, 1 << 33]), None);
        assert_eq!(form(&[0, 1000 << 33]), None);
        assert_eq!(form(&[0, 1000 * ((1 << 33) - 1)]), Some(1000));
        assert_eq!(form(&[0, 1_000_000 * ((1 << 33) - 1)]), Some(1_000_000));
        assert_eq!(form(&[i64::MIN, i64::MAX]), None);
    }

    #[test]
    fn a_moment_is_what_it_was() {
        let from = -7_000_001;
        for step in [3_000_000, 5000, 7] {
            let moments: Int64Array = vec![Some(from), Some(from + step), None].into();
            let form = Form::of(&moments);
            let units = form.units(&moments).unwrap();
            let mut words = form.head(9, 2).to_vec();
            words.extend([11, pack(0, 3, units[1]), 12, pack(5 << 48, 16_383, units[2])]);
            let mut all = Vec::new();
            let mut add = |record: Record| all.push((key(&record), moment(&record), row(&record)));
            runs(&words).for_each(|run| run.each(&mut add));
            assert_eq!(all, [((11, 0), Some(from + step), 12), ((12, 5), None, 16_392)]);
        }
    }
}
