//! The plan as SQL, run by an engine that is not ours.
//!
//! The rows of every case are written to Parquet as the embedded engine types
//! them; DuckDB runs the queries on them, and what they bring back must be the
//! cells of the embedded engine, every one. DuckDB comes from the package
//! registry of Python (`pip install duckdb` into `target/sql-venv`); where it
//! cannot be had, this test says so and compares nothing.
#![expect(clippy::disallowed_methods, reason = "a test reads how it was called")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "sql/books.rs"]
mod books;
#[path = "sql/rows.rs"]
mod rows;
#[path = "sql/tour.rs"]
mod tour;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use meed::book::Book;
use meed::case;
use meed::contract::Contract;
use meed::engine::{self, Options};
use meed::measured::Measured;
use meed::plan::{self, Plan};
use meed::sql::{self, Dialect, Query, Relations, Rows};

/// A plan with the data it measures.
struct Job {
    name: String,
    contract: Contract,
    plan: Plan,
    book: Book,
}

/// The plans of all cases and contracts: one for each version that has a period.
fn jobs(wanted: &str) -> Vec<Job> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut jobs = Vec::new();
    for folder in ["tests/cases", "contracts"] {
        for case in case::find(&root.join(folder)).unwrap() {
            for run in case::runs(&case).unwrap() {
                if !run.name.contains(wanted) {
                    continue;
                }
                for under in run.contract.under(&run.periods) {
                    let registers = engine::registers(under.contract, &run.book).unwrap();
                    let plan = plan::of(under.contract, &run.periods, &registers);
                    let name = format!("{folder}/{} {}", run.name, under.periods.start);
                    jobs.push(Job { name, contract: under.contract.clone(), plan, book: run.book.clone() });
                }
            }
        }
    }
    jobs
}

/// Where the tables of a plan are held once they are written as the engine types them.
fn relations(job: &Job) -> Relations {
    let scans = job.plan.scans.keys().chain(job.plan.joins.values().map(|join| &join.scan.table.name));
    let said = scans.filter_map(|table| Some((table.clone(), job.book.complete_to(table)?)));
    let lists = job.contract.calendars.values().flat_map(|calendar| &calendar.lists);
    let holidays = lists.map(|list| (list.clone(), engine::load::holidays(&job.book, list).unwrap()));
    Relations { tables: sql::typed(&job.plan), complete_to: said.collect(), holidays: holidays.collect() }
}

