//! Rounding to a step, by a named rule.
//!
//! | value | step | half up | half even | up | down |
//! |------:|-----:|--------:|----------:|---:|-----:|
//! |  2.5  |  1   |   3     |   2       |  3 |  2   |
//! | -2.5  |  1   |  -3     |  -2       | -3 | -2   |
//! | 98.95 | 0.1  |  99.0   |  99.0     | 99.0 | 98.9 |

use super::Ratio;

pub use meed_grammar::tree::RoundingMode as Mode;

/// A rounding rule: results are multiples of `step`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rounding {
    /// The step, above 0, in the unit of what is rounded.
    pub step: Ratio,
    /// How a value between two steps is decided.
    pub mode: Mode,
}

impl Rounding {
    /// `value` moved to a multiple of the step.
    #[must_use]
    pub fn apply(&self, value: &Ratio) -> Ratio {
        let Some(steps) = value.abs().over(&self.step) else { return value.clone() };
        let rounded = &round_positive(&steps, self.mode) * &self.step;
        if value.is_negative() { -rounded } else { rounded }
    }

    /// How many decimals a multiple of the step needs.
    #[must_use]
    pub fn places(&self) -> usize {
        let (text, _) = self.step.to_decimal(0, 12);
        text.split_once('.').map_or(0, |(_, digits)| digits.len())
    }
}

fn round_positive(steps: &Ratio, mode: Mode) -> Ratio {
    let floor = steps.floor();
    let twice = &(steps - &floor) + &(steps - &floor);
    let up = match mode {
        Mode::Down => false,
        Mode::Up => !twice.is_zero(),
        Mode::HalfUp => twice >= Ratio::one(),
        Mode::HalfEven if twice == Ratio::one() => {
            !Ratio::new(floor.numerator(), 2).is_some_and(|half| half.is_whole())
        }
        Mode::HalfEven => twice > Ratio::one(),
    };
    if up { &floor + &Ratio::one() } else { floor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, step: &str, want: [&str; 4]) {
        let modes = [Mode::HalfUp, Mode::HalfEven, Mode::Up, Mode::Down];
        for (mode, want) in modes.into_iter().zip(want) {
            let rounding = Rounding { step: step.parse().unwrap(), mode };
            let want: Ratio = want.parse().unwrap();
            assert_eq!(rounding.apply(&value.parse().unwrap()), want, "{value} to {step} {mode:?}");
        }
    }

    #[test]
    fn halves_go_where_the_rule_says() {
        check("2.5", "1", ["3", "2", "3", "2"]);
        check("3.5", "1", ["4", "4", "4", "3"]);
        check("-2.5", "1", ["-3", "-2", "-3", "-2"]);
        check("98.95", "0.1", ["99", "99", "99", "98.9"]);
        check("0.0251", "0.01", ["0.03", "0.03", "0.03", "0.02"]);
        check("95", "60", ["120", "120", "120", "60"]);
    }
}
