//! Charge-backs: who inside the client bears the cost.

use super::block::{Notes, Read};
use super::charge::volume;
use super::error::{Expected, Input, PResult, committed, expect, maybe};
use super::expr::factors;
use super::token::{
    clause_reference, keyword, must, must_phrase, must_symbol, name, peeks, phrase, piece, spanned, symbol,
    text,
};
use crate::tree::{ChargeBack, Unattributed, Weight};

/// Whether `charge back` starts a charge-back here, and not a charge named `back`.
pub(super) fn starts(input: Input<'_>) -> bool {
    let Ok((rest, _)) = phrase("charge back")(input) else { return false };
    let named =
        |input| symbol("=")(input).is_ok() || text(input).is_ok_and(|(rest, _)| symbol("=")(rest).is_ok());
    piece(rest).is_some() && !named(rest)
}

/// ```ebnf
/// charge_back = "charge" "back" ( "total" | product ) "by" name weight "," "unknown" unattributed
///               [ "," "at" "most" product "each" ] [ clause_reference ] ;
/// weight = "of" name | "," "shared" "by" volume ;
/// ```
pub(super) fn charge_back(input: Input<'_>) -> PResult<'_, Read<ChargeBack>> {
    let (input, _) = phrase("charge back")(input)?;
    let total = keyword("total")(input).ok().filter(|(rest, _)| peeks(*rest, keyword("by")));
    let (input, what) = match total {
        Some((rest, _)) => (rest, None),
        None => expect("what is charged back", factors)(input).map(|(rest, what)| (rest, Some(what)))?,
    };
    let (input, _) = must("by")(input)?;
    let (input, field) = expect("the field that says whose cost it is", name)(input)?;
    let (input, weight) = weight(input)?;
    let (input, _) = must_symbol(",")(input)?;
    let (input, _) = must("unknown")(input)?;
    let (input, unknown) = spanned(unattributed)(input)?;
    let (input, at_most) = match symbol(",")(input) {
        Ok((rest, _)) => {
            let (rest, _) = must_phrase("at most")(rest)?;
            let (rest, most) = expect("the most of a unit", factors)(rest)?;
            (must("each")(rest)?.0, Some(most))
        }
        Err(_) => (input, None),
    };
    let (input, clause) = maybe(clause_reference)(input)?;
    let value = ChargeBack { what, field, weight, unknown, at_most, clause };
    Ok((input, Read { value, notes: Notes::default() }))
}

fn weight(input: Input<'_>) -> PResult<'_, Weight> {
    if let Ok((input, _)) = keyword("of")(input) {
        let (input, set) = expect("the name of a table or set", name)(input)?;
        return Ok((input, Weight::Records(set)));
    }
    let what = Expected::Part("`of` and a set, or `, shared by` and a figure");
    let (input, _) = committed(what, symbol(","))(input)?;
    let (input, _) = must_phrase("shared by")(input)?;
    volume(input).map(|(rest, volume)| (rest, Weight::Shared(volume)))
}

/// ```ebnf
/// unattributed = "pro" "rata" | "to" text | "held" "centrally" ;
/// ```
fn unattributed(input: Input<'_>) -> PResult<'_, Unattributed> {
    if let Ok((input, _)) = phrase("pro rata")(input) {
        return Ok((input, Unattributed::ProRata));
    }
    if let Ok((input, _)) = phrase("held centrally")(input) {
        return Ok((input, Unattributed::Centrally));
    }
    let what = Expected::Part("`pro rata`, `to` and a unit in quotes, or `held centrally`");
    let (input, _) = committed(what, keyword("to"))(input)?;
    expect("the unit in quotes", text)(input).map(|(rest, unit)| (rest, Unattributed::To(unit)))
}
