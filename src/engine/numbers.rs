//! Numbers of many records at once, exact.
//!
//! Numbers from files are integers over one denominator: 12.50 is
//! 12,500,000,000 over 10⁹, 90 seconds are 90,000,000 over 10⁶. Sums,
//! differences and products stay that way; a quotient, or what does not fit
//! 128 bits, goes on as a list of fractions.

use std::cmp::Ordering;

use arrow::buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use num_integer::Integer;
use num_traits::ToPrimitive;

use super::truth::{bits, both};
use crate::contract::{Arithmetic, Compare};
use crate::value::{Mode, Ratio, Rounding};

/// What one percent is.
pub(super) fn hundredth() -> Ratio {
    Ratio::new(1, 100).unwrap_or_default()
}

/// Numbers; where null, missing.
#[derive(Debug, Clone)]
pub(super) struct Numbers {
    pub(super) units: Units,
    pub(super) known: Option<NullBuffer>,
}

/// Integers over a denominator above 0, or fractions.
#[derive(Debug, Clone)]
pub(super) enum Units {
    Small(ScalarBuffer<i64>, i64),
    Wide(ScalarBuffer<i128>, i128),
    Exact(Vec<Ratio>),
}

impl Numbers {
    /// The same number for all.
    pub(super) fn all(rows: usize, value: &Ratio) -> Self {
        let units = match fraction(value) {
            Some((units, per)) => Units::Wide(vec![units; rows].into(), per),
            None => Units::Exact(vec![value.clone(); rows]),
        };
        Self { units, known: None }
    }

    pub(super) fn exact(&self) -> Vec<Ratio> {
        let over = |units: i128, per: i128| Ratio::new(units, per).unwrap_or_default();
        match &self.units {
            Units::Small(values, per) => values.iter().map(|v| over((*v).into(), (*per).into())).collect(),
            Units::Wide(values, per) => values.iter().map(|v| over(*v, *per)).collect(),
            Units::Exact(values) => values.clone(),
        }
    }

    /// As integers over one denominator, unless they are fractions.
    pub(super) fn wide(&self) -> Option<(Vec<i128>, i128)> {
        match &self.units {
            Units::Small(values, per) => {
                Some((values.iter().map(|v| i128::from(*v)).collect(), (*per).into()))
            }
            Units::Wide(values, per) => Some((values.to_vec(), *per)),
            Units::Exact(_) => None,
        }
    }

    /// One bit per number: whether it stands so to `other`.
    pub(super) fn compare_with(&self, compare: Compare, other: &Ratio) -> BooleanBuffer {
        match &self.units {
            Units::Small(values, per) => {
                let (low, high, inside) = Threshold::new(compare, other, (*per).into()).range();
                in_range(values, low, high, inside)
            }
            Units::Wide(values, per) => {
                let test = Threshold::new(compare, other, *per);
                bits(values, |value| test.holds(value))
            }
            Units::Exact(values) => values.iter().map(|value| holds(compare, value.cmp(other))).collect(),
        }
    }

    /// One bit per number: whether it is one of those from one to another.
    pub(super) fn within(&self, low: &Ratio, high: &Ratio) -> BooleanBuffer {
        let ends = [(Compare::AtLeast, low), (Compare::AtMost, high)];
        let Units::Small(values, per) = &self.units else {
            let [from, to] = ends.map(|(compare, end)| self.compare_with(compare, end));
            return &from & &to;
        };
        let [from, to] = ends.map(|(compare, end)| Threshold::new(compare, end, (*per).into()).range());
        in_range(values, from.0.max(to.0), from.1.min(to.1), true)
    }

    /// One bit per pair of numbers.
    pub(super) fn compare(&self, compare: Compare, other: &Self) -> BooleanBuffer {
        self.pairs(other, |a, b| holds(compare, a.cmp(&b)), |a, b| holds(compare, a.cmp(b)))
    }

