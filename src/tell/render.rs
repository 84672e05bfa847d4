//! Sentences about a contract for the terminal, as Markdown and as JSON.
//!
//! ```text
//! What is promised, and what follows
//!
//!   5.3  Resolved at the first contact (stayed_resolved)
//!        Promised: at least 78%.
//! ```

use super::{Item, Section, Table, Told};

/// For the terminal, `width` columns wide.
#[must_use]
pub fn human(told: &Told, width: u16) -> String {
    let width = usize::from(width.clamp(60, 110));
    let mut text = format!("{}\n{}\n", told.title, "═".repeat(told.title.chars().count().min(width)));
    for sentence in &told.lead {
        text.push_str(&wrapped(sentence, "", width));
    }
    for section in &told.sections {
        text.push_str(&format!("\n{}\n", section.heading));
        text.push_str(&items(section, width));
    }
    text
}

fn items(section: &Section, width: usize) -> String {
    let longest = |item: &Item| item.clause.as_ref().map_or(0, |clause| clause.chars().count());
    let clauses = section.items.iter().map(longest).max().unwrap_or(0).min(12);
    let mut text = String::new();
    for item in &section.items {
        let roomy = !item.heading.is_empty();
        if roomy {
            text.push('\n');
        }
        text.push_str(&one(item, clauses, width));
    }
    text
}

fn one(item: &Item, clauses: usize, width: usize) -> String {
    let clause = item.clause.clone().unwrap_or_default();
    let margin = if clauses == 0 { "  ".to_owned() } else { " ".repeat(clauses + 4) };
    let mut lines = String::new();
    let mut sentences = item.sentences.iter();
    let first = match item.heading.is_empty() {
        true => sentences.next().cloned().unwrap_or_default(),
        false => item.heading.clone(),
    };
    let head = wrapped(&first, &margin, width);
    let led = match clauses {
        0 if item.heading.is_empty() => format!("  - {}", head.trim_start().replace("\n  ", "\n    ")),
        0 => head,
        _ => format!("  {clause:<clauses$}  {}", head.trim_start()),
    };
    lines.push_str(&led);
    let inner = if item.heading.is_empty() || clauses > 0 { margin } else { format!("{margin}  ") };
    for sentence in sentences {
        lines.push_str(&wrapped(sentence, &inner, width));
    }
    if let Some(table) = &item.table {
        lines.push_str(&grid(table, &format!("{inner}  ")));
    }
    lines
}

/// The text broken at spaces, each line behind the margin.
fn wrapped(text: &str, margin: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let length = margin.len() + line.chars().count() + word.chars().count() + 1;
        if !line.is_empty() && length > width {
            lines.push_str(&format!("{margin}{line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    format!("{lines}{margin}{line}\n")
}

/// Texts to the left, amounts to the right.
fn grid(table: &Table, margin: &str) -> String {
    let rows: Vec<&Vec<String>> = std::iter::once(&table.heads).chain(&table.rows).collect();
    let columns = table.heads.len();
    let wide = |at: usize| {
        rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(wide).collect();
    let line = |row: &&Vec<String>| {
        let cells =
            row.iter().zip(&widths).zip(&table.heads).map(|((cell, width), head)| match is_text(head) {
                true => format!("{cell:<width$}"),
                false => format!("{cell:>width$}"),
            });
        let cells: Vec<String> = cells.collect();
        format!("{}\n", format!("{margin}{}", cells.join("   ")).trim_end())
    };
    rows.iter().map(line).collect()
}

/// Whether a column holds words; amounts and readings stand to the right.
fn is_text(head: &str) -> bool {
    ["measure", "target", "kind", "dimension"].contains(&head)
}

/// As Markdown.
#[must_use]
pub fn md(told: &Told) -> String {
    let mut text = format!("# {}\n", escaped(&told.title));
    for sentence in &told.lead {
        text.push_str(&format!("\n{}\n", escaped(sentence)));
    }
    for section in &told.sections {
        text.push_str(&format!("\n## {}\n\n", escaped(&section.heading)));
        for item in &section.items {
            text.push_str(&md_item(item));
        }
    }
    text
}

fn md_item(item: &Item) -> String {
    let sentences: Vec<String> = item.sentences.iter().map(|sentence| escaped(sentence)).collect();
    let clause = item.clause.as_ref().map_or_else(String::new, |clause| format!("{} ", escaped(clause)));
    let mut text = match item.heading.is_empty() {
        true => format!("- {clause}{}\n", sentences.join(" ")),
        false => format!("**{clause}{}**  \n{}\n\n", escaped(&item.heading), sentences.join(" ")),
    };
    if let Some(table) = &item.table {
        let row = |cells: &Vec<String>| {
            format!("| {} |\n", cells.iter().map(|it| escaped(it)).collect::<Vec<_>>().join(" | "))
        };
        let rule: Vec<&str> =
            table.heads.iter().map(|head| if is_text(head) { "---" } else { "---:" }).collect();
        text.push_str(&row(&table.heads));
        text.push_str(&format!("| {} |\n", rule.join(" | ")));
        text.extend(table.rows.iter().map(row));
        text.push('\n');
    }
    text
}

/// Without what Markdown would take as its own.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '#' | '~' => out.extend(['\\', letter]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            letter => out.push(letter),
        }
    }
    out
}

/// As JSON, indented.
#[must_use]
pub fn json(told: &Told) -> String {
    // Texts only, none of which JSON can refuse.
    serde_json::to_string_pretty(told).unwrap_or_default() + "\n"
}
