//! What people decide: relief, excuses, disputes, one penalty for each
//! incident; and the part of a set that counts.

use super::block::{Notes, Read};
use super::error::{Expected, Input, PResult, committed, expect, maybe};
use super::expr::must_expr;
use super::quantity::{one_of, quantity};
use super::set::window;
use super::token::{
    between, clause_reference, keyword, must, must_phrase, must_symbol, name, names, next_start, phrase,
    spanned, symbol, text,
};
use crate::span::{Span, Spanned};
use crate::tree::{Allowance, Disputes, Excuse, OnePenalty, Portion, Relief, ReliefEffect, Stays, Text};

fn plain<T>(value: T) -> Read<T> {
    Read { value, notes: Notes::default() }
}

/// ```ebnf
/// because = "because" text ;
/// ```
fn because(input: Input<'_>) -> PResult<'_, Text> {
    let (input, _) = must("because")(input)?;
    expect("the reason as a text", text)(input)
}

/// ```ebnf
/// relief = "relief" "on" names "from" "register" [ "by" name ] [ "where" expr ] because
///          [ "," relief_effect ] [ clause_reference ] ;
/// ```
pub(super) fn relief(input: Input<'_>) -> PResult<'_, Read<Relief>> {
    let (input, _) = keyword("relief")(input)?;
    let (input, _) = must("on")(input)?;
    let (input, on) = expect("the names of sets or measures", names)(input)?;
    let (input, _) = must_phrase("from register")(input)?;
    let (input, by) = match keyword("by")(input) {
        Ok((rest, _)) => {
            expect("the field a row's scope is a value of", name)(rest).map(|(rest, it)| (rest, Some(it)))?
        }
        Err(_) => (input, None),
    };
    let (input, approved) = match keyword("where")(input) {
        Ok((rest, _)) => must_expr(rest).map(|(rest, it)| (rest, Some(it)))?,
        Err(_) => (input, None),
    };
    let (input, because) = because(input)?;
    let (input, effect) = match symbol(",")(input) {
        Ok((rest, _)) => {
            let what = "`only where the vendor is better for it` or `excusing a period when …`";
            expect(what, spanned(effect))(rest)?
        }
        Err(_) => {
            let at = next_start(input);
            (input, Spanned::new(ReliefEffect::TakesOut, Span::new(at, at)))
        }
    };
    let (input, clause) = maybe(clause_reference)(input)?;
    Ok((input, plain(Relief { on, by, approved, because, effect, clause })))
}

/// ```ebnf
/// relief_effect = "only" "where" "the" "vendor" "is" "better" "for" "it"
///               | "excusing" "a" "period" "when" "it" "covers" "at" "least" quantity "of" "it" ;
/// ```
fn effect(input: Input<'_>) -> PResult<'_, ReliefEffect> {
    if let Ok((rest, _)) = keyword("excusing")(input) {
        let (rest, _) = must_phrase("a period when it covers at least")(rest)?;
        let (rest, part) = expect("a part of the period, such as `10%`", spanned(quantity))(rest)?;
        let (rest, _) = must_phrase("of it")(rest)?;
        return Ok((rest, ReliefEffect::Excuses(part)));
    }
    let (input, _) = keyword("only")(input)?;
    let (input, _) = must_phrase("where the vendor is better for it")(input)?;
    Ok((input, ReliefEffect::VendorsBetter))
}

/// ```ebnf
/// excuse = "excuse" names "when" expr because [ clause_reference ] ;
/// ```
pub(super) fn excuse(input: Input<'_>) -> PResult<'_, Read<Excuse>> {
    let (input, _) = keyword("excuse")(input)?;
    let (input, on) = expect("the names of commitments", names)(input)?;
    let (input, _) = must("when")(input)?;
    let (input, when) = must_expr(input)?;
    let (input, because) = because(input)?;
    let (input, clause) = maybe(clause_reference)(input)?;
    Ok((input, plain(Excuse { on, when, because, clause })))
}

/// ```ebnf
/// disputes = ( "disputes" "are" "paid" "as" "counted"
///            | "disputed" "records" "are" "left" "out" "until" "settled" ) [ clause_reference ] ;
/// ```
pub(super) fn disputes(input: Input<'_>) -> PResult<'_, Read<Disputes>> {
    let (input, left_out) = match keyword("disputes")(input) {
        Ok((rest, _)) => (must_phrase("are paid as counted")(rest)?.0, false),
        Err(_) => {
            let (rest, _) = keyword("disputed")(input)?;
            (must_phrase("records are left out until settled")(rest)?.0, true)
        }
    };
    let (input, clause) = maybe(clause_reference)(input)?;
    Ok((input, plain(Disputes { left_out, clause })))
}

/// ```ebnf
/// one_penalty = "one" "penalty" "for" "each" name "on" names ":" stays [ clause_reference ] ;
/// stays = "the" "highest" | "the" "first" | "the" "one" "the" "client" "chooses" ;
/// ```
pub(super) fn one_penalty(input: Input<'_>) -> PResult<'_, Read<OnePenalty>> {
    const STAYS: &[(&str, Stays)] = &[
        ("the highest", Stays::Highest),
        ("the first", Stays::First),
        ("the one the client chooses", Stays::Chosen),
    ];
    let (input, _) = keyword("one")(input)?;
    let (input, _) = must_phrase("penalty for each")(input)?;
    let (input, field) = expect("the field that names the incident", name)(input)?;
    let (input, _) = must("on")(input)?;
    let (input, on) = expect("the names of commitments", names)(input)?;
    let (input, _) = must_symbol(":")(input)?;
    let what = "`the highest`, `the first` or `the one the client chooses`";
    let (input, stays) = expect(what, |input| one_of(input, STAYS, "`the highest`"))(input)?;
    let (input, clause) = maybe(clause_reference)(input)?;
    Ok((input, plain(OnePenalty { field, on, stays, clause })))
}

/// ```ebnf
/// portion = "counting" quantity "where" expr
///         | "counting" "equal" "parts" "with" "same" names window
///         | "counting" "at" "most" "the" "first" allowance "each" ( "period" | "day" ) because
///         | "counting" "only" "the" ( "latest" | "first" ) "with" "same" names "each" "period" because
///         | "excluding" "days" "with" "more" "than" allowance because
///         | open_at ;
/// ```
pub(super) fn portion(input: Input<'_>) -> PResult<'_, Spanned<Portion>> {
    let start = input;
    let (input, portion) = if phrase("open at")(input).is_ok() {
        open_at(input)?
    } else if let Ok((input, _)) = phrase("counting only")(input) {
        only(input)?
    } else if let Ok((input, _)) = phrase("excluding days with")(input) {
        let (input, _) = must_phrase("more than")(input)?;
        let (input, allowance) = allowance(input)?;
        let (input, because) = because(input)?;
        (input, Portion::Days(Allowance { because, ..allowance }))
    } else {
        let (input, _) = keyword("counting")(input)?;
        match keyword("at")(input) {
            Ok((rest, _)) => first(rest)?,
            Err(_) if phrase("equal parts")(input).is_ok() => equal_parts(input)?,
            Err(_) => {
                let what = "a part such as `50%`, `equal parts`, `at most the first` or `only the latest`";
                let (input, share) = expect(what, spanned(quantity))(input)?;
                let (input, _) = must("where")(input)?;
                let (input, condition) = must_expr(input)?;
                (input, Portion::InPart { share, condition })
            }
        }
    };
    let span = between(start, input);
    Ok((input, Spanned::new(portion, span)))
}

/// ```ebnf
/// open_at = "open" "at" "the" "end" "of" "each" ( "period" | "day" ) "," "from" name "to" name ;
/// ```
fn open_at(input: Input<'_>) -> PResult<'_, Portion> {
    const EACH: &[(&str, bool)] = &[("each period", false), ("each day", true)];
    let (input, _) = phrase("open at")(input)?;
    let (input, _) = must_phrase("the end of")(input)?;
    let (input, each_day) =
        expect("`each period` or `each day`", |input| one_of(input, EACH, "`each period`"))(input)?;
    let (input, _) = must_symbol(",")(input)?;
    let (input, _) = must("from")(input)?;
    let (input, from) = expect("the field with which a case starts, such as `opened_at`", name)(input)?;
    let (input, _) = must("to")(input)?;
    let (input, to) = expect("the field with which it ends, such as `resolved_at`", name)(input)?;
    Ok((input, Portion::Open { each_day, from, to }))
}

/// The rest after `counting`, from `equal parts` on.
fn equal_parts(input: Input<'_>) -> PResult<'_, Portion> {
    let (input, _) = phrase("equal parts")(input)?;
    let (input, _) = must_phrase("with same")(input)?;
    let (input, keys) = expect("the fields that must be the same", names)(input)?;
    let (input, window) = expect("`within` and a time", window)(input)?;
    Ok((input, Portion::EqualParts { keys, window }))
}

/// The rest after `counting only`.
fn only(input: Input<'_>) -> PResult<'_, Portion> {
    const WHICH: &[(&str, bool)] = &[("the latest", true), ("the first", false)];
    let (input, latest) =
        expect("`the latest` or `the first`", |input| one_of(input, WHICH, "`the latest`"))(input)?;
    let (input, _) = must_phrase("with same")(input)?;
    let (input, keys) = expect("the fields that must be the same", names)(input)?;
    let (input, _) = must_phrase("each period")(input)?;
    let (input, because) = because(input)?;
    Ok((input, Portion::One { latest, keys, because }))
}

/// The rest after `counting at`.
fn first(input: Input<'_>) -> PResult<'_, Portion> {
    const EACH: &[(&str, bool)] = &[("each period", false), ("each day", true)];
    let (input, _) = committed(Expected::Word("most the first"), phrase("most the first"))(input)?;
    let (input, allowance) = allowance(input)?;
    let (input, each_day) =
        expect("`each period` or `each day`", |input| one_of(input, EACH, "`each period`"))(input)?;
    let (input, because) = because(input)?;
    Ok((input, Portion::First { allowance: Allowance { because, ..allowance }, each_day }))
}

/// ```ebnf
/// allowance = quantity "of" "sum" "of" expr "over" name [ "by" names ] ;
/// ```
fn allowance(input: Input<'_>) -> PResult<'_, Allowance> {
    let (input, percent) = expect("a percentage, such as `110%`", spanned(quantity))(input)?;
    let (input, _) = must_phrase("of sum of")(input)?;
    let (input, value) = must_expr(input)?;
    let (input, _) = must("over")(input)?;
    let (input, over) = expect("the name of a table or set", name)(input)?;
    let (input, by) = match keyword("by")(input) {
        Ok((rest, _)) => expect("fields that both sides have", names)(rest)?,
        Err(_) => (input, Vec::new()),
    };
    let because = Text::new(String::new(), over.span);
    Ok((input, Allowance { percent, value, over, by, because }))
}
