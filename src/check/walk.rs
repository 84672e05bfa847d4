//! One way through the conditions and sets of a checked contract.

use crate::contract::{Aggregate, Contract, MeasureKind, Row, SetRef};

/// What is met on the way.
pub(super) enum Met<'c> {
    /// A set that records are taken from.
    Set(&'c SetRef),
    /// A condition or value over one record, or a part of one.
    Row(&'c Row),
}

/// Calls `see` with every set and every part of every condition, those inside
/// look-aheads included.
pub(super) fn contract<'c>(contract: &'c Contract, see: &mut dyn FnMut(Met<'c>)) {
    contract.sets.values().for_each(|it| set(it, see));
    contract.measures.values().for_each(|it| kind(&it.kind, see));
}

pub(super) fn kind<'c>(kind: &'c MeasureKind, see: &mut dyn FnMut(Met<'c>)) {
    match kind {
        MeasureKind::Share { of, condition, not_above, not_below, .. } => {
            set(of, see);
            row(condition, see);
            not_above.iter().chain(not_below).for_each(|it| row(&it.condition, see));
        }
        MeasureKind::Ratio { numerator, denominator } => {
            aggregate(numerator, see);
            aggregate(denominator, see);
        }
        MeasureKind::Rate { of, base, .. } => {
            set(of, see);
            set(base, see);
        }
        MeasureKind::Single(one) => aggregate(one, see),
        MeasureKind::Mean { value, over }
        | MeasureKind::Percentile { value, over, .. }
        | MeasureKind::NetPromoter { value, over }
        | MeasureKind::Scored { value, over, .. }
        | MeasureKind::Extreme { value, over, .. }
        | MeasureKind::TopBox { value, over, .. } => {
            row(&value.row, see);
            set(over, see);
        }
        MeasureKind::Calculated(_)
        | MeasureKind::Weighted(_)
        | MeasureKind::OverSegments(_)
        | MeasureKind::Reported => {}
    }
}

fn aggregate<'c>(aggregate: &'c Aggregate, see: &mut dyn FnMut(Met<'c>)) {
    match aggregate {
        Aggregate::Count(of) | Aggregate::Distinct(_, of) => set(of, see),
        Aggregate::Sum(value, over) => {
            row(value, see);
            set(over, see);
        }
    }
}

fn set<'c>(set: &'c SetRef, see: &mut dyn FnMut(Met<'c>)) {
    see(Met::Set(set));
    set.conditions.iter().for_each(|it| row(it, see));
    set.exclusions.iter().for_each(|it| row(&it.condition, see));
    let portions = &set.portions;
    portions.in_part.iter().for_each(|(it, _)| row(it, see));
    for allowance in portions.days.iter().chain(&portions.first) {
        row(&allowance.value, see);
        self::set(&allowance.over, see);
    }
}

fn row<'c>(whole: &'c Row, see: &mut dyn FnMut(Met<'c>)) {
    let mut inner = Vec::new();
    whole.walk(&mut |part| {
        see(Met::Row(part));
        if let Row::Follow(follow) = part {
            inner.extend([&follow.base, &follow.target]);
        }
    });
    inner.into_iter().for_each(|it| set(it, see));
}
