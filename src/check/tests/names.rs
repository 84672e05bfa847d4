//! Names: declared twice, not at all, or in a circle.

use super::{HEAD, checked, gives, pays};

#[test]
fn a_name_stands_for_one_thing() {
    gives("set a = interactions\nset a = surveys\nmeasure m { count of a }", &["E0200 2:5"]);
    gives("fact x = 1\nmeasure x { count of surveys }\ncharge y = GBP 1.00 * x", &["E0200 2:9"]);
    gives("set a = interactions\nmeasure a { count of a }", &[]);
    gives("fields interactions { wrap: duration }\nfields interactions { more: text }", &["E0200 2:8"]);
    gives("fields interactions { wrap: duration  wrap: text }", &["E0200 1:39"]);
    pays("commitment fast { target at least 80% }\ncommitment fast { target at least 70% }", &["E0200 2:12"]);
    pays("commitment fast { target at least 80% }\ncommitment again on fast { target at least 70% }", &[]);
}

#[test]
fn sets_tables_and_fields_are_known() {
    gives("measure m { count of calls }", &["E0201 1:22"]);
    gives("measure m { share of surveys where csta >= 4 }", &["E0202 1:36"]);
    gives("measure m { share of surveys where csat >= 4 }", &[]);
    gives("measure m { distinct custmer in surveys }", &["E0202 1:22"]);
    gives("measure m { count of surveys by quueue }", &["E0202 1:33"]);
    gives("fields surveys { tone: number }\nmeasure m { mean of tone over surveys }", &[]);
    gives(
        "measure m { share of purchases where followed by purchases with same topic within 7 days }",
        &["E0202 1:70"],
    );
    gives("fields parcels dated by sent { sent: date }\nmeasure m { count of parcels }", &[]);
    gives("fields parcels dated by snt { sent: date }\nmeasure m { count of parcels }", &["E0202 1:25"]);
}

#[test]
fn measures_and_other_figures_are_known() {
    pays("commitment slow { target at least 80% }", &["E0203 1:12"]);
    pays("commitment c on slow { target at least 80% }", &["E0203 1:17"]);
    pays("bonus only if slow is at most 5%", &["E0203 1:15"]);
    pays("charge a = GBP 2.00 per 1 of solved", &["E0203 1:30"]);
    pays("cap penalties 5% of fees each period", &["E0205 1:21"]);
    pays("cap penalties 5% of fee each period", &[]);
    pays("fact x = 2 * y\ncharge c = GBP 1.00 * x", &["E0205 1:14"]);
    pays("cap penalties on slow 5% of fee each period", &["E0208 1:18"]);
    pays(
        "measure m { mean of business time from opened_at to closed_at in desk over resolutions }",
        &["E0204 1:66"],
    );
}

#[test]
fn a_set_where_a_figure_belongs_is_told_how_to_count_it() {
    let (_, found) = checked(&format!("set solved = resolutions\ncharge c = GBP 2.00 per 1 of solved{HEAD}"));
    let help: Vec<_> =
        found.iter().filter(|it| it.code == "E0203").filter_map(|it| it.help.clone()).collect();
    assert_eq!(help, ["say what to do with the set, for instance `count of solved`"]);
}

#[test]
fn the_nearest_name_is_suggested_and_few_choices_are_listed() {
    let (_, found) = checked(&format!("fact rate = 2\ncharge c = GBP 1.00 * rte{HEAD}"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].help.as_deref(), Some("did you mean `rate`?"));
    assert_eq!(found[0].notes, ["there are: `c`, `rate`"]);
}

#[test]
fn a_definition_may_not_need_itself() {
    gives("set a = b\nset b = a\nmeasure m { count of a }", &["E0206 2:9"]);
    gives(
        "set a = surveys where followed by a with same customer within 1 day\nmeasure m { count of a }",
        &["E0206 1:35"],
    );
    gives("fact a = b\nfact b = a", &["E0206 2:10"]);
    gives("measure a { calculated as a }", &["E0206 1:27"]);
    gives("charge a = b\ncharge b = GBP 1.00 + a", &["E0206 2:23"]);
    gives("at risk a = 5% of b\nat risk b = 5% of a", &["E0206 2:19"]);
}

#[test]
fn a_very_long_chain_of_definitions_is_refused_instead_of_followed() {
    let chain: Vec<String> = (0..500).map(|at| format!("fact f{at} = f{} + 1", at + 1)).collect();
    let (contract, found) = checked(&format!("{}\nfact f500 = 1{HEAD}", chain.join("\n")));
    assert!(contract.is_none());
    assert!(found.iter().skip(1).all(|it| it.code == "E0111"), "{found:?}");
}

#[test]
fn sets_that_look_ahead_on_each_other_do_not_explode() {
    let mut text = String::from("set s0 = interactions\n");
    for at in 1..40 {
        let before = at - 1;
        text +=
            &format!("set s{at} = s{before} where followed by s{before} with same customer within 1 day\n");
    }
    let (contract, found) = checked(&format!("{text}measure m {{ count of s39 }}{HEAD}"));
    assert!(contract.is_none());
    assert_eq!(found.iter().map(|it| it.code).collect::<Vec<_>>(), ["E0111"]);
}

#[test]
fn standard_names_stay_what_they_are() {
    gives("fields interactions { waited: number }", &["E0209 1:23"]);
    gives("set surveys = interactions\nmeasure m { count of surveys }", &["E0209 1:5"]);
    gives("measure m { count of surveys dimension costumer }", &["E0210 1:40"]);
    gives("measure m { count of surveys dimension customer }", &[]);
}

#[test]
fn segments_are_needed_to_be_judged_one_by_one() {
    pays("commitment fast for each segment { target at least 80% }", &["E0207 1:12"]);
    gives(
        "measure m { share of surveys where csat >= 4 by case }\ncommitment m for each segment { target at least 80% }",
        &[],
    );
    gives("measure m { count of surveys by sent_at }", &["E0304 1:33"]);
}

#[test]
fn what_nothing_uses_is_pointed_out() {
    gives("set a = surveys", &["W0602 1:5"]);
    gives("fact a = 1", &["W0602 1:6"]);
    gives("calendar a { mon to fri 09:00 to 17:00 }", &["W0602 1:10"]);
    gives("set a = surveys\nset b = a\nmeasure m { count of b }", &[]);
    gives("measure m { count of surveys }", &[]);
    // The misspelt place may be the use.
    gives("set calls = surveys\nmeasure m { count of cals }", &["E0201 2:22"]);
}
