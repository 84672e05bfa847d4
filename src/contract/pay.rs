//! Commitments and everything that turns a reading into money.

use super::{Formula, Levels, Multiplier, Often, Riders, ShareSize, Situation, Unpaid};
use crate::value::{Quantity, Ratio};

pub use meed_grammar::tree::{Bound, PaySide, StepParts, When};

/// A measure with a target and what it pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// The name.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// `clause "6.1"`
    pub clause: Option<String>,
    /// The measure judged.
    pub measure: String,
    /// Every segment on its own; otherwise the whole.
    pub each: bool,
    /// The level to reach; without one the commitment only pays by its table.
    /// Where levels change or are worked out, the one at the start of the
    /// term if it is a number; [`crate::assess`] judges by `levels`.
    pub target: Option<Level>,
    /// Misses that do not fail the target at the start of the term; likewise.
    pub allowed: Option<super::Allowed>,
    /// The worse level with graver consequences; likewise.
    pub minimum: Option<Level>,
    /// All levels in the course of the term.
    pub levels: Levels,
    /// What is only paid when it is proven.
    pub proofs: super::Proofs,
    /// Periods that are measured and not paid.
    pub unpaid: Vec<Unpaid>,
    /// What it pays; the items add up.
    pub pays: Vec<Pay>,
    /// What repetition multiplies.
    pub multipliers: Vec<Multiplier>,
    /// What part of what is due is paid while its reading can still change, in percent; none is all.
    pub provisional: Option<Ratio>,
    /// Where the commitment stands in the contract's text.
    pub span: meed_grammar::span::Span,
}

/// A bound on a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The words.
    pub bound: Bound,
    /// The value, in the measure's unit.
    pub value: Quantity,
}

impl Level {
    /// Whether a reading satisfies it.
    #[must_use]
    pub fn holds(&self, reading: &Ratio) -> bool {
        let level = &self.value.value;
        match self.bound {
            Bound::AtLeast => reading >= level,
            Bound::MoreThan => reading > level,
            Bound::AtMost => reading <= level,
            Bound::LessThan => reading < level,
        }
    }
}

/// One way of paying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pay {
    /// The band the reading falls in.
    Bands {
        /// What percentages are of.
        base: Option<Formula>,
        /// Bands in ascending order, proven free of gaps and overlaps.
        bands: Vec<Band>,
        /// What every other reading pays.
        otherwise: Option<Amount>,
    },
    /// Straight lines between points, flat beyond the first and last.
    Scale {
        /// What percentages are of.
        base: Option<Formula>,
        /// Levels ascending, two at the same level make a jump (the second
        /// holds at the level itself); all amounts of one kind.
        points: Vec<(Ratio, Amount)>,
    },
    /// So much for each step away from a level.
    Step {
        /// Penalty or bonus.
        side: PaySide,
        /// What one step costs, in money or points.
        amount: Formula,
        /// The size of a step, in the measure's unit.
        step: Ratio,
        /// What a part of a step counts.
        parts: StepParts,
        /// Steps are records, not of the reading: what the author calls one.
        records: Option<String>,
        /// Steps below the level; otherwise above.
        below: bool,
        /// Where counting starts, in the measure's unit.
        level: Formula,
        /// The most it can come to.
        at_most: Option<Formula>,
    },
    /// A share, by tiers, of how far money is beyond a level.
    Share {
        /// Penalty or bonus.
        side: PaySide,
        /// What lies below the level is shared; otherwise above.
        below: bool,
        /// Where sharing starts.
        level: Formula,
        /// How far each tier goes (none for the last) and percent that is paid.
        tiers: Vec<(Option<ShareSize>, Ratio)>,
        /// The most it can come to.
        at_most: Option<Formula>,
    },
    /// A fixed amount.
    Fixed {
        /// Penalty or bonus.
        side: PaySide,
        /// In money or points.
        amount: Formula,
        /// When it is due.
        when: When,
        /// In how many periods it must have been so; none is this one alone.
        often: Option<Often>,
    },
    /// So much for every so many events.
    Events {
        /// Penalty or bonus.
        side: PaySide,
        /// For every so many, in money or points.
        amount: Formula,
        /// So many.
        every: u32,
        /// Within how many periods they must lie.
        over: u32,
        /// Events that made an amount due are used up.
        once: bool,
    },
}

