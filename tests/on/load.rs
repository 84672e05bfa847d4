//! Putting the records of a case into a database, and the data book that says so.

use std::fmt::Write;
use std::fs::File;
use std::path::Path;

use arrow::array::Array;
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use meed::book::{self, Book};
use meed::connect::Connection;
use meed::contract::{Contract, FieldType, Table};
use meed::value::Instant;
use parquet::arrow::ArrowWriter;

use crate::typed::{ID, rows};

/// Loads every table of a contract, and gives the book of its relations.
pub fn load(
    connection: &mut dyn Connection,
    folder: Option<&Path>,
    schema: &str,
    contract: &Contract,
    book: &Book,
) -> Result<(Book, String), String> {
    connection.execute(&format!("create schema {schema}")).map_err(|error| error.to_string())?;
    let mut yaml = heading(contract, book)?;
    for table in contract.versions().flat_map(|(_, version)| version.tables.values()) {
        if yaml.contains(&format!("\n  {}:\n", table.name)) || !book.tables.contains_key(&table.name) {
            continue;
        }
        let table = widest(contract, &table.name);
        let batches = rows(book, &table).map_err(|error| error.to_string())?;
        let relation = format!("{schema}.{}", table.name);
        stored(connection, folder, &relation, &batches)?;
        entry(&mut yaml, book, &table, &relation);
    }
    let away = book::read(&yaml, &book.path).map_err(|errors| errors[0].to_string())?;
    Ok((away, yaml))
}

/// What a book says besides its tables.
fn heading(contract: &Contract, book: &Book) -> Result<String, String> {
    let mut yaml = String::new();
    if let Some(end) = book.complete_to {
        writeln!(yaml, "complete_to: {}", written_out(end)).unwrap();
    }
    let versions = contract.versions().flat_map(|(_, version)| version.calendars.values());
    let lists: std::collections::BTreeSet<&String> = versions.flat_map(|calendar| &calendar.lists).collect();
    if !lists.is_empty() {
        yaml.push_str("holidays:\n");
    }
    for list in lists {
        let dates = meed::engine::load::holidays(book, list).map_err(|error| error.to_string())?;
        let dates: Vec<String> = dates.iter().map(ToString::to_string).collect();
        writeln!(yaml, "  {list}: {{dates: [{}]}}", dates.join(", ")).unwrap();
    }
    Ok(yaml + "tables:\n")
}

/// A moment as a book has it.
fn written_out(moment: Instant) -> String {
    let moment = chrono::DateTime::from_timestamp_micros(moment.0).unwrap();
    moment.format("%Y-%m-%d %H:%M:%S%.6f+00:00").to_string()
}

/// A table with the fields of all versions of a contract.
fn widest(contract: &Contract, name: &str) -> Table {
    let mut versions = contract.versions().filter_map(|(_, version)| version.tables.get(name));
    let mut table = versions.next().unwrap().clone();
    versions.for_each(|other| table.fields.extend(other.fields.clone()));
    table
}

/// The book's words on a table.
fn entry(yaml: &mut String, book: &Book, table: &Table, relation: &str) {
    writeln!(yaml, "  {}:\n    relation: {relation}\n    key: {ID}", table.name).unwrap();
    if let Some(end) = book.complete_to(&table.name) {
        writeln!(yaml, "    complete_to: {}", written_out(end)).unwrap();
    }
    writeln!(yaml, "    columns:\n      {ID}: {ID}").unwrap();
    for (field, kind) in table.fields.iter().filter(|(field, _)| book.tables[&table.name].has(field)) {
        let more = match kind {
            FieldType::Duration => ", unit: microseconds",
            FieldType::Text => ", trim: no, missing: []",
            _ => "",
        };
        writeln!(yaml, "      {field}: {{from: {field}{more}}}").unwrap();
    }
}

/// Makes a relation of some rows; in a folder where the engine reads files.
pub fn stored(
    connection: &mut dyn Connection,
    folder: Option<&Path>,
    relation: &str,
    batches: &[RecordBatch],
) -> Result<(), String> {
    match folder {
        None => inserted(connection, relation, batches),
        Some(folder) => written(connection, folder, relation, batches),
    }
}

/// As rows of INSERT.
fn inserted(connection: &mut dyn Connection, relation: &str, batches: &[RecordBatch]) -> Result<(), String> {
    let schema = batches[0].schema();
    let columns: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| format!("\"{}\" {}", field.name(), of(field.data_type())))
        .collect();
    let mut run = |sql: &str| connection.execute(sql).map_err(|error| format!("{relation}: {error}"));
    run(&format!("create table {relation} ({})", columns.join(", ")))?;
    for batch in batches {
        for start in (0..batch.num_rows()).step_by(1_000) {
            let some = batch.slice(start, 1_000.min(batch.num_rows() - start));
            run(&format!("insert into {relation} values {}", values(&some)))?;
        }
    }
    run(&format!("analyze {relation}"))
}

fn values(batch: &RecordBatch) -> String {
    let options = FormatOptions::default();
    let columns: Vec<ArrayFormatter<'_>> = batch
        .columns()
        .iter()
        .map(|array| ArrayFormatter::try_new(array.as_ref(), &options).unwrap())
        .collect();
    let cell = |at: usize, row: usize| match batch.column(at).is_null(row) {
        true => "null".to_string(),
        false => format!("'{}'", columns[at].value(row).to_string().replace('\'', "''")),
    };
    let row = |row: usize| {
        format!("({})", (0..columns.len()).map(|at| cell(at, row)).collect::<Vec<_>>().join(", "))
    };
    (0..batch.num_rows()).map(row).collect::<Vec<_>>().join(",\n")
}

fn of(kind: &DataType) -> &'static str {
    match kind {
        DataType::Utf8 => "text",
        DataType::Boolean => "boolean",
        DataType::Int64 => "bigint",
        DataType::Decimal128(..) => "numeric(38, 9)",
        DataType::Timestamp(..) => "timestamptz",
        DataType::Date32 => "date",
        other => panic!("{other}"),
    }
}

/// As a Parquet file that the workers read.
fn written(
    connection: &mut dyn Connection,
    folder: &Path,
    relation: &str,
    batches: &[RecordBatch],
) -> Result<(), String> {
    let place = folder.join("tables").join(relation);
    std::fs::create_dir_all(&place).unwrap();
    let file = File::create(place.join("rows.parquet")).unwrap();
    let mut writer = ArrowWriter::try_new(file, batches[0].schema(), None).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.close().unwrap();
    let sql = format!("create table {relation} using parquet location '{}'", place.display());
    connection.execute(&sql).map_err(|error| format!("{relation}: {error}"))
}
