//! The readings at which something can change, and how far a measure can go.
//!
//! A share runs from 0 to 100 %, a net promoter score from −100 to 100, a
//! count or a duration from 0 without an upper end. Between two neighbouring
//! edges every way of paying is a straight line, so its greatest value lies
//! at an edge or right beside one.

use crate::contract::{Aggregate, Commitment, Contract, Formula, Measure, MeasureKind, Pay, ShareSize};
use crate::reading::Readings;
use crate::reading::formula::percent_of;
use crate::settle::worked;
use crate::value::Ratio;

/// A value so far out that everything bounded has reached its bound.
pub(super) fn far(measure: &Measure, up: bool, times: i64) -> Option<Ratio> {
    let (low, high) = measure.range();
    let bound = if up { high } else { low };
    let out = Ratio::whole(1_000_000_000_000_i64) * Ratio::whole(times);
    bound.is_none().then(|| if up { out } else { -out })
}

/// The readings worth trying for the commitments on one measure: every edge
/// and its neighbours, and the ends of the range.
pub(super) fn candidates(
    contract: &Contract,
    readings: &Readings,
    measure: &Measure,
    on: &[&Commitment],
) -> Vec<Ratio> {
    let fixed = |formula: &Formula| worked(contract, readings, 0, formula);
    let mut edges: Vec<Ratio> = Vec::new();
    for commitment in on {
        let levels = commitment.target.iter().chain(&commitment.minimum);
        edges.extend(levels.map(|level| level.value.value.clone()));
        edges.extend(commitment.pays.iter().flat_map(|pay| edges_of(pay, &fixed)));
    }
    let beside = beside(measure);
    let (low, high) = measure.range();
    let inside = |value: &Ratio| {
        low.as_ref().is_none_or(|low| value >= low) && high.as_ref().is_none_or(|high| value <= high)
    };
    let around = edges.iter().flat_map(|edge| [edge.clone(), edge - &beside, edge + &beside]);
    let mut all: Vec<Ratio> = around.chain(low.clone()).chain(high.clone()).filter(inside).collect();
    all.extend([true, false].iter().filter_map(|up| far(measure, *up, 1)));
    all.sort_by_key(|value| value.abs());
    all.dedup();
    all
}

/// The smallest difference that shows in a reading.
pub(super) fn beside(measure: &Measure) -> Ratio {
    let whole = matches!(&measure.kind, MeasureKind::Single(Aggregate::Count(_) | Aggregate::Distinct(..)));
    match &measure.round {
        Some(rounding) => rounding.step.clone(),
        None if whole => Ratio::one(),
        None => Ratio::decimal(1, 6),
    }
}

fn edges_of(pay: &Pay, fixed: &dyn Fn(&Formula) -> Option<Ratio>) -> Vec<Ratio> {
    match pay {
        Pay::Bands { bands, .. } => bands
            .iter()
            .flat_map(|band| band.lower.iter().chain(&band.upper))
            .map(|(at, _)| at.clone())
            .collect(),
        Pay::Scale { points, .. } => points.iter().map(|(at, _)| at.clone()).collect(),
        Pay::Share { level, tiers, below, .. } => {
            let Some(start) = fixed(level) else { return Vec::new() };
            let mut at = start.clone();
            let mut ends = vec![start.clone()];
            for (size, _) in tiers {
                let Some(size) = size else { continue };
                let size = match size {
                    ShareSize::Percent(percent) => percent_of(percent, &start).abs(),
                    ShareSize::Money(money) => money.clone(),
                };
                at = if *below { &at - &size } else { &at + &size };
                ends.push(at.clone());
            }
            ends
        }
        Pay::Step { records: Some(_), level, .. } => fixed(level).into_iter().collect(),
        Pay::Step { amount, step, below, level, at_most, .. } => {
            let Some(start) = fixed(level) else { return Vec::new() };
            // Where the steps reach the most they can come to.
            let most = at_most.as_ref().and_then(fixed).zip(fixed(amount));
            let steps = most.and_then(|(most, each)| Some(&most.over(&each)?.ceil() * step));
            let end = steps.map(|away| if *below { &start - &away } else { &start + &away });
            std::iter::once(start.clone()).chain(end).collect()
        }
        Pay::Fixed { .. } | Pay::Events { .. } => Vec::new(),
    }
}
