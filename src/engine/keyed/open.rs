//! Look-aheads into records that may still change.
//!
//! `followed by lasting with same customer within 7 days`, where `lasting` are
//! orders not followed by a return within 30 days. An order of 3 March is found
//! on 10 March, and is not certain before 2 April: neither is the answer.
//!
//! Three sweeps tell: over the records found now, over those that are certain
//! to be found, and over those that may come to be.

use arrow::buffer::BooleanBuffer;
use rayon::prelude::*;

use super::{CERTAIN, Entry, POSSIBLE, Sides, TARGET, index};
use crate::contract::Direction;
use crate::engine::error::EngineError;
use crate::engine::frame::Frame;
use crate::engine::offsets::Offsets;
use crate::engine::truth::less;
use crate::engine::window;
use crate::plan::{NodeId, Question};

/// What may still become of an answer, batch by batch of the base table.
pub(super) struct Open {
    /// Where a record is certain to be found.
    pub certain: Vec<BooleanBuffer>,
    /// Where a record may come to be found.
    pub possible: Vec<BooleanBuffer>,
    /// Per record the moment until which what is found may change; the least moment where it cannot.
    pub ends: Vec<Vec<i64>>,
}

impl Open {
    /// What concerns one batch.
    pub(super) fn batch(&self, at: usize) -> Option<(&BooleanBuffer, &BooleanBuffer, &[i64])> {
        Some((self.certain.get(at)?, self.possible.get(at)?, self.ends.get(at)?))
    }
}

/// The records of a batch that may come to be found: those certain, and those open.
fn standing(frame: &Frame, member: NodeId) -> Result<(BooleanBuffer, BooleanBuffer), EngineError> {
    let member = frame.truth(member)?;
    let settled = member.settled();
    Ok((settled.yes.clone(), less(&member.now.known(), &settled.no)))
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

    /// Per record until when what its question finds may change.
    pub(super) fn ends(&self, question: &Question, entries: &[Entry], offsets: &Offsets) -> Vec<Vec<i64>> {
        let groups = entries.par_chunk_by(|a, b| a.key == b.key);
        let found = groups.fold(Vec::new, |mut found, group| {
            self.group_ends(question, group, offsets, &mut found);
            found
        });
        let found = found.reduce(Vec::new, |mut all, mut more| {
            all.append(&mut more);
            all
        });
        let mut ends: Vec<Vec<i64>> = self.base.iter().map(|frame| vec![i64::MIN; frame.rows]).collect();
        for ((frame, row), end) in found {
            if let Some(slot) = ends.get_mut(frame).and_then(|ends| ends.get_mut(row)) {
                *slot = end;
            }
        }
        ends
    }

    fn group_ends(
        &self,
        question: &Question,
        group: &[Entry],
        offsets: &Offsets,
        found: &mut Vec<((usize, usize), i64)>,
    ) {
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
                Direction::Followed | Direction::StillIn => window::end(question.window, entry.time, offsets),
                Direction::Preceded | Direction::StartsCase => entry.time,
            };
            let reached = open.partition_point(|(time, _)| *time <= until);
            if let Some((_, end)) = reached.checked_sub(1).and_then(|last| open.get(last)) {
                found.push((index(entry), *end));
            }
        }
    }

    /// Until when a record that is searched may change.
    fn open_end(&self, entry: &Entry) -> i64 {
        let (frame, row) = index(entry);
        let Some(frame) = self.target.get(frame) else { return i64::MIN };
        let ripeness = frame.unripe(&self.pass.ahead);
        let unripe = ripeness.filter(|ripeness| row < ripeness.unripe.len() && ripeness.unripe.value(row));
        unripe.filter_map(|ripeness| ripeness.ends.get(row)).max().copied().unwrap_or(i64::MIN)
    }
}

/// The marks of a record that is searched.
pub(super) fn marks(frame: &Frame, member: NodeId) -> Result<impl Fn(usize) -> u32 + use<>, EngineError> {
    let now = frame.truth(member)?.now.yes;
    let (certain, possible) = standing(frame, member)?;
    Ok(move |row: usize| {
        let mark = |set: &BooleanBuffer, tag: u32| if set.value(row) { tag } else { 0 };
        mark(&now, TARGET) | mark(&certain, CERTAIN) | mark(&possible, POSSIBLE)
    })
}
