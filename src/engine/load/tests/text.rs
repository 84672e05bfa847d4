//! Text files as they come: damaged, ragged, oddly encoded.

use proptest::prelude::*;

use super::*;
use FieldType::{Text, Timestamp, Whole};

const ID_N: &[(&str, FieldType)] = &[("id", Text), ("n", Whole)];
const BOOK: &str = "tables:\n  calls:\n    files: calls.csv\n    rejects: 9\n    columns: {id: id, n: n}\n";

/// The fault of a file `calls.csv`.
#[track_caller]
fn fault(content: &[u8], more: &str) -> EngineError {
    let text = format!("tables:\n  calls:\n    files: calls.csv\n{more}    columns: {{id: id, n: n}}\n");
    match load(&[("calls.csv", content)], &text, ID_N) {
        Err(error) => error,
        Ok(out) => out.error.unwrap(),
    }
}

#[test]
fn leading_zeros_survive_and_lines_are_counted_with_the_heading() {
    for content in
        ["id,n\n0007,1\n\n08,\n", "\u{feff}id,n\r\n0007,1\r\n\r\n08,\r\n", " id , n \n0007, 1\n\n08,"]
    {
        let out = csv(content, "", ID_N);
        assert_eq!(out.field("id"), ["0007", "08"]);
        assert_eq!(out.field("n"), ["1", "-"]);
        assert_eq!((out.rows[0].line, out.rows[1].line), (2, 4), "{content:?}");
        out.adds_up();
    }
}

#[test]
fn a_quoted_cell_may_hold_signs_and_line_ends() {
    let out = csv("id,n\n\"a,\"\"b\"\"\nc\",1\n\"\",2\nx\"y,3\n", "    key: none\n", ID_N);
    assert_eq!(out.field("id"), ["a,\"b\"\nc", "-", "x\"y"]);
    assert_eq!(out.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 4, 5]);
}

#[test]
fn a_quotation_mark_that_never_closes_is_an_error() {
    let error = fault(b"id,n\na,1\n\"b,2\nc,3\n", "");
    assert_eq!(error.line, Some(3));
    assert_eq!(error.message, "a quotation mark opens a cell here and is never closed");
    let literal = csv("id,n\n\"b,2\n", "    quotes: no\n", ID_N);
    assert_eq!(literal.field("id"), ["\"b"]);
}

#[test]
fn ragged_rows_are_rejected_with_their_line() {
    let out = csv("id,n\na\nb,1,2\nc,3\n\"d\"x\"y,4\n", "    rejects: 3\n", ID_N);
    assert_eq!(out.field("id"), ["c"]);
    let wanted = [
        (2, "", "1 cells, 2 columns", "the row has too few cells"),
        (3, "", "3 cells, 2 columns", "the row has too many cells"),
        (5, "", "\"d\"x\"y,4", "text follows a closing quotation mark"),
    ];
    assert_eq!(out.rejects(), wanted);
    out.adds_up();
}

#[test]
fn too_many_rejected_rows_stop_the_run_but_are_still_listed() {
    let out = csv("id,n\na,one\nb,2\nc,2.5\n", "    rejects: 1\n", ID_N);
    let error = out.error.as_ref().unwrap();
    let message = "2 rows of `calls` cannot be read, and the data book allows 1:\n  \
        calls.csv:2, column `n`: `one` is not a whole number\n  calls.csv:4, column `n`: `2.5` is not a whole number";
    assert_eq!(error.message, message);
    assert!(error.help.as_ref().unwrap().contains("`rejects: 2`"));
    assert_eq!(out.loaded.rejects.len(), 2);
    assert_eq!(out.loaded.totals.rejected["is not a whole number"], 2);
    out.adds_up();
    assert_eq!(csv("id,n\na,one\nb,2\nc,2.5\n", "    rejects: 2\n", ID_N).error, None);
}

