//! Scorecards, gaps between expectation and perception, and scores of answers, as written.

use super::{Level, Name, Quantity, SetExpr};
use crate::span::Spanned;

/// `scorecard of 100 { 40 resolved_first_time … } if one is not measured renormalised`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scorecard {
    /// What the weights add up to.
    pub total: Spanned<Quantity>,
    /// The rows.
    pub items: Vec<Spanned<ScorecardItem>>,
    /// What holds for an item without a reading; none when it was left out (an error the check reports).
    pub missing: Option<Spanned<PartMissing>>,
}

/// `30 satisfied scored 70% as 0%, 80% as 100%`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScorecardItem {
    /// The weight.
    pub weight: Spanned<Quantity>,
    /// The measure.
    pub measure: Name,
    /// Readings and the part of the weight they score.
    pub scale: Vec<(Spanned<Quantity>, Spanned<Quantity>)>,
}

/// `servqual gap over SET, perception less expectation, by weights { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Servqual {
    /// The answers.
    pub over: SetExpr,
    /// How the dimensions come together.
    pub rule: Spanned<GapRule>,
    /// The dimensions.
    pub dimensions: Vec<Spanned<GapDimension>>,
    /// What holds for a dimension without answers.
    pub missing: Option<Spanned<PartMissing>>,
}

/// How the gaps of items become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GapRule {
    /// `by weights`: items to dimensions, dimensions by their weights of 100.
    Weights,
    /// `mean of dimensions`
    Dimensions,
    /// `mean of items`
    Items,
}

/// `tangibles weight 11: p1 less e1, p2 less e2`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapDimension {
    /// Its name.
    pub name: Name,
    /// `weight 11`
    pub weight: Option<Spanned<Quantity>>,
    /// Perception and expectation of each item.
    pub items: Vec<(Name, Name)>,
}

/// What holds for a part without a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartMissing {
    /// `renormalised`: the other weights count alone.
    Renormalised,
    /// `counted as met`
    Met,
    /// `counted as missed`
    Zero,
    /// `not measured`: then there is no reading at all.
    NotMeasured,
}

/// What becomes of the answers on a scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Score {
    /// `mean of E on 1 to 5`
    Mean,
    /// `mean of E on 1 to 5 rescaled`: in percent of the way from the lowest answer to the highest.
    Rescaled,
    /// `bottom 2 boxes of E on 1 to 5`
    Bottom(Spanned<Quantity>),
    /// `top 2 boxes less bottom 2 boxes of E on 1 to 5`
    Net(Spanned<Quantity>, Spanned<Quantity>),
}

/// `mean over segments of NAME`, `share of segments with NAME at least 80%`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverSegments {
    /// The measure.
    pub measure: Name,
    /// What a segment has to satisfy; none for the mean.
    pub level: Option<Level>,
}
