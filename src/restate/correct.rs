//! What closed periods come to now, against what was posted for them.

use std::collections::BTreeMap;

use super::{Change, Closed, Correction, Kind, Posted, Restated};
use crate::assess::assess;
use crate::contract::{Charge, ChargeKind, ClosedPeriods, Contract};
use crate::measured::CellKey;
use crate::reading::{Reading, Readings};
use crate::settle::{Ledger, Line, LineKind, Settlement, Trace, settle, share_again};
use crate::value::{Quantity, Ratio, Unit};

/// Settles the open periods after those that are closed, and posts in the
/// period with index `at`, the first open one, what changed in closed ones.
///
/// `current` holds all periods from the first closed one on, as they are known
/// now; `closed` is in the order of the periods.
#[must_use]
pub fn of(contract: &Contract, current: Readings, closed: &[Closed], at: usize, posting: bool) -> Restated {
    let version = contract.in_period(&current.periods, at);
    let keeps = version.history.closed == ClosedPeriods::AsClosed && contract.money_looks_back();
    let anew = settled(contract, &current);
    let index = |label: &str| current.periods.iter().position(|period| period.label == label);
    let closed: Vec<(usize, &Closed)> =
        closed.iter().filter_map(|it| Some((index(&it.label)?, it))).collect();
    let has_rights = contract.versions().any(|(_, version)| !version.rights.is_empty());
    let then = (keeps || has_rights).then(|| as_closed(contract, &current, &closed));
    let own = then.as_ref().map(|then| settled(contract, then));
    let before = own.as_ref().unwrap_or(&anew);
    let (mut corrections, mut provisional) = (Vec::new(), Vec::new());
    for (at, (period, it)) in closed.iter().enumerate() {
        let known = anew.periods.get(*period);
        let own = if keeps { alone(contract, &current, &closed, at, *period) } else { None };
        let Some(now) = own.as_ref().or(known) else { continue };
        provisional.extend(now.provisional.then(|| it.label.clone()));
        let found = Correction {
            lines: changes(&it.posted, now),
            ripple: known.filter(|_| keeps).map(|known| changes(&sums(now), known)).unwrap_or_default(),
            readings: changed(contract, &current, *period, it),
            rights: rights(before.periods.get(*period), known),
            provisional: now.provisional,
            ..Correction::of(&it.label, if it.provisional { Kind::TrueUp } else { Kind::Restatement })
        };
        corrections.extend(Some(found).filter(|it| !it.is_empty()));
    }
    let later = Correction {
        ripple: match (before.periods.get(at), anew.periods.get(at)) {
            (Some(own), Some(anew)) if keeps => changes(&sums(own), anew),
            _ => Vec::new(),
        },
        rights: rights(before.periods.get(at), anew.periods.get(at)),
        ..Correction::of(
            current.periods.get(at).map_or("", |period| period.label.as_str()),
            Kind::Restatement,
        )
    };
    let readings = then.as_ref().filter(|_| keeps).unwrap_or(&current);
    let assessment = assess(contract, readings);
    let mut settlement = own.filter(|_| keeps).unwrap_or(anew);
    if posting && let Some(ledger) = settlement.periods.get_mut(at) {
        corrections.iter_mut().for_each(|it| it.left = left(version, &current, ledger, it));
        post(contract, ledger, &corrections);
        share_again(version, readings, &assessment, ledger);
    }
    let readings = then.filter(|_| keeps).unwrap_or(current);
    corrections.extend(Some(later).filter(|it| !it.is_empty()));
    Restated { readings, assessment, settlement, corrections, provisional }
}

fn settled(contract: &Contract, readings: &Readings) -> Settlement {
    settle(contract, readings, &assess(contract, readings))
}

/// The readings with those of closed periods as they were closed. What a price
/// paid in two parts counts is what is known now: the balance waits for it, and
/// what was paid at once is corrected beside it.
fn as_closed(contract: &Contract, current: &Readings, closed: &[(usize, &Closed)]) -> Readings {
    let mut readings = current.clone();
    for (period, it) in closed {
        let Some(facts) = &it.facts else { continue };
        facts.put(&mut readings, *period);
        let charges = contract.in_period(&current.periods, *period).charges.values();
        for volume in charges.flat_map(volumes) {
            let now = current.measures.get(volume).into_iter().flatten();
            let now = now.filter(|(key, _)| key.period == *period);
            let now: Vec<_> = now.map(|(key, reading)| (key.clone(), reading.clone())).collect();
            readings.measures.entry(volume.clone()).or_default().extend(now);
        }
    }
    readings
}

