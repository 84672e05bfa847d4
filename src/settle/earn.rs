//! Earn-back: later good service returns an earlier penalty.
//!
//! `earn back penalty on fcr when met in each of the next 2 periods`:
//!
//! | month | verdict | penalty | returned | still open |
//! |-------|---------|--------:|---------:|-----------:|
//! | Jan   | missed  |  100.00 |          |     100.00 |
//! | Feb   | met     |         |          |     100.00 |
//! | Mar   | met     |         |   100.00 |       0.00 |
//!
//! A miss in March would have closed January's for good. Of a penalty that a
//! cap cut to 60.00, 60.00 come back. A month without a verdict neither counts
//! as met nor breaks the row.

use crate::assess::{Assessment, Status};
use crate::contract::{EarnBack, EarnBackWhen, PaySide};
use crate::measured::Segment;
use crate::reading::formula::percent_of;
use crate::value::{Quantity, Ratio, Unit};

use super::desk::Desk;
use super::due::Due;
use super::statement::Statement;
use super::{Earned, Ledger, Line, LineKind, Paid, Trace, window};

/// Returns the penalties that this period earns back.
pub(super) fn back(desk: &Desk<'_>, assessment: &Assessment, statement: &mut Statement) {
    for rule in &desk.contract.remedies.earn_backs {
        for ledger in desk.past {
            for penalty in penalties(&ledger.paid, rule) {
                one(desk, assessment, statement, rule, ledger, penalty);
            }
        }
    }
}

/// What was paid on the commitment, one for each line.
fn penalties<'p>(paid: &'p [Paid], rule: &EarnBack) -> Vec<&'p Paid> {
    let ours = |paid: &&Paid| paid.commitment.as_deref() == Some(&rule.on) && paid.side == PaySide::Penalty;
    let mut found: Vec<&Paid> = paid.iter().filter(ours).collect();
    found.dedup_by_key(|paid| (&paid.line, &paid.segment));
    found
}

/// All of a line that was really paid.
fn really_paid(paid: &[Paid], line: &str) -> Ratio {
    paid.iter().filter(|paid| paid.line == line).map(|paid| &paid.amount + &paid.cash).sum()
}

fn one(
    desk: &Desk<'_>,
    assessment: &Assessment,
    statement: &mut Statement,
    rule: &EarnBack,
    ledger: &Ledger,
    penalty: &Paid,
) {
    let origin = ledger.period;
    let paid = really_paid(&ledger.paid, &penalty.line);
    let left = &paid - &returned(desk, statement, origin, &penalty.line);
    if !left.is_positive() || excepted(assessment, rule, origin, &penalty.segment) {
        return;
    }
    let mut trace = desk.trace(|| rule.text.clone());
    let earned = match &rule.when {
        EarnBackWhen::MetInNext(n) => {
            met_in_next(desk, assessment, rule, (origin, &penalty.segment), usize::from(*n), &mut trace)
        }
        EarnBackWhen::Year { .. } => year(desk, rule, (origin, &penalty.segment), &mut trace),
    };
    if !earned {
        return;
    }
    let part = percent_of(&rule.part, &paid);
    trace.step(|| format!("{} was paid for {}", desk.money(&paid), label(desk, origin)));
    if rule.part != Ratio::whole(100) {
        let rate = Quantity::new(rule.part.clone(), Unit::Percent);
        trace.step(|| format!("{rate} of {} = {}", desk.money(&paid), desk.money(&part)));
    }
    let exact = part.min(left);
    let amount = desk.rounded(&exact, &mut trace);
    enter(desk, statement, rule, (origin, penalty), (exact, amount), trace);
}

fn enter(
    desk: &Desk<'_>,
    statement: &mut Statement,
    rule: &EarnBack,
    (origin, penalty): (usize, &Paid),
    (exact, amount): (Ratio, Ratio),
    trace: Trace,
) {
    let name = penalty.line.strip_prefix("penalty.").unwrap_or(&penalty.line);
    let id = format!("earn-back.{name}.{}", label(desk, origin));
    let same = statement.lines.iter().filter(|line| line.id.starts_with(&id)).count();
    let called = desk.contract.commitments.get(&rule.on).map_or(rule.on.as_str(), |it| it.label.as_str());
    statement.earned.push(Earned { origin, line: penalty.line.clone(), amount: amount.clone() });
    statement.lines.push(Line {
        id: if same == 0 { id } else { format!("{id}.{}", same + 1) },
        kind: LineKind::EarnBack,
        label: format!("earned back of {}: {called}", label(desk, origin)),
        clause: rule.clause.clone(),
        segment: penalty.segment.clone(),
        exact,
        amount,
        ..Line::blank(trace)
    });
}

fn label<'d>(desk: &Desk<'d>, period: usize) -> &'d str {
    desk.readings.periods.get(period).map_or("", |it| it.label.as_str())
}

/// What of a penalty has come back so far.
fn returned(desk: &Desk<'_>, statement: &Statement, origin: usize, line: &str) -> Ratio {
    let earned = desk.past.iter().flat_map(|ledger| &ledger.earned).chain(&statement.earned);
    earned.filter(|it| it.origin == origin && it.line == line).map(|it| it.amount.clone()).sum()
}

