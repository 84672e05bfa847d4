//! Figures are the same whether row groups that cannot matter are passed over or read.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use super::*;
use crate::book::{self, Book};
use crate::contract::Aggregate;
use crate::value::Period;

/// Calls, or orders, of 2026 in row groups of so many rows: one every so many hours, of customers who come
/// back in days or weeks. What the last so many cost cannot be read.
fn write(path: &Path, (hours, group): (i64, usize), unread: usize) {
    const CUSTOMERS: i64 = 37;
    let start = instant(&Zone::new("UTC").unwrap(), "2026-01-01 03:00");
    let rows: Vec<i64> = (0..365 * 24 / hours).collect();
    let ids: ArrayRef = Arc::new(rows.iter().map(|row| Some(format!("K{row:05}"))).collect::<StringArray>());
    let of = |row: &i64| Some(format!("C{}", row * row % CUSTOMERS));
    let customer: ArrayRef = Arc::new(rows.iter().map(of).collect::<StringArray>());
    let at: Vec<i64> = rows.iter().map(|row| start + row * hours * 3_600_000_000).collect();
    let at: ArrayRef = Arc::new(TimestampMicrosecondArray::from(at).with_timezone("UTC"));
    let price = |row: usize| if row + unread < rows.len() { "1" } else { "dear" };
    let cost: ArrayRef = Arc::new((0..rows.len()).map(|row| Some(price(row))).collect::<StringArray>());
    let columns = [("id", ids), ("customer", customer), ("at", at), ("cost", cost)];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let file = std::fs::File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn book_of(folder: &Path, group: usize, more: &str, unread: usize) -> Book {
    write(&folder.join(format!("calls-{group}.parquet")), (5, group), unread);
    write(&folder.join(format!("orders-{group}.parquet")), (17, group), 0);
    let table = |name: &str| {
        format!(
            "  {name}:\n    files: {name}-{group}.parquet\n    key: id\n    rejects: 99\n    columns: {{id: id, customer: customer, at: at, cost: cost}}\n"
        )
    };
    let text = format!("zone: Europe/London\n{more}tables:\n{}{}", table("calls"), table("orders"));
    book::read(&text, &folder.join("data.yaml")).unwrap()
}

/// What comes before and after within a week, a month and for ever; and what nothing comes after.
fn contract() -> Contract {
    let given = |name: &str| Given::new(name, "at", "id customer at:timestamp", "");
    let (calls, orders) = (all("calls", "at"), all("orders", "at"));
    let asked = |direction, target: &SetRef, window| {
        ahead(Follow { window, ..follow(direction, &calls, target, &["customer"]) })
    };
    let week = within(WindowLength::Elapsed(7 * DAY));
    let last = where_("last", &calls, not(asked(Direction::Followed, &calls, week)));
    let bench = Bench::new("Europe/London", "2026-12-31", &[&given("calls"), &given("orders")])
        .measure("calls", MeasureKind::Single(Aggregate::Count(calls.clone())))
        .measure("again", share(&calls, asked(Direction::Followed, &calls, week)))
        .measure(
            "repeated",
            share(&calls, asked(Direction::Preceded, &calls, within(WindowLength::CalendarDays(3)))),
        )
        .measure("sold", share(&calls, asked(Direction::Followed, &orders, within(WindowLength::Months(1)))))
        .measure("ended", share(&calls, asked(Direction::Followed, &last, week)))
        .measure("customers", MeasureKind::Single(Aggregate::Distinct("customer".into(), calls.clone())));
    bench.contract
}

fn measured(contract: &Contract, periods: &[Period], book: &Book) -> Arc<Measured> {
    measure_versions(contract, periods, book, &Options::default()).unwrap().measured
}

#[test]
fn months_are_the_same_whether_others_are_passed_over_or_read() {
    let folder = tempfile::tempdir().unwrap();
    let contract = contract();
    let periods = contract.schedule.periods(&contract.zone);
    for more in ["", "complete_to: 2026-12-15 12:00\n"] {
        let [small, whole] = [20, 100_000].map(|group| book_of(folder.path(), group, more, 0));
        for at in 0..12 {
            let periods = &periods[at..=at];
            let (some, all) = (measured(&contract, periods, &small), measured(&contract, periods, &whole));
            assert_eq!(
                (&some.cells, &some.complete_to),
                (&all.cells, &all.complete_to),
                "{periods:?} {more}"
            );
            let passed = |measured: &Measured, table: &str| measured.tables[table].passed_over.row_groups;
            assert_eq!(passed(&all, "calls") + passed(&all, "orders"), 0);
            // 1,752 calls in 88 row groups: 8 a month, 4 a fortnight of look-ahead, and the latest.
            assert!(passed(&some, "calls") > 70, "{:?}", some.tables["calls"]);
            assert!(passed(&some, "orders") > 15, "{:?}", some.tables["orders"]);
        }
    }
}

#[test]
fn the_latest_date_is_found_where_the_latest_rows_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let calls = where_("calls", &all("calls", "at"), compare("cost", Compare::More, "0"));
    let given = Given::new("calls", "at", "id customer at:timestamp cost:number", "");
    let again = Follow {
        window: within(WindowLength::Elapsed(7 * DAY)),
        ..follow(Direction::Followed, &calls, &calls, &["customer"])
    };
    let contract = Bench::new("Europe/London", "2026-12-31", &[&given]);
    let contract = contract.measure("again", share(&calls, ahead(again))).contract;
    let periods = contract.schedule.periods(&contract.zone);
    for (unread, passes) in [(2, true), (50, false)] {
        let [small, whole] = [20, 100_000].map(|group| book_of(folder.path(), group, "", unread));
        let [some, all] = [small, whole].map(|book| measured(&contract, &periods[2..3], &book));
        let read = |measured: &Measured| measured.tables["calls"].rejected.values().sum::<u64>();
        assert_eq!((&some.cells, &some.complete_to), (&all.cells, &all.complete_to), "{unread}");
        assert_eq!((read(&some), read(&all)), (unread as u64, unread as u64));
        assert_eq!(some.tables["calls"].passed_over.rows > 0, passes);
    }
}

