//! Stretches in any order, by any number of threads, give the rows and the account of reading in order.

use std::io::Write;
use std::sync::{Arc, Mutex};

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;

use super::*;
use crate::engine::{Lanes, Stretch};
use FieldType::{Text, Timestamp, Whole};

const FIELDS: &[(&str, FieldType)] = &[("id", Text), ("n", Whole), ("team", Text), ("at", Timestamp)];
const ROWS: usize = 20_000;

/// The texts of one row: every 997th number is none, every 1,009th time the clocks skip.
fn row(at: usize, key: &dyn Fn(usize) -> String) -> [String; 4] {
    let n = if at % 997 == 5 { "x".to_string() } else { (at * 7 % 1000).to_string() };
    let hour = if at % 1009 == 3 { 1 } else { 12 };
    let time = format!("2026-03-29 {hour:02}:{:02}:{:02}", at / 60 % 60, at % 60);
    [key(at), n, format!("team {}", at % 5), time]
}

fn rising(at: usize) -> String {
    format!("K{at:06}")
}

/// Keys out of order: 7 has no divisor in common with the number of rows.
fn mixed(at: usize) -> String {
    format!("K{:06}", at * 7 % ROWS)
}

/// Rows that have the key of an earlier one: one in the same stretch, others far away.
fn repeated(at: usize) -> String {
    match at {
        19_000 => rising(2),
        9_001 => rising(9_000),
        _ => rising(at),
    }
}

fn csv_of(key: &dyn Fn(usize) -> String) -> Vec<u8> {
    let mut text = b"id,n,team,at\n".to_vec();
    for at in 0..ROWS {
        let cells = row(at, key);
        // Now and then a quoted cell with a line end in it.
        if at % 501 == 9 {
            writeln!(text, "\"{}\",{},\"{}\n\",{}", cells[0], cells[1], cells[2], cells[3]).unwrap();
        } else {
            writeln!(text, "{}", cells.join(",")).unwrap();
        }
    }
    text
}

fn gzip_of(key: &dyn Fn(usize) -> String) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&csv_of(key)).unwrap();
    packed.finish().unwrap()
}

fn json_of(key: &dyn Fn(usize) -> String) -> Vec<u8> {
    let mut text = Vec::new();
    for at in 0..ROWS {
        let [id, n, team, time] = row(at, key);
        writeln!(text, r#"{{"id": "{id}", "n": "{n}", "team": "{team}", "at": "{time}"}}"#).unwrap();
    }
    text
}

fn parquet_of(key: &dyn Fn(usize) -> String) -> Vec<u8> {
    let rows: Vec<[String; 4]> = (0..ROWS).map(|at| row(at, key)).collect();
    let column = |at: usize| -> ArrayRef {
        Arc::new(rows.iter().map(|row| Some(row[at].as_str())).collect::<StringArray>())
    };
    let columns = [("id", column(0)), ("n", column(1)), ("team", column(2)), ("at", column(3))];
    written(&RecordBatch::try_from_iter(columns).unwrap())
}

fn written(batch: &RecordBatch) -> Vec<u8> {
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(3_000)).build();
    let mut content = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut content, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    content
}

fn book_of(file: &str) -> String {
    format!(
        "zone: Europe/London\ntables:\n  calls:\n    files: {file}\n    key: id\n    rejects: 9999\n    columns: {{id: id, n: n, team: team, at: at}}\n"
    )
}

fn opened(folder: &Path, text: &str, fields: &[(&str, FieldType)]) -> Reader {
    let book = book::read(text, &folder.join("data.yaml")).unwrap();
    let needs = Needs {
        fields: fields.iter().map(|(name, _)| name.to_string()).collect(),
        ids: true,
        within: None,
        ..Needs::default()
    };
    open(&book, &table(fields), &needs).unwrap()
}

/// The rows of some stretches, taken together and read in the order that `mix` makes of them.
fn in_turn(reader: &Reader, mix: impl Fn(&mut Vec<(usize, Stretch<'_>)>)) -> Vec<(usize, Row)> {
    let lanes = reader.lanes().unwrap();
    let mut stretches: Vec<_> = std::iter::from_fn(|| lanes.take().unwrap()).collect();
    assert!(stretches.len() > 2);
    mix(&mut stretches);
    let mut rows = Vec::new();
    for (number, stretch) in stretches {
        rows.extend(stretch.flat_map(|batch| shown(&batch.unwrap())).map(|row| (number, row)));
    }
    rows
}

fn by_threads(reader: &Reader, threads: usize) -> Vec<(usize, Row)> {
    let rows = Mutex::new(Vec::new());
    let lane = |lanes: &dyn Lanes| {
        while let Some((number, stretch)) = lanes.take().unwrap() {
            let found: Vec<_> =
                stretch.flat_map(|batch| shown(&batch.unwrap())).map(|row| (number, row)).collect();
            rows.lock().unwrap().extend(found);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| lane(reader.lanes().unwrap()));
        }
    });
    rows.into_inner().unwrap()
}

