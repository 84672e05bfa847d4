//! What people decide, as written: relief, excuses, disputes, one penalty for
//! each incident; and sets of which only a part counts.
//!
//! ```text
//! relief on contacts from register where approved_by is known because "clause 9"
//! excuse resolved_first_time when offered is more than 110% of agreed because "clause 9.2"
//! ```

use std::fmt::{self, Display, Formatter};

use super::show::{Inside, Strength, joined, quoted};
use super::{Expr, Name, Quantity, Text, Window};
use crate::span::Spanned;

/// `relief on NAMES from register [by FIELD] [where COND] because "…" [, EFFECT]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relief {
    /// Sets or measures.
    pub on: Vec<Name>,
    /// The field that a row's scope is a value of.
    pub by: Option<Name>,
    /// What a row must meet to count as approved.
    pub approved: Option<Expr>,
    /// The reason.
    pub because: Text,
    /// What an approved row does.
    pub effect: Spanned<ReliefEffect>,
    /// `clause "9"`
    pub clause: Option<Text>,
}

/// What an approved row does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReliefEffect {
    /// Takes out the records it covers.
    TakesOut,
    /// `only where the vendor is better for it`
    VendorsBetter,
    /// `excusing a period when it covers at least 10% of it`
    Excuses(Spanned<Quantity>),
}

/// `excuse NAMES when COND because "…"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excuse {
    /// Commitments.
    pub on: Vec<Name>,
    /// When.
    pub when: Expr,
    /// The reason.
    pub because: Text,
    /// `clause "9.2"`
    pub clause: Option<Text>,
}

/// `disputes are paid as counted`, `disputed records are left out until settled`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disputes {
    /// Whether disputed records are left out.
    pub left_out: bool,
    /// `clause "11"`
    pub clause: Option<Text>,
}

/// `one penalty for each FIELD on NAMES: the highest`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnePenalty {
    /// The field that names the incident.
    pub field: Name,
    /// Commitments.
    pub on: Vec<Name>,
    /// Which stays.
    pub stays: Stays,
    /// `clause "7"`
    pub clause: Option<Text>,
}

/// Which penalty of an incident stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stays {
    /// `the highest`
    Highest,
    /// `the first`: of the commitments in the order they are named.
    First,
    /// `the one the client chooses`
    Chosen,
}

/// A rule of a set by which some records count not at all or in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Portion {
    /// `counting 50% where COND`
    InPart {
        /// What a record counts.
        share: Spanned<Quantity>,
        /// Which records.
        condition: Expr,
    },
    /// `counting equal parts with same customer within 6 months`
    EqualParts {
        /// What the records that share one have in common.
        keys: Vec<Name>,
        /// How far apart they may be.
        window: Window,
    },
    /// `excluding days with more than 110% of sum of E over SET because "…"`
    Days(Allowance),
    /// `counting at most the first 110% of sum of E over SET each period because "…"`
    First {
        /// How many.
        allowance: Allowance,
        /// `each day` instead of `each period`
        each_day: bool,
    },
    /// `counting only the latest with same customer each period because "…"`
    One {
        /// The latest; otherwise the first.
        latest: bool,
        /// What several records may have in common.
        keys: Vec<Name>,
        /// The reason.
        because: Text,
    },
    /// `open at the end of each period, from opened_at to resolved_at`
    Open {
        /// `each day` instead of `each period`
        each_day: bool,
        /// Where a case starts.
        from: Name,
        /// Where it ends.
        to: Name,
    },
}

/// `110% of sum of E over SET [by FIELDS] … because "…"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// How much of the forecast.
    pub percent: Spanned<Quantity>,
    /// What is added up.
    pub value: Expr,
    /// Over which records.
    pub over: Name,
    /// Fields that both sides have.
    pub by: Vec<Name>,
    /// The reason.
    pub because: Text,
}

impl Display for Relief {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "relief on {} from register", joined(self.on.iter().map(|name| name.value.as_str())))?;
        if let Some(by) = &self.by {
            write!(f, " by {}", by.value)?;
        }
        if let Some(approved) = &self.approved {
            write!(f, " where {}", Inside(approved, Strength::Or))?;
        }
        write!(f, " because {}", quoted(&self.because.value))?;
        match &self.effect.value {
            ReliefEffect::TakesOut => Ok(()),
            ReliefEffect::VendorsBetter => f.write_str(", only where the vendor is better for it"),
            ReliefEffect::Excuses(part) => {
                write!(f, ", excusing a period when it covers at least {} of it", part.value)
            }
        }
    }
}

impl Display for Excuse {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let on = joined(self.on.iter().map(|name| name.value.as_str()));
        write!(
            f,
            "excuse {on} when {} because {}",
            Inside(&self.when, Strength::Or),
            quoted(&self.because.value)
        )
    }
}

impl Display for Disputes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self.left_out {
            true => "disputed records are left out until settled",
            false => "disputes are paid as counted",
        })
    }
}

impl Display for OnePenalty {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let on = joined(self.on.iter().map(|name| name.value.as_str()));
        let stays = match self.stays {
            Stays::Highest => "the highest",
            Stays::First => "the first",
            Stays::Chosen => "the one the client chooses",
        };
        write!(f, "one penalty for each {} on {on}: {stays}", self.field.value)
    }
}

impl Display for Portion {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::InPart { share, condition } => {
                write!(f, "counting {} where {}", share.value, Inside(condition, Strength::Or))
            }
            Self::EqualParts { keys, window } => {
                let keys = joined(keys.iter().map(|name| name.value.as_str()));
                write!(f, "counting equal parts with same {keys} {window}")
            }
            Self::Days(allowance) => {
                write!(f, "excluding days with more than {allowance}{}", allowance.reason())
            }
            Self::First { allowance, each_day } => {
                let each = if *each_day { "day" } else { "period" };
                write!(f, "counting at most the first {allowance} each {each}{}", allowance.reason())
            }
            Self::One { latest, keys, because } => {
                let which = if *latest { "latest" } else { "first" };
                let keys = joined(keys.iter().map(|name| name.value.as_str()));
                let because = quoted(&because.value);
                write!(f, "counting only the {which} with same {keys} each period because {because}")
            }
            Self::Open { each_day, from, to } => {
                let each = if *each_day { "day" } else { "period" };
                write!(f, "open at the end of each {each}, from {} to {}", from.value, to.value)
            }
        }
    }
}

impl Allowance {
    fn reason(&self) -> String {
        format!(" because {}", quoted(&self.because.value))
    }
}

impl Display for Allowance {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { percent, value, over, by, .. } = self;
        write!(f, "{} of sum of {} over {}", percent.value, Inside(value, Strength::Or), over.value)?;
        if by.is_empty() {
            return Ok(());
        }
        write!(f, " by {}", joined(by.iter().map(|name| name.value.as_str())))
    }
}
