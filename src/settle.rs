//! The settlement: from judgements to money, to the cent.
//!
//! Order of one period, as in the contract reference: charges; pools; per
//! commitment points and amounts; points converted; every line rounded (or
//! none, when the contract rounds the total); claims; minimum amounts; caps on named
//! commitments, then pools from the innermost out, then caps on all; gates on
//! bonuses; excess carried forward; netting; earning back; total.

mod after;
mod back;
mod balance;
mod carry;
mod charge;
mod claim;
mod decided;
mod desk;
mod due;
mod earn;
mod event;
mod gate;
mod incident;
mod ledger;
mod limit;
mod minimum;
mod multiplier;
mod netting;
mod often;
mod past;
mod pay;
mod points;
mod provisional;
mod reversal;
mod rider;
mod right;
mod share;
mod situation;
mod statement;
mod step;
mod table;
mod text;
mod total;
mod trace;
mod window;

pub(crate) use after::last_day;
pub(crate) use back::again as share_again;
pub use ledger::settle;
pub(crate) use ledger::{amounts, worked};
pub use multiplier::Streak;
pub use past::{Kept, Sums};
pub use right::{RightLine, RightState};
pub use text::settlement_text;
pub(crate) use window::limit_times;

use crate::contract::PaySide;
use crate::measured::Segment;
use crate::value::{Currency, Date, Ratio};

/// The money of all periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The currency of every amount.
    pub currency: Currency,
    /// One per evaluated period, in order.
    pub periods: Vec<Ledger>,
}

/// The statement of one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// Index of the period.
    pub period: usize,
    /// The lines, in the order they were worked out.
    pub lines: Vec<Line>,
    /// Points of all commitments.
    pub points: Ratio,
    /// Sum of the charges.
    pub charges: Ratio,
    /// Bonuses after caps and gates, not below 0.
    pub bonuses: Ratio,
    /// Penalties after caps and pools, not below 0.
    pub penalties: Ratio,
    /// What comes back of penalties of earlier periods.
    pub earned_back: Ratio,
    /// What closed periods came to differently, posted here.
    pub corrections: Ratio,
    /// Charges, bonuses, what is earned back and corrections less penalties: what the client owes.
    pub total: Ratio,
    /// What is left of every penalty and bonus, after everything that limits it.
    pub paid: Vec<Paid>,
    /// What caps cut, in this and earlier periods, and still waits for room.
    pub carried: Vec<Carried>,
    /// What is earned back, by the penalty it comes from.
    pub earned: Vec<Earned>,
    /// Dates that follow from the period's end.
    pub deadlines: Vec<DeadlineDate>,
    /// The total with disputed records treated the other way round; none
    /// without disputes.
    pub otherwise: Option<Ratio>,
    /// What people decided, row by row of the registers, in sentences.
    pub decisions: Vec<String>,
    /// Whether any reading behind it is provisional.
    pub provisional: bool,
    /// What later periods may ask of it.
    pub kept: Kept,
    /// The rights of the contract, as they stand.
    pub rights: Vec<RightLine>,
    /// How long verdicts have repeated, where something follows from it.
    pub streaks: Vec<Streak>,
}

/// A date that follows from a period's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadlineDate {
    /// What has to be done: `report due`.
    pub what: &'static str,
    /// The date, or why it cannot be told.
    pub date: Result<Date, String>,
    /// How the contract says it: `within 10 business days in office`.
    pub text: String,
    /// The clause it rests on.
    pub clause: Option<String>,
}

/// What is left of a penalty or bonus, after everything that limits it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// The line it is a part of.
    pub line: String,
    /// The commitment; none for converted points and what was carried forward.
    pub commitment: Option<String>,
    /// The segment.
    pub segment: Segment,
    /// Penalty or bonus.
    pub side: PaySide,
    /// What of it is in the total, not below 0.
    pub amount: Ratio,
    /// What of it is paid beside the invoice.
    pub cash: Ratio,
    /// The cap (by its place in the contract) whose excess of an earlier period it is.
    pub carried: Option<usize>,
}

/// What a cap cut in some period, and still waits for room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The cap, by its place in the contract.
    pub cap: usize,
    /// The period it was cut in.
    pub origin: usize,
    /// How much still waits.
    pub amount: Ratio,
}

