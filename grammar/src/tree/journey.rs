//! Journeys and what goes on after the term, as written.

use super::{Name, Quantity, Text};
use crate::span::Spanned;

/// `journeys NAME = SET with same KEYS, at most 7 days apart [, counting contacts within 30 minutes as one]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journeys {
    /// The name.
    pub name: Name,
    /// The contacts that are joined.
    pub of: Name,
    /// Fields that are the same in all contacts of a journey.
    pub keys: Vec<Name>,
    /// When a new journey starts.
    pub gap: Apart,
    /// `counting contacts within 30 minutes as one`
    pub merged: Option<Spanned<Quantity>>,
}

/// When a new journey starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// How long after the contact before, or after the first.
    pub length: Spanned<Quantity>,
    /// `within 7 days of the first`; otherwise `at most 7 days apart`.
    pub from_first: bool,
}

/// `after the term pay NAME, NAME for 18 months`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tail {
    /// The commitments and charges.
    pub names: Vec<Name>,
    /// How long.
    pub time: Spanned<Quantity>,
    /// `clause "…"`
    pub clause: Option<Text>,
}
