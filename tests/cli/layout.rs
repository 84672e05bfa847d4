//! How things look: layouts kept as snapshots. What they say is tested
//! elsewhere; here a change of looks is seen, read and accepted with
//! `INSTA_UPDATE=always cargo test --test cli layout`.

use super::project::{Project, TERMS};

/// Five independent faults, each drawn at its place.
#[test]
fn five_faults_drawn() {
    let project = Project::new();
    let broken = TERMS
        .replace("Europe/London", "Europe/Londn")
        .replace("at least 75%", "at least 75")
        .replace("12% of fee when", "12% of fees when")
        .replace("cap penalties 10% of fee each", "cap penalties 10% of fcr each");
    project.write("broken.contract", format!("{broken}\nset calls = interaction where resolved\n"));
    let ran = project.run(&["check", "broken.contract"]);
    ran.is(1, "5 errors", "");
    insta::assert_snapshot!(format!("{}{}", ran.out, ran.err));
}

#[test]
fn the_statement_of_a_month() {
    let project = Project::new();
    let ran = project.run(&["evaluate", "terms.contract", "--no-run"]);
    ran.is(0, "", "");
    insta::assert_snapshot!(ran.out);
}

#[test]
fn the_snapshot_an_auditor_keeps() {
    let project = Project::new();
    project.run(&["evaluate", "terms.contract", "--out", "run"]).is(0, "", "");
    let ran = project.run(&["snapshot", "run"]);
    ran.is(0, "", "");
    insta::assert_snapshot!(ran.out);
}
