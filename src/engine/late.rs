//! Counting what could not be counted while tables streamed by.

use rayon::prelude::*;

use super::error::EngineError;
use super::frame::Frame;
use super::keyed::Frames;
use super::scan::{Counts, add, count};
use crate::plan::Plan;

/// Counts what had to wait for look-aheads.
pub(super) fn counts(plan: &Plan, frames: &mut Frames, evidence: bool) -> Result<Counts, EngineError> {
    let mut all = Counts::new();
    for (table, frames) in frames {
        let late = plan.counters.iter().enumerate();
        let late: Vec<_> = late.filter(|(_, counter)| counter.level > 0 && counter.table == *table).collect();
        if late.is_empty() {
            continue;
        }
        let step = |mut counts: Counts, frame: &mut Frame| {
            for (at, counter) in &late {
                count(*at, counter, frame, &mut counts, evidence)?;
            }
            Ok(counts)
        };
        // A few long stretches: every thread has counts of its own, which are added up.
        let stretch = frames.len().div_ceil(2 * rayon::current_num_threads().max(1)).max(1);
        let parts = frames
            .par_chunks_mut(stretch)
            .map(|frames| frames.iter_mut().try_fold(Counts::new(), &step))
            .collect::<Result<Vec<Counts>, EngineError>>()?;
        for counts in parts {
            add(&mut all, counts);
        }
    }
    Ok(all)
}
