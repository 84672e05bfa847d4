//! Which plans can go on from an earlier run, and which rows that has to keep for them.
//!
//! Asked of contacts is what came within 14 days; up to 31 January all have come:
//!
//! | asked | kept |
//! |-------|------|
//! | followed by a contact within 14 days | of contacts since 17 January those that nothing follows yet |
//! | preceded by a contact within 14 days | contacts since 17 January |
//! | preceded by a contact | the first contact of each customer |
//! | followed by at least 3 contacts within 14 days | contacts since 17 January |
//!
//! What shares allowances, is joined into journeys, stops clocks, starts cases or holds from a date to a
//! date rests on more than that; such plans start over every time.

use std::collections::BTreeSet;

use super::super::matter;
use super::super::window::NEVER;
use crate::contract::Direction;
use crate::plan::{Counter, Node, NodeId, Pass, Plan, Question, Scan, Stream, What, children};

/// Which records that can be found are kept for a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Those so long before the moment up to which everything is known.
    Since(i64),
    /// Those that have none before them, by the answer to a question.
    First(usize),
    /// All.
    All,
}

/// Why a plan starts over every time; none when it can go on.
pub(super) fn unsuited(plan: &Plan) -> Option<String> {
    let questions = plan.questions.iter().any(|question| {
        question.after.is_some() || !matches!(question.direction, Direction::Followed | Direction::Preceded)
    });
    if questions {
        return Some("cases, windows after another date, or records that hold from a date on".to_string());
    }
    let table = plan.scans.keys().find(|table| matter::date(plan, table).is_none());
    if let Some(table) = table {
        return Some(format!("figures in which records of `{table}` of any date have a say"));
    }
    let origins = plan.scans.values().flat_map(|scan| &scan.groupings).any(|one| one.origin.is_some());
    if origins {
        return Some("figures by the period of another date".to_string());
    }
    let waits = |counter: &&Counter| {
        let level = |node: NodeId| {
            plan.scans
                .get(&counter.table)
                .and_then(|scan| scan.levels.get(node.0))
                .is_none_or(|level| *level > 0)
        };
        let keys = matches!(counter.what, What::Keys(_)) && counter.level > 0;
        keys || counter.what.node().is_some_and(level)
    };
    let counter = plan.counters.iter().find(waits)?;
    Some(format!("different keys or values of `{}` that wait for look-aheads", counter.set))
}

/// The node of the moments of a table's records.
pub(super) fn date(scan: &Scan) -> Option<NodeId> {
    scan.groupings.first().map(|grouping| grouping.date).or(scan.dates.first().copied())
}

/// The records of a pass that later ones, or questions that are not settled, may find.
pub(super) fn wanted(plan: &Plan, pass: &Pass) -> Vec<Wanted> {
    pass.questions.iter().filter_map(|at| wanted_by(plan, pass, *at)).collect()
}

fn wanted_by(plan: &Plan, pass: &Pass, at: usize) -> Option<Wanted> {
    let question = plan.questions.get(at)?;
    let span = reach(plan, at);
    let since = if span == NEVER { Wanted::All } else { Wanted::Since(span) };
    let many = question.least.is_some() || !pass.ahead.is_empty();
    match question.direction {
        // Where one record is enough, a question is settled or nothing was found.
        Direction::Followed => many.then_some(since),
        _ if question.window.is_none() && !many && is_among_all(plan, pass, question) => {
            Some(Wanted::First(at))
        }
        _ => Some(since),
    }
}

/// The questions that kept records which may still change have in a stream; none where others may find these, or
/// what is settled is not all that is asked for.
pub(in crate::engine) fn only_asking(plan: &Plan, stream: &Stream) -> Option<BTreeSet<usize>> {
    let found = plan.passes.iter().filter(|pass| stream.holds(&pass.target));
    let asking = plan.passes.iter().filter(|pass| stream.holds(&pass.base));
    let questions: BTreeSet<usize> = asking.flat_map(|pass| pass.questions.iter().copied()).collect();
    // Under `matured only` a record also waits for its window where the answer is settled.
    let waiting = plan.counters.iter().filter(|counter| counter.matured_only).map(|counter| &counter.ahead);
    let nested = plan.passes.iter().map(|pass| &pass.ahead);
    let settled = waiting.chain(nested).all(|ahead| ahead.is_disjoint(&questions));
    (settled && found.map(|pass| wanted(plan, pass)).all(|wanted| wanted.is_empty())).then_some(questions)
}

