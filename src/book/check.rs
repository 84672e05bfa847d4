//! Whether the book fits the contract whose data it describes.

use std::collections::BTreeSet;

use super::decode;
use super::error::Faults;
use super::near;
use super::{Book, BookError, ColumnBook, Duplicates, Fold, FoldOrder, Known, Place, TableBook};
use crate::contract::{Contract, FieldType, Table};

/// Every place where book and contract do not fit.
pub(super) fn book(book: &Book, contract: &Contract) -> Vec<BookError> {
    let mut faults = Faults::default();
    for name in needed(contract) {
        if !book.tables.contains_key(name) {
            let mapped: Vec<&str> = book.tables.keys().map(String::as_str).collect();
            let near = near::nearest(name, mapped).map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| format!("add `{name}:` with its `files` and `columns`"));
            faults.add_help(
                0,
                format!("the contract needs the table `{name}`, which the book does not have"),
                help,
            );
        }
    }
    for (name, written) in &book.tables {
        if let Some(table) = contract.tables.get(name) {
            fits(written, table, &mut faults);
        }
    }
    lists(book, contract, &mut faults);
    let mut errors = decode::place(&faults.0, &book.text, &book.path.display().to_string());
    errors.sort();
    errors
}

/// The tables the contract draws on.
fn needed(contract: &Contract) -> BTreeSet<&str> {
    contract.tables.keys().map(String::as_str).collect()
}

fn lists(book: &Book, contract: &Contract, faults: &mut Faults) {
    for calendar in contract.calendars.values() {
        for list in calendar.lists.iter().filter(|list| !book.holidays.contains_key(*list)) {
            let known: Vec<&str> = book.holidays.keys().map(String::as_str).collect();
            let near = near::nearest(list, known).map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| format!("add `{list}:` under `holidays`"));
            let message =
                format!("the calendar `{}` closes on `{list}`, a list the book does not have", calendar.name);
            faults.add_help(0, message, help);
        }
    }
}

fn fits(written: &TableBook, table: &Table, faults: &mut Faults) {
    let helpers = helpers(written);
    for (name, column) in &written.columns {
        match table.fields.get(name) {
            Some(kind) => typed(name, column, *kind, written, faults),
            None => near_miss(name, column.at, written, table, faults),
        }
    }
    for file in &written.files {
        for name in file.set.keys().filter(|name| !table.fields.contains_key(*name)) {
            near_miss(name, file.at, written, table, faults);
        }
    }
    for name in &helpers {
        if !has(written, name) {
            let mapped = written.columns.keys().map(String::as_str);
            let message =
                format!("`{name}` is used by the key, `duplicates`, `known_at` or `fold`, but is no column");
            faults.add_help(written.at, message, near::hint(name, mapped));
        }
    }
    if let Some(fold) = &written.fold {
        folded(fold, written, faults);
    }
}

/// A field the contract does not know is left alone: one book may serve
/// several contracts. It is a fault only when it looks like a misspelt one.
fn near_miss(name: &str, at: usize, written: &TableBook, table: &Table, faults: &mut Faults) {
    let unmapped = table.fields.keys().map(String::as_str).filter(|field| !has(written, field));
    if let (false, Some(near)) = (helpers(written).contains(name), near::nearest(name, unmapped)) {
        let message = format!("`{}` has no field `{name}`", table.name);
        faults.add_help(at, message, format!("did you mean `{near}`?"));
    }
}

/// Fields that the key, the rule for duplicates and the fold use.
fn helpers(written: &TableBook) -> BTreeSet<&str> {
    let mut names: BTreeSet<&str> = written.key.iter().flatten().map(String::as_str).collect();
    if let Duplicates::KeepLatest(field) = &written.duplicates {
        names.insert(field);
    }
    if let Some(Known::Column(field)) = &written.known_at {
        names.insert(field);
    }
    if let Some(fold) = &written.fold {
        names.insert(&fold.case);
        if let FoldOrder::Field(field) = &fold.order {
            names.insert(field);
        }
        names.extend(
            fold.columns
                .values()
                .flat_map(|case| case.only.keys())
                .map(String::as_str)
                .filter(|name| has(written, name)),
        );
    }
    names
}

fn has(written: &TableBook, name: &str) -> bool {
    written.has(name)
}

impl TableBook {
    /// Whether it says where a field stands.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.columns.contains_key(field) || self.files.iter().any(|file| file.set.contains_key(field))
    }
}

fn folded(fold: &Fold, written: &TableBook, faults: &mut Faults) {
    for name in fold.columns.keys().filter(|name| !has(written, name)) {
        let mapped = written.columns.keys().map(String::as_str);
        faults.add_help(fold.at, format!("`{name}` is folded but is no column"), near::hint(name, mapped));
    }
}

/// Whether the book says what a field of this type needs.
fn typed(name: &str, column: &ColumnBook, kind: FieldType, written: &TableBook, faults: &mut Faults) {
    match kind {
        FieldType::Duration if column.cell.unit.is_none() => {
            let help =
                "add `unit: seconds` (or milliseconds, minutes, hours, days, \"hh:mm:ss\")".to_string();
            faults.add_help(column.at, format!("`{name}` is a duration, and its unit is not given"), help);
        }
        FieldType::Timestamp
            if column.cell.zone.is_none()
                && written.zone.is_none()
                && !written.files.is_empty()
                && needs_zone(column) =>
        {
            let help = "add `zone: Europe/London` to the book, the table or the column".to_string();
            faults.add_help(column.at, format!("`{name}` holds times, and their zone is not given"), help);
        }
        FieldType::Duration | FieldType::Timestamp | FieldType::Text | FieldType::Date => {}
        FieldType::YesNo | FieldType::Whole | FieldType::Number | FieldType::Money => {}
    }
}

fn needs_zone(column: &ColumnBook) -> bool {
    let formats = &column.cell.formats;
    let zoned = !formats.is_empty() && formats.iter().all(super::TimeFormat::has_zone);
    !zoned && !matches!(column.place, Place::Value(_))
}
