//! Riders of a charge, indices, exchange rates and shares.

use super::block::{BlockKind, Item, Notes, Once, Read, block};
use super::charge::volume;
use super::error::{Expected, Input, PResult, committed, expect, maybe, mismatch};
use super::expr::must_expr;
use super::quantity::{count, quantity, rounding, unsigned};
use super::token::{
    between, clause_reference, currency, date, keyword, label, must, must_phrase, must_symbol, name,
    next_start, peeks, phrase, piece, spanned, symbol, text,
};
use crate::lex::Kind;
use crate::span::{Span, Spanned};
use crate::tree::{
    Date, Exchange, Index, IndexValue, Name, Proration, Quantity, Rider, Rise, Rounding, ShareTier, TakenBack,
};

/// Everything that is added to a price.
pub(super) fn riders(mut input: Input<'_>) -> PResult<'_, Vec<Spanned<Rider>>> {
    let mut riders = Vec::new();
    while let Ok((rest, _)) = symbol(",")(input) {
        let (rest, rider) = expect(
            "`at least`, `at most`, `indexed by`, `prorated by`, `effective from`, `paid`, `less` or `unused ones carried`",
            spanned(rider),
        )(rest)?;
        riders.push(rider);
        input = rest;
    }
    Ok((input, riders))
}

/// ```ebnf
/// rider = carried | indexed | ( "at" "least" | "at" "most" ) expr [ "each" "period" ] | prorated
///       | effective | balance | taken_back ;
/// indexed = "indexed" "by" name ;
/// ```
fn rider(input: Input<'_>) -> PResult<'_, Rider> {
    match piece(input).map(|(_, word)| word.text) {
        Some("unused") => carried(input),
        Some("indexed") => {
            let (input, _) = phrase("indexed by")(input)?;
            let (input, name) = expect("the name of an index", name)(input)?;
            Ok((input, Rider::Indexed(name)))
        }
        Some("prorated" | "not") => prorated(input),
        Some("effective") => effective(input),
        Some("paid") => paid(input),
        Some("less") => less(input),
        Some("at") => {
            let (rest, least) = match phrase("at least")(input) {
                Ok((rest, _)) => (rest, true),
                Err(_) => {
                    (committed(Expected::Part("`at least` or `at most`"), phrase("at most"))(input)?.0, false)
                }
            };
            let (rest, value) = must_expr(rest)?;
            let (rest, _) = maybe(phrase("each period"))(rest)?;
            Ok((rest, if least { Rider::AtLeast(value) } else { Rider::AtMost(value) }))
        }
        _ => mismatch(input, Expected::Part("what is added to a price")),
    }
}

/// ```ebnf
/// carried = "unused" "ones" "carried" [ "for" "at" "most" number ( "period" | "periods" ) ] ;
/// ```
fn carried(input: Input<'_>) -> PResult<'_, Rider> {
    let (input, _) = phrase("unused ones carried")(input)?;
    let Ok((input, _)) = keyword("for")(input) else { return Ok((input, Rider::Carried(None))) };
    let (input, _) = must_phrase("at most")(input)?;
    let (input, most) = expect("for how many periods", count)(input)?;
    let (input, _) = must_periods(input)?;
    Ok((input, Rider::Carried(Some(most))))
}

fn must_periods(input: Input<'_>) -> PResult<'_, Span> {
    expect("`periods`", |input| keyword("periods")(input).or_else(|_| keyword("period")(input)))(input)
}

/// ```ebnf
/// prorated = "not" "prorated"
///          | "prorated" "by" ( "actual" "days" | ( "months" | "years" ) "of" number "days" ) ;
/// ```
fn prorated(input: Input<'_>) -> PResult<'_, Rider> {
    if let Ok((input, _)) = phrase("not prorated")(input) {
        return Ok((input, Rider::Prorated(Proration::Not)));
    }
    let (input, _) = phrase("prorated by")(input)?;
    if let Ok((input, _)) = phrase("actual days")(input) {
        return Ok((input, Rider::Prorated(Proration::ActualDays)));
    }
    let months = peeks(input, keyword("months"));
    let what = Expected::Part("`actual days`, `months of 30 days` or `years of 360 days`");
    let (rest, _) =
        if months { keyword("months")(input)? } else { committed(what, keyword("years"))(input)? };
    let (rest, _) = must("of")(rest)?;
    let (rest, days) = expect("a number of days", count)(rest)?;
    let (rest, _) = must("days")(rest)?;
    let way = if months { Proration::Months(days) } else { Proration::Years(days) };
    Ok((rest, Rider::Prorated(way)))
}

/// ```ebnf
/// effective = "effective" ( "from" date [ "until" date ] | "until" date ) ;
/// ```
fn effective(input: Input<'_>) -> PResult<'_, Rider> {
    let (input, _) = keyword("effective")(input)?;
    let (input, from) = dated(input, "from")?;
    let (input, until) = dated(input, "until")?;
    if from.is_none() && until.is_none() {
        return expect("`from` or `until` and a date", |input| mismatch(input, Expected::Part("a date")))(
            input,
        );
    }
    Ok((input, Rider::Effective { from, until }))
}

fn dated<'s>(input: Input<'s>, word: &'static str) -> PResult<'s, Option<Spanned<Date>>> {
    let Ok((input, _)) = keyword(word)(input) else { return Ok((input, None)) };
    expect("a date, such as `2026-03-12`", spanned(date))(input).map(|(rest, date)| (rest, Some(date)))
}

/// ```ebnf
/// balance = "paid" unsigned "at" "once" "," "balance" number ( "period" | "periods" ) "later" "by" volume ;
/// ```
fn paid(input: Input<'_>) -> PResult<'_, Rider> {
    let (input, _) = keyword("paid")(input)?;
    let (input, at_once) = expect("the part that is paid at once, such as `80%`", spanned(unsigned))(input)?;
    let (input, _) = must_phrase("at once")(input)?;
    let (input, _) = must_symbol(",")(input)?;
    let (input, _) = must("balance")(input)?;
    let (input, later) = expect("after how many periods", count)(input)?;
    let (input, _) = must_periods(input)?;
    let (input, _) = must_phrase("later by")(input)?;
    let (input, by) = volume(input)?;
    Ok((input, Rider::Paid { at_once, later, by }))
}

/// ```ebnf
/// taken_back = "less" volume [ "charged" "by" name ]
///              ( "before" "the" ( "allowance" | "tiers" ) | "as" "if" "never" "counted"
///              | "at" "the" "average" "price" "paid" | "at" unsigned "each" ) ;
/// ```
fn less(input: Input<'_>) -> PResult<'_, Rider> {
    let (input, _) = keyword("less")(input)?;
    let (input, of) = volume(input)?;
    let (input, charged_by) = match keyword("charged")(input) {
        Ok((rest, _)) => {
            let (rest, _) = must("by")(rest)?;
            let (rest, field) = expect("the field that says when it was charged", name)(rest)?;
            (rest, Some(field))
        }
        Err(_) => (input, None),
    };
    let what = "`before the allowance`, `before the tiers`, `as if never counted`, `at the average price paid` \
                or `at` a price `each`";
    let (input, how) = expect(what, spanned(taken_back))(input)?;
    Ok((input, Rider::Less { of, charged_by, how }))
}

fn taken_back(input: Input<'_>) -> PResult<'_, TakenBack> {
    const WAYS: &[(&str, TakenBack)] = &[
        ("before the allowance", TakenBack::BeforeAllowance),
        ("before the tiers", TakenBack::BeforeTiers),
        ("as if never counted", TakenBack::AsIfNever),
        ("at the average price paid", TakenBack::AveragePrice),
    ];
    if let Some(found) = WAYS.iter().find_map(|(words, way)| phrase(words)(input).ok().zip(Some(way))) {
        let ((rest, _), way) = found;
        return Ok((rest, way.clone()));
    }
    let (input, _) = keyword("at")(input)?;
    let (input, price) =
        expect("`the average price paid`, or a price, such as `GBP 0.99`", spanned(unsigned))(input)?;
    let (input, _) = must("each")(input)?;
    Ok((input, TakenBack::Each(price)))
}

const INDEX: BlockKind = BlockKind {
    what: "an index",
    words: &["base", "lag", "rise", "factor", "each", "clause"],
    rows: Some("`base` and its value, or a value and its date, such as `132.9 from 2027-01-01`"),
};

enum IndexItem {
    Base(Spanned<Quantity>),
    Value(IndexValue),
    Lag(Spanned<Quantity>),
    Rise(Rise),
    Factor(Spanned<Rounding>),
    Each(Spanned<bool>),
    Clause(crate::tree::Text),
}

/// ```ebnf
/// index = "index" name [ text ] "{" { index_item [ ";" ] } "}" ;
/// ```
pub(super) fn index(input: Input<'_>) -> PResult<'_, Read<Index>> {
    let (input, _) = keyword("index")(input)?;
    let (input, name) = expect("the name of the index", name)(input)?;
    let (input, label) = label(input)?;
    let (input, mut read) = block(input, &INDEX, index_item)?;
    let (mut index, mut once) = (
        Index {
            name,
            label,
            base: None,
            values: Vec::new(),
            lag: None,
            rise: None,
            factor: None,
            on_base: None,
            clause: None,
        },
        Once::default(),
    );
    for Spanned { value, span } in read.value {
        let notes = &mut read.notes;
        match value {
            IndexItem::Value(value) => index.values.push(Spanned::new(value, span)),
            IndexItem::Base(value) => once.set(&mut index.base, value, "`base`", span, notes),
            IndexItem::Lag(value) => once.set(&mut index.lag, value, "`lag`", span, notes),
            IndexItem::Rise(value) => once.set(&mut index.rise, value, "`rise`", span, notes),
            IndexItem::Factor(value) => once.set(&mut index.factor, value, "`factor`", span, notes),
            IndexItem::Each(value) => once.set(&mut index.on_base, value, "`each`", span, notes),
            IndexItem::Clause(value) => once.set(&mut index.clause, value, "`clause`", span, notes),
        }
    }
    Ok((input, Read { value: index, notes: read.notes }))
}

/// ```ebnf
/// index_item = "base" number | number "from" date | "lag" unsigned | rise | "factor" "rounded" rounding
///            | "each" "on" "the" ( "base" | "last" "adjusted" ) | clause_reference ;
/// ```
fn index_item(input: Input<'_>) -> PResult<'_, Item<IndexItem>> {
    let Some((_, first)) = piece(input) else {
        return mismatch(input, Expected::Part("an item of an index"));
    };
    if first.kind == Kind::Number {
        let (input, value) = count(input)?;
        let column = next_start(input);
        let (input, _) = must("from")(input)?;
        let (input, from) = expect("from when it counts, such as `2027-01-01`", spanned(date))(input)?;
        return Ok((input, Item::columns(IndexItem::Value(IndexValue { value, from }), column)));
    }
    let plain = |(rest, item): (_, IndexItem)| (rest, Item::plain(item));
    match first.text {
        "base" => {
            let (input, _) = keyword("base")(input)?;
            let column = next_start(input);
            let (input, value) = expect("the value the prices were agreed at", count)(input)?;
            Ok((input, Item::columns(IndexItem::Base(value), column)))
        }
        "lag" => {
            let (input, _) = keyword("lag")(input)?;
            let column = next_start(input);
            let (input, lag) = expect("a number of months, such as `3 months`", spanned(unsigned))(input)?;
            Ok((input, Item::columns(IndexItem::Lag(lag), column)))
        }
        "rise" => rise(input).map(|(rest, it)| plain((rest, IndexItem::Rise(it)))),
        "factor" => {
            let (input, _) = keyword("factor")(input)?;
            let (input, _) = must("rounded")(input)?;
            let (input, it) = expect("`to 0.001 half up` or the like", spanned(rounding))(input)?;
            Ok(plain((input, IndexItem::Factor(it))))
        }
        "each" => {
            let (rest, _) = keyword("each")(input)?;
            let (rest, _) = must_phrase("on the")(rest)?;
            let (rest, base) = match keyword("base")(rest) {
                Ok((rest, _)) => (rest, true),
                Err(_) => (
                    committed(Expected::Part("`base` or `last adjusted`"), phrase("last adjusted"))(rest)?.0,
                    false,
                ),
            };
            Ok(plain((rest, IndexItem::Each(Spanned::new(base, between(input, rest))))))
        }
        "clause" => clause_reference(input).map(|(rest, it)| plain((rest, IndexItem::Clause(it)))),
        _ => mismatch(input, Expected::Part("an item of an index")),
    }
}

/// ```ebnf
/// rise = "rise" ( "at" "most" quantity [ "," "at" "least" quantity ] | "at" "least" quantity ) ;
/// ```
fn rise(input: Input<'_>) -> PResult<'_, Rise> {
    let (input, _) = keyword("rise")(input)?;
    let limit = |input| expect("a percentage, such as `3%`", spanned(quantity))(input);
    if let Ok((input, _)) = phrase("at least")(input) {
        let (input, least) = limit(input)?;
        return Ok((input, Rise { at_most: None, at_least: Some(least) }));
    }
    let (input, _) = committed(Expected::Part("`at most` or `at least`"), phrase("at most"))(input)?;
    let (input, most) = limit(input)?;
    let (input, least) = match symbol(",")(input) {
        Ok((rest, _)) => {
            let (rest, _) = must_phrase("at least")(rest)?;
            let (rest, least) = limit(rest)?;
            (rest, Some(least))
        }
        Err(_) => (input, None),
    };
    Ok((input, Rise { at_most: Some(most), at_least: least }))
}

/// ```ebnf
/// exchange = "exchange" currency "to" currency "at" number "on" date [ text ] [ clause_reference ] ;
/// ```
pub(super) fn exchange(input: Input<'_>) -> PResult<'_, Read<Exchange>> {
    let code = |input| -> PResult<'_, Name> { expect("a currency code, such as `USD`", currency)(input) };
    let (input, _) = keyword("exchange")(input)?;
    let (input, from) = code(input)?;
    let (input, _) = must("to")(input)?;
    let (input, to) = code(input)?;
    let (input, _) = must("at")(input)?;
    let (input, rate) = expect("the rate, such as `0.7900`", count)(input)?;
    let (input, _) = must("on")(input)?;
    let (input, on) = expect("the day of the rate", spanned(date))(input)?;
    let (input, source) = maybe(text)(input)?;
    let (input, clause) = maybe(clause_reference)(input)?;
    let value = Exchange { from, to, rate, on, source, clause };
    Ok((input, Read { value, notes: Notes::default() }))
}

/// The tiers of a share: `{ first 10% 50%; then 25% }`.
pub(super) const SHARES: BlockKind = BlockKind {
    what: "a list of shares",
    words: &["first", "next", "then"],
    rows: Some("how far a tier goes and the part that is paid, such as `first 10% 50%`"),
};

/// ```ebnf
/// share_tier = ( "first" unsigned | "next" unsigned | "then" ) unsigned ;
/// ```
pub(super) fn share_tier(input: Input<'_>) -> PResult<'_, Item<ShareTier>> {
    let sized = keyword("first")(input).or_else(|_| keyword("next")(input));
    let (input, size) = match sized {
        Ok((rest, _)) => {
            let (rest, size) = expect("how far the tier goes, such as `10%`", spanned(unsigned))(rest)?;
            (rest, Some(size))
        }
        Err(_) => (committed(Expected::Part("`first`, `next` or `then`"), keyword("then"))(input)?.0, None),
    };
    let column = next_start(input);
    let (input, part) = expect("the part that is paid, such as `50%`", spanned(unsigned))(input)?;
    Ok((input, Item::columns(ShareTier { size, part }, column)))
}
