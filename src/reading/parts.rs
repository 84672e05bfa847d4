//! Readings of a contract that was amended: every period by its own version.
//!
//! A version's measures are worked out over all periods, so that one that pools
//! or looks back does so by one definition; kept are the periods under it.

use super::{Readings, of};
use crate::contract::Contract;
use crate::measured::{Measured, Part};
use crate::value::Period;

/// Readings from what the engine measured, one part for each version.
#[must_use]
pub fn of_parts(contract: &Contract, periods: &[Period], parts: &[Part]) -> Readings {
    let none = Measured::default();
    by_version(contract, periods, &|version, index| {
        of(version, periods, parts.get(index).map_or(&none, |part| &part.measured))
    })
}

/// Readings put together; `each` gives all of one version.
pub(super) fn by_version(
    contract: &Contract,
    periods: &[Period],
    each: &dyn Fn(&Contract, usize) -> Readings,
) -> Readings {
    let versions = contract.under(periods);
    if versions.len() < 2 {
        return each(versions.first().map_or(contract, |only| only.contract), 0);
    }
    let mut all = Readings { periods: periods.to_vec(), ..Readings::default() };
    for (index, under) in versions.into_iter().enumerate() {
        let part = each(under.contract, index);
        for (name, by_key) in part.measures {
            let kept = by_key.into_iter().filter(|(key, _)| under.periods.contains(&key.period));
            all.measures.entry(name).or_default().extend(kept);
        }
        all.registers = part.registers;
        all.given.extend(part.given.into_iter().filter(|((_, period), _)| under.periods.contains(period)));
    }
    all
}
