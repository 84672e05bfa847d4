//! The statement of one period, put together in the order of evaluation.

use std::collections::BTreeMap;

use crate::assess::{Assessment, Judgement, assess};
use crate::contract::{Charge, Commitment, Contract, Node, PaySide, Pool, clause_order};
use crate::measured::Segment;
use crate::reading::Readings;
use crate::reading::formula::Missing;
use crate::value::Ratio;

use super::desk::{Case, Desk, cannot, note, work_out};
use super::due::{Due, share_out};
use super::pay::{self, Outcome, Sides, side_word};
use super::statement::Statement;
use super::{
    Input, Kept, Ledger, Line, LineKind, Settlement, Trace, balance, carry, charge, claim, decided, earn,
    gate, incident, limit, minimum, multiplier, netting, points, provisional, right, total,
};

/// Works out the money of every period.
#[must_use]
pub fn settle(contract: &Contract, readings: &Readings, assessment: &Assessment) -> Settlement {
    let mut periods = ledgers(contract, readings, assessment, false);
    if let Some(other) = &readings.disputed {
        let others = ledgers(contract, other, &assess(contract, other), false);
        for (ledger, other) in periods.iter_mut().zip(others) {
            ledger.otherwise = Some(other.total);
        }
    }
    for ledger in &mut periods {
        let version = contract.in_period(&readings.periods, ledger.period);
        ledger.decisions = decided::sentences(version, readings, ledger);
    }
    Settlement { currency: contract.currency, periods }
}

/// The amounts of every period as [`settle`] works them out, with no word of how
/// they came about: traces name what is missing and nothing else. Nor is it
/// told whether an amount is provisional, which is a matter of what went into it.
pub(crate) fn amounts(contract: &Contract, readings: &Readings, assessment: &Assessment) -> Vec<Ledger> {
    ledgers(contract, readings, assessment, true)
}

/// The ledgers of all periods, each after those before it.
fn ledgers(contract: &Contract, readings: &Readings, assessment: &Assessment, bare: bool) -> Vec<Ledger> {
    let mut periods = Vec::with_capacity(readings.periods.len());
    for period in 0..readings.periods.len() {
        let version = contract.in_period(&readings.periods, period);
        let desk = Desk::new(version, readings, assessment, period, &periods);
        let ledger = ledger(Desk { whole: contract, bare, ..desk });
        periods.push(ledger);
    }
    periods
}

/// What a formula of the contract comes to in one period; none when a figure
/// it needs is not there.
pub(crate) fn worked(
    contract: &Contract,
    readings: &Readings,
    period: usize,
    formula: &crate::contract::Formula,
) -> Option<Ratio> {
    let assessment = Assessment::default();
    let mut desk = Desk { bare: true, ..Desk::new(contract, readings, &assessment, period, &[]) };
    let mut statement = Statement::default();
    charges(&mut desk, &mut statement);
    pools(&mut desk, &mut statement);
    crate::reading::formula::value(&formula.node, &desk).ok()
}

impl Line {
    /// A line of nothing, to be filled in.
    pub(super) fn blank(trace: Trace) -> Self {
        Self {
            id: String::new(),
            kind: LineKind::Charge,
            label: String::new(),
            clause: None,
            segment: Segment::whole(),
            exact: Ratio::zero(),
            amount: Ratio::zero(),
            trace,
        }
    }
}

/// The ledger of the desk's period.
fn ledger(mut desk: Desk<'_>) -> Ledger {
    let (contract, assessment) = (desk.contract, desk.assessment);
    let mut statement = Statement::default();
    charges(&mut desk, &mut statement);
    pools(&mut desk, &mut statement);
    for commitment in contract.commitments_in_order() {
        for judgement in assessment.of(&commitment.name, desk.period) {
            commitment_lines(&desk, commitment, judgement, &mut statement);
        }
    }
    converted_points(&desk, &mut statement);
    incident::incidents(&desk, &mut statement);
    claim::claims(&desk, &mut statement);
    minimum::amounts(&desk, &mut statement);
    let netted = netting::nets_before_caps(contract);
    if netted {
        gate::gates(&desk, &mut statement);
        netting::before_caps(&desk, &mut statement);
    }
    limit::caps(&desk, &mut statement, true);
    limit::pools(&desk, &mut statement);
    limit::caps(&desk, &mut statement, false);
    desk.kept = Some(Kept::of(&desk, &statement));
    if !netted {
        gate::gates(&desk, &mut statement);
    }
    carry::back(&desk, &mut statement);
    netting::offset_only(&desk, &mut statement);
    earn::back(&desk, assessment, &mut statement);
    earn::pending(&desk, assessment, &mut statement);
    desk.kept = Some(Kept::of(&desk, &statement));
    let rights = right::rights(&mut desk);
    decided::corrections(&desk, &mut statement);
    Ledger { rights, ..total::total(&desk, assessment, statement) }
}

