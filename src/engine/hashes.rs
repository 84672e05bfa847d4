//! The hashes of the keys of one batch: words where all are whole numbers, so
//! that half the bytes do.

use std::borrow::Cow;

use arrow::array::Array;

use super::cells::at;
use super::error::EngineError;
use super::hash::whole::PLACES;
use super::hash::{self, hash, hash_whole};
use super::numbers::{Numbers, Units};
use super::texts::Texts;
use super::values::Values;

/// One hash per row; that of a missing key means nothing.
#[derive(Debug, Clone)]
pub(super) enum Hashes {
    /// Words of whole numbers.
    Words(Vec<u64>),
    Any(Vec<u128>),
}

impl Hashes {
    /// Those of the values of one field.
    pub(super) fn of(values: &Values, rows: usize) -> Result<Self, EngineError> {
        let any: Vec<u128> = match values {
            Values::Text(texts) => return Ok(Self::of_texts(texts)),
            Values::Date(days) => days.values().iter().map(|day| hash(&day.to_le_bytes())).collect(),
            Values::Instant(moments) => moments.values().iter().map(|at| hash(&at.to_le_bytes())).collect(),
            Values::Truth(truth) => truth.now.yes.iter().map(|yes| hash(&[yes.into()])).collect(),
            Values::Numbers(Numbers { units: Units::Small(numbers, 1), .. }) => {
                return Ok(Self::of_whole(numbers));
            }
            other => {
                let numbers = other.numbers(rows)?.exact();
                numbers.iter().map(|number| hash(number.to_string().as_bytes())).collect()
            }
        };
        Ok(Self::Any(any))
    }

    fn of_texts(texts: &Texts) -> Self {
        let of = |text: &str| hash(text.as_bytes());
        Self::Any(match texts {
            Texts::Plain(texts) => (0..texts.len()).map(|row| of(texts.value(row))).collect(),
            Texts::View(texts) => (0..texts.len()).map(|row| of(texts.value(row))).collect(),
            Texts::Coded(codes, list) => {
                let listed: Vec<u128> = list.iter().map(|text| of(text.unwrap_or_default())).collect();
                let words: Option<Vec<u64>> = listed.iter().map(|hash| hash::word_in(*hash)).collect();
                if let Some(words) = words {
                    let word = |code: &u32| at(&words, *code).copied().unwrap_or_default();
                    return Self::Words(codes.values().iter().map(word).collect());
                }
                codes.values().iter().map(|code| at(&listed, *code).copied().unwrap_or_default()).collect()
            }
            Texts::Digits(numbers) => return Self::of_whole(numbers.values()),
        })
    }

    fn of_whole(numbers: &[i64]) -> Self {
        let small = hash::whole::small(numbers);
        let words = small.or_else(|| all(numbers.iter().map(|number| hash::word_of(*number))));
        words.map_or_else(
            || Self::Any(numbers.iter().map(|number| hash_whole(*number)).collect()),
            Self::Words,
        )
    }

    /// Those of two keys together.
    pub(super) fn pair(&self, other: &Self) -> Self {
        if let (Self::Words(first), Self::Words(second)) = (self, other) {
            let words = first.iter().zip(second).map(|(first, second)| hash::whole::pair(*first, *second));
            if let Some(words) = all(words) {
                return Self::Words(words);
            }
        }
        Self::Any(self.iter().zip(other.iter()).map(|(first, second)| hash::pair(first, second)).collect())
    }

    /// Where each row stands among those with this key; 0 where what tells them apart is not known.
    /// None unless all are small whole numbers.
    pub(super) fn places(&self, by: &Values) -> Option<Vec<u64>> {
        let Self::Words(first) = self else { return None };
        if hash::whole::others(first.iter().fold(0, |all, word| all | word)) > 0 {
            return None;
        }
        let (numbers, known) = (whole_numbers(by)?, by.known());
        let numbers = numbers.iter().map(|number| u64::try_from(*number).ok());
        let place = |number: Option<u64>| number.filter(|number| *number < PLACES).map(|number| number + 1);
        match known.filter(|known| known.null_count() > 0) {
            None => all(numbers.map(place)),
            Some(known) => {
                let places = numbers.zip(known.iter());
                all(places.map(|(number, known)| if known { place(number) } else { Some(0) }))
            }
        }
    }

    /// Those of two keys together, where the second tells records of the first apart.
    pub(super) fn finer(&self, by: &Self) -> Self {
        Self::Any(self.iter().zip(by.iter()).map(|(first, second)| hash::finer(first, second)).collect())
    }

    /// Those of rows without a key.
    pub(super) fn none(rows: usize) -> Self {
        Self::Words(vec![0; rows])
    }

