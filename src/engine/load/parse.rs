//! From the texts of cells to typed columns; the same for every file format.

use std::sync::Arc;

use arrow::array::{BooleanBuilder, Decimal128Array, Decimal128Builder, Int32Builder, Int64Builder};

use super::super::{Column, EngineError, NUMBER_SCALE, Texts};
use super::clock::{Clock, Days};
use super::grid::{self, Grid, Kind, Rows};
use super::layout::FileLayout;
use super::memory::Memory;
use super::recipe::{Reason, Recipe};
use super::words::Words;
use super::{ids, iso, scalar, typed};
use crate::book::{DurationUnit, Moment, Numbers, TimeFormat};
use crate::contract::FieldType;
use crate::measured::Reject;
use crate::value::LocalTime;

/// A stretch of rows of one file that waits to be parsed.
#[derive(Debug)]
pub(super) struct Chunk {
    /// Where the fields stand.
    pub layout: Arc<FileLayout>,
    /// The rows.
    pub rows: Rows,
}

/// What makes a row's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Identity {
    /// Nothing asks for it.
    None,
    /// These recipes.
    Key(Vec<usize>),
    /// The row's content.
    Content,
}

/// A parsed stretch of rows.
#[derive(Debug)]
pub(super) struct Parsed {
    /// Index of the file.
    pub file: u32,
    /// The file as the book gives it.
    pub name: String,
    /// The line of each row.
    pub lines: Vec<u64>,
    /// A column per recipe.
    pub columns: Vec<Column>,
    /// The key of each row, where it has one; none when keys were not asked for.
    pub keys: Option<Texts>,
    /// The digest of each row, when ids are made from content.
    pub digests: Vec<[u8; 16]>,
    /// Per row, why it cannot be read, when that is so.
    pub faults: Vec<Option<Box<Reject>>>,
    /// Times the clocks skipped.
    pub gaps: u64,
    /// Times the clocks repeated.
    pub repeats: u64,
}

/// Parses a stretch of rows.
///
/// Columns of Parquet files are converted as they are where nothing in them is
/// unusual; every other cell is read from its text.
///
/// # Errors
///
/// None that data can cause: only when the numbers of a column do not fit its declared precision.
pub(super) fn chunk(
    chunk: &Chunk,
    recipes: &[Recipe],
    identity: &Identity,
    memory: &mut Memory,
) -> Result<Parsed, EngineError> {
    let converted = typed::columns(chunk, recipes, identity, memory);
    match parsed(chunk, recipes, identity, memory, converted)? {
        Some(parsed) => Ok(parsed),
        // A row that cannot be read has no values at all, and so its text decides about all of them.
        None => {
            let parsed = parsed(chunk, recipes, identity, memory, Vec::new())?;
            parsed.ok_or_else(|| EngineError::new("rows cannot be parsed"))
        }
    }
}

/// Parses what is not converted; none where rows as a whole cannot be read although columns are converted.
pub(super) fn parsed(
    chunk: &Chunk,
    recipes: &[Recipe],
    identity: &Identity,
    memory: &mut Memory,
    mut converted: Vec<Option<Column>>,
) -> Result<Option<Parsed>, EngineError> {
    let layout = &chunk.layout;
    let mut grid = grid::of(&chunk.rows, layout, &converted, *identity == Identity::Content);
    let mut faults = std::mem::take(&mut grid.faults);
    if converted.iter().any(Option::is_some) && faults.iter().any(Option::is_some) {
        return Ok(None);
    }
    let mut columns = Vec::with_capacity(recipes.len());
    let (mut gaps, mut repeats) = (0, 0);
    for (index, recipe) in recipes.iter().enumerate() {
        if let Some(column) = converted.get_mut(index).and_then(Option::take) {
            columns.push(column);
            continue;
        }
        let mut cells = CellsOf { grid: &grid, layout, recipe, index, faults: &mut faults };
        let mut own = Days::default();
        let days = memory.of(index).map_or(&mut own, |remembered| &mut remembered.days);
        let mut clock = Clock::new(recipe, days);
        columns.push(cells.column(&mut clock)?);
        gaps += clock.gaps;
        repeats += clock.repeats;
    }
    let keys = match identity {
        Identity::Key(key) => Some(ids::of(&grid, &columns, layout, recipes, key, &mut faults)),
        Identity::None | Identity::Content => None,
    };
    let Grid { lines, digests, .. } = grid;
    Ok(Some(Parsed {
        file: layout.index,
        name: layout.name.clone(),
        lines,
        columns,
        keys,
        digests,
        faults,
        gaps,
        repeats,
    }))
}

/// The cells of one recipe.
struct CellsOf<'c> {
    grid: &'c Grid<'c>,
    layout: &'c FileLayout,
    recipe: &'c Recipe,
    index: usize,
    faults: &'c mut Vec<Option<Box<Reject>>>,
}