    /// The greater or lesser of each pair.
    pub(super) fn extreme(&self, greater: bool, other: &Self) -> Self {
        let known = both(self.known.as_ref(), other.known.as_ref());
        let units = match self.aligned(other) {
            Some((a, b, per)) => {
                let pick = |(a, b): (i128, i128)| if greater { a.max(b) } else { a.min(b) };
                Units::Wide(a.into_iter().zip(b).map(pick).collect(), per)
            }
            None => {
                let pick = |(a, b): (Ratio, Ratio)| if greater { a.max(b) } else { a.min(b) };
                Units::Exact(self.exact().into_iter().zip(other.exact()).map(pick).collect())
            }
        };
        Self { units, known }
    }

    pub(super) fn arithmetic(&self, op: Arithmetic, other: &Self) -> Self {
        let known = both(self.known.as_ref(), other.known.as_ref());
        match (op, self.integers(op, other)) {
            (_, Some(units)) => Self { units, known },
            (Arithmetic::Over, None) => self.quotient(other, known),
            (_, None) => {
                let exact = |(a, b): (Ratio, Ratio)| match op {
                    Arithmetic::Plus => a + b,
                    Arithmetic::Minus => a - b,
                    Arithmetic::Times | Arithmetic::Over => a * b,
                };
                let units = Units::Exact(self.exact().into_iter().zip(other.exact()).map(exact).collect());
                Self { units, known }
            }
        }
    }

    /// The same number of steps for each, by the rule.
    pub(super) fn rounded(&self, rounding: &Rounding) -> Self {
        let units = self.rounded_integers(rounding).unwrap_or_else(|| {
            Units::Exact(self.exact().iter().map(|value| rounding.apply(value)).collect())
        });
        Self { units, known: self.known.clone() }
    }

    /// Both as integers over the same denominator, where that fits.
    fn aligned(&self, other: &Self) -> Option<(Vec<i128>, Vec<i128>, i128)> {
        let ((a, a_per), (b, b_per)) = (self.wide()?, other.wide()?);
        let per = a_per.checked_mul(b_per / a_per.gcd(&b_per))?;
        Some((scaled(a, per / a_per)?, scaled(b, per / b_per)?, per))
    }

    fn pairs(
        &self,
        other: &Self,
        integers: impl Fn(i128, i128) -> bool,
        fractions: impl Fn(&Ratio, &Ratio) -> bool,
    ) -> BooleanBuffer {
        match self.aligned(other) {
            Some((a, b, _)) => a.into_iter().zip(b).map(|(a, b)| integers(a, b)).collect(),
            None => self.exact().iter().zip(&other.exact()).map(|(a, b)| fractions(a, b)).collect(),
        }
    }

    fn integers(&self, op: Arithmetic, other: &Self) -> Option<Units> {
        match op {
            Arithmetic::Plus | Arithmetic::Minus => {
                let (a, b, per) = self.aligned(other)?;
                let step = |(a, b): (i128, i128)| match op {
                    Arithmetic::Plus => a.checked_add(b),
                    _ => a.checked_sub(b),
                };
                Some(Units::Wide(a.into_iter().zip(b).map(step).collect::<Option<Vec<_>>>()?.into(), per))
            }
            Arithmetic::Times => {
                let ((a, a_per), (b, b_per)) = (self.wide()?, other.wide()?);
                let values =
                    a.into_iter().zip(b).map(|(a, b)| a.checked_mul(b)).collect::<Option<Vec<_>>>()?;
                Some(Units::Wide(values.into(), a_per.checked_mul(b_per)?))
            }
            Arithmetic::Over => None,
        }
    }

    /// Fractions; a division by zero is missing.
    fn quotient(&self, other: &Self, known: Option<NullBuffer>) -> Self {
        let quotients: Vec<Option<Ratio>> =
            self.exact().iter().zip(&other.exact()).map(|(a, b)| a.over(b)).collect();
        let divided: NullBuffer = quotients.iter().map(Option::is_some).collect::<BooleanBuffer>().into();
        let units = Units::Exact(quotients.into_iter().map(Option::unwrap_or_default).collect());
        Self { units, known: both(known.as_ref(), Some(&divided)) }
    }

