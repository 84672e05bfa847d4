//! From a contract's text to a checked contract: parse, check, prove and advise in a row.
//!
//! A measure whose clause is damaged is not in the tree, so the commitment on
//! it names something the checker does not know. That is reported once, where
//! the damage is.

use std::collections::BTreeSet;

use meed_grammar::diagnostic::{Diagnostic, Severity};
use meed_grammar::span::Span;
use meed_grammar::{Source, parse};

use crate::contract::Contract;
use crate::prove::Proofs;
use crate::{advise, check};

/// A contract's text after all checks that need no data.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The contract; none when it has errors.
    pub contract: Option<Contract>,
    /// Everything found, by place and code, but for what the parties accept.
    pub diagnostics: Vec<Diagnostic>,
    /// Warnings the parties accept, each with their reason.
    pub accepted: Vec<(Diagnostic, String)>,
    /// What was proven of it; none when it has errors.
    pub proofs: Option<Proofs>,
}

impl Checked {
    /// Whether there is an error among the findings.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|it| it.severity == Severity::Error)
    }
}

/// Parses, checks, proves and advises.
///
/// When the text has syntax errors, what only follows from them is left out:
/// a name is not unknown because the clause that declares it is damaged.
#[must_use]
pub fn of(source: &Source) -> Checked {
    let parsed = parse(source);
    let (contract, mut found) = check::contract(&parsed.tree);
    if !parsed.diagnostics.is_empty() {
        let damage = Damage::of(source, &parsed.diagnostics);
        found.retain(|diagnostic| !damage.explains(diagnostic));
    }
    let sound = parsed.diagnostics.is_empty() && found.iter().all(|it| it.severity != Severity::Error);
    let contract = contract.filter(|_| sound);
    let proofs = contract.as_ref().map(|contract| proven(contract, &mut found));
    found.extend(parsed.diagnostics);
    let (mut found, accepted) = match &contract {
        Some(contract) => advise::accepted(contract, found),
        None => (found, Vec::new()),
    };
    found.sort_by(|one, other| {
        (one.span(), one.code, &one.message).cmp(&(other.span(), other.code, &other.message))
    });
    let sound = found.iter().all(|it| it.severity != Severity::Error);
    let (contract, proofs) = (contract.filter(|_| sound), proofs.filter(|_| sound));
    Checked { contract, diagnostics: found, accepted, proofs }
}

/// What is proven of a contract, and everything that is found on the way.
fn proven(contract: &Contract, found: &mut Vec<Diagnostic>) -> Proofs {
    let (advice, proofs) = advise::contract(contract, || {
        let proofs = Proofs::of(contract);
        found.extend(proofs.findings(contract));
        proofs
    });
    found.extend(advice);
    proofs
}

/// What syntax errors took away from the tree.
struct Damage<'a> {
    source: &'a Source,
    /// Lines of clauses with a syntax error.
    clauses: Vec<Span>,
    /// Names that the text declares, whether the tree has them or not.
    declared: BTreeSet<&'a str>,
}

/// Words that declare a name.
const DECLARING: [&str; 9] =
    ["set", "measure", "fact", "charge", "commitment", "risk", "calendar", "fields", "contract"];

impl<'a> Damage<'a> {
    fn of(source: &'a Source, faults: &[Diagnostic]) -> Self {
        let starts = clause_starts(source.text());
        let around = |span: Span| {
            let start = starts.iter().copied().rfind(|start| *start <= span.start).unwrap_or(0);
            let end = starts.iter().copied().find(|start| *start > span.start).unwrap_or(usize::MAX);
            Span::new(start, end)
        };
        let clauses = faults.iter().filter_map(Diagnostic::span).map(around).collect();
        let words: Vec<&str> = words(source.text()).collect();
        let pairs = words.iter().zip(words.iter().skip(1));
        let declared = pairs.filter(|(word, _)| DECLARING.contains(word)).map(|(_, name)| *name).collect();
        Self { source, clauses, declared }
    }

    /// Whether the finding may only be there because of the damage.
    fn explains(&self, diagnostic: &Diagnostic) -> bool {
        let Some(span) = diagnostic.span() else { return true };
        let in_damaged =
            self.clauses.iter().any(|clause| clause.start <= span.start && span.start < clause.end);
        let about_names = diagnostic.code.starts_with("E02");
        let declared = self.declared.contains(self.source.slice(span).trim_matches('"'));
        diagnostic.severity == Severity::Warning
            || in_damaged
            || diagnostic.code.starts_with("E05")
            || (about_names && declared)
    }
}

/// Where lines start that are not indented and start with a letter: clauses do.
fn clause_starts(text: &str) -> Vec<usize> {
    let lines = text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some((start, line))
    });
    lines
        .filter(|(_, line)| line.starts_with(|letter: char| letter.is_alphabetic()))
        .map(|(start, _)| start)
        .collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')).filter(|word| !word.is_empty())
}
