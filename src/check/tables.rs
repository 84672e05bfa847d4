//! The standard tables with their fields, and what `fields` clauses add.
//!
//! ```text
//! fields interactions { wrap_up: duration }              one more field
//! fields parcels dated by sent_on { sent_on: date }      a table of its own
//! ```

use std::collections::{BTreeMap, BTreeSet};

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::{Span, Spanned};
use meed_grammar::tree::{FieldType, Fields, Journeys, Name};

use super::names::{Names, twice, unknown};
use super::walk::{self, Met};
use crate::contract::{Contract, Row, Table};

use FieldType::{Date, Duration, Money, Number, Text, Timestamp, Whole, YesNo};

type Standard = (&'static str, Option<&'static str>, &'static [(&'static str, FieldType)]);

/// Table, what dates its records, fields.
#[rustfmt::skip]
const STANDARD: &[Standard] = &[
    ("interactions", Some("started_at"), &[
        ("id", Text), ("customer", Text), ("topic", Text), ("case", Text), ("channel", Text), ("queue", Text),
        ("site", Text), ("agent", Text), ("direction", Text), ("initiated_by", Text), ("started_at", Timestamp),
        ("answered_at", Timestamp), ("ended_at", Timestamp), ("waited", Duration), ("handled_for", Duration),
        ("abandoned", YesNo), ("transferred", YesNo), ("resolved", YesNo), ("cause", Text), ("unit", Text),
        ("cost", Money),
    ]),
    ("resolutions", Some("opened_at"), &[
        ("id", Text), ("customer", Text), ("topic", Text), ("priority", Text), ("opened_at", Timestamp),
        ("first_response_at", Timestamp), ("resolved_at", Timestamp), ("reopened_at", Timestamp),
        ("reopen_count", Whole), ("closed_at", Timestamp), ("outcome", Text), ("due_at", Timestamp),
        ("cause", Text), ("unit", Text),
    ]),
    ("events", Some("at"), &[("case", Text), ("at", Timestamp), ("status", Text), ("by", Text)]),
    ("surveys", Some("answered_at"), &[
        ("id", Text), ("interaction", Text), ("case", Text), ("customer", Text), ("sent_at", Timestamp),
        ("answered_at", Timestamp), ("csat", Number), ("nps", Number), ("ces", Number),
    ]),
    ("purchases", Some("at"), &[("id", Text), ("customer", Text), ("at", Timestamp), ("value", Money)]),
    ("customers", Some("from"), &[("id", Text), ("from", Date), ("to", Date), ("segment", Text)]),
    ("volumes", Some("period"), &[("period", Date), ("queue", Text), ("forecast", Number), ("actual", Number)]),
    ("relief", Some("from"), &[
        ("from", Timestamp), ("to", Timestamp), ("first_day", Date), ("last_day", Date), ("scope", Text),
        ("record", Text), ("reason", Text), ("approved_by", Text), ("status", Text), ("reference", Text),
    ]),
    ("adjustments", None, &[
        ("clause", Text), ("commitment", Text), ("table", Text), ("record", Text), ("action", Text),
        ("status", Text), ("period", Date), ("amount", Money), ("reason", Text), ("by", Text),
        ("approved_by", Text), ("reference", Text),
    ]),
    ("claims", Some("period"), &[
        ("period", Date), ("commitment", Text), ("clause", Text), ("claimed_on", Date), ("value", Number),
        ("amount", Money),
    ]),
];

/// Whether the language knows a table of this name by itself.
pub(super) fn is_standard(name: &str) -> bool {
    STANDARD.iter().any(|(table, ..)| *table == name)
}

/// The field that dates the records of a standard table by default.
pub(super) fn standard_date(name: &str) -> Option<&'static str> {
    STANDARD.iter().find(|(table, ..)| *table == name).and_then(|(_, date, _)| *date)
}

/// Whether a record can be dated by a field of this type.
pub(super) fn is_date(field: FieldType) -> bool {
    matches!(field, Timestamp | Date)
}

