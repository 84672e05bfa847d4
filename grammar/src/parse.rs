//! Contract text to tree. Never fails: what is damaged is left out and reported.
//!
//! ```text
//! measure a { share of x wher y }      # reported, the clause is kept without its item
//! set b = interactions                 # read as if nothing had happened
//! ```
//!
//! One function for each production; its doc comment carries the production,
//! and `contract.ebnf` is gathered from them.

mod accept;
mod amendment;
mod back;
mod block;
mod calendar;
mod cap;
mod charge;
mod commitment;
mod deadline;
mod error;
mod example;
mod expr;
mod head;
mod history;
mod journey;
mod kind;
mod levels;
mod measure;
mod past;
mod pay;
mod pricing;
mod primary;
mod proof;
mod quantity;
mod relief;
mod remedy;
mod report;
mod rules;
mod score;
mod set;
mod situation;
mod token;

pub(crate) use block::Mark;

use block::{Notes, Read, recover_clause, separators};
use error::{Context, Expected, Input, PResult, SyntaxError, mismatch};
use token::{between, piece, symbol};

use crate::diagnostic::Diagnostic;
use crate::lex::{self, Kind};
use crate::source::Source;
use crate::span::{Span, Spanned};
use crate::tree::{Clause, Tree};

/// A contract as read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// What could be read; damaged parts are left out.
    pub tree: Tree,
    /// All comments, in file order.
    pub comments: Vec<Comment>,
    /// All syntax errors, in file order; none means the tree is whole.
    pub diagnostics: Vec<Diagnostic>,
}

/// A comment: `#` to the end of its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Where.
    pub span: Span,
    /// As written, `#` included, without space at the end.
    pub text: String,
}

/// Reads a contract. Never fails and never stops at the first fault.
#[must_use]
pub fn parse(source: &Source) -> Parsed {
    read(source).0
}

/// Reads a contract, and where its items and their columns start.
pub(crate) fn read(source: &Source) -> (Parsed, Vec<Mark>) {
    let (tree, notes) = contract_file(source.text());
    let mut diagnostics: Vec<Diagnostic> =
        notes.faults.iter().flat_map(|fault| report::diagnostics(fault, source)).collect();
    diagnostics.sort_by_key(Diagnostic::span);
    let mut marks = notes.marks;
    marks.sort_unstable();
    (Parsed { tree, comments: comments(source.text()), diagnostics }, marks)
}

fn comments(text: &str) -> Vec<Comment> {
    let comments = lex::lexemes(text, 0).filter(|lexeme| lexeme.kind == Kind::Comment);
    comments.map(|it| Comment { span: it.span, text: it.text.trim_end().to_owned() }).collect()
}

/// ```ebnf
/// contract_file = { clause [ ";" ] } ;
/// ```
fn contract_file(text: &str) -> (Tree, Notes) {
    let mut input = Input::new_extra(text, Context { whole: text, depth: 0 });
    let (mut tree, mut notes) = (Tree::default(), Notes::default());
    loop {
        input = separators(input);
        if piece(input).is_none() {
            return (tree, notes);
        }
        input = match clause(input) {
            Ok((rest, read)) => {
                tree.clauses.push(Spanned::new(read.value, between(input, rest)));
                notes.absorb(read.notes);
                rest
            }
            Err(error) => {
                let (fault, rest) = damaged(input, error);
                notes.faults.push(fault);
                rest
            }
        };
    }
}

/// What to report about a clause that could not be read, and where to go on.
fn damaged(input: Input<'_>, error: nom::Err<SyntaxError>) -> (SyntaxError, Input<'_>) {
    if let Ok((rest, brace)) = symbol("}")(input) {
        return (report::stray_brace(brace), rest);
    }
    let error = match error {
        nom::Err::Failure(error) => error,
        _ => SyntaxError::NotAClause { at: input.location_offset() },
    };
    let rest = recover_clause(input, error.reach());
    (error, rest)
}

/// ```ebnf
/// clause = contract | calendar | fields | set | journeys | measure | fact | charge | pool | commitment
///        | phase | baseline | conversion | gate | cap | right | history | earn_back | penalty_rule
///        | netting | deadlines | called | relief | excuse | disputes | one_penalty | example
///        | amendment | accept | index | exchange | charge_back | tail ;
/// ```
fn clause(input: Input<'_>) -> PResult<'_, Read<Clause>> {
    let Some((_, word)) = piece(input) else { return mismatch(input, Expected::Part("a clause")) };
    match word.text {
        "contract" => of(head::contract(input), Clause::Contract),
        "calendar" => of(calendar::calendar(input), Clause::Calendar),
        "fields" => of(calendar::fields(input), Clause::Fields),
        "set" => of(set::set(input), Clause::Set),
        "journeys" => of(journey::journeys(input), Clause::Journeys),
        "after" => of(journey::tail(input), Clause::Tail),
        "measure" => of(measure::measure(input), Clause::Measure),
        "fact" => of(charge::fact(input), Clause::Fact),
        "charge" if back::starts(input) => of(back::charge_back(input), Clause::ChargeBack),
        "charge" => of(charge::charge(input), Clause::Charge),
        "index" => of(pricing::index(input), Clause::Index),
        "exchange" => of(pricing::exchange(input), Clause::Exchange),
        "at" => of(charge::pool(input), Clause::Pool),
        "commitment" => of(commitment::commitment(input), Clause::Commitment),
        "baseline" => of(levels::baseline(input), Clause::Baseline),
        "phase" => of(levels::phase(input), Clause::Phase),
        "convert" => of(rules::conversion(input), Clause::Conversion),
        "bonus" => of(rules::gate(input), Clause::Gate),
        "right" => of(history::right(input), Clause::Right),
        "history" => of(history::history(input), Clause::History),
        "amendment" => of(amendment::amendment(input), Clause::Amendment),
        "cap" => of(cap::cap(input), Clause::Cap),
        "earn" => of(remedy::earn_back(input), Clause::EarnBack),
        "penalties" if remedy::nets(input) => of(remedy::netting(input), Clause::Netting),
        "penalties" => of(remedy::penalty_rule(input), Clause::PenaltyRule),
        "bonuses" => of(remedy::netting(input), Clause::Netting),
        "deadlines" => of(deadline::deadlines(input), Clause::Deadlines),
        "call" => of(remedy::called(input), Clause::Called),
        "relief" => of(relief::relief(input), Clause::Relief),
        "excuse" => of(relief::excuse(input), Clause::Excuse),
        "disputes" | "disputed" => of(relief::disputes(input), Clause::Disputes),
        "one" => of(relief::one_penalty(input), Clause::OnePenalty),
        "example" => of(example::example(input), Clause::Example),
        "accept" => of(accept::accept(input), Clause::Accept),
        _ => mismatch(input, Expected::Part("a clause")),
    }
}

fn of<T>(result: PResult<'_, Read<T>>, wrap: fn(T) -> Clause) -> PResult<'_, Read<Clause>> {
    result.map(|(rest, read)| (rest, Read { value: wrap(read.value), notes: read.notes }))
}
