//! Commitments, charges, pools, conversions, gates, caps and examples.

use super::{gives, pays, sound};
use crate::contract::{Amount, ChargeKind, ConversionRule, Given, Node, Pay};
use crate::value::{Ratio, Unit};

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

#[test]
fn a_commitment_has_a_target_or_pays() {
    pays("commitment fast { }", &["E0511 1:12"]);
    pays("commitment fast { target at least 80% }", &[]);
    pays("commitment fast { pay penalty GBP 1.00 when missed }", &["E0511 1:45"]);
    pays("commitment fast { target at least 80% pay penalty GBP 1.00 when below minimum }", &["E0511 1:65"]);
    pays(
        "commitment fast { target at least 80% minimum at least 70% pay penalty GBP 1.00 when below minimum }",
        &[],
    );
    pays("commitment fast { target at least 80% pay penalty GBP 1.00 when met }", &["E0503 1:65"]);
    pays("commitment fast { target at least 80% pay bonus GBP 1.00 when missed }", &["W0603 1:63"]);
}

#[test]
fn the_minimum_is_worse_than_the_target() {
    pays("commitment fast { target at least 80% minimum at least 80% }", &["E0506 1:39"]);
    pays("commitment fast { target more than 80% minimum at least 80% }", &[]);
    pays("commitment fast { target at least 80% minimum at most 70% }", &["E0506 1:39"]);
    pays("commitment fast { target at most 5% minimum at most 8% }", &[]);
    pays("commitment fast { target at most 5% minimum at most 4% }", &["E0506 1:37"]);
}

#[test]
fn levels_that_nothing_can_have_are_pointed_out() {
    pays("commitment fast { target at least 101% }", &["W0606 1:35"]);
    pays("commitment fast { target more than 100% }", &["W0606 1:36"]);
    pays("commitment fast { target at least 100% }", &[]);
    gives("measure m { net promoter score of nps over surveys }\ncommitment m { target at least -20 }", &[]);
    gives(
        "measure m { net promoter score of nps over surveys }\ncommitment m { target at least 120 }",
        &["W0606 2:32"],
    );
}

#[test]
fn amounts_say_their_side_and_base() {
    let amount = |amount: &str, want: &[&str]| {
        pays(
            &format!("commitment fast {{ target at least 80% pay bands on fee {{ below 80% {amount} }} }}"),
            want,
        );
    };
    amount("penalty 5%", &[]);
    amount("-5%", &[]);
    amount("5%", &["E0306 1:68"]);
    amount("penalty 5", &["E0300 1:76"]);
    amount("penalty 5 points", &["E0308 1:68"]);
    pays("commitment fast { target at least 80% pay bands { below 80% penalty 5% } }", &["E0307 1:61"]);
    pays("commitment fast { target at least 80% pay bands { below 80% penalty GBP 5.00 } }", &[]);
    pays("commitment fast { target at least 80% pay penalty 5% when missed }", &["E0307 1:51"]);
    pays("commitment fast { target at least 80% pay penalty -GBP 5.00 when missed }", &["E0306 1:51"]);
    pays("commitment fast { target at least 80% pay penalty 5 when missed }", &["E0300 1:51"]);
    pays(
        "commitment fast { target at least 80% pay bands on fee { below 70% penalty 5%; 70% to below 80% penalty GBP 1.00 } }",
        &["E0505 1:97"],
    );
}

#[test]
fn points_become_money_on_their_own_side() {
    let commitment = "commitment fast { target at least 80% pay penalty 2 points when missed }\n";
    pays(commitment, &["E0308 1:51"]);
    pays(&format!("{commitment}convert points to penalty on fee {{ each 0.5% }}"), &[]);
    pays(&format!("{commitment}convert points to bonus on fee {{ each 0.5% }}"), &["E0308 1:51"]);
    pays(&format!("{commitment}convert points to penalty {{ each 0.5% }}"), &["E0307 2:34"]);
    pays(&format!("{commitment}convert points to penalty {{ each GBP 10.00 }}"), &[]);
    pays(
        &format!("{commitment}convert points to penalty on fee {{ 5 points 0%; 10 points 2%; at or below }}"),
        &[],
    );
    pays(
        &format!("{commitment}convert points to penalty on fee {{ 10 points 2%; 5 points 3%; at or below }}"),
        &["E0505 2:50"],
    );
}

