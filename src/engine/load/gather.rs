//! Rows that are held together until the last one is known.

use std::borrow::Cow;
use std::collections::BTreeMap;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Int32Array, Int64Array, StringArray, UInt64Array,
};
use arrow::compute::{concat, filter, take};
use arrow::datatypes::{Decimal128Type, Int32Type, Int64Type, UInt32Type};
use arrow::error::ArrowError;

use super::super::{Batch, Column, EngineError, Texts};
use crate::measured::TableTotals;

/// Some rows: a column per recipe.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// A column per recipe.
    pub columns: Vec<Column>,
    /// The id of each row, where something asks for it.
    pub ids: Option<Texts>,
    /// The file of each row.
    pub files: Vec<u32>,
    /// The line of each row.
    pub lines: Vec<u64>,
}

/// A fault of our own arithmetic on columns, never of the data.
fn internal(error: ArrowError) -> EngineError {
    EngineError::new(format!("columns do not fit together: {error}"))
}

/// Does something to the array of a column.
fn with(
    column: &Column,
    change: impl FnOnce(&dyn Array) -> Result<ArrayRef, ArrowError>,
) -> Result<Column, EngineError> {
    Ok(match column {
        Column::Text(values) => Column::Text(with_texts(values, change)?),
        Column::YesNo(values) => Column::YesNo(change(values).map_err(internal)?.as_boolean().clone()),
        Column::Whole(values) => Column::Whole(whole(&change(values).map_err(internal)?)),
        Column::Duration(values) => Column::Duration(whole(&change(values).map_err(internal)?)),
        Column::Instant(values) => Column::Instant(whole(&change(values).map_err(internal)?)),
        Column::Date(values) => Column::Date(days(&change(values).map_err(internal)?)),
        Column::Number(values) => {
            Column::Number(change(values).map_err(internal)?.as_primitive::<Decimal128Type>().clone())
        }
    })
}

/// Does something to texts that leaves them in their form.
fn with_texts(
    texts: &Texts,
    change: impl FnOnce(&dyn Array) -> Result<ArrayRef, ArrowError>,
) -> Result<Texts, EngineError> {
    Ok(match texts {
        Texts::Plain(texts) => Texts::Plain(change(texts).map_err(internal)?.as_string::<i32>().clone()),
        Texts::View(texts) => Texts::View(change(texts).map_err(internal)?.as_string_view().clone()),
        Texts::Coded(codes, list) => {
            let codes = change(codes).map_err(internal)?.as_primitive::<UInt32Type>().clone();
            Texts::Coded(codes, list.clone())
        }
        Texts::Digits(numbers) => Texts::Digits(whole(&change(numbers).map_err(internal)?)),
    })
}

fn whole(array: &ArrayRef) -> Int64Array {
    array.as_primitive::<Int64Type>().clone()
}

fn days(array: &ArrayRef) -> Int32Array {
    array.as_primitive::<Int32Type>().clone()
}

impl Part {
    /// The rows that a mask marks.
    pub fn filter(self, mask: &BooleanArray) -> Result<Self, EngineError> {
        let columns: Result<Vec<Column>, _> =
            self.columns.iter().map(|column| with(column, |array| filter(array, mask))).collect();
        let ids = match &self.ids {
            Some(ids) => Some(with_texts(ids, |ids| filter(ids, mask))?),
            None => None,
        };
        let kept = |row: &usize| mask.value(*row);
        let rows: Vec<usize> = (0..self.lines.len()).filter(kept).collect();
        Ok(Self {
            columns: columns?,
            ids,
            files: rows.iter().filter_map(|row| self.files.get(*row).copied()).collect(),
            lines: rows.iter().filter_map(|row| self.lines.get(*row).copied()).collect(),
        })
    }

    /// The rows at these places, in this order.
    pub fn pick(&self, rows: &[usize]) -> Result<Self, EngineError> {
        let places = places(rows.iter().map(|row| Some(*row)));
        let columns: Result<Vec<Column>, _> =
            self.columns.iter().map(|column| with(column, |array| take(array, &places, None))).collect();
        self.picked(columns?, rows)
    }

    /// As `pick`, with columns already picked.
    pub fn picked(&self, columns: Vec<Column>, rows: &[usize]) -> Result<Self, EngineError> {
        let places = places(rows.iter().map(|row| Some(*row)));
        let ids = match &self.ids {
            Some(ids) => Some(with_texts(ids, |ids| take(ids, &places, None))?),
            None => None,
        };
        Ok(Self {
            columns,
            ids,
            files: rows.iter().filter_map(|row| self.files.get(*row).copied()).collect(),
            lines: rows.iter().filter_map(|row| self.lines.get(*row).copied()).collect(),
        })
    }

    /// The values of one column at these places; nulls where there is none.
    pub fn pick_column(&self, column: usize, rows: &[Option<usize>]) -> Result<Column, EngineError> {
        let column = self.columns.get(column).ok_or_else(|| EngineError::new("a column is missing"))?;
        with(column, |array| take(array, &places(rows.iter().copied()), None))
    }

