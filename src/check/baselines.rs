//! Baselines, levels that move, and the names of both in formulas.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Best, ExprKind, LevelKind, Name, Periodic};
use std::collections::BTreeMap;

use super::figures::{Figure, Place};
use super::levels::Placed;
use super::stretch::higher_is_better;
use super::{Check, both};
use crate::contract::{Baseline, Formula, Measure, Move, MoveWhen, Node, Pay, anniversaries};
use crate::value::Unit;

/// The levels of the commitment at hand, which its formulas may name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Own {
    pub unit: Unit,
    pub target: bool,
    pub minimum: bool,
}

impl Check<'_> {
    pub(super) fn all_baselines(&mut self) -> BTreeMap<String, Baseline> {
        let clauses: Vec<_> = self.names.baselines.values().copied().collect();
        let checked = clauses.into_iter().map(|(it, span)| (it.name.value.clone(), self.baseline(it, span)));
        checked.filter_map(|(name, it)| Some((name, it?))).collect()
    }

    fn baseline(&mut self, written: &tree::Baseline, span: Span) -> Option<Baseline> {
        let figure = self.taken(written, span);
        let from = self.period_start(&written.from, "a baseline starts");
        let fixed = self.period_start(&written.fixed, "a baseline is fixed");
        let (figure, dates) = (figure?, both(from, fixed));
        let rounding = match &written.rounding {
            Some(rounding) => Some(self.rounding(rounding, figure.unit)?),
            None => None,
        };
        let (from, fixed) = dates?;
        let count = usize::try_from(written.count).ok()?;
        let periods = self.head.schedule.periods(&self.head.zone);
        let mut taken = periods.iter().skip_while(|period| period.first < from);
        let last = taken.nth(count.saturating_sub(1));
        if last.is_none_or(|last| last.last >= fixed) {
            self.report(too_early(written, last.and_then(|last| last.last.plus_days(1))));
            return None;
        }
        let Node::Past(past) = figure.node else { return None };
        Some(Baseline {
            name: written.name.value.clone(),
            label: written.label.as_ref().unwrap_or(&written.name).value.clone(),
            clause: written.clause.as_ref().map(|it| it.value.clone()),
            measure: written.measure.value.clone(),
            from,
            count,
            fixed,
            rounding,
            text: format!("{} from {from}, fixed {fixed}", past.text),
            past: *past,
        })
    }

    /// What a baseline is taken from.
    fn taken(&mut self, written: &tree::Baseline, span: Span) -> Option<Figure> {
        self.measure(&written.measure)?;
        let name = ExprKind::Name(written.measure.value.clone());
        let past = tree::Past {
            how: written.how,
            best: written.best,
            figure: Box::new(Spanned::new(name, written.measure.span)),
            span: Spanned::new(Periodic::Last { count: written.count, before: false, up_to: false }, span),
        };
        self.past(&past, written.measure.span, Place::Measure)
    }

    /// The baseline or own level that a name in a formula means; the outer
    /// none is any other name.
    pub(super) fn fixed_figure(&mut self, name: &Name, place: Place) -> Option<Option<Figure>> {
        let key = name.value.as_str();
        if let Some((written, span)) = self.names.baselines.get(key).copied() {
            if place == Place::Fact || (place == Place::Measure && !self.in_level) {
                self.report(
                    Diagnostic::error(codes::NOT_USABLE_HERE, format!("`{key}` is a baseline"))
                        .label(name.span, "fixed after readings are known")
                        .help("use it in a level, an amount, a charge or a cap".to_owned()),
                );
                return Some(None);
            }
            // Its own faults are told where it stands.
            let told = self.found.len();
            let figure = self.taken(written, span);
            self.found.truncate(told);
            return Some(figure.map(|it| Figure { node: Node::Baseline(key.to_owned()), unit: it.unit }));
        }
        let kind = match key {
            "target" => LevelKind::Target,
            "minimum" => LevelKind::Minimum,
            _ => return None,
        };
        let names = &self.names;
        let declared = names.measures.contains_key(key)
            || names.charges.contains_key(key)
            || names.pools.contains_key(key)
            || names.facts.contains_key(key);
        let own = self.own.filter(|_| !declared)?;
        let there = if kind == LevelKind::Target { own.target } else { own.minimum };
        if !there {
            self.report(
                Diagnostic::error(codes::NOTHING_TO_MOVE, format!("this commitment has no {key}"))
                    .label(name.span, "named here")
                    .help(format!("add for instance `{key} at least 75%`")),
            );
            return Some(None);
        }
        Some(Some(Figure { node: Node::Level(kind), unit: own.unit }))
    }

    /// How many of the figures of several periods count, and from which end.
    pub(super) fn best(
        &mut self,
        best: Option<Best>,
        measure: &str,
        span: Span,
    ) -> Option<Option<(u32, bool)>> {
        let Some(best) = best else { return Some(None) };
        if let Some(highest) = best.highest {
            return Some(Some((best.count, highest)));
        }
        let on =
            |written: &tree::Commitment| written.measure.as_ref().unwrap_or(&written.name).value == measure;
        let bounds = self.names.commitments.values().filter(|(it, _)| on(it));
        let mut sides: Vec<bool> = bounds
            .filter_map(|(it, _)| it.targets.first())
            .map(|it| higher_is_better(it.value.bound))
            .collect();
        sides.dedup();
        if let [highest] = sides.as_slice() {
            return Some(Some((best.count, *highest)));
        }
        self.report(
            Diagnostic::error(codes::NOT_OF_PERIODS, format!("which readings of `{measure}` are best?"))
                .label(span, "no target says whether higher or lower is better")
                .help(format!("write `highest {0} of` or `lowest {0} of`", best.count)),
        );
        None
    }

    /// What moves the levels of a commitment, in the order of dates.
    pub(super) fn moves(
        &mut self,
        written: &tree::Commitment,
        measure: &Measure,
        levels: [&[Placed]; 2],
    ) -> Option<Vec<Move>> {
        let mut all = Vec::new();
        let mut sound = true;
        for it in &written.moves {
            let stated = if it.value.level == LevelKind::Target { levels[0] } else { levels[1] };
            let found = self.one_move(it, measure, stated);
            sound &= found.is_some();
            all.extend(found.map(|found| (found, it.span)));
        }
        for (at, (one, span)) in all.iter().enumerate() {
            let twin = all.iter().take(at).find(|(other, _)| other.level == one.level && other.on == one.on);
            if let Some((_, first)) = twin {
                self.report(
                    Diagnostic::error(codes::LEVELS_UNCLEAR, "two moves of one level on one day")
                        .label(*span, "moves it too")
                        .label(*first, "moved here")
                        .help("keep one of them".to_owned()),
                );
                sound = false;
            }
        }
        let mut all: Vec<Move> = all.into_iter().map(|(found, _)| found).collect();
        all.sort_by_key(|it| (it.on, it.text.clone()));
        sound.then_some(all)
    }

    fn one_move(
        &mut self,
        written: &Spanned<tree::Move>,
        measure: &Measure,
        stated: &[Placed],
    ) -> Option<Move> {
        let tree::Move { reset, level, on, to, when } = &written.value;
        self.can_move(*level, stated, written.span)?;
        let date = match on {
            Some(date) => self.period_start(date, "a level moves").map(Some),
            None => self.has_years(written.span).then_some(None),
        };
        let to_formula = self.level_formula(to, measure);
        let condition = match when {
            Some(when) => self.move_when(when, measure).map(Some),
            None => Some(None),
        };
        let verb = if *reset { "reset" } else { "raise" };
        let at = on.as_ref().map_or("each contract year".to_owned(), |date| format!("on {}", date.value));
        let text = format!("{verb} {} {at} to {}", level.word(), to.value);
        let ((on, to), when) = both(both(date, to_formula), condition)?;
        Some(Move { reset: *reset, level: *level, on, to, when, text })
    }

    /// Whether the level is one that can be fixed anew.
    fn can_move(&mut self, kind: LevelKind, stated: &[Placed], span: Span) -> Option<()> {
        let word = kind.word();
        let mut changing = false;
        for level in stated {
            level.value.value.node.walk(&mut |node| {
                changing |= matches!(node, Node::Measure(_) | Node::Past(_) | Node::DaysInPeriod);
            });
        }
        let fault = match (stated.is_empty(), changing) {
            (false, false) => return Some(()),
            (true, _) => Diagnostic::error(codes::NOTHING_TO_MOVE, format!("there is no {word} to move"))
                .help(format!("add for instance `{word} at least 75%`")),
            (_, true) => Diagnostic::error(
                codes::NOTHING_TO_MOVE,
                format!("the {word} is worked out anew in every period"),
            )
            .help("leave the move out, or start from a number or a baseline".to_owned()),
        };
        self.report(fault.label(span, "moves it"));
        None
    }

    /// Whether a contract year starts in the term, and each with a period.
    fn has_years(&mut self, span: Span) -> bool {
        let schedule = &self.head.schedule;
        let starts: Vec<_> = schedule.periods(&self.head.zone).iter().map(|period| period.first).collect();
        let years = anniversaries(schedule.from).take_while(|day| *day <= schedule.to);
        let years: Vec<_> = years.collect();
        let split = years.iter().find(|day| !starts.contains(day));
        let message = match (years.is_empty(), split) {
            (false, None) => return true,
            (true, _) => "the term ends before a second contract year".to_owned(),
            (_, Some(day)) => format!("the contract year that starts on {day} starts inside a period"),
        };
        self.report(
            Diagnostic::error(codes::SPLITS_A_PERIOD, message)
                .label(span, "moves with each contract year")
                .help("write `on` and the first day of a period".to_owned()),
        );
        false
    }

    fn move_when(&mut self, written: &Spanned<tree::MoveWhen>, measure: &Measure) -> Option<MoveWhen> {
        match &written.value {
            tree::MoveWhen::Met(count) => Some(MoveWhen::Met(*count)),
            tree::MoveWhen::Compare(left, bound, right) => {
                let (a, b) = (self.level_formula(left, measure), self.level_formula(right, measure));
                let (a, b) = both(a, b)?;
                Some(MoveWhen::Compare(Box::new(a), *bound, Box::new(b)))
            }
        }
    }

    /// A formula that comes to a level of the measure.
    pub(super) fn level_formula(&mut self, expr: &tree::Expr, measure: &Measure) -> Option<Formula> {
        self.in_level = true;
        let formula = self.formula(expr, Place::Measure);
        self.in_level = false;
        let formula = formula?;
        if formula.unit != measure.unit {
            self.report(super::levels::other_unit(expr, &formula, measure));
            return None;
        }
        Some(formula)
    }

    /// Warns of amounts that stay where they are while the target moves.
    pub(super) fn moves_alone(&mut self, written: &tree::Commitment, pays: &[Option<Pay>]) {
        let Some(first) = written.moves.iter().find(|it| it.value.level == LevelKind::Target) else { return };
        for (place, pay) in written.pays.iter().zip(pays) {
            let stays = match pay {
                Some(Pay::Bands { .. } | Pay::Scale { .. }) => true,
                Some(Pay::Step { level, .. }) => matches!(level.node, Node::Const(_)),
                _ => false,
            };
            if stays {
                self.report(
                    Diagnostic::warning(codes::MOVES_ALONE, "the target moves, and these amounts do not")
                        .label(Span::new(place.span.start, place.span.start), "stays where it is")
                        .label(first.span, "moves")
                        .help("count steps `below target`, or pay `when missed`".to_owned()),
                );
            }
        }
    }
}

fn too_early(written: &tree::Baseline, after: Option<crate::value::Date>) -> Diagnostic {
    let (message, help) = match after {
        Some(after) => (
            format!("`{}` is fixed before its periods are over", written.name.value),
            format!("write `fixed {after}` or a later day"),
        ),
        None => (
            format!("the term has not {} periods from {}", written.count, written.from.value),
            "take fewer periods, or earlier ones".to_owned(),
        ),
    };
    Diagnostic::error(codes::BASELINE_DATE, message)
        .label(written.fixed.span, "fixed here")
        .label(written.from.span, format!("{} periods from here", written.count))
        .help(help)
}
