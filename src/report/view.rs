//! The view: what a report shows, as texts. `report.json` is this, and its
//! published schema is made from these types.
//!
//! A figure has two texts: GBP 733.60 is `{"exact": "733.6", "shown": "GBP 733.60"}`.
//! The exact one is a decimal, or a fraction (`1500/17`) where no decimal ends.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::ground::GroundView;

use super::{BaselineView, CorrectionView, DataView, DeadlineView, OutlookView, RightView, Totals};

/// The name and version of the format.
pub const FORMAT: &str = "meed report 1";

/// A whole report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// The name and version of this format.
    pub format: String,
    /// The contract.
    pub contract: Head,
    /// The reported periods, in order.
    pub periods: Vec<PeriodView>,
    /// Closed periods before them that can still change.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub still_provisional: Vec<String>,
    /// The moment as of which the data was looked at; none when all of it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// The account of the data; none when the readings were given.
    pub data: Option<DataView>,
    /// What the contract leaves to a default, with the order of evaluation.
    pub defaults: Vec<String>,
}

/// The head of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The title.
    pub title: String,
    /// Who buys.
    pub client: String,
    /// Who delivers.
    pub vendor: String,
    /// The zone of all dates.
    pub zone: String,
    /// The currency of all amounts.
    pub currency: String,
    /// First day of the term.
    pub from: String,
    /// Last day of the term.
    pub to: String,
    /// How money is rounded, in words.
    pub rounding: String,
    /// What the parties call penalties.
    pub penalties_called: String,
    /// What the parties call bonuses.
    pub bonuses_called: String,
    /// What the contract says of penalties without changing an amount.
    pub said: Vec<String>,
}

/// The values of a measure's `by` fields, null where missing; empty for the whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct SegmentView(pub Vec<Option<String>>);

impl SegmentView {
    /// Whether this is all records together.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.0.is_empty()
    }

    /// `name[Seville, P2]`; only `name` for the whole.
    #[must_use]
    pub fn of(&self, name: &str) -> String {
        if self.is_whole() { name.to_string() } else { format!("{name}[{self}]") }
    }
}

impl std::fmt::Display for SegmentView {
    /// `Seville, P2`; `all` for the whole.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&crate::measured::segment_words(&self.0))
    }
}

/// A number, exactly and as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// A decimal, or a fraction where no decimal ends. Percentages count
    /// hundredths, durations seconds, money major units.
    pub exact: String,
    /// With unit and separators.
    pub shown: String,
}

/// One period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodView {
    /// Its name: `2026-10`.
    pub label: String,
    /// First day.
    pub first: String,
    /// Last day.
    pub last: String,
    /// The amendment whose version of the contract is in force; none before the first.
    pub version: Option<String>,
    /// Whether later data can still change it.
    pub provisional: bool,
    /// When it becomes final, in the contract's zone; none when it is.
    pub final_from: Option<String>,
    /// The moment the data ends, when that is before the period does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_until: Option<String>,
    /// How its commitments can still end, while it is in progress.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outlook: Vec<OutlookView>,
    /// The commitments, by clause, name and segment.
    pub commitments: Vec<CommitmentView>,
    /// Baselines, by clause and name.
    pub baselines: Vec<BaselineView>,
    /// All measures, by clause and name, paid or not.
    pub measures: Vec<MeasureView>,
    /// The lines of the settlement, in the order they were worked out.
    pub lines: Vec<LineView>,
    /// The rights of the contract, as they stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rights: Vec<RightView>,
    /// What people decided, row by row of the registers, in sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<String>,
    /// What changed in closed periods; it is posted here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<CorrectionView>,
    /// The sums.
    pub totals: Totals,
    /// Dates that follow from the period's end.
    pub deadlines: Vec<DeadlineView>,
}

/// A commitment judged for one segment or the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentView {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// The measure judged.
    pub measure: String,
    /// The segment; empty for the whole.
    pub segment: SegmentView,
    /// The reading with its counts: `77.50% (93 of 120)`; empty when there is none.
    pub reading: String,
    /// The target in words: `at least 75%`; none when there is none.
    pub target: Option<String>,
    /// The minimum in words.
    pub minimum: Option<String>,
    /// How the levels came about, where they are not simply stated.
    pub levels: Vec<String>,
    /// Why nothing is paid in this period, when the contract says so:
    /// `measured, not paid until 2026-04-01`.
    pub unpaid: Option<String>,
    /// `met`, `missed`, `below minimum`, `not proven`, `excused`, `not measured`, `not judged` or `no target`.
    pub status: String,
    /// Why, for `excused`, `not measured` and `not judged`.
    pub reason: Option<String>,
    /// Whether later data can still change it.
    pub provisional: bool,
    /// How far it is to the edges around it, nearest first.
    pub distances: Vec<DistanceView>,
    /// What the number of records says about the reading: each rule with its working.
    pub grounds: Vec<GroundView>,
    /// What it pays by itself, before caps, pools and gates; none when it pays no money of its own.
    pub amount: Option<Figure>,
    /// Its points; none when it has none.
    pub points: Option<Figure>,
    /// How long its verdict has repeated, where something follows from it: `missed 2 periods in a row`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repeated: Vec<String>,
}

