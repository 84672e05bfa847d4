//! Caps, gates, rounding of the total, and figures that are not there.

use proptest::prelude::*;

use super::{check, conserved, contract, contract_in, settled, text};
use crate::contract::Contract;

fn two_bonuses(rules: &str) -> Contract {
    contract(&format!(
        "measure a {{ reported in percent }}
         measure b {{ reported in percent }}
         measure complaints {{ reported in percent }}
         charge fee = USD 1,000.00 each period
         commitment a {{ target at least 80%; pay bonus USD 50.00 when met; pay penalty USD 70.00 when missed }}
         commitment b {{ target at least 80%; pay bonus USD 70.00 when met; pay penalty USD 90.00 when missed }}
         {rules}"
    ))
}

#[test]
fn caps_on_named_commitments_come_before_caps_on_all() {
    let contract = two_bonuses(
        "cap bonuses USD 60.00 each period
         cap bonuses on b USD 20.00 each period
         cap penalties 10% of fee each period",
    );
    let bonuses = [("cap.bonuses.1", "-50"), ("cap.bonuses.2", "-10"), ("bonuses", "60"), ("total", "1060")];
    check(&contract, "a = 80%; b = 80%", &bonuses);
    check(
        &contract,
        "a = 79%; b = 79%",
        &[("cap.penalties.1", "60"), ("penalties", "100"), ("total", "900")],
    );
    check(&contract, "a = 79%; b = 80%", &[("cap.penalties.1", "0"), ("penalties", "70"), ("bonuses", "20")]);
}

#[test]
fn a_gate_takes_what_caps_have_left() {
    let contract = two_bonuses(
        "bonus on b only if complaints is at most 0.50%
         cap bonuses USD 60.00 each period",
    );
    // Capped from 120 to 60, b keeps 35 of it.
    check(&contract, "a = 80%; b = 80%; complaints = 0.5%", &[("bonuses", "60"), ("gate.1", "0")]);
    check(&contract, "a = 80%; b = 80%; complaints = 0.51%", &[("gate.1", "-35"), ("bonuses", "25")]);
    check(&contract, "a = 80%; b = 80%", &[("gate.1", "-35"), ("bonuses", "25")]);
    let open = two_bonuses("bonus only if complaints is at most 0.50%, if not measured open");
    check(&open, "a = 80%; b = 80%", &[("bonuses", "120")]);
}

#[test]
fn a_gate_on_every_commitment() {
    let met = two_bonuses("bonus only if every commitment is met");
    check(&met, "a = 80%; b = 80%", &[("bonuses", "120")]);
    check(&met, "a = 80%; b = 79%", &[("bonuses", "0"), ("penalties", "90")]);
    check(&met, "a = 80%; b = not measured", &[("bonuses", "0"), ("penalties", "0")]);
    let minimum = two_bonuses("bonus only if every commitment is at least at minimum");
    check(&minimum, "a = 80%; b = 79%", &[("bonuses", "50")]);
}

/// Three credits of 2.5 % of 1,234.50: 30.8625 each.
fn three_credits(lines: &str) -> Contract {
    let one = |name: &str| {
        format!(
            "measure {name} {{ reported in percent }}
             commitment {name} {{ target at least 80%; pay penalty 2.5% of fee when missed }}"
        )
    };
    let clauses = format!("fact fee = GBP 1,234.50\n{}\n{}\n{}", one("a"), one("b"), one("c"));
    contract_in("GBP", lines, &clauses)
}

#[test]
fn rounding_lines_or_the_total() {
    let missed = "a = 79%; b = 79%; c = 79%";
    check(&three_credits("on each line"), missed, &[("penalty.a", "-30.86"), ("total", "-92.58")]);
    let want =
        [("penalty.a", "-30.8625"), ("penalties", "92.5875"), ("rounding", "-0.0025"), ("total", "-92.59")];
    check(&three_credits("on the total"), missed, &want);
}

#[test]
fn a_commitment_without_a_reading_keeps_its_line() {
    let contract = two_bonuses("");
    for (given, says) in [
        ("a = not measured", "nothing to measure"),
        ("a = excused: storm of 4 March", "storm of 4 March"),
        ("b = 80%", "not reported"),
    ] {
        let settled = settled(&contract, &[given]);
        for id in ["penalty.a", "bonus.a"] {
            assert!(settled.line(id).amount.is_zero());
            let steps = settled.line(id).trace.steps.join("\n");
            assert!(steps.contains(says), "{given}: {steps}");
        }
    }
}

#[test]
fn every_segment_has_its_own_lines() {
    let contract = contract(
        "measure a { share of interactions where resolved  by queue, site }
         commitment a for each segment {
           target at least 80%
           pay penalty USD 2.00 per 1 point below 80%
           pay bonus USD 1.00 * (a / 1%) when met
         }
         cap penalties on a USD 45.00 each period",
    );
    let given = "a = 5 of 10; a[voice|(missing)] = 60 of 100; a[chat|Seville] = 90 of 100; a[mail|Lodz] = not measured";
    let want = [
        ("penalty.a[voice, (missing)]", "-40"),
        ("penalty.a[chat, Seville]", "0"),
        ("bonus.a[chat, Seville]", "90"),
        ("penalty.a[mail, Lodz]", "0"),
        ("penalties", "40"),
        ("total", "50"),
    ];
    check(&contract, given, &want);
    let both = "a[voice|x] = 60 of 100; a[chat|x] = 70 of 100";
    check(&contract, both, &[("cap.penalties.1", "15"), ("penalties", "45")]);
    // Without any segment the whole is judged, so that the commitment keeps its lines.
    check(&contract, "a = 7 of 10", &[("penalty.a", "-20")]);
}

