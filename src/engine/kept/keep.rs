//! Keeping what a run has come to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::batch::Standing;
use super::super::cells::Cells;
use super::super::count::Count;
use super::super::error::EngineError;
use super::super::evaluate::Context;
use super::super::load::Needs;
use super::super::maturity;
use super::super::run::Run;
use super::super::scan::Counts;
use super::folder::{Kept, Writing};
use super::select::Selection;
use super::state::{Entry, Sums, TableEntry};
use super::suited;
use crate::measured::{OutsidePeriods, Segment};
use crate::plan::Scan;

/// Of the rows so many parts must be new before another state is kept: writing one costs more than
/// reading what has come since the last.
const NEW: u64 = 20;

impl<'a> Run<'a> {
    /// Whether this run is to keep what it comes to.
    pub(in crate::engine) fn keeps(&self) -> bool {
        let rows: u64 = self.measured.tables.values().map(|table| table.read).sum();
        let known = self.kept.as_ref().map(Kept::rows);
        self.place.is_some()
            && known.is_none_or(|known| NEW * rows.saturating_sub(known) >= rows)
            && self.plan.scans.keys().all(|table| self.begun.contains_key(table.as_str()))
            && self.boundary().is_some()
            // What was counted of a period that was over cannot be taken apart again.
            && self.boundary() >= self.kept.as_ref().map(|kept| kept.entry.boundary)
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
        let counts = writing.counts(&self.sums(over, closed))?;
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
        // Whether keys come back was looked at before.
        let known = self.begun_before(table).map(|begun| Arc::new(begun.with_hashes(Vec::new())));
        let needs = Needs { begun: known, ..self.needs(scan) };
        let rest = self.source.open(&scan.table, &needs)?;
        let mut rows = self.with_kept(&scan.table, &needs, rest)?;
        let mut selected = selection.write(rows.as_mut(), writing)?;
        if let Some(mut found) = self.only_found(scan, &scan.fields)? {
            let more = selection.write(&mut found, writing)?;
            selected.pieces.extend(more.pieces);
        }
        if rows.finish().totals.files != begun.files {
            return Ok(None);
        }
        let before = self.begun_before(table);
        let Some(marked) = self.source.marked(table, begun, before.as_deref())? else { return Ok(None) };
        let hashes = begun.hashes();
        let keys = if hashes.is_empty() { None } else { Some(writing.hashes(hashes)?) };
        let part = self.parts.get(table);
        let outside = part.map(|part| part.outside.clone()).unwrap_or_default();
        let counted = |(at, mut rows): (usize, OutsidePeriods)| {
            rows.elsewhere = rows.elsewhere.saturating_sub(selected.elsewhere);
            (at, rows)
        };
        Ok(Some(TableEntry {
            begun: marked,
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