#[test]
fn points_carry_the_sign_of_their_side() {
    let contract = sound(
        "commitment fast { target at least 80% pay bands { below 80% penalty 2 points } }\n\
         convert points to penalty on fee { 5 points 0%; 10 points 2%; interpolated }",
    );
    let Pay::Bands { bands, .. } = &contract.commitments["fast"].pays[0] else { panic!() };
    assert_eq!(bands[0].amount, Amount::Points(ratio("-2")));
    let Some(ConversionRule::Table { rows, interpolated: true }) = contract.conversion.map(|it| it.rule)
    else {
        panic!()
    };
    assert_eq!(rows, [(ratio("5"), Amount::Nothing), (ratio("10"), Amount::Percent(ratio("-2")))]);
}

#[test]
fn tiers_end_in_then() {
    let tiers = |rows: &str, want: &[&str]| {
        gives(&format!("charge c = graduated price of count of surveys {{ {rows} }}"), want)
    };
    tiers("first 50 GBP 0.95 each; next 50 GBP 0.90 each; then GBP 0.85 each", &[]);
    tiers("first 50 GBP 0.95 each; next 50 GBP 0.90 each", &["E0512 1:74"]);
    tiers("first 50 GBP 0.95 each; next 0 GBP 0.90 each; then GBP 0.85 each", &["E0512 1:79"]);
    tiers("first 50 GBP 0.95 each; then USD 0.85 each", &["E0303 1:79"]);
    gives(
        "measure m { mean of waited over interactions }\ncharge c = slab price of m { then GBP 1.00 each }",
        &["E0304 2:26"],
    );
}

#[test]
fn tiers_are_kept_by_their_upper_edge() {
    let contract = sound(
        "charge c = graduated price of count of surveys { first 50 GBP 0.95 each; next 50 GBP 0.90 each; then GBP 0.85 each }",
    );
    let ChargeKind::Tiered { volume, graduated: true, tiers } = &contract.charges["c"].kind else { panic!() };
    assert_eq!(volume, "count of surveys");
    assert_eq!(contract.measures["count of surveys"].unit, Unit::Number);
    let want =
        [(Some(ratio("50")), ratio("0.95")), (Some(ratio("100")), ratio("0.90")), (None, ratio("0.85"))];
    assert_eq!(*tiers, want);
}

#[test]
fn one_figure_stated_twice_is_one_measure() {
    let contract =
        sound("charge a = GBP 1.00 per 1 of count of surveys\ncharge b = GBP 2.00 * count  of surveys");
    assert_eq!(contract.measures.keys().collect::<Vec<_>>(), ["count of surveys", "fast"]);
}

#[test]
fn units_of_time_are_priced_in_their_size() {
    let contract = sound(
        "measure talk { sum of handled_for over interactions }\ncharge c = GBP 0.48 per minute of talk after 50 included",
    );
    let ChargeKind::PerUnit { per, included, .. } = &contract.charges["c"].kind else { panic!() };
    assert_eq!((per, included), (&ratio("60"), &ratio("50")));
    gives(
        "measure talk { sum of handled_for over interactions }\ncharge c = GBP 0.48 per 1 of talk",
        &["E0300 2:25"],
    );
}

#[test]
fn a_charge_built_from_charges_is_not_invoiced_again() {
    let contract = sound("charge invoice = fee + GBP 5.00\ncharge other = GBP 2.00 * 3");
    assert!(!contract.charges["invoice"].invoiced);
    assert!(contract.charges["other"].invoiced);
}