#[test]
fn a_deemed_verdict_pays_fixed_amounts_only() {
    let deemed = |verdict: &str| {
        contract(&format!(
            "measure a {{ share of surveys where csat >= 4  if none deemed {verdict} }}
             commitment a {{
               target at least 80%
               minimum at least 60%
               pay bonus USD 10.00 when met
               pay penalty USD 20.00 when missed
               pay penalty USD 40.00 when below minimum
               pay penalty USD 1.00 per 1 point below 80%
             }}"
        ))
    };
    check(&deemed("met"), "a = 0 of 0", &[("bonuses", "10"), ("penalties", "0")]);
    check(&deemed("missed"), "a = 0 of 0", &[("bonuses", "0"), ("penalties", "60")]);
    check(&deemed("met"), "a = 1 of 2", &[("bonuses", "0"), ("penalties", "90")]);
}

#[test]
fn an_amount_that_cannot_be_worked_out_says_so() {
    let contract = contract(
        "measure volume { reported in number }
         measure a { reported in percent }
         charge fee = USD 2.00 each of volume
         commitment a { target at least 80%; pay penalty 5% of fee when missed }
         cap penalties 10% of fee each period",
    );
    let settled = settled(&contract, &["a = 79%"]);
    conserved(settled.ledger());
    for (id, missing) in [("charge.fee", "volume"), ("penalty.a", "fee"), ("cap.penalties.1", "fee")] {
        assert_eq!(settled.line(id).trace.missing, [missing], "{}", text(&contract, &settled));
    }
    check(&contract, "a = 79%; volume = 100", &[("charge.fee", "200"), ("penalties", "10")]);
    check(&contract, "a = 79%; fee = USD 300.00", &[("charge.fee", "300"), ("penalties", "15")]);
}

#[test]
fn the_order_of_clauses_changes_nothing() {
    let clauses = [
        "measure a { reported in percent }",
        "measure b { reported in percent }",
        "charge fee = USD 1,000.00 each period clause \"3.1\"",
        "at risk pool = 10% of fee, allocations total 160%",
        "commitment a { clause \"6.10\"; target at least 80%; pay penalty 80% of pool when missed }",
        "commitment b { clause \"6.2\"; target at least 80%; pay penalty 80% of pool when missed }",
        "cap penalties 8% of fee each period",
    ];
    let given = ["a = 70%; b = 70%"];
    let forward = contract(&clauses.join("\n"));
    let backward = contract(&clauses.iter().rev().copied().collect::<Vec<_>>().join("\n"));
    let (one, two) = (settled(&forward, &given), settled(&backward, &given));
    assert_eq!(text(&forward, &one), text(&backward, &two));
    let ids: Vec<&str> = one.ledger().lines.iter().map(|line| line.id.as_str()).collect();
    let want = ["charge.fee", "pool.pool", "penalty.b", "penalty.a", "pool-limit.pool", "cap.penalties.1"];
    assert_eq!(ids, want);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn totals_are_the_sum_of_lines_and_caps_hold(
        a in 0u32..=10_000, b in 0u32..=10_000, complaints in 0u32..=100, cap in 1u32..=9_000, each_line: bool,
    ) {
        let percent = |value: u32| format!("{}.{:02}%", value / 100, value % 100);
        let lines = if each_line { "on each line" } else { "on the total" };
        let contract = contract_in("USD", lines, &format!(
            "measure a {{ reported in percent }}
             measure b {{ reported in percent }}
             measure complaints {{ reported in percent }}
             charge fee = USD 777.77 each period
             at risk pool = 7% of fee, allocations total 160%
             commitment a {{
               target at least 80%
               pay scale on fee {{ 70% -3%; 80% 0%; 90% +3% }}
               pay penalty 80% of pool when missed
             }}
             commitment b {{ target at least 80%; pay penalty 1% of pool per 1 point below 80%, at most 80% of pool; pay bonus USD 9.99 when met }}
             bonus on b only if complaints is at most 0.50%
             cap penalties USD {}.{:02} each period
             cap bonuses on a, b USD 20.00 each period", cap / 100, cap % 100,
        ));
        let given = format!("a = {}; b = {}; complaints = {}", percent(a), percent(b), percent(complaints));
        let settled = settled(&contract, &[&given]);
        let ledger = settled.ledger();
        conserved(ledger);
        prop_assert!(ledger.penalties <= crate::value::Ratio::decimal(i128::from(cap), 2));
        prop_assert!(ledger.bonuses <= crate::value::Ratio::whole(20));
    }
}
