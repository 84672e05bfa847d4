//! Parquet: only the columns that are asked for, every type exactly.
//!
//! | type | read as |
//! |------|---------|
//! | whole numbers, decimals | their digits |
//! | doubles | their shortest decimal text: 0.1 is 0.1, never 0.1000000000000000055 |
//! | timestamps with a zone | moments; without one, local times |
//! | nanoseconds | microseconds, or a fault when something would be cut off |

use std::fmt::Display;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes as types;
use arrow::datatypes::{DataType, TimeUnit};

use super::super::Column;
use super::grid::{Grid, Kind, digest, push_fixed};
use super::layout::{FileLayout, Slot};
use crate::value::{Date, LocalTime};

type Cell = Result<(String, Kind), &'static str>;
type Texts<'a> = Box<dyn Fn(usize) -> Cell + 'a>;

/// The texts of the recipes' cells, without the columns that are `done`.
pub(super) fn grid<'r>(
    batch: &RecordBatch,
    first: u64,
    read: &[usize],
    layout: &'r FileLayout,
    done: &[Option<Column>],
    digests: bool,
) -> Grid<'r> {
    let is_open = |at: &usize| done.get(*at).is_none_or(Option::is_none);
    let open: Vec<(usize, &Slot)> = layout.slots.iter().enumerate().filter(|(at, _)| is_open(at)).collect();
    let mut grid = Grid::new(layout.slots.len(), 0);
    if open.is_empty() && !digests {
        grid.lines = (first..).take(batch.num_rows()).collect();
        grid.faults = vec![None; batch.num_rows()];
        return grid;
    }
    let columns: Vec<ArrayRef> = batch.columns().iter().map(plain).collect();
    let texts: Vec<Texts<'_>> = columns.iter().map(texts).collect();
    for (row, line) in (0..batch.num_rows()).zip(first..) {
        let mut fault = None;
        for (at, slot) in &open {
            let Slot::Column(index, name) = slot else {
                push_fixed(&mut grid, *at, slot);
                continue;
            };
            let cell = read.binary_search(index).ok().and_then(|at| texts.get(at)).map(|text| text(row));
            match cell {
                Some(Ok((text, kind))) => grid.push(*at, text, kind),
                Some(Err(reason)) => {
                    fault = Some(layout.reject(line, name, "", reason));
                    break;
                }
                None => grid.push(*at, "", Kind::Null),
            }
        }
        if digests {
            let cells: Vec<String> =
                texts.iter().map(|text| text(row).map_or_else(str::to_string, |cell| cell.0)).collect();
            grid.digests.push(digest(cells.iter().map(String::as_bytes)));
        }
        grid.end_row(line, fault);
    }
    grid
}

/// A column without dictionary.
fn plain(column: &ArrayRef) -> ArrayRef {
    match column.data_type() {
        DataType::Dictionary(_, values) => cast(column, values).unwrap_or_else(|_| column.clone()),
        _ => column.clone(),
    }
}

/// How the cells of a column read.
fn texts(column: &ArrayRef) -> Texts<'_> {
    let known = known(column);
    Box::new(move |row| if column.is_null(row) { Ok((String::new(), Kind::Null)) } else { known(row) })
}

fn known(column: &ArrayRef) -> Texts<'_> {
    match column.data_type() {
        DataType::Null => Box::new(|_| Ok((String::new(), Kind::Null))),
        DataType::Utf8 => Box::new(|row| Ok((column.as_string::<i32>().value(row).to_string(), Kind::Text))),
        DataType::LargeUtf8 => {
            Box::new(|row| Ok((column.as_string::<i64>().value(row).to_string(), Kind::Text)))
        }
        DataType::Utf8View => {
            Box::new(|row| Ok((column.as_string_view().value(row).to_string(), Kind::Text)))
        }
        DataType::Binary => Box::new(|row| bytes(column.as_binary::<i32>().value(row))),
        DataType::LargeBinary => Box::new(|row| bytes(column.as_binary::<i64>().value(row))),
        DataType::BinaryView => Box::new(|row| bytes(column.as_binary_view().value(row))),
        DataType::Boolean => Box::new(|row| Ok((column.as_boolean().value(row).to_string(), Kind::YesNo))),
        DataType::Int8 => shown::<types::Int8Type>(column),
        DataType::Int16 => shown::<types::Int16Type>(column),
        DataType::Int32 => shown::<types::Int32Type>(column),
        DataType::Int64 => shown::<types::Int64Type>(column),
        DataType::UInt8 => shown::<types::UInt8Type>(column),
        DataType::UInt16 => shown::<types::UInt16Type>(column),
        DataType::UInt32 => shown::<types::UInt32Type>(column),
        DataType::UInt64 => shown::<types::UInt64Type>(column),
        DataType::Float16 => shown::<types::Float16Type>(column),
        DataType::Float32 => shown::<types::Float32Type>(column),
        DataType::Float64 => shown::<types::Float64Type>(column),
        DataType::Decimal32(..) => decimal::<types::Decimal32Type>(column),
        DataType::Decimal64(..) => decimal::<types::Decimal64Type>(column),
        DataType::Decimal128(..) => decimal::<types::Decimal128Type>(column),
        DataType::Decimal256(..) => decimal::<types::Decimal256Type>(column),
        _ => temporal(column),
    }
}

