//! What a checked contract carries, whatever the order of its clauses.

use super::{HEAD, checked, found, sound};

const PARTS: &[&str] = &[
    "set calls = interactions where channel = \"voice\"\n",
    "set timely = calls where waited <= 20 seconds excluding abandoned because \"4.1\"\n",
    "measure fast { share of calls where waited <= 20 seconds }\n",
    "measure late { calculated as 100% - fast }\n",
    "charge fee = GBP 2.00 per 1 of count of timely\n",
    "at risk pool = 5% of fee\n",
    "commitment fast { target at least 80% pay penalty 40% of pool when missed }\n",
    "cap penalties 2% of fee each period\n",
];

#[test]
fn the_order_of_clauses_does_not_matter() {
    let forward = format!("{}{HEAD}", PARTS.concat());
    let backward: String = PARTS.iter().rev().copied().collect();
    let (one, found) = checked(&forward);
    assert_eq!(found, []);
    let (other, _) = checked(&format!("{HEAD}{backward}"));
    let (mut one, mut other) = (one.unwrap(), other.unwrap());
    for contract in [&mut one, &mut other] {
        contract.commitments.values_mut().for_each(|it| it.span = Default::default());
        contract.measures.values_mut().for_each(|it| it.span = Default::default());
        contract.caps.iter_mut().for_each(|it| it.span = Default::default());
    }
    assert_eq!(one, other);
}

#[test]
fn a_set_on_a_set_has_the_conditions_and_exclusions_of_both() {
    let contract = checked(&format!("{}{HEAD}", PARTS.concat())).0.unwrap();
    let timely = &contract.sets["timely"];
    assert_eq!(
        (timely.table.as_str(), timely.conditions.len(), timely.exclusions.len()),
        ("interactions", 2, 1)
    );
    assert_eq!(timely.exclusions[0].because, "4.1");
    assert_eq!(timely.conditions[0], contract.sets["calls"].conditions[0]);
}

#[test]
fn five_independent_faults_are_five_findings() {
    let text = "measure a { share of surveys where csta >= 4 }\n\
                measure b { median of csat over surveys }\n\
                charge c = EUR 5.00\n\
                commitment d { target at least 80% }\n\
                cap penalties 5% each period\n";
    let want = ["E0202 1:36", "E0510 2:13", "E0303 3:12", "E0203 4:12", "E0307 5:15"];
    assert_eq!(found(&format!("{text}{HEAD}")), want);
}

#[test]
fn a_fault_is_told_once_and_not_of_what_stands_on_it() {
    let text = "set s = surveys where csta >= 4\nmeasure a { count of s }\nmeasure b { count of s }\n\
                commitment a { target at least 80 }\ncharge c = a * GBP 1.00\n";
    assert_eq!(found(&format!("{text}{HEAD}")), ["E0202 1:23"]);
}

#[test]
fn warnings_do_not_keep_a_contract_from_being_used() {
    let (contract, found) = checked(&format!("set s = surveys{HEAD}"));
    assert_eq!(found.len(), 1);
    assert!(contract.is_some());
}

#[test]
fn defaults_in_force_are_listed_and_others_are_not() {
    let contract = sound("charge a = GBP 1.00 per 1 of count of surveys after 50 included");
    let has = |word: &str| contract.defaults.iter().any(|it| it.contains(word));
    assert!(has("records of `surveys` belong to the period of their `answered_at`"));
    assert!(has("included units that are not used lapse at the end of the period: `a`"));
    assert!(has("nothing to measure"));
    assert!(!has("look-ahead"));
    assert!(!has("gate"));
    assert!(contract.defaults.is_sorted());
}
