//! Figures of earlier periods in formulas.
//!
//! Handling time 300, 330 and 360 seconds in three periods: `average of
//! handling_time over 3 periods` is 330 seconds in the third; in the second
//! there are not enough periods and so no value.

use super::Node;
use crate::value::Unit;

pub use meed_grammar::tree::{How, Periodic, Total};

/// A figure taken from several periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// What is made of the figures.
    pub how: How,
    /// Only so many of the figures: the highest (true) or the lowest.
    pub best: Option<(u32, bool)>,
    /// The figure: a measure, charge, pool or a sum of the statement.
    pub figure: Node,
    /// Which periods.
    pub span: Periodic,
    /// The unit of the result.
    pub unit: Unit,
    /// How it was written.
    pub text: String,
}

impl Past {
    /// Whether the period itself is one of those looked at.
    #[must_use]
    pub fn includes_now(&self) -> bool {
        match self.span {
            Periodic::Last { before, .. } => !before,
            Periodic::AllBefore => false,
            Periodic::ContractYear => true,
        }
    }
}

/// A sum of the statement: all penalties, or those on one commitment, after caps.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TotalOf {
    /// Which.
    pub total: Total,
    /// The commitment; none for all.
    pub on: Option<String>,
}

impl std::fmt::Display for TotalOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.on {
            Some(name) => write!(f, "{} on {name}", self.total),
            None => self.total.fmt(f),
        }
    }
}
