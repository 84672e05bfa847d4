//! Verdicts and distances.

use super::{Judgement, Status, assessment_text};
use crate::settle::tests::{contract, settled};

fn judged(items: &str, measure: &str, given: &str) -> Judgement {
    let contract = contract(&format!(
        "measure m {{ {measure} }}\ncharge fee = USD 100.00 each period\ncommitment m {{ {items} }}"
    ));
    settled(&contract, &[given]).assessment.judgements[0].clone()
}

#[track_caller]
fn status(items: &str, given: &str, want: &Status) {
    assert_eq!(judged(items, "reported in percent", given).status, *want, "{items}: {given}");
}

#[test]
fn the_words_of_a_level_decide_equality() {
    let pay = "pay penalty USD 1.00 when missed";
    for (level, met) in [("at least", true), ("more than", false), ("at most", true), ("less than", false)] {
        let want = if met { Status::Met } else { Status::Missed };
        status(&format!("target {level} 90%; {pay}"), "m = 90.00%", &want);
    }
}

#[test]
fn target_and_minimum() {
    let items = "target at least 75%; minimum at least 68%; pay penalty USD 1.00 when missed";
    for (given, want) in [
        ("m = 75%", Status::Met),
        ("m = 74.99%", Status::Missed),
        ("m = 68%", Status::Missed),
        ("m = 67.99%", Status::BelowMinimum),
        ("m = not measured", Status::NotMeasured("nothing to measure".to_string())),
        ("", Status::NotMeasured("not reported".to_string())),
        ("m = excused: storm", Status::Excused("storm".to_string())),
    ] {
        status(items, given, &want);
    }
    status("pay bands on fee { below 50% penalty 1%; otherwise nothing }", "m = 10%", &Status::NoTarget);
}

/// Distances as `2.5 points to target 75% (worse, 4 records)`.
#[track_caller]
fn distances(items: &str, measure: &str, given: &str, want: &[&str]) {
    let clauses =
        format!("measure m {{ {measure} }}\ncharge fee = USD 100.00 each period\ncommitment m {{ {items} }}");
    let contract = contract(&clauses);
    let settled = settled(&contract, &[given]);
    let text = assessment_text(&contract, &settled.readings, &settled.assessment);
    let got: Vec<&str> = text.lines().skip(2).map(str::trim).collect();
    assert_eq!(got, want, "{items}: {given}");
}

const SHARE: &str = "share of surveys where csat >= 4";

#[test]
fn records_to_the_target() {
    let items = "target at least 80%; pay penalty USD 1.00 when missed";
    distances(items, SHARE, "m = 200 of 250", &["0 points to target 80% (worse, 1 record)"]);
    let whole = format!("{SHARE} round to 1 point half up");
    distances(items, &whole, "m = 200 of 250", &["0 points to target 80% (worse, 2 records)"]);
    // 77.5 %: 96 of 120 is exactly 80 %, three more.
    distances(items, SHARE, "m = 93 of 120", &["2.5 points to target 80% (better, 3 records)"]);
    // More than 80 % needs a fourth.
    let above = "target more than 80%; pay penalty USD 1.00 when missed";
    distances(above, SHARE, "m = 93 of 120", &["2.5 points to target 80% (better, 4 records)"]);
    // A rounded half counts: 95.4 of 120 would be 79.5; 96 is the first whole one, 95 is 79.17.
    distances(items, &whole, "m = 93 of 120", &["2 points to target 80% (better, 3 records)"]);
}

#[test]
fn fewer_is_better_for_what_is_unwanted() {
    let items = "target at most 5%; pay penalty USD 1.00 when missed";
    distances(
        items,
        "share of interactions where abandoned",
        "m = 60 of 1000",
        &["1 point to target 5% (better, 10 records)"],
    );
    distances(
        items,
        "share of interactions where abandoned",
        "m = 50 of 1000",
        &["0 points to target 5% (worse, 1 record)"],
    );
}

#[test]
fn the_nearest_edge_on_either_side() {
    let scale = "target at least 75%; pay scale on fee { 70% -4%; 74.5% 0%; 75.5% 0%; 80% +3% }";
    distances(
        scale,
        SHARE,
        "m = 93 of 120",
        &[
            "2 points to scale 75.5% (0%) (worse, 3 records)",
            "2.5 points to scale 80% (+3%) (better, 3 records)",
        ],
    );
    let bands = "pay bands on fee { below 70% penalty 2%; 70% to below 80% nothing; at least 80% bonus 1% }";
    distances(
        bands,
        SHARE,
        "m = 75 of 100",
        &[
            "5 points to band at least 80% (better, 5 records)",
            "5 points to band below 70% (worse, 6 records)",
        ],
    );
}

#[test]
fn an_edge_without_a_band_on_the_other_side_is_the_end_of_one() {
    let bands = "pay bands on fee { below 50% penalty 5%; 50% to below 60% penalty 1%; otherwise nothing }";
    distances(
        bands,
        "reported in percent",
        "m = 55%",
        &["5 points to end of band 50% to below 60% (better)", "5 points to band below 50% (worse)"],
    );
}

#[test]
fn the_neighbouring_steps() {
    let full = "target at least 99%; pay penalty USD 1.00 for each full 0.1 point below 99%";
    distances(
        full,
        "reported in percent",
        "m = 98.74%",
        &["0.04 points to step at 98.7% (worse)", "0.06 points to step at 98.8% (better)"],
    );
    let part = "target at least 99%; pay penalty USD 1.00 for each 0.1 point or part below 99%";
    distances(
        part,
        "reported in percent",
        "m = 98.7%",
        &["0 points to step at 98.7% (worse)", "0.1 points to step at 98.8% (better)"],
    );
    let above = "target at most 30 seconds; pay penalty USD 500.00 for each full 1 second above 30 seconds";
    distances(
        above,
        "reported in seconds",
        "m = 31.5 s",
        &["0.5 s to step at 31 s (better)", "0.5 s to step at 32 s (worse)"],
    );
}
