//! A charge of which a part is invoiced at once and the balance later.
//!
//! 80 % at once, balance one period later by the cases that lasted: February
//! 8,600 confirmed are 51,240.00, paid 40,992.00; 8,385 lasted, which are
//! 50,079.00; March invoices the balance of 9,087.00.

use crate::contract::{Balance, Charge, ChargeKind};
use crate::reading::formula::{Missing, percent_of};
use crate::value::{Quantity, Ratio, Unit};

use super::desk::{Desk, cannot};
use super::{Input, Line, LineKind, Trace, charge, rider};

/// The lines of what is invoiced of a charge whose gross amount is known.
pub(super) fn lines(desk: &Desk<'_>, charge: &Charge, gross: &Result<Ratio, Missing>) -> Vec<Line> {
    let Some(balance) = &charge.riders.balance else { return Vec::new() };
    let mut lines = vec![at_once(desk, charge, balance, gross)];
    if let Some(earlier) = desk.period.checked_sub(balance.later) {
        lines.push(later(desk, charge, balance, earlier));
    }
    lines
}

fn line(charge: &Charge, word: &str, label: String, trace: Trace) -> Line {
    Line {
        id: format!("{word}.{}", charge.name),
        kind: LineKind::Charge,
        label,
        clause: charge.clause.clone(),
        ..Line::blank(trace)
    }
}

fn at_once(desk: &Desk<'_>, charge: &Charge, balance: &Balance, gross: &Result<Ratio, Missing>) -> Line {
    let rate = Quantity::new(balance.at_once.clone(), Unit::Percent);
    let mut trace = desk.trace(|| format!("{rate} paid at once"));
    let exact = match gross {
        Ok(gross) => {
            let part = percent_of(&balance.at_once, gross);
            trace.step(|| format!("{rate} of {} = {}", desk.money(gross), desk.money(&part)));
            part
        }
        Err(missing) => {
            cannot(&mut trace, missing);
            Ratio::zero()
        }
    };
    let amount = desk.rounded(&exact, &mut trace);
    Line { exact, amount, ..line(charge, "paid", format!("{}, {rate} at once", charge.label), trace) }
}

fn later(desk: &Desk<'_>, charge: &Charge, balance: &Balance, earlier: usize) -> Line {
    let label = desk.label(earlier);
    let mut trace = desk.trace(|| format!("balance of {label} by {}", balance.volume));
    let owed = owed(desk, charge, balance, earlier, &mut trace);
    if let Err(missing) = &owed {
        cannot(&mut trace, missing);
    }
    let exact = owed.unwrap_or_default();
    let amount = desk.rounded(&exact, &mut trace);
    Line { exact, amount, ..line(charge, "balance", format!("{}, balance of {label}", charge.label), trace) }
}

/// The gross amount by the final count less what was paid.
fn owed(
    desk: &Desk<'_>,
    charge: &Charge,
    balance: &Balance,
    earlier: usize,
    trace: &mut Trace,
) -> Result<Ratio, Missing> {
    let then = desk.then(earlier);
    let ledger = desk.past.get(earlier);
    let charge = then.contract.charges.get(&charge.name).unwrap_or(charge);
    let finally = Charge { kind: recounted(&charge.kind, &balance.volume), ..charge.clone() };
    let mut working = then.trace(String::new);
    let price = charge::of_kind(&then, &finally, &mut working)?;
    let gross = then.rounded(&rider::ride(&then, &finally, price, &mut working)?, &mut working);
    let label = desk.label(earlier);
    let named = |input: Input| Input { name: format!("{} of {label}", input.name), ..input };
    trace.inputs.extend(working.inputs.into_iter().map(named));
    trace.steps.extend(working.steps);
    let id = format!("paid.{}", charge.name);
    let paid = ledger.and_then(|ledger| ledger.lines.iter().find(|line| line.id == id));
    let missing = || Missing::Figure { name: id.clone(), why: format!("nothing was settled for {label}") };
    let paid = paid.ok_or_else(missing)?;
    trace.inputs.push(Input {
        name: format!("{id} of {label}"),
        shown: desk.money(&paid.amount),
        source: "statement",
    });
    let owed = &gross - &paid.amount;
    trace.step(|| {
        format!(
            "finally {}, less {} paid = {}",
            desk.money(&gross),
            desk.money(&paid.amount),
            desk.money(&owed)
        )
    });
    Ok(owed)
}

/// The same price for another count.
fn recounted(kind: &ChargeKind, count: &str) -> ChargeKind {
    let mut kind = kind.clone();
    match &mut kind {
        ChargeKind::Tiered { volume, .. }
        | ChargeKind::PerUnit { volume, .. }
        | ChargeKind::VolumeBand { volume, .. } => *volume = count.to_string(),
        ChargeKind::Formula(_) => {}
    }
    kind
}
