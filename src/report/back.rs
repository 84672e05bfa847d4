//! The section of what is charged back: the whole, then each unit's part.

use super::table::{Cell, Grid, Tone, number, text};
use super::{LineView, PeriodView};

/// One row for each whole and each part.
pub fn charged_back(period: &PeriodView) -> Grid {
    let mut grid = Grid::new(&[text("clause"), text("charged back to"), text("working"), number("amount")]);
    for line in period.lines.iter().filter(|line| line.kind == "charge-back") {
        let whole = line.segment.is_whole();
        let name = if whole { line.rule.clone() } else { line.segment.to_string() };
        let tone = if whole { Tone::Strong } else { Tone::Plain };
        let clause: Cell = if whole { (&line.clause).into() } else { "".into() };
        grid.row([clause, Cell::toned(&name, tone), working(line), Cell::toned(&line.amount.shown, tone)]);
    }
    grid
}

/// What is particular to the row: the whole says what it is, a part how it is reckoned.
fn working(line: &LineView) -> Cell {
    let skip = usize::from(!line.segment.is_whole());
    let steps: Vec<String> = line.steps.iter().skip(skip).cloned().collect();
    Cell::lines(&steps)
}
