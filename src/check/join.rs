//! Two values of a record joined: `and`, comparisons, arithmetic, lists.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;
use meed_grammar::tree::{Expr, ExprKind, Operator};

use super::records::{Cell, not_a_number, number};
use super::units::{self, Part, Shape};
use super::{Check, both};
use crate::contract::{Arithmetic, Compare, Row, SetRef, Value};
use crate::value::{Ratio, Unit};

impl Check<'_> {
    /// `a and b and c` from the left, without recursion into the chain.
    pub(super) fn chain(&mut self, expr: &Expr, base: &SetRef) -> Option<Cell> {
        let (first, links) = links(expr);
        let mut left = self.cell(first, base);
        let mut left_expr = first;
        for (whole, operator, right_expr) in links {
            let right = self.cell(right_expr, base);
            left = match operator.0 {
                Operator::And | Operator::Or => {
                    let left = left.and_then(|cell| self.is_condition(cell, left_expr));
                    let right = right.and_then(|cell| self.is_condition(cell, right_expr));
                    both(left, right).map(|(left, right)| Cell::yes_no(joined(operator.0, left, right)))
                }
                _ => both(left, right)
                    .and_then(|(left, right)| self.combine(operator, (left, left_expr), (right, right_expr))),
            };
            left_expr = whole;
        }
        left
    }

    fn combine(
        &mut self,
        operator: (Operator, Span),
        left: (Cell, &Expr),
        right: (Cell, &Expr),
    ) -> Option<Cell> {
        if let Some(compare) = units::compare_of(operator.0) {
            return self.compare(compare, operator.1, left, right);
        }
        let sign = units::arithmetic_of(operator.0)?;
        if let Some((_, bad)) =
            [&left, &right].into_iter().find_map(|(cell, expr)| not_arithmetic(cell).then_some((cell, *expr)))
        {
            let unit = if bad.span == left.1.span { left.0.unit } else { right.0.unit };
            self.report(not_a_number(bad, unit));
            return None;
        }
        if sign == Arithmetic::Over && is_zero(&right.0.row) {
            self.report(division_by_zero(right.1.span));
            return None;
        }
        let Some((unit, shape)) = units::arithmetic(sign, left.0.unit, right.0.unit) else {
            self.report(units::differ(operator.1, &part(&left), &part(&right)));
            return None;
        };
        let row = match (shape, left.0.row, right.0.row) {
            (_, Row::Field(later), Row::Field(earlier)) if is_span(left.0.unit, right.0.unit) => {
                Row::Elapsed(earlier, later)
            }
            (Shape::Plain, left, right) => Row::Arithmetic(sign, Box::new(left), Box::new(right)),
            (Shape::LeftOfRight, percent, whole) | (Shape::RightOfLeft, whole, percent) => {
                hundredths(percent, whole)
            }
        };
        Some(Cell::new(row, unit))
    }

    fn compare(
        &mut self,
        compare: Compare,
        sign: Span,
        left: (Cell, &Expr),
        right: (Cell, &Expr),
    ) -> Option<Cell> {
        let units = (left.0.unit, right.0.unit);
        let left = (self.midnight(left.0, units.1), left.1);
        let right = (self.midnight(right.0, units.0), right.1);
        if !units::comparable(compare, left.0.unit, right.0.unit) {
            self.report(units::differ(sign, &part(&left), &part(&right)));
            return None;
        }
        Some(Cell::yes_no(Row::Compare(compare, Box::new(left.0.row), Box::new(right.0.row))))
    }

    /// A written date compared with a moment is that day's first moment.
    fn midnight(&self, cell: Cell, other: Unit) -> Cell {
        match cell.row {
            Row::Const(Value::Date(date)) if other == Unit::Instant => {
                Cell::new(Row::Const(Value::Instant(self.head.zone.midnight(date))), Unit::Instant)
            }
            _ => cell,
        }
    }

    pub(super) fn one_of(
        &mut self,
        value: &Expr,
        list: &[Expr],
        negated: bool,
        base: &SetRef,
    ) -> Option<Cell> {
        let cell = self.cell(value, base);
        let mut values = Vec::new();
        let mut sound = true;
        for item in list {
            let value = self.list_value(item, value, cell.as_ref(), base);
            sound &= value.is_some();
            values.extend(value);
        }
        values.sort();
        values.dedup();
        let row = Row::OneOf(Box::new(cell.filter(|_| sound)?.row), values);
        Some(Cell::yes_no(if negated { Row::Not(Box::new(row)) } else { row }))
    }

    fn list_value(&mut self, item: &Expr, value: &Expr, cell: Option<&Cell>, base: &SetRef) -> Option<Value> {
        let found = self.cell(item, base)?;
        let found = cell.map_or(found.clone(), |cell| self.midnight(found, cell.unit));
        let Row::Const(constant) = found.row else {
            self.report(
                Diagnostic::error(codes::NOT_USABLE_HERE, "a list holds fixed values")
                    .label(item.span, "not a fixed value")
                    .help("join two comparisons with `or` instead".to_owned()),
            );
            return None;
        };
        let cell = cell?;
        if cell.unit != found.unit {
            let left = Part { unit: cell.unit, span: value.span, expr: value };
            let right = Part { unit: found.unit, span: item.span, expr: item };
            self.report(units::differ(item.span, &left, &right));
            return None;
        }
        Some(constant)
    }

    pub(super) fn extreme(
        &mut self,
        greater: bool,
        left: &Expr,
        right: &Expr,
        base: &SetRef,
    ) -> Option<Cell> {
        let (a, b) = (self.cell(left, base), self.cell(right, base));
        let (a, b) = both(a, b)?;
        let ordered = units::comparable(Compare::Less, a.unit, b.unit);
        if !ordered {
            let (left, right) = (
                Part { unit: a.unit, span: left.span, expr: left },
                Part { unit: b.unit, span: right.span, expr: right },
            );
            self.report(units::differ(right.span, &left, &right));
            return None;
        }
        Some(Cell::new(Row::Extreme(greater, Box::new(a.row), Box::new(b.row)), a.unit))
    }

    pub(super) fn part_of(&mut self, percent: &Expr, whole: &Expr, base: &SetRef) -> Option<Cell> {
        let (a, b) = (self.cell(percent, base), self.cell(whole, base));
        let (a, b) = both(a, b)?;
        if a.unit != Unit::Percent || !units::is_size(b.unit) {
            let (left, right) = (
                Part { unit: a.unit, span: percent.span, expr: percent },
                Part { unit: b.unit, span: whole.span, expr: whole },
            );
            self.report(units::differ(percent.span, &left, &right));
            return None;
        }
        Some(Cell::new(hundredths(a.row, b.row), b.unit))
    }
}

