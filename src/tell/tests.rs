//! What contracts sound like.

use meed_grammar::Source;

use super::{Told, contract, human};
use crate::checked;

#[track_caller]
fn told(text: &str) -> Told {
    contract(&checked::of(&Source::new("t", text)).contract.unwrap())
}

#[track_caller]
fn says(told: &Told, what: &str, want: &[&str]) {
    let text = human(&told.only(what).unwrap(), 110);
    for want in want {
        assert!(text.contains(want), "no `{want}` in\n{text}");
    }
}

#[test]
fn the_demonstration_is_told() {
    let told = told(include_str!("../demo/files/terms.contract"));
    says(
        &told,
        "6.2",
        &[
            "Promised: at least 75%; minimum: at least 68%.",
            "77.75%   met               –   GBP 165.00",
            "a bonus of 3% of resolutions_fee at 80% and above",
        ],
    );
    says(
        &told,
        "nine_in_ten_fixed",
        &["“waiting for customer” does not exceed in 90 of 100 cases", "for each full hour above 24 hours"],
    );
    says(&told, "contacts", &["Left out: contacts where the one who began it is “client”"]);
    assert!(told.only("nobody").is_none());
}

#[test]
fn proofs_and_allowed_misses_are_told() {
    let proof = told(include_str!("../../tests/cases/numbers/proof-by-wilson/terms.contract"));
    let told_of = human(&proof, 110);
    assert!(
        told_of.contains("is due only where the difference from the target is proven at 95%"),
        "{told_of}"
    );
    let misses = told(include_str!("../../tests/cases/numbers/one-miss-allowed/terms.contract"));
    let told_of = human(&misses, 110);
    assert!(told_of.contains("One miss never fails the target"), "{told_of}");
}

#[test]
fn nothing_of_a_contract_is_left_out() {
    let templates = crate::demo::Template::ALL.map(crate::demo::Template::files);
    let of_template = |files: &Vec<(String, Vec<u8>)>| {
        let terms = files.iter().find(|(path, _)| path == "terms.contract").unwrap();
        String::from_utf8(terms.1.clone()).unwrap()
    };
    let mut texts: Vec<String> = templates.iter().map(of_template).collect();
    texts.push(include_str!("../demo/files/terms.contract").to_owned());
    for text in texts {
        let contract = checked::of(&Source::new("t", text.as_str())).contract.unwrap();
        let told = super::contract(&contract);
        let named = contract.measures.keys().filter(|name| !name.contains(' '));
        let named = named.chain(contract.charges.keys()).chain(contract.pools.keys());
        let named = named.chain(contract.commitments.keys()).chain(contract.sets.keys());
        for name in named.chain(contract.calendars.keys()).chain(contract.facts.keys()) {
            assert!(told.only(name).is_some(), "{}: nothing is said of {name}", contract.title);
        }
        let items = told.sections.iter().flat_map(|section| &section.items);
        for sentence in items.flat_map(|item| &item.sentences) {
            assert!(sentence.ends_with('.') && !sentence.contains("  "), "{sentence}");
        }
    }
}
