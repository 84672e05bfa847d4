//! Readings of a contract that was amended: every period by its own version.
//!
//! A version's measures are worked out over all periods, so that one that pools
//! or looks back does so by one definition; kept are the periods under it.

use std::ops::Range;

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
    let parts: Vec<(Range<usize>, Readings)> = versions
        .into_iter()
        .enumerate()
        .map(|(index, under)| (under.periods.clone(), each(under.contract, index)))
        .collect();
    // Where one version knows disputes, the others are the same either way.
    let disputed = parts.iter().any(|(_, part)| part.disputed.is_some()).then(|| {
        let other = |(own, part): &(Range<usize>, Readings)| {
            (own.clone(), part.disputed.as_deref().unwrap_or(part).clone())
        };
        Box::new(together(periods, parts.iter().map(other).collect()))
    });
    Readings { disputed, ..together(periods, parts) }
}

/// Of each part its own periods.
fn together(periods: &[Period], parts: Vec<(Range<usize>, Readings)>) -> Readings {
    let mut all = Readings { periods: periods.to_vec(), ..Readings::default() };
    for (own, part) in parts {
        for (name, by_key) in part.measures {
            let kept = by_key.into_iter().filter(|(key, _)| own.contains(&key.period));
            all.measures.entry(name).or_default().extend(kept);
        }
        all.registers = part.registers;
        all.given.extend(part.given.into_iter().filter(|((_, period), _)| own.contains(period)));
    }
    all
}
