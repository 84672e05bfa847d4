//! A contract and random rows for it: few customers, so that look-aheads meet,
//! and missing values everywhere.

use std::fs;

use proptest::prelude::*;

/// Clauses that use most of what depends on order: look-aheads, distinct counts, percentiles, segments, pools, caps.
pub const CLAUSES: [&str; 20] = [
    "contract \"Laws\" {\n  client \"C\"; vendor \"V\"; term 2026-01-01 to 2026-03-31; timezone \"Europe/London\"\n  \
     currency GBP; periods monthly; rounding money to 0.01 half up on each line\n}",
    "calendar desk { mon to fri 08:00 to 18:00; sat 09:00 to 12:00 }",
    "set contacts = interactions where not (abandoned and waited < 5 seconds) \
     excluding channel = \"test\" because \"clause 2\"",
    "set cases = contacts where starts a case with same customer, topic within 5 days",
    "measure first { share of contacts where resolved and not followed by contacts with same customer, topic within 7 days  by channel }",
    "measure before { share of contacts where preceded by contacts with same customer on an earlier day within 9 calendar days }",
    "measure started { count of cases  by topic }",
    "measure people { distinct customer in contacts }",
    "measure bought { share of customer in contacts where followed by purchases with same customer within 1 month }",
    "measure slow { percentile 90 of waited over contacts, linear interpolation }",
    "measure desk_time { mean of business time from started_at to ended_at in desk over contacts }",
    "charge fee = graduated price of count of contacts { first 20 GBP 6.00 each; then GBP 5.35 each }",
    "at risk pool = 12% of fee, allocations total 150%",
    "commitment first { clause \"3\"; target at least 60%; pay scale on fee { 30% -9%; 60% 0%; 70% 0%; 90% +4% } }",
    "commitment slow { clause \"1\"; target at most 2 minutes; pay penalty 90% of pool when missed; missed 2 periods in a row penalty x 2 }",
    "commitment desk_time { clause \"2\"; target at most 1 hour; pay penalty 10% of pool for each 10 minutes or part above 1 hour, at most 60% of pool }",
    "cap bonuses 3% of fee each period",
    "charge extra = 1% of highest of fee over up to 2 periods",
    "right \"review\" when any commitment is missed 2 periods in a row and sum of penalties over up to 2 periods is more than GBP 1.00",
    "history { not measured counts as met }",
];

const BOOK: &str = "zone: Europe/London
tables:
  interactions:
    files: \"contacts-*.csv\"
    key: id
    duplicates: keep first
    dst: {gap: later, fold: first}
    rejects: 100
    columns:
      id: id
      customer: customer
      topic: topic
      channel: channel
      started_at: started_at
      ended_at: ended_at
      waited: {from: waited, unit: seconds}
      abandoned: abandoned
      resolved: resolved
  purchases:
    files: orders.csv
    columns: {id: id, customer: customer, at: at}
";

const HEADING: &str = "id,customer,topic,channel,started_at,ended_at,waited,abandoned,resolved\n";

/// Rows of contacts: few customers, so that look-aheads meet, and missing values everywhere.
pub fn contacts() -> impl Strategy<Value = Vec<String>> {
    let yes_or_no = || prop::sample::select(vec!["yes", "no", "no", ""]);
    let row = (
        prop::sample::select(vec!["ann", "bob", "cid", "dan", ""]),
        prop::sample::select(vec!["billing", "returns", ""]),
        prop::sample::select(vec!["voice", "chat", "test", ""]),
        0_i64..90 * 24 * 4,
        0_i64..3000,
        prop::option::of(0_i64..400),
        (yes_or_no(), yes_or_no()),
    );
    prop::collection::vec(row, 1..120).prop_map(|rows| {
        let mut lines: Vec<String> = rows
            .into_iter()
            .enumerate()
            .map(|(at, (customer, topic, channel, quarter, minutes, waited, (abandoned, resolved)))| {
                let waited = waited.map(|it| it.to_string()).unwrap_or_default();
                let (start, end) = (time(quarter * 15), time(quarter * 15 + minutes));
                format!(
                    "{at:04},{customer},{topic},{channel},{start},{end},{waited},{abandoned},{resolved}\n"
                )
            })
            .collect();
        // A row that stands there twice, and one that nobody can read.
        lines.push(lines[0].clone());
        lines.push("9999,ann,billing,voice,yesterday,,,,\n".to_owned());
        lines
    })
}

/// Minutes since 1 January 2026 as local text.
fn time(minutes: i64) -> String {
    let (day, minute) = (minutes / 1440, minutes % 1440);
    let (month, day) = match day {
        ..31 => (1, day + 1),
        31..59 => (2, day - 30),
        59..90 => (3, day - 58),
        _ => (4, day - 89),
    };
    format!("2026-{month:02}-{day:02} {:02}:{:02}:00", minute / 60, minute % 60)
}

/// Orders of four customers.
pub fn orders(seed: u64) -> Vec<String> {
    let customer = ["ann", "bob", "cid", "eva"];
    let day = |at: u64| i64::try_from((seed >> (at % 40)) % 80).unwrap();
    (0..12_u64)
        .map(|at| format!("{at},{},{}\n", customer[at as usize % 4], time(day(at * 3) * 1440 + 600)))
        .collect()
}

/// Writes a folder with the rows in the given order, in as many files.
pub fn written(rows: &[String], files: usize, orders: &[String]) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("data.yaml"), BOOK).unwrap();
    let size = rows.len().div_ceil(files);
    for (number, part) in rows.chunks(size).enumerate() {
        fs::write(home.path().join(format!("contacts-{number}.csv")), format!("{HEADING}{}", part.concat()))
            .unwrap();
    }
    fs::write(home.path().join("orders.csv"), format!("id,customer,at\n{}", orders.concat())).unwrap();
    home
}

/// The same items in another order.
pub fn shuffled<T: Clone>(items: &[T], seed: u64) -> Vec<T> {
    let mut keyed: Vec<(u64, &T)> =
        (1..).map(|at: u64| seed.wrapping_mul(at * 2 + 1).rotate_left(17) ^ at).zip(items).collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.into_iter().map(|(_, item)| item.clone()).collect()
}
