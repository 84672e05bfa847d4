//! What the number of records decides of a commitment, in sentences.
//!
//! `penalty only if proven at 95% by wilson, one-sided, z 1.645` reads: "A
//! penalty is due only where the difference from the target is proven at 95%
//! by wilson, one-sided, z 1.645; a miss without proof is not proven, neither
//! met nor missed."

use crate::contract::{Commitment, Proof};

/// Proofs and allowed misses.
pub(super) fn sentences(commitment: &Commitment) -> Vec<String> {
    let mut all = Vec::new();
    let levels = &commitment.levels.target;
    for (stated, allowed) in levels.iter().filter_map(|it| Some((it, it.allowed.as_ref()?))) {
        let misses = match allowed.misses {
            1 => "One miss never fails".to_string(),
            misses => format!("Up to {misses} misses never fail"),
        };
        let from = stated.from.map(|from| format!(" from {from} on")).unwrap_or_default();
        all.push(format!("{misses} the target{from}, however few the records."));
    }
    let due = |side: &str, proof: &Proof| {
        format!("A {side} is due only where the difference from the target is {}", proof.text)
    };
    if let Some(proof) = &commitment.proofs.penalty {
        all.push(format!(
            "{}; a miss without proof is not proven, neither met nor missed.",
            due("penalty", proof)
        ));
    }
    all.extend(commitment.proofs.bonus.iter().map(|proof| format!("{}.", due("bonus", proof))));
    if !all.is_empty() {
        all.push("The readings below are taken as proven, and no miss as allowed.".to_string());
    }
    all
}
