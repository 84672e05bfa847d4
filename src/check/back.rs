//! Charge-backs: what is shared out, among whom, and by what.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;
use meed_grammar::tree::{self, Volume, Weight};

use super::figures::Place;
use super::{Check, line};
use crate::contract::{ChargeBack, Measure, Unattributed, clause_order};
use crate::value::Unit;

impl Check<'_> {
    /// All charge-backs, in canonical order: clause, then text.
    pub(super) fn all_charge_backs(&mut self) -> Vec<ChargeBack> {
        let clauses = self.names.charge_backs.clone();
        let mut all: Vec<ChargeBack> =
            clauses.into_iter().filter_map(|(it, span)| self.charge_back(it, span)).collect();
        all.sort_by_key(|back| (clause_order(back.clause.as_deref()), back.text.clone()));
        all
    }

    fn charge_back(&mut self, written: &tree::ChargeBack, span: Span) -> Option<ChargeBack> {
        let what = match &written.what {
            Some(what) => self.money(what, Place::Pay, "what is charged back").map(Some),
            None => Some(None),
        };
        let most = match &written.at_most {
            Some(most) => self.money(most, Place::Pay, "the most of a unit").map(Some),
            None => Some(None),
        };
        let measure = self.weights(written, span);
        let unknown = match &written.unknown.value {
            tree::Unattributed::ProRata => Unattributed::ProRata,
            tree::Unattributed::To(unit) => Unattributed::To(unit.value.clone()),
            tree::Unattributed::Centrally => Unattributed::Centrally,
        };
        Some(ChargeBack {
            clause: written.clause.as_ref().map(|it| it.value.clone()),
            what: what?,
            measure: measure?.name,
            unknown,
            most: most?,
            text: line::charge_back(written),
        })
    }

    /// The measure that has a weight for every unit.
    fn weights(&mut self, written: &tree::ChargeBack, span: Span) -> Option<Measure> {
        let records;
        let (aggregate, place) = match &written.weight {
            Weight::Records(set) => {
                let set = tree::SetExpr {
                    name: set.clone(),
                    filter: None,
                    exclusions: Vec::new(),
                    portions: Vec::new(),
                };
                records = tree::Aggregate::Count(set);
                (&records, span)
            }
            Weight::Shared(Volume::Aggregate(it)) => (&it.value, it.span),
            Weight::Shared(Volume::Measure(name)) => {
                let measure = self.measure(name)?;
                return self.broken_down(measure, written, name.span);
            }
        };
        let field = &written.field.value;
        let name = format!("{aggregate} by {field}");
        self.inline_by(name, aggregate, place, |check, kind| {
            check.segments(std::slice::from_ref(&written.field), kind)
        })
    }

    /// A declared measure that is broken down by the units, and by nothing else.
    fn broken_down(&mut self, measure: Measure, written: &tree::ChargeBack, span: Span) -> Option<Measure> {
        let field = &written.field.value;
        let sums = matches!(measure.unit, Unit::Number | Unit::Duration | Unit::Money(_));
        if measure.by == [field.clone()] && sums {
            return Some(measure);
        }
        let (label, help) = if sums {
            (
                format!("has no reading for each {field}"),
                format!("add `by {field}` to `measure {}`", measure.name),
            )
        } else {
            (measure.unit.to_string(), "share by a count, a sum of time or a sum of money".to_owned())
        };
        self.report(
            Diagnostic::error(
                codes::WEIGHT_WITHOUT_UNITS,
                format!("`{}` does not say how much of the cost is whose", measure.name),
            )
            .label(span, label)
            .help(help),
        );
        None
    }
}
