//! Reversals: what came back of what was charged, and whether a price can take it back so.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Name, Volume};

use super::Check;
use super::measures::tables_of;
use crate::contract::{ChargeKind, Measure, Reversal, Riders, TakenBack, by_period_of};
use crate::value::Unit;

impl Check<'_> {
    /// `less VOLUME [charged by FIELD] HOW`, added to a price of this kind.
    pub(super) fn reversal(
        &mut self,
        of: &Volume,
        charged_by: Option<&Name>,
        how: &Spanned<tree::TakenBack>,
        kind: &ChargeKind,
    ) -> Option<Reversal> {
        let Some(first) = kind.volume() else {
            return self.unclear(
                how.span,
                "only what is counted can come back",
                "price a count: `GBP 6.00 each of …`",
            );
        };
        let unit = self.unit_of_measure(first);
        let found = match &how.value {
            tree::TakenBack::BeforeAllowance => {
                let included = matches!(kind, ChargeKind::PerUnit { included, .. } if included.is_positive());
                if !included {
                    return self.unclear(
                        how.span,
                        "this price has no allowance",
                        "write `… each of … after 50 included`, or say what is taken back: `at GBP 0.99 each`",
                    );
                }
                TakenBack::OffTheCount
            }
            tree::TakenBack::BeforeTiers => {
                if !matches!(kind, ChargeKind::Tiered { .. }) {
                    return self.unclear(
                        how.span,
                        "this price has no tiers",
                        "write `before the allowance` where units are included, or `at GBP 0.99 each`",
                    );
                }
                TakenBack::OffTheCount
            }
            tree::TakenBack::AsIfNever => TakenBack::AsIfNever,
            tree::TakenBack::AveragePrice => TakenBack::AveragePrice,
            tree::TakenBack::Each(price) => TakenBack::Each(self.price(price, "what is taken back")?),
        };
        let then = matches!(found, TakenBack::AsIfNever | TakenBack::AveragePrice);
        let (measure, place) = match charged_by {
            Some(field) if then => self.by_period(of, field)?,
            Some(field) => {
                return self.unclear(
                    field.span,
                    "when a unit was charged makes no difference here",
                    "leave `charged by …` out, or take back what was paid: `at the average price paid`",
                );
            }
            None if then => {
                return self.unclear(
                    how.span,
                    "nothing says in which period they were charged",
                    "name the date that decided it: `less count of returned charged by closed_at …`",
                );
            }
            None => self.volume(of)?,
        };
        if unit.is_some_and(|unit| unit != measure.unit) || measure.unit != Unit::Number {
            self.report(
                Diagnostic::error(
                    codes::UNITS_DIFFER,
                    format!("`{first}` and `{}` count different things", measure.name),
                )
                .label(place, measure.unit.to_string())
                .help("count the same units again, in plain numbers".to_owned()),
            );
            return None;
        }
        Some(Reversal { measure: measure.name, how: found })
    }

    /// The count with a reading for each period the units were charged in.
    fn by_period(&mut self, of: &Volume, field: &Name) -> Option<(Measure, Span)> {
        match of {
            Volume::Aggregate(it) => {
                let name = format!("{} charged by {}", it.value, field.value);
                let measure = self.inline_by(name, &it.value, it.span, |check, kind| {
                    let dates: Option<Vec<String>> =
                        tables_of(kind).into_iter().map(|table| check.date_field(field, table)).collect();
                    dates?.first().map(|date| vec![by_period_of(date)])
                })?;
                Some((measure, it.span))
            }
            Volume::Measure(name) => {
                let measure = self.measure(name)?;
                if measure.by == [field.value.clone()] {
                    return Some((measure, name.span));
                }
                let help = format!(
                    "write `by {}` in `measure {}`, with periods as its values",
                    field.value, name.value
                );
                self.unclear(field.span, "the measure is not broken down by it", &help)
            }
        }
    }

    /// What goes with a reversal and what does not.
    pub(super) fn reversal_fits(&mut self, riders: &Riders, span: Span) -> Option<()> {
        let Some(reversal) = &riders.reversal else { return Some(()) };
        if riders.balance.is_some() {
            return self.unclear(
                span,
                "the balance takes back already what did not last",
                "keep one of the two: `paid … at once, balance … later` or `less …`",
            );
        }
        if reversal.how == TakenBack::AsIfNever && riders.carried.is_some() {
            return self.unclear(
                span,
                "units kept from earlier periods cannot be used a second time",
                "take back `before the allowance`, `at the average price paid` or at a price `each`",
            );
        }
        Some(())
    }

    fn unclear<T>(&mut self, span: Span, why: &str, help: &str) -> Option<T> {
        self.report(
            Diagnostic::error(codes::REVERSAL_UNCLEAR, "what is taken back is not clear")
                .label(span, why.to_owned())
                .help(help.to_owned()),
        );
        None
    }
}
