//! Numbers with their units, and how to round.

use super::error::{Expected, Input, PResult, SyntaxError, committed, expect, maybe, mismatch};
use super::token::{currency, must, number, phrase, piece, spanned, symbol};
use crate::lex::Kind;
use crate::span::Spanned;
use crate::tree::{Decimal, Quantity, Rounding, RoundingMode, TimeUnit, UnitWord};

/// ```ebnf
/// quantity = [ "+" | "-" ] unsigned ;
/// ```
pub(super) fn quantity(input: Input<'_>) -> PResult<'_, Quantity> {
    let (rest, plus) = maybe(symbol("+"))(input)?;
    let (rest, minus) = if plus.is_none() { maybe(symbol("-"))(rest)? } else { (rest, None) };
    let (rest, mut quantity) = unsigned(rest)?;
    quantity.signed = plus.is_some() || minus.is_some();
    if minus.is_some() {
        quantity.number.units = -quantity.number.units;
    }
    Ok((rest, quantity))
}

/// ```ebnf
/// unsigned = number [ unit ] | currency number ;
/// ```
pub(super) fn unsigned(input: Input<'_>) -> PResult<'_, Quantity> {
    if let Ok((rest, code)) = currency(input) {
        let (rest, number) = expect("an amount of money", number)(rest)?;
        return Ok((rest, Quantity { number, unit: UnitWord::Money(code.value), signed: false }));
    }
    let (rest, number) = number(input)?;
    let (rest, unit) = maybe(unit)(rest)?;
    Ok((rest, Quantity { number, unit: unit.unwrap_or(UnitWord::None), signed: false }))
}

/// A number where no unit may follow: `8,000`.
pub(super) fn count(input: Input<'_>) -> PResult<'_, Spanned<Quantity>> {
    let plain = |number| Quantity { number, unit: UnitWord::None, signed: false };
    let (rest, number) = spanned(number)(input)?;
    Ok((rest, Spanned::new(plain(number.value), number.span)))
}

/// A number where no unit may follow, or a sign before it: `-2`.
///
/// ```ebnf
/// answer = [ "-" ] number ;
/// ```
pub(super) fn answer(input: Input<'_>) -> PResult<'_, Spanned<Quantity>> {
    spanned(|input| {
        let (rest, minus) = maybe(symbol("-"))(input)?;
        let (rest, mut number) = number(rest)?;
        if minus.is_some() {
            number.units = -number.units;
        }
        Ok((rest, Quantity { number, unit: UnitWord::None, signed: minus.is_some() }))
    })(input)
}

/// ```ebnf
/// small = ? a whole number, for a day or a month ? ;
/// ```
pub(super) fn small(input: Input<'_>) -> PResult<'_, u8> {
    let (rest, number) = number(input)?;
    let whole = (number.scale == 0).then(|| u8::try_from(number.units).ok()).flatten();
    whole.map_or_else(|| mismatch(input, Expected::Part("a small whole number")), |value| Ok((rest, value)))
}

/// ```ebnf
/// unit = "%" | "point" | "points" | "calendar" ( "day" | "days" ) | time_unit
///      | "month" | "months" | "year" | "years" ;
/// ```
fn unit(input: Input<'_>) -> PResult<'_, UnitWord> {
    if let Ok((rest, time)) = time_unit(input) {
        return Ok((rest, UnitWord::Time(time)));
    }
    if let Ok((rest, _)) = phrase("calendar days")(input).or_else(|_| phrase("calendar day")(input)) {
        return Ok((rest, UnitWord::CalendarDays));
    }
    let Some((rest, found)) = piece(input) else { return mismatch(input, Expected::Part("a unit")) };
    let unit = match (found.kind, found.text) {
        (Kind::Symbol, "%") => UnitWord::Percent,
        (Kind::Word, "point" | "points") => UnitWord::Points,
        (Kind::Word, "month" | "months") => UnitWord::Months,
        (Kind::Word, "year" | "years") => UnitWord::Years,
        _ => return mismatch(input, Expected::Part("a unit")),
    };
    Ok((rest, unit))
}

/// ```ebnf
/// time_unit = "second" | "seconds" | "minute" | "minutes" | "hour" | "hours"
///           | "day" | "days" | "week" | "weeks" ;
/// ```
pub(super) fn time_unit(input: Input<'_>) -> PResult<'_, TimeUnit> {
    let Some((rest, found)) = piece(input) else { return mismatch(input, Expected::Part("a unit of time")) };
    let unit = match found.text {
        "second" | "seconds" => TimeUnit::Second,
        "minute" | "minutes" => TimeUnit::Minute,
        "hour" | "hours" => TimeUnit::Hour,
        "day" | "days" => TimeUnit::Day,
        "week" | "weeks" => TimeUnit::Week,
        _ => return mismatch(input, Expected::Part("a unit of time")),
    };
    Ok((rest, unit))
}

/// A step: `1 point`, or a unit alone for one of it.
///
/// ```ebnf
/// step = unsigned | time_unit | "point" ;
/// ```
pub(super) fn step(input: Input<'_>) -> PResult<'_, Spanned<Quantity>> {
    if let Ok(found) = spanned(unsigned)(input) {
        return Ok(found);
    }
    let (rest, unit) = spanned(unit)(input)?;
    let alone = matches!(unit.value, UnitWord::Time(_) | UnitWord::Points);
    if !alone {
        return mismatch(input, Expected::Part("a step, such as `1 point`"));
    }
    let one = Decimal { units: 1, scale: 0 };
    let quantity = Quantity { number: one, unit: unit.value, signed: false };
    Ok((rest, Spanned::new(quantity, unit.span)))
}

/// ```ebnf
/// rounding = "to" quantity mode | mode "to" quantity ;
/// ```
pub(super) fn rounding(input: Input<'_>) -> PResult<'_, Rounding> {
    let (rest, first) = maybe(mode)(input)?;
    let mut to = committed(Expected::Part("`to` and the step"), phrase("to"));
    let (rest, _) = if first.is_some() { must("to")(rest)? } else { to(rest)? };
    let (rest, step) = expect("the step to round to, such as `0.01`", spanned(quantity))(rest)?;
    match first {
        Some(mode) => Ok((rest, Rounding { step, mode })),
        None => {
            let (rest, mode) = expect("`half up`, `half even`, `up` or `down`", mode)(rest)?;
            Ok((rest, Rounding { step, mode }))
        }
    }
}

/// ```ebnf
/// mode = "half" "up" | "half" "even" | "up" | "down" ;
/// ```
fn mode(input: Input<'_>) -> PResult<'_, RoundingMode> {
    const MODES: &[(&str, RoundingMode)] = &[
        ("half up", RoundingMode::HalfUp),
        ("half even", RoundingMode::HalfEven),
        ("up", RoundingMode::Up),
        ("down", RoundingMode::Down),
    ];
    one_of(input, MODES, "a way of rounding")
}

/// The first phrase of `table` that stands here.
pub(super) fn one_of<'s, T: Copy>(
    input: Input<'s>,
    table: &[(&'static str, T)],
    what: &'static str,
) -> PResult<'s, T> {
    let first = piece(input).map(|(_, first)| first.text).unwrap_or_default();
    let starts =
        |words: &str| words.strip_prefix(first).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let candidates = || table.iter().filter(|(words, _)| starts(words));
    for (words, value) in candidates() {
        if let Ok((rest, _)) = phrase(words)(input) {
            return Ok((rest, *value));
        }
    }
    half_said(input, candidates().map(|(words, _)| *words)).map_or_else(
        || mismatch(input, Expected::Part(what)),
        |(at, words)| Err(nom::Err::Error(SyntaxError::Mismatch { at, expected: Expected::OneOf(words) })),
    )
}

/// Where the phrases that fit furthest break off, and how each would go on.
fn half_said(
    input: Input<'_>,
    phrases: impl Iterator<Item = &'static str>,
) -> Option<(usize, Vec<&'static str>)> {
    let start = input.location_offset();
    let stops = phrases.filter_map(|words| match phrase(words)(input) {
        Err(nom::Err::Error(SyntaxError::Mismatch { at, expected: Expected::Word(word) })) if at > start => {
            Some((at, word))
        }
        _ => None,
    });
    let stops: Vec<_> = stops.collect();
    let furthest = stops.iter().map(|(at, _)| *at).max()?;
    let mut words: Vec<_> = stops.iter().filter(|(at, _)| *at == furthest).map(|(_, word)| *word).collect();
    words.dedup();
    Some((furthest, words))
}
