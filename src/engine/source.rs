//! Where the rows come from: the files of a data book, or a test's batches.

use super::batch::Batch;
use super::error::EngineError;
use super::load::{self, Begun, Loaded, Needs};
use crate::book::{Book, Duplicates, FoldOrder, Known};
use crate::contract::Table;
use crate::value::{Date, Instant, Zone};

/// The rows of one table, batch by batch.
pub trait Rows: Iterator<Item = Result<Batch, EngineError>> + Send + Sync {
    /// The account of what was read so far.
    fn finish(self: Box<Self>) -> Loaded;

    /// How many rows there are in all, as far as that can be told by now.
    fn expected(&self) -> Option<u64> {
        None
    }

    /// The same rows in stretches that several threads may read at once; none
    /// where rows have to be read in order. Either these or the batches are
    /// read, never both.
    fn lanes(&self) -> Option<&dyn Lanes> {
        None
    }
}

/// Batches of one stretch of rows.
pub type Stretch<'a> = Box<dyn Iterator<Item = Result<Batch, EngineError>> + Send + 'a>;

/// A table in stretches of rows, which may be read in any order and at the same time.
pub trait Lanes: Sync {
    /// The next stretch, with its number in the order of the rows; none after the last.
    ///
    /// # Errors
    ///
    /// When a file cannot be opened or read.
    fn take(&self) -> Result<Option<(usize, Stretch<'_>)>, EngineError>;

    /// Whether the data can be used, after the last stretch.
    ///
    /// # Errors
    ///
    /// When more rows could not be read than the book allows, or a key was repeated.
    fn verdict(&self) -> Result<(), EngineError>;
}

/// Where tables come from.
pub trait Source: Sync {
    /// Opens a table.
    ///
    /// # Errors
    ///
    /// When a file cannot be opened or lacks a field that is needed.
    fn open(&self, table: &Table, needs: &Needs) -> Result<Box<dyn Rows + '_>, EngineError>;

    /// Whether the source says where a field of a table stands.
    fn maps(&self, table: &str, field: &str) -> bool;

    /// The dates of a holiday list.
    ///
    /// # Errors
    ///
    /// When there is no such list, or its file cannot be read.
    fn holidays(&self, list: &str) -> Result<Vec<Date>, EngineError>;

    /// The last moment up to which a table is said to be complete.
    fn complete_to(&self, table: &str) -> Option<Instant>;

    /// The row groups of a table that are passed over for what is needed: file and place in it.
    fn passed_over(&self, _table: &Table, _needs: &Needs) -> Vec<(u32, usize)> {
        Vec::new()
    }

    /// Everything but the files that decides how rows of a table are read; none where earlier runs
    /// cannot be gone on from.
    ///
    /// # Errors
    ///
    /// When a list that texts are looked up in cannot be read.
    fn rules(&self, _table: &str) -> Result<Option<String>, EngineError> {
        Ok(None)
    }

    /// Whether the first files of a table are these.
    ///
    /// # Errors
    ///
    /// When its files cannot be listed.
    fn starts_with(&self, _table: &str, _begun: &Begun) -> Result<bool, EngineError> {
        Ok(false)
    }

    /// The account of a table's files with what they are recognised by, as far as that is not known from
    /// before; none where they have changed since they were read.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read.
    fn marked(
        &self,
        _table: &str,
        _begun: &Begun,
        _before: Option<&Begun>,
    ) -> Result<Option<Begun>, EngineError> {
        Ok(None)
    }

    /// The fields that decide what becomes of a table's rows, whatever is asked for.
    fn decisive(&self, _table: &str) -> Vec<String> {
        Vec::new()
    }
}

impl Rows for load::Reader {
    fn finish(self: Box<Self>) -> Loaded {
        (*self).finish()
    }

    fn expected(&self) -> Option<u64> {
        load::Reader::expected(self)
    }

    fn lanes(&self) -> Option<&dyn Lanes> {
        load::Reader::lanes(self)
    }
}

/// The files of a data book.
pub(super) struct Files<'a> {
    pub(super) book: &'a Book,
    /// The contract's zone.
    pub(super) zone: &'a Zone,
}

impl Source for Files<'_> {
    fn open(&self, table: &Table, needs: &Needs) -> Result<Box<dyn Rows + '_>, EngineError> {
        Ok(Box::new(load::open(self.book, table, needs)?.spans_in(self.zone)))
    }

    fn maps(&self, table: &str, field: &str) -> bool {
        self.book.tables.get(table).is_some_and(|table| table.has(field))
    }

    fn holidays(&self, list: &str) -> Result<Vec<Date>, EngineError> {
        load::holidays(self.book, list)
    }

    fn complete_to(&self, table: &str) -> Option<Instant> {
        self.book.complete_to(table)
    }

    fn passed_over(&self, table: &Table, needs: &Needs) -> Vec<(u32, usize)> {
        load::passed_over(self.book, table, needs)
    }

    fn rules(&self, table: &str) -> Result<Option<String>, EngineError> {
        let Some(written) = self.book.tables.get(table).filter(|_| self.book.as_of.is_none()) else {
            return Ok(None);
        };
        let lists = load::lookup_files(self.book, table)?;
        Ok(Some(format!("{:?} {:?} {lists:?}", self.book.zone, written.rules())))
    }

    fn starts_with(&self, table: &str, begun: &Begun) -> Result<bool, EngineError> {
        load::starts_with(self.book, table, begun)
    }

    fn marked(
        &self,
        table: &str,
        begun: &Begun,
        before: Option<&Begun>,
    ) -> Result<Option<Begun>, EngineError> {
        load::marked(self.book, table, begun, before)
    }

    fn decisive(&self, table: &str) -> Vec<String> {
        let Some(table) = self.book.tables.get(table) else { return Vec::new() };
        let mut fields = table.key.clone().unwrap_or_default();
        if let Duplicates::KeepLatest(by) = &table.duplicates {
            fields.push(by.clone());
        }
        if let Some(Known::Column(by)) = &table.known_at {
            fields.push(by.clone());
        }
        if let Some(fold) = &table.fold {
            fields.push(fold.case.clone());
            if let FoldOrder::Field(by) = &fold.order {
                fields.push(by.clone());
            }
        }
        fields
    }
}
