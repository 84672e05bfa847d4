//! Caps, and what else stands between a penalty and its payment.
//!
//! | written | what is asked |
//! |---------|---------------|
//! | `cap penalties 10% of fee over any 12 periods` | what becomes of the excess? |
//! | `earn back penalty on fcr …` | can `fcr` cost money at all? |
//! | `penalties only on claim within 20 seconds` | a time that can be counted in dates |

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Name, PaySide, PenaltyRuleKind, TimeUnit, UnitWord};

use super::figures::Place;
use super::literal::number;
use super::{Check, Commitments, both, line};
use crate::contract::{
    Amount, Cap, CapSpan, Commitment, Deadline, EarnBack, EarnBackWhen, Excess, Formula, How, MinimumAmount,
    Netting, Node, OnClaim, Past, Pay, Periodic, Remedies, Situation, Within, clause_order,
};
use crate::value::{Ratio, Unit};

fn reference(clause: Option<&tree::Text>) -> Option<String> {
    clause.map(|it| it.value.clone())
}

impl Check<'_> {
    pub(super) fn all_caps(&mut self) -> Vec<Cap> {
        let clauses: Vec<_> = self.names.caps.clone();
        let mut caps: Vec<Cap> =
            clauses.into_iter().filter_map(|(written, span)| self.cap(written, span)).collect();
        caps.sort_by_key(|cap| {
            (cap.on.is_empty(), cap.side, cap.rank(), clause_order(cap.clause.as_deref()), cap.text.clone())
        });
        caps
    }

    fn cap(&mut self, written: &tree::Cap, span: Span) -> Option<Cap> {
        let on = self.commitments_named(&written.on);
        let value = self.money(&written.value, Place::Pay, "a cap");
        let excess = self.excess(written);
        let when: Option<Vec<_>> = written.when.iter().map(|it| self.other_limit(it)).collect();
        if let CapSpan::Periods(n @ 0..=1) = written.over.value {
            self.report(no_periods(written.over.span, &format!("any {n} periods"), "write `each period`"));
            return None;
        }
        let ((on, value), when) = both(both(on, value), when)?;
        Some(Cap {
            side: written.side,
            when,
            clause: reference(written.clause.as_ref()),
            on,
            value,
            over: written.over.value,
            excess: excess?,
            text: line::cap(written),
            span,
        })
    }

    fn other_limit(
        &mut self,
        (limit, when): &(tree::Expr, Spanned<tree::Situation>),
    ) -> Option<(Formula, Situation)> {
        both(self.money(limit, Place::Pay, "a cap"), self.situation(&when.value, Place::Pay))
    }

    fn excess(&mut self, written: &tree::Cap) -> Option<Excess> {
        match written.excess.as_ref().map(|it| (it.value, it.span)) {
            Some((tree::Excess::Lapses, _)) => Some(Excess::Lapses),
            Some((tree::Excess::PaidInCash, _)) => Some(Excess::PaidInCash),
            Some((tree::Excess::CarriesForward(Some(0)), span)) => {
                self.report(no_periods(span, "at most 0 periods", "write `excess lapses`"));
                None
            }
            Some((tree::Excess::CarriesForward(most), _)) => Some(Excess::CarriesForward(most)),
            None if written.over.value == CapSpan::Period => Some(Excess::Lapses),
            None => {
                self.report(
                    Diagnostic::error(codes::EXCESS_NOT_SAID, "what becomes of what this cap cuts?")
                        .label(written.over.span, "a cap over several periods says so")
                        .help(
                            "add `, excess lapses`, `, excess carries forward` or `, excess is paid in cash`"
                                .to_owned(),
                        ),
                );
                None
            }
        }
    }

    /// Everything between a penalty and its payment but the caps.
    pub(super) fn remedies(&mut self, commitments: &Commitments) -> Remedies {
        let mut remedies = Remedies::default();
        for (written, _) in self.names.earn_backs.clone() {
            remedies.earn_backs.extend(self.earn_back(written, commitments));
        }
        for (written, _) in self.names.nettings.clone() {
            remedies.nettings.extend(self.netting(written));
        }
        for (written, _) in self.names.penalty_rules.clone() {
            self.penalty_rule(written, &mut remedies);
        }
        for (written, _) in self.names.deadlines.clone() {
            remedies.deadlines.extend(self.deadlines(written));
        }
        for (called, _) in &self.names.called {
            let place = match called.side {
                PaySide::Penalty => &mut remedies.penalties_called,
                PaySide::Bonus => &mut remedies.bonuses_called,
            };
            *place = Some(called.label.value.clone());
        }
        remedies.earn_backs.sort_by_key(|it| (clause_order(it.clause.as_deref()), it.text.clone()));
        remedies.claims.sort_by_key(|it| (clause_order(it.clause.as_deref()), it.text.clone()));
        remedies.minimums.sort_by_key(|it| (clause_order(it.clause.as_deref()), it.text.clone()));
        remedies
            .nettings
            .sort_by_key(|it| (!it.before_caps, clause_order(it.clause.as_deref()), it.text.clone()));
        remedies.said.sort();
        remedies
    }

    fn earn_back(&mut self, written: &tree::EarnBack, commitments: &Commitments) -> Option<EarnBack> {
        let known = self.is_commitment(&written.on);
        let when = self.earn_back_when(&written.condition);
        let part = match &written.part {
            Some(part) => self.part(part),
            None => Some(Ratio::whole(100)),
        };
        let commitment = commitments.get(&written.on.value).filter(|_| known);
        if let Some(fault) = commitment.and_then(|it| nothing_to_earn(it, written)) {
            self.report(fault);
            return None;
        }
        let (when, part) = both(when, part)?;
        Some(EarnBack {
            clause: reference(written.clause.as_ref()),
            on: written.on.value.clone(),
            part,
            when,
            except_below_minimum: written.except_below_minimum,
            text: line::earn_back(written),
        })
    }

    /// The part of a penalty that comes back: above 0%, at most 100%.
    fn part(&mut self, written: &Spanned<tree::Quantity>) -> Option<Ratio> {
        let part = self.level(written, Unit::Percent, "the part that comes back")?;
        if part.is_positive() && part <= Ratio::whole(100) {
            return Some(part);
        }
        self.report(
            Diagnostic::error(
                codes::EARN_BACK_PART,
                format!("`{}` of a penalty cannot come back", written.value),
            )
            .label(written.span, "more than 0% and at most 100%")
            .help("write for instance `50% of`, or leave it out for all of it".to_owned()),
        );
        None
    }

    fn earn_back_when(&mut self, written: &Spanned<tree::EarnBackWhen>) -> Option<EarnBackWhen> {
        match &written.value {
            tree::EarnBackWhen::MetInNext(0) => {
                self.report(no_periods(
                    written.span,
                    "the next 0 periods",
                    "write for instance `the next 3 periods`",
                ));
                None
            }
            tree::EarnBackWhen::MetInNext(n) => Some(EarnBackWhen::MetInNext(*n)),
            tree::EarnBackWhen::Year { pooled, measure, level } => {
                let found = self.measure(measure)?;
                let level = self.level_of(level, &found)?;
                if let Some(why) = super::measures::not_poolable(&found.kind).filter(|_| *pooled) {
                    self.report(
                        Diagnostic::error(
                            codes::POOLING_IMPOSSIBLE,
                            format!("`{}` cannot be pooled", found.name),
                        )
                        .label(measure.span, why)
                        .help(format!("write `average of {} over the contract year`", found.name)),
                    );
                    return None;
                }
                let figure = Past {
                    best: None,
                    how: if *pooled { How::Pooled } else { How::Average },
                    figure: Node::Measure(found.name.clone()),
                    span: Periodic::ContractYear,
                    unit: found.unit,
                    text: line::of_the_year(*pooled, measure),
                };
                Some(EarnBackWhen::Year { figure: Box::new(figure), measure: found.name, level })
            }
        }
    }

    fn netting(&mut self, written: &tree::Netting) -> Option<Netting> {
        let on = self.commitments_named(&written.on)?;
        let clause = reference(written.clause.as_ref());
        Some(Netting { clause, on, before_caps: written.before_caps, text: line::netting(written) })
    }

    fn penalty_rule(&mut self, written: &tree::PenaltyRule, remedies: &mut Remedies) {
        let Some(on) = self.commitments_named(&written.on) else { return };
        let clause = reference(written.clause.as_ref());
        let text = line::penalty_rule(written);
        match &written.kind.value {
            PenaltyRuleKind::OnlyIfMoreThan { amount, each } | PenaltyRuleKind::AtLeast { amount, each } => {
                let raises = matches!(written.kind.value, PenaltyRuleKind::AtLeast { .. });
                let Some(amount) = self.money(amount, Place::Pay, "the least that is paid") else { return };
                remedies.minimums.push(MinimumAmount { clause, on, amount, each: *each, raises, text });
            }
            PenaltyRuleKind::OnClaim(time) => {
                let Some(within) = self.within(time, written.kind.span) else { return };
                remedies.claims.push(OnClaim { clause, on, within, text });
            }
            PenaltyRuleKind::SoleRemedy(_) | PenaltyRuleKind::CountTowardLiability(_) => {
                let clause = clause.map(|it| format!(" (clause {it})")).unwrap_or_default();
                remedies.said.push(text + &clause);
            }
        }
    }

    /// A time after the end of a period.
    pub(super) fn within(&mut self, written: &tree::Within, span: Span) -> Option<Within> {
        match written {
            tree::Within::Periods(n) if n.value == 0 => {
                self.report(no_periods(n.span, "0 periods", "write for instance `2 periods`"));
                None
            }
            tree::Within::Periods(n) => Some(Within::Periods(n.value.into())),
            tree::Within::BusinessDays(n, calendar) => {
                let name = self.calendar(calendar)?;
                Some(Within::BusinessDays(n.value.into(), name))
            }
            tree::Within::Time(time) => self.time_after(time, span),
        }
    }

    fn time_after(&mut self, time: &Spanned<tree::Quantity>, _: Span) -> Option<Within> {
        let n =
            number(time.value.number).to_i64().and_then(|n| u32::try_from(n).ok()).filter(|n| *n < 100_000);
        let found = n.and_then(|n| match time.value.unit {
            UnitWord::Time(TimeUnit::Day) | UnitWord::CalendarDays => Some(Within::Days(n)),
            UnitWord::Time(TimeUnit::Week) => Some(Within::Days(n * 7)),
            UnitWord::Months => Some(Within::Months(n)),
            UnitWord::Years => Some(Within::Months(n * 12)),
            _ => None,
        });
        if found.is_none() || time.value.signed {
            self.report(
                Diagnostic::error(
                    codes::TIME_AFTER_PERIOD,
                    format!("`{}` after a period is no date", time.value),
                )
                .label(time.span, "whole days, weeks, months or years belong here")
                .help("write for instance `30 days`, `1 month` or `10 business days in CALENDAR`".to_owned()),
            );
            return None;
        }
        found
    }

    fn deadlines(&mut self, written: &tree::Deadlines) -> Vec<Deadline> {
        let clause = reference(written.clause.as_ref());
        let mut all = Vec::new();
        let mut add = |what, within: Option<Within>, more_than, text: String| {
            all.extend(within.map(|within| Deadline {
                what,
                within,
                more_than,
                clause: clause.clone(),
                text,
            }));
        };
        if let Some(time) = &written.report {
            add("report due", self.within(&time.value, time.span), None, line::within(&time.value));
        }
        if let Some(time) = &written.disputes {
            add("disputes until", self.within(&time.value, time.span), None, line::within(&time.value));
        }
        if let Some(both) = &written.restatements {
            let (time, least) = &both.value;
            let within = self.within(time, both.span);
            let more = least.as_ref().map(|it| self.money(it, Place::Pay, "the least that is restated"));
            let text = line::restatements(time, least.as_ref());
            if !matches!(more, Some(None)) {
                add("restatements until", within, more.flatten(), text);
            }
        }
        if let Some(time) = &written.evidence {
            add("evidence kept until", self.time_after(time, time.span), None, format!("for {}", time.value));
        }
        all
    }
}