#[test]
fn allocations_are_declared_when_they_exceed_the_pool() {
    let pool = |declared: &str, one: &str, two: &str| {
        format!(
            "at risk pool = 10% of fee{declared}\ncommitment fast {{ target at least 80% pay penalty {one} of pool when missed }}\n\
             commitment too on fast {{ target at least 80% pay penalty {two} of pool when missed }}"
        )
    };
    pays(&pool("", "60%", "40%"), &[]);
    pays(&pool("", "60%", "41%"), &["E0507 1:9"]);
    pays(&pool(", allocations total 101%", "60%", "41%"), &[]);
    pays(&pool(", allocations total 100%", "60%", "41%"), &["E0507 1:46"]);
}

#[test]
fn a_pool_that_is_a_part_of_another_draws_on_it() {
    let contract = sound(
        "at risk all = 10% of fee\nat risk desk = 50% of all\ncommitment fast { target at least 80% pay penalty 40% of desk when missed }",
    );
    assert_eq!(contract.pools["desk"].parent.as_deref(), Some("all"));
    assert_eq!(contract.pools["all"].allocated, ratio("50"));
    assert_eq!(contract.pools["desk"].allocated, ratio("40"));
    assert!(matches!(&contract.pools["all"].value.node, Node::PartOf(..)));
}

#[test]
fn examples_name_what_exists_in_its_unit() {
    let example = |given: &str, expect: &str, want: &[&str]| {
        let text = format!(
            "commitment fast {{ target at least 80% pay penalty 5% of fee when missed }}\nexample \"e\" {{\ngiven {given}\nexpect {expect}\n}}"
        );
        pays(&text, want);
    };
    example("fast = 79%, fee = GBP 10.00", "penalty on fast = GBP 0.50", &[]);
    example("fast = 79", "penalty on fast = GBP 0.50", &["E0300 3:14"]);
    example("slow = 79%", "penalty on fast = GBP 0.50", &["E0203 3:7"]);
    example("fast = 79%", "penalty on slow = GBP 0.50", &["E0208 4:19"]);
    example("fast = 79%", "penalty on fast = USD 0.50", &["E0303 4:26"]);
    example("fast = 79%", "slow = GBP 0.50", &["E0205 4:8"]);
    example("fast = 79%", "fast is missed", &[]);
    example("fast = 79 of 100", "total = GBP 0.50", &[]);
    example("fee = not measured", "total = GBP 0.50", &["E0304 3:13"]);
    pays("example \"e\" { given fast = 79% }", &["W0607 1:9"]);
}

#[test]
fn a_given_fraction_keeps_both_figures() {
    let contract = sound("example \"e\" { given fast = 15 of 17 expect fast = 88.24% }");
    assert_eq!(contract.examples[0].given["fast"], Given::Fraction(ratio("15"), ratio("17")));
}

#[test]
fn one_conversion_is_enough() {
    let one = "convert points to penalty on fee { each 1% }\n";
    pays(&format!("{one}{one}"), &["E0515 2:1"]);
}

#[test]
fn caps_and_gates_have_an_order_of_their_own() {
    let contract = sound(
        "cap bonuses 1% of fee each period\ncap penalties 9% of fee each period\ncap penalties on fast 2% of fee each period\n\
         commitment fast { target at least 80% pay penalty 5% of fee when missed }\n\
         bonus only if fast is at least 50%\nbonus only if every commitment is met clause \"2\"",
    );
    let caps: Vec<&str> = contract.caps.iter().map(|it| it.text.as_str()).collect();
    let want = [
        "cap penalties on fast 2% of fee each period",
        "cap penalties 9% of fee each period",
        "cap bonuses 1% of fee each period",
    ];
    assert_eq!(caps, want);
    let gates: Vec<&str> = contract.gates.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(gates, ["bonus only if every commitment is met", "bonus only if fast is at least 50%"]);
}
