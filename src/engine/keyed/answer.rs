//! From what was found to an answer in three truth values, batch by batch.

use arrow::buffer::BooleanBuffer;

use super::known;
use super::open::Waiting;
use crate::contract::Direction;
use crate::engine::error::EngineError;
use crate::engine::frame::{Frame, Ripeness};
use crate::engine::truth::{Pair, Truth, less};
use crate::plan::{NodeId, Pass, Question};

/// A question to the records of one batch.
pub(super) struct Asked<'a> {
    pub(super) pass: &'a Pass,
    pub(super) question: &'a Question,
    pub(super) frame: &'a Frame,
    /// What was found stays found, whatever comes.
    pub(super) firm: bool,
    /// Whether those are told that do not match.
    pub(super) unmatched: bool,
}

impl Asked<'_> {
    /// A record without a known key matches nothing (and is a case of its
    /// own); without a known date, or start of the window, it is unknown what
    /// it would match.
    pub(super) fn answer(
        &self,
        told: BooleanBuffer,
        unripe: &[(u32, i64)],
    ) -> Result<(Truth, Option<Ripeness>), EngineError> {
        let frame = self.frame;
        let kept = |bits: Option<&BooleanBuffer>, node: NodeId| {
            bits.cloned().ok_or_else(|| EngineError::new(format!("{node} of the plan was not laid out")))
        };
        let keys = kept(frame.keyed.get(&self.pass.base.key), self.pass.base.key)?;
        let mut dated = kept(frame.dated.get(&self.pass.base.date), self.pass.base.date)?;
        let followed = self.question.looks_ahead();
        if let Some(after) = self.question.after.filter(|_| followed) {
            dated = &dated & &known(&frame.get(after)?.instants(frame.rows)?);
        }
        let matched = if self.unmatched { less(&(&keys & &dated), &told) } else { told };
        let unmatched = less(&(&!&keys | &dated), &matched);
        let now = Pair { yes: matched.clone(), no: unmatched };
        if self.question.direction == Direction::StartsCase {
            return Ok((alone(&matched, &keys, &dated).into(), None));
        }
        let ends = by_row(frame, unripe).collect();
        let Some(ripeness) = Ripeness::of(frame.rows, ends).filter(|_| followed) else {
            return Ok((now.into(), None));
        };
        let certain = if self.firm { matched } else { less(&matched, &ripeness.unripe) };
        let settled = Pair { yes: certain, no: less(&now.no, &ripeness.unripe) };
        Ok((Truth { now, settled: Some(settled) }, Some(ripeness)))
    }

    /// An answer that rests on records which may still change.
    pub(super) fn opened(
        &self,
        (truth, ripeness): (Truth, Option<Ripeness>),
        waiting: &Waiting,
    ) -> Result<(Truth, Option<Ripeness>), EngineError> {
        let before = truth.settled().clone();
        let settled = match (self.question.direction, &waiting.ends) {
            // Where a case starts hangs on all records before.
            (Direction::StartsCase, Some(Ripeness { unripe: waits, .. })) => {
                Pair { yes: less(&before.yes, waits), no: less(&before.no, waits) }
            }
            (Direction::StartsCase, None) => before,
            _ => Pair { yes: &before.yes & &waiting.certain, no: less(&before.no, &waiting.possible) },
        };
        let open = less(&truth.now.known(), &settled.known());
        if open.count_set_bits() == 0 {
            return Ok((truth, ripeness));
        }
        let end = |row: usize| {
            let ends = [&ripeness, &waiting.ends].map(|one| one.as_ref().and_then(|one| one.end(row)));
            let end = ends.into_iter().flatten().max().unwrap_or(i64::MIN);
            Some((u32::try_from(row).ok()?, end))
        };
        let ends = open.set_indices().filter_map(end).collect();
        Ok((Truth { now: truth.now, settled: Some(settled) }, Ripeness::of(self.frame.rows, ends)))
    }
}

/// What a list by row has for the rows of a batch, by row of the batch, the latest of several.
pub(super) fn by_row<'l>(
    frame: &Frame,
    list: &'l [(u32, i64)],
) -> impl Iterator<Item = (u32, i64)> + use<'l> {
    let (first, rows) = (frame.first, u32::try_from(frame.rows).unwrap_or(u32::MAX));
    let from = list.partition_point(|(row, _)| *row < first);
    let these = list.get(from..).unwrap_or_default();
    let to = these.partition_point(|(row, _)| row - first < rows);
    let these = these.get(..to).unwrap_or_default().chunk_by(|a, b| a.0 == b.0);
    these.filter_map(<[(u32, i64)]>::last).map(move |(row, end)| (row - first, *end))
}

/// Records without a key start a case each.
fn alone(matched: &BooleanBuffer, keys: &BooleanBuffer, dated: &BooleanBuffer) -> Pair {
    let yes = matched | &less(dated, keys);
    Pair { no: less(dated, &yes), yes }
}
