//! Look-aheads and different keys, round by round: those that start from the
//! same records go over them together.

use std::collections::BTreeSet;

use super::bins::Bins;
use super::cells::Cells;
use super::distinct::{self, Counting};
use super::error::EngineError;
use super::filter::Filter;
use super::keyed::{self, Going, Layouts, Round};
use super::run::Run;
use super::scan::LaidOut;
use crate::plan::{Counter, Finer, Keyed, Pass, Stream, What};

impl Run<'_> {
    /// After how many other tables a table is read, so that it is known of which keys its records matter.
    pub(super) fn depth(&self, table: &str, most: usize) -> usize {
        let Some(less) = most.checked_sub(1) else { return 0 };
        let searched = self.streams.iter().filter(|stream| stream.table == table);
        let askers = searched.filter_map(|stream| self.askers(stream)).flatten();
        askers.map(|asker| 1 + self.depth(&asker.table, less)).max().unwrap_or(0)
    }

    /// The records that look for those of a stream, where these are there for nothing else.
    fn askers(&self, stream: &Stream) -> Option<Vec<&Stream>> {
        let only_searched = !self.plan.passes.iter().any(|pass| stream.holds(&pass.base))
            && !self.plan.counters.iter().any(
                |counter| matches!(counter.what, What::Keys(key) if stream.has_key(&counter.table, key)),
            );
        let passes = self.plan.passes.iter().filter(|pass| stream.holds(&pass.target));
        let bases = passes.filter_map(|pass| self.streams.iter().find(|other| other.holds(&pass.base)));
        let bases: Vec<&Stream> = bases.collect();
        (only_searched && bases.iter().all(|base| base.table != stream.table)).then_some(bases)
    }

    /// The layouts of a table, with the keys that matter where only some do.
    pub(super) fn laid_out<'s>(
        &'s self,
        table: &str,
        expected: Option<u64>,
    ) -> Result<Vec<LaidOut<'s>>, EngineError> {
        let mut all = Vec::new();
        for (at, stream) in self.streams.iter().enumerate().filter(|(_, stream)| stream.table == table) {
            let askers = self.askers(stream).unwrap_or_default();
            let place = |asker: &&Stream| self.streams.iter().position(|other| other == *asker);
            let asker = askers.first().filter(|_| askers.len() == 1).and_then(place);
            let bins = asker.and_then(|asker| self.bins.get(&asker));
            let few = |bins: &&Bins| {
                expected
                    .is_some_and(|rows| u64::try_from(bins.records()).is_ok_and(|records| records <= rows))
            };
            let filter = bins.filter(few).map(|bins| Filter::of(&[bins])).transpose()?;
            self.budget.take(filter.as_ref().map_or(0, Filter::size));
            all.push((at, stream, filter));
        }
        Ok(all)
    }

    /// The streams whose records stand among those of others; none where what comes of a run is kept, since
    /// that is asked for key by key.
    pub(super) fn finer(&self) -> Vec<Finer> {
        if self.place.is_some() { Vec::new() } else { self.plan.finer(&self.streams) }
    }

    /// The rounds of a level. Where most is asked comes last: by then other layouts have been dropped.
    pub(super) fn rounds(&mut self, level: u32) -> Result<(), EngineError> {
        let mut bases: Vec<usize> = (0..self.streams.len()).collect();
        bases.sort_by_cached_key(|base| self.asked_from(*base));
        let mut rest = bases.as_slice();
        while let [base, others @ ..] = rest {
            self.round(*base, level)?;
            self.let_go(level, others);
            rest = others;
        }
        Ok(())
    }

    /// Answers all look-aheads of a level that start from the same records, and
    /// counts on the way the different keys of these that have not to wait.
    fn round(&mut self, base: usize, level: u32) -> Result<(), EngineError> {
        let Some(stream) = self.streams.get(base) else { return Ok(()) };
        let all_finer = self.finer();
        if all_finer.iter().any(|finer| finer.stream == base) {
            return Ok(());
        }
        let finer = all_finer.iter().find(|finer| finer.among == base).map(|finer| finer.stream);
        let is_finer = |pass: &Pass| {
            finer.and_then(|at| self.streams.get(at)).is_some_and(|finer| finer.holds(&pass.base))
        };
        let here = |pass: &Pass| pass.level == level && (stream.holds(&pass.base) || is_finer(pass));
        let passes = self.plan.passes.iter().enumerate().filter(|(_, pass)| here(pass));
        let mut passes: Vec<Going<'_>> = passes
            .map(|(at, pass)| Going {
                pass,
                finer: is_finer(pass),
                all: self.kept.is_none(),
                complete_to: self.reach(&pass.target.table),
                wanted: self.plan.wanted(at).filter(|(_, answer)| self.kept.is_none() || !answer),
            })
            .collect();
        // Those that say which records matter to others come first.
        passes.sort_by_key(|going| going.wanted.is_some());
        if passes.is_empty() {
            return Ok(());
        }
        let since = self.options.progress.elapsed();
        let round = Round { passes, countings: self.countings(|at, counter| at == base && counter == 0)? };
        let layouts = Layouts {
            streams: &self.streams,
            bins: &self.bins,
            base: self.bins.get(&base),
            finer: finer.and_then(|finer| self.bins.get(&finer)),
        };
        let brought = keyed::run(&round, &self.plan.questions, &self.frames, &layouts, &self.offsets)?;
        let Round { passes, countings } = round;
        let mut rows = self.rows(&stream.table);
        let mut what = vec![format!("from {stream}")];
        for Going { pass, .. } in &passes {
            rows += if pass.base == pass.target { 0 } else { self.rows(&pass.target.table) };
            what.push(format!("to {}, questions: {}", pass.target, pass.questions.len()));
        }
        if !countings.is_empty() {
            what.push(format!("different keys: {}", countings.len()));
        }
        for (Going { pass, .. }, answers) in passes.iter().zip(brought.answers) {
            self.put_answers(&pass.base.table, answers);
        }
        self.keys.extend(brought.keys);
        self.swept(what.join(", "), rows, since);
        Ok(())
    }

    /// How many questions are asked from the records of a stream, and how many counters count its keys.
    fn asked_from(&self, base: usize) -> usize {
        let Some(stream) = self.streams.get(base) else { return 0 };
        let passes = self.plan.passes.iter().filter(|pass| stream.holds(&pass.base));
        let counters = self.plan.counters.iter().filter(|counter| self.stream_of(counter) == Some(base));
        passes.map(|pass| pass.questions.len()).sum::<usize>() + counters.count()
    }

    /// Drops the layouts that no later round asks for: those from the other bases of a level, and of the levels above.
    fn let_go(&mut self, level: u32, others: &[usize]) {
        let place = |keyed: &Keyed| self.streams.iter().position(|stream| stream.holds(keyed));
        let finer = self.finer();
        // The records of a finer stream are gone over with those they stand among.
        let among = |keyed: &Keyed| {
            let at = place(keyed);
            finer.iter().find(|finer| Some(finer.stream) == at).map(|finer| finer.among).or(at)
        };
        let later = |pass: &&Pass| {
            let waits = among(&pass.base).is_some_and(|base| others.contains(&base));
            pass.level > level || pass.level == level && waits
        };
        let passes = self.plan.passes.iter().filter(later);
        let waiting = self.plan.counters.iter().enumerate().filter(|(at, _)| !self.keys.contains_key(at));
        let needed: BTreeSet<usize> = passes
            .flat_map(|pass| [among(&pass.base), place(&pass.base), place(&pass.target)])
            .chain(waiting.map(|(_, counter)| self.stream_of(counter)))
            .flatten()
            .collect();
        self.bins.retain(|stream, _| needed.contains(stream));
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
