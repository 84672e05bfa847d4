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
