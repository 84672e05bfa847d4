//! The checked contract: what later stages may rely on without asking again.
//!
//! Only [`crate::check`] builds one. Names are resolved, units agree, sets are
//! flattened to the table they draw on, and everything is kept by name, so
//! that the order of clauses in the file has no effect.

mod accepted;
mod amended;
mod formula;
mod levels;
mod maturity;
mod measure;
mod past;
mod pay;
mod pricing;
mod proof;
mod range;
mod record;
mod register;
mod remedy;
mod situation;
mod weighted;

pub use accepted::*;
pub use amended::*;
pub use formula::*;
pub use levels::*;
pub use maturity::{Journeys, Maturity, Tail};
pub use measure::*;
pub use past::*;
pub use pay::*;
pub use pricing::*;
pub use proof::*;
pub use record::*;
pub use register::*;
pub use remedy::*;
pub use situation::*;
pub use weighted::*;

use std::collections::{BTreeMap, BTreeSet};

use crate::value::{Currency, Date, Quantity, Rounding, Schedule, Unit, Zone};

/// A whole contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// The title.
    pub title: String,
    /// Who buys.
    pub client: String,
    /// Who delivers.
    pub vendor: String,
    /// The zone of all dates and period boundaries.
    pub zone: Zone,
    /// The currency of all amounts.
    pub currency: Currency,
    /// Term and periods.
    pub schedule: Schedule,
    /// How money is rounded.
    pub rounding: MoneyRounding,
    /// Calendars by name.
    pub calendars: BTreeMap<String, Calendar>,
    /// Every table the contract uses, with the fields it may name.
    pub tables: BTreeMap<String, Table>,
    /// Named sets, flattened.
    pub sets: BTreeMap<String, Set>,
    /// Measures by name, with the unnamed ones that charges count by
    /// (their name is their text: `count of solved`).
    pub measures: BTreeMap<String, Measure>,
    /// Facts by name.
    pub facts: BTreeMap<String, Fact>,
    /// Charges by name.
    pub charges: BTreeMap<String, Charge>,
    /// Baselines by name.
    pub baselines: BTreeMap<String, Baseline>,
    /// At-risk pools by name.
    pub pools: BTreeMap<String, Pool>,
    /// Commitments by name.
    pub commitments: BTreeMap<String, Commitment>,
    /// How points become money.
    pub conversion: Option<Conversion>,
    /// Gates on bonuses, in canonical order (clause, then text).
    pub gates: Vec<Gate>,
    /// Caps, in canonical order: those on named commitments first, then those
    /// on all; within each by side, length, clause and text.
    pub caps: Vec<Cap>,
    /// The registers it reads: relief, adjustments, claims.
    pub registers: BTreeSet<Register>,
    /// What people decide: relief, disputes and corrections.
    pub governance: Governance,
    /// Rights, in canonical order (clause, label, text).
    pub rights: Vec<Right>,
    /// How periods without a verdict count where verdicts are counted.
    pub history: History,
    /// What else stands between a penalty and its payment.
    pub remedies: Remedies,
    /// When figures become final.
    pub maturity: Maturity,
    /// Indices, exchange rates and dated facts, by name.
    pub series: BTreeMap<String, Series>,
    /// Costs that are shared out among units of the client, in canonical order.
    pub charge_backs: Vec<ChargeBack>,
    /// Worked examples.
    pub examples: Vec<Example>,
    /// Warnings the parties accept, in canonical order: code, name, reason.
    pub accepted: Vec<Accepted>,
    /// What the contract leaves to a documented default, in canonical order;
    /// the report prints them.
    pub defaults: Vec<String>,
    /// Later versions, ascending by date.
    pub amended: Vec<Amended>,
}

/// How money is rounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyRounding {
    /// Step and mode.
    pub rounding: Rounding,
    /// Each line on its own; otherwise once, on the total.
    pub each_line: bool,
}

/// When a clock runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The name.
    pub name: String,
    /// The zone of its hours.
    pub zone: Zone,
    /// Per weekday, Monday first: opening intervals in seconds after
    /// midnight, sorted, not overlapping; 86,400 is the end of the day.
    pub week: [Vec<(i64, i64)>; 7],
    /// Holiday lists of the data book.
    pub lists: Vec<String>,
    /// Dates it is closed on.
    pub closed: Vec<Date>,
}

