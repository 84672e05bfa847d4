//! Facts, charges and pools: where money comes from.

use super::block::{BlockKind, Item, Mark, Notes, Read, block, separators};
use super::error::{Expected, Input, PResult, committed, expect, maybe};
use super::expr::must_expr;
use super::head::either;
use super::pricing::riders;
use super::primary::whole_aggregate;
use super::quantity::{count, quantity, step, unsigned};
use super::set::aggregate;
use super::token::{
    between, clause_reference, date, keyword, label, must, must_phrase, must_symbol, name, next_start, peeks,
    phrase, spanned, symbol,
};
use crate::span::Spanned;
use crate::tree::{Charge, ChargeKind, Date, Decimal, Expr, Fact, Pool, Quantity, Tier, UnitWord, Volume};

const TIERS: BlockKind = BlockKind {
    what: "a list of tiers",
    words: &["first", "next", "then"],
    rows: Some("a tier, such as `first 50 USD 0.95 each`"),
};

/// ```ebnf
/// fact = "fact" name [ text ] "=" expr { "," expr "from" date } ;
/// ```
pub(super) fn fact(input: Input<'_>) -> PResult<'_, Read<Fact>> {
    let (input, _) = keyword("fact")(input)?;
    let (input, name) = expect("the name of the fact", name)(input)?;
    let (input, label) = label(input)?;
    let (input, _) = must_symbol("=")(input)?;
    let (input, value) = must_expr(input)?;
    let (input, later) = later(input)?;
    Ok((input, Read { value: Fact { name, label, value, later }, notes: Notes::default() }))
}

/// Later values of a fact, each with its first day.
fn later(mut input: Input<'_>) -> PResult<'_, Vec<(Expr, Spanned<Date>)>> {
    let mut later = Vec::new();
    while let Ok((rest, _)) = symbol(",")(input) {
        let (rest, value) = must_expr(rest)?;
        let (rest, _) = must("from")(rest)?;
        let (rest, from) = expect("from when it holds, such as `2027-01-01`", spanned(date))(rest)?;
        later.push((value, from));
        input = rest;
    }
    Ok((input, later))
}

/// ```ebnf
/// pool = "at" "risk" name [ text ] "=" expr [ "," "allocations" "total" quantity ] [ clause_reference ] ;
/// ```
pub(super) fn pool(input: Input<'_>) -> PResult<'_, Read<Pool>> {
    let (input, _) = phrase("at risk")(input)?;
    let (input, name) = expect("the name of the pool", name)(input)?;
    let (input, label) = label(input)?;
    let (input, _) = must_symbol("=")(input)?;
    let (input, value) = must_expr(input)?;
    let (input, allocations) = match symbol(",")(input) {
        Ok((rest, _)) => {
            let (rest, _) = must_phrase("allocations total")(rest)?;
            let (rest, total) = expect("the total, such as `250%`", spanned(quantity))(rest)?;
            (rest, Some(total))
        }
        Err(_) => (input, None),
    };
    let (input, clause) = maybe(clause_reference)(input)?;
    Ok((input, Read { value: Pool { name, label, value, allocations, clause }, notes: Notes::default() }))
}

/// ```ebnf
/// charge = "charge" name [ text ] "=" price { "," rider } [ clause_reference ] ;
/// ```
pub(super) fn charge(input: Input<'_>) -> PResult<'_, Read<Charge>> {
    let (input, _) = keyword("charge")(input)?;
    let (input, name) = expect("the name of the charge", name)(input)?;
    let (input, label) = label(input)?;
    let (input, _) = must_symbol("=")(input)?;
    let start = input;
    let (input, mut read) = price(input)?;
    let kind = Spanned::new(read.value, between(start, input));
    let (input, riders) = read.notes.carry(riders(input))?;
    let (input, clause) = read.notes.carry(maybe(clause_reference)(input))?;
    Ok((input, Read { value: Charge { name, label, kind, riders, clause }, notes: read.notes }))
}

/// ```ebnf
/// price = tiered | per_unit | volume_band | ( expr | aggregate ) [ "each" "period" ] ;
/// ```
fn price(input: Input<'_>) -> PResult<'_, Read<ChargeKind>> {
    if peeks(input, phrase("graduated price")) || peeks(input, phrase("slab price")) {
        return tiered(input);
    }
    if let Ok((rest, price)) = spanned(quantity)(input) {
        if peeks(rest, keyword("per")) || peeks(rest, phrase("each of")) {
            return per_unit(rest, price);
        }
        if peeks(rest, keyword("for")) {
            return volume_band(rest, price);
        }
    }
    let (input, value) = match whole_aggregate(input) {
        Err(nom::Err::Error(_)) => must_expr(input)?,
        found => found.map(|(rest, value)| (rest, value.expr))?,
    };
    let (input, _) = maybe(phrase("each period"))(input)?;
    Ok((input, Read { value: ChargeKind::Formula(value), notes: Notes::default() }))
}

/// ```ebnf
/// tiered = ( "graduated" | "slab" ) "price" "of" volume "{" { tier [ ";" ] } "}" ;
/// ```
fn tiered(input: Input<'_>) -> PResult<'_, Read<ChargeKind>> {
    let graduated = peeks(input, keyword("graduated"));
    let (input, _) = phrase(if graduated { "graduated price" } else { "slab price" })(input)?;
    let (input, _) = must("of")(input)?;
    let (input, volume) = volume(input)?;
    let (input, read) = block(input, &TIERS, tier)?;
    let value = ChargeKind::Tiered { volume, graduated, tiers: read.value };
    Ok((input, Read { value, notes: read.notes }))
}

/// ```ebnf
/// tier = ( "first" number | "next" number | "then" ) unsigned "each" ;
/// ```
fn tier(input: Input<'_>) -> PResult<'_, Item<Tier>> {
    let sized = keyword("first")(input).or_else(|_| keyword("next")(input));
    let (input, size) = match sized {
        Ok((rest, _)) => {
            let (rest, size) = expect("how many units the tier holds", count)(rest)?;
            (rest, Some(size))
        }
        Err(_) => (committed(Expected::Part("`first`, `next` or `then`"), keyword("then"))(input)?.0, None),
    };
    let column = next_start(input);
    let (input, price) = each_price(input)?;
    Ok((input, Item::columns(Tier { size, price }, column)))
}

/// A price and `each`.
fn each_price(input: Input<'_>) -> PResult<'_, Spanned<Quantity>> {
    let (input, price) = expect("a price, such as `GBP 6.00`", spanned(unsigned))(input)?;
    let (input, _) = must("each")(input)?;
    Ok((input, price))
}

/// ```ebnf
/// volume = aggregate | name ;
/// ```
pub(super) fn volume(input: Input<'_>) -> PResult<'_, Volume> {
    match spanned(aggregate)(input) {
        Ok((rest, aggregate)) => Ok((rest, Volume::Aggregate(aggregate))),
        Err(nom::Err::Error(_)) => {
            let what = "what is counted: a measure, or `count of` a set";
            expect(what, name)(input).map(|(rest, name)| (rest, Volume::Measure(name)))
        }
        Err(error) => Err(error),
    }
}

/// ```ebnf
/// per_unit = quantity ( "per" step "of" | "each" "of" ) volume [ "after" number "included" ] ;
/// ```
fn per_unit(input: Input<'_>, price: Spanned<Quantity>) -> PResult<'_, Read<ChargeKind>> {
    let (input, per) = match phrase("each of")(input) {
        Ok((rest, span)) => (rest, Spanned::new(one(), span)),
        Err(_) => {
            let (rest, _) = keyword("per")(input)?;
            let (rest, per) = expect("a unit, such as `1`, `100` or `minute`", step)(rest)?;
            (must("of")(rest)?.0, per)
        }
    };
    let (input, volume) = volume(input)?;
    let (input, included) = match keyword("after")(input) {
        Ok((rest, _)) => {
            let (rest, included) = expect("how many units are included", count)(rest)?;
            (must("included")(rest)?.0, Some(included))
        }
        Err(_) => (input, None),
    };
    let value = ChargeKind::PerUnit { price, per, volume, included };
    Ok((input, Read { value, notes: Notes::default() }))
}

fn one() -> Quantity {
    Quantity { number: Decimal { units: 1, scale: 0 }, unit: UnitWord::None, signed: false }
}

/// ```ebnf
/// volume_band = quantity "for" number "of" volume "," "dead" "band" quantity
///               "{" "above" unsigned "each" [ ";" ] "below" unsigned "each" [ ";" ]
///               "from" "the" ( "edge" | "baseline" ) [ ";" ] "}" ;
/// ```
fn volume_band(input: Input<'_>, price: Spanned<Quantity>) -> PResult<'_, Read<ChargeKind>> {
    let (input, _) = keyword("for")(input)?;
    let (input, baseline) = expect("the baseline volume", count)(input)?;
    let (input, _) = must("of")(input)?;
    let (input, volume) = volume(input)?;
    let (input, _) = must_symbol(",")(input)?;
    let (input, _) = must_phrase("dead band")(input)?;
    let (input, dead_band) = expect("the width of the dead band, such as `10%`", spanned(quantity))(input)?;
    let (input, _) = must_symbol("{")(input)?;
    let mut notes = Notes::default();
    let (input, above) = edge_price(input, "above", &mut notes)?;
    let (input, below) = edge_price(input, "below", &mut notes)?;
    notes.marks.push(Mark { start: next_start(input), column: None, right: false });
    let (input, _) = must_phrase("from the")(input)?;
    let (input, from_edge) = either(input, "edge", "baseline", "`edge` or `baseline`")?;
    let (input, _) = must_symbol("}")(separators(input))?;
    let value = ChargeKind::VolumeBand { price, baseline, volume, dead_band, above, below, from_edge };
    Ok((input, Read { value, notes }))
}

fn edge_price<'s>(input: Input<'s>, side: &'static str, notes: &mut Notes) -> PResult<'s, Spanned<Quantity>> {
    let start = next_start(input);
    let (input, _) = must(side)(input)?;
    notes.marks.push(Mark { start, column: Some(next_start(input)), right: false });
    let (input, price) = each_price(input)?;
    Ok((separators(input), price))
}
