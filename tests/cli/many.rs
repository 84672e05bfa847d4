//! Several contracts over the same data.

use std::fs;

use super::project::{AMENDMENT, BOOK, Project, TERMS, calls, names};

/// Below half of the calls by voice a penalty of 5 % of the fee.
fn other() -> String {
    TERMS
        .replace("\"Small\"", "\"Other\"")
        .replace("where resolved", "where queue = \"voice\"")
        .replace("at least 75%", "at least 50%")
        .replace("12% of fee", "5% of fee")
}

/// Two contracts over one book, the first amended; every third call is by voice.
fn project(row: &str) -> Project {
    let project = Project::new();
    project.write("other.contract", other());
    project.write("first.contract", AMENDMENT);
    project.write("data.yaml", format!("{BOOK}      queue: queue\n    rejects: 1\n"));
    let rows = calls(false);
    let queues = ["queue"].into_iter().chain(["voice", "chat", "mail"].into_iter().cycle());
    let rows = rows.lines().zip(queues).map(|(row, queue)| format!("{row},{queue}\n"));
    project.write("calls.csv", rows.collect::<String>() + row);
    project
}

#[test]
fn each_run_folder_is_that_of_an_evaluation_alone() {
    // The first contract cannot read `maybe`; the second does not ask.
    for row in ["", "x,2026-02-25 10:00:00,maybe,voice\n"] {
        let (both, alone) = (project(row), project(row));
        let ran = both.run(&["evaluate", "terms.contract", "first.contract", "other.contract", "--evidence"]);
        ran.is(
            0,
            "\n────────",
            "run folder: runs/terms-2026-01-2026-02\nrun folder: runs/other-2026-01-2026-02\n",
        );
        let first = alone.run(&["evaluate", "terms.contract", "first.contract", "--evidence"]);
        let second = alone.run(&["evaluate", "other.contract", "--evidence"]);
        assert_eq!(ran.out, format!("{}\n{}\n\n{}", first.out, "─".repeat(100), second.out));
        for run in ["runs/terms-2026-01-2026-02", "runs/other-2026-01-2026-02"] {
            let files = names(&both.path(run));
            assert_eq!(files, names(&alone.path(run)));
            for file in files {
                let bytes = |project: &Project| fs::read(project.path(&format!("{run}/{file}"))).unwrap();
                assert!(bytes(&both) == bytes(&alone), "{run}/{file} after {row}");
            }
        }
        let rejected = both.read("runs/terms-2026-01-2026-02/rejects.csv").lines().count();
        assert_eq!(rejected, if row.is_empty() { 1 } else { 2 });
        assert_eq!(both.read("runs/other-2026-01-2026-02/rejects.csv").lines().count(), 1);
    }
}

#[test]
fn one_reading_serves_both() {
    let project = project("");
    let ran = project.run(&["evaluate", "terms.contract", "other.contract", "--plan"]);
    ran.is(0, "  read interactions: 3 columns, laid out 0 times, for 2 plans\n", "");
    assert_eq!(ran.out.matches("  read interactions").count(), 1);
    let ran = project.run(&["evaluate", "terms.contract", "first.contract", "--plan"]);
    ran.is(0, "  read interactions: 2 columns, laid out 0 times, for 2 plans\n", "");
}

#[test]
fn every_format_holds_all_statements() {
    let project = project("");
    let run = |more: &[&str]| {
        project.run(&[&["evaluate", "terms.contract", "other.contract", "--no-run"], more].concat())
    };
    let json: serde_json::Value = serde_json::from_str(&run(&["--format", "json"]).out).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 2);
    assert_eq!(json[1]["periods"][1]["totals"]["total"]["exact"], "950");
    run(&["--format", "md"]).is(0, "\n---\n\n# Other\n", "");
    run(&["--format", "csv"]).is(2, "", "there are 2 contracts: `--format csv` writes one table");
    run(&["--cells"]).is(2, "", "there are 2 contracts: `--cells` prints one table");
    // Of the two only the other misses in January.
    assert_eq!(run(&["--period", "2026-01"]).code, 0);
    assert_eq!(run(&["--period", "2026-01", "--fail-on", "missed"]).code, 1);
}

#[test]
fn each_contract_keeps_its_own_book() {
    let project = Project::new();
    fs::create_dir(project.path("b")).unwrap();
    for name in ["terms.contract", "data.yaml"] {
        fs::copy(project.path(name), project.path(&format!("b/{name}"))).unwrap();
    }
    project.write("b/calls.csv", calls(false).replace(",no", ",yes"));
    let ran = project.run(&["evaluate", "terms.contract", "b/terms.contract"]);
    ran.is(
        0,
        "70.00% (14 of 20)",
        "run folder: runs/terms-2026-01-2026-02\nrun folder: b/runs/terms-2026-01-2026-02\n",
    );
    ran.is(0, "100.00% (20 of 20)", "");
    let ran =
        project.run(&["evaluate", "terms.contract", "b/terms.contract", "--data", "data.yaml", "--no-run"]);
    assert_eq!(ran.out.matches("70.00% (14 of 20)").count(), 2);
}

#[test]
fn what_is_wrong_with_one_stops_all_before_anything_is_measured() {
    let project = project("");
    let evaluate = |args: &[&str]| project.run(&[&["evaluate"], args].concat());
    let before = project.names(".");
    evaluate(&["first.contract", "terms.contract"]).is(
        2,
        "",
        "`first.contract` starts with an amendment, and no contract",
    );
    let twice = evaluate(&["terms.contract", "./terms.contract"]);
    twice.is(2, "", "`terms.contract` and `./terms.contract` would have the same run folder");
    let two = ["terms.contract", "other.contract"];
    evaluate(&[&two[..], &["--out", "run"]].concat()).is(2, "", "`--out` names one run folder");
    evaluate(&[&two[..], &["--log", "a.jsonl"]].concat()).is(2, "", "`--log` is that of one contract");
    project.write("terms.contract", TERMS.replace("of fee when", "of fees when"));
    project.write("other.contract", other().replace("on each line", "on each lime"));
    let ran = evaluate(&two);
    ran.is(1, "", "terms.contract: nothing was evaluated");
    ran.is(1, "", "other.contract: nothing was evaluated");
    assert_eq!(project.names("."), before);
}

#[test]
fn what_the_data_has_for_none_of_its_periods_names_the_contract() {
    let project = project("");
    let later = other().replace("2026-01-01 to 2026-12-31", "2027-01-01 to 2027-12-31");
    project.write("other.contract", later);
    let without = "no record of the data is dated in the contract's term";
    project.run(&["evaluate", "terms.contract", "other.contract"]).is(
        2,
        "",
        &format!("error: other.contract: {without}"),
    );
    project.run(&["evaluate", "other.contract"]).is(2, "", &format!("error: {without}"));
}

#[test]
fn a_run_that_is_refused_keeps_the_others_from_being_written() {
    let project = project("");
    project.run(&["evaluate", "other.contract"]).is(0, "", "run folder: runs/other-2026-01-2026-02\n");
    project.write("other.contract", other().replace("at least 50%", "at least 55%"));
    let both = ["evaluate", "terms.contract", "other.contract"];
    project.run(&both).is(2, "", "`runs/other-2026-01-2026-02` holds a different run");
    assert_eq!(project.names("runs"), ["other-2026-01-2026-02"]);
    project.run(&[&both[..], &["--replace"]].concat()).is(
        0,
        "",
        "run folder: runs/terms-2026-01-2026-02\nrun folder: runs/other-2026-01-2026-02 (replaced)\n",
    );
}