/// What a price paid in two parts counts: at once, and finally.
fn volumes(charge: &Charge) -> Vec<&String> {
    let Some(balance) = &charge.riders.balance else { return Vec::new() };
    let at_once = match &charge.kind {
        ChargeKind::Tiered { volume, .. }
        | ChargeKind::PerUnit { volume, .. }
        | ChargeKind::VolumeBand { volume, .. } => Some(volume),
        ChargeKind::Formula(_) => None,
    };
    at_once.into_iter().chain([&balance.volume]).collect()
}

/// A closed period as it is known now, after those before it as they were closed.
fn alone(
    contract: &Contract,
    current: &Readings,
    closed: &[(usize, &Closed)],
    at: usize,
    period: usize,
) -> Option<Ledger> {
    let mut readings = as_closed(contract, current, closed.get(..at)?);
    readings.periods.truncate(period + 1);
    for cells in readings.measures.values_mut() {
        cells.retain(|key, _| key.period <= period);
    }
    settled(contract, &readings).periods.pop()
}

impl Correction {
    /// Of a period, with nothing changed yet.
    fn of(period: &str, kind: Kind) -> Self {
        Self {
            period: period.to_string(),
            kind,
            left: None,
            lines: Vec::new(),
            ripple: Vec::new(),
            readings: Vec::new(),
            rights: Vec::new(),
            provisional: false,
        }
    }

    fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.ripple.is_empty() && self.readings.is_empty() && self.rights.is_empty()
    }
}

/// Rights of a period that stand differently as known now than as it was closed.
fn rights(closed: Option<&Ledger>, known: Option<&Ledger>) -> Vec<String> {
    let (Some(closed), Some(known)) = (closed, known) else { return Vec::new() };
    let pairs = closed.rights.iter().zip(&known.rights);
    let differ = pairs.filter(|(was, is)| was.state.word() != is.state.word());
    differ
        .map(|(was, is)| {
            format!(
                "right \"{}\": {} as closed, {} as known now",
                is.label,
                was.state.word(),
                is.state.word()
            )
        })
        .collect()
}

/// What the lines of a ledger add up to, by name; only those that are part of its total.
fn sums(ledger: &Ledger) -> BTreeMap<String, Posted> {
    let mut sums: BTreeMap<String, Posted> = BTreeMap::new();
    for line in ledger.lines.iter().filter(|line| line.kind.is_summed()) {
        let sum = sums.entry(line.id.clone()).or_default();
        sum.label.clone_from(&line.label);
        sum.clause.clone_from(&line.clause);
        sum.amount = &sum.amount + &line.amount;
    }
    sums
}

/// The lines that differ, in the order of the ledger; those it lacks at the end.
fn changes(before: &BTreeMap<String, Posted>, now: &Ledger) -> Vec<Change> {
    let sums = sums(now);
    let steps = |id: &str| {
        let line = now.lines.iter().find(|line| line.id == id);
        line.map(|line| line.trace.steps.clone()).unwrap_or_default()
    };
    let change = |id: &String, before: Option<&Posted>, now: Option<&Posted>| {
        let shown = now.or(before)?;
        let amount = |posted: Option<&Posted>| posted.map(|it| it.amount.clone()).unwrap_or_default();
        let (before, now) = (amount(before), amount(now));
        (before != now).then(|| Change {
            id: id.clone(),
            label: shown.label.clone(),
            clause: shown.clause.clone(),
            before,
            now,
            steps: steps(id),
        })
    };
    let mut found: Vec<Change> = Vec::new();
    let mut seen = Vec::new();
    for line in &now.lines {
        if !seen.contains(&&line.id) {
            found.extend(change(&line.id, before.get(&line.id), sums.get(&line.id)));
            seen.push(&line.id);
        }
    }
    let gone = before.iter().filter(|(id, _)| !seen.contains(id));
    found.extend(gone.filter_map(|(id, posted)| change(id, Some(posted), None)));
    found
}

