//! Amendments in files of their own.

use super::project::Project;

/// From February on the target is lower, so that 70 % meets it.
const FIRST: &str = "\
# signed in January
amendment \"No 1\" from 2026-02-01 {
  commitment fcr {
    target  at least 70%
    pay penalty 10% of fee when missed
  }
}
";

#[test]
fn an_amendment_is_read_after_its_contract() {
    let project = Project::new();
    project.write("first.contract", FIRST);
    let check = project.run(&["check", "terms.contract", "first.contract"]);
    check.is(0, "terms.contract: nothing to object to", "");
    check.is(0, "from 2026-02-01", "");
    project.run(&["evaluate", "terms.contract", "--no-run"]).is(0, "total due   GBP 900.00", "");
    let ran = project.run(&["evaluate", "terms.contract", "first.contract", "--evidence"]);
    ran.is(0, "total due   GBP 1,000.00", "");
    ran.is(0, "version     amendment \"No 1\", from 2026-02-01", "");
    let run = "runs/terms-2026-01-2026-02";
    assert!(project.names(run).contains(&"evidence-2026-02-01.parquet".to_string()));
    assert!(project.read(&format!("{run}/terms.contract")).ends_with(FIRST));
    assert!(project.read(&format!("{run}/manifest.json")).contains("\"path\":\"first.contract\""));
    project.run(&["snapshot", run, "--out", "kept.txt"]).is(0, "", "snapshot: kept.txt\n");
    assert!(project.read("kept.txt").contains("\namendment 1 = first.contract\n"));
    project.run(&["snapshot", "--check", "kept.txt"]).is(0, "every line holds", "");
    project.write("first.contract", FIRST.replace("70%", "71%"));
    project.run(&["snapshot", "--check", "kept.txt"]).is(1, "2026-02 status fcr\n  - met\n  + missed\n", "");
}

#[test]
fn what_is_wrong_is_told_in_its_file() {
    let project = Project::new();
    project.write("first.contract", FIRST.replace("commitment fcr", "commitment fcs on fcs"));
    let ran = project.run(&["check", "terms.contract", "first.contract"]);
    ran.is(1, "first.contract:3:21", "");
    ran.is(1, "in the contract as amended from 2026-02-01 (\"No 1\")", "");
    let github = project.run(&["check", "terms.contract", "first.contract", "--format", "github"]);
    github.is(1, "::error file=first.contract,line=3", "");
    let alone = project.run(&["evaluate", "first.contract", "--no-run"]);
    alone.is(2, "", "`first.contract` starts with an amendment, and no contract comes before it");
}
