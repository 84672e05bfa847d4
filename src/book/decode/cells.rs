//! How a column is read, from its entry in the book.

use std::collections::BTreeMap;

use super::super::error::Faults;
use super::super::node::{Kind, Node};
use super::super::{
    Cell, ColumnBook, DurationUnit, Lookup, Numbers, Otherwise, Part, Place, TimeFormat, Words,
};
use super::entries::{self, Entries};

const COLUMN: &[&str] = &[
    "from",
    "column",
    "value",
    "occurrence",
    "optional",
    "trim",
    "missing",
    "yes",
    "no",
    "split",
    "part",
    "lookup",
    "map",
    "unmapped",
    "format",
    "zone",
    "unit",
    "decimal",
    "thousands",
    "strip",
];
const LOOKUP: &[&str] = &["file", "match", "take", "unmatched"];
const OTHERWISE: &[(&str, Otherwise)] =
    &[("reject", Otherwise::Reject), ("keep", Otherwise::Keep), ("missing", Otherwise::Missing)];
#[rustfmt::skip]
const UNITS: &[(&str, DurationUnit)] = &[
    ("seconds", DurationUnit::Micros(1_000_000)),
    ("milliseconds", DurationUnit::Micros(1_000)),
    ("microseconds", DurationUnit::Micros(1)),
    ("minutes", DurationUnit::Micros(60_000_000)),
    ("hours", DurationUnit::Micros(3_600_000_000)),
    ("days", DurationUnit::Micros(86_400_000_000)),
    ("hh:mm:ss", DurationUnit::Clock),
    ("hh:mm", DurationUnit::HoursMinutes),
    ("since 1970", DurationUnit::Since1970),
];

/// Every word a column's entry may hold.
#[cfg(test)]
pub(super) fn all_words() -> Vec<&'static str> {
    let units = UNITS.iter().map(|(word, _)| *word);
    COLUMN.iter().chain(LOOKUP).copied().chain(units).collect()
}

/// A column: its heading alone, or everything about it.
pub(super) fn column(node: &Node, faults: &mut Faults) -> Option<ColumnBook> {
    if let Some(heading) = node.text() {
        return Some(ColumnBook { at: node.at, ..ColumnBook::headed(heading.trim()) });
    }
    let entries = Entries::open(node, COLUMN, faults)?;
    let cell = cell(&entries, faults);
    let optional = entries.yes_no("optional", faults).unwrap_or(false);
    let place = place(node, &entries, faults)?;
    Some(ColumnBook { place, cell, optional, at: node.at })
}

fn place(node: &Node, entries: &Entries<'_>, faults: &mut Faults) -> Option<Place> {
    let occurrence = entries.get("occurrence").and_then(|node| entries::count(node, 1, faults));
    let occurrence = occurrence.and_then(|number| usize::try_from(number).ok());
    match (entries.get("from"), entries.get("column"), entries.get("value")) {
        (Some(from), None, None) => {
            let headings = entries::texts(from, "a heading", faults);
            let headings: Vec<String> = headings.iter().map(|heading| heading.trim().to_string()).collect();
            if headings.is_empty() {
                faults.add(from.at, "a heading belongs here");
            }
            Some(Place::Heading(headings, occurrence))
        }
        (None, Some(column), None) => {
            let number = entries::count(column, 1, faults)?;
            Some(Place::Column(usize::try_from(number).unwrap_or(usize::MAX)))
        }
        (None, None, Some(value)) => {
            entries::text(value, "a text", faults).map(|text| Place::Value(text.to_string()))
        }
        _ => {
            let help = "`from: Heading`, `column: 3` or `value: phone`".to_string();
            faults.add_help(node.at, "a column needs one of `from`, `column` and `value`", help);
            None
        }
    }
}

fn cell(entries: &Entries<'_>, faults: &mut Faults) -> Cell {
    let map = entries.map("map", faults, map_value);
    let unmapped = entries.choice("unmapped", OTHERWISE, faults);
    if let (Some(node), true) = (entries.get("unmapped"), map.is_empty()) {
        faults.add(node.at, "`unmapped` says what happens beside a `map`, and there is none");
    }
    Cell {
        trim: entries.yes_no("trim", faults).unwrap_or(true),
        missing: entries.get("missing").map(|node| entries::texts(node, "a text", faults)),
        words: words(entries, faults),
        part: part(entries, faults),
        lookup: entries.get("lookup").and_then(|node| lookup(node, faults)),
        map: (!map.is_empty()).then(|| (map, unmapped.unwrap_or(Otherwise::Reject))),
        formats: entries.get("format").map(|node| formats(node, faults)).unwrap_or_default(),
        zone: entries.get("zone").and_then(|node| super::zone(node, faults)),
        unit: entries.choice("unit", UNITS, faults),
        numbers: numbers(entries, faults),
    }
}

