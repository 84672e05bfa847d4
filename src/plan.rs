//! The plan: what has to be read and counted, for all measures, periods and
//! segments of a contract at once.
//!
//! Every table is read once. What measures ask about its records becomes a
//! list of nodes in which each condition or value stands once, however many
//! measures use it. `share of contacts where resolved` and `share of contacts
//! where resolved and waited < 20 seconds` share the node of `resolved`, the
//! set `contacts`, and the cells (period and segment) of its records.
//!
//! A look-ahead (`followed by …`) cannot be answered while its table streams
//! by; it gets a *pass* over all records by key, and what depends on it a
//! *level* above 0. Level 0 is worked out batch by batch, the rest afterwards.

mod ask;
mod build;
mod cells;
mod clock;
mod decided;
mod draft;
mod journey;
mod open;
mod quota;
mod show;
mod split;
mod stream;
mod wanted;

pub use draft::children;
pub use journey::Join;
pub use quota::{Allowed, Quota, Slotted};
pub use split::Split;
pub use stream::{Finer, Stream};

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::{self, Arithmetic, Compare, Contract, Direction, Register, ScoreKind, Value, Window};
use crate::measured::{Registers, Role, Version};
use crate::value::{Period, Ratio, Rounding};

/// The table whose records say when the clock of a case stands still.
pub const EVENTS: &str = "events";

/// All that has to be read and counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The evaluated periods, in order of time.
    pub periods: Vec<Period>,
    /// What is read, by table.
    pub scans: BTreeMap<String, Scan>,
    /// Look-aheads, grouped by what they search; by rising level.
    pub passes: Vec<Pass>,
    /// The single questions of the passes.
    pub questions: Vec<Question>,
    /// Calendars, each with the statuses that stop it.
    pub clocks: Vec<Clock>,
    /// What is counted.
    pub counters: Vec<Counter>,
    /// How counts make the figures of each measure.
    pub figures: BTreeMap<String, Figure>,
    /// Figures of measures that are also counted another way.
    pub others: BTreeMap<Version, BTreeMap<String, Figure>>,
    /// Allowances that records are counted against.
    pub quotas: Vec<Quota>,
    /// Records that share one with those near them.
    pub splits: Vec<Split>,
    /// The rows of registers it rests on.
    pub registers: Registers,
    /// Tables whose records are journeys, by name.
    pub joins: BTreeMap<String, Join>,
}

/// One table, read once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// The table.
    pub table: contract::Table,
    /// The fields needed.
    pub fields: BTreeSet<String>,
    /// Whether the ids of records are needed, to order those of one moment.
    pub ids: bool,
    /// Conditions and values, each after those it is made of.
    pub nodes: Vec<Node>,
    /// Per node the level at which it can be worked out.
    pub levels: Vec<u32>,
    /// Nodes of level 0 that something later asks for.
    pub kept: BTreeSet<NodeId>,
    /// Ways of sorting records into cells.
    pub groupings: Vec<Grouping>,
    /// Groupings that something later asks for.
    pub kept_groupings: BTreeSet<usize>,
    /// The nodes that give dates to records.
    pub dates: BTreeSet<NodeId>,
}

/// The place of a node in [`Scan::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(pub usize);

