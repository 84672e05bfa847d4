//! Measuring a contract that was amended: once for each version.
//!
//! Each run reads the data anew and counts in all periods; kept are those under
//! its version. The evidence of later versions stands in files of their own,
//! `evidence-2026-07-01.parquet`.

use std::collections::BTreeMap;
use std::path::Path;

use super::{EngineError, Failure, Options, Step, measure};
use crate::book::Book;
use crate::contract::Contract;
use crate::measured::{Measured, Part, Reject};
use crate::value::Period;

/// What came out of all runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measurement {
    /// One part for each version that has a period.
    pub parts: Vec<Part>,
    /// The account of all together.
    pub measured: Measured,
    /// Rows that could not be read, sorted, each once.
    pub rejects: Vec<Reject>,
    /// The names of the files of evidence.
    pub evidence: Vec<String>,
    /// What was done, the latest version first.
    pub steps: Vec<Step>,
}

/// Measures every version of the contract for the periods under it.
///
/// # Errors
///
/// [`Failure`] as of [`measure`], of the first version that fails.
pub fn measure_versions(
    contract: &Contract,
    periods: &[Period],
    book: &Book,
    options: &Options<'_>,
) -> Result<Measurement, Box<Failure>> {
    let mut all = Measurement::default();
    let versions = contract.under(periods);
    // The first version comes last: its evidence keeps the plain name.
    for (index, under) in versions.iter().enumerate().rev() {
        let outcome = measure(under.contract, periods, book, options)?;
        if let Some(folder) = &options.evidence {
            let first = periods.get(under.periods.start).filter(|_| index > 0);
            let name =
                first.map_or(EVIDENCE.to_string(), |period| format!("evidence-{}.parquet", period.first));
            renamed(folder, &name)?;
            all.evidence.insert(0, name);
        }
        all.parts.insert(0, Part { periods: under.periods.clone(), measured: outcome.measured });
        all.rejects.extend(outcome.rejects);
        all.steps.extend(outcome.steps);
    }
    all.rejects.sort();
    all.rejects.dedup();
    all.measured = Measured::joined(&all.parts);
    Ok(all)
}

const EVIDENCE: &str = "evidence.parquet";

fn renamed(folder: &Path, name: &str) -> Result<(), Box<Failure>> {
    if name == EVIDENCE {
        return Ok(());
    }
    std::fs::rename(folder.join(EVIDENCE), folder.join(name)).map_err(|error| {
        let error = EngineError::new(format!("cannot write `{}`: {error}", folder.join(name).display()));
        Box::new(Failure { error, totals: BTreeMap::new(), rejects: Vec::new() })
    })
}
