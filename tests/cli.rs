//! The command line as its users meet it: output, exit codes, files left behind.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "cli/amendments.rs"]
mod amendments;
#[path = "cli/close.rs"]
mod close;
#[path = "cli/diff.rs"]
mod diff;
#[path = "cli/faults.rs"]
mod faults;
#[path = "cli/layout.rs"]
mod layout;
#[path = "cli/many.rs"]
mod many;
#[path = "cli/months.rs"]
mod months;
#[path = "cli/outlook.rs"]
mod outlook;
#[path = "cli/project.rs"]
mod project;
#[path = "cli/readme.rs"]
mod readme;
#[path = "cli/store.rs"]
mod store;
#[path = "cli/templates.rs"]
mod templates;
#[path = "cli/told.rs"]
mod told;

use std::fs;

use project::{Project, Ran, TERMS, calls, names};

#[test]
fn the_statement_and_its_run_folder() {
    let project = Project::new();
    let ran = project.run(&["evaluate", "terms.contract"]);
    ran.is(0, "total due   GBP 900.00", "run folder: runs/terms-2026-01-2026-02\n");
    ran.is(0, "70.00% (14 of 20)", "");
    assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "no colours in a pipe");
    let files = [
        "controls.csv",
        "facts.json",
        "manifest.json",
        "rejects.csv",
        "report.csv",
        "report.json",
        "statement.md",
        "terms.contract",
    ];
    assert_eq!(project.names("runs/terms-2026-01-2026-02"), files);
    assert_eq!(project.read("runs/terms-2026-01-2026-02/terms.contract"), TERMS);
    let home = project.0.path().to_str().unwrap();
    for file in files {
        let text = project.read(&format!("runs/terms-2026-01-2026-02/{file}"));
        assert!(!text.contains(home), "{file} names the machine's folder");
    }
    project.run(&["evaluate", "terms.contract"]).is(0, "", "(unchanged)\n");
}

#[test]
fn the_order_of_rows_changes_no_byte_of_the_report() {
    let (one, other) = (Project::new(), Project::new());
    other.write("calls.csv", calls(true));
    for project in [&one, &other] {
        project.run(&["evaluate", "terms.contract", "--out", "run"]).is(0, "", "");
    }
    for file in ["report.json", "statement.md", "report.csv", "controls.csv", "rejects.csv"] {
        assert_eq!(one.read(&format!("run/{file}")), other.read(&format!("run/{file}")), "{file}");
    }
    assert_ne!(one.read("run/manifest.json"), other.read("run/manifest.json"));
}

#[test]
fn a_different_run_is_replaced_only_on_demand() {
    let project = Project::new();
    let evaluate =
        |more: &[&str]| project.run(&[&["evaluate", "terms.contract", "--out", "run"], more].concat());
    evaluate(&[]).is(0, "", "run folder: run\n");
    let before = project.read("run/report.json");
    project.write(
        "calls.csv",
        calls(false).replace("2-13,2026-02-14 10:00:00,yes", "2-13,2026-02-14 10:00:00,no"),
    );
    let refused = evaluate(&[]);
    refused.is(2, "", "error: `run` holds a different run\n  = help: write `--replace`");
    assert_eq!(refused.out, "");
    assert_eq!(project.read("run/report.json"), before);
    evaluate(&["--replace"]).is(0, "65.00% (13 of 20)", "run folder: run (replaced)\n");
    assert_ne!(project.read("run/report.json"), before);
    assert_eq!(project.names("."), ["calls.csv", "data.yaml", "run", "terms.contract"]);
}

