//! Conditions and values over one record, with their units.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;
use meed_grammar::tree::{Expr, ExprKind, FieldType, Name, Operator, Text};

use super::names::unknown;
use super::units::{self, Part, Shape};
use super::{Check, both, tables};
use crate::contract::{Arithmetic, Compare, Row, SetRef, Typed, Value, unit_of};
use crate::value::{Ratio, Unit};

/// An expression with its unit.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub row: Row,
    pub unit: Unit,
}

impl Cell {
    fn new(row: Row, unit: Unit) -> Self {
        Self { row, unit }
    }

    fn yes_no(row: Row) -> Self {
        Self::new(row, Unit::YesNo)
    }
}

impl Check<'_> {
    /// A condition over the records of `base`.
    pub(super) fn condition(&mut self, expr: &Expr, base: &SetRef) -> Option<Row> {
        let cell = self.cell(expr, base)?;
        self.is_condition(cell, expr)
    }

    /// A value over the records of `base` that can be added up.
    pub(super) fn size(&mut self, expr: &Expr, base: &SetRef) -> Option<Typed> {
        let cell = self.cell(expr, base)?;
        if !units::is_size(cell.unit) {
            self.report(not_a_number(expr, cell.unit));
            return None;
        }
        Some(Typed { row: cell.row, unit: cell.unit, text: expr.value.to_string() })
    }

    fn is_condition(&mut self, cell: Cell, expr: &Expr) -> Option<Row> {
        if cell.unit == Unit::YesNo {
            return Some(cell.row);
        }
        let shown = expr.value.to_string();
        self.report(
            Diagnostic::error(
                codes::CONDITION_EXPECTED,
                format!("`{shown}` is {}, not a condition", cell.unit),
            )
            .label(expr.span, "a condition belongs here")
            .help(format!("compare it with something: `{shown} = …`, `{shown} is known`")),
        );
        None
    }

    fn cell(&mut self, expr: &Expr, base: &SetRef) -> Option<Cell> {
        match &expr.value {
            ExprKind::Quantity(it) => {
                let quantity = self.literal(it, expr.span)?;
                Some(Cell::new(Row::Const(Value::Number(quantity.value)), quantity.unit))
            }
            ExprKind::Text(it) => Some(Cell::new(Row::Const(Value::Text(it.clone())), Unit::Text)),
            ExprKind::YesNo(it) => Some(Cell::yes_no(Row::Const(Value::YesNo(*it)))),
            ExprKind::Date(it) => {
                let date = super::literal::date(*it)?;
                Some(Cell::new(Row::Const(Value::Date(date)), Unit::Date))
            }
            ExprKind::Instant(date, clock) => {
                let moment = self.moment(*date, *clock, expr.span)?;
                Some(Cell::new(Row::Const(Value::Instant(moment)), Unit::Instant))
            }
            ExprKind::Name(name) => self.field_cell(&Name::new(name.clone(), expr.span), base),
            ExprKind::Not(inner) => {
                let row = self.condition(inner, base)?;
                Some(Cell::yes_no(Row::Not(Box::new(row))))
            }
            ExprKind::Negative(inner) => self.negative(inner, base),
            ExprKind::Binary(..) => self.chain(expr, base),
            ExprKind::In { value, list, negated } => self.one_of(value, list, *negated, base),
            ExprKind::Missing { value, negated } => {
                let row = Row::Missing(Box::new(self.cell(value, base)?.row));
                Some(Cell::yes_no(if *negated { Row::Not(Box::new(row)) } else { row }))
            }
            ExprKind::Rounded { value, rounding } => {
                let cell = self.number(value, base)?;
                let rounding = self.rounding(rounding, cell.unit)?;
                Some(Cell::new(Row::Rounded(Box::new(cell.row), rounding), cell.unit))
            }
            ExprKind::Extreme { greater, left, right } => self.extreme(*greater, left, right, base),
            ExprKind::Elapsed { from, to } => {
                let (from, to) = self.date_pair(from, to, base)?;
                Some(Cell::new(Row::Elapsed(from, to), Unit::Duration))
            }
            ExprKind::Business { from, to, calendar, paused } => {
                let calendar = self.calendar(calendar);
                let fields = self.date_pair(from, to, base);
                let joined = paused.is_empty() || self.has_case(base, expr.span);
                let ((from, to), calendar) = both(fields, calendar).filter(|_| joined)?;
                Some(Cell::new(
                    Row::Business { from, to, calendar, paused: statuses(paused) },
                    Unit::Duration,
                ))
            }
            ExprKind::Follow(it) => Some(Cell::yes_no(Row::Follow(Box::new(self.follow(it, base)?)))),
            ExprKind::PartOf(part, whole) => self.part_of(part, whole, base),
            ExprKind::Aggregate(_) => {
                self.report(aggregate_here(expr));
                None
            }
        }
    }

    fn field_cell(&mut self, name: &Name, base: &SetRef) -> Option<Cell> {
        if let Some(field) = self.tables.field(&base.table, &name.value) {
            return Some(Cell::new(Row::Field(name.value.clone()), unit_of(field, self.head.currency)));
        }
        if self.names.facts.contains_key(name.value.as_str()) {
            let fact = self.fact(name)?;
            return Some(Cell::new(Row::Const(Value::Number(fact.value.value)), fact.value.unit));
        }
        self.unknown_field(name, &base.table);
        None
    }

    /// Reports a field that the table does not have.
    pub(super) fn unknown_field(&mut self, name: &Name, table: &str) {
        let Some(declared) = self.tables.get(table) else { return };
        let message = format!("is not a field of `{table}`");
        let fault = unknown(codes::UNKNOWN_FIELD, name, &message, declared.fields.keys().map(String::as_str));
        let help = fault.help.clone().unwrap_or_else(|| {
            format!(
                "declare it with `fields {table} {{ {0}: text }}`, or quote it if it is a text: `\"{0}\"`",
                name.value
            )
        });
        self.report(fault.help(help));
    }

    /// The type of a field, reported when the table lacks it.
    pub(super) fn field_type(&mut self, name: &Name, table: &str) -> Option<FieldType> {
        let found = self.tables.field(table, &name.value);
        if found.is_none() {
            self.unknown_field(name, table);
        }
        found
    }

    /// A field that holds a date or moment.
    pub(super) fn date_field(&mut self, name: &Name, table: &str) -> Option<String> {
        let kind = self.field_type(name, table)?;
        if tables::is_date(kind) {
            return Some(name.value.clone());
        }
        if let Some(declared) = self.tables.get(table) {
            let fault = tables::not_a_date(name, kind, &declared.fields);
            self.report(fault);
        }
        None
    }

    fn date_pair(&mut self, from: &Name, to: &Name, base: &SetRef) -> Option<(String, String)> {
        let from = self.date_field(from, &base.table);
        let to = self.date_field(to, &base.table);
        both(from, to)
    }

    /// Whether status events can be joined: by `case`, or by the id of a resolution.
    fn has_case(&mut self, base: &SetRef, span: Span) -> bool {
        let joined = base.table == "resolutions" || self.tables.field(&base.table, "case").is_some();
        if !joined {
            self.report(
                Diagnostic::error(codes::UNKNOWN_FIELD, format!("`{}` has no field `case`", base.table))
                    .label(span, "pauses come from `events`, which are joined by `case`")
                    .help(format!("declare it: `fields {} {{ case: text }}`", base.table)),
            );
        }
        joined
    }

    fn number(&mut self, expr: &Expr, base: &SetRef) -> Option<Cell> {
        let cell = self.cell(expr, base)?;
        if units::is_size(cell.unit) {
            return Some(cell);
        }
        self.report(not_a_number(expr, cell.unit));
        None
    }

    fn negative(&mut self, inner: &Expr, base: &SetRef) -> Option<Cell> {
        let cell = self.number(inner, base)?;
        let row = match cell.row {
            Row::Const(Value::Number(number)) => Row::Const(Value::Number(-number)),
            row => Row::Arithmetic(Arithmetic::Minus, number(Ratio::zero()), Box::new(row)),
        };
        Some(Cell::new(row, cell.unit))
    }

    /// `a and b and c` from the left, without recursion into the chain.
    fn chain(&mut self, expr: &Expr, base: &SetRef) -> Option<Cell> {
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

    fn one_of(&mut self, value: &Expr, list: &[Expr], negated: bool, base: &SetRef) -> Option<Cell> {
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

    fn extreme(&mut self, greater: bool, left: &Expr, right: &Expr, base: &SetRef) -> Option<Cell> {
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

    fn part_of(&mut self, percent: &Expr, whole: &Expr, base: &SetRef) -> Option<Cell> {
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

fn number(value: Ratio) -> Box<Row> {
    Box::new(Row::Const(Value::Number(value)))
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

/// A text or condition where a number belongs.
pub(super) fn not_a_number(expr: &Expr, unit: Unit) -> Diagnostic {
    Diagnostic::error(codes::NUMBER_EXPECTED, format!("`{}` is {unit}, not a number", expr.value))
        .label(expr.span, "a number, amount or duration belongs here")
        .help(match unit {
            Unit::YesNo => Some("count the records instead: `count of … where …`".to_owned()),
            Unit::Instant | Unit::Date => {
                Some("take the time between two dates: `time from … to …`".to_owned())
            }
            _ => None,
        })
}

fn aggregate_here(expr: &Expr) -> Diagnostic {
    Diagnostic::error(codes::NOT_USABLE_HERE, "a figure over many records cannot stand in a condition on one")
        .label(expr.span, "counts a whole set")
        .help("give it a name with `measure`, and compare it in a commitment or gate".to_owned())
}

fn statuses(paused: &[Text]) -> Vec<String> {
    let mut statuses: Vec<String> = paused.iter().map(|it| it.value.clone()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}
