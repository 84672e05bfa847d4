//! Exact fractions.
//!
//! | written | kept as | shown with 2 decimals |
//! |---------|---------|-----------------------|
//! | 93/122  | 93/122  | 0.76 (marked `…` when cut) |
//! | 2.50    | 5/2     | 2.50                  |

use std::fmt;
use std::ops::{Add, Mul, Neg, Sub};
use std::str::FromStr;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// An exact fraction of two integers of any size.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ratio(BigRational);

impl Default for Ratio {
    fn default() -> Self {
        Self::zero()
    }
}

impl Ratio {
    /// 0.
    #[must_use]
    pub fn zero() -> Self {
        Self(BigRational::zero())
    }

    /// 1.
    #[must_use]
    pub fn one() -> Self {
        Self(BigRational::one())
    }

    /// An integer.
    #[must_use]
    pub fn whole(value: impl Into<BigInt>) -> Self {
        Self(BigRational::from_integer(value.into()))
    }

    /// `numerator / denominator`, or none when the denominator is 0.
    #[must_use]
    pub fn new(numerator: impl Into<BigInt>, denominator: impl Into<BigInt>) -> Option<Self> {
        let denominator = denominator.into();
        (!denominator.is_zero()).then(|| Self(BigRational::new(numerator.into(), denominator)))
    }

    /// `units / 10^scale`: a decimal as written.
    #[must_use]
    pub fn decimal(units: i128, scale: u32) -> Self {
        Self(BigRational::new(BigInt::from(units), num_traits::pow(BigInt::from(10), scale as usize)))
    }

    /// The quotient, or none when `other` is 0.
    #[must_use]
    pub fn over(&self, other: &Self) -> Option<Self> {
        (!other.0.is_zero()).then(|| Self(&self.0 / &other.0))
    }

    /// The largest integer not above the value.
    #[must_use]
    pub fn floor(&self) -> Self {
        Self(self.0.floor())
    }

    /// The smallest integer not below the value.
    #[must_use]
    pub fn ceil(&self) -> Self {
        Self(self.0.ceil())
    }

    /// Without its sign.
    #[must_use]
    pub fn abs(&self) -> Self {
        Self(self.0.abs())
    }

    /// The square root cut to `places` decimals: the largest such decimal
    /// whose square is not above the value; 0 for what is below 0.
    #[must_use]
    pub fn root(&self, places: u32) -> Self {
        let scale: BigInt = num_traits::pow(BigInt::from(10), places as usize);
        let scaled = (&self.0 * BigRational::from_integer(&scale * &scale)).floor().to_integer();
        if scaled.is_negative() { Self::zero() } else { Self(BigRational::new(scaled.sqrt(), scale)) }
    }

    /// Whether the value is 0.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    /// Whether the value is below 0.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.0.is_negative()
    }

    /// Whether the value is above 0.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.0.is_positive()
    }

    /// Whether the value is an integer.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.0.is_integer()
    }

    /// The integer, when the value is one and fits.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        self.is_whole().then(|| self.0.to_integer().to_i64()).flatten()
    }

    /// Numerator of the reduced fraction.
    #[must_use]
    pub fn numerator(&self) -> &BigInt {
        self.0.numer()
    }

    /// Denominator of the reduced fraction, above 0.
    #[must_use]
    pub fn denominator(&self) -> &BigInt {
        self.0.denom()
    }

    /// The value cut to at most `places` decimals toward zero, without
    /// trailing zeros beyond `least`; the flag says whether anything was cut.
    #[must_use]
    pub fn to_decimal(&self, least: usize, places: usize) -> (String, bool) {
        let scale = num_traits::pow(BigInt::from(10), places);
        let scaled = self.0.abs() * BigRational::from_integer(scale.clone());
        let units = scaled.floor().to_integer();
        let cut = !scaled.is_integer();
        let whole = (&units / &scale).to_string();
        let part = (&units % &scale).to_string();
        let mut digits = if places == 0 { String::new() } else { format!("{part:0>places$}") };
        while digits.len() > least && digits.ends_with('0') {
            digits.pop();
        }
        let sign = if self.0.is_negative() && !units.is_zero() { "-" } else { "" };
        let point = if digits.is_empty() { "" } else { "." };
        (format!("{sign}{whole}{point}{digits}"), cut)
    }

    /// The exact decimal text when there is one with at most 18 places,
    /// otherwise `numerator/denominator`.
    #[must_use]
    pub fn to_exact_text(&self) -> String {
        match self.to_decimal(0, 18) {
            (text, false) => text,
            _ => format!("{}/{}", self.numerator(), self.denominator()),
        }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_exact_text())
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
        let units: BigInt = format!("{whole}{part}").parse().map_err(|_| NotANumber)?;
        let value = BigRational::new(units, num_traits::pow(BigInt::from(10), part.len()));
        Ok(Self(if sign { -value } else { value }))
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl $trait for Ratio {
            type Output = Ratio;
            fn $method(self, other: Ratio) -> Ratio {
                Ratio(self.0.$method(other.0))
            }
        }
        impl $trait for &Ratio {
            type Output = Ratio;
            fn $method(self, other: &Ratio) -> Ratio {
                Ratio((&self.0).$method(&other.0))
            }
        }
    };
}

operator!(Add, add);
operator!(Sub, sub);
operator!(Mul, mul);

impl Neg for Ratio {
    type Output = Ratio;
    fn neg(self) -> Ratio {
        Ratio(-self.0)
    }
}

impl std::iter::Sum for Ratio {
    fn sum<I: Iterator<Item = Ratio>>(values: I) -> Ratio {
        values.fold(Ratio::zero(), |sum, value| sum + value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn shows(text: &str, least: usize, places: usize, want: (&str, bool)) {
        let value: Ratio = text.parse().unwrap();
        assert_eq!(value.to_decimal(least, places), (want.0.to_string(), want.1));
    }

    #[test]
    fn decimals_keep_their_digits() {
        shows("2.50", 2, 6, ("2.50", false));
        shows("-1/3", 0, 4, ("-0.3333", true));
        shows("-0.00001", 2, 2, ("0.00", true));
        shows("1055", 0, 0, ("1055", false));
    }

    #[test]
    fn a_tenth_three_times_is_three_tenths() {
        // In binary floating point 0.1 + 0.1 + 0.1 is not 0.3.
        let tenth: Ratio = "0.1".parse().unwrap();
        assert_eq!(&(&tenth + &tenth) + &tenth, "0.3".parse().unwrap());
    }

    #[test]
    fn roots_are_cut() {
        let root = |text: &str, places| text.parse::<Ratio>().unwrap().root(places).to_string();
        assert_eq!(root("2", 4), "1.4142");
        assert_eq!(root("6.25", 4), "2.5");
        assert_eq!(root("1/3", 3), "0.577");
        assert_eq!(root("-1", 3), "0");
    }

    #[test]
    fn what_is_not_a_decimal_is_refused() {
        for text in ["", ".5", "5.", "1e3", "1,000", " 1", "--1", "1/0", "NaN", "1.2.3"] {
            assert_eq!(text.parse::<Ratio>(), Err(NotANumber), "{text:?}");
        }
    }
}
