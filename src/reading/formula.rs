//! Working out formulas over the figures of one period.
//!
//! `2% of invoice` with an invoice of GBP 55,020.00 is GBP 1,100.40, shown as
//! `2% of GBP 55,020.00`. A figure that is not there, or a division by zero,
//! leaves the formula without a value; it never counts as 0.

use std::fmt;

use crate::contract::{Arithmetic, Contract, Node, Past, TotalOf};
use crate::measured::Segment;
use crate::value::{Mode, Period, Quantity, Ratio, Rounding, Unit};

/// Where a figure of a formula comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Measure,
    Charge,
    Pool,
    Fact,
    Period,
    Level,
    Baseline,
    Series,
}

impl Source {
    /// The word used in traces.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Measure => "measure",
            Self::Charge => "charge",
            Self::Pool => "pool",
            Self::Fact => "fact",
            Self::Period => "period",
            Self::Level => "level",
            Self::Baseline => "baseline",
            Self::Series => "series",
        }
    }
}

/// Why a formula has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Missing {
    /// A figure it names has none, with the reason in words.
    Figure { name: String, why: String },
    /// It divides by zero.
    DivisionByZero,
}

impl Missing {
    /// The figure that is not there; the formula's own fault has none.
    pub(crate) fn figure(&self) -> Option<&str> {
        match self {
            Self::Figure { name, .. } => Some(name),
            Self::DivisionByZero => None,
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Figure { name, why } => write!(f, "`{name}` has no value ({why})"),
            Self::DivisionByZero => f.write_str("division by zero"),
        }
    }
}

/// The figures a formula may name.
pub(crate) trait Figures {
    /// The figure of this name, or why there is none.
    fn figure(&self, source: Source, name: &str) -> Result<Quantity, Missing>;

    /// A figure taken from several periods, or why there is none.
    fn past(&self, past: &Past) -> Result<Quantity, Missing> {
        Err(Missing::Figure { name: past.text.clone(), why: "it looks back on earlier periods".to_string() })
    }

    /// The segment whose figures are meant.
    fn segment_for(&self, _figure: &Node) -> Segment {
        Segment::whole()
    }

    /// A sum of the statement, or why it is not known.
    fn total(&self, total: &TotalOf) -> Result<Quantity, Missing> {
        Err(Missing::Figure { name: total.to_string(), why: "not known yet".to_string() })
    }
}

/// The name of the figure that counts the dates of a period.
pub(crate) const DAYS_IN_PERIOD: &str = "days in the period";

/// How many dates a period has, the first and the last included.
pub(crate) fn days_in(period: Option<&Period>) -> Result<Quantity, Missing> {
    let days = period.map(|period| Ratio::whole(period.last.days() - period.first.days() + 1));
    let missing = || Missing::Figure { name: DAYS_IN_PERIOD.to_string(), why: "no such period".to_string() };
    days.map(|days| Quantity::new(days, Unit::Number)).ok_or_else(missing)
}

/// An index, exchange rate or dated fact in a period.
pub(crate) fn series_in(
    contract: &Contract,
    name: &str,
    period: Option<&Period>,
) -> Result<Quantity, Missing> {
    let missing = |why: String| Missing::Figure { name: name.to_string(), why };
    let series = contract.series.get(name).ok_or_else(|| missing("not declared".to_string()))?;
    let period = period.ok_or_else(|| missing("no such period".to_string()))?;
    let step = series.at(period).ok_or_else(|| missing(format!("no value on {}", period.last)))?;
    Ok(Quantity::new(step.value.clone(), series.unit))
}

/// The figure a node names directly.
pub(crate) fn named(node: &Node) -> Option<(Source, &str)> {
    match node {
        Node::Measure(name) => Some((Source::Measure, name)),
        Node::Charge(name) => Some((Source::Charge, name)),
        Node::Pool(name) => Some((Source::Pool, name)),
        Node::Fact(name) => Some((Source::Fact, name)),
        Node::Series(name) => Some((Source::Series, name)),
        Node::DaysInPeriod => Some((Source::Period, DAYS_IN_PERIOD)),
        Node::Level(kind) => Some((Source::Level, kind.word())),
        Node::Baseline(name) => Some((Source::Baseline, name)),
        _ => None,
    }
}

