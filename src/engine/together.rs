//! The order of work: events that stop clocks, all tables, and what rests on
//! them, for one plan or for several over the same data.
//!
//! A table that several plans ask about is opened once, for all the fields that
//! any of them needs, and every batch is handed to each. That must not show:
//! which rows are rejected, and how often the clocks skipped or repeated a
//! time, depends on the columns that are read. So where anything of the kind
//! was met, a plan that needs less than was read has read the table in vain,
//! and reads it again by itself:
//!
//! | plan | needs | one row has no `cost` to be read | it takes |
//! |------|-------|----------------------------------|----------|
//! | A | `at`, `cost` | rejected | the shared reading |
//! | B | `at` | accepted | a reading of its own |
//!
//! Journeys, and tables that two contracts do not declare alike, are never shared;
//! nor is a reading in which one could pass over row groups that the other needs.

use std::collections::BTreeMap;

use super::batches::Batches;
use super::error::EngineError;
use super::evaluate::Context;
use super::load::{Loaded, Needs};
use super::run::Run;
use super::scan::{Part, Reading};
use super::step::{self, Step};
use super::{Failure, Job, Options, Outcome};
use crate::contract::Table;
use crate::measured::PassedOver;
use crate::plan::{EVENTS, Scan};

/// The place of a run, and what stopped it.
type Stopped = (usize, EngineError);

/// Measures all; the first that cannot go on stops all.
pub(super) fn outcomes(jobs: &[Job<'_>], options: &Options<'_>) -> Result<Vec<Outcome>, Box<Failure>> {
    let memory = options.memory / u64::try_from(jobs.len().max(1)).unwrap_or(u64::MAX);
    let mut afresh: BTreeMap<usize, String> = BTreeMap::new();
    loop {
        let mut runs: Vec<Run<'_>> = jobs.iter().map(|job| Run::new(job, options, memory)).collect();
        let begun = each(runs.iter_mut().enumerate(), |(at, run)| run.begin(afresh.get(&at)));
        let done = begun.and_then(|_| work(&mut runs));
        let misfits = runs.iter_mut().enumerate().filter_map(|(at, run)| Some((at, run.misfit.take()?)));
        let misfits: Vec<(usize, String)> = misfits.collect();
        match done {
            _ if !misfits.is_empty() => afresh.extend(misfits),
            Ok(()) => return Ok(runs.into_iter().map(Run::outcome).collect()),
            Err((at, error)) => return Err(Box::new(runs.swap_remove(at).failure(error))),
        }
    }
}

fn work(runs: &mut [Run<'_>]) -> Result<(), Stopped> {
    let grounds = each(runs.iter_mut(), Run::ground)?;
    let mut contexts = each(grounds.iter().zip(&*runs), |(ground, run)| ground.context(run.plan))?;
    // Events come first: other tables may ask when a clock stood still.
    for table in tables(runs) {
        for group in groups(table, runs) {
            for alone in read(table, &group, runs, &contexts)? {
                read(table, &[alone], runs, &contexts)?;
            }
            if runs.iter().any(|run| run.misfit.is_some()) {
                return Ok(());
            }
        }
        if table == EVENTS {
            each(runs.iter().zip(&mut contexts), |(run, context)| run.stop_clocks(context))?;
        }
    }
    each(runs.iter_mut().zip(&contexts), |(run, context)| run.conclude(context)).map(|_| ())
}

/// Does something for every run, in order.
fn each<T, R>(
    all: impl Iterator<Item = T>,
    work: impl Fn(T) -> Result<R, EngineError>,
) -> Result<Vec<R>, Stopped> {
    all.enumerate().map(|(at, one)| work(one).map_err(|error| (at, error))).collect()
}

/// All tables; those that are only searched come after those that are asked about.
fn tables<'a>(runs: &[Run<'a>]) -> Vec<&'a str> {
    let mut depths: BTreeMap<&str, usize> = BTreeMap::new();
    for run in runs {
        let scans = &run.plan.scans;
        for table in scans.keys() {
            let depth = depths.entry(table).or_default();
            *depth = run.depth(table, scans.len()).max(*depth);
        }
    }
    let mut tables: Vec<(&str, usize)> = depths.into_iter().collect();
    tables.sort_by_key(|(table, depth)| (*table != EVENTS, *depth));
    tables.into_iter().map(|(table, _)| table).collect()
}

