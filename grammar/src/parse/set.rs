//! Sets of records: what they draw on, what is taken out, and what comes
//! before or after a record.

use super::block::Read;
use super::error::{Expected, Input, PResult, expect, fault, maybe, mismatch};
use super::expr::must_expr;
use super::past::is_past;
use super::quantity::{one_of, quantity, unsigned};
use super::relief::portion;
use super::token::{keyword, must, must_phrase, must_symbol, name, phrase, piece, spanned, symbol, text};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::span::{Span, Spanned};
use crate::tree::{
    Aggregate, Direction, Exclusion, Follow, Least, Name, Quantity, SetClause, SetExpr, Side, Window,
};

/// ```ebnf
/// set = "set" name "=" set_expr [ dated ] ;
/// dated = "dated" ( "by" name | unsigned "after" name ) ;
/// ```
pub(super) fn set(input: Input<'_>) -> PResult<'_, Read<SetClause>> {
    let (input, _) = keyword("set")(input)?;
    let (input, name) = expect("the name of the set", name)(input)?;
    let (input, _) = must_symbol("=")(input)?;
    let (input, source) = set_expr(input)?;
    let (input, (dated_by, later)) = dated(input)?;
    Ok((input, Read { value: SetClause { name, source, dated_by, later }, notes: Default::default() }))
}

type Dated = (Option<Name>, Option<Spanned<Quantity>>);

/// `dated by FIELD`, `dated 6 months after FIELD`, or nothing.
fn dated(input: Input<'_>) -> PResult<'_, Dated> {
    let Ok((rest, _)) = keyword("dated")(input) else { return Ok((input, (None, None))) };
    let Ok((rest, later)) = spanned(unsigned)(rest) else {
        return dated_by(input).map(|(rest, field)| (rest, (field, None)));
    };
    let (rest, _) = must("after")(rest)?;
    let (rest, field) = expect("the name of a date field", name)(rest)?;
    Ok((rest, (Some(field), Some(later))))
}

/// `dated by FIELD`, or nothing.
pub(super) fn dated_by(input: Input<'_>) -> PResult<'_, Option<Name>> {
    let Ok((input, _)) = keyword("dated")(input) else { return Ok((input, None)) };
    let (input, _) = must("by")(input)?;
    let (input, field) = expect("the name of a date field", name)(input)?;
    Ok((input, Some(field)))
}

/// ```ebnf
/// set_expr = name [ "where" expr ] { exclusion | portion } ;
/// ```
pub(super) fn set_expr(input: Input<'_>) -> PResult<'_, SetExpr> {
    let (input, name) = expect("the name of a table or set", name)(input)?;
    filtered(input, name)
}

/// The rest of a set expression after its name.
pub(super) fn filtered(input: Input<'_>, name: Name) -> PResult<'_, SetExpr> {
    let (input, filter) = match keyword("where")(input) {
        Ok((rest, _)) => {
            let (rest, filter) = must_expr(rest)?;
            (rest, Some(filter))
        }
        Err(_) => (input, None),
    };
    let (mut input, mut exclusions, mut portions) = (input, Vec::new(), Vec::new());
    loop {
        if let (rest, Some(portion)) = maybe(portion)(input)? {
            portions.push(portion);
            input = rest;
        } else if let (rest, Some(exclusion)) = maybe(exclusion)(input)? {
            exclusions.push(exclusion);
            input = rest;
        } else {
            return Ok((input, SetExpr { name, filter, exclusions, portions }));
        }
    }
}

/// ```ebnf
/// exclusion = "excluding" [ "from" ( "numerator" | "denominator" ) ] expr "because" text ;
/// ```
fn exclusion(input: Input<'_>) -> PResult<'_, Exclusion> {
    const SIDES: &[(&str, Side)] =
        &[("from numerator", Side::Numerator), ("from denominator", Side::Denominator)];
    let (input, _) = keyword("excluding")(input)?;
    let (input, side) = maybe(|input| one_of(input, SIDES, "a side"))(input)?;
    let (input, condition) = must_expr(input)?;
    let (input, _) = must("because")(input)?;
    let (input, because) = expect("the reason as a text", text)(input)?;
    Ok((input, Exclusion { side: side.unwrap_or(Side::Both), condition, because }))
}

/// ```ebnf
/// aggregate = "count" "of" set_expr | "distinct" name "in" set_expr | "sum" "of" expr "over" set_expr ;
/// ```
pub(super) fn aggregate(input: Input<'_>) -> PResult<'_, Aggregate> {
    aggregate_of(input, set_expr)
}

/// A figure over a whole set. Inside an expression a condition would run on
/// into what follows, so there it stands in brackets: `(count of a where b) + 1`.
///
/// ```ebnf
/// figure = "count" "of" name | "distinct" name "in" name | "sum" "of" expr "over" name ;
/// ```
pub(super) fn figure(input: Input<'_>) -> PResult<'_, Aggregate> {
    let (input, figure) = aggregate_of(input, |input| {
        let (input, name) = expect("the name of a table or set", name)(input)?;
        Ok((input, SetExpr { name, filter: None, exclusions: Vec::new(), portions: Vec::new() }))
    })?;
    match keyword("where")(input) {
        Ok((rest, span)) => fault(loose_condition(span), rest.location_offset()),
        Err(_) => Ok((input, figure)),
    }
}

fn loose_condition(span: Span) -> Diagnostic {
    Diagnostic::error(codes::UNEXPECTED, "a figure with a condition stands in brackets here")
        .label(span, "where the condition ends is not clear")
        .help(Some("write `(count of … where …)`, or name the records with `set`".to_owned()))
}

/// An aggregate with a condition; none when it has none or something else stands here.
pub(super) fn conditional(input: Input<'_>) -> PResult<'_, Aggregate> {
    let (rest, aggregate) = aggregate(input)?;
    let (Aggregate::Count(set) | Aggregate::Distinct(_, set) | Aggregate::Sum(_, set)) = &aggregate;
    if set.filter.is_none() && set.exclusions.is_empty() && set.portions.is_empty() {
        return mismatch(input, Expected::Part("a condition"));
    }
    Ok((rest, aggregate))
}

type SetParser = for<'s> fn(Input<'s>) -> PResult<'s, SetExpr>;

fn aggregate_of(input: Input<'_>, set: SetParser) -> PResult<'_, Aggregate> {
    if let Ok((input, _)) = phrase("count of")(input) {
        let (input, set) = set(input)?;
        return Ok((input, Aggregate::Count(set)));
    }
    if keyword("sum")(input).is_ok() && is_past(input) {
        return mismatch(input, Expected::Part("a sum over records"));
    }
    if let Ok((input, _)) = phrase("sum of")(input) {
        let (input, value) = must_expr(input)?;
        let (input, _) = must("over")(input)?;
        let (input, set) = set(input)?;
        return Ok((input, Aggregate::Sum(value, set)));
    }
    let distinct = keyword("distinct")(input).and_then(|(rest, _)| name(rest));
    let Ok((input, key)) = distinct else {
        return mismatch(input, Expected::Part("`count of`, `sum of` or `distinct`"));
    };
    let (input, _) = must("in")(input)?;
    let (input, set) = set(input)?;
    Ok((input, Aggregate::Distinct(key, set)))
}

/// An aggregate that belongs here.
pub(super) fn must_aggregate(input: Input<'_>) -> PResult<'_, Aggregate> {
    expect("`count of`, `sum of` or `distinct`", aggregate)(input)
}

/// ```ebnf
/// follow = "followed" "by" [ least ] name "with" "same" keys [ "on" "a" "later" "day" ] reach
///        | "preceded" "by" name "with" "same" keys [ "on" "an" "earlier" "day" ] reach
///        | "starts" "a" "case" "with" "same" keys window
///        | "still" "in" name "with" "same" keys unsigned "after" name ;
/// least = "at" "least" ( number | unsigned "of" name "in" ) ;
/// reach = [ window ] [ "after" name ] ;
/// ```
pub(super) fn follow(input: Input<'_>) -> PResult<'_, Follow> {
    const DIRECTIONS: &[(&str, Direction)] = &[
        ("followed by", Direction::Followed),
        ("preceded by", Direction::Preceded),
        ("starts a case", Direction::StartsCase),
        ("still in", Direction::StillIn),
    ];
    let (input, direction) = one_of(input, DIRECTIONS, "`followed by`")?;
    let other_day = match direction {
        Direction::Followed => "on a later day",
        Direction::Preceded => "on an earlier day",
        Direction::StartsCase => return case_start(input),
        Direction::StillIn => return still_in(input),
    };
    let (input, least) = match direction {
        Direction::Followed => maybe(least)(input)?,
        _ => (input, None),
    };
    let (input, set) = expect("the name of a set", name)(input)?;
    let (input, _) = must_phrase("with same")(input)?;
    let (input, keys) = keys(input)?;
    let (input, other_day) = maybe(phrase(other_day))(input)?;
    let (input, window) = maybe(window)(input)?;
    let (input, after) = maybe(after)(input)?;
    let (set, other_day, least) = (Some(set), other_day.is_some(), least.map(Box::new));
    Ok((input, Follow { direction, set, keys, other_day, window, after, least }))
}

/// `at least 3`, or `at least GBP 100 of value in`.
fn least(input: Input<'_>) -> PResult<'_, Least> {
    let (input, _) = phrase("at least")(input)?;
    let (input, amount) = expect("how many, or how much", spanned(unsigned))(input)?;
    let Ok((input, _)) = keyword("of")(input) else { return Ok((input, Least { amount, of: None })) };
    let (input, field) = expect("the field that is added up", name)(input)?;
    let (input, _) = must("in")(input)?;
    let value = Spanned::new(crate::tree::ExprKind::Name(field.value), field.span);
    Ok((input, Least { amount, of: Some(value) }))
}

fn still_in(input: Input<'_>) -> PResult<'_, Follow> {
    let (input, set) = expect("the name of a set", name)(input)?;
    let (input, _) = must_phrase("with same")(input)?;
    let (input, keys) = keys(input)?;
    let (input, length) = expect("how much later, such as `6 months`", spanned(unsigned))(input)?;
    let (input, _) = must("after")(input)?;
    let (input, after) = expect("the name of a date field", name)(input)?;
    let window = Some(Window { length, inclusive: true });
    let (direction, set, after) = (Direction::StillIn, Some(set), Some(after));
    Ok((input, Follow { direction, set, keys, other_day: false, window, after, least: None }))
}

fn case_start(input: Input<'_>) -> PResult<'_, Follow> {
    let (input, _) = must_phrase("with same")(input)?;
    let (input, keys) = keys(input)?;
    let (input, window) = expect("`within` and a time", window)(input)?;
    let direction = Direction::StartsCase;
    let window = Some(window);
    Ok((input, Follow { direction, set: None, keys, other_day: false, window, after: None, least: None }))
}

/// `after FIELD`; `after 50 included` belongs to a price.
fn after(input: Input<'_>) -> PResult<'_, Name> {
    let (rest, _) = keyword("after")(input)?;
    name(rest)
}

/// Phrases that may stand after a comma behind a list of keys.
const AFTER_COMMA: &[&str] = &[
    "nearest rank",
    "linear interpolation",
    "dead band",
    "at most",
    "at least",
    "allocations total",
    "notice within",
    "counted anew",
    "unknown pro",
    "unknown to",
    "unknown held",
    "unused ones",
    "indexed by",
    "prorated by",
    "effective from",
    "effective until",
    "both counted",
    "within",
    "counting contacts",
];

/// ```ebnf
/// keys = name { "," name } ;
/// ```
pub(super) fn keys(input: Input<'_>) -> PResult<'_, Vec<Name>> {
    let (mut input, first) = expect("the fields that must be the same", name)(input)?;
    let mut keys = vec![first];
    while let Ok((rest, _)) = symbol(",")(input) {
        let other = AFTER_COMMA.iter().any(|words| phrase(words)(rest).is_ok());
        if other || matches!(piece(rest), Some((_, next)) if next.is("otherwise") || next.is("if")) {
            break;
        }
        let (rest, key) = expect("a field name", name)(rest)?;
        keys.push(key);
        input = rest;
    }
    Ok((input, keys))
}

/// ```ebnf
/// window = ( "within" | "in" "less" "than" ) quantity ;
/// ```
pub(super) fn window(input: Input<'_>) -> PResult<'_, Window> {
    let (input, inclusive) = one_of(input, &[("within", true), ("in less than", false)], "`within`")?;
    let (input, length) = expect("a time, such as `7 days`", spanned(quantity))(input)?;
    Ok((input, Window { length, inclusive }))
}
