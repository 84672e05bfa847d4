//! `meed diff`: runs and contracts compared as a user would.

use super::project::{Project, TERMS, calls};

/// January had 15 of 20 resolved: met, GBP 1,000.00 due. Without two of them
/// it has 13 of 20, 10 points less: missed, 12 % capped at 10 %, GBP 900.00.
#[test]
fn two_runs_differ_by_what_the_data_changed() {
    let project = Project::new();
    let evaluate = |out: &str| {
        project.run(&["evaluate", "terms.contract", "--period", "2026-01", "--out", out]).is(0, "", "");
    };
    evaluate("first");
    let unresolved = calls(false)
        .replace("1-3,2026-01-04 10:00:00,yes", "1-3,2026-01-04 10:00:00,no")
        .replace("1-4,2026-01-05 10:00:00,yes", "1-4,2026-01-05 10:00:00,no");
    project.write("calls.csv", unresolved);
    evaluate("second");
    let found = project.run(&["diff", "first", "second"]);
    found.is(0, "GBP 100.00 less is due: GBP 900.00 instead of GBP 1,000.00", "");
    for part in
        ["-10 points", "penalty.fcr", "missed", "interactions `calls.csv` was changed: 40 rows, then 40"]
    {
        found.is(0, part, "");
    }
    assert!(!found.out.contains("terms.contract"), "{}", found.out);
    project.run(&["diff", "first", "second", "--exit-code"]).is(1, "", "");
    project.run(&["diff", "first", "first", "--exit-code"]).is(0, "nothing differs", "");
}

/// At 80 % instead of 75 % January's 15 of 20 is missed too: GBP 100.00 less;
/// February's 14 of 20 was missed already.
#[test]
fn an_amendment_is_replayed_over_past_months() {
    let project = Project::new();
    project.write("amended.contract", TERMS.replace("at least 75%", "at least 80%"));
    let diff = |more: &[&str]| project.run(&[&["diff", "terms.contract", "amended.contract"], more].concat());
    let words = diff(&[]);
    for part in ["commitment fcr", "-   target  at least 75%", "+   target  at least 80%"] {
        words.is(0, part, "");
    }
    let money = diff(&["--data", "data.yaml", "--from", "2026-01", "--to", "2026-02"]);
    money.is(0, "GBP 100.00 less is due: GBP 1,800.00 instead of GBP 1,900.00; 1 period is the same", "");
    money.is(0, "Period 2026-01", "");
    assert!(!money.out.contains("Period 2026-02"), "{}", money.out);
    let json: serde_json::Value = serde_json::from_str(&diff(&["--format", "json"]).out).unwrap();
    assert_eq!(
        (&json["clauses"][0]["name"], &json["clauses"][0]["what"]),
        (&"commitment fcr".into(), &"changed".into())
    );
    diff(&["--format", "md"]).is(0, "## Clauses\n", "");
}

/// Forty of March's cases turn out to have had a repeat by e-mail: 216.00 of the gross amount, of which
/// 80 % were paid, and 123.45 of the bonus.
#[test]
fn a_restated_month_is_told_line_by_line() {
    let project = Project::new();
    let home = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(home.join(path)).unwrap();
    project.write("retail.contract", read("contracts/retail-outcomes/terms.contract"));
    project.write("first.csv", read("contracts/retail-outcomes/readings.csv"));
    project.write("restated.csv", read("tests/cases/regimes/s7-restated/readings.csv"));
    for run in ["first", "restated"] {
        let readings = format!("{run}.csv");
        let args =
            ["evaluate", "retail.contract", "--readings", &readings, "--period", "2026-03", "--out", run];
        project.run(&args).is(0, "", "");
    }
    let found = project.run(&["diff", "first", "restated"]);
    found.is(0, "GBP 296.25 less is due: GBP 61,760.35 instead of GBP 62,056.60", "");
    for part in ["paid.cases", "GBP 172.80", "bonus.solved", "GBP 123.45"] {
        found.is(0, part, "");
    }
    assert!(!found.out.contains("balance.cases"), "{}", found.out);
}

#[test]
fn what_cannot_be_compared_is_refused_with_what_to_write() {
    let project = Project::new();
    project.run(&["evaluate", "terms.contract", "--period", "2026-01", "--out", "first"]).is(0, "", "");
    project.write("broken.contract", "commitment {");
    let refused = |args: &[&str], words: &str| {
        project.run(&[&["diff"], args].concat()).is(2, "", words);
    };
    refused(&["first", "terms.contract"], "name two run folders, or two contracts");
    refused(&["first", "first", "--data", "data.yaml"], "runs are compared as they were written");
    refused(&["terms.contract", "terms.contract", "--period", "2026-01"], "add `--data data.yaml`");
    refused(&["terms.contract", "nowhere.contract"], "there is no contract `nowhere.contract`");
    refused(&["terms.contract", "broken.contract"], "`meed check broken.contract` shows what is wrong");
}
