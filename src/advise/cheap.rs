//! Cheaper to pay than to fix: all penalties together are too small to matter.
//!
//! | fee | at risk | in the worst month | finding |
//! |----:|--------:|-------------------:|---------|
//! | 180,000 | 12 % | 21,600 | none |
//! | 180,000 | 0.5 % | 900 | W0611: less than 1 % of the charges |
//! | 180,000 | 12 %, of which 0.5 % on one commitment | 108 on that one | W0611 on it: less than 0.1 % |
//!
//! One percent is a tenth of what is usual: agreements put five to fifteen
//! percent of the fees at risk. A tenth of a percent on one commitment is
//! less than a working day of one person in a team of fifty.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;

use crate::contract::{Commitment, Contract};
use crate::prove::{Part, Proofs, Setting, Size};
use crate::value::{Quantity, Ratio, Unit};

/// One finding for the whole contract, otherwise one for each commitment that is too small.
pub(super) fn findings(contract: &Contract, proofs: &Proofs, setting: &Setting<'_>) -> Vec<Diagnostic> {
    let parts = proofs.costs(contract);
    let known = parts.iter().all(|part| part.size != Size::Unbounded && part.at.is_some());
    if parts.is_empty() || !known {
        return Vec::new();
    }
    match all(contract, setting, &parts) {
        Some(found) => vec![found],
        None => single(contract, setting, &parts),
    }
}

/// The month in which every commitment is at its worst.
fn all(contract: &Contract, setting: &Setting<'_>, parts: &[Part]) -> Option<Diagnostic> {
    let worst: Vec<(&str, &Ratio)> =
        parts.iter().filter_map(|part| Some((part.measure.as_str(), &part.at.as_ref()?.value))).collect();
    let ledger = setting.only(&worst)?;
    let limit = &ledger.charges * &Ratio::decimal(1, 2);
    if !ledger.charges.is_positive() || ledger.penalties >= limit {
        return None;
    }
    let commitments = contract.commitments_in_order();
    let first = commitments.iter().find(|it| worst.iter().any(|(name, _)| *name == it.measure))?;
    let readings: Vec<String> =
        parts.iter().filter_map(|part| Some(format!("`{}` = {}", part.measure, part.at.as_ref()?))).collect();
    let money = |amount: &Ratio| Quantity::new(amount.clone(), Unit::Money(contract.currency));
    Some(
        Diagnostic::warning(
            codes::CHEAPER_TO_PAY,
            "in the worst month all penalties come to less than 1% of the charges",
        )
        .label(first.span, "cheaper to pay than to put right")
        .note(format!(
            "{} of {} with {}",
            money(&ledger.penalties),
            money(&ledger.charges),
            readings.join(", ")
        ))
        .help(
            "put more at risk, five to fifteen percent of the charges being usual, or fewer commitments"
                .to_owned(),
        ),
    )
}

/// Commitments that can cost next to nothing on their own.
fn single(contract: &Contract, setting: &Setting<'_>, parts: &[Part]) -> Vec<Diagnostic> {
    let small = |part: &Part| {
        let at = part.at.as_ref()?;
        let ledger = setting.only(&[(part.measure.as_str(), &at.value)])?;
        let limit = &ledger.charges * &Ratio::decimal(1, 3);
        let commitment = setting.commitments(&part.measure).into_iter().next()?;
        let tiny = ledger.charges.is_positive() && ledger.penalties.is_positive() && ledger.penalties < limit;
        tiny.then(|| one(contract, commitment, &ledger.penalties, &ledger.charges, at))
    };
    parts.iter().filter_map(small).collect()
}

fn one(
    contract: &Contract,
    commitment: &Commitment,
    most: &Ratio,
    charges: &Ratio,
    at: &Quantity,
) -> Diagnostic {
    let money = |amount: &Ratio| Quantity::new(amount.clone(), Unit::Money(contract.currency));
    let message = format!("`{}` can never cost as much as 0.1% of the charges", commitment.name);
    Diagnostic::warning(codes::CHEAPER_TO_PAY, message)
        .label(commitment.span, "cheaper to pay than to put right")
        .note(format!("{} of {} with `{}` = {at}", money(most), money(charges), commitment.measure))
        .help(
            "give it more of the at-risk money, or leave it out: a commitment nobody feels is only reported"
                .to_owned(),
        )
}
