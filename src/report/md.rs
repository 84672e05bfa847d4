//! The statement in Markdown: the same parts, every period in full.

use super::View;
use super::statement::statement;
use super::table::{Block, Cell, Grid, Tone};

/// The statement, with every period in full.
#[must_use]
pub fn md(view: &View) -> String {
    blocks(&statement(view, true))
}

/// Any parts.
pub fn blocks(blocks: &[Block]) -> String {
    let blocks: Vec<String> = blocks.iter().map(block).collect();
    blocks.join("\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Title(title) => format!("# {}\n", escaped(title)),
        Block::Heading(heading) => format!("## {}\n", escaped(heading)),
        Block::Notice(notice) => format!("**{}**\n", escaped(notice)),
        Block::Text(text) => format!("{}\n", escaped(text)),
        Block::Facts(facts) => {
            facts.iter().map(|(name, text)| format!("- {}: {}\n", escaped(name), escaped(text))).collect()
        }
        Block::Grid(grid) => table(grid),
        Block::List(points) => points.iter().map(|point| format!("- {}\n", escaped(point))).collect(),
    }
}

fn table(grid: &Grid) -> String {
    let heads: Vec<&str> = grid.columns.iter().map(|column| column.head.as_str()).collect();
    let rules: Vec<&str> =
        grid.columns.iter().map(|column| if column.number { "---:" } else { "---" }).collect();
    let mut text = format!("| {} |\n| {} |\n", heads.join(" | "), rules.join(" | "));
    for row in &grid.rows {
        let cells: Vec<String> = row.iter().map(cell).collect();
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text
}

fn cell(cell: &Cell) -> String {
    let text = escaped(&cell.text).replace('\n', "<br>");
    if cell.tone == Tone::Strong && !text.is_empty() { format!("**{text}**") } else { text }
}

/// Without what Markdown or HTML would take as its own.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '#' | '~' => out.extend(['\\', letter]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            letter if letter.is_control() && letter != '\n' => {}
            letter => out.push(letter),
        }
    }
    out
}
