//! Penalties and bonuses set against each other.
//!
//! Penalties 500, bonuses 300, a cap on penalties of 150: paid side by side
//! the vendor gains 300 − 150 = 150; netted before caps 500 − 300 = 200 of
//! penalties are left, of which the cap leaves 150, and the vendor loses 150.
//! `bonuses only offset penalties`: with penalties 150 the bonuses of 300 pay
//! 150, and nothing beyond.

use crate::contract::{Contract, Netting, PaySide};
use crate::value::Ratio;

use super::desk::Desk;
use super::due::{self, Due};
use super::statement::Statement;
use super::{Line, LineKind, Trace, limit};

/// Whether the contract nets before caps.
pub(super) fn nets_before_caps(contract: &Contract) -> bool {
    contract.remedies.nettings.iter().any(|netting| netting.before_caps)
}

/// Sets both sides against each other, so that only the difference is left.
pub(super) fn before_caps(desk: &Desk<'_>, statement: &mut Statement) {
    for (at, netting) in desk.contract.remedies.nettings.iter().enumerate().filter(|(_, it)| it.before_caps) {
        let [penalties, bonuses] = sums(statement, netting);
        let both = penalties.clone().min(bonuses.clone());
        for (side, sum) in [(PaySide::Penalty, &penalties), (PaySide::Bonus, &bonuses)] {
            reduce(desk, statement, netting, side, &(sum - &both));
        }
        let mut trace = stands(desk, netting, &penalties, &bonuses);
        trace.step(|| format!("{} is set against each other", desk.money(&both)));
        trace.step(|| match penalties >= bonuses {
            true => format!("{} of penalties is left", desk.money(&(&penalties - &both))),
            false => format!("{} of bonuses is left", desk.money(&(&bonuses - &both))),
        });
        enter(statement, netting, at, Ratio::zero(), trace);
    }
}

/// Pays bonuses only as far as there are penalties to reduce.
pub(super) fn offset_only(desk: &Desk<'_>, statement: &mut Statement) {
    for (at, netting) in desk.contract.remedies.nettings.iter().enumerate().filter(|(_, it)| !it.before_caps)
    {
        let [penalties, bonuses] = sums(statement, netting);
        let paid = penalties.clone().min(bonuses.clone());
        let over = &bonuses - &paid;
        let mut trace = stands(desk, netting, &penalties, &bonuses);
        trace.step(|| match over.is_positive() {
            true => format!("{} of bonuses is beyond the penalties and not paid", desk.money(&over)),
            false => "all bonuses reduce penalties".to_string(),
        });
        reduce(desk, statement, netting, PaySide::Bonus, &paid);
        enter(statement, netting, at, -over, trace);
    }
}

/// What is due of both sides: penalties, then bonuses.
fn sums(statement: &Statement, netting: &Netting) -> [Ratio; 2] {
    [PaySide::Penalty, PaySide::Bonus].map(|side| {
        let dues = statement.dues.iter().filter(|due| covers(netting, side, due));
        dues.map(|due| due.left.clone()).sum()
    })
}

fn covers(netting: &Netting, side: PaySide, due: &Due) -> bool {
    let named = due.commitment.as_ref().is_some_and(|name| netting.on.contains(name));
    due.side == side && (netting.on.is_empty() || named)
}

/// Cuts one side to what is left of it.
fn reduce(desk: &Desk<'_>, statement: &mut Statement, netting: &Netting, side: PaySide, left: &Ratio) {
    let mut parts: Vec<&mut Due> =
        statement.dues.iter_mut().filter(|due| covers(netting, side, due)).collect();
    if due::total(&parts) <= *left {
        return;
    }
    due::cut(&mut parts, left, desk.each_line());
    let lines: Vec<usize> = parts.iter().map(|part| part.line).collect();
    statement.say(&lines, || {
        format!("then reduced by netting; {} of {} is left", desk.money(left), limit::plural(side))
    });
}

fn stands(desk: &Desk<'_>, netting: &Netting, penalties: &Ratio, bonuses: &Ratio) -> Trace {
    let mut trace = desk.trace(|| netting.text.clone());
    trace.step(|| format!("penalties {}, bonuses {}", desk.money(penalties), desk.money(bonuses)));
    trace
}

fn enter(statement: &mut Statement, netting: &Netting, at: usize, amount: Ratio, trace: Trace) {
    statement.lines.push(Line {
        id: format!("netting.{}", at + 1),
        kind: LineKind::Netting,
        label: "penalties against bonuses".to_string(),
        clause: netting.clause.clone(),
        exact: amount.clone(),
        amount,
        ..Line::blank(trace)
    });
}
