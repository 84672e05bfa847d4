//! Caps that can never bind, and amounts that nothing bounds.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;

use crate::contract::{Cap, Commitment, Contract, PaySide};
use crate::settle::worked;
use crate::value::Ratio;

use super::bench::Run;
use super::exposure::Part;
use super::extreme::Search;
use super::size::{Bases, Size, size};

/// The findings of both sides.
pub(super) fn findings(contract: &Contract) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for side in [PaySide::Penalty, PaySide::Bonus] {
        found.extend(unbounded(contract, side));
    }
    found.extend(contract.caps.iter().enumerate().filter_map(|(at, cap)| never_binds(contract, at, cap)));
    found
}

/// Commitments that can cost ever more, with nothing that stops them.
fn unbounded(contract: &Contract, side: PaySide) -> Vec<Diagnostic> {
    let search = Search::new(contract, side);
    let mut found = Vec::new();
    for (measure, on) in search.measures() {
        let with_caps = |run: &Run| (search.side_of(run), Ratio::zero());
        if !search.grows(measure, &with_caps) {
            continue;
        }
        let grows =
            |commitment: &&&Commitment| search.grows(measure, &|run| search.worth(run, &[**commitment]));
        found.extend(on.iter().filter(grows).map(|commitment| diagnostic(commitment, side)));
    }
    found
}

fn diagnostic(commitment: &Commitment, side: PaySide) -> Diagnostic {
    let (word, plural) = words(side);
    let message = format!("nothing bounds the {word} on `{}`", commitment.name);
    Diagnostic::warning(codes::PAY_UNBOUNDED, message)
        .label(commitment.span, format!("the {word} grows with every step"))
        .note(format!("`{}` has no end of its own, and no cap or pool applies", commitment.measure))
        .help(format!("add `, at most …` to the step, or `cap {plural} … each period`"))
}

fn words(side: PaySide) -> (&'static str, &'static str) {
    match side {
        PaySide::Penalty => ("penalty", "penalties"),
        PaySide::Bonus => ("bonus", "bonuses"),
    }
}

/// A cap that lies above everything it applies to, even at its worst.
fn never_binds(contract: &Contract, at: usize, cap: &Cap) -> Option<Diagnostic> {
    let mut without = contract.clone();
    without.caps.remove(at);
    let mut search = Search::new(&without, cap.side);
    // The cap may be the only one to name a base.
    search.bases = Search::new(contract, cap.side).bases;
    let applies = |name: &str| cap.on.is_empty() || cap.on.iter().any(|on| on == name);
    let each = contract.commitments.values().any(|commitment| commitment.each && applies(&commitment.name));
    let parts: Vec<Part> = search.extreme().parts;
    if each || parts.iter().any(|part| part.size == Size::Unbounded) {
        return None;
    }
    let named: Vec<&Commitment> =
        without.commitments.values().filter(|commitment| applies(&commitment.name)).collect();
    let most = |base: &Bases| {
        let run = search.together(&parts, base, 1)?;
        Some(if cap.on.is_empty() { search.side_of(&run) } else { search.worth(&run, &named).0 })
    };
    let limit = |base: &Bases| {
        let run = search.together(&parts, base, 1)?;
        worked(&search.contract, &run.readings, 0, &cap.value)
    };
    let most = size(&search.bases, search.money(), &most);
    let limit = size(&search.bases, search.money(), &limit);
    most.is_less_than(&limit).then(|| {
        let plural = words(cap.side).1;
        Diagnostic::warning(codes::CAP_NEVER_BINDS, format!("this cap on {plural} can never bind"))
            .label(cap.span, format!("{limit}"))
            .note(format!("all {plural} it applies to come to {most} at most"))
            .note(witness(&parts))
            .help(format!("lower it below {most}, or leave it out"))
    })
}

fn witness(parts: &[Part]) -> String {
    let at = |part: &Part| part.at.as_ref().map(|at| format!("`{}` = {at}", part.measure));
    match parts.iter().filter_map(at).collect::<Vec<_>>() {
        all if all.is_empty() => "nothing is ever due".to_string(),
        all => format!("with {}", all.join(", ")),
    }
}
