//! Loading: from the files of the data book to typed batches of rows.
//!
//! ```text
//! files (by name) → rows → texts of cells → typed columns → duplicates, fold → batches
//! ```
//!
//! Parquet columns with nothing unusual in them become typed columns as they
//! are; whatever else there is goes by the texts of its cells. Where each row
//! stands for itself, or a key may occur once, several threads read stretches
//! of the files at the same time; the account is that of reading in order.
//!
//! Which rows are rejected depends on the columns that are asked for, the
//! columns of the key, the fold and the rule for duplicates, and on the dating
//! field; never on others. [`check`] asks for all columns of the book.
//!
//! The account adds up: read = accepted + rejected + duplicates + folded + not yet known.
//! Rows that are passed over, because none of their row group can matter, are counted beside it.

mod audit;
mod begun;
mod cells;
mod clock;
mod column;
mod decimals;
mod dictionary;
mod digests;
mod estimate;
mod files;
mod fold;
mod gather;
mod grid;
mod groups;
mod ids;
mod iso;
mod json;
mod keys;
mod lanes;
mod layout;
mod ledger;
mod lines;
mod lists;
mod memory;
mod open;
mod pages;
mod parse;
mod passed;
mod recipe;
mod recipes;
mod records;
mod scalar;
mod seen;
mod setup;
mod sheets;
mod source;
mod strings;
mod tally;
mod typed;
mod utf16;
mod words;

pub use audit::{TableCheck, check};
pub use begun::{Begun, marked, starts_with};
pub(super) use files::{digest, digest_of};
pub use lists::{holiday_file, holidays, lookup, lookup_files};
pub use passed::Within;

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::{Batch, EngineError};
use crate::book::Book;
use crate::contract::Table;
use crate::measured::{Reject, TableTotals};
use crate::value::Zone;
use fold::Folding;
use gather::Gathered;
use lanes::locked;
use ledger::Ledger;
use lines::CHUNK_ROWS;
use memory::Memory;
use parse::{Chunk, Parsed};
use seen::Sight;
use setup::Setup;
use source::Source;

/// What a caller needs of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    /// The fields.
    pub fields: BTreeSet<String>,
    /// Whether rows need ids.
    pub ids: bool,
    /// The rows that can matter; none is all.
    pub within: Option<Within>,
    /// What is known of the first files, which are not read then.
    pub begun: Option<Arc<Begun>>,
    /// Whether the account is wanted to go on from.
    pub goes_on: bool,
    /// Whether nobody asks for the digests of the files, and from when to when dates are.
    pub unaccounted: bool,
}

/// What is known of a table after its last row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Loaded {
    /// The account of its rows.
    pub totals: TableTotals,
    /// The rows that could not be read, in file order; the first 100,000.
    pub rejects: Vec<Reject>,
    /// Whether all rows have to be read: the latest date may be among those that were passed
    /// over, or a key of the files that were known may have come back.
    pub again: bool,
    /// The account of all files, to go on from; none where rows of later files could change what
    /// became of earlier ones, or their keys are not known to differ.
    pub begun: Option<Arc<Begun>>,
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
    setup: Arc<Setup>,
    source: Mutex<Source>,
    ledger: Mutex<Ledger>,
    /// What threads remember from one stretch to the next.
    spare: Mutex<Vec<Memory>>,
    waiting: Vec<Chunk>,
    ready: VecDeque<Batch>,
    gathered: Gathered,
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
    Ok(Reader::new(Arc::new(setup(book, table, needs)?)))
}

/// The row groups of a table that are passed over: file and place in it. None where it cannot be opened.
#[must_use]
pub fn passed_over(book: &Book, table: &Table, needs: &Needs) -> Vec<(u32, usize)> {
    let setup = needs.within.as_ref().and_then(|_| setup(book, table, needs).ok());
    setup.map(|setup| setup.passed.all()).unwrap_or_default()
}

