//! `meed close` and `meed log`: months that become final, and what is known later.
//!
//! January: 1,000 cases at GBP 6.00, 74 % resolved, 1 full point below 75 %:
//! 6,000.00 − 1 % = 5,940.00. Later it turns out that there were 1,010 cases
//! and 76 %: 6,060.00 and nothing off, 60.00 + 60.00 = 120.00 more.
//!
//! February: 1,000 cases, 73 %: 2 points, 2 % = 120.00 off; doubled to 240.00
//! because January was missed too.

use super::project::{Project, Ran};

const TERMS: &str = r#"contract "Support" {
  client    "Northwind Retail plc"
  vendor    "HelpCo Outsourcing Ltd"
  term      2026-01-01 to 2026-12-31
  timezone  "Europe/London"
  currency  GBP
  periods   monthly
  rounding  money to 0.01 half up on each line
}

measure resolved { reported in percent }
measure cases { reported in number }

charge fee = GBP 6.00 each of cases

commitment resolved {
  clause  "6.1"
  target  at least 75%
  pay penalty 1% of fee for each full 1 point below 75%
  missed 2 periods in a row   penalty x 2
}
"#;

const HEADING: &str = "measure,period,numerator,denominator,value\n";
const JANUARY: &str = "resolved,2026-01,740,1000,\ncases,2026-01,,,1000\n";
const CORRECTED: &str = "resolved,2026-01,760,1000,\ncases,2026-01,,,1010\n";
const FEBRUARY: &str = "resolved,2026-02,730,1000,\ncases,2026-02,,,1000\n";

/// A project whose January is evaluated, with this clause added to the contract.
fn january(more: &str) -> Project {
    let project = Project::new();
    project.write("terms.contract", format!("{TERMS}{more}"));
    readings(&project, &[JANUARY]);
    evaluate(&project, "2026-01").is(0, "total due   GBP 5,940.00", "run folder: runs/terms-2026-01");
    project
}

/// The same, January closed, and then known better.
fn known_better(more: &str) -> Project {
    let project = january(more);
    close(&project, "2026-01").is(0, "closed 2026-01: GBP 5,940.00 due\nentry 1 of terms.log.jsonl\n", "");
    readings(&project, &[CORRECTED, FEBRUARY]);
    project
}

fn readings(project: &Project, months: &[&str]) {
    project.write("readings.csv", format!("{HEADING}{}", months.concat()));
}

fn evaluate(project: &Project, period: &str) -> Ran {
    project.run(&["evaluate", "terms.contract", "--readings", "readings.csv", "--period", period])
}

fn close(project: &Project, period: &str) -> Ran {
    project.run(&["close", &format!("runs/terms-{period}")])
}

#[test]
fn what_is_known_later_is_posted_in_the_next_open_period() {
    let project = known_better("");
    let closed = project.read("runs/terms-2026-01/report.json");
    let ran = evaluate(&project, "2026-02");
    // 6,000.00 − 240.00 + 120.00
    ran.is(0, "total due   GBP 5,880.00", "");
    ran.is(0, "2026-01 resolved: 74% (740 of 1,000), now 76% (760 of 1,000)", "");
    // As known now January was not missed, and February is not the second in a row.
    ran.is(0, "2026-02   6.1      resolved   -GBP 240.00    -GBP 120.00   GBP 120.00", "");
    let why = project.run(&["why", "runs/terms-2026-02", "restatement.2026-01.charge.fee"]);
    why.is(0, "GBP 6,060.00 now, GBP 6,000.00 posted before: GBP 60.00", "");
    close(&project, "2026-02").is(0, "of it GBP 120.00 for periods closed before", "");
    let log = project.run(&["log"]);
    log.is(0, "GBP 5,760.00    GBP 120.00   GBP 5,880.00   final", "");
    // Nothing is posted twice.
    readings(&project, &[CORRECTED, FEBRUARY, "resolved,2026-03,75,100,\ncases,2026-03,,,100\n"]);
    let march = evaluate(&project, "2026-03");
    march.is(0, "total due   GBP 600.00", "");
    assert!(!march.out.contains("Corrections of closed periods"), "{}", march.out);
    assert_eq!(project.read("runs/terms-2026-01/report.json"), closed);
}

/// As closed January and February were missed, two in a row; as known now January was not.
#[test]
fn rights_that_would_stand_differently_are_shown() {
    let project = known_better("right \"step-in\" when resolved is missed 2 periods in a row\n");
    let ran = evaluate(&project, "2026-02");
    ran.is(0, "2026-02 right \"step-in\": arises as closed, does not arise as known now", "");
    ran.is(0, "total due   GBP 5,880.00", "");
}

#[test]
fn closed_periods_count_as_known_now_where_the_contract_says_so() {
    let project = known_better("history { closed periods as known now }\n");
    let ran = evaluate(&project, "2026-02");
    // 6,000.00 − 120.00 + 120.00
    ran.is(0, "total due   GBP 6,000.00", "");
    assert!(!ran.out.contains("further on"), "{}", ran.out);
}