#[test]
fn binary_junk_is_rejected_with_its_column() {
    let content = [&b"id,n\n"[..], b"a\xff\xfe,1\n", b"b\0,2\n", b"c,3\n"].concat();
    let out = load(&[("calls.csv", &content)], BOOK, ID_N).unwrap();
    assert_eq!(out.field("id"), ["c"]);
    let reasons: Vec<(u64, &str, &str)> = out.rejects().into_iter().map(|it| (it.0, it.1, it.3)).collect();
    let wanted = [(2, "id", "has bytes that are no letters in this encoding"), (3, "id", "has a zero byte")];
    assert_eq!(reasons, wanted);
}

#[test]
fn a_row_of_ten_megabytes_is_a_row() {
    let long = "x".repeat(10_000_000);
    let out = csv(&format!("id,n\n{long},1\n\"{long}\",2\nb,3\n"), "    duplicates: keep first\n", ID_N);
    assert_eq!(out.rows.iter().map(|row| row.fields["id"].len()).collect::<Vec<_>>(), [10_000_000, 1]);
    assert_eq!(out.loaded.totals.duplicates, 1);
}

#[test]
fn files_that_are_not_there_or_empty_say_so() {
    assert!(fault(b"", "").message.contains("the file is empty"));
    assert!(fault(b"\xef\xbb\xbf", "").message.contains("the file is empty"));
    let only_heading = csv("id,n\n", "", ID_N);
    assert_eq!((only_heading.error, only_heading.loaded.totals.read), (None, 0));
    let error = load(&[], BOOK, ID_N).unwrap().error.unwrap();
    assert_eq!((error.message.as_str(), error.file.as_deref()), ("there is no such file", Some("calls.csv")));
    let text = BOOK.replace("calls.csv", "\"*.csv\"");
    let error = load(&[], &text, ID_N).err().unwrap();
    assert_eq!(
        (error.message.as_str(), error.file.as_deref()),
        ("no file matches this pattern", Some("*.csv"))
    );
}

#[test]
fn a_file_matched_twice_is_refused() {
    let text = BOOK.replace("calls.csv", "[\"*.csv\", \"./calls.csv\"]");
    let error = load(&[("calls.csv", b"id,n\n")], &text, ID_N).err().unwrap();
    assert!(error.message.starts_with("the file is read twice"), "{}", error.message);
}

#[test]
fn a_missing_heading_names_those_there_are() {
    let error = fault(b"id,nn\na,1\n", "");
    assert_eq!(error.message, "there is no column `n`; the file has `id`, `nn`");
    assert_eq!(error.help.as_deref(), Some("did you mean `nn`?"));
    assert_eq!(error.line, Some(1));
    let twice = fault(b"id,n,n\na,1,2\n", "");
    assert_eq!(twice.message, "2 columns are headed `n`");
}

#[test]
fn headings_may_stand_deeper_or_not_at_all() {
    let deeper = csv("report of May\n\nid,n\ntext,number\na,1\n", "    header: {line: 3, skip: 1}\n", ID_N);
    assert_eq!((deeper.field("id"), deeper.rows[0].line), (vec!["a"], 5));
    let text = "tables:\n  calls:\n    files: calls.csv\n    header: no\n    columns: {id: {column: 2}, n: {column: 1}}\n";
    let none = load(&[("calls.csv", b"1,a\n2,b\n")], text, ID_N).unwrap();
    assert_eq!((none.field("id"), none.rows[0].line), (vec!["a", "b"], 1));
    let error = load(&[("calls.csv", b"1\n")], text, ID_N).unwrap().error.unwrap();
    assert_eq!(error.message, "there is no column 2; the file has 1");
}

#[test]
fn cells_may_stand_between_other_signs() {
    for (sign, written) in [(";", "\";\""), ("|", "\"|\""), ("\t", "\"\\t\"")] {
        let out = csv(
            &format!("id{sign}n\na,b{sign}1\n{sign}\n"),
            &format!("    key: none\n    delimiter: {written}\n"),
            ID_N,
        );
        assert_eq!((out.field("id"), out.field("n")), (vec!["a,b", "-"], vec!["1", "-"]), "{sign:?}");
    }
}

