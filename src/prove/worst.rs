//! A contract as it is at its worst: everything that repetition brings about
//! has happened often enough.
//!
//! `missed 2 periods in a row penalty x 2` doubles every missed period, and
//! compounding over a term of 36 periods multiplies 35 times. An amount that is
//! taken from earlier periods is not known in a made-up one: it is left out,
//! and said to be.

use crate::contract::{ChargeKind, Commitment, Contract, Formula, Node, Often, Pay, Proofs};
use crate::value::Ratio;

/// The contract as if every difference were proven and no miss allowed: a bare
/// reading has no number of records to say otherwise.
pub(super) fn proven(contract: &mut Contract) {
    for commitment in contract.commitments.values_mut() {
        commitment.proofs = Proofs::default();
        commitment.allowed = None;
        commitment.levels.target.iter_mut().for_each(|level| level.allowed = None);
    }
}

/// The contract with every repetition complete.
pub(super) fn at_worst(contract: &Contract) -> Contract {
    let mut worst = contract.clone();
    let periods = contract.schedule.periods(&contract.zone).len();
    for commitment in worst.commitments.values_mut() {
        repeat(commitment, periods);
    }
    proven(&mut worst);
    worst
}

fn repeat(commitment: &mut Commitment, periods: usize) {
    for pay in &mut commitment.pays {
        if let Pay::Fixed { often, .. } = pay {
            *often = None;
        }
    }
    for multiplier in &mut commitment.multipliers {
        if let (true, Some(Often::InARow(count))) = (multiplier.compounding, multiplier.often) {
            let further = periods.saturating_sub(usize::try_from(count).unwrap_or(usize::MAX));
            let factor = (0..further).fold(multiplier.factor.clone(), |all, _| &all * &multiplier.factor);
            multiplier.factor = factor.max(Ratio::one());
            multiplier.compounding = false;
        }
        // Another commitment may be the one that was missed: none of them has to be.
        multiplier.often = multiplier.any.then_some(Often::Times(0));
    }
}

/// Whether a formula needs earlier periods, the charges and pools it names included.
pub(super) fn looks_back(contract: &Contract, formula: &Formula) -> bool {
    let mut found = false;
    formula.node.walk(&mut |node| {
        found |= match node {
            Node::Past(_) => true,
            Node::Charge(name) => contract.charges.get(name).is_some_and(|charge| match &charge.kind {
                ChargeKind::Formula(formula) => looks_back(contract, formula),
                _ => false,
            }),
            Node::Pool(name) => {
                contract.pools.get(name).is_some_and(|pool| looks_back(contract, &pool.value))
            }
            _ => false,
        };
    });
    found
}

/// Whether what a commitment comes to needs earlier periods.
pub(super) fn pays_by_the_past(contract: &Contract, commitment: &Commitment) -> bool {
    let mut found = false;
    commitment
        .pays
        .iter()
        .for_each(|pay| pay.formulas(&mut |formula| found |= looks_back(contract, formula)));
    found
}
