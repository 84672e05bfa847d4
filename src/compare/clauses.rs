//! Two contract texts, clause by clause.
//!
//! Clauses are matched by their beginning: `commitment fcr { … }` is the same
//! commitment on both sides, whatever stands in its block and wherever it stands.

use std::collections::BTreeMap;

use meed_grammar::format::format;
use meed_grammar::{Source, parse};
use serde::Serialize;

use super::unified::changes;

/// A clause that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClauseChange {
    /// What it is: `commitment fcr`, or the whole clause where it has no name.
    pub name: String,
    /// `added`, `removed` or `changed`.
    pub what: &'static str,
    /// The lines that went (`- …`) and came (`+ …`), with those around them.
    pub lines: Vec<String>,
}

/// The clauses that differ between two contract texts; none when one of them cannot be read.
#[must_use]
pub fn clauses(before: &Source, after: &Source) -> Option<Vec<ClauseChange>> {
    let (old, new) = (by_name(before)?, by_name(after)?);
    let mut names: Vec<&(String, usize)> = old.keys().chain(new.keys()).collect();
    names.sort();
    names.dedup();
    let one = |key: &&(String, usize)| {
        let (was, is) = (old.get(key).map(String::as_str), new.get(key).map(String::as_str));
        let what = match (was, is) {
            (None, _) => "added",
            (_, None) => "removed",
            (Some(was), Some(is)) if was == is => return None,
            _ => "changed",
        };
        let lines = changes(was.unwrap_or_default(), is.unwrap_or_default());
        Some(ClauseChange { name: key.0.clone(), what, lines })
    };
    Some(names.iter().filter_map(one).collect())
}

/// The canonical text of every clause by its name; the number tells clauses of one name apart.
fn by_name(source: &Source) -> Option<BTreeMap<(String, usize), String>> {
    let laid_out = Source::new(source.label(), format(source).ok()?);
    let tree = parse(&laid_out).tree;
    let mut clauses = BTreeMap::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for clause in &tree.clauses {
        let text = laid_out.slice(clause.span).to_string();
        let name = name(&text);
        let number = seen.entry(name.clone()).or_default();
        clauses.insert((name, *number), text);
        *number += 1;
    }
    Some(clauses)
}

/// The words before a block or an equals sign, at most the first two besides
/// texts; the whole clause when it has neither.
fn name(text: &str) -> String {
    let mut quoted = false;
    let mut head = String::new();
    for letter in text.chars() {
        match letter {
            '"' => quoted = !quoted,
            '{' | '=' if !quoted => {
                let words: Vec<&str> = head.split_whitespace().take(2).collect();
                return words.join(" ");
            }
            letter if !quoted => head.push(letter),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_is_called_by_its_first_words() {
        assert_eq!(name("commitment fcr \"a {b}\" {\n  target at least 75%\n}"), "commitment fcr");
        assert_eq!(name("charge fee = GBP 10"), "charge fee");
        assert_eq!(name("contract \"X\" {\n}"), "contract");
        assert_eq!(name("cap penalties 10% of fee\n  each period"), "cap penalties 10% of fee each period");
    }

    #[test]
    fn moving_and_spacing_clauses_is_no_change() {
        let source = |text: &str| Source::new("t", text);
        let (fee, cap) = ("charge fee = GBP 10.00", "cap penalties 10% of fee each period");
        let before = source(&format!("{fee}\n{cap}\n"));
        let moved = source(&format!("{cap}\n\n\ncharge   fee = GBP 10.00\n"));
        assert_eq!(clauses(&before, &moved), Some(Vec::new()));
        let dearer = source(&format!("charge fee = GBP 12.00\n{cap}\n"));
        let found = clauses(&before, &dearer).unwrap();
        assert_eq!((found[0].name.as_str(), found[0].what), ("charge fee", "changed"));
        assert_eq!(found[0].lines, ["- charge fee = GBP 10.00", "+ charge fee = GBP 12.00"]);
        let without = clauses(&before, &source(fee)).unwrap();
        assert_eq!((without.len(), without[0].what), (1, "removed"));
    }
}
