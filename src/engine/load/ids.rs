//! The key of every row: the text of its fields.

use std::borrow::Cow;

use arrow::array::{Array, StringArray};

use super::super::{Column, Texts};
use super::grid::{Grid, Kind};
use super::layout::FileLayout;
use super::parse::label;
use super::recipe::Recipe;
use crate::measured::Reject;

/// Why a row without a key is rejected.
const MISSING: &str = "is missing, and it is part of the key";

/// The key of every row; a row without one is at fault.
pub(super) fn of(
    grid: &Grid<'_>,
    columns: &[Column],
    layout: &FileLayout,
    recipes: &[Recipe],
    key: &[usize],
    faults: &mut [Option<Box<Reject>>],
) -> Texts {
    let parts = key.iter().filter_map(|index| Some((*index, recipes.get(*index)?, columns.get(*index)?)));
    let parts: Vec<Part<'_>> =
        parts.map(|(index, recipe, column)| Part { grid, layout, recipe, index, column }).collect();
    match parts.as_slice() {
        [part] if part.texts().is_some() => {
            let Some(texts) = part.texts() else { return StringArray::new_null(0).into() };
            if texts.nulls().is_some() {
                let open = faults.iter_mut().enumerate().filter(|(_, fault)| fault.is_none());
                open.for_each(|(row, fault)| *fault = texts.get(row).is_none().then(|| part.missing(row)));
            }
            texts.into_owned()
        }
        parts => joined(parts, faults),
    }
}

/// The keys of several fields.
fn joined(parts: &[Part<'_>], faults: &mut [Option<Box<Reject>>]) -> Texts {
    let mut keys: Vec<Option<String>> = Vec::with_capacity(faults.len());
    for (row, fault) in faults.iter_mut().enumerate() {
        if fault.is_some() {
            keys.push(None);
            continue;
        }
        let mut text = String::new();
        for part in parts {
            match part.text(row) {
                Some(found) => join(&mut text, &found),
                None => {
                    *fault = Some(part.missing(row));
                    break;
                }
            }
        }
        keys.push(fault.is_none().then_some(text));
    }
    StringArray::from(keys).into()
}

/// One field of a key.
struct Part<'p> {
    grid: &'p Grid<'p>,
    layout: &'p FileLayout,
    recipe: &'p Recipe,
    index: usize,
    column: &'p Column,
}

impl Part<'_> {
    /// The texts of its cells, where the column has them.
    fn texts(&self) -> Option<Cow<'_, Texts>> {
        match self.column {
            Column::Text(texts) => Some(Cow::Borrowed(texts)),
            // A column of whole numbers that was not read from text is that of a Parquet file.
            Column::Whole(numbers) if !self.grid.has(self.index) => {
                Some(Cow::Owned(Texts::Digits(numbers.clone())))
            }
            _ => None,
        }
    }

    /// The text of a row.
    fn text(&self, row: usize) -> Option<Cow<'_, str>> {
        if let Column::Text(texts) = self.column {
            return texts.get(row);
        }
        if let (Column::Whole(numbers), false) = (self.column, self.grid.has(self.index)) {
            return (row < numbers.len() && numbers.is_valid(row))
                .then(|| numbers.value(row).to_string().into());
        }
        let (raw, kind) = self.grid.cell(row, self.index);
        if kind == Kind::Null { None } else { self.recipe.text(raw).ok().flatten().map(Cow::Borrowed) }
    }

    fn missing(&self, row: usize) -> Box<Reject> {
        let (raw, _) = self.grid.cell(row, self.index);
        let line = self.grid.lines.get(row).copied().unwrap_or(0);
        self.layout.reject(line, &label(self.layout, self.index, self.recipe), raw, MISSING)
    }
}

/// Parts of a key stand between bars; a bar inside a part is doubled by a backslash.
fn join(text: &mut String, part: &str) {
    if !text.is_empty() {
        text.push('|');
    }
    if part.contains(['|', '\\']) {
        text.push_str(&part.replace('\\', "\\\\").replace('|', "\\|"));
    } else {
        text.push_str(part);
    }
}
