//! What `meed check` says about a contract it has nothing to object to.

use crate::contract::Contract;
use crate::prove;

/// What is in it, and the most that one period can cost either side.
pub fn sound(contract: &Contract, in_full: bool) -> String {
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
    let exposure = prove::exposure(contract).text();
    let kept = exposure.lines().filter(|line| in_full || !line.starts_with(' '));
    let lines: String = kept.map(|line| format!("  {line}\n")).collect();
    format!("  {}\n{lines}", counted.join(", "))
}

fn several(n: usize, word: &str) -> String {
    if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") }
}
