//! The pieces of a text with what the layout needs to know about each.

use std::collections::{BTreeMap, BTreeSet};

use crate::lex::{self, Kind, Lexeme};
use crate::parse::Mark;
use crate::source::Source;
use crate::span::Span;
use crate::tree::{ExprKind, Operator, Part, Tree};

/// What starts at a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Nothing: the sentence goes on.
    Nothing,
    /// A clause.
    Clause,
    /// An item of a block.
    Item,
}

/// A word, symbol, literal or comment.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// As it will be written.
    pub text: String,
    /// What it is.
    pub kind: Kind,
    /// Line breaks before it: none, one, or two for a blank line.
    pub breaks: usize,
    /// What starts here.
    pub start: Start,
    /// Whether it opens the second column of its item, and whether that one is flush right.
    pub column: Option<bool>,
    /// Whether it is a sign that belongs to the number after it.
    pub sign: bool,
}

impl Piece {
    /// Whether this is the symbol or word `text`.
    pub fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Symbol) && self.text == text
    }

    /// Whether this is a comment.
    pub fn is_comment(&self) -> bool {
        self.kind == Kind::Comment
    }
}

/// The pieces of a text without faults; separators between items are left out.
pub(super) fn of(source: &Source, tree: &Tree, marks: &[Mark]) -> Vec<Piece> {
    let operators = operators(tree);
    let clauses: BTreeSet<usize> = tree.clauses.iter().map(|clause| clause.span.start).collect();
    let items: BTreeSet<usize> = marks.iter().map(|mark| mark.start).collect();
    let columns: BTreeMap<usize, bool> =
        marks.iter().filter_map(|mark| Some((mark.column?, mark.right))).collect();
    let mut pieces = Vec::new();
    let (mut breaks, mut replaced_to) = (0, 0);
    for lexeme in lex::lexemes(source.text(), 0) {
        let at = lexeme.span.start;
        if lexeme.kind == Kind::Space {
            breaks += lexeme.text.matches('\n').count();
            continue;
        }
        let replaced = at < replaced_to && lexeme.kind != Kind::Comment;
        if lexeme.is(";") || replaced {
            continue;
        }
        let operator = operators.get(&at);
        if let Some((end, _)) = operator {
            replaced_to = *end;
        }
        let start = match (clauses.contains(&at), items.contains(&at)) {
            (true, _) => Start::Clause,
            (_, true) => Start::Item,
            _ => Start::Nothing,
        };
        pieces.push(Piece {
            text: operator.map_or_else(|| written(lexeme), |(_, operator)| operator.to_string()),
            kind: lexeme.kind,
            breaks: breaks.min(2),
            start,
            column: columns.get(&at).copied(),
            sign: operator.is_none() && (lexeme.is("-") || lexeme.is("+")),
        });
        breaks = 0;
    }
    pieces
}

fn written(lexeme: Lexeme<'_>) -> String {
    lexeme.text.trim_end().to_owned()
}

/// Where each operator between two expressions starts and ends.
fn operators(tree: &Tree) -> BTreeMap<usize, (usize, Operator)> {
    let mut operators = BTreeMap::new();
    tree.walk(&mut |part| {
        if let Part::Expr(expr) = part
            && let ExprKind::Binary(_, operator, _) = &expr.value
        {
            let Span { start, end } = operator.span;
            operators.insert(start, (end, operator.value));
        }
    });
    operators
}
