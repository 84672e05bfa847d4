//! Proofs about a checked contract: its examples, its worst and best period, its caps.
//!
//! A proof runs through the same code that settles real months, with readings
//! put in place of records, and shows the reading at which something happens:
//!
//! | pays | worst | at |
//! |------|-------|----|
//! | scale 70 % −4 % … 80 % +3 % on fee | penalty 4 % of fee | 70 % |
//! | penalty USD 500 per 1 second above 30 seconds, no cap | unbounded | – |

mod bench;
mod bound;
mod example;
mod exposure;
mod extreme;
mod range;
mod reduce;
mod setting;
mod size;
mod stand;
mod worst;
mod worth;

pub use bench::net_at;
pub use exposure::{Exposure, Extreme, Part, exposure};
pub use setting::{Assumed, Setting, asked, net};
pub use size::Size;
pub use stand::{as_of, left_out};
pub use worth::{Rung, Stake, Worth, shares, worth};

use meed_grammar::diagnostic::Diagnostic;

use crate::contract::Contract;
use crate::value::Date;

/// What one period can come to, for each version of the contract and its levels: the day it
/// holds from, and the exposure.
#[must_use]
pub fn exposures(contract: &Contract) -> Vec<(Date, Exposure)> {
    let stands = stand::stands(contract).into_iter();
    let mut all: Vec<(Date, Exposure)> =
        stands.map(|(day, version)| (day, exposure(&stand::as_of(version, day)))).collect();
    all.dedup_by(|next, one| next.1 == one.1);
    all
}

/// Everything that can be shown to be wrong with a checked contract by
/// settling made-up periods: examples that disagree, caps that never bind,
/// amounts that nothing bounds.
#[must_use]
pub fn contract(contract: &Contract) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (from, version) in contract.versions() {
        found.extend(example::examples(version, from));
    }
    for (day, version) in stand::stands(contract) {
        for finding in bound::findings(&stand::as_of(version, day)) {
            if !found.contains(&finding) {
                found.push(finding);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
