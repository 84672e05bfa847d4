//! Formulas over the figures of a period, and facts.
//!
//! ```text
//! fact list_size = 15,326 / 9,962            1.538446…, exactly 7663/4981
//! charge fee = GBP 220.62 * list_size        money × number = money
//! cap penalties 12% of fee each period       a part of money = money
//! ```

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;
use meed_grammar::suggest;
use meed_grammar::tree::{Expr, ExprKind, Name, Operator};
use std::collections::BTreeMap;

use super::amounts::is_days;
use super::join::{division_by_zero, links};
use super::memo::Known;
use super::misplaced::{not_a_fact, not_a_formula, not_here, of_a_record};
use super::names::unknown;
use super::units::{self, Part, Shape};
use super::{Check, both};
use crate::contract::{Arithmetic, Compare, Fact, Formula, Node};
use crate::value::{Quantity, Ratio, Unit};

/// Where a formula stands, which decides what it may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A fact: numbers and other facts.
    Fact,
    /// A calculated measure: measures and facts too.
    Measure,
    /// A charge: other charges too.
    Charge,
    /// A pool, a payment, a cap: everything.
    Pay,
    /// A gate: the period's penalties and points too.
    Gate,
    /// A right: the whole statement too.
    End,
}

/// A part of a formula with its unit.
#[derive(Debug, Clone)]
pub(super) struct Figure {
    pub node: Node,
    pub unit: Unit,
}

