//! Indices, exchange rates and dated facts: figures with a value from a day on.
//!
//! | published | rise | on the last adjusted | factor |
//! |-----------|------|----------------------|--------|
//! | 128.4 | | base | 1 |
//! | 132.9 | 3.50… % | at most 3 % | 1.03 |
//! | 134.2 | 0.98 % | 1.03 × 134.2 / 132.9 | 1.0400… |

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Name, UnitWord};
use std::collections::BTreeMap;

use super::figures::{Figure, Place, constant};
use super::misplaced::not_a_fact;
use super::{Check, literal};
use crate::contract::{Arithmetic, Node, Series, SeriesStep};
use crate::value::{Currency, Date, Quantity, Ratio, Rounding, Unit};

impl Check<'_> {
    /// Every series of the contract, by name.
    pub(super) fn all_series(&mut self) -> BTreeMap<String, Series> {
        let mut all = BTreeMap::new();
        let indices: Vec<_> = self.names.indices.values().map(|(it, _)| *it).collect();
        for written in indices {
            all.extend(self.index(written).map(|it| (it.name.clone(), it)));
        }
        let rates = self.names.exchanges.clone();
        for (written, _) in rates {
            self.exchange(written, &mut all);
        }
        let facts: Vec<_> = self.names.facts.values().map(|(it, _)| *it).collect();
        for written in facts.into_iter().filter(|it| !it.later.is_empty()) {
            all.extend(self.dated_fact(written).map(|it| (it.name.clone(), it)));
        }
        for series in all.values_mut() {
            series.steps.sort_by_key(|step| step.from);
        }
        all
    }

    fn index(&mut self, written: &tree::Index) -> Option<Series> {
        let Some(base) = &written.base else {
            self.report(no_base(&written.name));
            return None;
        };
        let base = self.published(base)?;
        let lag = match &written.lag {
            Some(lag) => self.months(lag)?,
            None => 0,
        };
        let mut values = Vec::new();
        for one in &written.values {
            let from = literal::date(one.value.from.value).and_then(|date| date.plus_months(lag))?;
            values.push((from, self.published(&one.value.value)?, one.span));
        }
        values.sort_by_key(|(from, ..)| *from);
        if let Some([(_, _, first), (_, _, second)]) =
            values.windows(2).find(|pair| matches!(pair, [a, b] if a.0 == b.0))
        {
            self.report(same_day(*second, *first));
            return None;
        }
        let limit = |check: &mut Self, limit: Option<&Spanned<tree::Quantity>>| match limit {
            Some(limit) => check.level(limit, Unit::Percent, "a rise").map(Some),
            None => Some(None),
        };
        let rise = written.rise.as_ref();
        let most = limit(self, rise.and_then(|rise| rise.at_most.as_ref()))?;
        let least = limit(self, rise.and_then(|rise| rise.at_least.as_ref()))?;
        let rounding = match &written.factor {
            Some(rounding) => Some(self.rounding(&rounding.value, Unit::Number)?),
            None => None,
        };
        let rule =
            Rule { most, least, rounding, on_base: written.on_base.as_ref().is_some_and(|it| it.value) };
        Some(Series {
            name: written.name.value.clone(),
            label: written.label.as_ref().unwrap_or(&written.name).value.clone(),
            clause: written.clause.as_ref().map(|it| it.value.clone()),
            source: "index",
            unit: Unit::Number,
            each_said: written.on_base.is_some() || (written.rise.is_none() && written.factor.is_none()),
            at_end: false,
            steps: rule.steps(&base, &values),
        })
    }

    /// A published value, which has to be more than nothing.
    fn published(&mut self, written: &Spanned<tree::Quantity>) -> Option<Ratio> {
        let value = self.plain(written, "a value of an index")?;
        if value.is_positive() {
            return Some(value);
        }
        self.report(literal::not_positive("a value of an index", written.span));
        None
    }

    fn months(&mut self, written: &Spanned<tree::Quantity>) -> Option<u32> {
        let whole = literal::number(written.value.number).to_i64().and_then(|it| u32::try_from(it).ok());
        let months = whole.filter(|_| written.value.unit == UnitWord::Months);
        if months.is_none() {
            self.report(
                Diagnostic::error(codes::NOT_USABLE_HERE, "a lag is a whole number of months")
                    .label(written.span, "months belong here")
                    .help("write for instance `lag 3 months`".to_owned()),
            );
        }
        months
    }

    fn exchange(&mut self, written: &tree::Exchange, all: &mut BTreeMap<String, Series>) {
        let code = |check: &mut Self, name: &Name| {
            let found = Currency::from_code(&name.value);
            if found.is_none() {
                check.report(
                    Diagnostic::error(codes::UNKNOWN_CURRENCY, format!("`{}` is not a currency", name.value))
                        .label(name.span, "not a code of ISO 4217")
                        .help("write for instance `USD`".to_owned()),
                );
            }
            found
        };
        let (from, to) = (code(self, &written.from), code(self, &written.to));
        let rate = self.published(&written.rate);
        let day = literal::date(written.on.value);
        let (Some(from), Some(to), Some(rate), Some(day)) = (from, to, rate, day) else { return };
        let name = pair(from, to);
        let series = all.entry(name.clone()).or_insert_with(|| Series {
            label: name.clone(),
            name,
            clause: None,
            source: "exchange",
            unit: Unit::Number,
            each_said: true,
            at_end: true,
            steps: Vec::new(),
        });
        if series.steps.iter().any(|step| step.from == Some(day)) {
            self.report(same_day(written.on.span, written.on.span));
            return;
        }
        let whose = written.source.as_ref().map(|it| format!(", {}", it.value)).unwrap_or_default();
        let text = format!("{} on {day}{whose}", written.rate.value);
        series.steps.push(SeriesStep { from: Some(day), value: rate, text });
    }

    fn dated_fact(&mut self, written: &tree::Fact) -> Option<Series> {
        let first = self.fact(&written.name)?;
        let unit = first.value.unit;
        let mut steps = vec![SeriesStep { from: None, value: first.value.value, text: first.text }];
        for (expr, from) in &written.later {
            let figure = self.figure(expr, Place::Fact)?;
            if figure.unit != unit {
                self.report(
                    Diagnostic::error(codes::UNITS_DIFFER, format!("`{}` is {unit}", written.name.value))
                        .label(expr.span, figure.unit.to_string())
                        .help("keep to one unit".to_owned()),
                );
                return None;
            }
            let value = constant(&figure.node)?;
            let from = literal::date(from.value);
            steps.push(SeriesStep { from, value, text: expr.value.to_string() });
        }
        let label = written.label.as_ref().unwrap_or(&written.name).value.clone();
        let name = written.name.value.clone();
        Some(Series {
            name,
            label,
            clause: None,
            source: "fact",
            unit,
            each_said: true,
            at_end: false,
            steps,
        })
    }

    /// An index or a dated fact by name; the inner none is one at fault.
    pub(super) fn named_series(&mut self, name: &Name, place: Place) -> Option<Option<Figure>> {
        let key = name.value.as_str();
        let dated = self.names.facts.get(key).is_some_and(|(fact, _)| !fact.later.is_empty());
        if !dated && !self.names.indices.contains_key(key) {
            return None;
        }
        if place == Place::Fact {
            self.report(not_a_fact(name.span, &format!("`{key}` changes with time")));
            return Some(None);
        }
        let unit = self.series.get(key).map(|series| series.unit);
        Some(unit.map(|unit| Figure { node: Node::Series(name.value.clone()), unit }))
    }

    /// `USD 100.00 in GBP`
    pub(super) fn converted(&mut self, value: &tree::Expr, to: &Name, place: Place) -> Option<Figure> {
        let wanted = Currency::from_code(&to.value);
        if wanted != Some(self.head.currency) {
            let currency = self.head.currency;
            self.report(
                Diagnostic::error(codes::OTHER_CURRENCY, format!("this contract counts in {currency}"))
                    .label(to.span, "another currency")
                    .help(format!("write `in {currency}`")),
            );
            return None;
        }
        let abroad = std::mem::replace(&mut self.abroad, true);
        let figure = self.figure(value, place);
        self.abroad = abroad;
        let figure = figure?;
        let Unit::Money(from) = figure.unit else {
            self.report(
                Diagnostic::error(
                    codes::NUMBER_EXPECTED,
                    format!("`{}` is {}, not money", value.value, figure.unit),
                )
                .label(value.span, "an amount of another currency belongs here")
                .help("write for instance `USD 100.00 in GBP`".to_owned()),
            );
            return None;
        };
        if from == self.head.currency {
            return Some(figure);
        }
        let name = pair(from, self.head.currency);
        if !self.series.contains_key(&name) {
            self.report(
                Diagnostic::error(
                    codes::NO_EXCHANGE_RATE,
                    format!("no rate turns {from} into {}", self.head.currency),
                )
                .label(value.span, format!("an amount in {from}"))
                .help(format!(
                    "add for instance `exchange {name} at 0.7900 on 2026-01-02 \"ECB reference rate\"`"
                )),
            );
            return None;
        }
        let unit = Unit::Money(self.head.currency);
        let node = Node::Arithmetic(Arithmetic::Times, Box::new(figure.node), Box::new(Node::Series(name)));
        Some(Figure { node, unit })
    }
}