#[test]
fn files_come_in_the_order_of_their_names_with_their_digests() {
    let text = BOOK.replace("calls.csv", "[\"data/*.csv\", a.csv]");
    let files: [(&str, &[u8]); 3] =
        [("data/2.csv", b"id,n\nc,3\n"), ("data/1.csv", b"n,id\n2,b\n"), ("a.csv", b"id,n\na,1\n")];
    let out = load(&files, &text, ID_N).unwrap();
    assert_eq!(out.field("id"), ["a", "b", "c"]);
    assert_eq!(out.rows.iter().map(|row| row.file).collect::<Vec<_>>(), [0, 1, 2]);
    let first = &out.loaded.totals.files[0];
    assert_eq!((first.path.as_str(), first.rows, first.bytes), ("a.csv", 1, 9));
    // printf 'id,n\na,1\n' | sha256sum
    assert_eq!(first.sha256, "7f2225dd0860b4ede80af8f2159f8b4b3276a154e6382d6c02269b8fcbe46d9a");
    assert_eq!(out.loaded.totals.files[1].path, "data/1.csv");
}

#[test]
fn letters_are_read_in_the_encoding_the_book_names() {
    let word = "é한\u{1F600}";
    let utf16 = |big: bool, mark: bool, text: &str| -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let text = format!("id,n\n{word},1\n");
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("utf-8", text.clone().into_bytes(), word),
        ("utf-16", utf16(false, true, &text), word),
        ("utf-16", utf16(true, true, &text), word),
        ("utf-16le", utf16(false, false, &text), word),
        ("utf-16be", utf16(true, false, &text), word),
        ("latin-1", b"id,n\n\xe9\x80,1\n".to_vec(), "é\u{80}"),
        ("windows-1252", b"id,n\n\xe9\x80,1\n".to_vec(), "é€"),
    ];
    for (encoding, content, wanted) in cases {
        let book = BOOK.replace("    rejects", &format!("    encoding: {encoding}\n    rejects"));
        let out = load(&[("calls.csv", &content)], &book, ID_N).unwrap();
        assert_eq!(out.field("id"), [wanted], "{encoding}");
    }
    // 한글 in CP949; the second byte of the last letter is an ASCII letter.
    let book = BOOK.replace("    rejects", "    encoding: cp949\n    rejects");
    let out = load(&[("calls.csv", b"id,n\n\xc7\xd1\xb1\xdb\x81\x41,1\n\xc7,2\n")], &book, ID_N).unwrap();
    assert_eq!(out.field("id"), ["한글갂"]);
    assert_eq!(out.rejects()[0].3, "has bytes that are no letters in this encoding");
}

#[test]
fn half_a_letter_of_utf16_is_rejected() {
    let units: Vec<u8> =
        "id,n\n".encode_utf16().chain([0xd800, 0x2c, 0x31, 0x0a]).flat_map(u16::to_le_bytes).collect();
    let book = BOOK.replace("    rejects", "    encoding: utf-16\n    rejects");
    let out = load(&[("calls.csv", &units)], &book, ID_N).unwrap();
    assert_eq!((out.rows.len(), out.loaded.totals.read), (0, 1));
}

#[test]
fn a_packed_file_that_was_cut_off_is_an_error() {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(b"id,n\na,1\n").unwrap();
    let packed = packer.finish().unwrap();
    let text = BOOK.replace("calls.csv", "calls.csv.gz");
    let out = load(&[("calls.csv.gz", &packed)], &text, ID_N).unwrap();
    assert_eq!(out.field("id"), ["a"]);
    assert_eq!(out.loaded.totals.files[0].bytes, u64::try_from(packed.len()).unwrap());
    let cut = &packed[..packed.len() - 6];
    let error = load(&[("calls.csv.gz", cut)], &text, ID_N).unwrap().error.unwrap();
    assert!(error.message.contains("cut off"), "{}", error.message);
}

