//! What is done with the text of a cell before it becomes a value.

use std::collections::BTreeMap;

use crate::book::{Cell, ColumnBook, Numbers, Otherwise, Skipped, TableBook, TimeFormat};
use crate::contract::FieldType;
use crate::value::Zone;

/// Why a row is rejected, in words.
pub(super) type Reason = std::borrow::Cow<'static, str>;

/// How one field is read, with everything that the table or the usual supplies where the column says nothing.
#[derive(Debug, Clone)]
pub(super) struct Recipe {
    /// The field.
    pub field: String,
    /// Its type.
    pub kind: FieldType,
    /// Spellings of yes.
    pub yes: Vec<String>,
    /// Spellings of no.
    pub no: Vec<String>,
    /// How dates and times are written.
    pub formats: Vec<TimeFormat>,
    /// The zone of times without one.
    pub zone: Option<Zone>,
    /// Local times that do not exist or exist twice.
    pub skipped: Skipped,
    column: ColumnBook,
    missing: Vec<String>,
    /// Whether nothing is taken apart, looked up or mapped.
    plain: bool,
    lookup: Option<(BTreeMap<String, String>, Otherwise)>,
}

impl Recipe {
    /// The recipe of a field.
    pub fn new(
        field: &str,
        kind: FieldType,
        column: ColumnBook,
        table: &TableBook,
        lookup: Option<BTreeMap<String, String>>,
    ) -> Self {
        let cell = &column.cell;
        let words = |own: &Option<Vec<String>>, table: &Option<Vec<String>>, usual: &[&str]| {
            let given = own.as_ref().or(table.as_ref()).cloned();
            given.unwrap_or_else(|| usual.iter().map(ToString::to_string).collect())
        };
        let usual_format = if kind == FieldType::Date { TimeFormat::IsoDate } else { TimeFormat::Iso };
        let otherwise = cell.lookup.as_ref().map_or(Otherwise::Reject, |lookup| lookup.otherwise);
        Self {
            field: field.to_string(),
            kind,
            yes: words(&cell.words.yes, &table.words.yes, &["true", "yes", "y", "t", "1"]),
            no: words(&cell.words.no, &table.words.no, &["false", "no", "n", "f", "0"]),
            formats: if cell.formats.is_empty() { vec![usual_format] } else { cell.formats.clone() },
            zone: cell.zone.clone().or_else(|| table.zone.clone()),
            skipped: table.skipped,
            missing: cell.missing.clone().unwrap_or_else(|| table.missing.clone()),
            plain: cell.part.is_none() && cell.map.is_none() && lookup.is_none(),
            lookup: lookup.map(|list| (list, otherwise)),
            column,
        }
    }

    /// The book's column.
    pub fn column(&self) -> &ColumnBook {
        &self.column
    }

    /// What is done with the text.
    pub fn cell(&self) -> &Cell {
        &self.column.cell
    }

    /// How numbers are written.
    pub fn numbers(&self) -> &Numbers {
        &self.column.cell.numbers
    }

    /// The text that is read as a value: trimmed, taken apart, looked up and mapped; none when it is missing.
    #[inline]
    pub fn text<'t>(&'t self, raw: &'t str) -> Result<Option<&'t str>, Reason> {
        if self.plain { Ok(self.known(raw)) } else { self.found(raw) }
    }

    /// The text of a cell that is taken apart, looked up or mapped.
    fn found<'t>(&'t self, raw: &'t str) -> Result<Option<&'t str>, Reason> {
        let cell = self.cell();
        let Some(mut text) = self.known(raw) else { return Ok(None) };
        if let Some(part) = &cell.part {
            let found = text.split(part.between.as_str()).nth(part.number - 1);
            let found =
                found.ok_or_else(|| format!("has no part {} between `{}`", part.number, part.between))?;
            match self.known(found) {
                Some(part) => text = part,
                None => return Ok(None),
            }
        }
        if let Some((list, otherwise)) = &self.lookup {
            match instead(list, *otherwise, text, "is not in the list it is looked up in")?
                .and_then(|text| self.known(text))
            {
                Some(found) => text = found,
                None => return Ok(None),
            }
        }
        if let Some((map, otherwise)) = &cell.map {
            return Ok(
                instead(map, *otherwise, text, "has no entry in `map`")?.and_then(|text| self.known(text))
            );
        }
        Ok(Some(text))
    }

    /// Whether the text is the value: nothing is taken apart, looked up or mapped.
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    /// Spellings of missing, beside the empty text.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// The text, trimmed, unless it is a spelling of missing.
    #[inline]
    pub fn known<'t>(&self, text: &'t str) -> Option<&'t str> {
        // Most texts have a plain letter or digit at both ends, and nothing to trim.
        let plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
        let ends = (text.as_bytes().first(), text.as_bytes().last());
        let trimmed = if plain(ends.0) && plain(ends.1) { text } else { text.trim() };
        let missing = trimmed.is_empty() || self.missing.iter().any(|word| word == trimmed);
        (!missing).then_some(if self.cell().trim { trimmed } else { text })
    }
}

fn instead<'t>(
    map: &'t BTreeMap<String, String>,
    otherwise: Otherwise,
    text: &'t str,
    reason: &'static str,
) -> Result<Option<&'t str>, Reason> {
    match (map.get(text), otherwise) {
        (Some(found), _) => Ok(Some(found)),
        (None, Otherwise::Keep) => Ok(Some(text)),
        (None, Otherwise::Missing) => Ok(None),
        (None, Otherwise::Reject) => Err(reason.into()),
    }
}
