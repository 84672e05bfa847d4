//! Files that nobody on this project wrote, and the answers they must give.
//!
//! The files stay outside the repository, in `../shared/data`; where that
//! folder is absent each test says so and passes. The answers were published
//! with the data or worked out independently, in SQL and in data frames.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot go on has failed, and one that is skipped says so"
)]

#[path = "real/retention.rs"]
mod retention;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether the folder with the real files is there; says so when it is not.
fn present(folder: &str) -> bool {
    let there = root().join("../shared/data").join(folder).exists();
    if !there {
        println!("skipped: ../shared/data/{folder} is not here");
    }
    there
}

/// What `meed evaluate` reports for `contract` under `tests/real`, with the `data.yaml` beside it.
fn report(contract: &str) -> Value {
    report_with(contract, &[])
}

/// The same with further arguments.
fn report_with(contract: &str, more: &[&str]) -> Value {
    let out = Command::new(env!("CARGO_BIN_EXE_meed"))
        .current_dir(root().join("tests/real"))
        .args(["evaluate", contract, "--format", "json", "--no-run"])
        .args(more)
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

fn find<'a>(list: &'a Value, key: &str, value: &str) -> &'a Value {
    let found = list.as_array().unwrap().iter().find(|item| item[key] == value);
    found.unwrap_or_else(|| panic!("no {key} `{value}`"))
}

/// The reading of a measure: `above of below = value`.
#[track_caller]
fn reading(report: &Value, period: &str, measure: &str, segment: &[&str]) -> (String, String, String) {
    let measure = find(&find(&report["periods"], "label", period)["measures"], "name", measure);
    let mut readings = measure["readings"].as_array().unwrap().iter();
    let wanted = serde_json::json!(segment);
    let found = readings.find(|reading| reading["segment"] == wanted).expect("the segment is reported");
    let text = |value: &Value| value.as_str().unwrap_or("").to_string();
    (text(&found["numerator"]), text(&found["denominator"]), text(&found["value"]["exact"]))
}

#[track_caller]
fn share(report: &Value, period: &str, measure: &str, above: u64, below: u64, percent: &str) {
    let got = reading(report, period, measure, &[]);
    assert_eq!(got, (above.to_string(), below.to_string(), percent.to_string()), "{measure} in {period}");
}

#[track_caller]
fn value(report: &Value, period: &str, measure: &str, segment: &[&str], want: &str) {
    assert_eq!(reading(report, period, measure, segment).2, want, "{measure} {segment:?} in {period}");
}

