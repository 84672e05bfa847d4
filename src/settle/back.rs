//! Charge-backs: a cost shared out among units of the client, to the cent.
//!
//! 84,000.00 by contacts, unknown pro rata:
//!
//! | unit | contacts | share |
//! |------|---------:|------:|
//! | Billing | 9,000 | 42,000.00 |
//! | Logistics | 6,000 | 28,000.00 |
//! | Product | 3,000 | 14,000.00 |
//! | unknown | 2,000 | – |
//!
//! 100.00 over three equal units is 33.34, 33.33 and 33.33: cents left over go
//! to the largest remainders, among equals in the order of the units' names.

use crate::assess::Assessment;
use crate::contract::{ChargeBack, Contract, Unattributed};
use crate::measured::Segment;
use crate::reading::Readings;
use crate::reading::formula::Missing;
use crate::value::{Quantity, Ratio, Unit};

use super::desk::{Desk, cannot, note, work_out};
use super::due::share_out;
use super::statement::Statement;
use super::{Ledger, Line, LineKind, Trace};

/// What is held centrally is called so.
const CENTRAL: &str = "held centrally";

/// A unit and its weight.
struct Part {
    /// None is the client itself.
    unit: Option<String>,
    weight: Ratio,
}

/// Shares out every charge-back of the contract.
pub(super) fn lines(desk: &Desk<'_>, total: &Ratio, statement: &mut Statement) {
    for (at, back) in desk.contract.charge_backs.iter().enumerate() {
        statement.lines.extend(one(desk, at + 1, back, total));
    }
}

/// Shares out the total once more, after corrections of earlier periods were added to it.
pub(crate) fn again(contract: &Contract, readings: &Readings, assessment: &Assessment, ledger: &mut Ledger) {
    let desk = Desk::new(contract, readings, assessment, ledger.period, &[]);
    let known = |(name, amount): (&String, &Ratio)| (name.clone(), Ok(amount.clone()));
    let charges = ledger.kept.charges.iter().map(known).collect();
    let pools = ledger.kept.pools.iter().map(known).collect();
    let desk = Desk { charges, pools, ..desk };
    for (at, back) in contract.charge_backs.iter().enumerate().filter(|(_, back)| back.what.is_none()) {
        let id = format!("charge-back.{}", at + 1);
        let part = format!("{id}[");
        ledger.lines.retain(|line| line.id != id && !line.id.starts_with(&part));
        ledger.lines.extend(one(&desk, at + 1, back, &ledger.total));
    }
}

/// What is shared out, and its parts.
fn one(desk: &Desk<'_>, number: usize, back: &ChargeBack, total: &Ratio) -> Vec<Line> {
    let mut trace = desk.trace(|| back.text.clone());
    let head = Line {
        id: format!("charge-back.{number}"),
        kind: LineKind::ChargeBack,
        label: format!("charge-back {number}"),
        clause: back.clause.clone(),
        ..Line::blank(Trace::default())
    };
    match whole(desk, back, total, &mut trace) {
        Ok(whole) => {
            let shared = shared(desk, back, &whole, &trace).into_iter();
            let parts = shared.map(|(unit, amount, trace)| line(number, back, unit, amount, trace));
            std::iter::once(Line { exact: whole.clone(), amount: whole.clone(), trace, ..head })
                .chain(parts)
                .collect()
        }
        Err(missing) => {
            cannot(&mut trace, &missing);
            vec![Line { trace, ..head }]
        }
    }
}

/// What is shared out, in whole steps of the contract's rounding.
fn whole(desk: &Desk<'_>, back: &ChargeBack, total: &Ratio, trace: &mut Trace) -> Result<Ratio, Missing> {
    let exact = match &back.what {
        Some(what) => {
            let worked = work_out(desk, desk, what, trace)?;
            trace.step(|| format!("charged back: {}", worked.working));
            worked.amount
        }
        None => {
            trace.step(|| format!("charged back: the total of {}", desk.money(total)));
            total.clone()
        }
    };
    Ok(desk.contract.rounding.rounding.apply(&exact))
}

type Shared = (Option<String>, Ratio, Trace);