#[test]
fn every_format_is_alone_on_stdout() {
    let project = Project::new();
    let run = |format: &str| project.run(&["evaluate", "terms.contract", "--no-run", "--format", format]);
    let json: serde_json::Value = serde_json::from_str(&run("json").out).unwrap();
    assert_eq!(json["periods"][1]["totals"]["total"]["exact"], "900");
    assert!(run("csv").out.starts_with("period,id,kind,label,clause,segment,reading,"));
    assert!(run("md").out.starts_with("# Small\n"));
    assert!(run("human").err.is_empty());
    assert_eq!(project.names("."), ["calls.csv", "data.yaml", "terms.contract"], "--no-run leaves nothing");
}

#[test]
fn the_only_contract_of_the_folder_need_not_be_named() {
    let project = Project::new();
    project.run(&["evaluate", "--no-run"]).is(0, "total due   GBP 900.00", "");
    project.run(&["evaluate"]).is(0, "", "run folder: runs/terms-2026-01-2026-02\n");
    project.write("other.contract", TERMS);
    project.run(&["evaluate"]).is(2, "", "name one of `./other.contract`, `./terms.contract`");
}

#[test]
fn periods_are_chosen_by_name() {
    let project = Project::new();
    let evaluate = |args: &[&str]| project.run(&[&["evaluate", "terms.contract", "--no-run"], args].concat());
    evaluate(&["--period", "2026-01"]).is(0, "total due   GBP 1,000.00", "");
    evaluate(&["--from", "2026-02", "--to", "2026-03"]).is(0, "not measured", "");
    evaluate(&["--period", "2026-13"]).is(2, "", "`2026-13` is not a period of the contract's term");
    evaluate(&["--period", "2025-12"]).is(2, "", "the periods are 2026-01, 2026-02 and so on to 2026-12");
    evaluate(&["--period", "January"]).is(2, "", "is not a period");
    evaluate(&["--from", "2026-03", "--to", "2026-02"]).is(2, "", "the first period comes after the last");
    evaluate(&["--period", "2026-01", "--from", "2026-01"]).is(2, "", "cannot be used with");
}

#[test]
fn a_missed_target_is_a_result_unless_it_shall_fail() {
    let project = Project::new();
    let evaluate =
        |args: &[&str]| project.run(&[&["evaluate", "terms.contract", "--no-run"], args].concat()).code;
    assert_eq!(evaluate(&[]), 0);
    assert_eq!(evaluate(&["--fail-on", "missed"]), 1);
    assert_eq!(evaluate(&["--fail-on", "missed", "--period", "2026-01"]), 0);
}

#[test]
fn given_readings_are_settled_without_rows() {
    let project = Project::new();
    project.write(
        "readings.csv",
        "measure,period,segment,value,numerator,denominator,status\nfcr,2026-03,,,93,120,\n",
    );
    let run = |args: &[&str]| project.run(&[&["evaluate", "terms.contract", "--readings"], args].concat());
    run(&["readings.csv"]).is(0, "77.50% (93 of 120)", "run folder: runs/terms-2026-03\n");
    run(&["readings.csv", "--data", "data.yaml"]).is(2, "", "cannot be used with");
    project.write(
        "readings.csv",
        "measure,period,segment,value,numerator,denominator,status\nfcx,2026-03,,,93,120,\n",
    );
    run(&["readings.csv"]).is(2, "", "error: readings.csv: line 2");
    project.write("readings.csv", "measure,period,segment,value,numerator,denominator,status\n");
    run(&["readings.csv"]).is(2, "", "gives no reading for any period");
    run(&["nothing.csv"]).is(2, "", "there is no readings file `nothing.csv`");
}

