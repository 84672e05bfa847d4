//! Caps and at-risk pools: what all penalties (or bonuses) together can come to.
//!
//! A pool of 54,000 with allocations of 80 and 60 %: both missed are 43,200 +
//! 32,400 = 75,600; the pool gives back 21,600. Pools within pools bind from
//! the innermost out, before the caps on all.

use crate::contract::{Cap, Contract, Formula, PaySide, Pool, clause_order};
use crate::reading::formula::Missing;
use crate::value::Ratio;

use super::desk::{Desk, cannot, work_out};
use super::due::{self, Due};
use super::statement::Statement;
use super::{Line, LineKind, Trace};

/// The caps on named commitments, or those on all.
pub(super) fn caps(desk: &Desk<'_>, statement: &mut Statement, named: bool) {
    let mut numbers = [0, 0];
    for cap in &desk.contract.caps {
        let number = if cap.side == PaySide::Penalty { &mut numbers[0] } else { &mut numbers[1] };
        *number += 1;
        let plural = if cap.side == PaySide::Penalty { "penalties" } else { "bonuses" };
        if named != cap.on.is_empty() {
            let id = format!("cap.{plural}.{number}");
            apply_cap(desk, statement, cap, id);
        }
    }
}

fn apply_cap(desk: &Desk<'_>, statement: &mut Statement, cap: &Cap, id: String) {
    let mut trace = Trace { rule: cap.text.clone(), ..Trace::default() };
    let limit = limit_of(desk, &cap.value, &mut trace);
    let bound = |due: &Due| due.side == cap.side && on(cap, due.commitment.as_deref());
    let whom = if cap.on.is_empty() { String::new() } else { format!(" on {}", cap.on.join(", ")) };
    let plural = if cap.side == PaySide::Penalty { "penalties" } else { "bonuses" };
    let label = format!("cap on {plural}{whom}");
    let line = Line {
        id,
        kind: LineKind::Cap,
        label: label.clone(),
        clause: cap.clause.clone(),
        ..Line::blank(trace)
    };
    if bind(desk, statement, &bound, limit, cap.side, line, &label) {
        let named = cap.on.iter().map(|name| (cap.side, Some(name.clone())));
        statement.capped.extend(named.chain(cap.on.is_empty().then_some((cap.side, None))));
    }
}

fn on(cap: &Cap, commitment: Option<&str>) -> bool {
    cap.on.is_empty() || commitment.is_some_and(|name| cap.on.iter().any(|on| on == name))
}

/// Limits what draws on each pool, from the innermost pool out.
pub(super) fn pools(desk: &Desk<'_>, statement: &mut Statement) {
    for pool in innermost_first(desk.contract) {
        let inside = |due: &Due| {
            due.side == PaySide::Penalty
                && due.pools.iter().any(|drawn| within(desk.contract, drawn, &pool.name))
        };
        if !statement.dues.iter().any(inside) {
            continue;
        }
        let mut trace =
            Trace { rule: format!("what draws on it stays within {}", pool.value.text), ..Trace::default() };
        let limit = limit_of(desk, &pool.value, &mut trace);
        let label = format!("limit of {}", pool.label);
        let line = Line {
            id: format!("pool-limit.{}", pool.name),
            kind: LineKind::Cap,
            label: label.clone(),
            clause: pool.clause.clone(),
            ..Line::blank(trace)
        };
        bind(desk, statement, &inside, limit, PaySide::Penalty, line, &label);
    }
}

/// Pools with the deepest first; among equals by clause, then name.
fn innermost_first(contract: &Contract) -> Vec<&Pool> {
    let mut pools: Vec<&Pool> = contract.pools.values().collect();
    pools.sort_by_key(|pool| {
        (
            std::cmp::Reverse(chain(contract, &pool.name).len()),
            clause_order(pool.clause.as_deref()),
            pool.name.clone(),
        )
    });
    pools
}

/// A pool and those it is a part of.
fn chain<'a>(contract: &'a Contract, pool: &'a str) -> Vec<&'a str> {
    let mut chain = vec![pool];
    let mut at = pool;
    while let Some(parent) = contract.pools.get(at).and_then(|pool| pool.parent.as_deref()) {
        if chain.contains(&parent) {
            break;
        }
        chain.push(parent);
        at = parent;
    }
    chain
}

fn within(contract: &Contract, drawn: &str, pool: &str) -> bool {
    chain(contract, drawn).contains(&pool)
}

/// A limit, exact, not below 0; its working goes into the trace.
fn limit_of(desk: &Desk<'_>, formula: &Formula, trace: &mut Trace) -> Result<Ratio, Missing> {
    let worked = work_out(desk, desk, formula, trace)?;
    trace.steps.push(format!("at most {}", worked.working));
    Ok(worked.amount.max(Ratio::zero()))
}

/// Cuts what is bound to the limit and enters the line that gives back the
/// rest; whether the limit is reached.
fn bind(
    desk: &Desk<'_>,
    statement: &mut Statement,
    bound: &dyn Fn(&Due) -> bool,
    limit: Result<Ratio, Missing>,
    side: PaySide,
    mut line: Line,
    label: &str,
) -> bool {
    let mut reached = false;
    let mut parts: Vec<&mut Due> = statement.dues.iter_mut().filter(|due| bound(due)).collect();
    let before = due::total(&parts);
    let several = parts.iter().filter(|part| part.left.is_positive()).count() > 1;
    let lines: Vec<usize> = parts.iter().map(|part| part.line).collect();
    let says = match limit {
        Err(missing) => {
            cannot(&mut line.trace, &missing);
            format!("{label}: not applied, it cannot be worked out")
        }
        Ok(exact) => {
            let limit = desk.each_line().map_or_else(|| exact.clone(), |rounding| rounding.apply(&exact));
            reached = before.is_positive() && before >= limit;
            let (due, shown) = (desk.money(&before), desk.money(&limit));
            if before <= limit {
                line.trace.steps.push(format!("{due} is due: not reached"));
                format!("{label}: {shown}, not reached")
            } else {
                due::cut(&mut parts, &limit, desk.each_line());
                let over = &before - &limit;
                line.trace.steps.push(format!("{due} is due: {} too much", desk.money(&over)));
                let sign = |value: Ratio| if side == PaySide::Penalty { value } else { -value };
                line.exact = sign(&before - &exact.min(before.clone()));
                line.amount = sign(over);
                match several {
                    false => format!("then cut by the {label} to {shown}"),
                    true => format!("then cut with the others by the {label} to {shown} together"),
                }
            }
        }
    };
    statement.say(&lines, &says);
    statement.lines.push(line);
    reached
}
