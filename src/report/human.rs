//! The statement for the terminal.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};

use super::View;
use super::statement::statement;
use super::table::{Block, Cell, Grid, Tone, text as text_column, whole};

/// From this width on there is room for readings on one line.
const ROOMY: u16 = 90;

/// Whether colours are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// With escape sequences.
    Colour,
    /// Text only.
    Plain,
}

/// The statement, `width` columns wide: the last period in full, the earlier in a table.
#[must_use]
pub fn human(view: &View, width: u16, paint: Paint) -> String {
    blocks(&statement(view, false), width, paint)
}

/// Any parts, `width` columns wide.
pub fn blocks(blocks: &[Block], width: u16, paint: Paint) -> String {
    let mut text = String::new();
    for block in blocks {
        let apart = matches!(block, Block::Title(_) | Block::Heading(_) | Block::Notice(_));
        if apart && !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&one(block, width));
    }
    painted(&text, paint)
}

fn one(block: &Block, width: u16) -> String {
    match block {
        Block::Title(title) => {
            let title = clean(title);
            format!(
                "{}\n{}\n",
                marked(&title, Tone::Strong),
                "═".repeat(title.chars().count().min(width.into()))
            )
        }
        Block::Heading(heading) => format!("{}\n", marked(&clean(heading), Tone::Strong)),
        Block::Notice(notice) => wrapped(notice, Tone::Look, "", width),
        Block::Text(text) => wrapped(text, Tone::Plain, "  ", width),
        Block::Facts(facts) => {
            let row = |(name, text): &(String, String)| vec![Cell::from(name), Cell::from(text)];
            let columns = vec![whole(""), text_column("")];
            grid_text(&Grid { columns, rows: facts.iter().map(row).collect() }, width)
        }
        Block::Grid(grid) => grid_text(grid, width),
        Block::List(points) => {
            points.iter().map(|point| wrapped(point, Tone::Plain, "  - ", width)).collect()
        }
    }
}

fn grid_text(grid: &Grid, width: u16) -> String {
    let heads: Vec<Cell> = grid.columns.iter().map(|column| Cell::toned(&column.head, Tone::Plain)).collect();
    let mut made = plain_table(width);
    if heads.iter().any(|head| !head.text.is_empty()) {
        made.set_header(heads.iter().map(cell));
    }
    for row in &grid.rows {
        made.add_row(row.iter().map(cell));
    }
    for (at, (column, kind)) in made.column_iter_mut().zip(&grid.columns).enumerate() {
        if kind.number {
            column.set_cell_alignment(CellAlignment::Right);
        }
        if kind.number || (kind.whole && width >= ROOMY) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        } else if width >= ROOMY {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(
                longest_word(grid, at) + PADDING,
            )));
        }
    }
    finished(&made)
}

/// Columns between two cells.
const PADDING: u16 = 2;

/// How wide a column must be so that no word is broken, up to a measure.
fn longest_word(grid: &Grid, column: usize) -> u16 {
    let cells = grid.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.text.as_str());
    let heads = grid.columns.get(column).map(|column| column.head.as_str());
    let words = cells.chain(heads).flat_map(str::split_whitespace);
    let longest = words.map(|word| word.chars().count()).max().unwrap_or(0);
    u16::try_from(longest.min(24)).unwrap_or(24)
}

fn plain_table(width: u16) -> Table {
    let mut table = Table::new();
    let line = LineStyle::none().fill('─').junction('─');
    table.load_style(TableStyle::new().header_separator(line));
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    table
}

fn finished(table: &Table) -> String {
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn cell(cell: &Cell) -> comfy_table::Cell {
    comfy_table::Cell::new(marked(&clean(&cell.text), cell.tone))
}

/// Text broken at spaces; `first` stands before its first line, as many spaces before the others.
fn wrapped(text: &str, tone: Tone, first: &str, width: u16) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in clean(text).split_whitespace() {
        let length = first.len() + line.chars().count() + word.chars().count() + 1;
        if !line.is_empty() && length > usize::from(width) {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    let before = |at: usize| if at == 0 { first.to_string() } else { " ".repeat(first.len()) };
    lines.iter().enumerate().map(|(at, line)| format!("{}{}\n", before(at), marked(line, tone))).collect()
}

/// Characters without width that stand for a tone until the text is laid out,
/// so that escape sequences do not count as width.
const MARKS: [(char, Tone, &str); 4] = [
    ('\u{2061}', Tone::Good, "\u{1b}[32m"),
    ('\u{2062}', Tone::Bad, "\u{1b}[31m"),
    ('\u{2063}', Tone::Look, "\u{1b}[33m"),
    ('\u{2064}', Tone::Strong, "\u{1b}[1m"),
];
const END: char = '\u{2060}';

/// Marks every word by itself: a line break inside must not carry the tone along.
fn marked(text: &str, tone: Tone) -> String {
    let Some((mark, ..)) = MARKS.iter().find(|(_, of, _)| *of == tone) else { return text.to_string() };
    let word = |word: &str| if word.is_empty() { String::new() } else { format!("{mark}{word}{END}") };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn painted(text: &str, paint: Paint) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match MARKS.iter().find(|(mark, ..)| *mark == letter) {
            Some((.., escape)) if paint == Paint::Colour => out.push_str(escape),
            None if letter == END && paint == Paint::Colour => out.push_str("\u{1b}[0m"),
            None if letter != END => out.push(letter),
            _ => {}
        }
    }
    out
}

/// Without characters that would move the cursor or pass for a mark: names
/// and values come from files that anyone may have written.
fn clean(text: &str) -> String {
    let kept = |letter: &char| {
        *letter == '\n' || !(letter.is_control() || ('\u{2060}'..='\u{2064}').contains(letter))
    };
    text.chars().filter(kept).collect()
}
