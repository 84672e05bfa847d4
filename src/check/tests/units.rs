//! Units are types: what may be compared, added, multiplied and paid.

use super::{FAST, HEAD, checked, gives, pays, says, sound};
use crate::contract::{Arithmetic, MeasureKind, Node, Row, Value};
use crate::value::{Quantity, Ratio, Unit};

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

#[test]
fn conditions_compare_like_with_like() {
    let condition = |text: &str, want: &[&str]| {
        gives(&format!("measure m {{ count of interactions where {text} }}"), want)
    };
    condition("waited <= 20 seconds", &[]);
    condition("waited <= 20", &["E0300 1:48"]);
    condition("waited <= 20%", &["E0300 1:48"]);
    condition("cost > GBP 1.00", &[]);
    condition("cost > 1", &["E0300 1:46"]);
    condition("cost > EUR 1.00", &["E0303 1:48"]);
    condition("cost > XYZ 1.00", &["E0405 1:48"]);
    condition("queue > \"a\"", &["E0300 1:47"]);
    condition("queue = \"a\"", &[]);
    condition("queue in (\"a\", \"b\")", &[]);
    condition("queue in (\"a\", 2)", &["E0300 1:56"]);
    condition("started_at >= 2026-01-31", &[]);
    condition("waited + handled_for > 1 minute", &[]);
    condition("waited + cost > 1 minute", &["E0300 1:48"]);
    condition("handled_for / 1 minute > 3", &[]);
    condition("handled_for / 0 > 3", &["E0305 1:55"]);
    condition("answered_at - started_at < 20 seconds", &[]);
    condition("started_at + 1 hour < ended_at", &[]);
    condition("queue + 1 > 2", &["E0302 1:41"]);
    condition("waited", &["E0301 1:41"]);
    condition("waited and resolved", &["E0301 1:41"]);
    condition("resolved and not abandoned or transferred", &[]);
    condition("count of surveys > 3", &["E0304 1:41"]);
    condition("waited <= 2 months", &["E0304 1:51"]);
    condition("greater of waited and handled_for > 1 minute", &[]);
    condition("greater of waited and cost > 1 minute", &["E0300 1:63"]);
}

#[test]
fn a_date_compared_with_a_moment_is_its_local_midnight() {
    let contract = sound("measure m { count of interactions where started_at >= 2026-07-01 }");
    let MeasureKind::Single(crate::contract::Aggregate::Count(set)) = &contract.measures["m"].kind else {
        panic!()
    };
    let Row::Compare(_, _, right) = &set.conditions[0] else { panic!() };
    // Midnight of 1 July in London is 23:00 UTC of 30 June: 20,634 days and 23 hours.
    let want = (20_634 * 24 + 23) * 3_600_000_000_i64;
    assert_eq!(**right, Row::Const(Value::Instant(crate::value::Instant(want))));
}

#[test]
fn a_percentage_of_a_field_is_taken_in_hundredths() {
    let contract = sound("measure m { sum of 5% of value over purchases }");
    let MeasureKind::Single(crate::contract::Aggregate::Sum(row, _)) = &contract.measures["m"].kind else {
        panic!()
    };
    let product = Row::Arithmetic(
        Arithmetic::Times,
        Box::new(Row::Const(Value::Number(ratio("5")))),
        Box::new(Row::Field("value".into())),
    );
    let want = Row::Arithmetic(
        Arithmetic::Over,
        Box::new(product),
        Box::new(Row::Const(Value::Number(ratio("100")))),
    );
    assert_eq!(*row, want);
    assert_eq!(contract.measures["m"].unit, Unit::Money(contract.currency));
}

#[test]
fn sums_and_means_are_of_numbers() {
    gives("measure m { mean of queue over interactions }", &["E0302 1:21"]);
    gives("measure m { sum of resolved over interactions }", &["E0302 1:20"]);
    gives("measure m { mean of waited over interactions }", &[]);
    gives("measure m { share of interactions }", &["E0301 1:13"]);
    gives("measure m { net promoter score of waited over interactions }", &["E0304 1:35"]);
    gives(
        "measure m { count of interactions excluding from numerator resolved because \"x\" }",
        &["E0304 1:60"],
    );
    gives(
        "measure m { share of interactions where resolved excluding from numerator abandoned because \"x\" }",
        &[],
    );
}

