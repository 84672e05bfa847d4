//! What `meed check` says about a contract it has nothing to object to.

use crate::contract::Contract;
use crate::prove::{self, Proofs};

/// What is in it, and the most that one period can cost either side.
pub fn sound(contract: &Contract, proofs: &Proofs, in_full: bool) -> String {
    let periods = contract.schedule.periods(&contract.zone).len();
    let named = contract.measures.values().filter(|measure| !measure.name.contains(' ')).count();
    let parts = [
        (named, "measure"),
        (contract.commitments.len(), "commitment"),
        (contract.charges.len(), "charge"),
        (contract.examples.len(), "worked example"),
        (periods, "period"),
    ];
    let counted: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| several(*n, word)).collect();
    let exposures = proofs.exposures();
    let mut lines = String::new();
    for (day, exposure) in &exposures {
        if exposures.len() > 1 {
            lines.push_str(&format!("  from {day}\n"));
        }
        let text = exposure.text();
        let kept = text.lines().filter(|line| in_full || !line.starts_with(' '));
        kept.for_each(|line| lines.push_str(&format!("  {line}\n")));
    }
    for (_, version) in contract.versions() {
        let left_out = prove::left_out(version);
        left_out.iter().for_each(|words| lines.push_str(&format!("  not in these sums: {words}\n")));
    }
    format!("  {}\n{lines}", counted.join(", "))
}

fn several(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}
