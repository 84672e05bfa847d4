//! Texts of Parquet files in the form they come: only their ends are looked at.

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::DataType;

use super::super::{Column, Texts};
use super::recipe::Recipe;

/// What one look at a text tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// It is a value as it stands.
    Value,
    /// It is a spelling of missing.
    Missing,
    /// Spaces have to be dropped.
    Padded,
}

/// Texts of which only a glance at most is needed.
pub(super) struct Glance<'r> {
    recipe: &'r Recipe,
    /// The lengths of the spellings of missing, a bit each; the last stands for all greater ones.
    lengths: u64,
}

impl<'r> Glance<'r> {
    /// By the recipe's words.
    pub fn new(recipe: &'r Recipe) -> Self {
        let bits = recipe.missing().iter().map(|word| bit(word.len()));
        Self { recipe, lengths: bits.fold(bit(0), |all, bit| all | bit) }
    }

    fn look(&self, text: &str) -> Look {
        let bytes = text.as_bytes();
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return Look::Missing };
        let plain = (b'!'..0x80).contains(first) && (b'!'..0x80).contains(last);
        if plain && self.lengths & bit(bytes.len()) == 0 {
            return Look::Value;
        }
        match self.recipe.known(text) {
            None => Look::Missing,
            Some(known) if known.len() == text.len() => Look::Value,
            Some(_) => Look::Padded,
        }
    }
}

fn bit(length: usize) -> u64 {
    1 << length.min(63)
}

/// The texts of a column.
pub(super) fn column(array: &ArrayRef, recipe: &Recipe) -> Option<Column> {
    let texts = match array.data_type() {
        DataType::Utf8 => Texts::Plain(array.as_string::<i32>().clone()),
        DataType::Utf8View => Texts::View(array.as_string_view().clone()),
        _ => return None,
    };
    Some(Column::Text(known(texts, recipe)))
}

/// The texts without spaces at their ends, those that are spellings of missing left out.
fn known(texts: Texts, recipe: &Recipe) -> Texts {
    let glance = Glance::new(recipe);
    let looks: Vec<Look> = match &texts {
        Texts::Plain(values) => values.iter().map(|text| look(&glance, text)).collect(),
        Texts::View(values) => values.iter().map(|text| look(&glance, text)).collect(),
        Texts::Coded(..) | Texts::Digits(_) => return texts,
    };
    if looks.contains(&Look::Padded) {
        let known = |row| texts.get(row).and_then(|text| recipe.known(&text).map(str::to_string));
        return (0..texts.len()).map(known).collect::<StringArray>().into();
    }
    if looks.contains(&Look::Missing) {
        let there: BooleanBuffer = looks.iter().map(|look| *look == Look::Value).collect();
        return without(texts, NullBuffer::new(there));
    }
    texts
}

fn look(glance: &Glance<'_>, text: Option<&str>) -> Look {
    text.map_or(Look::Missing, |text| glance.look(text))
}

/// The texts, some of them left out.
fn without(texts: Texts, there: NullBuffer) -> Texts {
    match texts {
        Texts::Plain(values) => {
            let (offsets, bytes, _) = values.into_parts();
            Texts::Plain(StringArray::new(offsets, bytes, Some(there)))
        }
        Texts::View(values) => {
            let kept = values.iter().zip(there.iter()).map(|(text, there)| text.filter(|_| there));
            Texts::View(kept.collect())
        }
        other => other,
    }
}