impl Pay {
    /// Every formula that decides what it comes to.
    #[must_use]
    pub fn every_formula(&self) -> Vec<&Formula> {
        match self {
            Self::Bands { base, bands, otherwise } => {
                let amounts = bands.iter().map(|band| &band.amount).chain(otherwise);
                base.iter().chain(amounts.filter_map(Amount::formula)).collect()
            }
            Self::Scale { base, .. } => base.iter().collect(),
            Self::Step { amount, level, at_most, .. } => [amount, level].into_iter().chain(at_most).collect(),
            Self::Share { level, at_most, .. } => std::iter::once(level).chain(at_most).collect(),
            Self::Fixed { amount, .. } | Self::Events { amount, .. } => vec![amount],
        }
    }

    /// Whether it asks about earlier periods, its formulas aside.
    #[must_use]
    pub fn looks_back(&self) -> bool {
        matches!(self, Self::Events { .. } | Self::Fixed { often: Some(_), .. })
    }

    /// Calls `see` with every formula that decides what it comes to.
    pub fn formulas<'a>(&'a self, see: &mut dyn FnMut(&'a Formula)) {
        self.every_formula().into_iter().for_each(see);
    }
}

impl ChargeKind {
    /// The measure that is counted; none for a formula.
    #[must_use]
    pub fn volume(&self) -> Option<&str> {
        match self {
            Self::Formula(_) => None,
            Self::Tiered { volume, .. } | Self::PerUnit { volume, .. } | Self::VolumeBand { volume, .. } => {
                Some(volume)
            }
        }
    }
}

impl Charge {
    /// The measures that are counted: by its price, and of what came back.
    #[must_use]
    pub fn counted(&self) -> Vec<&str> {
        let back = self.riders.reversal.as_ref().map(|it| it.measure.as_str());
        self.kind.volume().into_iter().chain(back).collect()
    }

    /// Calls `see` with every formula that decides what it comes to.
    pub fn formulas<'a>(&'a self, see: &mut dyn FnMut(&'a Formula)) {
        if let ChargeKind::Formula(formula) = &self.kind {
            see(formula);
        }
        self.riders.formulas(see);
    }

    /// Whether what it comes to may depend on earlier periods, besides its formulas.
    #[must_use]
    pub fn looks_back(&self) -> bool {
        let riders = &self.riders;
        riders.carried.is_some()
            || riders.balance.is_some()
            || riders.reversal.as_ref().is_some_and(super::Reversal::looks_back)
    }
}

impl Amount {
    /// The formula that is worked out, when it is one.
    #[must_use]
    pub fn formula(&self) -> Option<&Formula> {
        match self {
            Self::Formula(_, formula) => Some(formula),
            _ => None,
        }
    }
}

/// A band of readings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// Lower edge and whether it belongs to the band; none is without bound.
    pub lower: Option<(Ratio, bool)>,
    /// Upper edge likewise.
    pub upper: Option<(Ratio, bool)>,
    /// What it pays.
    pub amount: Amount,
    /// How the range was written: `98% to below 99%`.
    pub text: String,
}

impl Band {
    /// Whether a reading falls in the band.
    #[must_use]
    pub fn contains(&self, reading: &Ratio) -> bool {
        let above = |(edge, inclusive): &(Ratio, bool)| reading > edge || (*inclusive && reading == edge);
        let below = |(edge, inclusive): &(Ratio, bool)| reading < edge || (*inclusive && reading == edge);
        self.lower.as_ref().is_none_or(above) && self.upper.as_ref().is_none_or(below)
    }
}

