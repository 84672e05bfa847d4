//! When figures become final, and what is paid until then.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Spanned;
use meed_grammar::tree::{self, ProvisionalPay, Quantity, UnitWord};
use std::collections::BTreeMap;

use super::names::unknown;
use super::{Check, literal, tables};
use crate::contract::{Journeys, Least, Maturity, Row, SetRef, Tail, Within};
use crate::value::{Ratio, Unit};

impl Check<'_> {
    /// What the head says of late data.
    pub(super) fn maturity(&mut self) -> Maturity {
        let late = self.names.heads.first().and_then(|(head, _)| head.late.as_ref());
        let late = late.and_then(|late| self.late(&late.value, late.span));
        Maturity { late, tail: self.tail(), journeys: self.all_journeys() }
    }

    fn late(&mut self, written: &tree::Within, span: meed_grammar::span::Span) -> Option<Within> {
        if let tree::Within::Periods(_) = written {
            self.report(
                Diagnostic::error(codes::LATE_DATA, "data comes late by days, not by periods")
                    .label(span, "a number of days belongs here")
                    .help(
                        "write for instance `late data within 10 days` or `… 5 business days in CALENDAR`"
                            .to_owned(),
                    ),
            );
            return None;
        }
        self.within(written, span)
    }

    /// How many months later a record counts; none within means not at all.
    pub(super) fn months_later(&mut self, written: Option<&Spanned<Quantity>>) -> Option<Option<u32>> {
        let Some(written) = written else { return Some(None) };
        let months = months(&written.value);
        if months.is_none() {
            self.report(
                Diagnostic::error(
                    codes::NOT_MONTHS,
                    format!("`{}` is not a number of months", written.value),
                )
                .label(written.span, "whole months or years belong here")
                .help(
                    "write for instance `6 months`: of 31 January 1 month later is the last of February"
                        .to_owned(),
                ),
            );
        }
        months.map(Some)
    }

    /// What goes on being paid after the term.
    fn tail(&mut self) -> Option<Tail> {
        let (written, span) = self.names.tails.first().copied()?;
        let months = self.months_later(Some(&written.time))??;
        let mut sound = true;
        for name in &written.names {
            let known = self.names.commitments.contains_key(name.value.as_str())
                || self.names.charges.contains_key(name.value.as_str());
            if !known {
                let all = self.names.commitments.keys().chain(self.names.charges.keys()).copied();
                let fault =
                    unknown(codes::UNKNOWN_IN_TAIL, name, "is neither a commitment nor a charge", all);
                self.report(fault);
                sound = false;
            }
        }
        if self.head.schedule.length == tree::PeriodLength::WholeTerm {
            self.report(
                Diagnostic::error(
                    codes::TAIL_OF_WHOLE_TERM,
                    "a contract with a single period has none after its term",
                )
                .label(span, "would need periods of its own")
                .help("settle in months, quarters or years, or make the term longer".to_owned()),
            );
            sound = false;
        }
        let names = written.names.iter().map(|name| name.value.clone()).collect();
        let clause = written.clause.as_ref().map(|it| it.value.clone());
        sound.then_some(Tail { months, names, clause })
    }

    /// Whether the records searched say from when to when they hold.
    pub(super) fn lasts(&mut self, written: &tree::Follow, target: &SetRef) -> bool {
        let dated = |field: &str| self.tables.field(&target.table, field).is_some_and(tables::is_date);
        if dated("from") && dated("to") {
            return true;
        }
        let span = written.set.as_ref().map(|name| name.span).unwrap_or_default();
        self.report(
            Diagnostic::error(
                codes::NOT_LASTING,
                format!("`{}` does not say from when to when a record holds", target.table),
            )
            .label(span, "needs the date fields `from` and `to`")
            .help(format!(
                "search `customers`, or declare them: `fields {} {{ from: date  to: date }}`",
                target.table
            )),
        );
        false
    }

    /// How many records, or how much of a field, must be found.
    pub(super) fn least(&mut self, written: &tree::Least, target: &SetRef) -> Option<Least> {
        let quantity = self.literal(&written.amount.value, written.amount.span)?;
        let of = match &written.of {
            Some(field) => Some(self.size(field, target)?),
            None => None,
        };
        let unit = of.as_ref().map_or(Unit::Number, |of| of.unit);
        let whole = of.is_some() || quantity.value.floor() == quantity.value;
        if quantity.unit != unit || !whole || !quantity.value.is_positive() {
            let what = if of.is_some() { "an amount in the unit of the field" } else { "a whole number" };
            self.report(
                Diagnostic::error(
                    codes::LEAST_UNIT,
                    format!("`{}` is not what is counted", written.amount.value),
                )
                .label(written.amount.span, format!("{what} belongs here"))
                .help(
                    "write for instance `at least 3 purchases` or `at least GBP 100 of value in purchases`"
                        .to_owned(),
                ),
            );
            return None;
        }
        let field = of.map(|of| match of.row {
            Row::Field(name) => name,
            _ => String::new(),
        });
        Some(Least { at_least: quantity.value, of: field })
    }

    fn all_journeys(&mut self) -> BTreeMap<String, Journeys> {
        let clauses: Vec<&tree::Journeys> = self.names.journeys.values().map(|(it, _)| *it).collect();
        clauses.into_iter().filter_map(|it| Some((it.name.value.clone(), self.journeys(it)?))).collect()
    }

    fn journeys(&mut self, written: &tree::Journeys) -> Option<Journeys> {
        let of = self.set(&written.of)?;
        let keys = self.keys(&written.keys, &of, &of);
        let window = |length: &Spanned<Quantity>| tree::Window { length: length.clone(), inclusive: true };
        let gap = self.window(&window(&written.gap.length));
        let merged = match &written.merged {
            Some(length) => self.window(&window(length)).map(Some),
            None => Some(None),
        };
        let mut ahead = of.later > 0 || of.portions != Default::default();
        let rows = of.conditions.iter().chain(of.exclusions.iter().map(|it| &it.condition));
        rows.for_each(|row| {
            row.walk(&mut |part| ahead |= matches!(part, Row::Follow(_) | Row::Business { .. }))
        });
        if ahead {
            self.report(
                Diagnostic::error(
                    codes::JOURNEYS_OF,
                    format!("`{}` is not known contact by contact", written.of.value),
                )
                .label(written.of.span, "rests on other records, or counts in part")
                .help("join a plainer set, and ask for the rest of the journeys".to_owned()),
            );
            return None;
        }
        let table = self.tables.table(&written.name.value)?;
        let (name, from_first) = (written.name.value.clone(), written.gap.from_first);
        Some(Journeys { name, of, keys: keys?, gap: gap?, from_first, merged: merged?, table })
    }

    /// The share of what is due that is paid while a reading can still change.
    pub(super) fn provisional(&mut self, written: &tree::Commitment) -> Option<Ratio> {
        let ProvisionalPay(share) = &written.provisional.as_ref()?.value;
        let Some(share) = share else { return Some(Ratio::zero()) };
        let value = literal::number(share.value.number);
        let percent = matches!(share.value.unit, UnitWord::Percent);
        if percent && !value.is_negative() && value <= Ratio::whole(100) {
            return Some(value);
        }
        self.report(
            Diagnostic::error(
                codes::PROVISIONAL_SHARE,
                format!("`{}` is no share of what is due", share.value),
            )
            .label(share.span, "a percentage from 0% to 100% belongs here")
            .help(
                "write for instance `while provisional pay 80%`, or `while provisional pay nothing`"
                    .to_owned(),
            ),
        );
        None
    }
}

/// A written time in whole months, when it is one.
fn months(written: &Quantity) -> Option<u32> {
    let factor = match written.unit {
        UnitWord::Months => 1,
        UnitWord::Years => 12,
        _ => return None,
    };
    let count = literal::number(written.number).to_i64().and_then(|n| u32::try_from(n).ok())?;
    count.checked_mul(factor).filter(|months| (1..=1_200).contains(months))
}
