//! Figures of earlier periods, and sums of the statement, in formulas.
//!
//! ```text
//! cap penalties GBP 10,000 - sum of penalties over the 11 periods before each period    known: they are over
//! charge fee = 2% of penalties                                                          E0521: not known yet
//! ```

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;
use meed_grammar::tree::{self, ExprKind, How, Name, Total};

use super::Check;
use super::figures::{Figure, Place};
use crate::contract::{Measure, MeasureKind, Node, Otherwise, Past, TotalOf};
use crate::value::Unit;

impl Check<'_> {
    /// A figure taken from several periods.
    pub(super) fn past(&mut self, written: &tree::Past, span: Span, place: Place) -> Option<Figure> {
        if place == Place::Fact {
            self.report(
                Diagnostic::error(codes::NOT_USABLE_HERE, "a fact is the same in every period")
                    .label(span, "this changes from period to period")
                    .help("write it in a charge, an amount or a cap".to_owned()),
            );
            return None;
        }
        let named = match &written.figure.value {
            ExprKind::Name(name) => name.as_str(),
            _ => "",
        };
        let best = self.best(written.best, named, span)?;
        let mut past = Past {
            how: written.how,
            best,
            figure: Node::Fact(String::new()),
            span: written.span.value,
            unit: Unit::Number,
            text: written.to_string(),
        };
        let figure = self.sometime(written, &past, place)?;
        self.suits(written.how, &figure, span)?;
        past.unit = figure.unit;
        past.figure = figure.node;
        Some(Figure { unit: past.unit, node: Node::Past(Box::new(past)) })
    }

    /// The figure itself, as each of the periods has it.
    fn sometime(&mut self, written: &tree::Past, past: &Past, place: Place) -> Option<Figure> {
        let span = written.figure.span;
        // What lies in periods that are over is known everywhere but in readings.
        let known = match place {
            Place::Measure | Place::Fact => place,
            _ if past.includes_now() => place,
            _ => Place::End,
        };
        match &written.figure.value {
            ExprKind::TotalOn(it) => self.total_on(it, span, known),
            ExprKind::Name(name) if self.is_total(name) => self.total(name, span, known),
            ExprKind::Name(name) => {
                let name = Name::new(name.clone(), span);
                let fixed = self.names.baselines.contains_key(name.value.as_str());
                if fixed || self.names.facts.contains_key(name.value.as_str()) {
                    self.report(
                        Diagnostic::error(
                            codes::NOT_OF_PERIODS,
                            format!("`{}` is the same in every period", name.value),
                        )
                        .label(span, "a measure, charge, pool, or a sum of the statement belongs here")
                        .help(format!("write `{}` alone", name.value)),
                    );
                    return None;
                }
                let is_charge = self.names.charges.contains_key(name.value.as_str());
                // A charge may be built on its own earlier figures.
                if is_charge && !past.includes_now() && place != Place::Measure {
                    let unit = Unit::Money(self.head.currency);
                    return Some(Figure { node: Node::Charge(name.value), unit });
                }
                self.named(&name, if known == Place::End { Place::Pay } else { known })
            }
            _ => None,
        }
    }

    /// Whether this can be made of such a figure.
    fn suits(&mut self, how: How, figure: &Figure, span: Span) -> Option<()> {
        let fault = match (how, &figure.node) {
            (How::Pooled, Node::Measure(name)) => {
                let measure = self.measure(&Name::new(name.clone(), span))?;
                not_countable(&measure).map(|why| {
                    Diagnostic::error(codes::NOT_OF_PERIODS, format!("`{name}` cannot be pooled"))
                        .label(span, why)
                        .help(format!("write `average of {name} over …`"))
                })
            }
            (How::Pooled, _) => Some(
                Diagnostic::error(codes::NOT_OF_PERIODS, "only the counts of a measure can be pooled")
                    .label(span, "has no counts")
                    .help("write `sum of … over …` or `average of … over …`".to_owned()),
            ),
            (How::Sum, _) if figure.unit == Unit::Percent => Some(
                Diagnostic::error(codes::NOT_OF_PERIODS, "percentages of several periods are not added up")
                    .label(span, "the sum of percentages says nothing")
                    .help("write `average of … over …`, or `pooled … over …` to add the counts".to_owned()),
            ),
            _ => None,
        };
        match fault {
            Some(fault) => {
                self.report(fault);
                None
            }
            None => Some(()),
        }
    }

    /// Whether `name` is a sum of the statement, and nothing the contract declares.
    pub(super) fn is_total(&self, name: &str) -> bool {
        let names = &self.names;
        Total::named(name).is_some()
            && !names.measures.contains_key(name)
            && !names.charges.contains_key(name)
            && !names.pools.contains_key(name)
            && !names.facts.contains_key(name)
    }

    pub(super) fn total(&mut self, name: &str, span: Span, place: Place) -> Option<Figure> {
        let total = Total::named(name)?;
        self.known(total, name, span, place)?;
        Some(self.total_figure(TotalOf { total, on: None }))
    }

    pub(super) fn total_on(&mut self, written: &tree::TotalOn, span: Span, place: Place) -> Option<Figure> {
        let sound = self.is_commitment(&written.on);
        self.known(written.total, &format!("{} on {}", written.total, written.on.value), span, place)?;
        let on = Some(written.on.value.clone());
        sound.then(|| self.total_figure(TotalOf { total: written.total, on }))
    }

    fn total_figure(&self, total: TotalOf) -> Figure {
        let unit = match total.total {
            Total::Points => Unit::Points,
            Total::Penalties | Total::Bonuses => Unit::Money(self.head.currency),
        };
        Figure { node: Node::Total(total), unit }
    }

    /// Whether a sum of this period's statement is known at this place.
    fn known(&mut self, total: Total, text: &str, span: Span, place: Place) -> Option<()> {
        if place == Place::End || (place == Place::Gate && total != Total::Bonuses) {
            return Some(());
        }
        self.report(
            Diagnostic::error(
                codes::NOT_KNOWN_YET,
                format!("`{text}` of this period are not known here yet"),
            )
            .label(span, "worked out later in the order of evaluation")
            .help(format!("look at periods that are over: `sum of {text} over the 12 periods before`")),
        );
        None
    }
}

/// Why the counts of several periods cannot be added up.
fn not_countable(measure: &Measure) -> Option<&'static str> {
    let pooled_already = measure.sample.as_ref().is_some_and(|sample| sample.otherwise == Otherwise::Pooled);
    match &measure.kind {
        MeasureKind::Calculated(_) => Some("calculated from other measures, without counts of its own"),
        MeasureKind::Percentile { .. } => Some("a percentile has no counts to add up"),
        MeasureKind::Single(_) => Some("a single figure is added with `sum of`"),
        _ if pooled_already => Some("a small sample is pooled already"),
        _ => None,
    }
}
