//! Figures of earlier periods: `average of fcr over 3 periods`.
//!
//! `sum of cost over contacts` is a sum over records; what follows `over`
//! decides: a number of periods, `the … before`, `all periods before` or
//! `the contract year` are periods, a name is a set.

use super::error::{Expected, Input, PResult, committed, expect, maybe, mismatch};
use super::quantity::one_of;
use super::token::{keyword, must, name, number, peeks, phrase, piece, spanned};
use crate::lex::Kind;
use crate::span::{Span, Spanned};
use crate::tree::{Best, Expr, ExprKind, How, Past, Periodic, Total, TotalOn};

/// What is made of the figures of several periods.
pub(super) const FORMS: &[(&str, How)] = &[
    ("sum of", How::Sum),
    ("average of", How::Average),
    ("highest of", How::Highest),
    ("lowest of", How::Lowest),
    ("pooled", How::Pooled),
];

/// ```ebnf
/// past = ( ( "sum" | "average" ) "of" [ best ] | "highest" "of" | "lowest" "of" | "pooled" ) sometime
///        "over" periodic | sometime "of" ( "the" "period" | small "periods" ) "before" ;
/// ```
pub(super) fn past(input: Input<'_>) -> PResult<'_, ExprKind> {
    let (rest, how) = one_of(input, FORMS, "`sum of`, `average of` or the like")?;
    let listed = matches!(how, How::Sum | How::Average);
    let (rest, best) = if listed { maybe(best)(rest)? } else { (rest, None) };
    let (rest, figure) = sometime(rest)?;
    let (rest, _) = keyword("over")(rest)?;
    // A name here is a set: the sum is one over records.
    if how == How::Sum && !starts_span(rest) {
        return mismatch(input, Expected::Part("a number of periods"));
    }
    let (rest, span) = expect("which periods, such as `12 periods`", spanned(periodic))(rest)?;
    Ok((rest, ExprKind::Past(Past { how, best, figure: Box::new(figure), span })))
}

/// ```ebnf
/// best = ( "best" | "highest" | "lowest" ) small "of" ;
/// ```
pub(super) fn best(input: Input<'_>) -> PResult<'_, Best> {
    const WORDS: &[(&str, Option<bool>)] =
        &[("best", None), ("highest", Some(true)), ("lowest", Some(false))];
    let (input, highest) = one_of(input, WORDS, "`best`")?;
    let (input, count) = count(input)?;
    let (input, _) = keyword("of")(input)?;
    Ok((input, Best { count, highest }))
}

/// ```ebnf
/// sometime = total_on | name ;
/// ```
fn sometime(input: Input<'_>) -> PResult<'_, Expr> {
    spanned(|input| match total_on(input) {
        Ok((rest, on)) => Ok((rest, ExprKind::TotalOn(on))),
        Err(_) => name(input).map(|(rest, name)| (rest, ExprKind::Name(name.value))),
    })(input)
}

/// ```ebnf
/// total_on = ( "penalties" | "bonuses" | "points" ) "on" name ;
/// ```
pub(super) fn total_on(input: Input<'_>) -> PResult<'_, TotalOn> {
    const TOTALS: &[(&str, Total)] =
        &[("penalties", Total::Penalties), ("bonuses", Total::Bonuses), ("points", Total::Points)];
    let (input, total) = one_of(input, TOTALS, "`penalties`, `bonuses` or `points`")?;
    let (input, _) = keyword("on")(input)?;
    let (input, on) = name(input)?;
    Ok((input, TotalOn { total, on }))
}

/// Whether a span of periods starts here, and not the name of a set.
fn starts_span(input: Input<'_>) -> bool {
    let is_number = |input| matches!(piece(input), Some((_, next)) if next.kind == Kind::Number);
    let numbered = |word| keyword(word)(input).is_ok_and(|(rest, _)| is_number(rest));
    is_number(input)
        || numbered("the")
        || peeks(input, phrase("up to"))
        || peeks(input, phrase("all periods before"))
        || peeks(input, phrase("the contract year"))
}

/// ```ebnf
/// periodic = [ "up" "to" ] last | "all" "periods" "before" | "the" "contract" "year" ;
/// last = small ( "period" | "periods" ) | "the" small ( "period" | "periods" ) "before" ;
/// ```
pub(super) fn periodic(input: Input<'_>) -> PResult<'_, Periodic> {
    if let Ok((rest, _)) = phrase("all periods before")(input) {
        return Ok((rest, Periodic::AllBefore));
    }
    if let Ok((rest, _)) = phrase("the contract year")(input) {
        return Ok((rest, Periodic::ContractYear));
    }
    let (input, up_to) = maybe(phrase("up to"))(input)?;
    let (input, the) = maybe(keyword("the"))(input)?;
    let (input, count) = expect("a whole number of periods, from 1 on", count)(input)?;
    let (input, _) = periods(input, count)?;
    let input = if the.is_some() { must("before")(input)?.0 } else { input };
    Ok((input, Periodic::Last { count, before: the.is_some(), up_to: up_to.is_some() }))
}

/// `period` after one, `periods` after more; either is understood.
pub(super) fn periods(input: Input<'_>, count: u32) -> PResult<'_, Span> {
    if let Ok(found) = keyword("period")(input) {
        return Ok(found);
    }
    let word = if count == 1 { "period" } else { "periods" };
    committed(Expected::Word(word), keyword("periods"))(input)
}

/// How many: a whole number from 1 on.
pub(super) fn count(input: Input<'_>) -> PResult<'_, u32> {
    let (rest, written) = number(input)?;
    let count = u32::try_from(written.units).ok().filter(|count| *count > 0 && written.scale == 0);
    let what = Expected::Part("a whole number from 1 on");
    count.map_or_else(|| mismatch(input, what), |count| Ok((rest, count)))
}

/// Whether `sum of` starts a figure of earlier periods here, and not one over records.
pub(super) fn is_past(input: Input<'_>) -> bool {
    !matches!(past(input), Err(nom::Err::Error(_)))
}

/// `of the period before` or `of 12 periods before`, after a figure: how many.
pub(super) fn of_a_period_before(input: Input<'_>) -> PResult<'_, Spanned<u32>> {
    spanned(|input| {
        if let Ok((rest, _)) = phrase("of the period before")(input) {
            return Ok((rest, 1));
        }
        let (rest, _) = keyword("of")(input)?;
        let (rest, count) = count(rest)?;
        let (rest, _) = phrase("periods before")(rest)?;
        Ok((rest, count))
    })(input)
}

/// The figure of the period so many before.
pub(super) fn before(figure: Expr, many: Spanned<u32>) -> ExprKind {
    let (count, span) = (many.value, many.span);
    let periods = Periodic::Last { count, before: true, up_to: false };
    ExprKind::Past(Past {
        how: How::Before,
        best: None,
        figure: Box::new(figure),
        span: Spanned::new(periods, span),
    })
}
