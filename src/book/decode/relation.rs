//! The relation of a database that holds a table: `service.interactions`.

use super::super::error::Faults;
use super::super::node::Node;
use super::entries::{self, Entries};

/// Words that speak of files alone.
const OF_FILES: &[&str] = &["format", "encoding", "delimiter", "quotes", "header", "sheet"];

/// The relation of a table, and that it or files are there.
pub(super) fn relation(
    node: &Node,
    entries: &Entries<'_>,
    has_files: bool,
    faults: &mut Faults,
) -> Option<String> {
    let Some(written) = entries.get("relation") else {
        if !has_files {
            let help = "add `files: data/calls.csv`, or `relation: service.calls` where a database holds it";
            faults.add_help(node.at, "the table has no files", help.to_string());
        }
        return None;
    };
    for word in OF_FILES.iter().filter(|_| !has_files) {
        if let Some(value) = entries.get(word) {
            let message = format!("`{word}` is about files, and the table has none");
            faults.add_help(value.at, message, "remove it, or add `files`".to_string());
        }
    }
    let text = entries::text(written, "the name of a relation", faults)?;
    if is_name(text) {
        return Some(text.to_string());
    }
    let help =
        "write `calls`, `service.calls` or `\"Service\".\"Calls\"`; of a query make a view".to_string();
    faults.add_help(written.at, format!("`{text}` is not the name of a relation"), help);
    None
}

/// Names joined by points, each a word or in quotation marks of SQL.
fn is_name(text: &str) -> bool {
    let mut rest = text;
    loop {
        let Some(after) = part(rest) else { return false };
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None => return after.is_empty(),
        }
    }
}

/// What follows the first name of a text.
fn part(text: &str) -> Option<&str> {
    let mark = text.chars().next()?;
    if matches!(mark, '"' | '`') {
        let (name, rest) = text.get(1..)?.split_once(mark)?;
        return (!name.is_empty()).then_some(rest);
    }
    let rest = text.trim_start_matches(|letter: char| letter.is_alphanumeric() || letter == '_');
    (rest.len() < text.len() && !mark.is_numeric()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn a_relation_is_named_and_never_a_query() {
        for name in [
            "calls",
            "service.calls",
            "lake.service.calls_2",
            "\"My Service\".calls",
            "parquet.`/data/a.parquet`",
        ] {
            assert!(is_name(name), "{name}");
        }
        for other in ["", "a b", "a;", "(select 1)", "a.", ".a", "1a", "\"a", "\"\".a", "a--b", "a.\"b\"c"] {
            assert!(!is_name(other), "{other}");
        }
    }
}
