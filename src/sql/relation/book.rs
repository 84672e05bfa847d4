//! Relations by what the data book says.
//!
//! A table is the relation that the book names, or the one called like it, a field the column its heading
//! names. What the book says of texts holds for columns of texts: spaces,
//! spellings of missing, of yes and no, and maps. What it says of files does
//! not. Parts of texts, lists to look texts up in, and event logs are better
//! made into a view, and refused here.

use std::collections::BTreeMap;

use super::super::Fault;
use super::{Form, Held, Keep, Place, Relation, Relations};
use crate::book::{self, Book, ColumnBook, Duplicates, DurationUnit, Otherwise, TableBook, Words};
use crate::contract::{FieldType, Table};
use crate::plan::{Plan, Scan};
use crate::value::Date;

impl Relations {
    /// Where a book says that the tables of a plan are held; with the dates of its holiday lists.
    ///
    /// # Errors
    ///
    /// [`Fault`] with the table and field that cannot be read by SQL, and why.
    pub fn of_book(plan: &Plan, book: &Book, holidays: BTreeMap<String, Vec<Date>>) -> Result<Self, Fault> {
        let mut all = Self { holidays, ..Self::default() };
        let scans = plan.scans.iter().filter(|(name, _)| !plan.joins.contains_key(*name));
        let joined = plan.joins.values().map(|join| &join.scan);
        for scan in scans.map(|(_, scan)| scan).chain(joined) {
            let name = &scan.table.name;
            let written = book.tables.get(name).ok_or_else(|| {
                Fault::new(name, None, "the data book does not have it")
                    .help(format!("add `{name}:` under `tables` of `{}`", book.path.display()))
            })?;
            let relation = all.tables.remove(name);
            all.tables.insert(name.clone(), table(scan, written, book, relation)?);
            all.complete_to.extend(book.complete_to(name).map(|end| (name.clone(), end)));
        }
        Ok(all)
    }
}

/// A table of the book; `known` is what another scan of it needs.
fn table(scan: &Scan, written: &TableBook, book: &Book, known: Option<Relation>) -> Result<Relation, Fault> {
    let name = &scan.table.name;
    let refuse = |message: &str| Err(Fault::new(name, None, message).help(VIEW.to_string()));
    if written.fold.is_some() {
        return refuse("the data book folds its rows");
    }
    if book.as_of.is_some() {
        return refuse("the data is looked at as of a day");
    }
    let keep = match &written.duplicates {
        Duplicates::Refuse => Keep::All,
        Duplicates::KeepLatest(field) => Keep::Latest(field.clone()),
        Duplicates::KeepFirst => return refuse("rows of a relation have no first"),
    };
    let mut fields = known.map_or_else(BTreeMap::new, |known| known.fields);
    let latest = match &keep {
        Keep::Latest(field) => Some(field),
        Keep::All => None,
    };
    for field in scan.fields.iter().chain(latest) {
        fields.insert(field.clone(), held(&scan.table, field, written, book)?);
    }
    let key = |field: &String| column(&scan.table, field, written);
    let id = written.key.as_ref().map(|key_fields| key_fields.iter().map(key).collect::<Result<_, _>>());
    let from = written.relation.clone().unwrap_or_else(|| name.clone());
    Ok(Relation { from, id: id.transpose()?, keep, fields })
}

/// What helps where the book says more than SQL text should.
const VIEW: &str = "make a view that has its rows as they count, and name that";

fn written_column(table: &TableBook, field: &str) -> ColumnBook {
    table.columns.get(field).cloned().unwrap_or_else(|| ColumnBook::headed(field))
}

/// The column of a relation that holds a field.
fn column(table: &Table, field: &str, written: &TableBook) -> Result<String, Fault> {
    match place(table, field, &written_column(written, field))? {
        Place::Column(column) => Ok(column),
        Place::Value(_) => Err(Fault::new(&table.name, Some(field), "a key is the same for all rows")),
    }
}

fn place(table: &Table, field: &str, column: &ColumnBook) -> Result<Place, Fault> {
    let refuse = |message: &str| Err(Fault::new(&table.name, Some(field), message));
    match &column.place {
        book::Place::Heading(names, None) => match names.first() {
            Some(name) => Ok(Place::Column(name.clone())),
            None => refuse("its column has no name"),
        },
        book::Place::Heading(_, Some(_)) => refuse("a relation has no two columns of one name"),
        book::Place::Column(_) => refuse("columns of a relation have names, and no numbers"),
        book::Place::Value(value) => Ok(Place::Value(value.clone())),
    }
}

/// How a field is read.
fn held(table: &Table, field: &str, written: &TableBook, book: &Book) -> Result<Held, Fault> {
    let column = written_column(written, field);
    let cell = &column.cell;
    let refuse = |message: &str| Err(Fault::new(&table.name, Some(field), message).help(VIEW.to_string()));
    if cell.part.is_some() {
        return refuse("a part of a text is taken");
    }
    if cell.lookup.is_some() {
        return refuse("texts are looked up in a list");
    }
    let kind = table.fields.get(field).copied().unwrap_or(FieldType::Text);
    let zone = || cell.zone.clone().or_else(|| written.zone.clone()).or_else(|| book.zone.clone());
    let form = match kind {
        FieldType::Text => Form::Text,
        FieldType::YesNo => yes_no(&cell.words, &written.words),
        FieldType::Whole => Form::Whole,
        FieldType::Number | FieldType::Money => Form::Number,
        FieldType::Timestamp => Form::Moment(zone().map(|zone| (zone, written.skipped))),
        FieldType::Date => Form::Day,
        FieldType::Duration => match cell.unit {
            Some(DurationUnit::Micros(micros)) => Form::Duration(micros),
            _ => return refuse("a duration in a relation is a number of units, such as seconds"),
        },
    };
    let is_text = kind == FieldType::Text;
    let missing = match (&cell.missing, is_text) {
        (Some(words), _) => words.clone(),
        (None, true) if written.missing.is_empty() => vec![String::new()],
        (None, true) => written.missing.clone(),
        (None, false) => Vec::new(),
    };
    let map = cell.map.as_ref().map(|(map, otherwise)| (map.clone(), *otherwise == Otherwise::Keep));
    let rejects = matches!(&cell.map, Some((_, Otherwise::Reject)));
    let place = place(table, field, &column)?;
    let trim = cell.trim && (is_text || !missing.is_empty() || map.is_some());
    Ok(Held { place, trim, missing, map, rejects, form })
}

/// Booleans, or the words for yes and no where the book has its own.
fn yes_no(own: &Words, table: &Words) -> Form {
    let given = |of: fn(&Words) -> &Option<Vec<String>>| of(own).as_ref().or(of(table).as_ref()).cloned();
    let (yes, no) = (given(|words| &words.yes), given(|words| &words.no));
    if yes.is_none() && no.is_none() {
        return Form::YesNo;
    }
    let list = |given: Option<Vec<String>>, usual: &[&str], boolean: &str| {
        let mut all = given.unwrap_or_else(|| usual.iter().map(ToString::to_string).collect());
        all.push(boolean.to_string());
        all
    };
    Form::Words {
        yes: list(yes, &["true", "yes", "y", "t", "1"], "true"),
        no: list(no, &["false", "no", "n", "f", "0"], "false"),
    }
}
