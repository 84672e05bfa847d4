//! Examples that disagree, exposure by hand, caps and bounds, monotonicity.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{contract as prove, exposure, net_at};
use crate::contract::Contract;
use crate::settle::tests::{contract, ratio};
use crate::value::Ratio;

const REGIME: &str = "
    measure fcr { share of contacts_all where resolved }
    set contacts_all = interactions
    charge fee = graduated price of count of contacts_all { first 8,000 USD 6.00 each; then USD 5.40 each }
    commitment fcr {
      target at least 75%
      minimum at least 68%
      pay scale on fee { 70% -4%; 74.5% 0%; 75.5% 0%; 80% +3% }
    }";

fn messages(contract: &Contract) -> Vec<String> {
    prove(contract).into_iter().map(|found| format!("{}: {}", found.code, found.message)).collect()
}

#[track_caller]
fn finds(clauses: &str, want: &[&str]) {
    assert_eq!(messages(&contract(clauses)), want, "{clauses}");
}

#[test]
fn examples_are_executed() {
    let example = |items: &str| format!("{REGIME}\nexample \"6.1\" {{ {items} }}");
    let given = "given fcr = 77.50%, fee = USD 55,020.00";
    finds(
        &example(&format!("{given} expect bonus on fcr = USD 733.60, fcr is met, total = USD 55,753.60")),
        &[],
    );
    finds(
        &example(&format!("{given} expect bonus on fcr = USD 733.61")),
        &["E0508: example \"6.1\": the bonus on `fcr` is USD 733.60, not USD 733.61"],
    );
    finds(
        &example(&format!("{given} expect fcr is missed")),
        &["E0508: example \"6.1\": `fcr` is met, not missed"],
    );
    finds(
        &example("given fcr = 93 of 120 expect bonus on fcr = USD 733.60"),
        &["E0508: example \"6.1\": the bonus on `fcr` cannot be worked out"],
    );
    finds(
        &example("given fee = USD 1.00 expect penalty on fcr = USD 0.00"),
        &["E0508: example \"6.1\": the penalty on `fcr` cannot be worked out"],
    );
    finds(&example("given fcr = not measured expect fcr is not measured, penalties = USD 0.00"), &[]);
    finds(&example("given fcr = 2 of 3 expect fcr = 66.67%"), &[]);
    finds(
        &example("given fcr = 2 of 3 expect fcr = 66.66%"),
        &["E0508: example \"6.1\": `fcr` is 66.666666…%, not 66.66%"],
    );
}

#[test]
fn a_wrong_example_shows_its_working_and_what_to_write() {
    let contract = contract(&format!(
        "{REGIME}\nexample \"6.1\" {{ given fcr = 70%, fee = USD 100.00 expect penalty on fcr = USD 5.00 }}"
    ));
    let found = &prove(&contract)[0];
    assert_eq!(found.notes, ["70% is a point of the scale: penalty 4%", "4% of USD 100.00 = USD 4.00"]);
    assert_eq!(found.help.as_deref(), Some("expect USD 4.00, or correct the clause"));
}

#[test]
fn exposure_in_percent_of_a_charge_that_varies() {
    let text = exposure(&contract(REGIME)).text();
    let want = "penalties at most 4% of fee in one period\n  fcr: 4% of fee at 0%\n\
                bonuses at most 3% of fee in one period\n  fcr: 3% of fee at 80%\n";
    assert_eq!(text, want);
}

#[test]
fn exposure_in_money_after_pools() {
    let text = exposure(&contract(
        "charge fee = USD 450,000.00 each period
         at risk pool = 12% of fee, allocations total 140%
         measure fcr { reported in percent }
         measure csat { reported in percent }
         commitment fcr { target at least 80%; pay penalty 80% of pool when missed }
         commitment csat { target at least 80%; pay penalty 60% of pool when missed }",
    ))
    .text();
    let want = "penalties at most USD 54,000.00 in one period (pool pool)\n  csat: USD 32,400.00 at 0%\n  fcr: USD 43,200.00 at 0%\n\
                no bonuses\n";
    assert_eq!(text, want);
}

