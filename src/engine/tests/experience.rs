//! Answers on scales, and ranked values.

use super::*;
use crate::contract::{PercentileMethod, Typed};

fn answers(counts: &[(&str, usize)]) -> Given {
    let mut rows = String::new();
    for (score, count) in counts {
        for _ in 0..*count {
            let id = rows.lines().count();
            rows.push_str(&format!("s{id} | 2026-01-15 10:00 | {score}\n"));
        }
    }
    Given::new("surveys", "at", "id at:timestamp score:whole", &rows)
}

fn score() -> Typed {
    Typed { row: field("score"), unit: Unit::Number, text: "score".into() }
}

fn surveys() -> SetRef {
    all("surveys", "at")
}

#[test]
fn promoters_less_detractors_over_the_answers() {
    // One half promoters, one third passive, one sixth detractors: +33 1/3.
    let given =
        answers(&[("9", 20), ("10", 10), ("7", 5), ("8", 15), ("0", 4), ("6", 6), ("", 3), ("11", 1)]);
    let kind = MeasureKind::NetPromoter { value: score(), over: surveys() };
    let cell = Bench::new("UTC", "2026-01-31", &[&given]).measure("nps", kind).first("nps");
    reads(&cell, "20", "60");
    assert_eq!((cell.tallies[0].missing, cell.tallies[0].above), (4, 0));
}

#[test]
fn the_top_two_boxes_over_the_answers_on_the_scale() {
    // Scores 5 to 1: 96, 58, 20, 12, 14 of 200; a 6 is off the scale.
    let given = answers(&[("5", 96), ("4", 58), ("3", 20), ("2", 12), ("1", 14), ("", 7), ("6", 2)]);
    let kind = MeasureKind::TopBox {
        value: score(),
        over: surveys(),
        from: ratio("4"),
        low: ratio("1"),
        high: ratio("5"),
    };
    let bench = Bench::new("UTC", "2026-01-31", &[&given])
        .measure("csat", kind)
        .measure("mean", MeasureKind::Mean { value: score(), over: surveys() });
    let cell = bench.first("csat");
    reads(&cell, "154", "200");
    assert_eq!(cell.tallies[0].missing, 9);
    // The mean knows no scale: 4.05 × 200 + 2 × 6.
    reads(&bench.first("mean"), "822", "202");
}

#[test]
fn ranked_values_come_back_with_how_often_they_occur() {
    let given = answers(&[("30", 2), ("10", 1), ("20", 3), ("", 1)]);
    let percentile = |row: Row| MeasureKind::Percentile {
        percent: ratio("90"),
        value: Typed { row, unit: Unit::Number, text: String::new() },
        over: surveys(),
        method: PercentileMethod::NearestRank,
    };
    // Thirds come as fractions, whole numbers as integers.
    let third = Row::Arithmetic(
        crate::contract::Arithmetic::Over,
        Box::new(field("score")),
        Box::new(Row::Arithmetic(
            crate::contract::Arithmetic::Plus,
            Box::new(field("score")),
            Box::new(field("score")),
        )),
    );
    let bench = Bench::new("UTC", "2026-01-31", &[&given])
        .measure("plain", percentile(field("score")))
        .measure("half", percentile(third));
    let cell = bench.first("plain");
    reads(&cell, "6", "6");
    let want = [("10", 1), ("20", 3), ("30", 2)].map(|(value, count)| (ratio(value), count));
    assert_eq!(cell.histogram, BTreeMap::from(want).into());
    assert_eq!(bench.first("half").histogram, BTreeMap::from([(ratio("1/2"), 6)]).into());
}
