//! Records of a set that share one with those near them.

use std::fmt;

use super::Slotted;
use crate::contract::Window;

/// A record counts 1/n of the n records of its group within the window around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The records, their date and what makes groups.
    pub base: Slotted,
    /// How far from the earlier record to the later.
    pub window: Window,
    /// The level at which it can be worked out.
    pub level: u32,
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by: Vec<String> = self.base.by.iter().map(ToString::to_string).collect();
        write!(f, "{} where {} by {}, {:?}", self.base.table, self.base.member, by.join(", "), self.window)
    }
}
