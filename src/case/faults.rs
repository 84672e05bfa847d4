//! A contract that is wrong on purpose, and the errors it must give.
//!
//! ```text
//! # expect: E0203 14:8
//! # expect: E0300 20:19
//! contract "…" { … }
//! ```
//!
//! The errors must be exactly these, each at its line and column. Of the
//! warnings, those that are expected must be there.

use std::collections::BTreeSet;
use std::path::Path;

use meed_grammar::Source;
use meed_grammar::diagnostic::{Diagnostic, Severity};

use crate::checked;

/// What an expectation starts with.
pub(super) const MARK: &str = "# expect:";

/// Compares the errors of a contract file with those it expects.
pub(super) fn compare(path: &Path) -> Result<Vec<String>, String> {
    let text = super::read(path)?;
    let marks = text.lines().map_while(|line| line.strip_prefix(MARK));
    let expected: BTreeSet<String> = marks.map(|mark| mark.trim().to_owned()).collect();
    let source = Source::new(path.display().to_string(), text.as_str());
    let found = checked::of(&source).diagnostics;
    let placed: Vec<(String, &Diagnostic)> = found.iter().map(|it| (placed(&source, it), it)).collect();
    let lacking = expected.iter().filter(|mark| !placed.iter().any(|(place, _)| place == *mark));
    let lacking = lacking.map(|mark| format!("`{mark}` is expected, but not reported"));
    let beyond =
        placed.iter().filter(|(place, it)| it.severity == Severity::Error && !expected.contains(place));
    Ok(lacking
        .chain(beyond.map(|(place, it)| format!("`{place}` is reported, but not expected: {}", it.message)))
        .collect())
}

/// `E0203 14:8`
pub(super) fn placed(source: &Source, diagnostic: &Diagnostic) -> String {
    match diagnostic.span().map(|span| source.place(span.start)) {
        Some(place) => format!("{} {}:{}", diagnostic.code, place.line, place.column),
        None => diagnostic.code.to_owned(),
    }
}