/// January and 28 days end with February's last day; a difference of 120.00 is not more than 120.00.
#[test]
fn restatements_end_with_their_day_and_begin_above_their_amount() {
    for (rule, total) in [
        ("within 28 days", "5,880.00"),
        ("within 27 days", "5,760.00"),
        ("within 28 days if more than GBP 119.99", "5,880.00"),
        ("within 28 days if more than GBP 120.00", "5,760.00"),
    ] {
        let project = known_better(&format!("deadlines {{ restatements {rule} }}\n"));
        let ran = evaluate(&project, "2026-02");
        ran.is(0, &format!("total due   GBP {total}"), "");
        if total == "5,760.00" {
            ran.is(0, "restatement of 2026-01, not", "");
        }
    }
}

#[test]
fn a_closed_period_is_closed_once_and_stays() {
    let project = january("");
    close(&project, "2026-01").is(0, "", "");
    close(&project, "2026-01").is(2, "", "2026-01 is closed already, by entry 1");
    readings(&project, &[CORRECTED]);
    let again =
        ["evaluate", "terms.contract", "--readings", "readings.csv", "--period", "2026-01", "--replace"];
    project.run(&again).is(2, "", "`runs/terms-2026-01` is closed (entry 1 of the log) and stays as it is");
    // What January would be now can still be seen, as though it were not closed.
    let beside = project.run(&[&again[..], &["--out", "runs/again"]].concat());
    beside.is(0, "total due   GBP 6,060.00", "");
    project.run(&["close", "runs/again"]).is(2, "", "2026-01 is closed already");
}

#[test]
fn periods_are_closed_in_order_and_after_the_past_they_were_settled_on() {
    let project = january("");
    readings(&project, &[JANUARY, FEBRUARY, &FEBRUARY.replace("2026-02", "2026-03")]);
    project.run(&[
        "evaluate",
        "terms.contract",
        "--readings",
        "readings.csv",
        "--period",
        "2026-01",
        "--replace",
    ]);
    evaluate(&project, "2026-02").is(0, "", "");
    close(&project, "2026-01").is(0, "", "");
    close(&project, "2026-02").is(
        2,
        "",
        "the run was made when `terms.log.jsonl` had no entry, and it has 1 entry",
    );
    evaluate(&project, "2026-03").is(0, "", "");
    close(&project, "2026-03").is(
        2,
        "",
        "2026-03 does not follow 2026-01, the last closed period: 2026-02 is next",
    );
}

#[test]
fn what_changed_since_the_run_is_not_closed() {
    let project = january("");
    readings(&project, &[CORRECTED]);
    close(&project, "2026-01").is(2, "", "readings.csv` was changed after the run");
    readings(&project, &[JANUARY]);
    project.write("runs/terms-2026-01/statement.md", "GBP 1,000,000.00");
    close(&project, "2026-01").is(2, "", "statement.md` was changed after the run");
    let project = january("");
    project.write("terms.contract", TERMS.replace("at least 75%", "at least 74%"));
    close(&project, "2026-01").is(2, "", "is not near it, or was changed since");
}

#[test]
fn the_terms_of_a_closed_period_are_changed_by_amendment_only() {
    let project = known_better("");
    project
        .write("terms.contract", format!("# a comment\n{}", TERMS.replace("at least 75%", "at least  75%")));
    evaluate(&project, "2026-02").is(0, "total due   GBP 5,880.00", "");
    project.write("terms.contract", TERMS.replace("GBP 6.00", "GBP 6.10"));
    evaluate(&project, "2026-02").is(2, "", "the terms of 2026-01 are not those it was closed under");
    let amended = "amendment \"No 1\" from 2026-02-01 {\n  charge fee = GBP 6.10 each of cases\n}\n";
    project.write("terms.contract", format!("{TERMS}{amended}"));
    // 1,000 × 6.10 = 6,100.00; 4 % = 244.00; + 120.00
    let changed = project.run(&[
        "evaluate",
        "terms.contract",
        "--readings",
        "readings.csv",
        "--period",
        "2026-02",
        "--replace",
    ]);
    changed.is(0, "total due   GBP 5,976.00", "");
}

#[test]
fn a_log_that_is_damaged_or_gone_is_found() {
    let project = known_better("");
    evaluate(&project, "2026-02").is(0, "", "");
    let log = project.read("terms.log.jsonl");
    project.write("terms.log.jsonl", log.replace("\"-60\"", "\"-50\""));
    close(&project, "2026-02").is(2, "", "the run was made with another log than `terms.log.jsonl`");
    project.run(&["log"]).is(1, "entry 1 does not say what its run does", "");
    project.write("terms.log.jsonl", log.trim_end());
    evaluate(&project, "2026-02").is(2, "", "terms.log.jsonl:1: the last entry is not complete");
    std::fs::remove_file(project.path("terms.log.jsonl")).unwrap();
    close(&project, "2026-02").is(
        2,
        "",
        "the run was made when `terms.log.jsonl` had 1 entry, and it has no entry",
    );
    project.run(&["log"]).is(2, "", "there is no log `terms.log.jsonl`");
}

