//! Contracts that are measured together come out as each alone.
//!
//! The contract of every case with data is measured in one reading with
//! contracts that have one of its measures each, and so need less of the same
//! tables; then once more as of the end of a day in the midst of the data.

use std::path::Path;

use libtest_mimic::{Failed, Trial};
use meed::book::{self, AsOf, Book};
use meed::case::Case;
use meed::contract::Contract;
use meed::engine::{self, Failure, Measurement, Options, Subject};
use meed::value::Period;

use super::laws;

/// How many contracts with a single measure go along.
const MOST: usize = 4;

/// One trial for a case with data.
pub fn trial(folder: &str, case: &Case) -> Option<Trial> {
    let path = case.path.clone();
    let name = format!("together/{folder}/{}", case.name);
    path.join("data.yaml").is_file().then(|| Trial::test(name, move || compare(&path)))
}

fn compare(folder: &Path) -> Result<(), Failed> {
    let path = folder.join("data.yaml");
    let text = std::fs::read_to_string(folder.join("terms.contract")).unwrap_or_default();
    let Ok(contract) = laws::contract(&text) else { return Ok(()) };
    let Ok(book) = book::read(&std::fs::read_to_string(&path)?, &path) else { return Ok(()) };
    let mut periods = contract.periods();
    periods.truncate(12);
    let mut contracts: Vec<Contract> =
        contract.measures.keys().take(MOST).map(|name| only(&contract, name)).collect();
    let middle = periods.get(periods.len() / 2).map(|period| period.first.to_string()).unwrap_or_default();
    let as_of = AsOf::read(&middle, &contract.zone)?;
    contracts.insert(contracts.len() / 2, contract);
    same(&contracts, &periods, &book)?;
    same(&contracts, &periods, &book.as_of(as_of))
}

/// The contract without amendments, and with a single measure.
fn only(contract: &Contract, measure: &str) -> Contract {
    let mut only = contract.clone();
    only.measures.retain(|name, _| name == measure);
    only.amended.clear();
    only
}

fn same(contracts: &[Contract], periods: &[Period], book: &Book) -> Result<(), Failed> {
    let options = Options::default();
    let subjects: Vec<Subject<'_>> =
        contracts.iter().map(|contract| Subject { contract, periods, evidence: None }).collect();
    let together = engine::measure_all(&subjects, book, &options);
    let alone: Vec<Result<Measurement, Box<Failure>>> = contracts
        .iter()
        .map(|contract| engine::measure_versions(contract, periods, book, &options))
        .collect();
    match together {
        Err(failure) if alone.contains(&Err(failure.clone())) => Ok(()),
        Err(failure) => Err(format!("together they fail otherwise: {}", failure.error).into()),
        Ok(together) => {
            for (at, (both, alone)) in together.into_iter().zip(alone).enumerate() {
                let alone =
                    alone.map_err(|failure| format!("contract {at} fails alone: {}", failure.error))?;
                if (&both.parts, &both.measured, &both.rejects)
                    != (&alone.parts, &alone.measured, &alone.rejects)
                {
                    return Err(
                        format!("contract {at} comes out otherwise: {both:#?} alone {alone:#?}").into()
                    );
                }
            }
            Ok(())
        }
    }
}
