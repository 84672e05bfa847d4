//! Columns of Parquet files converted as they are, where nothing in them is unusual.
//!
//! | file holds | field | what is done |
//! |------------|-------|--------------|
//! | whole numbers | number | each times 10⁹ |
//! | whole numbers | duration in minutes | each times 60,000,000 |
//! | timestamps without a zone | time | each less the zone's offset of its day |
//! | a timestamp that the clocks skipped | time | nothing: the column is read from its text |
//!
//! Whatever is not plain, or would be a fault, is left to the text of the
//! cells, so that values, rejected rows and reasons do not rest on the way.

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, Int32Array, Int64Array, PrimitiveArray, RecordBatch,
};
use arrow::compute::{cast, max, min};
use arrow::datatypes::{
    DataType, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit, UInt8Type, UInt16Type, UInt32Type,
};

use super::super::extremes::extremes;
use super::super::{Column, Texts};
use super::clock::Clock;
use super::grid::Rows;
use super::layout::Slot;
use super::memory::{Memory, Remembered};
use super::parse::{Chunk, Identity};
use super::recipe::Recipe;
use super::{decimals, dictionary, strings};
use crate::book::{DurationUnit, TimeFormat};
use crate::contract::FieldType;
use crate::value::{Date, LocalTime};

/// The columns that can be converted, by recipe.
pub(super) fn columns(
    chunk: &Chunk,
    recipes: &[Recipe],
    identity: &Identity,
    memory: &mut Memory,
) -> Vec<Option<Column>> {
    let Rows::Records(batch, _, read) = &chunk.rows else { return Vec::new() };
    if *identity == Identity::Content {
        return Vec::new();
    }
    let slots = recipes.iter().zip(&chunk.layout.slots).enumerate();
    let convert = |(index, (recipe, slot)): (usize, (&Recipe, &Slot))| {
        let array = array(batch, read, slot)?;
        let column = column(array, recipe, memory.of(index)?)?;
        let is_key = matches!(identity, Identity::Key(key) if key.contains(&index));
        (!is_key || is_key_column(array, &column)).then_some(column)
    };
    slots.map(convert).collect()
}

/// The array of a file's column.
fn array<'b>(batch: &'b RecordBatch, read: &[usize], slot: &Slot) -> Option<&'b ArrayRef> {
    let Slot::Column(index, _) = slot else { return None };
    read.binary_search(index).ok().and_then(|at| batch.columns().get(at))
}

/// Whether the values of a column are the texts of a key, none of which is missing.
fn is_key_column(array: &ArrayRef, column: &Column) -> bool {
    match column {
        Column::Text(texts) => texts.nulls().is_none_or(|nulls| nulls.null_count() == 0),
        Column::Whole(values) => array.data_type().is_integer() && values.null_count() == 0,
        _ => false,
    }
}

/// The column of an array; none where its texts have to be looked at.
fn column(array: &ArrayRef, recipe: &Recipe, remembered: &mut Remembered) -> Option<Column> {
    if !recipe.is_plain() {
        return None;
    }
    if array.null_count() == array.len() && !array.is_empty() {
        return Some(all_missing(recipe.kind, array.len()));
    }
    match array.data_type() {
        DataType::Dictionary(_, _) => dictionary::column(array, recipe, remembered),
        DataType::Utf8 | DataType::Utf8View => {
            (recipe.kind == FieldType::Text).then(|| strings::column(array, recipe)).flatten()
        }
        _ if is_spelled_missing(array.data_type(), recipe) => None,
        _ => native(array, recipe, &mut Clock::new(recipe, &mut remembered.days)),
    }
}

/// A column without a value.
fn all_missing(kind: FieldType, rows: usize) -> Column {
    let nulls = |kind: &DataType| arrow::array::new_null_array(kind, rows);
    match kind {
        FieldType::Text => Column::Text(Texts::Plain(nulls(&DataType::Utf8).as_string().clone())),
        FieldType::YesNo => Column::YesNo(nulls(&DataType::Boolean).as_boolean().clone()),
        FieldType::Whole => Column::Whole(Int64Array::new_null(rows)),
        FieldType::Number | FieldType::Money => Column::Number(decimals::none(rows)),
        FieldType::Duration => Column::Duration(Int64Array::new_null(rows)),
        FieldType::Timestamp => Column::Instant(Int64Array::new_null(rows)),
        FieldType::Date => Column::Date(Int32Array::new_null(rows)),
    }
}

