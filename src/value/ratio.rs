//! Exact fractions.
//!
//! | written | kept as | shown with 2 decimals |
//! |---------|---------|-----------------------|
//! | 93/122  | 93/122  | 0.76 (marked `…` when cut) |
//! | 2.50    | 5/2     | 2.50                  |
//!
//! Nearly all fractions of a contract fit in two machine words. They are kept
//! and worked out there; what no longer fits goes on in integers of any size,
//! and comes back when it fits again. So equal values are kept alike.

mod small;
mod text;

use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};

use small::Small;

/// An exact fraction of two integers of any size.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ratio(Kept);

/// How a fraction is kept: in the first form whenever it fits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kept {
    Small(Small),
    Big(Box<BigRational>),
}

use Kept::{Big, Small as Short};

impl Default for Ratio {
    fn default() -> Self {
        Self::zero()
    }
}

impl Ratio {
    /// 0.
    #[must_use]
    pub fn zero() -> Self {
        Self(Short(Small::whole(0)))
    }

    /// 1.
    #[must_use]
    pub fn one() -> Self {
        Self(Short(Small::whole(1)))
    }

    /// An integer.
    #[must_use]
    pub fn whole(value: impl Into<BigInt> + ToPrimitive) -> Self {
        match value.to_i64().and_then(|value| Small::of(value.into(), 1)) {
            Some(small) => Self(Short(small)),
            None => Self::from_big(BigRational::from_integer(value.into())),
        }
    }

    /// `numerator / denominator`, or none when the denominator is 0.
    #[must_use]
    pub fn new(
        numerator: impl Into<BigInt> + ToPrimitive,
        denominator: impl Into<BigInt> + ToPrimitive,
    ) -> Option<Self> {
        if let (Some(upper), Some(lower)) = (numerator.to_i64(), denominator.to_i64()) {
            return Self::reduced(upper.into(), lower.into());
        }
        let denominator = denominator.into();
        (!denominator.is_zero()).then(|| Self::from_big(BigRational::new(numerator.into(), denominator)))
    }

    /// `units / 10^scale`: a decimal as written.
    #[must_use]
    pub fn decimal(units: i128, scale: u32) -> Self {
        let short = i64::try_from(units).ok().zip(10_i64.checked_pow(scale));
        short.and_then(|(units, scale)| Self::reduced(units.into(), scale.into())).unwrap_or_else(|| {
            Self::from_big(BigRational::new(BigInt::from(units), power_of_ten(scale as usize)))
        })
    }

    /// The fraction of two words, or none when the lower is 0.
    fn reduced(upper: i128, lower: i128) -> Option<Self> {
        let common = num_integer::gcd(upper, lower);
        let sign = if lower < 0 { -1 } else { 1 };
        (lower != 0).then(|| Self::of_wide((sign * upper / common, sign * lower / common)))
    }

    /// A fraction that is reduced, with a lower part above 0.
    fn of_wide((upper, lower): (i128, i128)) -> Self {
        match Small::of(upper, lower) {
            Some(small) => Self(Short(small)),
            None => Self(Big(Box::new(BigRational::new_raw(BigInt::from(upper), BigInt::from(lower))))),
        }
    }

    fn from_big(value: BigRational) -> Self {
        let short = value.numer().to_i64().zip(value.denom().to_i64());
        match short.and_then(|(upper, lower)| Small::of(upper.into(), lower.into())) {
            Some(small) => Self(Short(small)),
            None => Self(Big(Box::new(value))),
        }
    }

    fn to_big(&self) -> BigRational {
        match &self.0 {
            Short(small) => BigRational::new_raw(small.upper().into(), small.lower().into()),
            Big(value) => (**value).clone(),
        }
    }

    /// The quotient, or none when `other` is 0.
    #[must_use]
    pub fn over(&self, other: &Self) -> Option<Self> {
        if let (Short(a), Short(b)) = (&self.0, &other.0) {
            return a.over(*b).map(Self::of_wide);
        }
        (!other.is_zero()).then(|| Self::from_big(self.to_big() / other.to_big()))
    }

    /// The largest integer not above the value.
    #[must_use]
    pub fn floor(&self) -> Self {
        match &self.0 {
            Short(small) => Self(Short(small.floor())),
            Big(value) => Self::from_big(value.floor()),
        }
    }

    /// The smallest integer not below the value.
    #[must_use]
    pub fn ceil(&self) -> Self {
        -(-self.clone()).floor()
    }

    /// Without its sign.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.is_negative() { -self.clone() } else { self.clone() }
    }

    /// The square root cut to `places` decimals: the largest such decimal
    /// whose square is not above the value; 0 for what is below 0.
    #[must_use]
    pub fn root(&self, places: u32) -> Self {
        let scale = power_of_ten(places as usize);
        let scaled = (self.to_big() * BigRational::from_integer(&scale * &scale)).floor().to_integer();
        if scaled.is_negative() {
            Self::zero()
        } else {
            Self::from_big(BigRational::new(scaled.sqrt(), scale))
        }
    }

    /// Whether the value is 0.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        matches!(&self.0, Short(small) if small.upper() == 0)
    }

    /// Whether the value is below 0.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Short(small) => small.upper() < 0,
            Big(value) => value.is_negative(),
        }
    }

    /// Whether the value is above 0.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        !self.is_zero() && !self.is_negative()
    }

    /// Whether the value is an integer.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        match &self.0 {
            Short(small) => small.lower() == 1,
            Big(value) => value.is_integer(),
        }
    }

    /// The integer, when the value is one and fits.
    #[must_use]
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Short(small) => (small.lower() == 1).then(|| small.upper()),
            Big(value) => value.is_integer().then(|| value.to_integer().to_i64()).flatten(),
        }
    }

    /// Numerator of the reduced fraction.
    #[must_use]
    pub fn numerator(&self) -> BigInt {
        match &self.0 {
            Short(small) => small.upper().into(),
            Big(value) => value.numer().clone(),
        }
    }

    /// Denominator of the reduced fraction, above 0.
    #[must_use]
    pub fn denominator(&self) -> BigInt {
        match &self.0 {
            Short(small) => small.lower().into(),
            Big(value) => value.denom().clone(),
        }
    }
}

fn power_of_ten(exponent: usize) -> BigInt {
    num_traits::pow(BigInt::from(10), exponent)
}

impl Ord for Ratio {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Short(a), Short(b)) => a.cmp(*b),
            (Big(a), Big(b)) => a.cmp(b),
            _ => self.to_big().cmp(&other.to_big()),
        }
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

macro_rules! operator {
    ($trait:ident, $method:ident) => {
        impl $trait for &Ratio {
            type Output = Ratio;
            fn $method(self, other: &Ratio) -> Ratio {
                match (&self.0, &other.0) {
                    (Short(a), Short(b)) => Ratio::of_wide(a.$method(*b)),
                    _ => Ratio::from_big(self.to_big().$method(other.to_big())),
                }
            }
        }
        impl $trait for Ratio {
            type Output = Ratio;
            fn $method(self, other: Ratio) -> Ratio {
                (&self).$method(&other)
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
        match self.0 {
            Short(small) => Ratio(Short(small.negative())),
            Big(value) => Ratio::from_big(-*value),
        }
    }
}

impl std::iter::Sum for Ratio {
    fn sum<I: Iterator<Item = Ratio>>(values: I) -> Ratio {
        values.fold(Ratio::zero(), |sum, value| sum + value)
    }
}

#[cfg(test)]
mod tests;
