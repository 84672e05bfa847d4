//! Order of rows, size of batches and number of threads change nothing.

use proptest::prelude::*;

use super::*;
use crate::contract::{Aggregate, PercentileMethod, Typed};

fn calls(rows: &[(u8, u8, u32, Option<i32>)]) -> Given {
    let text = |(at, (customer, queue, minute, cost)): (usize, &(u8, u8, u32, Option<i32>))| {
        let cost = cost.map_or(String::new(), |cost| format!("{}", ratio(&format!("{cost}/100"))));
        let customer = if *customer == 0 { String::new() } else { format!("k{customer}") };
        let (day, hour, minute) = (1 + minute / 1440, minute / 60 % 24, minute % 60);
        format!("i{at} | {customer} | q{queue} | 2026-01-{day:02} {hour:02}:{minute:02} | {cost}")
    };
    let rows: Vec<String> = rows.iter().enumerate().map(text).collect();
    Given::new("calls", "at", "id customer queue at:timestamp cost:number", &rows.join("\n"))
}

fn bench(given: &Given) -> Bench {
    let calls = all("calls", "at");
    let window = within(WindowLength::Elapsed(3 * DAY));
    let look = |direction| ahead(Follow { window, ..follow(direction, &calls, &calls, &["customer"]) });
    let cost = || Typed { row: field("cost"), unit: Unit::Number, text: String::new() };
    let quotient = Row::Arithmetic(
        crate::contract::Arithmetic::Over,
        Box::new(Row::Const(Value::Number(ratio("1")))),
        Box::new(field("cost")),
    );
    let cheap = where_("cheap", &calls, compare("cost", Compare::Less, "0.5"));
    let bench = Bench::new("UTC", "2026-01-31", &[given])
        .measure("again", share(&calls, look(Direction::Followed)))
        .measure("matured", share(&calls, look(Direction::Followed)))
        .measure(
            "cases",
            MeasureKind::Single(Aggregate::Count(where_("cases", &calls, look(Direction::StartsCase)))),
        )
        .measure("customers", MeasureKind::Single(Aggregate::Distinct("customer".into(), cheap)))
        .measure("sum", MeasureKind::Single(Aggregate::Sum(quotient, calls.clone())))
        .measure(
            "ranks",
            MeasureKind::Percentile {
                percent: ratio("50"),
                value: cost(),
                over: calls.clone(),
                method: PercentileMethod::Linear,
            },
        );
    let names: Vec<String> = bench.contract.measures.keys().cloned().collect();
    let bench = bench.with("matured", |measure| measure.matured_only = true);
    names.iter().fold(bench, |bench, name| bench.with(name, |measure| measure.by = vec!["queue".into()]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn nothing_depends_on_how_the_rows_come(
        rows in prop::collection::vec((0_u8..6, 0_u8..3, 0_u32..30_000, prop::option::of(-50_i32..200)), 0..60),
        order in any::<prop::sample::Index>(),
        batch in 1_usize..40,
        threads in 1_usize..5,
    ) {
        let given = calls(&rows);
        let mut one = bench(&given);
        one.memory.batch = 1_000;
        one.threads = Some(1);
        let mut other = bench(&given);
        other.memory.batch = batch;
        other.threads = Some(threads);
        let rows = &mut other.memory.tables.get_mut("calls").unwrap().rows;
        if !rows.is_empty() {
            let at = order.index(rows.len());
            rows.rotate_left(at);
            rows.reverse();
        }
        prop_assert_eq!(one.run(), other.run());
    }

    #[test]
    fn the_segments_of_a_period_add_up_to_the_whole(
        rows in prop::collection::vec((0_u8..6, 0_u8..3, 0_u32..30_000, prop::option::of(-50_i32..200)), 0..60),
    ) {
        let measured = bench(&calls(&rows)).run();
        for name in ["again", "matured", "cases", "sum", "ranks"] {
            let cells = &measured.cells[name];
            let (whole, parts): (Vec<_>, Vec<_>) = cells.iter().partition(|(key, _)| key.segment.is_whole());
            let sum = |take: fn(&Cell) -> Ratio| parts.iter().map(|(_, cell)| take(cell)).sum::<Ratio>();
            prop_assert_eq!(&whole[0].1.above, &sum(|cell| cell.above.clone()), "{}", name);
            prop_assert_eq!(&whole[0].1.below, &sum(|cell| cell.below.clone()), "{}", name);
            prop_assert_eq!(whole[0].1.open, parts.iter().map(|(_, cell)| cell.open).sum::<u64>(), "{}", name);
        }
    }
}
