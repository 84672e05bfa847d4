//! Going on from what an earlier run has kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex};

use arrow::buffer::BooleanBuffer;

use super::super::batch::Standing;
use super::super::batches::Batches;
use super::super::bins::Bins;
use super::super::cells::Cells;
use super::super::error::EngineError;
use super::super::evaluate::Context;
use super::super::filter::Filter;
use super::super::frame::Frame;
use super::super::load::{Begun, Needs};
use super::super::run::Run;
use super::super::scan::{Counts, LaidOut, Part, Reading, add};
use super::super::source::Rows;
use super::super::step::{self, Step};
use super::asked::Asked;
use super::folder::Kept;
use super::pieces;
use super::rows::{Group, Nothing, Resumed};
use super::state::TableEntry;
use super::suited;
use crate::contract::Table;
use crate::plan::{NodeId, Scan};

/// The number of the first stretch of rows that stand apart, after those of all others.
const APART: usize = 1 << 31;

impl<'a> Run<'a> {
    /// Finds what can be gone on from, unless the run is to start over, and takes over its cells.
    pub(in crate::engine) fn begin(&mut self, afresh: Option<&String>) -> Result<(), EngineError> {
        let Some(store) = self.options.store.filter(|_| !self.explains()) else { return Ok(()) };
        match super::place(store, self.contract, self.plan, self.source)? {
            Ok(place) => {
                let since = self.options.progress.elapsed();
                self.kept = if afresh.is_some() { None } else { place.find(self.plan, self.source)? };
                self.place = Some(place);
                let rows = self.kept.as_ref().map_or(0, Kept::rows);
                let what = match (&self.kept, afresh) {
                    (Some(_), _) => "go on from what an earlier run has kept",
                    (None, Some(_)) => "start over: what was kept does not go together with what has come",
                    (None, None) => "start over: nothing is kept of these files",
                };
                self.swept(what.to_string(), rows, since);
            }
            Err(why) => {
                self.remarks.push(format!("nothing is kept for later runs: the contract asks for {why}"))
            }
        }
        self.remarks.extend(afresh.map(|why| format!("what was kept is of no use: {why}")));
        let Some(kept) = &mut self.kept else { return Ok(()) };
        for (table, groupings) in &std::mem::take(&mut kept.sums.cells) {
            if let Some(cells) = self.cells.get_mut(table.as_str()) {
                *cells = groupings.iter().map(|list| Cells::of(list)).collect();
            }
        }
        Ok(())
    }

    /// The account of a table that is gone on from.
    pub(in crate::engine) fn begun_before(&self, table: &str) -> Option<Arc<Begun>> {
        self.kept.as_ref()?.begun.get(table).cloned()
    }

