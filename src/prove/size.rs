//! How much something can come to: money, a percentage of a charge, or no bound.
//!
//! A charge that depends on volumes is not known before the period. Settling
//! with 100 and 200 in its place tells the percentage: 4.00 and 8.00 are 4 %;
//! 500.00 both times is an amount that does not depend on it.

use std::fmt;

use crate::value::{Quantity, Ratio, Unit};

/// How much a period can come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Size {
    /// An amount, and a percentage of a charge that varies with volumes.
    Sum {
        /// The amount.
        money: Quantity,
        /// Percent and the charge's name.
        percent: Option<(Ratio, String)>,
    },
    /// Nothing bounds it.
    Unbounded,
    /// It depends on figures in a way that no percentage expresses.
    Depends(Vec<String>),
}

impl Size {
    /// Whether it is nothing at all.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Sum { money, percent: None } if money.value.is_zero())
    }

    /// Whether it is surely less than `other`: both amounts, or both
    /// percentages of the same charge.
    #[must_use]
    pub fn is_less_than(&self, other: &Self) -> bool {
        let (Self::Sum { money: a, percent: p }, Self::Sum { money: b, percent: q }) = (self, other) else {
            return false;
        };
        match (p, q) {
            (None, None) => a.value < b.value,
            (Some((p, of)), Some((q, base))) => of == base && p < q && a.value <= b.value,
            (None, Some((_, _))) => false,
            (Some(_), None) => false,
        }
    }
}

impl fmt::Display for Size {
    /// `GBP 500.00`, `4% of fee`, `GBP 500.00 + 4% of fee`, `unbounded`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sum { money, percent: None } => write!(f, "{money}"),
            Self::Sum { money, percent: Some((percent, of)) } => {
                if !money.value.is_zero() {
                    write!(f, "{money} + ")?;
                }
                write!(f, "{} of {of}", Quantity::new(percent.clone(), Unit::Percent))
            }
            Self::Unbounded => f.write_str("unbounded"),
            Self::Depends(names) => write!(f, "depends on {}", names.join(", ")),
        }
    }
}

/// The size of an amount worked out with different values in place of the
/// charges that vary; `at` is given what stands in their place.
pub(super) fn size(bases: &[String], unit: Unit, at: &dyn Fn(&Ratio) -> Option<Ratio>) -> Size {
    let depends = || Size::Depends(bases.to_vec());
    let [first, second, fourth] = [100, 200, 400].map(|base| at(&Ratio::whole(base)));
    let (Some(first), Some(second), Some(fourth)) = (first, second, fourth) else { return depends() };
    if first == second && second == fourth {
        return Size::Sum { money: Quantity::new(first, unit), percent: None };
    }
    let percent = &second - &first;
    let money = &first - &percent;
    let straight = &money + &(&percent * &Ratio::whole(4)) == fourth;
    match bases {
        [base] if straight => {
            Size::Sum { money: Quantity::new(money, unit), percent: Some((percent, base.clone())) }
        }
        _ => depends(),
    }
}
