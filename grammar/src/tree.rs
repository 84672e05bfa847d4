//! The syntax tree: what a contract says, before any of it is checked.
//!
//! Every part keeps the place it was written at. Equality ignores places, so
//! two texts that mean the same have equal trees.

mod accept;
mod amendment;
mod clause;
mod expr;
mod history;
mod journey;
mod levels;
mod measure;
mod past;
mod pay;
mod pricing;
mod proof;
mod relief;
mod remedy;
mod score;
mod show;
mod situation;
mod walk;

pub use accept::*;
pub use amendment::*;
pub use clause::*;
pub use expr::*;
pub use history::*;
pub use journey::*;
pub use levels::*;
pub use measure::*;
pub use past::*;
pub use pay::*;
pub use pricing::*;
pub use proof::*;
pub use relief::*;
pub use remedy::*;
pub use score::*;
pub use situation::*;
pub use walk::Part;

use crate::span::Spanned;

/// A name as written: `resolved_first_time`.
pub type Name = Spanned<String>;

/// A quoted text, without its quotes and with escapes resolved.
pub type Text = Spanned<String>;

/// A whole contract file, clause by clause in file order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// The clauses that could be read; damaged ones are left out and reported.
    pub clauses: Vec<Spanned<Clause>>,
}

/// One top-level clause.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a contract has few of these, and a box would hide the shape")]
pub enum Clause {
    /// `contract "…" { … }`
    Contract(ContractHead),
    /// `calendar NAME { … }`
    Calendar(Calendar),
    /// `fields TABLE { … }`
    Fields(Fields),
    /// `set NAME = …`
    Set(SetClause),
    /// `measure NAME { … }`
    Measure(Measure),
    /// `fact NAME = …`
    Fact(Fact),
    /// `charge NAME = …`
    Charge(Charge),
    /// `at risk NAME = 12% of …`
    Pool(Pool),
    /// `commitment NAME { … }`
    Commitment(Commitment),
    /// `baseline NAME = …`
    Baseline(Baseline),
    /// `phase "…" 2026-01-01 to 2026-03-31 { … }`
    Phase(Phase),
    /// `convert points to penalty …`
    Conversion(Conversion),
    /// `bonus only if …`
    Gate(Gate),
    /// `cap penalties …`
    Cap(Cap),
    /// `right "…" when …`
    Right(Right),
    /// `history { … }`
    History(History),
    /// `earn back penalty …`
    EarnBack(EarnBack),
    /// `penalties only if …`, `penalties only on claim …` and the like
    PenaltyRule(PenaltyRule),
    /// `bonuses only offset penalties`
    Netting(Netting),
    /// `deadlines { … }`
    Deadlines(Deadlines),
    /// `call penalties "…"`
    Called(Called),
    /// `relief on … from register …`
    Relief(Relief),
    /// `excuse … when …`
    Excuse(Excuse),
    /// `disputes are …`
    Disputes(Disputes),
    /// `one penalty for each …`
    OnePenalty(OnePenalty),
    /// `index NAME { … }`
    Index(Index),
    /// `exchange USD to GBP at …`
    Exchange(Exchange),
    /// `charge back … by …`
    ChargeBack(ChargeBack),
    /// `example "…" { … }`
    Example(Example),
    /// `journeys NAME = …`
    Journeys(Journeys),
    /// `after the term pay …`
    Tail(Tail),
    /// `accept W0605 on NAME because "…"`
    Accept(Accept),
    /// `amendment "…" from 2026-07-01 { … }`
    Amendment(Amendment),
}
