//! Caps and at-risk pools: what all penalties (or bonuses) together can come to.
//!
//! A pool of 54,000 with allocations of 80 and 60 %: both missed are 43,200 +
//! 32,400 = 75,600; the pool gives back 21,600. Pools within pools bind from
//! the innermost out, before the caps on all.

use crate::contract::{Cap, Contract, Excess, Formula, PaySide, Pool, clause_order};
use crate::reading::formula::Missing;
use crate::value::Ratio;

use super::desk::{Desk, cannot, work_out};
use super::due::{self, Due};
use super::statement::Statement;
use super::{Line, LineKind, Trace, carry, situation, window};

/// The caps on named commitments, or those on all.
pub(super) fn caps(desk: &Desk<'_>, statement: &mut Statement, named: bool) {
    for (at, cap) in desk.contract.caps.iter().enumerate() {
        if named != cap.on.is_empty() {
            apply_cap(desk, statement, at, cap);
        }
    }
}

/// `penalties.1`: a cap's place among those on its side.
pub(super) fn place(contract: &Contract, at: usize) -> String {
    let side = contract.caps.get(at).map_or(PaySide::Penalty, |cap| cap.side);
    let number = contract.caps.iter().take(at + 1).filter(|cap| cap.side == side).count();
    format!("{}.{number}", plural(side))
}

pub(super) fn plural(side: PaySide) -> &'static str {
    match side {
        PaySide::Penalty => "penalties",
        PaySide::Bonus => "bonuses",
    }
}

/// `cap on penalties on fcr over any 12 periods`
pub(super) fn label(cap: &Cap) -> String {
    let whom = if cap.on.is_empty() { String::new() } else { format!(" on {}", cap.on.join(", ")) };
    format!("cap on {}{whom}{}", plural(cap.side), window::words(cap.over))
}

fn apply_cap(desk: &Desk<'_>, statement: &mut Statement, at: usize, cap: &Cap) {
    let mut trace = desk.trace(|| cap.text.clone());
    let value = value_of(desk, cap, &mut trace);
    let limit = match cap.is_long() {
        true => window::left(desk, at, cap, value, &mut trace),
        false => limit_of(desk, value, &mut trace),
    };
    let bound =
        |due: &Due| due.side == cap.side && due.carried.is_none() && cap.covers(due.commitment.as_deref());
    let line = Line {
        id: format!("cap.{}", place(desk.contract, at)),
        kind: LineKind::Cap,
        label: label(cap),
        clause: cap.clause.clone(),
        ..Line::blank(trace)
    };
    let (cut, reached) = bind(desk, statement, &bound, limit, cap.side, line);
    if reached {
        let named = cap.on.iter().map(|name| (cap.side, Some(name.clone())));
        statement.capped.extend(named.chain(cap.on.is_empty().then_some((cap.side, None))));
    }
    match cap.excess {
        Excess::Lapses => {}
        Excess::CarriesForward(_) => carry::keep(desk, statement, at, &cut),
        Excess::PaidInCash => carry::pay_in_cash(desk, statement, at, &cut),
    }
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
        let mut trace = desk.trace(|| format!("what draws on it stays within {}", pool.value.text));
        let limit = limit_of(desk, &pool.value, &mut trace);
        let line = Line {
            id: format!("pool-limit.{}", pool.name),
            kind: LineKind::Cap,
            label: format!("limit of {}", pool.label),
            clause: pool.clause.clone(),
            ..Line::blank(trace)
        };
        bind(desk, statement, &inside, limit, PaySide::Penalty, line);
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
    trace.step(|| format!("at most {}", worked.working));
    Ok(worked.amount.max(Ratio::zero()))
}

/// The limit that stands: the first whose situation holds, otherwise the cap's own.
fn value_of<'c>(desk: &Desk<'_>, cap: &'c Cap, trace: &mut Trace) -> &'c Formula {
    for (limit, when) in &cap.when {
        let answers = situation::answers(desk, when, trace);
        let holds = situation::all(&answers) == Some(true);
        let says = if holds { "holds" } else { "does not hold" };
        trace.step(|| format!("{} {says}", when.text()));
        if holds {
            return limit;
        }
    }
    &cap.value
}

