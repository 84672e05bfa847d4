//! What each kind of measure asks of the records of its sets.
//!
//! | measure | counters |
//! |---------|----------|
//! | share | one for both sides of the line, or one for each |
//! | ratio, rate | one above, one below |
//! | count, sum, mean, percentile, scores | one |

use super::{NodeId, Shape, What};
use crate::contract::{Aggregate, Excluded, MeasureKind, Row, ScoreKind, SetRef};
use crate::measured::Role;

/// What a counter asks, before it is placed in a scan.
pub(super) struct Ask<'a> {
    pub(super) set: &'a SetRef,
    pub(super) beyond: &'a [Excluded],
    pub(super) above: Option<&'a Row>,
    pub(super) take: Take<'a>,
}

/// What is taken from each record, by name or expression.
pub(super) enum Take<'a> {
    Records,
    Key(&'a str),
    Value(&'a Row, fn(NodeId) -> What),
    Answer(&'a MeasureKind),
}

impl<'a> Ask<'a> {
    fn new(set: &'a SetRef, take: Take<'a>) -> Self {
        Self { set, beyond: &[], above: None, take }
    }

    fn of(aggregate: &'a Aggregate) -> Self {
        match aggregate {
            Aggregate::Count(set) => Self::new(set, Take::Records),
            Aggregate::Distinct(key, set) => Self::new(set, Take::Key(key)),
            Aggregate::Sum(value, set) => Self::new(set, Take::Value(value, What::Sum)),
        }
    }
}

/// The counters of a measure and what they make; none when no record is counted.
pub(super) fn asks(kind: &MeasureKind) -> Option<(Shape, Vec<(Role, Ask<'_>)>)> {
    let both = |ask| vec![(Role::Both, ask)];
    let sides = |above, below| vec![(Role::Above, above), (Role::Below, below)];
    Some(match kind {
        MeasureKind::Share { key, of, condition, not_above, not_below } => {
            let ask = |beyond, above| Ask {
                set: of,
                beyond,
                above,
                take: key.as_deref().map_or(Take::Records, Take::Key),
            };
            if of.portions.weighs() {
                return Some((Shape::Fraction, sides(ask(&[][..], Some(condition)), ask(&[][..], None))));
            }
            let asks = if not_above.is_empty() && not_below.is_empty() {
                both(ask(&[][..], Some(condition)))
            } else {
                sides(ask(not_above.as_slice(), Some(condition)), ask(not_below.as_slice(), None))
            };
            (Shape::Share, asks)
        }
        MeasureKind::Ratio { numerator, denominator } => {
            (Shape::Fraction, sides(Ask::of(numerator), Ask::of(denominator)))
        }
        MeasureKind::Rate { of, base, .. } => {
            (Shape::Fraction, sides(Ask::new(of, Take::Records), Ask::new(base, Take::Records)))
        }
        MeasureKind::Single(aggregate) => (Shape::Single, both(Ask::of(aggregate))),
        MeasureKind::Mean { value, over } => {
            (Shape::Single, both(Ask::new(over, Take::Value(&value.row, What::Sum))))
        }
        MeasureKind::Percentile { value, over, .. } => {
            (Shape::Percentile, both(Ask::new(over, Take::Value(&value.row, What::Values))))
        }
        MeasureKind::NetPromoter { value, over } => {
            (Shape::Single, both(Ask::new(over, Take::Value(&value.row, What::NetPromoter))))
        }
        MeasureKind::TopBox { over, .. } => (Shape::Share, both(Ask::new(over, Take::Answer(kind)))),
        MeasureKind::Scored { over, score, .. } => {
            let shape = match score {
                ScoreKind::Bottom { .. } => Shape::Share,
                ScoreKind::Mean | ScoreKind::Rescaled | ScoreKind::Net { .. } => Shape::Single,
            };
            (shape, both(Ask::new(over, Take::Answer(kind))))
        }
        MeasureKind::Extreme { value, over, .. } => {
            (Shape::Percentile, both(Ask::new(over, Take::Value(&value.row, What::Values))))
        }
        MeasureKind::Calculated(_)
        | MeasureKind::Weighted(_)
        | MeasureKind::OverSegments(_)
        | MeasureKind::Reported => return None,
    })
}
