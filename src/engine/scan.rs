//! Reading one table once: every batch is worked on as it comes, in parallel,
//! and dropped unless something later still needs it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::batch::Batch;
use super::cells::{Cells, labels};
use super::count::Count;
use super::decide::decide;
use super::error::EngineError;
use super::evaluate::{self, Context};
use super::frame::Frame;
use super::source::Rows;
use super::values::Values;
use super::{Progress, keyed::Frames};
use crate::measured::OutsidePeriods;
use crate::plan::{Counter, NodeId, Plan, Scan};

/// What reading a table has given so far. Parts add up in any order.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Batches that are still needed, with their number.
    frames: Vec<(usize, Frame)>,
    /// By counter.
    pub(super) counts: Counts,
    /// Rows that no period holds, by grouping.
    pub(super) outside: BTreeMap<usize, OutsidePeriods>,
    /// Earliest and latest moment, by the node that dates records.
    pub(super) spans: BTreeMap<NodeId, (i64, i64)>,
}

/// Counts by counter.
pub(super) type Counts = BTreeMap<usize, Count>;

impl Part {
    fn merge(mut self, mut other: Self) -> Self {
        self.frames.append(&mut other.frames);
        add(&mut self.counts, other.counts);
        for (grouping, more) in other.outside {
            let outside = self.outside.entry(grouping).or_default();
            outside.elsewhere += more.elsewhere;
            outside.undated += more.undated;
        }
        for (node, span) in other.spans {
            widen(&mut self.spans, node, span);
        }
        self
    }

    /// The batches in the order of their rows.
    pub(super) fn take_frames(&mut self) -> Vec<Frame> {
        let mut frames = std::mem::take(&mut self.frames);
        frames.sort_by_key(|(number, _)| *number);
        frames.into_iter().map(|(_, frame)| frame).collect()
    }
}

fn add(counts: &mut Counts, more: Counts) {
    for (counter, count) in more {
        let sum = counts.remove(&counter).unwrap_or_default();
        counts.insert(counter, sum.merge(count));
    }
}

fn widen(spans: &mut BTreeMap<NodeId, (i64, i64)>, node: NodeId, (from, to): (i64, i64)) {
    let span = spans.entry(node).or_insert((from, to));
    *span = (span.0.min(from), span.1.max(to));
}

/// One part per thread.
#[derive(Default)]
struct Parts {
    threads: Vec<Mutex<Part>>,
    others: Mutex<Part>,
}

impl Parts {
    fn new() -> Self {
        let threads = rayon::current_num_threads().max(1);
        let threads = std::iter::repeat_with(Mutex::default).take(threads).collect();
        Self { threads, ..Self::default() }
    }

    /// The part of this thread.
    fn mine(&self) -> MutexGuard<'_, Part> {
        let part = rayon::current_thread_index().and_then(|at| self.threads.get(at));
        part.unwrap_or(&self.others).lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn together(self) -> Part {
        let parts = self
            .threads
            .into_iter()
            .chain([self.others])
            .map(|part| part.into_inner().unwrap_or_else(PoisonError::into_inner));
        parts.fold(Part::default(), Part::merge)
    }
}

/// The next batches, enough to keep every thread at work.
fn pull(rows: &mut dyn Rows) -> Result<Vec<Batch>, EngineError> {
    rows.take(2 * rayon::current_num_threads().max(1)).collect()
}

/// The reading of one table.
pub(super) struct Reading<'a> {
    pub(super) plan: &'a Plan,
    pub(super) scan: &'a Scan,
    /// The cells of each grouping.
    pub(super) cells: &'a [Cells],
    pub(super) context: &'a Context<'a>,
    /// Whether the decision on every record is kept.
    pub(super) evidence: bool,
    pub(super) progress: &'a dyn Progress,
    /// The last moment whose records have all come.
    pub(super) reach: i64,
}

