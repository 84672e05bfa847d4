//! Which moments of a table can matter to the periods evaluated: rows dated at others need not be read.
//!
//! March is evaluated, and asked of its contacts is what came within 7 days:
//!
//! | table | asked for | moments that can matter |
//! |-------|-----------|-------------------------|
//! | `interactions` | counted | 1 March to 31 March |
//! | `interactions` | counted, and searched for what follows within 7 days | 1 March to 7 April |
//! | `interactions` | the same for what comes before | 22 February to 31 March |
//! | `purchases` | searched for what follows, without a window | 1 March and everything after it |
//! | `tickets` | dated by two fields, or by months after one | all |
//!
//! All of a table matters as well where its records share allowances, are
//! joined into journeys, stop clocks, start cases, hold from a date to a date,
//! or are rows of a register: there a record of one month can change another's.

use super::load::{Needs, Within};
use super::run::Run;
use super::window::bounds;
use crate::contract::Direction;
use crate::plan::{Allowed, EVENTS, Node, NodeId, Pass, Plan, Question, Scan};

/// From a moment to a moment, both included, in microseconds UTC.
type Span = (i64, i64);

/// Every moment.
const ALL: Span = (i64::MIN, i64::MAX);
/// None.
const NONE: Span = (i64::MAX, i64::MIN);
/// Of another day: as long as a day can be, twice.
const OTHER_DAY: i64 = 2 * 86_400_000_000;

impl Run<'_> {
    /// What is needed of a table. Evidence tells of every row, so it needs them all.
    pub(super) fn needs(&self, scan: &Scan) -> Needs {
        let (table, explains) = (&scan.table.name, self.explains());
        let latest = self.source.complete_to(table).is_none();
        let within = within(self.plan, table).filter(|_| !explains && self.place.is_none());
        Needs {
            fields: scan.fields.clone(),
            ids: scan.ids || explains,
            within: within.map(|(field, (from, to))| Within { field, from, to, latest }),
            begun: self.begun_before(table),
            goes_on: self.place.is_some(),
            unaccounted: !self.options.accounts && self.place.is_none(),
        }
    }
}

/// The date that tells which rows of a table matter, and from when to when; none when all may.
fn within(plan: &Plan, table: &str) -> Option<(String, Span)> {
    let field = date(plan, table)?.to_string();
    let span = moments(plan, table, 0);
    (span != ALL && span != NONE).then_some((field, span))
}

/// The moments of a table that are counted, or searched by a pass above a level.
///
/// An answer is asked for by counters, and by passes above it: so levels rise from one to the next, and end.
fn moments(plan: &Plan, table: &str, above: u32) -> Span {
    if date(plan, table).is_none() {
        return ALL;
    }
    let counted = plan.counters.iter().any(|counter| counter.table == table);
    let own = if counted { periods(plan) } else { NONE };
    let passes = plan.passes.iter().filter(|pass| pass.level > above && pass.target.table == table);
    passes.fold(own, |all, pass| union(all, searched(plan, pass)))
}

/// The moments that a pass can find something at.
fn searched(plan: &Plan, pass: &Pass) -> Span {
    let base = moments(plan, &pass.base.table, pass.level);
    let questions = pass.questions.iter().map(|at| plan.questions.get(*at));
    questions.fold(NONE, |all, question| union(all, question.map_or(ALL, |question| reached(question, base))))
}

/// The moments that a question about records of a span reaches.
fn reached(question: &Question, (from, to): Span) -> Span {
    if from > to {
        return NONE;
    }
    let most = most(question);
    match (question.direction, question.after) {
        (Direction::Followed, None) => (from, to.saturating_add(most)),
        (Direction::Preceded, None) => (from.saturating_sub(most), to),
        (Direction::Followed | Direction::Preceded, Some(_)) => ALL,
        (Direction::StartsCase | Direction::StillIn, _) => ALL,
    }
}

/// How far from a record a question goes at most.
pub(super) fn most(question: &Question) -> i64 {
    let (_, most) = bounds(question.window);
    most.saturating_add(if question.other_day { OTHER_DAY } else { 0 })
}

fn union(one: Span, other: Span) -> Span {
    (one.0.min(other.0), one.1.max(other.1))
}

/// From the first moment of the first period to the last of the last.
fn periods(plan: &Plan) -> Span {
    match (plan.periods.first(), plan.periods.last()) {
        (Some(first), Some(last)) => (first.start.0, last.end.0.saturating_sub(1)),
        _ => ALL,
    }
}

/// The one field that dates all that is asked of a table; none when records
/// of other dates have a say as well.
pub(super) fn date<'p>(plan: &'p Plan, table: &str) -> Option<&'p str> {
    let scan = plan.scans.get(table).filter(|_| !is_entangled(plan, table))?;
    let grouped = scan.groupings.iter().map(|grouping| grouping.date);
    let mut fields = grouped.chain(scan.dates.iter().copied()).map(|date| field(scan, date));
    let first = fields.next()??;
    fields.all(|other| other == Some(first)).then_some(first)
}

/// The field whose moments these are.
fn field(scan: &Scan, date: NodeId) -> Option<&str> {
    let Node::Moment(of) = scan.nodes.get(date.0)? else { return None };
    let Node::Field(name) = scan.nodes.get(of.0)? else { return None };
    Some(name)
}

/// Whether records of a table have a say about others of whatever date.
fn is_entangled(plan: &Plan, table: &str) -> bool {
    let quotas = plan.quotas.iter().any(|quota| {
        let forecast = match &quota.allowed {
            Allowed::One => None,
            Allowed::PartOf { forecast, .. } => Some(&forecast.table),
        };
        quota.base.table == table || forecast.is_some_and(|of| of == table)
    });
    let pauses = plan.clocks.iter().filter_map(|clock| clock.pauses.as_ref());
    table == EVENTS
        || quotas
        || plan.splits.iter().any(|split| split.base.table == table)
        || plan.joins.iter().any(|(name, join)| name == table || join.scan.table.name == table)
        || pauses.into_iter().any(|pauses| pauses.events.table == table)
        || plan.registers.totals.contains_key(table)
}

#[cfg(test)]
mod tests;
