//! Where the fields of a table stand in one of its files.

use std::collections::BTreeMap;

use super::super::EngineError;
use super::recipe::Recipe;
use crate::book::{ColumnBook, Header, Place, near};
use crate::measured::Reject;

/// Where each field of the recipes stands in one file.
#[derive(Debug)]
pub(super) struct FileLayout {
    /// The table.
    pub table: String,
    /// The file as the book gives it.
    pub name: String,
    /// Index among the table's files.
    pub index: u32,
    /// Per recipe.
    pub slots: Vec<Slot>,
    /// How many columns a row must have; none where rows have no columns.
    pub width: Option<usize>,
}

/// Where one field stands in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Slot {
    /// In this column, counted from 0, which the file calls so.
    Column(usize, String),
    /// Under the first of these names that a row has.
    Names(Vec<String>),
    /// The same for every row.
    Value(String),
    /// Nowhere: every value is missing.
    Absent,
}

impl Slot {
    /// What the file calls it.
    pub fn label(&self) -> String {
        match self {
            Self::Column(_, name) => name.clone(),
            Self::Names(names) => names.first().cloned().unwrap_or_default(),
            Self::Value(_) | Self::Absent => String::new(),
        }
    }
}

impl FileLayout {
    /// A row of this file that cannot be read.
    pub fn reject(&self, line: u64, column: &str, value: &str, reason: &str) -> Box<Reject> {
        Box::new(Reject {
            table: self.table.clone(),
            file: self.name.clone(),
            line,
            column: column.to_string(),
            value: value.chars().take(200).collect(),
            reason: reason.to_string(),
        })
    }
}

/// Finds the recipes' columns among a file's headings, or by position where it has none.
pub(super) fn slots(
    recipes: &[Recipe],
    set: &BTreeMap<String, String>,
    headings: Option<&[String]>,
    name: &str,
    header: Header,
) -> Result<Vec<Slot>, EngineError> {
    let find = |recipe: &Recipe| match set.get(&recipe.field) {
        Some(value) => Ok(Slot::Value(value.clone())),
        None => slot(recipe.column(), headings).map_err(|fault| {
            let fault = fault.file(name);
            if let Header::Line { line, .. } = header { fault.line(line) } else { fault }
        }),
    };
    recipes.iter().map(find).collect()
}

fn slot(column: &ColumnBook, headings: Option<&[String]>) -> Result<Slot, EngineError> {
    match (&column.place, headings) {
        (Place::Value(value), _) => Ok(Slot::Value(value.clone())),
        (Place::Column(number), None) => Ok(Slot::Column(number - 1, format!("column {number}"))),
        (Place::Column(number), Some(headings)) => match headings.get(number - 1) {
            Some(heading) => Ok(Slot::Column(number - 1, heading.clone())),
            None => {
                Err(EngineError::new(format!("there is no column {number}; the file has {}", headings.len())))
            }
        },
        (Place::Heading(names, _), None) => {
            let wanted = names.first().map_or("", String::as_str);
            Err(EngineError::new(format!("the file has no headings, so there is no column `{wanted}`"))
                .help("name columns by position: `{column: 3}`"))
        }
        (Place::Heading(names, occurrence), Some(headings)) => {
            match position(names, *occurrence, headings)? {
                Some(at) => Ok(Slot::Column(at, headings.get(at).cloned().unwrap_or_default())),
                None if column.optional => Ok(Slot::Absent),
                None => Err(missing(names, *occurrence, headings)),
            }
        }
    }
}

/// The column with one of the names; of several with the same heading the one asked for.
fn position(
    names: &[String],
    occurrence: Option<usize>,
    headings: &[String],
) -> Result<Option<usize>, EngineError> {
    for name in names {
        let found: Vec<usize> =
            (0..).zip(headings).filter(|(_, heading)| *heading == name).map(|(at, _)| at).collect();
        match (found.as_slice(), occurrence) {
            ([], _) => {}
            ([only], None) => return Ok(Some(*only)),
            (several, None) => {
                let message = format!("{} columns are headed `{name}`", several.len());
                return Err(EngineError::new(message).help("say which: `occurrence: 1` is the first"));
            }
            (several, Some(number)) => return Ok(several.get(number.saturating_sub(1)).copied()),
        }
    }
    Ok(None)
}

fn missing(names: &[String], occurrence: Option<usize>, headings: &[String]) -> EngineError {
    let wanted = names.first().map_or("", String::as_str);
    let known: Vec<&str> = headings.iter().map(String::as_str).collect();
    if headings.iter().any(|heading| heading == wanted) {
        return EngineError::new(format!(
            "there are fewer than {} columns `{wanted}`",
            occurrence.unwrap_or(1)
        ));
    }
    let listed = if known.len() <= 40 {
        near::list(&known)
    } else {
        format!("{} …", near::list(known.get(..40).unwrap_or(&known)))
    };
    let message = format!("there is no column `{}`; the file has {listed}", names.join("` or `"));
    let error = EngineError::new(message);
    match near::nearest(wanted, known) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help("`optional: yes` reads a file without the column as if its values were missing"),
    }
}
