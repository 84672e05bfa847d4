//! What a contract pays for, in money, found by settling two neighbouring months.
//!
//! | one more | from | to | worth |
//! |----------|------|----|------:|
//! | case solved for good, in tiers of 9.00 and 7.50 | 3 | 4 | 7.50 |
//! | point of a scale 70 % −4 % … 74.5 % 0 on 55,020.00 | 72 % | 73 % | 489.07 |
//! | second, with 500.00 for each beyond 30 | 31 s | 30 s | 500.00 |

use std::collections::BTreeMap;

use crate::contract::{ChargeKind, Contract, Measure, Nature};
use crate::value::{Ratio, Unit};

use super::exposure::{Extreme, exposure};
use super::setting::{Setting, net};

/// What a contract pays for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worth {
    /// One more of what is priced, by the measure counted.
    pub units: Vec<Rung>,
    /// One step better on each measure that is paid for.
    pub steps: Vec<Rung>,
    /// What hangs on each measure.
    pub stakes: Vec<Stake>,
    /// The charges of the month it is worked out for.
    pub charges: Ratio,
}

/// Two neighbouring months and the difference in what the client owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    /// The measure that moves.
    pub measure: String,
    /// Its reading in the first month.
    pub from: Ratio,
    /// Its reading in the second.
    pub to: Ratio,
    /// How much more the vendor is owed in the second.
    pub worth: Ratio,
}

/// What hangs on one measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stake {
    /// The measure.
    pub measure: String,
    /// What it tells of.
    pub nature: Nature,
    /// Its dimension of service, when the contract says one.
    pub dimension: Option<String>,
    /// The most it can cost alone; none is without bound.
    pub penalty: Option<Ratio>,
    /// The most it can earn alone; none is without bound.
    pub bonus: Option<Ratio>,
}

/// Works it out for the made-up month of `setting`.
#[must_use]
pub fn worth(contract: &Contract, setting: &Setting<'_>) -> Worth {
    Worth {
        units: units(contract, setting),
        steps: paid(contract, setting).into_iter().flat_map(|measure| steps(setting, measure)).collect(),
        stakes: stakes(contract, setting),
        charges: setting.at(&[]).map(|ledger| ledger.charges).unwrap_or_default(),
    }
}

/// Measures with a commitment that pays.
fn paid<'c>(contract: &'c Contract, setting: &Setting<'_>) -> Vec<&'c Measure> {
    let pays = |measure: &&Measure| {
        setting.commitments(&measure.name).iter().any(|commitment| !commitment.pays.is_empty())
    };
    contract.measures.values().filter(pays).collect()
}

/// One more of what is priced: at the start, and beyond each edge of the tiers.
fn units(contract: &Contract, setting: &Setting<'_>) -> Vec<Rung> {
    let mut found: Vec<Rung> = Vec::new();
    for charge in contract.charges_in_order() {
        let (volume, edges, one) = match &charge.kind {
            ChargeKind::Formula(_) => continue,
            ChargeKind::Tiered { volume, tiers, .. } => {
                let edges = tiers.iter().filter_map(|(upper, _)| upper.clone());
                (volume, std::iter::once(Ratio::zero()).chain(edges).collect(), Ratio::one())
            }
            ChargeKind::PerUnit { volume, per, included, .. } => {
                let start = included * per;
                let edges = if start.is_zero() { vec![start] } else { vec![Ratio::zero(), start] };
                (volume, edges, per.clone())
            }
            ChargeKind::VolumeBand { volume, baseline, dead_band, .. } => {
                let width = (baseline * dead_band).over(&Ratio::whole(100)).unwrap_or_default();
                (
                    volume,
                    vec![baseline - &width - Ratio::one(), baseline.clone(), baseline + &width],
                    Ratio::one(),
                )
            }
        };
        let edges: Vec<Ratio> = edges;
        let rung = |from: &Ratio| {
            let to = from + &one;
            let owed = |count: &Ratio| Some(setting.priced(volume, count)?.total);
            Some(Rung { measure: volume.clone(), from: from.clone(), worth: &owed(&to)? - &owed(from)?, to })
        };
        found.extend(edges.iter().filter_map(rung));
    }
    found.dedup();
    found
}

/// A step as people count them: a point, a second, an hour, one.
fn step(measure: &Measure, level: &Ratio) -> Ratio {
    let minute = Ratio::whole(60);
    match measure.unit {
        Unit::Duration if *level <= &minute * &Ratio::whole(5) => Ratio::one(),
        Unit::Duration if *level <= &minute * &Ratio::whole(300) => minute,
        Unit::Duration => Ratio::whole(3_600),
        _ => Ratio::one(),
    }
}

