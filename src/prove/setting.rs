//! A made-up month to ask "what if" of: charges as an example gives them,
//! everything promised just reached.
//!
//! | figure | stands at |
//! |--------|-----------|
//! | a charge that depends on volumes | the first example that gives it, or its volume; otherwise 1,000 |
//! | a measure with a commitment | its target |
//! | a measure that a gate asks for | the gate's level |
//! | any other measure | not reported |

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use crate::contract::{
    Bound, Charge, ChargeKind, Commitment, Contract, Formula, Given, Level, Measure, Node, SituationPart,
    Test,
};
use crate::reading::Readings;
use crate::settle::{Ledger, worked};
use crate::value::{Period, Quantity, Ratio, Unit};

use super::bench::{Start, first_period, run};
use super::extreme::varies;
use super::range::{beside, candidates};
use super::reduce::reported;
use super::stand::as_of;
use super::worst::proven;

/// A made-up month in which readings can be tried out.
#[derive(Debug, Clone)]
pub struct Setting<'c> {
    contract: &'c Contract,
    /// With the levels of the start, and everything paid.
    paid: Arc<Contract>,
    /// Without gates, so that a single measure can be tried alone.
    open: Arc<Contract>,
    period: Period,
    /// Charges and volumes; no measure that is promised.
    base: Start,
    /// The same with everything promised just reached.
    reached: Start,
    /// The month in which nothing is reported.
    idle: OnceLock<Option<Readings>>,
    /// What had to be assumed, by name.
    pub assumed: Vec<Assumed>,
}

/// A figure that had to be assumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumed {
    /// The charge or measure.
    pub name: String,
    /// The value.
    pub value: Quantity,
    /// The title of the example it comes from; otherwise it is made up.
    pub example: Option<String>,
}

impl<'c> Setting<'c> {
    /// The setting of a contract; none when its term has no period.
    #[must_use]
    pub fn of(contract: &'c Contract) -> Option<Self> {
        let period = first_period(contract)?;
        let mut base = Start::default();
        let assumed = assume(contract, &mut base);
        let mut paid = as_of(contract, contract.schedule.from);
        proven(&mut paid);
        let mut open = paid.clone();
        open.gates.clear();
        let mut reached = base.clone();
        for (measure, level) in promised(contract) {
            let value = just_reached(measure, &level);
            reached = reached.value(contract, &measure.name, &value);
        }
        let (paid, open) = (Arc::new(paid), Arc::new(open));
        Some(Self { contract, paid, open, period, base, reached, idle: OnceLock::new(), assumed })
    }

    /// The month with these readings, everything else promised just reached.
    #[must_use]
    pub fn at(&self, readings: &[(&str, &Ratio)]) -> Option<Ledger> {
        let start = readings
            .iter()
            .fold(self.reached.clone(), |start, (name, value)| start.value(self.contract, name, value));
        Some(run(&self.paid, &self.period, &start)?.ledger)
    }

    /// The month in which nothing but this is reported, gates taken as open.
    #[must_use]
    pub fn only(&self, readings: &[(&str, &Ratio)]) -> Option<Ledger> {
        let start = readings
            .iter()
            .fold(self.base.clone(), |start, (name, value)| start.value(&self.open, name, value));
        Some(run(&self.open, &self.period, &start)?.ledger)
    }

    /// The same for trying out one measure alone: what cannot be paid then is left out, which takes less time.
    #[must_use]
    pub fn alone(&self, measure: &str) -> Self {
        let given = self.base.readings.keys().map(String::as_str);
        let names: BTreeSet<&str> = given.chain([measure]).collect();
        match reported(&self.open, &names) {
            Some(open) => Self { open: Arc::new(open), ..self.clone() },
            None => self.clone(),
        }
    }

    /// The month with this volume, and charges that are priced by it worked out from it.
    #[must_use]
    pub fn priced(&self, volume: &str, count: &Ratio) -> Option<Ledger> {
        let mut start = self.reached.clone().value(self.contract, volume, count);
        let by_volume = |name: &String| {
            let charge = self.contract.charges.get(name);
            charge.is_some_and(|charge| volumes(charge).contains(&volume))
        };
        for charge in self.contract.charges.values().filter(|it| by_volume(&it.name)) {
            if let Some(back) = &charge.riders.reversal {
                start = start.value(self.contract, &back.measure, &Ratio::zero());
            }
        }
        start.charges.retain(|name, _| !by_volume(name));
        Some(run(&self.paid, &self.period, &start)?.ledger)
    }

    /// What a formula comes to in this month, everything promised just kept.
    #[must_use]
    pub fn worked(&self, formula: &Formula) -> Option<Ratio> {
        let readings = run(&self.paid, &self.period, &self.reached)?.readings;
        worked(self.contract, &readings, 0, formula)
    }

    /// What a reading of this measure alone earns: bonuses less penalties.
    #[must_use]
    pub fn net_alone(&self, measure: &str, value: &Ratio) -> Option<Ratio> {
        self.only(&[(measure, value)]).map(|ledger| net(&ledger))
    }