/// A signed amount of a table: negative is a penalty, positive a bonus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amount {
    /// Nothing.
    Nothing,
    /// Percent of the table's base: -4 for a penalty of 4 %.
    Percent(Ratio),
    /// Money in major units.
    Money(Ratio),
    /// Service points; the sign is the side's.
    Points(Ratio),
    /// So many days of the table's base: the base divided by the days of the period, times this.
    Days(Ratio),
    /// Worked out each period: money, points or percent of the base, never below nothing.
    Formula(PaySide, Formula),
}

/// A fee of the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The name.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// `clause "3.1"`
    pub clause: Option<String>,
    /// How it is priced.
    pub kind: ChargeKind,
    /// What is added to the price.
    pub riders: Riders,
    /// Whether it is invoiced: not when its formula only adds up other charges.
    pub invoiced: bool,
    /// How it was written, on one line.
    pub text: String,
}

/// How a charge is priced. Volumes are measures by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChargeKind {
    /// A formula.
    Formula(Formula),
    /// Prices by tier.
    Tiered {
        /// The measure counted.
        volume: String,
        /// Each unit at its own tier's price; otherwise all at the tier reached.
        graduated: bool,
        /// Upper edge of the tier (counted from 0; none for the last) and unit price.
        tiers: Vec<(Option<Ratio>, Ratio)>,
    },
    /// One price for each unit beyond the included ones; unused ones lapse.
    PerUnit {
        /// The price of one unit.
        price: Ratio,
        /// The unit's size in the measure's unit (60 for `per minute`).
        per: Ratio,
        /// The measure counted.
        volume: String,
        /// How many units are included.
        included: Ratio,
    },
    /// A price for a baseline volume, with a dead band around it.
    VolumeBand {
        /// The price of the baseline volume.
        price: Ratio,
        /// The baseline volume.
        baseline: Ratio,
        /// The measure counted.
        volume: String,
        /// Dead band in percent of the baseline.
        dead_band: Ratio,
        /// Price of each unit above.
        above: Ratio,
        /// Reduction for each unit below.
        below: Ratio,
        /// Only units beyond the dead band; otherwise from the baseline.
        from_edge: bool,
    },
}

/// Money at risk. All penalties that draw on it together never exceed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// The name.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// `clause "…"`
    pub clause: Option<String>,
    /// Its size.
    pub value: Formula,
    /// The pool it is a part of, when its value is a percentage of one.
    pub parent: Option<String>,
    /// What its allocations add up to, in percent.
    pub allocated: Ratio,
}

/// How the points of a period become money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// Penalty or bonus.
    pub side: PaySide,
    /// `clause "…"`
    pub clause: Option<String>,
    /// What percentages are of.
    pub base: Option<Formula>,
    /// The rule.
    pub rule: ConversionRule,
}

/// The rule of a conversion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConversionRule {
    /// So much for each point.
    Each(Formula),
    /// A table, ascending by points; below the first row nothing is due,
    /// beyond the last the last row holds.
    Table {
        /// Points and amount.
        rows: Vec<(Ratio, Amount)>,
        /// Straight lines between rows; otherwise the row at or below.
        interpolated: bool,
    },
}

/// Bonuses only if.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// `clause "…"`
    pub clause: Option<String>,
    /// The commitments it applies to; empty means all.
    pub on: Vec<String>,
    /// What must hold.
    pub when: Situation,
    /// Whether a condition on something not measured holds.
    pub open_if_unmeasured: bool,
    /// How it was written.
    pub text: String,
}

impl Conversion {
    /// Calls `see` with every formula that decides what points come to.
    pub fn formulas<'a>(&'a self, see: &mut dyn FnMut(&'a Formula)) {
        self.base.iter().for_each(&mut *see);
        if let ConversionRule::Each(each) = &self.rule {
            see(each);
        }
    }
}