fn no_periods(span: Span, what: &str, help: &str) -> Diagnostic {
    Diagnostic::error(codes::NO_PERIODS, format!("`{what}` are none to count"))
        .label(span, "too few periods")
        .help(help.to_owned())
}

/// Why the commitment has nothing that could come back.
fn nothing_to_earn(commitment: &Commitment, written: &tree::EarnBack) -> Option<Diagnostic> {
    let fault = |name: &Name, message: String, label: &str, help: String| {
        Diagnostic::error(codes::NOTHING_TO_EARN_BACK, message).label(name.span, label).help(help)
    };
    let name = &written.on;
    if !commitment.pays.iter().any(costs_money) {
        let message = format!("`{}` has no penalty in money to earn back", commitment.name);
        let help =
            "points are converted for all commitments together; earn back a commitment that pays money";
        return Some(fault(name, message, "pays no penalty in money", help.to_owned()));
    }
    let no_minimum = written.except_below_minimum && commitment.minimum.is_none();
    let no_target =
        matches!(written.condition.value, tree::EarnBackWhen::MetInNext(_)) && commitment.target.is_none();
    let lacking = if no_minimum { "minimum" } else { "target" };
    (no_minimum || no_target).then(|| {
        let message = format!("`{}` has no {lacking}, so it can never be decided", commitment.name);
        fault(name, message, &format!("has no {lacking}"), format!("give the commitment a {lacking}"))
    })
}

/// Whether the item can cost money.
fn costs_money(pay: &Pay) -> bool {
    let penalty = |amount: &Amount| match amount {
        Amount::Percent(value) | Amount::Money(value) | Amount::Days(value) => value.is_negative(),
        Amount::Formula(side, _) => *side == PaySide::Penalty,
        Amount::Points(_) | Amount::Nothing => false,
    };
    match pay {
        Pay::Bands { bands, otherwise, .. } => {
            bands.iter().map(|band| &band.amount).chain(otherwise).any(penalty)
        }
        Pay::Scale { points, .. } => points.iter().any(|(_, amount)| penalty(amount)),
        Pay::Step { side, amount, .. }
        | Pay::Fixed { side, amount, .. }
        | Pay::Events { side, amount, .. } => *side == PaySide::Penalty && amount.unit != Unit::Points,
        Pay::Share { side, .. } => *side == PaySide::Penalty,
    }
}
