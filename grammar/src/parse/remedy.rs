//! What stands between a penalty and its payment: earning back, netting,
//! minimum amounts, claims, and what the parties call it.

use super::block::{Notes, Read};
use super::cap::{cap_side, periods};
use super::commitment::must_level;
use super::deadline::must_within;
use super::error::{Input, PResult, expect, maybe};
use super::expr::must_expr;
use super::quantity::{quantity, small};
use super::rules::on_names;
use super::token::{
    clause_reference, keyword, must, must_phrase, name, peeks, phrase, spanned, symbol, text,
};
use crate::tree::{Called, EarnBack, EarnBackWhen, Name, Netting, PenaltyRule, PenaltyRuleKind};

fn plain<T>(value: T) -> Read<T> {
    Read { value, notes: Notes::default() }
}

/// ```ebnf
/// earn_back = "earn" "back" [ quantity "of" ] "penalty" "on" name "when" earn_back_when
///             [ "," "except" "below" "minimum" ] [ clause_reference ] ;
/// ```
pub(super) fn earn_back(input: Input<'_>) -> PResult<'_, Read<EarnBack>> {
    let (input, _) = keyword("earn")(input)?;
    let (input, _) = must("back")(input)?;
    let (input, part) = maybe(spanned(quantity))(input)?;
    let (input, _) = if part.is_some() { must("of")(input)? } else { (input, Default::default()) };
    let (input, _) = must_phrase("penalty on")(input)?;
    let (input, on) = expect("the name of a commitment", name)(input)?;
    let (input, _) = must("when")(input)?;
    let what = "`met in each of the next 3 periods`, or `average of NAME over the contract year is …`";
    let (input, condition) = expect(what, spanned(earn_back_when))(input)?;
    let (input, except) = match symbol(",")(input) {
        Ok((rest, _)) => (must_phrase("except below minimum")(rest)?.0, true),
        Err(_) => (input, false),
    };
    let (input, clause) = maybe(clause_reference)(input)?;
    Ok((input, plain(EarnBack { part, on, condition, except_below_minimum: except, clause })))
}

/// ```ebnf
/// earn_back_when = "met" "in" "each" "of" "the" "next" small "periods"
///                | ( "average" "of" | "pooled" ) name "over" "the" "contract" "year" "is" level ;
/// ```
fn earn_back_when(input: Input<'_>) -> PResult<'_, EarnBackWhen> {
    if keyword("met")(input).is_ok() {
        let (input, _) = must_phrase("met in each of the next")(input)?;
        let (input, n) = expect("a number of periods, such as `3`", small)(input)?;
        let (input, _) = periods(input)?;
        return Ok((input, EarnBackWhen::MetInNext(n)));
    }
    let (input, pooled) = match keyword("pooled")(input) {
        Ok((rest, _)) => (rest, true),
        Err(_) => (phrase("average of")(input)?.0, false),
    };
    let (input, measure) = expect("the name of a measure", name)(input)?;
    let (input, _) = must_phrase("over the contract year is")(input)?;
    let (input, level) = must_level(input)?;
    Ok((input, EarnBackWhen::Year { pooled, measure, level }))
}

/// Whether a clause that starts with `penalties` is about netting.
pub(super) fn nets(input: Input<'_>) -> bool {
    peeks(input, phrase("penalties and"))
}

/// ```ebnf
/// penalty_rule = "penalties" [ "on" names ] penalty_rule_kind [ clause_reference ] ;
/// ```
pub(super) fn penalty_rule(input: Input<'_>) -> PResult<'_, Read<PenaltyRule>> {
    let (input, _) = keyword("penalties")(input)?;
    let (input, on) = on_names(input)?;
    let what = "`only if more than …`, `at least … when any is due`, `only on claim within …`, \
                `are the sole remedy` or `count toward the liability cap`";
    let (input, kind) = expect(what, spanned(penalty_rule_kind))(input)?;
    let (input, clause) = maybe(clause_reference)(input)?;
    Ok((input, plain(PenaltyRule { on, kind, clause })))
}

/// ```ebnf
/// penalty_rule_kind = "only" ( "if" "more" "than" expr [ "each" ] | "on" "claim" "within" within )
///                   | "at" "least" expr [ "each" ] "when" "any" "is" "due"
///                   | "are" [ "not" ] "the" "sole" "remedy"
///                   | [ "do" "not" ] "count" "toward" "the" "liability" "cap" ;
/// ```
fn penalty_rule_kind(input: Input<'_>) -> PResult<'_, PenaltyRuleKind> {
    if let Ok((input, _)) = keyword("only")(input) {
        return only(input);
    }
    if keyword("at")(input).is_ok() {
        let (input, _) = must_phrase("at least")(input)?;
        let (input, amount) = must_expr(input)?;
        let (input, each) = maybe(keyword("each"))(input)?;
        let (input, _) = must_phrase("when any is due")(input)?;
        return Ok((input, PenaltyRuleKind::AtLeast { amount, each: each.is_some() }));
    }
    if let Ok((input, _)) = keyword("are")(input) {
        let (input, not) = maybe(keyword("not"))(input)?;
        let (input, _) = must_phrase("the sole remedy")(input)?;
        return Ok((input, PenaltyRuleKind::SoleRemedy(not.is_none())));
    }
    let (input, not) = match keyword("do")(input) {
        Ok(_) => (must_phrase("do not")(input)?.0, true),
        Err(_) => (input, false),
    };
    let words = "count toward the liability cap";
    let (input, _) = if not { must_phrase(words)(input)? } else { phrase(words)(input)? };
    Ok((input, PenaltyRuleKind::CountTowardLiability(!not)))
}

fn only(input: Input<'_>) -> PResult<'_, PenaltyRuleKind> {
    if keyword("if")(input).is_ok() {
        let (input, _) = must_phrase("if more than")(input)?;
        let (input, amount) = must_expr(input)?;
        let (input, each) = maybe(keyword("each"))(input)?;
        return Ok((input, PenaltyRuleKind::OnlyIfMoreThan { amount, each: each.is_some() }));
    }
    let what = "`if more than` and an amount, or `on claim within` and a time";
    let (input, _) = expect(what, phrase("on claim within"))(input)?;
    let (input, time) = must_within(input)?;
    Ok((input, PenaltyRuleKind::OnClaim(time)))
}

/// ```ebnf
/// netting = "penalties" "and" "bonuses" [ "on" names ] "are" "netted" "before" "caps" [ clause_reference ]
///         | "bonuses" [ "on" names ] "only" "offset" "penalties" [ clause_reference ] ;
/// ```
pub(super) fn netting(input: Input<'_>) -> PResult<'_, Read<Netting>> {
    let before_caps = nets(input);
    let (input, on): (_, Vec<Name>) = if before_caps {
        let (input, _) = must_phrase("penalties and bonuses")(input)?;
        let (input, on) = on_names(input)?;
        (must_phrase("are netted before caps")(input)?.0, on)
    } else {
        let (input, _) = keyword("bonuses")(input)?;
        let (input, on) = on_names(input)?;
        (must_phrase("only offset penalties")(input)?.0, on)
    };
    let (input, clause) = maybe(clause_reference)(input)?;
    Ok((input, plain(Netting { on, before_caps, clause })))
}

/// ```ebnf
/// called = "call" cap_side text ;
/// ```
pub(super) fn called(input: Input<'_>) -> PResult<'_, Read<Called>> {
    let (input, _) = keyword("call")(input)?;
    let (input, side) = expect("`penalties` or `bonuses`", cap_side)(input)?;
    let (input, label) = expect("what the parties call them, such as `\"service credits\"`", text)(input)?;
    Ok((input, plain(Called { side, label })))
}
