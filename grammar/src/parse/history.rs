//! What follows from several periods: multipliers, rights, and how periods
//! without a verdict count.

use super::block::{BlockKind, Item, Notes, Once, Read, block};
use super::error::{Expected, Input, PResult, committed, expect, maybe};
use super::quantity::{count as plain_number, one_of, quantity};
use super::situation::{must_often, situation};
use super::token::{clause_reference, keyword, must, must_phrase, phrase, spanned, symbol, text};
use crate::span::Spanned;
use crate::tree::{ClosedPeriods, Gap, History, Multiplied, Multiplier, Right, Verdict};

/// ```ebnf
/// multiplier = [ "any" "commitment" ] repeated often ( side | "points" ) "x" number [ "compounding" ] ;
/// repeated = "met" | "missed" [ "above" "minimum" ] | "below" "minimum" ;
/// ```
pub(super) fn multiplier(input: Input<'_>) -> PResult<'_, Multiplier> {
    const VERDICTS: &[(&str, Verdict)] = &[
        ("met", Verdict::Met),
        ("missed above minimum", Verdict::MissedAboveMinimum),
        ("missed", Verdict::Missed),
        ("below minimum", Verdict::BelowMinimum),
    ];
    const WHAT: &[(&str, Multiplied)] =
        &[("penalty", Multiplied::Penalty), ("bonus", Multiplied::Bonus), ("points", Multiplied::Points)];
    let (input, any) = maybe(phrase("any commitment"))(input)?;
    let verdict = |input| one_of(input, VERDICTS, "a verdict");
    let (input, verdict) = match any {
        Some(_) => expect("`missed`, `below minimum` or `met`", verdict)(input)?,
        None => verdict(input)?,
    };
    let (input, often) = expect("`2 periods in a row` or `in 3 of any 6 periods`", must_often)(input)?;
    let what = |input| one_of(input, WHAT, "`penalty`, `bonus` or `points`");
    let (input, what) = expect("`penalty x 2`, `points x 2` or `bonus x 2`", what)(input)?;
    let (input, _) = committed(Expected::Word("x"), times)(input)?;
    let (input, factor) = expect("the factor, such as `2`", plain_number)(input)?;
    let (input, compounding) = maybe(keyword("compounding"))(input)?;
    let compounding = compounding.is_some();
    Ok((input, Multiplier { any: any.is_some(), verdict, often, what, factor, compounding }))
}

fn times(input: Input<'_>) -> PResult<'_, crate::span::Span> {
    match symbol("*")(input) {
        Ok(found) => Ok(found),
        Err(_) => symbol("x")(input).or_else(|_| keyword("x")(input)),
    }
}

/// ```ebnf
/// right = "right" text "when" situation [ "," "notice" "within" quantity ]
///         [ "," "counted" "anew" "after" "each" "time" ] [ clause_reference ] ;
/// ```
pub(super) fn right(input: Input<'_>) -> PResult<'_, Read<Right>> {
    let (input, _) = keyword("right")(input)?;
    let (input, label) = expect("the right as a text in quotes, such as `\"termination\"`", text)(input)?;
    let (input, _) = must("when")(input)?;
    let (mut input, when) = spanned(situation)(input)?;
    let (mut notice, mut anew) = (None, false);
    while let Ok((rest, _)) = symbol(",")(input) {
        input = if notice.is_none() && keyword("notice")(rest).is_ok() {
            let (rest, _) = must_phrase("notice within")(rest)?;
            let (rest, length) = expect("a time, such as `60 days`", spanned(quantity))(rest)?;
            notice = Some(length);
            rest
        } else {
            let what = Expected::Part("`notice within 60 days` or `counted anew after each time`");
            let (rest, _) = committed(what, phrase("counted anew after each time"))(rest)?;
            anew = true;
            rest
        };
        if anew {
            break;
        }
    }
    let (input, clause) = maybe(clause_reference)(input)?;
    Ok((input, Read { value: Right { label, when, notice, anew, clause }, notes: Notes::default() }))
}

const HISTORY: BlockKind =
    BlockKind { what: "the rules of history", words: &["not", "excused", "closed"], rows: None };

/// ```ebnf
/// history = "history" "{" { history_rule [ ";" ] } "}" ;
/// history_rule = ( "not" "measured" | "excused" ) gap
///              | "closed" "periods" "as" ( "closed" | "known" "now" ) ;
/// ```
pub(super) fn history(input: Input<'_>) -> PResult<'_, Read<History>> {
    let (input, _) = keyword("history")(input)?;
    let (input, read) = block(input, &HISTORY, rule)?;
    let (mut history, mut notes, mut once) = (History::default(), read.notes, Once::default());
    for Spanned { value, span } in read.value {
        match value {
            Rule::NotMeasured(gap) => {
                once.set(&mut history.not_measured, gap, "`not measured`", span, &mut notes);
            }
            Rule::Excused(gap) => once.set(&mut history.excused, gap, "`excused`", span, &mut notes),
            Rule::Closed(as_of) => once.set(&mut history.closed, as_of, "`closed periods`", span, &mut notes),
        }
    }
    Ok((input, Read { value: history, notes }))
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    NotMeasured,
    Excused,
    Closed,
}

enum Rule {
    NotMeasured(Spanned<Gap>),
    Excused(Spanned<Gap>),
    Closed(Spanned<ClosedPeriods>),
}

fn rule(input: Input<'_>) -> PResult<'_, Item<Rule>> {
    const KINDS: &[(&str, Kind)] =
        &[("not measured", Kind::NotMeasured), ("excused", Kind::Excused), ("closed periods", Kind::Closed)];
    let (input, kind) = one_of(input, KINDS, "`not measured`, `excused` or `closed periods`")?;
    let column = super::token::next_start(input);
    let what = "`passed over`, `counts as met` or `counts as missed`";
    let (input, rule) = match kind {
        Kind::NotMeasured => {
            expect(what, spanned(gap))(input).map(|(rest, gap)| (rest, Rule::NotMeasured(gap)))
        }
        Kind::Excused => expect(what, spanned(gap))(input).map(|(rest, gap)| (rest, Rule::Excused(gap))),
        Kind::Closed => expect("`as closed` or `as known now`", spanned(closed))(input)
            .map(|(rest, closed)| (rest, Rule::Closed(closed))),
    }?;
    Ok((input, Item::columns(rule, column)))
}

/// `as closed` or `as known now`
fn closed(input: Input<'_>) -> PResult<'_, ClosedPeriods> {
    const WAYS: &[(&str, ClosedPeriods)] =
        &[("as closed", ClosedPeriods::AsClosed), ("as known now", ClosedPeriods::AsKnownNow)];
    one_of(input, WAYS, "how a closed period counts")
}

/// ```ebnf
/// gap = "passed" "over" | "counts" "as" ( "met" | "missed" ) ;
/// ```
fn gap(input: Input<'_>) -> PResult<'_, Gap> {
    const GAPS: &[(&str, Gap)] =
        &[("passed over", Gap::PassedOver), ("counts as met", Gap::Met), ("counts as missed", Gap::Missed)];
    one_of(input, GAPS, "how such a period counts")
}
