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
}

impl Asked<'_> {
    /// A record without a known key matches nothing (and is a case of its
    /// own); without a known date, or start of the window, it is unknown what
    /// it would match.
    pub(super) fn answer(
        &self,
        matched: BooleanBuffer,
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
        let unmatched = less(&(&!&keys | &dated), &matched);
        let now = Pair { yes: matched.clone(), no: unmatched };
        if self.question.direction == Direction::StartsCase {
            return Ok((alone(&matched, &keys, &dated).into(), None));
        }
        let Some(ripeness) = ripeness(frame, unripe).filter(|_| followed) else {
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
        let waits: BooleanBuffer = waiting.ends.iter().map(|end| *end > i64::MIN).collect();
        let before = truth.settled().clone();
        let settled = match self.question.direction {
            // Where a case starts hangs on all records before.
            Direction::StartsCase => Pair { yes: less(&before.yes, &waits), no: less(&before.no, &waits) },
            _ => Pair { yes: &before.yes & &waiting.certain, no: less(&before.no, &waiting.possible) },
        };
        let open = less(&truth.now.known(), &settled.known());
        if open.count_set_bits() == 0 {
            return Ok((truth, ripeness));
        }
        let own = |row: usize| {
            let own = ripeness.as_ref().filter(|own| own.unripe.value(row));
            own.and_then(|own| own.ends.get(row)).copied().unwrap_or(i64::MIN)
        };
        let ends = waiting.ends.iter().enumerate().map(|(row, end)| own(row).max(*end)).collect();
        Ok((Truth { now: truth.now, settled: Some(settled) }, Some(Ripeness { unripe: open, ends })))
    }
}

/// The records of a batch among those whose window has not run out; none when there are none.
fn ripeness(frame: &Frame, unripe: &[(u32, i64)]) -> Option<Ripeness> {
    let ends = by_row(frame, unripe)?;
    let unripe = ends.iter().map(|end| *end > i64::MIN).collect();
    Some(Ripeness { unripe, ends })
}

/// For every row of a batch what a list by row has for it, otherwise the least moment; none when it has nothing.
pub(super) fn by_row(frame: &Frame, list: &[(u32, i64)]) -> Option<Vec<i64>> {
    let from = list.partition_point(|(row, _)| *row < frame.first);
    let mut these = list.get(from..).unwrap_or_default().iter().peekable();
    let place =
        |row: u32| usize::try_from(row.checked_sub(frame.first)?).ok().filter(|row| *row < frame.rows);
    these.peek().and_then(|(row, _)| place(*row))?;
    let mut ends = vec![i64::MIN; frame.rows];
    for (row, end) in these.map_while(|(row, end)| Some((place(*row)?, *end))) {
        if let Some(slot) = ends.get_mut(row) {
            *slot = (*slot).max(end);
        }
    }
    Some(ends)
}

/// Records without a key start a case each.
fn alone(matched: &BooleanBuffer, keys: &BooleanBuffer, dated: &BooleanBuffer) -> Pair {
    let yes = matched | &less(dated, keys);
    Pair { no: less(dated, &yes), yes }
}
