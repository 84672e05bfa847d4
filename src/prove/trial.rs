//! A contract to try readings out on: what was settled once is not settled again.
//!
//! The same made-up period is asked for by both sides, by a search for the
//! worst reading, by the size of what is due there, and by every cap.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::contract::{Commitment, Contract};
use crate::value::Period;

use super::bench::{Run, Start, run};
use super::reduce::reduced;

/// A contract with the made-up periods that were settled under it.
#[derive(Debug)]
pub(super) struct Trial {
    pub contract: Contract,
    period: Option<Period>,
    runs: RefCell<Vec<(Start, Option<Rc<Run>>)>>,
    /// The same contract cut down to some of its commitments.
    alone: RefCell<BTreeMap<Vec<String>, Rc<Trial>>>,
}

impl Trial {
    pub(super) fn new(contract: Contract, period: Option<Period>) -> Self {
        Self { contract, period, runs: RefCell::default(), alone: RefCell::default() }
    }

    /// Settles a made-up period.
    pub(super) fn run(&self, start: &Start) -> Option<Rc<Run>> {
        if let Some((_, run)) = self.runs.borrow().iter().find(|(known, _)| known == start) {
            return run.clone();
        }
        let run = run(&self.contract, self.period.as_ref()?, start).map(Rc::new);
        self.runs.borrow_mut().push((start.clone(), run.clone()));
        run
    }

    /// The same over these commitments alone, without caps.
    pub(super) fn alone(&self, on: &[&Commitment]) -> Rc<Self> {
        let names: Vec<String> = on.iter().map(|commitment| commitment.name.clone()).collect();
        let mut alone = self.alone.borrow_mut();
        let small = || Rc::new(Self::new(reduced(&self.contract, on), self.period.clone()));
        Rc::clone(alone.entry(names).or_insert_with(small))
    }

    /// The same contract with one thing changed.
    pub(super) fn with(&self, change: impl FnOnce(&mut Contract)) -> Self {
        let mut contract = self.contract.clone();
        change(&mut contract);
        Self::new(contract, self.period.clone())
    }
}
