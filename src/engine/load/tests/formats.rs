//! Types and file formats: what each spelling becomes.

use std::sync::Arc;

use arrow::array::*;
use arrow::datatypes::{DataType, Int32Type};
use parquet::arrow::ArrowWriter;

use super::*;
use FieldType::{Date, Duration, Money, Number, Text, Timestamp, Whole, YesNo};

/// What cells become in a column described by `column`; a rejected one is its reason.
fn cells(kind: FieldType, column: &str, texts: &[&str]) -> Vec<String> {
    let content: String = texts.iter().map(|text| format!("\"{}\"\n", text.replace('"', "\"\""))).collect();
    let text = format!(
        "zone: UTC\ntables:\n  calls:\n    files: calls.csv\n    rejects: 99\n    columns: {{v: {{from: V{column}}}}}\n"
    );
    let out = load(&[("calls.csv", format!("V\n{content}").as_bytes())], &text, &[("v", kind)]).unwrap();
    let mut cells: Vec<(u64, String)> =
        out.rows.iter().map(|row| (row.line, row.fields["v"].clone())).collect();
    cells.extend(out.loaded.rejects.iter().map(|it| (it.line, it.reason.clone())));
    cells.sort();
    cells.into_iter().map(|cell| cell.1).collect()
}

#[test]
fn numbers_are_exact_or_rejected() {
    let read = cells(Number, "", &["1.5", "-0.000000001", "+7", ".5", "1e3", "1.5E-3", "0.10000000000", ""]);
    let wanted = [
        "1.500000000",
        "-0.000000001",
        "7.000000000",
        "0.500000000",
        "1000.000000000",
        "0.001500000",
        "0.100000000",
        "-",
    ];
    assert_eq!(read, wanted);
    let bad = cells(
        Number,
        "",
        &["0.1234567891", "1,5", "1_000", "NaN", "-", "1e99", "1234567890123456789", "1 2"],
    );
    let wanted = [
        "has more than 9 decimals",
        "is not a number",
        "is not a number",
        "is not a number",
        "is not a number",
        "is too large a number",
        "is too large a number",
        "is not a number",
    ];
    assert_eq!(bad, wanted);
    let german = cells(
        Money,
        ", decimal: \",\", thousands: \".\", strip: [\"€\"]",
        &["1.250,5", "€ -3,00", "12.50", "1.000.000 €"],
    );
    assert_eq!(german, ["1250.500000000", "-3.000000000", "is not a number", "1000000.000000000"]);
    assert_eq!(cells(Number, ", strip: [\"%\"]", &["97.5 %", "5%"]), ["97.500000000", "5.000000000"]);
}

#[test]
fn whole_numbers_and_yes_or_no() {
    let read = cells(Whole, "", &["007", "-3", "1.0", "1.5", "99999999999999999999", "x"]);
    let not = "is not a whole number";
    assert_eq!(read, ["7", "-3", "1", not, "is too large a number", not]);
    assert_eq!(cells(YesNo, "", &["TRUE", "n", "1", "0", "maybe"])[..4], ["true", "false", "true", "false"]);
    let own = cells(YesNo, ", yes: [ONTIME], no: [OVERDUE]", &["ontime", "OVERDUE", "true"]);
    assert_eq!(own, ["true", "false", "is neither a spelling of yes nor of no"]);
}

#[test]
fn durations_are_exact_microseconds() {
    assert_eq!(cells(Duration, ", unit: hours", &["1.5", "0"]), ["5400000000", "0"]);
    assert_eq!(
        cells(Duration, ", unit: milliseconds", &["1.5", "0.0001"]),
        ["1500", "is not a whole number of microseconds"]
    );
    assert_eq!(cells(Duration, ", unit: days", &["18"]), [(18_i64 * 86_400_000_000).to_string()]);
    let clock = cells(
        Duration,
        ", unit: \"hh:mm:ss\"",
        &["33:46:18", "02:03", "1:00:00.25", "1.02:03:04", "1 02:03:04", "-0:00:01"],
    );
    assert_eq!(clock, ["121578000000", "123000000", "3600250000", "93784000000", "93784000000", "-1000000"]);
    assert!(
        cells(Duration, ", unit: \"hh:mm:ss\"", &["1:60:00", "5", "a:b:c", ""])[..3]
            .iter()
            .all(|it| it.contains("hh:mm:ss"))
    );
    assert_eq!(cells(Duration, ", unit: \"hh:mm\"", &["1:30"]), ["5400000000"]);
    // ServiceNow writes 33 h 46 m 18 s as a date.
    assert_eq!(cells(Duration, ", unit: since 1970", &["1970-01-02 09:46:18"]), ["121578000000"]);
}

