//! `pay penalty … for each …` and `pay bonus … when …`.
//!
//! `pay penalty GBP 500.00 for each full 1 point below 90.01%` owes nothing
//! above 89.01 %: with `target more than 90.00%` no penalty is owed while the
//! target is met. `for each 1 point or part below 91%` would owe one at 90.5 %.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Expr, ExprKind, Name, Often, PaySide, StepParts, When};

use super::amounts::{side_twice, side_word};
use super::coverage::Judged;
use super::figures::{Place, constant, not_money};
use super::stretch::{Cut, Stretch};
use super::{Check, both};
use crate::contract::{Formula, MeasureKind, Pay};
use crate::value::{Ratio, Unit};

/// The parts of a step as written.
#[derive(Debug, Clone, Copy)]
pub(super) struct StepWritten<'t> {
    pub side: PaySide,
    pub amount: &'t Expr,
    pub step: &'t Spanned<tree::Quantity>,
    pub parts: StepParts,
    pub below: bool,
    pub level: &'t Expr,
    pub at_most: Option<&'t Expr>,
    /// What the author calls a record, where records are counted.
    pub records: Option<&'t Name>,
}

impl Check<'_> {
    /// Money or points that are paid on one side.
    pub(super) fn payment(&mut self, expr: &Expr, side: PaySide) -> Option<Formula> {
        let formula = self.formula(expr, Place::Pay)?;
        let negative = constant(&formula.node).is_some_and(|value| value.is_negative());
        let signed = matches!(&expr.value, ExprKind::Quantity(it) if it.signed);
        if negative || signed {
            self.report(side_twice(expr.span));
            return None;
        }
        match formula.unit {
            Unit::Money(_) => {}
            Unit::Points => self.points_become_money(side, expr.span),
            unit => {
                let wanted = Unit::Money(self.head.currency);
                self.report(not_money(expr, unit, wanted, &format!("a {}", side_word(side))));
                return None;
            }
        }
        Some(formula)
    }

    pub(super) fn step_pay(
        &mut self,
        written: StepWritten<'_>,
        judged: &Judged<'_>,
        span: Span,
    ) -> Option<Pay> {
        let unit = judged.measure.unit;
        let amount = self.payment(written.amount, written.side);
        let at_most = match written.at_most {
            Some(expr) => self.payment(expr, written.side).map(Some),
            None => Some(None),
        };
        let step = match written.records {
            Some(noun) => self.records(written.step, noun, judged),
            None => self.step(written.step, unit, "a step"),
        };
        let level = self.formula(written.level, Place::Pay);
        let level = level.filter(|level| self.is_level(level, written.level, judged));
        let ((amount, at_most), (step, level)) = both(both(amount, at_most), both(step, level))?;
        if let Some(limit) = at_most.as_ref().filter(|it| it.unit != amount.unit) {
            self.report(
                Diagnostic::error(
                    codes::UNITS_DIFFER,
                    format!("the amount is {} and the most is {}", amount.unit, limit.unit),
                )
                .label(written.at_most.map_or(span, |it| it.span), format!("{} belongs here", amount.unit))
                .help("state both in money, or both in points".to_owned()),
            );
            return None;
        }
        self.prove_step(&written, &step, &level, judged, span);
        let StepWritten { side, parts, below, .. } = written;
        let records = written.records.map(|noun| noun.value.clone());
        Some(Pay::Step { side, amount, step, parts, records, below, level, at_most })
    }

    /// So many records as a step, for a measure that counts some among others.
    fn records(&mut self, step: &Spanned<tree::Quantity>, noun: &Name, judged: &Judged<'_>) -> Option<Ratio> {
        let kind = &judged.measure.kind;
        let counts = match kind {
            MeasureKind::Share { .. } | MeasureKind::Rate { .. } | MeasureKind::TopBox { .. } => true,
            MeasureKind::Ratio { .. } | MeasureKind::Reported => {
                matches!(judged.measure.unit, Unit::Number | Unit::Percent)
            }
            _ => false,
        };
        if !counts {
            self.report(
                Diagnostic::error(
                    codes::NO_RECORDS_TO_COUNT,
                    format!("`{}` does not count some records among others", judged.measure.name),
                )
                .label(noun.span, "how many of them?")
                .help(
                    "use a share, a rate or a ratio of counts, or a step of the reading, such as `1 point`"
                        .to_owned(),
                ),
            );
            return None;
        }
        let count = self.plain(step, "a number of records")?;
        if count.is_positive() {
            return Some(count);
        }
        self.report(super::literal::not_positive("a step", step.span));
        None
    }

    fn is_level(&mut self, level: &Formula, written: &Expr, judged: &Judged<'_>) -> bool {
        let unit = judged.measure.unit;
        if level.unit == unit {
            return true;
        }
        let help = match &written.value {
            ExprKind::Quantity(it) => super::units::help(unit, level.unit, it),
            _ => None,
        };
        let name = &judged.measure.name;
        let shown = written.value.to_string();
        self.report(
            Diagnostic::error(
                codes::UNITS_DIFFER,
                format!("`{name}` is {unit}, and `{shown}` is {}", level.unit),
            )
            .label(written.span, format!("{unit} belongs here"))
            .help(help),
        );
        false
    }

    /// The direction of the steps, and the readings they begin at, against the target.
    fn prove_step(
        &mut self,
        written: &StepWritten<'_>,
        step: &Ratio,
        level: &Formula,
        judged: &Judged<'_>,
        span: Span,
    ) {
        let penalty = written.side == PaySide::Penalty;
        if let Some(higher) = judged.higher_is_better()
            && (written.below == higher) != penalty
        {
            self.report(wrong_way(written, judged, span));
            return;
        }
        let (Some(start), Some((target, place))) = (constant(&level.node), judged.target) else { return };
        let due = due(written, step, &start).common(&judged.domain());
        let (other, code) =
            if penalty { (Stretch::met(target), true) } else { (Stretch::missed(target), false) };
        let Some(reading) = due.common(&other).witness(judged.grid().as_ref()) else { return };
        let at = judged.show(&reading);
        let word = side_word(written.side);
        let diagnostic = if code {
            Diagnostic::error(
                codes::PENALTY_WHILE_MET,
                format!("at {at} the target is met and a penalty is owed"),
            )
            .help("count the steps from the target".to_owned())
        } else {
            Diagnostic::warning(
                codes::BONUS_WHILE_MISSED,
                format!("at {at} the target is missed and a bonus is paid"),
            )
            .help("count the steps from the target, if that is what is meant".to_owned())
        };
        let verdict = if code { "met" } else { "missed" };
        self.report(
            diagnostic
                .label(written.level.span, format!("the {word} begins here"))
                .label(place, format!("{verdict} at {at}")),
        );
    }

    pub(super) fn fixed_pay(
        &mut self,
        side: PaySide,
        amount: &Expr,
        when: &Spanned<When>,
        often: Option<Often>,
        judged: &Judged<'_>,
    ) -> Option<Pay> {
        let lacks = match when.value {
            When::Met | When::Missed => {
                (judged.target.is_none() && !judged.worked_out[0]).then_some("target")
            }
            When::BelowMinimum | When::MissedAboveMinimum => {
                (judged.minimum.is_none() && !judged.worked_out[1]).then_some("minimum")
            }
        };
        if let Some(word) = lacks {
            self.report(no_such_level(when, word));
        }
        let formula = self.payment(amount, side);
        match (side, when.value) {
            (PaySide::Penalty, When::Met) => self.report(
                Diagnostic::error(codes::PENALTY_WHILE_MET, "a penalty is owed whenever the target is met")
                    .label(when.span, "due when the target is met")
                    .help("write `when missed`, or `bonus`".to_owned()),
            ),
            (PaySide::Bonus, When::Missed | When::MissedAboveMinimum | When::BelowMinimum) => self.report(
                Diagnostic::warning(
                    codes::BONUS_WHILE_MISSED,
                    "a bonus is paid whenever the target is missed",
                )
                .label(when.span, "due when the target is missed")
                .help("write `when met`, or `penalty`".to_owned()),
            ),
            _ => {}
        }
        Some(Pay::Fixed { side, amount: formula?, when: when.value, often }).filter(|_| lacks.is_none())
    }
}

