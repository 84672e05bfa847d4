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

use super::files::{self, Listed, digest_of};
use super::tally::Tally;
use crate::book::Book;
use crate::engine::EngineError;
use crate::measured::FileTotals;

/// The account of the first files of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Begun {
    /// The files, in the order of their names.
    pub files: Vec<FileTotals>,
    /// What each of them is recognised by when it is looked at again: BLAKE3 of its bytes, which takes a third of
    /// the time that SHA-256 does. None before the account is kept.
    pub(super) marks: Vec<String>,
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
        let Self { files, marks, set, tally } = self;
        let tally = tally.with_hashes(hashes);
        Self { files: files.clone(), marks: marks.clone(), set: set.clone(), tally }
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
    let marks: Vec<(&Listed, &String)> = listed.iter().zip(&begun.marks).collect();
    let same = |(file, mark): &(&Listed, &String)| digest_of(&file.path).is_ok_and(|found| found == **mark);
    Ok([known.len(), marks.len()] == [begun.files.len(); 2]
        && set.eq(&begun.set)
        && known.iter().all(named)
        && marks.par_iter().all(same))
}

/// The account with what its files are recognised by, of which those of the first were known before; none
/// where they are not the files any more that were read.
///
/// # Errors
///
/// When a pattern of files matches nothing, or one cannot be read.
pub fn marked(
    book: &Book,
    table: &str,
    begun: &Begun,
    before: Option<&Begun>,
) -> Result<Option<Begun>, EngineError> {
    let listed = book.tables.get(table).map(|written| files::list(book, written)).transpose()?;
    let listed = listed.unwrap_or_default();
    let known = before.map(|before| before.marks.clone()).unwrap_or_default();
    let new: Vec<(&Listed, &FileTotals)> = listed.iter().zip(&begun.files).skip(known.len()).collect();
    let mark = |(file, read): &(&Listed, &FileTotals)| {
        let (sha256, mark) = files::both_digests(file)?;
        Ok((file.name == read.path && sha256 == read.sha256).then_some(mark))
    };
    let new: Vec<Option<String>> = new.par_iter().map(mark).collect::<Result<_, EngineError>>()?;
    let marks: Option<Vec<String>> = known.into_iter().map(Some).chain(new).collect();
    let marks = marks.filter(|marks| marks.len() == begun.files.len());
    Ok(marks.map(|marks| Begun { marks, ..begun.with_hashes(Vec::new()) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book;

    #[test]
    fn files_that_have_changed_since_they_were_read_are_not_marked() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("a-1.csv", "id\n1\n");
        write("a-2.csv", "id\n2\n");
        let book = "zone: UTC\ntables:\n  a:\n    files: a-*.csv\n    columns: {id: id}\n";
        let book = book::read(book, &folder.path().join("data.yaml")).unwrap();
        let file = |name: &str| {
            let path = folder.path().join(name);
            files::meter(&path, name).unwrap().totals(name, 1)
        };
        let begun = |names: &[&str]| Begun {
            files: names.iter().map(|name| file(name)).collect(),
            set: vec![BTreeMap::new(); names.len()],
            ..Begun::default()
        };
        let both = begun(&["a-1.csv", "a-2.csv"]);
        let first = marked(&book, "a", &begun(&["a-1.csv"]), None).unwrap().unwrap();
        let all = marked(&book, "a", &both, Some(&first)).unwrap().unwrap();
        assert_eq!(all, marked(&book, "a", &both, None).unwrap().unwrap());
        assert!(starts_with(&book, "a", &first).unwrap() && starts_with(&book, "a", &all).unwrap());
        assert!(!starts_with(&book, "a", &both).unwrap(), "without marks nothing is recognised");
        write("a-2.csv", "id\n3\n");
        assert_eq!(marked(&book, "a", &both, Some(&first)).unwrap(), None);
        assert!(starts_with(&book, "a", &first).unwrap() && !starts_with(&book, "a", &all).unwrap());
    }
}
