//! What follows from several periods: multipliers, rights, events.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Spanned;
use meed_grammar::tree::{self, Expr, Often, PaySide, TimeUnit, UnitWord, Verdict};

use super::figures::Place;
use super::{Check, both};
use crate::contract::{
    ClosedPeriods, Commitment, Contract, Formula, Gap, History, Measure, Multiplied, Multiplier, Notice, Pay,
    Right, Situation, clause_order,
};
use crate::value::{Ratio, Unit};

impl Check<'_> {
    /// The multipliers of a commitment.
    pub(super) fn multipliers(
        &mut self,
        written: &tree::Commitment,
        pays: &[Pay],
    ) -> Option<Vec<Multiplier>> {
        let all: Vec<Option<Multiplier>> =
            written.multipliers.iter().map(|it| self.multiplier(it, written, pays)).collect();
        all.into_iter().collect()
    }

    fn multiplier(
        &mut self,
        written: &Spanned<tree::Multiplier>,
        commitment: &tree::Commitment,
        pays: &[Pay],
    ) -> Option<Multiplier> {
        let it = &written.value;
        let sound = self.often(&it.often);
        let factor = self.plain(&it.factor, "a factor")?;
        if it.compounding && !matches!(it.often.value, Often::InARow(_)) {
            self.report(
                Diagnostic::error(codes::COMPOUNDING_NEEDS_A_ROW, "only a row can compound")
                    .label(it.often.span, "not a row")
                    .help("write `2 periods in a row`, or leave `compounding` out".to_owned()),
            );
            return None;
        }
        let lacks = match it.verdict {
            Verdict::MissedAboveMinimum | Verdict::BelowMinimum => {
                (commitment.minimums.is_empty() && !it.any).then_some("minimum")
            }
            _ => (commitment.targets.is_empty() && !it.any).then_some("target"),
        };
        if let Some(word) = lacks {
            self.report(
                Diagnostic::error(codes::COMMITMENT_INCOMPLETE, format!("`{}` needs a {word}", it.verdict))
                    .label(written.span, format!("this commitment has no {word}"))
                    .help(format!("add for instance `{word} at least 75%`")),
            );
            return None;
        }
        if !pays.iter().any(|pay| pays_so(pay, it.what)) {
            let word = word(it.what);
            self.report(
                Diagnostic::error(
                    codes::NOTHING_TO_MULTIPLY,
                    format!("`{}` pays no {word}", commitment.name.value),
                )
                .label(written.span, "nothing to multiply")
                .help(format!("multiply what it pays, or add for instance `pay {word} … when missed`")),
            );
            return None;
        }
        let whom = if it.any { "any commitment " } else { "" };
        Some(Multiplier {
            any: it.any,
            verdict: it.verdict,
            often: Some(it.often.value),
            what: it.what,
            factor,
            compounding: it.compounding,
            text: format!("{whom}{} {}", it.verdict, it.often.value),
        })
        .filter(|_| sound)
    }

    /// `for every 6 events over any 12 periods`
    pub(super) fn events(
        &mut self,
        (side, amount): (PaySide, &Expr),
        (every, over): (&Spanned<u32>, &Spanned<u32>),
        once: bool,
        measure: &Measure,
    ) -> Option<Pay> {
        let amount = self.payment(amount, side);
        if measure.unit != Unit::Number {
            self.report(
                Diagnostic::error(codes::NOT_EVENTS, format!("`{}` counts no events", measure.name))
                    .label(every.span, format!("it is {}", measure.unit))
                    .help(
                        "judge a measure that counts: `count of … where …`, or `reported in number`"
                            .to_owned(),
                    ),
            );
            return None;
        }
        Some(Pay::Events { side, amount: amount?, every: every.value, over: over.value, once })
    }

    /// The rights, in canonical order.
    pub(super) fn all_rights(&mut self) -> Vec<Right> {
        let clauses: Vec<_> = self.names.rights.clone();
        let mut rights: Vec<Right> =
            clauses.into_iter().filter_map(|(written, _)| self.right(written)).collect();
        rights.sort_by_key(|right| {
            (clause_order(right.clause.as_deref()), right.label.clone(), right.text.clone())
        });
        rights
    }

    fn right(&mut self, written: &tree::Right) -> Option<Right> {
        let when = self.situation(&written.when.value, Place::End);
        let notice = match &written.notice {
            Some(length) => self.notice(length).map(Some),
            None => Some(None),
        };
        let (when, notice) = both(when, notice)?;
        self.can_arise(&when, written);
        let within =
            written.notice.as_ref().map(|it| format!(", notice within {}", it.value)).unwrap_or_default();
        let anew = if written.anew { ", counted anew after each time" } else { "" };
        Some(Right {
            label: written.label.value.clone(),
            clause: written.clause.as_ref().map(|it| it.value.clone()),
            text: format!("when {}{within}{anew}", when.text()),
            when,
            notice,
            anew: written.anew,
        })
    }

    /// Warns of a right that needs more periods than the term has.
    fn can_arise(&mut self, when: &Situation, written: &tree::Right) {
        let there = self.head.schedule.periods(&self.head.zone).len();
        let needed = when.parts.iter().filter_map(|part| match part.often? {
            Often::InARow(count) | Often::Times(count) | Often::OfAny(count, _) => {
                usize::try_from(count).ok()
            }
        });
        let Some(needed) = needed.max().filter(|needed| *needed > there) else { return };
        self.report(
            Diagnostic::warning(codes::NEVER_ARISES, format!("`{}` can never arise", written.label.value))
                .label(written.when.span, format!("needs {needed} periods, and the term has {there}"))
                .help("ask for fewer periods".to_owned()),
        );
    }

    fn notice(&mut self, length: &Spanned<tree::Quantity>) -> Option<Notice> {
        let number = &length.value.number;
        let count = u32::try_from(number.units).ok().filter(|count| *count > 0 && number.scale == 0);
        let notice = count.and_then(|count| match length.value.unit {
            UnitWord::Time(TimeUnit::Day) | UnitWord::CalendarDays => Some(Notice::Days(count)),
            UnitWord::Time(TimeUnit::Week) => count.checked_mul(7).map(Notice::Days),
            UnitWord::Months => Some(Notice::Months(count)),
            UnitWord::Years => count.checked_mul(12).map(Notice::Months),
            _ => None,
        });
        if notice.is_none() {
            self.report(
                Diagnostic::error(
                    codes::NOTICE_IN_DAYS,
                    format!("`{}` is no time for a notice", length.value),
                )
                .label(length.span, "whole days, weeks, months or years belong here")
                .help("write for instance `60 days`".to_owned()),
            );
        }
        notice
    }

    /// How periods without a verdict count.
    pub(super) fn history(&self) -> History {
        let written = self.names.histories.first().map(|(it, _)| *it);
        let gap = |rule: Option<&Spanned<tree::Gap>>| rule.map(|it| it.value).unwrap_or_default();
        History {
            not_measured: gap(written.and_then(|it| it.not_measured.as_ref())),
            excused: gap(written.and_then(|it| it.excused.as_ref())),
            closed: written.and_then(|it| it.closed.as_ref()).map(|it| it.value).unwrap_or_default(),
        }
    }
}

