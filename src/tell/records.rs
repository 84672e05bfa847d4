//! Calendars and sets: when the clock runs, and who counts.

use super::Item;
use super::condition::{About, is_always};
use super::field::nouns;
use super::words::{date, list, sentence, window};
use crate::contract::{Calendar, Contract, Excluded, Journeys, Row, Set, Table, unit_of};
use crate::value::Unit;

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// A calendar's hours and the days it is closed on.
pub(super) fn calendar(calendar: &Calendar) -> Item {
    let Calendar { name, zone, week, lists, closed } = calendar;
    let mut item = Item::new(None, name, name);
    let mut open: Vec<String> = Vec::new();
    let mut first = 0;
    while let Some(hours) = week.get(first) {
        let same = week.iter().skip(first).take_while(|other| *other == hours).count();
        let last = first + same - 1;
        if !hours.is_empty() {
            open.push(format!("{} {}", days(first, last), clock(hours)));
        }
        first = last + 1;
    }
    item.say(format!("Open {}, by the clocks of {}.", list(&open), zone.name()));
    let dates: Vec<String> = closed.iter().map(|day| date(*day)).collect();
    if !dates.is_empty() {
        item.say(format!("Closed on {}.", list(&dates)));
    }
    let lists: Vec<String> = lists.iter().map(|name| format!("“{name}”")).collect();
    if !lists.is_empty() {
        item.say(format!("Closed on the holidays listed as {}.", list(&lists)));
    }
    item
}

fn days(first: usize, last: usize) -> String {
    let day = |at: usize| DAYS.get(at).copied().unwrap_or_default();
    match last - first {
        0 => day(first).to_owned(),
        1 => format!("{} and {}", day(first), day(last)),
        _ => format!("{} to {}", day(first), day(last)),
    }
}

/// `from 08:00 to 12:00 and from 13:00 to 17:00`, `all day`
fn clock(hours: &[(i64, i64)]) -> String {
    let time = |seconds: i64| format!("{:02}:{:02}", seconds / 3_600, seconds / 60 % 60);
    match hours {
        [(0, 86_400)] => "all day".to_owned(),
        hours => {
            let spans: Vec<String> =
                hours.iter().map(|(from, to)| format!("from {} to {}", time(*from), time(*to))).collect();
            list(&spans)
        }
    }
}

/// Which contacts make a journey.
pub(super) fn journeys(contract: &Contract, journeys: &Journeys) -> Item {
    let Journeys { name, of, keys, gap, from_first, merged, table: _ } = journeys;
    let mut item = Item::new(None, name, name);
    let keys: Vec<String> = keys.iter().map(|key| key.replace('_', " ")).collect();
    let how = match from_first {
        true => format!("within {} of the first of them", window(gap.length)),
        false => format!("each at most {} after the one before", window(gap.length)),
    };
    item.say(format!(
        "{} with the same {} are one journey, {how}.",
        sentence(&plain(contract, of)),
        list(&keys)
    ));
    if let Some(merged) = merged {
        item.say(format!(
            "Contacts within {} of the one before are counted as one with it.",
            window(merged.length)
        ));
    }
    item.say("A journey belongs to the period of its first contact.");
    item
}

/// Which records a set counts, and which it leaves out.
pub(super) fn set(contract: &Contract, name: &str, set: &Set) -> Item {
    let mut item = Item::new(None, name, name);
    let standard = contract.tables.get(&set.table).is_some_and(|table| table.dated_by == set.dated_by);
    let dated = match standard || set.portions.open.is_some() {
        true => String::new(),
        false => format!(", in the period of their `{}`", set.dated_by),
    };
    let dated = match set.later {
        0 => dated,
        months => {
            let unit = if months == 1 { "month" } else { "months" };
            format!(
                ", in the period {months} {unit} after their `{}`, at the latest the month's last day",
                set.dated_by
            )
        }
    };
    item.say(format!("{}{dated}.", sentence(&population(contract, set))));
    item.sentences.extend(left_out(contract, set, &set.exclusions, ""));
    item.sentences.extend(super::decisions::portions(contract, set));
    item
}

/// `contacts where the contact was not abandoned`
pub(super) fn population(contract: &Contract, set: &Set) -> String {
    let nouns = nouns(&set.table);
    match conditions(contract, set) {
        Some(conditions) => format!("{nouns} where {conditions}"),
        None => format!("all {nouns}"),
    }
}

/// A set where it is used: by its name when it has one, otherwise by its conditions.
pub(super) fn used(contract: &Contract, set: &Set) -> String {
    if contract.sets.contains_key(&set.name) { set.name.clone() } else { population(contract, set) }
}

/// The same where the sentence does not want to say that it is all of them.
pub(super) fn plain(contract: &Contract, set: &Set) -> String {
    let used = used(contract, set);
    used.strip_prefix("all ").map_or(used.clone(), str::to_owned)
}

fn conditions(contract: &Contract, set: &Set) -> Option<String> {
    let kept: Vec<&Row> = set.conditions.iter().filter(|row| !is_always(row)).collect();
    let phrases: Vec<String> = kept.iter().map(|row| phrase(contract, &set.table, row)).collect();
    (!phrases.is_empty()).then(|| list(&phrases))
}

/// `Left out are contacts where … (clause 4.2, …).`
pub(super) fn left_out(contract: &Contract, set: &Set, excluded: &[Excluded], side: &str) -> Vec<String> {
    let one = |it: &Excluded| {
        let condition = phrase(contract, &set.table, &it.condition);
        format!("Left out{side}: {} where {condition} ({}).", nouns(&set.table), it.because)
    };
    excluded.iter().map(one).collect()
}

/// A condition on the records of a table, in words.
pub(super) fn phrase(contract: &Contract, table: &str, row: &Row) -> String {
    about(contract, table, |about| about.phrase(row))
}

/// A value of the records of a table, in words.
pub(super) fn value(contract: &Contract, table: &str, row: &Row) -> String {
    about(contract, table, |about| about.value(row))
}

fn about<T>(contract: &Contract, table: &str, of: impl FnOnce(&About<'_>) -> T) -> T {
    let fields = contract.tables.get(table);
    let unit = |field: &str| -> Option<Unit> {
        let field = fields.map(|table: &Table| &table.fields)?.get(field)?;
        Some(unit_of(*field, contract.currency))
    };
    of(&About { table, unit: &unit, zone: &contract.zone })
}
