//! Which columns are read for what a caller needs.

use std::collections::{BTreeMap, BTreeSet};

use super::super::EngineError;
use super::fold::Folding;
use super::lists;
use super::parse::Identity;
use super::recipe::Recipe;
use super::seen::Sight;
use super::{Needs, Rule};
use crate::book::{Book, ColumnBook, Duplicates, Fold, FoldOrder, TableBook, TimeFormat, near};
use crate::contract::{FieldType, Table};
use crate::measured::KnownBy;

/// What is read of a table, and what becomes of its rows.
pub(super) struct Recipes {
    /// How each column is read.
    pub recipes: Vec<Recipe>,
    /// What makes a row's id.
    pub identity: Identity,
    /// What becomes of rows that belong together.
    pub rule: Rule,
    /// The fields asked for, with their recipe.
    pub wanted: BTreeMap<String, usize>,
}

/// The recipes for a table.
pub(super) fn of(
    book: &Book,
    written: &TableBook,
    table: &Table,
    needs: &Needs,
    seen: Option<&mut Sight>,
) -> Result<Recipes, EngineError> {
    let mut maker = Maker { book, written, table, recipes: Vec::new(), by_name: BTreeMap::new() };
    // What tells when a row became known is read first, so that no other fault hides it.
    if let Some(seen) = seen {
        seen.recipe = maker.known(&seen.by)?;
    }
    for field in fields(written, table, needs) {
        maker.add(field)?;
    }
    let rule = maker.rule()?;
    let identity = match (&written.fold, &written.key, &written.duplicates) {
        (Some(fold), _, _) => Identity::Key(vec![maker.add(&fold.case)?]),
        (None, Some(key), _) => {
            Identity::Key(key.iter().map(|field| maker.add(field)).collect::<Result<_, _>>()?)
        }
        (None, None, Duplicates::KeepFirst) => Identity::Content,
        (None, None, _) if needs.ids => Identity::Content,
        (None, None, _) => Identity::None,
    };
    let wanted =
        needs.fields.iter().filter_map(|field| Some((field.clone(), *maker.by_name.get(field.as_str())?)));
    Ok(Recipes { wanted: wanted.collect(), identity, rule, recipes: maker.recipes })
}

/// The fields whose values decide what is accepted, by name.
fn fields<'t>(written: &'t TableBook, table: &'t Table, needs: &'t Needs) -> BTreeSet<&'t str> {
    let mut fields: BTreeSet<&str> = needs.fields.iter().map(String::as_str).collect();
    fields.extend(written.key.iter().flatten().map(String::as_str));
    if written.columns.contains_key(&table.dated_by) {
        fields.insert(&table.dated_by);
    }
    fields
}

struct Maker<'m> {
    book: &'m Book,
    written: &'m TableBook,
    table: &'m Table,
    recipes: Vec<Recipe>,
    by_name: BTreeMap<&'m str, usize>,
}

impl<'m> Maker<'m> {
    /// The recipe of a field; a field the contract does not know is text.
    fn add(&mut self, field: &'m str) -> Result<usize, EngineError> {
        let kind = self.table.fields.get(field).copied().unwrap_or(FieldType::Text);
        self.add_as(field, kind)
    }

    /// The recipe of a field that orders rows; one the contract does not know is a time or a number.
    fn add_order(&mut self, field: &'m str) -> Result<usize, EngineError> {
        let timed = self.written.columns.get(field).is_some_and(|column| !column.cell.formats.is_empty());
        let usual = if timed { FieldType::Timestamp } else { FieldType::Number };
        let kind = self.table.fields.get(field).copied().unwrap_or(usual);
        self.add_as(field, kind)
    }

    /// The recipe of the column that tells when a row became known.
    fn known(&mut self, by: &KnownBy) -> Result<Option<usize>, EngineError> {
        let (KnownBy::Column(name) | KnownBy::Date(name)) = by else { return Ok(None) };
        if let Some((field, kind)) = self.table.fields.get_key_value(name.as_str()) {
            return self.add_as(field, *kind).map(Some);
        }
        let Some((field, column)) = self.written.columns.get_key_value(name.as_str()) else {
            return Ok(None);
        };
        let mut column = column.clone();
        if column.cell.formats.is_empty() {
            column.cell.formats = vec![TimeFormat::Iso, TimeFormat::IsoDate];
        }
        let index = self.push(field, FieldType::Timestamp, column)?;
        Ok(Some(index))
    }

    fn add_as(&mut self, field: &'m str, kind: FieldType) -> Result<usize, EngineError> {
        if let Some(index) = self.by_name.get(field) {
            return Ok(*index);
        }
        let column = self.column(field)?;
        let index = self.push(field, kind, column)?;
        self.by_name.insert(field, index);
        Ok(index)
    }

    fn push(&mut self, field: &str, kind: FieldType, column: ColumnBook) -> Result<usize, EngineError> {
        let list = match &column.cell.lookup {
            Some(lookup) => Some(lists::lookup(self.book, lookup)?),
            None => None,
        };
        self.recipes.push(Recipe::new(field, kind, column, self.written, list));
        Ok(self.recipes.len() - 1)
    }

    /// Where the book says a field stands.
    fn column(&self, field: &str) -> Result<ColumnBook, EngineError> {
        if let Some(column) = self.written.columns.get(field) {
            return Ok(column.clone());
        }
        if self.written.files.iter().any(|file| file.set.contains_key(field)) {
            return Ok(ColumnBook::headed(field));
        }
        let mapped = self.written.columns.keys().map(String::as_str);
        let near = near::nearest(field, mapped).map(|near| format!("; it has `{near}`")).unwrap_or_default();
        let name = &self.table.name;
        Err(EngineError::new(format!("the data book does not say where `{field}` of `{name}` stands{near}"))
            .file(self.book.path.display().to_string())
            .help(format!("add `{field}: Heading of the column` under `columns` of `{name}`")))
    }

    fn rule(&mut self) -> Result<Rule, EngineError> {
        if let Some(fold) = &self.written.fold {
            return Ok(Rule::Fold(self.folding(fold)?));
        }
        Ok(match &self.written.duplicates {
            Duplicates::Refuse if self.written.key.is_none() => Rule::Each,
            Duplicates::Refuse => Rule::Refuse,
            Duplicates::KeepFirst => Rule::First,
            Duplicates::KeepLatest(field) => Rule::Latest(self.add_order(field)?),
        })
    }

    fn folding(&mut self, fold: &'m Fold) -> Result<Folding, EngineError> {
        let order = match &fold.order {
            FoldOrder::File => None,
            FoldOrder::Field(field) => Some(self.add_order(field)?),
        };
        let mut folding = Folding { order, take: fold.take, columns: BTreeMap::new() };
        for (field, case) in &fold.columns {
            let Some(index) = self.by_name.get(field.as_str()).copied() else { continue };
            let mut only = Vec::new();
            for (name, texts) in &case.only {
                let column =
                    self.written.columns.get(name).cloned().unwrap_or_else(|| ColumnBook::headed(name));
                only.push((self.push(name, FieldType::Text, column)?, texts.clone()));
            }
            folding.columns.insert(index, (case.take, only));
        }
        Ok(folding)
    }
}
