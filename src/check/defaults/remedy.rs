//! What caps and the clauses between a penalty and its payment leave to a default.

use crate::contract::{CapSpan, Contract, EarnBackWhen, Excess};

/// The sentences.
pub(super) fn of(contract: &Contract) -> Vec<String> {
    let mut all = Vec::new();
    let caps = || contract.caps.iter();
    if caps().any(|cap| cap.over == CapSpan::Period && cap.excess == Excess::Lapses) {
        all.push("what a cap for one period cuts lapses");
    }
    if caps().any(|cap| cap.is_long()) {
        all.push(
            "charges and pools in the limit of a cap over several periods are added up over these periods, this one \
             included, before anything is taken off; amounts in money are for all of them together",
        );
    }
    if caps().any(|cap| matches!(cap.over, CapSpan::Periods(_) | CapSpan::ContractYear)) {
        all.push("at the start of the term fewer periods count together under a cap");
    }
    if caps().any(|cap| matches!(cap.excess, Excess::CarriesForward(_))) {
        all.push("what a cap carries forward and finds no room until the end of the term lapses");
    }
    let remedies = &contract.remedies;
    if remedies.minimums.iter().any(|it| !it.each) {
        all.push("a least amount of penalties is compared with all penalties of the period together");
    }
    if remedies.earn_backs.iter().any(|it| matches!(it.when, EarnBackWhen::MetInNext(_))) {
        all.push("a period without a verdict neither counts toward an earn-back nor ends it");
    }
    if !remedies.earn_backs.is_empty() {
        all.push("what is earned back is what was paid after caps; each penalty comes back once at most");
    }
    all.into_iter().map(str::to_owned).collect()
}

/// The order in which amounts are worked out, as far as the contract uses its steps.
pub(super) fn order(contract: &Contract) -> String {
    let remedies = &contract.remedies;
    let when = |used: bool, step: &'static str| if used { step } else { "" };
    let nets = remedies.nettings.iter().any(|it| it.before_caps);
    let carries = contract.caps.iter().any(|cap| matches!(cap.excess, Excess::CarriesForward(_)));
    let steps = [
        "amounts are worked out in this order: measure, round the measure, minimum sample, relief, judge, price, \
         round the line",
        when(!remedies.claims.is_empty(), "claims"),
        when(!remedies.minimums.is_empty(), "least amounts"),
        when(nets, "gates, penalties against bonuses"),
        "caps on named commitments, at-risk pools from the innermost out, caps on all",
        when(!nets, "gates"),
        when(carries, "excess carried forward"),
        when(remedies.nettings.iter().any(|it| !it.before_caps), "bonuses against penalties"),
        when(!remedies.earn_backs.is_empty(), "earning back"),
        "total",
    ];
    let used: Vec<&str> = steps.into_iter().filter(|step| !step.is_empty()).collect();
    used.join(", ")
}