/// Reads a file in order, in lanes backwards, and by 1 to 4 threads: always the same. Gives what came.
#[track_caller]
fn check(name: &str, content: &[u8], text: &str, fields: &[(&str, FieldType)]) -> Out {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), content).unwrap();
    let wanted = load_in(folder.path(), text, fields).unwrap();
    for threads in 0..=4 {
        let reader = opened(folder.path(), text, fields);
        let mut rows = match threads {
            0 => in_turn(&reader, |stretches| stretches.reverse()),
            threads => by_threads(&reader, threads),
        };
        rows.sort_by_key(|(number, row)| (*number, row.line));
        let error = reader.lanes().unwrap().verdict().err();
        assert_eq!(error, wanted.error, "{name} by {threads}");
        assert_eq!(reader.finish(), wanted.loaded, "{name} by {threads}");
        let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
        if wanted.loaded.totals.duplicates == 0 {
            assert!(rows == wanted.rows, "{name} by {threads}");
        }
    }
    wanted
}

#[test]
fn every_format_may_be_read_in_stretches() {
    let files = [
        ("c.csv", csv_of(&rising)),
        ("c.csv.gz", gzip_of(&mixed)),
        ("c.jsonl", json_of(&mixed)),
        ("c.parquet", parquet_of(&mixed)),
    ];
    for (name, content) in files {
        let out = check(name, &content, &book_of(name), FIELDS);
        assert_eq!(out.error, None, "{name}");
        // 5, 1002, … 19,945 are 21 rows, and 3, 1012, … 19,174 are 20; no row is both.
        assert_eq!((out.loaded.totals.accepted, out.loaded.rejects.len()), (19_959, 41), "{name}");
        out.adds_up();
    }
}

#[test]
fn a_key_that_comes_back_in_another_stretch_is_named_as_in_order() {
    for (name, content) in [("c.csv", csv_of(&repeated)), ("c.parquet", parquet_of(&repeated))] {
        let out = check(name, &content, &book_of(name), FIELDS);
        let message = out.error.unwrap().message;
        assert!(message.starts_with("2 rows of `calls` have a key that was there before"), "{message}");
        assert!(
            message.contains("`K009000` again at c.") && message.contains("`K000002` again"),
            "{message}"
        );
        assert_eq!(out.loaded.totals.duplicates, 2, "{name}");
    }
}

#[test]
fn whole_numbers_are_keys_by_their_digits() {
    let numbers = |key: &dyn Fn(i64) -> i64| {
        let ids: ArrayRef = Arc::new((0..12_000).map(key).collect::<Int64Array>());
        let at: ArrayRef = Arc::new(StringArray::from(vec!["2026-01-01 10:00"; 12_000]));
        written(&RecordBatch::try_from_iter([("id", ids), ("at", at)]).unwrap())
    };
    let fields = &[("id", Text), ("at", Timestamp)];
    let text = book_of("c.parquet").replace("id: id, n: n, team: team, at: at", "id: id, at: at");
    let rising = check("c.parquet", &numbers(&|at| at - 5), &text, fields);
    assert_eq!((rising.error, rising.rows[0].id.as_str()), (None, "-5"));
    let falling = check("c.parquet", &numbers(&|at| 12_000 - at), &text, fields);
    assert_eq!(falling.error, None);
    let twice = check("c.parquet", &numbers(&|at| if at == 11_000 { 7 } else { at }), &text, fields);
    assert_eq!(
        twice.error.unwrap().message,
        "1 rows of `calls` have a key that was there before:\n  `7` again at c.parquet:11001"
    );
}

#[test]
fn too_many_rejected_rows_are_told_as_in_order() {
    let text = book_of("c.csv").replace("rejects: 9999", "rejects: 3");
    let out = check("c.csv", &csv_of(&mixed), &text, FIELDS);
    assert!(out.error.unwrap().message.starts_with("41 rows of `calls` cannot be read"));
}

#[test]
fn where_rows_rest_on_other_rows_there_are_no_stretches() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("c.csv"), "id,n,team,at\n").unwrap();
    let text = book_of("c.csv");
    let lanes = |text: &str| opened(folder.path(), text, FIELDS).lanes().is_some();
    assert!(lanes(&text));
    assert!(!lanes(&text.replace("key: id", "key: id\n    duplicates: keep first")));
    assert!(!lanes(&text.replace("key: id", "key: id\n    duplicates: keep latest by n")));
    assert!(!lanes(&text.replace("key: id", "key: none")));
}
