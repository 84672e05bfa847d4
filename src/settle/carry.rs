//! What caps cut and the contract does not let lapse.
//!
//! Cap 100 a month, excess carries forward: 160 due in January, 70 in
//! February. January pays 100, 60 wait; February pays its 70 and has room for
//! 30 of January's; 30 still wait for March.

use crate::contract::{Cap, Excess, PaySide};
use crate::value::Ratio;

use super::desk::Desk;
use super::due::Due;
use super::limit::{self, Cut};
use super::statement::Statement;
use super::{Carried, Line, LineKind, window};

/// Keeps what a cap cut for later periods.
pub(super) fn keep(desk: &Desk<'_>, statement: &mut Statement, at: usize, cut: &[Cut]) {
    let amount: Ratio = cut.iter().map(|(_, amount)| amount.clone()).sum();
    if amount.is_positive() {
        if let Some(line) = statement.lines.last_mut() {
            line.trace.step(|| format!("{} carries forward", desk.money(&amount)));
        }
        statement.carried.push(Carried { cap: at, origin: desk.period, amount });
    }
}

/// Enters what is paid beside the invoice because a cap only limits what is set off against it.
pub(super) fn pay_in_cash(desk: &Desk<'_>, statement: &mut Statement, at: usize, cut: &[Cut]) {
    let Some(cap) = desk.contract.caps.get(at) else { return };
    let amount: Ratio = cut.iter().map(|(_, amount)| amount.clone()).sum();
    for (place, amount) in cut {
        if let Some(due) = statement.dues.get_mut(*place) {
            due.cash = &due.cash + amount;
        }
    }
    if !amount.is_positive() {
        return;
    }
    let signed = if cap.side == PaySide::Penalty { -amount.clone() } else { amount.clone() };
    let mut trace = desk.trace(|| cap.text.clone());
    trace.step(|| format!("{} is not set off against the invoice, and paid beside it", desk.money(&amount)));
    statement.lines.push(Line {
        id: format!("cash.{}", limit::place(desk.contract, at)),
        kind: LineKind::Cash,
        label: format!("{} paid beside the invoice", limit::plural(cap.side)),
        clause: cap.clause.clone(),
        exact: signed.clone(),
        amount: signed,
        ..Line::blank(trace)
    });
}

/// Brings back what earlier periods carried forward, as far as there is room.
pub(super) fn back(desk: &Desk<'_>, statement: &mut Statement) {
    let Some(last) = desk.past.last() else { return };
    for (at, cap) in desk.contract.caps.iter().enumerate() {
        let mut waiting: Vec<&Carried> = last.carried.iter().filter(|it| it.cap == at).collect();
        waiting.sort_by_key(|it| it.origin);
        for carried in waiting {
            one(desk, statement, at, cap, carried);
        }
    }
}

fn one(desk: &Desk<'_>, statement: &mut Statement, at: usize, cap: &Cap, carried: &Carried) {
    let label = |period: usize| desk.readings.periods.get(period).map_or("", |it| it.label.as_str());
    let origin = label(carried.origin);
    let mut trace = desk.trace(|| cap.text.clone());
    let waited = desk.period.saturating_sub(carried.origin);
    let all = desk.money(&carried.amount);
    trace.step(|| format!("{all} of {origin} was carried forward"));
    let expired = matches!(cap.excess, Excess::CarriesForward(Some(most)) if waited > usize::from(most));
    let back = match smallest_room(desk, statement, at) {
        _ if expired => {
            trace.step(|| format!("it lapses: {} periods have passed", waited.saturating_sub(1)));
            Ratio::zero()
        }
        None => {
            trace.step(|| "the room under the cap cannot be worked out".to_string());
            Ratio::zero()
        }
        Some(room) => {
            trace.step(|| format!("there is room for {}", desk.money(&room)));
            room.min(carried.amount.clone())
        }
    };
    let rest = &carried.amount - &back;
    if rest.is_positive() && !expired {
        trace.step(|| format!("{} waits for a later period", desk.money(&rest)));
        statement.carried.push(Carried { amount: rest, ..carried.clone() });
    }
    let signed = if cap.side == PaySide::Penalty { -back.clone() } else { back.clone() };
    let line = statement.lines.len();
    let due = Due { carried: Some(at), ..Due::new(line, None, cap.side, back) };
    statement.dues.push(due);
    statement.lines.push(Line {
        id: format!("excess.{}.{origin}", limit::place(desk.contract, at)),
        kind: LineKind::Excess,
        label: format!("excess of {origin}, {}", limit::label(cap)),
        clause: cap.clause.clone(),
        exact: signed.clone(),
        amount: signed,
        ..Line::blank(trace)
    });
}

/// The room under the cap itself and all caps that its excess counts against.
fn smallest_room(desk: &Desk<'_>, statement: &Statement, at: usize) -> Option<Ratio> {
    let own = limit::room(desk, statement, at)?;
    let others = (0..desk.contract.caps.len()).filter(|other| window::counts(desk.contract, *other, at));
    Some(others.filter_map(|other| limit::room(desk, statement, other)).fold(own, Ratio::min))
}
