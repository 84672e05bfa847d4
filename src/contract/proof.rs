//! What a commitment asks of the number of records before money follows.
//!
//! 98 of 122 answers are 80.33 %. Against a target of 82 % that is a miss, but
//! with so few answers 82 % may well be the truth: under `penalty only if
//! proven at 95% by wilson, two-sided, z 1.96` nothing is due.

use crate::value::Ratio;

pub use meed_grammar::tree::ProofMethod;

use super::{Aggregate, Bound, Level, Measure, MeasureKind, ScoreKind};
use crate::value::Unit;

/// What is only paid when it is proven.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proofs {
    /// For penalties, and for the verdict `missed`.
    pub penalty: Option<Proof>,
    /// For bonuses.
    pub bonus: Option<Proof>,
}

/// How a difference from the target is proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// In percent: 95.
    pub confidence: Ratio,
    /// How the range of the true value is found.
    pub method: ProofMethod,
    /// How many standard errors.
    pub z: Ratio,
    /// How it was written: `proven at 95% by wilson, one-sided, z 1.645`.
    pub text: String,
}

/// The misses that do not fail a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// How many.
    pub misses: u64,
    /// How it was written: `or at most 1 miss`.
    pub text: String,
}

impl Measure {
    /// Whether its reading is the part of some records that meet a condition,
    /// so that each record is either above the line or a miss.
    #[must_use]
    pub fn is_part(&self) -> bool {
        match &self.kind {
            MeasureKind::Share { not_below, .. } => not_below.is_empty(),
            MeasureKind::TopBox { .. } | MeasureKind::Scored { score: ScoreKind::Bottom { .. }, .. } => true,
            MeasureKind::Ratio { numerator, denominator } => {
                let count = |it: &Aggregate| matches!(it, Aggregate::Count(_) | Aggregate::Distinct(..));
                self.unit == Unit::Percent && count(numerator) && count(denominator)
            }
            MeasureKind::Reported => self.unit == Unit::Percent,
            _ => false,
        }
    }

    /// Whether its distance from a level can be proven in this way.
    #[must_use]
    pub fn can_be_proven(&self, method: ProofMethod) -> bool {
        self.is_part() || (self.is_net() && method == ProofMethod::Margin)
    }

    /// Whether it is the best answers less the worst, from −100 to 100.
    #[must_use]
    pub fn is_net(&self) -> bool {
        matches!(
            self.kind,
            MeasureKind::NetPromoter { .. } | MeasureKind::Scored { score: ScoreKind::Net { .. }, .. }
        )
    }
}

impl Level {
    /// Whether more is better.
    #[must_use]
    pub fn higher_is_better(&self) -> bool {
        matches!(self.bound, Bound::AtLeast | Bound::MoreThan)
    }
}
