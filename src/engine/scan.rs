//! One batch of a table as it comes: worked on by whoever read it, and dropped
//! unless something later still needs it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::buffer::BooleanBuffer;

use super::batch::{Batch, Standing};
use super::bins::{Budget, Writer};
use super::cells::{Cells, Known, Placed, labels};
use super::count::Count;
use super::decide::decide;
use super::error::EngineError;
use super::evaluate::{self, Context};
use super::extremes::extremes;
use super::filter::Filter;
use super::frame::Frame;
use super::values::Values;
use super::weight::Weight;
use crate::measured::OutsidePeriods;
use crate::plan::{Counter, Finer, NodeId, Plan, Scan, Stream, What};

/// What reading a table has given so far. Parts add up in any order.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// Batches that are still needed.
    frames: Vec<Frame>,
    /// By counter.
    pub(super) counts: Counts,
    /// What is known of the codes of cells, by grouping.
    known: BTreeMap<usize, Known>,
    /// Rows that no period holds, by grouping.
    pub(super) outside: BTreeMap<usize, OutsidePeriods>,
    /// Earliest and latest moment, by the node that dates records.
    pub(super) spans: BTreeMap<NodeId, (i64, i64)>,
    /// The earliest moment of a row that no earlier run has read.
    pub(super) earliest: Option<i64>,
    /// Records laid out by key: by stream, one layout for each thread.
    pub(super) layouts: BTreeMap<usize, Vec<Writer>>,
}

/// Counts by counter.
pub(super) type Counts = BTreeMap<usize, Count>;

impl Part {
    pub(super) fn merge(mut self, mut other: Self) -> Self {
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
        self.earliest = self.earliest.into_iter().chain(other.earliest).min();
        for (stream, writers) in other.layouts {
            self.layouts.entry(stream).or_default().extend(writers);
        }
        self
    }

    /// The batches in the order of the numbers of their rows.
    pub(super) fn take_frames(&mut self) -> Vec<Frame> {
        let mut frames = std::mem::take(&mut self.frames);
        frames.sort_by_key(|frame| frame.first);
        frames
    }

    /// What was laid out by key.
    pub(super) fn take_layouts(&mut self) -> BTreeMap<usize, Vec<Writer>> {
        std::mem::take(&mut self.layouts)
    }
}

/// Adds the counts of another part.
pub(super) fn add(counts: &mut Counts, more: Counts) {
    for (counter, count) in more {
        let sum = counts.remove(&counter).unwrap_or_default();
        counts.insert(counter, sum.merge(count));
    }
}

fn widen(spans: &mut BTreeMap<NodeId, (i64, i64)>, node: NodeId, (from, to): (i64, i64)) {
    let span = spans.entry(node).or_insert((from, to));
    *span = (span.0.min(from), span.1.max(to));
}

/// Records that are laid out by key: their place among all streams, what they are, and which keys matter where only some do.
pub(super) type LaidOut<'a> = (usize, &'a Stream, Option<Filter>);

/// The reading of one table.
pub(super) struct Reading<'a> {
    pub(super) plan: &'a Plan,
    pub(super) scan: &'a Scan,
    /// The cells of each grouping.
    pub(super) cells: &'a [Cells],
    pub(super) context: &'a Context<'a>,
    /// Whether the decision on every record is kept.
    pub(super) evidence: bool,
    /// The last moment whose records have all come.
    pub(super) reach: i64,
    /// What of this table is laid out by key.
    pub(super) streams: Vec<LaidOut<'a>>,
    /// Those whose records stand among the records of another.
    pub(super) finer: Vec<Finer>,
    /// The nodes that are worked out as a batch comes.
    pub(super) nodes: BTreeSet<NodeId>,
    /// What may be held in memory.
    pub(super) budget: &'a Budget,
    /// Bytes that rows take until the end.
    pub(super) weight: Weight,
    /// The nodes that records of an earlier run are found by; none where they are treated like others.
    pub(super) found_by: Option<BTreeSet<NodeId>>,
    /// By stream in which rows of an earlier run that may still change stand only to ask: their questions.
    pub(super) only_asking: BTreeMap<usize, BTreeSet<usize>>,
    /// Rows read so far.
    pub(super) rows: AtomicU64,
}