/// Whether a question looks for any record before among those that are asked about themselves.
fn is_among_all(plan: &Plan, pass: &Pass, question: &Question) -> bool {
    let scan = plan.scans.get(&pass.target.table);
    let early = scan.and_then(|scan| scan.levels.get(pass.member.0)) == Some(&0);
    pass.base == pass.target && early && !question.other_day
}

/// How far a question goes, with those that decide what it finds.
fn reach(plan: &Plan, at: usize) -> i64 {
    let Some(question) = plan.questions.get(at) else { return NEVER };
    let pass = plan.passes.iter().find(|pass| pass.questions.contains(&at));
    let nested = pass.map(|pass| &pass.ahead).into_iter().flatten();
    matter::most(question).saturating_add(nested.map(|inner| reach(plan, *inner)).max().unwrap_or(0))
}

/// The nodes that records of a table are found by, with those they are made of; none where answers to
/// look-aheads decide which can be found.
pub(in crate::engine) fn found_by(plan: &Plan, scan: &Scan) -> Option<BTreeSet<NodeId>> {
    let here = |pass: &&Pass| pass.target.table == scan.table.name;
    let early = |node: NodeId| scan.levels.get(node.0) == Some(&0);
    let passes: Vec<&Pass> = plan.passes.iter().filter(here).collect();
    if !passes.iter().all(|pass| early(pass.member)) {
        return None;
    }
    let finding = || passes.iter().filter(|pass| !wanted(plan, pass).is_empty());
    let valued = finding().flat_map(|pass| &pass.questions).filter_map(|at| plan.questions.get(*at));
    let valued = valued.filter_map(|question| question.least.as_ref().and_then(|(of, _)| *of));
    let nodes = finding().flat_map(|pass| [pass.target.date, pass.target.key]);
    let members = passes.iter().map(|pass| pass.member);
    Some(made_of(scan, nodes.chain(members).chain(valued).chain(date(scan)).collect()))
}

/// The fields of a table that its records are found by; of those that nobody may find later none.
pub(super) fn fields_found(plan: &Plan, scan: &Scan) -> BTreeSet<String> {
    found_by(plan, scan).map_or_else(|| scan.fields.clone(), |nodes| fields(scan, &nodes))
}

/// The fields of a table that counters which wait for look-aheads need.
pub(super) fn counted_by(plan: &Plan, scan: &Scan) -> BTreeSet<String> {
    let here = plan.counters.iter().filter(|counter| counter.table == scan.table.name && counter.level > 0);
    let of = |counter: &Counter| {
        let exclusions = counter.exclusions.iter().map(|(node, _)| *node);
        let nodes = [counter.conditions, counter.member].into_iter().chain(exclusions);
        let nodes = nodes.chain(counter.above).chain(counter.what.node());
        let grouping = scan.groupings.get(counter.grouping).into_iter();
        let cells = grouping.flat_map(|grouping| grouping.by.iter().copied().chain([grouping.date]));
        nodes.chain(cells).collect::<Vec<NodeId>>()
    };
    let asking = plan.passes.iter().filter(|pass| pass.base.table == scan.table.name);
    let asking = asking.flat_map(|pass| [pass.base.date, pass.base.key]);
    let mut all = fields(scan, &made_of(scan, here.flat_map(of).chain(asking).collect()));
    all.extend(fields_found(plan, scan));
    all
}

/// Some nodes and all that they are made of.
pub(super) fn made_of(scan: &Scan, mut nodes: Vec<NodeId>) -> BTreeSet<NodeId> {
    let mut met = BTreeSet::new();
    while let Some(next) = nodes.pop() {
        if met.insert(next) {
            nodes.extend(scan.nodes.get(next.0).map(children).unwrap_or_default());
        }
    }
    met
}

/// The fields among some nodes.
fn fields(scan: &Scan, nodes: &BTreeSet<NodeId>) -> BTreeSet<String> {
    let field = |node: &NodeId| match scan.nodes.get(node.0) {
        Some(Node::Field(name)) => Some(name.clone()),
        _ => None,
    };
    nodes.iter().filter_map(field).collect()
}
