//! Look-aheads into records that may still change.
//!
//! `followed by lasting with same customer within 7 days`, where `lasting` are
//! orders not followed by a return within 30 days. An order of 3 March is found
//! on 10 March, and is not certain before 2 April: neither is the answer.
//!
//! Three sweeps tell: over the records found now, over those that are certain
//! to be found, and over those that may come to be.

use arrow::buffer::BooleanBuffer;

use super::answer::by_row;
use super::{Entry, Sides, end_of};
use crate::contract::Direction;
use crate::engine::frame::{Frame, Ripeness};
use crate::engine::table;
use crate::plan::Question;

/// What may still become of the answers to a question, row by row of the base table.
pub(super) struct Open {
    /// Where a record is certain to be found.
    pub certain: BooleanBuffer,
    /// Where a record may come to be found.
    pub possible: BooleanBuffer,
    /// Records of which what is found may change, with the moment until which it may, by row.
    pub ends: Vec<(u32, i64)>,
}

/// Likewise for one batch.
pub(super) struct Waiting {
    pub certain: BooleanBuffer,
    pub possible: BooleanBuffer,
    /// None where nothing can change.
    pub ends: Option<Ripeness>,
}

impl Open {
    /// What concerns one batch.
    pub(super) fn batch(&self, frame: &Frame) -> Waiting {
        let first = table::first(frame);
        Waiting {
            certain: self.certain.slice(first, frame.rows),
            possible: self.possible.slice(first, frame.rows),
            ends: Ripeness::of(frame.rows, by_row(frame, &self.ends).collect()),
        }
    }
}

impl Sides<'_> {
    /// Whether what can be found may still change.
    pub(super) fn is_nested(&self) -> bool {
        let open = |frame: &Frame| {
            frame
                .truth(self.pass.member)
                .is_ok_and(|member| member.open().is_some_and(|open| open.count_set_bits() > 0))
        };
        self.target.iter().any(open)
    }

    /// Adds until when what is found of the records of a key may change.
    pub(super) fn group_ends(&self, question: &Question, group: &[Entry], found: &mut Vec<(u32, i64)>) {
        // The latest end so far of the open records up to each of them.
        let mut open: Vec<(i64, i64)> = Vec::new();
        for entry in group.iter().filter(|entry| entry.is_open()) {
            let latest = open.last().map_or(i64::MIN, |last| last.1);
            open.push((entry.time, latest.max(self.open_end(entry))));
        }
        if open.is_empty() {
            return;
        }
        for entry in group.iter().filter(|entry| entry.asked()) {
            let until = match question.direction {
                Direction::Followed | Direction::StillIn => end_of(question, entry.time, self.offsets),
                Direction::Preceded | Direction::StartsCase => entry.time,
            };
            let reached = open.partition_point(|(time, _)| *time <= until);
            if let Some((_, end)) = reached.checked_sub(1).and_then(|last| open.get(last)) {
                found.push((entry.row, *end));
            }
        }
    }

    /// Until when a record that is searched may change.
    fn open_end(&self, entry: &Entry) -> i64 {
        let (frame, row) = table::place(self.target, entry.row);
        let Some(frame) = self.target.get(frame) else { return i64::MIN };
        frame.unripe(&self.pass.ahead).filter_map(|ripeness| ripeness.end(row)).max().unwrap_or(i64::MIN)
    }
}
