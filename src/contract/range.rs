//! The readings a measure can have at all, whatever the records are.
//!
//! | measure | lowest | highest |
//! |---------|--------|---------|
//! | share, top boxes, percent from a file | 0 % | 100 % |
//! | share with records taken out below the line only | 0 % | – |
//! | net promoter score | −100 | 100 |
//! | count, rate, mean or percentile of durations | 0 | – |
//! | ratio in percent of a part to its whole | 0 % | 100 % |
//! | sum or mean of numbers or money | – | – |

use super::{Aggregate, Excluded, Measure, MeasureKind, Row, ScoreKind, SetRef};
use crate::value::{Ratio, Unit};

impl Measure {
    /// The lowest and the highest reading, in the measure's unit; none is without end.
    #[must_use]
    pub fn range(&self) -> (Option<Ratio>, Option<Ratio>) {
        let zero = || Some(Ratio::zero());
        let hundred = || Some(Ratio::whole(100));
        match &self.kind {
            // Taken out below the line only, a record can still stand above it.
            MeasureKind::Share { not_below, .. } => (zero(), hundred().filter(|_| not_below.is_empty())),
            MeasureKind::TopBox { .. } => (zero(), hundred()),
            MeasureKind::Reported if self.unit == Unit::Percent => (zero(), hundred()),
            MeasureKind::NetPromoter { .. } => (Some(Ratio::whole(-100)), hundred()),
            MeasureKind::Ratio { numerator, denominator } if is_count(numerator) && is_count(denominator) => {
                let part = self.unit == Unit::Percent && is_part(numerator, denominator);
                (zero(), hundred().filter(|_| part))
            }
            MeasureKind::Rate { .. } => (zero(), None),
            MeasureKind::Single(figure) if is_count(figure) => (zero(), None),
            MeasureKind::Scored { low, high, score, .. } => match score {
                ScoreKind::Mean => (Some(low.clone()), Some(high.clone())),
                ScoreKind::Rescaled | ScoreKind::Bottom { .. } => (zero(), hundred()),
                ScoreKind::Net { .. } => (Some(Ratio::whole(-100)), hundred()),
            },
            MeasureKind::Weighted(weighted) => match &weighted.total {
                Some(total) => (zero(), Some(total.clone())),
                None => (None, None),
            },
            MeasureKind::OverSegments(over) if over.level.is_some() => (zero(), hundred()),
            MeasureKind::Calculated(_) | MeasureKind::OverSegments(_) => (None, None),
            _ if self.unit == Unit::Duration => (zero(), None),
            _ => (None, None),
        }
    }
}

fn is_count(figure: &Aggregate) -> bool {
    matches!(figure, Aggregate::Count(_) | Aggregate::Distinct(..))
}

/// Whether every record counted above is counted below too.
fn is_part(above: &Aggregate, below: &Aggregate) -> bool {
    let (Aggregate::Count(above), Aggregate::Count(below)) = (above, below) else { return false };
    let same_source = above.table == below.table && above.dated_by == below.dated_by;
    let out = |of: &SetRef| -> Vec<Row> {
        of.exclusions.iter().map(|it: &Excluded| it.condition.clone()).collect()
    };
    let above_out = out(above);
    same_source
        && below.portions == above.portions
        && below.conditions.iter().all(|it| above.conditions.contains(it))
        && out(below).iter().all(|it| above_out.contains(it))
}