#[test]
fn a_ratio_has_the_unit_of_its_parts() {
    let unit = |text: &str| sound(&format!("measure m {{ {text} }}")).measures["m"].unit;
    let gbp = Unit::Money(crate::value::Currency::from_code("GBP").unwrap());
    assert_eq!(unit("ratio of sum of waited over interactions to count of interactions"), Unit::Duration);
    assert_eq!(unit("ratio of sum of value over purchases to count of customers"), gbp);
    assert_eq!(unit("ratio of count of purchases to count of customers in percent"), Unit::Percent);
    assert_eq!(unit("ratio of sum of value over purchases to sum of cost over interactions"), Unit::Number);
    gives("measure m { ratio of count of purchases to sum of value over purchases }", &["E0300 1:13"]);
    gives(
        "measure m { ratio of sum of waited over interactions to count of interactions in percent }",
        &["E0300 1:13"],
    );
}

#[test]
fn levels_steps_and_rounding_have_the_unit_of_the_measure() {
    pays("commitment fast { target at least 80 }", &["E0300 1:35"]);
    pays("commitment fast { target at least 80 points }", &["E0300 1:35"]);
    gives("measure m { share of surveys where csat > 3 round to 0.01 points half up }", &[]);
    gives("measure m { share of surveys where csat > 3 round to 0.01% half up }", &[]);
    gives("measure m { share of surveys where csat > 3 round to 0.01 half up }", &["E0300 1:54"]);
    gives("measure m { share of surveys where csat > 3 round to 0 points half up }", &["E0516 1:54"]);
    gives("measure m { net promoter score of nps over surveys round to 0.1 points half up }", &[]);
    gives("measure m { mean of csat over surveys round to 0.1 half up }", &[]);
    gives("measure m { mean of waited over interactions round to 1 second half up }", &[]);
    gives("measure m { mean of waited over interactions round to 1 half up }", &["E0300 1:55"]);
    gives("measure m { mean of waited over interactions shown in minutes }", &[]);
    gives("measure m { mean of csat over surveys shown in minutes }", &["E0304 1:39"]);
    gives("measure m { share of surveys where csat > 3 if none read as 100% }", &[]);
    gives("measure m { share of surveys where csat > 3 if none read as 100 }", &["E0300 1:61"]);
}

#[test]
fn samples_are_whole_records() {
    let sample = |text: &str, want: &[&str]| gives(&format!("measure m {{ {text} }}"), want);
    sample(
        "share of surveys where csat > 3 needs at least 0 answers, otherwise not measured",
        &["E0516 1:60"],
    );
    sample(
        "share of surveys where csat > 3 needs at least 9 answers, otherwise pooled with the period before",
        &[],
    );
    sample(
        "distinct customer in surveys needs at least 9 answers, otherwise pooled with the period before",
        &["E0514 1:42"],
    );
    sample(
        "share of customer in surveys where csat > 3 needs at least 9 people, otherwise pooled with the period before",
        &["E0514 1:57"],
    );
    sample("calculated as 2 needs at least 9 answers, otherwise not measured", &["E0304 1:29"]);
}

#[test]
fn scales_of_answers_ascend_and_boxes_fit() {
    let boxes = |text: &str, want: &[&str]| gives(&format!("measure m {{ {text} over surveys }}"), want);
    boxes("top 2 boxes of csat on 1 to 5", &[]);
    boxes("top 5 boxes of csat on 1 to 5", &["E0309 1:17"]);
    boxes("top 2 boxes of csat on 5 to 1", &["E0309 1:36"]);
    gives("measure m { percentile 101 of csat over surveys, nearest rank }", &["E0309 1:24"]);
    gives("measure m { percentile 90 of csat over surveys, nearest rank }", &[]);
    gives("measure m { median of csat over surveys }", &["E0510 1:13"]);
}

