//! Levels with their dates, and periods that are not paid.
//!
//! A date that splits a period leaves open which rule the period is under, so
//! levels and phases start on the first day of a period:
//!
//! ```text
//! target at least 80% from 2027-01-15     E0540: write 2027-01-01 or 2027-02-01
//! ```

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, ExprKind};

use super::figures::constant;
use super::names::list;
use super::stretch::higher_is_better;
use super::{Check, literal};
use crate::contract::{DatedLevel, Formula, Level, LevelKind, Measure, Node, Unpaid};
use crate::value::{Date, Period, Quantity};

/// A level with its place.
pub(super) type Placed = Spanned<DatedLevel>;

impl Check<'_> {
    /// All levels of one kind, ascending by date.
    pub(super) fn dated_levels(
        &mut self,
        kind: LevelKind,
        written: &[Spanned<tree::DatedLevel>],
        measure: &Measure,
    ) -> Option<Vec<Placed>> {
        let all: Vec<Option<Placed>> = written.iter().map(|it| self.dated_level(it, measure)).collect();
        let mut all: Vec<Placed> = all.into_iter().collect::<Option<_>>()?;
        all.sort_by_key(|it| (it.value.from, it.span));
        let faults: Vec<Diagnostic> = all.windows(2).filter_map(|pair| out_of_order(kind, pair)).collect();
        let headless = all.first().filter(|it| it.value.from.is_some()).map(|it| no_start(kind, it));
        let sound = faults.is_empty() && headless.is_none();
        self.found.extend(faults.into_iter().chain(headless));
        sound.then_some(all)
    }

    fn dated_level(&mut self, written: &Spanned<tree::DatedLevel>, measure: &Measure) -> Option<Placed> {
        let level = &written.value;
        let value = self.level_value(level, measure);
        let from = match &level.from {
            Some(date) => Some(self.period_start(date, "a level changes")?),
            None => None,
        };
        let allowed = self.allowed_misses(level.allowed.as_ref(), measure)?;
        Some(Spanned::new(DatedLevel { from, bound: level.bound, value: value?, allowed }, written.span))
    }

    /// A number in the measure's unit, or a formula that comes to one.
    fn level_value(&mut self, level: &tree::DatedLevel, measure: &Measure) -> Option<Formula> {
        let expr = &level.value;
        let text = expr.value.to_string();
        if let ExprKind::Quantity(quantity) = &expr.value {
            let value = Spanned::new(quantity.clone(), expr.span);
            let fixed = self.level_of(&tree::Level { bound: level.bound, value }, measure)?;
            return Some(Formula { node: Node::Const(fixed.value), unit: measure.unit, text });
        }
        let formula = self.level_formula(expr, measure)?;
        let node = self.facts_in_place(&formula.node);
        let fixed = constant(&node).map(|value| Node::Const(Quantity::new(value, measure.unit)));
        Some(Formula { node: fixed.unwrap_or(formula.node), ..formula })
    }

    /// The formula with every fact's value in its place.
    fn facts_in_place(&mut self, node: &Node) -> Node {
        let mut inner = |node: &Node| Box::new(self.facts_in_place(node));
        match node {
            Node::Arithmetic(sign, a, b) => Node::Arithmetic(*sign, inner(a), inner(b)),
            Node::PartOf(a, b) => Node::PartOf(inner(a), inner(b)),
            Node::Extreme(greater, a, b) => Node::Extreme(*greater, inner(a), inner(b)),
            Node::Rounded(a, rounding) => Node::Rounded(inner(a), rounding.clone()),
            Node::Fact(name) => {
                let clause = self.names.facts.get(name.as_str()).map(|(it, _)| it.name.clone());
                let fact = clause.and_then(|name| self.fact(&name));
                fact.map_or_else(|| node.clone(), |fact| Node::Const(fact.value))
            }
            _ => node.clone(),
        }
    }

    /// The levels that are numbers and hold together, by the days they start on.
    pub(super) fn stands(target: &[Placed], minimum: &[Placed]) -> Vec<[Option<Spanned<Level>>; 2]> {
        let mut days: Vec<Option<Date>> = target.iter().chain(minimum).map(|it| it.value.from).collect();
        days.push(None);
        days.sort_unstable();
        days.dedup();
        let on = |levels: &[Placed], day: Option<Date>| {
            let held = levels.iter().rev().find(|it| it.value.from <= day)?;
            Some(Spanned::new(held.value.fixed()?, held.span))
        };
        days.into_iter().map(|day| [on(target, day), on(minimum, day)]).collect()
    }

    /// The periods in which this commitment is not paid, by its own words and by phases.
    pub(super) fn unpaid(&mut self, written: &tree::Commitment) -> Option<Vec<Unpaid>> {
        let own: Vec<_> = written.paid.iter().map(|paid| self.paid(&paid.value)).collect();
        let mut all: Vec<Unpaid> = own.into_iter().collect::<Option<_>>()?;
        let name = &written.name.value;
        all.extend(
            self.phases
                .iter()
                .filter(|(on, _)| on.is_empty() || on.iter().any(|on| on == name))
                .map(|(_, unpaid)| unpaid.clone()),
        );
        let tail = self.names.tails.first().map(|(tail, _)| *tail);
        if tail.is_some_and(|tail| tail.names.iter().all(|it| it.value != *name)) {
            let from = self.head.schedule.to.plus_days(1);
            let text = "measured, not paid: the term has ended".to_owned();
            all.push(Unpaid { from, to: None, counts: false, text });
        }
        Some(all)
    }

    fn paid(&mut self, written: &tree::Paid) -> Option<Unpaid> {
        let counts = written.counts;
        if written.from {
            let first = self.period_start(&written.date, "pay starts")?;
            let text = format!("measured, not paid until {first}");
            return Some(Unpaid { from: None, to: first.before(), counts, text });
        }
        let last = self.period_end(&written.date, "pay ends")?;
        let text = format!("measured, not paid after {last}");
        Some(Unpaid { from: last.plus_days(1), to: None, counts, text })
    }

    /// Every phase, with the commitments it is about.
    pub(super) fn all_phases(&mut self) -> Vec<(Vec<String>, Unpaid)> {
        let clauses: Vec<_> = self.names.phases.clone();
        clauses.into_iter().filter_map(|(written, span)| self.phase(written, span)).collect()
    }

    fn phase(&mut self, written: &tree::Phase, span: Span) -> Option<(Vec<String>, Unpaid)> {
        if !written.unpaid || written.counts.is_none() {
            self.report(phase_unclear(written, span));
        }
        let on = self.commitments_named(&written.on);
        let (from, to) = written.days.value;
        let from = self.period_start(&Spanned::new(from, written.days.span), "a phase starts");
        let to = self.period_end(&Spanned::new(to, written.days.span), "a phase ends");
        let (on, from, to, counts) = (on?, from?, to?, written.counts?);
        if to < from {
            self.report(
                Diagnostic::error(codes::DATE_ORDER, "the phase ends before it starts")
                    .label(written.days.span, format!("{to} is before {from}"))
                    .help(format!("write `{to} to {from}`, or correct a year")),
            );
            return None;
        }
        let text = format!("measured, not paid: {}, until {to}", written.title.value);
        Some((on, Unpaid { from: Some(from), to: Some(to), counts, text })).filter(|_| written.unpaid)
    }

    /// Amendments start with a period, and later than the contract.
    pub(super) fn amendment_dates(&mut self) {
        for (amendment, _) in self.names.amendments.clone() {
            let from = self.period_start(&amendment.from, "an amendment starts");
            if from == Some(self.head.schedule.from) {
                self.report(
                    Diagnostic::error(codes::AMENDMENT_UNCLEAR, "the amendment holds from the first day on")
                        .label(amendment.from.span, "the first day of the term")
                        .help("change the contract itself, or correct the date".to_owned()),
                );
            }
        }
    }

    /// The date, when a period of the term starts on it; `what` starts then.
    pub(super) fn period_start(&mut self, date: &Spanned<tree::Date>, what: &str) -> Option<Date> {
        self.period_edge(date, what, "first", |period| period.first)
    }

    /// The date, when a period of the term ends with it.
    pub(super) fn period_end(&mut self, date: &Spanned<tree::Date>, what: &str) -> Option<Date> {
        self.period_edge(date, what, "last", |period| period.last)
    }

    fn period_edge(
        &mut self,
        written: &Spanned<tree::Date>,
        what: &str,
        word: &str,
        edge: fn(&Period) -> Date,
    ) -> Option<Date> {
        let date = literal::date(written.value)?;
        let head = self.names.heads.first().map(|(head, _)| head)?;
        if head.term.is_none() || head.periods.is_none() {
            return None;
        }
        let periods = self.head.schedule.periods(&self.head.zone);
        let edges: Vec<Date> = periods.iter().map(edge).collect();
        if edges.contains(&date) {
            return Some(date);
        }
        let before = edges.iter().rfind(|edge| **edge < date);
        let after = edges.iter().find(|edge| **edge > date);
        let near: Vec<String> = before.into_iter().chain(after).map(|date| format!("`{date}`")).collect();
        let period = periods.iter().find(|period| period.first <= date && date <= period.last);
        let message = match period {
            Some(period) => format!("`{date}` is not the {word} day of a period, but lies in {period}"),
            None => format!("`{date}` is not in the term"),
        };
        self.report(
            Diagnostic::error(codes::SPLITS_A_PERIOD, message)
                .label(written.span, format!("{what} with the {word} day of a period"))
                .note("a period is judged and paid by one rule as a whole")
                .help(format!("write {}", near.join(" or "))),
        );
        None
    }
}

