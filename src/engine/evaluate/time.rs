//! Dates, moments, and the time between them.
//!
//! From one date to another it is 86,400 seconds a day, whatever the clocks
//! did; between moments it is the time that passed. A date compared with a
//! moment stands for its local midnight.

use arrow::array::{Array, Int64Array};
use arrow::buffer::ScalarBuffer;
use num_integer::Integer;
use num_traits::ToPrimitive;

use super::Evaluator;
use crate::contract::{Arithmetic, Value};
use crate::engine::error::EngineError;
use crate::engine::numbers::{Numbers, Units};
use crate::engine::truth::both;
use crate::engine::values::Values;
use crate::plan::NodeId;
use crate::value::Ratio;

/// Seconds of a day between two dates.
const DAY: i64 = 86_400;

impl Evaluator<'_> {
    /// Moments; a date is its local midnight.
    pub(super) fn moments(&self, values: &Values) -> Result<Int64Array, EngineError> {
        let midnight = |day: i32| self.context.offsets.midnight(day.into());
        match values {
            Values::Date(days) => {
                let mut last = (0, midnight(0));
                let moments = days.values().iter().map(|day| {
                    if last.0 != *day {
                        last = (*day, midnight(*day));
                    }
                    last.1
                });
                Ok(Int64Array::new(moments.collect::<Vec<i64>>().into(), days.nulls().cloned()))
            }
            Values::Const(Value::Date(date)) => {
                Ok(Int64Array::from_value(midnight(date.days()), self.frame.rows))
            }
            other => other.instants(self.frame.rows),
        }
    }

    /// Both as days when both are dates, otherwise both as moments.
    pub(super) fn times(&self, a: &Values, b: &Values) -> Result<(Int64Array, Int64Array), EngineError> {
        match (self.days(a), self.days(b)) {
            (Some(a), Some(b)) => Ok((a, b)),
            _ => Ok((self.moments(a)?, self.moments(b)?)),
        }
    }

    pub(super) fn elapsed(&self, from: &Values, to: &Values) -> Result<Values, EngineError> {
        let (per, step) = match (self.days(from), self.days(to)) {
            (Some(_), Some(_)) => (1, DAY),
            _ => (1_000_000, 1),
        };
        let (from, to) = self.times(from, to)?;
        let pairs = from.values().iter().zip(to.values());
        let seconds: ScalarBuffer<i64> =
            pairs.map(|(from, to)| to.saturating_sub(*from).saturating_mul(step)).collect();
        let known = both(from.nulls(), to.nulls());
        Ok(Values::Numbers(Numbers { units: Units::Small(seconds, per), known }))
    }

    /// A moment so many seconds later or earlier, whole microseconds.
    pub(super) fn shifted(&self, from: &Values, op: Arithmetic, by: &Values) -> Result<Values, EngineError> {
        let from = self.moments(from)?;
        let by = by.numbers(self.frame.rows)?;
        let sign = if op == Arithmetic::Minus { -1 } else { 1 };
        let shift = |(from, by): (&i64, i64)| from.saturating_add(by.saturating_mul(sign));
        let moments: ScalarBuffer<i64> = from.values().iter().zip(micros(&by)).map(shift).collect();
        Ok(Values::Instant(Int64Array::new(moments, both(from.nulls(), by.known.as_ref()))))
    }

    pub(super) fn extreme(&self, greater: bool, a: &Values, b: &Values) -> Result<Values, EngineError> {
        if !super::is_time(a) || !super::is_time(b) {
            let (a, b) = (a.numbers(self.frame.rows)?, b.numbers(self.frame.rows)?);
            return Ok(Values::Numbers(a.extreme(greater, &b)));
        }
        let (a, b) = (self.moments(a)?, self.moments(b)?);
        let pick = |(a, b): (&i64, &i64)| if greater { *a.max(b) } else { *a.min(b) };
        let moments: ScalarBuffer<i64> = a.values().iter().zip(b.values()).map(pick).collect();
        Ok(Values::Instant(Int64Array::new(moments, both(a.nulls(), b.nulls()))))
    }

    /// Seconds in which the clock ran.
    pub(super) fn business(
        &self,
        from: NodeId,
        to: NodeId,
        case: Option<NodeId>,
        clock: usize,
    ) -> Result<Values, EngineError> {
        let rows = self.frame.rows;
        let (from, to) = (self.frame.get(from)?.instants(rows)?, self.frame.get(to)?.instants(rows)?);
        let known = both(from.nulls(), to.nulls());
        let cases = case.map(|case| self.frame.keys(case)).transpose()?;
        let state = self.context.clocks.get(clock).ok_or_else(|| EngineError::new("a clock is not known"))?;
        let seconds = from.values().iter().zip(to.values()).enumerate().map(|(row, (from, to))| {
            if known.as_ref().is_some_and(|known| known.is_null(row)) {
                return 0;
            }
            let case = cases.filter(|cases| cases.known.as_ref().is_none_or(|known| known.is_valid(row)));
            let stops = case.and_then(|cases| cases.hashes.get(row)).and_then(|case| state.stops.get(&case));
            let stopped = stops.map_or(0, |stops| stops.between(*from, *to, state.opening));
            state.opening.between(*from, *to) - stopped
        });
        let units = Units::Small(seconds.collect::<Vec<i64>>().into(), 1_000_000);
        Ok(Values::Numbers(Numbers { units, known }))
    }

    fn days(&self, values: &Values) -> Option<Int64Array> {
        match values {
            Values::Date(days) => {
                let widened: ScalarBuffer<i64> = days.values().iter().map(|day| i64::from(*day)).collect();
                Some(Int64Array::new(widened, days.nulls().cloned()))
            }
            Values::Const(Value::Date(date)) => {
                Some(Int64Array::from_value(date.days().into(), self.frame.rows))
            }
            _ => None,
        }
    }
}

/// Seconds as whole microseconds, cut down.
fn micros(seconds: &Numbers) -> Vec<i64> {
    let clamped = |value: i128| value.to_i64().unwrap_or(if value < 0 { i64::MIN } else { i64::MAX });
    match seconds.wide() {
        Some((values, per)) => values
            .into_iter()
            .map(|value| {
                clamped(
                    value.checked_mul(1_000_000).map_or(i128::MAX, |value| Integer::div_floor(&value, &per)),
                )
            })
            .collect(),
        None => {
            let million = Ratio::whole(1_000_000);
            seconds
                .exact()
                .iter()
                .map(|value| (value * &million).floor().to_i64().unwrap_or(i64::MAX))
                .collect()
        }
    }
}
