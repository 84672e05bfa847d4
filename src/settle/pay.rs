//! What one commitment pays for one judgement, item by item.

mod grounded;

use crate::assess::Status;
use crate::contract::{Amount, Commitment, Formula, Node, Often, Pay, PaySide, StepParts, When};
use crate::reading::formula::{DAYS_IN_PERIOD, Figures, Missing, Source, percent_of};
use crate::value::{Quantity, Ratio, Unit};

use grounded::grounded;

use super::Trace;
use super::desk::{Case, cannot, work_out};
use super::{event, multiplier, share, situation, step, table};

/// What one pay item comes to.
#[derive(Default)]
pub(super) struct Outcome {
    /// Money, negative for a penalty.
    pub money: Ratio,
    /// Points, negative on the side of penalties.
    pub points: Ratio,
    /// The pools it draws on.
    pub pools: Vec<String>,
    /// How it came about.
    pub trace: Trace,
}

/// Which lines a commitment can ever have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sides {
    pub penalty: bool,
    pub bonus: bool,
    pub points: bool,
}

/// The sides one pay item can pay on.
pub(super) fn sides(pay: &Pay) -> Sides {
    let mut sides = Sides::default();
    let mut amount = |amount: &Amount| match amount {
        Amount::Nothing => {}
        Amount::Points(_) => sides.points = true,
        Amount::Formula(_, formula) if formula.unit == Unit::Points => sides.points = true,
        Amount::Formula(side, _) => {
            sides.penalty |= *side == PaySide::Penalty;
            sides.bonus |= *side == PaySide::Bonus;
        }
        Amount::Percent(value) | Amount::Money(value) | Amount::Days(value) => {
            sides.penalty |= value.is_negative();
            sides.bonus |= value.is_positive();
        }
    };
    match pay {
        Pay::Bands { bands, otherwise, .. } => {
            bands.iter().map(|band| &band.amount).chain(otherwise).for_each(&mut amount);
        }
        Pay::Scale { points, .. } => points.iter().for_each(|(_, value)| amount(value)),
        Pay::Share { side, .. } => {
            sides.penalty = *side == PaySide::Penalty;
            sides.bonus = *side == PaySide::Bonus;
        }
        Pay::Step { side, amount, .. }
        | Pay::Fixed { side, amount, .. }
        | Pay::Events { side, amount, .. } => {
            sides.points = amount.unit == Unit::Points;
            sides.penalty = !sides.points && *side == PaySide::Penalty;
            sides.bonus = !sides.points && *side == PaySide::Bonus;
        }
    }
    sides
}

/// What `pay` comes to for a judgement.
pub(super) fn outcome(case: &Case<'_>, commitment: &Commitment, pay: &Pay) -> Outcome {
    let mut trace = case.desk.trace(|| rule(pay));
    if !trace.bare {
        trace.inputs.extend(case.own_input());
    }
    if let Some(why) = case.judgement.nothing_due() {
        trace.step(|| format!("{why}; nothing is due"));
        return Outcome { pools: pools(pay), trace, ..Outcome::default() };
    }
    let worked = match pay {
        Pay::Fixed { side, amount, when, often } => fixed(case, *side, amount, (*when, *often), &mut trace),
        _ => match &case.judgement.value {
            Some(value) => on_reading(case, pay, value, &mut trace),
            None => {
                trace.step(|| without_reading(case, commitment));
                Ok(Sum::default())
            }
        },
    };
    let sum = worked.unwrap_or_else(|missing| {
        cannot(&mut trace, &missing);
        Sum::default()
    });
    let sum = grounded(case, sides(pay), sum, &mut trace);
    Outcome { money: sum.money, points: sum.points, pools: pools(pay), trace }
}

/// Money and points of one item, negative on the side of penalties.
#[derive(Default)]
struct Sum {
    money: Ratio,
    points: Ratio,
}

impl Sum {
    /// An amount that comes out below nothing is nothing: it never changes sides.
    fn of(side: PaySide, amount: Ratio, unit: Unit, trace: &mut Trace) -> Self {
        if amount.is_negative() {
            trace.step(|| "below nothing: nothing is due".to_string());
            return Self::default();
        }
        let amount = if side == PaySide::Penalty { -amount } else { amount };
        match unit {
            Unit::Points => Self { points: amount, ..Self::default() },
            _ => Self { money: amount, ..Self::default() },
        }
    }
}

/// Why nothing is due without a reading.
fn without_reading(case: &Case<'_>, commitment: &Commitment) -> String {
    let nothing = "nothing is due";
    match &case.judgement.status {
        Status::Excused(reason) => format!("excused: {reason}; {nothing}"),
        Status::NotMeasured(why) => format!("not measured: {why}; {nothing}"),
        status => {
            let why = case.reading().and_then(crate::reading::Reading::why).unwrap_or_default();
            format!(
                "{}: `{}` has no value ({why}); {nothing} by its table",
                status.word(),
                commitment.measure
            )
        }
    }
}