#[test]
fn exposure_without_bound_and_bounded_by_a_cap() {
    let clauses = "measure asa { reported in seconds }
         commitment asa {
           target at most 30 seconds
           pay bonus USD 500.00 per 1 second below 15 seconds
           pay penalty USD 500.00 per 1 second above 30 seconds
         }";
    let want = "penalties without bound\n  asa: unbounded\nbonuses at most USD 7,500.00 in one period\n  asa: USD 7,500.00 at 0 s\n";
    assert_eq!(exposure(&contract(clauses)).text(), want);
    finds(clauses, &["W0604: nothing bounds the penalty on `asa`"]);
    let capped = format!("{clauses}\ncap penalties USD 9,000.00 each period");
    assert!(
        exposure(&contract(&capped))
            .text()
            .starts_with("penalties at most USD 9,000.00 in one period (cap)\n")
    );
    finds(&capped, &[]);
    finds(&clauses.replace("above 30 seconds\n", "above 30 seconds, at most USD 4,000.00\n"), &[]);
}

#[test]
fn a_cap_above_the_worst_never_binds() {
    let with = |cap: &str| format!("{REGIME}\n{cap}");
    let never = "W0601: this cap on penalties can never bind";
    finds(&with("cap penalties 5% of fee each period"), &[never]);
    finds(&with("cap penalties 4% of fee each period"), &[]);
    finds(&with("cap penalties 3% of fee each period"), &[]);
    finds(&with("cap penalties on fcr 4.5% of fee each period"), &[never]);
    finds(&with("cap bonuses 3.5% of fee each period"), &["W0601: this cap on bonuses can never bind"]);
    let found = &prove(&contract(&with("cap penalties 5% of fee each period")))[0];
    assert_eq!(found.notes, ["all penalties it applies to come to 4% of fee at most", "with `fcr` = 0%"]);
}

#[test]
fn points_count_toward_the_exposure() {
    let text = exposure(&contract(
        "charge fee = USD 400,000.00 each period
         measure kpi { reported in percent }
         commitment kpi {
           target at least 99%
           pay bands { below 96% penalty 4 points; 96% to below 99% penalty 1 point; otherwise nothing }
         }
         convert points to penalty on fee { each 0.5% of fee }",
    ))
    .text();
    assert_eq!(text, "penalties at most USD 8,000.00 in one period\n  kpi: 4 points at 0%\nno bonuses\n");
}

/// Contracts in which a higher reading of `m` is better.
const MONOTONE: [&str; 4] = [
    "pay scale on fee { 70% -4%; 74.5% 0%; 75.5% 0%; 80% +3% }",
    "target at least 80%; pay penalty 1% of fee for each full 1 point below 80%, at most 9% of fee; pay bonus 2% of fee when met",
    "target at least 80%; pay penalty 1% of fee for each 0.3 point or part below 80%; pay bonus USD 3.00 per 1 point above 90%",
    "pay bands on fee { below 70% penalty 5%; 70% to below 80% penalty 1%; 80% to below 90% nothing; at least 90% bonus 2% }",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_better_reading_never_earns_less(which in 0..MONOTONE.len(), a in 0u32..=10_000, b in 0u32..=10_000, capped: bool) {
        let caps = if capped { "cap penalties 3% of fee each period\ncap bonuses 1% of fee each period" } else { "" };
        let contract = contract(&format!(
            "measure m {{ reported in percent }}
             charge fee = USD 12,345.67 each period
             commitment m {{ {} }}\n{caps}",
            MONOTONE[which],
        ));
        let earns = |value: u32| {
            net_at(&contract, "m", &Ratio::decimal(i128::from(value), 2), &BTreeMap::new()).unwrap()
        };
        prop_assert!(earns(a.min(b)) <= earns(a.max(b)));
    }
}

#[test]
fn what_is_earned_is_bonuses_less_penalties() {
    let charges = BTreeMap::from([("fee".to_string(), ratio("1000"))]);
    for (reading, net) in [("70", "-40"), ("75", "0"), ("80", "30")] {
        assert_eq!(net_at(&contract(REGIME), "fcr", &ratio(reading), &charges), Some(ratio(net)));
    }
}

