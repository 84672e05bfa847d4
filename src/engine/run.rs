//! The steps of measuring one plan: what is known before its tables are read,
//! what is taken of each, look-aheads by level, and what had to wait for them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use rayon::prelude::*;

use super::bins::{Bins, Budget};
use super::cells::Cells;
use super::clock::Opening;
use super::distinct::Distinct;
use super::error::EngineError;
use super::evaluate::{self, ClockState, Context};
use super::evidence::Evidence;
use super::gather;
use super::journey::Contacts;
use super::kept::{Kept, Place, suited};
use super::keyed::{self, Frames};
use super::late::{self, Late, Way};
use super::load::{Begun, Loaded, Needs};
use super::lookup::Lookup;
use super::maturity::Maturity;
use super::offsets::Offsets;
use super::pauses;
use super::quota;
use super::scan::{self, Part, Reading};
use super::source::{Rows, Source};
use super::split;
use super::step::{self, Step};
use super::table;
use super::values::Values;
use super::{Failure, Job, Options, Outcome};
use crate::contract::{Contract, Table};
use crate::measured::{Measured, Reject};
use crate::plan::{Clock, EVENTS, Finer, Join, Node, NodeId, Plan, Scan, Stream};
use crate::value::Instant;

/// What a run rests on.
pub(super) struct Ground<'a> {
    offsets: Offsets,
    calendars: BTreeMap<&'a str, Opening>,
}

impl Ground<'_> {
    /// What is the same for all batches: no clock has stood still yet.
    pub(super) fn context(&self, plan: &Plan) -> Result<Context<'_>, EngineError> {
        let opening = |clock: &Clock| self.calendars.get(clock.calendar.as_str());
        let openings: Option<Vec<&Opening>> = plan.clocks.iter().map(opening).collect();
        let openings = openings.ok_or_else(|| EngineError::new("a calendar is not known"))?;
        let still = |opening| ClockState { opening, stops: Lookup::default() };
        Ok(Context { offsets: &self.offsets, clocks: openings.into_iter().map(still).collect() })
    }
}

/// Work in progress, with what has to be reported even if it fails.
pub(super) struct Run<'a> {
    job: &'a Job<'a>,
    pub(super) contract: &'a Contract,
    pub(super) plan: &'a Plan,
    pub(super) source: &'a dyn Source,
    pub(super) options: &'a Options<'a>,
    pub(super) offsets: Offsets,
    pub(super) maturity: Option<Maturity>,
    pub(super) cells: BTreeMap<&'a str, Vec<Cells>>,
    pub(super) parts: BTreeMap<&'a str, Part>,
    pub(super) frames: Frames,
    pub(super) streams: Vec<Stream>,
    /// Records laid out by key, by stream.
    pub(super) bins: BTreeMap<usize, Bins>,
    pub(super) budget: Budget,
    /// Different keys, by counter.
    pub(super) keys: BTreeMap<usize, Distinct>,
    pub(super) measured: Measured,
    pub(super) rejects: Vec<Reject>,
    pub(super) steps: Vec<Step>,
    /// Where it is kept what the run comes to.
    pub(super) place: Option<Place>,
    /// What is to be said of that.
    pub(super) remarks: Vec<String>,
    /// What an earlier run has kept.
    pub(super) kept: Option<Kept>,
    /// Why that does not go together with what has come since.
    pub(super) misfit: Option<String>,
    /// The accounts of the files, to go on from.
    pub(super) begun: BTreeMap<&'a str, Arc<Begun>>,
}

impl<'a> Run<'a> {
    /// A run that has not begun and may take so many bytes of memory.
    pub(super) fn new(job: &'a Job<'a>, options: &'a Options<'a>, memory: u64) -> Self {
        let Job { contract, plan, source, .. } = *job;
        let fresh = |scan: &Scan| scan.groupings.iter().map(|_| Cells::default()).collect();
        Self {
            job,
            contract,
            plan,
            source,
            options,
            offsets: Offsets::new(&contract.zone),
            maturity: None,
            cells: plan.scans.iter().map(|(table, scan)| (table.as_str(), fresh(scan))).collect(),
            parts: BTreeMap::new(),
            frames: Frames::new(),
            streams: plan.streams(),
            bins: BTreeMap::new(),
            budget: Budget::new(memory),
            keys: BTreeMap::new(),
            measured: Measured::default(),
            rejects: Vec::new(),
            steps: Vec::new(),
            place: None,
            remarks: Vec::new(),
            kept: None,
            misfit: None,
            begun: BTreeMap::new(),
        }
        .with_registers()
    }

