//! Money that hangs on how the work is done, and on nothing that comes of it.
//!
//! | paid | beside it | finding |
//! |------|-----------|---------|
//! | handle time | nothing | W0610: the quickest way to a short call is to end it |
//! | handle time | resolved at first contact | none |
//! | handle time, the bonus only if satisfied is at least 80 % | the gate | none |
//! | handle time | a price for each resolved case | none |

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;

use crate::contract::{
    Aggregate, ChargeKind, Commitment, Contract, Measure, MeasureKind, Nature, Row, SetRef,
};
use crate::prove::asked;

/// One finding for the contract: at the first operational commitment.
pub(super) fn findings(contract: &Contract) -> Vec<Diagnostic> {
    let paid: Vec<(&Commitment, &Measure)> = contract
        .commitments_in_order()
        .into_iter()
        .filter(|commitment| !commitment.pays.is_empty())
        .filter_map(|commitment| Some((commitment, contract.measures.get(&commitment.measure)?)))
        .collect();
    let operational = |it: &Measure| it.nature == Nature::Operational;
    if paid.is_empty() || !paid.iter().all(|(_, measure)| operational(measure)) || has_outcome(contract) {
        return Vec::new();
    }
    let names: Vec<String> = paid.iter().map(|(_, measure)| format!("`{}`", measure.name)).collect();
    let first = paid.first().map(|(commitment, _)| diagnostic(commitment, &names.join(", ")));
    first.into_iter().collect()
}

fn diagnostic(commitment: &Commitment, names: &str) -> Diagnostic {
    Diagnostic::warning(codes::OPERATIONAL_ALONE, "all penalties and bonuses hang on how the work is done, none on what comes of it")
        .label(commitment.span, "paid, with no outcome beside it")
        .note(format!("paid here: {names}; no paid commitment and no gate is about an outcome or an experience"))
        .note("such a figure can be kept while customers come back unsolved: a short call ends soonest by ending it")
        .help(
            "promise an outcome beside it, such as resolved at the first contact, or make it a condition of the \
             bonus; if the measure is an outcome, say so with `kind outcome`"
                .to_owned(),
        )
}

/// Whether a gate asks for, or a price is paid for, something that came of the work.
fn has_outcome(contract: &Contract) -> bool {
    let not_operational = |name: &String| {
        contract.measures.get(name).is_some_and(|measure| measure.nature != Nature::Operational)
    };
    let gated = asked(contract).iter().any(|(name, _)| not_operational(name));
    let priced = contract.charges.values().filter_map(|charge| match &charge.kind {
        ChargeKind::Tiered { volume, .. } | ChargeKind::PerUnit { volume, .. } => {
            contract.measures.get(volume)
        }
        ChargeKind::Formula(_) | ChargeKind::VolumeBand { .. } => None,
    });
    let mut priced = priced.filter_map(counted);
    gated || priced.any(resolved)
}

/// The set whose records a price counts.
pub(super) fn counted(measure: &Measure) -> Option<&SetRef> {
    match &measure.kind {
        MeasureKind::Single(Aggregate::Count(of) | Aggregate::Distinct(_, of)) => Some(of),
        _ => None,
    }
}

/// Whether only what was solved is in the set.
pub(super) fn resolved(set: &SetRef) -> bool {
    let mut found = false;
    set.conditions.iter().for_each(|row| {
        row.walk(&mut |part| {
            found |= matches!(part, Row::Follow(_));
            found |= matches!(part, Row::Field(field) if field == "resolved" || field == "outcome");
        });
    });
    found
}
