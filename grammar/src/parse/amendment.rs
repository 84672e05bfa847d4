//! Amendments: clauses that hold from a date.

use super::block::{Mark, Notes, Read, recover_inner, separators, unclosed_block};
use super::error::{Expected, Input, PResult, SyntaxError, committed, expect};
use super::levels::must_date;
use super::quantity::one_of;
use super::token::{between, keyword, must, must_symbol, name, peeks, piece, symbol, text};
use crate::span::Spanned;
use crate::tree::{Amendment, Clause, ListedKind, Name, NamedKind, Removed, Replaced};

#[expect(clippy::large_enum_variant, reason = "a contract has few of these, and a box would hide the shape")]
enum Said {
    Clause(Clause),
    Removed(Removed),
    Replaced(Replaced),
}

/// ```ebnf
/// amendment = "amendment" text "from" date "{" { amendment_item [ ";" ] } "}" ;
/// ```
pub(super) fn amendment(input: Input<'_>) -> PResult<'_, Read<Amendment>> {
    let (input, _) = keyword("amendment")(input)?;
    let (input, title) = expect("what the amendment is called as a text in quotes", text)(input)?;
    let (input, _) = must("from")(input)?;
    let (input, from) = must_date(input)?;
    let (input, read) = listed(input, item)?;
    let mut amendment =
        Amendment { title, from, clauses: Vec::new(), removed: Vec::new(), replaced: Vec::new() };
    for Spanned { value, span } in read.value {
        match value {
            Said::Clause(clause) => amendment.clauses.push(Spanned::new(clause, span)),
            Said::Removed(it) => amendment.removed.push(Spanned::new(it, span)),
            Said::Replaced(it) => amendment.replaced.push(Spanned::new(it, span)),
        }
    }
    Ok((input, Read { value: amendment, notes: read.notes }))
}

/// ```ebnf
/// amendment_item = removed | replaced | amended ;
/// amended = calendar | fields | set | measure | fact | charge | pool | commitment
///         | phase | baseline | conversion | gate | cap | right | history | example
///         | index | exchange | charge_back ;
/// ```
fn item(input: Input<'_>) -> PResult<'_, Read<Said>> {
    let plain = |value| Read { value, notes: Notes::default() };
    match piece(input).map(|(_, word)| word.text) {
        Some("remove") => removed(input).map(|(rest, it)| (rest, plain(Said::Removed(it)))),
        Some("replace") => {
            let (rest, read) = replaced(input)?;
            Ok((rest, Read { value: Said::Replaced(read.value), notes: read.notes }))
        }
        _ => clause(input)
            .map(|(rest, read)| (rest, Read { value: Said::Clause(read.value), notes: read.notes })),
    }
}

fn clause(input: Input<'_>) -> PResult<'_, Read<Clause>> {
    super::clause(input)
}

/// ```ebnf
/// removed = "remove" ( ( "calendar" | "fields" | "set" | "measure" | "fact" | "charge" | "pool"
///         | "commitment" | "baseline" | "index" ) name | ( "phase" | "right" ) text ) ;
/// ```
fn removed(input: Input<'_>) -> PResult<'_, Removed> {
    const KINDS: &[(&str, NamedKind)] = &[
        ("calendar", NamedKind::Calendar),
        ("fields", NamedKind::Fields),
        ("set", NamedKind::Set),
        ("measure", NamedKind::Measure),
        ("fact", NamedKind::Fact),
        ("charge", NamedKind::Charge),
        ("pool", NamedKind::Pool),
        ("commitment", NamedKind::Commitment),
        ("baseline", NamedKind::Baseline),
        ("index", NamedKind::Index),
        ("phase", NamedKind::Phase),
        ("right", NamedKind::Right),
    ];
    let (input, _) = keyword("remove")(input)?;
    let kinds = |input| one_of(input, KINDS, "a kind of clause");
    let (input, kind) = expect("a kind of clause with a name, such as `commitment`", kinds)(input)?;
    let (input, name) = match kind {
        NamedKind::Phase | NamedKind::Right => expect("what it is called as a text in quotes", text)(input)?,
        _ => expect("the name of what is removed", name)(input)?,
    };
    Ok((input, Removed { kind, name: Name::new(name.value, name.span) }))
}

/// ```ebnf
/// replaced = "replace" ( "caps" "{" { cap [ ";" ] } "}" | "gates" "{" { gate [ ";" ] } "}"
///          | "conversion" "{" [ conversion ] "}" ) ;
/// ```
fn replaced(input: Input<'_>) -> PResult<'_, Read<Replaced>> {
    const KINDS: &[(&str, ListedKind)] =
        &[("caps", ListedKind::Caps), ("gates", ListedKind::Gates), ("conversion", ListedKind::Conversion)];
    let (input, _) = keyword("replace")(input)?;
    let kinds = |input| one_of(input, KINDS, "a kind of clause");
    let what = "`caps`, `gates` or `conversion`; a clause with a name replaces the one of its name by itself";
    let (input, kind) = expect(what, kinds)(input)?;
    let (input, read) = listed(input, clause)?;
    Ok((input, Read { value: Replaced { kind, clauses: read.value }, notes: read.notes }))
}

/// Reads `{ clause clause … }`.
fn listed<'s, T>(
    input: Input<'s>,
    one: impl Fn(Input<'s>) -> PResult<'s, Read<T>>,
) -> PResult<'s, Read<Vec<Spanned<T>>>> {
    let (mut input, open) = must_symbol("{")(input)?;
    let mut read = Read { value: Vec::new(), notes: Notes::default() };
    loop {
        input = separators(input);
        if let Ok((rest, _)) = symbol("}")(input) {
            return Ok((rest, read));
        }
        if piece(input).is_none() || peeks(input, heading) {
            read.notes.faults.push(unclosed_block(open, "an amendment"));
            return Ok((input, read));
        }
        let mut one = committed(Expected::Part("a clause, `remove`, `replace` or `}`"), &one);
        input = match one(input) {
            Ok((rest, found)) => {
                let span = between(input, rest);
                read.notes.marks.push(Mark { start: span.start, column: None, right: false });
                read.notes.absorb(found.notes);
                read.value.push(Spanned::new(found.value, span));
                rest
            }
            Err(error) => {
                let at = input.location_offset();
                let error = match error {
                    nom::Err::Failure(error) => error,
                    _ => SyntaxError::NotAClause { at },
                };
                let rest = recover_inner(input, error.reach());
                read.notes.faults.push(error);
                rest
            }
        };
    }
}

/// What never stands inside an amendment: the one around it was not closed.
fn heading(input: Input<'_>) -> PResult<'_, ()> {
    let (input, _) = keyword("amendment")(input).or_else(|_| keyword("contract")(input))?;
    text(input).map(|(rest, _)| (rest, ()))
}
