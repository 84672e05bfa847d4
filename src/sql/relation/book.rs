//! Relations by what the data book says.
//!
//! A table is the relation that the book names, or the one called like it, a field the column its heading
//! names. What the book says of texts holds for columns of texts, and what it
//! says of rows for rows, as far as it does not rest on the order of a file.
//! What it says of files does not.

use std::collections::BTreeMap;

use super::super::Fault;
use super::{Fold, Form, Held, Keep, Order, Place, Relation, Relations, Texts};
use crate::book::{
    self, Book, Cell, ColumnBook, Duplicates, DurationUnit, FoldOrder, Lookup, TableBook, Words,
};
use crate::contract::{FieldType, Table};
use crate::engine::load;
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
    if book.as_of.is_some() {
        return Err(Fault::new(name, None, "the data is looked at as of a day").help(VIEW.to_string()));
    }
    let reader = Reader { table: &scan.table, written, book };
    let mut fields = known.map_or_else(BTreeMap::new, |known| known.fields);
    for field in &scan.fields {
        fields.insert(field.clone(), reader.held(field)?);
    }
    let (keep, key) = match &written.fold {
        Some(fold) => (Keep::Fold(reader.fold(fold, scan)?), Some(vec![fold.case.clone()])),
        None => (reader.keep()?, written.key.clone()),
    };
    let id = key.map(|key| key.iter().map(|field| reader.key(field)).collect::<Result<_, _>>());
    let from = written.relation.clone().unwrap_or_else(|| name.clone());
    Ok(Relation { from, id: id.transpose()?, keep, fields })
}

/// What helps where the book says more than SQL text should.
const VIEW: &str = "make a view that has its rows as they count, and name that";

/// A table and what the book says of it.
struct Reader<'a> {
    table: &'a Table,
    written: &'a TableBook,
    book: &'a Book,
}

impl Reader<'_> {
    fn column(&self, field: &str) -> ColumnBook {
        self.written.columns.get(field).cloned().unwrap_or_else(|| ColumnBook::headed(field))
    }

    fn refuse<T>(&self, field: &str, message: &str) -> Result<T, Fault> {
        Err(Fault::new(&self.table.name, Some(field), message))
    }

    fn place(&self, field: &str, column: &ColumnBook) -> Result<Place, Fault> {
        match &column.place {
            book::Place::Heading(names, None) => match names.first() {
                Some(name) => Ok(Place::Column(name.clone())),
                None => self.refuse(field, "its column has no name"),
            },
            book::Place::Heading(_, Some(_)) => {
                self.refuse(field, "a relation has no two columns of one name")
            }
            book::Place::Column(_) => self.refuse(field, "columns of a relation have names, and no numbers"),
            book::Place::Value(value) => Ok(Place::Value(value.clone())),
        }
    }

    /// How a field is read.
    fn held(&self, field: &str) -> Result<Held, Fault> {
        let kind = self.table.fields.get(field).copied().unwrap_or(FieldType::Text);
        self.held_as(field, kind)
    }

    fn held_as(&self, field: &str, kind: FieldType) -> Result<Held, Fault> {
        let column = self.column(field);
        let cell = &column.cell;
        let form = self.form(field, kind, cell)?;
        let own = kind == FieldType::Text || matches!(form, Form::Words { .. } | Form::Clock { .. });
        let texts = self.texts(cell)?;
        let read = own || texts.changes() || cell.missing.is_some();
        Ok(Held { place: self.place(field, &column)?, read, texts, form })
    }

    fn form(&self, field: &str, kind: FieldType, cell: &Cell) -> Result<Form, Fault> {
        let (written, book) = (self.written, self.book);
        let zone = || cell.zone.clone().or_else(|| written.zone.clone()).or_else(|| book.zone.clone());
        Ok(match kind {
            FieldType::Text => Form::Text,
            FieldType::YesNo => yes_no(&cell.words, &written.words),
            FieldType::Whole => Form::Whole,
            FieldType::Number | FieldType::Money => Form::Number,
            FieldType::Timestamp => Form::Moment(zone().map(|zone| (zone, written.skipped))),
            FieldType::Date => Form::Day,
            FieldType::Duration => match cell.unit {
                Some(DurationUnit::Micros(micros)) => Form::Duration(micros),
                Some(DurationUnit::Clock) => Form::Clock { seconds: true },
                Some(DurationUnit::HoursMinutes) => Form::Clock { seconds: false },
                Some(DurationUnit::Since1970) | None => {
                    let message = "a duration in a relation is a number of units, such as seconds";
                    return self.refuse(field, message).map_err(|fault: Fault| fault.help(VIEW.to_string()));
                }
            },
        })
    }

    /// What is done with the texts of a cell.
    fn texts(&self, cell: &Cell) -> Result<Texts, Fault> {
        let list = |lookup: &Lookup| {
            let list = load::lookup(self.book, lookup);
            Ok((list.map_err(|error| Fault::ours(error.to_string()))?, lookup.otherwise))
        };
        Ok(Texts {
            trim: cell.trim,
            missing: cell.missing.clone().unwrap_or_else(|| self.written.missing.clone()),
            part: cell.part.clone(),
            lookup: cell.lookup.as_ref().map(list).transpose()?,
            map: cell.map.clone(),
            numbers: cell.numbers.clone(),
        })
    }

    /// A column of the key, as a text.
    fn key(&self, field: &str) -> Result<Held, Fault> {
        let held = self.held_as(field, FieldType::Text)?;
        match held.place {
            Place::Value(_) => self.refuse(field, "a key is the same for all rows"),
            Place::Column(_) if held.texts.lookup.is_some() => {
                self.refuse(field, "the texts of a key are looked up in a list")
            }
            Place::Column(_) => Ok(held),
        }
    }

    /// Which rows of the same id stay.
    fn keep(&self) -> Result<Keep, Fault> {
        Ok(match &self.written.duplicates {
            Duplicates::Refuse => Keep::All,
            Duplicates::KeepFirst if self.written.key.is_none() => Keep::Different,
            Duplicates::KeepFirst => Keep::First,
            Duplicates::KeepLatest(field) => Keep::Latest(self.order(field)?),
        })
    }

    /// A column that orders rows; one that the contract does not know is a time or a number.
    fn order(&self, field: &str) -> Result<Order, Fault> {
        let timed = !self.column(field).cell.formats.is_empty();
        let usual = if timed { FieldType::Timestamp } else { FieldType::Number };
        let kind = self.table.fields.get(field).copied().unwrap_or(usual);
        Ok(Order { field: field.to_string(), held: self.held_as(field, kind)? })
    }

    fn fold(&self, fold: &book::Fold, scan: &Scan) -> Result<Fold, Fault> {
        let FoldOrder::Field(order) = &fold.order else {
            let message = "the events of a case are in the order of a file, and a relation has none";
            let fault = Fault::new(&self.table.name, None, message);
            return Err(fault.help("say `order:` with the field of their times under `fold`".to_string()));
        };
        let mut columns = BTreeMap::new();
        for (field, case) in fold.columns.iter().filter(|(field, _)| scan.fields.contains(*field)) {
            let mut only = Vec::new();
            for (name, texts) in &case.only {
                only.push((self.held_as(name, FieldType::Text)?, texts.clone()));
            }
            columns.insert(field.clone(), (case.take, only));
        }
        Ok(Fold { order: self.order(order)?, take: fold.take, columns })
    }
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
