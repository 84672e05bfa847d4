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

/// Everything a contract invites to that its parties may not want, and what `prove` proves of it, which is worked out
/// while readings are tried: either takes as long.
pub fn contract(contract: &Contract, prove: impl FnOnce() -> Proofs) -> (Vec<Diagnostic>, Proofs) {
    let setting = Setting::of(contract);
    let mut tried = Vec::new();
    let (mut found, proofs) = rayon::in_place_scope(|scope| {
        scope.spawn(|_| {
            if let Some(setting) = &setting {
                tried.extend(cliff::findings(contract, setting));
                tried.extend(chance::findings(contract, setting));
            }
        });
        let proofs = prove();
        let mut found = alone::findings(contract);
        found.extend(guard::findings(contract));
        found.extend(twice::findings(contract));
        found.extend(setting.iter().flat_map(|setting| cheap::findings(contract, &proofs, setting)));
        (found, proofs)
    });
    found.extend(tried);
    (found, proofs)
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
