//! Tests of the list of words.

use super::*;

/// Fields and tables every contract can use; none of them may be reserved.
const STANDARD: &str = "id customer topic case channel queue site agent direction initiated_by started_at \
    answered_at ended_at waited handled_for abandoned transferred resolved cause unit cost priority \
    opened_at first_response_at resolved_at reopened_at reopen_count closed_at outcome due_at at status \
    by interaction sent_at csat nps ces value from to segment period forecast actual scope reason \
    approved_by reference clause record amount interactions resolutions events surveys purchases \
    customers volumes relief adjustments claims";

#[test]
fn standard_fields_and_tables_are_names() {
    for name in STANDARD.split_whitespace() {
        assert!(is_name(name), "{name}");
    }
}

#[test]
fn words_are_listed_once() {
    let mut texts: Vec<_> = WORDS.iter().map(|word| word.text).collect();
    texts.sort_unstable();
    assert!(texts.windows(2).all(|pair| pair[0] != pair[1]));
}

#[test]
fn names_start_with_a_small_letter() {
    assert!(is_name("m2_b") && !is_name("2m") && !is_name("_m") && !is_name("Sla") && !is_name("where"));
}
