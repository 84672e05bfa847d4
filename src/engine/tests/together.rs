//! Several plans in one reading of the data: each comes out as if it were alone.

use std::fs;
use std::sync::Mutex;

use super::*;
use crate::book::{self, Book};
use crate::contract::Aggregate;
use crate::plan::Plan;

/// Notes which tables are opened, and for how many fields.
struct Watched<'a>(&'a Memory, Mutex<Vec<(String, usize)>>);

impl Source for Watched<'_> {
    fn open(&self, table: &Table, needs: &Needs) -> Result<Box<dyn Rows + '_>, EngineError> {
        self.1.lock().unwrap().push((table.name.clone(), needs.fields.len()));
        self.0.open(table, needs)
    }

    fn maps(&self, table: &str, field: &str) -> bool {
        self.0.maps(table, field)
    }

    fn holidays(&self, list: &str) -> Result<Vec<Date>, EngineError> {
        self.0.holidays(list)
    }

    fn complete_to(&self, table: &str) -> Option<Instant> {
        self.0.complete_to(table)
    }
}

fn plan_of(contract: &Contract) -> Plan {
    plan::of(contract, &contract.schedule.periods(&contract.zone), &Registers::default())
}

/// What comes of both together, after it was compared with each alone; with the tables that were opened.
#[track_caller]
fn together(one: &Bench, other: &Bench, threads: usize) -> Vec<(String, usize)> {
    let contracts = [&one.contract, &other.contract];
    let plans = contracts.map(plan_of);
    let folder = tempfile::tempdir().unwrap();
    let source = Watched(&one.memory, Mutex::default());
    let job = |at: usize, name: &str| Job {
        contract: contracts[at],
        plan: &plans[at],
        source: &source,
        evidence: Some(folder.path().join(name)),
    };
    let options = Options { threads: Some(threads), ..Options::default() };
    let both = run_all(&[job(0, "a"), job(1, "b")], &options).unwrap();
    let opened = std::mem::take(&mut *source.1.lock().unwrap());
    for (at, name) in ["a", "b"].into_iter().enumerate() {
        let alone = run_all(&[job(at, "alone")], &options).unwrap();
        assert_eq!((&both[at].measured, &both[at].rejects), (&alone[0].measured, &alone[0].rejects));
        let evidence = |name: &str| fs::read(folder.path().join(name)).unwrap();
        assert!(evidence(name) == evidence("alone"), "the evidence of {name}");
    }
    opened
}

fn tables() -> [Given; 2] {
    let calls = Given::new(
        "calls",
        "at",
        "id customer queue at:timestamp ended:timestamp resolved:yesno cost:number",
        "c1 | A | x | 2026-01-03 10:00 | 2026-01-03 10:05 | yes | 1.5
         c2 | B | y | 2026-01-04 10:00 | 2026-01-04 10:05 | no  | 2
         c3 | A | y | 2026-01-09 10:00 | 2026-02-09 10:05 | yes |
         c4 |   | x | 2026-02-01 10:00 |                  | yes | 4
         c5 | B | x | 2026-02-11 10:00 | 2026-02-11 10:05 |     | 0.25",
    );
    let orders = Given::new(
        "orders",
        "at",
        "id customer at:timestamp value:number",
        "o1 | A | 2026-01-05 09:00 | 10
         o2 | B | 2026-02-12 09:00 | 20",
    );
    [calls, orders]
}

/// Which calls are followed by an order within a week, and by another call.
fn followed() -> Bench {
    let [calls, orders] = tables();
    let (from, to) = (all("calls", "at"), all("orders", "at"));
    let week = within(WindowLength::Elapsed(7 * DAY));
    let ahead =
        |to: &SetRef| ahead(Follow { window: week, ..follow(Direction::Followed, &from, to, &["customer"]) });
    Bench::new("UTC", "2026-02-28", &[&calls, &orders])
        .measure("sold", share(&from, ahead(&to)))
        .measure("again", share(&where_("resolved", &from, field("resolved")), ahead(&from)))
}

/// What calls cost, by queue, and how many customers there are.
fn costs() -> Bench {
    let [calls, orders] = tables();
    let set = all("calls", "at");
    Bench::new("UTC", "2026-02-28", &[&calls, &orders])
        .measure("cost", MeasureKind::Single(Aggregate::Sum(field("cost"), set.clone())))
        .with("cost", |measure| measure.by = vec!["queue".into()])
        .measure("customers", MeasureKind::Single(Aggregate::Distinct("customer".into(), set)))
}

#[test]
fn every_table_is_opened_once_for_all_that_is_needed() {
    for (batch, threads) in [(1, 1), (2, 3), (100, 3)] {
        let mut one = followed();
        one.memory.batch = batch;
        // Of calls the first asks for at, customer, resolved, the second for at, cost, customer, queue.
        let opened = together(&one, &costs(), threads);
        assert_eq!(opened, [("calls".to_string(), 5), ("orders".to_string(), 2)]);
    }
}

