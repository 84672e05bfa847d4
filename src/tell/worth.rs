//! What the contract pays for: one more case, one point, and which share of
//! the money hangs on outcomes.

use super::words::{list, money, number, percent, reading};
use super::{Item, Table};
use crate::contract::{Contract, Nature};
use crate::prove::{Assumed, Rung, Setting, Stake, Worth, shares, worth};
use crate::value::Ratio;

/// The items of the section; none when nothing is paid for.
pub(super) fn all(contract: &Contract) -> Vec<Item> {
    let Some(setting) = Setting::of(contract) else { return Vec::new() };
    let found = worth(contract, &setting);
    if found.units.is_empty() && found.stakes.is_empty() {
        return Vec::new();
    }
    let mut items = vec![assumed(contract, &setting, &found)];
    items.extend(units(contract, &found));
    items.extend(steps(contract, &setting, &found.steps));
    items.extend(at_stake(contract, &found.stakes));
    items
}

/// The month it is all worked out for.
fn assumed(contract: &Contract, setting: &Setting<'_>, found: &Worth) -> Item {
    let mut item = Item { heading: "The month assumed".to_owned(), ..Item::default() };
    let from = |it: &Assumed| match &it.example {
        Some(title) => format!("{} is {}, as in the example “{title}”", it.name, it.value),
        None => format!("{} is {}, for want of an example that gives it", it.name, it.value),
    };
    let given: Vec<String> = setting.assumed.iter().map(from).collect();
    let charges = money(&found.charges, contract.currency);
    match given.is_empty() {
        true => item.say(format!("Charges of {charges}; everything promised is just kept.")),
        false => item.say(format!(
            "Assumed: {}; that makes charges of {charges}. Everything promised is just kept.",
            list(&given)
        )),
    }
    item
}

/// One more of what is priced.
fn units(contract: &Contract, found: &Worth) -> Vec<Item> {
    let mut names: Vec<&String> = found.units.iter().map(|rung| &rung.measure).collect();
    names.dedup();
    let one = |name: &String| {
        let label = super::measures::called(contract, name);
        let rungs: Vec<&Rung> = found.units.iter().filter(|rung| rung.measure == *name).collect();
        let say = |rung: &&Rung| {
            let after = number(&rung.from);
            let worth = money(&rung.worth, contract.currency);
            if rung.from.is_zero() { worth } else { format!("{worth} after {after}") }
        };
        let said: Vec<String> = rungs.iter().map(say).collect();
        Item {
            names: vec![name.clone()],
            heading: format!("One more: {label}"),
            sentences: vec![format!("Worth {}.", list(&said))],
            ..Item::default()
        }
    };
    names.into_iter().map(one).collect()
}

/// One step better on each measure: wherever that is worth something, and
/// beyond what is promised.
fn steps(contract: &Contract, setting: &Setting<'_>, rungs: &[Rung]) -> Option<Item> {
    let telling =
        |rung: &&Rung| !rung.worth.is_zero() || setting.kept(&rung.measure).as_ref() == Some(&rung.from);
    let row = |rung: &Rung| {
        let measure = contract.measures.get(&rung.measure)?;
        let worth =
            if rung.worth.is_zero() { "–".to_owned() } else { money(&rung.worth, contract.currency) };
        Some(vec![rung.measure.clone(), reading(&rung.from, measure), reading(&rung.to, measure), worth])
    };
    let rows: Vec<Vec<String>> = rungs.iter().filter(telling).filter_map(row).collect();
    let heads = ["measure", "from", "to", "worth"].map(str::to_owned).to_vec();
    let mut names: Vec<String> = rungs.iter().map(|rung| rung.measure.clone()).collect();
    names.dedup();
    (!rows.is_empty()).then(|| Item {
        names,
        heading: "One step better, everything else just kept".to_owned(),
        table: Some(Table { heads, rows }),
        ..Item::default()
    })
}

/// What hangs on which measure, by kind and by dimension.
fn at_stake(contract: &Contract, stakes: &[Stake]) -> Option<Item> {
    if stakes.is_empty() {
        return None;
    }
    let amount = |value: &Option<Ratio>| match value {
        None => "no bound".to_owned(),
        Some(value) if value.is_zero() => "–".to_owned(),
        Some(value) => money(value, contract.currency),
    };
    let row = |stake: &Stake| {
        vec![
            stake.measure.clone(),
            kind(stake.nature).to_owned(),
            stake.dimension.clone().unwrap_or_default(),
            amount(&stake.penalty),
            amount(&stake.bonus),
        ]
    };
    let heads = ["measure", "kind", "dimension", "can cost", "can earn"].map(str::to_owned).to_vec();
    let mut item = Item {
        names: stakes.iter().map(|stake| stake.measure.clone()).collect(),
        heading: "What hangs on what, each measure alone".to_owned(),
        table: Some(Table { heads, rows: stakes.iter().map(row).collect() }),
        ..Item::default()
    };
    let bounded = stakes.iter().all(|stake| stake.penalty.is_some() && stake.bonus.is_some());
    if !bounded {
        item.say("Nothing bounds a part of it, so no shares can be given.");
        return Some(item);
    }
    let by_kind = parts(&shares(stakes, &|stake| kind(stake.nature).to_owned()));
    if !by_kind.is_empty() {
        item.say(format!("Of the money at stake: {}.", list(&by_kind)));
    }
    let by_dimension =
        parts(&shares(stakes, &|stake| stake.dimension.clone().unwrap_or_else(|| "no dimension".to_owned())));
    if stakes.iter().any(|stake| stake.dimension.is_some()) {
        item.say(format!("By dimension: {}.", list(&by_dimension)));
        let idle = uncovered(stakes);
        if !idle.is_empty() {
            item.say(format!("Nothing is paid for in: {}.", list(&idle)));
        }
    }
    Some(item)
}

/// `82% hangs on outcomes`
fn parts(sums: &[(String, Ratio)]) -> Vec<String> {
    let all: Ratio = sums.iter().map(|(_, sum)| sum.clone()).sum();
    let part = |(name, sum): &(String, Ratio)| {
        let share = (sum * &Ratio::whole(1_000)).over(&all)?;
        let tenths = (&share + &Ratio::decimal(5, 1)).floor();
        Some(format!("{} {name}", percent(&tenths.over(&Ratio::whole(10))?)))
    };
    sums.iter().filter(|(_, sum)| !sum.is_zero()).filter_map(part).collect()
}

fn kind(nature: Nature) -> &'static str {
    match nature {
        Nature::Outcome => "outcome",
        Nature::Experience => "experience",
        Nature::Operational => "operational",
    }
}

/// Dimensions of service that no money hangs on.
fn uncovered(stakes: &[Stake]) -> Vec<&'static str> {
    let covered = |dimension: &&str| stakes.iter().any(|it| it.dimension.as_deref() == Some(*dimension));
    let all = ["customer", "concept", "process", "tools", "plan", "team"];
    all.into_iter().filter(|dimension| !covered(dimension)).collect()
}
