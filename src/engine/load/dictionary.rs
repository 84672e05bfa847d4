//! Columns of codes with a list of texts: each text is looked at once, however many rows have it.

use arrow::array::{Array, ArrayRef, AsArray, StringArray, UInt32Array};
use arrow::datatypes::UInt32Type;

use super::super::{Column, Texts};
use super::memory::Remembered;
use super::recipe::Recipe;
use crate::contract::FieldType;

/// A list of texts that was looked at.
pub(super) struct Known {
    /// As it stands in the file.
    raw: StringArray,
    /// Its texts without spaces at their ends, each once and none of them missing.
    list: StringArray,
    /// The code of each raw text; none where it is a spelling of missing. Empty where codes stay as they are.
    codes: Vec<Option<u32>>,
}

impl Known {
    fn of(raw: &StringArray, recipe: &Recipe) -> Option<Self> {
        let mut texts: Vec<&str> = Vec::with_capacity(raw.len());
        let mut places = std::collections::BTreeMap::new();
        let mut codes = Vec::with_capacity(raw.len());
        for text in raw {
            let Some(text) = text.and_then(|text| recipe.known(text)) else {
                codes.push(None);
                continue;
            };
            let next = u32::try_from(texts.len()).ok()?;
            let code = *places.entry(text).or_insert(next);
            if code == next {
                texts.push(text);
            }
            codes.push(Some(code));
        }
        let same = (0..).zip(&codes).all(|(at, code)| *code == Some(at));
        let list = StringArray::from(texts);
        Some(Self { raw: raw.clone(), list, codes: if same { Vec::new() } else { codes } })
    }

    fn is_of(&self, raw: &StringArray) -> bool {
        let place = |texts: &StringArray| (texts.values().as_ptr(), texts.offsets().as_ptr(), texts.len());
        place(&self.raw) == place(raw)
    }

    fn texts(&self, keys: &UInt32Array) -> Texts {
        if self.codes.is_empty() {
            return Texts::Coded(keys.clone(), self.list.clone());
        }
        let code = |key: u32| usize::try_from(key).ok().and_then(|at| self.codes.get(at).copied()).flatten();
        Texts::Coded(keys.iter().map(|key| key.and_then(code)).collect(), self.list.clone())
    }
}

/// The texts of a column of codes.
pub(super) fn column(array: &ArrayRef, recipe: &Recipe, remembered: &mut Remembered) -> Option<Column> {
    if recipe.kind != FieldType::Text {
        return None;
    }
    let coded = array.as_dictionary_opt::<UInt32Type>()?;
    let raw = coded.values().as_string_opt::<i32>()?;
    if !remembered.list.as_ref().is_some_and(|known| known.is_of(raw)) {
        remembered.list = Known::of(raw, recipe);
    }
    let known = remembered.list.as_ref()?;
    Some(Column::Text(known.texts(coded.keys())))
}
