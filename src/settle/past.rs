//! What later periods may ask of a period, and the formulas that ask.
//!
//! Penalties of 100.00 on `answered` cut to 80.00 by a cap: in the next period
//! `penalties on answered of the period before` are 80.00; its points stay
//! whole, for a cap on money does not reduce them.

use std::collections::{BTreeMap, BTreeSet};

use crate::contract::{Node, Past, PaySide, Total, TotalOf};
use crate::measured::Segment;
use crate::reading::formula::Missing;
use crate::reading::past::{Look, together};
use crate::value::{Quantity, Ratio, Unit};

use super::Input;
use super::desk::Desk;
use super::statement::Statement;

/// The figures of a settled period by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// Charges that could be worked out.
    pub charges: BTreeMap<String, Ratio>,
    /// Pools that could be worked out.
    pub pools: BTreeMap<String, Ratio>,
    /// Penalties after caps and pools.
    pub penalties: Sums,
    /// Bonuses after caps and gates.
    pub bonuses: Sums,
    /// Points.
    pub points: Sums,
    /// The caps that are reached: on all of a side, or naming a commitment.
    pub capped: BTreeSet<(PaySide, Option<String>)>,
}

/// A sum of the statement, and its parts by commitment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums {
    /// Of all.
    pub all: Ratio,
    /// By commitment; one that is not named has none.
    pub on: BTreeMap<String, Ratio>,
}

impl Sums {
    pub(super) fn get(&self, on: Option<&String>) -> Ratio {
        on.map_or_else(|| self.all.clone(), |name| self.on.get(name).cloned().unwrap_or_default())
    }

    fn add(&mut self, on: Option<&String>, amount: &Ratio) {
        self.all = &self.all + amount;
        if let Some(name) = on {
            let sum = self.on.entry(name.clone()).or_default();
            *sum = &*sum + amount;
        }
    }
}

impl Kept {
    /// The figures of a period as they stand.
    pub(super) fn of(desk: &Desk<'_>, statement: &Statement) -> Self {
        let known = |all: &BTreeMap<String, Result<Ratio, Missing>>| {
            let known = all.iter().filter_map(|(name, amount)| Some((name.clone(), amount.clone().ok()?)));
            known.collect()
        };
        let mut kept = Self { charges: known(&desk.charges), pools: known(&desk.pools), ..Self::default() };
        for due in &statement.dues {
            let sums = if due.side == PaySide::Penalty { &mut kept.penalties } else { &mut kept.bonuses };
            sums.add(due.commitment.as_ref(), &due.left);
        }
        for (name, points) in &statement.points_on {
            kept.points.add(Some(name), points);
        }
        kept.capped.clone_from(&statement.capped);
        kept
    }

    /// The sums of a side.
    pub(super) fn sums(&self, side: PaySide) -> &Sums {
        if side == PaySide::Penalty { &self.penalties } else { &self.bonuses }
    }

    fn total(&self, total: &TotalOf) -> Ratio {
        let sums = match total.total {
            Total::Penalties => &self.penalties,
            Total::Bonuses => &self.bonuses,
            Total::Points => &self.points,
        };
        sums.get(total.on.as_ref())
    }
}

impl<'a> Desk<'a> {
    /// The desk as it stood at the end of a period; of this one, as it stands.
    pub(super) fn at(&self, period: usize) -> Option<Desk<'a>> {
        let kept = match period == self.period {
            true => self.kept.clone().unwrap_or_else(|| Kept::of(self, &Statement::default())),
            false => self.past.get(period)?.kept.clone(),
        };
        let known = |all: &BTreeMap<String, Ratio>| {
            all.iter().map(|(name, amount)| (name.clone(), Ok(amount.clone()))).collect()
        };
        Some(Desk {
            past: self.past.get(..period)?,
            charges: known(&kept.charges),
            pools: known(&kept.pools),
            kept: Some(kept),
            since: self.since,
            bare: self.bare,
            ..Desk::new(self.contract, self.readings, self.assessment, period, &[])
        })
    }
}

