//! Measuring where the data lives: the plan's SQL runs on a connection, and only counts come back.
//!
//! ```text
//! book, connection → relations → registers → plan → queries → rows of whole numbers → Measured
//! ```
//!
//! What comes back goes the way of the embedded engine's counts, so the same
//! records give the same statement. All queries of a run see the same rows:
//! PostgreSQL by one transaction; elsewhere the control queries are asked once
//! more at the end, and a difference stops the run.

mod describe;
mod error;
mod register;
mod relation;

pub use error::RemoteError;

use std::collections::BTreeMap;

use crate::book::Book;
use crate::connect::{Connection, Engine, Rows};
use crate::contract::Contract;
use crate::engine::{Measurement, load};
use crate::measured::{Measured, Part};
use crate::plan::{self, Plan};
use crate::sql::{self, Dialect, Purpose, Query, Relations};
use crate::value::Period;
use relation::Found;

/// What was measured, and what was asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remote {
    /// What came of it, by version of the contract.
    pub measurement: Measurement,
    /// The engine and its version.
    pub engine: String,
    /// Every query that was asked, in order.
    pub asked: Vec<Asked>,
}

/// A query that was asked, and what it gave.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// What it tells, in words.
    pub title: String,
    /// Its text.
    pub text: String,
    /// Its rows: each a JSON list of texts and nulls, on lines, sorted.
    pub cells: String,
}

/// Is told which query is at work.
pub trait Watch {
    /// This query has begun, the first of so many.
    fn asks(&mut self, title: &str, number: usize, of: usize);
}

/// Measures every version of the contract for the periods under it, on a connection.
///
/// # Errors
///
/// The book does not fit the relations; a query is refused or the connection
/// breaks; the data cannot be measured so. There is never a part of a result.
pub fn measure_versions(
    contract: &Contract,
    periods: &[Period],
    book: &Book,
    (kind, connection): (Engine, &mut dyn Connection),
    watch: &mut dyn Watch,
) -> Result<Remote, RemoteError> {
    let engine = connection.engine().map_err(|error| RemoteError::asked("the engine's version", error))?;
    let mut all = Remote { engine, ..Remote::default() };
    for under in contract.under(periods) {
        let one = One { contract: under.contract, periods, book, kind };
        let measured = one.measure(connection, watch, &mut all.asked)?;
        all.measurement.rejects.extend(measured.registers.rejects.iter().cloned());
        all.measurement.parts.push(Part { periods: under.periods.clone(), measured: measured.into() });
    }
    all.measurement.rejects.sort();
    all.measurement.rejects.dedup();
    all.measurement.measured = Measured::joined(&all.measurement.parts);
    Ok(all)
}

/// One version of a contract.
struct One<'a> {
    contract: &'a Contract,
    periods: &'a [Period],
    book: &'a Book,
    kind: Engine,
}

impl One<'_> {
    fn measure(
        &self,
        connection: &mut dyn Connection,
        watch: &mut dyn Watch,
        asked: &mut Vec<Asked>,
    ) -> Result<Measured, RemoteError> {
        let registers = register::read(self.contract, self.book, self.kind, connection, asked)?;
        let plan = plan::of(self.contract, self.periods, &registers);
        let relations = self.relations(&plan, connection)?;
        let queries = sql::of(self.contract, &plan, dialect(self.kind), &relations)?;
        let mut results = Vec::new();
        for (at, query) in queries.iter().enumerate() {
            watch.asks(&query.title(), at + 1, queries.len());
            let rows = ask(connection, &query.title(), &query.text, asked)?.rows;
            results.push((query.clone(), rows));
        }
        self.unchanged(connection, &results)?;
        let mut measured = sql::measured(self.contract, &plan, &relations, &results)?;
        for (table, totals) in &mut measured.tables {
            totals.relation = relations.tables.get(table).map(|_| relation::name(self.book, table));
        }
        for (table, totals) in &registers.totals {
            measured.tables.entry(table.clone()).or_insert_with(|| totals.clone());
        }
        Ok(measured)
    }

    /// Where the tables of a plan are held, by the book and by what the relations are found to be.
    fn relations(&self, plan: &Plan, connection: &mut dyn Connection) -> Result<Relations, RemoteError> {
        let mut holidays = BTreeMap::new();
        for list in self.contract.calendars.values().flat_map(|calendar| &calendar.lists) {
            let dates = load::holidays(self.book, list).map_err(RemoteError::of_files)?;
            holidays.insert(list.clone(), dates);
        }
        let mut relations = Relations::of_book(plan, self.book, holidays)?;
        for (name, relation) in &mut relations.tables {
            let known = self.contract.tables.get(name).zip(self.book.tables.get(name));
            let Some((table, written)) = known else { continue };
            let columns = describe::columns(connection, self.kind, name, &relation.from)?;
            Found { table, written, columns: &columns, engine: self.kind }.fit(relation)?;
        }
        Ok(relations)
    }

    /// Where queries may see different rows, that they did not.
    fn unchanged(
        &self,
        connection: &mut dyn Connection,
        results: &[(Query, sql::Rows)],
    ) -> Result<(), RemoteError> {
        if self.kind == Engine::PostgreSql {
            return Ok(());
        }
        for (query, rows) in results {
            let Purpose::Control(table) = &query.purpose else { continue };
            let again = ask(connection, &query.title(), &query.text, &mut Vec::new())?;
            if again.rows != *rows {
                return Err(RemoteError::new(format!(
                    "the rows of `{table}` changed while they were counted"
                ))
                .help("evaluate again when nothing writes to it".to_string()));
            }
        }
        Ok(())
    }
}

fn dialect(kind: Engine) -> Dialect {
    match kind {
        Engine::PostgreSql => Dialect::PostgreSql,
        Engine::Spark => Dialect::Spark,
    }
}

/// Asks, and keeps what was asked and given.
fn ask(
    connection: &mut dyn Connection,
    title: &str,
    text: &str,
    asked: &mut Vec<Asked>,
) -> Result<Rows, RemoteError> {
    let rows = connection.query(text).map_err(|error| RemoteError::asked(title, error))?;
    asked.push(Asked { title: title.to_string(), text: text.to_string(), cells: cells(&rows) });
    Ok(rows)
}

/// The rows on lines, in an order that does not depend on the engine.
fn cells(rows: &Rows) -> String {
    // Texts and nulls only, none of which JSON can refuse.
    let mut lines: Vec<String> =
        rows.rows.iter().map(|row| serde_json::to_string(row).unwrap_or_default() + "\n").collect();
    lines.sort();
    lines.concat()
}

/// A column of a relation and what it holds.
type Columns = BTreeMap<String, describe::Kind>;

#[cfg(test)]
mod tests;