fn setup(book: &Book, table: &Table, needs: &Needs) -> Result<Setup, EngineError> {
    let written = book.tables.get(&table.name).ok_or_else(|| {
        EngineError::new(format!("the data book has no table `{}`", table.name)).help(format!(
            "add `{}:` under `tables` of `{}`",
            table.name,
            book.path.display()
        ))
    })?;
    let (mut files, later) = seen::files(book, written, files::list(book, written)?)?;
    files.drain(..needs.begun.as_ref().map_or(0, |begun| begun.files.len()).min(files.len()));
    let mut seen = Sight::of(book, written, &table.dated_by);
    let made = recipes::of(book, written, table, needs, seen.as_mut())?;
    let setup = Setup {
        table: table.name.clone(),
        allowed: written.rejects,
        layout: written.layout.clone(),
        files,
        later_files: later,
        recipes: made.recipes.into(),
        identity: made.identity,
        rule: made.rule,
        wanted: made.wanted,
        ids: needs.ids,
        seen_by: seen,
        passed: Arc::default(),
        begun: needs.begun.clone(),
        goes_on: needs.goes_on,
        accounted: !needs.unaccounted,
    };
    let passed = needs.within.as_ref().and_then(|within| setup.passed(within));
    Ok(Setup { passed: passed.map(Arc::new).unwrap_or_default(), ..setup })
}

impl Reader {
    fn new(setup: Arc<Setup>) -> Self {
        Self {
            source: Mutex::new(setup.source()),
            ledger: Mutex::new(Ledger::of(setup.begun.as_deref())),
            setup,
            spare: Mutex::default(),
            waiting: Vec::new(),
            ready: VecDeque::new(),
            gathered: Gathered::default(),
            state: State::Reading,
        }
    }

    /// Writes the spans of the account as local times of this zone instead of UTC.
    #[must_use]
    pub fn spans_in(self, zone: &Zone) -> Self {
        locked(&self.ledger).zone = Some(zone.clone());
        self
    }

    /// How many rows the table has, as far as that can be told by now.
    #[must_use]
    pub fn expected(&self) -> Option<u64> {
        locked(&self.source).expected()
    }

    /// The account of the table and its rejected rows, complete after the last batch or an error.
    #[must_use]
    pub fn finish(self) -> Loaded {
        let ledger = self.ledger.into_inner().unwrap_or_else(PoisonError::into_inner);
        let source = self.source.into_inner().unwrap_or_else(PoisonError::into_inner);
        let files = source.totals(ledger.stretches());
        ledger.finish(&self.setup, files)
    }

    /// Parses the chunks that wait while the next ones are read.
    fn step(&mut self) -> Result<(), EngineError> {
        let most = rayon::current_num_threads().max(1);
        let waiting = std::mem::take(&mut self.waiting);
        let (recipes, identity) = (&self.setup.recipes, &self.setup.identity);
        let source = self.source.get_mut().unwrap_or_else(PoisonError::into_inner);
        let parse = |memory: &mut Memory, chunk: &Chunk| parse::chunk(chunk, recipes, identity, memory);
        let (parsed, next) = rayon::join(
            || waiting.par_iter().map_init(Memory::default, parse).collect::<Vec<_>>(),
            || source.chunks(most),
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
        let ledger = self.ledger.get_mut().unwrap_or_else(PoisonError::into_inner);
        let part = ledger.take(parsed, &self.setup)?;
        match &self.setup.rule {
            Rule::Each | Rule::Refuse | Rule::First => {
                let batch = self.setup.batch(part, &mut ledger.tally);
                self.ready.extend((batch.rows > 0).then_some(batch));
            }
            Rule::Latest(_) | Rule::Fold(_) => self.gathered.add(part),
        }
        Ok(())
    }

    /// After the last row: decides about rows that were gathered.
    fn release(&mut self) -> Result<(), EngineError> {
        let gathered = std::mem::take(&mut self.gathered);
        let tally = &mut self.ledger.get_mut().unwrap_or_else(PoisonError::into_inner).tally;
        let part = match &self.setup.rule {
            Rule::Each | Rule::Refuse | Rule::First => return Ok(()),
            Rule::Latest(by) => gathered.latest(*by, &mut tally.totals)?,
            Rule::Fold(folding) => gathered.fold(folding, &mut tally.totals)?,
        };
        for part in part.into_iter().flat_map(|part| part.split(CHUNK_ROWS)) {
            self.ready.push_back(self.setup.batch(part, tally));
        }
        Ok(())
    }

    /// After the last row: whether the data can be used.
    fn judge(&mut self) -> Result<(), EngineError> {
        self.source.get_mut().unwrap_or_else(PoisonError::into_inner).digested()?;
        self.ledger.get_mut().unwrap_or_else(PoisonError::into_inner).verdict(&self.setup)
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
                    self.judge()?;
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