fn on_reading(case: &Case<'_>, pay: &Pay, value: &Quantity, trace: &mut Trace) -> Result<Sum, Missing> {
    match pay {
        Pay::Bands { base, bands, otherwise } => {
            let (amount, words) = table::band(bands, otherwise.as_ref(), value);
            from_table(case, base.as_ref(), &amount, words, trace)
        }
        Pay::Scale { base, points } => {
            let (amount, words) = table::scale(points, value, case.desk.contract.currency);
            from_table(case, base.as_ref(), &amount, words, trace)
        }
        Pay::Share { side, below, level, tiers, at_most } => {
            let start = work_out(case.desk, case, level, trace)?;
            let total = share::of(case.desk, value, &start.amount, *below, tiers, trace);
            let total = at_most_of(case, total, at_most.as_ref(), trace)?;
            Ok(Sum::of(*side, total, Unit::Money(case.desk.contract.currency), trace))
        }
        Pay::Step { side, amount, step, parts, records, below, level, at_most } => {
            let start = work_out(case.desk, case, level, trace)?;
            let (steps, words) = match records {
                Some(noun) => step::records_beyond(case, &start.amount, step, *parts, *below, noun)?,
                None => step::count(value, &start.amount, step, *parts, *below),
            };
            trace.step(|| words);
            if steps.is_zero() {
                return Ok(Sum::default());
            }
            let each = work_out(case.desk, case, amount, trace)?;
            let total = &steps * &each.amount;
            let shown = |value: &Ratio| Quantity::new(value.clone(), amount.unit);
            let count = Quantity::new(steps, Unit::Number);
            trace.step(|| format!("{} {count} × {} = {}", side_word(*side), each.working, shown(&total)));
            let total = at_most_of(case, total, at_most.as_ref(), trace)?;
            Ok(Sum::of(*side, total, amount.unit, trace))
        }
        Pay::Events { side, amount, every, over, once } => {
            let events = events(case);
            let payments = event::payments(&events, *every, *over, *once);
            let periods = events.len().min(usize::try_from(*over).unwrap_or(usize::MAX));
            trace.step(|| {
                format!("{value} events, over the last {periods} periods: {payments} × every {every}")
            });
            if payments.is_zero() {
                return Ok(Sum::default());
            }
            let each = work_out(case.desk, case, amount, trace)?;
            let total = &payments * &each.amount;
            let shown = Quantity::new(total.clone(), amount.unit);
            trace.step(|| format!("{} {payments} × {} = {shown}", side_word(*side), each.working));
            Ok(Sum::of(*side, total, amount.unit, trace))
        }
        Pay::Fixed { .. } => Ok(Sum::default()),
    }
}

/// The events of all periods up to this one; a period without a reading had none.
fn events(case: &Case<'_>) -> Vec<Ratio> {
    let readings = case.desk.readings;
    let value = |period| readings.get(case.measure, period, &case.judgement.segment)?.value.clone();
    (0..=case.judgement.period).map(|period| value(period).unwrap_or_default()).collect()
}

fn at_most_of(
    case: &Case<'_>,
    total: Ratio,
    at_most: Option<&Formula>,
    trace: &mut Trace,
) -> Result<Ratio, Missing> {
    let Some(limit) = at_most else { return Ok(total) };
    let limit = work_out(case.desk, case, limit, trace)?;
    trace.step(|| format!("at most {}", limit.working));
    Ok(total.min(limit.amount))
}

fn from_table(
    case: &Case<'_>,
    base: Option<&Formula>,
    amount: &Amount,
    words: table::Words<'_>,
    trace: &mut Trace,
) -> Result<Sum, Missing> {
    trace.step(|| format!("{}: {}", words(), table::worded(amount, case.desk.contract)));
    match amount {
        Amount::Percent(percent) if !percent.is_zero() => {
            let base = base.ok_or(Missing::DivisionByZero)?;
            let base = work_out(case.desk, case, base, trace)?;
            let money = percent_of(percent, &base.amount);
            let rate = Quantity::new(percent.abs(), Unit::Percent);
            trace.step(|| format!("{rate} of {} = {}", base.working, case.desk.money(&money.abs())));
            Ok(Sum { money, ..Sum::default() })
        }
        Amount::Money(money) => Ok(Sum { money: money.clone(), ..Sum::default() }),
        Amount::Points(points) => Ok(Sum { points: points.clone(), ..Sum::default() }),
        Amount::Days(days) => {
            let base = base.ok_or(Missing::DivisionByZero)?;
            let base = work_out(case.desk, case, base, trace)?;
            let period = case.figure(Source::Period, DAYS_IN_PERIOD)?.value;
            let money = (days * &base.amount).over(&period).ok_or(Missing::DivisionByZero)?;
            let count = Quantity::new(days.abs(), Unit::Number);
            let shown = case.desk.money(&money.abs());
            trace.step(|| format!("{count} × {} / {period} days = {shown}", base.working));
            Ok(Sum { money, ..Sum::default() })
        }
        Amount::Formula(side, formula) => worked_amount(case, base, *side, formula, trace),
        Amount::Percent(_) | Amount::Nothing => Ok(Sum::default()),
    }
}

