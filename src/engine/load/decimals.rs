//! Numbers of Parquet files, exactly or not at all.

use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Int64Array, PrimitiveArray};
use arrow::compute::{max, min};
use arrow::datatypes::{DataType, Decimal32Type, Decimal64Type, Decimal128Type, Float32Type, Float64Type};
use std::fmt::{Display, Write};

use super::super::NUMBER_SCALE;
use super::recipe::Reason;
use super::{scalar, typed};
use crate::book::{DurationUnit, Numbers};

/// Units of 10⁻⁹ in one.
const ONE: i128 = 1_000_000_000;
/// The first number that is too large, in units of 10⁻⁹.
const LIMIT: i128 = 1_000_000_000_000_000_000 * ONE;

/// Numbers in plain notation.
pub(super) const PLAIN: &Numbers = &Numbers { decimal: '.', thousands: None, strip: Vec::new() };

/// A column of numbers without any.
pub(super) fn none(rows: usize) -> Decimal128Array {
    let none = Decimal128Array::new_null(rows);
    none.clone().with_precision_and_scale(38, NUMBER_SCALE).unwrap_or(none)
}

/// Numbers in units of 10⁻⁹.
pub(super) fn number(array: &ArrayRef) -> Option<Decimal128Array> {
    let numbers = match array.data_type() {
        kind if kind.is_integer() => {
            let values = typed::whole(array)?;
            let fits = |value: Option<i64>| value.is_none_or(|value| (i128::from(value) * ONE).abs() < LIMIT);
            let all = fits(min(&values)) && fits(max(&values));
            all.then(|| values.unary::<_, Decimal128Type>(|value| i128::from(value) * ONE))
        }
        DataType::Float32 | DataType::Float64 => {
            let values = floats(array, |text| scalar::number(text, PLAIN))?;
            Some(PrimitiveArray::new(values.into(), array.nulls().cloned()))
        }
        _ => scaled(array),
    };
    numbers?.with_precision_and_scale(38, NUMBER_SCALE).ok()
}

/// Decimals in units of 10⁻⁹.
fn scaled(array: &ArrayRef) -> Option<Decimal128Array> {
    let (units, scale) = units(array)?;
    let factor = 10_i128.checked_pow(u32::try_from(9 - i32::from(scale)).ok()?)?;
    let fits = |value: Option<i128>| {
        value.is_none_or(|value| value.checked_mul(factor).is_some_and(|value| value.abs() < LIMIT))
    };
    let all = fits(min(&units)) && fits(max(&units));
    all.then(|| units.unary(|value: i128| value.wrapping_mul(factor)))
}

/// The units of decimals, and their scale.
fn units(array: &ArrayRef) -> Option<(Decimal128Array, i8)> {
    match array.data_type() {
        DataType::Decimal32(_, scale) if *scale >= 0 => {
            Some((array.as_primitive::<Decimal32Type>().unary(i128::from), *scale))
        }
        DataType::Decimal64(_, scale) if *scale >= 0 => {
            Some((array.as_primitive::<Decimal64Type>().unary(i128::from), *scale))
        }
        DataType::Decimal128(_, scale) if *scale >= 0 => {
            Some((array.as_primitive::<Decimal128Type>().clone(), *scale))
        }
        _ => None,
    }
}

/// Decimals and doubles that are whole numbers.
pub(super) fn whole(array: &ArrayRef) -> Option<Int64Array> {
    if array.data_type().is_floating() {
        let values = floats(array, |text| scalar::whole(text, PLAIN))?;
        return Some(PrimitiveArray::new(values.into(), array.nulls().cloned()));
    }
    counted(array, 1)
}

/// Decimals and doubles of a unit, in microseconds.
pub(super) fn micros(array: &ArrayRef, unit: i64) -> Option<Int64Array> {
    if array.data_type().is_floating() {
        let values = floats(array, |text| scalar::duration(text, DurationUnit::Micros(unit), PLAIN))?;
        return Some(PrimitiveArray::new(values.into(), array.nulls().cloned()));
    }
    counted(array, unit)
}

/// Decimals times a factor, when all are whole.
fn counted(array: &ArrayRef, factor: i64) -> Option<Int64Array> {
    let (units, scale) = units(array)?;
    let divisor = 10_i128.checked_pow(u32::try_from(scale).ok()?)?;
    let mut values = Vec::with_capacity(units.len());
    for value in &units {
        let value = value.unwrap_or(0).checked_mul(i128::from(factor))?;
        if value % divisor != 0 {
            return None;
        }
        values.push(i64::try_from(value / divisor).ok()?);
    }
    Some(PrimitiveArray::new(values.into(), array.nulls().cloned()))
}

/// The values that the shortest decimal texts of doubles stand for; 0 for a null.
fn floats<T: Default>(array: &ArrayRef, read: impl Fn(&str) -> Result<T, Reason>) -> Option<Vec<T>> {
    match array.data_type() {
        DataType::Float32 => shortest(array.as_primitive::<Float32Type>().iter(), read),
        DataType::Float64 => shortest(array.as_primitive::<Float64Type>().iter(), read),
        _ => None,
    }
}

fn shortest<T: Default, V: Display>(
    values: impl Iterator<Item = Option<V>>,
    read: impl Fn(&str) -> Result<T, Reason>,
) -> Option<Vec<T>> {
    let mut text = String::new();
    let mut numbers = Vec::with_capacity(values.size_hint().0);
    for value in values {
        let Some(value) = value else {
            numbers.push(T::default());
            continue;
        };
        text.clear();
        write!(text, "{value}").ok()?;
        numbers.push(read(&text).ok()?);
    }
    Some(numbers)
}
