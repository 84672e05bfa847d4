//! Which row groups are passed over, and what is told of them.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, RecordBatch, StringArray, TimestampMicrosecondArray, TimestampNanosecondArray,
    TimestampSecondArray,
};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::*;
use crate::measured::PassedOver;
use crate::value::LocalTime;
use FieldType::{Date, Text, Timestamp};

const FIELDS: &[(&str, FieldType)] = &[("id", Text), ("n", FieldType::Whole), ("at", Timestamp)];
/// Rows of a month, which are one row group: one a day at noon from the 10th to the 19th.
const DAYS: u32 = 10;
const NOON: i64 = 12 * 3600;

fn day(month: u32, day: u32) -> crate::value::Date {
    crate::value::Date::new(2026, month, day).unwrap()
}

/// Noon UTC, in seconds.
fn noon(month: u32, of: u32) -> i64 {
    LocalTime::at(day(month, of), NOON).0 / 1_000_000
}

/// Months and days of all rows.
fn days() -> impl Iterator<Item = (u32, u32)> {
    (1..=12).flat_map(|month| (10..10 + DAYS).map(move |day| (month, day)))
}

fn micros() -> Vec<i64> {
    days().map(|(month, day)| noon(month, day) * 1_000_000).collect()
}

fn zoned() -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from(micros()).with_timezone("UTC"))
}

/// A file of twelve row groups, one a month.
fn file(at: ArrayRef, statistics: EnabledStatistics, n: impl Fn(usize) -> &'static str) -> Vec<u8> {
    let rows = at.len();
    let ids: ArrayRef = Arc::new((0..rows).map(|row| Some(format!("K{row:03}"))).collect::<StringArray>());
    let n: ArrayRef = Arc::new((0..rows).map(|row| Some(n(row))).collect::<StringArray>());
    let batch = RecordBatch::try_from_iter([("id", ids), ("n", n), ("at", at)]).unwrap();
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(10))
        .set_statistics_enabled(statistics)
        .build();
    let mut content = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut content, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    content
}

fn usual(at: ArrayRef) -> Vec<u8> {
    file(at, EnabledStatistics::Chunk, |_| "1")
}

const BOOK: &str = "zone: Europe/London\ntables:\n  calls:\n    files: c*.parquet\n    key: id\n    rejects: 99\n    columns: {id: id, n: n, at: at}\n";

/// From the start of the 5th of a month to the end of the 25th of another.
fn from_to(from: u32, to: u32, latest: bool) -> Within {
    let (from, to) = (noon(from, 5) - NOON, noon(to, 25) + NOON);
    Within { field: "at".into(), from: from * 1_000_000, to: to * 1_000_000 - 1, latest }
}

/// What came of files read for some dates.
struct Came {
    /// The months of the rows.
    months: Vec<u32>,
    /// File and row of the first.
    first: (u32, u64),
    loaded: Loaded,
    error: Option<EngineError>,
}

/// Reads files, in order and by several threads; both give the same account.
fn came(files: &[&[u8]], text: &str, fields: &[(&str, FieldType)], within: Within) -> Came {
    let folder = tempfile::tempdir().unwrap();
    for (at, content) in files.iter().enumerate() {
        std::fs::write(folder.path().join(format!("c{at}.parquet")), content).unwrap();
    }
    let book = book::read(text, &folder.path().join("data.yaml")).unwrap();
    let needs = Needs {
        fields: fields.iter().map(|(name, _)| name.to_string()).collect(),
        ids: true,
        within: Some(within),
        ..Needs::default()
    };
    let table = table(fields);
    let mut reader = open(&book, &table, &needs).unwrap();
    assert_eq!(
        reader.expected(),
        Some(reader.setup.files.len() as u64 * 120 - reader.setup.passed.totals().rows)
    );
    let (mut rows, mut error) = (Vec::new(), None);
    for batch in reader.by_ref() {
        match batch {
            Ok(batch) => rows.extend(shown(&batch)),
            Err(found) => error = Some(found),
        }
    }
    let loaded = reader.finish();
    let threads = open(&book, &table, &needs).unwrap();
    if threads.lanes().is_some() {
        let mut again = threads.drain(|_| ()).err();
        again = again.or(threads.lanes().unwrap().verdict().err());
        assert_eq!((&again, &threads.finish()), (&error, &loaded));
    }
    let mut months: Vec<u32> = rows.iter().map(|row| row.fields["at"][5..7].parse().unwrap()).collect();
    months.dedup();
    let first = rows.first().map_or((0, 0), |row| (row.file, row.line));
    let out = Out { rows, error: None, loaded };
    out.adds_up();
    Came { months, first, loaded: out.loaded, error }
}