/// What an amount that is a formula comes to: money, points, or percent of the base.
fn worked_amount(
    case: &Case<'_>,
    base: Option<&Formula>,
    side: PaySide,
    formula: &Formula,
    trace: &mut Trace,
) -> Result<Sum, Missing> {
    let worked = work_out(case.desk, case, formula, trace)?;
    trace.step(|| format!("{} {}", side_word(side), worked.working));
    if formula.unit != Unit::Percent {
        return Ok(Sum::of(side, worked.amount, formula.unit, trace));
    }
    let base = work_out(case.desk, case, base.ok_or(Missing::DivisionByZero)?, trace)?;
    let money = percent_of(&worked.amount, &base.amount);
    let rate = Quantity::new(worked.amount, Unit::Percent);
    trace.step(|| format!("{rate} of {} = {}", base.working, case.desk.money(&money)));
    Ok(Sum::of(side, money, Unit::Money(case.desk.contract.currency), trace))
}

fn fixed(
    case: &Case<'_>,
    side: PaySide,
    amount: &Formula,
    (when, often): (When, Option<Often>),
    trace: &mut Trace,
) -> Result<Sum, Missing> {
    let status = &case.judgement.status;
    let verdict = multiplier::verdict_of(when);
    let due = situation::said(case.desk, status, verdict, false) == Some(true);
    let why = match status {
        Status::Excused(why) | Status::NotMeasured(why) => format!(": {why}"),
        _ => String::new(),
    };
    trace.step(|| format!("the commitment is {}{why}", status.word()));
    if !due {
        trace.step(|| format!("nothing is due: due {}", when_words(when, often)));
        return Ok(Sum::default());
    }
    if let Some(often) = often {
        let found = multiplier::repeated(case.desk, case.judgement, verdict, Some(often));
        let periods: Vec<String> = found.hits.iter().map(|period| case.desk.label(*period)).collect();
        trace.step(|| format!("{verdict} in {}", periods.join(", ")));
        if found.truth != Some(true) {
            trace.step(|| format!("nothing is due: due {}", when_words(when, Some(often))));
            return Ok(Sum::default());
        }
    }
    let worked = work_out(case.desk, case, amount, trace)?;
    trace.step(|| format!("{} {}", side_word(side), worked.working));
    Ok(Sum::of(side, worked.amount, amount.unit, trace))
}

/// The pools an item's amount is a part of.
fn pools(pay: &Pay) -> Vec<String> {
    let formulas: Vec<&Formula> = match pay {
        Pay::Bands { .. } | Pay::Scale { .. } => pay.every_formula(),
        Pay::Share { .. } => Vec::new(),
        Pay::Step { amount, .. } | Pay::Fixed { amount, .. } | Pay::Events { amount, .. } => vec![amount],
    };
    pools_in(formulas.into_iter())
}

/// The pools that formulas name.
pub(super) fn pools_in<'a>(formulas: impl Iterator<Item = &'a Formula>) -> Vec<String> {
    let mut pools = Vec::new();
    for formula in formulas {
        formula.node.walk(&mut |node| {
            if let Node::Pool(name) = node {
                pools.push(name.clone());
            }
        });
    }
    pools
}

/// The rule in contract words.
fn rule(pay: &Pay) -> String {
    let on =
        |base: &Option<Formula>| base.as_ref().map_or_else(String::new, |base| format!(" on {}", base.text));
    match pay {
        Pay::Bands { base, .. } => format!("bands{}", on(base)),
        Pay::Scale { base, .. } => format!("scale{}", on(base)),
        Pay::Step { side, amount, parts, below, level, at_most, records, .. } => {
            let step = records.as_deref().unwrap_or("step");
            let parts = match parts {
                StepParts::Full => format!("for each full {step}"),
                StepParts::OrPart => format!("for each {step} or part"),
                StepParts::Exact => format!("per {step}"),
            };
            let at_most =
                at_most.as_ref().map_or_else(String::new, |limit| format!(", at most {}", limit.text));
            let side_of = if *below { "below" } else { "above" };
            format!("{} {} {parts} {side_of} {}{at_most}", side_word(*side), amount.text, level.text)
        }
        Pay::Share { side, below, level, .. } => {
            let side_of = if *below { "below" } else { "above" };
            format!("{} share of what is {side_of} {}", side_word(*side), level.text)
        }
        Pay::Fixed { side, amount, when, often } => {
            format!("{} {} {}", side_word(*side), amount.text, when_words(*when, *often))
        }
        Pay::Events { side, amount, every, over, once } => {
            let used = if *once { "each used once" } else { "used again" };
            let (side, amount) = (side_word(*side), &amount.text);
            format!("{side} {amount} for every {every} events over any {over} periods, {used}")
        }
    }
}

/// `penalty` or `bonus`
pub(super) fn side_word(side: PaySide) -> &'static str {
    match side {
        PaySide::Penalty => "penalty",
        PaySide::Bonus => "bonus",
    }
}

fn when_words(when: When, often: Option<Often>) -> String {
    let often = often.map(|often| format!(" {often}")).unwrap_or_default();
    format!("when {}{often}", multiplier::verdict_of(when))
}