#[test]
fn times_and_dates_follow_the_formats_of_the_book() {
    let two = ", format: [\"%d/%m/%Y %H:%M\", iso], zone: Europe/London";
    assert_eq!(
        cells(Timestamp, two, &["1/7/2026 12:00", "2026-07-01T12:00:00+02:00"]),
        ["2026-07-01 11:00:00", "2026-07-01 10:00:00"]
    );
    assert_eq!(
        cells(Timestamp, two, &["noon"]),
        ["is not a time written like `%d/%m/%Y %H:%M` or `2026-01-31 14:05:00`"]
    );
    assert_eq!(cells(Timestamp, ", format: epoch-milliseconds", &["0"]), ["1970-01-01 00:00:00"]);
    assert_eq!(
        cells(Timestamp, ", format: \"%Y-%m-%d\", zone: Europe/London", &["2026-07-01"]),
        ["2026-06-30 23:00:00"]
    );
    assert_eq!(cells(Date, "", &["2026-02-28", "2026-02-29"])[0], "2026-02-28");
    assert_eq!(cells(Date, ", format: \"%d.%m.%Y %H:%M\"", &["28.02.2026 23:59"]), ["2026-02-28"]);
    assert_eq!(cells(Date, ", format: epoch-seconds, zone: America/New_York", &["0"]), ["1969-12-31"]);
}

#[test]
fn texts_are_split_mapped_and_trimmed() {
    assert_eq!(cells(Text, ", missing: [\"?\", \"N/A\"]", &[" a ", "?", "N/A", " "]), ["a", "-", "-", "-"]);
    assert_eq!(cells(Text, ", trim: no", &[" a "]), [" a "]);
    assert_eq!(
        cells(Text, ", split: \" / \", part: 2", &["a / b / c", "a"]),
        ["b", "has no part 2 between ` / `"]
    );
    let map = ", map: {\"1 - Critical\": P1, \"2\": \"\"}";
    assert_eq!(cells(Text, map, &["1 - Critical", "2", "3"]), ["P1", "-", "has no entry in `map`"]);
    assert_eq!(cells(Text, &format!("{map}, unmapped: keep"), &["3"]), ["3"]);
    assert_eq!(cells(Text, &format!("{map}, unmapped: missing"), &["3"]), ["-"]);
}

#[test]
fn a_text_is_looked_up_in_a_list() {
    let text = "tables:\n  calls:\n    files: calls.csv\n    rejects: 1\n    columns:\n      v: {from: V, lookup: {file: l.csv, match: K, take: D}, unit: days}\n";
    let load =
        |list: &[u8]| load(&[("calls.csv", b"V\nHR\nXX\n"), ("l.csv", list)], text, &[("v", Duration)]);
    let out = load(b"D,K\n18,HR\n").unwrap();
    assert_eq!(
        (out.field("v"), out.rejects()[0].3),
        (vec!["1555200000000"], "is not in the list it is looked up in")
    );
    let error = load(b"D,K\n18,HR\n19,HR\n").err().unwrap();
    assert_eq!((error.message.as_str(), error.line), ("`HR` stands for `18` and for `19`", Some(3)));
}

#[test]
fn a_constant_and_an_optional_column_need_no_heading() {
    let text = "tables:\n  calls:\n    files: [{path: a.csv, set: {m: 2026-01-01}}, b.csv]\n    key: none\n    columns:\n      c: {value: phone}\n      o: {from: O, optional: yes}\n      m: {from: M}\n";
    let fields = [("c", Text), ("o", Text), ("m", Date)];
    let out = load(&[("a.csv", b"X\n1\n"), ("b.csv", b"M,O\n2026-02-01,yes\n")], text, &fields).unwrap();
    assert_eq!((out.field("c"), out.field("o")), (vec!["phone", "phone"], vec!["-", "yes"]));
    assert_eq!(out.field("m"), ["2026-01-01", "2026-02-01"]);
}

