//! Points of all commitments, converted into money.
//!
//! Table 5 → 0 %, 10 → 2 %, 15 → 4 % on USD 40,000: 10 points are USD 800.00;
//! 12 points are 2 % at or below, 2.8 % when interpolated.

use crate::assess::signed;
use crate::contract::{Amount, Conversion, ConversionRule, Formula};
use crate::reading::formula::{Missing, percent_of};
use crate::value::{Currency, Quantity, Ratio, Unit};

use super::Trace;
use super::desk::{Desk, work_out};
use super::table;

/// The money that `points` come to, as a magnitude; the working goes into the trace.
pub(super) fn convert(
    desk: &Desk<'_>,
    conversion: &Conversion,
    points: &Ratio,
    trace: &mut Trace,
) -> Result<Ratio, Missing> {
    let shown = Quantity::new(points.clone(), Unit::Points);
    match &conversion.rule {
        ConversionRule::Each(formula) => {
            let each = work_out(desk, desk, formula, trace)?;
            let amount = points * &each.amount;
            trace.step(|| format!("{shown} × {} = {}", each.working, desk.money(&amount)));
            Ok(amount)
        }
        ConversionRule::Table { rows, interpolated } => {
            let (amount, words) = if *interpolated {
                on_line(rows, &shown, desk.contract.currency)
            } else {
                at_or_below(rows, &shown)
            };
            trace.step(words);
            money(desk, conversion.base.as_ref(), &amount, trace)
        }
    }
}

fn at_or_below<'a>(rows: &'a [(Ratio, Amount)], points: &'a Quantity) -> (Amount, table::Words<'a>) {
    match rows.iter().rfind(|(at, _)| *at <= points.value) {
        Some((at, amount)) => {
            let row = Quantity::new(at.clone(), Unit::Points);
            (amount.clone(), Box::new(move || format!("{points}: the row of {row}")))
        }
        None => (Amount::Nothing, Box::new(move || format!("{points}: below the first row"))),
    }
}

/// Between rows; below the first row nothing is due.
fn on_line<'a>(
    rows: &'a [(Ratio, Amount)],
    points: &'a Quantity,
    currency: Currency,
) -> (Amount, table::Words<'a>) {
    match rows.first() {
        Some((first, _)) if points.value >= *first => table::scale(rows, points, currency),
        _ => at_or_below(&[], points),
    }
}

fn money(
    desk: &Desk<'_>,
    base: Option<&Formula>,
    amount: &Amount,
    trace: &mut Trace,
) -> Result<Ratio, Missing> {
    let value = signed(amount).abs();
    match amount {
        Amount::Percent(_) if !value.is_zero() => {
            let base = work_out(desk, desk, base.ok_or(Missing::DivisionByZero)?, trace)?;
            let money = percent_of(&value, &base.amount);
            let rate = Quantity::new(value, Unit::Percent);
            trace.step(|| format!("{rate} of {} = {}", base.working, desk.money(&money)));
            Ok(money)
        }
        Amount::Money(_) => {
            trace.step(|| desk.money(&value));
            Ok(value)
        }
        _ => Ok(Ratio::zero()),
    }
}