fn months(content: &[u8], within: Within) -> Vec<u32> {
    came(&[content], BOOK, FIELDS, within).months
}

const ALL: [u32; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

#[test]
fn months_that_cannot_matter_are_passed_over_and_counted() {
    let content = usual(zoned());
    let march = came(&[&content], BOOK, FIELDS, from_to(3, 3, false));
    assert_eq!((march.months, march.first), (vec![3], (0, 21)));
    let totals = &march.loaded.totals;
    assert_eq!(totals.passed_over, PassedOver { rows: 110, row_groups: 11, of_row_groups: 12 });
    assert_eq!((totals.read, totals.accepted, totals.files[0].rows), (10, 10, 10));
    let whole = Within { from: i64::MIN, to: i64::MAX, ..from_to(1, 1, true) };
    let whole = came(&[&content], BOOK, FIELDS, whole);
    assert_eq!(whole.loaded.totals.passed_over, PassedOver::default());
    // The digest is that of the whole file.
    let digest = |loaded: &Loaded| (loaded.totals.files[0].sha256.clone(), loaded.totals.files[0].bytes);
    assert_eq!(digest(&march.loaded), digest(&whole.loaded));
    assert!(!march.loaded.again && !whole.loaded.again);
}

#[test]
fn the_latest_is_read_where_it_tells_how_far_the_data_goes() {
    let content = usual(zoned());
    assert_eq!(months(&content, from_to(3, 4, true)), [3, 4, 12]);
    assert_eq!(months(&content, from_to(3, 4, false)), [3, 4]);
    // Of several files the latest of all.
    let earlier: Vec<i64> = micros().iter().map(|at| at - 86_400_000_000).collect();
    let earlier = usual(Arc::new(TimestampMicrosecondArray::from(earlier).with_timezone("UTC")));
    let both = came(
        &[&content, &earlier],
        BOOK.replace("key: id", "key: none").as_str(),
        FIELDS,
        from_to(3, 3, true),
    );
    assert_eq!(both.loaded.totals.passed_over.rows, 0, "ids are made of content");
    let text = BOOK.replace("    key: id\n", "");
    let needs = |latest| Needs {
        fields: ["at".to_string()].into(),
        ids: false,
        within: Some(from_to(3, 3, latest)),
        ..Needs::default()
    };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("c0.parquet"), &content).unwrap();
    std::fs::write(folder.path().join("c1.parquet"), &earlier).unwrap();
    let book = book::read(&text, &folder.path().join("data.yaml")).unwrap();
    let read = |latest| {
        let passed = passed_over(&book, &table(FIELDS), &needs(latest));
        let groups = (0..2).flat_map(|file| (0..12).map(move |group| (file, group)));
        groups.filter(|at| !passed.contains(at)).collect::<Vec<_>>()
    };
    assert_eq!(read(true), [(0, 2), (0, 11), (1, 2)]);
    assert_eq!(read(false), [(0, 2), (1, 2)]);
}

#[test]
fn where_the_latest_rows_cannot_be_read_all_have_to_be() {
    // December is rejected, so November would be the latest.
    let rejected =
        |last: usize| file(zoned(), EnabledStatistics::Chunk, move |row| if row >= last { "x" } else { "1" });
    let some = came(&[&rejected(115)], BOOK, FIELDS, from_to(3, 3, true));
    assert!(!some.loaded.again && some.months == [3, 12]);
    assert!(came(&[&rejected(110)], BOOK, FIELDS, from_to(3, 3, true)).loaded.again);
    assert!(!came(&[&rejected(110)], BOOK, FIELDS, from_to(3, 3, false)).loaded.again);
}

