//! `meed explain CONTRACT`: whole, by clause, by name, and in its forms.

use super::project::Project;

#[test]
fn a_contract_is_read_back_in_sentences() {
    let project = Project::new();
    let ran = project.run(&["explain", "terms.contract"]);
    ran.is(0, "", "");
    insta::assert_snapshot!(ran.out);
}

#[test]
fn a_clause_is_asked_for_by_name_or_reference() {
    let project = Project::new();
    let fcr = project.run(&["explain", "terms.contract", "fcr"]);
    fcr.is(0, "When the target is missed: a penalty of 12% of fee (GBP 120.00).", "");
    fcr.is(0, "The share of contacts where the contact was resolved.", "");
    let clause = project.run(&["explain", "terms.contract", "6"]);
    clause.is(0, "6.1", "");
    assert!(!clause.out.contains("4.1"), "{}", clause.out);
    project.run(&["explain", "terms.contract", "fcx"]).is(2, "", "did you mean `fcr`?");
    project.run(&["explain", "nothing.contract"]).is(2, "", "there is no contract `nothing.contract`");
    project.run(&["explain", "E0203", "fcr"]).is(2, "", "`meed explain CONTRACT CLAUSE`");
}

#[test]
fn forms_for_documents_and_programs() {
    let project = Project::new();
    let md = project.run(&["explain", "terms.contract", "--format", "md"]);
    md.is(0, "## What is promised, and what follows\n\n**6.1 Resolved at first contact (fcr)**", "");
    let json = project.run(&["explain", "terms.contract", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["title"], "Small");
    assert_eq!(json["sections"][0]["items"][0]["clause"], "4.1");
}

#[test]
fn what_the_parties_accept_is_shown_with_its_reason() {
    let project = Project::new();
    let ran = project.run(&["check", "terms.contract"]);
    ran.is(0, "accepted[W0612]", "");
    ran.is(0, "because: the client hears a sample of the contacts", "");
    let json = project.run(&["check", "terms.contract", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["files"][0]["accepted"][0]["because"], "the client hears a sample of the contacts");
    let sarif = project.run(&["check", "terms.contract", "--format", "sarif"]);
    sarif.is(0, "\"suppressions\"", "");
}
