//! Facts, charges and pools: where money comes from.

use std::collections::BTreeMap;

use super::Item;
use super::measures::{called, one_of};
use super::words::{list, money, number, percent, sentence};
use crate::contract::{Charge, ChargeKind, Contract, Fact, Formula, Node, Pool, clause_order};
use crate::prove::Setting;
use crate::settle::{Ledger, LineKind};
use crate::value::{Quantity, Ratio, Unit};

/// Facts, then charges, then pools.
pub(super) fn all(contract: &Contract, facts: &BTreeMap<String, Fact>) -> Vec<Item> {
    let month = Setting::of(contract).and_then(|setting| setting.at(&[]));
    let mut pools: Vec<&Pool> = contract.pools.values().collect();
    pools.sort_by_key(|pool| (clause_order(pool.clause.as_deref()), pool.name.clone()));
    let facts = facts.values().map(fact);
    let charges = contract.charges_in_order().into_iter().map(|it| charge(contract, it));
    let pools = pools.into_iter().map(|it| pool(contract, it, month.as_ref()));
    facts.chain(charges).chain(pools).collect()
}

fn fact(fact: &Fact) -> Item {
    let Fact { name, label, value, text } = fact;
    let mut item = Item::new(None, name, label);
    let worked = match value.to_string() == *text {
        true => String::new(),
        false => format!(", worked out from {text}"),
    };
    item.say(format!("Agreed: {value}{worked}."));
    item
}

fn charge(contract: &Contract, charge: &Charge) -> Item {
    let Charge { name, label, clause, kind, riders, invoiced, text: _ } = charge;
    let mut item = Item::new(clause.as_ref(), name, label);
    item.say(format!("{}.", sentence(&price(contract, kind, riders.carried.is_some()))));
    super::prices::riders(contract, riders).into_iter().for_each(|said| item.say(said));
    if !invoiced {
        item.say("Not invoiced itself: other amounts are taken from it.");
    }
    item
}

fn price(contract: &Contract, kind: &ChargeKind, carried: bool) -> String {
    let amount = |value: &Ratio| money(value, contract.currency);
    match kind {
        ChargeKind::Formula(formula) => formula_words(formula),
        ChargeKind::Tiered { volume, graduated, tiers } => {
            let volume = called(contract, volume);
            match graduated {
                true => format!("for {volume}: {}", list(&graduated_tiers(contract, tiers))),
                false => format!("for {volume}, all at one price: {}", list(&slab_tiers(contract, tiers))),
            }
        }
        ChargeKind::PerUnit { price, per, volume, included } => {
            let unit = contract.measures.get(volume).map_or(Unit::Number, |measure| measure.unit);
            let after = match included.is_zero() {
                true => String::new(),
                false if carried => format!(", after {} that are included", number(included)),
                false => format!(
                    ", after {} that are included; what of these is not used lapses",
                    number(included)
                ),
            };
            format!("{} for each {} of {}{after}", amount(price), one_of(per, unit), called(contract, volume))
        }
        ChargeKind::VolumeBand { price, baseline, volume, dead_band, above, below, from_edge } => {
            let start = if *from_edge { "beyond that band" } else { "away from the baseline" };
            format!(
                "{} for {} of {}; within {} of that nothing changes; outside, each one more {start} costs {}, each \
                 one fewer takes off {}",
                amount(price),
                number(baseline),
                called(contract, volume),
                percent(dead_band),
                amount(above),
                amount(below)
            )
        }
    }
}

fn formula_words(formula: &Formula) -> String {
    match &formula.node {
        Node::Const(value) => format!("{value} each period"),
        _ => format!("worked out as {}", formula.text),
    }
}

/// `GBP 6.00 for each of the first 8,000`
fn graduated_tiers(contract: &Contract, tiers: &[(Option<Ratio>, Ratio)]) -> Vec<String> {
    let mut from = Ratio::zero();
    let mut words = Vec::new();
    for (upper, price) in tiers {
        let price = money(price, contract.currency);
        words.push(match upper {
            Some(upper) if from.is_zero() => format!("{price} for each of the first {}", number(upper)),
            Some(upper) => format!("{price} for each of the next {}", number(&(upper - &from))),
            None if from.is_zero() => format!("{price} for each"),
            None => format!("{price} for each one more"),
        });
        from = upper.clone().unwrap_or(from);
    }
    words
}

/// `GBP 6.00 each up to 8,000`
fn slab_tiers(contract: &Contract, tiers: &[(Option<Ratio>, Ratio)]) -> Vec<String> {
    let one = |(upper, price): &(Option<Ratio>, Ratio)| match upper {
        Some(upper) => format!("{} each up to {}", money(price, contract.currency), number(upper)),
        None => format!("{} each beyond", money(price, contract.currency)),
    };
    tiers.iter().map(one).collect()
}

fn pool(contract: &Contract, pool: &Pool, month: Option<&Ledger>) -> Item {
    let Pool { name, label, clause, value, parent, allocated } = pool;
    let mut item = Item::new(clause.as_ref(), name, label);
    item.say(format!("{}{}.", value.text, worked(contract, value, month, &format!("pool.{name}"))));
    if let Some(parent) = parent {
        item.say(format!("A part of {parent}, on which it draws."));
    }
    if !allocated.is_zero() {
        item.say(format!(
            "Commitments draw on {} of it; all penalties that draw on it never come to more than the whole.",
            percent(allocated)
        ));
    }
    item
}

/// `: GBP 21,600.00`, when the formula is not an amount already and the period has it.
fn worked(contract: &Contract, value: &Formula, month: Option<&Ledger>, id: &str) -> String {
    let line = month.and_then(|ledger| ledger.lines.iter().find(|line| line.id == id));
    let amount = line.filter(|line| line.kind == LineKind::Pool && line.trace.missing.is_empty());
    let shown =
        amount.map(|line| Quantity::new(line.amount.clone(), Unit::Money(contract.currency)).to_string());
    shown
        .filter(|shown| *shown != value.text)
        .map_or_else(String::new, |shown| format!(": {shown} in the month assumed below"))
}
