//! Ids of many records, kept to put records of one moment in order.
//!
//! An export numbers its rows: 1007, 1008, 1009 … take no room at all, and
//! numbers that lie close together half of what they had.

use std::borrow::Cow;
use std::cmp::Ordering;

use arrow::array::{Array, Int64Array};

use super::extremes::extremes;
use super::texts::Texts;

/// The ids of a batch; those of whole numbers without gaps or nulls take less room.
#[derive(Debug, Clone)]
pub(super) enum Ids {
    /// As they came.
    Texts(Texts),
    /// So many whole numbers from the first on.
    Counted(i64, usize),
    /// Whole numbers not far above the first.
    Near(i64, Box<[u32]>),
}

impl Ids {
    /// The ids of a batch.
    pub(super) fn of(texts: &Texts) -> Self {
        let plain = || Self::Texts(texts.clone());
        match texts {
            Texts::Digits(numbers) if numbers.null_count() == 0 => near(numbers).unwrap_or_else(plain),
            _ => plain(),
        }
    }

    /// The id of a row.
    pub(super) fn get(&self, row: usize) -> Option<Cow<'_, str>> {
        match self {
            Self::Texts(texts) => texts.get(row),
            Self::Counted(..) | Self::Near(..) => Some(self.number(row)?.to_string().into()),
        }
    }

    /// The whole number that the id of a row is, where it is kept as one.
    pub(super) fn number(&self, row: usize) -> Option<i64> {
        match self {
            Self::Texts(_) => None,
            Self::Counted(first, count) => {
                (row < *count).then_some(*first)?.checked_add(i64::try_from(row).ok()?)
            }
            Self::Near(first, above) => first.checked_add(i64::from(*above.get(row)?)),
        }
    }
}

/// Two whole numbers in the order of their texts: -1, 1, 10, 9.
pub(super) fn order_of_texts(one: i64, other: i64) -> Ordering {
    match (one < 0, other < 0) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        _ => order_of_digits(one.unsigned_abs(), other.unsigned_abs()),
    }
}

fn order_of_digits(one: u64, other: u64) -> Ordering {
    let more = |number: u64| number.checked_ilog10().unwrap_or(0);
    // As long as the other, with zeros behind; of two that are the same then the shorter one comes first.
    let longer = |number: u64, by: u32| u128::from(number) * 10_u128.pow(by);
    match more(one).cmp(&more(other)) {
        Ordering::Equal => one.cmp(&other),
        Ordering::Less => longer(one, more(other) - more(one)).cmp(&other.into()).then(Ordering::Less),
        Ordering::Greater => order_of_digits(other, one).reverse(),
    }
}

/// The numbers as their distances from the least, where these are small.
fn near(numbers: &Int64Array) -> Option<Ids> {
    let values = numbers.values();
    let (least, most) = extremes(numbers)?;
    u32::try_from(most.checked_sub(least)?).ok()?;
    if values.iter().zip(0_i64..).all(|(value, row)| value.wrapping_sub(least) == row) {
        return Some(Ids::Counted(least, values.len()));
    }
    let above = |value: &i64| u32::try_from(value.wrapping_sub(least)).unwrap_or_default();
    Some(Ids::Near(least, values.iter().map(above).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_in_the_order_of_their_texts() {
        let mut all = vec![i64::MIN, i64::MIN + 1, -100, -12, -10, -9, -1, 0, i64::MAX - 1, i64::MAX];
        all.extend((0..19).flat_map(|digits| {
            let ten = 10_i64.pow(digits);
            [ten - 1, ten, ten + 1, ten / 3, ten / 10 * 9]
        }));
        for one in &all {
            for other in &all {
                let want = one.to_string().cmp(&other.to_string());
                assert_eq!(order_of_texts(*one, *other), want, "{one} {other}");
            }
        }
    }

    #[test]
    fn whole_numbers_take_less_room_and_read_the_same() {
        let far = i64::from(u32::MAX) + 9;
        let all = [vec![7, 8, 9], vec![9, 7, -8], vec![0, far], vec![i64::MIN, i64::MAX], vec![]];
        for numbers in all {
            let ids = Ids::of(&Texts::Digits(numbers.clone().into()));
            let got: Vec<_> = (0..=numbers.len()).map(|row| ids.get(row)).collect();
            let want: Vec<_> =
                numbers.iter().map(|number| Some(number.to_string().into())).chain([None]).collect();
            assert_eq!(got, want);
        }
        assert!(matches!(Ids::of(&Texts::Digits(vec![7, 8].into())), Ids::Counted(7, 2)));
        assert!(matches!(Ids::of(&Texts::Digits(vec![9, 7].into())), Ids::Near(7, _)));
        assert!(matches!(Ids::of(&Texts::Digits(vec![Some(7), None].into())), Ids::Texts(_)));
    }
}
