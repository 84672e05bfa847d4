//! Amounts of a table: which side, which kind, of what.
//!
//! | written | kept as |
//! |---------|---------|
//! | `penalty 5%`, `-5%` | −5 percent of the base |
//! | `bonus GBP 100.00`, `+GBP 100.00` | 100 in money |
//! | `penalty 2 points` | −2 points |
//! | `penalty 2 days of service` | −2 days of the base |
//! | `penalty greater of a and b` | a formula |
//! | `0%`, `nothing` | nothing |
//! | `5%` | an error: on which side? |

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Expr, ExprKind, PaySide, TimeUnit, UnitWord};

use super::Check;
use super::figures::{Place, constant, not_money};
use crate::contract::{Amount, Formula};
use crate::value::{Quantity, Ratio, Unit};

/// A signed amount with its place; the unit is none for nothing. Days of the
/// base have the unit of a duration and are counted in days; a formula counts
/// as 1 on its side.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    pub value: Ratio,
    pub unit: Option<Unit>,
    pub span: Span,
    pub formula: Option<Formula>,
}

impl Signed {
    /// The amount as kept.
    pub fn amount(&self) -> Amount {
        if let Some(formula) = &self.formula {
            let side = if self.value.is_negative() { PaySide::Penalty } else { PaySide::Bonus };
            return Amount::Formula(side, formula.clone());
        }
        match self.unit {
            Some(Unit::Duration) => Amount::Days(self.value.clone()),
            Some(Unit::Percent) => Amount::Percent(self.value.clone()),
            Some(Unit::Points) => Amount::Points(self.value.clone()),
            Some(Unit::Money(_)) => Amount::Money(self.value.clone()),
            _ => Amount::Nothing,
        }
    }
}

/// `a penalty of 5%`, `nothing`
pub(super) fn shown(value: &Ratio, unit: Option<Unit>) -> String {
    let side = if value.is_negative() { "a penalty" } else { "a bonus" };
    match unit {
        Some(Unit::Duration) if !value.is_zero() => format!("{side} of {}", days_words(&value.abs())),
        Some(unit) if !value.is_zero() => format!("{side} of {}", Quantity::new(value.abs(), unit)),
        _ => "nothing".to_owned(),
    }
}

/// What `2 days of service` says instead of the base of its table.
const SERVICE: &str = "service";

/// Whether a quantity is written in days.
pub(super) fn is_days(written: &tree::Quantity) -> bool {
    written.unit == UnitWord::Time(TimeUnit::Day)
}

/// `2 days`
fn days_words(days: &Ratio) -> String {
    let noun = if *days == Ratio::one() { "day" } else { "days" };
    format!("{} {noun}", Quantity::new(days.clone(), Unit::Number))
}