#[test]
fn why_explains_a_line_and_knows_its_neighbours() {
    let project = Project::new();
    project.run(&["evaluate", "terms.contract", "--out", "run"]).is(0, "", "");
    project.run(&["why", "run", "penalty.fcr"]).is(0, "fcr: 70.00% (14 of 20)", "");
    project.run(&["why", "run", "penalty.fcr"]).is(0, "of 20 counted: 14 above the line", "");
    project.run(&["why", "run", "fcr", "--period", "2026-01"]).is(0, "clause 6.1: met", "");
    project.run(&["why", "run", "total"]).is(0, "total due for 2026-02: GBP 900.00", "");
    project.run(&["why", "run"]).is(0, "penalty.fcr  -GBP 120.00\n", "");
    project.run(&["why", "run", "penalty.fcx"]).is(2, "", "did you mean `penalty.fcr`?");
    project.run(&["why", "run", "weather"]).is(2, "", "there is `charge.fee`");
    project.run(&["why", "run", "fcr", "--period", "2027-01"]).is(2, "", "it has 2026-01, 2026-02");
    project.run(&["why", "nowhere", "fcr"]).is(2, "", "cannot read `nowhere/manifest.json`");
    let report = project.read("run/report.json").replace("14", "15");
    project.write("run/report.json", report);
    project.run(&["why", "run", "fcr"]).is(2, "", "was changed after the run");
}

#[test]
fn a_snapshot_holds_until_something_changes() {
    let project = Project::new();
    project.run(&["evaluate", "terms.contract"]).is(0, "", "");
    let run = "runs/terms-2026-01-2026-02";
    fs::create_dir(project.path("kept")).unwrap();
    project.run(&["snapshot", run, "--out", "kept/2026.txt"]).is(0, "", "snapshot: kept/2026.txt\n");
    let kept = project.read("kept/2026.txt");
    assert!(kept.contains("\ncontract = ../terms.contract\n"), "{kept}");
    assert!(kept.contains("\n2026-02 reading fcr = 70.00% (14 of 20), exactly 70\n"), "{kept}");
    let check = || project.run(&["snapshot", "--check", "kept/2026.txt"]);
    check().is(0, "every line holds", "");
    project.write(
        "calls.csv",
        calls(false).replace("2-14,2026-02-15 10:00:00,no", "2-14,2026-02-15 10:00:00,yes"),
    );
    let ran = check();
    ran.is(
        1,
        "2026-02 reading fcr\n  - 70.00% (14 of 20), exactly 70\n  + 75.00% (15 of 20), exactly 75\n",
        "",
    );
    ran.is(1, "2026-02 total\n  - GBP 900.00\n  + GBP 1,000.00\n", "");
    project.write("kept/2026.txt", "hello\n");
    check().is(2, "", "`kept/2026.txt` is not a snapshot: its first line is not `meed snapshot 1`");
    project.run(&["snapshot"]).is(2, "", "Usage");
}

#[test]
fn threads_change_no_byte() {
    let project = Project::new();
    for (threads, out) in [("1", "one"), ("7", "seven")] {
        let mut command = project.command(&["evaluate", "terms.contract", "--out", out]);
        Ran::from(command.env("RAYON_NUM_THREADS", threads).output().unwrap()).is(0, "", "");
    }
    for file in names(&project.path("one")) {
        assert_eq!(project.read(&format!("one/{file}")), project.read(&format!("seven/{file}")), "{file}");
    }
}

#[test]
fn evidence_is_part_of_the_run() {
    let project = Project::new();
    let evaluate = || project.run(&["evaluate", "terms.contract", "--out", "run", "--evidence"]);
    evaluate().is(0, "", "run folder: run\n");
    let evidence = fs::read(project.path("run/evidence.parquet")).unwrap();
    assert!(evidence.starts_with(b"PAR1") && evidence.ends_with(b"PAR1"));
    let manifest: serde_json::Value = serde_json::from_str(&project.read("run/manifest.json")).unwrap();
    assert!(manifest["outputs"]["evidence.parquet"].is_string());
    assert_eq!(manifest["options"]["evidence"], true);
    evaluate().is(0, "", "(unchanged)\n");
    project.write("calls.csv", "id,started,resolved\n1,never,yes\n");
    evaluate().is(2, "", "calls.csv:2, column `started`");
    assert_eq!(project.names("."), ["calls.csv", "data.yaml", "run", "terms.contract"]);
}
