//! Registers: read from files where the book has some, otherwise row by row from their relation.
//!
//! The rows of a relation are written out as a file and read like any other,
//! so that the same is refused, with the same words.

use std::fmt::Write;

use super::describe::Kind;
use super::{Asked, RemoteError, ask, describe, relation};
use crate::book::{self, Book, Place, TableBook};
use crate::connect::{Connection, Engine, Rows};
use crate::contract::{Contract, FieldType, Table};
use crate::engine;
use crate::measured::Registers;

/// The rows of all registers a contract reads.
pub(super) fn read(
    contract: &Contract,
    book: &Book,
    kind: Engine,
    connection: &mut dyn Connection,
    asked: &mut Vec<Asked>,
) -> Result<Registers, RemoteError> {
    let mut files = book.clone();
    let folder = tempfile::tempdir().map_err(|error| RemoteError::new(error.to_string()))?;
    let mut away = Vec::new();
    for register in &contract.registers {
        let name = register.table();
        let Some((table, written)) = contract.tables.get(name).zip(book.tables.get(name)) else { continue };
        if !written.files.is_empty() {
            continue;
        }
        let from = relation::name(book, name);
        let columns = describe::columns(connection, kind, name, &from)?;
        let selected = selected(table, written, &columns);
        if let Some((field, ..)) = selected.iter().find(|(_, _, holds)| *holds == Kind::Float) {
            let message = format!("`{name}`, from `{from}`: `{field}`: floating point numbers are not exact");
            return Err(RemoteError::new(message).help("make a view that casts it to a decimal".to_string()));
        }
        let rows = ask(connection, &format!("the rows of `{name}`"), &query(&from, &selected, kind), asked)?;
        let path = folder.path().join(format!("{name}.csv"));
        std::fs::write(&path, text(&rows)).map_err(|error| RemoteError::new(error.to_string()))?;
        files.tables.insert(name.to_string(), typed(&path.display().to_string(), written, table, &selected)?);
        away.push((name, from));
    }
    let stopped = |failure: Box<engine::Failure>| RemoteError::of_files(failure.error);
    let mut registers = engine::registers(contract, &files).map_err(stopped)?;
    for (name, from) in away {
        if let Some(totals) = registers.totals.get_mut(name) {
            totals.files.clear();
            totals.relation = Some(from);
        }
    }
    Ok(registers)
}

/// A field, and the column it stands in with what that holds.
type Selected = (String, String, Kind);

/// The fields of a register that the relation has.
fn selected(table: &Table, written: &TableBook, columns: &super::Columns) -> Vec<Selected> {
    let found = table.fields.keys().filter_map(|field| {
        let column = match written.columns.get(field).map(|column| &column.place) {
            None => field.clone(),
            Some(Place::Heading(names, _)) => names.iter().find(|name| columns.contains_key(*name))?.clone(),
            Some(_) => return None,
        };
        let kind = columns.get(&column)?.clone();
        Some((field.clone(), column, kind))
    });
    found.collect()
}

fn query(from: &str, selected: &[Selected], kind: Engine) -> String {
    let column = |(_, column, holds): &Selected| {
        let column = relation::quoted(column, kind);
        match (holds, kind) {
            (Kind::Moment, Engine::PostgreSql) => {
                format!("to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
            }
            (Kind::Moment, Engine::Spark) => {
                format!("date_format({column}, \"yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'\")")
            }
            (Kind::Local, Engine::PostgreSql) => format!("to_char({column}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"),
            (Kind::Local, Engine::Spark) => {
                format!("date_format({column}, \"yyyy-MM-dd'T'HH:mm:ss.SSSSSS\")")
            }
            (_, Engine::PostgreSql) => format!("CAST({column} AS TEXT)"),
            (_, Engine::Spark) => format!("CAST({column} AS STRING)"),
        }
    };
    let columns: Vec<String> =
        selected.iter().map(|it| format!("{} AS {}", column(it), relation::quoted(&it.0, kind))).collect();
    format!("SELECT {} FROM {from}", columns.join(", "))
}

/// A file of the rows, in an order that does not depend on the engine.
fn text(rows: &Rows) -> String {
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let cells: Vec<String> = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        cells.join(",") + "\n"
    };
    let mut lines: Vec<String> = rows
        .rows
        .iter()
        .map(|row| line(&mut row.iter().map(|cell| cell.as_deref().unwrap_or_default())))
        .collect();
    lines.sort();
    line(&mut rows.columns.iter().map(String::as_str)) + &lines.concat()
}

/// The book's entry for that file.
fn typed(
    path: &str,
    written: &TableBook,
    table: &Table,
    selected: &[Selected],
) -> Result<TableBook, RemoteError> {
    let mut yaml = "tables:\n  register:\n    files: register.csv\n    key: none\n    columns:\n".to_string();
    for (field, _, _) in selected {
        let unit = table.fields.get(field) == Some(&FieldType::Duration);
        // Writing to a text cannot fail.
        let _ =
            writeln!(yaml, "      {field}: {{from: {field}{}}}", if unit { ", unit: seconds" } else { "" });
    }
    let made = book::read(&yaml, std::path::Path::new("data.yaml")).map_err(|errors| {
        RemoteError::new(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    let mut made = made
        .tables
        .into_values()
        .next()
        .ok_or_else(|| RemoteError::new(format!("the register `{}` cannot be read", table.name)))?;
    for file in &mut made.files {
        file.path = path.to_string();
    }
    for (field, column) in &mut made.columns {
        if let Some(said) = written.columns.get(field) {
            column.cell = said.cell.clone();
        }
    }
    made.zone = written.zone.clone();
    made.words = written.words.clone();
    made.missing = written.missing.clone();
    made.skipped = written.skipped;
    made.complete_to = written.complete_to;
    Ok(made)
}
