//! The `pay` items of a commitment: bands, scales, steps and fixed amounts.

use super::block::{BlockKind, Item, Once, Read, block};
use super::error::{Expected, Input, PResult, committed, expect, maybe, mismatch};
use super::expr::{factors, must_expr};
use super::head::either;
use super::past::{count, periods};
use super::pricing::{SHARES, share_tier};
use super::quantity::{one_of, quantity, step};
use super::situation::often_if_any;
use super::token::{
    keyword, must_phrase, must_symbol, name, next_start, peeks, phrase, piece, spanned, symbol,
};
use crate::span::Spanned;
use crate::suggest;
use crate::tree::{
    Amount, Band, Decimal, Edge, Expr, Name, Pay, PaySide, Quantity, Range, ScalePoint, StepParts, UnitWord,
    When,
};

const BANDS: BlockKind = BlockKind {
    what: "a list of bands",
    words: &[],
    rows: Some("a range and an amount, such as `below 96% penalty 5%`"),
};
const SCALE: BlockKind =
    BlockKind { what: "a scale", words: &[], rows: Some("a level and an amount, such as `70% -4%`") };

/// ```ebnf
/// pay = "pay" ( bands | scale | gain | side_pay ) ;
/// ```
pub(super) fn pay(input: Input<'_>) -> PResult<'_, Read<Pay>> {
    let (input, _) = keyword("pay")(input)?;
    match piece(input).map(|(_, word)| word.text) {
        Some("bands") => bands(input),
        Some("scale") => scale(input),
        _ => {
            let (rest, side) = expect("`bands`, `scale`, `penalty` or `bonus`", side)(input)?;
            if peeks(rest, phrase("share of what")) {
                return share(rest, side);
            }
            let (rest, value) = side_pay(rest, side)?;
            Ok((rest, Read { value, notes: Default::default() }))
        }
    }
}

/// ```ebnf
/// side = "penalty" | "bonus" ;
/// ```
pub(super) fn side(input: Input<'_>) -> PResult<'_, PaySide> {
    one_of(input, &[("penalty", PaySide::Penalty), ("bonus", PaySide::Bonus)], "`penalty` or `bonus`")
}

/// `on BASE`, or nothing.
pub(super) fn base(input: Input<'_>) -> PResult<'_, Option<Expr>> {
    let Ok((input, _)) = keyword("on")(input) else { return Ok((input, None)) };
    let (input, base) = must_expr(input)?;
    Ok((input, Some(base)))
}

enum BandRow {
    Band(Band),
    Otherwise(Spanned<Amount>),
}

/// ```ebnf
/// bands = "bands" [ "on" expr ] "{" { band [ ";" ] } "}" ;
/// ```
fn bands(input: Input<'_>) -> PResult<'_, Read<Pay>> {
    let (input, _) = keyword("bands")(input)?;
    let (input, base) = base(input)?;
    let (input, mut read) = block(input, &BANDS, band_row)?;
    let (mut bands, mut otherwise, mut once) = (Vec::new(), None, Once::default());
    for Spanned { value, span } in read.value {
        match value {
            BandRow::Band(band) => bands.push(Spanned::new(band, span)),
            BandRow::Otherwise(amount) => {
                once.set(&mut otherwise, amount, "`otherwise`", span, &mut read.notes);
            }
        }
    }
    Ok((input, Read { value: Pay::Bands { base, bands, otherwise }, notes: read.notes }))
}

/// ```ebnf
/// band = range amount | "otherwise" amount ;
/// ```
fn band_row(input: Input<'_>) -> PResult<'_, Item<BandRow>> {
    if let Ok((rest, _)) = keyword("otherwise")(input) {
        let column = next_start(rest);
        let (rest, amount) = must_amount(rest)?;
        return Ok((rest, Item::columns(BandRow::Otherwise(amount), column)));
    }
    let (input, range) = range(input)?;
    let column = next_start(input);
    let (input, amount) = must_amount(input)?;
    Ok((input, Item::columns(BandRow::Band(Band { range, amount }), column)))
}

/// ```ebnf
/// range = ( "at" "least" | "above" | "more" "than" ) quantity [ upper ]
///       | [ "from" ] quantity upper
///       | ( "below" | "less" "than" | "at" "most" ) quantity
///       | "exactly" quantity ;
/// upper = "to" [ "below" ] quantity ;
/// ```
fn range(input: Input<'_>) -> PResult<'_, Range> {
    const LOWER: &[(&str, bool)] = &[("at least", true), ("above", false), ("more than", false)];
    const UPPER: &[(&str, bool)] = &[("below", false), ("less than", false), ("at most", true)];
    if let Ok((input, inclusive)) = one_of(input, LOWER, "a lower edge") {
        let (input, lower) = edge(input, inclusive)?;
        let (input, upper) = maybe(upper)(input)?;
        return Ok((input, Range { lower: Some(lower), upper }));
    }
    if let Ok((input, inclusive)) = one_of(input, UPPER, "an upper edge") {
        let (input, upper) = edge(input, inclusive)?;
        return Ok((input, Range { lower: None, upper: Some(upper) }));
    }
    if let Ok((input, _)) = keyword("exactly")(input) {
        let (input, value) = edge(input, true)?;
        return Ok((input, Range { lower: Some(value.clone()), upper: Some(value) }));
    }
    let (input, from) = maybe(keyword("from"))(input)?;
    let (input, value) = match from {
        Some(_) => expect("a level", spanned(quantity))(input)?,
        None => spanned(quantity)(input)?,
    };
    let (input, upper) = expect("`to` and the upper end of the range", upper)(input)?;
    Ok((input, Range { lower: Some(Edge { value, inclusive: true }), upper: Some(upper) }))
}

fn edge(input: Input<'_>, inclusive: bool) -> PResult<'_, Edge> {
    let (input, value) = expect("a level, such as `98%`", spanned(quantity))(input)?;
    Ok((input, Edge { value, inclusive }))
}

fn upper(input: Input<'_>) -> PResult<'_, Edge> {
    let (input, _) = keyword("to")(input)?;
    let (input, below) = maybe(keyword("below"))(input)?;
    edge(input, below.is_none())
}

fn must_amount(input: Input<'_>) -> PResult<'_, Spanned<Amount>> {
    expect("`penalty 5%`, `bonus 5%`, `-5%`, `+5%` or `nothing`", spanned(amount))(input)
}

/// ```ebnf
/// amount = "nothing" | side product | quantity ;
/// ```
///
/// A formula is a product, so that a row that begins with a negative level is
/// not taken for its last part; a sum stands in brackets.
fn amount(input: Input<'_>) -> PResult<'_, Amount> {
    if let Ok((input, _)) = keyword("nothing")(input) {
        return Ok((input, Amount::Nothing));
    }
    if let Ok((input, side)) = side(input) {
        let (input, value) = expect("an amount without a sign, such as `5%`", factors)(input)?;
        return Ok((input, Amount::Worded(side, value)));
    }
    spanned(quantity)(input).map(|(rest, value)| (rest, Amount::Signed(value)))
}

/// ```ebnf
/// scale = "scale" [ "on" expr ] "{" { quantity amount [ ";" ] } "}" ;
/// ```
fn scale(input: Input<'_>) -> PResult<'_, Read<Pay>> {
    let (input, _) = keyword("scale")(input)?;
    let (input, base) = base(input)?;
    let (input, read) = block(input, &SCALE, |input| {
        let (input, level) = spanned(quantity)(input)?;
        let column = next_start(input);
        let (input, amount) = must_amount(input)?;
        Ok((input, Item { right: true, ..Item::columns(ScalePoint { level, amount }, column) }))
    })?;
    Ok((input, Read { value: Pay::Scale { base, points: read.value }, notes: read.notes }))
}

/// ```ebnf
/// gain = side "share" "of" "what" "is" ( "below" | "above" ) product
///         "{" { share_tier [ ";" ] } "}" [ "," "at" "most" expr ] ;
/// ```
fn share(input: Input<'_>, side: PaySide) -> PResult<'_, Read<Pay>> {
    let (input, _) = must_phrase("share of what is")(input)?;
    let (input, below) = either(input, "below", "above", "`below` or `above` and a level")?;
    let (input, level) = expect("the level, such as `GBP 1,000,000`", factors)(input)?;
    let (input, mut read) = block(input, &SHARES, share_tier)?;
    let (input, at_most) = read.notes.carry(at_most(input))?;
    let value = Pay::Share { side, below, level, tiers: read.value, at_most };
    Ok((input, Read { value, notes: read.notes }))
}

/// `, at most E`, or nothing.
fn at_most(input: Input<'_>) -> PResult<'_, Option<Expr>> {
    let Ok((input, _)) = symbol(",")(input) else { return Ok((input, None)) };
    let (input, _) = must_phrase("at most")(input)?;
    must_expr(input).map(|(rest, most)| (rest, Some(most)))
}

/// ```ebnf
/// side_pay = side expr ( "when" when [ often ] | steps | events ) ;
/// ```
fn side_pay(input: Input<'_>, side: PaySide) -> PResult<'_, Pay> {
    let (input, amount) = must_expr(input)?;
    if let Ok((input, _)) = keyword("when")(input) {
        let (input, when) = expect("`met`, `missed` or `below minimum`", spanned(when))(input)?;
        let (input, often) = often_if_any(input)?;
        return Ok((input, Pay::Fixed { side, amount, when, often }));
    }
    if phrase("for every")(input).is_ok() {
        return events(input, side, amount);
    }
    steps(input, side, amount)
}

/// ```ebnf
/// when = "met" | "missed" [ "above" "minimum" ] | "below" "minimum" ;
/// ```
fn when(input: Input<'_>) -> PResult<'_, When> {
    const TIMES: &[(&str, When)] = &[
        ("met", When::Met),
        ("missed above minimum", When::MissedAboveMinimum),
        ("missed", When::Missed),
        ("below minimum", When::BelowMinimum),
    ];
    one_of(input, TIMES, "when")
}

/// ```ebnf
/// events = "for" "every" small name "over" "any" small ( "period" | "periods" )
///          "," ( "each" "used" "once" | "used" "again" ) ;
/// ```
fn events(input: Input<'_>, side: PaySide, amount: Expr) -> PResult<'_, Pay> {
    const USES: &[(&str, bool)] = &[("each used once", true), ("used again", false)];
    let (input, _) = phrase("for every")(input)?;
    let (input, every) = expect("how many, such as `6`", spanned(count))(input)?;
    let (input, _) = expect("of what, such as `events`", name)(input)?;
    let (input, _) = must_phrase("over any")(input)?;
    let (input, over) = expect("how many periods", spanned(count))(input)?;
    let (input, _) = periods(input, over.value)?;
    let (input, _) = must_symbol(",")(input)?;
    let what = "`each used once` or `used again`";
    let (input, once) = expect(what, |input| one_of(input, USES, what))(input)?;
    Ok((input, Pay::Events { side, amount, every, over, once }))
}

/// ```ebnf
/// steps = step_size ( "below" | "above" ) expr [ "," "at" "most" expr ] ;
/// ```
fn steps(input: Input<'_>, side: PaySide, amount: Expr) -> PResult<'_, Pay> {
    let (input, (step, records, parts)) = expect("`when`, `for each` or `per`", step_size)(input)?;
    let (input, below) = either(input, "below", "above", "`below` or `above` and a level")?;
    let (input, level) = must_expr(input)?;
    let (input, at_most) = at_most(input)?;
    Ok((input, Pay::Step { side, amount, step, parts, records, below, level, at_most }))
}

type StepSize = (Spanned<Quantity>, Option<Name>, StepParts);

/// ```ebnf
/// step_size = "for" "each" ( "full" step_of | step_of "or" "part" ) | "per" step_of ;
/// ```
fn step_size(input: Input<'_>) -> PResult<'_, StepSize> {
    let what = "the size of a step, such as `1 point`";
    if let Ok((input, _)) = keyword("per")(input) {
        let (input, (step, records)) = expect(what, step_of)(input)?;
        return Ok((input, (step, records, StepParts::Exact)));
    }
    if !peeks(input, keyword("for")) {
        return mismatch(input, Expected::Part("`for each` or `per`"));
    }
    let (input, _) = committed(Expected::Word("for each"), phrase("for each"))(input)?;
    if let Ok((input, _)) = keyword("full")(input) {
        let (input, (step, records)) = expect(what, step_of)(input)?;
        return Ok((input, (step, records, StepParts::Full)));
    }
    let (input, (step, records)) = expect("`full`, or the size of a step and `or part`", step_of)(input)?;
    let what = "`or part`, or `full` before the step";
    let (input, _) = expect(what, phrase("or part"))(input)?;
    Ok((input, (step, records, StepParts::OrPart)))
}

/// A step of the reading, or so many records by what the author calls them.
///
/// ```ebnf
/// step_of = step | [ number ] name ;
/// ```
fn step_of(input: Input<'_>) -> PResult<'_, (Spanned<Quantity>, Option<Name>)> {
    match step(input) {
        Ok((rest, step)) if step.value.unit == UnitWord::None => match noun(rest) {
            Some((rest, noun)) => Ok((rest, (step, Some(noun)))),
            None => Ok((rest, (step, None))),
        },
        Ok((rest, step)) => Ok((rest, (step, None))),
        Err(nom::Err::Error(error)) => match noun(input) {
            Some((rest, noun)) => {
                let one =
                    Quantity { number: Decimal { units: 1, scale: 0 }, unit: UnitWord::None, signed: false };
                Ok((rest, (Spanned::new(one, noun.span), Some(noun))))
            }
            None => Err(nom::Err::Error(error)),
        },
        Err(error) => Err(error),
    }
}

/// A word for a record: not one that goes on with the sentence, nor a unit misspelt.
fn noun(input: Input<'_>) -> Option<(Input<'_>, Name)> {
    const UNITS: &[&str] = &[
        "point", "points", "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "week",
        "weeks", "percent", "secs", "mins", "hrs", "pct", "pts",
    ];
    let (rest, noun) = name(input).ok()?;
    let goes_on = ["below", "above", "full"].contains(&noun.value.as_str());
    let unit = noun.value.len() > 1 && suggest::nearest(&noun.value, UNITS.iter().copied()).is_some();
    (!goes_on && !unit).then_some((rest, noun))
}
