//! What is known of the first files of a table from an earlier reading, so that only those after them are read.
//!
//! | files | known | read | the account |
//! |-------|-------|------|-------------|
//! | `calls-01.csv`, `calls-02.csv` | none | both | of both |
//! | `calls-01.csv`, `calls-02.csv`, `calls-03.csv` | the first two | `calls-03.csv` | of all three |
//!
//! The account goes on where it ended: rejected rows of all files count against what the book allows,
//! and a key of a known file must not come back.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::files::{self, Listed};
use super::tally::Tally;
use crate::book::Book;
use crate::engine::EngineError;
use crate::measured::FileTotals;

/// The account of the first files of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Begun {
    /// The files, in the order of their names.
    pub files: Vec<FileTotals>,
    /// Fields that have the same value in every row of a file, by file.
    pub(super) set: Vec<BTreeMap<String, String>>,
    /// What became of their rows, and what their keys are.
    pub(super) tally: Tally,
}

impl Begun {
    /// Hashes of their keys, where these do not only rise.
    pub(in crate::engine) fn hashes(&self) -> &[Vec<u128>] {
        self.tally.keys.hashes()
    }

    /// The same account with these hashes of keys.
    pub(in crate::engine) fn with_hashes(&self, hashes: Vec<Vec<u128>>) -> Self {
        Self { files: self.files.clone(), set: self.set.clone(), tally: self.tally.with_hashes(hashes) }
    }

    /// Rows read of them.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tally.totals.read
    }
}

/// Whether the first files of a table are these, to the byte.
///
/// # Errors
///
/// When the book lacks the table, or a pattern of files matches nothing.
pub fn starts_with(book: &Book, table: &str, begun: &Begun) -> Result<bool, EngineError> {
    let Some(written) = book.tables.get(table) else { return Ok(begun.files.is_empty()) };
    let listed = files::list(book, written)?;
    let known: Vec<(&Listed, &FileTotals)> = listed.iter().zip(&begun.files).collect();
    let set = known.iter().map(|(file, _)| &file.entry.set);
    let named =
        |(file, known): &(&Listed, &FileTotals)| file.name == known.path && file.bytes() == known.bytes;
    let same = |(file, known): &(&Listed, &FileTotals)| {
        let meter = files::meter(&file.path, &file.name);
        meter.is_ok_and(|meter| meter.totals(&file.name, known.rows) == **known)
    };
    Ok(known.len() == begun.files.len()
        && set.eq(&begun.set)
        && known.iter().all(named)
        && known.par_iter().all(same))
}