    /// `value / per` as a multiple of `step = p / q`: round `value × q / (per × p)`, times `p / q`.
    fn rounded_integers(&self, rounding: &Rounding) -> Option<Units> {
        let (values, per) = self.wide()?;
        let (p, q) = fraction(&rounding.step).filter(|(p, _)| *p > 0)?;
        let divisor = per.checked_mul(p)?;
        let steps = |value: i128| {
            let steps = round(value.checked_abs()?.checked_mul(q)?, divisor, rounding.mode)?;
            (steps * value.signum()).checked_mul(p)
        };
        Some(Units::Wide(values.into_iter().map(steps).collect::<Option<Vec<_>>>()?.into(), q))
    }
}

/// `value / divisor` as a whole number, both not negative.
fn round(value: i128, divisor: i128, mode: Mode) -> Option<i128> {
    let (floor, rest) = value.div_rem(&divisor);
    let up = match mode {
        Mode::Down => false,
        Mode::Up => rest > 0,
        Mode::HalfUp => rest >= divisor - rest,
        Mode::HalfEven if rest == divisor - rest => floor.is_odd(),
        Mode::HalfEven => rest > divisor - rest,
    };
    floor.checked_add(up.into())
}

fn scaled(values: Vec<i128>, factor: i128) -> Option<Vec<i128>> {
    if factor == 1 {
        Some(values)
    } else {
        values.into_iter().map(|value| value.checked_mul(factor)).collect()
    }
}

/// Numerator and denominator, where they fit.
fn fraction(value: &Ratio) -> Option<(i128, i128)> {
    Some((value.numerator().to_i128()?, value.denominator().to_i128()?))
}

/// Whether two values in this order stand so to each other.
pub(super) fn holds(compare: Compare, order: Ordering) -> bool {
    match compare {
        Compare::Equal => order.is_eq(),
        Compare::NotEqual => order.is_ne(),
        Compare::Less => order.is_lt(),
        Compare::AtMost => order.is_le(),
        Compare::More => order.is_gt(),
        Compare::AtLeast => order.is_ge(),
    }
}

/// One bit per number: whether it is inside of a range, or outside.
fn in_range(values: &[i64], low: i64, high: i64, inside: bool) -> BooleanBuffer {
    let span = high.wrapping_sub(low).cast_unsigned();
    if low > high {
        return bits(values, |_| !inside);
    }
    bits(values, |value| (value.wrapping_sub(low).cast_unsigned() <= span) == inside)
}

/// A comparison with a constant, as one with an integer: hundredths that are
/// `< 0.125` are those `<= 12`.
struct Threshold {
    compare: Compare,
    level: i128,
    /// For `=` and `!=`: whether the constant is one of the integers.
    whole: bool,
}

impl Threshold {
    fn new(compare: Compare, constant: &Ratio, per: i128) -> Self {
        let level = constant * &Ratio::whole(per);
        let whole = level.is_whole();
        let (compare, edge) = match compare {
            Compare::Less | Compare::AtLeast => (compare, level.ceil()),
            _ => (compare, level.floor()),
        };
        let bound = if edge.is_negative() { i128::MIN } else { i128::MAX };
        Self { compare, level: edge.numerator().to_i128().unwrap_or(bound), whole }
    }

    /// The small integers that pass, as those inside or outside of a range.
    fn range(&self) -> (i64, i64, bool) {
        let clamped =
            |level: i128| i64::try_from(level).unwrap_or(if level < 0 { i64::MIN } else { i64::MAX });
        let (level, beyond) = (clamped(self.level), i64::try_from(self.level).is_err());
        let none = (1, 0, true);
        match self.compare {
            Compare::Equal if self.whole && !beyond => (level, level, true),
            Compare::Equal => none,
            Compare::NotEqual if self.whole && !beyond => (level, level, false),
            Compare::NotEqual => (i64::MIN, i64::MAX, true),
            Compare::AtMost if beyond && self.level < 0 => none,
            Compare::AtMost => (i64::MIN, level, true),
            Compare::More if beyond && self.level < 0 => (i64::MIN, i64::MAX, true),
            Compare::More => (i64::MIN, level, false),
            Compare::AtLeast if beyond && self.level > 0 => none,
            Compare::AtLeast => (level, i64::MAX, true),
            Compare::Less if beyond && self.level > 0 => (i64::MIN, i64::MAX, true),
            Compare::Less => (level, i64::MAX, false),
        }
    }

