//! Each warning on both sides of its edge.

use meed_grammar::Source;

use crate::checked;

/// A contract with a fee of 100,000 a month.
fn codes(clauses: &str) -> Vec<&'static str> {
    let text = format!(
        "contract \"Support\" {{\n  client \"A\"\n  vendor \"B\"\n  term 2026-01-01 to 2026-12-31\n  timezone \"UTC\"\n  \
         currency GBP\n  periods monthly\n  rounding money to 0.01 half up on each line\n}}\n\
         charge fee = GBP 100,000.00 each period\n{clauses}"
    );
    let checked = checked::of(&Source::new("t", text));
    checked.diagnostics.iter().map(|it| it.code).collect()
}

#[track_caller]
fn check(clauses: &str, want: &[&str]) {
    assert_eq!(codes(clauses), want, "{clauses}");
}

const LASTING: &str = "measure lasting { share of interactions where resolved and not followed by interactions \
     with same customer within 7 days }\n";
const CSAT: &str = "measure csat { top 2 boxes of csat on 1 to 5 over surveys needs at least 1,000 answers, \
     otherwise not measured }\n";

fn lasting(pay: &str) -> String {
    format!("{LASTING}commitment lasting {{ target at least 75%; {pay} }}\n")
}

#[test]
fn a_bonus_that_jumps_is_a_cliff_from_one_percent_of_the_charges() {
    let bands = |first: &str, second: &str| {
        lasting(&format!(
            "pay bands on fee {{ below 75% nothing; 75% to below 86% {first}; at least 86% {second} }}"
        ))
    };
    check(&bands("bonus 1%", "bonus 2%"), &["W0605"]);
    check(&bands("bonus 1%", "bonus 1.99%"), &[]);
    // From nothing to something is where the bonus begins.
    check(&bands("nothing", "bonus 5%"), &[]);
    check(&bands("nothing", "bonus 25%"), &[]);
    check(&bands("nothing", "bonus 25.01%"), &["W0605"]);
}

#[test]
fn a_penalty_that_begins_at_the_target_is_no_cliff() {
    check(&lasting("pay penalty 10% of fee when missed"), &[]);
    check(&lasting("pay penalty 10% of fee when missed; pay bonus 3% of fee when met"), &["W0605"]);
    check(&lasting("pay scale on fee { 70% -4%; 75% 0%; 80% +3% }"), &[]);
}

#[test]
fn operational_money_wants_an_outcome_beside_it() {
    let aht = "measure handle_time { mean of handled_for over interactions }\n\
         commitment handle_time { target at most 6 minutes; pay penalty 5% of fee when missed }\n";
    check(aht, &["W0610"]);
    check(&format!("{aht}{}", lasting("pay penalty 5% of fee when missed")), &[]);
    check(&format!("{aht}{LASTING}"), &["W0610"]);
    check(&format!("{aht}{LASTING}bonus only if lasting is at least 75%\n"), &[]);
    check(&aht.replace("interactions }", "interactions kind outcome }"), &[]);
    let accepted = format!("{aht}accept W0610 on handle_time because \"a pilot of three months\"\n");
    check(&accepted, &[]);
    check(&format!("{aht}accept W0610 because \"a pilot of three months\"\n"), &[]);
}

#[test]
fn an_acceptance_of_nothing_is_reported() {
    let clean = lasting("pay penalty 5% of fee when missed");
    check(&format!("{clean}accept W0605 on lasting because \"agreed\"\n"), &["W0615"]);
    check(&format!("{clean}accept W0605 on lastin because \"agreed\"\n"), &["E0208"]);
    check(&format!("{clean}accept W9999 because \"agreed\"\n"), &["E0101"]);
}

#[test]
fn penalties_too_small_to_matter() {
    check(&lasting("pay penalty 0.99% of fee when missed"), &["W0611"]);
    check(&lasting("pay penalty 1% of fee when missed"), &[]);
    let two = |small: &str| {
        format!(
            "{}{CSAT}commitment csat {{ target at least 80%; pay penalty {small} of fee when missed }}\n",
            lasting("pay penalty 5% of fee when missed")
        )
    };
    check(&two("0.09%"), &["W0611"]);
    check(&two("0.1%"), &[]);
}

#[test]
fn resolution_by_declaration_wants_a_guard() {
    let said = "measure said { share of interactions where resolved }\n\
         commitment said { target at least 75%; pay penalty 5% of fee when missed }\n";
    check(said, &["W0612"]);
    check(&format!("{said}{CSAT}"), &["W0612"]);
    check(&format!("{said}{CSAT}commitment csat {{ target at least 80% }}\n"), &[]);
    check(
        &format!(
            "{said}measure back {{ share of resolutions where reopen_count > 0 }}\nbonus only if back is at most 3%\n"
        ),
        &[],
    );
}

#[test]
fn avoidance_wants_what_is_abandoned_beside_it() {
    let rate = "measure contact_rate { rate of interactions per 100 purchases }\n\
         commitment contact_rate { target at most 12; pay penalty 5% of fee when missed }\n";
    let gave_up = "measure gave_up { share of interactions where abandoned }\n";
    check(rate, &["W0612"]);
    check(&format!("{rate}{gave_up}"), &["W0612"]);
    check(&format!("{rate}{gave_up}commitment gave_up {{ target at most 5% }}\n"), &[]);
}

#[test]
fn a_price_and_a_penalty_for_the_same_record() {
    let price = "set solved = resolutions where outcome = \"resolved\" and not followed by interactions with same customer \
         within 7 days dated by closed_at\ncharge cases = graduated price of count of solved { then GBP 6.00 each }\n";
    let back = "measure back { share of resolutions where followed by interactions with same customer within 7 days }\n\
         commitment back { target at most 5%; pay penalty 5% of fee when missed }\n";
    check(&format!("{price}{back}"), &["W0613"]);
    check(&format!("{price}{}", back.replace("resolutions", "interactions")), &[]);
    check(&format!("{price}{}", back.replace("customer", "topic")), &[]);
}

#[test]
fn chance_tilts_a_survey_whose_sides_differ() {
    let scale = |needs: &str, top: &str| {
        let csat = CSAT.replace("1,000", needs);
        format!(
            "{csat}commitment csat {{ target at least 80%; pay scale on fee {{ 75% -4%; 79.5% 0%; 80.5% 0%; 85% {top} }} }}\n"
        )
    };
    check(&scale("100", "+3%"), &["W0614"]);
    check(&scale("100", "+4%"), &[]);
    check(&scale("1,000", "+3%"), &[]);
}

#[test]
fn the_pages_of_what_a_run_finds_show_it() {
    for code in ["W0601", "W0604", "W0605", "W0610", "W0611", "W0612", "W0613", "W0614", "W0615"] {
        let page = meed_grammar::explain::page(code).unwrap();
        for (kind, text) in page.split("```contract ").skip(1).filter_map(|part| part.split_once('\n')) {
            let text = text.split("```").next().unwrap_or_default();
            let found = checked::of(&Source::new(code, text)).diagnostics;
            let codes: Vec<_> = found.iter().map(|it| it.code).collect();
            let want = if kind == "wrong" { vec![code] } else { Vec::new() };
            assert_eq!(codes, want, "{code}, {kind} example: {found:#?}");
        }
    }
}