/// A table as declared; what dates it may be unknown.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    pub fields: BTreeMap<String, FieldType>,
    pub dated_by: Option<String>,
}

/// Every table that may be named.
#[derive(Debug)]
pub(super) struct Tables(BTreeMap<String, Declared>);

impl Tables {
    /// The standard tables and those of the contract's `fields` clauses.
    pub fn of(names: &Names<'_>, found: &mut Vec<Diagnostic>) -> Self {
        let mut tables = Self(
            STANDARD.iter().map(|(name, date, fields)| (name.to_string(), standard(*date, fields))).collect(),
        );
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        for (fields, _) in &names.fields {
            match seen.get(fields.table.value.as_str()) {
                Some(first) => {
                    found.push(twice(&fields.table, *first).help("put all fields into one clause".to_owned()))
                }
                None => tables.declare(fields, found),
            }
            seen.entry(&fields.table.value).or_insert(fields.table.span);
        }
        for (journeys, _) in names.journeys.values() {
            tables.join(journeys, names, found);
        }
        tables
    }

    /// The table of journeys, with the fields of its contacts that are the same in all of them.
    fn join(&mut self, journeys: &Journeys, names: &Names<'_>, found: &mut Vec<Diagnostic>) {
        let mut source = journeys.of.value.as_str();
        for _ in 0..=names.sets.len() {
            if let Some((set, _)) = names.sets.get(source) {
                source = &set.source.name.value;
            }
        }
        let own = &journeys.name;
        if let Some(taken) =
            self.0.get(&own.value).map(|_| own).or(names.sets.get(own.value.as_str()).map(|_| own))
        {
            found.push(
                Diagnostic::error(
                    codes::NAME_TAKEN,
                    format!("there is a table or set `{}` already", taken.value),
                )
                .label(taken.span, "journeys are a table of their own")
                .help("give the journeys another name".to_owned()),
            );
            return;
        }
        let Some(contacts) = self.0.get(source) else { return };
        let mut fields: BTreeMap<String, FieldType> = [
            ("id", Text),
            ("contacts", Whole),
            ("first_at", Timestamp),
            ("last_at", Timestamp),
            ("duration", Duration),
        ]
        .map(|(field, kind)| (field.to_owned(), kind))
        .into();
        for (field, from, kind) in [("channels", "channel", Whole), ("resolved", "resolved", YesNo)] {
            if contacts.fields.contains_key(from) {
                fields.insert(field.to_owned(), kind);
            }
        }
        for key in &journeys.keys {
            if let Some(kind) = contacts.fields.get(&key.value) {
                fields.entry(key.value.clone()).or_insert(*kind);
            }
        }
        self.0.insert(own.value.clone(), Declared { fields, dated_by: Some("first_at".to_owned()) });
    }

    fn declare(&mut self, fields: &Fields, found: &mut Vec<Diagnostic>) {
        let name = &fields.table;
        let own = !is_standard(&name.value);
        let table = self.0.entry(name.value.clone()).or_insert_with(|| standard(None, &[]));
        let mut places: BTreeMap<&str, Span> = BTreeMap::new();
        for (field, kind) in &fields.fields {
            if let Some(first) = places.get(field.value.as_str()) {
                found.push(twice(field, *first));
            } else if let Some(known) = table.fields.get(&field.value) {
                found.push(standard_again(field, kind, &name.value, *known));
            } else {
                places.insert(&field.value, field.span);
            }
        }
        let added = fields.fields.iter().filter(|(field, _)| places.contains_key(field.value.as_str()));
        for (field, kind) in added {
            table.fields.entry(field.value.clone()).or_insert(kind.value);
        }
        match &fields.dated_by {
            Some(date) if dates(table, date, &name.value, found) => table.dated_by = Some(date.value.clone()),
            None if own => found.push(undated(name, table)),
            _ => {}
        }
    }

