//! Levels with the day they start to hold, and when a commitment is paid at all.

use super::block::{BlockKind, Item, Once, Read, block};
use super::commitment::{bound, not_exactly};
use super::error::{Expected, Input, PResult, expect, maybe, mismatch};
use super::expr::arithmetic;
use super::head::{either, term};
use super::past::{FORMS, best, count, periods};
use super::quantity::{one_of, rounding};
use super::token::{
    clause_reference, date, keyword, label, must, must_phrase, must_symbol, name, names, piece, spanned, text,
};
use crate::span::Spanned;
use crate::tree::{Baseline, DatedLevel, Expr, How, LevelKind, Move, MoveWhen, Name, Paid, Phase};

/// A level of a commitment that belongs here.
pub(super) fn must_dated_level(input: Input<'_>) -> PResult<'_, DatedLevel> {
    let (input, ()) = not_exactly(input)?;
    expect("`at least`, `more than`, `at most` or `less than` and a value", dated_level)(input)
}

/// ```ebnf
/// dated_level = bound rounded [ "from" date ] ;
/// ```
fn dated_level(input: Input<'_>) -> PResult<'_, DatedLevel> {
    let (input, bound) = bound(input)?;
    let (input, value) = expect("a value, such as `75%`", level_value)(input)?;
    let (input, from) = maybe(keyword("from"))(input)?;
    if from.is_none() {
        return Ok((input, DatedLevel { bound, value, from: None, allowed: None }));
    }
    let (input, from) = must_date(input)?;
    Ok((input, DatedLevel { bound, value, from: Some(from), allowed: None }))
}

/// A value, unless the next level starts here: then this one was left out.
fn level_value(input: Input<'_>) -> PResult<'_, Expr> {
    let next = ["target", "minimum"].into_iter().find_map(|word| keyword(word)(input).ok());
    match next {
        Some((rest, _)) if bound(rest).is_ok() => mismatch(input, Expected::Part("a value")),
        _ => formula(input),
    }
}

/// Arithmetic without conditions.
pub(super) fn formula(input: Input<'_>) -> PResult<'_, Expr> {
    arithmetic(input).map(|(rest, tall)| (rest, tall.expr))
}

/// A day that belongs here.
pub(super) fn must_date(input: Input<'_>) -> PResult<'_, Spanned<crate::tree::Date>> {
    expect("a date, such as `2027-01-01`", spanned(date))(input)
}

/// ```ebnf
/// paid = "paid" ( "from" date "," "misses" "before" | "until" date "," "misses" "after" ) counting ;
/// counting = "count" | "do" "not" "count" ;
/// ```
pub(super) fn paid(input: Input<'_>) -> PResult<'_, Item<Paid>> {
    let (input, _) = keyword("paid")(input)?;
    let column = super::token::next_start(input);
    let (input, from) = either(input, "from", "until", "`from` or `until` and a date")?;
    let (input, date) = must_date(input)?;
    let (input, _) = must_symbol(",")(input)?;
    let (input, _) = must_phrase(if from { "misses before" } else { "misses after" })(input)?;
    let (input, counts) = counting(input)?;
    Ok((input, Item::columns(Paid { from, date, counts }, column)))
}

/// ```ebnf
/// moved = ( "raise" | "reset" ) ( "target" | "minimum" ) ( "on" date | "each" "contract" "year" )
///         "to" rounded [ "when" move_when ] ;
/// ```
pub(super) fn moved(input: Input<'_>) -> PResult<'_, Item<Move>> {
    const LEVELS: &[(&str, LevelKind)] = &[("target", LevelKind::Target), ("minimum", LevelKind::Minimum)];
    let reset = keyword("reset")(input).is_ok();
    let (input, _) = if reset { keyword("reset")(input)? } else { keyword("raise")(input)? };
    let column = super::token::next_start(input);
    let levels = |input| one_of(input, LEVELS, "a level");
    let (input, level) = expect("`target` or `minimum`", levels)(input)?;
    let (input, dated) =
        either(input, "on", "each contract year", "`on` and a date, or `each contract year`")?;
    let (input, on) = match dated {
        true => must_date(input).map(|(rest, date)| (rest, Some(date)))?,
        false => (input, None),
    };
    let (input, _) = must("to")(input)?;
    let (input, to) = expect("a value, such as `target + 1 point`", formula)(input)?;
    let Ok((input, _)) = keyword("when")(input) else {
        return Ok((input, Item::columns(Move { reset, level, on, to, when: None }, column)));
    };
    let what = "`met 12 periods in a row`, or two figures compared";
    let (input, when) = expect(what, spanned(move_when))(input)?;
    Ok((input, Item::columns(Move { reset, level, on, to, when: Some(when) }, column)))
}

/// ```ebnf
/// move_when = "met" small ( "period" | "periods" ) "in" "a" "row" | rounded "is" bound rounded ;
/// ```
fn move_when(input: Input<'_>) -> PResult<'_, MoveWhen> {
    if let Ok((rest, _)) = keyword("met")(input)
        && let Ok((rest, n)) = count(rest)
    {
        let (rest, _) = periods(rest, n)?;
        let (rest, _) = must_phrase("in a row")(rest)?;
        return Ok((rest, MoveWhen::Met(n)));
    }
    let (input, left) = formula(input)?;
    let (input, _) = must("is")(input)?;
    let (input, bound) = expect("`at least`, `more than`, `at most` or `less than`", bound)(input)?;
    let (input, right) = expect("a value, such as `target`", formula)(input)?;
    Ok((input, MoveWhen::Compare(left, bound, right)))
}

/// ```ebnf
/// baseline = "baseline" name [ text ] "=" ( ( "sum" | "average" ) "of" [ best ] | "highest" "of" | "lowest" "of"
///          | "pooled" ) name "over" small ( "period" | "periods" ) "from" date "," "fixed" date
///            [ "rounded" rounding ] [ clause_reference ] ;
/// ```
pub(super) fn baseline(input: Input<'_>) -> PResult<'_, Read<Baseline>> {
    let (input, _) = keyword("baseline")(input)?;
    let (input, own) = expect("the name of the baseline", name)(input)?;
    let (input, label) = label(input)?;
    let (input, _) = must_symbol("=")(input)?;
    let forms = |input| one_of(input, FORMS, "`average of` or the like");
    let (input, how) =
        expect("`average of`, `lowest of`, `highest of` or `pooled` and a measure", forms)(input)?;
    let listed = matches!(how, How::Sum | How::Average);
    let (input, best) = if listed { maybe(best)(input)? } else { (input, None) };
    let (input, measure) = expect("the name of a measure", name)(input)?;
    let (input, _) = must("over")(input)?;
    let (input, count) = expect("a whole number of periods, from 1 on", count)(input)?;
    let (input, _) = periods(input, count)?;
    let (input, _) = must("from")(input)?;
    let (input, from) = must_date(input)?;
    let (input, _) = must_symbol(",")(input)?;
    let (input, _) = must("fixed")(input)?;
    let (input, fixed) = must_date(input)?;
    let (input, rounded) = maybe(keyword("rounded"))(input)?;
    let (input, rounding) = match rounded {
        Some(_) => {
            expect("`to 0.01 half up` or the like", rounding)(input).map(|(rest, it)| (rest, Some(it)))?
        }
        None => (input, None),
    };
    let (input, clause) = maybe(clause_reference)(input)?;
    let name = own;
    let value = Baseline { name, label, how, best, measure, count, from, fixed, rounding, clause };
    Ok((input, Read { value, notes: Default::default() }))
}

fn counting(input: Input<'_>) -> PResult<'_, bool> {
    either(input, "count", "do not count", "`count` or `do not count`")
}

const PHASE: BlockKind = BlockKind { what: "a phase", words: &["measured", "misses"], rows: None };

enum Said {
    Unpaid(Vec<Name>),
    Counts(bool),
}

/// ```ebnf
/// phase = "phase" text date "to" date "{" { phase_item [ ";" ] } "}" ;
/// ```
pub(super) fn phase(input: Input<'_>) -> PResult<'_, Read<Phase>> {
    let (input, _) = keyword("phase")(input)?;
    let (input, title) = expect("what the phase is called as a text in quotes", text)(input)?;
    let (input, days) = spanned(term)(input)?;
    let (input, mut read) = block(input, &PHASE, phase_item)?;
    let mut phase = Phase { title, days, on: Vec::new(), unpaid: false, counts: None };
    let mut once = Once::default();
    for Spanned { value, span } in read.value {
        match value {
            Said::Unpaid(on) => {
                if once.first("`measured, not paid`", span, &mut read.notes) {
                    phase.on = on;
                }
                phase.unpaid = true;
            }
            Said::Counts(counts) => {
                once.set(&mut phase.counts, counts, "`misses`", span, &mut read.notes);
            }
        }
    }
    Ok((input, Read { value: phase, notes: read.notes }))
}

/// ```ebnf
/// phase_item = "measured" "," "not" "paid" [ "on" names ] | "misses" counting ;
/// ```
fn phase_item(input: Input<'_>) -> PResult<'_, Item<Said>> {
    match piece(input).map(|(_, word)| word.text) {
        Some("measured") => {
            let (input, _) = keyword("measured")(input)?;
            let (input, _) = must_symbol(",")(input)?;
            let (input, _) = must_phrase("not paid")(input)?;
            let Ok((input, _)) = keyword("on")(input) else {
                return Ok((input, Item::plain(Said::Unpaid(Vec::new()))));
            };
            let (input, on) = expect("the names of commitments", names)(input)?;
            Ok((input, Item::plain(Said::Unpaid(on))))
        }
        Some("misses") => {
            let (input, _) = keyword("misses")(input)?;
            let (input, counts) = counting(input)?;
            Ok((input, Item::plain(Said::Counts(counts))))
        }
        _ => mismatch(input, Expected::Part("`measured, not paid` or `misses`")),
    }
}
