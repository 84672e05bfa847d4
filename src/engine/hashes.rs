//! The hashes of the keys of one batch: words where all are whole numbers, so
//! that half the bytes do.

use arrow::array::Array;
use arrow::buffer::NullBuffer;

use super::cells::at;
use super::error::EngineError;
use super::hash::{self, hash, hash_whole};
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
            Texts::Digits(numbers) => {
                let words = |number: &i64| hash::word_of(*number);
                if let Some(words) = all(numbers.values().iter().map(words)) {
                    return Self::Words(words);
                }
                numbers.values().iter().map(|number| hash_whole(*number)).collect()
            }
        })
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
    pub(super) fn places(&self, by: &Self, known: Option<&NullBuffer>) -> Option<Vec<u64>> {
        let (Self::Words(first), Self::Words(second)) = (self, by) else { return None };
        let is_known = |row| known.is_none_or(|known| known.is_valid(row));
        let both = first.iter().zip(second).enumerate();
        all(both.map(|(row, (first, second))| match is_known(row) {
            true => hash::whole::place(*first, *second),
            false => hash::whole::place(*first, 0).map(|_| 0),
        }))
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
}
