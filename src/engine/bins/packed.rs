//! Records of a few thousand rows, one or two words each.
//!
//! A run is a head of two words and its records. What they share stands in
//! the head; a record says how far it is from there.
//!
//! | word | bits | what |
//! |------|------|------|
//! | head | 64 | the earliest moment |
//! | head | 32, 23, 1, 8 | the first row; how many records; whether they are told apart; their form |
//! | one | 23 + h, 1, 14, 26 - h | hash; undated; rows from the first; units from the earliest moment |
//! | two, first | 64 | hash |
//! | two, second | 16, 1, 14, 33 | hash; undated; rows from the first; units from the earliest moment |
//!
//! One word does where all keys are whole numbers, and of the bits that are not
//! mixed (see `hash::whole`) no more than the last h are set. In these bits stands,
//! where a run says so, what tells the records of a key apart. The unit is a
//! second, a millisecond or a microsecond, whichever is exact. Where the moments
//! lie too far apart for it, records are written as they are, in three words.

use arrow::array::{Array, Int64Array};

use super::{PART, PLACED, Record, TAIL, UNDATED, ordered};
use crate::engine::extremes::extremes;
use crate::engine::hash::whole;

/// Rows that a run may span.
pub(super) const SPAN: usize = 1 << ROWS;
/// Words of a head.
pub(super) const HEAD: usize = 2;

const ROWS: u32 = 14;
const UNITS: u32 = 33;
const NO_DATE: u64 = 1 << (ROWS + UNITS);
/// Bits of a hash in one word, beyond those that stand for the part.
const MIXED: u32 = 23;
/// Bits of one word for units and for the other bits of a whole number.
const FREE: u32 = 64 - MIXED - 1 - ROWS;

/// How the records of a run are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Form {
    /// The earliest moment.
    from: i64,
    /// Microseconds of a unit; none where records are written as they are.
    unit: Option<i64>,
    /// Units from the earliest moment to the latest.
    most: u64,
    /// In one word, with so many bits of the hash that are not mixed.
    one: Option<u32>,
    /// Whether the bits that are not mixed tell records of one key apart.
    apart: bool,
}

const FORMS: [Option<i64>; 4] = [None, Some(1_000_000), Some(1000), Some(1)];

impl Form {
    /// The form for records of these moments, and the end of the second word of each, about its moment; none where
    /// records are written as they are. The earliest and the latest are looked for unless they are known.
    pub(super) fn of(moments: &Int64Array, ends: Option<(i64, i64)>) -> (Self, Option<Vec<u64>>) {
        let (from, to) = ends.or_else(|| extremes(moments)).unwrap_or_default();
        let form = Self { from, unit: None, most: u64::MAX, one: None, apart: false };
        let span = to.checked_sub(from);
        let fits = |unit: &i64| span.is_some_and(|span| span / unit < 1 << UNITS);
        let written = |unit: i64| {
            // Dividing by what is known beforehand is a multiplication.
            let units = match unit {
                1_000_000 => units::<1_000_000>(moments, from),
                1000 => units::<1000>(moments, from),
                _ => units::<1>(moments, from),
            };
            let most = span.and_then(|span| u64::try_from(span / unit).ok()).unwrap_or(u64::MAX);
            Some((Self { unit: Some(unit), most, ..form }, Some(units?)))
        };
        FORMS.into_iter().flatten().filter(fits).find_map(written).unwrap_or((form, None))
    }

    /// The form where the bits that are not mixed tell records of one key apart.
    pub(super) fn telling(self, apart: bool) -> Self {
        Self { apart, ..self }
    }

    /// The form in one word, for whole numbers of whose other bits so many are needed; none where it is too short.
    pub(super) fn in_one(self, others: u32) -> Option<Self> {
        let units = u64::BITS - self.most.leading_zeros();
        (others + units <= FREE).then_some(Self { one: Some(others), ..self })
    }

    /// How records are written in one word, where they are.
    pub(super) fn one(self) -> Option<One> {
        self.one.map(|others| One { others })
    }

    /// Words of a record.
    pub(super) fn width(self) -> usize {
        match self {
            Self { one: Some(_), .. } => 1,
            Self { unit: Some(_), .. } => 2,
            Self { .. } => 3,
        }
    }

