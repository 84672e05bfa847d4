//! All that is proven of a contract, over periods that are settled once for all questions.

use std::rc::Rc;

use meed_grammar::diagnostic::Diagnostic;

use crate::contract::{Contract, PaySide};
use crate::value::Date;

use super::exposure::{Exposure, Part};
use super::extreme::Search;
use super::{bound, example, stand};

/// A contract, each time it stands otherwise, with what was found by settling it.
#[derive(Debug, Clone)]
pub struct Proofs {
    stands: Vec<Stand>,
}

/// The contract as it stands from a day on.
#[derive(Debug, Clone)]
struct Stand {
    from: Date,
    contract: Rc<Contract>,
    sides: [Search; 2],
}

impl Proofs {
    /// Of every version of the contract and its levels.
    #[must_use]
    pub fn of(contract: &Contract) -> Self {
        let stand = |(from, version): (Date, &Contract)| {
            let contract = Rc::new(stand::as_of(version, from));
            Stand { from, sides: Search::both(&contract), contract }
        };
        Self { stands: stand::stands(contract).into_iter().map(stand).collect() }
    }

    /// Everything that can be shown to be wrong with the contract by
    /// settling made-up periods: examples that disagree, caps that never bind,
    /// amounts that nothing bounds.
    #[must_use]
    pub fn findings(&self, contract: &Contract) -> Vec<Diagnostic> {
        let examples = contract.versions().flat_map(|(from, version)| example::examples(version, from));
        let mut found: Vec<Diagnostic> = examples.collect();
        for stand in &self.stands {
            for finding in bound::findings(&stand.contract, &stand.sides) {
                if !found.contains(&finding) {
                    found.push(finding);
                }
            }
        }
        found
    }

    /// What one period can come to, for each version of the contract and its levels: the day it
    /// holds from, and the exposure.
    #[must_use]
    pub fn exposures(&self) -> Vec<(Date, Exposure)> {
        let stands = self.stands.iter();
        let mut all: Vec<(Date, Exposure)> =
            stands.map(|stand| (stand.from, Exposure::of(&stand.sides))).collect();
        all.dedup_by(|next, one| next.1 == one.1);
        all
    }

    /// The most that each measure can cost under the contract as it is written.
    #[must_use]
    pub fn costs(&self, contract: &Contract) -> Vec<Part> {
        match self.stands.iter().find(|stand| *stand.contract == *contract) {
            Some(Stand { sides: [penalty, _], .. }) => penalty.parts().to_vec(),
            None => Search::new(&Rc::new(contract.clone()), PaySide::Penalty).parts().to_vec(),
        }
    }
}
