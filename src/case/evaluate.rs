//! The stages in a row, for one case.

use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;

use meed_grammar::Source;

use super::settings::Settings;
use crate::assess::{Assessment, assess};
use crate::book::{AsOf, Book};
use crate::checked::{self, Checked};
use crate::contract::Contract;
use crate::engine::{self, Failure, Measurement};
use crate::measured::{Measured, Registers, Reject};
use crate::reading::Readings;
use crate::settle::{Settlement, settle};
use crate::value::{Instant, Period};
use crate::{book, reading};

/// A checked contract and its text.
#[derive(Debug)]
pub(super) struct CheckedCase {
    /// The text.
    pub source: Source,
    /// The contract; none when it has errors.
    pub contract: Option<Contract>,
    /// Everything found.
    pub diagnostics: Vec<meed_grammar::diagnostic::Diagnostic>,
}

/// Everything that comes out of a case.
#[derive(Debug)]
pub(super) struct Evaluated {
    /// The account of the data; none when readings were given.
    pub measured: Option<Arc<Measured>>,
    /// The moment up to which the data book calls its data complete.
    pub complete_to: Option<Instant>,
    /// The moment as of which it was looked at.
    pub as_of: Option<String>,
    /// Rows that could not be read.
    pub rejects: Vec<Reject>,
    /// The readings.
    pub readings: Readings,
    /// The judgements.
    pub assessment: Assessment,
    /// The money.
    pub settlement: Settlement,
}

/// The contract of a case.
pub(super) fn source(folder: &Path, settings: &Settings) -> Result<Source, String> {
    let path = settings.contract.as_deref().unwrap_or(Path::new("terms.contract"));
    Ok(Source::new(path.display().to_string(), super::read(&folder.join(path))?))
}

/// Parses and checks a contract.
pub(super) fn check(source: Source) -> CheckedCase {
    let Checked { contract, diagnostics, .. } = checked::of(&source);
    CheckedCase { source, contract, diagnostics }
}

/// Measures or reads, judges and settles; none for a case without data. The error is the refusal of the data.
pub(super) fn evaluate(
    folder: &Path,
    settings: &Settings,
    contract: &Contract,
) -> Result<Option<Evaluated>, String> {
    let periods = settings.periods(contract)?;
    let given = folder.join("readings.csv");
    let book = folder.join(settings.data.as_deref().unwrap_or(Path::new("data.yaml")));
    let (readings, measured, complete_to) = if given.is_file() {
        let text = super::read(&given)?;
        let readings = reading::given(&text, contract, &periods)
            .map_err(|errors| told(&errors, |error| error.help.as_deref()))?;
        let registers = registers(&book, contract)?;
        (Readings { registers, ..readings }, None, None)
    } else if book.is_file() {
        let (measured, complete_to) = measure(&book, settings, contract, &periods)?;
        (reading::of_parts(contract, &periods, &measured.parts), Some(measured), complete_to)
    } else {
        return Ok(None);
    };
    let assessment = assess(contract, &readings);
    let settlement = settle(contract, &readings, &assessment);
    let (measured, rejects) =
        measured.map_or((None, Vec::new()), |outcome| (Some(outcome.measured), outcome.rejects));
    Ok(Some(Evaluated {
        measured,
        complete_to,
        as_of: settings.as_of.clone(),
        rejects,
        readings,
        assessment,
        settlement,
    }))
}

/// The registers beside given readings; none without a data book.
fn registers(path: &Path, contract: &Contract) -> Result<Registers, String> {
    if !contract.reads_registers() || !path.is_file() {
        return Ok(Registers::default());
    }
    let book = book::read(&super::read(path)?, path)
        .map_err(|errors| told(&errors, |error| error.help.as_deref()))?;
    engine::registers(contract, &book).map_err(|failure| refusal(&failure))
}

/// What the engine measures, and the moment up to which the book calls its data complete.
fn measure(
    path: &Path,
    settings: &Settings,
    contract: &Contract,
    periods: &[Period],
) -> Result<(Measurement, Option<Instant>), String> {
    let book = fitting(path, settings, contract)?;
    let outcome = engine::measure_versions(contract, periods, &book, &engine::Options::default());
    Ok((outcome.map_err(|failure| refusal(&failure))?, book.complete_to))
}

/// What a run measures, and from which book; none for one without data, or whose data is refused.
pub(super) fn data(
    folder: &Path,
    settings: &Settings,
) -> Result<Option<(Contract, Vec<Period>, Book)>, String> {
    let Some(contract) = check(source(folder, settings)?).contract else { return Ok(None) };
    let path = folder.join(settings.data.as_deref().unwrap_or(Path::new("data.yaml")));
    if folder.join("readings.csv").is_file() || !path.is_file() || !settings.error.is_empty() {
        return Ok(None);
    }
    let periods = settings.periods(&contract)?;
    let book = fitting(&path, settings, &contract)?;
    Ok(Some((contract, periods, book)))
}

/// The data book of a run, once it fits the contract.
fn fitting(path: &Path, settings: &Settings, contract: &Contract) -> Result<Book, String> {
    let book = book::read(&super::read(path)?, path)
        .map_err(|errors| told(&errors, |error| error.help.as_deref()))?;
    let unfit: Vec<_> = contract.versions().flat_map(|(_, version)| book.check(version)).collect();
    if !unfit.is_empty() {
        return Err(told(&unfit, |error| error.help.as_deref()));
    }
    Ok(match &settings.as_of {
        Some(text) => {
            book.as_of(AsOf::read(text, &contract.zone).map_err(|why| format!("case.yaml: {why}"))?)
        }
        None => book,
    })
}

/// What stopped the engine, and the rows it could not read.
fn refusal(failure: &Failure) -> String {
    let error = told(std::slice::from_ref(&failure.error), |error| error.help.as_deref());
    let rows = failure.rejects.iter();
    let rows = rows.map(|it| {
        format!("\n{}:{}, column `{}`: {}: `{}`", it.file, it.line, it.column, it.reason, it.value)
    });
    error + &rows.collect::<String>()
}

/// Errors and what to do about each, line by line.
fn told<E: Display>(errors: &[E], help: impl Fn(&E) -> Option<&str>) -> String {
    let lines = errors.iter().map(|error| match help(error) {
        Some(help) => format!("{error}; {help}"),
        None => error.to_string(),
    });
    lines.collect::<Vec<_>>().join("\n")
}
