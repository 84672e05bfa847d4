//! Rules over all commitments: points to money, and gates.

use super::block::{BlockKind, Item, Notes, Read, block};
use super::error::{Expected, Input, PResult, SyntaxError, committed, expect, maybe};
use super::expr::must_expr;
use super::pay::{base, side};
use super::quantity::quantity;
use super::situation::situation;
use super::token::{
    between, clause_reference, keyword, must_phrase, names, next_start, phrase, piece, spanned, symbol,
};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::span::{Span, Spanned};
use crate::tree::{Conversion, ConversionRule, Expr, Gate, Name, Quantity};

const CONVERSION: BlockKind = BlockKind {
    what: "a conversion",
    words: &["each", "interpolated", "at"],
    rows: Some("`each` and an amount, or points and an amount, such as `5 2%`"),
};

enum Said {
    Each(Expr),
    Row(Spanned<Quantity>, Spanned<Quantity>),
    Between(bool),
}

/// ```ebnf
/// conversion = "convert" "points" "to" side [ "on" expr ] "{" rule "}" [ clause_reference ] ;
/// rule = "each" expr [ ";" ] | row { row } reading [ ";" ] ;
/// ```
pub(super) fn conversion(input: Input<'_>) -> PResult<'_, Read<Conversion>> {
    let start = input;
    let (input, _) = keyword("convert")(input)?;
    let (input, _) = must_phrase("points to")(input)?;
    let (input, side) = expect("`penalty` or `bonus`", side)(input)?;
    let (input, base) = base(input)?;
    let (input, mut read) = block(input, &CONVERSION, row)?;
    let rule = rule(read.value, between(start, input), &mut read.notes);
    let (input, clause) = read.notes.carry(maybe(clause_reference)(input))?;
    Ok((input, Read { value: Conversion { side, base, rule, clause }, notes: read.notes }))
}

/// ```ebnf
/// row = quantity quantity [ ";" ] ;
/// reading = "interpolated" | "at" "or" "below" ;
/// ```
fn row(input: Input<'_>) -> PResult<'_, Item<Said>> {
    match piece(input).map(|(_, word)| word.text) {
        Some("each") => {
            let (input, _) = keyword("each")(input)?;
            must_expr(input).map(|(rest, value)| (rest, Item::plain(Said::Each(value))))
        }
        Some("interpolated") => {
            keyword("interpolated")(input).map(|(rest, _)| (rest, Item::plain(Said::Between(true))))
        }
        Some("at") => {
            let (rest, _) = committed(Expected::Word("at or below"), phrase("at or below"))(input)?;
            Ok((rest, Item::plain(Said::Between(false))))
        }
        _ => {
            let (input, points) = spanned(quantity)(input)?;
            let column = next_start(input);
            let (input, amount) = expect("what so many points cost, such as `2%`", spanned(quantity))(input)?;
            Ok((input, Item { right: true, ..Item::columns(Said::Row(points, amount), column) }))
        }
    }
}

/// Either one price for each point or a table with the way it is read, not both.
fn rule(said: Vec<Spanned<Said>>, whole: Span, notes: &mut Notes) -> ConversionRule {
    let (mut each, mut rows, mut reading, mut twice) = (None, Vec::new(), None, false);
    for Spanned { value, .. } in said {
        match value {
            Said::Each(value) => twice |= each.replace(value).is_some(),
            Said::Row(points, amount) => rows.push((points, amount)),
            Said::Between(interpolated) => twice |= reading.replace(interpolated).is_some(),
        }
    }
    let mixed = twice || each.is_some() && (!rows.is_empty() || reading.is_some());
    let lacking = each.is_none() && (rows.is_empty() || reading.is_none());
    if (mixed || lacking) && notes.faults.is_empty() {
        let diagnostic = Box::new(odd_rule(whole, mixed, rows.is_empty()));
        notes.faults.push(SyntaxError::Fault { diagnostic, resume: whole.end });
    }
    match each {
        Some(value) => ConversionRule::Each(value),
        None => ConversionRule::Table { rows, interpolated: reading.unwrap_or_default() },
    }
}

fn odd_rule(whole: Span, mixed: bool, no_rows: bool) -> Diagnostic {
    let end = Span::new(whole.end.saturating_sub(1), whole.end);
    let (code, message) = if mixed {
        (codes::ITEM_TWICE, "the conversion says more than one rule")
    } else if no_rows {
        (codes::UNEXPECTED, "the conversion says no rule")
    } else {
        (codes::UNEXPECTED, "the conversion does not say how to read between its rows")
    };
    Diagnostic::error(code, message)
        .label(end, "to be said before this")
        .help(Some("write `each` and an amount, or rows and then `at or below` or `interpolated`".to_owned()))
}

/// ```ebnf
/// gate = "bonus" [ "on" names ] "only" "if" situation [ "," "if" "not" "measured" "open" ]
///        [ clause_reference ] ;
/// ```
pub(super) fn gate(input: Input<'_>) -> PResult<'_, Read<Gate>> {
    let (input, _) = keyword("bonus")(input)?;
    let (input, on) = on_names(input)?;
    let (input, _) = must_phrase("only if")(input)?;
    let (input, when) = spanned(situation)(input)?;
    let (input, open) = match symbol(",")(input) {
        Ok((rest, _)) => (must_phrase("if not measured open")(rest)?.0, true),
        Err(_) => (input, false),
    };
    let (input, clause) = maybe(clause_reference)(input)?;
    let gate = Gate { on, when, open_if_unmeasured: open, clause };
    Ok((input, Read { value: gate, notes: Notes::default() }))
}

/// `on NAME, NAME`, or nothing.
pub(super) fn on_names(input: Input<'_>) -> PResult<'_, Vec<Name>> {
    let Ok((input, _)) = keyword("on")(input) else { return Ok((input, Vec::new())) };
    expect("the names of commitments", names)(input)
}
