//! Blocks in braces: item by item, each damaged item reported and left out.
//!
//! ```text
//! commitment a {
//!   target at lest 75%      # one fault here …
//!   pay scale { 70% -4% }   # … and this item is still read
//! }
//! ```
//!
//! Line breaks mean nothing in the language, but after a fault they tell where
//! the author most likely goes on: at a `;`, at the closing brace, or at the
//! start of a line whose first word starts an item or stands no deeper than
//! the damaged item did.

use std::collections::BTreeMap;

use nom::Input as _;

use super::error::{Input, PResult, SyntaxError, fault};
use super::proof::is_proof;
use super::token::{between, must_symbol, next_start, piece, skip, symbol};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lex::{Kind, Lexeme, lexemes};
use crate::span::{Span, Spanned};

/// What a kind of block holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BlockKind {
    /// What messages call it: `a commitment`.
    pub what: &'static str,
    /// The words its items start with.
    pub words: &'static [&'static str],
    /// What may stand in it, where items start with no word: `a level and an amount`.
    pub rows: Option<&'static str>,
}

/// Where an item starts and where its second column does: what the formatter lays out by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    /// First byte of the item.
    pub start: usize,
    /// First byte of its second column.
    pub column: Option<usize>,
    /// Whether the second column is flush right.
    pub right: bool,
}

/// What reading leaves behind besides the value.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// What was wrong inside.
    pub faults: Vec<SyntaxError>,
    /// Where the items inside start.
    pub marks: Vec<Mark>,
}

impl Notes {
    /// Adds what was noted elsewhere.
    pub fn absorb(&mut self, other: Self) {
        self.faults.extend(other.faults);
        self.marks.extend(other.marks);
    }

    /// Keeps the faults noted so far when reading stops for good.
    pub fn carry<T>(&mut self, result: Result<T, nom::Err<SyntaxError>>) -> Result<T, nom::Err<SyntaxError>> {
        result.map_err(|error| match error {
            nom::Err::Failure(last) if !self.faults.is_empty() => nom::Err::Failure(SyntaxError::Several {
                earlier: std::mem::take(&mut self.faults),
                last: Box::new(last),
            }),
            other => other,
        })
    }
}

/// A value and what reading it left behind.
#[derive(Debug)]
pub(super) struct Read<T> {
    /// The value.
    pub value: T,
    /// Faults and marks inside.
    pub notes: Notes,
}

/// An item of a block.
pub(super) struct Item<T> {
    /// What it says.
    pub value: T,
    /// Where its second column starts.
    pub column: Option<usize>,
    /// Whether the second column is flush right.
    pub right: bool,
    /// Faults and marks of a block inside it.
    pub notes: Notes,
}

impl<T> Item<T> {
    /// An item without columns.
    pub fn plain(value: T) -> Self {
        Self { value, column: None, right: false, notes: Notes::default() }
    }

    /// An item whose second column starts at `column`.
    pub fn columns(value: T, column: usize) -> Self {
        Self { column: Some(column), ..Self::plain(value) }
    }

    /// The item with its value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Item<U> {
        Item { value: change(self.value), column: self.column, right: self.right, notes: self.notes }
    }
}

/// Reads `{ item item … }`; items may be separated by `;`.
pub(super) fn block<'s, T>(
    input: Input<'s>,
    kind: &'static BlockKind,
    item: impl Fn(Input<'s>) -> PResult<'s, Item<T>>,
) -> PResult<'s, Read<Vec<Spanned<T>>>> {
    let (mut input, open) = must_symbol("{")(input)?;
    let mut read = Read { value: Vec::new(), notes: Notes::default() };
    let mut column = None;
    loop {
        input = separators(input);
        column = line_column(skip(input)).or(column);
        if let Ok((rest, _)) = symbol("}")(input) {
            return Ok((rest, read));
        }
        if piece(input).is_none() || starts_clause(input) {
            read.notes.faults.push(unclosed(open, kind));
            return Ok((input, read));
        }
        input = match item(input) {
            Ok((rest, item)) => {
                let span = between(input, rest);
                read.notes.marks.push(Mark { start: span.start, column: item.column, right: item.right });
                read.notes.absorb(item.notes);
                read.value.push(Spanned::new(item.value, span));
                rest
            }
            Err(nom::Err::Failure(error)) => {
                let rest = recover(input, error.reach(), column, kind);
                read.notes.faults.push(error);
                rest
            }
            Err(_) => {
                let at = input.location_offset();
                read.notes.faults.push(SyntaxError::NotAnItem { at, block: kind });
                recover(input, at, column, kind)
            }
        };
    }
}

