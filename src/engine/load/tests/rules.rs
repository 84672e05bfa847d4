//! Keys, duplicates, folds, and that the order of rows does not matter.

use proptest::prelude::*;

use super::*;
use FieldType::{Text, Timestamp, Whole};

const ID_N: &[(&str, FieldType)] = &[("id", Text), ("n", Whole)];

#[test]
fn a_key_that_comes_back_is_refused_unless_the_book_says_which_row_stays() {
    let content = "id,n\na,1\nb,2\na,5\na,3\n";
    let refused = csv(content, "", ID_N);
    let error = refused.error.as_ref().unwrap();
    let message = "2 rows of `calls` have a key that was there before:\n  `a` again at calls.csv:4\n  `a` again at calls.csv:5";
    assert_eq!(error.message, message);
    refused.adds_up();
    let first = csv(content, "    duplicates: keep first\n", ID_N);
    assert_eq!((first.field("id"), first.field("n")), (vec!["a", "b"], vec!["1", "2"]));
    assert_eq!((first.error.clone(), first.loaded.totals.duplicates), (None, 2));
    first.adds_up();
    let latest = csv(content, "    duplicates: keep latest by n\n", ID_N);
    assert_eq!((latest.field("id"), latest.field("n")), (vec!["a", "b"], vec!["5", "2"]));
    assert_eq!(latest.rows[0].line, 4);
    let equal = csv("id,n\na,1\na,01\n", "    duplicates: keep latest by n\n", ID_N);
    assert_eq!(equal.rows[0].line, 2, "of equals the first stays");
    latest.adds_up();
}

#[test]
fn the_latest_row_is_found_by_a_field_the_contract_does_not_know() {
    let text = "tables:\n  calls:\n    files: calls.csv\n    duplicates: keep latest by version\n    columns: {id: id, n: n, version: v}\n";
    let out = load(&[("calls.csv", b"id,n,v\na,1,9\na,2,10\na,3,\n")], text, ID_N).unwrap();
    assert_eq!(out.field("n"), ["2"], "10 is later than 9, and a missing version is the earliest");
    let timed = text.replace("version: v", "version: {from: v, format: \"%d/%m/%Y\", zone: UTC}");
    let out = load(&[("calls.csv", b"id,n,v\na,1,02/01/2026\na,2,01/02/2026\n")], &timed, ID_N).unwrap();
    assert_eq!(out.field("n"), ["2"]);
}

#[test]
fn a_key_of_two_fields_keeps_its_parts_apart() {
    let fields: &[(&str, FieldType)] = &[("a", Text), ("b", Text)];
    let out = csv("a,b\nx|y,z\nx,y|z\nx\\,y\n", "    key: [a, b]\n", fields);
    assert_eq!(
        out.rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(),
        ["x\\|y|z", "x|y\\|z", "x\\\\|y"]
    );
}

#[test]
fn a_row_without_its_key_is_rejected() {
    let out = csv("id,n\n,1\nb,2\n", "    rejects: 1\n", ID_N);
    assert_eq!(out.rejects(), [(2, "id", "", "is missing, and it is part of the key")]);
}

#[test]
fn identical_rows_without_a_key_have_ids_of_their_own() {
    let out = csv("id,n\na,1\na,1\nb,1\n", "    key: none\n", ID_N);
    let ids: Vec<&str> = out.rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids[1], format!("{}-2", ids[0]));
    assert_ne!(ids[0], ids[2]);
    assert_eq!(ids[0].len(), 32);
    let dropped = csv("id,n\na,1\na,1\nb,1\n", "    key: none\n    duplicates: keep first\n", ID_N);
    assert_eq!((dropped.rows.len(), dropped.loaded.totals.duplicates), (2, 1));
}

#[test]
fn events_become_one_row_a_case() {
    let fields: &[(&str, FieldType)] = &[
        ("id", Text),
        ("status", Text),
        ("opened", Timestamp),
        ("closed", Timestamp),
        ("reopened", Timestamp),
    ];
    let text = r#"
zone: UTC
tables:
  calls:
    files: calls.csv
    rejects: 1
    columns: {id: id, status: s, opened: at, closed: at, reopened: at, at: at}
    fold:
      case: id
      order: at
      columns: {opened: first, closed: {last where: {s: [Closed, Done]}}, reopened: {first where: {status: Again}}}
"#;
    let content = "id,s,at\n7,Closed,2026-01-02 00:00\n8,New,2026-01-05 00:00\n7,New,2026-01-01 00:00\n7,Note,2026-01-03 00:00\n8,Closed,bad\n";
    let out = load(&[("calls.csv", content.as_bytes())], text, fields).unwrap();
    assert_eq!(out.field("id"), ["7", "8"]);
    assert_eq!(out.field("status"), ["Note", "New"]);
    assert_eq!(out.field("opened"), ["2026-01-01 00:00:00", "2026-01-05 00:00:00"]);
    assert_eq!(out.field("closed"), ["2026-01-02 00:00:00", "-"]);
    assert_eq!(out.field("reopened"), ["-", "-"]);
    assert_eq!(out.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [5, 3]);
    let totals = &out.loaded.totals;
    assert_eq!((totals.read, totals.accepted, totals.folded), (5, 2, 2));
    out.adds_up();
}

#[test]
fn only_the_columns_that_are_needed_decide_what_is_rejected() {
    let text = "tables:\n  calls:\n    files: calls.csv\n    columns: {id: id, n: n}\n";
    let out = load(&[("calls.csv", b"id,n\na,one\n")], text, &[("id", Text)]).unwrap();
    assert_eq!((out.error, out.rows.len()), (None, 1));
}

