//! Measures: what is calculated, over whom, and when it counts.

use super::Item;
use super::field::{nouns, value as field_value};
use super::records::{left_out, phrase, plain, used, value};
use super::words::{joined, level, list, number, rounding, sentence, step};
use crate::contract::{
    Aggregate, Contract, IfNone, Measure, MeasureKind, Nature, Otherwise, PartMissing, PercentileMethod, Row,
    ScoreKind, SetRef, Weighted, WeightedPart, clause_order,
};
use crate::value::{Quantity, Ratio, Unit};

/// Every measure the contract names, in the order of their clauses.
pub(super) fn all(contract: &Contract) -> Vec<Item> {
    let mut named: Vec<&Measure> =
        contract.measures.values().filter(|measure| !measure.name.contains(' ')).collect();
    named.sort_by_key(|measure| (clause_order(measure.clause.as_deref()), measure.name.clone()));
    named.into_iter().map(|measure| one(contract, measure)).collect()
}

fn one(contract: &Contract, measure: &Measure) -> Item {
    let Measure {
        name,
        label,
        clause,
        dimension,
        nature,
        kind,
        by,
        round,
        sample,
        if_none,
        if_not_reported,
        matured_only,
        ..
    } = measure;
    let mut item = Item::new(clause.as_ref(), name, label);
    item.say(format!("{}.", sentence(&calculated(contract, kind))));
    if let MeasureKind::Share { of, not_above, not_below, .. } = kind {
        item.sentences.extend(unless_named(contract, of));
        item.sentences.extend(left_out(contract, of, not_above, " of what is counted"));
        item.sentences.extend(left_out(contract, of, not_below, " of what it is a share of"));
    }
    let mut details = Vec::new();
    if let Some(round) = round {
        details.push(format!("rounded {}", rounding(round, &step(&round.step, measure))));
    }
    if !by.is_empty() {
        details.push(format!("also for each {}", list(by)));
    }
    if !details.is_empty() {
        item.say(format!("{}.", sentence(&details.join(", "))));
    }
    if *matured_only {
        item.say("Only records whose look-ahead has run out count.");
    } else if looks_ahead(kind) {
        item.say("A period's reading stays provisional until the look-ahead of its last record has run out.");
    }
    if let Some(sample) = sample {
        let otherwise = match sample.otherwise {
            Otherwise::NotMeasured => "there is no reading",
            Otherwise::DeemedMet => "the commitment counts as met",
            Otherwise::Pooled => "earlier periods are added until there are enough",
            Otherwise::Carried => "there is no reading, and the records count in the next period instead",
        };
        let needed = number(&Ratio::whole(sample.at_least));
        item.say(format!("With fewer than {needed} {} {otherwise}.", sample.noun));
    }
    for (rule, without) in
        [(if_none, "With nothing to measure"), (if_not_reported, "Where nobody reports it")]
    {
        match rule {
            IfNone::NotMeasured => {}
            IfNone::DeemedMet => item.say(format!("{without} the commitment counts as met.")),
            IfNone::DeemedMissed => item.say(format!("{without} the commitment counts as missed.")),
            IfNone::Value(known) => item.say(format!("{without} the reading is {known}.")),
        }
    }
    item.say(tells(contract, measure, *nature, dimension.as_deref()));
    item
}

/// What is left out of a set that has no name of its own.
fn unless_named(contract: &Contract, set: &SetRef) -> Vec<String> {
    if contract.sets.contains_key(&set.name) {
        return Vec::new();
    }
    let mut said = left_out(contract, set, &set.exclusions, "");
    said.extend(super::decisions::portions(contract, set));
    said
}

/// What it tells of the service, and whether anything hangs on it.
fn tells(contract: &Contract, measure: &Measure, nature: Nature, dimension: Option<&str>) -> String {
    let nature = match nature {
        Nature::Outcome => "An outcome",
        Nature::Experience => "An experience",
        Nature::Operational => "Operational",
    };
    let dimension = dimension.map_or_else(String::new, |it| format!(", in the dimension {it}"));
    let promised = contract.commitments.values().filter(|it| it.measure == measure.name);
    let targets: Vec<String> =
        promised.filter_map(|it| it.target.as_ref()).map(|it| level(it, Some(measure))).collect();
    match targets.is_empty() {
        true => format!("{nature}{dimension}."),
        false => format!("{nature}{dimension}; promised: {}.", list(&targets)),
    }
}

