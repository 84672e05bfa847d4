//! The engine: from files to exact counts. The only place that knows Arrow.
//!
//! Each table streams by once. Conditions and values are worked out for a
//! batch of rows at a time, each once however many measures use it; every
//! record is then sorted into a cell (period and segment) and counted. What
//! rests on a look-ahead waits until all tables have been read: the records
//! involved are put in order by key and time, one sweep answers the question,
//! and the waiting figures are counted. Only integers and exact sums come out;
//! nothing depends on the order of rows, the size of batches or the threads.
//!
//! | file | what it owns |
//! |------|--------------|
//! | `together`, `versions` | the order of work, for several plans and versions at once |
//! | `run`, `rounds` | the steps of one plan |
//! | `source`, `load` | where rows come from |
//! | `matter` | which dates of a table can matter |
//! | `batches`, `scan`, `late`, `frame` | one batch at a time, and what is kept of it |
//! | `evaluate`, `truth`, `numbers`, `values`, `texts` | conditions and values over a batch |
//! | `cells`, `decide`, `classes`, `count`, `ranks`, `gather` | from records to figures |
//! | `bins`, `filter`, `ids`, `table` | records by key, in memory or on disk, and by row |
//! | `keyed`, `window` | look-aheads |
//! | `distinct` | different keys |
//! | `complete`, `maturity`, `finality`, `ends` | up to when data is complete, and nothing can change |
//! | `quota` | allowances |
//! | `journey` | contacts joined into journeys |
//! | `register` | the rows of registers |
//! | `clock`, `pauses`, `offsets` | business time and local time |
//! | `kept` | what is kept for later runs |
//! | `evidence` | what became of each record |
//! | `step` | what a run did, and how long it took |

mod batch;
mod batches;
mod bins;
mod cells;
mod classes;
mod clock;
mod complete;
mod count;
mod decide;
mod distinct;
mod ends;
mod error;
mod evaluate;
mod evidence;
mod extremes;
mod filter;
mod finality;
mod frame;
mod gather;
mod hash;
mod hashes;
mod ids;
mod journey;
mod kept;
mod keyed;
mod late;
mod layouts;
pub mod load;
mod lookup;
mod matter;
mod maturity;
mod numbers;
mod offsets;
mod pauses;
mod quota;
mod ranks;
mod register;
mod rounds;
mod run;
mod scan;
mod source;
mod split;
mod step;
mod table;
#[cfg(test)]
mod tests;
mod texts;
mod together;
mod truth;
mod values;
mod versions;
mod weight;
mod window;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use batch::{Batch, Column, NUMBER_SCALE};
pub use ends::Ends;
pub use error::EngineError;
pub use source::{Lanes, Rows, Source, Stretch};
pub use step::Step;
pub use texts::Texts;
pub use versions::{Measurement, Subject, measure_all, measure_versions};

use crate::book::Book;
use crate::contract::Contract;
use crate::measured::{Measured, Registers, Reject, TableTotals};
use crate::plan::{self, Plan};
use crate::value::Period;

/// What came out of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Counts, sums and control totals.
    pub measured: Measured,
    /// Rows that could not be read, sorted.
    pub rejects: Vec<Reject>,
    /// What was done, in order.
    pub steps: Vec<Step>,
    /// What is to be said of the store: why nothing can be kept, or what was kept is of no use.
    pub remarks: Vec<String>,
}

/// What stopped a run, and what had been read until then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What is wrong.
    pub error: EngineError,
    /// Control totals of the tables read so far.
    pub totals: BTreeMap<String, TableTotals>,
    /// Rows that could not be read, sorted.
    pub rejects: Vec<Reject>,
}

/// Is told how far the reading has come.
pub trait Progress: Sync {
    /// So many rows of a table have been read, of so many if that is known.
    fn rows(&self, table: &str, rows: u64, of: Option<u64>);

    /// How much time has passed; none where nobody asks how long steps take.
    fn elapsed(&self) -> Option<Duration> {
        None
    }
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn rows(&self, _: &str, _: u64, _: Option<u64>) {}
}

