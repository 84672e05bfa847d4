//! The command line as its users meet it: output, exit codes, files left behind.
//!
//! The project of these tests: a fee of GBP 1,000.00 a month, a penalty of
//! 12 % of it, capped at 10 %, below 75 % resolved. January has 15 of 20 resolved (75 %, met,
//! 1,000.00 due), February 14 of 20 (70 %, missed, 900.00 due).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const TERMS: &str = r#"contract "Small" {
  client    "Northwind Retail plc"
  vendor    "HelpCo Ltd"
  term      2026-01-01 to 2026-12-31
  timezone  "Europe/London"
  currency  GBP
  periods   monthly
  rounding  money to 0.01 half up on each line
}

charge fee "Monthly fee" = GBP 1,000.00 each period  clause "3.1"

measure fcr "Resolved at first contact" {
  share of interactions where resolved
  round   to 0.01 points half up
  clause  "4.1"
}

commitment fcr {
  clause  "6.1"
  target  at least 75%
  pay penalty 12% of fee when missed
}

cap penalties 10% of fee each period
"#;

const BOOK: &str = "zone: Europe/London
tables:
  interactions:
    files: calls.csv
    key: id
    columns:
      id: id
      started_at: started
      resolved: resolved
";

struct Project(tempfile::TempDir);

impl Project {
    fn new() -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.write("terms.contract", TERMS);
        project.write("data.yaml", BOOK);
        project.write("calls.csv", calls(false));
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meed"));
        command.args(args).current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::from(self.command(args).output().unwrap())
    }

    fn names(&self, folder: &str) -> Vec<String> {
        names(&self.path(folder))
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// 20 calls in January and 20 in February, the first 15 and 14 resolved.
fn calls(backwards: bool) -> String {
    let row = |month: usize, n: usize| {
        let resolved = if n < 16 - month { "yes" } else { "no" };
        format!("{month}-{n},2026-{month:02}-{:02} 10:00:00,{resolved}\n", n + 1)
    };
    let mut rows: Vec<String> = (1..=2).flat_map(|month| (0..20).map(move |n| row(month, n))).collect();
    if backwards {
        rows.reverse();
    }
    format!("id,started,resolved\n{}", rows.concat())
}

#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    #[track_caller]
    fn is(&self, code: i32, out: &str, err: &str) -> &Self {
        assert!(self.code == code && self.out.contains(out) && self.err.contains(err), "{self:#?}");
        assert!(!self.err.contains("panicked") && !self.err.contains("a fault in Meed"), "{self:#?}");
        self
    }
}

#[test]
fn the_statement_and_its_run_folder() {
    let project = Project::new();
    let ran = project.run(&["evaluate", "terms.contract"]);
    ran.is(0, "total due   GBP 900.00", "run folder: runs/terms-2026-01-2026-02\n");
    ran.is(0, "70.00% (14 of 20)", "");
    assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "no colours in a pipe");
    let files = [
        "controls.csv",
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
    assert_eq!(project.names("."), ["broken.contract", "calls.csv", "data.yaml", "runs", "terms.contract"]);
    assert!(project.names("runs").is_empty());
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
    assert!(project.names("runs").is_empty());
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
    assert!(project.names("runs").is_empty(), "a failed evaluation leaves no half of a run");
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