impl Check<'_> {
    pub(super) fn all_facts(&mut self) -> BTreeMap<String, Fact> {
        let names: Vec<Name> = self.names.facts.values().map(|(it, _)| it.name.clone()).collect();
        names.iter().filter_map(|name| Some((name.value.clone(), self.fact(name)?))).collect()
    }

    /// The fact of this name, which is declared.
    pub(super) fn fact(&mut self, name: &Name) -> Option<Fact> {
        let (clause, _) = self.names.facts.get(name.value.as_str()).copied()?;
        match self.facts.begin(&name.value) {
            Known::Done(fact) => return fact,
            Known::Circle => {
                self.circular(name, "fact");
                return None;
            }
            Known::TooDeep => {
                self.too_deep(name);
                return None;
            }
            Known::New => {}
        }
        let figure = self.figure(&clause.value, Place::Fact);
        let value = figure.and_then(|it| {
            let value = constant(&it.node);
            if value.is_none() {
                self.report(division_by_zero(clause.value.span));
            }
            Some(Quantity::new(value?, it.unit))
        });
        let label = clause.label.as_ref().unwrap_or(&clause.name).value.clone();
        let fact = value.map(|value| Fact {
            name: name.value.clone(),
            label,
            value,
            text: clause.value.value.to_string(),
        });
        self.facts.finish(&name.value, fact)
    }

    /// A formula of any unit.
    pub(super) fn formula(&mut self, expr: &Expr, place: Place) -> Option<Formula> {
        let figure = self.figure(expr, place)?;
        Some(Formula { node: figure.node, unit: figure.unit, text: expr.value.to_string() })
    }

    /// A formula that comes to an amount of money; `what` is said of it.
    pub(super) fn money(&mut self, expr: &Expr, place: Place, what: &str) -> Option<Formula> {
        let formula = self.formula(expr, place)?;
        let wanted = Unit::Money(self.head.currency);
        if formula.unit == wanted {
            return Some(formula);
        }
        self.report(not_money(expr, formula.unit, wanted, what));
        None
    }

    pub(super) fn figure(&mut self, expr: &Expr, place: Place) -> Option<Figure> {
        match &expr.value {
            ExprKind::Quantity(it) => {
                let quantity = self.literal(it, expr.span)?;
                let unit = quantity.unit;
                Some(Figure { node: Node::Const(quantity), unit })
            }
            ExprKind::Past(past) => self.past(past, expr.span, place),
            ExprKind::TotalOn(it) => self.total_on(it, expr.span, place),
            ExprKind::Name(name) if self.is_total(name) => self.total(name, expr.span, place),
            ExprKind::Name(name) => self.named(&Name::new(name.clone(), expr.span), place),
            ExprKind::Negative(inner) => self.negated(inner, place),
            ExprKind::Binary(..) => self.figure_chain(expr, place),
            ExprKind::Rounded { value, rounding } => {
                let figure = self.figure(value, place)?;
                let rounding = self.rounding(rounding, figure.unit)?;
                Some(Figure { node: Node::Rounded(Box::new(figure.node), rounding), unit: figure.unit })
            }
            ExprKind::Extreme { greater, left, right } => {
                let (a, b) = (self.figure(left, place), self.figure(right, place));
                let (a, b) = both(a, b)?;
                if !units::comparable(Compare::Less, a.unit, b.unit) {
                    self.report(units::differ(right.span, &part(&a, left), &part(&b, right)));
                    return None;
                }
                Some(Figure {
                    node: Node::Extreme(*greater, Box::new(a.node), Box::new(b.node)),
                    unit: a.unit,
                })
            }
            ExprKind::Converted { value, to } => self.converted(value, to, place),
            ExprKind::DaysInPeriod => self.days_in_period(expr.span, place),
            ExprKind::PartOf(days, whole) if matches!(&days.value, ExprKind::Quantity(it) if is_days(it)) => {
                self.days_of(days, whole, place)
            }
            ExprKind::PartOf(percent, whole) => {
                let (a, b) = (self.figure(percent, place), self.figure(whole, place));
                let (a, b) = both(a, b)?;
                if a.unit != Unit::Percent {
                    self.report(units::differ(percent.span, &part(&a, percent), &part(&b, whole)));
                    return None;
                }
                Some(Figure { node: Node::PartOf(Box::new(a.node), Box::new(b.node)), unit: b.unit })
            }
            ExprKind::Aggregate(it) if place != Place::Fact => {
                let measure = self.inline(it, expr.span)?;
                Some(Figure { node: Node::Measure(measure.name), unit: measure.unit })
            }
            ExprKind::Aggregate(_) => {
                self.report(not_a_fact(expr.span, "a count depends on the data"));
                None
            }
            _ => {
                self.report(of_a_record(expr));
                None
            }
        }
    }

    /// What a name means in a formula.
    pub(super) fn named(&mut self, name: &Name, place: Place) -> Option<Figure> {
        let key = name.value.as_str();
        if let Some(figure) = self.fixed_figure(name, place) {
            return figure;
        }
        if let Some(found) = self.named_series(name, place) {
            return found;
        }
        if self.names.facts.contains_key(key) {
            let value = self.fact(name)?.value;
            let unit = value.unit;
            let inside = place == Place::Fact;
            let node = if inside { Node::Const(value) } else { Node::Fact(name.value.clone()) };
            return Some(Figure { node, unit });
        }
        let is_measure = self.names.measures.contains_key(key);
        let is_charge = self.names.charges.contains_key(key);
        let is_pool = self.names.pools.contains_key(key);
        let allowed = match place {
            Place::Fact => false,
            Place::Measure => is_measure,
            Place::Charge => is_measure || is_charge,
            Place::Pay | Place::Gate | Place::End => true,
        };
        if !allowed && (is_measure || is_charge || is_pool) {
            self.report(not_here(
                name,
                place,
                if is_measure {
                    "measure"
                } else if is_charge {
                    "charge"
                } else {
                    "pool"
                },
            ));
            return None;
        }
        if is_measure {
            let unit = self.measure(name)?.unit;
            return Some(Figure { node: Node::Measure(name.value.clone()), unit });
        }
        let unit = Unit::Money(self.head.currency);
        if is_charge {
            self.charge(name)?;
            return Some(Figure { node: Node::Charge(name.value.clone()), unit });
        }
        if is_pool {
            self.pool(name)?;
            return Some(Figure { node: Node::Pool(name.value.clone()), unit });
        }
        let fault = self.unknown_figure(name, place);
        self.report(fault);
        None
    }

    fn unknown_figure(&self, name: &Name, place: Place) -> Diagnostic {
        let names = &self.names;
        let facts = names.facts.keys().copied();
        let measures = names.measures.keys().copied();
        if names.sets.contains_key(name.value.as_str()) || self.tables.get(&name.value).is_some() {
            return unknown(codes::UNKNOWN_MEASURE, name, "is a set of records, not a figure", [])
                .help(format!("say what to do with it, for instance `count of {}`", name.value));
        }
        match place {
            Place::Fact => unknown(codes::UNKNOWN_FIGURE, name, "is not a fact", facts),
            Place::Measure => unknown(
                codes::UNKNOWN_MEASURE,
                name,
                "is neither a measure nor a fact",
                measures.chain(facts),
            ),
            Place::Charge | Place::Pay | Place::Gate | Place::End => {
                let charges = names.charges.keys().copied().chain(names.pools.keys().copied());
                let fault = unknown(
                    codes::UNKNOWN_FIGURE,
                    name,
                    "is not a charge, pool, fact or measure of this contract",
                    charges.chain(facts).chain(measures),
                );
                let help = fault.help.clone().or_else(|| {
                    suggest::synonym(&name.value)
                        .map(|word| format!("declare it, for instance as a `{word}`"))
                });
                fault.help(help.unwrap_or_else(|| format!("declare it: `charge {} = …`", name.value)))
            }
        }
    }

    fn negated(&mut self, inner: &Expr, place: Place) -> Option<Figure> {
        let figure = self.figure(inner, place)?;
        let node = match figure.node {
            Node::Const(it) => Node::Const(Quantity::new(-it.value, it.unit)),
            node => {
                let zero = Node::Const(Quantity::new(Ratio::zero(), figure.unit));
                Node::Arithmetic(Arithmetic::Minus, Box::new(zero), Box::new(node))
            }
        };
        Some(Figure { node, unit: figure.unit })
    }

    fn figure_chain(&mut self, expr: &Expr, place: Place) -> Option<Figure> {
        let (first, links) = links(expr);
        let mut left = self.figure(first, place);
        let mut left_expr = first;
        for (whole, operator, right_expr) in links {
            let right = self.figure(right_expr, place);
            left = both(left, right)
                .and_then(|(left, right)| self.join(operator, (left, left_expr), (right, right_expr)));
            left_expr = whole;
        }
        left
    }

    fn join(
        &mut self,
        operator: (Operator, Span),
        left: (Figure, &Expr),
        right: (Figure, &Expr),
    ) -> Option<Figure> {
        let Some(sign) = units::arithmetic_of(operator.0) else {
            self.report(not_a_formula(operator.1));
            return None;
        };
        if sign == Arithmetic::Over && matches!(&right.0.node, Node::Const(it) if it.value.is_zero()) {
            self.report(division_by_zero(right.1.span));
            return None;
        }
        let Some((unit, shape)) = units::arithmetic(sign, left.0.unit, right.0.unit) else {
            self.report(units::differ(operator.1, &part(&left.0, left.1), &part(&right.0, right.1)));
            return None;
        };
        let (a, b) = (Box::new(left.0.node), Box::new(right.0.node));
        let node = match shape {
            Shape::Plain => Node::Arithmetic(sign, a, b),
            Shape::LeftOfRight => Node::PartOf(a, b),
            Shape::RightOfLeft => Node::PartOf(b, a),
        };
        Some(Figure { node, unit })
    }
}

