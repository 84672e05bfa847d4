//! Every template is a contract one can sign after filling it in: it is laid
//! out, has nothing to object to, and its made-up months settle at once.

use super::project::Project;

const TEMPLATES: [&str; 4] = ["voice", "tickets", "back-office", "per-resolution"];

#[test]
fn every_template_checks_evaluates_and_explains_itself() {
    for name in TEMPLATES {
        let project = Project::new();
        project.run(&["init", "--template", name, "new"]).is(0, "meed evaluate new/terms.contract", "");
        project.run(&["fmt", "--check", "new/terms.contract"]).is(0, "", "");
        project.run(&["check", "new/terms.contract"]).is(0, "nothing to object to", "");
        project.run(&["data", "check", "new/terms.contract"]).is(0, "", "");
        let ran = project.run(&["evaluate", "new/terms.contract"]);
        ran.is(0, "Total for 2026-03", "run folder: new/runs/");
        assert!(!ran.out.contains("not measured: "), "{name}: {}", ran.out);
        let told = project.run(&["explain", "new/terms.contract"]);
        told.is(0, "What is promised, and what follows", "");
        project.run(&["init", "--template", name, "new"]).is(2, "", "`new` is not empty");
    }
}

#[test]
fn templates_are_listed_and_asked_for_by_name() {
    let project = Project::new();
    let help = project.run(&["init", "--help"]);
    for name in TEMPLATES {
        help.is(0, name, "");
    }
    project.run(&["init", "--template", "webshop", "new"]).is(2, "", "possible values: voice, tickets");
    project.run(&["init", "new"]).is(2, "", "--template <NAME>");
}
