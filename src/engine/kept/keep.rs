//! Going on from what an earlier run has kept, and keeping what this one has come to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex};

use super::super::batch::Standing;
use super::super::batches::Batches;
use super::super::bins::Bins;
use super::super::cells::Cells;
use super::super::count::Count;
use super::super::error::EngineError;
use super::super::evaluate::Context;
use super::super::filter::Filter;
use super::super::load::Needs;
use super::super::maturity;
use super::super::run::Run;
use super::super::scan::{Counts, LaidOut, Part, Reading, add};
use super::super::source::Rows;
use super::folder::{Kept, Writing};
use super::pieces;
use super::rows::{Group, Nothing, Resumed};
use super::select::Selection;
use super::state::{Entry, Sums, TableEntry};
use super::suited;
use crate::contract::Table;
use crate::measured::Segment;
use crate::plan::{NodeId, Scan};

/// Of the rows so many parts must be new before another state is kept: writing one costs more than
/// reading what has come since the last.
const NEW: u64 = 20;

/// The number of the first stretch of rows that stand apart, after those of all others.
const APART: usize = 1 << 31;

impl<'a> Run<'a> {
    /// Finds what can be gone on from, unless the run is to start over, and takes over its cells.
    pub(in crate::engine) fn begin(&mut self, afresh: bool) -> Result<(), EngineError> {
        let Some(store) = self.options.store.filter(|_| !self.explains()) else { return Ok(()) };
        match super::place(store, self.contract, self.plan, self.source)? {
            Ok(place) => {
                let since = self.options.progress.elapsed();
                self.kept = if afresh { None } else { place.find(self.plan, self.source)? };
                self.place = Some(place);
                let rows = self.kept.as_ref().map_or(0, Kept::rows);
                let what = match (&self.kept, afresh) {
                    (Some(_), _) => "go on from what an earlier run has kept",
                    (None, true) => "start over: a row is dated before what was taken to be complete",
                    (None, false) => "start over: nothing is kept of these files",
                };
                self.swept(what.to_string(), rows, since);
            }
            Err(why) => self.unkept = Some(why),
        }
        let Some(kept) = &self.kept else { return Ok(()) };
        for (table, groupings) in &kept.sums.cells {
            if let Some(cells) = self.cells.get_mut(table.as_str()) {
                *cells = groupings.iter().map(|list| Cells::of(list)).collect();
            }
        }
        Ok(())
    }

    /// The account of a table that is gone on from.
    pub(in crate::engine) fn begun_before(&self, table: &str) -> Option<Arc<super::super::load::Begun>> {
        let kept = self.kept.as_ref()?.entry.tables.get(table)?;
        Some(Arc::new(kept.begun.clone()))
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

    /// The rows of a table that are only there to be found.
    fn only_found(&self, scan: &Scan) -> Result<Option<Resumed<'a>>, EngineError> {
        if self.kept.is_none() || !self.stand_apart(&scan.table.name) {
            return Ok(None);
        }
        let these = |standing| standing == Standing::Counted;
        let rows = self.pieces(&scan.table, &scan.fields, (APART, these), Box::new(Nothing))?;
        Ok(Some(rows).filter(|rows| rows.rows > 0))
    }

    /// Whether it can be told who looks for the records of a table before they are read.
    fn stand_apart(&self, table: &str) -> bool {
        let scan = self.plan.scans.get(table);
        scan.is_some_and(|scan| suited::found_by(self.plan, scan).is_some())
    }

