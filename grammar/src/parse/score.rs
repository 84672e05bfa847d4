//! Scorecards, gaps between expectation and perception, and scores of answers.

use super::block::{BlockKind, Item, Read, block};
use super::commitment::bound;
use super::error::{Input, PResult, expect};
use super::expr::must_expr;
use super::quantity::{answer, count, one_of, quantity};
use super::set::set_expr;
use super::token::{
    keyword, must, must_phrase, must_symbol, name, next_start, peeks, phrase, spanned, symbol,
};
use crate::span::Spanned;
use crate::tree::{
    Expr, GapDimension, GapRule, Level, MeasureKind, Name, OverSegments, PartMissing, Quantity, Score,
    Scorecard, ScorecardItem, Servqual, SetExpr,
};

const SCORECARD: BlockKind = BlockKind {
    what: "a scorecard",
    words: &[],
    rows: Some("a weight and a measure, such as `40 resolved_first_time`"),
};
const SERVQUAL: BlockKind = BlockKind {
    what: "the dimensions of a survey",
    words: &[],
    rows: Some("a dimension and its pairs, such as `tangibles weight 11: p1 less e1, p2 less e2`"),
};

/// ```ebnf
/// scorecard = "scorecard" "of" number "{" { scorecard_item [ ";" ] } "}" [ part_missing ] ;
/// ```
pub(super) fn scorecard(input: Input<'_>) -> PResult<'_, Read<MeasureKind>> {
    let (input, _) = keyword("scorecard")(input)?;
    let (input, _) = must("of")(input)?;
    let (input, total) = expect("what the weights add up to, such as `100`", count)(input)?;
    let (input, read) = block(input, &SCORECARD, item)?;
    let (input, missing) = part_missing(input)?;
    let value = MeasureKind::Scorecard(Scorecard { total, items: read.value, missing });
    Ok((input, Read { value, notes: read.notes }))
}

/// ```ebnf
/// scorecard_item = number name [ "scored" scored { "," scored } ] ;
/// scored = quantity "as" quantity ;
/// ```
fn item(input: Input<'_>) -> PResult<'_, Item<ScorecardItem>> {
    let (input, weight) = count(input)?;
    let column = next_start(input);
    let (mut input, measure) = expect("the name of a measure", name)(input)?;
    let mut scale = Vec::new();
    if let Ok((rest, _)) = keyword("scored")(input) {
        input = rest;
        loop {
            let (rest, reading) = expect("a reading, such as `70%`", spanned(quantity))(input)?;
            let (rest, _) = must("as")(rest)?;
            let (rest, score) = expect("the part of the weight, such as `0%`", spanned(quantity))(rest)?;
            scale.push((reading, score));
            input = rest;
            match symbol(",")(input) {
                Ok((rest, _)) => input = rest,
                Err(_) => break,
            }
        }
    }
    Ok((input, Item::columns(ScorecardItem { weight, measure, scale }, column)))
}

/// ```ebnf
/// servqual = "servqual" "gap" "over" set_expr "," "perception" "less" "expectation" "," servqual_rule
///            "{" { gap_dimension [ ";" ] } "}" [ part_missing ] ;
/// servqual_rule = "by" "weights" | "mean" "of" "dimensions" | "mean" "of" "items" ;
/// ```
pub(super) fn servqual(input: Input<'_>) -> PResult<'_, Read<MeasureKind>> {
    const RULES: &[(&str, GapRule)] = &[
        ("by weights", GapRule::Weights),
        ("mean of dimensions", GapRule::Dimensions),
        ("mean of items", GapRule::Items),
    ];
    let (input, _) = keyword("servqual")(input)?;
    let (input, _) = must_phrase("gap")(input)?;
    let (input, _) = must("over")(input)?;
    let (input, over) = set_expr(input)?;
    let (input, _) = must_symbol(",")(input)?;
    let (input, _) = must_phrase("perception less expectation")(input)?;
    let (input, _) = must_symbol(",")(input)?;
    let rule = |input| one_of(input, RULES, "a rule");
    let what = "`by weights`, `mean of dimensions` or `mean of items`";
    let (input, rule) = expect(what, spanned(rule))(input)?;
    let (input, read) = block(input, &SERVQUAL, dimension)?;
    let (input, missing) = part_missing(input)?;
    let value = MeasureKind::Servqual(Servqual { over, rule, dimensions: read.value, missing });
    Ok((input, Read { value, notes: read.notes }))
}

/// ```ebnf
/// gap_dimension = name [ "weight" number ] ":" gap_item { "," gap_item } ;
/// gap_item = name "less" name ;
/// ```
fn dimension(input: Input<'_>) -> PResult<'_, Item<GapDimension>> {
    let (input, name) = name(input)?;
    let (input, weight) = match keyword("weight")(input) {
        Ok((rest, _)) => {
            let (rest, weight) = expect("the weight, such as `11`", count)(rest)?;
            (rest, Some(weight))
        }
        Err(_) => (input, None),
    };
    let (mut input, _) = must_symbol(":")(input)?;
    let column = next_start(input);
    let mut items = Vec::new();
    loop {
        let (rest, pair) = gap_item(input)?;
        items.push(pair);
        input = rest;
        match symbol(",")(input) {
            Ok((rest, _)) => input = rest,
            Err(_) => break,
        }
    }
    Ok((input, Item::columns(GapDimension { name, weight, items }, column)))
}

fn gap_item(input: Input<'_>) -> PResult<'_, (Name, Name)> {
    let (input, perception) = expect("the field of the perception", name)(input)?;
    let (input, _) = must("less")(input)?;
    let (input, expectation) = expect("the field of the expectation", name)(input)?;
    Ok((input, (perception, expectation)))
}

/// ```ebnf
/// part_missing = "if" "one" "is" "not" "measured"
///                ( "renormalised" | "counted" "as" "met" | "counted" "as" "missed" | "not" "measured" ) ;
/// ```
fn part_missing(input: Input<'_>) -> PResult<'_, Option<Spanned<PartMissing>>> {
    if !peeks(input, phrase("if one")) {
        return Ok((input, None));
    }
    let (input, _) = must_phrase("if one is not measured")(input)?;
    let what = "`renormalised`, `counted as met`, `counted as missed` or `not measured`";
    let (input, missing) = expect(what, spanned(missing))(input)?;
    Ok((input, Some(missing)))
}

fn missing(input: Input<'_>) -> PResult<'_, PartMissing> {
    const WAYS: &[(&str, PartMissing)] = &[
        ("renormalised", PartMissing::Renormalised),
        ("counted as met", PartMissing::Met),
        ("counted as missed", PartMissing::Zero),
        ("not measured", PartMissing::NotMeasured),
    ];
    one_of(input, WAYS, "what holds then")
}

/// `E on 1 to 5`, or `E` alone.
type Scaled = (Expr, Option<(Spanned<Quantity>, Spanned<Quantity>)>);

/// ```ebnf
/// answer_scale = "on" answer "to" answer ;
/// ```
pub(super) fn scaled(input: Input<'_>) -> PResult<'_, Scaled> {
    let (input, value) = must_expr(input)?;
    let Ok((input, _)) = keyword("on")(input) else { return Ok((input, (value, None))) };
    let (input, low) = expect("the lowest answer", answer)(input)?;
    let (input, _) = must("to")(input)?;
    let (input, high) = expect("the highest answer", answer)(input)?;
    Ok((input, (value, Some((low, high)))))
}

/// ```ebnf
/// mean = "mean" ( "over" "segments" "of" name | "of" expr [ answer_scale [ "rescaled" ] ] "over" set_expr ) ;
/// ```
pub(super) fn mean(input: Input<'_>) -> PResult<'_, MeasureKind> {
    let (input, _) = keyword("mean")(input)?;
    if let Ok((input, _)) = keyword("over")(input) {
        let (input, _) = must_phrase("segments of")(input)?;
        let (input, measure) = expect("the name of a measure", name)(input)?;
        return Ok((input, MeasureKind::OverSegments(OverSegments { measure, level: None })));
    }
    let (input, _) = must("of")(input)?;
    let (input, (value, scale)) = scaled(input)?;
    let Some((low, high)) = scale else {
        let (input, _) = must("over")(input)?;
        let (input, over) = set_expr(input)?;
        return Ok((input, MeasureKind::Mean { value, over }));
    };
    let (input, score) = match keyword("rescaled")(input) {
        Ok((rest, _)) => (rest, Score::Rescaled),
        Err(_) => (input, Score::Mean),
    };
    let (input, _) = must("over")(input)?;
    let (input, over) = set_expr(input)?;
    Ok((input, MeasureKind::Scored { score, value, low, high, over }))
}

/// ```ebnf
/// bottom_box = "bottom" number ( "box" | "boxes" ) "of" expr answer_scale "over" set_expr ;
/// ```
pub(super) fn bottom_box(input: Input<'_>) -> PResult<'_, MeasureKind> {
    let (input, _) = keyword("bottom")(input)?;
    let (input, boxes) = box_count(input)?;
    of_boxes(input, Score::Bottom(boxes))
}

/// The rest of `top 2 boxes less bottom 2 boxes of E on 1 to 5 over SET`, from `less` on.
///
/// ```ebnf
/// net_boxes = "top" number ( "box" | "boxes" ) "less" "bottom" number ( "box" | "boxes" )
///             "of" expr answer_scale "over" set_expr ;
/// ```
pub(super) fn net_boxes(input: Input<'_>, top: Spanned<Quantity>) -> PResult<'_, MeasureKind> {
    let (input, _) = keyword("less")(input)?;
    let (input, _) = must("bottom")(input)?;
    let (input, bottom) = box_count(input)?;
    of_boxes(input, Score::Net(top, bottom))
}

/// `2 boxes`
pub(super) fn box_count(input: Input<'_>) -> PResult<'_, Spanned<Quantity>> {
    let (input, boxes) = expect("how many boxes", count)(input)?;
    let (input, _) = if peeks(input, keyword("box")) { must("box")(input)? } else { must("boxes")(input)? };
    Ok((input, boxes))
}

/// Answers, the ends of their scale, and the records they stand in.
type Answers = (Expr, Spanned<Quantity>, Spanned<Quantity>, SetExpr);

/// `of E on 1 to 5 over SET`
pub(super) fn answers(input: Input<'_>) -> PResult<'_, Answers> {
    let (input, _) = must("of")(input)?;
    let (input, value) = must_expr(input)?;
    let (input, _) = must("on")(input)?;
    let (input, low) = expect("the lowest answer", answer)(input)?;
    let (input, _) = must("to")(input)?;
    let (input, high) = expect("the highest answer", answer)(input)?;
    let (input, _) = must("over")(input)?;
    let (input, over) = set_expr(input)?;
    Ok((input, (value, low, high, over)))
}

fn of_boxes(input: Input<'_>, score: Score) -> PResult<'_, MeasureKind> {
    let (input, (value, low, high, over)) = answers(input)?;
    Ok((input, MeasureKind::Scored { score, value, low, high, over }))
}

/// ```ebnf
/// highest_lowest = ( "highest" | "lowest" ) "of" expr "over" set_expr ;
/// ```
pub(super) fn extreme(input: Input<'_>) -> PResult<'_, MeasureKind> {
    const WORDS: &[(&str, bool)] = &[("highest", true), ("lowest", false)];
    let (input, highest) = one_of(input, WORDS, "`highest` or `lowest`")?;
    let (input, _) = must("of")(input)?;
    let (input, value) = must_expr(input)?;
    let (input, _) = must("over")(input)?;
    let (input, over) = set_expr(input)?;
    Ok((input, MeasureKind::Extreme { highest, value, over }))
}

/// The rest of `share of segments with NAME at least 80%`, from `segments` on.
///
/// ```ebnf
/// segment_share = "share" "of" "segments" "with" name bound quantity ;
/// ```
pub(super) fn segment_share(input: Input<'_>) -> PResult<'_, MeasureKind> {
    let (input, _) = phrase("segments with")(input)?;
    let (input, measure) = expect("the name of a measure", name)(input)?;
    let (input, bound) = expect("`at least`, `more than`, `at most` or `less than`", bound)(input)?;
    let (input, value) = expect("a value, such as `80%`", spanned(quantity))(input)?;
    let level = Level { bound, value };
    Ok((input, MeasureKind::OverSegments(OverSegments { measure, level: Some(level) })))
}