fn looks_ahead(kind: &MeasureKind) -> bool {
    let mut found = false;
    let mut see = |row: &Row| row.walk(&mut |part| found |= matches!(part, Row::Follow(_)));
    match kind {
        MeasureKind::Share { of, condition, .. } => {
            see(condition);
            of.conditions.iter().for_each(&mut see);
        }
        MeasureKind::Single(Aggregate::Count(of) | Aggregate::Distinct(_, of)) => {
            of.conditions.iter().for_each(&mut see);
        }
        _ => {}
    }
    found
}

/// What is calculated.
pub(super) fn calculated(contract: &Contract, kind: &MeasureKind) -> String {
    match kind {
        MeasureKind::Share { key, of, condition, .. } => {
            let condition = phrase(contract, &of.table, condition);
            match key {
                None => format!("the share of {} where {condition}", plain(contract, of)),
                Some(key) => format!(
                    "of the different values of {key} in {}, the share with at least one of the {} where {condition}",
                    used(contract, of),
                    nouns(&of.table)
                ),
            }
        }
        MeasureKind::Ratio { numerator, denominator } => {
            format!("{} divided by {}", figure(contract, numerator), figure(contract, denominator))
        }
        MeasureKind::Rate { of, per, base } => {
            format!(
                "how many {} there are for every {} {}",
                plain(contract, of),
                number(per),
                plain(contract, base)
            )
        }
        MeasureKind::Single(one) => figure(contract, one),
        MeasureKind::Mean { value: typed, over } => {
            format!(
                "the average of {} over {}",
                value(contract, &over.table, &typed.row),
                used(contract, over)
            )
        }
        MeasureKind::Percentile { percent, value: typed, over, method } => {
            let half = *percent == Ratio::whole(50);
            let what = value(contract, &over.table, &typed.row);
            let method = match method {
                PercentileMethod::NearestRank => "read off at the nearest rank",
                PercentileMethod::Linear => "between two ranks in proportion",
            };
            let start = match half {
                true => format!("the middle value of {what}"),
                false => format!("the value that {what} does not exceed in {} of 100 cases", number(percent)),
            };
            format!("{start}, over {}, {method}", used(contract, over))
        }
        MeasureKind::NetPromoter { value: typed, over } => format!(
            "the percentage of answers 9 and 10 to {}, less the percentage of answers 0 to 6{}",
            typed.text,
            over_which(contract, over)
        ),
        MeasureKind::TopBox { value: typed, over, from, low, high } => {
            let answers: Vec<String> = boxes(from, high).iter().map(number).collect();
            format!(
                "the share of answers to {} that are {}, on a scale from {} to {}{}",
                typed.text,
                joined(&answers, "or"),
                number(low),
                number(high),
                over_which(contract, over)
            )
        }
        MeasureKind::Scored { value: typed, over, low, high, score } => {
            let on = format!("to {} on a scale from {} to {}", typed.text, number(low), number(high));
            let what = match score {
                ScoreKind::Mean => format!("the average of the answers {on}"),
                ScoreKind::Rescaled => {
                    format!("the average of the answers {on}, as a percentage of the way between the two")
                }
                ScoreKind::Bottom { to } => {
                    format!("the share of answers {on} that are {} or less", number(to))
                }
                ScoreKind::Net { from, to } => format!(
                    "the percentage of answers {on} that are {} or more, less the percentage of {} or less",
                    number(from),
                    number(to)
                ),
            };
            format!("{what}{}", over_which(contract, over))
        }
        MeasureKind::Extreme { highest, value: typed, over } => {
            let word = if *highest { "highest" } else { "lowest" };
            let what = value(contract, &over.table, &typed.row);
            format!("the {word} of {what} over {}", used(contract, over))
        }
        MeasureKind::OverSegments(over) => {
            let of = called(contract, &over.measure);
            match &over.level {
                None => format!("the average of the readings of {of} over its segments, each counting alike"),
                Some(wanted) => format!(
                    "the share of the segments of {of} in which it is {}",
                    level(wanted, contract.measures.get(&over.measure))
                ),
            }
        }
        MeasureKind::Weighted(weighted) => weighed(contract, weighted),
        MeasureKind::Calculated(formula) => format!("calculated as {}", formula.text),
        MeasureKind::Reported => {
            "reported to the parties in a file of readings; no records are counted".to_owned()
        }
    }
}