impl Reading<'_> {
    /// Reads the table to its end, or to the first error. While some batches
    /// are worked on, the next ones are read.
    pub(super) fn read(&self, rows: &mut dyn Rows) -> Result<Part, EngineError> {
        let parts = Parts::new();
        let (mut number, mut read) = (0, 0);
        let mut batches = pull(rows)?;
        while !batches.is_empty() {
            read += batches.iter().map(|batch| batch.rows).sum::<usize>();
            let first = number;
            number += batches.len();
            let work = || self.batches(first, batches, &parts);
            let (worked, next) = rayon::join(work, || pull(rows));
            worked?;
            let read = u64::try_from(read).unwrap_or(u64::MAX);
            self.progress.rows(&self.scan.table.name, read, rows.expected().map(|all| all.max(read)));
            batches = next?;
        }
        Ok(parts.together())
    }

    /// Works on some batches; of several errors the first by row is reported.
    fn batches(&self, first: usize, batches: Vec<Batch>, parts: &Parts) -> Result<(), EngineError> {
        let work = |(at, batch): (usize, Batch)| self.batch(first + at, &batch, &mut parts.mine());
        let done: Vec<_> = batches.into_par_iter().enumerate().map(work).collect();
        done.into_iter().collect()
    }

    fn batch(&self, number: usize, batch: &Batch, part: &mut Part) -> Result<(), EngineError> {
        let mut frame = Frame::new(self.scan, batch, self.evidence);
        frame.note_ends(batch.ends.as_ref(), self.reach);
        evaluate::level(self.scan, 0, Some(batch), &mut frame, self.context)?;
        self.assign_cells(&mut frame, part)?;
        self.note_spans(&frame, part)?;
        for (at, counter) in self.counters(|level| level == 0) {
            count(at, counter, &mut frame, &mut part.counts, self.evidence)?;
        }
        if self.evidence || !self.scan.kept.is_empty() || !self.scan.kept_groupings.is_empty() {
            frame.keep(self.scan, self.evidence);
            part.frames.push((number, frame));
        }
        Ok(())
    }

    fn counters(&self, wanted: impl Fn(u32) -> bool) -> impl Iterator<Item = (usize, &Counter)> {
        let here = move |counter: &Counter| counter.table == self.scan.table.name && wanted(counter.level);
        self.plan.counters.iter().enumerate().filter(move |(_, counter)| here(counter))
    }

    fn assign_cells(&self, frame: &mut Frame, part: &mut Part) -> Result<(), EngineError> {
        for (at, (grouping, cells)) in self.scan.groupings.iter().zip(self.cells).enumerate() {
            let dates = frame.get(grouping.date)?.instants(frame.rows)?;
            let mut by: Vec<&Values> =
                grouping.by.iter().map(|node| frame.get(*node)).collect::<Result<_, _>>()?;
            let origin = match grouping.origin {
                Some(node) => Some(labels(&self.plan.periods, &frame.get(node)?.instants(frame.rows)?)),
                None => None,
            };
            by.extend(&origin);
            let outside = part.outside.entry(at).or_default();
            let assigned = cells.assign(&self.plan.periods, &dates, &by, self.context.offsets, outside)?;
            if let Some(slot) = frame.cells.get_mut(at) {
                *slot = Some(assigned);
            }
        }
        Ok(())
    }

    fn note_spans(&self, frame: &Frame, part: &mut Part) -> Result<(), EngineError> {
        for node in &self.scan.dates {
            let dates = frame.get(*node)?.instants(frame.rows)?;
            let (from, to) = (arrow::compute::min(&dates), arrow::compute::max(&dates));
            if let Some(span) = from.zip(to) {
                widen(&mut part.spans, *node, span);
            }
        }
        Ok(())
    }
}

/// Decides on the records of a batch and counts them.
fn count(
    at: usize,
    counter: &Counter,
    frame: &mut Frame,
    counts: &mut Counts,
    evidence: bool,
) -> Result<(), EngineError> {
    let decision = decide(counter, frame)?;
    let cells = frame.cells(counter.grouping)?;
    counts.entry(at).or_insert_with(|| Count::new(counter.classes())).add(cells, &decision);
    if evidence {
        frame.classes.insert(at, decision.classes);
        frame.open.insert(at, decision.open);
    }
    Ok(())
}

/// Counts what had to wait for look-aheads.
pub(super) fn count_late(plan: &Plan, frames: &mut Frames, evidence: bool) -> Result<Counts, EngineError> {
    let mut all = Counts::new();
    for (table, frames) in frames {
        let late = plan.counters.iter().enumerate();
        let late: Vec<_> = late.filter(|(_, counter)| counter.level > 0 && counter.table == *table).collect();
        let step = |mut counts: Counts, frame: &mut Frame| {
            for (at, counter) in &late {
                count(*at, counter, frame, &mut counts, evidence)?;
            }
            Ok(counts)
        };
        let parts = frames.par_iter_mut().try_fold(Counts::new, step);
        let counts = parts.try_reduce(Counts::new, |mut one, other| {
            add(&mut one, other);
            Ok(one)
        })?;
        add(&mut all, counts);
    }
    Ok(all)
}
