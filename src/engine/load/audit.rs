//! Everything there is to know about the data before anything is measured.

use std::collections::BTreeSet;

use super::super::EngineError;
use super::{Loaded, Needs, open};
use crate::book::Book;
use crate::contract::Contract;

/// The state of one table's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableCheck {
    /// The table.
    pub table: String,
    /// Its account and its rejected rows, as far as reading came.
    pub loaded: Loaded,
    /// Why the data cannot be used as it is.
    pub error: Option<EngineError>,
}

/// Reads all data with every column of the book, by table.
///
/// The spans of the accounts end where the data does, as local times of the
/// contract's zone.
#[must_use]
pub fn check(book: &Book, contract: &Contract) -> Vec<TableCheck> {
    let tables = contract.tables.values().filter(|table| book.tables.contains_key(&table.name));
    tables
        .map(|table| {
            let mapped = book.tables.get(&table.name).into_iter().flat_map(|written| {
                written.columns.keys().chain(written.files.iter().flat_map(|file| file.set.keys()))
            });
            let fields: BTreeSet<String> =
                mapped.filter(|field| table.fields.contains_key(*field)).cloned().collect();
            let (loaded, error) = match open(book, table, &Needs { fields, ..Needs::default() }) {
                Ok(reader) => {
                    let mut reader = reader.spans_in(&contract.zone);
                    let error = match reader.lanes() {
                        Some(lanes) => reader.drain(drop).and_then(|()| lanes.verdict()).err(),
                        None => reader.by_ref().find_map(Result::err),
                    };
                    (reader.finish(), error)
                }
                Err(error) => (Loaded::default(), Some(error)),
            };
            TableCheck { table: table.name.clone(), loaded, error }
        })
        .collect()
}
