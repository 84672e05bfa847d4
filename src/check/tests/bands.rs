//! Proofs about bands, scales and steps, each with its witness.

use super::{gives, pays, says};

/// A commitment on `fast` with these bands on `fee`.
fn bands(target: &str, rows: &str) -> String {
    format!("commitment fast {{ {target}\npay bands on fee {{\n{rows}\n}} }}")
}

#[test]
fn what_lies_between_two_decimals_is_a_gap_unless_readings_are_rounded() {
    // The published table of a UK model contract, written to one decimal.
    let rows = "98.0% to 98.9% penalty 1%\n97.0% to 97.9% penalty 2%\nbelow 97% penalty 3%";
    let text = bands("target at least 99%", rows);
    pays(&text, &["E0501 3:1", "E0501 4:1"]);
    let rounded = "measure fast { share of interactions where resolved round to 0.1 points half up }\ncharge fee = GBP 1.00";
    gives(&format!("{text}\n{rounded}"), &[]);
    says(
        &bands("target at least 99%", "98% to 98.9% penalty 1%\nbelow 98% penalty 2%"),
        "at 98.95% the target is missed and no band applies",
    );
}

#[test]
fn readings_that_meet_the_target_need_no_band() {
    pays(&bands("target at least 99%", "98% to below 99% penalty 1%\nbelow 98% penalty 2%"), &[]);
    pays(&bands("", "98% to below 99% penalty 1%\nbelow 98% penalty 2%"), &["E0501 3:1"]);
    pays(&bands("", "98% to below 99% penalty 1%\nbelow 98% penalty 2%\notherwise nothing"), &[]);
    pays(&bands("", "0% to below 98% penalty 1%\n98% to 100% nothing"), &[]);
    says(&bands("", "98% to 100% nothing\nabove 10% to below 98% penalty 2%"), "at 0% no band applies");
}

#[test]
fn counts_go_in_whole_numbers_and_numbers_without_end() {
    let count = "measure n { count of surveys }\ncharge fee = GBP 1.00\n";
    let rows = "0 to 5 nothing\n6 to 10 penalty 1%\nabove 10 penalty 2%";
    let on = |rows: &str| format!("commitment n {{ pay bands on fee {{\n{rows}\n}} }}\n{count}");
    gives(&on(rows), &[]);
    gives(&on("0 to 5 nothing\n7 to 10 penalty 1%\nabove 10 penalty 2%"), &["E0501 2:1"]);
    gives(&on("0 to 5 nothing\n6 to 10 penalty 1%"), &["E0501 3:1"]);
}

#[test]
fn two_bands_never_hold_one_reading() {
    says(
        &bands(
            "target at least 99%",
            "98% to 99% nothing\nabove 99% nothing\nbelow 98% penalty 2%\n97% to below 98% penalty 1%",
        ),
        "at 97% two bands apply",
    );
    pays(
        &bands(
            "target at least 99%",
            "98% to below 99% penalty 1%\nbelow 98% penalty 2%\nexactly 97% penalty 2%",
        ),
        &["E0502 5:1"],
    );
    pays(&bands("target at least 99%", "99% to 98% penalty 1%"), &["E0505 3:1"]);
}

#[test]
fn a_penalty_while_the_target_is_met_is_shown_by_its_edge() {
    // "99.0% to 99.9% 5%" with a commitment of 99.9%.
    let rows = "99% to 99.9% penalty 5%\n95% to below 99% penalty 10%\nbelow 95% penalty 25%";
    says(&bands("target at least 99.9%", rows), "at 99.9% the target is met and a penalty of 5% is owed");
    pays(&bands("target more than 99.9%", rows), &[]);
    pays(&bands("target at least 99.9%", &rows.replace("to 99.9%", "to below 99.9%")), &[]);
    pays(&bands("target at least 90%", "below 80% penalty 1%\notherwise penalty 1%"), &["E0503 4:11"]);
}

#[test]
fn better_service_is_never_paid_less() {
    let rows = "98% to below 99% penalty 3%\nbelow 98% penalty 2%";
    says(&bands("target at least 99%", rows), "at 98%, which is better than 0%, less is paid");
    pays(
        &bands("target at least 80%", "at least 90% bonus 1%\n80% to below 90% bonus 2%\nbelow 80% nothing"),
        &["E0504 3:14"],
    );
    // Without a target nothing says which way is better.
    pays(&bands("", "98% to 100% penalty 3%\nbelow 98% penalty 2%"), &[]);
    pays(&bands("target at most 5%", "at most 2% bonus 1%\nabove 5% penalty 2%"), &[]);
    pays(&bands("target at most 5%", "above 5% to 10% penalty 2%\nabove 10% penalty 1%"), &["E0504 3:17"]);
}

#[test]
fn a_bonus_while_the_target_is_missed_is_a_warning() {
    pays(
        &bands("target at least 99%", "98% to below 99% bonus 1%\nbelow 98% nothing\nat least 99% bonus 2%"),
        &["W0603 3:18"],
    );
}

/// A commitment on `fast` with this scale on `fee`.
fn scale(target: &str, rows: &str) -> String {
    format!("commitment fast {{ {target}\npay scale on fee {{ {rows} }} }}")
}