fn map_value(node: &Node, faults: &mut Faults) -> Option<String> {
    match node.kind {
        Kind::Null => Some(String::new()),
        _ => entries::text(node, "a text", faults).map(str::to_string),
    }
}

/// Spellings of yes and no.
pub(super) fn words(entries: &Entries<'_>, faults: &mut Faults) -> Words {
    let mut list = |word| entries.get(word).map(|node| entries::texts(node, "a text", faults));
    let words = Words { yes: list("yes"), no: list("no") };
    if let (Some(yes), Some(no)) = (&words.yes, &words.no)
        && let Some(both) = yes.iter().find(|word| no.iter().any(|other| other.eq_ignore_ascii_case(word)))
    {
        let at = entries.get("no").map_or(0, |node| node.at);
        faults.add(at, format!("`{both}` cannot mean both yes and no"));
    }
    words
}

fn part(entries: &Entries<'_>, faults: &mut Faults) -> Option<Part> {
    match (entries.get("split"), entries.get("part")) {
        (Some(split), Some(part)) => {
            let between = entries::text(split, "a text", faults)?.to_string();
            if between.is_empty() {
                faults.add_help(split.at, "nothing stands between the parts", "`split: \" / \"`".to_string());
            }
            let number = usize::try_from(entries::count(part, 1, faults)?).unwrap_or(usize::MAX);
            Some(Part { between, number })
        }
        (Some(node), None) | (None, Some(node)) => {
            faults.add_help(
                node.at,
                "`split` and `part` belong together",
                "`split: \" / \", part: 2`".to_string(),
            );
            None
        }
        (None, None) => None,
    }
}

fn lookup(node: &Node, faults: &mut Faults) -> Option<Lookup> {
    let entries = Entries::open(node, LOOKUP, faults)?;
    let otherwise = entries.choice("unmatched", OTHERWISE, faults).unwrap_or(Otherwise::Reject);
    let mut need = |word: &str, what: &str| {
        if entries.get(word).is_none() {
            faults.add_help(
                node.at,
                format!("`{word}` is missing"),
                "`{file: …, match: …, take: …}`".to_string(),
            );
        }
        entries.text(word, what, faults)
    };
    let (file, find, take) = (need("file", "a path"), need("match", "a heading"), need("take", "a heading"));
    Some(Lookup { file: file?, find: find?, take: take?, otherwise })
}

/// How dates and times are written.
pub(super) fn formats(node: &Node, faults: &mut Faults) -> Vec<TimeFormat> {
    let mut formats = Vec::new();
    for item in entries::items(node) {
        let Some(text) = entries::text(item, "a format", faults) else { continue };
        match TimeFormat::new(text) {
            Ok(format) => formats.push(format),
            Err(why) => faults.add_help(item.at, format!("`{text}` is not a way to write dates"), why),
        }
    }
    formats
}

fn numbers(entries: &Entries<'_>, faults: &mut Faults) -> Numbers {
    let decimal = sign(entries, "decimal", faults).unwrap_or('.');
    let thousands = sign(entries, "thousands", faults);
    if let (Some(node), true) = (entries.get("thousands"), thousands == Some(decimal)) {
        let help = "`decimal: \",\", thousands: \".\"`".to_string();
        faults.add_help(node.at, "the decimal sign and the sign between thousands are the same", help);
    }
    let strip = entries.get("strip").map(|node| entries::texts(node, "a text", faults)).unwrap_or_default();
    Numbers { decimal, thousands, strip }
}

fn sign(entries: &Entries<'_>, word: &str, faults: &mut Faults) -> Option<char> {
    let node = entries.get(word)?;
    let text = entries::text(node, "a sign", faults)?;
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if !letter.is_alphanumeric() && !matches!(letter, '-' | '+') => Some(letter),
        _ => {
            faults.add_help(node.at, format!("`{text}` is not one sign"), format!("`{word}: \",\"`"));
            None
        }
    }
}

/// The table of map entries of a file entry or fold: text to text.
pub(super) fn texts_by_name(node: &Node, faults: &mut Faults) -> BTreeMap<String, Vec<String>> {
    let Some(entries) = Entries::any(node, "name", faults) else { return BTreeMap::new() };
    entries
        .iter()
        .map(|(_, name, value)| (name.to_string(), entries::texts(value, "a text", faults)))
        .collect()
}
