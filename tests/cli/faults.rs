//! What happens when something is wrong: with the contract, the data, the arguments or the machine.

#[path = "as_of.rs"]
mod as_of;

use std::fs;
use std::process::Stdio;

use super::project::{BOOK, Project, Ran, TERMS, calls};

#[test]
fn check_reports_all_faults_in_every_format() {
    let project = Project::new();
    project.run(&["check", "terms.contract"]).is(0, "1 measure, 1 commitment, 1 charge, 12 periods", "");
    let broken = TERMS.replace("commitment fcr", "commitment fcx").replace("currency  GBP", "currency  GBX");
    project.write("broken.contract", broken);
    let ran = project.run(&["check", "broken.contract"]);
    assert_eq!(ran.code, 1, "{ran:#?}");
    assert!(ran.out.contains("= more: meed explain E") && ran.err.is_empty(), "{ran:#?}");
    let format = |format: &str| {
        let ran = project.run(&["check", "terms.contract", "broken.contract", "--format", format]);
        assert_eq!(ran.code, 1);
        ran.out
    };
    let json: serde_json::Value = serde_json::from_str(&format("json")).unwrap();
    assert_eq!(json["files"][0]["diagnostics"], serde_json::json!([]));
    assert_eq!(json["files"][1]["path"], "broken.contract");
    let sarif: serde_json::Value = serde_json::from_str(&format("sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert!(format("github").starts_with("::error file=broken.contract,line="));
    let ran = project.run(&["evaluate", "broken.contract"]);
    ran.is(1, "", "broken.contract: nothing was evaluated");
    assert!(ran.out.is_empty());
    assert_eq!(project.names("."), ["broken.contract", "calls.csv", "data.yaml", "terms.contract"]);
}

#[test]
fn a_damaged_clause_does_not_make_its_name_unknown() {
    let project = Project::new();
    project.write(
        "terms.contract",
        TERMS.replace("share of interactions where", "share off interactions where"),
    );
    let ran = project.run(&["check", "terms.contract"]);
    assert_eq!((ran.code, ran.out.matches("error[").count()), (1, 1), "{}", ran.out);
    let both =
        TERMS.replace("share of interactions", "share off interactions").replace("10% of fee", "10% of fees");
    project.write("terms.contract", both);
    let ran = project.run(&["check", "terms.contract"]);
    assert_eq!((ran.code, ran.out.matches("error[").count()), (1, 2), "{}", ran.out);
}

#[test]
fn fmt_lays_out_or_says_so() {
    let project = Project::new();
    let loose = TERMS.replace("  client    ", "  client ");
    project.write("terms.contract", &loose);
    project.run(&["fmt", "terms.contract", "--check"]).is(1, "", "not in the canonical layout");
    project.run(&["fmt", "terms.contract", "--diff"]).is(0, "-  client \"Northwind Retail plc\"\n", "");
    assert_eq!(project.read("terms.contract"), loose);
    project.run(&["fmt", "terms.contract"]).is(0, "", "terms.contract laid out");
    project.run(&["fmt", "terms.contract", "--check"]).is(0, "", "");
    project.write("broken.contract", "contract {");
    project.run(&["fmt", "broken.contract"]).is(1, "", "left as it is");
    assert_eq!(project.read("broken.contract"), "contract {");
}

#[test]
fn data_check_shows_totals_and_rejects() {
    let project = Project::new();
    project.run(&["data", "check"]).is(0, "2026-02-20 10:00:00", "");
    project.write("calls.csv", calls(false).replace("2026-02-20 10", "2026-02-30 10"));
    let ran = project.run(&["data", "check", "terms.contract"]);
    ran.is(1, "calls.csv:41, column `started`: `2026-02-30 10:00:00`", "");
    let ran = project.run(&["evaluate", "terms.contract"]);
    ran.is(2, "", "calls.csv:41, column `started`: `2026-02-30 10:00:00`");
    assert!(!project.path("runs").exists());
    project.write("data.yaml", BOOK.replace("    key: id", "    key: id\n    rejects: 1"));
    project.run(&["data", "check"]).is(0, "rejected 1 ×", "");
    project.run(&["evaluate", "terms.contract", "--out", "run"]).is(0, "rejected 1 ×", "");
    assert!(
        project.read("run/rejects.csv").contains("interactions,calls.csv,41,started,2026-02-30 10:00:00,")
    );
    fs::remove_file(project.path("calls.csv")).unwrap();
    project.run(&["data", "check"]).is(2, "", "error: ");
}

#[test]
fn unusable_files_are_named_with_what_to_do() {
    let project = Project::new();
    fs::create_dir(project.path("folder")).unwrap();
    project.write("latin.contract", b"contract \"Caf\xe9\"\n");
    project.write("empty.contract", "");
    project.write("binary.contract", b"\0\x01\x02");
    project.run(&["check", "nothing.contract"]).is(2, "", "error: there is no contract `nothing.contract`\n");
    project.run(&["check", "nothing.contract"]).is(2, "", "`terms.contract`");
    project.run(&["check", "folder"]).is(2, "", "error: `folder` is a folder, not a contract");
    project.run(&["check", "latin.contract"]).is(2, "", "is not UTF-8 text: line 1 has other bytes");
    assert_eq!(project.run(&["check", "empty.contract"]).code, 1);
    assert_eq!(project.run(&["check", "binary.contract"]).code, 1);
    project.run(&["evaluate", "folder"]).is(2, "", "is a folder");
    project.run(&["evaluate", "terms.contract", "--data", "nowhere.yaml"]).is(2, "", "there is no data book");
    project.write("data.yaml", "tables: [");
    project.run(&["evaluate", "terms.contract"]).is(2, "", "error: data.yaml:");
    assert!(!project.path("runs").exists(), "a failed evaluation leaves no half of a run");
    let marked = Project::new();
    marked.write("terms.contract", format!("\u{feff}{TERMS}"));
    assert_eq!(marked.run(&["check", "terms.contract"]).code, 0, "a byte order mark is no fault");
}

#[test]
fn a_run_that_cannot_be_written_leaves_nothing() {
    let project = Project::new();
    let evaluate = |out: &str| project.run(&["evaluate", "terms.contract", "--out", out]);
    evaluate("calls.csv").is(2, "", "`calls.csv` is there already and is not a run folder");
    evaluate("calls.csv/run").is(2, "", "cannot ");
    fs::create_dir(project.path("letters")).unwrap();
    project.write("letters/letter.txt", "dear");
    evaluate("letters").is(2, "", "is not a run folder");
    assert_eq!(project.names("."), ["calls.csv", "data.yaml", "letters", "terms.contract"]);
    assert_eq!(project.names("letters"), ["letter.txt"]);
}

#[test]
fn odd_arguments_are_usage_errors() {
    let project = Project::new();
    for (args, words) in [
        (&[][..], "Usage"),
        (&["evalute"], "evaluate"),
        (&["check"], "required"),
        (&["check", "terms.contract", "--format", "pdf"], "possible values: human, json, sarif, github"),
        (&["evaluate", "terms.contract", "--format", "xml"], "possible values: human, json, csv, md"),
        (&["evaluate", "terms.contract", "--fail-on", "rain"], "possible values: missed"),
        (&["evaluate", "terms.contract", "--no-run", "--replace"], "cannot be used with"),
        (&["explain", "E9999"], "there is no code `E9999`"),
        (&["snapshot", "run", "--check", "file"], "cannot be used with"),
        (&["data"], "Usage"),
    ] {
        let ran = project.run(args);
        ran.is(2, "", words);
        assert!(ran.out.is_empty(), "{ran:#?}");
    }
    project.run(&["--version"]).is(0, "meed 0.1.0", "");
    project.run(&["help", "evaluate"]).is(0, "--readings", "");
    project.run(&["explain", "e0203"]).is(0, "# E0203", "");
    project.run(&["explain"]).is(0, "E0101  ", "");
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let project = Project::new();
    let mut child =
        project.command(&["schema"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ran = Ran::from(child.wait_with_output().unwrap());
    ran.is(0, "", "");
    assert!(ran.err.is_empty(), "{ran:#?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let project = Project::new();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = project.command(&["schema"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    Ran::from(output).is(2, "", "error: cannot write the result: ");
}

#[test]
fn what_an_interrupted_run_left_is_cleared_away_by_the_next() {
    let project = Project::new();
    fs::create_dir_all(project.path("runs/.meed-run-x7Qa2k")).unwrap();
    project.write("runs/.meed-run-x7Qa2k/report.json", "{\"half\":");
    project.run(&["evaluate", "terms.contract"]).is(0, "", "run folder: runs/terms-2026-01-2026-02\n");
    assert_eq!(project.names("runs"), ["terms-2026-01-2026-02"]);
}