#[test]
fn json_lines_keep_their_numbers_and_find_paths() {
    let text = "zone: UTC\ntables:\n  calls:\n    files: calls.jsonl\n    rejects: 9\n    key: none\n    columns:\n      id: id\n      n: {from: stats.n}\n      c: via.channel\n      u: \":updated.at\"\n      b: open\n";
    let fields = [("id", Text), ("n", Number), ("c", Text), ("u", Text), ("b", YesNo)];
    let content = "{\"id\": \"007\", \"stats\": {\"n\": 0.1}, \"via\": {\"channel\": \"é\\n\"}, \":updated.at\": 5, \"open\": true}\n\
        {\"id\": 12345678901234567890, \"stats\": {\"n\": null}, \"via\": null}\n\n\
        {\"id\": [1]}\n{\"id\": 1\n5\n";
    let out = load(&[("calls.jsonl", content.as_bytes())], text, &fields).unwrap();
    assert_eq!(
        (out.field("id"), out.field("n")),
        (vec!["007", "12345678901234567890"], vec!["0.100000000", "-"])
    );
    assert_eq!(
        (out.field("c"), out.field("u"), out.field("b")),
        (vec!["é", "-"], vec!["5", "-"], vec!["true", "-"])
    );
    let lines: Vec<(u64, &str)> = out.rejects().into_iter().map(|it| (it.0, it.3)).collect();
    assert_eq!(
        lines,
        [(4, "is a list, not one value"), (5, "is not a JSON object"), (6, "is not a JSON object")]
    );
}