#[test]
fn a_time_the_clocks_skip_or_repeat_is_read_by_the_rule_and_counted() {
    // London 2026: 29 March 01:30 does not exist, 25 October 01:30 happens twice.
    let content = "id,at\n1,2026-03-29 01:30\n2,2026-10-25 01:30\n3,2026-03-29 00:59\n4,2026-10-25 02:00\n";
    let fields: &[(&str, FieldType)] = &[("id", Text), ("at", Timestamp)];
    let at = |rule: &str| csv(content, &format!("    zone: Europe/London\n{rule}"), fields);
    let later = at("    dst: {gap: later, fold: second}\n");
    let exact = ["2026-03-29 00:59:00", "2026-10-25 02:00:00"];
    assert_eq!(later.field("at"), ["2026-03-29 01:30:00", "2026-10-25 01:30:00", exact[0], exact[1]]);
    assert_eq!((later.loaded.totals.dst_gaps, later.loaded.totals.dst_folds), (1, 1));
    let earlier = at("    dst: {gap: earlier, fold: first}\n");
    assert_eq!(earlier.field("at"), ["2026-03-29 00:30:00", "2026-10-25 00:30:00", exact[0], exact[1]]);
    let rejected = at("    rejects: 2\n");
    assert_eq!(rejected.field("at"), exact);
    assert_eq!(rejected.rejects()[0].3, "does not exist in `Europe/London`: the clocks skip it");
    assert_eq!(rejected.rejects()[1].3, "happens twice in `Europe/London`: the clocks repeat it");
}

proptest! {
    /// What another writer of CSV has written is read cell by cell.
    #[test]
    fn written_csv_is_read_back(rows in prop::collection::vec(("[a\",\n\r é]{0,4}", 0_i64..9), 1..12)) {
        let mut writer = ::csv::Writer::from_writer(b"id,n\n".to_vec());
        for (id, n) in &rows {
            writer.serialize((id, n)).unwrap();
        }
        let content = writer.into_inner().unwrap();
        let text = "tables:\n  calls:\n    files: calls.csv\n    key: none\n    columns: {id: {from: id, trim: no}, n: n}\n";
        let out = load(&[("calls.csv", &content)], text, ID_N).unwrap();
        prop_assert_eq!(&out.error, &None);
        let wanted: Vec<&str> = rows.iter().map(|(id, _)| if id.trim().is_empty() { "-" } else { id }).collect();
        prop_assert_eq!(out.field("id"), wanted);
    }

    /// No bytes bring the reader down, and every row is accounted for.
    #[test]
    fn any_bytes_are_read_or_refused(
        content in prop::collection::vec(prop::sample::select(b"a1,\"\n\r\0\xff\xc7{}: \t".to_vec()), 0..60),
        format in prop::sample::select(vec!["csv", "tsv", "columns", "jsonl", "parquet", "xlsx"]),
        encoding in prop::sample::select(vec!["utf-8", "utf-16", "cp949", "latin-1"]),
    ) {
        let text = format!("tables:\n  calls:\n    files: c\n    format: {format}\n    encoding: {encoding}\n    rejects: 99\n    columns: {{id: {{from: id, optional: yes}}, n: {{value: 1}}}}\n    key: none\n");
        if let Ok(out) = load(&[("c", &content)], &text, ID_N) && out.error.is_none() {
            out.adds_up();
        }
    }
}

#[test]
fn digests_and_spans_that_nobody_asks_for_are_not_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("calls.csv"), "at\n2026-01-05 10:00\n").unwrap();
    let text = "zone: UTC\ntables:\n  calls:\n    files: calls.csv\n    columns: {at: at}\n";
    let book = book::read(text, &folder.path().join("data.yaml")).unwrap();
    let account = |unaccounted: bool| {
        let needs = Needs { fields: ["at".to_string()].into(), unaccounted, ..Needs::default() };
        let mut reader = open(&book, &table(&[("at", FieldType::Timestamp)]), &needs).unwrap();
        assert!(reader.by_ref().all(|batch| batch.is_ok()));
        let mut totals = reader.finish().totals;
        let file = totals.files.remove(0);
        (file.rows, file.bytes, file.sha256.len(), totals.spans.len())
    };
    assert_eq!((account(false), account(true)), ((1, 20, 64, 1), (1, 20, 0, 0)));
}
