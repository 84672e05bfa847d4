//! The values of a field as codes of a list, a missing one as well.

use arrow::array::{Array, StringArray};
use arrow::buffer::ScalarBuffer;

use crate::engine::error::EngineError;
use crate::engine::lookup::Lookup;
use crate::engine::offsets::Offsets;
use crate::engine::texts::Texts;
use crate::engine::values::Values;
use crate::value::{Date, Ratio};

/// The values of a field as codes of a list; the code behind its end is that of a missing value.
pub(super) struct Coded {
    pub(super) codes: ScalarBuffer<u32>,
    pub(super) list: StringArray,
}

impl Coded {
    pub(super) fn of(values: &Values, rows: usize, offsets: &Offsets) -> Result<Self, EngineError> {
        if let Values::Text(Texts::Coded(codes, list)) = values {
            let missing = code(list.len());
            let all = if codes.null_count() == 0 {
                codes.values().clone()
            } else {
                codes.iter().map(|code| code.unwrap_or(missing)).collect::<Vec<u32>>().into()
            };
            return Ok(Self { codes: all, list: list.clone() });
        }
        let all = texts(values, rows, offsets)?;
        let mut found: Lookup<&str, u32> = Lookup::default();
        let mut list = Vec::new();
        let codes: Vec<Option<u32>> = all
            .iter()
            .map(|text| {
                let next = code(found.len());
                text.map(|text| {
                    *found.entry(text).or_insert_with(|| {
                        list.push(text);
                        next
                    })
                })
            })
            .collect();
        let missing = code(list.len());
        let codes: Vec<u32> = codes.into_iter().map(|code| code.unwrap_or(missing)).collect();
        Ok(Self { codes: codes.into(), list: StringArray::from(list) })
    }

    /// How many codes there are.
    pub(super) fn width(&self) -> usize {
        self.list.len() + 1
    }

    /// The value of a code.
    pub(super) fn text(&self, code: usize) -> Option<String> {
        (code < self.list.len() && self.list.is_valid(code)).then(|| self.list.value(code).to_string())
    }

    /// The values of all codes.
    pub(super) fn texts(&self) -> Vec<Option<String>> {
        (0..self.width()).map(|code| self.text(code)).collect()
    }
}

fn code(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Values as people read them.
pub(in crate::engine) fn texts(
    values: &Values,
    rows: usize,
    offsets: &Offsets,
) -> Result<StringArray, EngineError> {
    let date = |day: i32| Date::from_days(day).map(|date| date.to_string());
    Ok(match values {
        Values::Text(texts) => texts.plain().into_owned(),
        Values::Date(days) => days.iter().map(|day| day.and_then(date)).collect(),
        Values::Instant(moments) => {
            moments.iter().map(|at| at.map(|at| offsets.local(at).to_string())).collect()
        }
        Values::Truth(truth) => {
            let word = |(yes, no): (bool, bool)| if yes { Some("yes") } else { no.then_some("no") };
            truth.now.yes.iter().zip(truth.now.no.iter()).map(word).collect()
        }
        other => {
            let numbers = other.numbers(rows)?;
            let known = |row| numbers.known.as_ref().is_none_or(|known| known.is_valid(row));
            let text = |(row, number): (usize, &Ratio)| known(row).then(|| number.to_string());
            numbers.exact().iter().enumerate().map(text).collect()
        }
    })
}
