//! A comparison as people read it.

use super::{Change, ClauseChange, Comparison, PeriodChange, Sides};
use crate::report::table::{Block, Cell, Grid, Tone, number, text, whole};
use crate::report::{Paint, human_blocks, md_blocks};

/// For the terminal, `width` columns wide.
#[must_use]
pub fn human(comparison: &Comparison, width: u16, paint: Paint) -> String {
    human_blocks(&blocks(comparison), width, paint)
}

/// In Markdown.
#[must_use]
pub fn md(comparison: &Comparison) -> String {
    md_blocks(&blocks(comparison))
}

/// The parts, most important first: the money, then where it comes from.
fn blocks(comparison: &Comparison) -> Vec<Block> {
    let Comparison { before, after, .. } = comparison;
    let mut blocks = vec![Block::Title(format!("{before} and {after}"))];
    if comparison.is_empty() {
        blocks.push(Block::Text("nothing differs".to_string()));
        return blocks;
    }
    blocks.extend(comparison.total.as_ref().map(|total| Block::Notice(sentence(total, comparison))));
    if !comparison.causes.is_empty() {
        blocks.push(Block::Heading("What they were made from".to_string()));
        blocks.push(Block::List(comparison.causes.clone()));
    }
    if !comparison.clauses.is_empty() {
        blocks.push(Block::Heading("Clauses".to_string()));
        blocks.push(Block::Grid(clauses(&comparison.clauses)));
    }
    let several = comparison.periods.iter().filter(|period| period.sides == Sides::Both).count() > 1;
    if several && !comparison.lines.is_empty() {
        blocks.push(Block::Heading("Money by line, all periods that both have".to_string()));
        blocks.push(Block::Grid(money(&comparison.lines, comparison.total.as_ref())));
    }
    if comparison.periods.len() > 1 {
        blocks.push(Block::Heading("Periods".to_string()));
        blocks.push(Block::Grid(totals(&comparison.periods)));
    }
    for period in comparison.periods.iter().filter(|period| period.sides == Sides::Both) {
        blocks.extend(one(period));
    }
    blocks
}

/// `GBP 296.25 less is due: GBP 61,760.35 instead of GBP 62,056.60`
fn sentence(total: &Change, comparison: &Comparison) -> String {
    let side = |text: &Option<String>| text.clone().unwrap_or_default();
    let unchanged = match comparison.same {
        0 => String::new(),
        1 => "; 1 period is the same".to_string(),
        n => format!("; {n} periods are the same"),
    };
    let says = match &total.change {
        Some(change) if change.exact == "0" => format!("the same is due: {}", side(&total.after)),
        Some(change) => {
            let (amount, word) = match change.exact.starts_with('-') {
                true => (change.shown.replacen('-', "", 1), "less"),
                false => (change.shown.clone(), "more"),
            };
            format!("{amount} {word} is due: {} instead of {}", side(&total.after), side(&total.before))
        }
        None => format!("due: {} instead of {}", side(&total.after), side(&total.before)),
    };
    format!("{says}{unchanged}")
}

fn clauses(changes: &[ClauseChange]) -> Grid {
    let mut grid = Grid::new(&[text("clause"), whole(""), text("text")]);
    for change in changes {
        let alone = change.what != "changed" && change.lines.len() < 2;
        let lines = if alone { Cell::from("") } else { Cell::lines(&change.lines) };
        grid.row([(&change.name).into(), change.what.into(), lines]);
    }
    grid
}

fn totals(periods: &[PeriodChange]) -> Grid {
    let mut grid = Grid::new(&[text("period"), number("before"), number("after"), number("change")]);
    for period in periods {
        let change = match period.sides {
            Sides::Both => changed(&period.total),
            Sides::Before => Cell::toned("only before", Tone::Look),
            Sides::After => Cell::toned("only after", Tone::Look),
        };
        let Change { before, after, .. } = &period.total;
        grid.row([(&period.label).into(), before.into(), after.into(), change]);
    }
    grid
}

/// The sections of one period.
fn one(period: &PeriodChange) -> Vec<Block> {
    let mut blocks = vec![Block::Title(format!("Period {}", period.label))];
    let mut section = |heading: &str, grid: Grid| {
        if !grid.rows.is_empty() {
            blocks.push(Block::Heading(heading.to_string()));
            blocks.push(Block::Grid(grid));
        }
    };
    section("Readings", words(&period.readings));
    section("Verdicts", words(&period.verdicts));
    section("Money", money(&period.lines, Some(&period.total)));
    blocks
}

fn words(changes: &[Change]) -> Grid {
    let mut grid =
        Grid::new(&[text("clause"), text("what"), text("before"), text("after"), number("change")]);
    for change in changes {
        grid.row([
            (&change.clause).into(),
            (&change.name).into(),
            there(change.before.as_ref()),
            there(change.after.as_ref()),
            changed(change),
        ]);
    }
    grid.without_columns_of("")
}

fn money(changes: &[Change], total: Option<&Change>) -> Grid {
    let mut grid = Grid::new(&[
        text("clause"),
        text("line"),
        text("what"),
        number("before"),
        number("after"),
        number("change"),
    ]);
    for change in changes {
        grid.row([
            (&change.clause).into(),
            (&change.name).into(),
            (&change.label).into(),
            there(change.before.as_ref()),
            there(change.after.as_ref()),
            changed(change),
        ]);
    }
    if let Some(total) = total {
        let strong = |text: &Option<String>| Cell::toned(text.clone().unwrap_or_default(), Tone::Strong);
        let change = total.change.as_ref().map(|change| change.shown.clone());
        grid.row([
            "".into(),
            "total".into(),
            "".into(),
            strong(&total.before),
            strong(&total.after),
            strong(&change),
        ]);
    }
    grid.without_columns_of("")
}

fn there(text: Option<&String>) -> Cell {
    text.map_or_else(|| Cell::toned("not there", Tone::Look), Cell::from)
}

/// A change with its sign, and whether it is more or less.
fn changed(change: &Change) -> Cell {
    let Some(figure) = &change.change else { return "".into() };
    match figure.exact.as_str() {
        "0" => "".into(),
        less if less.starts_with('-') => Cell::toned(figure.shown.clone(), Tone::Bad),
        _ => Cell::toned(format!("+{}", figure.shown), Tone::Good),
    }
}
