//! A contract cut down to some of its commitments and what they need, so that
//! trying out many readings costs no more than it must.

use std::collections::BTreeSet;

use crate::contract::{Commitment, Contract, ConversionRule, Formula, MeasureKind, Node, Pay};

/// The contract with only these commitments, without caps and gates.
pub(super) fn reduced(contract: &Contract, on: &[&Commitment]) -> Contract {
    let mut needs = Needs::of(contract);
    for commitment in on {
        needs.measure(&commitment.measure);
        commitment.pays.iter().flat_map(Pay::every_formula).for_each(|formula| needs.formula(formula));
    }
    conversion_formulas(contract).for_each(|formula| needs.formula(formula));
    let needed = |name: &str| needs.names.contains(name);
    let keep = |commitment: &Commitment| on.iter().any(|on| on.name == commitment.name);
    let mut small = Contract {
        commitments: contract.commitments.iter().filter(|(_, item)| keep(item)).map(owned).collect(),
        measures: contract.measures.iter().filter(|(name, _)| needed(name)).map(owned).collect(),
        charges: contract.charges.iter().filter(|(name, _)| needed(name)).map(owned).collect(),
        pools: contract.pools.iter().filter(|(name, _)| needed(name)).map(owned).collect(),
        ..head(contract)
    };
    small.facts.clone_from(&contract.facts);
    small.baselines.clone_from(&contract.baselines);
    small.series.clone_from(&contract.series);
    small.conversion.clone_from(&contract.conversion);
    small
}

/// The contract with only the commitments that can pay anything when no more than these measures is reported: those
/// on them and on what is worked out from them. None where nothing can be left out, or where what becomes of others
/// has a say in what is paid.
pub(super) fn reported(contract: &Contract, names: &BTreeSet<&str>) -> Option<Contract> {
    let rests_on = |commitment: &Commitment| {
        let mut needs = Needs::of(contract);
        needs.measure(&commitment.measure);
        needs.names.iter().any(|name| names.contains(name.as_str()))
    };
    let (on, others): (Vec<&Commitment>, Vec<&Commitment>) =
        contract.commitments.values().partition(|commitment| rests_on(commitment));
    let asks_others = !contract.gates.is_empty()
        || !contract.amended.is_empty()
        || !contract.remedies.earn_backs.is_empty()
        || contract.caps.iter().any(|cap| !cap.when.is_empty())
        || on.iter().any(|commitment| !commitment.multipliers.is_empty());
    (!asks_others && !others.is_empty()).then(|| without(contract, &others))
}

/// The contract without these commitments, the measures that only they judge, its rights and its examples.
fn without(contract: &Contract, others: &[&Commitment]) -> Contract {
    let mut small = contract.clone();
    small.rights.clear();
    small.examples.clear();
    let names: BTreeSet<&str> = others.iter().map(|commitment| commitment.name.as_str()).collect();
    small.commitments.retain(|name, _| !names.contains(name.as_str()));
    let judged: BTreeSet<&str> = others.iter().map(|commitment| commitment.measure.as_str()).collect();
    let asked = contract.measures.keys().filter(|name| !judged.contains(name.as_str()));
    let mut needs = Needs::of(contract);
    asked.for_each(|name| needs.measure(name));
    small.commitments.values().for_each(|commitment| needs.measure(&commitment.measure));
    small.charges.keys().for_each(|name| needs.charge(name));
    small.formulas(&mut |formula| needs.formula(formula));
    small.measures.retain(|name, _| needs.names.contains(name));
    small
}

fn owned<T: Clone>((name, item): (&String, &T)) -> (String, T) {
    (name.clone(), item.clone())
}

/// The contract without any clause.
fn head(contract: &Contract) -> Contract {
    Contract {
        title: contract.title.clone(),
        client: contract.client.clone(),
        vendor: contract.vendor.clone(),
        zone: contract.zone.clone(),
        currency: contract.currency,
        schedule: contract.schedule.clone(),
        rounding: contract.rounding.clone(),
        calendars: Default::default(),
        tables: Default::default(),
        sets: Default::default(),
        measures: Default::default(),
        facts: Default::default(),
        charges: Default::default(),
        pools: Default::default(),
        baselines: Default::default(),
        commitments: Default::default(),
        conversion: None,
        gates: Vec::new(),
        caps: Vec::new(),
        rights: Vec::new(),
        history: contract.history,
        maturity: Default::default(),
        remedies: Default::default(),
        series: Default::default(),
        charge_backs: Vec::new(),
        examples: Vec::new(),
        registers: Default::default(),
        governance: Default::default(),
        accepted: Vec::new(),
        defaults: Vec::new(),
        amended: Vec::new(),
    }
}

/// The formulas of the conversion of points.
pub(super) fn conversion_formulas(contract: &Contract) -> impl Iterator<Item = &Formula> {
    contract.conversion.iter().flat_map(|conversion| {
        let each = match &conversion.rule {
            ConversionRule::Each(formula) => Some(formula),
            ConversionRule::Table { .. } => None,
        };
        conversion.base.iter().chain(each)
    })
}

/// Names of measures, charges and pools that something needs, however indirectly.
struct Needs<'a> {
    contract: &'a Contract,
    names: BTreeSet<String>,
}

impl<'a> Needs<'a> {
    fn of(contract: &'a Contract) -> Self {
        Self { contract, names: BTreeSet::new() }
    }

    fn formula(&mut self, formula: &Formula) {
        formula.node.walk(&mut |node| match node {
            Node::Measure(name) => self.measure(name),
            Node::Charge(name) => self.charge(name),
            Node::Pool(name) => self.pool(name),
            _ => {}
        });
    }

    fn measure(&mut self, name: &str) {
        let contract = self.contract;
        let new = self.names.insert(name.to_string());
        let kind = contract.measures.get(name).filter(|_| new).map(|measure| &measure.kind);
        match kind {
            Some(MeasureKind::Calculated(formula)) => self.formula(formula),
            Some(MeasureKind::Weighted(weighted)) => {
                weighted.parts.iter().for_each(|part| self.measure(&part.measure));
            }
            Some(MeasureKind::OverSegments(over)) => self.measure(&over.measure),
            _ => {}
        }
    }

    fn charge(&mut self, name: &str) {
        let contract = self.contract;
        let Some(charge) = contract.charges.get(name).filter(|_| self.names.insert(name.to_string())) else {
            return;
        };
        charge.formulas(&mut |formula| self.formula(formula));
        charge.counted().into_iter().for_each(|measure| self.measure(measure));
    }

    fn pool(&mut self, name: &str) {
        let contract = self.contract;
        if let (true, Some(pool)) = (self.names.insert(name.to_string()), contract.pools.get(name)) {
            self.formula(&pool.value);
        }
    }
}
