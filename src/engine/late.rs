//! Counting what could not be counted while tables streamed by.

use arrow::buffer::BooleanBuffer;
use rayon::prelude::*;

use super::count::Count;
use super::decide::{Decision, decide};
use super::error::EngineError;
use super::frame::Frame;
use super::keyed::Frames;
use super::scan::{Counts, add, count};
use crate::plan::{Counter, Plan};

/// What was counted late.
#[derive(Debug, Default)]
pub(super) struct Late {
    /// Everything; where that is kept apart, only of records that can still change.
    pub(super) counts: Counts,
    /// Of records that cannot change any more.
    pub(super) closed: Counts,
}

/// How records are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// All together.
    Together,
    /// Likewise, and what became of each is kept.
    Evidence,
    /// Those that can still change apart from those that cannot.
    Apart,
}

/// Counts what had to wait for look-aheads.
pub(super) fn counts(plan: &Plan, frames: &mut Frames, way: Way) -> Result<Late, EngineError> {
    let mut all = Late::default();
    for (table, frames) in frames {
        let late = plan.counters.iter().enumerate();
        let late: Vec<_> = late.filter(|(_, counter)| counter.level > 0 && counter.table == *table).collect();
        if late.is_empty() {
            continue;
        }
        let step = |mut counts: Late, frame: &mut Frame| {
            match way {
                _ if frame.only_found => {}
                Way::Apart => apart(&late, frame, &mut counts)?,
                Way::Together | Way::Evidence => {
                    for (at, counter) in &late {
                        count(*at, counter, frame, &mut counts.counts, way == Way::Evidence)?;
                    }
                }
            }
            Ok(counts)
        };
        // A few long stretches: every thread has counts of its own, which are added up.
        let stretch = frames.len().div_ceil(2 * rayon::current_num_threads().max(1)).max(1);
        let parts = frames
            .par_chunks_mut(stretch)
            .map(|frames| frames.iter_mut().try_fold(Late::default(), &step))
            .collect::<Result<Vec<Late>, EngineError>>()?;
        for counts in parts {
            add(&mut all.counts, counts.counts);
            add(&mut all.closed, counts.closed);
        }
    }
    Ok(all)
}

/// Counts the records of a batch: apart those that some counter does not have to the end.
fn apart(late: &[(usize, &Counter)], frame: &mut Frame, counts: &mut Late) -> Result<(), EngineError> {
    let mut decisions: Vec<(usize, &Counter, Decision)> = Vec::new();
    let mut open = vec![false; frame.rows];
    for (at, counter) in late {
        let decision = decide(counter, frame)?;
        let cells = frame.cells(counter.grouping)?;
        for (row, _) in decision.open.iter().filter(|(row, _)| cells.cells.get(*row).is_some()) {
            open.get_mut(*row).into_iter().for_each(|open| *open = true);
        }
        decisions.push((*at, *counter, decision));
    }
    let open: BooleanBuffer = open.into();
    let (some, all) = (open.count_set_bits() > 0, open.count_set_bits() == frame.rows);
    let closed = !&open;
    for (at, counter, decision) in decisions {
        let cells = frame.cells(counter.grouping)?;
        let fresh = || Count::new(counter.classes());
        if some {
            counts.counts.entry(at).or_insert_with(fresh).add(&cells.without(&closed), &decision);
        }
        if !all {
            counts.closed.entry(at).or_insert_with(fresh).add(&cells.without(&open), &decision);
        }
    }
    frame.undecided = some.then_some(open);
    Ok(())
}
