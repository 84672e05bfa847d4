//! Situations: what a right, a gate or a multiplier asks of the periods.
//!
//! ```text
//! answered is missed 2 periods in a row and points is at least 5
//! the same commitment is below minimum in 3 of any 6 periods
//! penalties on answered is at least 20% of invoice in 2 of any 4 periods
//! ```

use std::fmt::{self, Display, Formatter};

use super::{Bound, Expr, Name, Quantity, Total};
use crate::span::Spanned;

/// Parts joined by `and`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// All must hold.
    pub parts: Vec<Spanned<SituationPart>>,
}

/// One thing that is asked, and how often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SituationPart {
    /// What must hold in a period.
    pub test: Test,
    /// In how many periods; none is this one alone.
    pub often: Option<Spanned<Often>>,
}

/// What must hold in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a contract has few of these, and a box would hide the shape")]
pub enum Test {
    /// `answered is missed`, `any commitment is below minimum`
    Verdict {
        /// Of which commitments.
        whom: Whom,
        /// The verdict.
        verdict: Verdict,
    },
    /// `penalties are capped`, `penalties on answered are capped`
    Capped {
        /// Penalties or bonuses.
        total: Total,
        /// The commitment.
        on: Option<Name>,
    },
    /// `gave_up is at most 0.50%`, `points is at least 25`
    Compare {
        /// What is compared.
        left: Expr,
        /// The words.
        bound: Bound,
        /// With what.
        right: Expr,
    },
}

/// Which commitments a verdict is asked of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// `NAME is`
    One(Name),
    /// `any commitment is`: whichever it is in each period.
    Any,
    /// `the same commitment is`: one and the same in all the periods asked for.
    Same,
    /// `every commitment is`
    Every,
    /// `at least 2 commitments are`
    AtLeast(Spanned<u32>),
    /// `more than 50% of commitments are`
    MoreThan(Spanned<Quantity>),
}

/// A verdict on a commitment, as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// `met`
    Met,
    /// `missed`, below minimum included
    Missed,
    /// `missed above minimum`: below minimum not included
    MissedAboveMinimum,
    /// `below minimum`
    BelowMinimum,
    /// `at least at minimum`: not below minimum
    AtMinimum,
    /// `not measured`
    NotMeasured,
    /// `excused`
    Excused,
}

/// In how many periods something must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Often {
    /// `3 periods in a row`
    InARow(u32),
    /// `in 4 of any 12 periods`
    OfAny(u32, u32),
    /// `5 times`: since the start, one after the other or not.
    Times(u32),
}

impl Display for Verdict {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Met => "met",
            Self::Missed => "missed",
            Self::MissedAboveMinimum => "missed above minimum",
            Self::BelowMinimum => "below minimum",
            Self::AtMinimum => "at least at minimum",
            Self::NotMeasured => "not measured",
            Self::Excused => "excused",
        })
    }
}

impl Display for Often {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let periods = |count: &u32| if *count == 1 { "period" } else { "periods" };
        match self {
            Self::InARow(count) => write!(f, "{count} {} in a row", periods(count)),
            Self::OfAny(hits, of) => write!(f, "in {hits} of any {of} {}", periods(of)),
            Self::Times(1) => f.write_str("1 time"),
            Self::Times(count) => write!(f, "{count} times"),
        }
    }
}

impl Display for Whom {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(name) => write!(f, "{} is", name.value),
            Self::Any => f.write_str("any commitment is"),
            Self::Same => f.write_str("the same commitment is"),
            Self::Every => f.write_str("every commitment is"),
            Self::AtLeast(count) => write!(f, "at least {} commitments are", count.value),
            Self::MoreThan(share) => write!(f, "more than {} of commitments are", share.value),
        }
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verdict { whom, verdict } => write!(f, "{whom} {verdict}"),
            Self::Capped { total, on: None } => write!(f, "{total} are capped"),
            Self::Capped { total, on: Some(name) } => write!(f, "{total} on {} are capped", name.value),
            Self::Compare { left, bound, right } => {
                let words = match bound {
                    Bound::AtLeast => "at least",
                    Bound::MoreThan => "more than",
                    Bound::AtMost => "at most",
                    Bound::LessThan => "less than",
                };
                write!(f, "{} is {words} {}", left.value, right.value)
            }
        }
    }
}

impl Display for SituationPart {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.test.fmt(f)?;
        self.often.as_ref().map_or(Ok(()), |often| write!(f, " {}", often.value))
    }
}

impl Display for Situation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, part) in self.parts.iter().enumerate() {
            write!(f, "{}{}", if at > 0 { " and " } else { "" }, part.value)?;
        }
        Ok(())
    }
}