    /// The kept rows of a table that stand so, from a number on, before others.
    fn pieces(
        &self,
        table: &Table,
        fields: &BTreeSet<String>,
        (first, these): (usize, impl Fn(Standing) -> bool),
        rest: Box<dyn Rows + 'a>,
    ) -> Result<Resumed<'a>, EngineError> {
        let (mut groups, mut rows) = (Vec::new(), 0);
        let kept = self.kept.iter();
        let kept = kept.filter_map(|kept| Some((&kept.folder, kept.entry.tables.get(&table.name)?)));
        for (folder, piece) in
            kept.flat_map(|(folder, entry)| entry.pieces.iter().map(move |it| (folder, it)))
        {
            if these(piece.standing) {
                let path = folder.join(format!("{}.parquet", piece.sha256));
                let all = 0..pieces::groups(&path)?;
                groups.extend(all.map(|group| Group { path: path.clone(), group, standing: piece.standing }));
                rows += piece.rows;
            }
        }
        let fields = fields.iter().cloned().collect();
        let (taken, open) = (AtomicUsize::new(0), Mutex::default());
        Ok(Resumed { groups, first, table: table.clone(), fields, rows, taken, open, rest })
    }

    /// Reads the rows that are only there to be found, when it is known which keys are asked about.
    pub(in crate::engine) fn find_kept(&mut self, context: &Context<'_>) -> Result<(), EngineError> {
        let plan = self.plan;
        for (table, scan) in &plan.scans {
            let Some(mut rows) = self.only_found(scan)? else { continue };
            let since = self.options.progress.elapsed();
            let reading = Reading {
                streams: self.asked_for(table)?,
                rows: AtomicU64::new(self.rows(table)),
                ..self.reading(scan, context, None)?
            };
            let batches = Batches { readings: vec![reading], progress: self.options.progress };
            let parts = batches.read(&mut rows)?;
            drop(batches);
            for mut part in parts {
                self.frames.entry(table.clone()).or_default().extend(part.take_frames());
                for (stream, writers) in part.take_layouts() {
                    self.bins.entry(stream).or_insert_with(|| Bins::of(Vec::new())).add(writers);
                }
            }
            self.swept(format!("read {table} of earlier runs that may be found"), rows.rows, since);
        }
        Ok(())
    }

    /// The layouts of a table, with the keys that others ask about.
    fn asked_for(&self, table: &str) -> Result<Vec<LaidOut<'_>>, EngineError> {
        let mut all = Vec::new();
        for (at, stream) in self.streams.iter().enumerate().filter(|(_, stream)| stream.table == table) {
            let passes = self.plan.passes.iter().filter(|pass| stream.holds(&pass.target));
            let asking =
                passes.filter_map(|pass| self.streams.iter().position(|base| base.holds(&pass.base)));
            let asking: BTreeSet<usize> = asking.collect();
            let bins: Vec<&Bins> = asking.iter().filter_map(|base| self.bins.get(base)).collect();
            let filter = Filter::of(&bins)?;
            self.budget.take(filter.size());
            all.push((at, stream, Some(filter)));
        }
        Ok(all)
    }

    /// Adds what was kept to what reading a table gave; notes where that does not go together.
    pub(in crate::engine) fn add_kept(&mut self, table: &str, part: &mut Part, again: bool) {
        let Some(kept) = &mut self.kept else { return };
        let Some(entry) = kept.entry.tables.get(table) else { return };
        let first = entry.reach.map_or(kept.entry.boundary, |reach| kept.entry.boundary.max(reach + 1));
        if again || part.earliest.is_some_and(|earliest| earliest < first) {
            self.misfit = true;
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

    /// Whether this run is to keep what it comes to.
    pub(in crate::engine) fn keeps(&self) -> bool {
        let rows: u64 = self.measured.tables.values().map(|table| table.read).sum();
        let known = self.kept.as_ref().map(Kept::rows);
        self.place.is_some()
            && known.is_none_or(|known| NEW * rows.saturating_sub(known) >= rows)
            && self.plan.scans.keys().all(|table| self.begun.contains_key(table.as_str()))
            && self.boundary().is_some()
    }

    /// The end of the last period of which all rows have come.
    fn boundary(&self) -> Option<i64> {
        let covers = self.plan.scans.keys().map(|table| self.covered(table));
        let covered = covers.min()??;
        let over = self.plan.periods.iter().map(|period| period.end.0).take_while(|end| end - 1 <= covered);
        over.last()
    }

    /// The last moment of a table up to which nothing more is expected: that the book gives; otherwise
    /// the end of the latest day, less what the contract lets come late.
    fn covered(&self, table: &str) -> Option<i64> {
        let end = self.measured.complete_to.get(table)?.0;
        let end = maturity::end_of(self.offsets.date(end)?, &self.offsets).max(end);
        let said = self.source.complete_to(table).is_some();
        let late = self.maturity.as_ref().is_none_or(|maturity| !maturity.is_at_once());
        Some(if said || late { self.reach(table) } else { end })
    }

    /// Keeps the counts, and reads the tables once more for the rows that are still needed.
    pub(in crate::engine) fn keep(
        &mut self,
        closed: &Counts,
        context: &Context<'_>,
    ) -> Result<(), EngineError> {
        let (Some(place), Some(boundary)) = (self.place.clone(), self.boundary()) else { return Ok(()) };
        let since = self.options.progress.elapsed();
        let periods: Vec<(i64, i64)> =
            self.plan.periods.iter().map(|period| (period.start.0, period.end.0)).collect();
        let over = periods.partition_point(|(_, end)| *end <= boundary);
        let mut writing = Writing::begin(&place.0)?;
        let mut tables = BTreeMap::new();
        for (table, scan) in &self.plan.scans {
            let Some(entry) = self.table_entry(scan, boundary, context, &mut writing)? else { return Ok(()) };
            tables.insert(table.clone(), entry);
        }
        let counts = writing.put(&self.sums(over, closed))?;
        let periods = periods.into_iter().take(over).collect();
        let rows = tables.values().flat_map(|table| table.pieces.iter().map(|piece| piece.rows)).sum();
        let before = self.kept.as_ref().map(|kept| kept.folder.as_path());
        writing.finish(&Entry { periods, boundary, tables, counts }, before)?;
        self.swept(format!("keep counts of {over} periods, and rows for later runs"), rows, since);
        Ok(())
    }

    /// The rows of a table that are kept; none where its files have changed since they were read.
    fn table_entry(
        &self,
        scan: &'a Scan,
        boundary: i64,
        context: &Context<'_>,
        writing: &mut Writing,
    ) -> Result<Option<TableEntry>, EngineError> {
        let table = scan.table.name.as_str();
        let searched: BTreeSet<&str> =
            self.plan.passes.iter().map(|pass| pass.target.table.as_str()).collect();
        let horizon = searched.iter().map(|table| self.reach(table)).chain([boundary]).min();
        let (Some(date), Some(begun)) = (suited::date(scan), self.begun.get(table)) else { return Ok(None) };
        let frames = self.frames.get(table).into_iter().flatten();
        let fields = |of: BTreeSet<String>| of.into_iter().collect();
        let selection = Selection {
            plan: self.plan,
            scan,
            date,
            frames: frames.map(|frame| (frame.number, frame)).collect(),
            context,
            boundary,
            horizon: horizon.unwrap_or(boundary),
            early: suited::found_by(self.plan, scan).is_some(),
            fields: [
                (Standing::Open, fields(suited::counted_by(self.plan, scan))),
                (Standing::Counted, fields(suited::fields_found(self.plan, scan))),
            ]
            .into(),
        };
        let needs = self.needs(scan);
        let rest = self.source.open(&scan.table, &needs)?;
        let mut rows = self.with_kept(&scan.table, &needs, rest)?;
        let mut selected = selection.write(rows.as_mut(), writing)?;
        if let Some(mut found) = self.only_found(scan)? {
            let more = selection.write(&mut found, writing)?;
            selected.pieces.extend(more.pieces);
        }
        if rows.finish().totals.files != begun.files {
            return Ok(None);
        }
        let mut begun = begun.clone();
        let hashes = std::mem::take(begun.hashes());
        let keys = if hashes.is_empty() { None } else { Some(writing.hashes(&hashes)?) };
        let part = self.parts.get(table);
        let outside = part.map(|part| part.outside.clone()).unwrap_or_default();
        let counted = |(at, mut rows): (usize, crate::measured::OutsidePeriods)| {
            rows.elsewhere = rows.elsewhere.saturating_sub(selected.elsewhere);
            (at, rows)
        };
        Ok(Some(TableEntry {
            begun,
            keys,
            reach: searched.contains(table).then(|| self.reach(table)),
            spans: part
                .map(|part| part.spans.iter().map(|(node, (from, to))| (node.0, *from, *to)).collect())
                .unwrap_or_default(),
            outside: outside.into_iter().map(counted).collect(),
            pieces: selected.pieces,
        }))
    }

    /// The counts of the first periods.
    fn sums(&self, periods: usize, closed: &Counts) -> Sums {
        let mut sums = Sums::default();
        let mut numbers: BTreeMap<&str, Vec<Vec<u32>>> = BTreeMap::new();
        for (table, groupings) in &self.cells {
            let lists: Vec<Vec<((u32, Segment), u32)>> =
                groupings.iter().map(|cells| first(cells, periods)).collect();
            let (cells, numbered): (Vec<_>, Vec<_>) =
                lists.into_iter().map(|list| list.into_iter().unzip::<_, _, Vec<_>, Vec<_>>()).unzip();
            sums.cells.insert((*table).to_string(), cells);
            numbers.insert(table, numbered);
        }
        for (at, counter) in self.plan.counters.iter().enumerate() {
            let cells = numbers.get(counter.table.as_str()).and_then(|all| all.get(counter.grouping));
            let Some(cells) = cells else { continue };
            let early = || self.parts.get(counter.table.as_str()).and_then(|part| part.counts.get(&at));
            let count = if counter.level == 0 { early() } else { closed.get(&at) };
            sums.counts.extend(count.map(|count: &Count| (at, count.of_cells(cells))));
            sums.keys.extend(self.keys.get(&at).map(|keys| (at, keys.of_cells(cells, periods))));
        }
        sums
    }
}

/// The cells of the first periods in order, with their numbers.
fn first(cells: &Cells, periods: usize) -> Vec<((u32, Segment), u32)> {
    let all = cells.list().into_iter().zip(0..);
    let all = all.filter(|((period, _), _)| *period < periods);
    let mut all: Vec<((u32, Segment), u32)> = all
        .map(|((period, segment), number)| ((u32::try_from(period).unwrap_or(u32::MAX), segment), number))
        .collect();
    all.sort_unstable();
    all
}
