//! Arithmetic on integers over denominators, exact as that of the engine.
//!
//! ```text
//! waited < 5 seconds          r.waited < 5000000
//! cost - 2.50 (both /10⁹)     CAST(r.cost AS HUGEINT) - 2500000000
//! cost / contacts             numerator r.cost × 1, denominator 10⁹ × r.contacts
//! ```

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::One;

use super::dialect::Dialect;
use super::value::{Number, Per, signed};
use crate::contract::{Arithmetic, Compare};
use crate::value::{Mode, Ratio, Rounding};

/// The sign of a comparison.
pub(super) fn sign(compare: Compare) -> &'static str {
    match compare {
        Compare::Equal => "=",
        Compare::NotEqual => "<>",
        Compare::Less => "<",
        Compare::AtMost => "<=",
        Compare::More => ">",
        Compare::AtLeast => ">=",
    }
}

impl Dialect {
    /// An expression as a wide integer.
    pub(super) fn widened(self, units: &str) -> String {
        if units.starts_with("CAST(") && units.ends_with(&format!("AS {})", self.wide())) {
            return units.to_string();
        }
        format!("CAST({units} AS {})", self.wide())
    }

    /// `units × factor`.
    fn times(self, units: &str, factor: &str) -> String {
        match (units, factor) {
            (_, "1") => self.widened(units),
            ("1", _) => self.widened(factor),
            _ => format!("({} * {})", self.widened(units), self.widened(factor)),
        }
    }

    fn scaled(self, units: &str, factor: &BigInt) -> String {
        if factor.is_one() { units.to_string() } else { self.times(units, &signed(factor)) }
    }

    /// Two numbers over the same denominator.
    fn aligned(self, a: &Number, b: &Number) -> (String, String, Per) {
        match (&a.per, &b.per) {
            (Per::Fixed(one), Per::Fixed(other)) => {
                let per = one.lcm(other);
                let side = |number: &Number, own: &BigInt| match &number.constant {
                    Some(value) => signed((value * &Ratio::whole(per.clone())).numerator()),
                    None => self.scaled(&number.units, &(&per / own)),
                };
                (side(a, one), side(b, other), Per::Fixed(per))
            }
            (one, other) => {
                let per = self.times(&one.text(), &other.text());
                (self.times(&a.units, &other.text()), self.times(&b.units, &one.text()), Per::Each(per))
            }
        }
    }

    pub(super) fn compare_numbers(self, compare: Compare, a: &Number, b: &Number) -> String {
        if let (Per::Fixed(per), Some(constant)) = (&a.per, &b.constant) {
            return threshold(compare, &a.units, per, constant);
        }
        let (left, right, _) = self.aligned(a, b);
        format!("({left} {} {right})", sign(compare))
    }

    /// The greater or lesser; missing when either is.
    pub(super) fn extreme_number(self, greater: bool, a: &Number, b: &Number) -> Number {
        let (left, right, per) = self.aligned(a, b);
        Number { units: extreme(greater, &left, &right), per, constant: None }
    }

    pub(super) fn arithmetic(self, op: Arithmetic, a: &Number, b: &Number) -> Number {
        match op {
            Arithmetic::Plus | Arithmetic::Minus => {
                let (left, right, per) = self.aligned(a, b);
                let sign = if op == Arithmetic::Plus { '+' } else { '-' };
                let units = format!("({} {sign} {})", self.widened(&left), self.widened(&right));
                Number { units, per, constant: None }
            }
            Arithmetic::Times => self.product(a, b),
            Arithmetic::Over => match b.constant.as_ref().and_then(|divisor| Ratio::one().over(divisor)) {
                Some(factor) => self.product(a, &Number::constant(&factor)),
                None => self.divided(a, b),
            },
        }
    }

    fn product(self, a: &Number, b: &Number) -> Number {
        let per = match (&a.per, &b.per) {
            (Per::Fixed(one), Per::Fixed(other)) => Per::Fixed(one * other),
            (one, other) => Per::Each(self.times(&one.text(), &other.text())),
        };
        Number { units: self.times(&a.units, &b.units), per, constant: None }
    }

