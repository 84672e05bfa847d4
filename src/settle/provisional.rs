//! What is held back while a reading can still change.
//!
//! `while provisional pay 80%`, a penalty of GBP 500.00 on a reading that is
//! final from 9 April: GBP 400.00 is due now. Settled again when it is final,
//! all of it is due.

use crate::contract::Commitment;
use crate::reading::Reading;
use crate::value::{Quantity, Ratio, Unit};

use super::desk::Case;
use super::pay::Outcome;

/// Holds back what is not paid yet.
pub(super) fn hold_back(case: &Case<'_>, commitment: &Commitment, outcome: &mut Outcome) {
    let Some(percent) = &commitment.provisional else { return };
    let Some(reading) = case.reading().filter(|reading| reading.is_provisional()) else { return };
    if outcome.money.is_zero() && outcome.points.is_zero() {
        return;
    }
    let until = until(case, reading);
    let share = percent * &Ratio::decimal(1, 2);
    outcome.money = &outcome.money * &share;
    outcome.points = &outcome.points * &share;
    let step = match percent.is_zero() {
        true => format!("provisional{until}: nothing is paid yet"),
        false => {
            let paid = match outcome.points.is_zero() {
                true => case.desk.money(&outcome.money.abs()).to_string(),
                false => Quantity::new(outcome.points.abs(), Unit::Points).to_string(),
            };
            format!(
                "provisional{until}: {} of it is paid now = {paid}",
                Quantity::new(percent.clone(), Unit::Percent)
            )
        }
    };
    outcome.trace.step(|| step);
}

/// ` until 2026-04-09 10:00:00`
fn until(case: &Case<'_>, reading: &Reading) -> String {
    let zone = &case.desk.contract.zone;
    reading.final_from.map_or_else(String::new, |moment| format!(" until {}", zone.local(moment)))
}