    /// What the plan rests on; a register that is also counted is accounted for there.
    fn with_registers(mut self) -> Self {
        let registers = &self.plan.registers;
        let apart = |table: &String| !self.plan.scans.contains_key(table);
        let totals = registers.totals.iter().filter(|(table, _)| apart(table));
        self.measured.tables = totals.map(|(table, totals)| (table.clone(), totals.clone())).collect();
        self.rejects = registers.rejects.iter().filter(|reject| apart(&reject.table)).cloned().collect();
        self.measured.registers = registers.clone();
        self
    }

    pub(super) fn outcome(self) -> Outcome {
        let Self { measured, rejects, steps, remarks, .. } = self;
        Outcome { measured, rejects: sorted(rejects), steps, remarks }
    }

    /// What it has come to when it is stopped.
    pub(super) fn failure(self, error: EngineError) -> Failure {
        Failure { error, totals: self.measured.tables, rejects: sorted(self.rejects) }
    }

    /// Whether everything about every record is kept.
    pub(super) fn explains(&self) -> bool {
        self.job.evidence.is_some()
    }

    /// What is known before the first table is read.
    pub(super) fn ground(&mut self) -> Result<Ground<'a>, EngineError> {
        let calendars = self.calendars()?;
        self.maturity = Some(Maturity::of(self.contract, self.source)?);
        Ok(Ground { offsets: self.offsets.clone(), calendars })
    }

    /// What rests on all tables, after the last was read.
    pub(super) fn conclude(&mut self, context: &Context<'_>) -> Result<(), EngineError> {
        self.complete_to();
        if self.is_less_complete() {
            return Ok(());
        }
        self.find_kept(context)?;
        self.look_ahead(context)?;
        let since = self.options.progress.elapsed();
        let way = match (self.explains(), self.keeps()) {
            (true, _) => Way::Evidence,
            (false, true) => Way::Apart,
            (false, false) => Way::Together,
        };
        let Late { counts: mut late, mut closed } = late::counts(self.plan, &mut self.frames, way)?;
        scan::add(&mut closed, self.kept_late());
        self.swept("count what had to wait for look-aheads".to_string(), 0, since);
        let since = self.options.progress.elapsed();
        self.different_keys()?;
        self.add_kept_keys();
        self.swept("count different keys that had to wait".to_string(), 0, since);
        if way == Way::Apart {
            self.keep(&closed, context)?;
        }
        scan::add(&mut late, closed);
        self.evidence()?;
        // Nobody asks for the records any more: figures have their room, and others may still be at work.
        (self.frames, self.bins) = (Frames::new(), BTreeMap::new());
        let since = self.options.progress.elapsed();
        let gathered = gather::Gathered {
            plan: self.plan,
            cells: &self.cells,
            parts: &self.parts,
            late: &late,
            keys: &self.keys,
            finality: self.finality(),
        };
        let Measured { cells, others, outside_periods, .. } = gathered.fill();
        self.measured = Measured { cells, others, outside_periods, ..std::mem::take(&mut self.measured) };
        let aside = self.budget.aside().div_ceil(1 << 20);
        self.swept(format!("make figures of the counts; {aside} MB were put aside on disk"), 0, since);
        Ok(())
    }

    /// Every calendar of a clock, laid out.
    fn calendars(&self) -> Result<BTreeMap<&'a str, Opening>, EngineError> {
        let mut calendars = BTreeMap::new();
        for clock in &self.plan.clocks {
            let Some(calendar) = self.contract.calendars.get(&clock.calendar) else { continue };
            let mut holidays = Vec::new();
            for list in &calendar.lists {
                holidays.extend(self.source.holidays(list)?);
            }
            calendars.insert(clock.calendar.as_str(), Opening::new(calendar, holidays));
        }
        Ok(calendars)
    }

    /// Opens a table for all that is needed of it, which may be more than this run asks for.
    pub(super) fn open(
        &mut self,
        table: &Table,
        needs: &Needs,
        context: &Context<'_>,
    ) -> Result<Box<dyn Rows + 'a>, EngineError> {
        match self.plan.joins.get(&table.name) {
            Some(join) => self.join(&table.name, join, context),
            None => self.with_kept(table, needs, self.source.open(table, needs)?),
        }
    }

    /// How this run reads a table.
    pub(super) fn reading<'r>(
        &'r self,
        scan: &'r Scan,
        context: &'r Context<'r>,
        expected: Option<u64>,
    ) -> Result<Reading<'r>, EngineError> {
        let table = scan.table.name.as_str();
        let streams = self.laid_out(table, expected)?;
        let key =
            |finer: &Finer| streams.iter().find(|(at, ..)| *at == finer.stream).map(|(_, own, _)| own.key);
        let finer: Vec<Finer> = self.finer().into_iter().filter(|finer| key(finer).is_some()).collect();
        let left_out: Vec<NodeId> = finer.iter().filter_map(key).collect();
        Ok(Reading {
            plan: self.plan,
            scan,
            cells: self.cells.get(table).map_or(&[][..], Vec::as_slice),
            context,
            evidence: self.explains(),
            reach: self.reach(table),
            streams,
            finer,
            nodes: evaluate::first_nodes(scan, &left_out),
            budget: &self.budget,
            weight: self.weight(scan),
            only_asking: self.only_asking(table),
            found_by: self.kept.as_ref().and_then(|_| suited::found_by(self.plan, scan)),
            rows: AtomicU64::new(0),
        })
    }

    /// Takes in what reading a table gave, and its account as far as it is about what was asked for.
    pub(super) fn take_in(
        &mut self,
        scan: &'a Scan,
        part: Result<Part, EngineError>,
        loaded: &Loaded,
    ) -> Result<(), EngineError> {
        let table = scan.table.name.as_str();
        let mut totals = loaded.totals.clone();
        totals.spans.retain(|field, _| scan.fields.contains(field));
        self.rejects.extend(loaded.rejects.iter().cloned());
        self.measured.tables.insert(table.to_string(), totals);
        let mut part = part?;
        self.add_kept(table, &mut part, loaded.again);
        self.begun.extend(loaded.begun.clone().map(|begun| (table, begun)));
        self.note_spans(table, scan, &part);
        self.frames.insert(table.to_string(), part.take_frames());
        let layouts = part.take_layouts().into_iter();
        self.bins.extend(layouts.map(|(stream, writers)| (stream, Bins::of(writers))));
        self.parts.insert(table, part);
        Ok(())
    }

    pub(super) fn since(&self, start: Option<Duration>) -> Option<Duration> {
        Some(self.options.progress.elapsed()?.saturating_sub(start?))
    }

    /// How many rows of a table are kept.
    pub(super) fn rows(&self, table: &str) -> u64 {
        let frames = self.frames.get(table).map_or(&[][..], Vec::as_slice);
        u64::try_from(table::rows(frames)).unwrap_or(u64::MAX)
    }

    /// Notes a step over records by key.
    pub(super) fn swept(&mut self, what: String, rows: u64, start: Option<Duration>) {
        let time = self.since(start);
        self.steps.push(Step { what, expected: None, rows, estimate: step::sweeping(rows), time });
    }

    /// The journeys of a table of them.
    fn join(
        &mut self,
        table: &str,
        join: &Join,
        context: &Context<'_>,
    ) -> Result<Box<dyn Rows + 'a>, EngineError> {
        let needs = Needs { fields: join.scan.fields.clone(), ids: true, within: None, ..Needs::default() };
        let mut rows = self.source.open(&join.scan.table, &needs)?;
        let contacts = Contacts::read(join, rows.as_mut(), context);
        let loaded = rows.finish();
        let of = &join.scan.table.name;
        if !self.plan.scans.contains_key(of) && !self.measured.tables.contains_key(of) {
            self.rejects.extend(loaded.rejects.iter().cloned());
            self.measured.tables.insert(of.clone(), loaded.totals.clone());
        }
        let contacts = contacts?;
        if let Some(end) = self.source.complete_to(of).or(contacts.latest.map(Instant)) {
            self.measured.complete_to.insert(table.to_string(), end);
        }
        Ok(Box::new(contacts.joined(&loaded)?))
    }

    fn look_ahead(&mut self, context: &Context<'_>) -> Result<(), EngineError> {
        let last = self.plan.scans.values().flat_map(|scan| &scan.levels).max().copied().unwrap_or(0);
        for level in 1..=last {
            self.rounds(level)?;
            for (at, quota) in self.plan.quotas.iter().enumerate().filter(|(_, quota)| quota.level == level) {
                let beyond = quota::beyond(quota, &self.plan.periods, &self.frames, &self.offsets)?;
                self.put(&quota.base.table, &Node::Beyond(at), beyond.into_iter().map(Values::Truth));
            }
            for (at, split) in self.plan.splits.iter().enumerate().filter(|(_, split)| split.level == level) {
                let shares = split::shares(split, &self.frames, &self.offsets)?;
                let shares = shares.into_iter().map(Values::Numbers);
                self.put(&split.base.table, &Node::Shared(at), shares);
            }
            for (table, scan) in &self.plan.scans {
                let frames = self.frames.get_mut(table).map_or(&mut [][..], Vec::as_mut_slice);
                let frames = frames.par_iter_mut().filter(|frame| !frame.only_found);
                frames.try_for_each(|frame| evaluate::level(scan, level, None, frame, context))?;
            }
        }
        Ok(())
    }

    pub(super) fn put_answers(&mut self, table: &str, answers: Vec<keyed::Answered>) {
        let Some(scan) = self.plan.scans.get(table) else { return };
        let frames = self.frames.get_mut(table).map_or(&mut [][..], Vec::as_mut_slice);
        for answered in answers {
            let node = scan.nodes.iter().position(|node| *node == Node::Answer(answered.question));
            for (frame, (truth, ripeness)) in frames.iter_mut().zip(answered.batches) {
                if let Some(node) = node {
                    let truth = match frame.answered.get(&answered.question) {
                        Some(settled) => truth.with_settled(settled),
                        None => truth,
                    };
                    frame.set(crate::plan::NodeId(node), Values::Truth(truth));
                }
                frame.ripeness.extend(ripeness.map(|ripeness| (answered.question, ripeness)));
            }
        }
    }

    /// Puts what was worked out for all batches of a table in its place.
    fn put(&mut self, table: &str, node: &Node, batches: impl Iterator<Item = Values>) {
        let Some(scan) = self.plan.scans.get(table) else { return };
        let Some(at) = scan.nodes.iter().position(|known| known == node) else { return };
        let frames = self.frames.get_mut(table).map_or(&mut [][..], Vec::as_mut_slice);
        for (frame, values) in frames.iter_mut().zip(batches) {
            frame.set(crate::plan::NodeId(at), values);
        }
    }

    /// Works out when the clocks of cases stood still.
    pub(super) fn stop_clocks(&self, context: &mut Context<'_>) -> Result<(), EngineError> {
        let frames = self.frames.get(EVENTS).map_or(&[][..], Vec::as_slice);
        for (clock, state) in self.plan.clocks.iter().zip(&mut context.clocks) {
            if let Some(pauses) = &clock.pauses {
                state.stops = pauses::stops(pauses, frames, state.opening)?;
            }
        }
        Ok(())
    }

    fn evidence(&self) -> Result<(), EngineError> {
        let Some(file) = &self.job.evidence else { return Ok(()) };
        let Self { plan, frames, cells, offsets, .. } = self;
        let finality = &self.finality();
        Evidence { plan, frames, cells, totals: &self.measured.tables, offsets, finality }.write(file)
    }
}

fn sorted(mut rejects: Vec<Reject>) -> Vec<Reject> {
    rejects.sort();
    rejects
}
