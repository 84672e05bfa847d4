//! What was known at a moment: rows and files that became known later are not seen.
//!
//! As of 1 February, the end of that day:
//!
//! | row | loaded_at | seen |
//! |-----|-----------|------|
//! | C, 28 January | 2026-01-29 | yes |
//! | C, 2 February | 2026-02-03 | no |
//!
//! A date without a time counts from its first moment.

use arrow::array::Array;

use super::super::{Column, EngineError};
use super::files::Listed;
use crate::book::{AsOf, Book, Known, Moment, TableBook, TimeFormat};
use crate::measured::KnownBy;
use crate::value::{Instant, Resolved, Zone};

/// Which rows of a table are seen.
pub(super) struct Sight {
    /// What tells it.
    pub by: KnownBy,
    /// The moment asked for.
    pub as_of: AsOf,
    /// The recipe of the column that tells it.
    pub recipe: Option<usize>,
}

/// What is known of when a row became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// In time.
    Known,
    /// Later.
    Later,
    /// That cannot be told.
    Unsaid,
}

impl Sight {
    /// What tells of a table when its rows became known; none when everything is seen.
    pub fn of(book: &Book, written: &TableBook, dated_by: &str) -> Option<Self> {
        let as_of = book.as_of.clone()?;
        let by = match &written.known_at {
            Some(Known::Column(field)) => KnownBy::Column(field.clone()),
            Some(Known::FileName(_)) => KnownBy::Files,
            None if written.files.iter().any(|file| file.known_at.is_some()) => KnownBy::Files,
            None if written.has(dated_by) => KnownBy::Date(dated_by.to_string()),
            None => KnownBy::Nothing,
        };
        Some(Self { by, as_of, recipe: None })
    }

    /// The column that tells it.
    pub fn column(&self) -> Option<&str> {
        match &self.by {
            KnownBy::Column(field) | KnownBy::Date(field) => Some(field),
            KnownBy::Files | KnownBy::Nothing => None,
        }
    }

    /// What is known of one row.
    pub fn standing(&self, columns: &[Column], row: usize) -> Standing {
        let Some(column) = self.recipe.and_then(|at| columns.get(at)) else { return Standing::Known };
        let later = match column {
            Column::Instant(values) => values.is_valid(row).then(|| values.value(row) > self.as_of.until.0),
            Column::Date(values) => values.is_valid(row).then(|| values.value(row) > self.as_of.day.days()),
            _ => None,
        };
        match (later, &self.by) {
            (Some(true), _) => Standing::Later,
            (Some(false), _) | (None, KnownBy::Date(_)) => Standing::Known,
            (None, _) => Standing::Unsaid,
        }
    }
}

/// The files that were known, and how many were not.
pub(super) fn files(
    book: &Book,
    written: &TableBook,
    all: Vec<Listed>,
) -> Result<(Vec<Listed>, u64), EngineError> {
    let Some(as_of) = &book.as_of else { return Ok((all, 0)) };
    let (mut seen, mut later) = (Vec::new(), 0);
    for file in all {
        match known(book, written, &file)? {
            Some(known) if known > as_of.until => later += 1,
            _ => seen.push(file),
        }
    }
    Ok((seen, later))
}

/// When all rows of a file became known, if the book says so of files.
fn known(book: &Book, written: &TableBook, file: &Listed) -> Result<Option<Instant>, EngineError> {
    if file.entry.known_at.is_some() {
        return Ok(file.entry.known_at);
    }
    let Some(Known::FileName(format)) = &written.known_at else { return Ok(None) };
    let zone = written.zone.as_ref().or(book.zone.as_ref());
    let name = file.name.rsplit('/').next().unwrap_or_default();
    moment(format, zone, name).map(Some).map_err(|why| EngineError::new(why).file(&file.name))
}

fn moment(format: &TimeFormat, zone: Option<&Zone>, name: &str) -> Result<Instant, String> {
    let unlike = || {
        format!("its name is not written like `{}`, which tells when its rows became known", format.name())
    };
    let without = || "its name tells when its rows became known, and the book has no `zone`".to_string();
    match format.read(name).ok_or_else(unlike)? {
        Moment::Exact(instant, _) => Ok(instant),
        Moment::Day(date) => Ok(zone.ok_or_else(without)?.midnight(date)),
        Moment::Local(local) => match zone.ok_or_else(without)?.resolve(local) {
            Resolved::Once(instant)
            | Resolved::Gap { forward: instant, .. }
            | Resolved::Fold { second: instant, .. } => Ok(instant),
            Resolved::OutOfRange => Err("its name has a date beyond the year 9999".to_string()),
        },
    }
}
