//! The data book of an evaluation: which periods it may have data of.

use std::path::Path;

use super::evaluation::Job;
use super::input;
use super::periods::Chosen;
use super::screen::{Fault, Stop};
use crate::audit::FileDigest;
use crate::book::{self, AsOf, Book};
use crate::contract::Contract;
use crate::value::Period;

/// A data book, and the periods that are measured by it.
pub struct Data {
    /// The file it was read from.
    pub file: FileDigest,
    /// The book, as of the moment that is asked for.
    pub book: Book,
    /// The periods.
    pub periods: Vec<Period>,
}

/// The data book of a job, and the periods of which it may have data.
pub fn of(contract: &Contract, chosen: &Chosen, path: &Path, job: &Job) -> Result<Data, Stop> {
    let (file, book) = book_of(contract, path, job)?;
    let periods = before_the_end(&chosen.periods, &book, chosen.reported.is_none()).to_vec();
    if let Some(reported) = &chosen.reported {
        begun(contract, periods.get(reported.clone()).unwrap_or_default(), &book)?;
    }
    Ok(Data { file: input::digest(path, &file.bytes, &input::folder(&job.contract)), book, periods })
}

/// The data book of a job, as of the moment it asks for.
fn book_of(contract: &Contract, path: &Path, job: &Job) -> Result<(input::TextFile, Book), Stop> {
    let (file, book) = read_book(path, Some(contract))?;
    let book = match &job.as_of {
        None => book,
        Some(text) => book.as_of(AsOf::read(text, &contract.zone).map_err(Stop::fault)?),
    };
    Ok((file, book))
}

/// Refuses periods of which the book's data can hold nothing yet.
fn begun(contract: &Contract, asked: &[Period], book: &Book) -> Result<(), Stop> {
    let begins_later = |period: &&Period| book.complete_to.is_some_and(|end| period.start >= end);
    let Some((later, end)) = asked.iter().find(begins_later).zip(book.complete_to) else { return Ok(()) };
    let end = contract.zone.local(end);
    Err(Stop::fault(format!(
        "{later} begins after the data ends: `{}` is complete to {end}",
        book.path.display()
    ))
    .help("ask for an earlier period, or bring the data and `complete_to` up to date".to_string()))
}

/// The periods that begin before the moment the book calls complete; all when it does not say.
fn before_the_end<'a>(periods: &'a [Period], book: &Book, open_end: bool) -> &'a [Period] {
    let reached = |period: &&Period| book.complete_to.is_none_or(|end| !open_end || period.start <= end);
    let n = periods.iter().take_while(reached).count();
    periods.get(..n).unwrap_or(periods)
}

/// Reads a data book and compares it with the contract.
pub fn read_book(path: &Path, contract: Option<&Contract>) -> Result<(input::TextFile, Book), Stop> {
    let file = input::text(path, "data book")?;
    let faults = |errors: Vec<book::BookError>| {
        let told = |error: &book::BookError| match &error.help {
            Some(help) => format!("{error}\n  = help: {help}"),
            None => error.to_string(),
        };
        Stop::Fault(Fault { messages: errors.iter().map(told).collect(), help: None })
    };
    let book = book::read(&file.text, path).map_err(faults)?;
    let versions = contract.into_iter().flat_map(Contract::versions);
    let unfit: Vec<_> = versions.flat_map(|(_, version)| book.check(version)).collect();
    if unfit.is_empty() { Ok((file, book)) } else { Err(faults(unfit)) }
}