fn part<'e>(figure: &Figure, expr: &'e Expr) -> Part<'e> {
    Part { unit: figure.unit, span: expr.span, expr }
}

/// The value of a formula of numbers alone, with facts left out; none where
/// it divides by zero.
pub(super) fn constant(node: &Node) -> Option<Ratio> {
    match node {
        Node::Const(it) => Some(it.value.clone()),
        Node::Arithmetic(sign, a, b) => {
            let (a, b) = (constant(a)?, constant(b)?);
            match sign {
                Arithmetic::Plus => Some(a + b),
                Arithmetic::Minus => Some(a - b),
                Arithmetic::Times => Some(a * b),
                Arithmetic::Over => a.over(&b),
            }
        }
        Node::PartOf(percent, whole) => (constant(percent)? * constant(whole)?).over(&Ratio::whole(100)),
        Node::Rounded(inner, rounding) => Some(rounding.apply(&constant(inner)?)),
        Node::Extreme(greater, a, b) => {
            let (a, b) = (constant(a)?, constant(b)?);
            Some(if *greater { a.max(b) } else { a.min(b) })
        }
        Node::Measure(_)
        | Node::Charge(_)
        | Node::Pool(_)
        | Node::Fact(_)
        | Node::Past(_)
        | Node::DaysInPeriod
        | Node::Level(_)
        | Node::Baseline(_)
        | Node::Series(_)
        | Node::Total(_) => None,
    }
}

/// A formula that is not money where money belongs.
pub(super) fn not_money(expr: &Expr, unit: Unit, wanted: Unit, what: &str) -> Diagnostic {
    let shown = expr.value.to_string();
    if unit == Unit::Percent {
        return Diagnostic::error(codes::BASE_MISSING, format!("`{shown}` of what?"))
            .label(expr.span, "a percentage alone is no amount")
            .help(format!("name the amount it is a part of: `{shown} of …`"));
    }
    let help = match &expr.value {
        ExprKind::Quantity(it) => units::help(wanted, unit, it),
        _ => None,
    };
    Diagnostic::error(codes::UNITS_DIFFER, format!("{what} is {wanted}, and `{shown}` is {unit}"))
        .label(expr.span, format!("{wanted} belongs here"))
        .help(help.or_else(|| {
            Some("multiply a figure by a price: `… * GBP 1.00`".replace("GBP", &currency(wanted)))
        }))
}

fn currency(unit: Unit) -> String {
    match unit {
        Unit::Money(currency) => currency.to_string(),
        _ => String::new(),
    }
}