/// Every charge, each after those its formula names.
fn charges(desk: &mut Desk<'_>, statement: &mut Statement) {
    let mut priced = BTreeMap::new();
    for charge in desk.contract.charges_in_order() {
        price(desk, charge, &mut priced);
    }
    for charge in desk.contract.charges_in_order() {
        statement.lines.extend(priced.remove(&charge.name));
        if let Some(gross) = desk.charges.get(&charge.name) {
            statement.lines.extend(balance::lines(desk, charge, gross));
        }
    }
}

fn price(desk: &mut Desk<'_>, charge: &Charge, priced: &mut BTreeMap<String, Line>) {
    if desk.charges.contains_key(&charge.name) {
        return;
    }
    let contract = desk.contract;
    for name in charges_in(charge) {
        if let Some(other) = contract.charges.get(name) {
            price(desk, other, priced);
        }
    }
    let mut trace = desk.trace(|| charge.text.clone());
    let exact = charge::price(desk, charge, &mut trace);
    if let Err(missing) = &exact {
        cannot(&mut trace, missing);
    }
    let amount = exact.clone().map(|exact| desk.rounded(&exact, &mut trace));
    let line = Line {
        id: format!("charge.{}", charge.name),
        kind: if charge.invoiced && charge.riders.balance.is_none() {
            LineKind::Charge
        } else {
            LineKind::Base
        },
        label: charge.label.clone(),
        clause: charge.clause.clone(),
        exact: exact.unwrap_or_default(),
        amount: amount.clone().unwrap_or_default(),
        ..Line::blank(trace)
    };
    desk.charges.insert(charge.name.clone(), amount);
    priced.insert(charge.name.clone(), line);
}

/// The charges that a charge's formulas name.
fn charges_in(charge: &Charge) -> Vec<&str> {
    let mut names = Vec::new();
    charge.formulas(&mut |formula| {
        formula.node.walk(&mut |node| {
            if let Node::Charge(name) = node {
                names.push(name.as_str());
            }
        });
    });
    names
}

/// Every pool, each after the one it is a part of.
fn pools(desk: &mut Desk<'_>, statement: &mut Statement) {
    let mut sized = BTreeMap::new();
    let mut order: Vec<&Pool> = desk.contract.pools.values().collect();
    order.sort_by_key(|pool| (clause_order(pool.clause.as_deref()), pool.name.clone()));
    for pool in &order {
        size(desk, pool, &mut sized);
    }
    for pool in order {
        statement.lines.extend(sized.remove(&pool.name));
    }
}

fn size(desk: &mut Desk<'_>, pool: &Pool, sized: &mut BTreeMap<String, Line>) {
    if desk.pools.contains_key(&pool.name) {
        return;
    }
    let contract = desk.contract;
    let mut others = Vec::new();
    pool.value.node.walk(&mut |node| {
        if let Node::Pool(name) = node {
            others.push(name.as_str());
        }
    });
    for other in others.into_iter().filter_map(|name| contract.pools.get(name)) {
        size(desk, other, sized);
    }
    let mut trace = desk.trace(|| pool.value.text.clone());
    let worked = work_out(desk, desk, &pool.value, &mut trace);
    match &worked {
        Ok(worked) => trace.step(|| worked.working.clone()),
        Err(missing) => cannot(&mut trace, missing),
    }
    let exact: Result<Ratio, Missing> = worked.map(|worked| worked.amount);
    let amount = exact.clone().map(|exact| desk.rounded(&exact, &mut trace));
    let line = Line {
        id: format!("pool.{}", pool.name),
        kind: LineKind::Pool,
        label: pool.label.clone(),
        clause: pool.clause.clone(),
        exact: exact.clone().unwrap_or_default(),
        amount: amount.unwrap_or_default(),
        ..Line::blank(trace)
    };
    desk.pools.insert(pool.name.clone(), exact);
    sized.insert(pool.name.clone(), line);
}

/// The points, penalty and bonus lines of one judgement. A side the
/// commitment can pay on has its line even when nothing is due.
fn commitment_lines(
    desk: &Desk<'_>,
    commitment: &Commitment,
    judgement: &Judgement,
    statement: &mut Statement,
) {
    let case = Case { desk, judgement, measure: &commitment.measure };
    statement.streaks.extend(multiplier::streaks(desk, commitment, judgement));
    let item = |pay| {
        let mut outcome = pay::outcome(&case, commitment, pay);
        multiplier::apply(&case, commitment, &mut outcome);
        provisional::hold_back(&case, commitment, &mut outcome);
        (pay::sides(pay), outcome)
    };
    let items: Vec<(Sides, Outcome)> = commitment.pays.iter().map(item).collect();
    let of = |wanted: fn(&Sides) -> bool| -> Vec<&Outcome> {
        items.iter().filter(|(sides, _)| wanted(sides)).map(|(_, outcome)| outcome).collect()
    };
    let about = About { desk, commitment, judgement };
    let points = of(|sides| sides.points);
    if !points.is_empty() {
        about.points(&points, statement);
    }
    for (side, outcomes) in
        [(PaySide::Penalty, of(|sides| sides.penalty)), (PaySide::Bonus, of(|sides| sides.bonus))]
    {
        if !outcomes.is_empty() {
            about.money(side, &outcomes, statement);
        }
    }
}

