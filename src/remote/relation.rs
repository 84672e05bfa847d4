//! How the columns of a relation are read: what the book says of them, and what they hold.
//!
//! A column of timestamps with a zone is a moment, whatever zone the book
//! names for files; one without is local time, and needs a zone.

use super::describe::Kind;
use super::{Columns, RemoteError};
use crate::book::{self, Book, TableBook, near};
use crate::connect::Engine;
use crate::contract::{FieldType, Table};
use crate::sql::{Form, Held, Place, Relation};

/// The relation that holds a table.
pub(super) fn name(book: &Book, table: &str) -> String {
    book.tables.get(table).and_then(|written| written.relation.clone()).unwrap_or_else(|| table.to_string())
}

/// A name in quotation marks.
pub(super) fn quoted(name: &str, engine: Engine) -> String {
    match engine {
        Engine::PostgreSql => format!("\"{}\"", name.replace('"', "\"\"")),
        Engine::Spark => format!("`{}`", name.replace('`', "``")),
    }
}

/// A table, its relation, and the columns that this is found to have.
pub(super) struct Found<'a> {
    pub(super) table: &'a Table,
    pub(super) written: &'a TableBook,
    pub(super) columns: &'a Columns,
    pub(super) engine: Engine,
}

impl Found<'_> {
    /// Brings what the book says of a relation in line with what its columns hold.
    pub(super) fn fit(&self, relation: &mut Relation) -> Result<(), RemoteError> {
        let mut nothing = Vec::new();
        let from = relation.from.clone();
        for (field, held) in &mut relation.fields {
            if !self.field(&from, field, held)? {
                nothing.push((field, self.kind(field)));
            }
        }
        if relation.id.is_none() && self.written.columns.is_empty() && self.columns.contains_key("id") {
            relation.id = Some(vec!["id".to_string()]);
        }
        let mut key = relation.id.iter().flatten();
        if let Some(column) = key.find(|column| !self.columns.contains_key(*column)) {
            return Err(self.lacking(&from, "key", std::slice::from_ref(column)));
        }
        if !nothing.is_empty() {
            let null = |(field, kind): &(&String, FieldType)| {
                format!("CAST(NULL AS {}) AS {}", type_of(*kind, self.engine), quoted(field, self.engine))
            };
            let nulls: Vec<String> = nothing.iter().map(null).collect();
            relation.from = format!("(SELECT t.*, {} FROM {from} AS t)", nulls.join(", "));
        }
        Ok(())
    }

    fn kind(&self, field: &str) -> FieldType {
        self.table.fields.get(field).copied().unwrap_or(FieldType::Text)
    }

    fn about(&self, from: &str, field: &str, message: &str) -> RemoteError {
        RemoteError::new(format!("`{}`, from `{from}`: `{field}`: {message}", self.table.name))
    }

    /// How a field is read; false when the relation has no column for it, and need not have.
    fn field(&self, from: &str, field: &str, held: &mut Held) -> Result<bool, RemoteError> {
        if matches!(held.place, Place::Value(_)) {
            return Ok(true);
        }
        let said = self.written.columns.get(field);
        let names = match said.map(|column| &column.place) {
            Some(book::Place::Heading(names, _)) => names.clone(),
            _ => vec![field.to_string()],
        };
        let Some((column, kind)) = names.iter().find_map(|name| self.columns.get_key_value(name)) else {
            if said.is_some_and(|column| column.optional) {
                *held = Held::plain(field, plain(self.kind(field)));
                return Ok(false);
            }
            return Err(self.lacking(from, field, &names));
        };
        held.place = Place::Column(column.clone());
        let wrong =
            |(message, help): (String, &str)| self.about(from, field, &message).help(help.to_string());
        held.form = form(self.kind(field), kind, &held.form).map_err(wrong)?;
        if *kind != Kind::Text {
            (held.trim, held.missing) = (false, Vec::new());
        }
        Ok(true)
    }

    fn lacking(&self, from: &str, field: &str, names: &[String]) -> RemoteError {
        let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let known = self.columns.keys().map(String::as_str);
        let message = format!("the relation has no column {}", listed.join(" or "));
        let first = names.first().map(String::as_str).unwrap_or_default();
        self.about(from, field, &message).help(near::hint(first, known))
    }
}

