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
            if !self.field(&from, field, self.kind(field), held)? {
                nothing.push((field.clone(), self.kind(field)));
            }
        }
        for (field, held) in relation.helpers() {
            self.helper(&from, field, held)?;
        }
        if relation.id.is_none() && self.written.columns.is_empty() && self.columns.contains_key("id") {
            relation.id = Some(vec![Held::plain("id", Form::Text)]);
        }
        for held in relation.id.iter_mut().flatten() {
            let Place::Column(column) = &held.place else { continue };
            if !self.columns.contains_key(column) {
                return Err(self.lacking(&from, "key", std::slice::from_ref(column)));
            }
        }
        if !nothing.is_empty() {
            let null = |(field, kind): &(String, FieldType)| {
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

    /// How a column is read that orders rows, or says which of them count.
    fn helper(&self, from: &str, field: Option<&str>, held: &mut Held) -> Result<(), RemoteError> {
        let Some(column) = held.column().map(str::to_string) else { return Ok(()) };
        let Some(field) = field else { return self.fitted(from, &column, &column, FieldType::Text, held) };
        let kind = match (self.table.fields.get(field), self.columns.get(&column)) {
            (Some(kind), _) => *kind,
            (None, Some(Kind::Moment | Kind::Local)) => FieldType::Timestamp,
            (None, Some(Kind::Day)) => FieldType::Date,
            (None, _) => FieldType::Number,
        };
        if !self.table.fields.contains_key(field) {
            held.form = match kind {
                FieldType::Timestamp => held.form.clone(),
                kind => plain(kind),
            };
            if let (FieldType::Timestamp, false) = (kind, matches!(held.form, Form::Moment(_))) {
                held.form = Form::Moment(self.written.zone.clone().map(|zone| (zone, self.written.skipped)));
            }
        }
        if self.field(from, field, kind, held)? {
            return Ok(());
        }
        Err(self.lacking(from, field, &[column]))
    }

    /// How a field is read; false when the relation has no column for it, and need not have.
    fn field(
        &self,
        from: &str,
        field: &str,
        wanted: FieldType,
        held: &mut Held,
    ) -> Result<bool, RemoteError> {
        if matches!(held.place, Place::Value(_)) {
            return Ok(true);
        }
        let said = self.written.columns.get(field);
        let names = match said.map(|column| &column.place) {
            Some(book::Place::Heading(names, _)) => names.clone(),
            _ => vec![field.to_string()],
        };
        let Some(column) = names.iter().find(|name| self.columns.contains_key(*name)) else {
            if said.is_some_and(|column| column.optional) {
                *held = Held::plain(field, plain(wanted));
                return Ok(false);
            }
            return Err(self.lacking(from, field, &names));
        };
        held.place = Place::Column(column.clone());
        self.fitted(from, field, column, wanted, held).map(|()| true)
    }

    /// Brings how a column is read in line with what it holds.
    fn fitted(
        &self,
        from: &str,
        field: &str,
        column: &str,
        wanted: FieldType,
        held: &mut Held,
    ) -> Result<(), RemoteError> {
        let Some(kind) = self.columns.get(column) else {
            return Err(self.lacking(from, field, &[column.to_string()]));
        };
        let wrong =
            |(message, help): (String, &str)| self.about(from, field, &message).help(help.to_string());
        held.read = is_read(wanted, kind, held);
        held.form = match held.read {
            true => form_of_texts(wanted, kind, &held.form),
            false => form(wanted, kind, &held.form),
        }
        .map_err(wrong)?;
        Ok(())
    }

    fn lacking(&self, from: &str, field: &str, names: &[String]) -> RemoteError {
        let listed: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let known = self.columns.keys().map(String::as_str);
        let message = format!("the relation has no column {}", listed.join(" or "));
        let first = names.first().map(String::as_str).unwrap_or_default();
        self.about(from, field, &message).help(near::hint(first, known))
    }
}

/// Whether the texts of a column are read: those that it has, and those of its values where the book says more of
/// them than values can be.
fn is_read(wanted: FieldType, held: &Kind, said: &Held) -> bool {
    let spelled = said.texts.missing.iter().any(|word| may_be(word, held));
    match held {
        Kind::Text => true,
        Kind::Float | Kind::Other(_) => false,
        Kind::Whole | Kind::YesNo | Kind::Day => wanted == FieldType::Text || said.texts.changes() || spelled,
        Kind::Decimal(_) | Kind::Moment | Kind::Local => said.texts.changes() || spelled,
    }
}

/// Whether a word could be the text of a value.
fn may_be(word: &str, held: &Kind) -> bool {
    let digit = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
    match held {
        Kind::YesNo => word == "true" || word == "false",
        Kind::Moment | Kind::Local | Kind::Day => digit(word) && word.as_bytes().get(4) == Some(&b'-'),
        _ => digit(word.strip_prefix('-').unwrap_or(word)),
    }
}

/// What texts stand for, by the field's type.
fn form_of_texts(wanted: FieldType, held: &Kind, said: &Form) -> Result<Form, (String, &'static str)> {
    const CAST: &str = "make a view that casts it";
    let numbers = matches!(held, Kind::Whole | Kind::Decimal(_));
    Ok(match (wanted, said) {
        (_, _) if matches!(held, Kind::Moment | Kind::Local) => {
            return Err(("its column holds timestamps, of which the book says more than that".into(), CAST));
        }
        (FieldType::Timestamp, _) => return Err(("its column holds texts, not timestamps".into(), CAST)),
        (FieldType::Duration, Form::Clock { .. }) if numbers => {
            return Err(("its column holds numbers, not durations like `1:30`".into(), CAST));
        }
        _ => said.clone(),
    })
}

/// What the values are, by the field's type and by what the column holds.
fn form(wanted: FieldType, held: &Kind, said: &Form) -> Result<Form, (String, &'static str)> {
    Ok(match (wanted, held, said) {
        (_, Kind::Float, _) => {
            let message = "its column holds floating point numbers, which are not exact";
            return Err((message.to_string(), "make a view that casts it to a decimal"));
        }
        (FieldType::YesNo, Kind::YesNo, _) => Form::YesNo,
        (FieldType::Duration, _, Form::Clock { .. }) => {
            let message = "a duration written `1:30` is one of a column of texts".to_string();
            return Err((message, "give its `unit:` as seconds, or another unit of numbers"));
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