/// `hours` as the seconds a report keeps; four decimals of an hour are exact in them.
fn hours(hours: &str) -> String {
    let (whole, part) = hours.split_once('.').unwrap_or((hours, ""));
    let ten_thousandths: u64 = format!("{whole}{part:0<4}").parse().unwrap();
    let hundredths = ten_thousandths * 3600 / 100;
    assert_eq!(hundredths * 100, ten_thousandths * 3600);
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[test]
fn uci_servicenow_as_a_whole() {
    if !present("uci_servicenow") {
        return;
    }
    let report = report("uci_servicenow/terms.contract");
    let whole = "term";
    let table = find(&report["data"]["tables"], "name", "resolutions");
    assert_eq!((table["read"].as_u64(), table["accepted"].as_u64()), (Some(141_712), Some(24_918)));
    value(&report, whole, "cases", &[], "24918");
    share(&report, whole, "sla_met", 15_803, 24_918, "63.42");
    share(&report, whole, "reopened_cases", 275, 24_918, "1.1036");
    value(&report, whole, "reopen_events", &[], "331");
    share(&report, whole, "right_first_time", 13_487, 24_918, "54.1255");
    assert_eq!(reading(&report, whole, "median_hours", &[]).1, "23362");
    value(&report, whole, "median_hours", &[], &hours("22.1"));
    value(&report, whole, "nine_in_ten", &[], &hours("381.55"));
    value(&report, whole, "nine_in_ten_between", &[], &hours("381.5483"));
    value(&report, whole, "median_office_hours", &[], &hours("7.5167"));
    value(&report, whole, "nine_in_ten_office", &[], &hours("115.2833"));
    value(&report, whole, "nine_in_ten_office_between", &[], &hours("115.2750"));
    share(&report, whole, "same_caller_again", 12_199, 24_915, "48.9625");
    share(&report, whole, "same_caller_and_category_again", 4_860, 24_908, "19.5118");
    let median = find(&find(&report["periods"], "label", whole)["measures"], "name", "median_hours");
    assert_eq!(median["readings"][0]["tallies"][0]["missing"], 1_556);
}

#[test]
fn uci_servicenow_by_month_opened() {
    if !present("uci_servicenow") {
        return;
    }
    let report = report("uci_servicenow/months.contract");
    let months: [(&str, u64, u64, u64); 13] = [
        ("2016-02", 207, 134, 3),
        ("2016-03", 8995, 3585, 130),
        ("2016-04", 7934, 6085, 69),
        ("2016-05", 7508, 5820, 69),
        ("2016-06", 5, 4, 0),
        ("2016-07", 14, 11, 1),
        ("2016-08", 15, 7, 0),
        ("2016-09", 12, 7, 0),
        ("2016-10", 16, 7, 1),
        ("2016-11", 26, 17, 0),
        ("2016-12", 37, 23, 0),
        ("2017-01", 94, 53, 2),
        ("2017-02", 55, 50, 0),
    ];
    for (month, cases, met, reopened) in months {
        value(&report, month, "cases", &[], &cases.to_string());
        assert_eq!(reading(&report, month, "sla_met", &[]).0, met.to_string(), "{month}");
        assert_eq!(reading(&report, month, "reopened", &[]).0, reopened.to_string(), "{month}");
    }
}

#[test]
fn boston311_2015_as_at_the_snapshot() {
    if !present("boston311_2015") {
        return;
    }
    let report = report("boston311/terms.contract");
    let columns = ["cases", "no_target", "met", "closed_late", "open_past_target", "open_still_running"];
    let kinds: [(&str, [u64; 6]); 4] = [
        ("Zoning", [74, 0, 27, 39, 8, 0]),
        ("Billing Complaint", [13, 13, 0, 0, 0, 0]),
        ("Graffiti Removal", [4_284, 0, 3_395, 472, 388, 29]),
        ("Street Light Outages", [7_956, 2, 5_158, 1_609, 1_135, 52]),
    ];
    for (kind, counts) in kinds {
        for (measure, count) in columns.into_iter().zip(counts) {
            value(&report, "term", measure, &[kind], &count.to_string());
        }
    }
}

#[test]
fn cdnow_first_orders_followed_by_another_day() {
    if !present("cdnow") {
        return;
    }
    let report = report("cdnow/terms.contract");
    value(&report, "term", "orders", &[], "69659");
    value(&report, "term", "different_customers", &[], "23570");
    share(&report, "term", "again_30", 4_115, 23_570, "17.4586");
    share(&report, "term", "again_60", 5_929, 23_570, "25.1549");
    share(&report, "term", "again_90", 6_887, 23_570, "29.2193");
    share(&report, "term", "again_180", 8_827, 23_570, "37.4501");
}

#[test]
fn cdnow_by_cohort_month() {
    if !present("cdnow") {
        return;
    }
    let report = report("cdnow/cohorts.contract");
    for (month, again, won) in
        [("1997-01", 2_345, 7_846), ("1997-02", 2_428, 8_476), ("1997-03", 2_114, 7_248)]
    {
        let (above, below, _) = reading(&report, month, "again_90", &[]);
        assert_eq!((above, below), (again.to_string(), won.to_string()), "{month}");
    }
}

#[test]
fn prepbench_059_tickets_by_status_and_allowance() {
    if !present("prepbench") {
        return;
    }
    let report = report("prepbench_059/terms.contract");
    let statuses =
        [("Assigned", 218), ("Closed", 103), ("Customer Response", 128), ("Logged", 101), ("UAT", 115)];
    for (status, count) in statuses {
        value(&report, "term", "tickets", &[status], &count.to_string());
    }
    let (met, closed, _) = reading(&report, "term", "in_time", &[]);
    assert_eq!((met.as_str(), closed.as_str()), ("71", "103"));
    value(&report, "term", "in_time", &["Product Design"], "90.91");
    value(&report, "term", "in_time", &["HR"], "100");
}

#[test]
fn prepbench_158_agents_under_five_percent() {
    if !present("prepbench") {
        return;
    }
    let report = report("prepbench_158/terms.contract");
    for (measure, met) in [("met_rounded", "659"), ("met_unrounded", "661")] {
        let (above, below, _) = reading(&report, "term", measure, &[]);
        assert_eq!((above.as_str(), below.as_str()), (met, "1516"), "{measure}");
    }
}

#[test]
fn kservqual_kiosk_as_a_whole() {
    if !present("kservqual_kiosk") {
        return;
    }
    let report = report("kservqual_kiosk/terms.contract");
    value(&report, "term", "people", &[], "211");
    // 207 times three or 24 differences: exact fractions, published with six decimals.
    for (measure, sum, answers, published) in [
        ("gap", -5475, 4968_i64, -1_102_053_i64),
        ("gap.reliability", -391, 621, -629_630),
        ("gap.fun", 33, 621, 53_140),
        ("gap.control", -727, 621, -1_170_692),
        ("gap.economy", -952, 621, -1_533_011),
        ("gap.personalization", -845, 621, -1_360_709),
        ("gap.convenience", -857, 621, -1_380_032),
        ("gap.security", -1062, 621, -1_710_145),
        ("gap.tangible", -674, 621, -1_085_346),
    ] {
        let exact = reading(&report, "term", measure, &[]).2;
        let (above, below) = exact.split_once('/').unwrap_or((&exact, "1"));
        let (above, below): (i64, i64) = (above.parse().unwrap(), below.parse().unwrap());
        assert_eq!(above * answers, below * sum, "{measure} is {exact}");
        // Rounded half away from zero to millionths.
        let millionths = (above.abs() * 2_000_000 + below) / (2 * below) * above.signum();
        assert_eq!(millionths, published, "{measure} is {exact}");
    }
    let item = reading(&report, "term", "gap.reliability.p1", &[]);
    assert_eq!(item.1, "207");
}
