//! Whole regimes from published contracts, to the cent.

use super::{check, contract, contract_in};

/// Vendor master agreement: a credit for each full point below 90.01 (99.01).
fn severities(rate: &str, level: &str, target: &str) -> crate::contract::Contract {
    contract(&format!(
        "measure fixed {{ share of resolutions where outcome = \"ok\"  round to 0.01 points half up }}
         charge fee = USD 12,400.00 each period
         commitment fixed {{
           target more than {target}
           pay penalty {rate} of fee for each full 1 point below {level}
         }}"
    ))
}

#[test]
fn s1_credits_for_each_full_point() {
    let low = severities("1%", "90.01%", "90.00%");
    for (given, credit) in [
        ("15 of 17", "124"),
        ("90 of 100", "0"),
        ("8901 of 10000", "124"),
        ("8902 of 10000", "0"),
        ("100 of 100", "0"),
        ("0 of 0", "0"),
    ] {
        check(&low, &format!("fixed = {given}"), &[("penalties", credit)]);
    }
    check(&severities("1%", "99.01%", "99.00%"), "fixed = 65 of 68", &[("penalties", "372")]);
    check(&severities("5%", "99.01%", "99.00%"), "fixed = 65 of 68", &[("penalties", "1860")]);
}

#[test]
fn s2_pools_within_the_amount_at_risk() {
    let clauses = "charge invoice = USD 100,000.00 each period
         at risk all = 10% of invoice, allocations total 150%
         at risk one = 50% of all
         at risk two = 30% of all
         at risk three = 70% of all
         measure a { reported in percent }
         measure b { reported in percent }
         measure c { reported in percent }
         commitment a { target at least 95%; pay penalty 40% of one when missed }
         commitment b { target at least 95%; pay penalty 100% of two when missed }
         commitment c { target at least 95%; pay penalty 100% of three when missed }";
    let contract = contract(clauses);
    check(&contract, "a = 94%; b = 95%; c = 95%", &[("penalties", "2000")]);
    check(&contract, "a = 94%; b = 94%; c = 95%", &[("penalty.b", "-3000"), ("penalties", "5000")]);
    let all =
        [("penalty.c", "-7000"), ("pool-limit.all", "2000"), ("penalties", "10000"), ("total", "90000")];
    check(&contract, "a = 94%; b = 94%; c = 94%", &all);
}

#[test]
fn s4_seconds_either_side_of_a_dead_band() {
    let contract = contract(
        "measure asa { reported in seconds }
         measure missed { reported in number }
         measure late { reported in number }
         measure received { reported in number }
         measure beyond { calculated as greater of late - 5% of received and 0 }
         commitment asa {
           target at most 30 seconds
           pay bonus USD 500.00 per 1 second below 15 seconds
           pay penalty USD 500.00 per 1 second above 30 seconds
         }
         commitment missed { target at most 0; pay penalty USD 50.00 per 1 above 0 }
         commitment beyond { target at most 0; pay penalty USD 5.00 per 1 above 0 }",
    );
    for (asa, bonus, penalty) in [
        ("14", "500", "0"),
        ("47", "0", "-8500"),
        ("15", "0", "0"),
        ("29.99", "0", "0"),
        ("30", "0", "0"),
        ("14.4", "300", "0"),
        ("30.6", "0", "-300"),
    ] {
        check(&contract, &format!("asa = {asa} seconds"), &[("bonus.asa", bonus), ("penalty.asa", penalty)]);
    }
    check(&contract, "missed = 87", &[("penalty.missed", "-4350")]);
    check(&contract, "asa = 47 s; missed = 87", &[("total", "-12850")]);
    check(&contract, "late = 1500; received = 24,000", &[("penalty.beyond", "-1500")]);
}

#[test]
fn s5_prices_for_each_resolution() {
    let tiers = "{ first 50 USD 0.95 each; next 50 USD 0.90 each; then USD 0.85 each }";
    let contract = contract(&format!(
        "measure solved {{ reported in number }}
         charge graduated_fee = graduated price of solved {tiers}
         charge slab_fee = slab price of solved {tiers}
         charge allowance = USD 0.99 each of solved after 50 included"
    ));
    let fees = |graduated, slab| [("charge.graduated_fee", graduated), ("charge.slab_fee", slab)];
    check(&contract, "solved = 253", &fees("222.55", "215.05"));
    check(&contract, "solved = 50", &fees("47.50", "47.50"));
    check(&contract, "solved = 51", &fees("48.40", "45.90"));
    check(&contract, "solved = 0", &fees("0", "0"));
    // 300 at the published list: 50 × 0.95 + 50 × 0.90 + 200 × 0.85.
    check(&contract, "solved = 300", &fees("262.50", "255.00"));
    for (solved, fee) in [("180", "128.70"), ("138", "87.12"), ("43", "0"), ("50", "0"), ("51", "0.99")] {
        check(&contract, &format!("solved = {solved}"), &[("charge.allowance", fee)]);
    }
}

#[test]
fn s6_points_between_thresholds_times_size_and_prevalence() {
    let practice = |list: &str, prevalence: &str| {
        contract_in(
            "GBP",
            "on each line",
            &format!(
                "measure asthma {{ reported in percent }}
                 fact list_size = {list}
                 fact prevalence = {prevalence}
                 commitment asthma {{ pay scale {{ 45% 0 points; 70% +20 points }} }}
                 convert points to bonus {{ each GBP 220.62 * list_size * prevalence }}"
            ),
        )
    };
    let exact = practice("15,326 / 9,962", "1");
    check(&exact, "asthma = 61%", &[("points", "12.80"), ("bonuses", "4344.47")]);
    check(&practice("15,326 / 9,962", "1.1"), "asthma = 61%", &[("bonuses", "4778.92")]);
    check(&practice("1.54", "1"), "asthma = 61%", &[("bonuses", "4348.86")]);
    for (reading, points) in [("45%", "0"), ("30%", "0"), ("70%", "20"), ("71%", "20")] {
        check(&exact, &format!("asthma = {reading}"), &[("points", points)]);
    }
}

#[test]
fn s6_a_price_for_each_of_74_points() {
    let contract = contract_in(
        "GBP",
        "on each line",
        "measure achieved { reported in number }
         charge fee = GBP 201.16 * achieved",
    );
    check(&contract, "achieved = 74", &[("charges", "14,885.84")]);
}