fn shared(desk: &Desk<'_>, back: &ChargeBack, whole: &Ratio, trace: &Trace) -> Vec<Shared> {
    let mut trace = trace.clone();
    let parts = parts(desk, back, &mut trace);
    let sum: Ratio = parts.iter().map(|part| part.weight.clone()).sum();
    if !sum.is_positive() {
        trace.step(|| "no unit is known: all of it is held centrally".to_string());
        return vec![(None, whole.clone(), trace)];
    }
    let weights: Vec<Ratio> = parts.iter().map(|part| part.weight.clone()).collect();
    let rounding = Some(&desk.contract.rounding.rounding);
    let sign = |share: Ratio| if whole.is_negative() { -share } else { share };
    let shares = share_out(&whole.abs(), &weights, rounding);
    let mut lines: Vec<Shared> = Vec::new();
    for (part, share) in parts.into_iter().zip(shares) {
        let mut own = trace.clone();
        let share = sign(share);
        let number = |value: &Ratio| Quantity::new(value.clone(), Unit::Number);
        own.step(|| {
            format!(
                "{} × {} / {} = {}",
                desk.money(whole),
                number(&part.weight),
                number(&sum),
                desk.money(&share)
            )
        });
        lines.push((part.unit, share, own));
    }
    capped(desk, back, lines, &trace)
}

/// The units in the order of their names, then what is held centrally.
fn parts(desk: &Desk<'_>, back: &ChargeBack, trace: &mut Trace) -> Vec<Part> {
    let by_key = desk.readings.measures.get(&back.measure);
    let here = by_key.into_iter().flatten().filter(|(key, _)| key.period == desk.period);
    let mut parts: Vec<Part> = Vec::new();
    let mut unknown = Ratio::zero();
    for (key, reading) in here.filter(|(key, _)| !key.segment.is_whole()) {
        let weight = reading.value.clone().unwrap_or_default().max(Ratio::zero());
        let name = format!("{}[{}]", back.measure, key.segment);
        note(trace, super::Input { name, ..desk.measure_input(&back.measure, reading) });
        match unit(&key.segment) {
            Some(unit) => parts.push(Part { unit: Some(unit), weight }),
            None => unknown = unknown + weight,
        }
    }
    parts.sort_by(|a, b| a.unit.cmp(&b.unit));
    match &back.unknown {
        Unattributed::ProRata => {}
        Unattributed::To(name) => {
            let unit = Some(name.clone());
            match parts.iter_mut().find(|part| part.unit == unit) {
                Some(part) => part.weight = &part.weight + &unknown,
                None => parts.push(Part { unit, weight: unknown }),
            }
            parts.sort_by(|a, b| a.unit.cmp(&b.unit));
        }
        Unattributed::Centrally => parts.push(Part { unit: None, weight: unknown }),
    }
    parts
}

fn unit(segment: &Segment) -> Option<String> {
    segment.0.first().cloned().flatten()
}

/// No unit bears more than the most; what goes beyond is held centrally.
fn capped(desk: &Desk<'_>, back: &ChargeBack, mut lines: Vec<Shared>, trace: &Trace) -> Vec<Shared> {
    let Some(most) = &back.most else { return lines };
    let mut working = desk.trace(String::new);
    let limit = match work_out(desk, desk, most, &mut working) {
        Ok(worked) => {
            working.step(|| format!("at most {} each", worked.working));
            desk.contract.rounding.rounding.apply(&worked.amount)
        }
        Err(missing) => {
            for (_, _, trace) in &mut lines {
                cannot(trace, &missing);
            }
            return lines;
        }
    };
    let mut rest = Ratio::zero();
    for (unit, share, trace) in &mut lines {
        working.inputs.iter().for_each(|input| note(trace, input.clone()));
        if unit.is_some() && *share > limit {
            rest = &rest + &(&*share - &limit);
            trace.steps.extend(working.steps.iter().cloned());
            trace.step(|| format!("{} too much, held centrally", desk.money(&(&*share - &limit))));
            *share = limit.clone();
        }
    }
    if rest.is_zero() {
        return lines;
    }
    let says = format!("{} beyond what units bear at most", desk.money(&rest));
    match lines.iter_mut().find(|(unit, ..)| unit.is_none()) {
        Some((_, share, trace)) => {
            *share = &*share + &rest;
            trace.step(|| says);
        }
        None => {
            let mut trace = trace.clone();
            trace.step(|| says);
            lines.push((None, rest, trace));
        }
    }
    lines
}

fn line(number: usize, back: &ChargeBack, unit: Option<String>, amount: Ratio, trace: Trace) -> Line {
    let unit = unit.unwrap_or_else(|| CENTRAL.to_string());
    Line {
        id: format!("charge-back.{number}[{unit}]"),
        kind: LineKind::ChargeBack,
        label: format!("charge-back {number}"),
        clause: back.clause.clone(),
        segment: Segment([Some(unit)].into()),
        exact: amount.clone(),
        amount,
        ..Line::blank(trace)
    }
}