/// A plan to be measured.
#[derive(Clone)]
pub struct Job<'a> {
    /// What the plan was made for.
    pub contract: &'a Contract,
    /// What has to be read and counted.
    pub plan: &'a Plan,
    /// Where the rows come from.
    pub source: &'a dyn Source,
    /// The file for the evidence; none writes none.
    pub evidence: Option<PathBuf>,
}

/// How a run is done; none of it changes a figure.
pub struct Options<'a> {
    /// Who is told about the progress.
    pub progress: &'a dyn Progress,
    /// How many threads; none is one per core.
    pub threads: Option<usize>,
    /// About how much memory it may take, in bytes; what does not fit is put aside on disk.
    pub memory: u64,
    /// The folder where what runs come to is kept for later ones; none keeps nothing.
    pub store: Option<&'a Path>,
    /// Whether the account tells the digests of the files that are read, and from when to when dates are.
    pub accounts: bool,
}

/// How much memory a run may take unless it is told otherwise, in bytes.
pub const MEMORY: u64 = 1 << 30;

impl Default for Options<'_> {
    fn default() -> Self {
        Self { progress: &Silent, threads: None, memory: MEMORY, store: None, accounts: true }
    }
}

/// Reads the registers of a contract, then measures its periods over the files of a data book.
///
/// # Errors
///
/// [`Failure`] as for [`run_all`].
pub fn measure(
    contract: &Contract,
    periods: &[Period],
    book: &Book,
    options: &Options<'_>,
) -> Result<Outcome, Box<Failure>> {
    measure_on(contract, periods, &source::Files { book, zone: &contract.zone }, options)
}

/// Likewise over the tables of a source.
///
/// # Errors
///
/// [`Failure`] as for [`run_all`].
pub fn measure_on(
    contract: &Contract,
    periods: &[Period],
    source: &dyn Source,
    options: &Options<'_>,
) -> Result<Outcome, Box<Failure>> {
    let registers = registers_on(contract, source)?;
    run_on(contract, &plan::of(contract, periods, &registers), source, options)
}

/// Reads the registers of a contract.
///
/// # Errors
///
/// [`Failure`] when a register cannot be read.
pub fn registers(contract: &Contract, book: &Book) -> Result<Registers, Box<Failure>> {
    registers_on(contract, &source::Files { book, zone: &contract.zone })
}

fn registers_on(contract: &Contract, source: &dyn Source) -> Result<Registers, Box<Failure>> {
    let mut registers = Registers::default();
    match register::read(contract, source, &mut registers) {
        Ok(()) => Ok(registers),
        Err(error) => Err(Box::new(Failure { error, totals: registers.totals, rejects: registers.rejects })),
    }
}

/// Measures what the plan asks for over the files of a data book.
///
/// # Errors
///
/// [`Failure`] as for [`run_all`].
pub fn run(
    contract: &Contract,
    plan: &Plan,
    book: &Book,
    options: &Options<'_>,
) -> Result<Outcome, Box<Failure>> {
    run_on(contract, plan, &source::Files { book, zone: &contract.zone }, options)
}

/// Measures what the plan asks for over the tables of a source.
///
/// # Errors
///
/// [`Failure`] as for [`run_all`].
pub fn run_on(
    contract: &Contract,
    plan: &Plan,
    source: &dyn Source,
    options: &Options<'_>,
) -> Result<Outcome, Box<Failure>> {
    let outcomes = run_all(&[Job { contract, plan, source, evidence: None }], options)?;
    Ok(outcomes.into_iter().next().unwrap_or_default())
}

/// Measures several plans in one reading of the data: each comes out as if it
/// were measured alone. Their sources must have the same rows.
///
/// # Errors
///
/// [`Failure`] of the first that fails, and of no other: a table cannot be
/// read, lacks a field, has more rejected rows than the book allows, or its
/// data are not of the types the contract was checked with.
pub fn run_all(jobs: &[Job<'_>], options: &Options<'_>) -> Result<Vec<Outcome>, Box<Failure>> {
    let work = || together::outcomes(jobs, options);
    let Some(threads) = options.threads else { return work() };
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(work),
        Err(error) => Err(Box::new(Failure {
            error: EngineError::new(format!("{threads} threads cannot be started: {error}")),
            totals: BTreeMap::new(),
            rejects: Vec::new(),
        })),
    }
}