/// The readings that owe at least something.
fn due(written: &StepWritten<'_>, step: &Ratio, start: &Ratio) -> Stretch {
    let full = written.parts == StepParts::Full && written.records.is_none();
    match (written.below, full) {
        (true, true) => Stretch::new(Cut::Low, Cut::At(start - step, true)),
        (true, false) => Stretch::new(Cut::Low, Cut::At(start.clone(), false)),
        (false, true) => Stretch::new(Cut::At(start + step, false), Cut::High),
        (false, false) => Stretch::new(Cut::At(start.clone(), true), Cut::High),
    }
}

fn wrong_way(written: &StepWritten<'_>, judged: &Judged<'_>, span: Span) -> Diagnostic {
    let (word, side) = (if written.below { "below" } else { "above" }, side_word(written.side));
    let other = if written.below { "above" } else { "below" };
    let place = judged.target.or(judged.minimum).map_or(span, |(_, place)| place);
    Diagnostic::error(
        codes::BETTER_PAID_LESS,
        format!(
            "the {side} grows {word} the level, where readings are {}",
            if written.side == PaySide::Penalty { "better" } else { "worse" }
        ),
    )
    .label(written.level.span, format!("counted {word} this"))
    .label(place, "says which way is better")
    .help(format!("write `{other}`, or turn `{side}` round"))
}

fn no_such_level(when: &Spanned<When>, word: &str) -> Diagnostic {
    let shown = match when.value {
        When::Met => "when met",
        When::Missed => "when missed",
        When::MissedAboveMinimum => "when missed above minimum",
        When::BelowMinimum => "when below minimum",
    };
    Diagnostic::error(codes::COMMITMENT_INCOMPLETE, format!("`{shown}` needs a {word}"))
        .label(when.span, format!("this commitment has no {word}"))
        .help(format!("add for instance `{word} at least 75%`"))
}