fn bytes(value: &[u8]) -> Cell {
    let text = std::str::from_utf8(value).map_err(|_| "holds bytes, not text")?;
    Ok((text.to_string(), Kind::Text))
}

fn shown<T: ArrowPrimitiveType<Native: Display>>(column: &ArrayRef) -> Texts<'_> {
    let values = column.as_primitive::<T>();
    Box::new(move |row| Ok((values.value(row).to_string(), Kind::Number)))
}

fn decimal<T: arrow::datatypes::DecimalType>(column: &ArrayRef) -> Texts<'_> {
    let values = column.as_primitive::<T>();
    Box::new(move |row| Ok((values.value_as_string(row), Kind::Number)))
}

fn temporal(column: &ArrayRef) -> Texts<'_> {
    match column.data_type() {
        DataType::Date32 => {
            let days = column.as_primitive::<types::Date32Type>();
            Box::new(move |row| day(i64::from(days.value(row))))
        }
        DataType::Date64 => {
            let millis = column.as_primitive::<types::Date64Type>();
            Box::new(move |row| day(millis.value(row).div_euclid(86_400_000)))
        }
        DataType::Timestamp(unit, zone) => {
            let (unit, zoned) = (*unit, zone.is_some());
            let counts = counts(column);
            Box::new(move |row| moment(counts(row)?, unit, zoned))
        }
        DataType::Time32(unit) | DataType::Time64(unit) | DataType::Duration(unit) => {
            let unit = *unit;
            let counts = counts(column);
            Box::new(move |row| Ok((micros(counts(row)?, unit)?.to_string(), Kind::Micros)))
        }
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => {
            Box::new(|_| Err("is a list, not one value"))
        }
        DataType::Struct(_) | DataType::Map(..) => Box::new(|_| Err("is an object, not one value")),
        _ => Box::new(|_| Err("is of a type that is not read")),
    }
}

type Counts<'a> = Box<dyn Fn(usize) -> Result<i64, &'static str> + 'a>;

/// The counts of a column of times, whatever their unit.
fn counts(column: &ArrayRef) -> Counts<'_> {
    let narrow = matches!(column.data_type(), DataType::Time32(_));
    if narrow {
        let counts = cast(column, &DataType::Int32);
        return Box::new(move |row| {
            let counts = counts.as_ref().map_err(|_| "is of a type that is not read")?;
            Ok(i64::from(counts.as_primitive::<types::Int32Type>().value(row)))
        });
    }
    let counts = cast(column, &DataType::Int64);
    Box::new(move |row| {
        let counts = counts.as_ref().map_err(|_| "is of a type that is not read")?;
        Ok(counts.as_primitive::<types::Int64Type>().value(row))
    })
}

fn day(days: i64) -> Cell {
    let date = i32::try_from(days).ok().and_then(Date::from_days).ok_or("is beyond the years 1 to 9999")?;
    Ok((date.to_string(), Kind::Moment))
}

fn micros(count: i64, unit: TimeUnit) -> Result<i64, &'static str> {
    let scaled = match unit {
        TimeUnit::Second => count.checked_mul(1_000_000),
        TimeUnit::Millisecond => count.checked_mul(1_000),
        TimeUnit::Microsecond => Some(count),
        TimeUnit::Nanosecond if count % 1000 == 0 => Some(count / 1000),
        TimeUnit::Nanosecond => return Err("is finer than a microsecond"),
    };
    scaled.ok_or("is beyond the years 1 to 9999")
}

fn moment(count: i64, unit: TimeUnit, zoned: bool) -> Cell {
    let local = LocalTime(micros(count, unit)?);
    let in_range = local.date().is_some_and(|date| (1..=9999).contains(&date.year()));
    if !in_range {
        return Err("is beyond the years 1 to 9999");
    }
    Ok((format!("{local}{}", if zoned { "Z" } else { "" }), Kind::Moment))
}