    /// The same rows in stretches.
    pub fn split(self, rows: usize) -> Vec<Self> {
        let total = self.lines.len();
        let stretch = |start: usize| {
            let count = rows.min(total - start);
            Self {
                columns: self.columns.iter().map(|column| slice(column, start, count)).collect(),
                ids: self.ids.as_ref().map(|ids| ids.slice(start, count)),
                files: self.files.get(start..start + count).unwrap_or_default().to_vec(),
                lines: self.lines.get(start..start + count).unwrap_or_default().to_vec(),
            }
        };
        (0..total).step_by(rows).map(stretch).collect()
    }

    /// The batch of these fields.
    pub fn batch(self, wanted: &BTreeMap<String, usize>, ids: bool) -> Batch {
        let column = |index: &usize| self.columns.get(*index).cloned();
        let columns = wanted.iter().filter_map(|(field, index)| Some((field.clone(), column(index)?)));
        Batch {
            rows: self.lines.len(),
            columns: columns.collect(),
            ids: self.ids.filter(|_| ids),
            files: self.files,
            lines: self.lines,
            ends: None,
            earlier: None,
        }
    }
}

fn places(rows: impl Iterator<Item = Option<usize>>) -> UInt64Array {
    rows.map(|row| row.and_then(|row| u64::try_from(row).ok())).collect()
}

fn slice(column: &Column, start: usize, count: usize) -> Column {
    match column {
        Column::Text(values) => Column::Text(values.slice(start, count)),
        Column::YesNo(values) => Column::YesNo(values.slice(start, count)),
        Column::Whole(values) => Column::Whole(values.slice(start, count)),
        Column::Number(values) => Column::Number(values.slice(start, count)),
        Column::Duration(values) => Column::Duration(values.slice(start, count)),
        Column::Instant(values) => Column::Instant(values.slice(start, count)),
        Column::Date(values) => Column::Date(values.slice(start, count)),
    }
}

/// Rows gathered so far.
#[derive(Default)]
pub(super) struct Gathered(Vec<Part>);

impl Gathered {
    /// Adds rows.
    pub fn add(&mut self, part: Part) {
        self.0.push(part);
    }

    /// All rows as one part; none when there are none.
    pub fn whole(self) -> Result<Option<Part>, EngineError> {
        let Some(first) = self.0.first() else { return Ok(None) };
        let mut columns = Vec::new();
        for (index, column) in first.columns.iter().enumerate() {
            let arrays: Vec<ArrayRef> =
                self.0.iter().filter_map(|part| part.columns.get(index)).map(Column::array).collect();
            let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
            columns.push(column.of(&concat(&arrays).map_err(internal)?));
        }
        let ids: Vec<_> = self.0.iter().filter_map(|part| part.ids.as_ref()).map(Texts::plain).collect();
        let ids: Vec<&dyn Array> = ids.iter().map(|ids| ids.as_ref() as &dyn Array).collect();
        let ids = if ids.is_empty() {
            None
        } else {
            Some(concat(&ids).map_err(internal)?.as_string::<i32>().clone().into())
        };
        let files = self.0.iter().flat_map(|part| part.files.iter().copied()).collect();
        let lines = self.0.iter().flat_map(|part| part.lines.iter().copied()).collect();
        Ok(Some(Part { columns, ids, files, lines }))
    }

    /// Per key the row with the latest value of a column; rows without one come before all others.
    pub fn latest(self, by: usize, totals: &mut TableTotals) -> Result<Option<Part>, EngineError> {
        let Some(part) = self.whole()? else { return Ok(None) };
        let order = part.columns.get(by).map(Order::of);
        let mut best: BTreeMap<&str, usize> = BTreeMap::new();
        let ids = part.ids.as_ref().map(Texts::plain);
        for (row, id) in ids.iter().flat_map(|ids| ids.iter()).enumerate() {
            let kept = best.entry(id.unwrap_or_default()).or_insert(row);
            if order.as_ref().is_some_and(|order| order.at(row) > order.at(*kept)) {
                *kept = row;
            }
        }
        totals.duplicates += u64::try_from(part.lines.len() - best.len()).unwrap_or(0);
        let rows: Vec<usize> = best.into_values().collect();
        part.pick(&rows).map(Some)
    }
}

/// The values of a column, to be compared; a missing value comes first.
pub(super) enum Order<'p> {
    /// As numbers.
    Numbers(Vec<Option<i128>>),
    /// As texts, letter by letter.
    Texts(Cow<'p, StringArray>),
}

impl<'p> Order<'p> {
    /// The order of a column.
    pub fn of(column: &'p Column) -> Self {
        match column {
            Column::Text(values) => Self::Texts(values.plain()),
            Column::YesNo(values) => {
                Self::Numbers(values.iter().map(|value| value.map(i128::from)).collect())
            }
            Column::Number(values) => Self::Numbers(values.iter().collect()),
            Column::Date(values) => Self::Numbers(values.iter().map(|value| value.map(i128::from)).collect()),
            Column::Whole(values) | Column::Duration(values) | Column::Instant(values) => {
                Self::Numbers(values.iter().map(|value| value.map(i128::from)).collect())
            }
        }
    }

    /// What a row is compared by.
    pub fn at(&self, row: usize) -> (Option<i128>, Option<&str>) {
        match self {
            Self::Numbers(values) => (values.get(row).copied().flatten(), None),
            Self::Texts(values) => (None, values.is_valid(row).then(|| values.value(row))),
        }
    }
}
