//! Conditions and values over one record, with their units.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;
use meed_grammar::tree::{Expr, ExprKind, FieldType, Name, Text};

use super::figures::Place;
use super::names::unknown;
use super::units;
use super::{Check, both, tables};
use crate::contract::{AS_AT, Arithmetic, Row, SetRef, Typed, Value, unit_of};
use crate::value::{Ratio, Unit};

/// Whether this is the moment at which open cases are looked at.
fn is_as_at(name: &Name, base: &SetRef) -> bool {
    name.value == AS_AT && base.portions.open.is_some()
}

/// An expression with its unit.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub row: Row,
    pub unit: Unit,
}

impl Cell {
    pub(super) fn new(row: Row, unit: Unit) -> Self {
        Self { row, unit }
    }

    pub(super) fn yes_no(row: Row) -> Self {
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

    pub(super) fn is_condition(&mut self, cell: Cell, expr: &Expr) -> Option<Row> {
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

    pub(super) fn cell(&mut self, expr: &Expr, base: &SetRef) -> Option<Cell> {
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
            ExprKind::DaysBetween { from, to, both } => self.days_between(from, to, *both, base),
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
            ExprKind::Aggregate(_)
            | ExprKind::Past(_)
            | ExprKind::TotalOn(_)
            | ExprKind::DaysInPeriod
            | ExprKind::Converted { .. } => {
                self.report(aggregate_here(expr));
                None
            }
        }
    }

    fn field_cell(&mut self, name: &Name, base: &SetRef) -> Option<Cell> {
        if let Some(field) = self.tables.field(&base.table, &name.value) {
            return Some(Cell::new(Row::Field(name.value.clone()), unit_of(field, self.head.currency)));
        }
        if is_as_at(name, base) {
            return Some(Cell::new(Row::Field(name.value.clone()), Unit::Instant));
        }
        if self.named_series(name, Place::Fact).is_some() {
            return None;
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

    pub(super) fn date_pair(&mut self, from: &Name, to: &Name, base: &SetRef) -> Option<(String, String)> {
        let mut field = |name: &Name| match is_as_at(name, base) {
            true => Some(name.value.clone()),
            false => self.date_field(name, &base.table),
        };
        let (from, to) = (field(from), field(to));
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
}

pub(super) fn number(value: Ratio) -> Box<Row> {
    Box::new(Row::Const(Value::Number(value)))
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
