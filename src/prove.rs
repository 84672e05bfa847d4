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
mod proofs;
mod range;
mod reduce;
mod setting;
mod size;
mod stand;
mod trial;
mod worst;
mod worth;

pub use bench::net_at;
pub use exposure::{Exposure, Extreme, Part, exposure};
pub use proofs::Proofs;
pub use setting::{Assumed, Setting, asked, net};
pub use size::Size;
pub use stand::{as_of, left_out};
pub use worth::{Rung, Stake, Worth, shares, worth};

use meed_grammar::diagnostic::Diagnostic;

use crate::contract::Contract;

/// Everything that can be shown to be wrong with a checked contract by
/// settling made-up periods.
#[must_use]
pub fn contract(contract: &Contract) -> Vec<Diagnostic> {
    Proofs::of(contract).findings(contract)
}

#[cfg(test)]
mod tests;