    /// The readings of a measure at which what is paid can change, ascending.
    #[must_use]
    pub fn edges(&self, measure: &Measure) -> Vec<Ratio> {
        let idle = || run(&self.open, &self.period, &self.base).map(|run| Rc::unwrap_or_clone(run.readings));
        let Some(idle) = self.idle.get_or_init(idle) else { return Vec::new() };
        let on = self.commitments(&measure.name);
        let mut edges = candidates(&self.open, idle, measure, &on);
        edges.sort();
        edges
    }

    /// The commitments on a measure, in the order of a statement.
    #[must_use]
    pub fn commitments(&self, measure: &str) -> Vec<&'c Commitment> {
        self.contract.commitments_on(measure)
    }

    /// The smallest difference that shows in a measure's reading.
    #[must_use]
    pub fn smallest(&self, measure: &Measure) -> Ratio {
        beside(measure)
    }

    /// Where a measure stands when its commitments are just kept.
    #[must_use]
    pub fn kept(&self, measure: &str) -> Option<Ratio> {
        match self.reached.readings.get(measure)? {
            Given::Value(value) => Some(value.value.clone()),
            Given::Fraction(..) | Given::Difference(..) | Given::NotMeasured => None,
        }
    }
}

/// Bonuses less penalties.
#[must_use]
pub fn net(ledger: &Ledger) -> Ratio {
    &ledger.bonuses - &ledger.penalties
}

/// Puts figures in place of everything that depends on volumes.
fn assume(contract: &Contract, base: &mut Start) -> Vec<Assumed> {
    let mut assumed = Vec::new();
    for charge in contract.charges.values().filter(|charge| varies(contract, &charge.name)) {
        let volumes = volumes(charge);
        let known = volumes.iter().filter_map(|name| Some((*name, given(contract, name)?)));
        let known: Vec<(&str, (Quantity, String))> = known.collect();
        if !volumes.is_empty() && known.len() == volumes.len() {
            for (name, (value, title)) in known {
                base.readings.insert(name.to_string(), Given::Value(value.clone()));
                assumed.push(Assumed { name: name.to_string(), value, example: Some(title) });
            }
            continue;
        }
        let built = matches!(&charge.kind, ChargeKind::Formula(_)) && volumes.is_empty();
        let found = given(contract, &charge.name);
        if built && found.is_none() {
            continue;
        }
        let (value, example) = match found {
            Some((value, title)) => (value, Some(title)),
            None => (Quantity::new(Ratio::whole(1_000), Unit::Money(contract.currency)), None),
        };
        base.charges.insert(charge.name.clone(), value.value.clone());
        assumed.push(Assumed { name: charge.name.clone(), value, example });
    }
    assumed.sort_by(|one, other| one.name.cmp(&other.name));
    assumed.dedup();
    assumed
}

/// The measures a charge is priced by.
fn volumes(charge: &Charge) -> Vec<&str> {
    match &charge.kind {
        ChargeKind::Formula(formula) => {
            let mut names = Vec::new();
            formula.node.walk(&mut |node| {
                if let Node::Measure(name) = node {
                    names.push(name.as_str());
                }
            });
            names
        }
        ChargeKind::Tiered { .. } | ChargeKind::PerUnit { .. } | ChargeKind::VolumeBand { .. } => {
            charge.counted()
        }
    }
}

/// The value of the first example that gives one, with the example's title.
fn given(contract: &Contract, name: &str) -> Option<(Quantity, String)> {
    contract.examples.iter().find_map(|example| match example.given.get(name) {
        Some(Given::Value(value)) => Some((value.clone(), example.title.clone())),
        _ => None,
    })
}

/// The measures that something is promised or asked of, with the level.
fn promised(contract: &Contract) -> Vec<(&Measure, Level)> {
    let targets = contract.commitments.values();
    let targets = targets.filter_map(|it| Some((it.measure.clone(), it.target.clone()?)));
    let all = asked(contract).into_iter().chain(targets);
    all.filter_map(|(name, level)| Some((contract.measures.get(&name)?, level))).collect()
}

/// The measures that gates ask of the period itself, with the level.
#[must_use]
pub fn asked(contract: &Contract) -> Vec<(String, Level)> {
    let parts = contract.gates.iter().flat_map(|gate| &gate.when.parts);
    let level = |part: &SituationPart| match &part.test {
        Test::Compare(left, bound, right) => match (&left.node, &right.node) {
            (Node::Measure(name), Node::Const(value)) => {
                Some((name.clone(), Level { bound: *bound, value: value.clone() }))
            }
            _ => None,
        },
        Test::Verdict(..) | Test::Capped(..) => None,
    };
    parts.filter(|part| part.often.is_none()).filter_map(level).collect()
}

/// The reading nearest to a level that satisfies it.
fn just_reached(measure: &Measure, level: &Level) -> Ratio {
    let value = level.value.value.clone();
    match level.bound {
        Bound::AtLeast | Bound::AtMost => value,
        Bound::MoreThan => &value + &beside(measure),
        Bound::LessThan => &value - &beside(measure),
    }
}