#[test]
fn parquet_types_are_read_exactly() {
    let decimals = Decimal128Array::from(vec![Some(12_345), None]).with_precision_and_scale(10, 3).unwrap();
    let nanos = TimestampNanosecondArray::from(vec![1_500_000_001_000, 1_500_000_001_500]);
    let moments = TimestampMillisecondArray::from(vec![1_782_907_200_000, 0]).with_timezone("Europe/London");
    let dictionary: DictionaryArray<Int32Type> = vec!["x", "y"].into_iter().collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("text", Arc::new(StringArray::from(vec!["007", "b"]))),
        ("view", Arc::new(StringViewArray::from(vec!["v", "w"]))),
        ("dict", Arc::new(dictionary)),
        ("int", Arc::new(Int64Array::from(vec![Some(-5), None]))),
        ("unused", Arc::new(Int8Array::from(vec![1, 2]))),
        ("double", Arc::new(Float64Array::from(vec![0.1, 2.0]))),
        ("dec", Arc::new(decimals)),
        ("yes", Arc::new(BooleanArray::from(vec![true, false]))),
        ("local", Arc::new(TimestampSecondArray::from(vec![1_782_907_200, 0]))),
        ("zoned", Arc::new(moments)),
        ("nanos", Arc::new(nanos)),
        ("day", Arc::new(Date32Array::from(vec![20_000, 0]))),
        ("took", Arc::new(DurationMillisecondArray::from(vec![1500, 2]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    assert!(matches!(batch.column(2).data_type(), DataType::Dictionary(..)));
    let mut content = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut content, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let names =
        ["text", "view", "dict", "int", "double", "dec", "yes", "local", "zoned", "nanos", "day", "took"];
    let kinds =
        [Text, Text, Text, Whole, Number, Money, YesNo, Timestamp, Timestamp, Timestamp, Date, Duration];
    let fields: Vec<(&str, FieldType)> = names.into_iter().zip(kinds).collect();
    let columns: String = names.iter().map(|name| format!("      {name}: {name}\n")).collect();
    let text = format!(
        "zone: Europe/London\ntables:\n  calls:\n    files: c.parquet\n    rejects: 1\n    columns:\n{columns}"
    );
    let out = load(&[("c.parquet", &content)], &text, &fields).unwrap();
    assert_eq!(out.rejects(), [(2, "nanos", "", "is finer than a microsecond")]);
    let row: Vec<&str> = names.iter().map(|name| out.rows[0].fields[*name].as_str()).collect();
    // 1,782,907,200 s is 2026-07-01 12:00 UTC; on a London clock that is 11:00 UTC. In January 1970 London had
    // summer time all year: 00:25 there is 23:25 UTC. Day 20,000 is 2024-10-04.
    let wanted = [
        "007",
        "v",
        "x",
        "-5",
        "0.100000000",
        "12.345000000",
        "true",
        "2026-07-01 11:00:00",
        "2026-07-01 12:00:00",
        "1969-12-31 23:25:00.000001",
        "2024-10-04",
        "1500000",
    ];
    assert_eq!(row, wanted);
    assert_eq!(out.loaded.totals.files[0].bytes, u64::try_from(content.len()).unwrap());
}

/// A workbook of one sheet: its XML between `<sheetData>` tags, packed without compression.
fn workbook(rows: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let relation = |id: u8, kind: &str, target: &str| {
        format!("<Relationship Id=\"r{id}\" Type=\"{office}/{kind}\" Target=\"{target}\"/>")
    };
    let relations =
        |inner: String| format!("<Relationships xmlns=\"{package}/relationships\">{inner}</Relationships>");
    let formats = "<xf numFmtId=\"0\"/><xf numFmtId=\"22\"/><xf numFmtId=\"46\"/>";
    zip(&[
        ("[Content_Types].xml", format!("<Types xmlns=\"{package}/content-types\"/>")),
        ("_rels/.rels", relations(relation(1, "officeDocument", "xl/workbook.xml"))),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"May\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(
                relation(1, "worksheet", "worksheets/sheet1.xml") + &relation(2, "styles", "styles.xml"),
            ),
        ),
        ("xl/styles.xml", format!("<styleSheet xmlns=\"{main}\"><cellXfs>{formats}</cellXfs></styleSheet>")),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ])
}

/// A zip archive of stored files.
fn zip(files: &[(&str, String)]) -> Vec<u8> {
    let (mut content, mut folder) = (Vec::new(), Vec::new());
    for (name, text) in files {
        let mut crc = flate2::Crc::new();
        crc.update(text.as_bytes());
        let size = u32::try_from(text.len()).unwrap().to_le_bytes();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let shared =
            [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &crc.sum().to_le_bytes(), &size, &size, &length, &[0, 0]]
                .concat();
        let offset = u32::try_from(content.len()).unwrap().to_le_bytes();
        folder.extend([&b"PK\x01\x02\x14\x00"[..], &shared, &[0; 10], &offset, name.as_bytes()].concat());
        content.extend([&b"PK\x03\x04"[..], &shared, name.as_bytes(), text.as_bytes()].concat());
    }
    let count = u16::try_from(files.len()).unwrap().to_le_bytes();
    let (size, start) = (u32::try_from(folder.len()).unwrap(), u32::try_from(content.len()).unwrap());
    let end =
        [&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &size.to_le_bytes(), &start.to_le_bytes(), &[0, 0]]
            .concat();
    [content, folder, end].concat()
}

#[test]
fn a_workbook_is_read_with_its_dates_and_texts() {
    let text = |at: &str, text: &str| format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let names = [("B2", "id"), ("C2", "n"), ("D2", "at"), ("E2", "took"), ("F2", "open")];
    let heading: String = names.iter().map(|(at, name)| text(at, name)).collect();
    // 45943.541 is 2025-10-13 12:59:02.400; 1.5 days as [h]:mm:ss are 36 hours.
    let id = text("B3", "007");
    let row = [
        id.as_str(),
        "<c r=\"C3\"><v>0.1</v></c><c r=\"D3\" s=\"1\"><v>45943.541</v></c>",
        "<c r=\"E3\" s=\"2\"><v>1.5</v></c><c r=\"F3\" t=\"b\"><v>1</v></c>",
    ];
    let rows = [
        format!("<row r=\"2\">{heading}</row><row r=\"3\">{}</row>", row.concat()),
        "<row r=\"5\"><c r=\"B5\"><v>12</v></c><c r=\"C5\" t=\"e\"><v>#DIV/0!</v></c></row>".to_string(),
        "<row r=\"6\"><c r=\"B6\"><v>12345678901</v></c></row>".to_string(),
    ];
    let book = "zone: UTC\ntables:\n  calls:\n    files: c.xlsx\n    rejects: 1\n    columns: {id: id, n: n, at: at, took: {from: took, unit: seconds}, open: open}\n";
    let fields = [("id", Text), ("n", Number), ("at", Timestamp), ("took", Duration), ("open", YesNo)];
    let content = workbook(&rows.concat());
    let out = load(&[("c.xlsx", &content)], book, &fields).unwrap();
    assert_eq!(out.error, None);
    assert_eq!((out.field("id"), out.field("n")), (vec!["007", "12345678901"], vec!["0.100000000", "-"]));
    let first = (out.field("at")[0], out.field("took")[0], out.field("open")[0]);
    assert_eq!(first, ("2025-10-13 12:59:02.4", "129600000000", "true"));
    assert_eq!(out.rejects(), [(5, "n", "#DIV/0!", "is an error of the workbook")]);
    assert_eq!(out.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 6]);
    let other = book.replace("    rejects", "    sheet: June\n    rejects");
    let error = load(&[("c.xlsx", &content)], &other, &fields).unwrap().error.unwrap();
    assert_eq!(error.message, "there is no sheet `June`; there are `May`");
}