    /// A fraction of its own for each record; a division by zero is missing.
    fn divided(self, a: &Number, b: &Number) -> Number {
        let zero = format!("NULLIF({}, 0)", self.widened(&b.units));
        let units = self.times(&a.units, &b.per.text());
        let per = self.times(&a.per.text(), &format!("ABS({zero})"));
        let units = format!("CASE WHEN {zero} < 0 THEN -{units} WHEN {zero} IS NOT NULL THEN {units} END",);
        Number { units: format!("({units})"), per: Per::Each(per), constant: None }
    }

    /// `units / per` as a multiple of `p / q`: the whole steps of `units × q / (per × p)`, times `p`, over `q`.
    pub(super) fn rounded(self, number: &Number, rounding: &Rounding) -> Number {
        let (p, q) = (rounding.step.numerator(), rounding.step.denominator());
        let above = self.times(&format!("ABS({})", number.units), &signed(&q));
        let below = match &number.per {
            Per::Fixed(per) => signed(&(per * &p)),
            Per::Each(per) => self.times(per, &signed(&p)),
        };
        let steps = self.steps(&above, &below, rounding.mode);
        let steps = self.times(&steps, &signed(&p));
        let units = format!("(CASE WHEN {} < 0 THEN -{steps} ELSE {steps} END)", number.units);
        Number { units, per: Per::Fixed(q.clone()), constant: None }
    }

    /// `above / below` as a whole number, both not negative.
    fn steps(self, above: &str, below: &str, mode: Mode) -> String {
        let twice = format!("(2 * {above} + {below})");
        let (double, wide) = (format!("(2 * {})", self.widened(below)), self.widened(below));
        match mode {
            Mode::Down => self.quotient(above, &wide),
            Mode::Up => self.quotient(&format!("({above} + {below} - 1)"), &wide),
            Mode::HalfUp => self.quotient(&twice, &double),
            Mode::HalfEven => {
                let up = self.quotient(&twice, &double);
                format!("({up} - CASE WHEN mod({twice}, {double}) = 0 THEN mod({up}, 2) ELSE 0 END)")
            }
        }
    }

    /// Seconds as whole microseconds, cut down.
    pub(super) fn seconds_as_micros(self, number: &Number) -> String {
        let million = BigInt::from(1_000_000);
        match &number.per {
            Per::Fixed(per) if million.is_multiple_of(per) => {
                format!("CAST({} AS BIGINT)", self.scaled(&number.units, &(&million / per)))
            }
            per => {
                let above = self.times(&number.units, "1000000");
                format!("CAST({} AS BIGINT)", self.floor(&above, &self.widened(&per.text())))
            }
        }
    }

    /// The greatest whole number not above a quotient; `below` is above 0.
    pub(super) fn floor(self, above: &str, below: &str) -> String {
        let cut = self.quotient(&format!("ABS({above})"), below);
        let up = self.quotient(&format!("(ABS({above}) + {below} - 1)"), below);
        format!("(CASE WHEN {above} < 0 THEN -{up} ELSE {cut} END)")
    }
}

/// The greater or lesser of two expressions; NULL when either is.
pub(super) fn extreme(greater: bool, a: &str, b: &str) -> String {
    let sign = if greater { '>' } else { '<' };
    format!("(CASE WHEN {a} {sign} {b} THEN {a} WHEN {b} IS NOT NULL AND {a} IS NOT NULL THEN {b} END)")
}

/// A comparison with a constant, as one with an integer: hundredths that are
/// `< 0.125` are those `< 13`.
fn threshold(compare: Compare, units: &str, per: &BigInt, constant: &Ratio) -> String {
    let level = constant * &Ratio::whole(per.clone());
    let never = |holds: &str| format!("(CASE WHEN {units} IS NOT NULL THEN {holds} END)");
    match compare {
        Compare::Equal if !level.is_whole() => return never("FALSE"),
        Compare::NotEqual if !level.is_whole() => return never("TRUE"),
        _ => {}
    }
    let edge = match compare {
        Compare::Less | Compare::AtLeast => level.ceil(),
        _ => level.floor(),
    };
    format!("({units} {} {})", sign(compare), signed(edge.numerator()))
}