    /// The head of a run of so many records.
    pub(super) fn head(self, first: u32, records: usize) -> [u64; HEAD] {
        let unit = FORMS.iter().zip(0_u64..).find(|(unit, _)| **unit == self.unit).map_or(0, |(_, at)| at);
        let form = unit | self.one.map_or(0, |others| u64::from(others + 1) << 2);
        let records = u64::try_from(records).unwrap_or(0);
        [
            u64::from_ne_bytes(self.from.to_ne_bytes()),
            u64::from(first) << 32 | records << 9 | u64::from(self.apart) << 8 | form,
        ]
    }
}

/// Units of so many microseconds from a first moment to each; none where one is not whole.
fn units<const UNIT: i64>(moments: &Int64Array, from: i64) -> Option<Vec<u64>> {
    let mut parts = 0;
    let mut word = |moment: i64| {
        let micros = moment.wrapping_sub(from);
        let units = micros / UNIT;
        parts |= micros.wrapping_sub(units.wrapping_mul(UNIT));
        u64::try_from(units).unwrap_or(0)
    };
    let words = match moments.null_count() {
        0 => moments.values().iter().map(|moment| word(*moment)).collect(),
        _ => moments.iter().map(|moment| moment.map_or(NO_DATE, &mut word)).collect(),
    };
    (parts == 0).then_some(words)
}

/// The second word of a record, `rows` after the first.
#[inline]
pub(super) fn pack(tail: u64, rows: u64, units: u64) -> u64 {
    tail | rows << UNITS | units
}

/// Where things stand in one word.
#[derive(Clone, Copy)]
pub(super) struct One {
    others: u32,
}

/// Where the other bits of a whole number stand in the hash of a record.
const OTHERS: u32 = 4 + PART;
/// All bits there.
const ALL_OTHERS: u64 = whole::ALL_OTHERS << PART;

/// A place among the records of a key, as it stands in the hash of a record.
#[inline]
pub(super) fn others_of(place: u64) -> u64 {
    place << OTHERS
}

impl One {
    /// The word of a record, `rows` after the first; its units are what [`Form::of`] gives.
    #[inline]
    pub(super) fn pack(self, hash: u64, rows: u64, units: u64) -> u64 {
        let others = hash >> OTHERS & self.mask();
        let key = (hash >> (64 - MIXED)).wrapping_shl(self.others) | others;
        let undated = u64::from(units & NO_DATE != 0) << ROWS;
        (key << 1 << ROWS | undated | rows).wrapping_shl(FREE - self.others) | units & (NO_DATE - 1)
    }

    fn mask(self) -> u64 {
        1_u64.wrapping_shl(self.others) - 1
    }

    #[inline]
    fn hash(self, word: u64) -> u64 {
        let key = word.wrapping_shr(FREE - self.others + ROWS + 1);
        (word >> (64 - MIXED)) << (64 - MIXED) | (key & self.mask()) << OTHERS
    }

    /// Rows from the first, and units from the earliest moment; none where undated.
    #[inline]
    fn place(self, word: u64) -> (u64, Option<u64>) {
        let bits = FREE - self.others;
        let (rest, units) = (word.wrapping_shr(bits), word & (1_u64.wrapping_shl(bits) - 1));
        (rest & ((1 << ROWS) - 1), (rest >> ROWS & 1 == 0).then_some(units))
    }
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
        let apart = if self.form.apart { ALL_OTHERS } else { 0 };
        let mut take = |hash| take(hash & !apart);
        if let Some(one) = self.form.one() {
            return self.records.iter().for_each(|word| take(one.hash(*word)));
        }
        match self.form.unit {
            Some(_) => self.records.as_chunks::<2>().0.iter().for_each(|[hash, _]| take(*hash)),
            None => self.records.as_chunks::<3>().0.iter().for_each(|[hash, ..]| take(*hash)),
        }
    }

    /// Hands over every record.
    pub(super) fn each(&self, mut take: impl FnMut(Record)) {
        let apart = if self.form.apart { ALL_OTHERS } else { 0 };
        let mut take = |[hash, moment, rest]: Record| {
            take([hash & !apart, moment, rest | (hash & apart) >> OTHERS << PLACED]);
        };
        let Form { from, unit: Some(unit), .. } = self.form else {
            self.records.as_chunks::<3>().0.iter().for_each(|record| take(*record));
            return;
        };
        let moment = |units: u64| ordered(from + i64::try_from(units).unwrap_or(0) * unit);
        if let Some(one) = self.form.one() {
            for word in self.records {
                let (rows, units) = one.place(*word);
                let (moment, mark) = units.map_or((0, UNDATED), |units| (moment(units), 0));
                take([one.hash(*word), moment, mark | (self.first + rows)]);
            }
            return;
        }
        for [hash, rest] in self.records.as_chunks::<2>().0 {
            let row = self.first + (rest >> UNITS & ((1 << ROWS) - 1));
            let undated = rest & NO_DATE != 0;
            let (moment, mark) = if undated { (0, UNDATED) } else { (moment(rest & ((1 << UNITS) - 1)), 0) };
            take([*hash, moment, rest & TAIL | mark | row]);
        }
    }
}

