//! The word an author most likely meant, or none when nothing is near.
//!
//! `resolvd` is one letter from `resolved`, which is within a third of its
//! length; `price` is too far from `rate`. What the field calls by another
//! name is known: a `kpi` is a `measure` here, a `malus` a `penalty`.

use std::cmp::Reverse;

/// The nearest of `known` to `word`, ignoring case; none when nothing is near enough.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let limit = word.chars().count().div_ceil(3);
    let measured = known.into_iter().map(|other| {
        let lower = other.to_lowercase();
        (strsim::osa_distance(&word, &lower), Reverse(shared(&word, &lower)), other)
    });
    let near = measured.filter(|(distance, _, other)| *distance <= limit.min(third(other)));
    near.min_by_key(|(distance, shared, _)| (*distance, *shared)).map(|(_, _, other)| other)
}

/// How many letters both start with.
fn shared(word: &str, other: &str) -> usize {
    word.chars().zip(other.chars()).take_while(|(left, right)| left == right).count()
}

fn third(word: &str) -> usize {
    word.chars().count().div_ceil(3)
}

/// What this language calls what others call `word`.
#[must_use]
pub fn synonym(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase().replace('-', "_");
    SYNONYMS.iter().find(|(_, others)| others.contains(&word.as_str())).map(|(own, _)| *own)
}

/// Our word, then what else it is called in contracts.
#[rustfmt::skip]
const SYNONYMS: &[(&str, &[&str])] = &[
    ("measure", &["kpi", "pi", "sli", "metric", "indicator", "performance_indicator", "critical_measure"]),
    ("commitment", &["sla", "slo", "service_level", "guarantee", "obligation", "promise", "kpi_target"]),
    ("target", &["slr", "esl", "aql", "objective", "goal", "threshold", "expected", "standard"]),
    ("minimum", &["msl", "floor", "lower_threshold", "minimum_service_level"]),
    ("penalty", &["malus", "service_credit", "credit", "deduction", "abatement", "damages", "liquidated_damages",
                  "disincentive", "fee_reduction"]),
    ("bonus", &["incentive", "premium", "reward", "gain_share", "outperformance", "performance_payment"]),
    ("charge", &["fee", "price", "rate_card", "invoice", "tariff"]),
    ("at risk", &["pool", "at_risk", "atrisk", "fees_at_risk", "at_risk_amount"]),
    ("convert", &["conversion"]),
    ("cap", &["limit", "ceiling", "maximum"]),
    ("set", &["population", "filter", "dataset", "cohort", "let"]),
    ("fact", &["constant", "figure", "given_fact"]),
    ("calendar", &["business_hours", "hours", "working_time", "schedule"]),
    ("contract", &["agreement", "schedule_of_services"]),
    ("client", &["customer", "buyer", "purchaser", "authority"]),
    ("vendor", &["supplier", "provider", "contractor", "seller"]),
    ("excluding", &["except", "exclude", "exclusion", "without"]),
    ("because", &["reason", "since"]),
    ("bands", &["tiers", "levels", "steps"]),
    ("mean", &["average", "avg"]),
    ("at least", &["minimum_of", "min", "gte"]),
    ("at most", &["max", "lte"]),
    ("periods", &["period", "measurement_period", "frequency"]),
    ("term", &["duration", "effective", "validity"]),
    ("where", &["when", "with", "having"]),
    ("example", &["illustration", "test", "worked_example"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_is_not() {
        let known = ["resolved", "abandoned", "queue"];
        assert_eq!(nearest("resolvd", known), Some("resolved"));
        assert_eq!(nearest("Queue", known), Some("queue"));
        assert_eq!(nearest("open_dt", ["CLOSED_DT", "OPEN_DT"]), Some("OPEN_DT"));
        assert_eq!(nearest("price", known), None);
        assert_eq!(nearest("q", known), None);
    }

    #[test]
    fn the_nearest_of_several_wins() {
        assert_eq!(nearest("wher", ["when", "where"]), Some("where"));
        assert_eq!(nearest("mesure", ["measured", "measure"]), Some("measure"));
    }

    #[test]
    fn other_names_of_the_field_are_known() {
        assert_eq!(synonym("KPI"), Some("measure"));
        assert_eq!(synonym("service-credit"), Some("penalty"));
        assert_eq!(synonym("queue"), None);
    }
}
