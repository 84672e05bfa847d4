//! How much a look-ahead finds, and until when what it finds holds.
//!
//! `followed by at least GBP 100 of value in purchases within 6 months`: a
//! purchase of GBP 60 and one of GBP 50 are enough, one of GBP 60 may still
//! become enough. `still in customers … 6 months after ended_at`: a customer
//! from 1 January to 30 June is one until the end of that day.

use arrow::array::Array;

use super::sweep::Sweep;
use super::{Entry, Sides};
use crate::engine::error::EngineError;
use crate::engine::frame::Frame;
use crate::engine::table;
use crate::engine::window;
use crate::plan::Question;
use crate::value::Ratio;

impl Sides<'_> {
    /// What is added up of each record that is searched, row by row; nothing when records are counted.
    pub(super) fn amounts(&self, question: &Question) -> Result<Vec<Ratio>, EngineError> {
        let Some((Some(of), _)) = &question.least else { return Ok(Vec::new()) };
        let exact = |frame: &Frame| {
            let numbers = frame.numbers(*of)?;
            let known = |row: usize| numbers.known.as_ref().is_none_or(|known| known.is_valid(row));
            let value =
                |(row, value): (usize, &Ratio)| if known(row) { value.clone() } else { Ratio::zero() };
            Ok(numbers.exact().iter().enumerate().map(value).collect())
        };
        table::values(self.target, Ratio::zero(), exact)
    }

    /// Whether more records never make an answer a no.
    pub(super) fn only_grows(&self, question: &Question) -> Result<bool, EngineError> {
        Ok(question.until.is_none() && !self.amounts(question)?.iter().any(Ratio::is_negative))
    }

    /// The last moment at which each record that is searched holds, row by row.
    pub(super) fn holding(&self, question: &Question) -> Result<Vec<i64>, EngineError> {
        let Some((until, whole_day)) = question.until else { return Ok(Vec::new()) };
        let ends = |frame: &Frame| {
            let moments = frame.get(until)?.instants(frame.rows)?;
            let end = |row: usize| match moments.is_valid(row) {
                false => window::NEVER,
                true if whole_day => window::next_day(moments.value(row), self.offsets) - 1,
                true => moments.value(row),
            };
            Ok((0..moments.len()).map(end).collect())
        };
        table::values(self.target, window::NEVER, ends)
    }
}

impl Sweep<'_> {
    /// Adds the records after which enough follows.
    pub(super) fn enough(&self, group: &[Entry], least: &Ratio, rows: &mut Vec<u32>) {
        let mut sums = vec![Ratio::zero()];
        for entry in group {
            let before = sums.last().cloned().unwrap_or_default();
            sums.push(if self.searched(entry) { &before + &self.amount(entry) } else { before });
        }
        let sum = |from: usize, to: usize| match (sums.get(from), sums.get(to)) {
            (Some(from), Some(to)) => to - from,
            _ => Ratio::zero(),
        };
        let later = self.later(group);
        for ((at, entry), later) in group.iter().enumerate().zip(&later) {
            let Some(start) = self.start(entry).filter(|_| entry.asked()) else { continue };
            let first = self.first(start);
            let from = (*later).max(group.partition_point(|other| other.time < first));
            let end = self.end(start);
            let to = group.partition_point(|other| other.time <= end).max(from);
            // The record itself stands there when it is searched by another date.
            let own = |other: &Entry| self.one_table && other.row == entry.row && self.searched(other);
            let own = group.get(from..to).unwrap_or_default().iter().filter(|other| own(other));
            let own: Ratio = own.map(|other| self.amount(other)).sum();
            if from != at && &sum(from, to) - &own >= *least {
                rows.push(entry.row);
            }
        }
    }

    /// Adds the records of which one that is searched holds the moment at the end of the window.
    pub(super) fn still(&self, group: &[Entry], rows: &mut Vec<u32>) {
        let mut reach: Vec<(i64, i64)> = Vec::new();
        for entry in group.iter().filter(|entry| self.searched(entry)) {
            let furthest = reach.last().map_or(i64::MIN, |last| last.1);
            reach.push((entry.time, furthest.max(self.holds(entry))));
        }
        for entry in group.iter().filter(|entry| entry.asked()) {
            let Some(start) = self.start(entry) else { continue };
            let moment = self.end(start);
            let begun = reach.partition_point(|(from, _)| *from <= moment);
            let last = begun.checked_sub(1).and_then(|last| reach.get(last));
            if last.is_some_and(|(_, end)| *end >= moment) {
                rows.push(entry.row);
            }
        }
    }
}