#[test]
fn money_is_money() {
    pays("cap penalties 12% each period", &["E0307 1:15"]);
    pays("cap penalties 12 each period", &["E0300 1:15"]);
    pays("cap penalties EUR 12.00 each period", &["E0303 1:15"]);
    pays("cap penalties GBP 12.00 each period", &[]);
    pays("cap penalties 5% of 12% each period", &["E0307 1:15"]);
    pays("charge c = count of surveys * GBP 2.00", &[]);
    pays("charge c = fast * fee", &[]);
    pays("charge c = fee * fee", &["E0300 1:16"]);
    pays("charge c = fee / 0", &["E0305 1:18"]);
    pays("measure w { mean of waited over interactions }\ncharge c = w * GBP 2.00", &["E0300 2:14"]);
    pays("measure w { mean of waited over interactions }\ncharge c = w / 1 minute * GBP 2.00", &[]);
    pays("fact f = 1 / (2 - 2)\ncharge c = f * GBP 1.00", &["E0305 1:10"]);
    pays("charge c = waited * GBP 1.00", &["E0205 1:12"]);
    pays("charge c = fee = fee", &["E0302 1:16"]);
}

#[test]
fn figures_stand_where_their_stage_allows() {
    pays("fact f = fast\ncharge c = f * GBP 1.00", &["E0304 1:10"]);
    pays("measure m { calculated as fee }", &["E0304 1:27"]);
    pays("at risk p = 5% of fee\ncharge c = p", &["E0304 2:12"]);
}

#[test]
fn a_fact_is_worked_out_exactly() {
    let contract =
        sound("fact a = 15,326 / 9,962\nfact b = 10% of a rounded to 0.01 half up\ncharge c = GBP 1.00 * b");
    assert_eq!(contract.facts["a"].value, Quantity::new(ratio("7663/4981"), Unit::Number));
    assert_eq!(contract.facts["a"].text, "15,326 / 9,962");
    // 10 % of 1.538446… is 0.1538446…
    assert_eq!(contract.facts["b"].value, Quantity::new(ratio("0.15"), Unit::Number));
}

#[test]
fn points_add_to_percentages() {
    let contract =
        sound("measure m { calculated as fast + 10 points }\nmeasure n { calculated as fast + 10% }");
    let MeasureKind::Calculated(m) = &contract.measures["m"].kind else { panic!() };
    assert_eq!(m.unit, Unit::Percent);
    assert!(matches!(&m.node, Node::Arithmetic(Arithmetic::Plus, _, _)));
    assert_eq!(contract.measures["n"].unit, Unit::Percent);
}

#[test]
fn a_fact_may_stand_in_a_condition() {
    let contract =
        sound("fact limit = 20 seconds\nmeasure m { count of interactions where waited <= limit }");
    let MeasureKind::Single(crate::contract::Aggregate::Count(set)) = &contract.measures["m"].kind else {
        panic!()
    };
    let Row::Compare(_, _, right) = &set.conditions[0] else { panic!() };
    assert_eq!(**right, Row::Const(Value::Number(ratio("20"))));
}

#[test]
fn the_help_says_how_to_write_it() {
    let help = |text: &str| checked(&format!("{text}{FAST}{HEAD}")).1[0].help.clone().unwrap_or_default();
    assert_eq!(help("commitment fast { target at least 80 }"), "write `80%`");
    assert_eq!(
        help("measure m { count of interactions where waited <= 20 }"),
        "say of what: `20 seconds`, `20 minutes` …"
    );
    says("commitment fast { target at least 80 }", "`fast` is a percentage, and `80` is a number");
    says(
        "measure m { count of interactions where waited <= 20% }",
        "`waited` is a duration and `20%` is a percentage",
    );
}

#[test]
fn the_help_is_something_one_can_write() {
    let help = |text: &str| {
        let (_, found) = checked(&format!("{text}{FAST}{HEAD}"));
        found.first().and_then(|it| it.help.clone()).unwrap_or_default()
    };
    let rounded = "measure m { share of surveys where csat > 3 round to 0.01 half up }";
    assert_eq!(help(rounded), "write `0.01 points`");
    let example = |total: &str| format!("example \"x\" {{ given fast = 80% expect total = {total} }}");
    assert_eq!(help(&example("-12.50")), "write `-GBP 12.50`");
    assert!(!help(&example("-GBP 12.50")).contains("GBP 12.50"));
}
