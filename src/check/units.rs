//! What may be calculated with what.
//!
//! | left | | right | gives |
//! |------|---|-------|-------|
//! | percent | + − | percent or points | percent |
//! | money | × | number | money |
//! | money | × | percent | that part of the money |
//! | money | / | money | number |
//! | moment | − | moment | duration |
//! | percent | + | number | nothing: an error |

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;
use meed_grammar::tree::{Operator, Quantity, UnitWord};

use crate::contract::{Arithmetic, Compare};
use crate::value::Unit;

/// How two operands are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// As they stand.
    Plain,
    /// The left one, in percent, of the right one.
    LeftOfRight,
    /// The right one, in percent, of the left one.
    RightOfLeft,
}

/// A part of an expression with what is needed to speak of it.
#[derive(Debug, Clone)]
pub(super) struct Part<'e> {
    pub unit: Unit,
    pub span: Span,
    pub expr: &'e meed_grammar::tree::Expr,
}

/// The result's unit and how to join, when the two units go together.
pub(super) fn arithmetic(operator: Arithmetic, left: Unit, right: Unit) -> Option<(Unit, Shape)> {
    match operator {
        Arithmetic::Plus | Arithmetic::Minus => sum(operator, left, right).map(|unit| (unit, Shape::Plain)),
        Arithmetic::Times => product(left, right),
        Arithmetic::Over => quotient(left, right).map(|unit| (unit, Shape::Plain)),
    }
}

fn sum(operator: Arithmetic, left: Unit, right: Unit) -> Option<Unit> {
    match (left, right) {
        (Unit::Percent | Unit::Number, Unit::Points) => Some(left),
        (Unit::Points, Unit::Percent | Unit::Number) => Some(right),
        (Unit::Instant, Unit::Duration) => Some(Unit::Instant),
        (Unit::Duration, Unit::Instant) if operator == Arithmetic::Plus => Some(Unit::Instant),
        (Unit::Instant, Unit::Instant) | (Unit::Date, Unit::Date) if operator == Arithmetic::Minus => {
            Some(Unit::Duration)
        }
        _ => (left == right && is_size(left)).then_some(left),
    }
}

fn product(left: Unit, right: Unit) -> Option<(Unit, Shape)> {
    match (left, right) {
        (Unit::Number, other) | (other, Unit::Number) if is_size(other) => Some((other, Shape::Plain)),
        (Unit::Percent, other) if is_size(other) => Some((other, Shape::LeftOfRight)),
        (other, Unit::Percent) if is_size(other) => Some((other, Shape::RightOfLeft)),
        _ => None,
    }
}

fn quotient(left: Unit, right: Unit) -> Option<Unit> {
    match right {
        Unit::Number => is_size(left).then_some(left),
        _ => (left == right && is_size(left)).then_some(Unit::Number),
    }
}

/// Whether values of this unit have a size that can be multiplied.
pub(super) fn is_size(unit: Unit) -> bool {
    matches!(unit, Unit::Number | Unit::Percent | Unit::Points | Unit::Money(_) | Unit::Duration)
}

/// Whether values of these units can be compared as they stand.
pub(super) fn comparable(compare: Compare, left: Unit, right: Unit) -> bool {
    let equality = matches!(compare, Compare::Equal | Compare::NotEqual);
    left == right && (equality || !matches!(left, Unit::Text | Unit::YesNo))
}

/// The arithmetic operator, when it is one.
pub(super) fn arithmetic_of(operator: Operator) -> Option<Arithmetic> {
    match operator {
        Operator::Plus => Some(Arithmetic::Plus),
        Operator::Minus => Some(Arithmetic::Minus),
        Operator::Times => Some(Arithmetic::Times),
        Operator::Over => Some(Arithmetic::Over),
        _ => None,
    }
}

/// The comparison, when it is one.
pub(super) fn compare_of(operator: Operator) -> Option<Compare> {
    match operator {
        Operator::Equal => Some(Compare::Equal),
        Operator::NotEqual => Some(Compare::NotEqual),
        Operator::Less => Some(Compare::Less),
        Operator::AtMost => Some(Compare::AtMost),
        Operator::More => Some(Compare::More),
        Operator::AtLeast => Some(Compare::AtLeast),
        _ => None,
    }
}

/// Two parts that do not go together.
pub(super) fn differ(sign: Span, left: &Part<'_>, right: &Part<'_>) -> Diagnostic {
    if [left.unit, right.unit] == [Unit::Text; 2] {
        return Diagnostic::error(codes::UNITS_DIFFER, "texts have no order")
            .label(sign, "not possible between texts")
            .help("texts can be compared with `=`, `!=` and `in (…)` only".to_owned());
    }
    let (a, b) = (left.expr.value.to_string(), right.expr.value.to_string());
    Diagnostic::error(codes::UNITS_DIFFER, format!("`{a}` is {} and `{b}` is {}", left.unit, right.unit))
        .label(sign, "these two do not go together")
        .label(left.span, left.unit.to_string())
        .label(right.span, right.unit.to_string())
        .help(literal_help(left, right).or_else(|| pair_help(left.unit, right.unit)))
}

/// What to write when one side is a literal.
fn literal_help(left: &Part<'_>, right: &Part<'_>) -> Option<String> {
    let quantity = |part: &Part<'_>| match &part.expr.value {
        meed_grammar::tree::ExprKind::Quantity(it) => Some(it.clone()),
        _ => None,
    };
    match (quantity(left), quantity(right)) {
        (None, Some(it)) => help(left.unit, right.unit, &it),
        (Some(it), None) => help(right.unit, left.unit, &it),
        _ => None,
    }
}

fn pair_help(left: Unit, right: Unit) -> Option<String> {
    let has = |unit: Unit| left == unit || right == unit;
    if has(Unit::Duration)
        && (has(Unit::Number) || matches!(left, Unit::Money(_)) || matches!(right, Unit::Money(_)))
    {
        return Some("divide the duration by a unit first: `… / 1 minute` is a number".to_owned());
    }
    None
}

/// How to write `quantity` where `wanted` belongs.
pub(super) fn help(wanted: Unit, got: Unit, quantity: &Quantity) -> Option<String> {
    let digits = quantity.number.to_string();
    match (wanted, got) {
        (Unit::Percent, Unit::Number | Unit::Points) => Some(format!("write `{digits}%`")),
        (Unit::Number, Unit::Percent | Unit::Points) => {
            Some(format!("write `{digits}`: this figure has no unit"))
        }
        (Unit::Duration, Unit::Number) => {
            Some(format!("say of what: `{digits} seconds`, `{digits} minutes` …"))
        }
        (Unit::Money(currency), Unit::Number) => Some(match digits.strip_prefix('-') {
            Some(digits) => format!("write `-{currency} {digits}`"),
            None => format!("write `{currency} {digits}`"),
        }),
        (Unit::Money(_), Unit::Percent) => Some(format!("say of what: `{digits}% of …`")),
        (Unit::Text, _) => Some(format!("a text is written in quotes: `\"{}\"`", quantity)),
        _ => (quantity.unit == UnitWord::Points).then(|| "points measure percentages and scores".to_owned()),
    }
}
