//! Registers: tables whose rows are decisions of people, not records of the
//! service. They are read as typed rows before anything is counted.

use super::Row;
use crate::value::Ratio;

/// A register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Register {
    /// Disputes, approved corrections and choices.
    Adjustments,
    /// What the vendor or the client claims.
    Claims,
    /// Approved reasons not to count.
    Relief,
}

impl Register {
    /// The table its rows stand in.
    #[must_use]
    pub fn table(self) -> &'static str {
        match self {
            Self::Adjustments => "adjustments",
            Self::Claims => "claims",
            Self::Relief => "relief",
        }
    }
}

/// What people decide besides what is measured.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Governance {
    /// Relief by register, in canonical order (clause, then text).
    pub reliefs: Vec<ReliefClause>,
}

/// `relief on contacts from register where … because "…"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReliefClause {
    /// The sets or measures it is for.
    pub on: Vec<String>,
    /// The field a row's scope is a value of.
    pub by: Option<String>,
    /// What a row of the register must meet to count as approved.
    pub approved: Row,
    /// The reason, in the contract's words.
    pub because: String,
    /// What an approved row does.
    pub effect: ReliefEffect,
    /// `clause "9"`
    pub clause: Option<String>,
    /// How it was written, on one line.
    pub text: String,
}

/// What an approved row of the relief register does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReliefEffect {
    /// Takes the records it covers out of both sides of the line.
    TakesOut,
    /// Likewise, but only where the reading without them is better for the vendor.
    VendorsBetter,
    /// Excuses a period of which it covers at least so many percent.
    Excuses(Ratio),
}