/// A whole of a chain, its operator with its place, and the right operand.
type Link<'e> = (&'e Expr, (Operator, Span), &'e Expr);

/// The first operand of a chain, then each operator with its right operand.
pub(super) fn links(expr: &Expr) -> (&Expr, Vec<Link<'_>>) {
    let (mut first, mut links) = (expr, Vec::new());
    while let ExprKind::Binary(left, operator, right) = &first.value {
        links.push((first, (operator.value, operator.span), right.as_ref()));
        first = left;
    }
    links.reverse();
    (first, links)
}

fn part<'e>(typed: &(Cell, &'e Expr)) -> Part<'e> {
    Part { unit: typed.0.unit, span: typed.1.span, expr: typed.1 }
}

fn joined(operator: Operator, left: Row, right: Row) -> Row {
    match (operator, left) {
        (Operator::And, Row::And(mut all)) => {
            all.push(right);
            Row::And(all)
        }
        (Operator::And, left) => Row::And(vec![left, right]),
        (_, Row::Or(mut all)) => {
            all.push(right);
            Row::Or(all)
        }
        (_, left) => Row::Or(vec![left, right]),
    }
}

/// `percent` hundredths of `whole`.
fn hundredths(percent: Row, whole: Row) -> Row {
    let product = Row::Arithmetic(Arithmetic::Times, Box::new(percent), Box::new(whole));
    Row::Arithmetic(Arithmetic::Over, Box::new(product), number(Ratio::whole(100)))
}

fn is_span(left: Unit, right: Unit) -> bool {
    left == right && matches!(left, Unit::Instant | Unit::Date)
}

fn not_arithmetic(cell: &Cell) -> bool {
    matches!(cell.unit, Unit::Text | Unit::YesNo)
}

fn is_zero(row: &Row) -> bool {
    matches!(row, Row::Const(Value::Number(number)) if number.is_zero())
}

/// A division by a written zero.
pub(super) fn division_by_zero(span: Span) -> Diagnostic {
    Diagnostic::error(codes::DIVISION_BY_ZERO, "division by zero")
        .label(span, "this is 0")
        .help("divide by a number other than 0".to_owned())
}
