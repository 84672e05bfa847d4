//! Rights in a report: whether they arise, and the periods they rest on.
//!
//! `arises`, `2026-01: GBP 210.00`, `2026-04: GBP 200.00`, notice until 2026-06-29.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::table::{Cell, Grid, Tone, text};
use super::{Evaluation, InputView, PeriodView};
use crate::settle::{RightLine, RightState};

/// A right, as it stands in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RightView {
    /// Stable in the contract, and what `meed why` takes: `right.1`.
    pub id: String,
    /// The right.
    pub label: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// `arises`, `continues`, `does not arise` or `not known`.
    pub state: String,
    /// The period it arose in, when it continues.
    pub since: Option<String>,
    /// The last day on which notice may be given.
    pub notice_until: Option<String>,
    /// The periods it rests on: `2026-01: 68%`.
    pub evidence: Vec<String>,
    /// When it arises, in the contract's words.
    pub rule: String,
    /// What was found, part by part.
    pub steps: Vec<String>,
    /// The figures that went in.
    pub inputs: Vec<InputView>,
}

/// A right as texts.
pub fn view(evaluation: &Evaluation<'_>, right: &RightLine) -> RightView {
    let label = |period: usize| evaluation.readings.periods.get(period).map(|period| period.label.clone());
    RightView {
        id: right.id.clone(),
        label: right.label.clone(),
        clause: right.clause.clone(),
        state: right.state.word().to_string(),
        since: match right.state {
            RightState::Continues(since) => label(since),
            _ => None,
        },
        notice_until: right.notice.map(|date| date.to_string()),
        evidence: right.evidence.iter().map(|(period, figure)| format!("{period}: {figure}")).collect(),
        rule: right.trace.rule.clone(),
        steps: right.trace.steps.clone(),
        inputs: right.trace.inputs.iter().map(InputView::of).collect(),
    }
}

/// The rights of a period, one a row.
pub fn rights(period: &PeriodView) -> Grid {
    let mut grid = Grid::new(&[
        text("clause"),
        text("right"),
        text("state"),
        text("rests on"),
        text("notice until"),
        text("rule"),
    ]);
    for right in &period.rights {
        grid.row([
            (&right.clause).into(),
            (&right.label).into(),
            state(right),
            Cell::lines(&right.evidence),
            (&right.notice_until).into(),
            (&right.rule).into(),
        ]);
    }
    grid
}

fn state(right: &RightView) -> Cell {
    let since = right.since.as_ref().map(|since| format!("\nsince {since}")).unwrap_or_default();
    let tone = match right.state.as_str() {
        "arises" | "continues" => Tone::Bad,
        "not known" => Tone::Look,
        _ => Tone::Plain,
    };
    Cell::toned(format!("{}{since}", right.state), tone)
}

impl RightView {
    /// Why the right is there or not, line by line, for `meed why`.
    pub(super) fn account(&self, period: &str) -> Vec<String> {
        let clause = self.clause.as_ref().map(|clause| format!(", clause {clause}")).unwrap_or_default();
        let since = self.since.as_ref().map(|since| format!(" since {since}")).unwrap_or_default();
        let mut lines = vec![
            format!("{}: {}{since} in {period}", self.id, self.state),
            format!("  what: {}{clause}", self.label),
            format!("  rule: {}", self.rule),
        ];
        let from = |input: &InputView| format!("  from: {} {} = {}", input.source, input.name, input.shown);
        lines.extend(self.inputs.iter().map(from));
        lines.extend(self.steps.iter().map(|step| format!("  working: {step}")));
        lines.extend(self.evidence.iter().map(|period| format!("  rests on: {period}")));
        lines.extend(self.notice_until.iter().map(|date| format!("  notice until: {date}")));
        lines
    }
}
