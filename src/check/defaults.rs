//! What a contract leaves to a documented default, in sentences for the report.
//!
//! Only what decides something in this contract is listed: a contract without
//! look-aheads says nothing of the length of a day.

mod remedy;

use std::collections::BTreeSet;

use super::pricing_defaults;
use super::tables::standard_date;
use super::walk::{self, Met};
use crate::contract::{
    Amount, ChargeKind, Contract, Direction, IfNone, Measure, MeasureKind, Node, Pay, Row, Stays, Table,
    WindowLength,
};
use crate::value::Ratio;

/// The sentences, sorted, each once.
pub(super) fn of(contract: &Contract) -> Vec<String> {
    let mut all = BTreeSet::new();
    all.extend(contract.tables.values().filter_map(dated));
    all.extend(unmeasured(contract));
    all.extend(looking_ahead(contract));
    all.extend(undecided(contract));
    all.extend(provisional(contract));
    all.extend(allowance(contract));
    all.extend(gates(contract));
    all.extend(pools(contract));
    all.extend(super::history::defaults(contract));
    all.extend(decided(contract));
    all.extend(days(contract));
    all.extend(remedy::of(contract));
    all.extend(super::proof::defaults(contract));
    let mut both = false;
    each_row(contract, &mut |row| both |= pricing_defaults::counts_both(row));
    all.extend(pricing_defaults::of(contract, both));
    if !contract.commitments.is_empty() {
        all.insert(remedy::order(contract));
    }
    all.into_iter().collect()
}

/// What holds where the contract leaves something to a register.
fn decided(contract: &Contract) -> Vec<String> {
    let mut found = Vec::new();
    let governance = &contract.governance;
    if governance.reliefs.iter().any(|it| !it.text.contains(" where ")) {
        found.push("a row of the relief register is approved when its `approved_by` is known".to_owned());
    }
    if governance.incidents.iter().any(|it| it.stays == Stays::Chosen) {
        found.push("until the client has chosen, the highest penalty of an incident stays".to_owned());
    }
    let (mut allowance, mut one, mut open) = (false, false, false);
    walk::contract(contract, &mut |met| {
        if let Met::Set(set) = met {
            allowance |= set.portions.days.is_some() || set.portions.first.is_some();
            one |= set.portions.one.is_some();
            open |= set.portions.open.is_some();
        }
    });
    if allowance {
        found.push("for a period or day without a forecast nothing is above it".to_owned());
    }
    if one {
        found.push("of records of the same moment the one with the smaller id is the first; without one of the fields \
                    that must be the same a record always counts".to_owned());
    }
    if open {
        found.push("a case is open at the end of a period or day when it started before the first moment after it and \
                    did not end before that moment".to_owned());
    }
    found
}

fn dated(table: &Table) -> Option<String> {
    let date = standard_date(&table.name).filter(|date| *date == table.dated_by)?;
    Some(format!(
        "records of `{}` belong to the period of their `{date}`, unless a set says otherwise",
        table.name
    ))
}

fn unmeasured(contract: &Contract) -> Option<String> {
    let can_be_empty = |measure: &&Measure| {
        measure.if_none == IfNone::NotMeasured
            && !matches!(
                measure.kind,
                MeasureKind::Single(_)
                    | MeasureKind::Calculated(_)
                    | MeasureKind::Weighted(_)
                    | MeasureKind::OverSegments(_)
            )
    };
    let names: Vec<&str> =
        contract.measures.values().filter(can_be_empty).map(|it| it.name.as_str()).collect();
    (!names.is_empty()).then(|| {
        let names = super::names::list(&names);
        format!("with nothing to measure there is no reading, and a commitment without a reading pays nothing: {names}")
    })
}

fn looking_ahead(contract: &Contract) -> Vec<String> {
    let mut found = BTreeSet::new();
    each_row(contract, &mut |row| {
        if let Row::Follow(follow) = row
            && let Some(window) = follow.window
        {
            found.insert((window.length, window.inclusive));
        }
    });
    let sentence = |(length, inclusive): &(WindowLength, bool)| {
        let end = if *inclusive { "and the end counts" } else { "and the end does not count" };
        match length {
            WindowLength::Elapsed(_) => format!("days of a look-ahead are 24 hours each, {end}"),
            WindowLength::CalendarDays(_) => {
                format!("calendar days of a look-ahead are dates in the contract's zone, {end}")
            }
            WindowLength::Months(_) => {
                format!(
                    "months of a look-ahead keep the local date and time, or take the month's last day, {end}"
                )
            }
        }
    };
    found.iter().map(sentence).collect()
}