#[test]
fn local_times_and_days_may_be_two_days_off() {
    let local: ArrayRef = Arc::new(TimestampMicrosecondArray::from(micros()));
    let seconds: Vec<i64> = micros().iter().map(|at| at / 1_000_000).collect();
    let seconds: ArrayRef = Arc::new(TimestampSecondArray::from(seconds).with_timezone("+02:00"));
    let nanos: Vec<i64> = micros().iter().map(|at| at * 1000).collect();
    let nanos: ArrayRef = Arc::new(TimestampNanosecondArray::from(nanos).with_timezone("UTC"));
    let dates: ArrayRef =
        Arc::new(days().map(|(month, of)| Some(day(month, of).days())).collect::<Date32Array>());
    // From noon of 20 February, a day after February's last row.
    let within = Within { from: noon(2, 20) * 1_000_000, ..from_to(3, 3, false) };
    for exact in [zoned(), seconds, nanos] {
        assert_eq!(months(&usual(exact), within.clone()), [3]);
    }
    for off in [local, dates.clone()] {
        assert_eq!(months(&usual(off.clone()), within.clone()), [2, 3]);
        assert_eq!(months(&usual(off), from_to(3, 3, true)), [3, 12]);
    }
    let fields = &[("id", Text), ("at", Date)];
    let came = came(&[&usual(dates)], BOOK, fields, from_to(3, 3, true));
    assert_eq!((came.months, came.loaded.again), (vec![3, 12], false));
}

#[test]
fn what_does_not_say_from_when_to_when_is_read() {
    // The 15th of May has no date.
    let holed: Vec<Option<i64>> =
        micros().into_iter().enumerate().map(|(row, at)| (row != 45).then_some(at)).collect();
    let holed: ArrayRef = Arc::new(TimestampMicrosecondArray::from(holed).with_timezone("UTC"));
    let content = usual(holed);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("c0.parquet"), &content).unwrap();
    let book = book::read(BOOK, &folder.path().join("data.yaml")).unwrap();
    let needs = Needs {
        fields: ["at".to_string()].into(),
        ids: true,
        within: Some(from_to(3, 3, false)),
        ..Needs::default()
    };
    let passed = passed_over(&book, &table(FIELDS), &needs);
    let read: Vec<usize> = (0..12).filter(|group| !passed.contains(&(0, *group))).collect();
    assert_eq!(read, [2, 4]);
    assert_eq!(months(&file(zoned(), EnabledStatistics::None, |_| "1"), from_to(3, 3, true)), ALL);
    let texts: ArrayRef = Arc::new(
        days().map(|(month, day)| Some(format!("2026-{month:02}-{day} 12:00"))).collect::<StringArray>(),
    );
    assert_eq!(months(&usual(texts), from_to(3, 3, true)), ALL);
}

#[test]
fn all_is_read_where_a_row_rests_on_others_or_is_not_what_it_looks_like() {
    let content = usual(zoned());
    let read = |text: &str| came(&[&content], text, FIELDS, from_to(3, 3, true)).months;
    assert_eq!(read(BOOK), [3, 12]);
    for rule in
        ["key: none", "key: id\n    duplicates: keep first", "key: id\n    duplicates: keep latest by n"]
    {
        let mut months = read(&BOOK.replace("key: id", rule));
        months.sort_unstable();
        months.dedup();
        assert_eq!(months, ALL, "{rule}");
    }
    // A date that stands for none, and one that is looked up.
    assert_eq!(read(&BOOK.replace("key: id", "key: id\n    missing: ['1900-01-01']")), ALL);
}

#[test]
fn keys_of_rows_that_are_passed_over_are_not_looked_at() {
    let content = usual(zoned());
    // Both files have the same keys.
    let march = came(&[&content, &content], BOOK, FIELDS, from_to(3, 3, false));
    assert!(march.error.unwrap().message.starts_with("10 rows of `calls` have a key that was there before"));
    let later: Vec<i64> = micros().iter().map(|at| at + 366 * 86_400_000_000).collect();
    let later = usual(Arc::new(TimestampMicrosecondArray::from(later).with_timezone("UTC")));
    let march = came(&[&content, &later], BOOK, FIELDS, from_to(3, 3, false));
    assert_eq!((march.error, march.loaded.totals.passed_over.rows), (None, 230));
}
