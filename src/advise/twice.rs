//! One failure, paid for twice: the unit price is not earned, and a penalty falls due for the same record.
//!
//! Cases cost 6.00 each unless the customer is back within a week; 12 came back.
//!
//! | clause | what the 12 cost |
//! |--------|-----------------:|
//! | price per case that lasted | 12 × 6.00 not earned |
//! | penalty on the share of cases that came back | once more |
//!
//! The same holds where the price is paid at first, and taken back or settled by a final count later.
//!
//! Told by the records: the price and the penalty draw on the same table and
//! ask the same look-ahead, or both ask whether the case was reopened. A
//! penalty on first-contact resolution beside a price per case is no such
//! case: it counts contacts, not cases.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;

use super::guard::{REOPENED, rows, sets};
use crate::contract::{Amount, Charge, ChargeKind, Commitment, Contract, Measure, Pay, PaySide, Row};

/// One finding for each penalty on what a price already leaves unpaid.
pub(super) fn findings(contract: &Contract) -> Vec<Diagnostic> {
    let priced: Vec<(&Charge, &Measure)> = contract
        .charges_in_order()
        .into_iter()
        .flat_map(|charge| counted(charge).into_iter().map(move |name| (charge, name)))
        .filter_map(|(charge, name)| Some((charge, contract.measures.get(name)?)))
        .collect();
    let penalties = contract.commitments_in_order().into_iter().filter(|it| has_penalty(contract, it));
    let found = penalties.filter_map(|commitment| {
        let measure = contract.measures.get(&commitment.measure)?;
        let (charge, _) = priced.iter().find(|(_, volume)| same_failure(volume, measure))?;
        Some(diagnostic(commitment, charge))
    });
    found.collect()
}

/// What is counted for a price: at first, in the end, and what came back.
fn counted(charge: &Charge) -> Vec<&str> {
    if matches!(charge.kind, ChargeKind::Formula(_) | ChargeKind::VolumeBand { .. }) {
        return Vec::new();
    }
    let finally = charge.riders.balance.as_ref().map(|it| it.volume.as_str());
    charge.counted().into_iter().chain(finally).collect()
}

/// Whether a commitment can cost money or points toward the client.
fn has_penalty(contract: &Contract, commitment: &Commitment) -> bool {
    let negative = |amount: &Amount| match amount {
        Amount::Nothing => false,
        Amount::Percent(value) | Amount::Money(value) | Amount::Days(value) => value.is_negative(),
        Amount::Formula(side, _) => *side == PaySide::Penalty,
        Amount::Points(_) => contract.conversion.as_ref().is_none_or(|it| it.side == PaySide::Penalty),
    };
    commitment.pays.iter().any(|pay| match pay {
        Pay::Bands { bands, otherwise, .. } => {
            bands.iter().any(|band| negative(&band.amount)) || otherwise.as_ref().is_some_and(negative)
        }
        Pay::Scale { points, .. } => points.iter().any(|(_, amount)| negative(amount)),
        Pay::Share { side, .. }
        | Pay::Step { side, .. }
        | Pay::Fixed { side, .. }
        | Pay::Events { side, .. } => *side == PaySide::Penalty,
    })
}

/// Whether a record that the price leaves out is one that the penalty is about.
fn same_failure(volume: &Measure, measure: &Measure) -> bool {
    let table = |measure: &Measure| sets(measure).first().map(|set| set.table.clone());
    table(volume).is_some()
        && table(volume) == table(measure)
        && failures(volume).iter().any(|failure| failures(measure).contains(failure))
}

/// What shows in a record that it failed: a look-ahead by the table and keys
/// it asks for, or that the case was reopened.
fn failures(measure: &Measure) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    if sets(measure).iter().any(|set| REOPENED.contains(&set.dated_by.as_str())) {
        found.push(("reopened".to_owned(), Vec::new()));
    }
    rows(measure).for_each(|row| {
        row.walk(&mut |part| match part {
            Row::Follow(follow) => found.push((follow.target.table.clone(), follow.keys.clone())),
            Row::Field(field) if REOPENED.contains(&field.as_str()) => {
                found.push(("reopened".to_owned(), Vec::new()));
            }
            _ => {}
        });
    });
    found
}

fn diagnostic(commitment: &Commitment, charge: &Charge) -> Diagnostic {
    let message = format!("`{}` penalises what `{}` already leaves unpaid", commitment.name, charge.name);
    Diagnostic::warning(codes::PAID_TWICE, message)
        .label(commitment.span, "the same failure costs twice")
        .note(format!(
            "a record that comes back is not paid for ({}), and counts against the vendor here again",
            charge.text
        ))
        .help(
            "keep one of the two, or accept it with the reason: `accept W0613 on … because \"…\"`".to_owned(),
        )
}
