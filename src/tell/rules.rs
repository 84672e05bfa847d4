//! Rules over all commitments, examples, acceptances and defaults.

use super::Item;
use super::remedies;
use super::words::{list, percent, sentence, several, side};
use crate::contract::{
    Accepted, Amount, Cap, ClosedPeriods, Contract, Conversion, ConversionRule, Example, Excess, Gap, Gate,
    History, Notice, PaySide, Right,
};
use crate::value::{Quantity, Ratio, Unit};

/// Conversion of points, gates, caps.
pub(super) fn all(
    contract: &Contract,
    conversion: Option<&Conversion>,
    gates: &[Gate],
    caps: &[Cap],
) -> Vec<Item> {
    let points = conversion.map(|it| converted(contract, it));
    let gates = gates.iter().map(|it| gate(contract, it));
    points.into_iter().chain(gates).chain(caps.iter().map(cap)).collect()
}

fn item(clause: Option<&String>, names: &[String], sentence: String) -> Item {
    Item { clause: clause.cloned(), names: names.to_vec(), sentences: vec![sentence], ..Item::default() }
}

fn converted(contract: &Contract, conversion: &Conversion) -> Item {
    let Conversion { side: to, clause, base, rule } = conversion;
    let of = base.as_ref().map_or_else(String::new, |base| format!(" of {}", base.text));
    let said = match rule {
        ConversionRule::Each(each) => {
            format!("All points of a period become a {}: {} for each point.", side(*to), each.text)
        }
        ConversionRule::Table { rows, interpolated } => {
            let row = |(points, amount): &(Ratio, Amount)| {
                format!("{}: {}", Quantity::new(points.clone(), Unit::Points), due(contract, amount, &of))
            };
            let rows: Vec<String> = rows.iter().map(row).collect();
            let between = match interpolated {
                true => "between two rows in proportion",
                false => "between two rows the lower one",
            };
            format!("All points of a period become a {}, {between}: {}.", side(*to), rows.join("; "))
        }
    };
    item(clause.as_ref(), &["points".to_owned()], said)
}

fn due(contract: &Contract, amount: &Amount, of: &str) -> String {
    match amount {
        Amount::Nothing => "nothing".to_owned(),
        Amount::Percent(value) if value.is_zero() => "nothing".to_owned(),
        Amount::Percent(value) => format!("{}{of}", percent(&value.abs())),
        Amount::Money(value) => super::words::money(&value.abs(), contract.currency),
        Amount::Points(value) => Quantity::new(value.abs(), Unit::Points).to_string(),
        Amount::Days(value) => format!("{} days{of}", super::words::number(&value.abs())),
        Amount::Formula(_, formula) => formula.text.clone(),
    }
}

fn gate(contract: &Contract, gate: &Gate) -> Item {
    let open = gate.open_if_unmeasured;
    let written = gate.text.split_once(" only if ").map_or(gate.text.as_str(), |(_, when)| when);
    let when = written.strip_suffix(", if not measured open").unwrap_or(written);
    let about = if gate.on.is_empty() { String::new() } else { format!(" on {}", list(&gate.on)) };
    let named = when.split(|letter: char| !(letter.is_alphanumeric() || letter == '_'));
    let named = named.filter(|word| contract.measures.contains_key(*word)).map(str::to_owned);
    let names: Vec<String> = gate.on.iter().cloned().chain(named).collect();
    let mut item = item(gate.clause.as_ref(), &names, format!("A bonus{about} is paid only if {when}."));
    item.say(match open {
        true => "What is not measured does not stand in the way.",
        false => "While one of these is not measured, no bonus is paid.",
    });
    item
}

fn cap(cap: &Cap) -> Item {
    let Cap { side: of, clause, on, value, when, over, excess, text: _, span: _ } = cap;
    let plural = match of {
        PaySide::Penalty => "penalties",
        PaySide::Bonus => "bonuses",
    };
    let about = if on.is_empty() { String::new() } else { format!(" on {} together", list(on)) };
    let span = remedies::span(*over);
    let said = format!("All {plural}{about} {span} come to at most {}.", value.text);
    let mut item = item(clause.as_ref(), on, said);
    for (limit, when) in when {
        item.say(format!("It is {} instead when {}.", limit.text, when.text()));
    }
    if cap.is_long() || *excess != Excess::Lapses {
        item.say(remedies::excess(*excess));
    }
    item
}

/// Rights, and how periods without a verdict count where periods are counted.
pub(super) fn rights(rights: &[Right], history: History) -> Vec<Item> {
    let mut items: Vec<Item> = rights.iter().map(right).collect();
    let History { not_measured, excused, closed } = history;
    if closed == ClosedPeriods::AsKnownNow {
        let said = "For later periods a closed period counts as it is known then, not as it was closed.";
        items.push(item(None, &["history".to_owned()], said.to_owned()));
    }
    if (not_measured, excused) != (Gap::default(), Gap::default()) {
        let said = format!(
            "Where periods are counted, one that was not measured {}, one that was excused {}.",
            gap(not_measured),
            gap(excused)
        );
        items.push(item(None, &["history".to_owned()], said));
    }
    items
}

fn gap(gap: Gap) -> &'static str {
    match gap {
        Gap::PassedOver => "is passed over",
        Gap::Met => "counts as met",
        Gap::Missed => "counts as missed",
    }
}

fn right(right: &Right) -> Item {
    let Right { label, clause, when, notice, anew, text: _ } = right;
    let mut item = item(
        clause.as_ref(),
        std::slice::from_ref(label),
        format!("{} when {}.", sentence(label), when.text()),
    );
    if let Some(notice) = notice {
        let long = match notice {
            Notice::Days(days) => several(u64::from(*days), "day"),
            Notice::Months(months) => several(u64::from(*months), "month"),
        };
        item.say(format!("Notice may be given within {long} after the end of the period."));
    }
    if *anew {
        item.say("Counting then begins anew: periods up to that one no longer count.");
    }
    item
}

/// The titles of the examples.
pub(super) fn examples(examples: &[Example]) -> Vec<Item> {
    let one = |example: &Example| {
        let given: Vec<String> = example.given.keys().cloned().collect();
        item(None, &given, format!("{}.", sentence(&example.title)))
    };
    examples.iter().map(one).collect()
}

/// What the parties accept, with their reasons.
pub(super) fn accepted(accepted: &[Accepted]) -> Vec<Item> {
    let one = |accepted: &Accepted| {
        let Accepted { code, on, within: _, because, span: _ } = accepted;
        let names: Vec<String> = on.iter().cloned().chain([code.clone()]).collect();
        let about = on.as_ref().map_or_else(String::new, |on| format!(" on {on}"));
        let title = meed_grammar::codes::title(code).unwrap_or_default();
        item(None, &names, format!("{code}{about}, {title}: {because}."))
    };
    accepted.iter().map(one).collect()
}

/// The documented defaults that decide something here.
pub(super) fn defaults(defaults: &[String]) -> Vec<Item> {
    defaults.iter().map(|said| item(None, &[], format!("{}.", sentence(said)))).collect()
}
