//! Arithmetic over readings, charges, pools and facts.

use crate::value::{Quantity, Rounding, Unit};

use super::{Arithmetic, LevelKind, Past, TotalOf};

/// A typed formula over the figures of one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formula {
    /// What is calculated.
    pub node: Node,
    /// The result's unit.
    pub unit: Unit,
    /// How it was written: `2% of invoice`.
    pub text: String,
}

/// A part of a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A literal.
    Const(Quantity),
    /// A measure's reading, after rounding; the formula has no value where it was not measured.
    Measure(String),
    /// A charge of the period.
    Charge(String),
    /// An at-risk pool of the period.
    Pool(String),
    /// A fact.
    Fact(String),
    /// An index, an exchange rate or a dated fact, as it is in the period.
    Series(String),
    /// How many dates the settled period has.
    DaysInPeriod,
    /// A level of the commitment the formula stands in, as it is in force.
    Level(LevelKind),
    /// A baseline, once it is fixed.
    Baseline(String),
    /// Arithmetic; a division by zero has no value.
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    /// A percentage of an amount: the first is in percent.
    PartOf(Box<Node>, Box<Node>),
    /// Rounded to a step.
    Rounded(Box<Node>, Rounding),
    /// The greater (true) or the lesser.
    Extreme(bool, Box<Node>, Box<Node>),
    /// Taken from several periods.
    Past(Box<Past>),
    /// A sum of the period's statement, where it is known already.
    Total(TotalOf),
}

impl Node {
    /// Whether it needs earlier periods.
    #[must_use]
    pub fn looks_back(&self) -> bool {
        let mut found = false;
        self.walk(&mut |node| found |= matches!(node, Self::Past(_)));
        found
    }

    /// Calls `visit` on this part and everything of this period inside it.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Node)) {
        visit(self);
        match self {
            Self::Arithmetic(_, a, b) | Self::PartOf(a, b) | Self::Extreme(_, a, b) => {
                a.walk(visit);
                b.walk(visit);
            }
            Self::Rounded(a, _) => a.walk(visit),
            Self::Past(past) if past.includes_now() => past.figure.walk(visit),
            Self::Const(_)
            | Self::Measure(_)
            | Self::Charge(_)
            | Self::Pool(_)
            | Self::Fact(_)
            | Self::Past(_)
            | Self::DaysInPeriod
            | Self::Level(_)
            | Self::Baseline(_)
            | Self::Series(_)
            | Self::Total(_) => {}
        }
    }
}