/// What the values are, by the field's type and by what the column holds.
fn form(wanted: FieldType, held: &Kind, said: &Form) -> Result<Form, (String, &'static str)> {
    Ok(match (wanted, held, said) {
        (_, Kind::Float, _) => {
            let message = "its column holds floating point numbers, which are not exact";
            return Err((message.to_string(), "make a view that casts it to a decimal"));
        }
        (FieldType::Text, Kind::Text | Kind::Whole | Kind::YesNo | Kind::Day, _) => Form::Text,
        (FieldType::YesNo, Kind::YesNo, _) => Form::YesNo,
        (FieldType::YesNo, Kind::Text, Form::Words { .. }) => said.clone(),
        (FieldType::YesNo, Kind::Text, _) => {
            let words = |words: &[&str]| words.iter().map(ToString::to_string).collect();
            Form::Words {
                yes: words(&["true", "yes", "y", "t", "1"]),
                no: words(&["false", "no", "n", "f", "0"]),
            }
        }
        (FieldType::Number | FieldType::Money, Kind::Decimal(Some(10..)), _) => {
            return Err(("its column has more than 9 decimals".to_string(), "round it in a view"));
        }
        (FieldType::Number | FieldType::Money, Kind::Whole | Kind::Decimal(_), _)
        | (FieldType::Whole, Kind::Whole, _)
        | (FieldType::Duration, Kind::Whole | Kind::Decimal(_), _)
        | (FieldType::Timestamp, Kind::Local, Form::Moment(Some(_)))
        | (FieldType::Date, Kind::Day, _) => said.clone(),
        (FieldType::Timestamp, Kind::Moment, _) => Form::Moment(None),
        (FieldType::Timestamp, Kind::Local, _) => {
            let message = "its column has local times, and their zone is not given";
            return Err((
                message.to_string(),
                "add `zone: Europe/London` to the book, the table or the column",
            ));
        }
        (_, other, _) => {
            let message = format!("its column holds {}, not {}", words_of(other), words_for(wanted));
            return Err((message, "make a view that casts it"));
        }
    })
}

fn plain(kind: FieldType) -> Form {
    match kind {
        FieldType::Text => Form::Text,
        FieldType::YesNo => Form::YesNo,
        FieldType::Whole => Form::Whole,
        FieldType::Number | FieldType::Money => Form::Number,
        FieldType::Duration => Form::Duration(1),
        FieldType::Timestamp => Form::Moment(None),
        FieldType::Date => Form::Day,
    }
}

/// The engine's type for a field.
fn type_of(kind: FieldType, engine: Engine) -> &'static str {
    match kind {
        FieldType::Text if engine == Engine::Spark => "STRING",
        FieldType::Text => "TEXT",
        FieldType::YesNo => "BOOLEAN",
        FieldType::Whole | FieldType::Duration => "BIGINT",
        FieldType::Number | FieldType::Money => "DECIMAL(38, 9)",
        FieldType::Timestamp if engine == Engine::Spark => "TIMESTAMP",
        FieldType::Timestamp => "TIMESTAMPTZ",
        FieldType::Date => "DATE",
    }
}

fn words_of(kind: &Kind) -> String {
    match kind {
        Kind::Text => "texts",
        Kind::YesNo => "booleans",
        Kind::Whole => "whole numbers",
        Kind::Decimal(_) => "decimals",
        Kind::Float => "floating point numbers",
        Kind::Moment => "timestamps",
        Kind::Local => "timestamps without a zone",
        Kind::Day => "dates",
        Kind::Other(name) => return format!("`{name}`"),
    }
    .to_string()
}

fn words_for(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "texts",
        FieldType::YesNo => "booleans",
        FieldType::Whole => "whole numbers",
        FieldType::Number | FieldType::Money => "exact numbers",
        FieldType::Duration => "numbers of a unit of time",
        FieldType::Timestamp => "timestamps",
        FieldType::Date => "dates",
    }
}
