//! What stands between a penalty and its payment: caps, earning back,
//! netting, minimum amounts, claims and deadlines.

use std::collections::BTreeSet;

use super::{Formula, Level, Past, PaySide, Situation};
use crate::value::Ratio;

pub use meed_grammar::tree::CapSpan;

/// The most that can be due in one period, or in several together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cap {
    /// Penalties or bonuses.
    pub side: PaySide,
    /// `clause "…"`
    pub clause: Option<String>,
    /// The commitments it applies to; empty means all.
    pub on: Vec<String>,
    /// The limit. Over several periods, charges and pools in it are added up.
    pub value: Formula,
    /// Other limits: the first whose situation holds stands instead.
    pub when: Vec<(Formula, Situation)>,
    /// The periods that count together.
    pub over: CapSpan,
    /// What becomes of what is cut.
    pub excess: Excess,
    /// How it was written.
    pub text: String,
    /// Where the cap stands in the contract's text.
    pub span: meed_grammar::span::Span,
}

impl Cap {
    /// Whether it limits more than one period at a time.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.over != CapSpan::Period
    }

    /// Whether it applies to what is due on this commitment (none for converted points).
    #[must_use]
    pub fn covers(&self, commitment: Option<&str>) -> bool {
        self.on.is_empty() || commitment.is_some_and(|name| self.on.iter().any(|on| on == name))
    }

    /// Sorts caps as they work: named before all, shorter before longer.
    #[must_use]
    pub fn rank(&self) -> (u8, u8) {
        match self.over {
            CapSpan::Period => (0, 0),
            CapSpan::Periods(n) => (1, n),
            CapSpan::ContractYear => (2, 0),
            CapSpan::Term => (3, 0),
        }
    }
}

/// What becomes of what a cap cuts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// It is gone.
    Lapses,
    /// It is due as soon as there is room, for at most so many periods.
    CarriesForward(Option<u8>),
    /// It is paid beside the invoice.
    PaidInCash,
}

/// Everything between a penalty and its payment but the caps.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remedies {
    /// Penalties that come back, in canonical order (clause, then text).
    pub earn_backs: Vec<EarnBack>,
    /// Penalties that have to be claimed, likewise.
    pub claims: Vec<OnClaim>,
    /// Small penalties, likewise.
    pub minimums: Vec<MinimumAmount>,
    /// Penalties set against bonuses, likewise.
    pub nettings: Vec<Netting>,
    /// Dates after a period.
    pub deadlines: Vec<Deadline>,
    /// What the parties call penalties.
    pub penalties_called: Option<String>,
    /// What the parties call bonuses.
    pub bonuses_called: Option<String>,
    /// What the contract says of penalties without changing an amount, in sentences.
    pub said: Vec<String>,
}

impl super::Contract {
    /// The holiday lists that claims and deadlines are counted by, by name.
    #[must_use]
    pub fn holiday_lists_after_periods(&self) -> BTreeSet<String> {
        let claims = self.remedies.claims.iter().map(|it| &it.within);
        let times = claims.chain(self.remedies.deadlines.iter().map(|it| &it.within));
        let calendars = times.filter_map(|within| match within {
            Within::BusinessDays(_, calendar) => self.calendars.get(calendar),
            _ => None,
        });
        calendars.flat_map(|calendar| calendar.lists.iter().cloned()).collect()
    }

    /// Whether anything is read from the data book besides records.
    #[must_use]
    pub fn reads_registers(&self) -> bool {
        !self.registers.is_empty() || !self.holiday_lists_after_periods().is_empty()
    }
}

/// A penalty that comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarnBack {
    /// `clause "…"`
    pub clause: Option<String>,
    /// The commitment.
    pub on: String,
    /// How much of it, in percent.
    pub part: Ratio,
    /// When.
    pub when: EarnBackWhen,
    /// Not for a penalty of a period that was below minimum.
    pub except_below_minimum: bool,
    /// How it was written.
    pub text: String,
}

/// When a penalty comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EarnBackWhen {
    /// Met in each of so many next periods.
    MetInNext(u8),
    /// The contract year as a whole reaches a level.
    Year {
        /// The measure's figure of the year.
        figure: Box<Past>,
        /// The measure.
        measure: String,
        /// The level.
        level: Level,
    },
}

/// Penalties that are paid only when claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnClaim {
    /// `clause "…"`
    pub clause: Option<String>,
    /// The commitments it applies to; empty means all.
    pub on: Vec<String>,
    /// How long after the period.
    pub within: Within,
    /// How it was written.
    pub text: String,
}

/// A rule for small penalties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MinimumAmount {
    /// `clause "…"`
    pub clause: Option<String>,
    /// The commitments it applies to; empty means all.
    pub on: Vec<String>,
    /// The amount.
    pub amount: Formula,
    /// Every penalty by itself; otherwise all of the period together.
    pub each: bool,
    /// A smaller penalty becomes the amount; otherwise one that is not more lapses.
    pub raises: bool,
    /// How it was written.
    pub text: String,
}

/// Penalties set against bonuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Netting {
    /// `clause "…"`
    pub clause: Option<String>,
    /// The commitments it applies to; empty means all.
    pub on: Vec<String>,
    /// Only the difference is capped and paid; otherwise bonuses are paid up to the penalties.
    pub before_caps: bool,
    /// How it was written.
    pub text: String,
}

/// A time after the end of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Within {
    /// Calendar days.
    Days(u32),
    /// Months, to the same day of the month or its last.
    Months(u32),
    /// Days on which a calendar opens.
    BusinessDays(u32, String),
    /// To the end of that many periods later.
    Periods(u32),
}

/// A date after every period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// What has to be done: `report due`.
    pub what: &'static str,
    /// How long after the period.
    pub within: Within,
    /// The amount below which nothing has to be done.
    pub more_than: Option<Formula>,
    /// `clause "…"`
    pub clause: Option<String>,
    /// How it was written: `within 10 business days in office`.
    pub text: String,
}
