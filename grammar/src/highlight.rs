//! The pieces of a contract by the part they play: for pages, editors, terminals.
//!
//! The real parser runs, so a field called `case` is shown as a name and the
//! `case` of `starts a case` as a form. Where a clause is damaged, its words
//! are told by the word list alone.

use std::collections::BTreeSet;

use crate::lex::{self, Kind, Lexeme};
use crate::parse;
use crate::source::Source;
use crate::span::Span;
use crate::tree::{ExprKind, Part, Tree};
use crate::words::{self, Role};

/// A piece of the text and the part it plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Highlight {
    /// Where.
    pub span: Span,
    /// What part it plays.
    pub role: Role,
}

/// All pieces but white space, in order and without overlap.
#[must_use]
pub fn ranges(source: &Source) -> Vec<Highlight> {
    let names = names(&parse::parse(source).tree, source.text());
    let solid = lex::lexemes(source.text(), 0).filter(|lexeme| lexeme.kind != Kind::Space);
    solid.map(|lexeme| Highlight { span: lexeme.span, role: role(lexeme, &names) }).collect()
}

fn role(lexeme: Lexeme<'_>, names: &BTreeSet<usize>) -> Role {
    match lexeme.kind {
        Kind::Space | Kind::Stray | Kind::OddText | Kind::OpenText => Role::Unknown,
        Kind::Comment => Role::Comment,
        Kind::Number | Kind::Date | Kind::Clock => Role::Number,
        Kind::Text => Role::Text,
        Kind::Word if names.contains(&lexeme.span.start) => Role::Name,
        Kind::Word | Kind::Symbol => {
            words::find(lexeme.text).map_or_else(|| unlisted(lexeme), |word| word.role)
        }
    }
}

fn unlisted(lexeme: Lexeme<'_>) -> Role {
    let currency = lexeme.text.len() == 3 && lexeme.text.bytes().all(|letter| letter.is_ascii_uppercase());
    match (currency, words::is_name_spelling(lexeme.text)) {
        (true, _) => Role::Number,
        (_, true) => Role::Name,
        _ => Role::Unknown,
    }
}

/// Where the names of a tree start.
fn names(tree: &Tree, text: &str) -> BTreeSet<usize> {
    let mut starts = BTreeSet::new();
    tree.walk(&mut |part| match part {
        Part::Name(name) => {
            starts.insert(name.span.start);
        }
        // The span of a name in brackets starts at its bracket.
        Part::Expr(expr) if matches!(expr.value, ExprKind::Name(_)) => {
            let word = lex::lexemes(text, expr.span.start).find(|lexeme| lexeme.kind == Kind::Word);
            starts.extend(word.map(|word| word.span.start));
        }
        Part::Expr(_) => {}
    });
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[(&str, Role)]) {
        let source = Source::new("t", text);
        let got: Vec<_> = ranges(&source).iter().map(|it| (source.slice(it.span), it.role)).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn a_word_that_is_a_field_is_shown_as_a_name() {
        check(
            "set a = events where (case) = \"x\" # c",
            &[
                ("set", Role::Clause),
                ("a", Role::Name),
                ("=", Role::Operator),
                ("events", Role::Name),
                ("where", Role::Connective),
                ("(", Role::Symbol),
                ("case", Role::Name),
                (")", Role::Symbol),
                ("=", Role::Operator),
                ("\"x\"", Role::Text),
                ("# c", Role::Comment),
            ],
        );
    }

    #[test]
    fn a_damaged_clause_is_told_by_the_word_list() {
        check(
            "cap penalties GBP ≥",
            &[("cap", Role::Clause), ("penalties", Role::Value), ("GBP", Role::Number), ("≥", Role::Unknown)],
        );
    }
}
