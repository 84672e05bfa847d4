//! How much memory the rows of a table take until the end, in what is kept of
//! them and in later steps.

use super::error::EngineError;
use super::frame::Frame;
use super::run::Run;
use super::window;
use crate::plan::{NodeId, Scan, What};

/// A record whose window has not run out is noted with its end: twice, in lists that may be half empty.
const OPEN: usize = 64;

/// Bytes of the rows of a table.
#[derive(Debug)]
pub(super) struct Weight {
    /// Of every row.
    row: usize,
    /// For each question the date of the records that ask it, and until when their windows have run out.
    open: Vec<(NodeId, i64)>,
}

impl Weight {
    /// Those of a batch.
    pub(super) fn of(&self, frame: &Frame) -> Result<usize, EngineError> {
        let mut bytes = self.row * frame.rows;
        let runs_out =
            |(date, ripe): &&(NodeId, i64)| frame.spans.get(date).is_none_or(|(_, latest)| latest > ripe);
        for (date, ripe) in self.open.iter().filter(runs_out) {
            let dates = frame.get(*date)?.instants(frame.rows)?;
            bytes += OPEN * dates.values().iter().filter(|date| *date > ripe).count();
        }
        Ok(bytes)
    }
}

impl Run<'_> {
    /// A row takes its cells, also where different keys are counted; two bits for each node kept; and
    /// for each question a bit of every thread, two of the answer, and, where it is not known beforehand which
    /// windows will not have run out, some two bytes.
    pub(super) fn weight(&self, scan: &Scan) -> Weight {
        let table = &scan.table.name;
        let here = self.plan.counters.iter().filter(|counter| counter.table == *table);
        let keys = here.filter(|counter| matches!(counter.what, What::Keys(_))).count();
        let cells = 4 * (scan.kept_groupings.len() + 2 * keys);
        let mut bits = 2 * scan.kept.len();
        let mut open = Vec::new();
        for pass in self.plan.passes.iter().filter(|pass| pass.base.table == *table) {
            let reach = self.said_reach(&pass.target.table);
            for question in pass.questions.iter().filter_map(|at| self.plan.questions.get(*at)) {
                bits += rayon::current_num_threads() + 2;
                match reach.filter(|_| question.after.is_none()) {
                    _ if !question.looks_ahead() => {}
                    Some(reach) => {
                        let (_, most) = window::bounds(question.window);
                        open.push((pass.base.date, reach.saturating_sub(most)));
                    }
                    None => bits += 16,
                }
            }
        }
        Weight { row: cells + bits.div_ceil(8), open }
    }
}