    /// The rows of a table that were kept, before those that have come since.
    pub(in crate::engine) fn with_kept(
        &self,
        table: &Table,
        needs: &Needs,
        rest: Box<dyn Rows + 'a>,
    ) -> Result<Box<dyn Rows + 'a>, EngineError> {
        if self.kept.is_none() {
            return Ok(rest);
        }
        let apart = self.stand_apart(&table.name);
        let these = |standing| !apart || standing != Standing::Counted;
        Ok(Box::new(self.pieces(table, &needs.fields, (0, these), rest)?))
    }

    /// These fields of the rows of a table that are only there to be found.
    pub(super) fn only_found<'r>(
        &self,
        scan: &Scan,
        fields: &BTreeSet<String>,
    ) -> Result<Option<Resumed<'r>>, EngineError> {
        if self.kept.is_none() || !self.stand_apart(&scan.table.name) {
            return Ok(None);
        }
        let these = |standing| standing == Standing::Counted;
        let rows = self.pieces(&scan.table, fields, (APART, these), Box::new(Nothing))?;
        Ok(Some(rows).filter(|rows| rows.rows > 0))
    }

    /// Whether it can be told who looks for the records of a table before they are read.
    fn stand_apart(&self, table: &str) -> bool {
        let scan = self.plan.scans.get(table);
        scan.is_some_and(|scan| suited::found_by(self.plan, scan).is_some())
    }

    /// The kept rows of a table that stand so, from a number on, before others.
    fn pieces<'r>(
        &self,
        table: &Table,
        fields: &BTreeSet<String>,
        (first, these): (usize, impl Fn(Standing) -> bool),
        rest: Box<dyn Rows + 'r>,
    ) -> Result<Resumed<'r>, EngineError> {
        let (mut groups, mut rows) = (Vec::new(), 0);
        let kept = self.kept.iter();
        let kept = kept.filter_map(|kept| Some((&kept.folder, kept.entry.tables.get(&table.name)?)));
        for (folder, piece) in
            kept.flat_map(|(folder, entry)| entry.pieces.iter().map(move |it| (folder, it)))
        {
            if these(piece.standing) {
                let path = folder.join(format!("{}.parquet", piece.digest));
                let all = 0..pieces::groups(&path)?;
                groups.extend(all.map(|group| Group { path: path.clone(), group, standing: piece.standing }));
                rows += piece.rows;
            }
        }
        let fields = fields.iter().cloned().collect();
        let (taken, open) = (AtomicUsize::new(0), Mutex::default());
        Ok(Resumed { groups, first, table: table.clone(), fields, rows, taken, open, asked: None, rest })
    }

    /// Reads the rows that are only there to be found, when it is known which keys are asked about.
    pub(in crate::engine) fn find_kept(&mut self, context: &Context<'_>) -> Result<(), EngineError> {
        let (plan, keeps) = (self.plan, self.keeps());
        for (table, scan) in &plan.scans {
            let fields = suited::fields_found(plan, scan);
            let Some(rows) = self.only_found(scan, &fields)? else { continue };
            let since = self.options.progress.elapsed();
            let mut streams = self.asked_for(table)?;
            // What is kept anew is chosen from all of them.
            let asked = (!keeps).then(|| Arc::new(Asked::of(scan, context, &mut streams)));
            let mut rows = Resumed { asked, ..rows };
            let first = AtomicU64::new(self.rows(table));
            let reading = Reading { streams, rows: first, ..self.reading(scan, context, None)? };
            let batches = Batches { readings: vec![reading], progress: self.options.progress };
            let parts = batches.read(&mut rows)?;
            let taken = batches.rows().saturating_sub(self.rows(table));
            drop(batches);
            for mut part in parts {
                let mut frames = part.take_frames();
                frames.iter_mut().for_each(|frame| self.note_not_laid_out(table, frame));
                self.frames.entry(table.clone()).or_default().extend(frames);
                for (stream, writers) in part.take_layouts() {
                    self.bins.entry(stream).or_insert_with(|| Bins::of(Vec::new())).add(writers);
                }
            }
            self.steps.push(Step {
                what: format!("look among {table} of earlier runs for those that are asked about"),
                expected: Some(rows.rows),
                rows: taken,
                estimate: step::reading(rows.rows, fields.len(), 0),
                time: self.since(since),
            });
        }
        Ok(())
    }

    /// By the layouts of a table in which none of the records of a batch is looked for, nothing is known of them.
    fn note_not_laid_out(&self, table: &str, frame: &mut Frame) {
        let none = BooleanBuffer::new_unset(frame.rows);
        for stream in self.streams.iter().filter(|stream| stream.table == table) {
            frame.keyed.entry(stream.key).or_insert_with(|| none.clone());
            if let Some(date) = stream.date {
                frame.dated.entry(date).or_insert_with(|| none.clone());
            }
        }
    }

    /// The layouts of a table in which kept records may be found, with the keys that others ask about.
    fn asked_for(&self, table: &str) -> Result<Vec<LaidOut<'_>>, EngineError> {
        let mut all = Vec::new();
        for (at, stream) in self.streams.iter().enumerate().filter(|(_, stream)| stream.table == table) {
            let passes = self.plan.passes.iter().filter(|pass| stream.holds(&pass.target));
            let passes = passes.filter(|pass| !suited::wanted(self.plan, pass).is_empty());
            let asking =
                passes.filter_map(|pass| self.streams.iter().position(|base| base.holds(&pass.base)));
            let asking: BTreeSet<usize> = asking.collect();
            if asking.is_empty() {
                continue;
            }
            let bins: Vec<&Bins> = asking.iter().filter_map(|base| self.bins.get(base)).collect();
            let filter = Filter::of(&bins)?;
            self.budget.take(filter.size());
            all.push((at, stream, Some(filter)));
        }
        Ok(all)
    }

    /// By the layouts of a table in which kept rows that may still change stand only to ask: their questions.
    pub(in crate::engine) fn only_asking(&self, table: &str) -> BTreeMap<usize, BTreeSet<usize>> {
        let streams = self.streams.iter().enumerate().filter(|_| self.kept.is_some());
        let streams = streams.filter(|(_, stream)| stream.table == table);
        streams.filter_map(|(at, stream)| Some((at, suited::only_asking(self.plan, stream)?))).collect()
    }

    /// Adds what was kept to what reading a table gave; notes where that does not go together.
    pub(in crate::engine) fn add_kept(&mut self, table: &str, part: &mut Part, again: bool) {
        let Some(kept) = &mut self.kept else { return };
        let Some(entry) = kept.entry.tables.get(table) else { return };
        let first = entry.reach.map_or(kept.entry.boundary, |reach| kept.entry.boundary.max(reach + 1));
        let early = part.earliest.filter(|earliest| *earliest < first);
        if again || early.is_some() {
            let local = |at: i64| self.offsets.local(at).to_string();
            self.misfit = Some(match early {
                Some(at) => format!(
                    "a row of `{table}` that has come since is dated {}, and all before {} were taken to have come; \
                     `late data within … days` in the contract says how late they may come",
                    local(at),
                    local(first)
                ),
                None => format!("a key of `{table}` may have come back"),
            });
            return;
        }
        for (grouping, more) in &entry.outside {
            let outside = part.outside.entry(*grouping).or_default();
            outside.elsewhere += more.elsewhere;
            outside.undated += more.undated;
        }
        for (node, from, to) in &entry.spans {
            let span = part.spans.entry(NodeId(*node)).or_insert((*from, *to));
            *span = (span.0.min(*from), span.1.max(*to));
        }
        let early = self.plan.counters.iter().enumerate();
        let early = early.filter(|(_, counter)| counter.level == 0 && counter.table == table);
        let early = early.filter_map(|(at, _)| Some((at, kept.sums.counts.remove(&at)?)));
        let early: Counts = early.collect();
        add(&mut part.counts, early);
    }

    /// Notes where the data is complete up to an earlier moment than it was: answers that were settled
    /// then are not now.
    pub(in crate::engine) fn is_less_complete(&mut self) -> bool {
        let Some(kept) = &self.kept else { return false };
        let less = |(table, entry): (&String, &TableEntry)| {
            entry.reach.filter(|reach| self.reach(table) < *reach).map(|_| table.clone())
        };
        let table = kept.entry.tables.iter().find_map(less);
        self.misfit = table.map(|table| format!("`{table}` is complete up to an earlier moment than it was"));
        self.misfit.is_some()
    }

    /// The counts that were kept of counters which wait for look-aheads.
    pub(in crate::engine) fn kept_late(&mut self) -> Counts {
        self.kept.as_mut().map(|kept| std::mem::take(&mut kept.sums.counts)).unwrap_or_default()
    }

    /// Adds the different keys that were kept.
    pub(in crate::engine) fn add_kept_keys(&mut self) {
        for (counter, kept) in self.kept.iter().flat_map(|kept| &kept.sums.keys) {
            self.keys.entry(*counter).or_default().add(kept);
        }
    }
}
