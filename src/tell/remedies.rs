//! What stands between a penalty and its payment.

use super::Item;
use super::words::{list, percent};
use crate::contract::{
    CapSpan, Deadline, EarnBack, EarnBackWhen, Excess, MinimumAmount, Netting, OnClaim, Remedies, Within,
};
use crate::value::Ratio;

/// Everything but the caps.
pub(super) fn all(remedies: &Remedies) -> Vec<Item> {
    let mut items: Vec<Item> = remedies.claims.iter().map(claim).collect();
    items.extend(remedies.minimums.iter().map(minimum));
    items.extend(remedies.nettings.iter().map(netting));
    items.extend(remedies.earn_backs.iter().map(earn_back));
    items.extend(remedies.deadlines.iter().map(deadline));
    let called = [("Penalties", &remedies.penalties_called), ("Bonuses", &remedies.bonuses_called)];
    items.extend(called.iter().filter_map(|(what, name)| {
        let name = name.as_ref()?;
        Some(item(None, &[], format!("{what} are called “{name}” in the statement.")))
    }));
    items.extend(remedies.said.iter().map(|said| item(None, &[], format!("The contract says: {said}."))));
    items
}

fn item(clause: Option<&String>, names: &[String], sentence: String) -> Item {
    Item { clause: clause.cloned(), names: names.to_vec(), sentences: vec![sentence], ..Item::default() }
}

fn on(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!(" on {}", list(names)) }
}

fn claim(it: &OnClaim) -> Item {
    let said = format!(
        "Penalties{} are paid only when they are claimed within {} after the period; otherwise they lapse.",
        on(&it.on),
        time(&it.within)
    );
    item(it.clause.as_ref(), &it.on, said)
}

fn minimum(it: &MinimumAmount) -> Item {
    let (on, amount) = (on(&it.on), &it.amount.text);
    let together = if it.each { "each by itself" } else { "all of a period together" };
    let said = match it.raises {
        true => format!("Penalties{on}, {together}, come to at least {amount} when any is due."),
        false => format!("Penalties{on}, {together}, are paid only if they are more than {amount}."),
    };
    item(it.clause.as_ref(), &it.on, said)
}

fn netting(it: &Netting) -> Item {
    let said = match it.before_caps {
        true => format!("Penalties and bonuses{} are set against each other before any cap.", on(&it.on)),
        false => format!("Bonuses{} reduce penalties and are never paid beyond them.", on(&it.on)),
    };
    item(it.clause.as_ref(), &it.on, said)
}

fn earn_back(it: &EarnBack) -> Item {
    let part =
        if it.part == Ratio::whole(100) { String::new() } else { format!("{} of ", percent(&it.part)) };
    let when = match &it.when {
        EarnBackWhen::MetInNext(n) => format!("when it is met in each of the next {}", periods((*n).into())),
        EarnBackWhen::Year { .. } => {
            let after = it.text.split_once(" when ").map_or("", |(_, after)| after);
            format!("when {}", after.trim_end_matches(", except below minimum"))
        }
    };
    let except = if it.except_below_minimum { ", but not where it was below minimum" } else { "" };
    let said = format!("{part}what was paid as a penalty on {} comes back {when}{except}.", it.on);
    item(it.clause.as_ref(), std::slice::from_ref(&it.on), super::words::sentence(&said))
}

fn deadline(it: &Deadline) -> Item {
    let least =
        it.more_than.as_ref().map_or_else(String::new, |least| format!(", if more than {}", least.text));
    let said = format!("{} {} after the period{least}.", it.what, time(&it.within));
    item(it.clause.as_ref(), &[], super::words::sentence(&said))
}

fn periods(n: u32) -> String {
    if n == 1 { "period".to_owned() } else { format!("{n} periods") }
}

pub(super) fn time(within: &Within) -> String {
    let many = |n: &u32, word: &str| if *n == 1 { format!("1 {word}") } else { format!("{n} {word}s") };
    match within {
        Within::Days(n) => many(n, "day"),
        Within::Months(n) if n % 12 == 0 && *n > 0 => many(&(n / 12), "year"),
        Within::Months(n) => many(n, "month"),
        Within::BusinessDays(n, calendar) => format!("{} of {calendar}", many(n, "business day")),
        Within::Periods(n) => many(n, "period"),
    }
}

/// `of any 12 periods in a row`: what a cap holds for.
pub(super) fn span(over: CapSpan) -> String {
    match over {
        CapSpan::Period => "of a period".to_owned(),
        CapSpan::Periods(n) => format!("of any {n} periods in a row"),
        CapSpan::ContractYear => "of a contract year".to_owned(),
        CapSpan::Term => "of the whole term".to_owned(),
    }
}

/// What becomes of what a cap cuts.
pub(super) fn excess(excess: Excess) -> String {
    match excess {
        Excess::Lapses => "What is beyond lapses.".to_owned(),
        Excess::CarriesForward(None) => {
            "What is beyond is due in the first later period with room.".to_owned()
        }
        Excess::CarriesForward(Some(n)) => {
            format!(
                "What is beyond is due in the first of the next {} with room, and lapses then.",
                periods(n.into())
            )
        }
        Excess::PaidInCash => "What is beyond is not set off against the invoice, but paid.".to_owned(),
    }
}