/// A table of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The name.
    pub name: String,
    /// Fields that may be named, with their types.
    pub fields: BTreeMap<String, FieldType>,
    /// The field that dates a record unless a set says otherwise.
    pub dated_by: String,
}

pub use meed_grammar::tree::FieldType;

/// The unit a field of this type has in conditions.
#[must_use]
pub fn unit_of(field: FieldType, currency: Currency) -> Unit {
    match field {
        FieldType::Text => Unit::Text,
        FieldType::YesNo => Unit::YesNo,
        FieldType::Whole | FieldType::Number => Unit::Number,
        FieldType::Money => Unit::Money(currency),
        FieldType::Duration => Unit::Duration,
        FieldType::Timestamp => Unit::Instant,
        FieldType::Date => Unit::Date,
    }
}

/// A figure both parties agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The name.
    pub name: String,
    /// What people call it; the name when the contract gives none.
    pub label: String,
    /// The value, computed from its text.
    pub value: Quantity,
    /// How it was written: `15,326 / 9,962`.
    pub text: String,
}

/// A worked example to be executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What it illustrates.
    pub title: String,
    /// Where it stands in the text.
    pub span: meed_grammar::span::Span,
    /// The first day of the first period given; none leaves it to the version's start.
    pub from: Option<Date>,
    /// Given readings and charges of the last period.
    pub given: BTreeMap<String, Given>,
    /// Those of the periods before it, in order; the last is the period just before.
    pub earlier: BTreeMap<String, Vec<Given>>,
    /// What must come out.
    pub expect: Vec<(Expect, meed_grammar::span::Span)>,
}

/// A given reading or charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A value.
    Value(Quantity),
    /// Numerator and denominator, in the units of the measure's two counts.
    Fraction(crate::value::Ratio, crate::value::Ratio),
    /// Promoters, detractors and answers of a net promoter score.
    Difference(crate::value::Ratio, crate::value::Ratio, crate::value::Ratio),
    /// Nothing was measured.
    NotMeasured,
}

/// What an example expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// A figure.
    Value(Subject, Quantity),
    /// A commitment's status.
    Status(String, ExpectStatus),
    /// In one of the periods given, counted from 0.
    In(Box<Expect>, usize),
}

/// The figure an example names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Penalty of a commitment, before caps.
    Penalty(String),
    /// Bonus of a commitment, before caps and gates.
    Bonus(String),
    /// Points of a commitment.
    PointsOn(String),
    /// All penalties, after caps.
    Penalties,
    /// All bonuses, after caps and gates.
    Bonuses,
    /// All points.
    Points,
    /// All charges.
    Charges,
    /// Charges and bonuses less penalties.
    Total,
    /// A measure's reading.
    Measure(String),
    /// A charge.
    Charge(String),
    /// A pool.
    Pool(String),
    /// A fact.
    Fact(String),
}

pub use meed_grammar::tree::ExpectStatus;

impl Contract {
    /// The periods of the term, and those after it in which something goes on being paid.
    #[must_use]
    pub fn periods(&self) -> Vec<crate::value::Period> {
        let mut periods = self.schedule.periods(&self.zone);
        let after = self.maturity.tail.as_ref().and_then(|tail| {
            let from = self.schedule.to.plus_days(1)?;
            let to = from.plus_months(tail.months)?.before()?;
            Some(Schedule { from, to, ..self.schedule.clone() })
        });
        periods.extend(after.into_iter().flat_map(|after| after.periods(&self.zone)));
        periods
    }

    /// Commitments in the order of a statement: by clause (numbers as
    /// numbers: 6.2 before 6.10), then by name.
    #[must_use]
    pub fn commitments_in_order(&self) -> Vec<&Commitment> {
        in_order(self.commitments.values())
    }

    /// The commitments on a measure, in the order of a statement.
    #[must_use]
    pub fn commitments_on(&self, measure: &str) -> Vec<&Commitment> {
        in_order(self.commitments.values().filter(|commitment| commitment.measure == measure))
    }

