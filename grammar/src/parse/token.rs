//! Words, symbols, names, texts, numbers, dates and times of day.
//!
//! Every function skips the space and comments before its piece, so a span
//! starts and ends exactly where the author's piece does.

use nom::Input as _;

use super::error::{Expected, Input, PResult, committed, expect, fault, maybe, mismatch};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::lex::{Kind, Lexeme, is_word, lexeme, trivia_length};
use crate::span::{Span, Spanned};
use crate::tree::{Clock, Date, Decimal, Name, Text};
use crate::words;

/// The input after space and comments.
pub(super) fn skip(input: Input<'_>) -> Input<'_> {
    match trivia_length(input.fragment()) {
        0 => input,
        length => input.take_from(length),
    }
}

/// Where the next piece starts.
pub(super) fn next_start(input: Input<'_>) -> usize {
    skip(input).location_offset()
}

/// The next piece, whatever it is.
pub(super) fn piece(input: Input<'_>) -> Option<(Input<'_>, Lexeme<'_>)> {
    let start = skip(input);
    let (kind, length) = lexeme(start.fragment())?;
    let text = start.fragment().get(..length)?;
    let at = start.location_offset();
    Some((start.take_from(length), Lexeme { kind, text, span: Span::new(at, at + length) }))
}

/// The next piece when it is of `kind`.
pub(super) fn of_kind(kind: Kind, what: &'static str) -> impl Fn(Input<'_>) -> PResult<'_, Lexeme<'_>> {
    move |input| match piece(input) {
        Some((rest, lexeme)) if lexeme.kind == kind => Ok((rest, lexeme)),
        _ => mismatch(input, Expected::Part(what)),
    }
}

/// A word of the language, written exactly so.
pub(super) fn keyword<'s>(word: &'static str) -> impl Fn(Input<'s>) -> PResult<'s, Span> {
    move |input| {
        let start = skip(input);
        let ends = |rest: &str| !rest.starts_with(is_word);
        if start.fragment().strip_prefix(word).is_some_and(ends) {
            return Ok((start.take_from(word.len()), span_of(start, word.len())));
        }
        mismatch(input, Expected::Word(word))
    }
}

/// A symbol of the language.
pub(super) fn symbol<'s>(symbol: &'static str) -> impl Fn(Input<'s>) -> PResult<'s, Span> {
    move |input| match piece(input) {
        Some((rest, lexeme)) if lexeme.kind == Kind::Symbol && lexeme.text == symbol => {
            Ok((rest, lexeme.span))
        }
        _ => mismatch(input, Expected::Word(symbol)),
    }
}

/// A word that belongs here.
pub(super) fn must<'s>(word: &'static str) -> impl FnMut(Input<'s>) -> PResult<'s, Span> {
    committed(Expected::Word(word), keyword(word))
}

/// A symbol that belongs here.
pub(super) fn must_symbol<'s>(text: &'static str) -> impl FnMut(Input<'s>) -> PResult<'s, Span> {
    committed(Expected::Word(text), symbol(text))
}

/// Several words in a row: `half up`. When only the first ones fit, the error says what belongs behind them.
pub(super) fn phrase<'s>(words: &'static str) -> impl Fn(Input<'s>) -> PResult<'s, Span> {
    move |input| {
        let mut rest = input;
        let mut span: Option<Span> = None;
        for word in words.split(' ') {
            match keyword(word)(rest) {
                Ok((after, part)) => {
                    span = Some(span.map_or(part, |span| span.to(part)));
                    rest = after;
                }
                Err(_) if span.is_none() => return mismatch(input, Expected::Word(words)),
                Err(error) => return Err(error),
            }
        }
        Ok((rest, span.unwrap_or_default()))
    }
}

/// Several words in a row that belong here.
pub(super) fn must_phrase<'s>(words: &'static str) -> impl FnMut(Input<'s>) -> PResult<'s, Span> {
    committed(Expected::Word(words), phrase(words))
}

/// Whether `parser` fits here.
pub(super) fn peeks<'s, T>(input: Input<'s>, parser: impl Fn(Input<'s>) -> PResult<'s, T>) -> bool {
    parser(input).is_ok()
}

/// The span from the start of `from` to the end of what was read before `to`.
pub(super) fn between(from: Input<'_>, to: Input<'_>) -> Span {
    let start = next_start(from);
    Span::new(start, to.location_offset().max(start))
}

fn span_of(start: Input<'_>, length: usize) -> Span {
    Span::new(start.location_offset(), start.location_offset() + length)
}

/// The value with its place.
pub(super) fn spanned<'s, T>(
    mut parser: impl FnMut(Input<'s>) -> PResult<'s, T>,
) -> impl FnMut(Input<'s>) -> PResult<'s, Spanned<T>> {
    move |input| {
        let (rest, value) = parser(input)?;
        Ok((rest, Spanned::new(value, between(input, rest))))
    }
}

/// ```ebnf
/// name = ? a to z, then a to z, 0 to 9 or _; not a reserved word ? ;
/// ```
pub(super) fn name(input: Input<'_>) -> PResult<'_, Name> {
    match piece(input) {
        Some((rest, word)) if word.kind == Kind::Word && words::is_name(word.text) && !glued(rest) => {
            Ok((rest, Name::new(word.text.to_owned(), word.span)))
        }
        _ => mismatch(input, Expected::Part("a name")),
    }
}

/// Whether a hyphen and more letters follow at once, as in `on-time`.
fn glued(rest: Input<'_>) -> bool {
    rest.fragment().strip_prefix('-').is_some_and(|more| more.starts_with(char::is_alphabetic))
}

/// ```ebnf
/// names = name { "," name } ;
/// ```
pub(super) fn names(input: Input<'_>) -> PResult<'_, Vec<Name>> {
    let (mut input, first) = name(input)?;
    let mut all = vec![first];
    while let Ok((rest, _)) = symbol(",")(input) {
        let (rest, next) = expect("a name", name)(rest)?;
        all.push(next);
        input = rest;
    }
    Ok((input, all))
}

/// ```ebnf
/// text = ? any characters of one line between double quotes; \" and \\ stand for " and \ ? ;
/// ```
pub(super) fn text(input: Input<'_>) -> PResult<'_, Text> {
    let (rest, quoted) = of_kind(Kind::Text, "a text in quotes")(input)?;
    let inner = quoted.text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default();
    let mut value = String::with_capacity(inner.len());
    let mut letters = inner.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                _ => return fault(unknown_escape(quoted.span.start + 1 + at), rest.location_offset()),
            },
            _ => value.push(letter),
        }
    }
    Ok((rest, Text::new(value, quoted.span)))
}

fn unknown_escape(at: usize) -> Diagnostic {
    Diagnostic::error(codes::UNKNOWN_ESCAPE, "`\\` in a text stands before `\"` or another `\\`")
        .label(Span::new(at, at + 1), "stands alone")
        .help(Some("write `\\\\` for a backslash".to_owned()))
}

/// ```ebnf
/// number = ? digits, with commas or _ between thousands, and a decimal part after a point ? ;
/// ```
pub(super) fn number(input: Input<'_>) -> PResult<'_, Decimal> {
    let (rest, digits) = of_kind(Kind::Number, "a number")(input)?;
    match decimal(digits.text) {
        Some(value) => Ok((rest, value)),
        None => fault(
            Diagnostic::error(codes::NUMBER_TOO_LONG, "this number has more than 30 digits")
                .label(digits.span, "too long to calculate with exactly"),
            rest.location_offset(),
        ),
    }
}

/// The value of a number as written; none when it has more than 30 digits.
fn decimal(written: &str) -> Option<Decimal> {
    let (whole, part) = written.split_once('.').unwrap_or((written, ""));
    let digits: String = whole.chars().chain(part.chars()).filter(char::is_ascii_digit).collect();
    let units = (digits.len() <= 30).then(|| digits.parse().ok()).flatten()?;
    Some(Decimal { units, scale: u32::try_from(part.len()).ok()? })
}

/// ```ebnf
/// date = ? year-month-day, as in 2026-01-31 ? ;
/// ```
pub(super) fn date(input: Input<'_>) -> PResult<'_, Date> {
    let (rest, written) = of_kind(Kind::Date, "a date, such as `2026-01-31`")(input)?;
    let mut parts = written.text.splitn(3, '-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let date = year.and_then(|it| it.parse().ok()).zip(month.and_then(|it| it.parse().ok()));
    let date = date.zip(day.and_then(|it| it.parse().ok()));
    match date {
        Some(((year, month), day)) if year >= 1 && day >= 1 && day <= days_in(year, month) => {
            Ok((rest, Date { year, month, day }))
        }
        _ => fault(
            Diagnostic::error(codes::NO_SUCH_DATE, format!("there is no date `{}`", written.text))
                .label(written.span, "not in the calendar")
                .note("a date is written year, month, day: `2026-01-31`"),
            rest.location_offset(),
        ),
    }
}

/// Days of a month; none in a month that does not exist.
fn days_in(year: i16, month: u8) -> u8 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

/// ```ebnf
/// clock = ? hours:minutes or hours:minutes:seconds, 00:00 to 24:00 ? ;
/// ```
pub(super) fn clock(input: Input<'_>) -> PResult<'_, Clock> {
    let (rest, written) = of_kind(Kind::Clock, "a time of day, such as `08:00`")(input)?;
    let mut parts = written.text.split(':').map(|part| part.parse::<u8>().unwrap_or(u8::MAX));
    let mut next = || parts.next().unwrap_or_default();
    let clock = Clock { hour: next(), minute: next(), second: next() };
    let full = Clock { hour: 24, minute: 0, second: 0 };
    if clock == full || (clock.hour < 24 && clock.minute < 60 && clock.second < 60) {
        return Ok((rest, clock));
    }
    fault(
        Diagnostic::error(codes::NO_SUCH_DATE, format!("there is no time of day `{}`", written.text))
            .label(written.span, "not on the clock")
            .note("a day runs from `00:00` to `24:00`"),
        rest.location_offset(),
    )
}

/// ```ebnf
/// currency = ? three capital letters, as in GBP ? ;
/// ```
pub(super) fn currency(input: Input<'_>) -> PResult<'_, Name> {
    match piece(input) {
        Some((rest, word)) if word.kind == Kind::Word && is_currency(word.text) => {
            Ok((rest, Name::new(word.text.to_owned(), word.span)))
        }
        _ => mismatch(input, Expected::Part("a currency code, such as `GBP`")),
    }
}

fn is_currency(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|letter| letter.is_ascii_uppercase())
}

/// ```ebnf
/// clause_reference = "clause" text ;
/// ```
pub(super) fn clause_reference(input: Input<'_>) -> PResult<'_, Text> {
    let (input, _) = keyword("clause")(input)?;
    expect("the clause's number as a text, such as `\"6.1\"`", text)(input)
}

/// What people call it, or nothing.
pub(super) fn label(input: Input<'_>) -> PResult<'_, Option<Text>> {
    maybe(text)(input)
}
