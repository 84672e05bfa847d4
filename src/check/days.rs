//! Days of a charge: `2 days of fee`.
//!
//! A fee of EUR 310.00 is worth 20.00 for two days of January, 310 / 31 × 2,
//! and 22.14 for two days of February.

use meed_grammar::span::Span;
use meed_grammar::tree::{Expr, ExprKind};

use super::Check;
use super::figures::{Figure, Place, not_a_fact, not_money};
use crate::contract::{Arithmetic, Node};
use crate::value::{Quantity, Unit};

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
}
