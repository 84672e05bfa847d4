//! Fractions of two machine words.
//!
//! 5/6 + 3/4: the lower parts share 2, so it is (5 × 2 + 3 × 3) / 12 = 19/12,
//! and only a factor of that 2 can be left to take out. Products of two words
//! fit in a double word, so nothing is ever lost on the way.

use std::cmp::Ordering;

use num_integer::gcd;

use super::text::Digits;

/// A reduced fraction; the lower part is above 0, and the upper may change its sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Small {
    upper: i64,
    lower: i64,
}

/// A reduced fraction that may be too long for words.
type Wide = (i128, i128);

impl Small {
    /// An integer above the least of all.
    pub(super) const fn whole(value: i32) -> Self {
        Self { upper: value as i64, lower: 1 }
    }

    /// The fraction, which is reduced, when it fits.
    pub(super) fn of(upper: i128, lower: i128) -> Option<Self> {
        let (upper, lower) = (i64::try_from(upper).ok()?, i64::try_from(lower).ok()?);
        (upper != i64::MIN).then_some(Self { upper, lower })
    }

    pub(super) fn upper(self) -> i64 {
        self.upper
    }

    pub(super) fn lower(self) -> i64 {
        self.lower
    }

    pub(super) fn negative(self) -> Self {
        Self { upper: -self.upper, lower: self.lower }
    }

    pub(super) fn floor(self) -> Self {
        Self { upper: self.upper.div_euclid(self.lower), lower: 1 }
    }

    pub(super) fn cmp(self, other: Self) -> Ordering {
        if self.lower == other.lower {
            return self.upper.cmp(&other.upper);
        }
        product(self.upper, other.lower).cmp(&product(other.upper, self.lower))
    }

    pub(super) fn add(self, other: Self) -> Wide {
        let shared = gcd(self.lower, other.lower);
        let (left, right) = (self.lower / shared, other.lower / shared);
        let upper = product(self.upper, right) + product(other.upper, left);
        if shared == 1 {
            return (upper, product(self.lower, other.lower));
        }
        let rest = i64::try_from(upper % i128::from(shared)).unwrap_or(0);
        let common = gcd(rest, shared);
        (upper / i128::from(common), product(left, other.lower / common))
    }

    pub(super) fn sub(self, other: Self) -> Wide {
        self.add(other.negative())
    }

    pub(super) fn mul(self, other: Self) -> Wide {
        let (left, right) = (gcd(self.upper, other.lower), gcd(other.upper, self.lower));
        (product(self.upper / left, other.upper / right), product(self.lower / right, other.lower / left))
    }

    /// The quotient, or none when `other` is 0.
    pub(super) fn over(self, other: Self) -> Option<Wide> {
        let turned = Self { upper: other.upper.signum() * other.lower, lower: other.upper.abs() };
        (other.upper != 0).then(|| self.mul(turned))
    }

    /// The digits before and after the point; none when they do not fit.
    pub(super) fn digits(self, places: usize) -> Option<Digits> {
        let scale = u32::try_from(places).ok().and_then(|places| 10_i64.checked_pow(places))?;
        let (whole, rest) = (self.upper.abs() / self.lower, self.upper.abs() % self.lower);
        let scaled = product(rest, scale);
        // Division of double words takes ten times as long, and is hardly ever needed.
        let (part, cut) = match i64::try_from(scaled) {
            Ok(scaled) => (scaled / self.lower, scaled % self.lower != 0),
            Err(_) => {
                let lower = i128::from(self.lower);
                (i64::try_from(scaled / lower).ok()?, scaled % lower != 0)
            }
        };
        let digits = if places == 0 { String::new() } else { format!("{part:0places$}") };
        Some((whole.to_string(), digits, cut))
    }
}

fn product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}
