//! Warnings about incentives: what a contract invites the parties to do, shown in numbers.
//!
//! | asked | code |
//! |-------|------|
//! | does a hundredth of a point decide too much money? | W0605 |
//! | is anything paid for but how the work was done? | W0610 |
//! | is it cheaper to pay than to fix? | W0611 |
//! | can the figure look good while the customer is worse off? | W0612 |
//! | is one failure paid for twice? | W0613 |
//! | does chance alone cost one side money? | W0614 |
//!
//! None of them is an error: parties who mean it write `accept CODE because …`,
//! and the finding is shown as accepted.

mod alone;
mod chance;
mod cheap;
mod cliff;
mod guard;
mod twice;

use meed_grammar::codes;
use meed_grammar::diagnostic::{Diagnostic, Severity};

use crate::contract::{Accepted, Contract};
use crate::prove::{Proofs, Setting};

/// What a contract invites to that its parties may not want, but for what [`tried`] tells.
#[must_use]
pub fn contract(contract: &Contract, proofs: &Proofs) -> Vec<Diagnostic> {
    let mut found = alone::findings(contract);
    found.extend(guard::findings(contract));
    found.extend(twice::findings(contract));
    if let Some(setting) = Setting::of(contract) {
        found.extend(cheap::findings(contract, proofs, &setting));
    }
    found
}

/// The rest of it, while `work` is done beside: what shows by trying out readings needs no proofs, and takes as long
/// as they do.
pub fn tried<T>(contract: &Contract, work: impl FnOnce() -> T) -> (Vec<Diagnostic>, T) {
    let mut found = Vec::new();
    let done = rayon::in_place_scope(|scope| {
        scope.spawn(|_| found = by_trial(contract));
        work()
    });
    (found, done)
}

fn by_trial(contract: &Contract) -> Vec<Diagnostic> {
    let Some(setting) = Setting::of(contract) else { return Vec::new() };
    let mut found = cliff::findings(contract, &setting);
    found.extend(chance::findings(contract, &setting));
    found
}

/// Takes out the warnings the parties accept, each with their reason, and
/// warns of acceptances that accept nothing.
#[must_use]
pub fn accepted(contract: &Contract, found: Vec<Diagnostic>) -> (Vec<Diagnostic>, Vec<(Diagnostic, String)>) {
    let covering = |diagnostic: &Diagnostic| {
        let warning = diagnostic.severity == Severity::Warning;
        contract.accepted.iter().find(|it| warning && it.covers(diagnostic.code, diagnostic.span()))
    };
    let idle = |accepted: &&Accepted| {
        !found.iter().any(|diagnostic| accepted.covers(diagnostic.code, diagnostic.span()))
    };
    let unused: Vec<Diagnostic> = contract.accepted.iter().filter(idle).map(unused).collect();
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    for diagnostic in found {
        match covering(&diagnostic) {
            Some(accepted) => closed.push((diagnostic, accepted.because.clone())),
            None => open.push(diagnostic),
        }
    }
    open.extend(unused);
    (open, closed)
}

fn unused(accepted: &Accepted) -> Diagnostic {
    let about = accepted.on.as_ref().map_or_else(String::new, |on| format!(" on `{on}`"));
    Diagnostic::warning(codes::ACCEPTED_NOTHING, format!("there is no {}{about} to accept", accepted.code))
        .label(accepted.span, "accepts nothing")
        .help("take it out: what it accepted is gone".to_owned())
}

#[cfg(test)]
mod tests;
