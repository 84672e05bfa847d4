//! Canonical layout: same meaning, same comments, one look.
//!
//! ```text
//! commitment a{target at least 75%;pay scale{70% -4%;80% +3%}}
//! ```
//! becomes
//! ```text
//! commitment a {
//!   target  at least 75%
//!   pay scale { 70% -4%; 80% +3% }
//! }
//! ```
//!
//! The author's words stay in their order; layout, `is at least` for `>=` and
//! `x` for `*` are made one. Before anything is given back, the result is read
//! again: another tree or other comments would be a fault of ours, and then
//! the text is left as it is.

mod layout;
mod lines;
mod pieces;
mod wrap;

use std::fmt;

use crate::diagnostic::Diagnostic;
use crate::parse::{self, Parsed};
use crate::source::Source;
use crate::tree::Expr;

/// Why a text was not formatted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatError {
    /// The text has syntax errors; these are they.
    Faulty(Vec<Diagnostic>),
    /// The result would not mean the same: a fault of the formatter.
    Changed,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Faulty(faults) => write!(f, "the contract has {} syntax errors", faults.len()),
            Self::Changed => f.write_str("formatting would change the meaning; the text is left as it is"),
        }
    }
}

impl std::error::Error for FormatError {}

/// The canonical layout of a contract.
///
/// # Errors
///
/// [`FormatError::Faulty`] when the text has syntax errors;
/// [`FormatError::Changed`] when reading the result gives another tree or
/// other comments, or formatting it again another text.
pub fn format(source: &Source) -> Result<String, FormatError> {
    let (before, text) = lay_out(source)?;
    let again = Source::new(source.label(), text);
    let (after, twice) = lay_out(&again).map_err(|_| FormatError::Changed)?;
    let texts = |parsed: &Parsed| parsed.comments.iter().map(|it| it.text.clone()).collect::<Vec<_>>();
    let same = before.tree == after.tree && texts(&before) == texts(&after) && twice == again.text();
    if same { Ok(twice) } else { Err(FormatError::Changed) }
}

fn lay_out(source: &Source) -> Result<(Parsed, String), FormatError> {
    let (parsed, marks) = parse::read(source);
    if !parsed.diagnostics.is_empty() {
        return Err(FormatError::Faulty(parsed.diagnostics));
    }
    let pieces = pieces::of(source, &parsed.tree, &marks);
    let text = lines::text(&layout::lines(&pieces));
    Ok((parsed, text))
}

/// The canonical text of an expression, for reports that quote a condition.
#[must_use]
pub fn expr_text(expr: &Expr) -> String {
    expr.value.to_string()
}
