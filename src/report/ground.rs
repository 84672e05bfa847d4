//! What the number of records says about a commitment, as shown.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CommitmentView;
use super::table::{Cell, Grid, text};
use crate::assess::Ground;
use crate::contract::PaySide;

/// A reason, beyond the reading itself, why a side pays or does not pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroundView {
    /// The rule in the contract's words: `penalty only if proven at 95% …`.
    pub rule: String,
    /// The calculation, step by step.
    pub steps: Vec<String>,
    /// The side that pays nothing for this reason: `penalty` or `bonus`.
    pub bars: Option<String>,
}

/// The ground as texts.
pub(super) fn view(ground: &Ground) -> GroundView {
    let bars = ground.bars.map(|side| match side {
        PaySide::Penalty => "penalty".to_string(),
        PaySide::Bonus => "bonus".to_string(),
    });
    GroundView { rule: ground.rule.clone(), steps: ground.steps.clone(), bars }
}

/// Every rule with its working, by commitment.
pub(super) fn grid(commitments: &[CommitmentView]) -> Grid {
    let mut grid = Grid::new(&[text("commitment"), text("rule"), text("working")]);
    for it in commitments {
        for ground in &it.grounds {
            grid.row([it.segment.of(&it.label).into(), (&ground.rule).into(), Cell::lines(&ground.steps)]);
        }
    }
    grid
}
