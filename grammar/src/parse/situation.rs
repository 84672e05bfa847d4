//! Situations: `answered is missed 2 periods in a row and points is at least 5`.

use super::commitment::bound;
use super::error::{Expected, Input, PResult, committed, expect, mismatch};
use super::expr::arithmetic;
use super::past::{count, periods};
use super::quantity::{one_of, quantity};
use super::token::{keyword, must, must_phrase, name, peeks, phrase, spanned};
use crate::lex::Kind;
use crate::tree::{ExprKind, Often, Situation, SituationPart, Test, Total, Verdict, Whom};

/// ```ebnf
/// situation = situation_part { "and" situation_part } ;
/// ```
pub(super) fn situation(input: Input<'_>) -> PResult<'_, Situation> {
    let what = "what must hold, such as `answered is missed` or `points is at least 5`";
    let (mut input, first) = expect(what, spanned(part))(input)?;
    let mut parts = vec![first];
    while let Ok((rest, _)) = keyword("and")(input) {
        let (rest, next) = expect(what, spanned(part))(rest)?;
        parts.push(next);
        input = rest;
    }
    Ok((input, Situation { parts }))
}

/// ```ebnf
/// situation_part = ( whom verdict | capped | compared ) [ often ] ;
/// ```
fn part(input: Input<'_>) -> PResult<'_, SituationPart> {
    let (input, test) = test(input)?;
    let (input, often) = often_if_any(input)?;
    Ok((input, SituationPart { test, often }))
}

fn test(input: Input<'_>) -> PResult<'_, Test> {
    if let Some((rest, whom)) = many(input)? {
        let (rest, verdict) = must_verdict(rest)?;
        return Ok((rest, Test::Verdict { whom, verdict }));
    }
    if let Ok(found) = capped(input) {
        return Ok(found);
    }
    if let Ok(found) = verdict_on_one(input) {
        return Ok(found);
    }
    compared(input)
}

/// ```ebnf
/// whom = name "is" | ( "any" | "the" "same" | "every" ) "commitment" "is"
///      | "at" "least" small ( "commitment" | "commitments" ) "are"
///      | "more" "than" quantity "of" "commitments" "are" ;
/// ```
fn many(input: Input<'_>) -> Result<Option<(Input<'_>, Whom)>, nom::Err<super::error::SyntaxError>> {
    let single = [
        ("any commitment", Whom::Any),
        ("the same commitment", Whom::Same),
        ("every commitment", Whom::Every),
    ];
    for (words, whom) in single {
        if let Ok((rest, _)) = phrase(words)(input) {
            let (rest, _) = must("is")(rest)?;
            return Ok(Some((rest, whom)));
        }
    }
    if let Ok((rest, _)) = phrase("at least")(input) {
        let (rest, count) = expect("how many commitments", spanned(count))(rest)?;
        let one = peeks(rest, keyword("commitment"));
        let (rest, _) = if one { must("commitment")(rest)? } else { must("commitments")(rest)? };
        let (rest, _) = must("are")(rest)?;
        return Ok(Some((rest, Whom::AtLeast(count))));
    }
    if let Ok((rest, _)) = phrase("more than")(input) {
        let (rest, share) = expect("a percentage, such as `50%`", spanned(quantity))(rest)?;
        let (rest, _) = must_phrase("of commitments are")(rest)?;
        return Ok(Some((rest, Whom::MoreThan(share))));
    }
    Ok(None)
}

/// `NAME is missed`; `NAME is at least 5%` is not one.
fn verdict_on_one(input: Input<'_>) -> PResult<'_, Test> {
    let (input, name) = name(input)?;
    let (input, _) = keyword("is")(input)?;
    let (input, verdict) = verdict(input)?;
    Ok((input, Test::Verdict { whom: Whom::One(name), verdict }))
}

fn must_verdict(input: Input<'_>) -> PResult<'_, Verdict> {
    expect("`met`, `missed`, `below minimum`, `at least at minimum` or `not measured`", verdict)(input)
}

/// ```ebnf
/// verdict = "met" | "missed" [ "above" "minimum" ] | "below" "minimum" | "at" "least" "at" "minimum"
///         | "not" "measured" | "excused" ;
/// ```
pub(super) fn verdict(input: Input<'_>) -> PResult<'_, Verdict> {
    const VERDICTS: &[(&str, Verdict)] = &[
        ("met", Verdict::Met),
        ("missed above minimum", Verdict::MissedAboveMinimum),
        ("missed", Verdict::Missed),
        ("below minimum", Verdict::BelowMinimum),
        ("at least at minimum", Verdict::AtMinimum),
        ("not measured", Verdict::NotMeasured),
        ("excused", Verdict::Excused),
    ];
    one_of(input, VERDICTS, "a verdict")
}

/// ```ebnf
/// capped = ( "penalties" | "bonuses" ) [ "on" name ] "are" "capped" ;
/// ```
fn capped(input: Input<'_>) -> PResult<'_, Test> {
    const SIDES: &[(&str, Total)] = &[("penalties", Total::Penalties), ("bonuses", Total::Bonuses)];
    let (input, total) = one_of(input, SIDES, "`penalties` or `bonuses`")?;
    let (input, on) = match keyword("on")(input) {
        Ok((rest, _)) => name(rest).map(|(rest, name)| (rest, Some(name)))?,
        Err(_) => (input, None),
    };
    let (input, _) = phrase("are capped")(input)?;
    Ok((input, Test::Capped { total, on }))
}

/// ```ebnf
/// compared = rounded ( "is" | "are" ) bound rounded ;
/// ```
fn compared(input: Input<'_>) -> PResult<'_, Test> {
    let (input, left) = arithmetic(input)?;
    let (input, _) = match keyword("are")(input) {
        Ok(found) => found,
        Err(_) => must("is")(input)?,
    };
    let what = match left.expr.value {
        ExprKind::Name(_) => "`at least`, `at most` and a value, or a verdict such as `missed`",
        _ => "`at least`, `more than`, `at most` or `less than` and a value",
    };
    let (input, bound) = expect(what, bound)(input)?;
    let (input, right) = expect("a value, such as `75%`", arithmetic)(input)?;
    Ok((input, Test::Compare { left: left.expr, bound, right: right.expr }))
}

/// How often, or nothing.
pub(super) fn often_if_any(input: Input<'_>) -> PResult<'_, Option<crate::span::Spanned<Often>>> {
    if starts_often(input) {
        return spanned(often)(input).map(|(rest, often)| (rest, Some(often)));
    }
    Ok((input, None))
}

/// Whether it is said here how often.
pub(super) fn starts_often(input: Input<'_>) -> bool {
    let is_number =
        |input| matches!(super::token::piece(input), Some((_, next)) if next.kind == Kind::Number);
    let after_in = keyword("in")(input).is_ok_and(|(rest, _)| is_number(rest));
    let words = ["period", "periods", "time", "times"];
    let counted = count(input).is_ok_and(|(rest, _)| words.iter().any(|word| keyword(word)(rest).is_ok()));
    after_in || counted
}

/// ```ebnf
/// often = small ( ( "period" | "periods" ) "in" "a" "row" | "time" | "times" )
///       | "in" small "of" "any" small ( "period" | "periods" ) ;
/// ```
pub(super) fn often(input: Input<'_>) -> PResult<'_, Often> {
    if let Ok((input, _)) = keyword("in")(input) {
        let (input, hits) = expect("in how many", count)(input)?;
        let (input, _) = must_phrase("of any")(input)?;
        let (input, of) = expect("of how many periods", count)(input)?;
        let (input, _) = periods(input, of)?;
        return Ok((input, Often::OfAny(hits, of)));
    }
    let (input, times) = count(input)?;
    if let Ok((input, _)) = keyword("times")(input).or_else(|_| keyword("time")(input)) {
        return Ok((input, Often::Times(times)));
    }
    let (input, _) = periods(input, times)?;
    let (input, _) = committed(Expected::Word("in a row"), phrase("in a row"))(input)?;
    Ok((input, Often::InARow(times)))
}

/// `2 periods in a row`, `in 3 of any 6 periods`, where it must be said.
pub(super) fn must_often(input: Input<'_>) -> PResult<'_, crate::span::Spanned<Often>> {
    if !starts_often(input) {
        return mismatch(input, Expected::Part("`2 periods in a row` or `in 3 of any 6 periods`"));
    }
    spanned(often)(input)
}
