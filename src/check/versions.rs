//! The versions of a contract: every amendment makes a whole contract, which is
//! checked as one.
//!
//! | in the amendment | in the version it makes |
//! |---|---|
//! | `commitment a { … }`, and there is one of this name | takes its place |
//! | `commitment b { … }`, and there is none | is added |
//! | `cap …`, `bonus only if …` | is added to the others |
//! | `replace caps { … }` | are all caps there are |
//! | `remove commitment c` | is gone |

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::suggest;
use meed_grammar::tree::{Amendment, Clause, Identity, ListedKind, Tree};

use super::literal;
use crate::value::Date;

/// A later version before it is checked.
#[derive(Debug)]
pub(super) struct Version {
    pub from: Date,
    pub title: String,
    /// Where its amendment stands.
    pub span: Span,
    pub tree: Tree,
}

/// The later versions of a contract, ascending by date.
pub(super) fn later(tree: &Tree, found: &mut Vec<Diagnostic>) -> Vec<Version> {
    let amendments = tree.clauses.iter().filter_map(|clause| match &clause.value {
        Clause::Amendment(it) => Some((literal::date(it.from.value)?, it, clause.span)),
        _ => None,
    });
    let mut amendments: Vec<_> = amendments.collect();
    if amendments.is_empty() {
        return Vec::new();
    }
    amendments.sort_by_key(|(from, _, span)| (*from, *span));
    for pair in amendments.windows(2) {
        if let [(from, first, _), (other, second, _)] = pair
            && from == other
        {
            found.push(one_day(first, second));
        }
    }
    let own = |clause: &&Spanned<Clause>| !matches!(clause.value, Clause::Amendment(_));
    let mut clauses: Vec<Spanned<Clause>> = tree.clauses.iter().filter(own).cloned().collect();
    let versions = amendments.into_iter().map(|(from, amendment, span)| {
        // An example illustrates the version it is written in.
        clauses.retain(|clause| !matches!(clause.value, Clause::Example(_)));
        apply(amendment, &mut clauses, found);
        Version { from, title: amendment.title.value.clone(), span, tree: Tree { clauses: clauses.clone() } }
    });
    versions.collect()
}

fn apply(amendment: &Amendment, clauses: &mut Vec<Spanned<Clause>>, found: &mut Vec<Diagnostic>) {
    for removed in &amendment.removed {
        let wanted = Identity::Named(removed.value.kind, &removed.value.name.value);
        let before = clauses.len();
        clauses.retain(|clause| clause.value.identity() != wanted);
        if clauses.len() == before {
            found.push(nothing_to_remove(wanted, removed.value.name.span, clauses));
        }
    }
    for replaced in &amendment.replaced {
        let wanted = Identity::Listed(replaced.value.kind);
        clauses.retain(|clause| clause.value.identity() != wanted);
        for clause in &replaced.value.clauses {
            if clause.value.identity() == wanted {
                clauses.push(clause.clone());
            } else {
                found.push(not_of_the_kind(replaced.value.kind, clause.span));
            }
        }
    }
    let mut said: Vec<&Spanned<Clause>> = Vec::new();
    for clause in &amendment.clauses {
        let identity = clause.value.identity();
        match identity {
            Identity::Named(..) => {
                let first = said.iter().find(|other| other.value.identity() == identity);
                found.extend(first.map(|first| twice(first.span, clause.span)));
                clauses.retain(|other| other.value.identity() != identity);
            }
            Identity::Listed(ListedKind::Conversion | ListedKind::Disputes) => {
                clauses.retain(|other| other.value.identity() != identity);
            }
            Identity::Listed(_) => {}
            Identity::Other => found.extend(out_of_place(clause)),
        }
        if !matches!(clause.value, Clause::Contract(_) | Clause::Amendment(_)) {
            said.push(clause);
            clauses.push(clause.clone());
        }
    }
}

fn one_day(first: &Amendment, second: &Amendment) -> Diagnostic {
    Diagnostic::error(codes::AMENDMENT_UNCLEAR, "two amendments start on one day")
        .label(second.from.span, "starts on the same day")
        .label(first.from.span, "as this one")
        .help("put both into one, so that what holds does not hang on their order".to_owned())
}

fn nothing_to_remove(wanted: Identity<'_>, span: Span, clauses: &[Spanned<Clause>]) -> Diagnostic {
    let Identity::Named(kind, name) = wanted else {
        return Diagnostic::error(codes::AMENDMENT_UNCLEAR, "there is nothing to remove").label(span, "");
    };
    let choices: Vec<&str> = clauses
        .iter()
        .filter_map(|clause| match clause.value.identity() {
            Identity::Named(other, name) if other == kind => Some(name),
            _ => None,
        })
        .collect();
    let near = suggest::nearest(name, choices.iter().copied());
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if choices.is_empty() => format!("leave it out: there is no {} at all then", kind.word()),
        None => format!("there is {}", super::names::list(&choices)),
    };
    Diagnostic::error(codes::AMENDMENT_UNCLEAR, format!("there is no {} `{name}` to remove", kind.word()))
        .label(span, "not in the contract at that time")
        .help(help)
}

fn not_of_the_kind(kind: ListedKind, span: Span) -> Diagnostic {
    Diagnostic::error(codes::AMENDMENT_UNCLEAR, format!("this does not belong to the {}", kind.word()))
        .label(span, "another kind of clause")
        .help("write it beside, in the amendment itself".to_owned())
}

fn twice(first: Span, span: Span) -> Diagnostic {
    Diagnostic::error(codes::AMENDMENT_UNCLEAR, "an amendment says one clause twice")
        .label(Span::new(span.start, span.start), "said again")
        .label(Span::new(first.start, first.start), "first said here")
        .help("keep one of them".to_owned())
}

fn out_of_place(clause: &Spanned<Clause>) -> Option<Diagnostic> {
    let (what, help) = match clause.value {
        Clause::Contract(_) => ("the head", "leave the head as it is: parties, currency and periods stay"),
        Clause::Amendment(_) => ("an amendment", "write it after this one, on its own"),
        _ => return None,
    };
    Some(
        Diagnostic::error(codes::AMENDMENT_UNCLEAR, format!("{what} cannot stand inside an amendment"))
            .label(Span::new(clause.span.start, clause.span.start), "begins here")
            .help(help.to_owned()),
    )
}
