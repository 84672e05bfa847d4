//! Proof by statistics, and misses that are allowed.

use super::commitment::must_level;
use super::error::{Input, PResult, expect};
use super::quantity::{count, one_of, quantity};
use super::token::{keyword, must, must_phrase, must_symbol, peeks, phrase, spanned, symbol};
use crate::span::Spanned;
use crate::tree::{AllowedMisses, Level, Proof, ProofMethod, ProofSide};

/// Whether `only if proven` stands here: what follows `bonus` in a commitment, not in a gate.
pub(super) fn is_proof(input: Input<'_>) -> bool {
    peeks(input, phrase("only if proven")) && !peeks(input, phrase("only if proven is"))
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
/// target = level [ "," allowed_misses ] ;
/// ```
pub(super) fn target(input: Input<'_>) -> PResult<'_, (Level, Option<Spanned<AllowedMisses>>)> {
    let (input, level) = must_level(input)?;
    let Ok((input, _)) = symbol(",")(input) else { return Ok((input, (level, None))) };
    let what = "`or at most` so many misses, or `one miss allowed`";
    let (input, allowance) = expect(what, spanned(allowed_misses))(input)?;
    Ok((input, (level, Some(allowance))))
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
    Ok((input, AllowedMisses::Misses(misses)))
}