/// The places of the runs that ask about a table, those together that may read it together.
fn groups(table: &str, runs: &[Run<'_>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, run) in runs.iter().enumerate().filter(|(_, run)| run.plan.scans.contains_key(table)) {
        let fits = |group: &&mut Vec<usize>| {
            group.iter().filter_map(|other| runs.get(*other)).all(|other| alike(table, run, other))
        };
        match groups.iter_mut().find(fits) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

/// Whether a table means the same to two runs, as far as it decides what becomes of a row.
fn alike(table: &str, one: &Run<'_>, other: &Run<'_>) -> bool {
    let Some((a, b)) = one.plan.scans.get(table).zip(other.plan.scans.get(table)) else { return false };
    let joined = [one, other].iter().any(|run| run.plan.joins.contains_key(table));
    let types = |field: &String| (a.table.fields.get(field), b.table.fields.get(field));
    let read = a.fields.union(&b.fields).map(types);
    let decisive = one.source.decisive(table);
    !joined
        && one.place.is_none()
        && other.place.is_none()
        && one.contract.zone == other.contract.zone
        && a.table.dated_by == b.table.dated_by
        && read.into_iter().all(|(a, b)| a.is_none() || b.is_none() || a == b)
        && decisive.iter().map(types).all(|(a, b)| a == b)
        && pass_over_the_same((a, one), (b, other))
}

/// Whether two runs pass over the same row groups of a table.
fn pass_over_the_same((a, one): (&Scan, &Run<'_>), (b, other): (&Scan, &Run<'_>)) -> bool {
    let (of_one, of_other) = (one.needs(a), other.needs(b));
    let plain = of_one.within == of_other.within && of_one.ids == of_other.ids;
    plain || one.source.passed_over(&a.table, &of_one) == other.source.passed_over(&b.table, &of_other)
}

/// The table with every field that is read of it, and all that is needed.
fn wanted(scans: &[(&Scan, Needs)]) -> Option<(Table, Needs)> {
    let mut all: Option<(Table, Needs)> = None;
    for (scan, own) in scans {
        let none = || (scan.table.clone(), Needs { unaccounted: true, ..Needs::default() });
        let (table, needs) = all.get_or_insert_with(none);
        for (field, kind) in own.fields.iter().filter_map(|field| scan.table.fields.get_key_value(field)) {
            table.fields.entry(field.clone()).or_insert(*kind);
        }
        needs.fields.extend(own.fields.iter().cloned());
        needs.ids |= own.ids;
        // Whatever span each asks for, it passes over the same.
        needs.within = needs.within.take().or_else(|| own.within.clone());
        // Only one that reads alone goes on from an earlier run.
        needs.begun = needs.begun.take().or_else(|| own.begun.clone());
        needs.goes_on |= own.goes_on;
        needs.unaccounted &= own.unaccounted;
    }
    all
}

/// Reads a table once for the runs of a group; gives those that have to read it by themselves.
fn read(
    table: &str,
    group: &[usize],
    runs: &mut [Run<'_>],
    contexts: &[Context<'_>],
) -> Result<Vec<usize>, Stopped> {
    let asked = |at: &usize| {
        let run = runs.get(*at)?;
        let scan = run.plan.scans.get(table)?;
        Some((scan, run.needs(scan)))
    };
    let scans: Vec<_> = group.iter().filter_map(asked).collect();
    let Some(((whole, mut needs), first)) = wanted(&scans).zip(group.first().copied()) else {
        return Ok(Vec::new());
    };
    let (parts, loaded) = loop {
        match once(&whole, &needs, (group, &scans), runs, contexts) {
            // The latest date was not where it should have been.
            Ok((_, loaded)) if loaded.again && needs.within.is_some() => needs.within = None,
            Ok(done) => break done,
            Err(error) if group.len() == 1 => return Err((first, error)),
            Err(_) => return Ok(group.to_vec()),
        }
    };
    if parts.is_err() && group.len() > 1 {
        return Ok(group.to_vec());
    }
    let mut parts: Vec<Result<Part, EngineError>> = match parts {
        Ok(parts) => parts.into_iter().map(Ok).collect(),
        Err(error) => vec![Err(error)],
    };
    let totals = &loaded.totals;
    let plain = totals.rejected.is_empty() && totals.dst_gaps == 0 && totals.dst_folds == 0;
    let mut alone = Vec::new();
    for ((at, (scan, own)), part) in group.iter().zip(scans).zip(parts.drain(..)) {
        if !plain && (own.fields != needs.fields || own.ids != needs.ids) {
            alone.push(*at);
        } else if let Some(run) = runs.get_mut(*at) {
            run.take_in(scan, part, &loaded).map_err(|error| (*at, error))?;
        }
    }
    Ok(alone)
}

/// What reading a table gave each run, and the account of it.
type Read = (Result<Vec<Part>, EngineError>, Loaded);

/// Opens a table and reads it to its end. The first run of the group notes the step.
fn once(
    table: &Table,
    needs: &Needs,
    (group, scans): (&[usize], &[(&Scan, Needs)]),
    runs: &mut [Run<'_>],
    contexts: &[Context<'_>],
) -> Result<Read, EngineError> {
    let unknown = || EngineError::new("a run is not known");
    let first = group.first().copied().unwrap_or_default();
    let (run, context) = runs.get_mut(first).zip(contexts.get(first)).ok_or_else(unknown)?;
    let options = run.options;
    let mut rows = run.open(table, needs, context)?;
    let (expected, since) = (rows.expected(), options.progress.elapsed());
    let members = group.iter().zip(scans).filter_map(|(at, (scan, _))| {
        let (run, context) = runs.get(*at).zip(contexts.get(*at))?;
        Some(run.reading(scan, context, expected))
    });
    let batches = Batches { readings: members.collect::<Result<_, _>>()?, progress: options.progress };
    let parts = batches.read(rows.as_mut());
    let layouts = |reading: &Reading<'_>| reading.streams.len() - reading.finer.len();
    let streams = batches.readings.iter().map(layouts).sum();
    let (read, columns) = (batches.rows(), needs.fields.len());
    let together = if group.len() > 1 { format!(", for {} plans", group.len()) } else { String::new() };
    drop(batches);
    let loaded = rows.finish();
    let passed = match loaded.totals.passed_over {
        PassedOver { row_groups: 0, .. } => String::new(),
        PassedOver { row_groups, of_row_groups: of, .. } => {
            format!(", passed over {row_groups} of {of} row groups")
        }
    };
    let step = Step {
        what: format!("read {}: {columns} columns, laid out {streams} times{together}{passed}", table.name),
        expected,
        rows: read,
        estimate: step::reading(expected.unwrap_or(read), columns, streams),
        time: options.progress.elapsed().zip(since).map(|(now, since)| now.saturating_sub(since)),
    };
    runs.get_mut(first).ok_or_else(unknown)?.steps.push(step);
    Ok((parts, loaded))
}
