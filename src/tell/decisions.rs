//! What people decide besides what is measured: relief, disputes, corrections.

use super::Item;
use super::records::{phrase, value};
use super::words::{list, percent, sentence, window};
use crate::contract::{
    Allowance, Contract, Disputes, Excuse, Governance, OnePenalty, Portions, Register, ReliefClause,
    ReliefEffect, Row, Set, Stays,
};
use crate::value::Ratio;

/// Everything that a register of decisions does.
pub(super) fn all(contract: &Contract, governance: &Governance) -> Vec<Item> {
    let Governance { reliefs, excuses, disputes, incidents } = governance;
    let reliefs = reliefs.iter().map(|it| relief(contract, it));
    let others = excuses.iter().map(excuse).chain(incidents.iter().map(incident));
    reliefs.chain(others).chain(disputes.iter().map(disputed)).collect()
}

fn excuse(excuse: &Excuse) -> Item {
    let Excuse { on, when: _, because, clause, text } = excuse;
    let when = text.split_once(" when ").map_or(text.as_str(), |(_, rest)| rest);
    let when = when.rsplit_once(" because ").map_or(when, |(when, _)| when);
    let mut item = Item { clause: clause.clone(), names: on.clone(), ..Item::default() };
    let on = list(on);
    item.say(format!("A period in which {when} is neither met nor missed for {on} ({because})."));
    item
}

fn incident(rule: &OnePenalty) -> Item {
    let OnePenalty { field, on, stays, clause, text: _ } = rule;
    let stays = match stays {
        Stays::Highest => "the highest one stays".to_owned(),
        Stays::First => format!("that on the first of {} stays", list(on)),
        Stays::Chosen => "the one the client chooses stays, the highest one until then".to_owned(),
    };
    let mut item = Item { clause: clause.clone(), names: on.clone(), ..Item::default() };
    item.say(format!("Of several penalties on {} for one {field}, {stays}.", list(on)));
    item
}

fn disputed(disputes: &Disputes) -> Item {
    let mut item = Item { clause: disputes.clause.clone(), ..Item::default() };
    item.say(match disputes.left_out {
        true => "Records in dispute are left out of what is paid until the dispute is settled.",
        false => "Records in dispute are paid as they were counted until the dispute is settled.",
    });
    item.say("The statement shows the total either way. Approved corrections count as their row says.");
    item
}

/// What of a set counts in part, or up to a number.
pub(super) fn portions(contract: &Contract, set: &Set) -> Vec<String> {
    let Portions { days, first, in_part, split, one, open, relief: _ } = &set.portions;
    let part = |(condition, part): &(Row, Ratio)| {
        format!("A record counts {} where {}.", percent(part), phrase(contract, &set.table, condition))
    };
    let line = |it: &Allowance| {
        let group = if it.by.is_empty() { String::new() } else { format!(" of their {}", list(&it.by)) };
        let forecast = value(contract, &it.over.table, &it.value);
        format!(
            "{} of the sum of {forecast} over {}{group} ({})",
            percent(&it.percent),
            it.over.name,
            it.because
        )
    };
    let mut said: Vec<String> = in_part.iter().map(part).collect();
    said.extend(split.iter().map(|it| {
        let (keys, near) = (list(&it.keys), window(it.window.length));
        format!("Those with the same {keys} within {near} of one another count one together, in equal parts.")
    }));
    said.extend(days.iter().map(|it| format!("Days with more than {} are left out.", line(it))));
    said.extend(first.iter().map(|it| {
        let each = if it.each_day { "day" } else { "period" };
        format!("Of each {each} at most {} count, the first in time.", line(it))
    }));
    said.extend(one.iter().map(|it| {
        let which = if it.latest { "latest" } else { "first" };
        let keys = list(&it.keys);
        format!("Of several with the same {keys} in a period only the {which} counts ({}).", it.because)
    }));
    said.extend(open.iter().map(|it| {
        let each = if it.each_day { "day" } else { "period" };
        format!(
            "Counted at the end of each {each} are those whose {} is past and whose {} is not.",
            it.from, it.to
        )
    }));
    said
}

fn relief(contract: &Contract, relief: &ReliefClause) -> Item {
    let ReliefClause { on, by, approved, because, effect, clause, text: _ } = relief;
    let mut item = Item { clause: clause.clone(), names: on.clone(), ..Item::default() };
    let about = if on.is_empty() { String::new() } else { format!(" on {}", list(on)) };
    let scope = by.as_ref().map_or_else(String::new, |by| format!(", for the {by} that its scope names"));
    let what = match effect {
        ReliefEffect::TakesOut => "takes out the records it covers, good and bad".to_owned(),
        ReliefEffect::VendorsBetter => {
            "takes out the records it covers, where the reading without them is better for the vendor"
                .to_owned()
        }
        ReliefEffect::Excuses(least) => {
            format!("excuses a period of which it covers at least {}", percent(least))
        }
    };
    item.say(format!("Relief{about}: an approved entry of the relief register {what}{scope} ({because})."));
    let approved = phrase(contract, Register::Relief.table(), approved);
    item.say(format!("{}.", sentence(&format!("approved means: {approved}"))));
    item
}