/// `USD to GBP`
fn pair(from: Currency, to: Currency) -> String {
    format!("{from} to {to}")
}

/// How published values become factors.
struct Rule {
    most: Option<Ratio>,
    least: Option<Ratio>,
    rounding: Option<Rounding>,
    on_base: bool,
}

impl Rule {
    fn steps(&self, base: &Ratio, values: &[(Date, Ratio, Span)]) -> Vec<SeriesStep> {
        let mut steps = vec![SeriesStep { from: None, value: Ratio::one(), text: format!("base {base}") }];
        let (mut before, mut factor) = (base.clone(), Ratio::one());
        for (from, value, _) in values {
            let ratio = value.over(&before).unwrap_or_else(Ratio::one);
            let bounded = self.bounded(&ratio);
            let exact = &factor * &bounded;
            let rounded =
                self.rounding.as_ref().map_or_else(|| exact.clone(), |rounding| rounding.apply(&exact));
            let number = |value: &Ratio| Quantity::new(value.clone(), Unit::Number);
            let mut text = format!("{value} / {before} = {}", number(&ratio));
            if bounded != ratio {
                text = format!("{text}, bounded to {}", number(&bounded));
            }
            if factor != Ratio::one() {
                text = format!("{} × {text}", number(&factor));
            }
            if rounded != exact {
                text = format!("{text}, rounded {}", number(&rounded));
            }
            steps.push(SeriesStep { from: Some(*from), value: rounded.clone(), text });
            if !self.on_base {
                (before, factor) = (value.clone(), rounded);
            }
        }
        steps
    }

    /// A ratio of two values, with the rise kept between its limits.
    fn bounded(&self, ratio: &Ratio) -> Ratio {
        let hundred = Ratio::whole(100);
        let with = |percent: &Ratio| &Ratio::one() + &percent.over(&hundred).unwrap_or_default();
        let high = self.most.as_ref().map_or_else(|| ratio.clone(), |most| ratio.clone().min(with(most)));
        self.least.as_ref().map_or_else(|| high.clone(), |least| high.clone().max(with(least)))
    }
}

fn no_base(name: &Name) -> Diagnostic {
    Diagnostic::error(codes::INDEX_INCOMPLETE, format!("`{}` has no base", name.value))
        .label(name.span, "a rise since when?")
        .help("write the value the prices were agreed at: `base 128.4`".to_owned())
}

fn same_day(span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(codes::INDEX_INCOMPLETE, "two values for one day")
        .label(span, "the second")
        .label(first, "the first")
        .help("keep the one that counts".to_owned())
}
