//! Readings where people decide: relief that is only taken where it is better
//! for the vendor, periods that relief excuses, and the other way to count
//! what is in dispute.
//!
//! | relief | reading | |
//! |--------|---------|---|
//! | without | 1,250 of 1,500 = 83.33 % | taken: at least 80 % is wanted, more is better |
//! | with | 800 of 1,000 = 80.00 % | shown beside it |

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::contract::{Bound, Contract, ReliefClause, ReliefEffect};
use crate::measured::{Cell, CellKey, Measured, Relief, Version};
use crate::value::{Period, Quantity, Ratio};

use super::read::{Found, Known, read};
use super::{Basis, Reading, Readings};

type Cells<'a> = BTreeMap<&'a str, &'a BTreeMap<CellKey, Cell>>;

/// Readings of `periods`, with disputed records as they are paid or the other way round.
pub(super) fn readings(
    contract: &Contract,
    periods: &[Period],
    measured: &Measured,
    disputed: bool,
) -> Readings {
    let with = cells(measured, Version { disputed, unrelieved: false });
    let without = cells(measured, Version { disputed, unrelieved: true });
    let optional: Vec<&str> = optional(contract);
    let mut readings = of_cells(contract, periods, &with);
    if !optional.is_empty() {
        let plain = of_cells(contract, periods, &without);
        let mut known = known(&with);
        let mut notes = Vec::new();
        for name in optional {
            for (key, relieved) in readings.measures.get(name).into_iter().flatten() {
                let Some(plain) = plain.get(name, key.period, &key.segment) else { continue };
                let taken = better(contract, name, relieved, plain);
                notes.push((name, key.clone(), note(relieved, plain, taken)));
                let cell = without.get(name).and_then(|cells| cells.get(key)).filter(|_| !taken);
                if let (Some(cell), Some(by_key)) = (cell, known.get_mut(name)) {
                    by_key.insert(key.clone(), found(cell));
                }
            }
        }
        readings = read(contract, periods, &known, Basis::Measured);
        for (name, key, note) in notes {
            let reading = readings.measures.get_mut(name).and_then(|by_key| by_key.get_mut(&key));
            if let (Some(reading), Some(note)) = (reading, note) {
                reading.working.push_str(&note);
            }
        }
    }
    readings.registers.clone_from(&measured.registers);
    excuse(contract, &mut readings);
    readings
}

fn found(cell: &Cell) -> Found<'_> {
    Found { cell: Some(Cow::Borrowed(cell)), ..Found::default() }
}

fn cells(measured: &Measured, version: Version) -> Cells<'_> {
    let mut all: Cells<'_> = measured.cells.iter().map(|(name, cells)| (name.as_str(), cells)).collect();
    let paid = Version { disputed: version.disputed, ..Version::default() };
    for version in [paid, version] {
        let others = measured.others.get(&version).into_iter().flatten();
        all.extend(others.map(|(name, cells)| (name.as_str(), cells)));
    }
    all.retain(|_, cells| !cells.is_empty());
    all
}

fn known<'a>(cells: &Cells<'a>) -> Known<'a> {
    let by_key = |cells: &'a BTreeMap<CellKey, Cell>| {
        cells.iter().map(|(key, cell)| (key.clone(), found(cell))).collect()
    };
    cells.iter().map(|(name, cells)| (*name, by_key(cells))).collect()
}

fn of_cells(contract: &Contract, periods: &[Period], cells: &Cells<'_>) -> Readings {
    read(contract, periods, &known(cells), Basis::Measured)
}

/// The measures with relief that is only taken where it is better for the vendor.
fn optional(contract: &Contract) -> Vec<&str> {
    let clauses = contract.governance.reliefs.iter();
    let optional = clauses.filter(|clause| clause.effect == ReliefEffect::VendorsBetter);
    let mut names: Vec<&str> = optional.flat_map(|clause| &clause.on).map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether the first reading is better for the vendor by the target of a commitment.
fn better(contract: &Contract, measure: &str, first: &Reading, second: &Reading) -> bool {
    let judged = contract.commitments.values().filter(|it| it.measure == measure);
    let Some(target) = judged.filter_map(|it| it.target.as_ref()).next() else { return false };
    match (&first.value, &second.value) {
        (Some(first), Some(second)) => match target.bound {
            Bound::AtLeast | Bound::MoreThan => first > second,
            Bound::AtMost | Bound::LessThan => first < second,
        },
        _ => false,
    }
}

/// The reading that was not taken, beside the one that was.
fn note(relieved: &Reading, plain: &Reading, taken: bool) -> Option<String> {
    if relieved.above == plain.above && relieved.below == plain.below {
        return None;
    }
    let (word, other) = if taken { ("without", plain) } else { ("with", relieved) };
    let shown = match &other.value {
        Some(value) => Quantity::new(value.clone(), other.unit).to_string(),
        None => "no reading".to_string(),
    };
    let counts = other.above.as_ref().zip(other.below.as_ref());
    let counts = counts.map(|(above, below)| format!(" ({above} of {below})")).unwrap_or_default();
    Some(format!("; {word} relief it would be {shown}{counts}: the better one for the vendor counts"))
}

/// Excuses the periods that approved relief covers far enough.
fn excuse(contract: &Contract, readings: &mut Readings) {
    for (at, clause) in contract.governance.reliefs.iter().enumerate() {
        let ReliefEffect::Excuses(least) = &clause.effect else { continue };
        for name in &clause.on {
            let Some(measure) = contract.measures.get(name) else { continue };
            let place = clause.by.as_ref().and_then(|by| measure.by.iter().position(|field| field == by));
            let Readings { periods, measures, registers, .. } = &mut *readings;
            for (key, reading) in measures.get_mut(name).into_iter().flatten() {
                let scope = place.and_then(|place| key.segment.0.get(place)).and_then(Option::as_deref);
                let Some(period) = periods.get(key.period) else { continue };
                let rows = registers.relief.iter().filter(|row| row.meets.contains(&at));
                let rows = rows.filter(|row| row.scope.is_none() || row.scope.as_deref() == scope);
                if let Some(reason) = covered(contract, clause, period, rows, least) {
                    reading.working = format!("{}; excused: {reason}", reading.working);
                    reading.basis = Basis::Excused { reason };
                }
            }
        }
    }
}

/// Why a period is excused, when these rows cover enough of it.
fn covered<'r>(
    contract: &Contract,
    clause: &ReliefClause,
    period: &Period,
    rows: impl Iterator<Item = &'r Relief>,
    least: &Ratio,
) -> Option<String> {
    let mut spans = Vec::new();
    let mut named = Vec::new();
    for row in rows.filter(|row| row.record.is_none()) {
        if row.fault(clause.by.is_some(), &contract.zone).is_some() {
            continue;
        }
        let (from, to) = row.span(&contract.zone)?;
        let (from, to) = (from.0.max(period.start.0), to.0.min(period.end.0));
        if from < to {
            spans.push((from, to));
            named.push(row.named());
        }
    }
    spans.sort_unstable();
    let (mut total, mut end) = (0_i64, i64::MIN);
    for (from, to) in spans {
        total += (to - from.max(end)).max(0);
        end = end.max(to);
    }
    let part = Ratio::new(i128::from(total) * 100, i128::from(period.end.0 - period.start.0))?;
    let shown = Quantity::new(part.clone(), crate::value::Unit::Percent);
    (part >= *least).then(|| format!("{}: {} covers {shown} of the period", clause.because, named.join("; ")))
}
