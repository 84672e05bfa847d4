//! The edges around a reading: where the next thing changes.
//!
//! Target at least 75 %: a reading below reaches it at 75 % (edge included);
//! a reading above falls off it below 75 % (edge excluded). A point of a scale
//! is reached from both sides at the point itself.

use crate::contract::{Amount, Bound, Commitment, Formula, Pay, PaySide, StepParts};
use crate::value::{Currency, Quantity, Ratio, Unit};

/// A place where something changes, and what a reading must do to be past it.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    /// What is there.
    pub name: String,
    /// Where.
    pub level: Ratio,
    /// From below, the level itself is enough.
    pub up_inclusive: bool,
    /// From above, the level itself is enough.
    pub down_inclusive: bool,
    /// For the edge of a band: whether one enters the band from below (true)
    /// or from above (false); the other way one leaves it.
    pub band: Option<bool>,
}

impl Edge {
    /// What is there for someone who comes from below (`up`) or above.
    pub(super) fn name(&self, up: bool) -> String {
        let leaves = self.band.is_some_and(|from_below| from_below != up);
        if leaves { format!("end of {}", self.name) } else { self.name.clone() }
    }

    /// Which of several edges at one level to name: levels of the commitment,
    /// then the band that is entered, then the one that is left.
    pub(super) fn rank(&self, up: bool) -> u8 {
        self.band.map_or(0, |from_below| if from_below == up { 1 } else { 2 })
    }

    /// Whether `value` is past the edge for someone coming from below.
    pub(super) fn above(&self, value: &Ratio) -> bool {
        *value > self.level || (self.up_inclusive && *value == self.level)
    }

    /// Whether `value` is past the edge for someone coming from above.
    pub(super) fn below(&self, value: &Ratio) -> bool {
        *value < self.level || (self.down_inclusive && *value == self.level)
    }
}

/// The reading whose surroundings are looked at.
pub(super) struct Around<'a> {
    pub value: &'a Ratio,
    pub unit: Unit,
    pub currency: Currency,
    /// Works out where the counting of steps starts.
    pub level: &'a dyn Fn(&Formula) -> Option<Ratio>,
}

/// A threshold: whoever is not above it is below it.
fn threshold(name: String, level: Ratio, up_inclusive: bool) -> Edge {
    Edge { name, level, up_inclusive, down_inclusive: !up_inclusive, band: None }
}

fn bound_edge(what: &str, bound: Bound, level: &Quantity) -> Edge {
    let up_inclusive = matches!(bound, Bound::AtLeast | Bound::LessThan);
    threshold(format!("{what} {level}"), level.value.clone(), up_inclusive)
}

/// All edges of a commitment near `value`, those of target and minimum first.
pub(super) fn edges(commitment: &Commitment, around: &Around<'_>) -> Vec<Edge> {
    let mut edges = Vec::new();
    edges.extend(commitment.target.iter().map(|level| bound_edge("target", level.bound, &level.value)));
    edges.extend(commitment.minimum.iter().map(|level| bound_edge("minimum", level.bound, &level.value)));
    for pay in &commitment.pays {
        edges.extend(pay_edges(pay, around));
    }
    edges
}

fn pay_edges(pay: &Pay, around: &Around<'_>) -> Vec<Edge> {
    let Around { value, unit, currency, .. } = *around;
    match pay {
        Pay::Bands { bands, .. } => bands
            .iter()
            .flat_map(|band| {
                let name = format!("band {}", band.text);
                let lower = band.lower.iter().map(|(at, inclusive)| (at, *inclusive, true));
                let upper = band.upper.iter().map(|(at, inclusive)| (at, !*inclusive, false));
                lower.chain(upper).map(move |(at, up, from_below)| Edge {
                    band: Some(from_below),
                    ..threshold(name.clone(), at.clone(), up)
                })
            })
            .collect(),
        Pay::Scale { points, .. } => points
            .iter()
            .map(|(at, amount)| Edge {
                name: format!(
                    "scale {} ({})",
                    Quantity::new(at.clone(), unit),
                    amount_words(amount, currency)
                ),
                level: at.clone(),
                up_inclusive: true,
                down_inclusive: true,
                band: None,
            })
            .collect(),
        Pay::Share { level: start, below, .. } => (around.level)(start).map_or_else(Vec::new, |start| {
            step_edges(unit, value, &start, &Ratio::one(), StepParts::Exact, *below)
        }),
        Pay::Step { below, records: Some(_), level: start, .. } => (around.level)(start)
            .map_or_else(Vec::new, |start| {
                step_edges(unit, value, &start, &Ratio::one(), StepParts::Exact, *below)
            }),
        Pay::Step { step, parts, below, level: start, .. } => (around.level)(start)
            .map_or_else(Vec::new, |start| step_edges(unit, value, &start, step, *parts, *below)),
        Pay::Fixed { .. } | Pay::Events { .. } => Vec::new(),
    }
}

