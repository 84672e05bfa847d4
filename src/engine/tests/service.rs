//! Service level on one set of calls, by six formulas that are all in use.
//!
//! 1,000 answered, of these 860 within 20 s; 60 abandoned, of these 20 within
//! 20 s and 10 within 5 s.

use super::*;

/// 840 of the answered calls wait 20 s exactly: within 20 seconds counts them.
fn calls() -> Given {
    let mut rows = String::new();
    let mut add = |count: usize, waited: &str, abandoned: &str| {
        for _ in 0..count {
            let id = rows.lines().count();
            rows.push_str(&format!("c{id} | 2026-01-15 10:00 | {waited} | {abandoned}\n"));
        }
    };
    add(840, "20", "no");
    add(20, "3", "no");
    add(140, "20.000001", "no");
    add(10, "5", "yes");
    add(10, "5.5", "yes");
    add(40, "21", "yes");
    Given::new("calls", "at", "id at:timestamp waited:duration abandoned:yesno", &rows)
}

fn in_time() -> Row {
    compare("waited", Compare::AtMost, "20")
}

fn short() -> Row {
    Row::And(vec![field("abandoned"), compare("waited", Compare::AtMost, "5")])
}

fn answered_in_time() -> Row {
    Row::And(vec![not(field("abandoned")), in_time()])
}

#[test]
fn six_formulas_give_six_figures() {
    let all = all("calls", "at");
    let answered = where_("answered", &all, not(field("abandoned")));
    let check = |kind: MeasureKind, above: &str, below: &str| {
        let mut bench = Bench::new("UTC", "2026-01-31", &[&calls()]).measure("level", kind);
        bench.memory.batch = 128;
        reads(&bench.first("level"), above, below);
    };
    check(share(&all, in_time()), "880", "1060");
    check(share(&answered, in_time()), "860", "1000");
    check(share(&all, answered_in_time()), "860", "1060");
    let late_or_answered =
        excluding(&all, Row::And(vec![field("abandoned"), in_time()]), "abandoned within 20 s");
    check(share(&late_or_answered, answered_in_time()), "860", "1040");
    check(share(&all, Row::Or(vec![answered_in_time(), short()])), "870", "1060");
    check(share(&excluding(&all, short(), "short abandons"), answered_in_time()), "860", "1050");
}

#[test]
fn short_abandons_may_leave_one_side_only() {
    let excluded = vec![Excluded { condition: short(), because: "short".into() }];
    let check = |not_above: &[Excluded], not_below: &[Excluded], above: &str, below: &str| {
        let kind = MeasureKind::Share {
            key: None,
            of: all("calls", "at"),
            condition: field("abandoned"),
            not_above: not_above.to_vec(),
            not_below: not_below.to_vec(),
        };
        let cell = Bench::new("UTC", "2026-01-31", &[&calls()]).measure("abandoned", kind).first("abandoned");
        reads(&cell, above, below);
        cell
    };
    check(&[], &[], "60", "1060");
    check(&excluded, &excluded, "50", "1050");
    let cell = check(&excluded, &[], "50", "1060");
    let roles: Vec<_> = cell.tallies.iter().map(|tally| (tally.role, tally.counted)).collect();
    assert_eq!(roles, [(crate::measured::Role::Above, 1050), (crate::measured::Role::Below, 1060)]);
    check(&[], &excluded, "60", "1050");
}

#[test]
fn intervals_are_pooled_not_averaged() {
    // 200 offered and 190 in time, 1,000 and 700, 50 and 50: 940 of 1,250.
    let mut rows = String::new();
    for (hour, offered, good) in [(9, 200, 190), (10, 1000, 700), (11, 50, 50)] {
        for call in 0..offered {
            let waited = if call < good { 10 } else { 30 };
            rows.push_str(&format!("{hour}-{call} | 2026-01-15 {hour}:00 | {waited} | no\n"));
        }
    }
    let given = Given::new("calls", "at", "id at:timestamp waited:duration abandoned:yesno", &rows);
    let bench =
        Bench::new("UTC", "2026-01-31", &[&given]).measure("level", share(&all("calls", "at"), in_time()));
    reads(&bench.first("level"), "940", "1250");
}

#[test]
fn the_mean_wait_is_the_sum_over_the_answered() {
    use crate::contract::{Aggregate, Typed};
    // 1,000 answered with 840 × 20 + 20 × 3 + 140 × 20.000001 = 19,660.00014 s.
    let answered = where_("answered", &all("calls", "at"), not(field("abandoned")));
    let value = Typed { row: field("waited"), unit: Unit::Duration, text: "waited".into() };
    let bench = Bench::new("UTC", "2026-01-31", &[&calls()])
        .measure("mean", MeasureKind::Mean { value, over: answered.clone() })
        .measure("sum", MeasureKind::Single(Aggregate::Sum(field("waited"), answered)));
    reads(&bench.first("mean"), "19660.00014", "1000");
    reads(&bench.first("sum"), "19660.00014", "1000");
}
