//! What changed in closed periods, as shown.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::table::{Block, Cell, Grid, Tone, number, text};
use super::{Evaluation, Figure, PeriodView, shown};
use crate::contract::Contract;
use crate::restate::{Change, Correction};
use crate::value::{Quantity, Ratio, Unit};

/// What changed in a closed period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionView {
    /// The label of the closed period; that of this period for what its own lines would be.
    pub period: String,
    /// `true-up` or `restatement`.
    pub kind: String,
    /// Why nothing is posted for it, when nothing is.
    pub left: Option<String>,
    /// Whether it can still change.
    pub provisional: bool,
    /// What its lines differ by together.
    pub difference: Figure,
    /// The lines that came out differently.
    pub lines: Vec<ChangeView>,
    /// Readings that changed, in words.
    pub readings: Vec<String>,
    /// Rights that stand differently as known now, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rights: Vec<String>,
    /// Lines that would change as well if closed periods counted as they are
    /// known now for those after them; not posted.
    pub ripple: Vec<ChangeView>,
}

/// A line that came out differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeView {
    /// The name of the line in its period: `bonus.resolved_first_time`.
    pub id: String,
    /// What it is, in words.
    pub label: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// What was posted before.
    pub before: Figure,
    /// What it comes to now.
    pub now: Figure,
    /// Now less before.
    pub difference: Figure,
}

/// The corrections that stand with the period of this index.
pub fn corrections(evaluation: &Evaluation<'_>, index: usize) -> Vec<CorrectionView> {
    let here = evaluation.posting == Some(index);
    let all = evaluation.corrections.iter().filter(|_| here);
    all.map(|it| correction(evaluation.contract, it)).collect()
}

fn correction(contract: &Contract, it: &Correction) -> CorrectionView {
    CorrectionView {
        period: it.period.clone(),
        kind: it.kind.word().to_string(),
        left: it.left.clone(),
        provisional: it.provisional,
        difference: money(contract, &it.difference()),
        lines: it.lines.iter().map(|line| change(contract, line)).collect(),
        readings: it.readings.clone(),
        rights: it.rights.clone(),
        ripple: it.ripple.iter().map(|line| change(contract, line)).collect(),
    }
}

fn change(contract: &Contract, it: &Change) -> ChangeView {
    ChangeView {
        id: it.id.clone(),
        label: it.label.clone(),
        clause: it.clause.clone(),
        before: money(contract, &it.before),
        now: money(contract, &it.now),
        difference: money(contract, &it.difference()),
    }
}

fn money(contract: &Contract, amount: &Ratio) -> Figure {
    shown::figure(&Quantity::new(amount.clone(), Unit::Money(contract.currency)))
}

/// The sections of a statement about closed periods.
pub fn blocks(period: &PeriodView) -> Vec<Block> {
    let mut blocks = Vec::new();
    let changed: Vec<_> = period.corrections.iter().filter(|it| !it.lines.is_empty()).collect();
    if !changed.is_empty() {
        blocks.push(Block::Heading("Corrections of closed periods".to_string()));
        let mut grid = changes_grid("posted", "now");
        for it in &changed {
            let state = match (&it.left, it.provisional) {
                (Some(left), _) => format!("{} of {}, not posted: {left}", it.kind, it.period),
                (None, true) => format!("{} of {}, still provisional", it.kind, it.period),
                (None, false) => format!("{} of {}", it.kind, it.period),
            };
            rows(&mut grid, &state, &it.lines);
            let tone = if it.left.is_some() { Tone::Look } else { Tone::Strong };
            let sum = Cell::toned(&it.difference.shown, tone);
            grid.row([
                "".into(),
                "".into(),
                format!("{} together", it.period).into(),
                "".into(),
                "".into(),
                sum,
            ]);
        }
        blocks.push(Block::Grid(grid.without_columns_of("")));
    }
    let readings = period
        .corrections
        .iter()
        .flat_map(|it| it.readings.iter().map(move |reading| format!("{} {reading}", it.period)));
    let readings: Vec<String> = readings.collect();
    if !readings.is_empty() {
        blocks.push(Block::Heading("Readings of closed periods that changed".to_string()));
        blocks.push(Block::List(readings));
    }
    let rights = period
        .corrections
        .iter()
        .flat_map(|it| it.rights.iter().map(move |right| format!("{} {right}", it.period)));
    let rights: Vec<String> = rights.collect();
    if !rights.is_empty() {
        blocks.push(Block::Heading("Rights that stand differently as known now".to_string()));
        blocks.push(Block::List(rights));
    }
    let rippled: Vec<_> = period.corrections.iter().filter(|it| !it.ripple.is_empty()).collect();
    if !rippled.is_empty() {
        blocks.push(Block::Heading("What that would change further on, not posted".to_string()));
        blocks.push(Block::Text(
            "For later periods closed ones count as they were closed. As known now, these lines would differ:"
                .to_string(),
        ));
        let mut grid = changes_grid("as closed", "as known now");
        for it in rippled {
            rows(&mut grid, &it.period, &it.ripple);
        }
        blocks.push(Block::Grid(grid.without_columns_of("")));
    }
    blocks
}

fn changes_grid(before: &str, now: &str) -> Grid {
    Grid::new(&[
        text("period"),
        text("clause"),
        text("line"),
        number(before),
        number(now),
        number("difference"),
    ])
}

fn rows(grid: &mut Grid, state: &str, lines: &[ChangeView]) {
    for (at, line) in lines.iter().enumerate() {
        grid.row([
            if at == 0 { state.into() } else { "".into() },
            (&line.clause).into(),
            (&line.label).into(),
            (&line.before).into(),
            (&line.now).into(),
            (&line.difference).into(),
        ]);
    }
}