/// A condition or value over one record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A constant.
    Const(Value),
    /// A field.
    Field(String),
    /// The record's id.
    Id,
    /// `not`
    Not(NodeId),
    /// All hold.
    And(Vec<NodeId>),
    /// At least one holds.
    Or(Vec<NodeId>),
    /// A comparison; a constant stands on the right.
    Compare(Compare, NodeId, NodeId),
    /// One of a list.
    OneOf(NodeId, Vec<Value>),
    /// The value is missing.
    Missing(NodeId),
    /// Arithmetic.
    Arithmetic(Arithmetic, NodeId, NodeId),
    /// Seconds from the first to the second.
    Elapsed(NodeId, NodeId),
    /// Open seconds from the first to the second.
    Business {
        /// The start.
        from: NodeId,
        /// The end.
        to: NodeId,
        /// The key of the case whose statuses stop the clock.
        case: Option<NodeId>,
        /// Index into [`Plan::clocks`].
        clock: usize,
    },
    /// Rounded to a step.
    Rounded(NodeId, Rounding),
    /// The greater (true) or lesser.
    Extreme(bool, NodeId, NodeId),
    /// A date field as the moment it stands for: the local midnight of a date.
    Moment(NodeId),
    /// The same local date and time so many months later, or the month's last day.
    Later(NodeId, u32),
    /// Several fields together as one key, known when all are.
    Key(Vec<NodeId>),
    /// The answer to a look-ahead: index into [`Plan::questions`].
    Answer(usize),
    /// Whether a record is beyond an allowance: index into [`Plan::quotas`].
    Beyond(usize),
    /// What a record counts: the part of the first condition that holds, in
    /// hundredths, otherwise all of it.
    InPart(Vec<(NodeId, Ratio)>),
    /// What a record counts that shares one with others: index into [`Plan::splits`].
    Shared(usize),
}

/// Records of a table by date and key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    /// The table.
    pub table: String,
    /// Its date, a [`Node::Moment`].
    pub date: NodeId,
    /// Its key, a [`Node::Key`].
    pub key: NodeId,
}

/// Records of one table looked up from those of another (or the same) by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    /// The records asked about.
    pub base: Keyed,
    /// The records searched.
    pub target: Keyed,
    /// Which of them can be found.
    pub member: NodeId,
    /// What is asked: indices into [`Plan::questions`].
    pub questions: Vec<usize>,
    /// The level of the answers: above that of `member`.
    pub level: u32,
    /// The look-aheads that decide which records can be found: indices into [`Plan::questions`].
    pub ahead: BTreeSet<usize>,
}

/// One question of a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Which way.
    pub direction: Direction,
    /// Records of the same local date do not count.
    pub other_day: bool,
    /// How far; none is without limit.
    pub window: Option<Window>,
    /// Where the window starts, a [`Node::Moment`] of the earlier of the two
    /// records: the one asked about when it is followed, the one searched
    /// when it is preceded. None is that record's date.
    pub after: Option<NodeId>,
    /// How many records, or how much of a value of theirs, must be found.
    pub least: Option<(Option<NodeId>, Ratio)>,
    /// Until when a record that is searched holds, a [`Node::Moment`], and whether that is a whole day.
    pub until: Option<(NodeId, bool)>,
}

impl Question {
    /// Whether records after the one asked about decide.
    #[must_use]
    pub fn looks_ahead(&self) -> bool {
        matches!(self.direction, Direction::Followed | Direction::StillIn)
    }
}

/// A calendar and the statuses in which its clock stands still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// The calendar's name.
    pub calendar: String,
    /// What tells a pause in the records of [`EVENTS`].
    pub pauses: Option<Pauses>,
}

/// Where the pauses of a case are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pauses {
    /// The case and moment of an event.
    pub events: Keyed,
    /// Whether its status stops the clock.
    pub paused: NodeId,
    /// The statuses.
    pub statuses: Vec<String>,
}

/// Cells: by the period that holds a date and the values of some fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouping {
    /// The date, a [`Node::Moment`].
    pub date: NodeId,
    /// The name of the field it comes from.
    pub dated_by: String,
    /// The fields whose values make the segments.
    pub by: Vec<NodeId>,
    /// A moment whose period is the last value of the segments.
    pub origin: Option<NodeId>,
}

