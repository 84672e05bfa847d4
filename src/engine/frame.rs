//! A batch while it is worked on: the nodes known so far, and what later
//! steps still need of its rows.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use arrow::array::BooleanBufferBuilder;
use arrow::buffer::BooleanBuffer;

use super::batch::Batch;
use super::cells::Placed;
use super::error::EngineError;
use super::ids::Ids;
use super::numbers::Numbers;
use super::truth::{Pair, Truth, less};
use super::values::{Keys, Values};
use crate::plan::{NodeId, Scan};

/// A batch with its nodes.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub(super) rows: usize,
    /// Its place in the order of the table's rows: stretch, and batch of the stretch.
    pub(super) number: (usize, usize),
    /// The number of its first row among the rows of the table, as they came.
    pub(super) first: u32,
    values: Vec<Option<Values>>,
    /// The earliest and latest of dates.
    pub(super) spans: BTreeMap<NodeId, (i64, i64)>,
    /// Per grouping the cell of each record.
    pub(super) cells: Vec<Option<Placed>>,
    pub(super) ids: Option<Ids>,
    /// Per key that records are laid out by, where it is known.
    pub(super) keyed: BTreeMap<NodeId, BooleanBuffer>,
    /// Per date of such a layout, where it is known.
    pub(super) dated: BTreeMap<NodeId, BooleanBuffer>,
    /// Records that count, and of these those above the line, by counter of different keys.
    pub(super) marked: BTreeMap<usize, (BooleanBuffer, BooleanBuffer)>,
    pub(super) origin: Option<Origin>,
    /// What look-aheads say beyond their truth, by question.
    pub(super) ripeness: BTreeMap<usize, Ripeness>,
    /// Records that are not finished themselves.
    pub(super) own: Option<Ripeness>,
    /// By question, the answers that an earlier run has settled.
    pub(super) answered: BTreeMap<usize, Pair>,
    /// Records that counters which waited for look-aheads do not have to the end; none is none.
    pub(super) undecided: Option<BooleanBuffer>,
    /// Whether its records are only there to be found, and nothing else is known of them.
    pub(super) only_found: bool,
    /// What became of each record, by counter; for the evidence.
    pub(super) classes: BTreeMap<usize, Vec<u16>>,
    /// The records that may still change, with the end of their look-ahead, by counter; for the evidence.
    pub(super) open: BTreeMap<usize, Vec<(usize, i64)>>,
}

/// Where rows come from.
#[derive(Debug)]
pub(super) struct Origin {
    pub(super) files: Vec<u32>,
    pub(super) lines: Vec<u64>,
}

/// Records whose look-ahead had not run out when the data ended.
#[derive(Debug)]
pub(super) struct Ripeness {
    pub(super) unripe: BooleanBuffer,
    /// The last moment that counts, by row of those.
    ends: Vec<(u32, i64)>,
}

impl Ripeness {
    /// The records of a batch that have an end, by row; none when none has.
    pub(super) fn of(rows: usize, ends: Vec<(u32, i64)>) -> Option<Self> {
        if ends.is_empty() {
            return None;
        }
        let mut unripe = BooleanBufferBuilder::new(rows);
        unripe.append_n(rows, false);
        for row in ends.iter().filter_map(|(row, _)| usize::try_from(*row).ok()).filter(|row| *row < rows) {
            unripe.set_bit(row, true);
        }
        Some(Self { unripe: unripe.finish(), ends })
    }

    /// The last moment that counts for a record whose look-ahead has not run out.
    pub(super) fn end(&self, row: usize) -> Option<i64> {
        let at = self.ends.binary_search_by_key(&u32::try_from(row).ok()?, |(row, _)| *row).ok()?;
        self.ends.get(at).map(|(_, end)| *end)
    }
}

impl Frame {
    /// An empty frame for a batch. Its rows are kept in mind for `ids` and
    /// `origin` where asked.
    pub(super) fn new(scan: &Scan, batch: &Batch, origin: bool) -> Self {
        Self {
            rows: batch.rows,
            values: vec![None; scan.nodes.len()],
            cells: scan.groupings.iter().map(|_| None).collect(),
            ids: batch.ids.as_ref().filter(|_| scan.ids || origin).map(Ids::of),
            answered: batch.earlier.as_ref().map(|earlier| earlier.answers.clone()).unwrap_or_default(),
            origin: origin.then(|| Origin { files: batch.files.clone(), lines: batch.lines.clone() }),
            ..Self::default()
        }
    }

    pub(super) fn set(&mut self, node: NodeId, values: Values) {
        if let Some(slot) = self.values.get_mut(node.0) {
            *slot = Some(values);
        }
    }

    pub(super) fn get(&self, node: NodeId) -> Result<&Values, EngineError> {
        let known = self.values.get(node.0).and_then(Option::as_ref);
        known.ok_or_else(|| EngineError::new(format!("{node} of the plan is not known yet")))
    }

    /// Notes which records may still change themselves; `reach` is the last
    /// moment whose records have all come.
    pub(super) fn note_ends(&mut self, ends: Option<&Vec<i64>>, reach: i64) {
        let unripe = ends.map_or(&[][..], Vec::as_slice).iter().copied().zip(0_u32..);
        let unripe = unripe.filter(|(end, _)| *end > reach).map(|(end, row)| (row, end));
        self.own = Ripeness::of(self.rows, unripe.collect());
    }

    /// The look-aheads that have not run out, among those asked for, and what is open by itself.
    pub(super) fn unripe<'a>(&'a self, questions: &'a BTreeSet<usize>) -> impl Iterator<Item = &'a Ripeness> {
        questions.iter().filter_map(|question| self.ripeness.get(question)).chain(&self.own)
    }

    pub(super) fn truth(&self, node: NodeId) -> Result<Truth, EngineError> {
        let truth = self.get(node)?.truth(self.rows)?;
        let Some(own) = &self.own else { return Ok(truth) };
        // Nothing is certain of a record that is not finished.
        let settled = truth.settled();
        let settled = Pair { yes: less(&settled.yes, &own.unripe), no: less(&settled.no, &own.unripe) };
        Ok(Truth { settled: Some(settled), now: truth.now })
    }

    pub(super) fn numbers(&self, node: NodeId) -> Result<Numbers, EngineError> {
        self.get(node)?.numbers(self.rows)
    }

    pub(super) fn keys(&self, node: NodeId) -> Result<&Keys, EngineError> {
        self.get(node)?.keys()
    }

    pub(super) fn cells(&self, grouping: usize) -> Result<&Placed, EngineError> {
        let known = self.cells.get(grouping).and_then(Option::as_ref);
        known.ok_or_else(|| EngineError::new(format!("cells {grouping} of the plan are not known")))
    }

    /// The id of a row; empty when ids were not asked for.
    pub(super) fn id(&self, row: usize) -> Cow<'_, str> {
        self.ids.as_ref().and_then(|ids| ids.get(row)).unwrap_or_default()
    }

    /// Drops the nodes and cells that nothing later asks for
    /// (the evidence asks for all cells and dates).
    pub(super) fn keep(&mut self, scan: &Scan, groupings: &BTreeSet<usize>, evidence: bool) {
        for (at, slot) in self.values.iter_mut().enumerate() {
            let node = NodeId(at);
            if !(scan.kept.contains(&node) || (evidence && scan.dates.contains(&node))) {
                *slot = None;
            }
        }
        for (at, slot) in self.cells.iter_mut().enumerate() {
            if !evidence && !scan.kept_groupings.contains(&at) && !groupings.contains(&at) {
                *slot = None;
            }
        }
    }
}
