//! What a measure tells of the service, when its author does not say.
//!
//! | measured | told as |
//! |----------|---------|
//! | answers to a survey | experience |
//! | waiting, handling time, abandoned contacts, calls per hour, occupancy, adherence | operational |
//! | everything else: resolved and stayed so, cases, purchases, errors | outcome |
//!
//! It decides no money: only warnings, and how an explanation sorts the money at risk.

use meed_grammar::tree::{self, Name};

use super::Check;
use crate::contract::{Aggregate, MeasureKind, Nature, Node, Row, SetRef};

/// Fields that tell how the work was done.
const WORK: [&str; 5] = ["handled_for", "waited", "answered_at", "abandoned", "transferred"];

/// Parts of names by which such a measure is known when its records do not tell.
const WORDS: [&str; 14] = [
    "handle_time",
    "handling_time",
    "talk_time",
    "hold_time",
    "wrap",
    "speed_of_answer",
    "answer_speed",
    "wait_time",
    "waiting_time",
    "occupancy",
    "utilisation",
    "adherence",
    "abandon",
    "per_hour",
];

/// The short names of the trade, as whole words of a name.
const ACRONYMS: [&str; 3] = ["aht", "asa", "att"];

impl Check<'_> {
    /// What a measure tells of; a calculated one is of the nature of its parts, when they agree.
    pub(super) fn nature(&mut self, written: &tree::Measure, kind: &MeasureKind) -> Nature {
        let mut names = Vec::new();
        let mut part = |name: &String| names.push(Name::new(name.clone(), written.name.span));
        match kind {
            MeasureKind::Calculated(formula) => formula.node.walk(&mut |node| {
                if let Node::Measure(name) = node {
                    part(name);
                }
            }),
            MeasureKind::Weighted(weighted) => weighted.parts.iter().for_each(|it| part(&it.measure)),
            MeasureKind::OverSegments(over) => part(&over.measure),
            _ => {}
        }
        // The items of a gap have no clause of their own.
        let mut nature = |name: &Name| match self.inline.get(&name.value) {
            Some(inner) => Some(inner.nature),
            None => Some(self.measure(name)?.nature),
        };
        let parts: Vec<Nature> = names.iter().filter_map(&mut nature).collect();
        of(written.nature.as_ref().map(|it| it.value), &written.name.value, kind, &parts)
    }
}

/// What the author says, otherwise what is measured, otherwise what the name says.
pub(super) fn of(said: Option<Nature>, name: &str, kind: &MeasureKind, parts: &[Nature]) -> Nature {
    let same = parts.first().filter(|first| parts.iter().all(|part| part == *first)).copied();
    said.or_else(|| told(kind)).or(same).unwrap_or_else(|| named(name))
}

/// What the records tell; none when they tell nothing.
fn told(kind: &MeasureKind) -> Option<Nature> {
    match kind {
        MeasureKind::NetPromoter { .. } | MeasureKind::TopBox { .. } | MeasureKind::Scored { .. } => {
            Some(Nature::Experience)
        }
        MeasureKind::Share { of, condition, .. } => {
            of_set(of).or_else(|| work(condition).then_some(Nature::Operational))
        }
        MeasureKind::Mean { value, over }
        | MeasureKind::Percentile { value, over, .. }
        | MeasureKind::Extreme { value, over, .. } => {
            of_set(over).or_else(|| work(&value.row).then_some(Nature::Operational))
        }
        MeasureKind::Single(figure) => of_figure(figure),
        MeasureKind::Ratio { numerator, denominator } => {
            of_set(set_of(numerator)).or_else(|| against(set_of(numerator), set_of(denominator)))
        }
        MeasureKind::Rate { of, base, .. } => of_set(of).or_else(|| against(of, base)),
        MeasureKind::Calculated(_)
        | MeasureKind::Weighted(_)
        | MeasureKind::OverSegments(_)
        | MeasureKind::Reported => None,
    }
}

fn of_figure(figure: &Aggregate) -> Option<Nature> {
    match figure {
        Aggregate::Count(of) | Aggregate::Distinct(_, of) => of_set(of).or_else(|| in_set(of)),
        Aggregate::Sum(value, over) => {
            of_set(over).or_else(|| work(value).then_some(Nature::Operational)).or_else(|| in_set(over))
        }
    }
}

fn set_of(figure: &Aggregate) -> &SetRef {
    match figure {
        Aggregate::Count(of) | Aggregate::Distinct(_, of) | Aggregate::Sum(_, of) => of,
    }
}

/// Contacts for an order or customer tell how often people had to ask; set
/// against contacts, or picked out by how they were worked on, of the work.
fn against(of: &SetRef, base: &SetRef) -> Option<Nature> {
    match of.table == "interactions" && base.table != "interactions" {
        true => of.conditions.iter().any(work).then_some(Nature::Operational),
        false => in_set(of),
    }
}

fn of_set(set: &SetRef) -> Option<Nature> {
    (set.table == "surveys").then_some(Nature::Experience)
}

/// Contacts counted, or picked out by how they were worked on, tell of the work.
fn in_set(set: &SetRef) -> Option<Nature> {
    let result = |row: &Row| {
        let mut found = false;
        row.walk(&mut |part| {
            found |= matches!(part, Row::Follow(_));
            found |= matches!(part, Row::Field(field) if field == "resolved");
        });
        found
    };
    let workload = set.table == "interactions" && !set.conditions.iter().any(result);
    (workload || set.conditions.iter().any(work)).then_some(Nature::Operational)
}

/// Whether a condition or value of contacts rests on how they were worked on
/// and on nothing that came of them.
fn work(row: &Row) -> bool {
    let (mut about_work, mut about_result) = (false, false);
    row.walk(&mut |part| match part {
        Row::Field(field) => {
            about_work |= WORK.contains(&field.as_str());
            about_result |= field == "resolved";
        }
        Row::Elapsed(from, to) => {
            about_work |= from == "started_at" && (to == "answered_at" || to == "ended_at");
        }
        Row::Follow(_) => about_result = true,
        _ => {}
    });
    about_work && !about_result
}

fn named(name: &str) -> Nature {
    let name = name.to_lowercase();
    let acronym = |word: &str| ACRONYMS.contains(&word);
    let operational = WORDS.iter().any(|word| name.contains(word)) || name.split(['_', ' ']).any(acronym);
    if operational { Nature::Operational } else { Nature::Outcome }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_when_the_records_do_not() {
        for name in ["average_handle_time", "aht", "schedule_adherence", "calls_per_hour", "abandonment"] {
            assert_eq!(of(None, name, &MeasureKind::Reported, &[]), Nature::Operational, "{name}");
        }
        for name in ["resolved_first_time", "math", "complaints"] {
            assert_eq!(of(None, name, &MeasureKind::Reported, &[]), Nature::Outcome, "{name}");
        }
        assert_eq!(of(Some(Nature::Outcome), "aht", &MeasureKind::Reported, &[]), Nature::Outcome);
    }
}
