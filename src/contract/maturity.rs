//! When figures become final, and how long outcomes go on being paid.

use std::collections::{BTreeMap, BTreeSet};

use super::{SetRef, Table, Window, Within};

/// What the contract says of data and outcomes that come late.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Maturity {
    /// How long after an event its record may still come; none when records are complete at once.
    pub late: Option<Within>,
    /// What goes on being paid after the term.
    pub tail: Option<Tail>,
    /// Contacts joined into journeys, by name.
    pub journeys: BTreeMap<String, Journeys>,
}

/// What goes on being paid after the term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tail {
    /// For so many months.
    pub months: u32,
    /// Commitments and charges.
    pub names: BTreeSet<String>,
    /// `clause "…"`
    pub clause: Option<String>,
}

/// Contacts joined into journeys.
///
/// The contacts of a set with the same known keys, in the order of date and
/// id. A contact starts a journey when its date is beyond the gap: of the
/// contact before, or of the first of the journey. A contact without one of
/// the keys is a journey of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journeys {
    /// The name: that of a table whose records are the journeys.
    pub name: String,
    /// The contacts.
    pub of: SetRef,
    /// Fields equal in all contacts of a journey.
    pub keys: Vec<String>,
    /// How far.
    pub gap: Window,
    /// From the first contact; otherwise from the one before.
    pub from_first: bool,
    /// A contact within this time of the one before is not counted.
    pub merged: Option<Window>,
    /// The fields of a journey.
    pub table: Table,
}
