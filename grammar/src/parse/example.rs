//! Examples: readings and charges that are given, and what must come out.

use super::block::{BlockKind, Item, Read, block, led};
use super::error::{Expected, Input, PResult, committed, expect, maybe, mismatch};
use super::levels::must_date;
use super::past::count;
use super::quantity::{one_of, quantity};
use super::token::{keyword, must, must_symbol, name, phrase, piece, spanned, symbol, text};
use crate::span::Spanned;
use crate::tree::{Example, Expect, ExpectStatus, Given, GivenValue, Name, Subject};

const EXAMPLE: BlockKind = BlockKind { what: "an example", words: &["given", "expect"], rows: None };

enum Said {
    Given(Vec<Given>),
    Expect(Vec<Spanned<Expect>>),
}

/// ```ebnf
/// example = "example" text [ "from" date ] "{" { example_item [ ";" ] } "}" ;
/// ```
pub(super) fn example(input: Input<'_>) -> PResult<'_, Read<Example>> {
    let (input, _) = keyword("example")(input)?;
    let (input, title) = expect("what it illustrates as a text in quotes", text)(input)?;
    let (input, dated) = maybe(keyword("from"))(input)?;
    let (input, from) = match dated {
        Some(_) => must_date(input).map(|(rest, date)| (rest, Some(date)))?,
        None => (input, None),
    };
    let (input, read) = block(input, &EXAMPLE, item)?;
    let mut example = Example { title, from, given: Vec::new(), expect: Vec::new() };
    for said in read.value {
        match said.value {
            Said::Given(given) => example.given.extend(given),
            Said::Expect(expect) => example.expect.extend(expect),
        }
    }
    Ok((input, Read { value: example, notes: read.notes }))
}

/// ```ebnf
/// example_item = "given" given { "," given } | "expect" expected { "," expected } ;
/// ```
fn item(input: Input<'_>) -> PResult<'_, Item<Said>> {
    match piece(input).map(|(_, word)| word.text) {
        Some("given") => led(input, keyword("given"), |input| listed(input, given))
            .map(|(rest, it)| (rest, it.map(Said::Given))),
        Some("expect") => led(input, keyword("expect"), |input| listed(input, spanned(expected)))
            .map(|(rest, it)| (rest, it.map(Said::Expect))),
        _ => mismatch(input, Expected::Part("`given` or `expect`")),
    }
}

fn listed<'s, T>(mut input: Input<'s>, one: impl FnMut(Input<'s>) -> PResult<'s, T>) -> PResult<'s, Vec<T>> {
    let mut one = expect("the name of a figure", one);
    let mut all = Vec::new();
    loop {
        let (rest, value) = one(input)?;
        all.push(value);
        match symbol(",")(rest) {
            Ok((rest, _)) => input = rest,
            Err(_) => return Ok((rest, all)),
        }
    }
}

/// ```ebnf
/// given = name "=" given_value { "," given_value } ;
/// given_value = quantity [ [ "less" quantity ] "of" quantity ] | "not" "measured" ;
/// ```
fn given(input: Input<'_>) -> PResult<'_, Given> {
    let (input, name) = name(input)?;
    let (input, _) = must_symbol("=")(input)?;
    let (mut input, mut value) =
        expect("a value, such as `77.50%`, or `not measured`", spanned(given_value))(input)?;
    let mut before = Vec::new();
    // After a comma either a further period follows, or the next figure with its name.
    while let Ok((rest, _)) = symbol(",")(input) {
        let Ok((rest, next)) = spanned(given_value)(rest) else { break };
        before.push(std::mem::replace(&mut value, next));
        input = rest;
    }
    Ok((input, Given { name, before, value }))
}

fn given_value(input: Input<'_>) -> PResult<'_, GivenValue> {
    if let Ok((input, _)) = phrase("not measured")(input) {
        return Ok((input, GivenValue::NotMeasured));
    }
    let (input, value) = quantity(input)?;
    if let Ok((input, _)) = keyword("less")(input) {
        let (input, less) = expect("how many are taken off", quantity)(input)?;
        let (input, _) = must("of")(input)?;
        let (input, whole) = expect("of how many", quantity)(input)?;
        return Ok((input, GivenValue::Difference(value, less, whole)));
    }
    let Ok((input, _)) = keyword("of")(input) else { return Ok((input, GivenValue::Value(value))) };
    let (input, whole) = expect("of how many", quantity)(input)?;
    Ok((input, GivenValue::Fraction(value, whole)))
}

/// ```ebnf
/// expected = ( subject "=" quantity | name "is" status ) [ "in" "period" small ] ;
/// ```
fn expected(input: Input<'_>) -> PResult<'_, Expect> {
    let (input, expect_now) = expected_now(input)?;
    let Ok((rest, _)) = phrase("in period")(input) else { return Ok((input, expect_now)) };
    let (rest, period) = expect("which of the periods given: 1, 2 …", spanned(count))(rest)?;
    Ok((rest, Expect::In(Box::new(expect_now), period)))
}

fn expected_now(input: Input<'_>) -> PResult<'_, Expect> {
    let (input, subject) = subject(input)?;
    if let (Subject::Name(name), Ok((rest, _))) = (&subject, keyword("is")(input)) {
        let what = "`met`, `missed`, `below minimum`, `not measured` or `not proven`";
        let (rest, status) = expect(what, status)(rest)?;
        return Ok((rest, Expect::Status(name.clone(), status)));
    }
    let (input, _) = committed(Expected::Part("`=` and a value, or `is` and a status"), symbol("="))(input)?;
    let (input, value) = expect("a value, such as `GBP 733.60`", spanned(quantity))(input)?;
    Ok((input, Expect::Value(subject, value)))
}

/// ```ebnf
/// status = "met" | "missed" | "below" "minimum" | "not" "measured" | "not" "proven" ;
/// ```
fn status(input: Input<'_>) -> PResult<'_, ExpectStatus> {
    const STATUSES: &[(&str, ExpectStatus)] = &[
        ("met", ExpectStatus::Met),
        ("missed", ExpectStatus::Missed),
        ("below minimum", ExpectStatus::BelowMinimum),
        ("not measured", ExpectStatus::NotMeasured),
        ("not proven", ExpectStatus::NotProven),
    ];
    one_of(input, STATUSES, "a status")
}

/// ```ebnf
/// subject = ( "penalty" | "bonus" | "points" ) "on" name | "penalties" | "bonuses" | "points"
///         | "charges" | "total" | name ;
/// ```
fn subject(input: Input<'_>) -> PResult<'_, Subject> {
    type Wrap = fn(Name) -> Subject;
    const ON: &[(&str, Wrap)] =
        &[("penalty on", Subject::Penalty), ("bonus on", Subject::Bonus), ("points on", Subject::PointsOn)];
    if let Ok((input, subject)) = one_of(input, ON, "a figure of a commitment") {
        let (input, name) = expect("the name of a commitment", name)(input)?;
        return Ok((input, subject(name)));
    }
    let sums = [
        ("penalties", Subject::Penalties),
        ("bonuses", Subject::Bonuses),
        ("points", Subject::Points),
        ("charges", Subject::Charges),
        ("total", Subject::Total),
    ];
    for (word, subject) in sums {
        if let Ok((rest, _)) = keyword(word)(input) {
            return Ok((rest, subject));
        }
    }
    name(input).map(|(rest, name)| (rest, Subject::Name(name)))
}