/// The edges of the steps on both sides of `value`.
fn step_edges(
    unit: Unit,
    value: &Ratio,
    start: &Ratio,
    step: &Ratio,
    parts: StepParts,
    below: bool,
) -> Vec<Edge> {
    let away = if below { start - value } else { value - start };
    let steps = away.over(step).unwrap_or_default();
    let (nearer, further) = match parts {
        StepParts::Exact => (Ratio::zero(), None),
        StepParts::Full => (steps.floor(), Some(&steps.floor() + &Ratio::one())),
        StepParts::OrPart => (&steps.ceil() - &Ratio::one(), Some(steps.ceil())),
    };
    let first = if parts == StepParts::Full { Ratio::one() } else { Ratio::zero() };
    let at = |count: Ratio| {
        let offset = &count.max(first.clone()) * step;
        let level = if below { start - &offset } else { start + &offset };
        // The step itself counts when full steps are counted, not when parts are.
        let full = parts == StepParts::Full;
        let exact = parts == StepParts::Exact;
        Edge {
            name: format!("step at {}", Quantity::new(level.clone(), unit)),
            level,
            up_inclusive: exact || (full != below),
            down_inclusive: exact || (full == below),
            band: None,
        }
    };
    std::iter::once(nearer).chain(further).map(at).collect()
}

/// `-4%`, `GBP 100.00`, `2 points`, `nothing`
pub(crate) fn amount_words(amount: &Amount, currency: Currency) -> String {
    let plus = |value: &Ratio| if value.is_positive() { "+" } else { "" };
    match amount {
        Amount::Nothing => "nothing".to_string(),
        Amount::Percent(value) => format!("{}{}", plus(value), Quantity::new(value.clone(), Unit::Percent)),
        Amount::Money(value) => {
            format!("{}{}", plus(value), Quantity::new(value.clone(), Unit::Money(currency)))
        }
        Amount::Points(value) => Quantity::new(value.abs(), Unit::Points).to_string(),
        Amount::Days(value) => format!("{}{}", plus(value), days_words(value)),
        Amount::Formula(side, formula) => match side {
            PaySide::Penalty => format!("penalty {}", formula.text),
            PaySide::Bonus => format!("bonus {}", formula.text),
        },
    }
}

/// `2 days`, `-1 day`
pub(crate) fn days_words(days: &Ratio) -> String {
    let noun = if days.abs() == Ratio::one() { "day" } else { "days" };
    format!("{} {noun}", Quantity::new(days.clone(), Unit::Number))
}

/// Whether a higher reading is better for the vendor; none when the commitment does not say.
pub(crate) fn higher_is_better(commitment: &Commitment) -> Option<bool> {
    let levels = commitment.target.iter().chain(&commitment.minimum);
    let mut from_levels = levels.map(|level| matches!(level.bound, Bound::AtLeast | Bound::MoreThan));
    from_levels.next().or_else(|| commitment.pays.iter().find_map(pay_direction))
}

fn pay_direction(pay: &Pay) -> Option<bool> {
    match pay {
        Pay::Step { side: PaySide::Penalty, below, .. }
        | Pay::Share { side: PaySide::Penalty, below, .. } => Some(*below),
        Pay::Step { side: PaySide::Bonus, below, .. } | Pay::Share { side: PaySide::Bonus, below, .. } => {
            Some(!*below)
        }
        Pay::Bands { bands, .. } => rising(bands.iter().map(|band| signed(&band.amount))),
        Pay::Scale { points, .. } => rising(points.iter().map(|(_, amount)| signed(amount))),
        Pay::Events { side, .. } => Some(*side == PaySide::Bonus),
        Pay::Fixed { .. } => None,
    }
}

fn rising(amounts: impl Iterator<Item = Ratio> + Clone) -> Option<bool> {
    let (first, last) = (amounts.clone().next()?, amounts.last()?);
    (first != last).then_some(first < last)
}

/// An amount as a number, negative for a penalty; one that is worked out counts as 1.
pub(crate) fn signed(amount: &Amount) -> Ratio {
    match amount {
        Amount::Nothing => Ratio::zero(),
        Amount::Percent(value) | Amount::Money(value) | Amount::Points(value) | Amount::Days(value) => {
            value.clone()
        }
        Amount::Formula(PaySide::Penalty, _) => -Ratio::one(),
        Amount::Formula(PaySide::Bonus, _) => Ratio::one(),
    }
}