/// A penalty of an earlier period that comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earned {
    /// The period of the penalty.
    pub origin: usize,
    /// The penalty's line in that period.
    pub line: String,
    /// How much comes back.
    pub amount: Ratio,
}

/// A line of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Stable within the period, and what `meed why` takes: `charge.NAME`,
    /// `pool.NAME`, `penalty.NAME`, `bonus.NAME`, `points.NAME`,
    /// `points.converted`, `cap.penalties.1`, `pool-limit.NAME`, `gate.1`,
    /// `claim.NAME`, `minimum.1`, `netting.1`, `excess.penalties.1.2026-01`, `earn-back.NAME.2026-01`,
    /// `cash.penalties.1`, `paid.NAME`, `balance.NAME`, `charge-back.1[UNIT]`, `rounding`,
    /// `true-up.2026-01.charge.NAME`, `restatement.2026-01.bonus.NAME`, `total`; a segment follows in
    /// brackets: `penalty.sla[Seville, P2]`.
    pub id: String,
    /// What kind.
    pub kind: LineKind,
    /// What it is, in words.
    pub label: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// The segment, where the commitment is judged by segment.
    pub segment: Segment,
    /// The exact amount before rounding, from the client's point of view of
    /// what is owed: charges and bonuses positive, penalties negative; a cap
    /// or gate has the sign of its correction. Points lines carry points.
    pub exact: Ratio,
    /// After rounding.
    pub amount: Ratio,
    /// How it came about.
    pub trace: Trace,
}

/// The kinds of line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineKind {
    /// A fee.
    Charge,
    /// A charge that others are built from, not invoiced itself.
    Base,
    /// The size of an at-risk pool (for information; not summed).
    Pool,
    /// Points of a commitment (for information; converted later).
    Points,
    /// Money toward the client.
    Penalty,
    /// Money toward the vendor.
    Bonus,
    /// A cap or pool limit that gave back a part of the penalties or took a part of the bonuses.
    Cap,
    /// A gate that took the bonuses.
    Gate,
    /// A penalty that was not claimed in time.
    Claim,
    /// A small penalty that is not paid, or becomes more.
    Minimum,
    /// Penalties and bonuses set against each other.
    Netting,
    /// Excess of an earlier period that is due now.
    Excess,
    /// A penalty of an earlier period that comes back.
    EarnBack,
    /// Paid beside the invoice (for information; not summed).
    Cash,
    /// A part of a cost that a unit of the client bears (for information; not summed).
    ChargeBack,
    /// The difference made by rounding the total.
    Rounding,
    /// What a closed period that was provisional comes to now, less what was posted for it.
    TrueUp,
    /// What a closed period that was final comes to now, less what was posted for it.
    Restatement,
}

impl LineKind {
    /// Whether lines of this kind are part of the total.
    #[must_use]
    pub fn is_summed(self) -> bool {
        !matches!(self, Self::Base | Self::Pool | Self::Points | Self::Cash | Self::ChargeBack)
    }
}

/// How an amount came about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trace {
    /// The figures that went in, with where each comes from.
    pub inputs: Vec<Input>,
    /// The rule in the contract's words: `scale on resolutions_fee`.
    pub rule: String,
    /// The calculation, step by step, with numbers.
    pub steps: Vec<String>,
    /// Rounding: before, after and rule; none when nothing was rounded.
    pub rounding: Option<String>,
    /// For a penalty or bonus line: the caps, pools and gates that bound it, in words.
    pub limits: Vec<String>,
    /// The figures the amount needs and the period does not have, by name;
    /// the amount is 0 then, and the steps say why.
    pub missing: Vec<String>,
    /// Whether only the amount is asked for: then nothing is put into words.
    pub(crate) bare: bool,
}

/// A figure that went into an amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Its name: `resolved_first_time`.
    pub name: String,
    /// As shown: `77.50% (93 of 120)`.
    pub shown: String,
    /// Where it comes from: `measure`, `charge`, `pool`, `fact`, `index`, `exchange`, `period`, `given`.
    pub source: &'static str,
}

#[cfg(test)]
pub(crate) mod tests;