#[test]
fn scales_ascend_and_have_two_points() {
    pays(&scale("target at least 75%", "70% -4%; 75% 0%; 80% +3%"), &[]);
    pays(&scale("target at least 75%", "70% -4%"), &["E0505 2:1"]);
    pays(&scale("target at least 75%", "75% 0%; 70% -4%"), &["E0505 2:28"]);
    pays(&scale("target at least 75%", "70% -4%; 75% -1%; 75% 0%; 80% +3%"), &[]);
    pays(&scale("target at least 75%", "70% -4%; 75% -1%; 75% 0%; 75% +3%"), &["E0505 2:46"]);
    pays(&scale("target at least 75%", "70% -4%; 75% GBP 1.00"), &["E0306 2:33"]);
    pays(&scale("target at least 75%", "70% -4%; 75% +GBP 1.00"), &["E0505 2:33"]);
}

#[test]
fn scales_are_held_against_the_target() {
    says(
        &scale("target at least 72%", "70% -4%; 74% 0%; 80% +3%"),
        "at 72% the target is met and a penalty of 2% is owed",
    );
    says(
        &scale("target more than 72%", "70% -4%; 74% 0%; 80% +3%"),
        "at 73% the target is met and a penalty of 1% is owed",
    );
    says(
        &scale("target at least 76%", "70% -4%; 75% 0%; 80% +3%"),
        "at 75.5% the target is missed and a bonus of 0.3% is paid",
    );
    pays(&scale("target at least 75%", "70% -4%; 75% -5%; 75% 0%; 80% +3%"), &["E0504 2:24"]);
    pays(&scale("target at most 5%", "2% +4%; 5% 0%; 10% -3%"), &[]);
    pays(&scale("target at most 5%", "2% 0%; 5% 0%; 10% -3%; 20% -2%"), &["E0504 2:38"]);
    // A jump just below the level still owes at the level's left.
    pays(&scale("target at least 75%", "70% -4%; 75% -2%; 75% 0%"), &[]);
    pays(&scale("target at least 74%", "70% -4%; 75% -2%; 75% 0%"), &["E0503 2:24"]);
}

#[test]
fn steps_go_the_way_that_gets_worse() {
    let step = |target: &str, pay: &str| format!("commitment fast {{ {target}\npay {pay} }}");
    pays(&step("target at least 80%", "penalty GBP 5.00 for each full 1 point below 80%"), &[]);
    pays(&step("target at least 80%", "penalty GBP 5.00 for each full 1 point above 80%"), &["E0504 2:50"]);
    pays(&step("target at most 5%", "penalty GBP 5.00 for each 1 point or part above 5%"), &[]);
    pays(&step("target at most 5%", "bonus GBP 5.00 for each 1 point or part above 5%"), &["E0504 2:51"]);
    pays(&step("target at least 75%", "penalty GBP 5.00 for each full 1 point below 80%"), &["E0503 2:50"]);
    // The full point is reached at 89% itself.
    says(
        &step("target at least 89%", "penalty GBP 5.00 for each full 1 point below 90%"),
        "at 89% the target is met and a penalty is owed",
    );
    pays(&step("target more than 89%", "penalty GBP 5.00 for each full 1 point below 90%"), &[]);
    // Reckoned from 90.01: at 90.00 exactly the reduction is 0.01, and a full point is owed from 89.01 down.
    pays(&step("target more than 90.00%", "penalty GBP 5.00 for each full 1 point below 90.01%"), &[]);
    says(
        &step("target more than 90.00%", "penalty GBP 5.00 for each 1 point or part below 90.01%"),
        "at 90.005% the target is met and a penalty is owed",
    );
    pays(&step("target at least 80%", "penalty GBP 5.00 for each full 1 point below 80"), &["E0300 2:50"]);
    pays(&step("target at least 80%", "penalty GBP 5.00 for each full 1 second below 80%"), &["E0300 2:36"]);
    pays(&step("target at least 80%", "penalty GBP 5.00 for each full 0 points below 80%"), &["E0516 2:36"]);
    pays(
        &step("target at least 80%", "penalty 5% of fee for each full 1 point below 80%, at most 20% of fee"),
        &[],
    );
    pays(
        &step("target at least 80%", "penalty 5% of fee for each full 1 point below 80%, at most 20%"),
        &["E0307 2:64"],
    );
}

#[test]
fn how_far_readings_go_depends_on_what_is_calculated() {
    let on = |kind: &str, rows: &str, want: &[&str]| {
        let bands = format!("commitment n {{ pay bands on fee {{\n{rows}\n}} }}\ncharge fee = GBP 1.00");
        gives(&format!("{bands}\nmeasure n {{ {kind} }}"), want);
    };
    let percent = "0% to 100% nothing";
    on("share of surveys where csat > 3", percent, &[]);
    on("top 2 boxes of csat on 1 to 5 over surveys", percent, &[]);
    on("reported in percent", percent, &[]);
    // Taken out below the line only, a record can still stand above it: 2 of 1.
    on(
        "share of surveys where csat > 3 excluding from denominator nps > 8 because \"x\"",
        percent,
        &["E0501 2:1"],
    );
    // Of two counts the upper is a part of the lower only if its conditions say so.
    let ratio = |above: &str| format!("ratio of count of {above} to count of surveys in percent");
    on(&ratio("surveys where csat > 3"), percent, &[]);
    on(&ratio("purchases"), percent, &["E0501 2:1"]);
    on("net promoter score of nps over surveys", "-100 to 100 nothing", &[]);
    on("net promoter score of nps over surveys", "0 to 100 nothing", &["E0501 2:1"]);
    on("mean of csat over surveys", "1 to 5 nothing", &["E0501 2:1", "E0501 2:1"]);
    on("mean of waited over interactions", "0 seconds to 1 hour nothing\nabove 1 hour nothing", &[]);
}