#[test]
fn several_charges_that_vary() {
    let text = exposure(&contract(
        "measure a { reported in percent }
         measure b { reported in percent }
         charge one = USD 1.00 each of count of interactions
         charge two = USD 2.00 each of count of surveys
         commitment a { target at least 80%; pay penalty 5% of one when missed }
         commitment b { target at least 80%; pay penalty 2% of two when missed; pay bonus USD 10.00 when met }",
    ))
    .text();
    let want = "penalties at most 5% of one + 2% of two in one period\n  a: 5% of one at 0%\n  b: 2% of two at 0%\n\
                bonuses at most USD 10.00 in one period\n  b: USD 10.00 at 80%\n";
    assert_eq!(text, want);
}

#[test]
fn the_cap_or_pool_that_stops_the_worst_month_is_named() {
    let with = |clauses: &str| exposure(&contract(&format!("{REGIME}\n{clauses}"))).text();
    let capped =
        with("cap penalties 3% of fee each period clause \"6.7\"\ncap bonuses 9% of fee each period");
    assert!(capped.starts_with("penalties at most 3% of fee in one period (cap, clause 6.7)\n"), "{capped}");
    assert!(capped.contains("bonuses at most 3% of fee in one period\n"), "{capped}");
    let pooled = exposure(&contract(
        "charge fee = USD 6.00 each of count of interactions
         at risk pool \"At-risk amount\" = 10% of fee, allocations total 150% clause \"5.2\"
         measure csat { reported in percent }
         commitment csat { target at least 80%; pay penalty 150% of pool when missed }",
    ));
    let want = "penalties at most 10% of fee in one period (pool At-risk amount, clause 5.2)\n  csat: 15% of fee at 0%\nno bonuses\n";
    assert_eq!(pooled.text(), want);
}

#[test]
fn a_share_with_records_taken_out_below_the_line_only_can_pass_100_percent() {
    let clauses = |out: &str| {
        format!(
            "measure m {{ share of interactions where resolved {out} }}
             charge fee = USD 1,000.00 each period
             commitment m {{ target at least 90%; pay bonus USD 10.00 per 1 point above 90% }}"
        )
    };
    let plain = exposure(&contract(&clauses(""))).text();
    assert_eq!(plain, "no penalties\nbonuses at most USD 100.00 in one period\n  m: USD 100.00 at 100%\n");
    let above = clauses("excluding from denominator abandoned because \"x\"");
    assert_eq!(exposure(&contract(&above)).text(), "no penalties\nbonuses without bound\n  m: unbounded\n");
    finds(&above, &["W0604: nothing bounds the bonus on `m`"]);
}

#[test]
fn repetition_counts_as_complete() {
    let fixed = "measure m { reported in percent } charge fee = USD 1,000.00 each period
        commitment m { target at least 90%; pay penalty USD 100.00 when missed";
    let worst = |rest: &str| exposure(&contract(&format!("{fixed} {rest} }}"))).text();
    let at_most = |amount: &str| format!("penalties at most USD {amount} in one period");
    for (rest, amount) in [
        ("", "100.00"),
        ("missed 2 periods in a row penalty x 2; missed 3 periods in a row penalty x 4", "400.00"),
        ("any commitment missed in 2 of any 6 periods penalty x 1.5", "150.00"),
        // Twelve periods: eleven times doubled.
        ("missed 2 periods in a row penalty x 2 compounding", "204,800.00"),
        ("pay penalty USD 50.00 when missed in 4 of any 12 periods", "150.00"),
    ] {
        assert_eq!(worst(rest).lines().next(), Some(at_most(amount).as_str()), "{rest}");
    }
}

#[test]
fn what_is_taken_from_earlier_periods_is_said_to_be_left_out() {
    let clauses = "measure m { reported in percent } charge fee = USD 1,000.00 each period
        charge usual = average of fee over 3 periods
        commitment m { target at least 90%; pay penalty 10% of usual when missed }
        cap penalties USD 500.00 each period
        cap penalties LATER each period";
    let clauses = clauses.replace("LATER", "USD 900.00 - sum of penalties over the 3 periods before");
    let contract = contract(&clauses);
    let text = exposure(&contract).text();
    assert!(text.contains("not counted, for it is taken from earlier periods: m"), "{text}");
    assert_eq!(messages(&contract), Vec::<String>::new());
}
