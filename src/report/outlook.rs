//! How a period in progress can still end, as shown.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::table::{Block, Cell, Grid, text};
use super::{Evaluation, PeriodView, SegmentView, shown};
use crate::assess::{Need, Outlook, Takes, outlook};
use crate::value::{Instant, grouped};

/// How a commitment's reading can still end in a period that is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutlookView {
    /// The commitment.
    pub commitment: String,
    /// What people call it.
    pub label: String,
    /// The segment; empty for the whole.
    pub segment: SegmentView,
    /// The reading so far, with its counts.
    pub so_far: String,
    /// What is still to come, if as many come as so far: `40 records`.
    pub rest: String,
    /// What it can end at then: `67.5% to 77.5%`; none for what has no bounds.
    pub range: Option<String>,
    /// What it takes to be on the better side of each edge, best first:
    /// `target 76%: 34 of the next 40`.
    pub takes: Vec<String>,
}

/// The outlook of the period of this index, whose data ends at `until`.
pub fn outlooks(evaluation: &Evaluation<'_>, index: usize, until: Option<Instant>) -> Vec<OutlookView> {
    let Some(until) = until else { return Vec::new() };
    let Evaluation { contract, readings, assessment, .. } = *evaluation;
    let found = outlook(contract, readings, assessment, index, until);
    found.iter().filter_map(|it| view(evaluation, index, it)).collect()
}

fn view(evaluation: &Evaluation<'_>, index: usize, it: &Outlook) -> Option<OutlookView> {
    let commitment = evaluation.contract.commitments.get(&it.commitment)?;
    let measure = evaluation.contract.measures.get(&commitment.measure)?;
    let reading = evaluation.readings.get(&measure.name, index, &it.segment)?;
    let rest = grouped(&it.rest, 0, 0);
    let value = |value: &crate::value::Quantity| shown::value(&value.value, measure).shown;
    let takes = |need: &Need| {
        let what = match &need.takes {
            Takes::Nothing => "whatever comes".to_string(),
            Takes::TooMuch => "out of reach".to_string(),
            Takes::AtLeast(n) => format!("{} of the next {rest}", grouped(n, 0, 0)),
            Takes::AtMost(n) => format!("at most {} of the next {rest}", grouped(n, 0, 0)),
            Takes::MeanAtLeast(mean) => format!("at least {} on average from now on", value(mean)),
            Takes::MeanAtMost(mean) => format!("at most {} on average from now on", value(mean)),
            Takes::More(more) => format!("{} more", value(more)),
            Takes::NoMoreThan(more) => format!("at most {} more", value(more)),
        };
        format!("{}: {what}", need.edge)
    };
    let takes = it.needs.iter().map(takes).collect();
    Some(OutlookView {
        commitment: it.commitment.clone(),
        label: commitment.label.clone(),
        segment: shown::segment(&it.segment),
        so_far: shown::reading(reading, measure),
        rest,
        range: it.range.as_ref().map(|(low, high)| format!("{} to {}", value(low), value(high))),
        takes,
    })
}

/// The section of a statement about a period that is not over.
pub fn blocks(period: &PeriodView) -> Vec<Block> {
    let Some(until) = &period.data_until else { return Vec::new() };
    let notice = format!(
        "IN PROGRESS: {} goes on to {}, and its data ends at {until}; everything here is what it comes to so far",
        period.label, period.last
    );
    let mut blocks = vec![Block::Notice(notice)];
    if period.outlook.is_empty() {
        return blocks;
    }
    blocks.push(Block::Heading("How it can still end, if as many records come as so far".to_string()));
    let mut grid = Grid::new(&[
        text("commitment"),
        text("so far"),
        text("to come"),
        text("can end at"),
        text("to be on the better side of"),
    ]);
    for it in &period.outlook {
        grid.row([
            it.segment.of(&it.label).into(),
            (&it.so_far).into(),
            (&it.rest).into(),
            (&it.range).into(),
            Cell::lines(&it.takes),
        ]);
    }
    blocks.push(Block::Grid(grid.without_columns_of("")));
    blocks
}
