//! A contract as it stands on one day, so that what is proven of it holds for
//! every version of its levels.
//!
//! With `target at least 75%` and `target at least 80% from 2027-01-01` there
//! are two: everything is proven of both. Phases without pay are left out, as
//! they can only take away. A level that is worked out from readings is taken
//! as one that can be met and missed.

use crate::contract::{Bound, Commitment, Contract, DatedLevel, Formula, LevelKind, Measure, Node, Pay};
use crate::value::{Date, Quantity, Ratio};

/// Every version with the days from which its levels are as they are,
/// ascending: the first of each version, and each on which a level changes.
pub(super) fn stands(contract: &Contract) -> Vec<(Date, &Contract)> {
    let starts: Vec<(Date, &Contract)> = contract.versions().collect();
    let ends = starts.iter().skip(1).map(|(from, _)| Some(*from)).chain([None]);
    let mut stands = Vec::new();
    for ((from, version), end) in starts.iter().zip(ends) {
        let changes = version.commitments.values().flat_map(|commitment| commitment.levels.changes());
        let inside = changes.filter(|day| day > from && end.is_none_or(|end| *day < end));
        let mut days: Vec<Date> = std::iter::once(*from).chain(inside).collect();
        days.sort_unstable();
        days.dedup();
        stands.extend(days.into_iter().map(|day| (day, *version)));
    }
    stands
}

/// The contract with the levels of `day`, and everything paid.
#[must_use]
pub fn as_of(contract: &Contract, day: Date) -> Contract {
    let mut contract = contract.clone();
    for commitment in contract.commitments.values_mut() {
        let measure = contract.measures.get(&commitment.measure);
        stand(commitment, measure, day);
    }
    contract
}

/// The contract without phases in which nothing is paid.
pub(super) fn paid(contract: &Contract) -> Contract {
    let mut contract = contract.clone();
    contract.commitments.values_mut().for_each(|commitment| commitment.unpaid.clear());
    contract
}

fn stand(commitment: &mut Commitment, measure: Option<&Measure>, day: Date) {
    commitment.unpaid.clear();
    let known = |kind| {
        let moves = commitment.levels.moves.iter().any(|it| it.level == kind);
        let stated = commitment.levels.stated(kind, day);
        !moves && stated.is_none_or(|level| level.fixed().is_some())
    };
    let known = [LevelKind::Target, LevelKind::Minimum].map(known);
    commitment.levels.moves.clear();
    commitment.pays.retain(|pay| !counts_from_unknown(pay, known));
    for kind in [LevelKind::Target, LevelKind::Minimum] {
        let stated = commitment.levels.stated(kind, day).map(|level| fixed(level, measure));
        let level = stated.as_ref().and_then(DatedLevel::fixed);
        let stated: Vec<DatedLevel> = stated.into_iter().collect();
        match kind {
            LevelKind::Target => (commitment.target, commitment.levels.target) = (level, stated),
            LevelKind::Minimum => (commitment.minimum, commitment.levels.minimum) = (level, stated),
        }
    }
}

/// Whether steps are counted from a level that is worked out from readings:
/// then nothing can be said of them beforehand.
fn counts_from_unknown(pay: &Pay, [target, minimum]: [bool; 2]) -> bool {
    let mut unknown = false;
    pay.formulas(&mut |formula| {
        formula.node.walk(&mut |node| {
            unknown |= matches!(node, Node::Level(LevelKind::Target)) && !target;
            unknown |= matches!(node, Node::Level(LevelKind::Minimum)) && !minimum;
        });
    });
    unknown
}

/// What no proof looks at, in words: amounts that hang on a level still to be worked out.
#[must_use]
pub fn left_out(contract: &Contract) -> Vec<String> {
    let mut all = Vec::new();
    for commitment in contract.commitments_in_order() {
        let moving = |kind| {
            let moves = commitment.levels.moves.iter().any(|it| it.level == kind);
            moves || commitment.levels.of(kind).iter().any(|level| level.fixed().is_none())
        };
        let known = [LevelKind::Target, LevelKind::Minimum].map(|kind| !moving(kind));
        if commitment.pays.iter().any(|pay| counts_from_unknown(pay, known)) {
            all.push(format!("{}: steps from a level that is worked out later", commitment.name));
        }
    }
    all
}

/// The level as a number that holds from the start.
fn fixed(level: &DatedLevel, measure: Option<&Measure>) -> DatedLevel {
    let value = match (&level.value.node, measure) {
        (Node::Const(_), _) | (_, None) => level.value.clone(),
        (_, Some(measure)) => {
            let between = Quantity::new(inside(measure, level.bound), measure.unit);
            Formula { node: Node::Const(between), ..level.value.clone() }
        }
    };
    DatedLevel { from: None, value, ..level.clone() }
}

/// A level that readings of the measure can meet and miss.
fn inside(measure: &Measure, bound: Bound) -> Ratio {
    let higher = matches!(bound, Bound::AtLeast | Bound::MoreThan);
    match measure.range() {
        (Some(low), Some(high)) => (&low + &high).over(&Ratio::whole(2)).unwrap_or(low),
        (Some(low), None) => &low + &Ratio::one(),
        (None, Some(high)) => &high - &Ratio::one(),
        (None, None) if higher => Ratio::one(),
        (None, None) => -Ratio::one(),
    }
}
