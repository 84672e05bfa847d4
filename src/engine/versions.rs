//! Measuring contracts with all their versions: those over the same data in one reading.
//!
//! Every version of a contract that was amended counts in all periods; kept are
//! those under it. The evidence of later versions stands in files of their own,
//! `evidence-2026-07-01.parquet`.

use std::path::PathBuf;
use std::sync::Arc;

use super::source::Files;
use super::{Failure, Job, Options, Outcome, Step, registers_on, run_all};
use crate::book::Book;
use crate::contract::{Contract, Under};
use crate::measured::{Measured, Part, Reject};
use crate::plan::{self, Plan};
use crate::value::Period;

/// A contract that is to be measured.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The periods, in order of time.
    pub periods: &'a [Period],
    /// The folder for the evidence; none writes none.
    pub evidence: Option<PathBuf>,
}

/// What came out for a contract.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measurement {
    /// One part for each version that has a period.
    pub parts: Vec<Part>,
    /// The account of all together.
    pub measured: Arc<Measured>,
    /// Rows that could not be read, sorted, each once.
    pub rejects: Vec<Reject>,
    /// The names of the files of evidence.
    pub evidence: Vec<String>,
    /// What was done, by version.
    pub steps: Vec<Step>,
    /// What is to be said of the store: why nothing can be kept, or what was kept is of no use.
    pub remarks: Vec<String>,
}

/// Measures every version of the contract for the periods under it.
///
/// # Errors
///
/// [`Failure`] as of [`run_all`], of the first version that fails.
pub fn measure_versions(
    contract: &Contract,
    periods: &[Period],
    book: &Book,
    options: &Options<'_>,
) -> Result<Measurement, Box<Failure>> {
    let all = measure_all(&[Subject { contract, periods, evidence: None }], book, options)?;
    Ok(all.into_iter().next().unwrap_or_default())
}

/// A version of one of the contracts, ready to be measured.
struct Version<'a> {
    /// The place of the contract.
    at: usize,
    under: Under<'a>,
    source: Files<'a>,
    plan: Plan,
    /// The name of its evidence.
    evidence: Option<String>,
}

/// Measures several contracts over the files of a data book in one reading:
/// each comes out as if it were measured alone.
///
/// # Errors
///
/// [`Failure`] as of [`run_all`], of the first version that fails.
pub fn measure_all(
    subjects: &[Subject<'_>],
    book: &Book,
    options: &Options<'_>,
) -> Result<Vec<Measurement>, Box<Failure>> {
    let mut versions = Vec::new();
    for (at, one) in subjects.iter().enumerate() {
        for (index, under) in one.contract.under(one.periods).into_iter().enumerate() {
            let source = Files { book, zone: &under.contract.zone };
            let plan = plan::of(under.contract, one.periods, &registers_on(under.contract, &source)?);
            let evidence = one.evidence.is_some().then(|| name(index, &under, one.periods));
            versions.push(Version { at, under, source, plan, evidence });
        }
    }
    let job = |version: &'_ Version<'_>| {
        let folder = subjects.get(version.at).and_then(|one| one.evidence.as_ref());
        folder.zip(version.evidence.as_ref()).map(|(folder, name)| folder.join(name))
    };
    let jobs: Vec<Job<'_>> = versions
        .iter()
        .map(|version| Job {
            contract: version.under.contract,
            plan: &version.plan,
            source: &version.source,
            evidence: job(version),
        })
        .collect();
    let outcomes = run_all(&jobs, options)?;
    drop(jobs);
    let mut all: Vec<Measurement> = subjects.iter().map(|_| Measurement::default()).collect();
    for (version, outcome) in versions.into_iter().zip(outcomes) {
        if let Some(measurement) = all.get_mut(version.at) {
            measurement.add(version, outcome);
        }
    }
    all.iter_mut().for_each(Measurement::close);
    Ok(all)
}

/// The first version's evidence keeps the plain name.
fn name(index: usize, under: &Under<'_>, periods: &[Period]) -> String {
    match periods.get(under.periods.start).filter(|_| index > 0) {
        Some(period) => format!("evidence-{}.parquet", period.first),
        None => "evidence.parquet".to_string(),
    }
}

impl Measurement {
    fn add(&mut self, version: Version<'_>, outcome: Outcome) {
        self.evidence.extend(version.evidence);
        self.parts.push(Part { periods: version.under.periods, measured: Arc::new(outcome.measured) });
        self.rejects.extend(outcome.rejects);
        self.steps.extend(outcome.steps);
        self.remarks.extend(outcome.remarks);
    }

    /// After the last version.
    fn close(&mut self) {
        self.rejects.sort();
        self.rejects.dedup();
        self.measured = Measured::joined(&self.parts);
    }
}