fn word(what: Multiplied) -> &'static str {
    match what {
        Multiplied::Penalty => "penalty",
        Multiplied::Bonus => "bonus",
        Multiplied::Points => "points",
    }
}

/// Whether a payment can come to what is multiplied.
fn pays_so(pay: &Pay, what: Multiplied) -> bool {
    use crate::contract::Amount;
    let formula = |side: PaySide, formula: &Formula| match what {
        Multiplied::Points => formula.unit == Unit::Points,
        Multiplied::Penalty => side == PaySide::Penalty && formula.unit != Unit::Points,
        Multiplied::Bonus => side == PaySide::Bonus && formula.unit != Unit::Points,
    };
    let amount = |amount: &Amount| match (amount, what) {
        (Amount::Formula(side, it), _) => formula(*side, it),
        (Amount::Points(value), Multiplied::Points) => !value.is_zero(),
        (Amount::Percent(value) | Amount::Money(value) | Amount::Days(value), Multiplied::Penalty) => {
            value.is_negative()
        }
        (Amount::Percent(value) | Amount::Money(value) | Amount::Days(value), Multiplied::Bonus) => {
            value.is_positive()
        }
        _ => false,
    };
    match pay {
        Pay::Bands { bands, otherwise, .. } => {
            bands.iter().map(|band| &band.amount).chain(otherwise).any(amount)
        }
        Pay::Scale { points, .. } => points.iter().any(|(_, value): &(Ratio, Amount)| amount(value)),
        Pay::Share { side, level, .. } => formula(*side, level),
        Pay::Step { side, amount, .. }
        | Pay::Fixed { side, amount, .. }
        | Pay::Events { side, amount, .. } => formula(*side, amount),
    }
}

/// What the contract leaves to a default where it counts periods.
pub(super) fn defaults(contract: &Contract) -> Vec<String> {
    let mut found = Vec::new();
    let asks = |situation: &Situation| situation.parts.iter().any(|part| part.often.is_some());
    let repeats = |item: &Commitment| !item.multipliers.is_empty() || item.pays.iter().any(Pay::looks_back);
    let counts = contract.rights.iter().any(|right| asks(&right.when))
        || contract.gates.iter().any(|gate| asks(&gate.when))
        || contract.commitments.values().any(repeats);
    let History { not_measured, excused, closed } = contract.history;
    if counts && (not_measured, excused) == (Gap::default(), Gap::default()) {
        found.push(
            "where verdicts are counted, a period that is not measured or is excused is passed over: it neither \
             counts nor ends a row"
                .to_owned(),
        );
    }
    if contract.money_looks_back() && closed == ClosedPeriods::default() {
        found.push("for later periods a closed period stays as it was closed; what became known since is posted and shown".to_owned());
    }
    if contract.commitments.values().any(|item| !item.multipliers.is_empty()) {
        found.push(
            "a multiplier applies before caps and pools; of several that hold the greatest applies"
                .to_owned(),
        );
    }
    if contract.rights.iter().any(|right| !right.anew) {
        found.push(
            "a right arises when its situation begins to hold, and continues while it holds".to_owned(),
        );
    }
    found
}
