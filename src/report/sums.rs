//! The sums of a period as shown, and the dates that follow from its end.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Figure;

/// The sums of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    /// Points of all commitments; none when the contract has no points.
    pub points: Option<Figure>,
    /// Sum of the charges.
    pub charges: Figure,
    /// Bonuses after caps and gates.
    pub bonuses: Figure,
    /// Penalties after caps and pools, not below 0.
    pub penalties: Figure,
    /// What comes back of penalties of earlier periods; none when the contract has no earn-back.
    pub earned_back: Option<Figure>,
    /// What closed periods came to differently; none when nothing is posted for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrections: Option<Figure>,
    /// Charges, bonuses, what is earned back and corrections less penalties.
    pub total: Figure,
}

/// A date that follows from a period's end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeadlineView {
    /// What has to be done: `report due`.
    pub what: String,
    /// The date; none when it cannot be told.
    pub date: Option<String>,
    /// Why it cannot be told.
    pub lacking: Option<String>,
    /// How the contract says it.
    pub rule: String,
    /// The clause it rests on.
    pub clause: Option<String>,
}
