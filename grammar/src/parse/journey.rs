//! Journeys, and what goes on after the term.

use super::block::Read;
use super::error::{Input, PResult, expect, maybe};
use super::quantity::unsigned;
use super::set::keys;
use super::token::{
    clause_reference, keyword, must, must_phrase, must_symbol, name, names, phrase, spanned, symbol,
};
use crate::tree::{Apart, Journeys, Quantity, Tail};

/// ```ebnf
/// journeys = "journeys" name "=" name "with" "same" keys ","
///            ( "at" "most" unsigned "apart" | "within" unsigned "of" "the" "first" )
///            [ "," "counting" "contacts" "within" unsigned "as" "one" ] ;
/// ```
pub(super) fn journeys(input: Input<'_>) -> PResult<'_, Read<Journeys>> {
    let (input, _) = keyword("journeys")(input)?;
    let (input, own) = expect("the name of the journeys", name)(input)?;
    let (input, _) = must_symbol("=")(input)?;
    let (input, of) = expect("the name of a set of contacts", name)(input)?;
    let (input, _) = must_phrase("with same")(input)?;
    let (input, keys) = keys(input)?;
    let (input, _) = must_symbol(",")(input)?;
    let (input, gap) = expect("`at most 7 days apart` or `within 7 days of the first`", gap)(input)?;
    let (input, merged) = maybe(merged)(input)?;
    Ok((input, Read { value: Journeys { name: own, of, keys, gap, merged }, notes: Default::default() }))
}

fn gap(input: Input<'_>) -> PResult<'_, Apart> {
    let time = |input| expect("a time, such as `7 days`", spanned(unsigned))(input);
    if let Ok((input, _)) = phrase("at most")(input) {
        let (input, length) = time(input)?;
        let (input, _) = must("apart")(input)?;
        return Ok((input, Apart { length, from_first: false }));
    }
    let (input, _) = keyword("within")(input)?;
    let (input, length) = time(input)?;
    let (input, _) = must_phrase("of the first")(input)?;
    Ok((input, Apart { length, from_first: true }))
}

fn merged(input: Input<'_>) -> PResult<'_, crate::span::Spanned<Quantity>> {
    let (input, _) = symbol(",")(input)?;
    let (input, _) = phrase("counting contacts within")(input)?;
    let (input, length) = expect("a time, such as `30 minutes`", spanned(unsigned))(input)?;
    let (input, _) = must_phrase("as one")(input)?;
    Ok((input, length))
}

/// ```ebnf
/// tail = "after" "the" "term" "pay" names "for" unsigned [ clause_reference ] ;
/// ```
pub(super) fn tail(input: Input<'_>) -> PResult<'_, Read<Tail>> {
    let (input, _) = keyword("after")(input)?;
    let (input, _) = must_phrase("the term pay")(input)?;
    let (input, names) = expect("the commitments and charges", names)(input)?;
    let (input, _) = must("for")(input)?;
    let (input, time) = expect("how long, such as `18 months`", spanned(unsigned))(input)?;
    let (input, clause) = maybe(clause_reference)(input)?;
    Ok((input, Read { value: Tail { names, time, clause }, notes: Default::default() }))
}