    pub fn get(&self, name: &str) -> Option<&Declared> {
        self.0.get(name)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub fn field(&self, table: &str, field: &str) -> Option<FieldType> {
        self.0.get(table)?.fields.get(field).copied()
    }

    /// The tables whose records decide anything in `contract`, with all their fields.
    pub fn used_by(&self, contract: &Contract) -> BTreeMap<String, Table> {
        let mut used = BTreeSet::new();
        walk::contract(contract, &mut |met| match met {
            Met::Set(set) => {
                used.insert(set.table.clone());
            }
            Met::Row(Row::Business { paused, .. }) if !paused.is_empty() => {
                used.insert("events".to_owned());
            }
            Met::Row(_) => {}
        });
        // The rows of journeys are those of their contacts.
        for (name, journeys) in &contract.maturity.journeys {
            used.remove(name);
            used.insert(journeys.of.table.clone());
        }
        used.extend(contract.registers.iter().map(|register| register.table().to_owned()));
        used.into_iter().filter_map(|name| Some((name.clone(), self.table(&name)?))).collect()
    }

    pub(super) fn table(&self, name: &str) -> Option<Table> {
        let declared = self.0.get(name)?;
        let dated_by = declared.dated_by.clone().unwrap_or_default();
        Some(Table { name: name.to_owned(), fields: declared.fields.clone(), dated_by })
    }
}

fn standard(date: Option<&str>, fields: &[(&str, FieldType)]) -> Declared {
    let fields = fields.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
    Declared { fields, dated_by: date.map(str::to_owned) }
}

fn standard_again(field: &Name, kind: &Spanned<FieldType>, table: &str, known: FieldType) -> Diagnostic {
    let word = word(known);
    let help = if kind.value == known {
        "take the line out".to_owned()
    } else {
        format!("take the line out, or call the field differently: in `{table}` it is always {word}")
    };
    Diagnostic::error(codes::NAME_TAKEN, format!("`{table}` has a field `{}` already", field.value))
        .label(field.span, format!("a standard field: {word}"))
        .help(help)
}

/// The type in the words of a `fields` clause.
pub(super) fn word(field: FieldType) -> &'static str {
    match field {
        Text => "text",
        YesNo => "yes or no",
        Whole => "whole number",
        Number => "number",
        Money => "money",
        Duration => "duration",
        Timestamp => "timestamp",
        Date => "date",
    }
}

fn dates(table: &Declared, date: &Name, name: &str, found: &mut Vec<Diagnostic>) -> bool {
    match table.fields.get(&date.value) {
        Some(kind) if is_date(*kind) => return true,
        Some(kind) => found.push(not_a_date(date, *kind, &table.fields)),
        None => {
            let message = format!("is not a field of `{name}`");
            found.push(unknown(
                codes::UNKNOWN_FIELD,
                date,
                &message,
                table.fields.keys().map(String::as_str),
            ));
        }
    }
    false
}

/// A field that cannot date a record.
pub(super) fn not_a_date(field: &Name, kind: FieldType, fields: &BTreeMap<String, FieldType>) -> Diagnostic {
    let dates: Vec<&str> =
        fields.iter().filter(|(_, kind)| is_date(**kind)).map(|(name, _)| name.as_str()).collect();
    let diagnostic = Diagnostic::error(codes::NOT_A_DATE, format!("`{}` is not a date", field.value))
        .label(field.span, format!("this field is {}", word(kind)));
    if dates.is_empty() {
        return diagnostic.help("declare a field of type `timestamp` or `date`".to_owned());
    }
    diagnostic.help(format!("name one of the date fields: {}", super::names::list(&dates)))
}

fn undated(name: &Name, table: &Declared) -> Diagnostic {
    let date =
        table.fields.iter().find(|(_, kind)| is_date(**kind)).map_or("NAME", |(name, _)| name.as_str());
    Diagnostic::error(
        codes::NO_DATE_FIELD,
        format!("nothing says which field dates a record of `{}`", name.value),
    )
    .label(name.span, "a table of its own, without `dated by`")
    .help(format!(
        "write `fields {} dated by {date} {{ … }}` with a field of type `timestamp` or `date`",
        name.value
    ))
}
