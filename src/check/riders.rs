//! What is added to a price, and whether it can be added to this one.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Rider};
use std::mem::{Discriminant, discriminant};

use super::figures::{Place, constant};
use super::names::unknown;
use super::{Check, literal};
use crate::contract::{Balance, Carry, ChargeKind, Proration, Riders};
use crate::value::{Ratio, Unit};

impl Check<'_> {
    /// Everything that is added to a price of this kind.
    pub(super) fn riders(&mut self, written: &[Spanned<Rider>], kind: &ChargeKind) -> Option<Riders> {
        let mut riders = Riders::default();
        let mut kinds: Vec<(Discriminant<Rider>, Span)> = Vec::new();
        let mut sound = true;
        for rider in written {
            let own = discriminant(&rider.value);
            if let Some((_, first)) = kinds.iter().find(|(kind, _)| *kind == own) {
                self.report(said_twice(rider.span, *first));
                sound = false;
                continue;
            }
            kinds.push((own, rider.span));
            sound &= self.rider(rider, kind, &mut riders).is_some();
        }
        let span = written.first().map_or_else(Span::default, |rider| rider.span);
        if let (Some(least), Some(most)) = (&riders.least, &riders.most)
            && let (Some(low), Some(high)) = (constant(&least.node), constant(&most.node))
            && low > high
        {
            self.report(crossed(span, &least.text, &most.text));
            return None;
        }
        sound &= self.reversal_fits(&riders, span).is_some();
        sound.then_some(riders)
    }

    fn rider(&mut self, rider: &Spanned<Rider>, kind: &ChargeKind, riders: &mut Riders) -> Option<()> {
        match &rider.value {
            Rider::AtLeast(expr) => riders.least = Some(self.money(expr, Place::Charge, "a least charge")?),
            Rider::AtMost(expr) => riders.most = Some(self.money(expr, Place::Charge, "a most charge")?),
            Rider::Indexed(name) => {
                let Some(series) = self.series.get(&name.value).filter(|it| it.source == "index") else {
                    let indices = self.names.indices.keys().copied();
                    let fault = unknown(codes::UNKNOWN_FIGURE, name, "is not an index", indices);
                    self.report(fault);
                    return None;
                };
                riders.indexed = Some(series.name.clone());
            }
            Rider::Carried(most) => {
                let fits = matches!(kind, ChargeKind::PerUnit { included, .. } if included.is_positive());
                self.fits(
                    fits,
                    rider.span,
                    "only included units can be carried",
                    "write `… each of … after 50 included` before it",
                )?;
                let periods = match most {
                    Some(most) => Some(self.whole_periods(most)?),
                    None => None,
                };
                riders.carried = Some(Carry { periods });
            }
            Rider::Prorated(way) => {
                let fits = matches!(kind, ChargeKind::Formula(_));
                self.fits(
                    fits,
                    rider.span,
                    "only a fixed fee can be prorated",
                    "what is counted is counted in the part of the period anyway: leave it out",
                )?;
                riders.prorated = self.proration(way)?;
                riders.part_said = true;
            }
            Rider::Effective { from, until } => {
                let fits = matches!(kind, ChargeKind::Formula(_));
                self.fits(
                    fits,
                    rider.span,
                    "only a fixed fee can be effective for a part of the term",
                    "count the records of those days with a set instead",
                )?;
                riders.from = from.as_ref().and_then(|it| literal::date(it.value));
                riders.until = until.as_ref().and_then(|it| literal::date(it.value));
                if let (Some(from), Some(until)) = (riders.from, riders.until)
                    && from > until
                {
                    self.report(
                        Diagnostic::error(codes::DATE_ORDER, "the end comes before the start")
                            .label(rider.span, format!("from {from} until {until}"))
                            .help("write the earlier day first".to_owned()),
                    );
                    return None;
                }
            }
            Rider::Less { of, charged_by, how } => {
                riders.reversal = Some(self.reversal(of, charged_by.as_ref(), how, kind)?);
            }
            Rider::Paid { at_once, later, by } => {
                riders.balance = Some(self.balance(at_once, later, by, kind, rider.span)?);
            }
        }
        Some(())
    }

    fn fits(&mut self, fits: bool, span: Span, why: &str, help: &str) -> Option<()> {
        if fits {
            return Some(());
        }
        self.report(
            Diagnostic::error(codes::RIDER_MISPLACED, why.to_owned())
                .label(span, "does not go with this price")
                .help(help.to_owned()),
        );
        None
    }

    fn proration(&mut self, way: &tree::Proration) -> Option<Option<Proration>> {
        let (days, wanted, found, what) = match way {
            tree::Proration::Not => return Some(None),
            tree::Proration::ActualDays => return Some(Some(Proration::ActualDays)),
            tree::Proration::Months(days) => (days, 30, Proration::Months30, "months of 30 days"),
            tree::Proration::Years(days) => (days, 360, Proration::Years360, "years of 360 days"),
        };
        if self.plain(days, "a number of days")? == Ratio::whole(wanted) {
            return Some(Some(found));
        }
        self.report(
            Diagnostic::error(codes::RIDER_MISPLACED, format!("fees are prorated by {what}"))
                .label(days.span, format!("{wanted} belongs here"))
                .help("write `actual days`, `months of 30 days` or `years of 360 days`".to_owned()),
        );
        None
    }

    /// A number of periods, 1 or more.
    fn whole_periods(&mut self, written: &Spanned<tree::Quantity>) -> Option<usize> {
        let value = self.plain(written, "a number of periods")?;
        let whole = value.to_i64().and_then(|it| usize::try_from(it).ok()).filter(|it| *it > 0);
        if whole.is_none() {
            self.report(literal::not_positive("a number of periods", written.span));
        }
        whole
    }

    fn balance(
        &mut self,
        at_once: &Spanned<tree::Quantity>,
        later: &Spanned<tree::Quantity>,
        by: &tree::Volume,
        kind: &ChargeKind,
        span: Span,
    ) -> Option<Balance> {
        let counted = !matches!(kind, ChargeKind::Formula(_));
        self.fits(
            counted,
            span,
            "only what is counted can be counted again",
            "price a count: `graduated price of …`, or `GBP 6.00 each of …`",
        )?;
        let part = self.level(at_once, Unit::Percent, "the part that is paid at once")?;
        if part.is_negative() || part > Ratio::whole(100) {
            self.report(
                Diagnostic::error(
                    codes::SCALE_OUT_OF_RANGE,
                    "the part that is paid at once lies between 0% and 100%",
                )
                .label(at_once.span, "out of range")
                .help("write for instance `paid 80% at once`".to_owned()),
            );
            return None;
        }
        let later = self.whole_periods(later)?;
        let (measure, place) = self.volume(by)?;
        let first = kind.volume()?;
        let unit = self.unit_of_measure(first);
        if unit.is_some_and(|unit| unit != measure.unit) {
            self.report(
                Diagnostic::error(
                    codes::UNITS_DIFFER,
                    format!("`{first}` and `{}` count different things", measure.name),
                )
                .label(place, measure.unit.to_string())
                .help("count the same units again".to_owned()),
            );
            return None;
        }
        Some(Balance { at_once: part, later, volume: measure.name })
    }

    pub(super) fn unit_of_measure(&mut self, name: &str) -> Option<Unit> {
        if let Some(inline) = self.inline.get(name) {
            return Some(inline.unit);
        }
        let declared = self.names.measures.get(name).map(|(it, _)| it.name.clone())?;
        self.measure(&declared).map(|measure| measure.unit)
    }
}

fn said_twice(span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(codes::ITEM_TWICE, "the price says this twice")
        .label(span, "said again")
        .label(first, "said before")
        .help("keep the one that is meant".to_owned())
}

fn crossed(span: Span, least: &str, most: &str) -> Diagnostic {
    Diagnostic::error(codes::BOUNDS_CROSSED, format!("at least {least} and at most {most} cannot both hold"))
        .label(span, "the least is more than the most")
        .help("exchange the two".to_owned())
}
