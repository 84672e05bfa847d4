//! Caps: what penalties or bonuses of one or several periods can come to.

use super::block::{Notes, Read};
use super::error::{Expected, Input, PResult, committed, expect, maybe, mismatch};
use super::expr::{expr, must_expr};
use super::quantity::{one_of, small};
use super::rules::on_names;
use super::situation::situation;
use super::token::{clause_reference, keyword, must, must_phrase, phrase, piece, spanned, symbol};
use crate::lex::Kind;
use crate::span::Spanned;
use crate::tree::{Cap, CapSpan, Excess, Expr, PaySide, Situation};

/// ```ebnf
/// cap = "cap" cap_side [ "on" names ] expr cap_span { "," expr "when" situation }
///       [ "," "excess" excess ] [ clause_reference ] ;
/// ```
pub(super) fn cap(input: Input<'_>) -> PResult<'_, Read<Cap>> {
    let (input, _) = keyword("cap")(input)?;
    let (input, side) = expect("`penalties` or `bonuses`", cap_side)(input)?;
    let (input, on) = on_names(input)?;
    let (input, value) = must_expr(input)?;
    let what = "`each period`, `over any 12 periods`, `over each contract year` or `over the whole term`";
    let (input, over) = expect(what, spanned(cap_span))(input)?;
    let (input, (when, excess)) = tail(input)?;
    let (input, clause) = maybe(clause_reference)(input)?;
    Ok((input, Read { value: Cap { side, on, value, when, over, excess, clause }, notes: Notes::default() }))
}

/// Other limits, each with its situation; and what becomes of the excess.
type Tail = (Vec<(Expr, Spanned<Situation>)>, Option<Spanned<Excess>>);

fn tail(mut input: Input<'_>) -> PResult<'_, Tail> {
    let mut when = Vec::new();
    while let Ok((rest, _)) = symbol(",")(input) {
        if starts_excess(rest) {
            let (rest, _) = must("excess")(rest)?;
            let what = "`lapses`, `carries forward` or `is paid in cash`";
            let (rest, excess) = expect(what, spanned(excess))(rest)?;
            return Ok((rest, (when, Some(excess))));
        }
        let (rest, limit) = expect("`excess`, or another limit and `when`", expr)(rest)?;
        let (rest, _) = must("when")(rest)?;
        let (rest, found) = expect("a situation, such as `fcr is below minimum`", spanned(situation))(rest)?;
        when.push((limit, found));
        input = rest;
    }
    Ok((input, (when, None)))
}

/// Whether what follows says what becomes of the excess; `excess` may also be a name.
fn starts_excess(input: Input<'_>) -> bool {
    const NEXT: [&str; 3] = ["lapses", "carries", "is"];
    keyword("excess")(input).is_ok_and(|(rest, _)| {
        piece(rest).is_none_or(|(_, word)| {
            NEXT.contains(&word.text) || word.kind != Kind::Symbol && word.text != "when"
        })
    })
}

/// ```ebnf
/// cap_side = "penalties" | "bonuses" ;
/// ```
pub(super) fn cap_side(input: Input<'_>) -> PResult<'_, PaySide> {
    const SIDES: &[(&str, PaySide)] = &[("penalties", PaySide::Penalty), ("bonuses", PaySide::Bonus)];
    one_of(input, SIDES, "`penalties` or `bonuses`")
}

/// ```ebnf
/// cap_span = "each" "period" | "over" ( "any" small "periods" | "each" "contract" "year" | "the" "whole" "term" ) ;
/// ```
fn cap_span(input: Input<'_>) -> PResult<'_, CapSpan> {
    if keyword("each")(input).is_ok() {
        return committed(Expected::Word("each period"), phrase("each period"))(input)
            .map(|(rest, _)| (rest, CapSpan::Period));
    }
    let (input, _) = keyword("over")(input)?;
    if let Ok((input, _)) = keyword("any")(input) {
        let (input, n) = expect("a number of periods, such as `12`", small)(input)?;
        let (input, _) = periods(input)?;
        return Ok((input, CapSpan::Periods(n)));
    }
    const SPANS: &[(&str, CapSpan)] =
        &[("each contract year", CapSpan::ContractYear), ("the whole term", CapSpan::Term)];
    let what = "`any 12 periods`, `each contract year` or `the whole term`";
    expect(what, |input| one_of(input, SPANS, what))(input)
}

/// `periods`, or `period` after 1.
pub(super) fn periods(input: Input<'_>) -> PResult<'_, ()> {
    match keyword("period")(input) {
        Ok((rest, _)) => Ok((rest, ())),
        Err(_) => must("periods")(input).map(|(rest, _)| (rest, ())),
    }
}

/// ```ebnf
/// excess = "lapses" | "carries" "forward" [ "for" "at" "most" small "periods" ] | "is" "paid" "in" "cash" ;
/// ```
fn excess(input: Input<'_>) -> PResult<'_, Excess> {
    if let Ok((input, _)) = keyword("lapses")(input) {
        return Ok((input, Excess::Lapses));
    }
    if keyword("is")(input).is_ok() {
        return must_phrase("is paid in cash")(input).map(|(rest, _)| (rest, Excess::PaidInCash));
    }
    if keyword("carries")(input).is_err() {
        return mismatch(input, Expected::Part("`lapses`, `carries forward` or `is paid in cash`"));
    }
    let (input, _) = must_phrase("carries forward")(input)?;
    if keyword("for")(input).is_err() {
        return Ok((input, Excess::CarriesForward(None)));
    }
    let (input, _) = must_phrase("for at most")(input)?;
    let (input, n) = expect("a number of periods, such as `6`", small)(input)?;
    let (input, _) = periods(input)?;
    Ok((input, Excess::CarriesForward(Some(n))))
}
