//! What stands between a penalty and its payment, in sentences.

use super::Item;
use super::words::list;
use crate::contract::{
    CapSpan, Deadline, EarnBack, EarnBackWhen, Excess, MinimumAmount, Netting, OnClaim, Remedies, Within,
};

/// Earning back, claims, least amounts, netting, deadlines and names.
pub(super) fn all(remedies: &Remedies) -> Vec<Item> {
    let Remedies {
        earn_backs,
        claims,
        minimums,
        nettings,
        deadlines,
        penalties_called,
        bonuses_called,
        said,
    } = remedies;
    let mut items: Vec<Item> = claims.iter().map(claim).collect();
    items.extend(minimums.iter().map(minimum));
    items.extend(nettings.iter().map(netting));
    items.extend(earn_backs.iter().map(earn_back));
    items.extend(deadlines.iter().map(deadline));
    let called = [("penalties", penalties_called), ("bonuses", bonuses_called)];
    items.extend(called.into_iter().filter_map(|(what, name)| {
        let name = name.as_ref()?;
        Some(item(None, &[], format!("The statement calls {what} \"{name}\".")))
    }));
    items.extend(said.iter().map(|sentence| item(None, &[], sentence.clone())));
    items
}

/// What a cap says besides its limit: the periods that count together, and
/// what becomes of the excess.
pub(super) fn cap_words(over: CapSpan, excess: Excess) -> (String, &'static str) {
    let span = match over {
        CapSpan::Period => "of a period".to_owned(),
        CapSpan::Periods(n) => format!("of any {n} periods"),
        CapSpan::ContractYear => "of a contract year".to_owned(),
        CapSpan::Term => "of the whole term".to_owned(),
    };
    let rest = match excess {
        Excess::Lapses => "What is beyond it lapses.",
        Excess::CarriesForward(None) => "What is beyond it is due as soon as there is room.",
        Excess::CarriesForward(Some(_)) => {
            "What is beyond it is due when there is room, for so long as the contract says."
        }
        Excess::PaidInCash => "What is beyond it is paid beside the invoice.",
    };
    (span, rest)
}

fn item(clause: Option<&String>, names: &[String], sentence: String) -> Item {
    Item { clause: clause.cloned(), names: names.to_vec(), sentences: vec![sentence], ..Item::default() }
}

fn whom(on: &[String]) -> String {
    if on.is_empty() { String::new() } else { format!(" on {}", list(on)) }
}

fn earn_back(it: &EarnBack) -> Item {
    let EarnBack { clause, on, part, when, except_below_minimum, text: _ } = it;
    let part = if *part == crate::value::Ratio::whole(100) {
        format!("A penalty on {on} comes back")
    } else {
        format!("{} of a penalty on {on} comes back", super::words::percent(part))
    };
    let when = match when {
        EarnBackWhen::MetInNext(n) => format!("when the target is met in each of the next {n} periods"),
        EarnBackWhen::Year { figure, level, .. } => {
            format!("when {} is {}", figure.text, super::words::level(level, None))
        }
    };
    let except = if *except_below_minimum { ", but not one for a period below minimum" } else { "" };
    item(clause.as_ref(), std::slice::from_ref(on), format!("{part} {when}{except}."))
}

fn claim(it: &OnClaim) -> Item {
    let OnClaim { clause, on, within: time, text: _ } = it;
    let sentence = format!("A penalty{} is paid only when it is claimed {}.", whom(on), within(time));
    item(clause.as_ref(), on, sentence)
}

fn minimum(it: &MinimumAmount) -> Item {
    let MinimumAmount { clause, on, amount, each, raises, text: _ } = it;
    let what = if *each { "Each penalty" } else { "What is due in penalties in a period" };
    let then = match raises {
        true => format!("is at least {} when anything is due", amount.text),
        false => format!("is paid only if it is more than {}", amount.text),
    };
    item(clause.as_ref(), on, format!("{what}{} {then}.", whom(on)))
}

fn netting(it: &Netting) -> Item {
    let Netting { clause, on, before_caps, text: _ } = it;
    let sentence = match before_caps {
        true => {
            format!("Penalties and bonuses{} are set against each other before anything is capped.", whom(on))
        }
        false => format!("Bonuses{} only reduce penalties; nothing is paid beyond them.", whom(on)),
    };
    item(clause.as_ref(), on, sentence)
}

fn deadline(it: &Deadline) -> Item {
    let Deadline { what, within: time, more_than, clause, text: _ } = it;
    let more =
        more_than.as_ref().map(|amount| format!(", for more than {}", amount.text)).unwrap_or_default();
    item(
        clause.as_ref(),
        &["deadlines".to_owned()],
        format!("After each period, {what} {}{more}.", within(time)),
    )
}

/// `within 10 business days by support_hours`
fn within(time: &Within) -> String {
    match time {
        Within::Days(n) => format!("within {n} days"),
        Within::Months(n) => format!("within {n} months"),
        Within::BusinessDays(n, calendar) => format!("within {n} business days by {calendar}"),
        Within::Periods(n) => format!("within {n} periods"),
    }
}