#[test]
fn a_field_the_book_does_not_map_is_an_error() {
    let text = "tables:\n  calls:\n    files: calls.csv\n    columns: {id: id, nn: n}\n";
    let error = load(&[("calls.csv", b"id,n\na,1\n")], text, ID_N).err().unwrap();
    assert_eq!(error.message, "the data book does not say where `n` of `calls` stands; it has `nn`");
}

#[test]
fn spans_are_local_to_the_zone_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("calls.csv"),
        "id,at\n1,2026-07-01 00:30:00Z\n2,2026-07-02 12:00:00Z\n",
    )
    .unwrap();
    let text = "tables:\n  calls:\n    files: calls.csv\n    columns: {id: id, at: at}\n";
    let book = book::read(text, &folder.path().join("data.yaml")).unwrap();
    let needs = Needs { fields: ["at".to_string()].into(), ..Needs::default() };
    let reader = open(&book, &table(&[("id", Text), ("at", Timestamp)]), &needs).unwrap();
    let mut reader = reader.spans_in(&Zone::new("America/New_York").unwrap());
    assert!(reader.by_ref().all(|batch| batch.is_ok_and(|batch| batch.ids.is_none())));
    let wanted = ("2026-06-30 20:30:00".to_string(), "2026-07-02 08:00:00".to_string());
    assert_eq!(reader.finish().totals.spans["at"], wanted);
}

#[test]
fn large_files_come_in_batches_in_file_order() {
    let rows = CHUNK_ROWS * 3 + 3;
    let content: String =
        std::iter::once("id,n\n".to_string()).chain((0..rows).map(|n| format!("k{n},{n}\n"))).collect();
    let out = csv(&content, "", ID_N);
    assert_eq!(out.rows.len(), rows);
    assert!(
        out.rows.iter().zip(0_u64..).all(|(row, n)| row.line == n + 2 && row.fields["n"] == n.to_string())
    );
    out.adds_up();
}

#[test]
fn checking_the_data_reads_every_column_of_the_book() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("calls.csv"), "id,n,at\na,1,2026-01-05 09:00\nb,x,2026-03-31 18:30\n")
        .unwrap();
    let text =
        "zone: Europe/London\ntables:\n  calls:\n    files: calls.csv\n    columns: {id: id, n: n, at: at}\n";
    let book = book::read(text, &folder.path().join("data.yaml")).unwrap();
    let contract = book::tests::contract(&[("id", Text), ("n", Whole), ("at", Timestamp)], &[]);
    let checks = check(&book, &contract);
    assert_eq!(checks.len(), 1);
    assert_eq!(checks[0].loaded.rejects[0].column, "n");
    assert!(checks[0].error.as_ref().unwrap().message.starts_with("1 row of `calls` cannot be read"));
    assert_eq!(
        checks[0].loaded.totals.spans["at"],
        ("2026-01-05 09:00:00".into(), "2026-01-05 09:00:00".into())
    );
}

#[test]
fn holidays_come_from_the_book_or_a_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("h.csv"), "name,day\nChristmas,25/12/2026\nNew Year,01/01/2026\n,\n")
        .unwrap();
    let text = "holidays:\n  a: {dates: [2026-12-26, 2026-12-25, 2026-12-26]}\n  b: {file: h.csv, column: day, format: \"%d/%m/%Y\"}\n  c: {file: h.csv, column: day}\n  d: {file: h.csv, column: date}\n";
    let book = book::read(text, &folder.path().join("data.yaml")).unwrap();
    let dates =
        |list| holidays(&book, list).map(|dates| dates.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(dates("a").unwrap(), ["2026-12-25", "2026-12-26"]);
    assert_eq!(dates("b").unwrap(), ["2026-01-01", "2026-12-25"]);
    let error = dates("c").unwrap_err();
    assert_eq!((error.message.as_str(), error.line), ("`25/12/2026` is not a date", Some(2)));
    assert!(dates("d").unwrap_err().message.contains("there is no column `date`"));
    assert!(dates("e").unwrap_err().message.contains("no holiday list `e`"));
    assert_eq!(
        holiday_file(&book, "b").unwrap().map(|file| (file.path, file.rows)),
        Some(("h.csv".into(), 3))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The order of rows changes neither which rows are accepted nor their ids.
    #[test]
    fn the_order_of_rows_does_not_matter(
        (rows, shuffled) in prop::collection::vec(("[ab]{0,2}", "[1x]{1,2}"), 0..12)
            .prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        rule in prop::sample::select(vec!["", "    duplicates: keep first\n", "    fold: {case: id, order: n, take: last}\n"]),
    ) {
        let keyless = !rule.contains("fold");
        let read = |rows: &[(String, String)]| {
            let lines: String = rows.iter().map(|(id, n)| format!("{id},{n}\n")).collect();
            let key = if keyless { "    key: none\n" } else { "" };
            let out = csv(&format!("id,n\n{lines}"), &format!("{key}    rejects: 99\n{rule}"), ID_N);
            out.adds_up();
            let mut rows: Vec<(String, BTreeMap<String, String>)> = out.rows.into_iter().map(|row| (row.id, row.fields)).collect();
            rows.sort();
            (rows, out.loaded.totals.rejected)
        };
        prop_assert_eq!(read(&rows), read(&shuffled));
    }
}
