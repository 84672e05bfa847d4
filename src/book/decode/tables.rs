//! How a table is read, from its entry in the book.

use std::collections::BTreeMap;

use super::super::error::Faults;
use super::super::node::{Kind, Node};
use super::super::{
    Case, Duplicates, Encoding, FileEntry, Fold, FoldOrder, Format, Gap, Header, Known, Layout, Repeat,
    Skipped, TableBook, Take, TimeFormat,
};
use super::cells;
use super::entries::{self, Entries};
use super::relation;
use crate::value::Zone;

const TABLE: &[&str] = &[
    "files",
    "relation",
    "format",
    "encoding",
    "delimiter",
    "quotes",
    "header",
    "sheet",
    "missing",
    "yes",
    "no",
    "zone",
    "dst",
    "complete_to",
    "known_at",
    "key",
    "duplicates",
    "rejects",
    "columns",
    "fold",
];
#[rustfmt::skip]
const FORMATS: &[(&str, Format)] = &[
    ("csv", Format::Csv), ("tsv", Format::Tsv), ("columns", Format::Columns), ("jsonl", Format::Jsonl),
    ("parquet", Format::Parquet), ("xlsx", Format::Xlsx),
];
#[rustfmt::skip]
const ENCODINGS: &[(&str, Encoding)] = &[
    ("utf-8", Encoding::Utf8), ("cp949", Encoding::Cp949), ("latin-1", Encoding::Latin1),
    ("windows-1252", Encoding::Windows1252), ("utf-16", Encoding::Utf16), ("utf-16le", Encoding::Utf16),
    ("utf-16be", Encoding::Utf16Be), ("euc-kr", Encoding::Cp949), ("iso-8859-1", Encoding::Latin1),
];
const TAKES: &[(&str, Take)] = &[("first", Take::First), ("last", Take::Last)];

/// Every word a table's entry may hold.
#[cfg(test)]
pub(super) fn words() -> Vec<&'static str> {
    let mut words = TABLE.to_vec();
    words.extend(FORMATS.iter().map(|(word, _)| *word));
    words.extend([
        "path",
        "set",
        "file name",
        "line",
        "skip",
        "gap",
        "case",
        "order",
        "take",
        "first where",
        "last where",
    ]);
    words.extend(["later", "earlier", "refuse", "keep first", "keep latest by"]);
    words
}

/// A table.
pub(super) fn table(node: &Node, zone: Option<&Zone>, faults: &mut Faults) -> Option<TableBook> {
    let entries = Entries::open(node, TABLE, faults)?;
    let own_zone = entries.get("zone").and_then(|node| super::zone(node, faults)).or(zone.cloned());
    let files = entries.get("files").map(|node| files(node, own_zone.as_ref(), faults)).unwrap_or_default();
    let relation = relation::relation(node, &entries, !files.is_empty(), faults);
    let columns = entries.map("columns", faults, cells::column);
    let fold = entries.get("fold").and_then(|node| fold(node, faults));
    let duplicates = entries.get("duplicates").map(|node| duplicates(node, faults)).unwrap_or_default();
    let key = key(&entries, columns.contains_key("id"), fold.is_some(), faults);
    if let (Some(node), Duplicates::KeepLatest(_), None) = (entries.get("duplicates"), &duplicates, &key) {
        faults.add_help(node.at, "rows without a key have no latest one", "add `key: id`".to_string());
    }
    if let (Some(node), true) = (entries.get("duplicates"), fold.is_some()) {
        faults.add_help(
            node.at,
            "a table with `fold` has no duplicates: a case has many rows",
            "remove it".to_string(),
        );
    }
    Some(TableBook {
        files,
        relation,
        layout: layout(&entries, faults),
        missing: entries
            .get("missing")
            .map_or(vec![String::new()], |node| entries::texts(node, "a text", faults)),
        words: cells::words(&entries, faults),
        skipped: entries.get("dst").map(|node| skipped(node, faults)).unwrap_or_default(),
        complete_to: entries
            .get("complete_to")
            .and_then(|node| super::moment(node, own_zone.as_ref(), faults)),
        known_at: entries.get("known_at").and_then(|node| known_at(node, faults)),
        zone: own_zone,
        duplicates,
        rejects: entries.get("rejects").and_then(|node| entries::count(node, 0, faults)).unwrap_or(0),
        key,
        columns,
        fold,
        at: node.at,
    })
}