    pub(super) fn get(&self, row: usize) -> Option<u128> {
        match self {
            Self::Words(words) => words.get(row).map(|word| hash::of_word(*word)),
            Self::Any(hashes) => hashes.get(row).copied(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u128> {
        let (words, hashes) = match self {
            Self::Words(words) => (words.as_slice(), &[][..]),
            Self::Any(hashes) => (&[][..], hashes.as_slice()),
        };
        words.iter().map(|word| hash::of_word(*word)).chain(hashes.iter().copied())
    }
}

/// The numbers that texts are the digits of, or that values are, as they stand; that of a missing one means nothing.
fn whole_numbers(values: &Values) -> Option<Cow<'_, [i64]>> {
    match values {
        Values::Text(Texts::Digits(numbers)) => Some(Cow::Borrowed(numbers.values())),
        Values::Numbers(Numbers { units: Units::Small(numbers, 1), .. }) => Some(Cow::Borrowed(numbers)),
        Values::Text(Texts::Coded(codes, list)) => {
            let listed = list.iter().map(|text| hash::digits(text.unwrap_or_default().as_bytes()));
            let listed: Vec<i64> = listed.collect::<Option<_>>()?;
            let number = |code: &u32| at(&listed, *code).copied().unwrap_or_default();
            Some(codes.values().iter().map(number).collect())
        }
        _ => None,
    }
}

/// All words, where none is missing; in one piece of memory from the start.
fn all(words: impl Iterator<Item = Option<u64>>) -> Option<Vec<u64>> {
    let mut missing = false;
    let word = |word: Option<u64>| {
        missing |= word.is_none();
        word.unwrap_or_default()
    };
    let words = words.map(word).collect();
    (!missing).then_some(words)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, StringArray};

    use super::*;

    fn digits(numbers: Vec<i64>) -> Hashes {
        Hashes::of_texts(&Texts::Digits(Int64Array::from(numbers)))
    }

    fn plain(texts: Vec<&str>) -> Hashes {
        Hashes::of_texts(&Texts::Plain(StringArray::from(texts)))
    }

    fn coded(list: Vec<&str>) -> Hashes {
        let codes: Vec<u32> = (0..).take(list.len()).collect();
        Hashes::of_texts(&Texts::Coded(codes.into(), StringArray::from(list)))
    }

    #[test]
    fn a_key_has_one_hash_whatever_its_form_and_neighbours() {
        let (small, large) = (digits(vec![7, 12]), digits(vec![7, -12]));
        assert!(matches!((&small, &large), (Hashes::Words(_), Hashes::Any(_))));
        assert_eq!(small.get(0), large.get(0));
        assert_eq!(small.get(0), plain(vec!["7"]).get(0));
        assert_eq!(small.get(0), coded(vec!["7", "x"]).get(0));
        assert_eq!(small.get(0), coded(vec!["7"]).get(0));
        assert_eq!(large.get(1), plain(vec!["-12"]).get(0));
        assert_eq!(small.iter().collect::<Vec<_>>(), plain(vec!["7", "12"]).iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_pair_has_one_hash_whatever_its_form_and_neighbours() {
        let words = digits(vec![7, 12]).pair(&digits(vec![3, 4]));
        let any = digits(vec![7, 1 << 40]).pair(&digits(vec![3, 4]));
        let texts = plain(vec!["7"]).pair(&coded(vec!["3"]));
        assert!(matches!((&words, &any), (Hashes::Words(_), Hashes::Any(_))));
        assert_eq!((words.get(0), words.get(0)), (any.get(0), texts.get(0)));
        assert_ne!(words.get(0), digits(vec![3]).pair(&digits(vec![7])).get(0));
    }

    #[test]
    fn a_place_is_the_same_in_every_form_and_stands_for_the_hash_of_both() {
        let by = |numbers: Vec<Option<i64>>| Values::Text(Texts::Digits(numbers.into()));
        let first = digits(vec![7, 7, 9]);
        assert_eq!(first.places(&by(vec![Some(0), None, Some(32_766)])), Some(vec![1, 0, 32_767]));
        let list = StringArray::from(vec!["32766", "0"]);
        let coded = Values::Text(Texts::Coded(vec![1, 0, 0].into(), list));
        assert_eq!(first.places(&coded), Some(vec![1, 32_767, 32_767]));
        for other in [vec![Some(32_767)], vec![Some(-1)]] {
            assert_eq!(digits(vec![7]).places(&by(other)), None);
        }
        assert_eq!(digits(vec![1 << 32]).places(&by(vec![None])), None);
        assert_eq!(plain(vec!["7"]).places(&by(vec![Some(1)])), None);
        let hash = plain(vec!["9"]).finer(&plain(vec!["32766"])).get(0);
        let word = hash::word_of(9).unwrap();
        assert_eq!(hash, Some(hash::of_word(hash::whole::at_place(word, 32_767))));
    }
}
