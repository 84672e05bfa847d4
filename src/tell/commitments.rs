//! Commitments: what is promised, and what follows at which reading.

use super::Item;
use super::levels;
use super::pays::pay;
use super::proof;
use super::samples;
use super::words::{level, list, number, sentence};
use crate::contract::{Commitment, Contract, Multiplied, Multiplier};
use crate::prove::Setting;

/// Every commitment, in the order of a statement.
pub(super) fn all(contract: &Contract) -> Vec<Item> {
    let setting = Setting::of(contract);
    let one = |commitment: &Commitment| one(contract, setting.as_ref(), commitment);
    contract.commitments_in_order().into_iter().map(one).collect()
}

fn one(contract: &Contract, setting: Option<&Setting<'_>>, commitment: &Commitment) -> Item {
    let Commitment {
        name,
        label,
        clause,
        measure: judged,
        each,
        target,
        minimum,
        pays,
        multipliers,
        provisional,
        ..
    } = commitment;
    let measure = contract.measures.get(judged);
    // A commitment without words of its own is called what its measure is called.
    let label = measure.filter(|_| label == name).map_or(label, |measure| &measure.label);
    let mut item = Item::new(clause.as_ref(), name, label);
    if judged != name {
        item.names.push(judged.clone());
        item.say(format!("Judged by the measure {judged}."));
    }
    if let (true, Some(measure)) = (*each, measure) {
        item.say(format!("Each {} is judged and paid on its own.", list(&measure.by)));
    }
    let levels: Vec<String> = [("promised", target), ("minimum", minimum)]
        .into_iter()
        .filter_map(|(word, said)| Some(format!("{word}: {}", level(said.as_ref()?, measure))))
        .collect();
    if !levels.is_empty() {
        item.say(format!("{}.", sentence(&levels.join("; "))));
    }
    item.sentences.extend(levels::over_time(commitment, measure));
    item.sentences.extend(proof::sentences(commitment));
    if let Some(measure) = measure {
        for said in pays {
            item.say(format!("{}.", pay(contract, setting, measure, said)));
        }
    }
    item.sentences.extend(multipliers.iter().map(multiplied));
    if let Some(share) = provisional {
        let part = match share.is_zero() {
            true => "nothing of it is paid".to_owned(),
            false => format!("{}% of it is paid", number(share)),
        };
        item.say(format!("While the reading can still change, {part}; the rest is due when it is final."));
    }
    if pays.is_empty() {
        item.say("Nothing is paid on it: it is judged and reported.");
    }
    item.table = setting
        .zip(measure)
        .and_then(|(setting, measure)| samples::table(contract, setting, measure, commitment));
    item
}

/// What repetition multiplies.
fn multiplied(multiplier: &Multiplier) -> String {
    let Multiplier { any, verdict: _, often: _, what, factor, compounding, text } = multiplier;
    let what = match what {
        Multiplied::Penalty => "penalty",
        Multiplied::Bonus => "bonus",
        Multiplied::Points => "points",
    };
    let whose = if *any { ", whichever commitment it was" } else { "" };
    let again = if *compounding { "; each further period of the row multiplies again" } else { "" };
    format!("When {text}{whose}: {what} times {}{again}.", number(factor))
}