impl Desk<'_> {
    /// A sum of this period's statement, once it is known.
    pub(super) fn total_of(&self, total: &TotalOf) -> Result<Quantity, Missing> {
        let missing = || Missing::Figure { name: total.to_string(), why: "not known yet".to_string() };
        let kept = self.kept.as_ref().ok_or_else(missing)?;
        Ok(Quantity::new(kept.total(total), self.unit_of(total.total)))
    }

    fn unit_of(&self, total: Total) -> Unit {
        if total == Total::Points { Unit::Points } else { Unit::Money(self.contract.currency) }
    }

    /// A figure taken from several periods; of a measure, that of `segment`.
    pub(super) fn past_of(&self, past: &Past, segment: &Segment) -> Result<Quantity, Missing> {
        let look = self.look();
        if let Node::Measure(name) = &past.figure {
            return look.measured(past, &|period| self.readings.get(name, period, segment));
        }
        together(past, look.range(past)?, &|period| self.figure_in(&past.figure, period))
    }

    /// A sum of this period's statement as an input.
    pub(super) fn total_input(&self, total: &TotalOf) -> Input {
        let value = self.total_of(total);
        let shown = value.map_or_else(|missing| missing.to_string(), |it| it.to_string());
        Input { name: total.to_string(), shown, source: "statement" }
    }

    /// A charge, pool or sum of the statement as it stood in a period.
    fn figure_in(&self, figure: &Node, period: usize) -> Result<Ratio, Missing> {
        let label = self.label(period);
        let missing =
            |name: &str| Missing::Figure { name: name.to_string(), why: format!("{label}: no amount") };
        let kept = self.past.get(period).map(|ledger| &ledger.kept);
        let now = period == self.period;
        let amount = |name: &String,
                      now_in: &BTreeMap<String, Result<Ratio, Missing>>,
                      then_in: Option<&BTreeMap<String, Ratio>>| {
            match now {
                true => now_in.get(name).cloned().unwrap_or_else(|| Err(missing(name))),
                false => then_in.and_then(|all| all.get(name)).cloned().ok_or_else(|| missing(name)),
            }
        };
        match figure {
            Node::Charge(name) => amount(name, &self.charges, kept.map(|kept| &kept.charges)),
            Node::Pool(name) => amount(name, &self.pools, kept.map(|kept| &kept.pools)),
            Node::Total(total) if now => self.total_of(total).map(|it| it.value),
            Node::Total(total) => {
                kept.map(|kept| kept.total(total)).ok_or_else(|| missing(&total.to_string()))
            }
            _ => Err(missing(&past_name(figure))),
        }
    }

    fn look(&self) -> Look<'_> {
        Look { contract: self.contract, periods: &self.readings.periods, since: self.since, now: self.period }
    }

    /// The label of a period.
    pub(super) fn label(&self, period: usize) -> String {
        self.readings.periods.get(period).map_or_else(String::new, |period| period.label.clone())
    }

    /// The figures of a look back, one input for each period it looks at.
    pub(super) fn past_inputs(&self, past: &Past, segment: &Segment) -> Vec<Input> {
        let Ok(range) = self.look().range(past) else { return Vec::new() };
        let each = |period: usize| {
            let name = format!("{} {}", past_name(&past.figure), self.label(period));
            if let Node::Measure(measure) = &past.figure {
                let reading = self.readings.get(measure, period, segment)?;
                return Some(Input { name, ..self.measure_input(measure, reading) });
            }
            let value = self.figure_in(&past.figure, period);
            let shown = value
                .map_or_else(|missing| missing.to_string(), |it| Quantity::new(it, past.unit).to_string());
            Some(Input { name, shown, source: "statement" })
        };
        range.filter_map(each).collect()
    }
}

/// How a figure is called.
fn past_name(figure: &Node) -> String {
    match figure {
        Node::Measure(name) | Node::Charge(name) | Node::Pool(name) | Node::Fact(name) => name.clone(),
        Node::Total(total) => total.to_string(),
        _ => String::new(),
    }
}
