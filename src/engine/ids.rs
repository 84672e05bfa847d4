//! Ids of many records, kept to put records of one moment in order.
//!
//! An export numbers its rows: 1007, 1008, 1009 … take no room at all, and
//! numbers that lie close together half of what they had.

use std::borrow::Cow;

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
        let number = match self {
            Self::Texts(texts) => return texts.get(row),
            Self::Counted(first, count) => {
                (row < *count).then_some(*first)?.checked_add(i64::try_from(row).ok()?)?
            }
            Self::Near(first, above) => first.checked_add(i64::from(*above.get(row)?))?,
        };
        Some(number.to_string().into())
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