impl Reading<'_> {
    /// Works on a batch: everything that can be told without the others.
    pub(super) fn batch(
        &self,
        number: (usize, usize),
        batch: &Batch,
        part: &mut Part,
    ) -> Result<(), EngineError> {
        if batch.rows == 0 {
            return Ok(());
        }
        let mut frame = Frame::new(self.scan, batch, self.evidence);
        frame.number = number;
        frame.first = self.first_row(batch.rows)?;
        frame.note_ends(batch.ends.as_ref(), self.reach);
        let standing = batch.earlier.as_ref().map(|earlier| earlier.standing);
        match self.found_by.as_ref().filter(|_| standing == Some(Standing::Counted)) {
            Some(nodes) => {
                frame.only_found = true;
                evaluate::some(self.scan, nodes, batch, &mut frame, self.context)?;
            }
            None => evaluate::some(self.scan, &self.nodes, batch, &mut frame, self.context)?,
        }
        self.assign_cells(&mut frame, standing, part)?;
        self.note_spans(&mut frame, standing, part)?;
        self.lay_out(&mut frame, standing, part)?;
        for (at, counter) in self.counters(|level| level == 0 && is_uncounted(standing)) {
            count(at, counter, &mut frame, &mut part.counts, self.evidence)?;
        }
        let groupings = self.groupings_of_keys();
        let kept = !(self.scan.kept.is_empty() && self.scan.kept_groupings.is_empty());
        if self.evidence || kept || !self.streams.is_empty() {
            self.budget.take(self.weight.of(&frame)?);
            frame.keep(self.scan, &groupings, self.evidence);
            part.frames.push(frame);
        }
        Ok(())
    }

    /// Numbers the rows of a batch as they come.
    fn first_row(&self, rows: usize) -> Result<u32, EngineError> {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        let first = self.rows.fetch_add(rows, Ordering::Relaxed);
        let last = u32::try_from(first.saturating_add(rows));
        last.and(u32::try_from(first)).map_err(|_| {
            EngineError::new(format!("`{}` has more than 4,294,967,295 rows", self.scan.table.name))
                .help("evaluate fewer periods at a time, from files with fewer rows")
        })
    }

    fn counters(&self, wanted: impl Fn(u32) -> bool) -> impl Iterator<Item = (usize, &Counter)> {
        let here = move |counter: &Counter| counter.table == self.scan.table.name && wanted(counter.level);
        self.plan.counters.iter().enumerate().filter(move |(_, counter)| here(counter))
    }

    /// Groupings whose cells are asked for where different keys are counted.
    fn groupings_of_keys(&self) -> BTreeSet<usize> {
        let keys = |counter: &Counter| matches!(counter.what, What::Keys(_));
        self.counters(|_| true)
            .filter(|(_, counter)| keys(counter))
            .map(|(_, counter)| counter.grouping)
            .collect()
    }

    fn assign_cells(
        &self,
        frame: &mut Frame,
        standing: Option<Standing>,
        part: &mut Part,
    ) -> Result<(), EngineError> {
        for (at, (grouping, cells)) in self.scan.groupings.iter().zip(self.cells).enumerate() {
            if !self.counts_by(at, standing) {
                if let Some(slot) = frame.cells.get_mut(at) {
                    *slot = Some(Placed::nowhere(frame.rows));
                }
                continue;
            }
            let dates = frame.get(grouping.date)?.instants(frame.rows)?;
            let mut by: Vec<&Values> =
                grouping.by.iter().map(|node| frame.get(*node)).collect::<Result<_, _>>()?;
            let origin = match grouping.origin {
                Some(node) => Some(labels(&self.plan.periods, &frame.get(node)?.instants(frame.rows)?)),
                None => None,
            };
            by.extend(&origin);
            let mut known_before = OutsidePeriods::default();
            let outside =
                if is_uncounted(standing) { part.outside.entry(at).or_default() } else { &mut known_before };
            let known = part.known.entry(at).or_default();
            let placed =
                cells.assign(&self.plan.periods, &dates, &by, self.context.offsets, outside, known)?;
            if let Some(slot) = frame.cells.get_mut(at) {
                *slot = Some(placed);
            }
        }
        Ok(())
    }

    /// Whether rows are still to be counted by a grouping.
    fn counts_by(&self, grouping: usize, standing: Option<Standing>) -> bool {
        match standing {
            None | Some(Standing::Uncounted) => true,
            Some(Standing::Open) => {
                self.counters(|level| level > 0).any(|(_, counter)| counter.grouping == grouping)
            }
            Some(Standing::Counted) => false,
        }
    }

    fn note_spans(
        &self,
        frame: &mut Frame,
        standing: Option<Standing>,
        part: &mut Part,
    ) -> Result<(), EngineError> {
        for node in &self.scan.dates {
            if let Some(span) = extremes(&frame.get(*node)?.instants(frame.rows)?) {
                frame.spans.insert(*node, span);
                widen(&mut part.spans, *node, span);
                let new = Some(span.0).filter(|_| standing.is_none());
                part.earliest = part.earliest.into_iter().chain(new).min();
            }
        }
        Ok(())
    }
}

/// Whether nothing of some rows is counted yet: they are new, or of a period that was not over.
fn is_uncounted(standing: Option<Standing>) -> bool {
    matches!(standing, None | Some(Standing::Uncounted))
}

/// Decides on the records of a batch and counts them.
pub(super) fn count(
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
        frame.classes.insert(at, decision.classes.list());
        frame.open.insert(at, decision.open);
    }
    if matches!(counter.what, What::Keys(_)) {
        let above = decision.above.unwrap_or_else(|| BooleanBuffer::new_unset(frame.rows));
        frame.marked.insert(at, (decision.counted, above));
    }
    Ok(())
}