    fn holds(&self, value: i128) -> bool {
        match self.compare {
            Compare::Equal => self.whole && value == self.level,
            Compare::NotEqual => !self.whole || value != self.level,
            Compare::Less => value < self.level,
            Compare::AtMost => value <= self.level,
            Compare::More => value > self.level,
            Compare::AtLeast => value >= self.level,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    fn numbers(per: i128, values: &[i128]) -> Numbers {
        Numbers { units: Units::Wide(values.to_vec().into(), per), known: None }
    }

    #[test]
    fn a_constant_between_two_steps_falls_on_the_right_side() {
        let hundredths = numbers(100, &[12, 13]);
        let eighth = ratio("0.125");
        let check = |compare, want: [bool; 2]| {
            let got: Vec<bool> = hundredths.compare_with(compare, &eighth).iter().collect();
            assert_eq!(got, want, "{compare:?}");
        };
        check(Compare::Less, [true, false]);
        check(Compare::AtMost, [true, false]);
        check(Compare::More, [false, true]);
        check(Compare::AtLeast, [false, true]);
        check(Compare::Equal, [false, false]);
        check(Compare::NotEqual, [true, true]);
    }

    #[test]
    fn what_does_not_fit_goes_on_as_fractions() {
        let large = numbers(1_000_000_000, &[i128::MAX, -7]);
        let square = large.arithmetic(Arithmetic::Times, &large);
        let want = Ratio::decimal(i128::MAX, 9);
        assert_eq!(square.exact(), [&want * &want, Ratio::decimal(49, 18)]);
    }

    #[test]
    fn a_division_by_zero_is_missing() {
        let got = numbers(1, &[1, 1]).arithmetic(Arithmetic::Over, &numbers(1, &[0, 3]));
        let known: Vec<bool> = got.known.clone().unwrap().iter().collect();
        assert_eq!((known, got.exact()[1].clone()), (vec![false, true], ratio("1/3")));
    }

    fn any_number() -> impl Strategy<Value = (i128, i128)> {
        let value = prop_oneof![-1_000_i128..1_000, any::<i128>()];
        (value, prop_oneof![Just(1), Just(1_000_000), Just(1_000_000_000), Just(7)])
    }

    proptest! {
        #[test]
        fn integers_and_fractions_agree((a, pa) in any_number(), (b, pb) in any_number()) {
            let (left, right) = (numbers(pa, &[a]), numbers(pb, &[b]));
            let (x, y) = (Ratio::new(a, pa).unwrap(), Ratio::new(b, pb).unwrap());
            let one = |op| left.arithmetic(op, &right).exact().remove(0);
            prop_assert_eq!(one(Arithmetic::Plus), &x + &y);
            prop_assert_eq!(one(Arithmetic::Minus), &x - &y);
            prop_assert_eq!(one(Arithmetic::Times), &x * &y);
            for compare in [Compare::Equal, Compare::NotEqual, Compare::Less, Compare::AtMost, Compare::More, Compare::AtLeast] {
                let want = holds(compare, x.cmp(&y));
                prop_assert_eq!(left.compare(compare, &right).value(0), want);
                prop_assert_eq!(left.compare_with(compare, &y).value(0), want);
                if let (Ok(small), Ok(per)) = (i64::try_from(a), i64::try_from(pa)) {
                    let small = Numbers { units: Units::Small(vec![small].into(), per), known: None };
                    prop_assert_eq!(small.compare_with(compare, &y).value(0), want);
                    for (low, high) in [(&y, &x), (&x, &y), (&y, &Ratio::whole(500)), (&Ratio::zero(), &y)] {
                        let want = *low <= x && x <= *high;
                        prop_assert_eq!(small.within(low, high).value(0), want);
                        prop_assert_eq!(left.within(low, high).value(0), want);
                    }
                }
            }
            for mode in [Mode::HalfUp, Mode::HalfEven, Mode::Up, Mode::Down] {
                for step in ["0.01", "60", "1/3"] {
                    let rounding = Rounding { step: step.parse().unwrap(), mode };
                    prop_assert_eq!(left.rounded(&rounding).exact().remove(0), rounding.apply(&x));
                }
            }
        }
    }
}
