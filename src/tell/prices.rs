//! What is added to prices, figures that change with time, and who bears the cost.

use super::Item;
use super::words::{money, number, percent, several};
use crate::contract::{
    Balance, Carry, ChargeBack, Contract, Proration, Reversal, Riders, Series, ShareSize, TakenBack,
    Unattributed,
};
use crate::value::{Quantity, Ratio};

/// What is added to a price, a sentence for each.
pub(super) fn riders(contract: &Contract, riders: &Riders) -> Vec<String> {
    let Riders { indexed, least, most, prorated, part_said, from, until, carried, balance, reversal } =
        riders;
    let mut said = Vec::new();
    said.extend(carried.map(kept));
    said.extend(indexed.as_ref().map(|index| format!("Multiplied by {index}.")));
    said.extend(least.as_ref().map(|it| format!("At least {} each period.", it.text)));
    said.extend(most.as_ref().map(|it| format!("At most {} each period.", it.text)));
    said.extend(from.map(|day| format!("Owed from {day} on.")));
    said.extend(until.map(|day| format!("Owed until {day}, that day included.")));
    said.extend(prorated.map(part));
    if *part_said && prorated.is_none() {
        said.push("Owed in full for a part of a period.".to_owned());
    }
    said.extend(balance.as_ref().map(later));
    said.extend(reversal.as_ref().map(|it| taken_back(contract, it)));
    said
}

fn kept(carry: Carry) -> String {
    match carry.periods {
        Some(periods) => format!(
            "Included ones that are not used are kept for {}, the oldest used first.",
            several(u64::try_from(periods).unwrap_or_default(), "period")
        ),
        None => "Included ones that are not used are kept, the oldest used first.".to_owned(),
    }
}

fn part(way: Proration) -> String {
    let by = match way {
        Proration::ActualDays => "its days by the days of the whole period",
        Proration::Months30 => "its days by 30 for each month",
        Proration::Years360 => "days of a year of twelve months of 30 days",
    };
    format!("For a part of a period it is cut in proportion: {by}.")
}

fn later(balance: &Balance) -> String {
    let Balance { at_once, later, volume } = balance;
    format!(
        "{} of it is invoiced in the period; {} later the amount by {volume}, less what was invoiced.",
        percent(at_once),
        several(u64::try_from(*later).unwrap_or_default(), "period")
    )
}

fn taken_back(contract: &Contract, reversal: &Reversal) -> String {
    let Reversal { measure, how } = reversal;
    match how {
        TakenBack::OffTheCount => {
            format!(
                "What came back ({measure}) comes off the count before it is priced, whenever it was charged."
            )
        }
        TakenBack::AsIfNever => format!(
            "For what came back ({measure}) the vendor returns what the charge of its period would have been less \
             without it."
        ),
        TakenBack::AveragePrice => format!(
            "For what came back ({measure}) the vendor returns the average price of a unit in the period it was \
             charged in."
        ),
        TakenBack::Each(price) => {
            format!(
                "For each that came back ({measure}) the vendor returns {}.",
                money(price, contract.currency)
            )
        }
    }
}

/// Indices, exchange rates and dated facts.
pub(super) fn series(contract: &Contract) -> Vec<Item> {
    contract.series.values().map(one_series).collect()
}

fn one_series(series: &Series) -> Item {
    let Series { name, label, clause, source, unit, each_said: _, at_end, steps } = series;
    let mut item = Item::new(clause.as_ref(), name, label);
    let when = if *at_end { "the last day" } else { "the first day" };
    item.say(format!("The value of {when} of a period counts ({source})."));
    for step in steps {
        let value = Quantity::new(step.value.clone(), *unit);
        let from = step.from.map_or_else(|| "From the beginning".to_owned(), |day| format!("From {day}"));
        let how = if value.to_string() == step.text { String::new() } else { format!(", {}", step.text) };
        item.say(format!("{from}: {value}{how}."));
    }
    item
}

/// Costs that are shared out among units of the client.
pub(super) fn charge_backs(backs: &[ChargeBack]) -> Vec<Item> {
    backs.iter().map(charge_back).collect()
}

fn charge_back(back: &ChargeBack) -> Item {
    let ChargeBack { clause, what, measure, unknown, most, text: _ } = back;
    let what = what.as_ref().map_or_else(|| "The total of a period".to_owned(), |it| it.text.clone());
    let mut item = Item { clause: clause.clone(), names: vec![measure.clone()], ..Item::default() };
    item.say(format!("{what} is shared out in proportion to {measure}."));
    item.say(match unknown {
        Unattributed::ProRata => "What names no unit is shared out as the rest is.".to_owned(),
        Unattributed::To(unit) => format!("What names no unit is borne by {unit}."),
        Unattributed::Centrally => "What names no unit is borne centrally.".to_owned(),
    });
    if let Some(most) = most {
        item.say(format!("No unit bears more than {}; what goes beyond is borne centrally.", most.text));
    }
    item
}

/// `50% of the first 10%, then 25%`
pub(super) fn share(contract: &Contract, tiers: &[(Option<ShareSize>, Ratio)]) -> String {
    let one = |(at, (size, part)): (usize, &(Option<ShareSize>, Ratio))| {
        let word = if at == 0 { "first" } else { "next" };
        match size {
            Some(ShareSize::Percent(size)) => {
                format!("{} of the {word} {}% of that level", percent(part), number(size))
            }
            Some(ShareSize::Money(size)) => {
                format!("{} of the {word} {}", percent(part), money(size, contract.currency))
            }
            None if at == 0 => format!("{} of all of it", percent(part)),
            None => format!("{} of the rest", percent(part)),
        }
    };
    tiers.iter().enumerate().map(one).collect::<Vec<_>>().join(", ")
}
