//! Look-aheads and different keys, round by round: those that start from the
//! same records go over them together.

use super::cells::Cells;
use super::distinct::{self, Counting};
use super::error::EngineError;
use super::keyed::{self, Layouts, Round};
use super::run::Run;
use crate::plan::{Counter, Pass, What};

impl Run<'_> {
    /// Answers all look-aheads of a level that start from the same records, and
    /// counts on the way the different keys of these that have not to wait.
    pub(super) fn round(&mut self, base: usize, level: u32) -> Result<(), EngineError> {
        let Some(stream) = self.streams.get(base) else { return Ok(()) };
        let here = |pass: &&Pass| pass.level == level && stream.holds(&pass.base);
        let passes = self.plan.passes.iter().filter(here);
        let passes: Vec<(&Pass, i64)> = passes.map(|pass| (pass, self.reach(&pass.target.table))).collect();
        if passes.is_empty() {
            return Ok(());
        }
        let since = self.options.progress.elapsed();
        let round = Round { passes, countings: self.countings(|at, counter| at == base && counter == 0)? };
        let layouts = Layouts { streams: &self.streams, bins: &self.bins };
        let brought = keyed::run(&round, &self.plan.questions, &self.frames, &layouts, &self.offsets)?;
        let Round { passes, countings } = round;
        let mut rows = self.rows(&stream.table);
        let mut what = vec![format!("from {stream}")];
        for (pass, _) in &passes {
            rows += if pass.base == pass.target { 0 } else { self.rows(&pass.target.table) };
            what.push(format!("to {} with {} questions", pass.target, pass.questions.len()));
        }
        if !countings.is_empty() {
            what.push(format!("different keys {} times", countings.len()));
        }
        for ((pass, _), answers) in passes.iter().zip(brought.answers) {
            self.put_answers(&pass.base.table, answers);
        }
        self.keys.extend(brought.keys);
        self.swept(what.join(", "), rows, since);
        Ok(())
    }

    /// The counters of different keys that are wanted by the place of their stream and their level, and not
    /// counted yet.
    fn countings(&self, wanted: impl Fn(usize, u32) -> bool) -> Result<Vec<(usize, Counting)>, EngineError> {
        let mut all = Vec::new();
        for (at, counter) in self.plan.counters.iter().enumerate() {
            if !self.stream_of(counter).is_some_and(|stream| wanted(stream, counter.level)) {
                continue;
            }
            let Some(frames) = self.frames.get(&counter.table).filter(|_| !self.keys.contains_key(&at))
            else {
                continue;
            };
            let cells = self.cells.get(counter.table.as_str()).and_then(|all| all.get(counter.grouping));
            let cells = cells.map(Cells::list).unwrap_or_default();
            all.push((at, Counting::new(at, counter.grouping, frames, &cells)?));
        }
        Ok(all)
    }

    /// The records by key that a counter of different keys is counted from.
    fn stream_of(&self, counter: &Counter) -> Option<usize> {
        let What::Keys(key) = counter.what else { return None };
        self.streams.iter().position(|stream| stream.has_key(&counter.table, key))
    }

    /// Counts the different keys that had to wait.
    pub(super) fn different_keys(&mut self) -> Result<(), EngineError> {
        for (at, counting) in self.countings(|_, _| true)? {
            let stream = self.plan.counters.get(at).and_then(|counter| self.stream_of(counter));
            if let Some(bins) = stream.and_then(|stream| self.bins.get(&stream)) {
                self.keys.insert(at, distinct::count(&counting, bins)?);
            }
        }
        Ok(())
    }
}
