//! Commitments, pay, charges, pools, caps and gates as written.

use super::{Aggregate, Date, DatedLevel, Expr, Move, Name, Paid, Proof, Quantity, Rider, ShareTier, Text};
use crate::span::Spanned;

/// `commitment NAME [on MEASURE] ["label"] [for each segment] { … }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    /// The commitment's name; also the measure's, unless `on` names another.
    pub name: Name,
    /// `on MEASURE`
    pub measure: Option<Name>,
    /// What people call it.
    pub label: Option<Text>,
    /// `for each segment`: every segment of the measure is judged and paid on its own.
    pub each: bool,
    /// `clause "6.1"`
    pub clause: Option<Text>,
    /// `target at least 75%`, in file order; each but one with its first day.
    pub targets: Vec<Spanned<DatedLevel>>,
    /// `minimum at least 68%`, likewise.
    pub minimums: Vec<Spanned<DatedLevel>>,
    /// `paid from …`, `paid until …`
    pub paid: Vec<Spanned<Paid>>,
    /// `raise target …`, `reset minimum …`
    pub moves: Vec<Spanned<Move>>,
    /// `penalty only if proven …`
    pub proofs: Vec<Spanned<Proof>>,
    /// The `pay` items, in file order; they add up.
    pub pays: Vec<Spanned<Pay>>,
    /// What repetition multiplies.
    pub multipliers: Vec<Spanned<super::Multiplier>>,
    /// `while provisional pay …`
    pub provisional: Option<Spanned<ProvisionalPay>>,
}

/// `while provisional pay nothing`, or a share of what is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvisionalPay(pub Option<Spanned<Quantity>>);

/// `at least 75%`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The words.
    pub bound: Bound,
    /// The value.
    pub value: Spanned<Quantity>,
}

/// The words of a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bound {
    /// `at least`: greater or equal.
    AtLeast,
    /// `more than`, `above`: greater.
    MoreThan,
    /// `at most`: less or equal.
    AtMost,
    /// `less than`, `below`: less.
    LessThan,
}

/// One way of paying.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a contract has few of these, and a box would hide the shape")]
pub enum Pay {
    /// `pay bands [on BASE] { RANGE AMOUNT … otherwise AMOUNT }`
    Bands {
        /// What percentages are of.
        base: Option<Expr>,
        /// The rows.
        bands: Vec<Spanned<Band>>,
        /// `otherwise AMOUNT`
        otherwise: Option<Spanned<Amount>>,
    },
    /// `pay scale [on BASE] { LEVEL AMOUNT … }`: straight lines between the points, flat beyond them.
    Scale {
        /// What percentages are of.
        base: Option<Expr>,
        /// The points, level first.
        points: Vec<Spanned<ScalePoint>>,
    },
    /// `pay penalty E for each full 1 point below LEVEL [, at most E]`
    Step {
        /// Penalty or bonus.
        side: PaySide,
        /// What one step costs: money, or service points.
        amount: Expr,
        /// The size of a step.
        step: Spanned<Quantity>,
        /// What a part of a step counts.
        parts: StepParts,
        /// Steps are records: what the author calls one.
        records: Option<Name>,
        /// `below` or `above`
        below: bool,
        /// Where counting starts.
        level: Expr,
        /// `at most E`
        at_most: Option<Expr>,
    },
    /// `pay bonus share of what is below LEVEL { first 10% 50%; then 25% } [, at most E]`
    Share {
        /// Penalty or bonus.
        side: PaySide,
        /// `below` or `above`
        below: bool,
        /// Where sharing starts.
        level: Expr,
        /// The tiers.
        tiers: Vec<Spanned<ShareTier>>,
        /// `at most E`
        at_most: Option<Expr>,
    },
    /// `pay penalty E when missed`
    Fixed {
        /// Penalty or bonus.
        side: PaySide,
        /// How much: money, or service points.
        amount: Expr,
        /// When.
        when: Spanned<When>,
        /// In how many periods; none is this one alone.
        often: Option<Spanned<super::Often>>,
    },
    /// `pay penalty E for every 6 events over any 12 periods, each used once`
    Events {
        /// Penalty or bonus.
        side: PaySide,
        /// How much for every so many.
        amount: Expr,
        /// So many.
        every: Spanned<u32>,
        /// In how many periods they must lie.
        over: Spanned<u32>,
        /// `each used once`; otherwise `used again`.
        once: bool,
    },
}

/// Whom the money goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PaySide {
    /// Toward the client.
    Penalty,
    /// Toward the vendor.
    Bonus,
}

/// What a part of a step counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepParts {
    /// `for each full 1 point`: a part counts nothing.
    Full,
    /// `for each 0.1 point or part`: a part counts as a whole step.
    OrPart,
    /// `per 1 second`: in exact proportion.
    Exact,
}

/// When a fixed amount is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    /// `when met`
    Met,
    /// `when missed` (below minimum included)
    Missed,
    /// `when missed above minimum`
    MissedAboveMinimum,
    /// `when below minimum`
    BelowMinimum,
}

/// A row of a band table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// The readings it applies to.
    pub range: Range,
    /// What they pay.
    pub amount: Spanned<Amount>,
}

