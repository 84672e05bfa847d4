//! Amendments as written.

use super::{Clause, Date, Name, Text};
use crate::span::Spanned;

/// `amendment "No 1" from 2026-07-01 { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// What it is called.
    pub title: Text,
    /// The first day it holds.
    pub from: Spanned<Date>,
    /// Clauses that are added, or take the place of the one of their kind and name.
    pub clauses: Vec<Spanned<Clause>>,
    /// `remove commitment handle_time`
    pub removed: Vec<Spanned<Removed>>,
    /// `replace caps { … }`
    pub replaced: Vec<Spanned<Replaced>>,
}

/// `remove commitment handle_time`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The kind of clause.
    pub kind: NamedKind,
    /// Its name.
    pub name: Name,
}

/// `replace caps { cap … }`: all clauses of a kind without names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The kind of clause.
    pub kind: ListedKind,
    /// What takes their place; may be none.
    pub clauses: Vec<Spanned<Clause>>,
}

/// Kinds of clause that have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NamedKind {
    /// `calendar`
    Calendar,
    /// `fields`
    Fields,
    /// `set`
    Set,
    /// `measure`
    Measure,
    /// `fact`
    Fact,
    /// `charge`
    Charge,
    /// `pool`, written `at risk`
    Pool,
    /// `commitment`
    Commitment,
    /// `baseline`
    Baseline,
    /// `index`
    Index,
    /// `charge back`, by the field whose values are the units
    ChargeBack,
    /// `phase`
    Phase,
    /// `right`
    Right,
    /// `history`, of which there is one
    History,
    /// `journeys`
    Journeys,
}

/// Kinds of clause that have no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListedKind {
    /// `caps`
    Caps,
    /// `gates`: `bonus only if …`
    Gates,
    /// `conversion`: `convert points …`
    Conversion,
    /// Relief, excuses and incidents that cost once: an amendment adds to them.
    Decisions,
    /// Exchange rates: an amendment adds to them.
    Rates,
    /// The rule on disputes: a new one takes the place of the old.
    Disputes,
}

/// What makes a clause the same clause in an amendment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identity<'t> {
    /// Kind and name.
    Named(NamedKind, &'t str),
    /// One of several of its kind.
    Listed(ListedKind),
    /// The head, an example, an amendment, or a clause between a penalty and its
    /// payment: none of these is replaced.
    Other,
}

impl Clause {
    /// What makes it the same clause in an amendment.
    #[must_use]
    pub fn identity(&self) -> Identity<'_> {
        match self {
            Self::Calendar(it) => Identity::Named(NamedKind::Calendar, &it.name.value),
            Self::Journeys(it) => Identity::Named(NamedKind::Journeys, &it.name.value),
            Self::Fields(it) => Identity::Named(NamedKind::Fields, &it.table.value),
            Self::Set(it) => Identity::Named(NamedKind::Set, &it.name.value),
            Self::Measure(it) => Identity::Named(NamedKind::Measure, &it.name.value),
            Self::Fact(it) => Identity::Named(NamedKind::Fact, &it.name.value),
            Self::Charge(it) => Identity::Named(NamedKind::Charge, &it.name.value),
            Self::Pool(it) => Identity::Named(NamedKind::Pool, &it.name.value),
            Self::Commitment(it) => Identity::Named(NamedKind::Commitment, &it.name.value),
            Self::Baseline(it) => Identity::Named(NamedKind::Baseline, &it.name.value),
            Self::Index(it) => Identity::Named(NamedKind::Index, &it.name.value),
            Self::ChargeBack(it) => Identity::Named(NamedKind::ChargeBack, &it.field.value),
            Self::Exchange(_) => Identity::Listed(ListedKind::Rates),
            Self::Phase(it) => Identity::Named(NamedKind::Phase, &it.title.value),
            Self::Right(it) => Identity::Named(NamedKind::Right, &it.label.value),
            Self::History(_) => Identity::Named(NamedKind::History, ""),
            Self::Cap(_) => Identity::Listed(ListedKind::Caps),
            Self::Gate(_) => Identity::Listed(ListedKind::Gates),
            Self::Conversion(_) => Identity::Listed(ListedKind::Conversion),
            Self::EarnBack(_)
            | Self::PenaltyRule(_)
            | Self::Netting(_)
            | Self::Deadlines(_)
            | Self::Called(_)
            | Self::Tail(_) => Identity::Other,
            Self::Relief(_) | Self::Excuse(_) | Self::OnePenalty(_) => {
                Identity::Listed(ListedKind::Decisions)
            }
            Self::Disputes(_) => Identity::Listed(ListedKind::Disputes),
            Self::Contract(_) | Self::Example(_) | Self::Amendment(_) | Self::Accept(_) => Identity::Other,
        }
    }
}

impl NamedKind {
    /// The word for it: `commitment`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Fields => "fields",
            Self::Set => "set",
            Self::Measure => "measure",
            Self::Fact => "fact",
            Self::Charge => "charge",
            Self::Pool => "pool",
            Self::Commitment => "commitment",
            Self::Baseline => "baseline",
            Self::Index => "index",
            Self::ChargeBack => "charge-back",
            Self::Phase => "phase",
            Self::Right => "right",
            Self::History => "history",
            Self::Journeys => "journeys",
        }
    }
}

impl ListedKind {
    /// The word for all of them: `caps`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Caps => "caps",
            Self::Gates => "gates",
            Self::Conversion => "conversion",
            Self::Decisions => "relief",
            Self::Rates => "exchange rates",
            Self::Disputes => "disputes",
        }
    }
}