    /// Whether a period's figures may depend on those of earlier periods, so
    /// that all periods from the start of the term have to be worked out.
    #[must_use]
    pub fn looks_back(&self) -> bool {
        let pools = |measure: &Measure| {
            measure
                .sample
                .as_ref()
                .is_some_and(|sample| matches!(sample.otherwise, Otherwise::Pooled | Otherwise::Carried))
        };
        self.measures.values().any(pools)
            || self.money_looks_back()
            || !self.rights.is_empty()
            || self.amended.iter().any(|later| later.contract.looks_back())
    }

    /// Whether what a period costs may depend on what came of earlier periods.
    #[must_use]
    pub fn money_looks_back(&self) -> bool {
        let long = |cap: &Cap| {
            cap.is_long()
                || matches!(cap.excess, Excess::CarriesForward(_))
                || cap.when.iter().any(|(_, when)| when.looks_back())
        };
        let repeats = |item: &Commitment| {
            !item.multipliers.is_empty()
                || !item.levels.moves.is_empty()
                || item.pays.iter().any(Pay::looks_back)
        };
        let mut found = self.caps.iter().any(long)
            || !self.remedies.earn_backs.is_empty()
            || !self.baselines.is_empty()
            || self.charges.values().any(Charge::looks_back)
            || self.gates.iter().any(|gate| gate.when.looks_back())
            || self.commitments.values().any(repeats);
        self.money_formulas(&mut |formula| found |= formula.node.looks_back());
        found
    }

    /// Calls `see` with every formula of the contract.
    pub fn formulas<'a>(&'a self, see: &mut dyn FnMut(&'a Formula)) {
        self.money_formulas(see);
        self.rights.iter().for_each(|right| right.when.formulas(see));
    }

    /// Calls `see` with every formula that money may depend on.
    fn money_formulas<'a>(&'a self, see: &mut dyn FnMut(&'a Formula)) {
        for measure in self.measures.values() {
            if let MeasureKind::Calculated(formula) = &measure.kind {
                see(formula);
            }
        }
        self.charges.values().for_each(|charge| charge.formulas(see));
        for back in &self.charge_backs {
            back.what.iter().chain(&back.most).for_each(&mut *see);
        }
        self.pools.values().for_each(|pool| see(&pool.value));
        self.commitments.values().flat_map(|it| &it.pays).for_each(|pay| pay.formulas(see));
        self.commitments.values().for_each(|it| it.levels.formulas(see));
        self.conversion.iter().for_each(|conversion| conversion.formulas(see));
        for cap in &self.caps {
            see(&cap.value);
            cap.when.iter().for_each(|(limit, when)| {
                see(limit);
                when.formulas(see);
            });
        }
        self.gates.iter().for_each(|gate| gate.when.formulas(see));
        self.remedies.minimums.iter().for_each(|it| see(&it.amount));
    }

    /// Charges in the order of a statement.
    #[must_use]
    pub fn charges_in_order(&self) -> Vec<&Charge> {
        let mut all: Vec<&Charge> = self.charges.values().collect();
        all.sort_by_cached_key(|item| clause_order(item.clause.as_deref()));
        all
    }
}

/// By clause; those of one clause stay by name, as they come.
fn in_order<'c>(commitments: impl Iterator<Item = &'c Commitment>) -> Vec<&'c Commitment> {
    let mut all: Vec<&Commitment> = commitments.collect();
    all.sort_by_cached_key(|item| clause_order(item.clause.as_deref()));
    all
}

/// A key that sorts clause references as people do: digits as numbers; those
/// without a reference come last.
#[must_use]
pub fn clause_order(clause: Option<&str>) -> (bool, Vec<(u64, String)>) {
    let parts = clause.unwrap_or("").split(|c: char| !c.is_alphanumeric());
    let key = parts.filter(|part| !part.is_empty()).map(|part| match part.parse() {
        Ok(number) => (number, String::new()),
        Err(_) => (u64::MAX, part.to_string()),
    });
    (clause.is_none(), key.collect())
}
