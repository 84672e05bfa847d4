//! The smallest expressions: literals, names, brackets and the worded forms.

use super::error::{Expected, Input, PResult, committed, expect, mismatch};
use super::expr::{Tall, any, arithmetic, deeper};
use super::past::{is_past, past, total_on};
use super::quantity::quantity;
use super::set::{conditional, figure, follow};
use super::token::{between, clock, date, keyword, must, name, phrase, piece, symbol, text};
use crate::lex::Kind;
use crate::span::{Span, Spanned};
use crate::tree::{ExprKind, Text};

/// ```ebnf
/// primary = quantity | date [ clock ] | text | "(" ( expr | aggregate ) ")" | "yes" | "no" | extreme
///         | elapsed | business | follow | past | total_on | figure
///         | days_in_period | days_between | name ;
/// ```
pub(super) fn primary(input: Input<'_>) -> PResult<'_, Tall> {
    let Some((_, first)) = piece(input) else { return mismatch(input, Expected::Part("a value")) };
    match (first.kind, first.text) {
        (Kind::Number, _) | (Kind::Symbol, "+" | "-") => leaf(input, |input| {
            let (rest, value) = quantity(input)?;
            Ok((rest, ExprKind::Quantity(value)))
        }),
        (Kind::Date, _) => leaf(input, moment),
        (Kind::Text, _) => leaf(input, |input| {
            let (rest, value) = text(input)?;
            Ok((rest, ExprKind::Text(value.value)))
        }),
        (Kind::Symbol, "(") => bracketed(input),
        (Kind::Word, word) => worded(input, word),
        _ => mismatch(input, Expected::Part("a value")),
    }
}

fn leaf<'s>(input: Input<'s>, read: impl Fn(Input<'s>) -> PResult<'s, ExprKind>) -> PResult<'s, Tall> {
    let (rest, kind) = read(input)?;
    Ok((rest, Tall::leaf(kind, between(input, rest))))
}