/// Whether all values of such a column are the moments or days of a field, as they stand.
pub(super) fn is_moment(kind: &DataType, recipe: &Recipe) -> bool {
    let fits = match recipe.kind {
        FieldType::Timestamp => matches!(kind, DataType::Timestamp(..) | DataType::Date32),
        FieldType::Date => *kind == DataType::Date32,
        _ => false,
    };
    fits && recipe.is_plain() && !is_spelled_missing(kind, recipe)
}

/// Whether a spelling of missing could be the text of such a value.
fn is_spelled_missing(kind: &DataType, recipe: &Recipe) -> bool {
    let digits = |word: &String| word.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    let truth = |word: &String| word == "true" || word == "false";
    match kind {
        DataType::Boolean => recipe.missing().iter().any(truth),
        _ => recipe.missing().iter().any(digits),
    }
}

/// A column of numbers, times or truths.
fn native(array: &ArrayRef, recipe: &Recipe, clock: &mut Clock<'_>) -> Option<Column> {
    match recipe.kind {
        FieldType::Text => Some(Column::Text(Texts::Digits(whole(array)?))),
        FieldType::YesNo => array.as_boolean_opt().cloned().map(Column::YesNo),
        FieldType::Whole if array.data_type().is_integer() => whole(array).map(Column::Whole),
        FieldType::Whole => decimals::whole(array).map(Column::Whole),
        FieldType::Number | FieldType::Money => decimals::number(array).map(Column::Number),
        FieldType::Duration => duration(array, recipe).map(Column::Duration),
        FieldType::Timestamp => instant(array, recipe, clock).map(Column::Instant),
        FieldType::Date => date(array).map(Column::Date),
    }
}

/// Whole numbers that fit 64 bits.
pub(super) fn whole(array: &ArrayRef) -> Option<Int64Array> {
    match array.data_type() {
        DataType::Int64 => Some(array.as_primitive::<Int64Type>().clone()),
        DataType::Int8 => Some(widened::<Int8Type>(array)),
        DataType::Int16 => Some(widened::<Int16Type>(array)),
        DataType::Int32 => Some(widened::<Int32Type>(array)),
        DataType::UInt8 => Some(widened::<UInt8Type>(array)),
        DataType::UInt16 => Some(widened::<UInt16Type>(array)),
        DataType::UInt32 => Some(widened::<UInt32Type>(array)),
        kind if kind.is_integer() => {
            let values = cast(array, &DataType::Int64).ok()?;
            // What does not fit becomes a null.
            (values.null_count() == array.null_count()).then(|| values.as_primitive::<Int64Type>().clone())
        }
        _ => None,
    }
}

/// Whole numbers all of which fit.
fn widened<T: ArrowPrimitiveType>(array: &ArrayRef) -> Int64Array
where
    i64: From<T::Native>,
{
    array.as_primitive::<T>().unary(i64::from)
}

/// Every value times a factor, when all fit.
fn times(values: &Int64Array, factor: i64) -> Option<Int64Array> {
    let fits = |value: i64| value.checked_mul(factor).is_some();
    extremes(values)
        .is_none_or(|(least, greatest)| fits(least) && fits(greatest))
        .then(|| values.unary(|value: i64| value.wrapping_mul(factor)))
}

fn duration(array: &ArrayRef, recipe: &Recipe) -> Option<Int64Array> {
    if let DataType::Time32(unit) | DataType::Time64(unit) | DataType::Duration(unit) = array.data_type() {
        return micros(&counts(array)?, *unit);
    }
    match recipe.cell().unit? {
        DurationUnit::Micros(micros) if array.data_type().is_integer() => times(&whole(array)?, micros),
        DurationUnit::Micros(micros) => decimals::micros(array, micros),
        _ => None,
    }
}

