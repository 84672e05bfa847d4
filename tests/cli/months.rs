//! Three years, month by month: data that arrives late and out of order, each
//! month evaluated on what is known at its end, and closed. In the end
//! everything ever posted is what one evaluation with full knowledge gives, to
//! the cent, and no closed run has changed by a byte.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::project::{Project, names};

/// Months with data; three more let everything become known.
const MONTHS: u32 = 36;
const TAIL: u32 = 3;

const HEAD: &str = r#"contract "Three years" {
  client    "Northwind Retail plc"
  vendor    "HelpCo Outsourcing Ltd"
  term      2026-01-01 to 2029-03-31
  timezone  "Europe/London"
  currency  GBP
  periods   monthly
  rounding  money to 0.01 half up on each line
}

set contacts = interactions
set solved = interactions where resolved and not followed by interactions with same customer within 14 days

measure fcr {
  share of contacts where resolved and not followed by contacts with same customer within 14 days
  round to 0.01 points half up
}
measure quick { share of contacts where waited < 20 seconds }

history { closed periods as known now }
"#;

/// Prices by tier, a scale, repetition, a pool, a gate, a cap over a year that lapses.
const BY_SCALE: &str = r#"
charge fee = graduated price of count of solved {
  first 12  GBP 6.00 each
  then      GBP 5.40 each
}

at risk pool "At-risk amount" = 15% of fee

commitment fcr {
  target  at least 60%
  pay scale on fee {
    40%  -8%
    60%   0%
    80%  +3%
  }
  missed 2 periods in a row  penalty x 1.5
}
commitment quick {
  target  at least 80%
  pay penalty 40% of pool when missed
  pay bonus GBP 10.00 when met
}

bonus only if fcr is at least 55%
cap penalties  6% of fee each period
cap penalties  5% of fee over any 12 periods, excess lapses
"#;

/// Bands, steps, points, a level that moves, earn-back, excess that carries on,
/// a share held back while the reading is open, small amounts, the total rounded by line.
const BY_STEPS: &str = r#"
charge fee = GBP 9.00 each of count of solved

commitment fcr {
  target  at least 55%
  raise   target each contract year to (target + average of fcr over 12 periods) / 2
  while provisional pay 80%
  pay penalty GBP 3.00 for each full 1 point below target, at most GBP 60.00
  pay bonus GBP 1.00 per 1 point above target
}
commitment quick {
  target   at least 85%
  minimum  at least 70%
  pay bands on fee {
    at least 90%         bonus 2%
    85% to below 90%     nothing
    70% to below 85%     penalty 3%
    otherwise            penalty 7%
  }
  pay penalty 2 points when missed
  pay penalty 3 points when below minimum
}

convert points to penalty { each GBP 0.75 }
cap penalties on fcr  GBP 50.00 over any 3 periods, excess carries forward for at most 4 periods
earn back 50% of penalty on quick when met in each of the next 2 periods
penalties only if more than GBP 1.00
"#;

const BOOK: &str = "zone: Europe/London
tables:
  interactions:
    files: load-*.csv
    key: id

    columns:
      id: id
      customer: customer
      started_at: started
      waited: {from: waited, unit: seconds}
      resolved: {from: resolved, yes: \"yes\", no: \"no\"}
";

/// A generator of numbers whose sequence is the same everywhere (Knuth, MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

fn label(month: u32) -> String {
    format!("{}-{:02}", 2026 + month / 12, month % 12 + 1)
}

/// The rows that become known in each month, in no order of their dates: one in
/// four arrives one or two months late.
fn loads() -> BTreeMap<u32, String> {
    let mut numbers = Numbers(2026);
    let mut loads: BTreeMap<u32, String> = BTreeMap::new();
    for month in 0..MONTHS {
        for n in 0..24 {
            let late = u32::try_from(numbers.below(8)).unwrap().saturating_sub(5);
            let (day, hour) = (numbers.below(28) + 1, numbers.below(24));
            let (customer, waited) = (numbers.below(40), numbers.below(25));
            let resolved = if numbers.below(5) > 0 { "yes" } else { "no" };
            let load = loads.entry(month + late).or_default();
            let row = format!(
                "{month}-{n},c{customer},{}-{day:02} {hour:02}:15:00,{waited},{resolved}",
                label(month)
            );
            *load = if numbers.below(2) == 0 { format!("{row}\n{load}") } else { format!("{load}{row}\n") };
        }
    }
    loads
}

/// The bytes of every closed run.
fn bundles(project: &Project) -> BTreeMap<String, String> {
    let runs = names(&project.path("runs"));
    let files = runs.iter().flat_map(|run| {
        names(&project.path(&format!("runs/{run}"))).into_iter().map(move |file| format!("runs/{run}/{file}"))
    });
    files.map(|file| (file.clone(), project.read(&file))).collect()
}

/// `1234.5` as 123,450 hundredths.
fn cents(text: &str) -> i64 {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    assert!(part.len() <= 2, "{text} is no whole number of cents");
    sign * format!("{whole}{part:0<2}").parse::<i64>().unwrap()
}

#[test]
fn what_was_posted_is_what_full_knowledge_gives() {
    simulate(BY_SCALE);
}

#[test]
fn what_was_posted_is_what_full_knowledge_gives_by_steps() {
    simulate(BY_STEPS);
}

fn simulate(clauses: &str) {
    let project = Project::new();
    project.write("terms.contract", format!("{HEAD}{clauses}"));
    let loads = loads();
    let mut closed: BTreeMap<String, String> = BTreeMap::new();
    for month in 0..MONTHS + TAIL {
        let rows = loads.get(&month).cloned().unwrap_or_default();
        project
            .write(&format!("load-{month:02}.csv"), format!("id,customer,started,waited,resolved\n{rows}"));
        let mut book = String::new();
        let last = label(month + 1);
        write!(book, "complete_to: {last}-01 00:00:00\n{BOOK}").unwrap();
        project.write("data.yaml", book);
        project.run(&["evaluate", "terms.contract", "--period", &label(month)]).is(0, "", "");
        project.run(&["close", &format!("runs/terms-{}", label(month))]).is(0, "closed ", "");
        let now = bundles(&project);
        for (file, bytes) in &closed {
            assert!(now.get(file) == Some(bytes), "{file} was changed when {} was closed", label(month));
        }
        closed = now;
    }
    let log = project.run(&["log", "terms.contract", "--format", "json"]);
    let entries: Vec<serde_json::Value> =
        log.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(entries.len(), usize::try_from(MONTHS + TAIL).unwrap());
    let posted: i64 =
        entries.iter().map(|entry| cents(entry.pointer("/closed/0/total").unwrap().as_str().unwrap())).sum();
    let corrected = entries.iter().filter(|entry| !entry["corrections"].as_array().unwrap().is_empty());
    assert!(corrected.count() > 20, "hardly a month was corrected: this shows nothing");
    let (first, last) = (label(0), label(MONTHS + TAIL - 1));
    let args = ["evaluate", "terms.contract", "--no-log", "--no-run", "--format", "json"];
    let full = project.run(&[&args[..], &["--from", &first, "--to", &last]].concat());
    let full: serde_json::Value = serde_json::from_str(&full.out).unwrap();
    let totals = full.pointer("/periods").unwrap().as_array().unwrap().iter();
    let known: i64 =
        totals.map(|it| cents(it.pointer("/totals/total/exact").unwrap().as_str().unwrap())).sum();
    assert_eq!(posted, known);
    project.run(&["log"]).is(0, "every run is as it was closed", "");
}
