//! The statement of one period while it is put together.
//!
//! Lines are entered as they are worked out; what is still due of a penalty
//! or bonus is kept apart until caps, pools and gates have had their turn:
//! penalty line 100.00, due 100.00; after a cap of 80.00 the line still says
//! 100.00, and 80.00 is due.

use std::collections::BTreeSet;

use crate::contract::PaySide;
use crate::value::Ratio;

use super::due::Due;
use super::{Carried, Earned, Line, Streak};

/// The lines of a period, and what is still due of them.
#[derive(Default)]
pub(super) struct Statement {
    pub lines: Vec<Line>,
    pub dues: Vec<Due>,
    pub points: Ratio,
    /// Points by commitment.
    pub points_on: Vec<(String, Ratio)>,
    /// How long verdicts have repeated.
    pub streaks: Vec<Streak>,
    /// The caps that are reached.
    pub capped: BTreeSet<(PaySide, Option<String>)>,
    /// Excess that waits for a later period.
    pub carried: Vec<Carried>,
    /// What comes back of earlier penalties.
    pub earned: Vec<Earned>,
    /// Whether something is not decided yet.
    pub pending: bool,
}

impl Statement {
    /// Notes on lines what bound them, if words are wanted.
    pub(super) fn say(&mut self, lines: &[usize], says: impl Fn() -> String) {
        for at in lines {
            let line = self.lines.get_mut(*at).filter(|line| !line.amount.is_zero() && !line.trace.bare);
            if let Some(line) = line {
                line.trace.limits.push(says());
            }
        }
    }

    /// What is left of a side.
    pub(super) fn due(&self, side: PaySide) -> Ratio {
        self.dues.iter().filter(|due| due.side == side).map(|due| due.left.clone()).sum()
    }
}
