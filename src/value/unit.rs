//! Units as types: 75 %, 75 and GBP 75 are three different things.

use std::fmt;

use super::{Currency, Ratio};

/// What a number counts.
///
/// Numbers are kept in one scale per unit: a percentage as the number before
/// the sign (75 for 75 %), a duration in seconds, money in major units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A plain number or count.
    Number,
    /// Hundredths: 75 stands for 75 %.
    Percent,
    /// Service points.
    Points,
    /// Money in major units of a currency.
    Money(Currency),
    /// Seconds.
    Duration,
    /// A date.
    Date,
    /// A moment, on the time line.
    Instant,
    /// Text.
    Text,
    /// Yes or no.
    YesNo,
}

impl fmt::Display for Unit {
    /// The unit in contract words: `a percentage`, `an amount in GBP`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number => f.write_str("a number"),
            Self::Percent => f.write_str("a percentage"),
            Self::Points => f.write_str("points"),
            Self::Money(currency) => write!(f, "an amount in {currency}"),
            Self::Duration => f.write_str("a duration"),
            Self::Date => f.write_str("a date"),
            Self::Instant => f.write_str("a moment"),
            Self::Text => f.write_str("a text"),
            Self::YesNo => f.write_str("yes or no"),
        }
    }
}

/// An exact number with its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// The number, in the scale of [`Unit`].
    pub value: Ratio,
    /// The unit.
    pub unit: Unit,
}

impl Quantity {
    /// `value` of `unit`.
    #[must_use]
    pub fn new(value: Ratio, unit: Unit) -> Self {
        Self { value, unit }
    }
}

impl fmt::Display for Quantity {
    /// As people write it: `77.5%`, `GBP 733.60`, `6 h 21 min`, `1,250`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            Unit::Percent => write!(f, "{}%", grouped(&self.value, 0, 6)),
            Unit::Points => {
                let noun = if self.value.abs() == Ratio::one() { "point" } else { "points" };
                write!(f, "{} {noun}", grouped(&self.value, 0, 6))
            }
            Unit::Money(currency) => {
                let sign = if self.value.is_negative() { "-" } else { "" };
                write!(f, "{sign}{currency} {}", grouped(&self.value.abs(), currency.places() as usize, 6))
            }
            Unit::Duration => duration(&self.value, f),
            _ => f.write_str(&grouped(&self.value, 0, 6)),
        }
    }
}

/// `value` with thousands separators, at least `least` and at most `places`
/// decimals; `…` marks decimals that were cut.
#[must_use]
pub fn grouped(value: &Ratio, least: usize, places: usize) -> String {
    let (text, cut) = value.to_decimal(least, places);
    let mut grouped = group_thousands(&text);
    if cut {
        grouped.push('…');
    }
    grouped
}

/// `-1234567.5` as `-1,234,567.5`.
fn group_thousands(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, part) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    let mut grouped = String::with_capacity(text.len() + whole.len() / 3);
    grouped.push_str(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped.push_str(part);
    grouped
}

fn duration(seconds: &Ratio, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let sign = if seconds.is_negative() { "-" } else { "" };
    let seconds = seconds.abs();
    let minute = Ratio::whole(60);
    let hour = Ratio::whole(3600);
    if seconds < minute {
        return write!(f, "{sign}{} s", grouped(&seconds, 0, 6));
    }
    let hours = seconds.over(&hour).unwrap_or_default().floor();
    let rest = &seconds - &(&hours * &hour);
    let minutes = rest.over(&minute).unwrap_or_default().floor();
    let rest = &rest - &(&minutes * &minute);
    f.write_str(sign)?;
    if !hours.is_zero() {
        write!(f, "{} h ", grouped(&hours, 0, 0))?;
    }
    write!(f, "{minutes} min")?;
    if rest.is_zero() { Ok(()) } else { write!(f, " {} s", grouped(&rest, 0, 3)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn shows(value: &str, unit: Unit, want: &str) {
        assert_eq!(Quantity::new(value.parse().unwrap(), unit).to_string(), want);
    }

    #[test]
    fn quantities_read_as_people_write_them() {
        let gbp = Unit::Money(Currency::from_code("GBP").unwrap());
        shows("55020", gbp, "GBP 55,020.00");
        shows("-8500.5", gbp, "-GBP 8,500.50");
        shows("88.24", Unit::Percent, "88.24%");
        shows("200/3", Unit::Percent, "66.666666…%");
        shows("1373580", Unit::Duration, "381 h 33 min");
        shows("14.4", Unit::Duration, "14.4 s");
        shows("1516", Unit::Number, "1,516");
        shows("1", Unit::Points, "1 point");
        shows("-1", Unit::Points, "-1 point");
        shows("1.5", Unit::Points, "1.5 points");
        shows("0", Unit::Points, "0 points");
    }
}