impl Check<'_> {
    /// An amount of a table.
    pub(super) fn amount(&mut self, written: &Spanned<tree::Amount>) -> Option<Signed> {
        let nothing = Signed { value: Ratio::zero(), unit: None, span: written.span, formula: None };
        let (quantity, side) = match &written.value {
            tree::Amount::Nothing => return Some(nothing),
            tree::Amount::Worded(side, expr) => match self.literal_amount(expr) {
                Some(quantity) => (quantity, Some(*side)),
                None => return self.amount_formula(expr, *side, written.span),
            },
            tree::Amount::Signed(quantity) => (quantity.clone(), None),
        };
        let found = self.amount_literal(&quantity)?;
        if found.value.is_zero() {
            return Some(nothing);
        }
        let value = match side {
            Some(_) if quantity.value.signed => {
                self.report(side_twice(quantity.span));
                return None;
            }
            Some(PaySide::Penalty) => -found.value,
            Some(PaySide::Bonus) => found.value,
            None if quantity.value.signed => found.value,
            None => {
                self.report(no_side(&quantity));
                return None;
            }
        };
        let signed = Signed { value, unit: Some(found.unit), ..nothing };
        self.points_convert(&signed);
        Some(signed)
    }

    /// The quantity an amount is written as; `2 days of service` is `2 days`,
    /// unless the contract has a figure of that name.
    fn literal_amount(&self, expr: &Expr) -> Option<Spanned<tree::Quantity>> {
        match &expr.value {
            ExprKind::Quantity(it) => Some(Spanned::new(it.clone(), expr.span)),
            ExprKind::PartOf(part, whole) => match (&part.value, &whole.value) {
                (ExprKind::Quantity(it), ExprKind::Name(name))
                    if name == SERVICE && is_days(it) && !self.names.is_figure(name) =>
                {
                    Some(Spanned::new(it.clone(), expr.span))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// A quantity that can be an amount: money, percent, points, or days in days.
    fn amount_literal(&mut self, written: &Spanned<tree::Quantity>) -> Option<Quantity> {
        let found = self.literal(&written.value, written.span)?;
        match found.unit {
            Unit::Percent | Unit::Points | Unit::Money(_) => Some(found),
            Unit::Duration if is_days(&written.value) => {
                Some(Quantity::new(super::literal::number(written.value.number), Unit::Duration))
            }
            _ if found.value.is_zero() => Some(found),
            _ => {
                self.report(no_amount(&found, written));
                None
            }
        }
    }

    /// An amount that is worked out each period.
    fn amount_formula(&mut self, expr: &Expr, side: PaySide, span: Span) -> Option<Signed> {
        let formula = self.formula(expr, Place::Pay)?;
        if constant(&formula.node).is_some_and(|value| value.is_negative()) {
            self.report(side_twice(expr.span));
            return None;
        }
        match formula.unit {
            Unit::Money(_) | Unit::Percent => {}
            Unit::Points => self.points_become_money(side, expr.span),
            unit => {
                let wanted = Unit::Money(self.head.currency);
                self.report(not_money(expr, unit, wanted, &format!("a {}", side_word(side))));
                return None;
            }
        }
        let value = if side == PaySide::Penalty { -Ratio::one() } else { Ratio::one() };
        Some(Signed { value, unit: Some(formula.unit), span, formula: Some(formula) })
    }

    /// What percentages of a table are of.
    pub(super) fn base(&mut self, base: Option<&Expr>) -> Option<Option<Formula>> {
        match base {
            Some(expr) => self.money(expr, Place::Pay, "what percentages are of").map(Some),
            None => Some(None),
        }
    }

    /// Whether all amounts are of one kind, and percentages have a base.
    pub(super) fn one_kind(&mut self, amounts: &[Signed], has_base: bool) -> Option<Option<Unit>> {
        let mut first: Option<(&Signed, Unit)> = None;
        for amount in amounts {
            let Some(unit) = amount.unit else { continue };
            match first {
                Some((other, kind)) if kind != unit => {
                    let fault = mixed(amount, other);
                    self.report(fault);
                    return None;
                }
                Some(_) => {}
                None => first = Some((amount, unit)),
            }
        }
        if let Some((amount, unit @ (Unit::Percent | Unit::Duration))) = first
            && !has_base
        {
            self.report(no_base(amount.span, unit));
            return None;
        }
        Some(first.map(|(_, unit)| unit))
    }

    /// Points need a conversion that takes their side.
    fn points_convert(&mut self, signed: &Signed) {
        if signed.unit == Some(Unit::Points) {
            let side = if signed.value.is_negative() { PaySide::Penalty } else { PaySide::Bonus };
            self.points_become_money(side, signed.span);
        }
    }

    /// Reports points that no conversion turns into money.
    pub(super) fn points_become_money(&mut self, side: PaySide, span: Span) {
        let (word, conversion) = (side_word(side), self.names.conversions.first().map(|(it, _)| it.side));
        if conversion == Some(side) {
            return;
        }
        let why = match conversion {
            Some(_) => {
                format!("the contract converts points to {}, not to {word}", side_word(opposite(side)))
            }
            None => "the contract has no `convert points to …`".to_owned(),
        };
        self.report(
            Diagnostic::error(codes::POINTS_WITHOUT_CONVERSION, "these points never become money")
                .label(span, why)
                .help(format!(
                    "add for instance `convert points to {word} on … {{ each 0.5% }}`, or pay money"
                )),
        );
    }
}

/// `penalty` or `bonus`.
pub(super) fn side_word(side: PaySide) -> &'static str {
    match side {
        PaySide::Penalty => "penalty",
        PaySide::Bonus => "bonus",
    }
}

fn opposite(side: PaySide) -> PaySide {
    match side {
        PaySide::Penalty => PaySide::Bonus,
        PaySide::Bonus => PaySide::Penalty,
    }
}

fn no_amount(found: &Quantity, written: &Spanned<tree::Quantity>) -> Diagnostic {
    let shown = written.value.to_string();
    Diagnostic::error(codes::UNITS_DIFFER, format!("`{shown}` is {}, not an amount", found.unit))
        .label(written.span, "money, a percentage or points belong here")
        .help("write for instance `penalty 5%`, `bonus GBP 100.00` or `penalty 2 points`".to_owned())
}

fn no_side(written: &Spanned<tree::Quantity>) -> Diagnostic {
    let shown = written.value.to_string();
    Diagnostic::error(codes::SIDE_MISSING, format!("`{shown}` does not say who is paid"))
        .label(written.span, "neither a sign nor a word")
        .help(format!("write `penalty {shown}` or `-{shown}` toward the client, `bonus {shown}` or `+{shown}` toward the vendor"))
}

/// An amount whose word already says the side.
pub(super) fn side_twice(span: Span) -> Diagnostic {
    Diagnostic::error(codes::SIDE_MISSING, "the word says the side already")
        .label(span, "a sign as well")
        .help("write the amount without a sign".to_owned())
}

fn no_base(span: Span, unit: Unit) -> Diagnostic {
    let what = if unit == Unit::Duration { "days of what?" } else { "a percentage of what?" };
    Diagnostic::error(codes::BASE_MISSING, what)
        .label(span, "nothing says what this is a part of")
        .help("name the amount before the table: `pay bands on … {` or `pay scale on … {`".to_owned())
}

fn mixed(amount: &Signed, other: &Signed) -> Diagnostic {
    let kind = |signed: &Signed| match signed.unit {
        Some(Unit::Duration) => "days of the base".to_owned(),
        Some(unit) => unit.to_string(),
        None => "nothing".to_owned(),
    };
    Diagnostic::error(codes::SCALE_ORDER, "one table mixes different kinds of amounts")
        .label(amount.span, kind(amount))
        .label(other.span, kind(other))
        .help("keep to percentages, to money or to points; use a second `pay` for another kind".to_owned())
}