/// What the lines of one judgement have in common.
struct About<'a> {
    desk: &'a Desk<'a>,
    commitment: &'a Commitment,
    judgement: &'a Judgement,
}

impl About<'_> {
    fn line(&self, word: &str, kind: LineKind, trace: Trace) -> Line {
        let segment = &self.judgement.segment;
        let suffix = if segment.is_whole() { String::new() } else { format!("[{segment}]") };
        Line {
            id: format!("{word}.{}{suffix}", self.commitment.name),
            kind,
            label: self.commitment.label.clone(),
            clause: self.commitment.clause.clone(),
            segment: segment.clone(),
            ..Line::blank(trace)
        }
    }

    fn points(&self, outcomes: &[&Outcome], statement: &mut Statement) {
        let penalty = self.desk.contract.conversion.as_ref().is_none_or(|item| item.side == PaySide::Penalty);
        let sum: Ratio = outcomes.iter().map(|outcome| outcome.points.clone()).sum();
        let points = if penalty { -sum } else { sum };
        statement.points = &statement.points + &points;
        statement.points_on.push((self.commitment.name.clone(), points.clone()));
        let line = self.line("points", LineKind::Points, joined(self.desk, outcomes));
        statement.lines.push(Line { exact: points.clone(), amount: points, ..line });
    }

    fn money(&self, side: PaySide, outcomes: &[&Outcome], statement: &mut Statement) {
        let on_side = |outcome: &&&Outcome| outcome.money.is_negative() == (side == PaySide::Penalty);
        let parts: Vec<&Outcome> = outcomes.iter().filter(on_side).copied().collect();
        let exact: Ratio = parts.iter().map(|part| part.money.clone()).sum();
        let mut trace = joined(self.desk, outcomes);
        if parts.is_empty() && trace.missing.is_empty() && self.judgement.value.is_some() {
            trace.step(|| format!("no {} is due", side_word(side)));
        }
        let amount = self.desk.rounded(&exact, &mut trace);
        let weights: Vec<Ratio> = parts.iter().map(|part| part.money.abs()).collect();
        let shares = share_out(&amount.abs(), &weights, self.desk.each_line());
        let line = statement.lines.len();
        for (part, left) in parts.iter().zip(shares) {
            let commitment = Some(self.commitment.name.clone());
            let pools = part.pools.clone();
            statement.dues.push(Due { pools, ..Due::new(line, commitment, side, left) });
        }
        let kind = if side == PaySide::Penalty { LineKind::Penalty } else { LineKind::Bonus };
        statement.lines.push(Line { exact, amount, ..self.line(side_word(side), kind, trace) });
    }
}

/// The traces of several pay items as one.
fn joined(desk: &Desk<'_>, outcomes: &[&Outcome]) -> Trace {
    let rules = outcomes.iter().map(|outcome| outcome.trace.rule.as_str());
    let mut trace = desk.trace(|| rules.collect::<Vec<_>>().join("; "));
    for outcome in outcomes {
        let own = &outcome.trace;
        own.inputs.iter().for_each(|input| note(&mut trace, input.clone()));
        trace.steps.extend(own.steps.iter().cloned());
        trace.missing.extend(own.missing.iter().cloned());
    }
    trace
}

/// The line that turns all points into money.
fn converted_points(desk: &Desk<'_>, statement: &mut Statement) {
    let Some(conversion) = &desk.contract.conversion else { return };
    let side = conversion.side;
    let mut trace = desk.trace(|| "points of all commitments, converted".to_string());
    for line in statement.lines.iter().filter(|line| line.kind == LineKind::Points) {
        let shown = format!("{} points", line.amount);
        note(&mut trace, Input { name: line.id.clone(), shown, source: "points" });
    }
    let points = statement.points.clone().max(Ratio::zero());
    let worked = points::convert(desk, conversion, &points, &mut trace);
    if let Err(missing) = &worked {
        cannot(&mut trace, missing);
    }
    let signed = |value: Ratio| if side == PaySide::Penalty { -value } else { value };
    let exact = signed(worked.unwrap_or_default());
    let amount = desk.rounded(&exact, &mut trace);
    let line = statement.lines.len();
    let pools = pay::pools_in(conversion.base.iter());
    statement.dues.push(Due { pools, ..Due::new(line, None, side, amount.abs()) });
    statement.lines.push(Line {
        id: "points.converted".to_string(),
        kind: if side == PaySide::Penalty { LineKind::Penalty } else { LineKind::Bonus },
        label: format!("{} for points", side_word(side)),
        clause: conversion.clause.clone(),
        exact,
        amount,
        ..Line::blank(trace)
    });
}
