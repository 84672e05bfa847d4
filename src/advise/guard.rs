//! Outcomes without their usual guard: figures that can look good while the customer is worse off.
//!
//! | paid for | can be had by | usual guard |
//! |----------|---------------|-------------|
//! | fewer contacts for an order or customer | letting them give up | what is abandoned |
//! | contacts or cases called resolved | calling them so | a look-ahead, reopened cases, or a survey |
//!
//! A guard counts when it is promised, or a gate asks for it; one that is only
//! reported restrains nobody.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;

use crate::contract::{Aggregate, ChargeKind, Contract, Measure, MeasureKind, Nature, Node, Row, SetRef};
use crate::prove::asked;

/// One finding for each measure that is paid for without its guard.
pub(super) fn findings(contract: &Contract) -> Vec<Diagnostic> {
    let guards = guards(contract);
    let paid = contract.measures.values().filter(|measure| is_paid(contract, measure));
    let found = paid.filter_map(|measure| {
        if avoids(measure) && !guards.iter().any(|guard| mentions(guard, &["abandoned"]) || named(guard)) {
            return Some(avoidance(measure));
        }
        let held = |guard: &&Measure| {
            guard.nature == Nature::Experience || looks(guard) || mentions(guard, &REOPENED)
        };
        let own = looks(measure) || mentions(measure, &REOPENED);
        (declared(measure) && !own && !guards.iter().any(held)).then(|| resolution(measure))
    });
    found.collect()
}

/// Fields that tell whether a case came back.
pub(super) const REOPENED: [&str; 2] = ["reopened_at", "reopen_count"];

/// Measures that something is promised or asked of.
fn guards(contract: &Contract) -> Vec<&Measure> {
    let promised = contract.commitments.values().map(|commitment| commitment.measure.clone());
    let asked = asked(contract).into_iter().map(|(name, _)| name);
    promised.chain(asked).filter_map(|name| contract.measures.get(&name)).collect()
}

/// Whether money hangs on a measure: through a commitment, a price or a formula.
fn is_paid(contract: &Contract, measure: &Measure) -> bool {
    let mut commitments = contract.commitments.values();
    let committed = commitments.any(|it| it.measure == measure.name && !it.pays.is_empty());
    let priced = contract.charges.values().any(|charge| match &charge.kind {
        ChargeKind::Tiered { volume, .. }
        | ChargeKind::PerUnit { volume, .. }
        | ChargeKind::VolumeBand { volume, .. } => *volume == measure.name,
        ChargeKind::Formula(formula) => {
            let mut found = false;
            formula.node.walk(&mut |node| {
                found |= matches!(node, Node::Measure(name) if *name == measure.name);
            });
            found
        }
    });
    committed || priced
}

/// Contacts set against something else: orders, customers, bills.
fn avoids(measure: &Measure) -> bool {
    let (of, base) = match &measure.kind {
        MeasureKind::Rate { of, base, .. } => (of, base),
        MeasureKind::Ratio {
            numerator: Aggregate::Count(of),
            denominator: Aggregate::Count(base) | Aggregate::Distinct(_, base),
        } => (of, base),
        _ => return false,
    };
    of.table == "interactions" && base.table != "interactions" && measure.nature == Nature::Outcome
}

/// Contacts or cases that count because somebody called them resolved.
fn declared(measure: &Measure) -> bool {
    let mut found = false;
    rows(measure).for_each(|row| {
        row.walk(&mut |part| {
            found |= matches!(part, Row::Field(field) if field == "resolved" || field == "outcome");
        });
    });
    let sets = sets(measure);
    found && sets.iter().any(|set| set.table == "interactions" || set.table == "resolutions")
}

/// Whether a measure looks at what came later, or before.
fn looks(measure: &Measure) -> bool {
    let mut found = false;
    rows(measure).for_each(|row| row.walk(&mut |part| found |= matches!(part, Row::Follow(_))));
    found
}

/// Whether a measure rests on one of these fields.
fn mentions(measure: &Measure, fields: &[&str]) -> bool {
    let mut found = false;
    rows(measure).for_each(|row| {
        row.walk(&mut |part| {
            found |= matches!(part, Row::Field(field) if fields.contains(&field.as_str()));
        });
    });
    found
}

/// A reported measure is known by its name.
fn named(measure: &Measure) -> bool {
    measure.name.contains("abandon")
}

/// The sets a measure draws on.
pub(super) fn sets(measure: &Measure) -> Vec<&SetRef> {
    match &measure.kind {
        MeasureKind::Share { of, .. } => vec![of],
        MeasureKind::Ratio { numerator, denominator } => vec![set_of(numerator), set_of(denominator)],
        MeasureKind::Rate { of, base, .. } => vec![of, base],
        MeasureKind::Single(one) => vec![set_of(one)],
        MeasureKind::Mean { over, .. }
        | MeasureKind::Percentile { over, .. }
        | MeasureKind::NetPromoter { over, .. }
        | MeasureKind::Scored { over, .. }
        | MeasureKind::Extreme { over, .. }
        | MeasureKind::TopBox { over, .. } => vec![over],
        MeasureKind::Calculated(_)
        | MeasureKind::Weighted(_)
        | MeasureKind::OverSegments(_)
        | MeasureKind::Reported => Vec::new(),
    }
}

fn set_of(figure: &Aggregate) -> &SetRef {
    match figure {
        Aggregate::Count(of) | Aggregate::Distinct(_, of) | Aggregate::Sum(_, of) => of,
    }
}

/// Every condition of a measure: of its sets, and its own.
pub(super) fn rows(measure: &Measure) -> impl Iterator<Item = &Row> {
    let own = match &measure.kind {
        MeasureKind::Share { condition, .. } => Some(condition),
        _ => None,
    };
    sets(measure).into_iter().flat_map(|set| &set.conditions).chain(own)
}

fn avoidance(measure: &Measure) -> Diagnostic {
    let message =
        format!("nothing guards `{}`: contacts also grow fewer when customers give up", measure.name);
    Diagnostic::warning(codes::GUARD_MISSING, message)
        .label(measure.span, "paid for, without what is abandoned beside it")
        .note("100 contacts an hour with 30 given up are 70 to a vendor who lets the telephone ring")
        .help(
            "promise what may be abandoned, or make it a condition: `bonus only if gave_up is at most 5%`"
                .to_owned(),
        )
}

fn resolution(measure: &Measure) -> Diagnostic {
    let message = format!("nothing guards `{}`: resolved is what somebody called so", measure.name);
    Diagnostic::warning(codes::GUARD_MISSING, message)
        .label(measure.span, "paid for, and nobody looks whether it lasted")
        .note("of 100 contacts called resolved, 30 may be back within the week, and all 100 count")
        .help(
            "add `and not followed by … with same customer within 7 days`, or promise a survey or a reopen rate \
             beside it"
                .to_owned(),
        )
}
