//! A contract and its later versions.
//!
//! An amendment from 2026-07-01: June 2026 is settled under the contract as it
//! was signed, July under the amended one, each as a whole. The version in
//! force on the first day of a period is the period's.

use super::Contract;
use crate::value::{Date, Period};

/// A later version of a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amended {
    /// The first day it holds.
    pub from: Date,
    /// What the amendment is called.
    pub title: String,
    /// The whole contract as amended; it has no later versions of its own.
    pub contract: Contract,
}

impl Contract {
    /// The version in force on `day`.
    #[must_use]
    pub fn at(&self, day: Date) -> &Self {
        let later = self.amended.iter().rev().find(|later| later.from <= day);
        later.map_or(self, |later| &later.contract)
    }

    /// The version in force in a period: that of its first day.
    #[must_use]
    pub fn during(&self, period: &Period) -> &Self {
        self.at(period.first)
    }

    /// The version in force in the period with this index.
    #[must_use]
    pub fn in_period<'a>(&'a self, periods: &[Period], index: usize) -> &'a Self {
        periods.get(index).map_or(self, |period| self.during(period))
    }

    /// The amendment whose version is in force on `day`; none before the first.
    #[must_use]
    pub fn amendment(&self, day: Date) -> Option<&Amended> {
        self.amended.iter().rev().find(|later| later.from <= day)
    }

    /// All versions, with the first day each holds.
    pub fn versions(&self) -> impl Iterator<Item = (Date, &Self)> {
        let later = self.amended.iter().map(|later| (later.from, &later.contract));
        std::iter::once((self.schedule.from, self)).chain(later)
    }
}

/// Periods in a row that are under one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Under<'a> {
    /// Their indices.
    pub periods: std::ops::Range<usize>,
    /// The version.
    pub contract: &'a Contract,
}

impl Contract {
    /// The periods by the version they are under, in order.
    #[must_use]
    pub fn under<'a>(&'a self, periods: &[Period]) -> Vec<Under<'a>> {
        let mut all: Vec<Under<'a>> = Vec::new();
        for (index, period) in periods.iter().enumerate() {
            let contract = self.during(period);
            match all.last_mut().filter(|last| std::ptr::eq(last.contract, contract)) {
                Some(last) => last.periods.end = index + 1,
                None => all.push(Under { periods: index..index + 1, contract }),
            }
        }
        all
    }
}