#[test]
fn contracts_that_need_other_months_read_them_by_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let book = book_of(folder.path(), 20, "", 0);
    let (all, mut few) = (contract(), contract());
    few.measures.retain(|name, _| name == "calls");
    let periods = all.schedule.periods(&all.zone);
    let given =
        [(&all, periods[2..3].to_vec()), (&few, periods[2..3].to_vec()), (&few, periods[7..9].to_vec())];
    let asked: Vec<Subject<'_>> =
        given.iter().map(|(contract, periods)| Subject { contract, periods, evidence: None }).collect();
    let together = measure_all(&asked, &book, &Options::default()).unwrap();
    for (one, (contract, periods)) in together.iter().zip(&given) {
        assert_eq!(one.measured, measured(contract, periods, &book));
    }
    let steps: Vec<&str> =
        together.iter().flat_map(|one| &one.steps).map(|step| step.what.as_str()).collect();
    assert!(
        steps.contains(&"read calls: 1 columns, laid out 0 times, passed over 79 of 88 row groups"),
        "{steps:?}"
    );
}

#[test]
fn evidence_tells_of_every_row() {
    let folder = tempfile::tempdir().unwrap();
    let book = book_of(folder.path(), 20, "", 0);
    let contract = contract();
    let periods = contract.schedule.periods(&contract.zone);
    let evidence = Some(folder.path().to_path_buf());
    let subject = Subject { contract: &contract, periods: &periods[2..3], evidence };
    let told = measure_all(&[subject], &book, &Options::default()).unwrap();
    let totals = &told[0].measured.tables["calls"];
    assert_eq!((totals.read, totals.passed_over.rows), (1752, 0));
}
