//! Fractions as text: decimals where there are some, otherwise `93/122`.

use std::fmt;
use std::str::FromStr;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Signed;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Big, Ratio, Short, power_of_ten};

impl Ratio {
    /// The value cut to at most `places` decimals toward zero, without
    /// trailing zeros beyond `least`; the flag says whether anything was cut.
    #[must_use]
    pub fn to_decimal(&self, least: usize, places: usize) -> (String, bool) {
        let (whole, mut digits, cut) = match &self.0 {
            Short(small) => small.digits(places).unwrap_or_else(|| big_digits(&self.to_big(), places)),
            Big(value) => big_digits(value, places),
        };
        let nothing = whole == "0" && digits.bytes().all(|digit| digit == b'0');
        while digits.len() > least && digits.ends_with('0') {
            digits.pop();
        }
        let sign = if self.is_negative() && !nothing { "-" } else { "" };
        let point = if digits.is_empty() { "" } else { "." };
        (format!("{sign}{whole}{point}{digits}"), cut)
    }

    /// The exact decimal text when there is one with at most 18 places,
    /// otherwise `numerator/denominator`.
    #[must_use]
    pub fn to_exact_text(&self) -> String {
        if let Some(whole) = self.to_i64() {
            return whole.to_string();
        }
        match self.to_decimal(0, 18) {
            (text, false) => text,
            _ => format!("{}/{}", self.numerator(), self.denominator()),
        }
    }
}

/// Digits before the point, `places` after it, and whether more would follow.
pub(super) type Digits = (String, String, bool);

pub(super) fn big_digits(value: &BigRational, places: usize) -> Digits {
    let scale = power_of_ten(places);
    let scaled = value.abs() * BigRational::from_integer(scale.clone());
    let units = scaled.floor().to_integer();
    let part = (&units % &scale).to_string();
    let digits = if places == 0 { String::new() } else { format!("{part:0>places$}") };
    ((&units / &scale).to_string(), digits, !scaled.is_integer())
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_exact_text())
    }
}

impl Serialize for Ratio {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Ratio {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom(format!("`{text}` is not a number")))
    }
}

/// A text that is not an exact decimal or fraction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotANumber;

impl FromStr for Ratio {
    type Err = NotANumber;

    /// Reads `-12.50` or `93/122`; no exponent, no spaces, no separators.
    fn from_str(text: &str) -> Result<Self, NotANumber> {
        if let Some((upper, lower)) = text.split_once('/') {
            let upper: BigInt = upper.parse().map_err(|_| NotANumber)?;
            let lower: BigInt = lower.parse().map_err(|_| NotANumber)?;
            return Self::new(upper, lower).ok_or(NotANumber);
        }
        let (sign, digits) = match text.strip_prefix(['-', '+']) {
            Some(rest) => (text.starts_with('-'), rest),
            None => (false, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !plain(whole) || !plain(part) || (digits.contains('.') && part.is_empty()) {
            return Err(NotANumber);
        }
        let units = format!("{whole}{part}");
        let short = units.parse::<i64>().ok().zip(u32::try_from(part.len()).ok());
        let value = match short {
            Some((units, places)) => Self::decimal(units.into(), places),
            None => {
                let units: BigInt = units.parse().map_err(|_| NotANumber)?;
                Self::new(units, power_of_ten(part.len())).ok_or(NotANumber)?
            }
        };
        Ok(if sign { -value } else { value })
    }
}