#[test]
fn a_closed_run_that_was_changed_is_found() {
    let project = known_better("");
    project.write("runs/terms-2026-01/facts.json", "[]");
    project.run(&["log"]).is(1, "CHANGED", "");
    evaluate(&project, "2026-02").is(2, "", "the run of entry 1 of `terms.log.jsonl` is not as it was");
}

#[test]
fn what_lacks_a_figure_is_closed_only_on_demand() {
    let project = Project::new();
    project.write("terms.contract", TERMS);
    readings(&project, &["resolved,2026-01,740,1000,\n"]);
    evaluate(&project, "2026-01").is(0, "INCOMPLETE", "");
    close(&project, "2026-01").is(2, "", "amounts of 2026-01 count as 0 for want of `cases`");
    project.run(&["close", "runs/terms-2026-01", "--incomplete"]).is(0, "closed 2026-01: GBP 0.00 due", "");
}

/// A month of the shop in `contracts/retail-outcomes` is restated after it was closed: 9,260 of 12,000 cases
/// stayed solved instead of 9,300.
///
/// Paid at once: 80 % of (48,000.00 + 1,260 × 5.40 = 54,804.00) = 43,843.20, so 172.80 less. Bonus: 77.17 %,
/// 1.67 / 4.5 of 3 % of 54,804.00 = 610.15, so 123.45 less. The balance of March follows in April: all 9,260 lasted,
/// 54,804.00 − 43,843.20 = 10,960.80; posted for the cases of March are 44,016.00 − 172.80 + 10,960.80 = 54,804.00.
#[test]
fn a_restated_month_of_outcomes_comes_to_the_cent() {
    let project = Project::new();
    project.write("terms.contract", include_str!("../../contracts/retail-outcomes/terms.contract"));
    let given = include_str!("../../contracts/retail-outcomes/readings.csv");
    project.write("readings.csv", given);
    for (period, due) in [("2026-02", "40,992.00"), ("2026-03", "62,056.60")] {
        evaluate(&project, period).is(0, "", "");
        let ran = project.run(&["close", &format!("runs/terms-{period}"), "--incomplete"]);
        ran.is(0, &format!("closed {period}: GBP {due} due"), "");
    }
    let restated = given
        .replace("confirmed_cases,2026-03,all,9300,,", "confirmed_cases,2026-03,all,9260,,")
        .replace("solved,2026-03,all,,9300,12000", "solved,2026-03,all,,9260,12000");
    let april = "lasting_cases,2026-03,all,9260,,\nconfirmed_cases,2026-04,all,0,,\n";
    project.write("readings.csv", format!("{restated}{april}"));
    evaluate(&project, "2026-04").is(0, "-GBP 172.80", "");
    let totals = |line: &str| project.run(&["why", "runs/terms-2026-04", line]);
    totals("restatement.2026-03.paid.cases").is(
        0,
        "GBP 43,843.20 now, GBP 44,016.00 posted before: -GBP 172.80",
        "",
    );
    totals("restatement.2026-03.bonus.solved").is(
        0,
        "GBP 610.15 now, GBP 733.60 posted before: -GBP 123.45",
        "",
    );
    totals("balance.cases").is(0, "finally GBP 54,804.00, less GBP 43,843.20 paid = GBP 10,960.80", "");
    let report = project.read("runs/terms-2026-04/report.json");
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report.pointer("/periods/0/totals/corrections/shown").unwrap(), "-GBP 296.25");
}

/// A clock that was set back: the second run would know less than the first.
#[test]
fn a_run_that_knows_less_than_the_last_closed_one_is_not_closed() {
    let project = Project::new();
    let evaluate = |period: &str, as_of: &str, out: &str| {
        let args = ["evaluate", "terms.contract", "--period", period, "--as-of", as_of, "--out", out];
        project.run(&args).is(0, "", "");
    };
    evaluate("2026-01", "2026-03-05", "january");
    project.run(&["close", "january"]).is(0, "", "");
    evaluate("2026-02", "2026-03-04", "february");
    let words = "sees what was known on 2026-03-04, and entry 1 was closed on what was known on 2026-03-05";
    project.run(&["close", "february"]).is(2, "", words);
    evaluate("2026-02", "2026-03-05", "again");
    project.run(&["close", "again"]).is(0, "closed 2026-02", "");
}

/// The data of the demonstration ends in the middle of February.
#[test]
fn a_period_that_goes_on_is_not_closed() {
    let project = Project::new();
    let book = project.read("data.yaml");
    project.write("data.yaml", format!("complete_to: 2026-02-15 23:59:59\n{book}"));
    project.run(&["evaluate", "terms.contract", "--period", "2026-02"]).is(0, "", "");
    close(&project, "2026-02").is(2, "", "2026-02 is not over: it ends on 2026-02-28, and its data on");
}