#[test]
fn a_table_that_is_declared_differently_is_read_by_each() {
    let calls =
        |bench: &Bench| together(&followed(), bench, 2).iter().filter(|(it, _)| it == "calls").count();
    let mut other = costs();
    assert_eq!(calls(&other), 1);
    other.contract.tables.get_mut("calls").unwrap().fields.insert("resolved".into(), FieldType::Text);
    assert_eq!(calls(&other), 2);
    let mut other = costs();
    other.contract.tables.get_mut("calls").unwrap().dated_by = "ended".into();
    assert_eq!(calls(&other), 2);
}

/// A contract over `calls.csv` with the count of all and those where `condition`.
fn asked(condition: Row) -> Contract {
    let [calls, _] = tables();
    let set = where_("some", &all("calls", "at"), condition);
    let bench = Bench::new("Europe/London", "2026-03-31", &[&calls]);
    bench.measure("n", MeasureKind::Single(Aggregate::Count(set))).contract
}

/// What both contracts count in all, with how many rows were rejected and skipped by the clocks, and what was read.
fn counted(rows: &str) -> [(String, u64, u64, Vec<String>); 2] {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("calls.csv"), format!("id,at,ended,cost\n{rows}")).unwrap();
    let text = "zone: Europe/London\ntables:\n  calls:\n    files: calls.csv\n    key: id\n    rejects: 1\n    dst: {gap: later, fold: first}\n    columns: {id: id, at: at, ended: ended, cost: cost}\n";
    let book: Book = book::read(text, &folder.path().join("data.yaml")).unwrap();
    let known = |name: &str| not(Row::Missing(Box::new(field(name))));
    let contracts = [asked(known("cost")), asked(known("ended"))];
    let periods = contracts[0].schedule.periods(&contracts[0].zone);
    let subject = |contract| Subject { contract, periods: &periods, evidence: None };
    let both = measure_all(&contracts.each_ref().map(subject), &book, &Options::default()).unwrap();
    [0, 1].map(|at| {
        let alone = measure_versions(&contracts[at], &periods, &book, &Options::default()).unwrap();
        assert_eq!((&both[at].parts, &both[at].rejects), (&alone.parts, &alone.rejects));
        let measured = &both[at].measured;
        let sum: Ratio = measured.cells["n"].values().map(|cell| cell.above.clone()).sum();
        let totals = &measured.tables["calls"];
        let read = both[at].steps.iter().filter(|step| step.what.starts_with("read"));
        let read = read.map(|step| step.what.clone()).collect();
        (sum.to_string(), totals.rejected.values().sum(), totals.dst_gaps, read)
    })
}

#[test]
fn rows_that_one_contract_rejects_are_counted_by_the_other() {
    let clean = "1,2026-01-03 10:00:00,2026-01-03 10:05:00,1\n2,2026-01-04 10:00:00,,2\n";
    let shared = "read calls: 3 columns, laid out 0 times, for 2 plans".to_string();
    let alone = "read calls: 2 columns, laid out 0 times".to_string();
    let [one, other] = counted(clean);
    assert_eq!(one, ("2".into(), 0, 0, vec![shared.clone()]));
    assert_eq!(other, ("1".into(), 0, 0, vec![]));
    let [one, other] = counted(&format!("{clean}3,2026-01-05 10:00:00,2026-01-05 10:05:00,dear\n"));
    assert_eq!(one, ("2".into(), 1, 0, vec![shared.clone(), alone.clone()]));
    assert_eq!(other, ("2".into(), 0, 0, vec![alone.clone()]));
    // British clocks went from 1:00 to 2:00.
    let [one, other] = counted(&format!("{clean}3,2026-01-05 10:00:00,2026-03-29 01:30:00,3\n"));
    assert_eq!(one, ("3".into(), 0, 0, vec![shared, alone.clone()]));
    assert_eq!(other, ("2".into(), 0, 1, vec![alone]));
}

#[test]
fn what_stops_one_stops_all_in_its_own_words() {
    let one = followed();
    let plans = [plan_of(&one.contract), plan_of(&costs().contract)];
    let mut other = costs();
    other.memory.tables.get_mut("calls").unwrap().columns[6].0 = "price".into();
    let contracts = [&one.contract, &other.contract];
    let jobs = [0, 1].map(|at| Job {
        contract: contracts[at],
        plan: &plans[at],
        source: &other.memory,
        evidence: None,
    });
    let both = run_all(&jobs, &Options::default()).unwrap_err();
    let alone = run_all(&jobs[1..], &Options::default()).unwrap_err();
    assert_eq!(both, alone);
    assert!(both.error.to_string().contains("`calls` has no field `cost`"), "{}", both.error);
    assert!(run_all(&jobs[..1], &Options::default()).is_ok());
}
