//! The texts of a column of cells, in the form that costs least later on.
//!
//! | cells | kept as |
//! |-------|---------|
//! | `1007`, `1012`, nothing, `-3` | whole numbers, whose digits they are |
//! | `voice`, `chat`, `voice` | codes and the list of different texts |
//! | `007`, `A-17` and hundreds of others | one by one |

use arrow::array::{Array, Int64Builder, StringArray, StringBuilder, UInt32Builder};

use super::super::Texts;
use crate::engine::hash::digits;
use crate::engine::lookup::Lookup;

/// So many different texts at most are kept as codes.
const LISTED: usize = 256;
/// Texts whose code is found at a glance.
const RECENT: usize = 128;

/// Texts while they come.
pub(super) enum Words<'t> {
    /// So far all of them are digits of whole numbers, or missing.
    Digits(Int64Builder),
    /// So far there are few different ones.
    Coded(Codes<'t>),
    /// One by one.
    Plain(StringBuilder),
}

/// Texts by their place in a list.
pub(super) struct Codes<'t> {
    codes: UInt32Builder,
    list: Vec<&'t str>,
    places: Lookup<&'t str, u32>,
    /// How a text ends, the text, and its code.
    recent: Vec<(u64, &'t str, u32)>,
}

impl<'t> Words<'t> {
    /// None yet, with room for so many.
    pub fn new(rows: usize) -> Self {
        Self::Digits(Int64Builder::with_capacity(rows))
    }

    /// Adds a text, or that it is missing.
    pub fn push(&mut self, text: Option<&'t str>) {
        let taken = match (&mut *self, text) {
            (Self::Digits(numbers), None) => {
                numbers.append_null();
                true
            }
            (Self::Digits(numbers), Some(text)) => {
                digits(text.as_bytes()).map(|number| numbers.append_value(number)).is_some()
            }
            (Self::Coded(codes), text) => codes.push(text),
            (Self::Plain(texts), text) => {
                texts.append_option(text);
                true
            }
        };
        if !taken {
            self.widen();
            self.push(text);
        }
    }

    /// Goes on to the next form.
    fn widen(&mut self) {
        *self = match self {
            Self::Digits(numbers) => {
                let numbers = numbers.finish();
                if numbers.null_count() == numbers.len() {
                    Self::Coded(Codes::new(numbers.len()))
                } else {
                    let texts = numbers.iter().map(|number| number.map(|number| number.to_string()));
                    Self::plain(texts)
                }
            }
            Self::Coded(codes) => {
                let (places, list) = (codes.codes.finish(), &codes.list);
                let text = |code: Option<u32>| list.get(usize::try_from(code?).ok()?).copied();
                Self::plain(places.iter().map(text))
            }
            Self::Plain(_) => return,
        };
    }

    fn plain(texts: impl Iterator<Item = Option<impl AsRef<str>>>) -> Self {
        let mut all = StringBuilder::new();
        texts.for_each(|text| all.append_option(text));
        Self::Plain(all)
    }

    /// All of them.
    pub fn finish(self) -> Texts {
        match self {
            Self::Digits(mut numbers) => Texts::Digits(numbers.finish()),
            Self::Coded(mut codes) => Texts::Coded(codes.codes.finish(), StringArray::from(codes.list)),
            Self::Plain(mut texts) => Texts::Plain(texts.finish()),
        }
    }
}

impl<'t> Codes<'t> {
    /// So many that are missing.
    fn new(missing: usize) -> Self {
        let mut codes = UInt32Builder::new();
        codes.append_nulls(missing);
        Self { codes, list: Vec::new(), places: Lookup::default(), recent: vec![(0, "", u32::MAX); RECENT] }
    }

    /// Adds a text; false where there are too many different ones.
    fn push(&mut self, text: Option<&'t str>) -> bool {
        let Some(text) = text else {
            self.codes.append_null();
            return true;
        };
        let ends = ending(text);
        let slot = usize::try_from(ends.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 57).unwrap_or(0);
        let same =
            |(last, known, code): &&(u64, &str, u32)| *last == ends && *known == text && *code != u32::MAX;
        let known = self.recent.get(slot).filter(same);
        let code = match known {
            Some((.., code)) => *code,
            None => {
                let Some(code) = self.code(text) else { return false };
                self.recent.get_mut(slot).into_iter().for_each(|slot| *slot = (ends, text, code));
                code
            }
        };
        self.codes.append_value(code);
        true
    }

    fn code(&mut self, text: &'t str) -> Option<u32> {
        if let Some(code) = self.places.get(text) {
            return Some(*code);
        }
        let next = u32::try_from(self.list.len()).ok().filter(|_| self.list.len() < LISTED)?;
        self.list.push(text);
        self.places.insert(text, next);
        Some(next)
    }
}

/// The last eight bytes of a text and its length, as one number.
fn ending(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let last = match bytes.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        None => bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    last ^ u64::try_from(bytes.len()).unwrap_or(0) << 56
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(texts: &[Option<&str>]) -> Texts {
        let mut words = Words::new(texts.len());
        texts.iter().for_each(|text| words.push(*text));
        words.finish()
    }

    #[test]
    fn whatever_the_form_the_texts_are_the_same() {
        let many: Vec<String> = (0..300).map(|n| format!("name {n}")).collect();
        let many: Vec<Option<&str>> = many.iter().map(|text| Some(text.as_str())).chain([None]).collect();
        let cases: [(&[Option<&str>], &str); 8] = [
            (&[], "digits"),
            (&[None, None], "digits"),
            (&[Some("7"), None, Some("-12"), Some("0"), Some("999999999999999999")], "digits"),
            (&[None, Some("chat"), Some("voice"), Some("chat"), None, Some("7")], "coded"),
            (&[Some("long texts"), Some("wrong texts"), Some("texts"), Some("long texts")], "coded"),
            (&[Some("7"), None, Some("07"), Some("-0"), Some("+7"), Some("1 000")], "plain"),
            (&[Some("1000000000000000000"), Some("-")], "coded"),
            (&many, "plain"),
        ];
        for (texts, form) in cases {
            let got = gathered(texts);
            let kept = match &got {
                Texts::Digits(_) => "digits",
                Texts::Coded(..) => "coded",
                Texts::Plain(_) | Texts::View(_) => "plain",
            };
            assert_eq!(kept, form, "{texts:?}");
            assert_eq!(got.len(), texts.len());
            for (row, text) in texts.iter().enumerate() {
                assert_eq!(got.get(row).as_deref(), *text);
            }
        }
    }
}
