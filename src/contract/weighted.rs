//! Measures put together from other measures: scorecards, gaps, and means of segments.
//!
//! Weights 40, 30, 20 and 10, scores 0.8, 1, 0.5 and 0: 32 + 30 + 10 + 0 = 72.
//! Without the second reading the rest is 42 of 70: renormalised 60.

use super::Level;
use crate::value::Ratio;

pub use meed_grammar::tree::PartMissing;

/// Readings put together by weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weighted {
    /// The parts, as they were written.
    pub parts: Vec<WeightedPart>,
    /// For a scorecard what the weights add up to and a full score comes to;
    /// none for a weighted mean of the readings themselves.
    pub total: Option<Ratio>,
    /// What holds for a part without a reading.
    pub missing: PartMissing,
}

/// One reading and its weight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeightedPart {
    /// The measure.
    pub measure: String,
    /// Its weight.
    pub weight: Ratio,
    /// For a scorecard: readings, ascending, and the percent of the weight they
    /// score, in straight lines between; empty when the reading is that percentage.
    pub scale: Vec<(Ratio, Ratio)>,
}

/// A figure of the segments of a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverSegments {
    /// The measure.
    pub measure: String,
    /// Percent of the segments that satisfy this; otherwise the mean of their readings.
    pub level: Option<Level>,
}

impl WeightedPart {
    /// The part of its weight that a reading scores, from 0 to 1.
    #[must_use]
    pub fn score(&self, reading: &Ratio) -> Ratio {
        let percent = match (self.scale.first(), self.scale.last()) {
            (Some(first), Some(last)) => self.between(reading, first, last),
            _ => reading.clone(),
        };
        (&percent * &Ratio::decimal(1, 2)).max(Ratio::zero()).min(Ratio::one())
    }

    fn between(&self, reading: &Ratio, first: &(Ratio, Ratio), last: &(Ratio, Ratio)) -> Ratio {
        if *reading <= first.0 {
            return first.1.clone();
        }
        let beyond = self.scale.iter().zip(self.scale.iter().skip(1)).find(|(_, next)| *reading <= next.0);
        let Some(((from, low), (to, high))) = beyond else { return last.1.clone() };
        let part = (reading - from).over(&(to - from)).unwrap_or_default();
        low + &(&part * &(high - low))
    }
}