/// What is counted over the records of one set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// The table.
    pub table: String,
    /// The set, as the contract calls it.
    pub set: String,
    /// Index into [`Scan::groupings`].
    pub grouping: usize,
    /// The set's conditions.
    pub conditions: NodeId,
    /// What takes a record out again, with the reason.
    pub exclusions: Vec<(NodeId, String)>,
    /// Conditions and exclusions together: in the set or not.
    pub member: NodeId,
    /// What puts a record above the line.
    pub above: Option<NodeId>,
    /// What is taken from each record.
    pub what: What,
    /// Leave out records whose look-ahead has not run out.
    pub matured_only: bool,
    /// The look-aheads it rests on: indices into [`Plan::questions`].
    pub ahead: BTreeSet<usize>,
    /// The level at which it can be worked out.
    pub level: u32,
}

/// What is taken from each record of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The record.
    Records,
    /// A key of which each value counts once.
    Keys(NodeId),
    /// A value to be added up.
    Sum(NodeId),
    /// A value to be ranked.
    Values(NodeId),
    /// An answer from 0 to 10: 1 from 9 on, -1 up to 6, else 0.
    NetPromoter(NodeId),
    /// An answer on a scale, above the line from a level on.
    TopBox {
        /// The answer.
        value: NodeId,
        /// Lowest answer above the line.
        from: Ratio,
        /// Lowest answer of the scale.
        low: Ratio,
        /// Highest answer of the scale.
        high: Ratio,
    },
    /// An answer on a scale, and what becomes of it.
    Scored {
        /// The answer.
        value: NodeId,
        /// Lowest answer of the scale.
        low: Ratio,
        /// Highest answer of the scale.
        high: Ratio,
        /// What becomes of it.
        score: ScoreKind,
    },
}

impl What {
    /// The value or key a record must have to be counted.
    #[must_use]
    pub fn node(&self) -> Option<NodeId> {
        match self {
            Self::Records => None,
            Self::Keys(node) | Self::Sum(node) | Self::Values(node) | Self::NetPromoter(node) => Some(*node),
            Self::TopBox { value, .. } | Self::Scored { value, .. } => Some(*value),
        }
    }

    /// Whether it puts some of the records above the line.
    #[must_use]
    pub fn parts(&self) -> bool {
        matches!(self, Self::TopBox { .. } | Self::Scored { score: ScoreKind::Bottom { .. }, .. })
    }

    /// Whether it is the best answers less the worst.
    #[must_use]
    pub fn nets(&self) -> bool {
        matches!(self, Self::NetPromoter(_) | Self::Scored { score: ScoreKind::Net { .. }, .. })
    }
}

/// How counts make the figures of a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What stands above and below the line.
    pub shape: Shape,
    /// The counters, with the side they stand for: one for both, or first the one above.
    pub counters: Vec<(Role, usize)>,
    /// For open cases, by period instead: the counters of each side, one for
    /// each moment at which they are looked at; those of a side are added up.
    pub cutoffs: Vec<Vec<(Role, Vec<usize>)>>,
    /// Whether the counters tell segments apart.
    pub segments: bool,
}

impl Figure {
    /// All its counters, each once, with the side they stand for.
    #[must_use]
    pub fn all(&self) -> Vec<(Role, usize)> {
        let mut all = self.counters.clone();
        let late = self.cutoffs.iter().flatten();
        for one in late.flat_map(|(role, counters)| counters.iter().map(|at| (*role, *at))) {
            if !all.contains(&one) {
                all.push(one);
            }
        }
        all
    }
}

/// What stands above and below the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Those above the line over all.
    Share,
    /// The figure of one counter over that of the other.
    Fraction,
    /// A figure, and how many records it comes from.
    Single,
    /// All values, ranked.
    Percentile,
}

/// The plan for all measures of a contract over some periods, which must be
/// in order of time and not overlap. What the registers say is part of it.
#[must_use]
pub fn of(contract: &Contract, periods: &[Period], registers: &Registers) -> Plan {
    build::plan(contract, periods, registers)
}

/// What is read of a register, and the conditions the contract has for its rows.
#[must_use]
pub fn register(contract: &Contract, register: Register) -> (Scan, Vec<NodeId>) {
    build::register(contract, register)
}
