//! Allowances: how many records of a set count for each period or day, and group.
//!
//! | clause | allowed | which count |
//! |---|---|---|
//! | `counting at most the first 110% of …` | a part of a sum | the first |
//! | `excluding days with more than 110% of …` | a part of a sum | all or none |
//! | `counting only the latest with same customer` | one | the latest |

use super::NodeId;
use crate::value::Ratio;

/// So many records of a set count for each period or day, and group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quota {
    /// The records that are counted.
    pub base: Slotted,
    /// How many of them.
    pub allowed: Allowed,
    /// Day by day instead of period by period.
    pub each_day: bool,
    /// Of too many all are beyond it; otherwise only the last.
    pub all: bool,
    /// Of too many the first are beyond it.
    pub latest: bool,
    /// The level at which it can be worked out.
    pub level: u32,
}

/// How many records an allowance lets count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// One of each group.
    One,
    /// A part of a sum over other records.
    PartOf {
        /// The records that are added up.
        forecast: Slotted,
        /// What is added up.
        value: NodeId,
        /// In percent of the sum.
        percent: Ratio,
    },
}

/// Records of a set by time and group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slotted {
    /// The table.
    pub table: String,
    /// The date, a [`Node::Moment`].
    pub date: NodeId,
    /// The fields that make groups.
    pub by: Vec<NodeId>,
    /// Which of them belong to the set.
    pub member: NodeId,
}
