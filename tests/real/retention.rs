//! The music shop as a retention contract: what was known at the end of some
//! months, counted a second time here, and what all of it comes to.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{find, present, report_with, root};

const HORIZONS: [i64; 4] = [30, 60, 90, 180];

/// Days since 1970-01-01 of `19970131`.
fn day(text: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap();
    let (year, month, day) = (number(0..4), number(4..6), number(6..8));
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let era_day = (153 * month + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + era_day - 719_468
}

/// Per customer the month and day of the first order, and the day of the next order day.
fn customers() -> Vec<(String, i64, Option<i64>)> {
    let text = std::fs::read_to_string(root().join("../shared/data/cdnow/CDNOW_master.txt")).unwrap();
    let mut days: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split_whitespace().collect();
        days.entry(cells[0]).or_default().push(cells[1]);
    }
    let one = |mut days: Vec<&str>| {
        days.sort_unstable();
        days.dedup();
        let month = format!("{}-{}", &days[0][0..4], &days[0][4..6]);
        (month, day(days[0]), days.get(1).map(|next| day(next)))
    };
    days.into_values().map(one).collect()
}

/// Above, below and open of a measure in a month.
fn told(report: &Value, month: &str, horizon: i64) -> (u64, u64, u64) {
    let measures = &find(&report["periods"], "label", month)["measures"];
    let reading = &find(measures, "name", &format!("again_{horizon}"))["readings"][0];
    let number = |value: &Value| value.as_str().unwrap_or("0").parse().unwrap();
    (number(&reading["numerator"]), number(&reading["denominator"]), reading["open"].as_u64().unwrap())
}

#[test]
fn cdnow_as_it_was_known_at_the_end_of_some_months() {
    if !present("cdnow") {
        return;
    }
    let customers = customers();
    for as_of in ["1997-02-28", "1997-06-30", "1998-06-30"] {
        let until = day(&as_of.replace('-', ""));
        let report = report_with("cdnow/retention.contract", &["--as-of", as_of]);
        let mut totals: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
        for (month, last) in [("1997-01", "19970131"), ("1997-02", "19970228"), ("1997-03", "19970331")] {
            if day(last) > until {
                continue;
            }
            for horizon in HORIZONS {
                let won = customers.iter().filter(|(first, ..)| first == month);
                let known = |next: &Option<i64>| next.filter(|next| *next <= until);
                let (mut again, mut below, mut open) = (0, 0, 0);
                for (_, first, next) in won {
                    let came = known(next).is_some_and(|next| next - first <= horizon);
                    below += 1;
                    again += u64::from(came);
                    open += u64::from(!came && first + horizon > until);
                }
                assert_eq!(
                    told(&report, month, horizon),
                    (again, below, open),
                    "{month} {horizon} as of {as_of}"
                );
                let sum = totals.entry(horizon).or_default();
                *sum = (sum.0 + again, sum.1 + below);
            }
        }
        if as_of == "1998-06-30" {
            // The published answers.
            let all = [(30, 4_115), (60, 5_929), (90, 6_887), (180, 8_827)];
            assert_eq!(totals, all.map(|(horizon, again)| (horizon, (again, 23_570))).into());
        }
        let january = find(&report["periods"], "label", "1997-01");
        let bonus = find(&january["lines"], "id", "bonus.again_90");
        assert_eq!(bonus["amount"]["shown"], "USD 0.00", "2,345 of 7,846 are 29.89 %");
        assert_eq!(january["provisional"], as_of == "1997-02-28", "its 90 days end on 1 May; as of {as_of}");
    }
}

/// Every month is evaluated as of its last day, and closed. What has been posted by then is a dollar for every
/// customer known by then to have come back in time; in the end it is what was published.
#[test]
fn cdnow_month_by_month_is_trued_up_to_the_published_numbers() {
    if !present("cdnow") {
        return;
    }
    let customers = customers();
    let home = tempfile::tempdir().unwrap();
    let place = |name: &str| home.path().join(name).to_str().unwrap().to_string();
    let log = place("loyalty.log.jsonl");
    let contract = "cdnow/loyalty.contract";
    let mut posted = 0;
    for month in 0..18 {
        let (year, number) = (1997 + month / 12, month % 12 + 1);
        let label = format!("{year}-{number:02}");
        let last = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month % 12];
        let (as_of, run) = (format!("{label}-{last}"), place(&label));
        meed(&["evaluate", contract, "--period", &label, "--as-of", &as_of, "--log", &log, "--out", &run]);
        meed(&["close", &run, "--contract", contract, "--log", &log]);
        let entry = std::fs::read_to_string(&log).unwrap();
        let entry: Value = serde_json::from_str(entry.lines().last().unwrap()).unwrap();
        posted += entry["closed"][0]["total"].as_str().unwrap().parse::<i64>().unwrap();
        let until = day(&as_of.replace('-', ""));
        let back = |horizon: i64| {
            let in_time = |(_, first, next): &&(String, i64, Option<i64>)| {
                next.is_some_and(|next| next <= until && next - first <= horizon)
            };
            customers.iter().filter(in_time).count()
        };
        let known: usize = HORIZONS.into_iter().map(back).sum();
        assert_eq!(posted, i64::try_from(known).unwrap(), "posted until {label}");
        // The 180 days of the last customers, won in March 1997, end in September.
        let provisional = entry["provisional"].as_array().unwrap().len();
        assert_eq!(provisional > 0, month < 8, "{label}");
    }
    assert_eq!(posted, 4_115 + 5_929 + 6_887 + 8_827);
}

fn meed(args: &[&str]) {
    let folder = root().join("tests/real");
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_meed")).current_dir(folder).args(args).output();
    let out = out.unwrap();
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
}