fn moment(input: Input<'_>) -> PResult<'_, ExprKind> {
    let (input, date) = date(input)?;
    if !matches!(piece(input), Some((_, next)) if next.kind == Kind::Clock) {
        return Ok((input, ExprKind::Date(date)));
    }
    let (input, clock) = clock(input)?;
    Ok((input, ExprKind::Instant(date, clock)))
}

fn bracketed(input: Input<'_>) -> PResult<'_, Tall> {
    let (rest, open) = symbol("(")(input)?;
    let (rest, mut value) = match whole_aggregate(rest) {
        Err(nom::Err::Error(_)) => expect("a value or condition", any)(rest)?,
        found => found?,
    };
    let (rest, close) = committed(Expected::Word(")"), symbol(")"))(rest)?;
    value.expr.span = open.to(close);
    Ok((rest, value))
}

/// An aggregate with a condition, where it ends is clear from what surrounds it.
pub(super) fn whole_aggregate(input: Input<'_>) -> PResult<'_, Tall> {
    if !["count", "sum", "distinct"].iter().any(|word| keyword(word)(input).is_ok()) {
        return mismatch(input, Expected::Part("`count of`, `sum of` or `distinct`"));
    }
    deeper(input, |input| {
        leaf(input, |input| conditional(input).map(|(rest, it)| (rest, ExprKind::Aggregate(Box::new(it)))))
    })
}

/// Worded forms are told from fields of the same name by their second word.
fn worded<'s>(input: Input<'s>, word: &str) -> PResult<'s, Tall> {
    let starts = |words| phrase(words)(input).is_ok();
    match word {
        "yes" | "no" => leaf(input, yes_or_no),
        "greater" | "lesser" if starts("greater of") || starts("lesser of") => extreme(input),
        "time" if starts("time from") => leaf(input, elapsed),
        "days" if starts("days in the period") => leaf(input, days_in_period),
        "days" if starts("days from") => leaf(input, days_between),
        "business" if starts("business time") => leaf(input, business),
        "followed" | "preceded" | "starts" | "still" => leaf(input, |input| match follow(input) {
            Ok((rest, follow)) => Ok((rest, ExprKind::Follow(Box::new(follow)))),
            Err(nom::Err::Error(_)) => named(input),
            Err(error) => Err(error),
        }),
        "average" | "highest" | "lowest"
            if starts("average of") || starts("highest of") || starts("lowest of") =>
        {
            leaf(input, past)
        }
        "sum" | "pooled" if is_past(input) => leaf(input, past),
        "penalties" | "bonuses" | "points" if total_on(input).is_ok() => {
            leaf(input, |input| total_on(input).map(|(rest, it)| (rest, ExprKind::TotalOn(it))))
        }
        "count" | "sum" | "distinct" => leaf(input, |input| match figure(input) {
            Ok((rest, figure)) => Ok((rest, ExprKind::Aggregate(Box::new(figure)))),
            Err(nom::Err::Error(_)) => named(input),
            Err(error) => Err(error),
        }),
        _ if word.len() == 3 && word.bytes().all(|letter| letter.is_ascii_uppercase()) => {
            leaf(input, |input| {
                let (rest, value) = quantity(input)?;
                Ok((rest, ExprKind::Quantity(value)))
            })
        }
        _ => leaf(input, named),
    }
}

fn named(input: Input<'_>) -> PResult<'_, ExprKind> {
    let (rest, name) = name(input)?;
    Ok((rest, ExprKind::Name(name.value)))
}

/// ```ebnf
/// days_in_period = "days" "in" "the" "period" ;
/// ```
fn days_in_period(input: Input<'_>) -> PResult<'_, ExprKind> {
    let (input, _) = phrase("days in the period")(input)?;
    Ok((input, ExprKind::DaysInPeriod))
}

/// ```ebnf
/// days_between = "days" "from" name "to" name [ "," "both" "counted" ] ;
/// ```
fn days_between(input: Input<'_>) -> PResult<'_, ExprKind> {
    let (input, _) = phrase("days from")(input)?;
    let (input, from) = expect("the date the days start at", name)(input)?;
    let (input, _) = must("to")(input)?;
    let (input, to) = expect("the date the days end at", name)(input)?;
    let both = symbol(",")(input).and_then(|(rest, _)| phrase("both counted")(rest));
    match both {
        Ok((rest, _)) => Ok((rest, ExprKind::DaysBetween { from, to, both: true })),
        Err(_) => Ok((input, ExprKind::DaysBetween { from, to, both: false })),
    }
}

fn yes_or_no(input: Input<'_>) -> PResult<'_, ExprKind> {
    match keyword("yes")(input) {
        Ok((rest, _)) => Ok((rest, ExprKind::YesNo(true))),
        Err(_) => keyword("no")(input).map(|(rest, _)| (rest, ExprKind::YesNo(false))),
    }
}

/// ```ebnf
/// extreme = ( "greater" | "lesser" ) "of" rounded "and" rounded ;
/// ```
fn extreme(input: Input<'_>) -> PResult<'_, Tall> {
    let greater = keyword("greater")(input).is_ok();
    let (rest, start) = if greater { phrase("greater of")(input)? } else { phrase("lesser of")(input)? };
    let (rest, left) = expect("the first value", arithmetic)(rest)?;
    let (rest, _) = must("and")(rest)?;
    let (rest, right) = expect("the second value", arithmetic)(rest)?;
    let mut value = left.joined(right, |left, right| ExprKind::Extreme { greater, left, right })?;
    value.expr.span = start.to(value.expr.span);
    Ok((rest, value))
}

/// ```ebnf
/// elapsed = "time" "from" name "to" name ;
/// ```
fn elapsed(input: Input<'_>) -> PResult<'_, ExprKind> {
    let (input, _) = phrase("time from")(input)?;
    let (input, from) = expect("the field the time starts at", name)(input)?;
    let (input, _) = must("to")(input)?;
    let (input, to) = expect("the field the time ends at", name)(input)?;
    Ok((input, ExprKind::Elapsed { from, to }))
}

/// ```ebnf
/// business = "business" "time" "from" name "to" name "in" name [ paused ] ;
/// paused = "paused" "while" "status" "in" "(" text { "," text } ")" ;
/// ```
fn business(input: Input<'_>) -> PResult<'_, ExprKind> {
    let (input, _) = phrase("business time")(input)?;
    let (input, _) = must("from")(input)?;
    let (input, from) = expect("the field the time starts at", name)(input)?;
    let (input, _) = must("to")(input)?;
    let (input, to) = expect("the field the time ends at", name)(input)?;
    let (input, _) = must("in")(input)?;
    let (input, calendar) = expect("the name of a calendar", name)(input)?;
    let (input, paused) = paused(input)?;
    Ok((input, ExprKind::Business { from, to, calendar, paused }))
}

fn paused(input: Input<'_>) -> PResult<'_, Vec<Text>> {
    let Ok((input, _)) = keyword("paused")(input) else { return Ok((input, Vec::new())) };
    let (input, _) = must("while")(input)?;
    let (input, _) = must("status")(input)?;
    let (input, _) = must("in")(input)?;
    let (mut input, _) = committed(Expected::Word("("), symbol("("))(input)?;
    let mut statuses: Vec<Spanned<String>> = Vec::new();
    loop {
        let (rest, status) = expect("a status as a text", text)(input)?;
        statuses.push(status);
        match symbol(",")(rest) {
            Ok((rest, _)) => input = rest,
            Err(_) => {
                let close: PResult<'_, Span> = committed(Expected::Part("`,` or `)`"), symbol(")"))(rest);
                return close.map(|(rest, _)| (rest, statuses));
            }
        }
    }
}
