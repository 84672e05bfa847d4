//! The sums of a statement, and what later periods need to know of it.

use crate::assess::Assessment;
use crate::contract::{Deadline, PaySide};
use crate::reading::formula::Source;
use crate::value::Ratio;

use super::desk::Desk;
use super::statement::Statement;
use super::{DeadlineDate, Ledger, Line, LineKind, Paid, after, back};

/// Adds up, and rounds the total when the contract rounds only that.
pub(super) fn total(desk: &Desk<'_>, assessment: &Assessment, mut statement: Statement) -> Ledger {
    let charged = statement.lines.iter().filter(|line| line.kind == LineKind::Charge);
    let charges: Ratio = charged.map(|line| line.amount.clone()).sum();
    let (bonuses, penalties) = (statement.due(PaySide::Bonus), statement.due(PaySide::Penalty));
    let earned_back: Ratio = statement.earned.iter().map(|earned| earned.amount.clone()).sum();
    let exact = &(&(&charges + &bonuses) - &penalties) + &earned_back;
    let rounding = &desk.contract.rounding;
    let total = if rounding.each_line { exact.clone() } else { rounding.rounding.apply(&exact) };
    if !rounding.each_line {
        statement.lines.push(rounding_line(desk, &exact, &total));
    }
    let deadlines = deadlines(desk);
    let provisional = statement.pending || provisional(desk, assessment, &statement.lines);
    back::lines(desk, &total, &mut statement);
    Ledger {
        period: desk.period,
        deadlines,
        paid: paid(&statement),
        carried: statement.carried,
        earned: statement.earned,
        earned_back,
        lines: statement.lines,
        points: statement.points,
        charges,
        bonuses,
        penalties,
        corrections: Ratio::zero(),
        total,
        otherwise: None,
        decisions: Vec::new(),
        provisional,
        kept: desk.kept.clone().unwrap_or_default(),
        rights: Vec::new(),
        streaks: statement.streaks,
    }
}

/// The dates that follow from the period's end.
fn deadlines(desk: &Desk<'_>) -> Vec<DeadlineDate> {
    let Some(period) = desk.readings.periods.get(desk.period) else { return Vec::new() };
    let date = |deadline: &Deadline| DeadlineDate {
        what: deadline.what,
        date: after::last_day(desk.contract, &desk.readings.registers, period, &deadline.within),
        text: deadline.text.clone(),
        clause: deadline.clause.clone(),
    };
    desk.contract.remedies.deadlines.iter().map(date).collect()
}

/// What was left of every penalty and bonus.
fn paid(statement: &Statement) -> Vec<Paid> {
    let paid = statement.dues.iter().filter_map(|due| {
        let line = statement.lines.get(due.line)?;
        Some(Paid {
            line: line.id.clone(),
            commitment: due.commitment.clone(),
            segment: line.segment.clone(),
            side: due.side,
            amount: due.left.clone(),
            cash: due.cash.clone(),
            carried: due.carried,
        })
    });
    paid.collect()
}

fn rounding_line(desk: &Desk<'_>, exact: &Ratio, total: &Ratio) -> Line {
    let currency = crate::value::Unit::Money(desk.contract.currency);
    let rule = crate::reading::formula::rounding_words(&desk.contract.rounding.rounding, currency);
    let mut trace = desk.trace(|| format!("the total is rounded to {rule}"));
    trace.step(|| format!("{} to {}", desk.money(exact), desk.money(total)));
    let difference = total - exact;
    Line {
        id: "rounding".to_string(),
        kind: LineKind::Rounding,
        label: "rounding of the total".to_string(),
        exact: difference.clone(),
        amount: difference,
        ..Line::blank(trace)
    }
}

/// Whether a reading behind any judgement or line can still change, or the
/// money rests on an earlier period that can.
fn provisional(desk: &Desk<'_>, assessment: &Assessment, lines: &[Line]) -> bool {
    let judged = assessment.judgements.iter().filter(|judgement| judgement.period == desk.period);
    let mut inputs = lines.iter().flat_map(|line| &line.trace.inputs);
    let earlier = desk.past.iter().any(|ledger| ledger.provisional) && desk.contract.money_looks_back();
    earlier
        || judged.into_iter().any(|judgement| judgement.provisional)
        || inputs.any(|input| {
            input.source == Source::Measure.word()
                && desk.reading(&input.name).is_some_and(crate::reading::Reading::is_provisional)
        })
}
