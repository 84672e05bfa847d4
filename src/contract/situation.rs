//! Situations: what a gate, a right or a multiplier asks of the periods, and
//! what follows from several of them.

use super::{Bound, Formula, PaySide};
use crate::value::{Date, Ratio};

pub use meed_grammar::tree::{ClosedPeriods, Gap, Multiplied, Often, Verdict};

/// Parts that must all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// The parts, in the order written.
    pub parts: Vec<SituationPart>,
}

/// One thing that is asked, and in how many periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SituationPart {
    /// What must hold in a period.
    pub test: Test,
    /// In how many periods; none is this one alone.
    pub often: Option<Often>,
    /// How it was written.
    pub text: String,
}

/// What must hold in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// A verdict on one or several commitments.
    Verdict(Whom, Verdict),
    /// A cap is reached: on the side's sum, or one that names the commitment.
    Capped(PaySide, Option<String>),
    /// Two figures of the period compared.
    Compare(Box<Formula>, Bound, Box<Formula>),
}

/// Which commitments a verdict is asked of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// This one.
    One(String),
    /// At least one, whichever it is in each period.
    Any,
    /// One and the same in all the periods asked for.
    Same,
    /// All.
    Every,
    /// At least so many.
    AtLeast(u32),
    /// More than so many percent of those with a target or minimum.
    MoreThan(Ratio),
}

impl Situation {
    /// Whether it asks about earlier periods.
    #[must_use]
    pub fn looks_back(&self) -> bool {
        self.parts.iter().any(|part| match &part.test {
            Test::Compare(left, _, right) => {
                part.often.is_some() || left.node.looks_back() || right.node.looks_back()
            }
            _ => part.often.is_some(),
        })
    }

    /// Calls `see` with every formula in it.
    pub fn formulas<'a>(&'a self, see: &mut dyn FnMut(&'a Formula)) {
        for part in &self.parts {
            if let Test::Compare(left, _, right) = &part.test {
                see(left);
                see(right);
            }
        }
    }

    /// How it was written.
    #[must_use]
    pub fn text(&self) -> String {
        self.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" and ")
    }
}

/// What repetition multiplies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Multiplier {
    /// Whichever commitment it was; otherwise the same one, in the same segment.
    pub any: bool,
    /// The verdict that repeats.
    pub verdict: Verdict,
    /// How often; none holds as soon as the verdict does.
    pub often: Option<Often>,
    /// What is multiplied.
    pub what: Multiplied,
    /// By how much.
    pub factor: Ratio,
    /// Each further period of the row multiplies again.
    pub compounding: bool,
    /// How the repetition was written: `missed 2 periods in a row`.
    pub text: String,
}

/// What a party may do once something has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// The right.
    pub label: String,
    /// `clause "…"`
    pub clause: Option<String>,
    /// When it arises.
    pub when: Situation,
    /// How long after the period's end notice may be given.
    pub notice: Option<Notice>,
    /// Periods up to the one in which it arose no longer count.
    pub anew: bool,
    /// How it was written, on one line.
    pub text: String,
}

/// A length of time in dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// So many days.
    Days(u32),
    /// So many months, to the same day or the month's last.
    Months(u32),
}

impl Notice {
    /// The last day of a notice that is counted from `date`.
    #[must_use]
    pub fn after(self, date: Date) -> Option<Date> {
        match self {
            Self::Days(days) => date.plus_days(days),
            Self::Months(months) => date.plus_months(months),
        }
    }
}

/// How periods without a verdict count where verdicts are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct History {
    /// A period that was not measured.
    pub not_measured: Gap,
    /// A period that is excused.
    pub excused: Gap,
    /// How a closed period counts for those after it.
    pub closed: ClosedPeriods,
}
