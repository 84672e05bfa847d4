//! Small penalties: paid only when they are more than so much, or raised to it.
//!
//! | worked out, exact | `only if more than USD 1.00` | `at least USD 1.00 when any is due` |
//! |------------------:|-----------------------------:|------------------------------------:|
//! | 0.95   | nothing | 1.00 |
//! | 1.00   | nothing | 1.00 |
//! | 1.0005 | 1.00    | 1.00 |
//! | 0      | nothing | nothing |

use crate::contract::{MinimumAmount, PaySide};
use crate::value::Ratio;

use super::desk::{Desk, cannot, work_out};
use super::due::Due;
use super::statement::Statement;
use super::{Line, LineKind, Trace};

/// Applies every rule, in the order of clauses.
pub(super) fn amounts(desk: &Desk<'_>, statement: &mut Statement) {
    for (at, rule) in desk.contract.remedies.minimums.iter().enumerate() {
        let covered = covered(statement, &rule.on);
        let mut lines: Vec<usize> =
            covered.iter().filter_map(|at| statement.dues.get(*at)).map(|due| due.line).collect();
        lines.dedup();
        if !rule.each {
            apply(desk, statement, rule, &lines, format!("minimum.{}", at + 1));
            continue;
        }
        for line in lines {
            let name = statement.lines.get(line).map(|line| line.id.clone()).unwrap_or_default();
            apply(desk, statement, rule, &[line], format!("minimum.{}.{name}", at + 1));
        }
    }
}

/// The penalties that a list of commitments covers, by their place among the dues; an empty list covers all.
pub(super) fn covered(statement: &Statement, on: &[String]) -> Vec<usize> {
    let named = |due: &Due| due.commitment.as_ref().is_some_and(|name| on.contains(name));
    let covers = |due: &Due| due.side == PaySide::Penalty && (on.is_empty() || named(due));
    statement.dues.iter().enumerate().filter(|(_, due)| covers(due)).map(|(at, _)| at).collect()
}

/// Holds the penalties of some lines together against the least that is paid.
fn apply(desk: &Desk<'_>, statement: &mut Statement, rule: &MinimumAmount, on: &[usize], id: String) {
    let open = |line: &usize| {
        statement
            .dues
            .iter()
            .any(|due| due.line == *line && due.left.is_positive() && due.side == PaySide::Penalty)
    };
    let exact = |line: &usize| statement.lines.get(*line).map(|line| line.exact.abs()).unwrap_or_default();
    let small =
        |line: &usize| open(line) || statement.lines.get(*line).is_some_and(|line| line.amount.is_zero());
    let lines: Vec<usize> = on.iter().copied().filter(small).collect();
    let due: Ratio = lines.iter().map(exact).sum();
    if due.is_zero() {
        return;
    }
    let mut trace = desk.trace(|| rule.text.clone());
    let least = match work_out(desk, desk, &rule.amount, &mut trace) {
        Ok(worked) => worked.amount,
        Err(missing) => {
            cannot(&mut trace, &missing);
            return enter(statement, rule, id, Ratio::zero(), trace);
        }
    };
    let words = format!("{} is due before rounding", exact_words(desk, &due));
    let change = match rule.raises {
        false => lapse(desk, statement, &lines, (&due, &least), &words, &mut trace),
        true => raise(desk, statement, &lines, (&due, &least), &words, &mut trace),
    };
    enter(statement, rule, id, change, trace);
}

/// The amount with all its decimals: that 1.0005 is more than 1.00 has to be seen.
fn exact_words(desk: &Desk<'_>, amount: &Ratio) -> String {
    format!("{} {}", desk.contract.currency.code(), crate::value::grouped(amount, 2, 6))
}

fn lapse(
    desk: &Desk<'_>,
    statement: &mut Statement,
    lines: &[usize],
    (due, least): (&Ratio, &Ratio),
    words: &str,
    trace: &mut Trace,
) -> Ratio {
    if due > least {
        trace.step(|| format!("{words}: more than {}, so it is paid", desk.money(least)));
        return Ratio::zero();
    }
    let mut gone = Ratio::zero();
    for due in statement.dues.iter_mut().filter(|due| lines.contains(&due.line)) {
        gone = gone + std::mem::take(&mut due.left);
    }
    let says = format!("not more than {}, so nothing is paid", desk.money(least));
    trace.step(|| format!("{words}: {says}"));
    statement.say(lines, || says.clone());
    gone
}

fn raise(
    desk: &Desk<'_>,
    statement: &mut Statement,
    lines: &[usize],
    (due, least): (&Ratio, &Ratio),
    words: &str,
    trace: &mut Trace,
) -> Ratio {
    if due >= least {
        trace.step(|| format!("{words}: at least {}, so it stays", desk.money(least)));
        return Ratio::zero();
    }
    let left = statement.dues.iter().filter(|due| lines.contains(&due.line)).map(|due| due.left.clone());
    let least = desk.each_line().map_or_else(|| least.clone(), |rounding| rounding.apply(least));
    let more = (&least - &left.sum()).max(Ratio::zero());
    trace.step(|| format!("{words}: less than {}, so it becomes that", desk.money(&least)));
    statement.say(lines, || format!("then raised to {}", desk.money(&least)));
    let only = match lines {
        [line] => statement.dues.iter().find(|due| due.line == *line).and_then(|due| due.commitment.clone()),
        _ => None,
    };
    statement.dues.push(Due::new(statement.lines.len(), only, PaySide::Penalty, more.clone()));
    -more
}

fn enter(statement: &mut Statement, rule: &MinimumAmount, id: String, amount: Ratio, trace: Trace) {
    statement.lines.push(Line {
        id,
        kind: LineKind::Minimum,
        label: if rule.raises { "least penalty" } else { "small penalties" }.to_string(),
        clause: rule.clause.clone(),
        exact: amount.clone(),
        amount,
        ..Line::blank(trace)
    });
}
