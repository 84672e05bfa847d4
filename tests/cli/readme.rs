//! What README.md shows is what the program says.

use super::project::Project;

fn readme() -> &'static str {
    include_str!("../../README.md")
}

/// The first fenced block with this heading word.
fn block(kind: &str) -> &'static str {
    let start = readme().split_once(&format!("```{kind}\n")).unwrap().1;
    start.split_once("\n```").unwrap().0
}

/// All amounts in a text: `GBP 20,133.25`.
fn amounts(text: &str) -> Vec<&str> {
    let starts = text.match_indices("GBP ");
    let amount = |(at, _): (usize, &str)| {
        let rest = text.get(at..).unwrap_or("");
        let end = rest.get(4..).unwrap_or("").find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.');
        rest.get(..end.map_or(rest.len(), |end| end + 4)).unwrap_or(rest).trim_end_matches(['.', ','])
    };
    starts.map(amount).filter(|amount| amount.ends_with(|c: char| c.is_ascii_digit())).collect()
}

#[test]
fn the_contract_in_the_readme_holds() {
    let project = Project::new();
    project.write("readme.contract", block("contract"));
    project.run(&["check", "readme.contract"]).is(0, "", "");
}

#[test]
fn the_statement_in_the_readme_is_the_demonstrations() {
    let project = Project::new();
    let ran = project.run(&["evaluate", "--demo"]);
    ran.is(0, "Total for 2026-03", "run folder: demo/runs/");
    let shown = amounts(block("text"));
    assert!(shown.len() > 10, "{shown:?}");
    for amount in shown {
        assert!(ran.out.contains(amount), "README.md says {amount}, the statement does not");
    }
    let again = project.run(&["evaluate", "--demo"]);
    again.is(0, "", "(unchanged)");
}

#[test]
fn the_demonstrations_contract_is_laid_out() {
    let project = Project::new();
    project.run(&["init", "--demo", "shown"]).is(0, "", "");
    project.run(&["fmt", "--check", "shown/terms.contract"]).is(0, "", "");
    project.write("readme.contract", format!("{}\n", block("contract")));
    project.run(&["fmt", "--check", "readme.contract"]).is(0, "", "");
}
