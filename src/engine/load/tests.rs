//! Loading from files that the tests write, and from real ones where they are present.

mod formats;
mod lanes;
mod passed;
mod real;
mod rules;
mod text;
mod typed;

use std::collections::BTreeMap;
use std::path::Path;

use super::*;
use crate::book;
use crate::contract::FieldType;
use crate::engine::Column;

/// Everything that came of a table.
struct Out {
    /// Per row: file, line, id and the fields by name.
    rows: Vec<Row>,
    error: Option<EngineError>,
    loaded: Loaded,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    file: u32,
    line: u64,
    id: String,
    fields: BTreeMap<String, String>,
}

impl Out {
    /// The values of a field; `-` where it is missing.
    fn field(&self, name: &str) -> Vec<&str> {
        self.rows.iter().map(|row| row.fields[name].as_str()).collect()
    }

    /// What is wrong with each rejected row: line, column, value, reason.
    fn rejects(&self) -> Vec<(u64, &str, &str, &str)> {
        let rejects = self.loaded.rejects.iter();
        rejects.map(|it| (it.line, it.column.as_str(), it.value.as_str(), it.reason.as_str())).collect()
    }

    /// The account adds up.
    #[track_caller]
    fn adds_up(&self) {
        let totals = &self.loaded.totals;
        let rejected: u64 = totals.rejected.values().sum();
        assert_eq!(totals.read, totals.accepted + rejected + totals.duplicates + totals.folded);
        assert_eq!(totals.read, totals.files.iter().map(|file| file.rows).sum::<u64>());
    }
}

/// A table with these fields.
fn table(fields: &[(&str, FieldType)]) -> Table {
    let fields: BTreeMap<String, FieldType> =
        fields.iter().map(|(name, kind)| (name.to_string(), *kind)).collect();
    Table { name: "calls".into(), fields, dated_by: "at".into() }
}

/// Loads all fields of `calls` from a book that stands in `folder`.
fn load_in(folder: &Path, text: &str, fields: &[(&str, FieldType)]) -> Result<Out, EngineError> {
    let book = book::read(text, &folder.join("data.yaml")).unwrap();
    let needs = Needs {
        fields: fields.iter().map(|(name, _)| name.to_string()).collect(),
        ids: true,
        within: None,
        ..Needs::default()
    };
    let mut reader = open(&book, &table(fields), &needs)?;
    let (mut rows, mut error) = (Vec::new(), None);
    for batch in reader.by_ref() {
        match batch {
            Ok(batch) => rows.extend(shown(&batch)),
            Err(found) => error = Some(found),
        }
    }
    let out = Out { rows, error, loaded: reader.finish() };
    Ok(out)
}

/// Loads from files with these names and contents.
fn load(files: &[(&str, &[u8])], text: &str, fields: &[(&str, FieldType)]) -> Result<Out, EngineError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    load_in(folder.path(), text, fields)
}

/// Loads one CSV file `calls.csv` whose columns are headed as the fields.
fn csv(content: &str, more: &str, fields: &[(&str, FieldType)]) -> Out {
    let columns: String = fields.iter().map(|(name, _)| format!("      {name}: {name}\n")).collect();
    let text = format!("zone: UTC\ntables:\n  calls:\n    files: calls.csv\n{more}    columns:\n{columns}");
    load(&[("calls.csv", content.as_bytes())], &text, fields).unwrap()
}

fn shown(batch: &Batch) -> Vec<Row> {
    assert!(batch.files.len() == batch.rows && batch.lines.len() == batch.rows);
    let row = |row: usize| Row {
        file: batch.files[row],
        line: batch.lines[row],
        id: batch.ids.as_ref().unwrap().get(row).unwrap().into_owned(),
        fields: batch.columns.iter().map(|(name, column)| (name.clone(), value(column, row))).collect(),
    };
    (0..batch.rows).map(row).collect()
}

fn value(column: &Column, row: usize) -> String {
    use arrow::array::Array as _;
    let text = |valid: bool, text: String| if valid { text } else { "-".into() };
    match column {
        Column::Text(it) => it.get(row).map_or("-".into(), |text| text.into_owned()),
        Column::YesNo(it) => text(it.is_valid(row), it.value(row).to_string()),
        Column::Whole(it) | Column::Duration(it) => text(it.is_valid(row), it.value(row).to_string()),
        Column::Instant(it) => text(it.is_valid(row), crate::value::LocalTime(it.value(row)).to_string()),
        Column::Number(it) => text(it.is_valid(row), it.value_as_string(row)),
        Column::Date(it) => {
            text(it.is_valid(row), crate::value::Date::from_days(it.value(row)).unwrap().to_string())
        }
    }
}
