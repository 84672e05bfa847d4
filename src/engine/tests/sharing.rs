//! What the plan shares between measures, and how it reads.

use super::*;
use crate::contract::Aggregate;
use crate::plan::Plan;

fn plan_of(bench: &Bench) -> Plan {
    plan::of(&bench.contract, &bench.contract.schedule.periods(&bench.contract.zone), &Registers::default())
}

fn calls() -> Given {
    Given::new("calls", "at", "id customer topic at:timestamp resolved:yesno waited:duration", "")
}

fn again(window: i64, set: &SetRef) -> Row {
    let window = within(WindowLength::Elapsed(window * DAY));
    ahead(Follow { window, ..follow(Direction::Followed, set, set, &["customer"]) })
}

#[test]
fn the_same_condition_is_worked_out_once_however_it_is_written() {
    let set = all("calls", "at");
    let (quick, resolved) = (compare("waited", Compare::AtMost, "20"), field("resolved"));
    let turned = Row::Compare(
        Compare::AtLeast,
        Box::new(Row::Const(Value::Number(ratio("20")))),
        Box::new(field("waited")),
    );
    let yes =
        Row::Compare(Compare::Equal, Box::new(resolved.clone()), Box::new(Row::Const(Value::YesNo(true))));
    let bench = Bench::new("UTC", "2026-01-31", &[&calls()])
        .measure("a", share(&set, Row::And(vec![quick.clone(), resolved])))
        .measure("b", share(&set, Row::And(vec![yes, turned])))
        .measure("c", share(&set, not(not(quick.clone()))))
        .measure("d", share(&where_("quick", &set, quick), not(field("resolved"))));
    let plan = plan_of(&bench);
    let [a, b, c, d] =
        ["a", "b", "c", "d"].map(|name| plan.counters[plan.figures[name].counters[0].1].clone());
    assert_eq!(a, b);
    assert_eq!(c.above, Some(d.conditions));
    assert_eq!(plan.counters.len(), 3);
    assert_eq!(plan.scans["calls"].fields, ["at", "resolved", "waited"].map(String::from).into());
    assert!(!plan.scans["calls"].ids && plan.scans["calls"].kept.is_empty());
}

#[test]
fn look_aheads_over_the_same_records_share_a_pass() {
    let set = all("calls", "at");
    let bench = Bench::new("UTC", "2026-01-31", &[&calls()])
        .measure("week", share(&set, again(7, &set)))
        .measure("month", share(&set, not(again(30, &set))))
        .measure("week_too", share(&set, not(again(7, &set))))
        .measure("nested", share(&set, again(7, &where_("final", &set, not(again(7, &set))))));
    let plan = plan_of(&bench);
    assert_eq!(
        plan.passes.iter().map(|pass| (pass.questions.len(), pass.level)).collect::<Vec<_>>(),
        [(2, 1), (1, 2)]
    );
    let level = |name: &str| plan.counters[plan.figures[name].counters[0].1].level;
    assert_eq!(["week", "month", "nested"].map(level), [1, 1, 2]);
}

#[test]
fn the_plan_reads_from_top_to_bottom() {
    let set = excluding(&all("calls", "at"), is("topic", "test"), "tests");
    let bench = Bench::new("UTC", "2026-01-31", &[&calls()])
        .measure("solved", share(&set, not(again(7, &set))))
        .measure("calls", MeasureKind::Single(Aggregate::Count(set)))
        .with("calls", |measure| measure.by = vec!["topic".into()]);
    let want = "\
periods: 2026-01
scan calls: at, customer, topic; with ids
  n0  yes
  n1  topic
  n2  \"test\"
  n3  n1 = n2
  n4  not n3
  n5  at
  n6  moment of n5
  n7  customer
  n8  key of n7
  n9  answer q0                                          level 1
  n10  not n9                                             level 1
  cells 0: period of n6 by n1
  cells 1: period of n6
pass over calls by n8 dated by n6 where n4, for calls by n8 dated by n6
  q0  followed within 168 h 0 min
counter 0: records of `calls`: calls where n0, not n3 (`tests`); cells 0
counter 1: records of `calls`: calls where n0, not n3 (`tests`), above the line where n10; cells 1
measure calls: figure of counter 0, by segment
measure solved: share of counter 1
";
    assert_eq!(plan_of(&bench).to_string(), want);
}
