//! What a measure calculates.

use super::error::{Expected, Input, PResult, expect, maybe, mismatch};
use super::expr::must_expr;
use super::quantity::{count, one_of, quantity, time_unit};
use super::score::{answers, bottom_box, box_count, extreme, mean, net_boxes, segment_share};
use super::set::{filtered, must_aggregate, set_expr};
use super::token::{currency, keyword, must, must_phrase, name, peeks, phrase, piece, spanned, symbol};
use crate::tree::{MeasureKind, PercentileMethod, ReportedUnit};

/// ```ebnf
/// kind = share | segment_share | ratio | rate | aggregate | mean | percentile | highest_lowest | net_promoter
///      | top_box | bottom_box | net_boxes | scorecard | servqual
///      | "calculated" "as" expr | "reported" "in" reported ;
/// ```
pub(super) fn kind(input: Input<'_>) -> PResult<'_, MeasureKind> {
    let word = piece(input).map(|(_, word)| word.text).unwrap_or_default();
    match word {
        "share" => share(input),
        "ratio" => ratio(input),
        "rate" => rate(input),
        "mean" => mean(input),
        "highest" | "lowest" => extreme(input),
        "bottom" => bottom_box(input),
        "median" | "percentile" => percentile(input),
        "net" => net_promoter(input),
        "top" => top_box(input),
        "calculated" => {
            let (input, _) = keyword("calculated")(input)?;
            let (input, _) = must("as")(input)?;
            must_expr(input).map(|(rest, value)| (rest, MeasureKind::Calculated(value)))
        }
        "reported" => {
            let (input, _) = keyword("reported")(input)?;
            let (input, _) = must("in")(input)?;
            let unit = expect("`percent`, `number`, a currency or a unit of time", spanned(reported))(input);
            unit.map(|(rest, unit)| (rest, MeasureKind::Reported(unit)))
        }
        "count" | "sum" | "distinct" => {
            must_aggregate(input).map(|(rest, value)| (rest, MeasureKind::Single(value)))
        }
        _ => mismatch(input, Expected::Part("what is calculated")),
    }
}

/// ```ebnf
/// share = "share" "of" [ name "in" ] set_expr ;
/// ```
fn share(input: Input<'_>) -> PResult<'_, MeasureKind> {
    let (input, _) = keyword("share")(input)?;
    let (input, _) = must("of")(input)?;
    if peeks(input, phrase("segments with")) {
        return segment_share(input);
    }
    let (input, first) = expect("the name of a table or set", name)(input)?;
    let Ok((input, _)) = keyword("in")(input) else {
        let (input, of) = filtered(input, first)?;
        return Ok((input, MeasureKind::Share { key: None, of }));
    };
    let (input, of) = set_expr(input)?;
    Ok((input, MeasureKind::Share { key: Some(first), of }))
}

/// ```ebnf
/// ratio = "ratio" "of" aggregate "to" aggregate [ "in" "percent" ] ;
/// ```
fn ratio(input: Input<'_>) -> PResult<'_, MeasureKind> {
    let (input, _) = keyword("ratio")(input)?;
    let (input, _) = must("of")(input)?;
    let (input, numerator) = must_aggregate(input)?;
    let (input, _) = must("to")(input)?;
    let (input, denominator) = must_aggregate(input)?;
    let (input, percent) = maybe(phrase("in percent"))(input)?;
    Ok((input, MeasureKind::Ratio { numerator, denominator, percent: percent.is_some() }))
}

/// ```ebnf
/// rate = "rate" "of" set_expr "per" number set_expr ;
/// ```
fn rate(input: Input<'_>) -> PResult<'_, MeasureKind> {
    let (input, _) = keyword("rate")(input)?;
    let (input, _) = must("of")(input)?;
    let (input, of) = set_expr(input)?;
    let (input, _) = must("per")(input)?;
    let (input, per) = expect("per how many, such as `1,000`", count)(input)?;
    let (input, base) = set_expr(input)?;
    Ok((input, MeasureKind::Rate { of, per, base }))
}

/// ```ebnf
/// percentile = ( "median" | "percentile" quantity ) "of" expr "over" set_expr [ "," method ] ;
/// method = "nearest" "rank" | "linear" "interpolation" ;
/// ```
fn percentile(input: Input<'_>) -> PResult<'_, MeasureKind> {
    const METHODS: &[(&str, PercentileMethod)] = &[
        ("nearest rank", PercentileMethod::NearestRank),
        ("linear interpolation", PercentileMethod::Linear),
    ];
    let (input, median) = maybe(keyword("median"))(input)?;
    let (input, percent) = match median {
        Some(_) => (input, None),
        None => {
            let (input, _) = keyword("percentile")(input)?;
            let (input, percent) = expect("which percentile, such as `90`", spanned(quantity))(input)?;
            (input, Some(percent))
        }
    };
    let (input, _) = must("of")(input)?;
    let (input, value) = must_expr(input)?;
    let (input, _) = must("over")(input)?;
    let (input, over) = set_expr(input)?;
    let (input, method) = match symbol(",")(input) {
        Ok((rest, _)) => {
            let method = |input| one_of(input, METHODS, "a method");
            let (rest, method) = expect("`nearest rank` or `linear interpolation`", spanned(method))(rest)?;
            (rest, Some(method))
        }
        Err(_) => (input, None),
    };
    Ok((input, MeasureKind::Percentile { percent, value, over, method }))
}

/// ```ebnf
/// net_promoter = "net" "promoter" "score" "of" expr "over" set_expr ;
/// ```
fn net_promoter(input: Input<'_>) -> PResult<'_, MeasureKind> {
    let (input, _) = must_phrase("net promoter score")(input)?;
    let (input, _) = must("of")(input)?;
    let (input, value) = must_expr(input)?;
    let (input, _) = must("over")(input)?;
    let (input, over) = set_expr(input)?;
    Ok((input, MeasureKind::NetPromoter { value, over }))
}

/// ```ebnf
/// top_box = "top" number ( "box" | "boxes" ) "of" expr "on" answer "to" answer "over" set_expr ;
/// ```
fn top_box(input: Input<'_>) -> PResult<'_, MeasureKind> {
    let (input, _) = keyword("top")(input)?;
    let (input, boxes) = box_count(input)?;
    if peeks(input, keyword("less")) {
        return net_boxes(input, boxes);
    }
    let (input, (value, low, high, over)) = answers(input)?;
    Ok((input, MeasureKind::TopBox { boxes, value, low, high, over }))
}

/// ```ebnf
/// reported = "percent" | "number" | time_unit | currency ;
/// ```
fn reported(input: Input<'_>) -> PResult<'_, ReportedUnit> {
    if let Ok((rest, _)) = keyword("percent")(input) {
        return Ok((rest, ReportedUnit::Percent));
    }
    if let Ok((rest, _)) = keyword("number")(input) {
        return Ok((rest, ReportedUnit::Number));
    }
    if let Ok((rest, unit)) = time_unit(input) {
        return Ok((rest, ReportedUnit::Time(unit)));
    }
    currency(input).map(|(rest, code)| (rest, ReportedUnit::Money(code.value)))
}