/// What a cap still leaves in this period for what is due under it, exact;
/// none when the limit cannot be worked out.
pub(super) fn room(desk: &Desk<'_>, statement: &Statement, at: usize) -> Option<Ratio> {
    let cap = desk.contract.caps.get(at)?;
    let mut trace = desk.trace(String::new);
    let value = value_of(desk, cap, &mut trace);
    let limit = match cap.is_long() {
        true => window::left(desk, at, cap, value, &mut trace),
        false => limit_of(desk, value, &mut trace),
    };
    let limit = limit.ok()?;
    let limit = desk.each_line().map_or_else(|| limit.clone(), |rounding| rounding.apply(&limit));
    let due = statement.dues.iter().filter(|due| {
        let counts = due.carried.map_or_else(
            || cap.covers(due.commitment.as_deref()),
            |other| window::counts(desk.contract, at, other),
        );
        due.side == cap.side && counts
    });
    Some((limit - due.map(|due| due.left.clone()).sum()).max(Ratio::zero()))
}

/// What was cut of a part: its place among the dues, and how much.
pub(super) type Cut = (usize, Ratio);

/// Cuts what is bound to the limit and enters the line that gives back the
/// rest; what was cut, and whether the limit is reached.
fn bind(
    desk: &Desk<'_>,
    statement: &mut Statement,
    bound: &dyn Fn(&Due) -> bool,
    limit: Result<Ratio, Missing>,
    side: PaySide,
    mut line: Line,
) -> (Vec<Cut>, bool) {
    let mut reached = false;
    let label = line.label.clone();
    let found = |statement: &Statement| -> Vec<usize> {
        let dues = statement.dues.iter().enumerate();
        dues.filter(|(_, due)| bound(due)).map(|(at, _)| at).collect()
    };
    let places = found(statement);
    let lefts = |statement: &Statement| -> Vec<Ratio> {
        places.iter().filter_map(|at| statement.dues.get(*at)).map(|due| due.left.clone()).collect()
    };
    let had = lefts(statement);
    let mut parts: Vec<&mut Due> = statement.dues.iter_mut().filter(|due| bound(due)).collect();
    let before = due::total(&parts);
    let several = parts.iter().filter(|part| part.left.is_positive()).count() > 1;
    let lines: Vec<usize> = parts.iter().map(|part| part.line).collect();
    match limit {
        Err(missing) => {
            cannot(&mut line.trace, &missing);
            statement.say(&lines, || format!("{label}: not applied, it cannot be worked out"));
        }
        Ok(exact) => {
            let limit = desk.each_line().map_or_else(|| exact.clone(), |rounding| rounding.apply(&exact));
            reached = before.is_positive() && before >= limit;
            if before <= limit {
                line.trace.step(|| format!("{} is due: not reached", desk.money(&before)));
                statement.say(&lines, || format!("{label}: {}, not reached", desk.money(&limit)));
            } else {
                due::cut(&mut parts, &limit, desk.each_line());
                let over = &before - &limit;
                let due = || desk.money(&before);
                line.trace.step(|| format!("{} is due: {} too much", due(), desk.money(&over)));
                let sign = |value: Ratio| if side == PaySide::Penalty { value } else { -value };
                line.exact = sign(&before - &exact.min(before.clone()));
                line.amount = sign(over);
                let shown = || desk.money(&limit);
                statement.say(&lines, || match several {
                    false => format!("then cut by the {label} to {}", shown()),
                    true => format!("then cut with the others by the {label} to {} together", shown()),
                });
            }
        }
    }
    statement.lines.push(line);
    let cut = had.iter().zip(lefts(statement)).map(|(had, left)| had - &left);
    let cut: Vec<Ratio> = cut.collect();
    (places.into_iter().zip(cut).filter(|(_, cut)| cut.is_positive()).collect(), reached)
}
