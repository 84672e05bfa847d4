//! What holds for the whole contract: conversion of points, and gates.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Spanned;
use meed_grammar::tree::{self, Name, PaySide, UnitWord};

use super::amounts::{Signed, side_twice};
use super::figures::{Place, not_money};
use super::names::unknown;
use super::{Check, MaybeConversion, both, line};
use crate::contract::{Amount, Conversion, ConversionRule, Formula, Gate, Node, clause_order};
use crate::value::{Ratio, Unit};

impl Check<'_> {
    pub(super) fn conversion(&mut self) -> MaybeConversion {
        let (written, _) = self.names.conversions.first().copied()?;
        let base = self.base(written.base.as_ref());
        let rule = match &written.rule {
            tree::ConversionRule::Each(expr) => {
                let each = self.formula(expr, Place::Pay);
                let known = base.clone();
                both(each, known).and_then(|(each, base)| self.each_point(each, expr, base.as_ref()))
            }
            tree::ConversionRule::Table { rows, interpolated } => {
                let has_base = written.base.is_some();
                self.point_table(rows, written.side, has_base)
                    .map(|rows| ConversionRule::Table { rows, interpolated: *interpolated })
            }
        };
        let (base, rule) = both(base, rule)?;
        let clause = written.clause.as_ref().map(|it| it.value.clone());
        Some(Conversion { side: written.side, clause, base, rule })
    }

    /// `each 0.5%` of the base, or `each GBP 100.00`.
    fn each_point(
        &mut self,
        each: Formula,
        expr: &tree::Expr,
        base: Option<&Formula>,
    ) -> Option<ConversionRule> {
        let money = Unit::Money(self.head.currency);
        match (each.unit, base) {
            (unit, _) if unit == money => Some(ConversionRule::Each(each)),
            (Unit::Percent, Some(base)) => {
                let node = Node::PartOf(Box::new(each.node), Box::new(base.node.clone()));
                let text = format!("{} of {}", each.text, base.text);
                Some(ConversionRule::Each(Formula { node, unit: money, text }))
            }
            (Unit::Percent, None) => {
                self.report(
                    Diagnostic::error(codes::BASE_MISSING, format!("`{}` of what?", each.text))
                        .label(expr.span, "nothing says what this is a part of")
                        .help("name the amount: `convert points to penalty on … { each 0.5% }`".to_owned()),
                );
                None
            }
            (unit, _) => {
                self.report(not_money(expr, unit, money, "a point"));
                None
            }
        }
    }

    fn point_table(
        &mut self,
        rows: &[(Spanned<tree::Quantity>, Spanned<tree::Quantity>)],
        side: PaySide,
        has_base: bool,
    ) -> Option<Vec<(Ratio, Amount)>> {
        let mut found: Vec<(Ratio, Signed)> = Vec::new();
        let mut sound = true;
        for (points, amount) in rows {
            let level = self.points(points);
            let signed = self.table_amount(amount, side);
            if let (Some(level), Some((last, _))) = (&level, found.last())
                && level <= last
            {
                self.report(not_ascending(points));
                sound = false;
            }
            let row = both(level, signed);
            sound &= row.is_some();
            found.extend(row);
        }
        let amounts: Vec<Signed> = found.iter().map(|(_, signed)| signed.clone()).collect();
        self.one_kind(&amounts, has_base).filter(|_| sound)?;
        Some(found.into_iter().map(|(points, signed)| (points, signed.amount())).collect())
    }

    /// A number of points, with or without the word.
    fn points(&mut self, written: &Spanned<tree::Quantity>) -> Option<Ratio> {
        match written.value.unit {
            UnitWord::Points => self.level(written, Unit::Points, "the row"),
            _ => self.plain(written, "a number of points"),
        }
    }

    /// An amount whose side is the conversion's.
    fn table_amount(&mut self, written: &Spanned<tree::Quantity>, side: PaySide) -> Option<Signed> {
        if written.value.signed {
            self.report(side_twice(written.span));
            return None;
        }
        let found = self.literal(&written.value, written.span)?;
        if found.value.is_zero() {
            return Some(Signed { value: found.value, unit: None, span: written.span, formula: None });
        }
        if !matches!(found.unit, Unit::Percent | Unit::Money(_)) {
            let shown = written.value.to_string();
            self.report(
                Diagnostic::error(codes::UNITS_DIFFER, format!("`{shown}` is {}, not an amount", found.unit))
                    .label(written.span, "money or a percentage belong here")
                    .help("write the points first, then what they come to: `10 points 2%`".to_owned()),
            );
            return None;
        }
        let value = if side == PaySide::Penalty { -found.value } else { found.value };
        Some(Signed { value, unit: Some(found.unit), span: written.span, formula: None })
    }

    pub(super) fn all_gates(&mut self) -> Vec<Gate> {
        let clauses: Vec<_> = self.names.gates.clone();
        let mut gates: Vec<Gate> =
            clauses.into_iter().filter_map(|(written, _)| self.gate(written)).collect();
        gates.sort_by_key(|gate| (clause_order(gate.clause.as_deref()), gate.text.clone()));
        gates
    }

    fn gate(&mut self, written: &tree::Gate) -> Option<Gate> {
        let on = self.commitments_named(&written.on);
        let when = self.situation(&written.when.value, Place::Gate);
        let (on, when) = both(on, when)?;
        let clause = written.clause.as_ref().map(|it| it.value.clone());
        let text = line::gate(written);
        Some(Gate { clause, on, when, open_if_unmeasured: written.open_if_unmeasured, text })
    }

    /// Names of commitments, sorted, each once.
    pub(super) fn commitments_named(&mut self, names: &[Name]) -> Option<Vec<String>> {
        let mut sound = true;
        for name in names {
            sound &= self.is_commitment(name);
        }
        let mut all: Vec<String> = names.iter().map(|name| name.value.clone()).collect();
        all.sort_unstable();
        all.dedup();
        sound.then_some(all)
    }

    /// Whether a commitment has this name; reported when not.
    pub(super) fn is_commitment(&mut self, name: &Name) -> bool {
        let known = self.names.commitments.contains_key(name.value.as_str());
        if !known {
            let choices = self.names.commitments.keys().copied();
            let fault =
                unknown(codes::UNKNOWN_COMMITMENT, name, "is not a commitment of this contract", choices);
            let help = fault
                .help
                .clone()
                .unwrap_or_else(|| format!("declare it: `commitment {} {{ … }}`", name.value));
            self.report(fault.help(help));
        }
        known
    }
}

fn not_ascending(points: &Spanned<tree::Quantity>) -> Diagnostic {
    Diagnostic::error(codes::SCALE_ORDER, "the points of a table do not ascend")
        .label(points.span, "not above the row before it")
        .help("sort the rows by points, lowest first".to_owned())
}