/// Readings of a closed period that changed, in words.
fn changed(contract: &Contract, current: &Readings, period: usize, closed: &Closed) -> Vec<String> {
    let Some(facts) = &closed.facts else { return Vec::new() };
    let mut before = current.clone();
    facts.put(&mut before, period);
    let mut found = Vec::new();
    for (name, cells) in &current.measures {
        let here = cells.iter().filter(|(key, _)| key.period == period);
        for (key, now) in here {
            let was = before.measures.get(name).and_then(|cells| cells.get(key));
            let told = |reading: Option<&Reading>| told(reading);
            let (was, is) = (told(was), told(Some(now)));
            if was != is && contract.measures.contains_key(name) {
                found.push(format!("{}: {was}, now {is}", named(name, key)));
            }
        }
    }
    found
}

fn named(measure: &str, key: &CellKey) -> String {
    if key.segment.is_whole() { measure.to_string() } else { format!("{measure}[{}]", key.segment) }
}

/// `77.50% (9,300 of 12,000)`
fn told(reading: Option<&Reading>) -> String {
    let Some(reading) = reading else { return "none".to_string() };
    let Some(value) = &reading.value else { return reading.why().unwrap_or_default() };
    let shown = Quantity::new(value.clone(), reading.unit).to_string();
    let count = |count: &Ratio| Quantity::new(count.clone(), Unit::Number).to_string();
    match (&reading.above, &reading.below) {
        (Some(above), Some(below)) if reading.unit == Unit::Percent => {
            format!("{shown} ({} of {})", count(above), count(below))
        }
        _ => shown,
    }
}

/// Why a restatement is not posted: the contract sets a last day or a least amount for it.
fn left(
    contract: &Contract,
    readings: &Readings,
    posting: &Ledger,
    correction: &Correction,
) -> Option<String> {
    if correction.kind == Kind::TrueUp {
        return None;
    }
    let rule = contract.remedies.deadlines.iter().find(|it| it.what == RESTATEMENTS)?;
    let about = readings.periods.iter().find(|period| period.label == correction.period)?;
    let last = crate::settle::last_day(contract, &readings.registers, about, &rule.within).ok()?;
    let today = readings.periods.get(posting.period)?.last;
    if today > last {
        return Some(format!("restated {}, which was until {last}", rule.text));
    }
    let least = rule.more_than.as_ref()?;
    let index = readings.periods.iter().position(|period| period.label == correction.period)?;
    let least = crate::settle::worked(contract, readings, index, least)?;
    let difference = correction.difference();
    (difference.abs() <= least).then(|| format!("restated {}", rule.text))
}

/// The deadline of the contract that restatements are held to.
const RESTATEMENTS: &str = "restatements until";

/// Adds the corrections to a ledger, line by line.
fn post(contract: &Contract, ledger: &mut Ledger, corrections: &[Correction]) {
    for it in corrections.iter().filter(|it| it.left.is_none()) {
        for change in &it.lines {
            let line = line(contract, it, change);
            ledger.corrections = &ledger.corrections + &line.amount;
            ledger.total = &ledger.total + &line.amount;
            if let Some(otherwise) = &mut ledger.otherwise {
                *otherwise = &*otherwise + &line.amount;
            }
            ledger.lines.push(line);
        }
    }
}

fn line(contract: &Contract, correction: &Correction, change: &Change) -> Line {
    let money = |amount: &Ratio| Quantity::new(amount.clone(), Unit::Money(contract.currency)).to_string();
    let difference = change.difference();
    let mut steps = vec![format!(
        "{} now, {} posted before: {}",
        money(&change.now),
        money(&change.before),
        money(&difference)
    )];
    steps.extend(correction.readings.iter().cloned());
    steps.extend(change.steps.iter().map(|step| format!("now: {step}")));
    let rule = format!(
        "{} of {}, worked out anew with what is known now",
        correction.kind.word(),
        correction.period
    );
    let (word, kind) = match correction.kind {
        Kind::TrueUp => ("true-up", LineKind::TrueUp),
        Kind::Restatement => ("restatement", LineKind::Restatement),
    };
    Line {
        id: format!("{word}.{}.{}", correction.period, change.id),
        kind,
        label: format!("{} of {}: {}", word, correction.period, change.label),
        clause: change.clause.clone(),
        segment: crate::measured::Segment::whole(),
        exact: difference.clone(),
        amount: difference,
        trace: Trace { rule, steps, ..Trace::default() },
    }
}