/// One step better: just before the target, onto it, and beyond, and along
/// each stretch between two edges.
fn steps(setting: &Setting<'_>, measure: &Measure) -> Vec<Rung> {
    let Some((kept, better)) = direction(setting, measure) else { return Vec::new() };
    let one = step(measure, &kept);
    let toward = |value: &Ratio| if better { value + &one } else { value - &one };
    let away = |value: &Ratio, times: i64| {
        let far = &one * &Ratio::whole(times);
        if better { value - &far } else { value + &far }
    };
    let edges = setting.edges(measure);
    let near = |value: &&Ratio| (*value - &kept).abs() <= &one * &Ratio::whole(40);
    let mut starts: Vec<Ratio> = edges.iter().filter(near).cloned().collect();
    starts = starts
        .iter()
        .zip(starts.iter().skip(1))
        .filter_map(|(low, high)| {
            let middle = (low + high).over(&Ratio::whole(2))?;
            ((high - low) > one).then(|| middle.floor())
        })
        .collect();
    starts.extend([away(&kept, 5), away(&kept, 1), kept.clone()]);
    starts.sort();
    starts.dedup();
    let (low, high) = measure.range();
    let inside = |value: &Ratio| {
        low.as_ref().is_none_or(|low| value >= low) && high.as_ref().is_none_or(|high| value <= high)
    };
    let rung = |from: &Ratio| {
        let to = toward(from);
        let earned = |value: &Ratio| Some(net(&setting.at(&[(measure.name.as_str(), value)])?));
        let below_nothing = to.is_negative() && !from.is_negative();
        let beyond_all = measure.unit == Unit::Percent && kept <= Ratio::whole(100) && to > Ratio::whole(100);
        let both = inside(from) && inside(&to) && !below_nothing && !beyond_all;
        let worth = both.then(|| Some(&earned(&to)? - &earned(from)?))??;
        Some(Rung { measure: measure.name.clone(), from: from.clone(), to, worth })
    };
    let mut rungs: Vec<Rung> = starts.iter().filter_map(rung).collect();
    if !better {
        rungs.reverse();
    }
    rungs
}

/// Where the measure stands when it is just kept, and whether higher is better.
fn direction(setting: &Setting<'_>, measure: &Measure) -> Option<(Ratio, bool)> {
    let commitments = setting.commitments(&measure.name);
    let target = commitments.iter().find_map(|commitment| commitment.target.as_ref());
    if let Some(level) = target {
        let better = level.holds(&(&level.value.value + &Ratio::one()));
        return Some((setting.kept(&measure.name)?, better));
    }
    let edges = setting.edges(measure);
    let (first, last) = (edges.first()?, edges.last()?);
    let better = setting.net_alone(&measure.name, last)? >= setting.net_alone(&measure.name, first)?;
    let middle = edges.get(edges.len() / 2)?;
    Some((middle.clone(), better))
}

/// What each measure can cost and earn alone, everything else just kept.
fn stakes(contract: &Contract, setting: &Setting<'_>) -> Vec<Stake> {
    let all = exposure(contract);
    let most = |extreme: &Extreme, measure: &Measure| -> Option<Ratio> {
        let Some(part) = extreme.parts.iter().find(|part| part.measure == measure.name) else {
            return Some(Ratio::zero());
        };
        let at = part.at.as_ref()?;
        let ledger = setting.only(&[(measure.name.as_str(), &at.value)])?;
        Some(net(&ledger).abs())
    };
    let stake = |measure: &Measure| Stake {
        measure: measure.name.clone(),
        nature: measure.nature,
        dimension: measure.dimension.clone(),
        penalty: most(&all.penalty, measure),
        bonus: most(&all.bonus, measure),
    };
    paid(contract, setting).into_iter().map(stake).collect()
}

/// The stakes of each group, with the sum of what they can cost and earn, in
/// the order of the groups; unbounded ones do not count.
#[must_use]
pub fn shares<'s>(stakes: &'s [Stake], group: &dyn Fn(&'s Stake) -> String) -> Vec<(String, Ratio)> {
    let mut sums: BTreeMap<String, Ratio> = BTreeMap::new();
    for stake in stakes {
        let both: Ratio = stake.penalty.iter().chain(&stake.bonus).cloned().sum();
        let sum = sums.entry(group(stake)).or_default();
        *sum = &*sum + &both;
    }
    sums.into_iter().collect()
}
