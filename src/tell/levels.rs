//! Levels in the course of the term: what changes, what moves, what is not paid, baselines and amendments.

use super::Item;
use super::words::{level, sentence};
use crate::contract::{Amended, Baseline, Bound, Commitment, DatedLevel, LevelKind, Measure, MoveWhen};

/// What a commitment says beyond the levels of the start, in sentences.
pub(super) fn over_time(commitment: &Commitment, measure: Option<&Measure>) -> Vec<String> {
    let mut all = Vec::new();
    for kind in [LevelKind::Target, LevelKind::Minimum] {
        for stated in commitment.levels.of(kind) {
            all.extend(later(kind, stated, measure));
        }
    }
    for moved in &commitment.levels.moves {
        let when = match &moved.when {
            None => String::new(),
            Some(MoveWhen::Met(count)) => format!(", when met {count} periods in a row"),
            Some(MoveWhen::Compare(left, bound, right)) => {
                format!(", when {} is {} {}", left.text, bound_words(*bound), right.text)
            }
        };
        let harder = if moved.reset { "" } else { "; never easier for the vendor" };
        all.push(format!("{}{when}{harder}.", sentence(&moved.text)));
    }
    for unpaid in &commitment.unpaid {
        let counts = if unpaid.counts { "its misses count" } else { "its misses do not count" };
        all.push(format!("{}; {counts} toward streaks and rights.", sentence(&unpaid.text)));
    }
    all
}

/// A level that starts later, or that is worked out.
fn later(kind: LevelKind, stated: &DatedLevel, measure: Option<&Measure>) -> Option<String> {
    let words = match stated.fixed() {
        Some(fixed) => level(&fixed, measure),
        None => format!("{} {}", bound_words(stated.bound), stated.value.text),
    };
    let from = stated.from.map(|from| format!(" from {from}"));
    let told = from.is_some() || stated.fixed().is_none();
    told.then(|| format!("{}{}: {words}.", sentence(kind.word()), from.unwrap_or_default()))
}

/// Figures that are taken from past periods and then fixed.
pub(super) fn baselines<'a>(baselines: impl Iterator<Item = &'a Baseline>) -> Vec<Item> {
    let one = |baseline: &Baseline| {
        let mut item = Item::new(baseline.clause.as_ref(), &baseline.name, &baseline.label);
        item.say(format!("{}.", sentence(&baseline.text)));
        item
    };
    baselines.map(one).collect()
}

/// What changes on a date.
pub(super) fn amendments(amended: &[Amended]) -> Vec<Item> {
    let one = |amended: &Amended| {
        let mut item = Item { heading: amended.title.clone(), ..Item::default() };
        item.say(format!("From {} on the contract holds as amended.", amended.from));
        item
    };
    amended.iter().map(one).collect()
}

/// `at least`
fn bound_words(bound: Bound) -> &'static str {
    match bound {
        Bound::AtLeast => "at least",
        Bound::MoreThan => "more than",
        Bound::AtMost => "at most",
        Bound::LessThan => "less than",
    }
}
