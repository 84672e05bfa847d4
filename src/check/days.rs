//! Days of a charge: `2 days of fee`.
//!
//! A fee of EUR 310.00 is worth 20.00 for two days of January, 310 / 31 × 2,
//! and 22.14 for two days of February.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;
use meed_grammar::tree::{Expr, ExprKind, FieldType, Name};

use super::Check;
use super::figures::{Figure, Place, not_money};
use super::misplaced::not_a_fact;
use super::records::Cell;
use crate::contract::{Arithmetic, Node, Row, SetRef, Value};
use crate::value::{Quantity, Ratio, Unit};

impl Check<'_> {
    /// `days in the period`
    pub(super) fn days_in_period(&mut self, span: Span, place: Place) -> Option<Figure> {
        if place == Place::Fact {
            self.report(not_a_fact(span, "periods differ in their days"));
            return None;
        }
        Some(Figure { node: Node::DaysInPeriod, unit: Unit::Number })
    }

    /// `2 days of fee`: what the fee comes to for two of the period's days.
    pub(super) fn days_of(&mut self, days: &Expr, whole: &Expr, place: Place) -> Option<Figure> {
        let ExprKind::Quantity(written) = &days.value else { return None };
        let all = self.days_in_period(days.span, place)?;
        let of = self.figure(whole, place)?;
        let unit = of.unit;
        if !matches!(unit, Unit::Money(_)) {
            let wanted = Unit::Money(self.head.currency);
            self.report(not_money(whole, unit, wanted, "what has a price for each day"));
            return None;
        }
        let count = Node::Const(Quantity::new(super::literal::number(written.number), Unit::Number));
        let one = Box::new(Node::Arithmetic(Arithmetic::Over, Box::new(of.node), Box::new(all.node)));
        Some(Figure { node: Node::Arithmetic(Arithmetic::Times, one, Box::new(count)), unit })
    }

    /// `days from due_on to achieved_on, both counted`: due on 1 March and
    /// achieved on 10 March are 10 days; achieved on 1 March or before, 0.
    pub(super) fn days_between(&mut self, from: &Name, to: &Name, both: bool, base: &SetRef) -> Option<Cell> {
        let pair = self.date_pair(from, to, base)?;
        for (name, field) in [(from, &pair.0), (to, &pair.1)] {
            if self.tables.field(&base.table, field) != Some(FieldType::Date) {
                self.report(
                    Diagnostic::error(codes::NOT_DAYS, format!("`{field}` is a moment, not a date"))
                        .label(name.span, "days are counted from date to date")
                        .help(format!(
                            "write `time from {} to {}`, or declare the field as a date",
                            from.value, to.value
                        )),
                );
                return None;
            }
        }
        let elapsed = Row::Elapsed(pair.0, pair.1);
        let seconds = |count: i64| Box::new(Row::Const(Value::Number(Ratio::whole(count))));
        let row = if both {
            let late = Row::Extreme(true, Box::new(elapsed), seconds(0));
            let first = Row::Extreme(false, Box::new(late.clone()), seconds(86_400));
            Row::Arithmetic(Arithmetic::Plus, Box::new(late), Box::new(first))
        } else {
            elapsed
        };
        Some(Cell::new(row, Unit::Duration))
    }
}
