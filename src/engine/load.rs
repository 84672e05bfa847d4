//! Loading: from the files of the data book to typed batches of rows.
//!
//! ```text
//! files (by name) → rows → texts of cells → typed columns → duplicates, fold → batches
//! ```
//!
//! Which rows are rejected depends on the columns that are asked for, the
//! columns of the key, the fold and the rule for duplicates, and on the dating
//! field; never on others. [`check`] asks for all columns of the book.
//!
//! The account adds up: read = accepted + rejected + duplicates + folded + not yet known.

mod audit;
mod clock;
mod estimate;
mod files;
mod fold;
mod gather;
mod grid;
mod json;
mod layout;
mod ledger;
mod lines;
mod lists;
mod parse;
mod recipe;
mod recipes;
mod records;
mod scalar;
mod seen;
mod sheets;
mod source;
mod utf16;

pub use audit::{TableCheck, check};
pub use lists::{holiday_file, holidays, lookup_files};

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use rayon::prelude::*;

use super::{Batch, EngineError};
use crate::book::{Book, Duplicates};
use crate::contract::Table;
use crate::measured::{Reject, TableTotals};
use crate::value::Zone;
use fold::Folding;
use gather::Gathered;
use ledger::Ledger;
use lines::CHUNK_ROWS;
use parse::{Chunk, Identity, Parsed};
use recipe::Recipe;
use seen::Sight;
use source::Source;

/// What a caller needs of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// The fields.
    pub fields: BTreeSet<String>,
    /// Whether rows need ids.
    pub ids: bool,
}

/// What is known of a table after its last row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// The account of its rows.
    pub totals: TableTotals,
    /// The rows that could not be read, in file order; the first 100,000.
    pub rejects: Vec<Reject>,
}

/// What becomes of rows that belong together.
enum Rule {
    /// Every row stands for itself.
    Each,
    /// A key may occur once.
    Refuse,
    /// The first row of a key stays.
    First,
    /// The row of a key with the latest value of this recipe stays.
    Latest(usize),
    /// The rows of a case become one.
    Fold(Folding),
}

/// The rows of a table, batch by batch: files in the order of their names, rows in file order.
///
/// An event log is folded, and `keep latest` decided, after the last row; the
/// rows then come in the order of their ids. Too many rejected rows, or a
/// repeated key, are reported after the last batch; [`Reader::finish`] then
/// still has the account and the rejected rows.
pub struct Reader {
    recipes: Vec<Recipe>,
    identity: Identity,
    /// The fields asked for, with their recipe.
    wanted: BTreeMap<String, usize>,
    ids: bool,
    rule: Rule,
    source: Source,
    waiting: Vec<Chunk>,
    ready: VecDeque<Batch>,
    gathered: Gathered,
    ledger: Ledger,
    state: State,
}

/// How far reading is.
#[derive(PartialEq, Eq)]
enum State {
    Reading,
    /// All rows were read; batches may wait.
    Read,
    Ended,
}

/// Opens a table for reading.
///
/// # Errors
///
/// The book lacks the table or a field that is needed; a pattern of files
/// matches nothing; a list to look texts up in cannot be read.
pub fn open(book: &Book, table: &Table, needs: &Needs) -> Result<Reader, EngineError> {
    let written = book.tables.get(&table.name).ok_or_else(|| {
        EngineError::new(format!("the data book has no table `{}`", table.name)).help(format!(
            "add `{}:` under `tables` of `{}`",
            table.name,
            book.path.display()
        ))
    })?;
    let (files, later) = seen::files(book, written, files::list(book, written)?)?;
    let mut seen = Sight::of(book, written, &table.dated_by);
    let made = recipes::of(book, written, table, needs, seen.as_mut())?;
    let all = made.identity == Identity::Content;
    let mut ledger = Ledger::new(&table.name, written.rejects, written.duplicates == Duplicates::Refuse);
    ledger.totals.later_files = later;
    ledger.totals.known_by = seen.as_ref().map(|seen| seen.by.clone());
    ledger.seen_by = seen;
    Ok(Reader {
        source: Source::new(&table.name, &written.layout, files, all),
        wanted: made.wanted,
        ids: needs.ids,
        identity: made.identity,
        rule: made.rule,
        recipes: made.recipes,
        waiting: Vec::new(),
        ready: VecDeque::new(),
        gathered: Gathered::default(),
        ledger,
        state: State::Reading,
    })
}

impl Reader {
    /// Writes the spans of the account as local times of this zone instead of UTC.
    #[must_use]
    pub fn spans_in(mut self, zone: &Zone) -> Self {
        self.ledger.zone = Some(zone.clone());
        self
    }

    /// How many rows the table has, as far as that can be told by now.
    #[must_use]
    pub fn expected(&self) -> Option<u64> {
        self.source.expected()
    }

    /// The account of the table and its rejected rows, complete after the last batch or an error.
    #[must_use]
    pub fn finish(self) -> Loaded {
        self.ledger.finish(self.source.files)
    }

    /// Parses the chunks that wait while the next ones are read.
    fn step(&mut self) -> Result<(), EngineError> {
        let most = rayon::current_num_threads().max(1);
        let waiting = std::mem::take(&mut self.waiting);
        let (recipes, identity, source) = (&self.recipes, &self.identity, &mut self.source);
        let (parsed, next) = rayon::join(
            || waiting.par_iter().map(|chunk| parse::chunk(chunk, recipes, identity)).collect::<Vec<_>>(),
            || source.chunks(most, recipes),
        );
        for chunk in parsed {
            self.settle(chunk?)?;
        }
        self.waiting = next?;
        if self.waiting.is_empty() {
            self.state = State::Read;
            self.release()?;
        }
        Ok(())
    }

    /// Sorts out one chunk: rejected rows, duplicates, and the rest.
    fn settle(&mut self, parsed: Parsed) -> Result<(), EngineError> {
        let part = self.ledger.take(parsed, &self.rule, &self.identity)?;
        match &self.rule {
            Rule::Each | Rule::Refuse | Rule::First => {
                let batch = part.batch(&self.wanted, self.ids);
                self.ledger.accept(&batch);
                self.ready.extend((batch.rows > 0).then_some(batch));
            }
            Rule::Latest(_) | Rule::Fold(_) => self.gathered.add(part),
        }
        Ok(())
    }

    /// After the last row: decides about rows that were gathered.
    fn release(&mut self) -> Result<(), EngineError> {
        let gathered = std::mem::take(&mut self.gathered);
        let part = match &self.rule {
            Rule::Each | Rule::Refuse | Rule::First => return Ok(()),
            Rule::Latest(by) => gathered.latest(*by, &mut self.ledger.totals)?,
            Rule::Fold(folding) => gathered.fold(folding, &mut self.ledger.totals)?,
        };
        for part in part.into_iter().flat_map(|part| part.split(CHUNK_ROWS)) {
            let batch = part.batch(&self.wanted, self.ids);
            self.ledger.accept(&batch);
            self.ready.push_back(batch);
        }
        Ok(())
    }

    fn advance(&mut self) -> Result<Option<Batch>, EngineError> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            match self.state {
                State::Reading => self.step()?,
                State::Read => {
                    self.state = State::Ended;
                    self.ledger.verdict()?;
                }
                State::Ended => return Ok(None),
            }
        }
    }
}

impl Iterator for Reader {
    type Item = Result<Batch, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.advance();
        if next.is_err() {
            self.state = State::Ended;
            self.ready.clear();
        }
        next.transpose()
    }
}

#[cfg(test)]
mod tests;
