//! Comparisons of two values of a kind.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use arrow::array::Array;
use arrow::buffer::BooleanBuffer;

use super::{Evaluator, is_time};
use crate::contract::{Compare, Value};
use crate::engine::cells::at;
use crate::engine::error::EngineError;
use crate::engine::numbers::holds;
use crate::engine::texts::Texts;
use crate::engine::truth::{Truth, bits, both};
use crate::engine::values::Values;

impl Evaluator<'_> {
    pub(super) fn compare(&self, compare: Compare, a: &Values, b: &Values) -> Result<Truth, EngineError> {
        let rows = self.frame.rows;
        match (a, b) {
            (Values::Text(texts), Values::Const(Value::Text(text))) => {
                Ok(texts_with(texts, |value| holds(compare, value.cmp(text))))
            }
            (Values::Text(left), Values::Text(right)) => Ok(text_pairs(compare, left, right)),
            (Values::Const(Value::Text(left)), Values::Const(Value::Text(right))) => {
                Ok(Truth::all(rows, holds(compare, left.cmp(right))))
            }
            (Values::Numbers(numbers), Values::Const(Value::Number(number))) => {
                Ok(Truth::known(numbers.compare_with(compare, number), numbers.known.as_ref()))
            }
            (Values::Numbers(_) | Values::Const(Value::Number(_)), _) => {
                let (left, right) = (a.numbers(rows)?, b.numbers(rows)?);
                let known = both(left.known.as_ref(), right.known.as_ref());
                Ok(Truth::known(left.compare(compare, &right), known.as_ref()))
            }
            _ if is_time(a) && is_time(b) => self.compare_times(compare, a, b),
            _ => truths(compare, &a.truth(rows)?, &b.truth(rows)?),
        }
    }

    pub(super) fn one_of(&self, values: &Values, list: &[Value]) -> Result<Truth, EngineError> {
        if let Values::Text(texts) = values {
            let wanted: BTreeSet<&str> = list.iter().filter_map(text).collect();
            return Ok(texts_with(texts, |value| wanted.contains(value)));
        }
        let mut found = Truth::all(self.frame.rows, false);
        for value in list {
            found = found.or(&self.compare(Compare::Equal, values, &Values::Const(value.clone()))?);
        }
        Ok(found)
    }

    fn compare_times(&self, compare: Compare, a: &Values, b: &Values) -> Result<Truth, EngineError> {
        let (left, right) = self.times(a, b)?;
        let pairs = left.values().iter().zip(right.values());
        let holding: BooleanBuffer = pairs.map(|(a, b)| holds(compare, a.cmp(b))).collect();
        Ok(Truth::known(holding, both(left.nulls(), right.nulls()).as_ref()))
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// One bit per text: whether it passes. Of coded texts each of the list is looked at once.
fn texts_with(texts: &Texts, passes: impl Fn(&str) -> bool) -> Truth {
    let holding = match texts {
        Texts::Plain(texts) => BooleanBuffer::collect_bool(texts.len(), |row| passes(texts.value(row))),
        Texts::View(texts) => BooleanBuffer::collect_bool(texts.len(), |row| passes(texts.value(row))),
        Texts::Coded(codes, list) => {
            let listed: Vec<bool> = list.iter().map(|text| text.is_some_and(&passes)).collect();
            bits(codes.values(), |code| at(&listed, code).copied().unwrap_or(false))
        }
        Texts::Digits(numbers) => {
            let mut last = (0, passes("0"));
            BooleanBuffer::collect_bool(numbers.len(), |row| {
                let number = numbers.value(row);
                if last.0 != number {
                    last = (number, passes(&number.to_string()));
                }
                last.1
            })
        }
    };
    Truth::known(holding, texts.nulls())
}

fn text_pairs(compare: Compare, left: &Texts, right: &Texts) -> Truth {
    let (a, b) = (left.plain(), right.plain());
    let order = |row: usize| -> Ordering { a.value(row).cmp(b.value(row)) };
    let holding = BooleanBuffer::collect_bool(a.len().min(b.len()), |row| holds(compare, order(row)));
    Truth::known(holding, both(left.nulls(), right.nulls()).as_ref())
}

fn truths(compare: Compare, left: &Truth, right: &Truth) -> Result<Truth, EngineError> {
    match compare {
        Compare::Equal => Ok(left.same(right)),
        Compare::NotEqual => Ok(left.same(right).not()),
        _ => Err(EngineError::new("yes and no have no order")),
    }
}
