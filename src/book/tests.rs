//! What a book says, what is wrong with it, and that the reference is right.

use super::*;
use crate::contract::FieldType;

fn faults(text: &str) -> Vec<String> {
    let errors = read(text, Path::new("data.yaml")).unwrap_err();
    let help = |error: &BookError| error.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
    errors.iter().map(|error| format!("{error}{}", help(error))).collect()
}

#[test]
fn every_example_of_the_reference_is_a_book() {
    let reference = include_str!("README.md");
    let blocks: Vec<&str> =
        reference.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 6);
    for block in blocks {
        if let Err(errors) = read(block, Path::new("data.yaml")) {
            panic!("{block}\n{errors:?}");
        }
    }
}

#[test]
fn every_word_of_the_book_is_in_the_reference() {
    let reference = include_str!("README.md");
    let words = decode::words();
    assert!(words.len() > 40);
    for word in words {
        assert!(reference.contains(word), "`{word}` is not explained");
    }
}

#[test]
fn a_book_says_what_was_written() {
    let text = r#"
zone: Europe/London
complete_to: 2026-04-15 23:59:59
tables:
  calls:
    files: ["a*.csv", {path: b.csv, set: {month: 2026-01-01}}]
    delimiter: "\t"
    columns:
      id: Contact ID
      n: {from: [A, B], thousands: ",", missing: [""]}
      waited: {from: Wait, unit: "hh:mm:ss"}
"#;
    let book = read(text, Path::new("books/data.yaml")).unwrap();
    assert_eq!(book.folder, Path::new("books"));
    // 23:59:59 in London's summer is 22:59:59 UTC.
    assert_eq!(book.complete_to("calls"), Some(Instant(1_776_293_999_000_000)));
    let table = &book.tables["calls"];
    assert_eq!((table.key.as_deref(), table.layout.delimiter), (Some(&["id".to_string()][..]), Some(b'\t')));
    assert_eq!(table.files[1].set["month"], "2026-01-01");
    assert_eq!(table.columns["n"].place, Place::Heading(vec!["A".into(), "B".into()], None));
    assert_eq!(table.columns["waited"].cell.unit, Some(DurationUnit::Clock));
}

#[test]
fn all_faults_are_found_with_their_places() {
    let text = "zone: Europe/Londn\ntables:\n  calls:\n    file: a.csv\n    rejects: many\n    columns:\n      id: {form: ID}\n      at: {from: At, format: \"%Q\"}\n";
    let found = faults(text);
    let wanted = [
        "data.yaml:1:7: `Europe/Londn` is not a time zone (did you mean `Europe/London`?)",
        "data.yaml:4:5: the table has no files (add `files: data/calls.csv`, or `relation: service.calls` where a database holds it)",
        "data.yaml:4:5: `file` is not known here (did you mean `files`?)",
        "data.yaml:5:14: `many` is not a whole number from 0 (`10`)",
    ];
    for line in wanted {
        assert!(found.iter().any(|it| it == line), "{line} not in {found:#?}");
    }
    assert!(
        found
            .iter()
            .any(|it| it.starts_with("data.yaml:7:12: `form` is not known here (did you mean `from`?)"))
    );
    assert!(
        found.iter().any(|it| it.starts_with("data.yaml:8:30: `%Q` is not a way to write dates")),
        "{found:#?}"
    );
    assert_eq!(found.len(), 7);
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let book = |more: &str| format!("tables:\n  t:\n    files: a.csv\n{more}\n");
    let one = |more: &str| -> String { faults(&book(more)).join("; ") };
    assert!(
        one("    columns: {a: {from: A, value: b}}").contains("needs one of `from`, `column` and `value`")
    );
    assert!(one("    columns: {a: {from: A, split: x}}").contains("`split` and `part` belong together"));
    assert!(one("    columns: {a: {from: A, unmapped: keep}}").contains("there is none"));
    assert!(one("    columns: {a: {from: A, decimal: \",\", thousands: \",\"}}").contains("are the same"));
    assert!(one("    columns: {a: {from: A, yes: [x], no: [X]}}").contains("cannot mean both"));
    assert!(one("    duplicates: keep latest by v").contains("rows without a key"));
    assert!(one("    relation: select * from a").contains("`select * from a` is not the name of a relation"));
    let relation =
        |more: &str| read(&format!("tables:\n  t:\n    relation: a.b\n{more}\n"), Path::new("data.yaml"));
    assert_eq!(relation("").unwrap().tables["t"].relation.as_deref(), Some("a.b"));
    assert!(relation("    delimiter: \";\"").unwrap_err()[0].message.contains("`delimiter` is about files"));
    assert!(one("    duplicates: drop").contains("`drop` is not a rule for duplicates"));
    assert!(one("    key: a\n    fold: {case: a}").contains("has its case as key"));
    assert!(one("    fold: {order: file}").contains("the field that names the case is missing"));
    assert!(one("    format: cvs").contains("did you mean `csv`?"));
    assert!(one("    files: b.csv").contains("`files` stands here twice"));
    assert!(one("    complete_to: 2026-01-01 00:00:00").contains("has no zone"));
    assert!(faults("").join("").contains("the data book is empty"));
    assert!(faults("holidays: {x: {source: y}}").join("").contains("needs either `file` or `dates`"));
    assert!(faults("a: [").join("").starts_with("data.yaml:"));
}