/// What is paid on a reading that can still change.
fn provisional(contract: &Contract) -> Option<String> {
    let ahead = |measure: &Measure| {
        let mut found = false;
        walk::kind(&measure.kind, &mut |met| {
            if let Met::Row(Row::Follow(follow)) = met {
                found |= follow.direction == Direction::Followed;
            }
        });
        found && !measure.matured_only
    };
    let as_measured =
        contract.commitments.values().filter(|it| it.provisional.is_none() && !it.pays.is_empty());
    let mut names: Vec<&str> = as_measured.map(|it| it.measure.as_str()).collect();
    names.retain(|name| contract.measures.get(*name).is_some_and(ahead));
    names.sort_unstable();
    names.dedup();
    (!names.is_empty()).then(|| {
        let names = super::names::list(&names);
        format!("a provisional reading is judged and paid as it stands: {names}")
    })
}

fn undecided(contract: &Contract) -> Option<String> {
    let mut conditions = false;
    each_row(contract, &mut |row| conditions |= matches!(row, Row::Field(_)));
    conditions.then(|| {
        "a condition on a missing value is undecided; an undecided record does not count, and is reported"
            .to_owned()
    })
}

fn allowance(contract: &Contract) -> Option<String> {
    let included =
        |kind: &ChargeKind| matches!(kind, ChargeKind::PerUnit { included, .. } if *included > Ratio::zero());
    let charges: Vec<&str> = contract
        .charges
        .values()
        .filter(|charge| included(&charge.kind) && charge.riders.carried.is_none())
        .map(|charge| charge.name.as_str())
        .collect();
    (!charges.is_empty()).then(|| {
        format!(
            "included units that are not used lapse at the end of the period: {}",
            super::names::list(&charges)
        )
    })
}

fn gates(contract: &Contract) -> Option<String> {
    let closed = contract.gates.iter().any(|gate| !gate.open_if_unmeasured);
    closed.then(|| "a gate is closed while one of its conditions is not measured".to_owned())
}

/// The days that a day's worth of a charge is reckoned by.
fn days(contract: &Contract) -> Option<String> {
    let by_day = |amount: &Amount| matches!(amount, Amount::Days(_));
    let tables = contract.commitments.values().flat_map(|it| &it.pays).any(|pay| match pay {
        Pay::Bands { bands, otherwise, .. } => {
            bands.iter().map(|band| &band.amount).chain(otherwise).any(by_day)
        }
        Pay::Scale { points, .. } => points.iter().any(|(_, amount)| by_day(amount)),
        _ => false,
    });
    let mut named = false;
    contract.formulas(&mut |formula| {
        formula.node.walk(&mut |node| named |= matches!(node, Node::DaysInPeriod));
    });
    (tables || named).then(|| {
        "days of the period are its calendar days, and a day of a charge is that part of it".to_owned()
    })
}

fn pools(contract: &Contract) -> Vec<String> {
    let drawn = |pool: &str| {
        let mut found = false;
        let amounts = contract.commitments.values().flat_map(|it| &it.pays).filter_map(amount);
        amounts.for_each(|node| {
            node.walk(&mut |part| found |= matches!(part, Node::Pool(name) if name == pool))
        });
        found
    };
    let nested = |pool: &str| contract.pools.values().any(|it| it.parent.as_deref() == Some(pool));
    let used = contract.pools.keys().filter(|name| drawn(name) || nested(name));
    used.map(|name| format!("penalties that draw on `{name}` never exceed it together")).collect()
}

fn amount(pay: &crate::contract::Pay) -> Option<&Node> {
    match pay {
        Pay::Bands { base, .. } | Pay::Scale { base, .. } => base.as_ref().map(|it| &it.node),
        Pay::Step { amount, .. } | Pay::Fixed { amount, .. } | Pay::Events { amount, .. } => {
            Some(&amount.node)
        }
        Pay::Share { .. } => None,
    }
}

/// Calls `visit` with every part of every condition and value.
fn each_row(contract: &Contract, visit: &mut dyn FnMut(&Row)) {
    walk::contract(contract, &mut |met| {
        if let Met::Row(row) = met {
            visit(row);
        }
    });
}
