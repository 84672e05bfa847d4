//! Allowances: so many records of a set count for each period or day.
//!
//! A forecast of 40,000 and an allowance of 110 %: of 46,000 contacts the first
//! 44,000 count, by time and then by id; or, where a day is all or nothing, a
//! day with more than its allowance is taken out whole. Without a forecast for
//! a period or day nothing is beyond it. `only the latest with same customer`
//! is an allowance of one for each customer, from the other end.

use std::borrow::Cow;
use std::collections::BTreeMap;

use arrow::array::{Array, BooleanBufferBuilder, StringArray};
use arrow::buffer::BooleanBuffer;

use super::cells::texts;
use super::error::EngineError;
use super::frame::Frame;
use super::keyed::Frames;
use super::numbers::hundredth;
use super::offsets::Offsets;
use super::truth::{Pair, Truth};
use crate::plan::{Allowed, NodeId, Quota, Slotted};
use crate::value::{Period, Ratio};

/// A period or day, and the values of the grouping fields.
type Slot = (i64, Vec<String>);

/// Which records are beyond the allowance, batch by batch of the base table.
pub(super) fn beyond(
    quota: &Quota,
    periods: &[Period],
    frames: &Frames,
    offsets: &Offsets,
) -> Result<Vec<Truth>, EngineError> {
    let of = |table: &str| frames.get(table).map_or(&[][..], Vec::as_slice);
    let slots = Slots { quota, periods, offsets };
    let limits = match &quota.allowed {
        Allowed::One => None,
        Allowed::PartOf { forecast, value, percent } => {
            Some(slots.limits(of(&forecast.table), forecast, *value, percent)?)
        }
    };
    let base = of(&quota.base.table);
    let mut bits: Vec<BooleanBufferBuilder> = base.iter().map(|frame| none_of(frame.rows)).collect();
    for (slot, mut records) in slots.records(base)? {
        let limit = match &limits {
            None => Some(Ratio::one()),
            Some(limits) => limits.get(&slot).cloned(),
        };
        let Some(limit) = limit else { continue };
        let out = if quota.all {
            let over = Ratio::whole(u64::try_from(records.len()).unwrap_or(u64::MAX)) > limit;
            if over { records } else { Vec::new() }
        } else {
            records.sort_unstable();
            if quota.latest {
                records.reverse();
            }
            let kept = limit.floor().to_i64().and_then(|kept| usize::try_from(kept).ok()).unwrap_or(0);
            records.split_off(kept.min(records.len()))
        };
        for (.., frame, row) in out {
            if let Some(bits) = bits.get_mut(frame) {
                bits.set_bit(row, true);
            }
        }
    }
    let truth = |mut bits: BooleanBufferBuilder| -> Truth {
        let yes: BooleanBuffer = bits.finish();
        Pair { no: !&yes, yes }.into()
    };
    Ok(bits.into_iter().map(truth).collect())
}

fn none_of(rows: usize) -> BooleanBufferBuilder {
    let mut bits = BooleanBufferBuilder::new(rows);
    bits.append_n(rows, false);
    bits
}

/// A record: moment, id, the place of its batch among the rows of the table, batch and row.
type Record<'a> = (i64, Cow<'a, str>, (usize, usize), usize, usize);

struct Slots<'a> {
    quota: &'a Quota,
    periods: &'a [Period],
    offsets: &'a Offsets,
}

impl Slots<'_> {
    /// The allowance of each slot.
    fn limits(
        &self,
        frames: &[Frame],
        forecast: &Slotted,
        value: NodeId,
        percent: &Ratio,
    ) -> Result<BTreeMap<Slot, Ratio>, EngineError> {
        let mut limits: BTreeMap<Slot, Ratio> = BTreeMap::new();
        for frame in frames {
            let values = frame.numbers(value)?;
            let exact = values.exact();
            for (row, slot) in self.slots(frame, forecast)? {
                let known = values.known.as_ref().is_none_or(|known| known.is_valid(row));
                if let Some(value) = exact.get(row).filter(|_| known) {
                    let limit = limits.entry(slot).or_default();
                    *limit = &*limit + &(&(value * percent) * &hundredth());
                }
            }
        }
        Ok(limits)
    }

    fn records<'f>(&self, frames: &'f [Frame]) -> Result<BTreeMap<Slot, Vec<Record<'f>>>, EngineError> {
        let mut found: BTreeMap<Slot, Vec<Record<'f>>> = BTreeMap::new();
        for (at, frame) in frames.iter().enumerate() {
            let dates = frame.get(self.quota.base.date)?.instants(frame.rows)?;
            for (row, slot) in self.slots(frame, &self.quota.base)? {
                found.entry(slot).or_default().push((dates.value(row), frame.id(row), frame.number, at, row));
            }
        }
        Ok(found)
    }

    /// The slot of each record of the set that has one.
    fn slots(&self, frame: &Frame, of: &Slotted) -> Result<Vec<(usize, Slot)>, EngineError> {
        let dates = frame.get(of.date)?.instants(frame.rows)?;
        let member = frame.truth(of.member)?.now.yes;
        let by: Vec<StringArray> = of
            .by
            .iter()
            .map(|node| texts(frame.get(*node)?, frame.rows, self.offsets))
            .collect::<Result<_, _>>()?;
        let slot = |row: usize| -> Option<(usize, Slot)> {
            let time = dates.is_valid(row).then(|| self.time(dates.value(row))).flatten()?;
            let group = by.iter().map(|values| values.is_valid(row).then(|| values.value(row).to_string()));
            Some((row, (time, group.collect::<Option<_>>()?)))
        };
        Ok(member.set_indices().filter_map(slot).collect())
    }

    /// The number of the day or period; none outside the evaluated periods.
    fn time(&self, moment: i64) -> Option<i64> {
        if self.quota.each_day {
            return self.offsets.date(moment).map(|date| date.days().into());
        }
        let after = self.periods.partition_point(|period| period.start.0 <= moment);
        let at = after.checked_sub(1)?;
        self.periods.get(at).filter(|period| moment < period.end.0)?;
        i64::try_from(at).ok()
    }
}