/// The readings a band applies to: `98% to below 99%`, `below 96%`, `exactly 80%`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// Lower edge: `at least`, `from` (inclusive), `above`, `more than` (exclusive).
    pub lower: Option<Edge>,
    /// Upper edge: `to`, `at most` (inclusive), `to below`, `below`, `less than` (exclusive).
    pub upper: Option<Edge>,
}

/// One edge of a band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The value.
    pub value: Spanned<Quantity>,
    /// Whether the value itself belongs to the band.
    pub inclusive: bool,
}

/// `penalty 5%`, `bonus GBP 100.00`, `-4%`, `+3%`, `penalty 2 points`, `penalty 2 days of fee`, `nothing`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amount {
    /// `nothing`
    Nothing,
    /// With the word: a quantity without a sign, or a formula.
    Worded(PaySide, Expr),
    /// With a sign: minus is a penalty, plus a bonus; an unsigned zero is nothing.
    Signed(Spanned<Quantity>),
}

/// A point of a scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScalePoint {
    /// The reading.
    pub level: Spanned<Quantity>,
    /// What it pays.
    pub amount: Spanned<Amount>,
}

/// `fact NAME "label" = E`: a figure both parties have agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The name.
    pub name: Name,
    /// What people call it.
    pub label: Option<Text>,
    /// The value, from literals and other facts.
    pub value: Expr,
    /// `, 0.6% from 2027-01-01`: later values and their first days.
    pub later: Vec<(Expr, Spanned<Date>)>,
}

/// `charge NAME "label" = …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The name.
    pub name: Name,
    /// What people call it.
    pub label: Option<Text>,
    /// How it is priced.
    pub kind: Spanned<ChargeKind>,
    /// What is added behind commas.
    pub riders: Vec<Spanned<Rider>>,
    /// `clause "3.1"` after the price.
    pub clause: Option<Text>,
}

/// How a charge is priced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChargeKind {
    /// `E [each period]`
    Formula(Expr),
    /// `graduated price of VOLUME { first 50 USD 0.95 each; next 50 …; then … }`, or `slab price of …`
    Tiered {
        /// What is priced: a measure or an aggregate.
        volume: Volume,
        /// Each unit at its own tier's price; otherwise all units at the price of the tier reached.
        graduated: bool,
        /// The tiers.
        tiers: Vec<Spanned<Tier>>,
    },
    /// `USD 0.99 per 1 of VOLUME [after 50 included]`
    PerUnit {
        /// The price of one unit.
        price: Spanned<Quantity>,
        /// The unit: `per minute` is 1 minute, `per 100` is 100.
        per: Spanned<Quantity>,
        /// What is priced.
        volume: Volume,
        /// `after 50 included`
        included: Option<Spanned<Quantity>>,
    },
    /// `USD 50,000.00 for 1,000 of VOLUME, dead band 10% { above USD 38 each; below USD 32 each; from the edge }`
    VolumeBand {
        /// The price of the baseline volume.
        price: Spanned<Quantity>,
        /// The baseline volume.
        baseline: Spanned<Quantity>,
        /// What is counted.
        volume: Volume,
        /// How far the volume may move without a change of price.
        dead_band: Spanned<Quantity>,
        /// Price of each unit above.
        above: Spanned<Quantity>,
        /// Reduction for each unit below.
        below: Spanned<Quantity>,
        /// `from the edge`: only units beyond the dead band; otherwise `from the baseline`.
        from_edge: bool,
    },
}

/// What a charge counts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a contract has few of these, and a box would hide the shape")]
pub enum Volume {
    /// A measure by name.
    Measure(Name),
    /// An aggregate written in place.
    Aggregate(Spanned<Aggregate>),
}

/// `first 8,000 GBP 6.00 each`, `next 50 …`, `then …`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// How many units the tier holds; none for `then`.
    pub size: Option<Spanned<Quantity>>,
    /// The price of one unit.
    pub price: Spanned<Quantity>,
}

/// `at risk NAME "label" = 12% of BASE [, allocations total 250%]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// The name.
    pub name: Name,
    /// What people call it.
    pub label: Option<Text>,
    /// Its size.
    pub value: Expr,
    /// `allocations total 250%`
    pub allocations: Option<Spanned<Quantity>>,
    /// `clause "…"`
    pub clause: Option<Text>,
}

/// `convert points to penalty [on BASE] { each E }` or `{ LEVEL AMOUNT … at or below|interpolated }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// Penalty or bonus.
    pub side: PaySide,
    /// What percentages are of.
    pub base: Option<Expr>,
    /// The rule.
    pub rule: ConversionRule,
    /// `clause "…"`
    pub clause: Option<Text>,
}

/// How points become money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConversionRule {
    /// `each E`
    Each(Expr),
    /// A table of points and amounts.
    Table {
        /// The rows: points, then percent of the base or money.
        rows: Vec<(Spanned<Quantity>, Spanned<Quantity>)>,
        /// `interpolated` between rows; otherwise the row `at or below`.
        interpolated: bool,
    },
}

/// `bonus [on NAME, NAME] only if COND [, if not measured open]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// The commitments it applies to; empty means all.
    pub on: Vec<Name>,
    /// What must hold.
    pub when: Spanned<super::Situation>,
    /// `if not measured open`; otherwise an unmeasured condition closes the gate.
    pub open_if_unmeasured: bool,
    /// `clause "…"`
    pub clause: Option<Text>,
}