/// What `node` comes to.
pub(crate) fn value(node: &Node, figures: &dyn Figures) -> Result<Ratio, Missing> {
    if let Some((source, name)) = named(node) {
        return figures.figure(source, name).map(|quantity| quantity.value);
    }
    let of = |node: &Node| value(node, figures);
    match node {
        Node::Arithmetic(operator, a, b) => calculate(*operator, &of(a)?, &of(b)?),
        Node::PartOf(percent, amount) => Ok(percent_of(&of(percent)?, &of(amount)?)),
        Node::Rounded(a, rounding) => Ok(rounding.apply(&of(a)?)),
        Node::Extreme(true, a, b) => Ok(of(a)?.max(of(b)?)),
        Node::Extreme(false, a, b) => Ok(of(a)?.min(of(b)?)),
        Node::Const(quantity) => Ok(quantity.value.clone()),
        Node::Past(past) => figures.past(past).map(|quantity| quantity.value),
        Node::Total(total) => figures.total(total).map(|quantity| quantity.value),
        Node::Measure(_)
        | Node::Charge(_)
        | Node::Pool(_)
        | Node::Fact(_)
        | Node::DaysInPeriod
        | Node::Level(_)
        | Node::Baseline(_)
        | Node::Series(_) => Err(Missing::DivisionByZero),
    }
}

fn calculate(operator: Arithmetic, a: &Ratio, b: &Ratio) -> Result<Ratio, Missing> {
    match operator {
        Arithmetic::Plus => Ok(a + b),
        Arithmetic::Minus => Ok(a - b),
        Arithmetic::Times => Ok(a * b),
        Arithmetic::Over => a.over(b).ok_or(Missing::DivisionByZero),
    }
}

/// `percent` hundredths of `amount`.
pub(crate) fn percent_of(percent: &Ratio, amount: &Ratio) -> Ratio {
    &(percent * amount) * &Ratio::decimal(1, 2)
}

/// The formula with its figures in place of their names.
pub(crate) fn shown(node: &Node, figures: &dyn Figures) -> String {
    if let Some((source, name)) = named(node) {
        return figures
            .figure(source, name)
            .map_or_else(|_| name.to_string(), |quantity| quantity.to_string());
    }
    let of = |node: &Node| shown(node, figures);
    match node {
        Node::Arithmetic(operator, a, b) => {
            let tight = matches!(operator, Arithmetic::Times | Arithmetic::Over);
            let left = in_brackets(of(a), tight && is_sum(a));
            let right = in_brackets(
                of(b),
                (tight && is_sum(b)) || (*operator != Arithmetic::Plus && is_arithmetic(b)),
            );
            format!("{left} {} {right}", sign(*operator))
        }
        Node::PartOf(a, b) => {
            format!("{} of {}", in_brackets(of(a), is_arithmetic(a)), in_brackets(of(b), is_arithmetic(b)))
        }
        Node::Rounded(a, rounding) => {
            format!(
                "{} rounded to {} {}",
                in_brackets(of(a), is_arithmetic(a)),
                rounding.step,
                mode_words(rounding.mode)
            )
        }
        Node::Extreme(greater, a, b) => {
            format!("{} of {} and {}", if *greater { "greater" } else { "lesser" }, of(a), of(b))
        }
        Node::Const(quantity) => quantity.to_string(),
        Node::Past(past) => figures.past(past).map_or_else(|_| past.text.clone(), |it| it.to_string()),
        Node::Total(total) => figures.total(total).map_or_else(|_| total.to_string(), |it| it.to_string()),
        Node::Measure(name) | Node::Charge(name) | Node::Pool(name) | Node::Fact(name) => name.clone(),
        Node::DaysInPeriod => DAYS_IN_PERIOD.to_string(),
        Node::Level(kind) => kind.word().to_string(),
        Node::Baseline(name) => name.clone(),
        Node::Series(name) => name.clone(),
    }
}

fn in_brackets(text: String, yes: bool) -> String {
    if yes { format!("({text})") } else { text }
}

fn is_arithmetic(node: &Node) -> bool {
    matches!(node, Node::Arithmetic(..))
}

fn is_sum(node: &Node) -> bool {
    matches!(node, Node::Arithmetic(Arithmetic::Plus | Arithmetic::Minus, ..))
}

fn sign(operator: Arithmetic) -> &'static str {
    match operator {
        Arithmetic::Plus => "+",
        Arithmetic::Minus => "-",
        Arithmetic::Times => "×",
        Arithmetic::Over => "/",
    }
}

/// `half up`
pub(crate) fn mode_words(mode: Mode) -> &'static str {
    match mode {
        Mode::HalfUp => "half up",
        Mode::HalfEven => "half even",
        Mode::Up => "up",
        Mode::Down => "down",
    }
}

/// `0.01 points half up`: a rounding in the unit of what it rounds.
pub(crate) fn rounding_words(rounding: &Rounding, unit: Unit) -> String {
    let step = gap(rounding.step.clone(), unit);
    format!("{step} {}", mode_words(rounding.mode))
}

/// A difference of two values of `unit`: points between percentages.
pub(crate) fn gap(value: Ratio, unit: Unit) -> Quantity {
    Quantity::new(value, if unit == Unit::Percent { Unit::Points } else { unit })
}