/// The verdict on the commitment in a period; none when there is none.
fn verdict<'a>(
    assessment: &'a Assessment,
    commitment: &'a str,
    period: usize,
    segment: &Segment,
) -> Option<&'a Status> {
    let status = assessment.of(commitment, period).find(|it| it.segment == *segment).map(|it| &it.status);
    status.filter(|status| matches!(status, Status::Met | Status::Missed | Status::BelowMinimum))
}

fn excepted(assessment: &Assessment, rule: &EarnBack, origin: usize, segment: &Segment) -> bool {
    rule.except_below_minimum && verdict(assessment, &rule.on, origin, segment) == Some(&Status::BelowMinimum)
}

/// Whether this period is the last of so many met ones in a row after the penalty.
fn met_in_next(
    desk: &Desk<'_>,
    assessment: &Assessment,
    rule: &EarnBack,
    (origin, segment): (usize, &Segment),
    n: usize,
    trace: &mut Trace,
) -> bool {
    let said = |period| verdict(assessment, &rule.on, period, segment).map(|status| (period, status));
    let after: Vec<(usize, &Status)> = (origin + 1..=desk.period).filter_map(said).collect();
    let all_met = after.len() == n && after.iter().all(|(_, status)| **status == Status::Met);
    let now = after.last().is_some_and(|(period, _)| *period == desk.period);
    let labels: Vec<&str> = after.iter().map(|(period, _)| label(desk, *period)).collect();
    trace.step(|| format!("`{}` is met in {}", rule.on, labels.join(", ")));
    all_met && now
}

/// Whether this period ends the contract year of the penalty, and the year reaches the level.
fn year(desk: &Desk<'_>, rule: &EarnBack, (origin, segment): (usize, &Segment), trace: &mut Trace) -> bool {
    let EarnBackWhen::Year { figure, measure, level } = &rule.when else { return false };
    let year = |period: usize| {
        let first = desk.readings.periods.get(period)?.first;
        Some(window::contract_year(desk.contract, first))
    };
    if year(origin) != year(desk.period) || !ends_year(desk) {
        return false;
    }
    let own = desk.contract.commitments.get(&rule.on).is_some_and(|it| it.measure == *measure);
    let whole = Segment::whole();
    let segment = if own { segment } else { &whole };
    let Ok(value) = desk.past_of(figure, segment) else { return false };
    trace.inputs = desk.past_inputs(figure, segment);
    trace.step(|| format!("{} = {value}", figure.text));
    level.holds(&value.value)
}

/// Whether the period is the last of its contract year or of the term.
fn ends_year(desk: &Desk<'_>) -> bool {
    let Some(period) = desk.readings.periods.get(desk.period) else { return false };
    let next = period.last.plus_days(1);
    let year = |date| window::contract_year(desk.contract, date);
    period.last >= desk.contract.schedule.to || next.is_some_and(|next| year(next) != year(period.first))
}

/// Says on this period's penalties until when they may still come back.
pub(super) fn pending(desk: &Desk<'_>, assessment: &Assessment, statement: &mut Statement) {
    let rules = &desk.contract.remedies.earn_backs;
    let may = |due: &Due| rules.iter().any(|rule| may_come_back(rule, due));
    if !statement.dues.iter().any(may) {
        return;
    }
    let all = desk.contract.schedule.periods(&desk.contract.zone);
    let here = desk.readings.periods.get(desk.period);
    let Some(here) = here.and_then(|here| all.iter().position(|it| it.first == here.first)) else { return };
    for rule in rules {
        let until = match &rule.when {
            EarnBackWhen::MetInNext(n) => all.get(here + usize::from(*n)),
            EarnBackWhen::Year { .. } => {
                let year = |date| window::contract_year(desk.contract, date);
                let this = all.get(here).map(|it| year(it.first));
                all.iter().rev().find(|it| Some(year(it.first)) == this)
            }
        };
        let dues: Vec<(usize, Segment)> = statement
            .dues
            .iter()
            .filter(|due| may_come_back(rule, due))
            .filter_map(|due| Some((due.line, statement.lines.get(due.line)?.segment.clone())))
            .collect();
        for (line, segment) in dues {
            let says = match until {
                _ if excepted(assessment, rule, desk.period, &segment) => {
                    "cannot be earned back: below minimum".to_string()
                }
                Some(until) => format!("may still be earned back until {}", until.label),
                None => "cannot be earned back: the term ends before".to_string(),
            };
            say_once(statement, line, &says);
        }
    }
}

/// Whether a due is a penalty that the rule may give back.
fn may_come_back(rule: &EarnBack, due: &Due) -> bool {
    due.side == PaySide::Penalty
        && due.commitment.as_deref() == Some(&rule.on)
        && (&due.left + &due.cash).is_positive()
}

fn say_once(statement: &mut Statement, line: usize, says: &str) {
    if let Some(line) = statement.lines.get_mut(line)
        && !line.trace.limits.iter().any(|limit| limit == says)
    {
        line.trace.limits.push(says.to_string());
    }
}