pub(super) fn other_unit(expr: &tree::Expr, formula: &Formula, measure: &Measure) -> Diagnostic {
    let shown = expr.value.to_string();
    Diagnostic::error(
        codes::UNITS_DIFFER,
        format!("`{}` is {}, and `{shown}` is {}", measure.name, measure.unit, formula.unit),
    )
    .label(expr.span, format!("{} belongs here", measure.unit))
    .help("a level has the unit of what it is a level of".to_owned())
}

fn out_of_order(kind: LevelKind, pair: &[Placed]) -> Option<Diagnostic> {
    let [first, second] = pair else { return None };
    let word = kind.word();
    if first.value.from == second.value.from {
        return Some(
            Diagnostic::error(codes::LEVELS_UNCLEAR, format!("two levels of the {word} start on one day"))
                .label(second.span, "starts on the same day")
                .label(first.span, "as this one")
                .help("keep one of them, or correct a date".to_owned()),
        );
    }
    let turned = higher_is_better(first.value.bound) != higher_is_better(second.value.bound);
    turned.then(|| {
        Diagnostic::error(
            codes::LEVELS_UNCLEAR,
            format!("the levels of the {word} point in opposite directions"),
        )
        .label(second.span, "asks for the other side")
        .label(first.span, "than this one")
        .help("use `at least` for all of them, or `at most`".to_owned())
    })
}

fn no_start(kind: LevelKind, first: &Placed) -> Diagnostic {
    let word = kind.word();
    let date = first.value.from.map(|date| date.to_string()).unwrap_or_default();
    Diagnostic::error(codes::LEVELS_UNCLEAR, format!("before {date} there is no {word}"))
        .label(first.span, "the first one starts here")
        .help(format!(
            "write the {word} of the time before too, without a date; when nothing is to be paid \
             before, add `paid from {date}, misses before do not count`"
        ))
}

fn phase_unclear(written: &tree::Phase, span: Span) -> Diagnostic {
    let lacking =
        [(!written.unpaid, "measured, not paid"), (written.counts.is_none(), "misses do not count")];
    let lacking: Vec<&str> = lacking.iter().filter(|(lacks, _)| *lacks).map(|(_, words)| *words).collect();
    Diagnostic::error(codes::PHASE_UNCLEAR, format!("the phase does not say {}", list(&lacking)))
        .label(Span::new(span.start, written.days.span.end), "not complete")
        .note("a miss of an unpaid period may still count toward streaks and rights: the phase says whether")
        .help(format!("write for instance `{}`", "{ measured, not paid; misses do not count }"))
}
