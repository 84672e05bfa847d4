//! Partial results that are kept from run to run.

use super::project::{AMENDMENT, BOOK, Project, TERMS, calls, names};

/// January and February in files of their own; complete to the end of a month.
fn month(project: &Project, month: usize) {
    let book = BOOK.replace("calls.csv", "calls-*.csv");
    let end = if month == 1 { "2026-01-31" } else { "2026-02-28" };
    project.write("data.yaml", format!("complete_to: {end} 23:59:59\n{book}"));
    let (heading, all) = calls(false).split_once('\n').map(|(a, b)| (a.to_string(), b.to_string())).unwrap();
    let rows: String = all
        .lines()
        .filter(|row| row.starts_with(&format!("{month}-")))
        .map(|row| format!("{row}\n"))
        .collect();
    project.write(&format!("calls-{month}.csv"), format!("{heading}\n{rows}"));
}

/// How many rows were read of files, by the second column of the steps of a plan; nothing where there are none.
fn rows_read(plan: &str) -> &str {
    let step = plan.lines().find(|line| line.contains("read interactions")).unwrap();
    step.get(15..29).unwrap().trim()
}

#[test]
fn a_month_more_is_all_that_is_read() {
    let project = Project::new();
    month(&project, 1);
    let evaluate = ["evaluate", "terms.contract", "--no-run", "--format", "json"];
    let kept = [&evaluate[..], &["--store", "store"]].concat();
    assert_eq!(project.run(&kept).out, project.run(&evaluate).out);
    month(&project, 2);
    let plan = project.run(&["evaluate", "terms.contract", "--plan", "--store", "store"]);
    plan.is(0, "go on from what an earlier run has kept", "");
    assert_eq!(rows_read(&plan.out), "20");
    // Both months are kept now.
    let again = project.run(&["evaluate", "terms.contract", "--plan", "--store", "store"]);
    again.is(0, "go on from what an earlier run has kept", "");
    assert_eq!(rows_read(&again.out), "");
    assert_eq!(project.run(&kept).out, project.run(&evaluate).out);
    let places = names(&project.path("store"));
    assert_eq!(places.len(), 1, "one contract, one book: {places:?}");
    std::fs::remove_dir_all(project.path("store")).unwrap();
    assert_eq!(project.run(&kept).out, project.run(&evaluate).out);
}

#[test]
fn what_cannot_be_kept_is_said() {
    let project = Project::new();
    month(&project, 1);
    let book = project.read("data.yaml");
    project.write("data.yaml", format!("{book}      ended_at: started\n"));
    let ahead = "resolved and not followed by interactions with same resolved within 7 days after ended_at";
    project.write("terms.contract", TERMS.replace("where resolved", &format!("where {ahead}")));
    let ran = project.run(&["evaluate", "terms.contract", "--no-run", "--store", "store"]);
    ran.is(
        0,
        "",
        "store: nothing is kept for later runs: the contract asks for cases, windows after another date",
    );
    assert!(!project.path("store").exists());
    let ran = project.run(&["evaluate", "terms.contract", "--evidence", "--store", "store"]);
    ran.is(2, "", "cannot be used with");
}

#[test]
fn a_store_that_cannot_be_written_is_an_error() {
    let project = Project::new();
    month(&project, 1);
    project.write("store", "a file");
    let ran = project.run(&["evaluate", "terms.contract", "--store", "store"]);
    ran.is(2, "", "what is kept for later runs cannot be written");
    assert!(!project.path("runs").exists());
}

#[test]
fn a_row_that_comes_late_starts_over_with_a_word() {
    let project = Project::new();
    month(&project, 1);
    let evaluate = ["evaluate", "terms.contract", "--no-run", "--format", "json"];
    let kept = [&evaluate[..], &["--store", "store"]].concat();
    project.run(&kept).is(0, "", "");
    month(&project, 2);
    let rows = project.read("calls-2.csv");
    project.write("calls-2.csv", rows + "2-99,2026-01-30 10:00:00,yes\n");
    let ran = project.run(&kept);
    ran.is(0, "", "store: what was kept is of no use: a row of `interactions` that has come since is dated 2026-01-30 10:00:00");
    assert_eq!(ran.out, project.run(&evaluate).out);
}

#[test]
fn versions_and_several_contracts_go_on_as_well() {
    let project = Project::new();
    project.write("first.contract", AMENDMENT);
    let other = TERMS.replace("\"Small\"", "\"Other\"").replace("where resolved", "where not resolved");
    project.write("other.contract", other);
    let evaluate =
        ["evaluate", "terms.contract", "first.contract", "other.contract", "--no-run", "--format", "json"];
    let kept = [&evaluate[..], &["--store", "store"]].concat();
    for at in [1, 2] {
        month(&project, at);
        let (whole, ran) = (project.run(&evaluate), project.run(&kept));
        whole.is(0, "", "");
        assert_eq!((ran.out, ran.err), (whole.out, whole.err));
    }
    // Both versions ask the same of the records; the other contract does not.
    assert_eq!(names(&project.path("store")).len(), 2);
}