/// The input after any number of `;`.
pub(super) fn separators(mut input: Input<'_>) -> Input<'_> {
    while let Ok((rest, _)) = symbol(";")(input) {
        input = rest;
    }
    input
}

fn unclosed(open: Span, kind: &BlockKind) -> SyntaxError {
    unclosed_block(open, kind.what)
}

/// A block without its closing brace.
pub(super) fn unclosed_block(open: Span, what: &str) -> SyntaxError {
    let diagnostic = Diagnostic::error(codes::BLOCK_NOT_CLOSED, format!("the block of {what} is not closed"))
        .label(open, "opened here")
        .help(Some("write `}` after the last item".to_owned()));
    SyntaxError::Fault { diagnostic: Box::new(diagnostic), resume: open.end }
}

/// The input from where reading goes on after a fault in the item at `input`;
/// items of the block stand in `column`.
fn recover<'s>(input: Input<'s>, reached: usize, column: Option<usize>, kind: &BlockKind) -> Input<'s> {
    let start = skip(input);
    let offset = start.location_offset();
    let from = start.take_from(reached.saturating_sub(offset).min(start.fragment().len()));
    resume(from, offset, |lexeme, here| {
        let known = kind.rows.is_some() || kind.words.contains(&lexeme.text);
        known || column.zip(line_column(here)).is_some_and(|(item, here)| here <= item)
    })
}

/// The input from where reading goes on after a fault in the clause at `input`.
pub(super) fn recover_clause(input: Input<'_>, reached: usize) -> Input<'_> {
    let start = skip(input);
    let offset = start.location_offset();
    let from = start.take_from(reached.saturating_sub(offset).min(start.fragment().len()));
    let mut rest = resume(from, offset, |_, here| line_column(here) == Some(0));
    // A brace left over closes the damaged clause.
    while let Ok((after, _)) = symbol("}")(rest) {
        rest = resume(after, offset, |_, here| line_column(here) == Some(0));
    }
    rest
}

/// The input from where reading goes on after a fault in the clause at `input`
/// that stands inside an amendment.
pub(super) fn recover_inner(input: Input<'_>, reached: usize) -> Input<'_> {
    let start = skip(input);
    let offset = start.location_offset();
    let from = start.take_from(reached.saturating_sub(offset).min(start.fragment().len()));
    resume(from, offset, |lexeme, _| ["remove", "replace"].contains(&lexeme.text))
}

/// Skips to the next place that looks like the start of an item or clause,
/// past byte `after`.
fn resume<'s>(from: Input<'s>, after: usize, starts: impl Fn(&Lexeme<'_>, Input<'s>) -> bool) -> Input<'s> {
    let base = from.location_offset();
    let mut depth = 0_usize;
    let mut fresh_line = false;
    for lexeme in lexemes(from.fragment(), 0) {
        let here = from.take_from(lexeme.span.start);
        if lexeme.is_trivia() {
            fresh_line |= lexeme.kind == Kind::Space && lexeme.text.contains('\n');
            continue;
        }
        let later = base + lexeme.span.start > after;
        let begins = fresh_line && later;
        match lexeme.text {
            "}" if depth == 0 => return here,
            ";" if depth == 0 && later => return here,
            _ if begins && (starts_clause(here) || (depth == 0 && starts(&lexeme, here))) => return here,
            "{" => depth += 1,
            "}" => depth -= 1,
            _ => {}
        }
        fresh_line = false;
    }
    from.take_from(from.fragment().len())
}

