//! Figures of earlier periods, and the sums of a statement, as written.
//!
//! ```text
//! average of handling_time over 3 periods
//! sum of penalties on answered over the 11 periods before
//! invoice of the period before
//! ```

use std::fmt::{self, Display, Formatter};

use super::{Best, Expr, Name};
use crate::span::Spanned;

/// `sum of NAME over 12 periods`, `NAME of the period before`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// What is made of the figures of the periods.
    pub how: How,
    /// `best 4 of`: only some of them.
    pub best: Option<Best>,
    /// The figure: a name, or a sum of the statement.
    pub figure: Box<Expr>,
    /// Which periods.
    pub span: Spanned<Periodic>,
}

/// What is made of the figures of several periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// `sum of`
    Sum,
    /// `average of`: of the periods' figures, each counting once.
    Average,
    /// `highest of`
    Highest,
    /// `lowest of`
    Lowest,
    /// `pooled`: the counts above and below the line added up, then divided.
    Pooled,
    /// `NAME of the period before`, `NAME of 12 periods before`: of that one alone.
    Before,
}

/// Which periods a figure is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Periodic {
    /// `[up to] [the] 12 periods [before]`
    Last {
        /// How many.
        count: u32,
        /// This one is not among them.
        before: bool,
        /// Fewer will do while the term has had no more.
        up_to: bool,
    },
    /// `all periods before`
    AllBefore,
    /// `the contract year`: its periods up to this one.
    ContractYear,
}

/// A sum of the statement that a formula may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Total {
    /// `penalties`
    Penalties,
    /// `bonuses`
    Bonuses,
    /// `points`
    Points,
}

/// `penalties on NAME`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalOn {
    /// Which sum.
    pub total: Total,
    /// The commitment.
    pub on: Name,
}

impl Total {
    /// The sum of this name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "penalties" => Some(Self::Penalties),
            "bonuses" => Some(Self::Bonuses),
            "points" => Some(Self::Points),
            _ => None,
        }
    }
}

impl Display for Total {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Penalties => "penalties",
            Self::Bonuses => "bonuses",
            Self::Points => "points",
        })
    }
}

impl Display for Periodic {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Last { count, before, up_to } => {
                let up_to = if *up_to { "up to " } else { "" };
                let (the, before) = if *before { ("the ", " before") } else { ("", "") };
                let word = if *count == 1 { "period" } else { "periods" };
                write!(f, "{up_to}{the}{count} {word}{before}")
            }
            Self::AllBefore => f.write_str("all periods before"),
            Self::ContractYear => f.write_str("the contract year"),
        }
    }
}

impl Display for Best {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let word = match self.highest {
            None => "best",
            Some(true) => "highest",
            Some(false) => "lowest",
        };
        write!(f, "{word} {} of", self.count)
    }
}

impl Display for Past {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let figure = &self.figure.value;
        let how = match self.how {
            How::Sum => "sum of",
            How::Average => "average of",
            How::Highest => "highest of",
            How::Lowest => "lowest of",
            How::Pooled => "pooled",
            How::Before => {
                return match self.span.value {
                    Periodic::Last { count: count @ 2.., .. } => {
                        write!(f, "{figure} of {count} periods before")
                    }
                    _ => write!(f, "{figure} of the period before"),
                };
            }
        };
        let best = self.best.map(|best| format!("{best} ")).unwrap_or_default();
        write!(f, "{how} {best}{figure} over {}", self.span.value)
    }
}
