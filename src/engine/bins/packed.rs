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
    pub(super) fn of(moments: impl Iterator<Item = i64> + Clone) -> Self {
        let range = moments.clone().fold(None, |range: Option<(i64, i64)>, moment| {
            Some(range.map_or((moment, moment), |(from, to)| (from.min(moment), to.max(moment))))
        });
        let (from, to) = range.unwrap_or_default();
        let fits = |unit: &i64| {
            to.checked_sub(from).is_some_and(|span| span / unit < 1 << UNITS)
                && moments.clone().all(|moment| (moment - from) % unit == 0)
        };
        Self { from, unit: FORMS.into_iter().flatten().find(fits) }
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

    /// The second word of a record, `rows` after the first.
    #[inline]
    pub(super) fn pack(tail: u64, rows: u64, units: Option<u64>) -> u64 {
        tail | rows << UNITS | units.unwrap_or(NO_DATE)
    }

    /// How many units a moment is after the earliest.
    #[inline]
    pub(super) fn units(moment: i64, from: i64, unit: i64) -> u64 {
        u64::try_from((moment - from) / unit).unwrap_or(0)
    }

    pub(super) fn packed(self) -> Option<(i64, i64)> {
        Some((self.from, self.unit?))
    }
}

/// A run that was written.
struct Run<'a> {
    from: i64,
    first: u64,
    unit: Option<i64>,
    records: &'a [u64],
}

/// The runs of a list of words.
fn runs(mut words: &[u64]) -> impl Iterator<Item = Run<'_>> {
    std::iter::from_fn(move || {
        let [from, about, rest @ ..] = words else { return None };
        let form = FORMS.iter().zip(0_u64..).find(|(_, at)| *at == about & 0xff);
        let unit = form.and_then(|(unit, _)| *unit);
        let width = if unit.is_some() { 2 } else { 3 };
        let count = usize::try_from(about >> 8 & 0xff_ffff).unwrap_or(0);
        let (records, later) = rest.split_at((count * width).min(rest.len()));
        words = later;
        Some(Run { from: i64::from_ne_bytes(from.to_ne_bytes()), first: about >> 32, unit, records })
    })
}

/// Hands over the first word of every record.
pub(super) fn each_hash(words: &[u64], mut take: impl FnMut(u64)) {
    for run in runs(words) {
        match run.unit {
            Some(_) => run.records.as_chunks::<2>().0.iter().for_each(|[hash, _]| take(*hash)),
            None => run.records.as_chunks::<3>().0.iter().for_each(|[hash, ..]| take(*hash)),
        }
    }
}

/// Hands over every record.
pub(super) fn each(words: &[u64], mut take: impl FnMut(Record)) {
    for Run { from, first, unit, records } in runs(words) {
        let Some(unit) = unit else {
            records.as_chunks::<3>().0.iter().for_each(|record| take(*record));
            continue;
        };
        for [hash, rest] in records.as_chunks::<2>().0 {
            let row = first + (rest >> UNITS & ((1 << ROWS) - 1));
            let units = i64::try_from(rest & ((1 << UNITS) - 1)).unwrap_or(0);
            let undated = rest & NO_DATE != 0;
            let moment = if undated { 0 } else { ordered(from + units * unit) };
            let mark = if undated { UNDATED } else { 0 };
            let tail = rest & TAIL | mark | row;
            take([*hash, moment, tail]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_is_the_largest_that_is_exact_and_fits() {
        let form = |moments: &[i64]| Form::of(moments.iter().copied()).unit;
        assert_eq!(form(&[]), Some(1_000_000));
        assert_eq!(form(&[5, 1_000_005, -2_999_995]), Some(1_000_000));
        assert_eq!(form(&[5, 1_001_005]), Some(1000));
        assert_eq!(form(&[5, 6]), Some(1));
        // 2³³ microseconds are 2 h 23 min, as milliseconds 99 days, as seconds 272 years.
        assert_eq!(form(&[0, 1, (1 << 33) - 1]), Some(1));
        assert_eq!(form(&[0, 1, 1 << 33]), None);
        assert_eq!(form(&[0, 1000 << 33]), None);
        assert_eq!(form(&[0, 999 << 33]), None);
        assert_eq!(form(&[0, 1_000_000 * ((1 << 33) - 1)]), Some(1_000_000));
        assert_eq!(form(&[i64::MIN, i64::MAX]), None);
    }

    #[test]
    fn a_moment_is_what_it_was() {
        let from = -7_000_001;
        let form = Form::of([from, from + 3_000_000].into_iter());
        let mut words = form.head(9, 2).to_vec();
        words.extend([11, Form::pack(0, 3, Some(Form::units(from + 3_000_000, from, 1_000_000)))]);
        words.extend([12, Form::pack(5 << 48, 16_383, None)]);
        let mut all = Vec::new();
        each(&words, |record| all.push(record));
        let read: Vec<_> =
            all.iter().map(|one| (super::super::key(one), super::super::moment(one), super::super::row(one))).collect();
        assert_eq!(read, [((11, 0), Some(from + 3_000_000), 12), ((12, 5), None, 16_392)]);
    }
}
