//! Baselines as a report shows them: the figure, and the readings it was taken from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Evaluation, Figure, shown};
use crate::contract::{Baseline, clause_order};
use crate::reading::baseline::fixed;

/// A figure taken once from past periods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineView {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// The figure; none while it is not fixed.
    pub value: Option<Figure>,
    /// With the periods it was taken from and their figures, or why it is not fixed.
    pub text: String,
    /// Whether a reading behind it can still change.
    pub provisional: bool,
}

/// The baselines as they stand in a period.
pub(super) fn baselines(evaluation: &Evaluation<'_>, index: usize) -> Vec<BaselineView> {
    let Evaluation { contract, readings, .. } = *evaluation;
    let mut all: Vec<&Baseline> = contract.baselines.values().collect();
    all.sort_by_key(|it| (clause_order(it.clause.as_deref()), it.name.clone()));
    let view = |it: &&Baseline| {
        let found = fixed(contract, readings, index, it);
        let measure = contract.measures.get(&it.measure);
        BaselineView {
            name: it.name.clone(),
            label: it.label.clone(),
            clause: it.clause.clone(),
            value: found.as_ref().ok().map(|found| match measure {
                Some(measure) => shown::value(&found.value.value, measure),
                None => shown::figure(&found.value),
            }),
            text: found.as_ref().map_or_else(ToString::to_string, |found| found.words(it)),
            provisional: found.is_ok_and(|found| found.provisional),
        }
    };
    all.iter().map(view).collect()
}