/// The key: as given; otherwise `id` where the book maps it; a folded table's is its case.
fn key(entries: &Entries<'_>, has_id: bool, folded: bool, faults: &mut Faults) -> Option<Vec<String>> {
    let Some(node) = entries.get("key") else { return (has_id && !folded).then(|| vec!["id".to_string()]) };
    if folded {
        faults.add_help(node.at, "a table with `fold` has its case as key", "remove `key`".to_string());
    }
    let fields = entries::texts(node, "a field", faults);
    (fields != ["none"] && !fields.is_empty()).then_some(fields)
}

/// `loaded_at`, or `{file name: "calls-%Y-%m-%d.csv"}`.
fn known_at(node: &Node, faults: &mut Faults) -> Option<Known> {
    if let Some(column) = node.text() {
        return Some(Known::Column(column.to_string()));
    }
    let entries = Entries::open(node, &["file name"], faults)?;
    let Some(name) = entries.get("file name") else {
        let help = "`known_at: loaded_at`, or `known_at: {file name: \"calls-%Y-%m-%d.csv\"}`".to_string();
        faults.add_help(node.at, "what tells when a row became known is missing", help);
        return None;
    };
    let format: Option<TimeFormat> = cells::formats(name, faults).into_iter().next();
    format.map(Known::FileName)
}

fn files(node: &Node, zone: Option<&Zone>, faults: &mut Faults) -> Vec<FileEntry> {
    entries::items(node).iter().filter_map(|item| file(item, zone, faults)).collect()
}

fn file(node: &Node, zone: Option<&Zone>, faults: &mut Faults) -> Option<FileEntry> {
    if let Some(path) = node.text() {
        return Some(FileEntry { path: path.to_string(), set: BTreeMap::new(), known_at: None, at: node.at });
    }
    let entries = Entries::open(node, &["path", "set", "known_at"], faults)?;
    let set =
        entries.map("set", faults, |node, faults| entries::text(node, "a text", faults).map(str::to_string));
    let Some(path) = entries.text("path", "a path", faults) else {
        faults.add_help(
            node.at,
            "the file's path is missing",
            "`{path: jan.csv, set: {month: 2026-01-01}}`".to_string(),
        );
        return None;
    };
    let known_at = entries.get("known_at").and_then(|node| super::moment_or_day(node, zone, faults));
    Some(FileEntry { path, set, known_at, at: node.at })
}

fn layout(entries: &Entries<'_>, faults: &mut Faults) -> Layout {
    Layout {
        format: entries.choice("format", FORMATS, faults),
        encoding: entries.choice("encoding", ENCODINGS, faults).unwrap_or_default(),
        delimiter: entries.get("delimiter").and_then(|node| delimiter(node, faults)),
        literal_quotes: entries.yes_no("quotes", faults) == Some(false),
        header: entries.get("header").and_then(|node| header(node, faults)).unwrap_or_default(),
        sheet: entries.text("sheet", "a sheet's name", faults),
    }
}

fn delimiter(node: &Node, faults: &mut Faults) -> Option<u8> {
    let text = entries::text(node, "a sign", faults)?;
    match text.as_bytes() {
        [sign] if !matches!(sign, b'"' | b'\n' | b'\r') => Some(*sign),
        _ => {
            let help = "`\",\"`, `\";\"`, `\"|\"` or `\"\\t\"`".to_string();
            faults.add_help(node.at, format!("`{text}` cannot stand between cells"), help);
            None
        }
    }
}

