//! Money that is shared out or taken back is neither made nor lost.
//!
//! - The parts of a charge-back sum to the whole in whole cents, whatever the rows and weights.
//! - Charges with what came back later taken back as if never counted come, in all periods together, to the
//!   charges of what stayed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use meed::measured::Measured;
use meed::reading;
use meed::settle::{Ledger, LineKind};
use meed::value::Ratio;
use proptest::prelude::*;

use super::laws::{contract, evaluate, settled, try_on};
use super::rows::{CLAUSES, contacts, orders, written};

const BACKS: [&str; 6] = [
    "charge back total by topic of contacts, unknown pro rata clause \"1\"",
    "charge back total by topic of contacts, unknown held centrally clause \"2\"",
    "charge back fee by channel, shared by sum of waited over contacts, unknown to \"Desk\" clause \"3\"",
    "charge back GBP 100.01 by channel, shared by distinct customer in contacts, unknown to \"voice\", at most GBP 33.33 each clause \"4\"",
    "charge back (fee - GBP 77.77) by topic of cases, unknown pro rata clause \"5\"",
    "charge back total by topic, shared by started, unknown held centrally, at most GBP 5 each clause \"6\"",
];

/// Whatever is shared out is shared out whole.
fn add_up(ledger: &Ledger) {
    let mut wholes: BTreeMap<String, (Ratio, Ratio, usize)> = BTreeMap::new();
    for line in ledger.lines.iter().filter(|line| line.kind == LineKind::ChargeBack) {
        let number = line.id.split('[').next().unwrap().to_string();
        let entry = wholes.entry(number).or_default();
        if line.segment.is_whole() {
            entry.0 = line.amount.clone();
        } else {
            entry.1 = &entry.1 + &line.amount;
            entry.2 += 1;
        }
        let cents = &line.amount * &Ratio::whole(100);
        assert_eq!(cents, cents.floor(), "{} is {} cents", line.id, cents);
    }
    for (number, (whole, parts, count)) in wholes {
        assert_eq!(whole, parts, "{number}");
        assert!(count > 0, "{number} has no parts");
    }
}

/// Charge-backs over rows: missing units, months without any, negative amounts.
pub fn charge_backs_of_rows() {
    let text = format!("{}\n{}", CLAUSES.join("\n"), BACKS.join("\n"));
    let contract = contract(&text).unwrap();
    try_on(24, &(contacts(), any::<u64>()), |(rows, seed)| {
        let found = evaluate(&contract, written(&rows, 1, &orders(seed)).path(), 3, 2);
        for ledger in &found.settlement.periods {
            add_up(ledger);
            let of_total = ledger.lines.iter().filter(|it| it.id == "charge-back.1");
            assert_eq!(of_total.map(|it| it.amount.clone()).sum::<Ratio>(), ledger.total);
        }
    });
}

/// Charge-backs by weights of any size, of any amount.
pub fn charge_backs_of_weights() {
    let weights = prop::collection::vec(0_u64..1_000_000, 1..12);
    try_on(300, &(weights, 0_u64..500_000, -99_999_i64..9_999_999), |(weights, unknown, cents)| {
        let sign = if cents < 0 { "-" } else { "" };
        let amount = format!("{sign}GBP {}.{:02}", cents.abs() / 100, cents.abs() % 100);
        let text = format!(
            "{}\nmeasure w {{ reported in number  by unit }}\ncharge fee = {amount} each period\n\
             charge back fee by unit, shared by w, unknown pro rata clause \"1\"\n\
             charge back fee by unit, shared by w, unknown to \"u3\" clause \"2\"\n\
             charge back fee by unit, shared by w, unknown held centrally, at most GBP 100 each clause \"3\"\n",
            CLAUSES[0]
        );
        let contract = contract(&text).unwrap();
        let mut rows = format!("measure,period,segment,value\nw,2026-01,(missing),{unknown}\n");
        for (at, weight) in weights.iter().enumerate() {
            let _ = writeln!(rows, "w,2026-01,u{at},{weight}");
        }
        let periods: Vec<_> = contract.schedule.periods(&contract.zone).into_iter().take(1).collect();
        let readings = reading::given(&rows, &contract, &periods).unwrap();
        let found = settled(&contract, readings, Measured::default());
        add_up(&found.settlement.periods[0]);
    });
}

/// What is charged for three months of cases of which some come back later.
pub fn reversals_leave_what_stayed() {
    let tiers =
        "graduated price of done { first 20 GBP 6.00 each; next 20 GBP 5.35 each; then GBP 4.99 each }";
    let text = format!(
        "{}\nmeasure done {{ reported in number }}\nmeasure back {{ reported in number  by month }}\n\
         charge paid = {tiers}, less back charged by month as if never counted\n",
        CLAUSES[0]
    );
    let price = |count: u64| {
        let (first, next, then) = (count.min(20), count.saturating_sub(20).min(20), count.saturating_sub(40));
        Ratio::whole(first * 600 + next * 535 + then * 499).over(&Ratio::whole(100)).unwrap()
    };
    let contract = contract(&text).unwrap();
    let periods = contract.schedule.periods(&contract.zone);
    let counts = (0_u64..70, 0_u64..70, 0_u64..70);
    // Of every ten of a month, so many come back in the same, the next and the one after.
    let parts = prop::collection::vec((0_u64..4, 0_u64..4, 0_u64..3), 3);
    try_on(200, &(counts, parts), |((jan, feb, mar), parts)| {
        let mut rows = "measure,period,segment,value\n".to_owned();
        let mut stayed = Ratio::zero();
        let mut came_back = [0_u64; 3];
        for (month, count) in [jan, feb, mar].into_iter().enumerate() {
            let label = |at: usize| format!("2026-{:02}", at + 1);
            let _ = writeln!(rows, "done,{},all,{count}", label(month));
            let (now, next, later) = parts[month];
            let mut left = count;
            for (after, tenths) in [now, next, later].into_iter().enumerate() {
                let (back, at) = (count * tenths / 10, month + after);
                if at < 3 {
                    let _ = writeln!(rows, "back,{},{},{back}", label(at), label(month));
                    left -= back;
                    came_back[at] += back;
                }
            }
            stayed = stayed + price(left);
        }
        for (at, back) in came_back.into_iter().enumerate() {
            let _ = writeln!(rows, "back,2026-{:02},all,{back}", at + 1);
        }
        let readings = reading::given(&rows, &contract, &periods).unwrap();
        let found = settled(&contract, readings, Measured::default());
        let charged: Ratio = found.settlement.periods.iter().map(|it| it.charges.clone()).sum();
        assert_eq!(charged, stayed, "{rows}");
    });
}
