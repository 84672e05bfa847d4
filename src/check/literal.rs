//! Written quantities in the scale of their unit.
//!
//! | written | kept as |
//! |---------|---------|
//! | `75%` | 75, percent |
//! | `2 minutes` | 120, seconds |
//! | `GBP 6.00` | 6, money |
//! | `0.01 points` as the step of a percentage | 1/100, percent |

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{self, Decimal, TimeUnit, UnitWord};

use super::{Check, units};
use crate::value::{Currency, Date, Quantity, Ratio, Rounding, Unit};

/// The number as written.
pub(super) fn number(decimal: Decimal) -> Ratio {
    Ratio::decimal(decimal.units, decimal.scale)
}

/// The date as written; the parser has seen that it exists.
pub(super) fn date(date: tree::Date) -> Option<Date> {
    Date::new(i32::from(date.year), u32::from(date.month), u32::from(date.day))
}

/// How many seconds one unit of time has.
pub(super) fn seconds(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Minute => 60,
        TimeUnit::Hour => 3600,
        TimeUnit::Day => 86_400,
        TimeUnit::Week => 7 * 86_400,
    }
}

/// A step that is zero or negative.
pub(super) fn not_positive(what: &str, span: Span) -> Diagnostic {
    Diagnostic::error(codes::STEP_NOT_POSITIVE, format!("{what} must be more than 0"))
        .label(span, "nothing can be counted in such steps")
        .help("write a number above 0".to_owned())
}

impl Check<'_> {
    /// A literal with its own unit.
    pub(super) fn literal(&mut self, written: &tree::Quantity, span: Span) -> Option<Quantity> {
        let value = number(written.number);
        let unit = match &written.unit {
            UnitWord::None => Unit::Number,
            UnitWord::Percent => Unit::Percent,
            UnitWord::Points => Unit::Points,
            UnitWord::Time(unit) => {
                return Some(Quantity::new(&value * &Ratio::whole(seconds(*unit)), Unit::Duration));
            }
            UnitWord::Money(code) if self.abroad && Currency::from_code(code).is_some() => {
                Currency::from_code(code).map_or(Unit::Number, Unit::Money)
            }
            UnitWord::Money(code) => match self.head.other_currency(code, span) {
                Some(fault) => {
                    self.report(fault);
                    return None;
                }
                None => Unit::Money(self.head.currency),
            },
            UnitWord::CalendarDays | UnitWord::Months | UnitWord::Years => {
                self.report(not_a_length(written, span));
                return None;
            }
        };
        Some(Quantity::new(value, unit))
    }

    /// A value that has to have `unit`: a target, an edge of a band, a given reading.
    pub(super) fn level(
        &mut self,
        written: &Spanned<tree::Quantity>,
        unit: Unit,
        what: &str,
    ) -> Option<Ratio> {
        let quantity = self.literal(&written.value, written.span)?;
        if quantity.unit == unit {
            return Some(quantity.value);
        }
        let shown = written.value.to_string();
        let diagnostic = Diagnostic::error(
            codes::UNITS_DIFFER,
            format!("{what} is {unit}, and `{shown}` is {}", quantity.unit),
        );
        let help = units::help(unit, quantity.unit, &written.value);
        self.report(diagnostic.label(written.span, format!("{unit} belongs here")).help(help));
        None
    }

    /// A size in steps of a figure with `unit`: points stand for percentage
    /// points, and for the points of a plain score.
    pub(super) fn step(
        &mut self,
        written: &Spanned<tree::Quantity>,
        unit: Unit,
        what: &str,
    ) -> Option<Ratio> {
        let pointed = written.value.unit == UnitWord::Points && matches!(unit, Unit::Percent | Unit::Number);
        if unit == Unit::Percent && written.value.unit == UnitWord::None {
            let digits = written.value.number.to_string();
            let noun = if digits == "1" { "point" } else { "points" };
            self.report(
                Diagnostic::error(codes::UNITS_DIFFER, format!("{what} of a percentage is in points"))
                    .label(written.span, "of what is not said")
                    .help(format!("write `{digits} {noun}`")),
            );
            return None;
        }
        let value =
            if pointed { number(written.value.number) } else { self.level(written, unit, "the figure")? };
        if value.is_positive() {
            return Some(value);
        }
        self.report(not_positive(what, written.span));
        None
    }

    /// A rounding rule for a figure with `unit`.
    pub(super) fn rounding(&mut self, written: &tree::Rounding, unit: Unit) -> Option<Rounding> {
        let step = self.step(&written.step, unit, "a rounding step")?;
        Some(Rounding { step, mode: written.mode })
    }

    /// A number without a unit.
    pub(super) fn plain(&mut self, written: &Spanned<tree::Quantity>, what: &str) -> Option<Ratio> {
        self.level(written, Unit::Number, what)
    }

    /// An amount in the contract's currency.
    pub(super) fn price(&mut self, written: &Spanned<tree::Quantity>, what: &str) -> Option<Ratio> {
        let unit = Unit::Money(self.head.currency);
        self.level(written, unit, what)
    }
}

fn not_a_length(written: &tree::Quantity, span: Span) -> Diagnostic {
    let shown = written.to_string();
    Diagnostic::error(codes::NOT_USABLE_HERE, format!("`{shown}` has no fixed length"))
        .label(span, "only a window of a look-ahead can be this long")
        .help("write seconds, minutes, hours, days or weeks; a day is 24 hours".to_owned())
}