impl CellsOf<'_> {
    fn column(&mut self, clock: &mut Clock<'_>) -> Result<Column, EngineError> {
        let rows = self.grid.lines.len();
        let recipe = self.recipe;
        Ok(match recipe.kind {
            FieldType::Text => {
                let mut column = Words::new(rows);
                self.each(|text, _| Ok(text), |value| column.push(value));
                Column::Text(column.finish())
            }
            FieldType::YesNo => {
                let mut column = BooleanBuilder::with_capacity(rows);
                self.each(|text, kind| yes_no(recipe, text, kind), |value| column.append_option(value));
                Column::YesNo(column.finish())
            }
            FieldType::Whole => {
                let mut column = Int64Builder::with_capacity(rows);
                self.each(
                    |text, kind| scalar::whole(text, numbers(recipe, kind)),
                    |value| column.append_option(value),
                );
                Column::Whole(column.finish())
            }
            FieldType::Number | FieldType::Money => {
                let mut column = Decimal128Builder::with_capacity(rows);
                self.each(
                    |text, kind| scalar::number(text, numbers(recipe, kind)),
                    |value| column.append_option(value),
                );
                Column::Number(decimals(column.finish())?)
            }
            FieldType::Duration => {
                let mut column = Int64Builder::with_capacity(rows);
                self.each(|text, kind| duration(recipe, text, kind), |value| column.append_option(value));
                Column::Duration(column.finish())
            }
            FieldType::Timestamp => {
                let mut column = Int64Builder::with_capacity(rows);
                let usual = recipe.formats.first() == Some(&TimeFormat::Iso);
                let read = |text: &str, kind| {
                    if usual
                        && kind == Kind::Text
                        && let Some((micros, offset)) = iso::moment(text)
                    {
                        return match offset {
                            Some(seconds) => Ok(micros - seconds * 1_000_000),
                            None => Ok(clock.instant(Moment::Local(LocalTime(micros)))?.0),
                        };
                    }
                    Ok(clock.instant(moment(recipe, text, kind)?)?.0)
                };
                self.each(read, |value| column.append_option(value));
                Column::Instant(column.finish())
            }
            FieldType::Date => {
                let mut column = Int32Builder::with_capacity(rows);
                let usual = recipe.formats.first() == Some(&TimeFormat::IsoDate);
                let read = |text: &str, kind| {
                    if usual
                        && kind == Kind::Text
                        && let Some(days) = iso::date(text)
                    {
                        return Ok(days);
                    }
                    Ok(clock.date(moment(recipe, text, kind)?)?.days())
                };
                self.each(read, |value| column.append_option(value));
                Column::Date(column.finish())
            }
        })
    }

    /// Reads every cell; a row that already has a fault, or gets one here, has a null.
    fn each<'t, T>(
        &'t mut self,
        mut read: impl FnMut(&'t str, Kind) -> Result<T, Reason>,
        mut append: impl FnMut(Option<T>),
    ) {
        let Self { grid, layout, recipe, index, faults } = self;
        for (row, fault) in faults.iter_mut().enumerate() {
            if fault.is_some() {
                append(None);
                continue;
            }
            let (raw, kind) = grid.cell(row, *index);
            if kind == Kind::Null {
                append(None);
                continue;
            }
            match recipe.text(raw).and_then(|text| text.map(|text| read(text, kind)).transpose()) {
                Ok(value) => append(value),
                Err(reason) => {
                    let line = grid.lines.get(row).copied().unwrap_or(0);
                    *fault = Some(layout.reject(line, &label(layout, *index, recipe), raw, &reason));
                    append(None);
                }
            }
        }
    }
}

/// What the file calls the column of a recipe; the field where it has no name.
pub(super) fn label(layout: &FileLayout, index: usize, recipe: &Recipe) -> String {
    let label = layout.slots.get(index).map(super::layout::Slot::label).unwrap_or_default();
    if label.is_empty() { recipe.field.clone() } else { label }
}

fn decimals(column: Decimal128Array) -> Result<Decimal128Array, EngineError> {
    column.with_precision_and_scale(38, NUMBER_SCALE).map_err(|error| EngineError::new(error.to_string()))
}

/// Numbers of a typed file are in plain notation, whatever the book says of text.
fn numbers(recipe: &Recipe, kind: Kind) -> &Numbers {
    const PLAIN: &Numbers = &Numbers { decimal: '.', thousands: None, strip: Vec::new() };
    if kind == Kind::Number { PLAIN } else { recipe.numbers() }
}

fn yes_no(recipe: &Recipe, text: &str, kind: Kind) -> Result<bool, Reason> {
    if kind == Kind::YesNo {
        return Ok(text == "true");
    }
    scalar::yes_no(text, &recipe.yes, &recipe.no)
}

fn duration(recipe: &Recipe, text: &str, kind: Kind) -> Result<i64, Reason> {
    let unit = if kind == Kind::Micros { Some(DurationUnit::Micros(1)) } else { recipe.cell().unit };
    scalar::duration(text, unit.ok_or("is a duration without a unit")?, numbers(recipe, kind))
}

fn moment(recipe: &Recipe, text: &str, kind: Kind) -> Result<Moment, Reason> {
    if kind == Kind::Moment {
        let native = TimeFormat::Iso.read(text).or_else(|| TimeFormat::IsoDate.read(text));
        return native.ok_or("is beyond the years 1 to 9999".into());
    }
    recipe.formats.iter().find_map(|format| format.read(text)).ok_or_else(|| {
        let written: Vec<String> =
            recipe.formats.iter().map(|format| format!("`{}`", format.name())).collect();
        let what = if recipe.kind == FieldType::Date { "date" } else { "time" };
        format!("is not a {what} written like {}", written.join(" or ")).into()
    })
}