/// How far a reading is from an edge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DistanceView {
    /// What is there: `target 75%`.
    pub edge: String,
    /// The edge's value.
    pub level: Figure,
    /// From reading to edge, above 0; in points for a percentage.
    pub gap: Figure,
    /// Whether the edge is better for the vendor.
    pub better: bool,
    /// For a share: how many records more (or fewer) above the line reach it.
    pub records: Option<String>,
    /// All of it in words: `2.50 points above target 75%, 3 records`.
    pub text: String,
}

/// A measure and its readings of the period: the whole first, then the segments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureView {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// The service dimension it belongs to.
    pub dimension: Option<String>,
    /// How the calculation is written in the contract.
    pub text: String,
    /// The fields whose values make the segments.
    pub by: Vec<String>,
    /// Whether money hangs on it: a commitment judges it, or an amount was worked out from it.
    pub paid: bool,
    /// The readings.
    pub readings: Vec<ReadingView>,
}

/// A reading for one segment or the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadingView {
    /// The segment; empty for the whole.
    pub segment: SegmentView,
    /// With its counts: `77.50% (93 of 120)`; `not measured: …` when there is none.
    pub shown: String,
    /// The value that is judged and paid, after rounding; none when there is no reading.
    pub value: Option<Figure>,
    /// The value before rounding.
    pub exact: Option<String>,
    /// Above the line.
    pub numerator: Option<String>,
    /// Below the line.
    pub denominator: Option<String>,
    /// How it came about, in words: `measured`, `given`, `pooled from 2026-08`.
    pub basis: String,
    /// The calculation in one line.
    pub working: String,
    /// Records whose look-ahead has not run out.
    pub open: u64,
    /// When it becomes final, in the contract's zone; none when it is.
    pub final_from: Option<String>,
    /// The account of the records behind it.
    pub tallies: Vec<TallyView>,
}

/// The account of the records of one set:
/// `records = outside + unknown + excluded + missing + open + counted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TallyView {
    /// The set, as the contract calls it.
    pub set: String,
    /// The table it draws on.
    pub table: String,
    /// `both sides`, `above the line` or `below the line`.
    pub role: String,
    /// Rows of the table dated in the period (and segment).
    pub records: u64,
    /// Not in the set.
    pub outside: u64,
    /// A condition could not be decided because a field is missing.
    pub unknown: u64,
    /// Left out by a clause, by its reason.
    pub excluded: BTreeMap<String, u64>,
    /// Without the value the measure needs.
    pub missing: u64,
    /// Left out because their look-ahead has not run out.
    pub open: u64,
    /// In the figure.
    pub counted: u64,
    /// For a share: of the counted, those above the line.
    pub above: u64,
    /// For a share: of the counted, those that could not be decided.
    pub undecided: u64,
    /// The sum with its numbers: `140 = 5 outside + 2 unknown + 13 excluded + 120 counted`.
    pub text: String,
    /// Whether it adds up. It always does; a report that says otherwise shows a fault in Meed.
    pub adds_up: bool,
}

/// A line of the settlement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineView {
    /// What `meed why` takes: `penalty.resolved_first_time`.
    pub id: String,
    /// `charge`, `base`, `pool`, `points`, `penalty`, `bonus`, `claim`, `minimum`, `netting`, `cap`, `gate`,
    /// `excess`, `earn-back`, `cash`, `charge-back`, `rounding`, `true-up` or `restatement`.
    pub kind: String,
    /// What it is, in words.
    pub label: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// The segment; empty for the whole.
    pub segment: SegmentView,
    /// Before rounding: a decimal or fraction.
    pub exact: String,
    /// After rounding: charges and bonuses positive, penalties negative.
    pub amount: Figure,
    /// Whether it is part of the total; pools, points, bases, charge-backs and what is paid in cash are not.
    pub summed: bool,
    /// The figures that went in.
    pub inputs: Vec<InputView>,
    /// The rule in the contract's words.
    pub rule: String,
    /// The calculation, step by step.
    pub steps: Vec<String>,
    /// Before, after and rule, when something was rounded.
    pub rounding: Option<String>,
    /// The caps, pools and gates that bound it, in words.
    pub limits: Vec<String>,
    /// The figures it needs and the period does not have; the amount is 0 then.
    pub missing: Vec<String>,
}

/// A figure that went into an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InputView {
    /// Its name.
    pub name: String,
    /// As shown.
    pub shown: String,
    /// Where it comes from: `measure`, `charge`, `pool`, `fact`, `index`, `exchange`, `period`, `statement` or `given`.
    pub source: String,
}
