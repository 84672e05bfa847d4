//! What was known on a day.

use super::super::project::{BOOK, Project};

#[test]
fn later_rows_are_not_seen_and_the_run_says_so() {
    let project = Project::new();
    let ran = project.run(&["evaluate", "terms.contract", "--as-of", "2026-02-10"]);
    // Ten calls of February are known, all of them resolved, and the month goes on.
    ran.is(0, "100.00% (10 of 10)", "run folder: runs/terms-2026-01-2026-02-as-of-2026-02-10\n");
    ran.is(0, "2026-02-10: what was known then", "");
    ran.is(0, "known by its date, `started_at`: the data book does not say when a row became", "");
    let run = "runs/terms-2026-01-2026-02-as-of-2026-02-10";
    assert!(project.read(&format!("{run}/manifest.json")).contains(r#""as_of":"2026-02-10""#));
    assert!(project.read(&format!("{run}/controls.csv")).contains("not yet known,,10\n"));
    project.run(&["snapshot", run, "--out", "then.snapshot"]).is(0, "", "");
    project.run(&["snapshot", "--check", "then.snapshot"]).is(0, "every line holds", "");
}

#[test]
fn a_row_that_does_not_say_when_it_became_known_is_refused() {
    let project = Project::new();
    project.write(
        "data.yaml",
        BOOK.replace("    key: id", "    known_at: loaded\n    key: id") + "      loaded: loaded\n",
    );
    project.write("calls.csv", "id,started,resolved,loaded\n1,2026-01-05 10:00:00,yes,\n");
    let ran = project.run(&["evaluate", "terms.contract", "--as-of", "2026-02-10"]);
    ran.is(2, "", "calls.csv:2, column `loaded`: `` is missing, and it tells when the row became known");
    project.run(&["evaluate", "terms.contract"]).is(0, "100.00% (1 of 1)", "");
    project.run(&["evaluate", "terms.contract", "--as-of", "tomorrow"]).is(2, "", "`tomorrow` is not a date");
}