/// A contract that only has the table `calls` with these fields, and a calendar with these lists.
pub(crate) fn contract(fields: &[(&str, FieldType)], lists: &[&str]) -> Contract {
    use crate::contract::{Calendar, MoneyRounding, Table};
    use crate::value::{Currency, Mode, PeriodLength, Ratio, Rounding, Schedule};
    let day = Date::new(2026, 1, 1).unwrap();
    let fields = fields.iter().map(|(name, kind)| (name.to_string(), *kind)).collect();
    let table = Table { name: "calls".into(), fields, dated_by: "at".into() };
    let zone = Zone::new("UTC").unwrap();
    let calendar = Calendar {
        name: "office".into(),
        zone: zone.clone(),
        week: Default::default(),
        lists: lists.iter().map(ToString::to_string).collect(),
        closed: Vec::new(),
    };
    Contract {
        title: String::new(),
        client: String::new(),
        vendor: String::new(),
        zone,
        currency: Currency::from_code("GBP").unwrap(),
        schedule: Schedule {
            length: PeriodLength::Monthly,
            start_day: 1,
            start_month: 1,
            from: day,
            to: day,
        },
        rounding: MoneyRounding {
            rounding: Rounding { step: Ratio::one(), mode: Mode::HalfUp },
            each_line: true,
        },
        calendars: BTreeMap::from([("office".into(), calendar)]),
        tables: BTreeMap::from([("calls".into(), table)]),
        sets: BTreeMap::new(),
        measures: BTreeMap::new(),
        facts: BTreeMap::new(),
        charges: BTreeMap::new(),
        baselines: Default::default(),
        pools: BTreeMap::new(),
        commitments: BTreeMap::new(),
        conversion: None,
        gates: Vec::new(),
        caps: Vec::new(),
        rights: Vec::new(),
        history: Default::default(),
        maturity: Default::default(),
        remedies: Default::default(),
        series: Default::default(),
        charge_backs: Vec::new(),
        examples: Vec::new(),
        registers: Default::default(),
        governance: Default::default(),
        accepted: Vec::new(),
        defaults: Vec::new(),
        amended: Vec::new(),
    }
}

fn unfit(text: &str, contract: &Contract) -> Vec<String> {
    let errors = read(text, Path::new("data.yaml")).unwrap().check(contract);
    errors
        .iter()
        .map(|error| {
            format!(
                "{}:{} {} | {}",
                error.line,
                error.column,
                error.message,
                error.help.as_deref().unwrap_or("")
            )
        })
        .collect()
}

#[test]
fn a_book_is_compared_with_its_contract() {
    let contract = contract(
        &[
            ("id", FieldType::Text),
            ("waited", FieldType::Duration),
            ("at", FieldType::Timestamp),
            ("paid", FieldType::Timestamp),
        ],
        &["gb-eng"],
    );
    let text = "holidays:\n  gb-en: {dates: []}\ntables:\n  calls:\n    files: a.csv\n    duplicates: keep latest by v\n    columns:\n      id: A\n      wated: B\n      waited: C\n      at: D\n      paid: {from: E, format: epoch-seconds}\n  other:\n    files: b.csv\n";
    let found = unfit(text, &contract);
    let wanted = [
        "1:1 the calendar `office` closes on `gb-eng`, a list the book does not have | did you mean `gb-en`?",
        "5:5 `v` is used by the key, `duplicates`, `known_at` or `fold`, but is no column | one of `at`, `id`, `paid`, `waited`, `wated`",
        "10:15 `waited` is a duration, and its unit is not given | add `unit: seconds` (or milliseconds, minutes, hours, days, \"hh:mm:ss\")",
        "11:11 `at` holds times, and their zone is not given | add `zone: Europe/London` to the book, the table or the column",
    ];
    assert_eq!(found, wanted);
    let misspelt = "zone: UTC\ntables:\n  calls:\n    files: a.csv\n    columns:\n      wated: {from: B, unit: seconds}\n      region: C\nholidays: {gb-eng: {dates: []}}\n";
    assert_eq!(unfit(misspelt, &contract), ["6:14 `calls` has no field `wated` | did you mean `waited`?"]);
    let found =
        unfit("tables:\n  call: {files: a.csv}\nholidays: {gb-eng: {dates: [2026-12-25]}}\n", &contract);
    assert_eq!(
        found,
        ["1:1 the contract needs the table `calls`, which the book does not have | did you mean `call`?"]
    );
}