/// The runs of a list of words.
pub(super) fn runs(mut words: &[u64]) -> impl Iterator<Item = Run<'_>> {
    std::iter::from_fn(move || {
        let [from, about, rest @ ..] = words else { return None };
        let [unit, count] = [about & 3, about >> 9 & 0x7f_ffff].map(|it| usize::try_from(it).unwrap_or(0));
        let one = u32::try_from(about >> 2 & 0x3f).ok().and_then(|others| others.checked_sub(1));
        let unit = FORMS.get(unit).copied().flatten();
        let form = Form {
            from: i64::from_ne_bytes(from.to_ne_bytes()),
            unit,
            most: 0,
            one,
            apart: about >> 8 & 1 == 1,
        };
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
        let form = |moments: &[i64]| Form::of(&moments.to_vec().into(), None).0.unit;
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
            let (form, units) = Form::of(&moments, None);
            let units = units.unwrap();
            let mut words = form.head(9, 2).to_vec();
            words.extend([11, pack(0, 3, units[1]), 12, pack(5 << 48, 16_383, units[2])]);
            let mut all = Vec::new();
            let mut add = |record: Record| all.push((key(&record), moment(&record), row(&record)));
            runs(&words).for_each(|run| run.each(&mut add));
            assert_eq!(all, [((11, 0), Some(from + step), 12), ((12, 5), None, 16_392)]);
        }
    }

    #[test]
    fn one_word_does_for_whole_numbers_and_moments_near_to_one_another() {
        // 2²⁶ seconds are 776 days.
        let form = |days: i64| Form::of(&vec![0, days * 86_400_000_000].into(), None).0;
        assert_eq!(form(776).in_one(0).map(Form::width), Some(1));
        assert_eq!(form(777).in_one(0), None);
        assert_eq!(form(48).in_one(4).map(Form::width), Some(1));
        assert_eq!(form(48).in_one(5), None);
        assert_eq!(Form::of(&vec![i64::MIN, i64::MAX].into(), None).0.in_one(0), None);
    }

    #[test]
    fn one_word_gives_back_what_was_put_in() {
        let others = 5;
        let hash = 0x7f_ff00 << 41 | 0b10_101 << OTHERS;
        let moments: Int64Array = vec![Some(7), Some(1_999_000_007), None].into();
        let (form, units) = Form::of(&moments, None);
        let (form, units) = (form.in_one(others).unwrap(), units.unwrap());
        let one = form.one().unwrap();
        let mut words = form.head(100, 3).to_vec();
        words.extend([0, 16_383, 2].into_iter().zip(&units).map(|(row, units)| one.pack(hash, row, *units)));
        let mut all = Vec::new();
        let mut add = |record: Record| all.push((key(&record), moment(&record), row(&record)));
        runs(&words).for_each(|run| run.each(&mut add));
        let key = (hash, 0);
        assert_eq!(all, [(key, Some(7), 100), (key, Some(1_999_000_007), 16_483), (key, None, 102)]);
        runs(&words).for_each(|run| run.each_hash(|got| assert_eq!(got, hash)));
    }
}
