//! How much something can come to: money, a percentage of a charge, or no bound.
//!
//! A charge that depends on volumes is not known before the period. Settling
//! with 100 and 200 in its place tells the percentage: 4.00 and 8.00 are 4 %;
//! 500.00 both times is an amount that does not depend on it.

use std::collections::BTreeMap;
use std::fmt;

use crate::value::{Quantity, Ratio, Unit};

/// How much a period can come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Size {
    /// An amount, and percentages of charges that vary with volumes.
    Sum {
        /// The amount.
        money: Quantity,
        /// Percent by the charge's name.
        percent: BTreeMap<String, Ratio>,
    },
    /// Nothing bounds it.
    Unbounded,
    /// It depends on these charges in a way that no percentages express.
    Depends(Vec<String>),
}

impl Size {
    /// Whether it is nothing at all.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Sum { money, percent } if money.value.is_zero() && percent.is_empty())
    }

    /// The figures it depends on, when no percentages express how.
    pub(super) fn unknown(&self) -> &[String] {
        match self {
            Self::Depends(names) => names,
            _ => &[],
        }
    }

    /// Whether it is surely less than `other`, whatever the charges are.
    #[must_use]
    pub fn is_less_than(&self, other: &Self) -> bool {
        let (Self::Sum { money: a, percent: p }, Self::Sum { money: b, percent: q }) = (self, other) else {
            return false;
        };
        let zero = Ratio::zero();
        let of =
            |percent: &'_ BTreeMap<String, Ratio>, name: &str| percent.get(name).unwrap_or(&zero).clone();
        let no_more = p.keys().all(|name| of(p, name) <= of(q, name));
        let somewhere_less = q.keys().any(|name| of(p, name) < of(q, name)) || a.value < b.value;
        a.value <= b.value && no_more && somewhere_less
    }
}

impl fmt::Display for Size {
    /// `GBP 500.00`, `4% of fee`, `GBP 500.00 + 4% of fee`, `unbounded`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sum { money, percent } => {
                let of = |(name, percent): (&String, &Ratio)| {
                    format!("{} of {name}", Quantity::new(percent.clone(), Unit::Percent))
                };
                let money = (percent.is_empty() || !money.value.is_zero()).then(|| money.to_string());
                let parts: Vec<String> = money.into_iter().chain(percent.iter().map(of)).collect();
                f.write_str(&parts.join(" + "))
            }
            Self::Unbounded => f.write_str("unbounded"),
            Self::Depends(names) => write!(f, "depends on {}", names.join(" and ")),
        }
    }
}

/// What stands in place of the charges that vary.
pub(super) type Bases = BTreeMap<String, Ratio>;

/// The size of an amount from its value with different figures in place of
/// the charges that vary; `at` is given those figures.
pub(super) fn size(names: &[String], unit: Unit, at: &dyn Fn(&Bases) -> Option<Ratio>) -> Size {
    straight(names, unit, at).unwrap_or_else(|| Size::Depends(names.to_vec()))
}

/// The amount as a sum of percentages, when it is one: found by moving one
/// charge at a time, and checked with all of them moved.
fn straight(names: &[String], unit: Unit, at: &dyn Fn(&Bases) -> Option<Ratio>) -> Option<Size> {
    let all =
        |value: i64| -> Bases { names.iter().map(|name| (name.clone(), Ratio::whole(value))).collect() };
    let start = at(&all(100))?;
    let mut percent = BTreeMap::new();
    for name in names {
        let mut moved = all(100);
        moved.insert(name.clone(), Ratio::whole(200));
        percent.insert(name.clone(), &at(&moved)? - &start);
    }
    let sum: Ratio = percent.values().cloned().sum();
    let money = &start - &sum;
    // Different figures for each, so that a lesser or greater of two shows.
    let mut check: Bases = BTreeMap::new();
    let mut want = money.clone();
    for (place, (name, percent)) in percent.iter().enumerate() {
        let factor = Ratio::whole(3 + 4 * place);
        check.insert(name.clone(), &factor * &Ratio::whole(100));
        want = want + &factor * percent;
    }
    percent.retain(|_, percent| !percent.is_zero());
    (at(&check)? == want).then(|| Size::Sum { money: Quantity::new(money, unit), percent })
}