#[test]
fn every_case_has_its_sql_in_all_dialects() {
    let mut faults = Vec::new();
    for job in jobs("") {
        for dialect in Dialect::ALL {
            if let Err(fault) = sql::of(&job.contract, &job.plan, dialect, &relations(&job)) {
                faults.push(format!("{}, {}: {fault}", job.name, dialect.called()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The folder for what is built, a Python with DuckDB, and an empty folder of this name; none where that cannot be had.
fn workplace(name: &str) -> Option<(PathBuf, PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("target");
    let python = python(&root)?;
    let folder = root.join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    Some((root, python, folder))
}

#[test]
fn duckdb_counts_what_the_engine_counts() {
    let Some((root, python, folder)) = workplace("sql-cases") else {
        println!("DuckDB cannot be had here: nothing is compared");
        return;
    };
    let set = |name: &str| std::env::var(name).ok();
    let wanted = set("MEED_SQL_CASE").unwrap_or_default();
    // Another engine's runner takes the same folder and writes the same files.
    let called = set("MEED_SQL_DIALECT").unwrap_or_default();
    let dialect = Dialect::ALL.into_iter().find(|it| it.called() == called).unwrap_or(Dialect::DuckDb);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql/duckdb_rows.py");
    let script = set("MEED_SQL_RUNNER").map_or(own, PathBuf::from);
    let mut written = Vec::new();
    let draws = set("MEED_SQL_DRAWS").and_then(|draws| draws.parse().ok()).unwrap_or(4);
    let tour = tour::jobs(&root.join("sql-tour"), draws).into_iter().filter(|job| job.name.contains(&wanted));
    for (at, job) in jobs(&wanted).into_iter().chain(tour).enumerate() {
        let place = folder.join(format!("{at:03}"));
        rows::write(&job.plan, &job.book, &place);
        let relations = relations(&job);
        let queries = sql::of(&job.contract, &job.plan, dialect, &relations).unwrap();
        for (at, query) in queries.iter().enumerate() {
            std::fs::write(place.join(format!("{at:02}.sql")), &query.text).unwrap();
        }
        written.push((job, relations, queries, place));
    }
    let done = Command::new(python).arg(script).arg(&folder).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let differences: Vec<String> = written
        .iter()
        .filter_map(|(job, relations, queries, place)| compare(job, relations, queries, place).err())
        .collect();
    assert!(
        differences.is_empty(),
        "{} of {} differ\n{}",
        differences.len(),
        written.len(),
        differences.join("\n")
    );
}

#[test]
fn duckdb_reads_by_a_book_what_the_engine_reads() {
    let Some((root, python, folder)) = workplace("sql-books") else {
        println!("DuckDB cannot be had here: nothing is compared");
        return;
    };
    let draws = std::env::var("MEED_SQL_DRAWS").ok().and_then(|draws| draws.parse().ok()).unwrap_or(3);
    let mut written = Vec::new();
    for (at, told) in books::all(&root.join("sql-told"), draws).into_iter().enumerate() {
        let place = folder.join(format!("{at:03}"));
        store(&told, &place);
        let registers = engine::registers(&told.contract, &told.book).unwrap();
        let plan = plan::of(&told.contract, &told.contract.periods(), &registers);
        let mut relations = Relations::of_book(&plan, &told.book, BTreeMap::new()).unwrap();
        // What a connection would tell: all columns hold texts, but for those of moments.
        for relation in relations.tables.values_mut() {
            let fields = relation.fields.values_mut();
            fields.for_each(|held| held.read = held.column().is_some_and(|column| !column.ends_with("_at")));
        }
        let queries = sql::of(&told.contract, &plan, Dialect::DuckDb, &relations).unwrap();
        for (at, query) in queries.iter().enumerate() {
            std::fs::write(place.join(format!("{at:02}.sql")), &query.text).unwrap();
        }
        let job = Job { name: told.name, contract: told.contract, plan, book: told.book };
        written.push((job, relations, queries, place, told.refused));
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql/duckdb_rows.py");
    let done = Command::new(python).arg(script).arg(&folder).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let wrong: Vec<String> = written
        .iter()
        .filter_map(|(job, relations, queries, place, refused)| {
            let compared = compare(job, relations, queries, place);
            match (refused, compared) {
                (None, compared) => compared.err(),
                (Some(why), Err(told)) if told.contains(why) => None,
                (Some(why), other) => {
                    Some(format!("== {}: not refused, since rows {why}: {other:?}", job.name))
                }
            }
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} are wrong\n{}", wrong.len(), written.len(), wrong.join("\n"));
}

/// Writes the relations of a book into a folder, and the book.
fn store(told: &books::Told, place: &Path) {
    std::fs::create_dir_all(place).unwrap();
    std::fs::write(place.join("data.yaml"), &told.yaml).unwrap();
    for (relation, rows) in &told.rows {
        let file = std::fs::File::create(place.join(format!("{relation}.parquet"))).unwrap();
        let mut writer = parquet::arrow::ArrowWriter::try_new(file, rows.schema(), None).unwrap();
        writer.write(rows).unwrap();
        writer.close().unwrap();
    }
}

/// A Python that has DuckDB.
fn python(target: &Path) -> Option<PathBuf> {
    let venv = target.join("sql-venv");
    let python = venv.join("bin/python");
    let has = |python: &Path| {
        Command::new(python).args(["-c", "import duckdb"]).status().is_ok_and(|it| it.success())
    };
    if !has(&python) {
        Command::new("python3").args(["-m", "venv"]).arg(&venv).status().ok()?;
        Command::new(venv.join("bin/pip")).args(["install", "-q", "duckdb"]).status().ok()?;
    }
    has(&python).then_some(python)
}

/// What the queries brought back, against what the engine measures.
fn compare(job: &Job, relations: &Relations, queries: &[Query], place: &Path) -> Result<(), String> {
    let told = |what: String| format!("== {} ({})\n{what}", job.name, place.display());
    let mut results: Vec<(Query, Rows)> = Vec::new();
    for (at, query) in queries.iter().enumerate() {
        let read = |ending: &str| std::fs::read_to_string(place.join(format!("{at:02}.{ending}")));
        if let Ok(error) = read("error") {
            return Err(told(format!("{}: {error}", query.title())));
        }
        let rows: Rows = serde_json::from_str(&read("json").unwrap()).unwrap();
        results.push((query.clone(), rows));
    }
    let got = sql::measured(&job.contract, &job.plan, relations, &results)
        .map_err(|fault| told(fault.to_string()))?;
    let want = engine::run(&job.contract, &job.plan, &job.book, &Options::default()).unwrap().measured;
    let found = differences(&want, &got);
    if found.is_empty() { Ok(()) } else { Err(told(found.join("\n"))) }
}

fn differences(want: &Measured, got: &Measured) -> Vec<String> {
    let mut found = Vec::new();
    let mut cells =
        |of: &str, want: &BTreeMap<String, BTreeMap<_, _>>, got: &BTreeMap<String, BTreeMap<_, _>>| {
            let measures: BTreeSet<&String> = want.keys().chain(got.keys()).collect();
            for measure in measures {
                let none = BTreeMap::new();
                let (want, got) = (want.get(measure).unwrap_or(&none), got.get(measure).unwrap_or(&none));
                let keys: BTreeSet<&meed::measured::CellKey> = want.keys().chain(got.keys()).collect();
                for key in keys {
                    let (want, got): (Option<&meed::measured::Cell>, Option<&meed::measured::Cell>) =
                        (want.get(key), got.get(key));
                    if want != got && found.len() < 4 {
                        found.push(format!("{of}{measure} {key:?}\n  want {want:?}\n  got  {got:?}"));
                    }
                }
            }
        };
    cells("", &want.cells, &got.cells);
    for (version, want) in &want.others {
        cells(&format!("{version:?} "), want, got.others.get(version).unwrap_or(&BTreeMap::new()));
    }
    if want.outside_periods != got.outside_periods {
        found.push(format!("outside {:?}\n  got  {:?}", want.outside_periods, got.outside_periods));
    }
    if want.complete_to != got.complete_to {
        found.push(format!("complete to {:?}\n  got  {:?}", want.complete_to, got.complete_to));
    }
    for (table, totals) in &got.tables {
        let Some(want) = want.tables.get(table) else {
            found.push(format!("`{table}` has no account"));
            continue;
        };
        let spans = totals.spans.iter().all(|(field, span)| want.spans.get(field) == Some(span));
        if want.accepted != totals.accepted || !spans {
            found.push(format!("`{table}` {want:?}\n  got  {totals:?}"));
        }
    }
    found
}