fn header(node: &Node, faults: &mut Faults) -> Option<Header> {
    if !matches!(node.kind, Kind::Text(_)) {
        let entries = Entries::open(node, &["line", "skip"], faults)?;
        let line = entries.get("line").and_then(|node| entries::count(node, 1, faults)).unwrap_or(1);
        let skip = entries.get("skip").and_then(|node| entries::count(node, 0, faults)).unwrap_or(0);
        return Some(Header::Line { line, skip });
    }
    match node.text() {
        Some("yes" | "true") => Some(Header::default()),
        Some("no" | "false") => Some(Header::None),
        other => {
            let written = other.unwrap_or_default();
            faults.add_help(
                node.at,
                format!("`{written}` is not known here"),
                "`yes`, `no` or `{line: 3}`".to_string(),
            );
            None
        }
    }
}

fn skipped(node: &Node, faults: &mut Faults) -> Skipped {
    let Some(entries) = Entries::open(node, &["gap", "fold"], faults) else { return Skipped::default() };
    let gaps = [("later", Gap::Later), ("earlier", Gap::Earlier), ("reject", Gap::Reject)];
    let repeats = [("first", Repeat::First), ("second", Repeat::Second), ("reject", Repeat::Reject)];
    let gap = entries.choice("gap", &gaps, faults).unwrap_or_default();
    Skipped { gap, repeat: entries.choice("fold", &repeats, faults).unwrap_or_default() }
}

fn duplicates(node: &Node, faults: &mut Faults) -> Duplicates {
    let Some(text) = entries::text(node, "a rule", faults) else { return Duplicates::default() };
    match text {
        "refuse" => Duplicates::Refuse,
        "keep first" => Duplicates::KeepFirst,
        _ => match text.strip_prefix("keep latest by ") {
            Some(field) => Duplicates::KeepLatest(field.trim().to_string()),
            None => {
                let help = "`refuse`, `keep first` or `keep latest by FIELD`".to_string();
                faults.add_help(node.at, format!("`{text}` is not a rule for duplicates"), help);
                Duplicates::Refuse
            }
        },
    }
}

fn fold(node: &Node, faults: &mut Faults) -> Option<Fold> {
    let entries = Entries::open(node, &["case", "order", "take", "columns"], faults)?;
    let Some(case) = entries.text("case", "a field", faults) else {
        faults.add_help(node.at, "the field that names the case is missing", "add `case: id`".to_string());
        return None;
    };
    let order = match entries.text("order", "a field", faults).as_deref() {
        None | Some("file") => FoldOrder::File,
        Some(field) => FoldOrder::Field(field.to_string()),
    };
    let take = entries.choice("take", TAKES, faults).unwrap_or_default();
    let columns = entries.map("columns", faults, event);
    Some(Fold { case, order, take, columns, at: node.at })
}

/// `first`, or `{last where: {Status: Closed}}`.
fn event(node: &Node, faults: &mut Faults) -> Option<Case> {
    let help = "`first`, `last` or `{last where: {Status: Closed}}`".to_string();
    if let Some(text) = node.text() {
        let take = TAKES.iter().find(|(name, _)| *name == text).map(|(_, take)| *take);
        if take.is_none() {
            faults.add_help(node.at, format!("`{text}` is not known here"), help);
        }
        return Some(Case { take: take?, only: BTreeMap::new() });
    }
    let entries = Entries::open(node, &["first where", "last where"], faults)?;
    match (entries.get("first where"), entries.get("last where")) {
        (Some(only), None) => Some(Case { take: Take::First, only: cells::texts_by_name(only, faults) }),
        (None, Some(only)) => Some(Case { take: Take::Last, only: cells::texts_by_name(only, faults) }),
        _ => {
            faults.add_help(node.at, "either `first where` or `last where` belongs here", help);
            None
        }
    }
}