/// A scorecard, or the gap of a survey.
fn weighed(contract: &Contract, weighted: &Weighted) -> String {
    let one = |part: &WeightedPart| {
        let weight = number(&part.weight);
        let scores: Vec<String> = match contract.measures.get(&part.measure) {
            Some(measure) => part
                .scale
                .iter()
                .map(|(at, score)| {
                    let at = Quantity::new(at.clone(), measure.unit);
                    format!("{at} scores {}", Quantity::new(score.clone(), Unit::Percent))
                })
                .collect(),
            None => Vec::new(),
        };
        let scores = if scores.is_empty() { String::new() } else { format!(" ({})", scores.join(", ")) };
        format!("{weight} for {}{scores}", called(contract, &part.measure))
    };
    let parts: Vec<String> = weighted.parts.iter().map(one).collect();
    let alike = weighted.total.is_none()
        && weighted
            .parts
            .windows(2)
            .all(|pair| pair.first().map(|it| &it.weight) == pair.last().map(|it| &it.weight));
    let what = match (&weighted.total, alike) {
        (Some(total), _) => format!("a score of {}: {}", number(total), list(&parts)),
        (None, true) => {
            let names: Vec<String> =
                weighted.parts.iter().map(|part| called(contract, &part.measure)).collect();
            format!("the average of {}", list(&names))
        }
        (None, false) => format!("an average by weight: {}", list(&parts)),
    };
    let missing = match weighted.missing {
        PartMissing::Renormalised => "without one of them the others count alone",
        PartMissing::Met => "one that is not measured counts in full",
        PartMissing::Zero => "one that is not measured counts as nothing",
        PartMissing::NotMeasured => "without one of them there is no reading",
    };
    format!("{what}; {missing}")
}

/// `, over …` where it is not simply the whole table.
fn over_which(contract: &Contract, over: &SetRef) -> String {
    if over.name == over.table { String::new() } else { format!(", over {}", used(contract, over)) }
}

fn boxes(from: &Ratio, high: &Ratio) -> Vec<Ratio> {
    let mut all = vec![from.clone()];
    while let Some(last) = all.last().filter(|last| *last < high && all.len() < 12) {
        all.push(last + &Ratio::one());
    }
    all
}

fn figure(contract: &Contract, figure: &Aggregate) -> String {
    match figure {
        Aggregate::Count(of) => format!("the number of {}", plain(contract, of)),
        Aggregate::Distinct(key, of) => {
            format!("the number of different values of {key} in {}", used(contract, of))
        }
        Aggregate::Sum(what, over) => {
            format!("the total of {} over {}", value(contract, &over.table, what), used(contract, over))
        }
    }
}

/// A measure as it is called in a sentence: what people call it, otherwise its name.
pub(super) fn called(contract: &Contract, name: &str) -> String {
    match contract.measures.get(name) {
        Some(measure) if measure.label != measure.name => format!("“{}”", measure.label),
        Some(measure) => counted(contract, &measure.kind).unwrap_or_else(|| name.to_owned()),
        None => field_value(name),
    }
}

/// What a figure stated in place counts.
fn counted(contract: &Contract, kind: &MeasureKind) -> Option<String> {
    match kind {
        MeasureKind::Single(one) => Some(figure(contract, one)),
        _ => None,
    }
}

/// One unit of a measure, for prices: `minute`, `contact`.
pub(super) fn one_of(per: &Ratio, unit: Unit) -> String {
    match unit {
        Unit::Duration => super::words::duration(per).trim_start_matches("1 ").to_owned(),
        _ if *per == Ratio::one() => "one".to_owned(),
        _ => Quantity::new(per.clone(), unit).to_string(),
    }
}
