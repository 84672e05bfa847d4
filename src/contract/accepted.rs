//! Warnings the parties accept.

use meed_grammar::span::Span;

/// A warning of the check that the parties accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The warning's code: `W0605`.
    pub code: String,
    /// The name of the clause it is about; none is wherever it comes up.
    pub on: Option<String>,
    /// Where the clauses of that name stand; empty without a name.
    pub within: Vec<Span>,
    /// Why.
    pub because: String,
    /// Where the acceptance stands in the contract's text.
    pub span: Span,
}

impl Accepted {
    /// Whether it is about a warning with this code at this place.
    #[must_use]
    pub fn covers(&self, code: &str, at: Option<Span>) -> bool {
        let inside = |within: &Span| at.is_some_and(|at| within.start <= at.start && at.end <= within.end);
        self.code == code && (self.on.is_none() || self.within.iter().any(inside))
    }
}
