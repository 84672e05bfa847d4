//! How long loading a table takes, beside decoding the same columns with the Parquet crate alone.
//!
//! `cargo bench --bench load -- FOLDER/data.yaml TABLE [THREADS [decode]]` reads every column the book maps.
//! With `decode`, only the Parquet crate is at work, by row group, in the forms the loader asks for.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock, prints, and stops where it cannot go on"
)]

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use meed::book;
use meed::contract::{FieldType, Table};
use meed::engine::Rows;
use meed::engine::load::{Needs, open};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let [path, table, ..] = words.as_slice() else { return };
    let threads = words.get(2).and_then(|word| word.parse().ok()).unwrap_or(2);
    let book = book::read(&std::fs::read_to_string(path).unwrap(), Path::new(path)).unwrap();
    let start = Instant::now();
    let before = cpu();
    let rows = if words.iter().any(|word| word == "decode") {
        decode(&book, table, threads)
    } else {
        load(&book, table, threads)
    };
    let (wall, cpu) = (start.elapsed().as_millis(), cpu() - before);
    println!("{rows} rows, {wall} ms, {cpu} ms CPU, peak {} MB", peak() / 1024);
}

/// Every field of the book, of the type its name suggests.
fn table_of(book: &book::Book, name: &str) -> Table {
    let kind = |field: &String| match field.as_str() {
        "abandoned" | "resolved" | "transferred" => FieldType::YesNo,
        "csat" | "nps" | "reopen_count" => FieldType::Whole,
        "handled_for" | "waited" => FieldType::Duration,
        "value" => FieldType::Money,
        "at" => FieldType::Timestamp,
        field if field.ends_with("_at") => FieldType::Timestamp,
        _ => FieldType::Text,
    };
    let fields: BTreeMap<String, FieldType> =
        book.tables[name].columns.keys().map(|field| (field.clone(), kind(field))).collect();
    let dated = ["started_at", "opened_at", "at"].into_iter().find(|field| fields.contains_key(*field));
    Table { name: name.into(), fields, dated_by: dated.unwrap_or("at").into() }
}

fn load(book: &book::Book, name: &str, threads: usize) -> u64 {
    let table = table_of(book, name);
    let needs = Needs { fields: table.fields.keys().cloned().collect(), ids: true, ..Needs::default() };
    let reader = open(book, &table, &needs).unwrap();
    let rows = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let lanes = reader.lanes().unwrap();
                while let Some((_, stretch)) = lanes.take().unwrap() {
                    for batch in stretch {
                        rows.fetch_add(batch.unwrap().rows as u64, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    reader.lanes().unwrap().verdict().unwrap();
    let totals = (Box::new(reader) as Box<dyn Rows>).finish().totals;
    assert_eq!(totals.accepted, rows.into_inner());
    totals.read
}

fn decode(book: &book::Book, name: &str, threads: usize) -> u64 {
    let written = &book.tables[name];
    let path = book.resolve(&written.files[0].path);
    let headings: Vec<String> = written
        .columns
        .values()
        .flat_map(|column| match &column.place {
            book::Place::Heading(names, _) => names.clone(),
            _ => Vec::new(),
        })
        .collect();
    let footer = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
    let groups = footer.metadata().num_row_groups();
    let (next, rows) = (AtomicUsize::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let group = next.fetch_add(1, Ordering::Relaxed);
                    if group >= groups {
                        break;
                    }
                    let builder =
                        ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
                    let mask = ProjectionMask::columns(
                        builder.parquet_schema(),
                        headings.iter().map(String::as_str),
                    );
                    let reader =
                        builder.with_projection(mask).with_row_groups(vec![group]).with_batch_size(16_384);
                    for batch in reader.build().unwrap() {
                        rows.fetch_add(batch.unwrap().num_rows() as u64, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    rows.into_inner()
}

/// Milliseconds of CPU that this process has taken.
fn cpu() -> u64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
    after.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

/// Peak resident memory in kB, where the system tells.
fn peak() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmHWM:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}