/// The column, in bytes, of a place that only space stands before on its line.
fn line_column(input: Input<'_>) -> Option<usize> {
    let before = input.extra.whole.get(..input.location_offset())?;
    let line_start = before.trim_end_matches([' ', '\t', '\u{feff}']);
    let starts = line_start.is_empty() || line_start.ends_with('\n');
    starts.then_some(before.len() - line_start.len())
}

/// Whether a clause starts here, told by its first two pieces.
pub(super) fn starts_clause(input: Input<'_>) -> bool {
    let Some((rest, first)) = piece(input) else { return false };
    if first.kind != Kind::Word {
        return false;
    }
    let second = piece(rest).map(|(_, second)| second);
    let is = |words: &[&str]| second.is_some_and(|second| words.contains(&second.text));
    let named = || second.is_some_and(|second| second.kind == Kind::Word && !is(&["of", "in", "and", "or"]));
    match first.text {
        "contract" | "example" | "phase" | "amendment" => {
            second.is_some_and(|second| matches!(second.kind, Kind::Text | Kind::OpenText))
        }
        "calendar" | "fields" | "set" | "measure" | "fact" | "charge" | "commitment" | "baseline"
        | "index" | "exchange" => named(),
        "at" => is(&["risk"]),
        "convert" => is(&["points"]),
        "bonus" => is(&["on"]) || (is(&["only"]) && !is_proof(input)),
        "accept" => second.is_some_and(|second| second.text.starts_with('W')),
        "right" => second.is_some_and(|second| matches!(second.kind, Kind::Text | Kind::OpenText)),
        "history" => is(&["{"]),
        "cap" | "call" => is(&["penalties", "bonuses"]),
        "earn" => is(&["back"]),
        "penalties" => is(&["on", "only", "at", "and", "are", "count", "do"]),
        "bonuses" => is(&["on", "only"]),
        "deadlines" => is(&["{"]),
        _ => false,
    }
}

/// Tells the first of several items of one kind from its repetitions.
#[derive(Debug, Default)]
pub(super) struct Once {
    seen: BTreeMap<&'static str, Span>,
}

impl Once {
    /// Puts `value` into `slot`, or notes that the block has had one.
    pub fn set<T>(
        &mut self,
        slot: &mut Option<T>,
        value: T,
        what: &'static str,
        span: Span,
        notes: &mut Notes,
    ) {
        if self.first(what, span, notes) {
            *slot = Some(value);
        }
    }

    /// Whether this is the first `what`; otherwise notes the repetition.
    pub fn first(&mut self, what: &'static str, span: Span, notes: &mut Notes) -> bool {
        let Some(first) = self.seen.get(what) else {
            self.seen.insert(what, span);
            return true;
        };
        let diagnostic = Diagnostic::error(codes::ITEM_TWICE, format!("{what} is said twice in one block"))
            .label(span, "said again")
            .label(*first, "said before")
            .help(Some("keep the one that is meant".to_owned()));
        let resume = span.end;
        notes.faults.push(SyntaxError::Fault { diagnostic: Box::new(diagnostic), resume });
        false
    }
}

/// An item led by its keyword: the second column starts at what follows it.
pub(super) fn led<'s, T>(
    input: Input<'s>,
    mut keyword: impl FnMut(Input<'s>) -> PResult<'s, Span>,
    rest: impl FnOnce(Input<'s>) -> PResult<'s, T>,
) -> PResult<'s, Item<T>> {
    let (input, _) = keyword(input)?;
    let column = next_start(input);
    let (input, value) = rest(input)?;
    Ok((input, Item::columns(value, column)))
}

/// A fault at `span` with its own wording, after which reading may go on at once.
pub(super) fn stop<T>(diagnostic: Diagnostic, span: Span) -> Result<T, nom::Err<SyntaxError>> {
    fault(diagnostic, span.end)
}