/// The counts of a column of times, whatever their unit.
fn counts(array: &ArrayRef) -> Option<Int64Array> {
    let narrow = matches!(array.data_type(), DataType::Time32(_) | DataType::Date32);
    let array = if narrow { &cast(array, &DataType::Int32).ok()? } else { array };
    let values = cast(array, &DataType::Int64).ok()?;
    values.as_primitive_opt::<Int64Type>().cloned()
}

/// Counts of a unit as microseconds, when all of them are whole.
fn micros(counts: &Int64Array, unit: TimeUnit) -> Option<Int64Array> {
    match unit {
        TimeUnit::Second => times(counts, 1_000_000),
        TimeUnit::Millisecond => times(counts, 1000),
        TimeUnit::Microsecond => Some(counts.clone()),
        TimeUnit::Nanosecond => {
            let exact = counts.iter().flatten().all(|count| count % 1000 == 0);
            exact.then(|| counts.unary(|count: i64| count.div_euclid(1000)))
        }
    }
}

/// Whether all values are within the years 1 to 9999.
fn in_range(values: &Int64Array) -> bool {
    let known = |value| LocalTime(value).date().is_some_and(|date| (1..=9999).contains(&date.year()));
    extremes(values).is_none_or(|(least, greatest)| known(least) && known(greatest))
}

/// The microseconds of a column of timestamps, and whether they are moments of a zone.
fn timestamps(array: &ArrayRef) -> Option<(Int64Array, bool)> {
    let DataType::Timestamp(unit, zone) = array.data_type() else { return None };
    let values = micros(&counts(array)?, *unit)?;
    in_range(&values).then_some((values, zone.is_some()))
}

fn instant(array: &ArrayRef, recipe: &Recipe, clock: &mut Clock<'_>) -> Option<Int64Array> {
    if let Some((values, zoned)) = timestamps(array) {
        return if zoned { Some(values) } else { once(&values, clock) };
    }
    match array.data_type() {
        DataType::Date32 => once(&midnights(array)?, clock),
        kind if kind.is_integer() => epoch(&whole(array)?, recipe),
        _ => None,
    }
}

/// Local times, none of which the clocks skip or repeat, as moments.
fn once(locals: &Int64Array, clock: &mut Clock<'_>) -> Option<Int64Array> {
    let nulls = locals.nulls();
    let mut values = Vec::with_capacity(locals.len());
    for (row, local) in locals.values().iter().enumerate() {
        let known = nulls.is_none_or(|nulls| nulls.is_valid(row));
        values.push(if known { clock.once(LocalTime(*local))? } else { 0 });
    }
    Some(PrimitiveArray::new(values.into(), nulls.cloned()))
}

/// Local midnights of dates.
fn midnights(array: &ArrayRef) -> Option<Int64Array> {
    let midnights = times(&counts(array)?, 86_400_000_000)?;
    in_range(&midnights).then_some(midnights)
}

/// Counts since 1970, where the book says that they are such.
fn epoch(counts: &Int64Array, recipe: &Recipe) -> Option<Int64Array> {
    let factor = match recipe.formats.as_slice() {
        [TimeFormat::EpochSeconds] => 1_000_000,
        [TimeFormat::EpochMilliseconds] => 1000,
        _ => return None,
    };
    let values = times(counts, factor)?;
    in_range(&values).then_some(values)
}

fn date(array: &ArrayRef) -> Option<Int32Array> {
    if *array.data_type() == DataType::Date32 {
        let days = cast(array, &DataType::Int32).ok()?.as_primitive_opt::<Int32Type>()?.clone();
        let known = |day: Option<i32>| day.is_none_or(|day| Date::from_days(day).is_some_and(is_common));
        return (known(min(&days)) && known(max(&days))).then_some(days);
    }
    let (values, _) = timestamps(array)?;
    let days = values
        .unary::<_, Int32Type>(|value| i32::try_from(value.div_euclid(86_400_000_000)).unwrap_or(i32::MAX));
    Some(days)
}

fn is_common(date: Date) -> bool {
    (1..=9999).contains(&date.year())
}
