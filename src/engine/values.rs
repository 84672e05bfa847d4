//! What a node of the plan comes to for the records of one batch.

use arrow::array::{Array, Int32Array, Int64Array};
use arrow::buffer::NullBuffer;

use super::batch::{Column, NUMBER_SCALE};
use super::error::EngineError;
use super::hashes::Hashes;
use super::numbers::{Numbers, Units};
use super::texts::Texts;
use super::truth::Truth;
use crate::contract::Value;

/// Values of one batch; a null is a missing value.
#[derive(Debug, Clone)]
pub(super) enum Values {
    /// The same for all.
    Const(Value),
    Truth(Truth),
    Text(Texts),
    Numbers(Numbers),
    Date(Int32Array),
    Instant(Int64Array),
    Keys(Keys),
}

/// Keys as hashes.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    pub(super) hashes: Hashes,
    pub(super) known: Option<NullBuffer>,
}

impl Values {
    pub(super) fn from_column(column: &Column) -> Self {
        match column {
            Column::Text(values) => Self::Text(values.clone()),
            Column::YesNo(values) => Self::Truth(Truth::known(values.values().clone(), values.nulls())),
            Column::Whole(values) => small(values, 1),
            Column::Number(values) => {
                let per = 10_i128.pow(NUMBER_SCALE.unsigned_abs().into());
                let units = Units::Wide(values.values().clone(), per);
                Self::Numbers(Numbers { units, known: values.nulls().cloned() })
            }
            Column::Duration(values) => small(values, 1_000_000),
            Column::Instant(values) => Self::Instant(values.clone()),
            Column::Date(values) => Self::Date(values.clone()),
        }
    }

    /// Which values are known; none when all are.
    pub(super) fn known(&self) -> Option<NullBuffer> {
        match self {
            Self::Const(_) => None,
            Self::Truth(truth) => Some(truth.now.known().into()),
            Self::Text(values) => values.nulls().cloned(),
            Self::Numbers(numbers) => numbers.known.clone(),
            Self::Date(values) => values.nulls().cloned(),
            Self::Instant(values) => values.nulls().cloned(),
            Self::Keys(keys) => keys.known.clone(),
        }
    }

    pub(super) fn truth(&self, rows: usize) -> Result<Truth, EngineError> {
        match self {
            Self::Truth(truth) => Ok(truth.clone()),
            Self::Const(Value::YesNo(value)) => Ok(Truth::all(rows, *value)),
            other => Err(unfit(other, "a condition")),
        }
    }

    pub(super) fn numbers(&self, rows: usize) -> Result<Numbers, EngineError> {
        match self {
            Self::Numbers(numbers) => Ok(numbers.clone()),
            Self::Const(Value::Number(value)) => Ok(Numbers::all(rows, value)),
            other => Err(unfit(other, "a number")),
        }
    }

    pub(super) fn instants(&self, rows: usize) -> Result<Int64Array, EngineError> {
        match self {
            Self::Instant(values) => Ok(values.clone()),
            Self::Const(Value::Instant(instant)) => Ok(Int64Array::from_value(instant.0, rows)),
            other => Err(unfit(other, "a moment")),
        }
    }

    pub(super) fn keys(&self) -> Result<&Keys, EngineError> {
        match self {
            Self::Keys(keys) => Ok(keys),
            other => Err(unfit(other, "a key")),
        }
    }

    /// In contract words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Truth(_) | Self::Const(Value::YesNo(_)) => "yes or no",
            Self::Text(_) | Self::Const(Value::Text(_)) => "a text",
            Self::Numbers(_) | Self::Const(Value::Number(_)) => "a number",
            Self::Date(_) | Self::Const(Value::Date(_)) => "a date",
            Self::Instant(_) | Self::Const(Value::Instant(_)) => "a moment",
            Self::Keys(_) => "a key",
        }
    }
}

fn small(values: &Int64Array, per: i64) -> Values {
    let units = Units::Small(values.values().clone(), per);
    Values::Numbers(Numbers { units, known: values.nulls().cloned() })
}

/// The data are of another type than the contract was checked with.
fn unfit(values: &Values, wanted: &str) -> EngineError {
    EngineError::new(format!("{} stands where {wanted} belongs", values.kind()))
        .help("declare the field with the type its data have")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_and_durations_keep_their_scale() {
        use arrow::array::Decimal128Array;
        let number =
            Values::from_column(&Column::Number(Decimal128Array::from(vec![Some(12_500_000_000), None])));
        let want = ["12.5".parse().unwrap(), crate::value::Ratio::zero()];
        assert_eq!(number.numbers(2).unwrap().exact(), want);
        assert_eq!(number.known().unwrap().null_count(), 1);
        let duration = Values::from_column(&Column::Duration(Int64Array::from(vec![90_500_000])));
        assert_eq!(duration.numbers(1).unwrap().exact(), ["90.5".parse().unwrap()]);
    }
}
