//! Examples: every name and unit resolved. Whether they come out is proven later.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, GivenValue, Name, UnitWord};
use std::collections::BTreeMap;

use super::names::{twice, unknown};
use super::{Check, both};
use crate::contract::{Example, Expect, Given, Measure, MeasureKind, Subject};
use crate::value::{Quantity, Unit};

impl Check<'_> {
    pub(super) fn all_examples(&mut self) -> Vec<Example> {
        let clauses: Vec<_> = self.names.examples.clone();
        let mut all: Vec<Example> =
            clauses.into_iter().filter_map(|(it, span)| self.example(it, span)).collect();
        all.sort_by_key(|example| (example.title.clone(), example.span));
        all
    }

    fn example(&mut self, written: &tree::Example, span: Span) -> Option<Example> {
        if written.expect.is_empty() {
            self.report(
                Diagnostic::warning(
                    codes::EXAMPLE_EMPTY,
                    format!("the example `{}` expects nothing", written.title.value),
                )
                .label(written.title.span, "nothing can come out wrong")
                .help("add for instance `expect penalty on NAME = GBP 100.00`".to_owned()),
            );
        }
        let mut given = BTreeMap::new();
        let mut earlier = BTreeMap::new();
        let mut places: BTreeMap<&str, Span> = BTreeMap::new();
        let mut sound = true;
        for one in &written.given {
            if let Some(first) = places.insert(&one.name.value, one.name.span) {
                self.report(twice(&one.name, first));
            }
            let value = self.given(&one.name, &one.value);
            sound &= value.is_some();
            given.extend(value.map(|value| (one.name.value.clone(), value)));
            let before: Vec<_> = one.before.iter().map(|value| self.given(&one.name, value)).collect();
            let before = before.into_iter().collect::<Option<Vec<Given>>>();
            sound &= before.is_some();
            let before = before.filter(|before| !before.is_empty());
            earlier.extend(before.map(|before| (one.name.value.clone(), before)));
        }
        let from = match &written.from {
            Some(date) => {
                let from = self.period_start(date, "an example starts");
                sound &= from.is_some();
                from
            }
            None => None,
        };
        let expect: Vec<_> =
            written.expect.iter().map(|it| Some((self.expected(written, &it.value)?, it.span))).collect();
        let expect = expect.into_iter().collect::<Option<Vec<_>>>().filter(|_| sound)?;
        Some(Example { title: written.title.value.clone(), span, from, given, earlier, expect })
    }

    /// What is expected, in the last period given or in one of those before.
    fn expected(&mut self, example: &tree::Example, written: &tree::Expect) -> Option<Expect> {
        let tree::Expect::In(inner, period) = written else { return self.expect(written) };
        let periods = example.given.iter().map(|given| given.before.len() + 1).max().unwrap_or(1);
        let asked = usize::try_from(period.value).unwrap_or(usize::MAX);
        if asked > periods {
            self.report(
                Diagnostic::error(codes::NOT_USABLE_HERE, format!("the example has no period {asked}"))
                    .label(period.span, format!("{periods} given"))
                    .help("give a value for each period, in order: `given NAME = 70%, 72%, 75%`".to_owned()),
            );
            return None;
        }
        self.expect(inner).map(|inner| Expect::In(Box::new(inner), asked - 1))
    }

    fn given(&mut self, name: &Name, value: &Spanned<GivenValue>) -> Option<Given> {
        if self.names.charges.contains_key(name.value.as_str()) {
            return self.given_charge(value);
        }
        if !self.names.measures.contains_key(name.value.as_str()) {
            let choices: Vec<&str> =
                self.names.measures.keys().chain(self.names.charges.keys()).copied().collect();
            self.report(unknown(codes::UNKNOWN_MEASURE, name, "is neither a measure nor a charge", choices));
            return None;
        }
        let measure = self.measure(name)?;
        match &value.value {
            GivenValue::NotMeasured => Some(Given::NotMeasured),
            GivenValue::Value(it) => {
                let written = Spanned::new(it.clone(), value.span);
                let value = self.level(&written, measure.unit, &format!("`{}`", measure.name))?;
                Some(Given::Value(Quantity::new(value, measure.unit)))
            }
            GivenValue::Fraction(above, below) => self.fraction(&measure, above, below, value.span),
            GivenValue::Difference(more, less, below) => {
                self.difference(&measure, [more, less, below], value.span)
            }
        }
    }

    fn given_charge(&mut self, value: &Spanned<GivenValue>) -> Option<Given> {
        let GivenValue::Value(it) = &value.value else {
            self.report(
                Diagnostic::error(codes::NOT_USABLE_HERE, "a charge is an amount")
                    .label(value.span, "not an amount")
                    .help(format!("give it in {}", self.head.currency)),
            );
            return None;
        };
        let amount = self.price(&Spanned::new(it.clone(), value.span), "a charge")?;
        Some(Given::Value(Quantity::new(amount, Unit::Money(self.head.currency))))
    }

    fn fraction(
        &mut self,
        measure: &Measure,
        above: &tree::Quantity,
        below: &tree::Quantity,
        span: Span,
    ) -> Option<Given> {
        let Some((upper, lower)) = self.sides(measure) else {
            self.report(
                Diagnostic::error(
                    codes::NOT_USABLE_HERE,
                    format!("`{}` does not come from two figures", measure.name),
                )
                .label(span, "a single figure belongs here")
                .help(format!("give its value: {}", measure.unit)),
            );
            return None;
        };
        let above = self.level(&Spanned::new(above.clone(), span), upper, "what stands above the line");
        let below = self.level(&Spanned::new(below.clone(), span), lower, "what stands below the line");
        let (above, below) = both(above, below)?;
        Some(Given::Fraction(above, below))
    }

    /// `162 less 54 of 324`, for a net promoter score.
    fn difference(
        &mut self,
        measure: &Measure,
        [more, less, below]: [&tree::Quantity; 3],
        span: Span,
    ) -> Option<Given> {
        if !measure.is_net() {
            self.report(
                Diagnostic::error(
                    codes::NOT_USABLE_HERE,
                    format!("`{}` is not a net promoter score", measure.name),
                )
                .label(span, "only a net promoter score takes one count off another")
                .help("give its value, or what stands above and below the line: `15 of 17`".to_owned()),
            );
            return None;
        }
        let mut count = |it: &tree::Quantity| self.plain(&Spanned::new(it.clone(), span), "a count");
        let (more, less, below) = (count(more)?, count(less)?, count(below)?);
        if &more + &less > below {
            self.report(
                Diagnostic::error(codes::NOT_USABLE_HERE, "more promoters and detractors than answers")
                    .label(span, "the third number is all answers")
                    .help("write promoters, detractors and answers: `162 less 54 of 324`".to_owned()),
            );
            return None;
        }
        Some(Given::Difference(more, less, below))
    }

    /// The units above and below the line, for a measure that has one.
    fn sides(&mut self, measure: &Measure) -> Option<(Unit, Unit)> {
        let number = Unit::Number;
        match &measure.kind {
            MeasureKind::Share { .. }
            | MeasureKind::Rate { .. }
            | MeasureKind::TopBox { .. }
            | MeasureKind::Scored { .. }
            | MeasureKind::NetPromoter { .. } => Some((number, number)),
            MeasureKind::Ratio { .. } => self.ratio_sides(measure),
            MeasureKind::Mean { value, .. } => Some((value.unit, number)),
            MeasureKind::Reported if matches!(measure.unit, Unit::Percent | Unit::Number) => {
                Some((number, number))
            }
            MeasureKind::Reported => Some((measure.unit, number)),
            MeasureKind::Single(_)
            | MeasureKind::Percentile { .. }
            | MeasureKind::Extreme { .. }
            | MeasureKind::Weighted(_)
            | MeasureKind::OverSegments(_)
            | MeasureKind::Calculated(_) => None,
        }
    }

    /// The units of the two figures of a ratio, from its clause.
    fn ratio_sides(&mut self, measure: &Measure) -> Option<(Unit, Unit)> {
        let (clause, _) = self.names.measures.get(measure.name.as_str()).copied()?;
        let tree::MeasureKind::Ratio { numerator, denominator, .. } = &clause.kind.as_ref()?.value else {
            return None;
        };
        let (above, below) = (self.aggregate(numerator), self.aggregate(denominator));
        both(above, below).map(|((_, above), (_, below))| (above, below))
    }

    fn expect(&mut self, written: &tree::Expect) -> Option<Expect> {
        match written {
            tree::Expect::In(inner, _) => self.expect(inner),
            tree::Expect::Status(name, status) => {
                self.is_commitment(name).then(|| Expect::Status(name.value.clone(), *status))
            }
            tree::Expect::Value(subject, value) => {
                let (subject, unit) = self.subject(subject)?;
                let amount = match (unit, &value.value.unit) {
                    (Unit::Points, UnitWord::None) => self.plain(value, "points")?,
                    _ => self.level(value, unit, "this figure")?,
                };
                Some(Expect::Value(subject, Quantity::new(amount, unit)))
            }
        }
    }

    fn subject(&mut self, written: &tree::Subject) -> Option<(Subject, Unit)> {
        let money = Unit::Money(self.head.currency);
        let mut of = |name: &Name| self.is_commitment(name).then(|| name.value.clone());
        let found = match written {
            tree::Subject::Penalty(name) => (Subject::Penalty(of(name)?), money),
            tree::Subject::Bonus(name) => (Subject::Bonus(of(name)?), money),
            tree::Subject::PointsOn(name) => (Subject::PointsOn(of(name)?), Unit::Points),
            tree::Subject::Penalties => (Subject::Penalties, money),
            tree::Subject::Bonuses => (Subject::Bonuses, money),
            tree::Subject::Points => (Subject::Points, Unit::Points),
            tree::Subject::Charges => (Subject::Charges, money),
            tree::Subject::Total => (Subject::Total, money),
            tree::Subject::Name(name) => return self.named_subject(name),
        };
        Some(found)
    }

    fn named_subject(&mut self, name: &Name) -> Option<(Subject, Unit)> {
        let (key, money) = (name.value.as_str(), Unit::Money(self.head.currency));
        if self.names.measures.contains_key(key) {
            return Some((Subject::Measure(name.value.clone()), self.measure(name)?.unit));
        }
        if self.names.facts.contains_key(key) {
            return Some((Subject::Fact(name.value.clone()), self.fact(name)?.value.unit));
        }
        if self.names.charges.contains_key(key) {
            return Some((Subject::Charge(name.value.clone()), money));
        }
        if self.names.pools.contains_key(key) {
            return Some((Subject::Pool(name.value.clone()), money));
        }
        let names = &self.names;
        let figures = names
            .measures
            .keys()
            .chain(names.charges.keys())
            .chain(names.pools.keys())
            .chain(names.facts.keys());
        let choices: Vec<&str> = figures.copied().collect();
        self.report(unknown(codes::UNKNOWN_FIGURE, name, "is not a figure of this contract", choices));
        None
    }
}
