//! Texts of many records, in the form they came: one by one, by code, or as
//! the whole numbers whose digits they are.
//!
//! | file holds | kept as | the text of row 2 |
//! |------------|---------|-------------------|
//! | `voice`, `chat`, `voice` | codes 0, 1, 0 and the list `voice`, `chat` | `chat` |
//! | whole numbers 1007, 1012 | 1007, 1012 | `1012` |
//!
//! Whatever the form, the text is the same, and so is all that follows from it.

use std::borrow::Cow;

use arrow::array::{Array, Int64Array, StringArray, StringViewArray, UInt32Array};
use arrow::buffer::NullBuffer;

/// Texts; a null is a missing value.
#[derive(Debug, Clone)]
pub enum Texts {
    /// One by one.
    Plain(StringArray),
    /// One by one, short ones in place.
    View(StringViewArray),
    /// By their place in a list, which has no nulls; no code is beyond the list.
    Coded(UInt32Array, StringArray),
    /// The digits of whole numbers, without leading zeros or a plus sign.
    Digits(Int64Array),
}

impl From<StringArray> for Texts {
    fn from(texts: StringArray) -> Self {
        Self::Plain(texts)
    }
}

impl Texts {
    fn array(&self) -> &dyn Array {
        match self {
            Self::Plain(texts) => texts,
            Self::View(texts) => texts,
            Self::Coded(codes, _) => codes,
            Self::Digits(numbers) => numbers,
        }
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.array().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Which are known; none when all are.
    #[must_use]
    pub fn nulls(&self) -> Option<&NullBuffer> {
        self.array().nulls()
    }

    /// The text of a row; none where it is missing or there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<Cow<'_, str>> {
        if row >= self.len() || self.array().is_null(row) {
            return None;
        }
        Some(match self {
            Self::Plain(texts) => texts.value(row).into(),
            Self::View(texts) => texts.value(row).into(),
            Self::Coded(codes, list) => listed(list, codes.value(row)).into(),
            Self::Digits(numbers) => numbers.value(row).to_string().into(),
        })
    }

    /// All texts one by one.
    #[must_use]
    pub fn plain(&self) -> Cow<'_, StringArray> {
        match self {
            Self::Plain(texts) => Cow::Borrowed(texts),
            Self::View(texts) => Cow::Owned(texts.iter().collect()),
            Self::Coded(codes, list) => {
                Cow::Owned(codes.iter().map(|code| code.map(|code| listed(list, code))).collect())
            }
            Self::Digits(numbers) => {
                Cow::Owned(numbers.iter().map(|number| number.map(|number| number.to_string())).collect())
            }
        }
    }

    /// Some rows from `start` on.
    #[must_use]
    pub fn slice(&self, start: usize, count: usize) -> Self {
        match self {
            Self::Plain(texts) => Self::Plain(texts.slice(start, count)),
            Self::View(texts) => Self::View(texts.slice(start, count)),
            Self::Coded(codes, list) => Self::Coded(codes.slice(start, count), list.clone()),
            Self::Digits(numbers) => Self::Digits(numbers.slice(start, count)),
        }
    }
}

/// The text of a code.
fn listed(list: &StringArray, code: u32) -> &str {
    let at = usize::try_from(code).unwrap_or(usize::MAX);
    if at < list.len() { list.value(at) } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_the_same_texts() {
        let want = StringArray::from(vec![Some("12"), None, Some("7"), Some("12")]);
        let codes = UInt32Array::from(vec![Some(1), None, Some(0), Some(1)]);
        let forms = [
            Texts::Plain(want.clone()),
            Texts::View(want.iter().collect()),
            Texts::Coded(codes, StringArray::from(vec!["7", "12"])),
            Texts::Digits(vec![Some(12), None, Some(7), Some(12)].into()),
        ];
        for form in forms {
            assert_eq!(*form.plain(), want);
            assert_eq!(form.slice(2, 2).plain().iter().collect::<Vec<_>>(), [Some("7"), Some("12")]);
            assert_eq!((form.get(1), form.get(3).as_deref(), form.get(4)), (None, Some("12"), None));
            assert_eq!(form.nulls().map(NullBuffer::null_count), Some(1));
        }
    }
}
