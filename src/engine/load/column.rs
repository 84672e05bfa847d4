//! A column of cells while it is read, some rows at a time.

use std::ops::Range;

use arrow::array::{BooleanBuilder, Decimal128Array, Decimal128Builder, Int32Builder, Int64Builder};

use super::super::{Column, EngineError, NUMBER_SCALE};
use super::clock::Clock;
use super::grid::{Grid, Kind};
use super::iso::{self, Calendar};
use super::layout::FileLayout;
use super::parse::label;
use super::recipe::{Reason, Recipe};
use super::scalar;
use super::words::Words;
use crate::book::{DurationUnit, Moment, Numbers, TimeFormat};
use crate::contract::FieldType;
use crate::measured::Reject;
use crate::value::LocalTime;

/// The values of a column so far.
pub(super) enum Building<'t> {
    /// All of them, which were not read from cells.
    Done(Column),
    /// Texts.
    Text(Words<'t>),
    /// Yes or no.
    YesNo(BooleanBuilder),
    /// Whole numbers.
    Whole(Int64Builder),
    /// Numbers and money.
    Number(Decimal128Builder),
    /// Microseconds.
    Duration(Int64Builder),
    /// Microseconds since 1970-01-01 UTC.
    Instant(Int64Builder),
    /// Days since 1970-01-01.
    Date(Int32Builder),
}

impl<'t> Building<'t> {
    /// None yet, with room for so many.
    pub fn new(kind: FieldType, rows: usize) -> Self {
        match kind {
            FieldType::Text => Self::Text(Words::new(rows)),
            FieldType::YesNo => Self::YesNo(BooleanBuilder::with_capacity(rows)),
            FieldType::Whole => Self::Whole(Int64Builder::with_capacity(rows)),
            FieldType::Number | FieldType::Money => Self::Number(Decimal128Builder::with_capacity(rows)),
            FieldType::Duration => Self::Duration(Int64Builder::with_capacity(rows)),
            FieldType::Timestamp => Self::Instant(Int64Builder::with_capacity(rows)),
            FieldType::Date => Self::Date(Int32Builder::with_capacity(rows)),
        }
    }

    /// Adds the values of some rows.
    pub fn read(&mut self, cells: &mut CellsOf<'t, '_>, rows: Range<usize>, clock: &mut Clock<'_>) {
        let recipe = cells.recipe;
        match self {
            Self::Done(_) => {}
            Self::Text(column) => cells.each(rows, |text, _| Ok(text), |value| column.push(value)),
            Self::YesNo(column) => {
                cells.each(
                    rows,
                    |text, kind| yes_no(recipe, text, kind),
                    |value| column.append_option(value),
                );
            }
            Self::Whole(column) => {
                let read = |text: &str, kind| scalar::whole(text, numbers(recipe, kind));
                cells.each(rows, read, |value| column.append_option(value));
            }
            Self::Number(column) => {
                let read = |text: &str, kind| scalar::number(text, numbers(recipe, kind));
                cells.each(rows, read, |value| column.append_option(value));
            }
            Self::Duration(column) => {
                let read = |text: &str, kind| duration(recipe, text, kind);
                cells.each(rows, read, |value| column.append_option(value));
            }
            Self::Instant(column) => {
                let usual = recipe.formats.first() == Some(&TimeFormat::Iso);
                let mut calendar = Calendar::default();
                let read = |text: &str, kind| {
                    if usual
                        && kind == Kind::Text
                        && let Some((micros, offset)) = iso::moment(text, &mut calendar)
                    {
                        return match offset {
                            Some(seconds) => Ok(micros - seconds * 1_000_000),
                            None => Ok(clock.instant(Moment::Local(LocalTime(micros)))?.0),
                        };
                    }
                    Ok(clock.instant(moment(recipe, text, kind)?)?.0)
                };
                cells.each(rows, read, |value| column.append_option(value));
            }
            Self::Date(column) => {
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
                cells.each(rows, read, |value| column.append_option(value));
            }
        }
    }

    /// All of them.
    ///
    /// # Errors
    ///
    /// Only when the numbers of a column do not fit its declared precision.
    pub fn finish(self) -> Result<Column, EngineError> {
        Ok(match self {
            Self::Done(column) => column,
            Self::Text(column) => Column::Text(column.finish()),
            Self::YesNo(mut column) => Column::YesNo(column.finish()),
            Self::Whole(mut column) => Column::Whole(column.finish()),
            Self::Number(mut column) => Column::Number(decimals(column.finish())?),
            Self::Duration(mut column) => Column::Duration(column.finish()),
            Self::Instant(mut column) => Column::Instant(column.finish()),
            Self::Date(mut column) => Column::Date(column.finish()),
        })
    }
}

/// The cells of one recipe.
pub(super) struct CellsOf<'t, 'c> {
    /// Those of all recipes.
    pub grid: &'t Grid<'t>,
    /// Where they stand in the file.
    pub layout: &'c FileLayout,
    /// How they are read.
    pub recipe: &'t Recipe,
    /// The recipe's place among all.
    pub index: usize,
    /// Per row, why it cannot be read, when that is so.
    pub faults: &'c mut [Option<Box<Reject>>],
}

impl<'t> CellsOf<'t, '_> {
    /// Reads the cells of some rows; a row that already has a fault, or gets one here, has a null.
    fn each<T>(
        &mut self,
        rows: Range<usize>,
        mut read: impl FnMut(&'t str, Kind) -> Result<T, Reason>,
        mut append: impl FnMut(Option<T>),
    ) {
        let (grid, recipe, index) = (self.grid, self.recipe, self.index);
        for (row, fault) in rows.clone().zip(self.faults.get_mut(rows).unwrap_or_default()) {
            if fault.is_some() {
                append(None);
                continue;
            }
            let (raw, kind) = grid.cell(row, index);
            if kind == Kind::Null {
                append(None);
                continue;
            }
            let value = match recipe.text(raw) {
                Ok(Some(text)) => read(text, kind).map(Some),
                Ok(None) => Ok(None),
                Err(reason) => Err(reason),
            };
            match value {
                Ok(value) => append(value),
                Err(reason) => {
                    let line = grid.lines.get(row).copied().unwrap_or(0);
                    let label = label(self.layout, index, recipe);
                    *fault = Some(self.layout.reject(line, &label, raw, &reason));
                    append(None);
                }
            }
        }
    }
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
