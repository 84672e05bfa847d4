//! Proof by statistics, and misses that are allowed.

use super::error::{Input, PResult, expect};
use super::levels::must_dated_level;
use super::quantity::{count, one_of, quantity};
use super::token::{keyword, must, must_phrase, must_symbol, peeks, phrase, piece, spanned, symbol};
use crate::tree::{AllowedMisses, DatedLevel, Proof, ProofMethod, ProofSide};

/// Whether a proof stands here, and not a gate of a later clause.
pub(super) fn is_proof(input: Input<'_>) -> bool {
    let Some((rest, _)) = piece(input) else { return false };
    peeks(rest, phrase("only if proven")) && !peeks(rest, phrase("only if proven is"))
}

/// ```ebnf
/// proof = ( "penalty" | "bonus" | "both" ) "only" "if" "proven" "at" quantity "by" proof_method
///         "," ( "one-sided" | "two-sided" ) "," "z" number ;
/// proof_method = "wilson" | "margin" "of" "error" ;
/// ```
pub(super) fn proof(input: Input<'_>) -> PResult<'_, Proof> {
    const SIDES: &[(&str, ProofSide)] =
        &[("penalty", ProofSide::Penalty), ("bonus", ProofSide::Bonus), ("both", ProofSide::Both)];
    const METHODS: &[(&str, ProofMethod)] =
        &[("wilson", ProofMethod::Wilson), ("margin of error", ProofMethod::Margin)];
    const TAILS: &[(&str, bool)] = &[("one-sided", false), ("two-sided", true)];
    let (input, side) = one_of(input, SIDES, "`penalty`, `bonus` or `both`")?;
    let (input, _) = must_phrase("only if proven at")(input)?;
    let (input, confidence) = expect("how sure, such as `95%`", spanned(quantity))(input)?;
    let (input, _) = must("by")(input)?;
    let method = |input| one_of(input, METHODS, "a method");
    let (input, method) = expect("`wilson` or `margin of error`", spanned(method))(input)?;
    let (input, _) = must_symbol(",")(input)?;
    let tails = |input| one_of(input, TAILS, "a side");
    let (input, two_sided) = expect("`one-sided` or `two-sided`", tails)(input)?;
    let (input, _) = must_symbol(",")(input)?;
    let (input, _) = must("z")(input)?;
    let (input, z) = expect("how many standard errors, such as `1.645`", count)(input)?;
    Ok((input, Proof { side, confidence, method, two_sided, z }))
}

/// ```ebnf
/// target = dated_level [ "," allowed_misses ] ;
/// ```
pub(super) fn target(input: Input<'_>) -> PResult<'_, DatedLevel> {
    let (input, level) = must_dated_level(input)?;
    let Ok((input, _)) = symbol(",")(input) else { return Ok((input, level)) };
    let what = "`or at most` so many misses, or `one miss allowed`";
    let (input, allowed) = expect(what, spanned(allowed_misses))(input)?;
    Ok((input, DatedLevel { allowed: Some(allowed), ..level }))
}

/// ```ebnf
/// allowed_misses = "or" "at" "most" number ( "miss" | "misses" ) | "one" "miss" "allowed" ;
/// ```
fn allowed_misses(input: Input<'_>) -> PResult<'_, AllowedMisses> {
    if let Ok((input, _)) = keyword("one")(input) {
        let (input, _) = must_phrase("miss allowed")(input)?;
        return Ok((input, AllowedMisses::OneMiss));
    }
    let (input, _) = phrase("or at most")(input)?;
    let (input, misses) = expect("how many", count)(input)?;
    let (input, _) =
        if peeks(input, keyword("miss")) { must("miss")(input)? } else { must("misses")(input)? };
    Ok((input, AllowedMisses::Count(misses)))
}
