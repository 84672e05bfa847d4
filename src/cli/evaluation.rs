//! An evaluation from files to report: what `evaluate` and `snapshot --check` share.

use std::path::{Path, PathBuf};

use super::effort::Effort;
use super::findings::Findings;
use super::months::Months;
use super::periods::{self, Asked, Chosen};
use super::screen::{Fault, Screen, Stop};
use super::texts::{self, Texts};
use super::{diagnostics, input, measure, on};
use crate::audit::{self, ConnectionDigest, FileDigest, InputDigest, Manifest};
use crate::book::{self, AsOf, Book};
use crate::checked;
use crate::connect::Address;
use crate::contract::Contract;
use crate::engine::{Measurement, load};
use crate::measured::{Measured, Reject};
use crate::reading::{self, Readings};
use crate::report::{self, Evaluation, View};
use crate::restate::{self, Facts};
use crate::value::{Instant, Period, tz_version};

/// What is to be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The contract.
    pub contract: PathBuf,
    /// Files with its amendments.
    pub amendments: Vec<PathBuf>,
    /// Where figures come from.
    pub source: Source,
    /// Which periods.
    pub asked: Asked,
    /// The moment as of which the data is looked at; none sees all of it.
    pub as_of: Option<String>,
    /// With how much memory and how many threads.
    pub effort: Effort,
    /// Where the evidence is to be written, when it is asked for.
    pub evidence: Option<PathBuf>,
    /// The log that closed periods are read from; none evaluates as though nothing were closed.
    pub log: Option<PathBuf>,
}

/// Where figures come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Records in files, by this data book.
    Book(PathBuf),
    /// Records where they live, by this data book and on this connection.
    On(PathBuf, Address),
    /// A readings file.
    Readings(PathBuf),
}

/// A finished evaluation.
#[derive(Debug, Clone)]
pub struct Evaluated {
    /// From what it was made; the digests of outputs are still to be added.
    pub manifest: Manifest,
    /// The report.
    pub view: View,
    /// Rows that could not be read.
    pub rejects: Vec<Reject>,
    /// The contract as read, with its amendments.
    pub contract: Vec<u8>,
    /// The names of the files of evidence.
    pub evidence: Vec<String>,
    /// The readings of the reported periods, for later ones that look back.
    pub facts: Vec<Facts>,
    /// What is closed.
    pub months: Months,
}

/// The figures of a job before they are judged.
struct Figures {
    readings: Readings,
    measured: Option<Measured>,
    rejects: Vec<Reject>,
    evidence: Vec<String>,
    reported: std::ops::Range<usize>,
    complete_to: Option<Instant>,
    as_of: Option<AsOf>,
    book: Option<FileDigest>,
    given: Option<FileDigest>,
    calendars: Vec<FileDigest>,
    connection: Option<ConnectionDigest>,
}

/// Evaluates; none when the contract has errors, which have been shown then.
pub fn evaluate(job: &Job, screen: &mut Screen) -> Result<Option<Evaluated>, Stop> {
    let texts = texts::read(&job.contract, &job.amendments)?;
    let Some(contract) = sound(&texts, screen, "nothing was evaluated") else { return Ok(None) };
    let (chosen, months) = periods::choose(&contract, &job.asked, Months::read(job.log.as_deref())?)?;
    let closed = months.closed(&contract, texts.whole.text(), &chosen.periods)?;
    let folder = input::folder(&job.contract);
    let figures = match &job.source {
        Source::Book(path) | Source::On(path, _) => measured(&contract, &chosen, path, &folder, job, screen)?,
        Source::Readings(path) => given(&contract, &chosen, path, &folder)?,
    };
    let reported = figures.reported.clone();
    let posting = Some(chosen.open).filter(|open| !closed.is_empty() && reported.contains(open));
    let restated = restate::of(&contract, figures.readings.clone(), &closed, chosen.open, posting.is_some());
    if posting.is_none() && restated.corrections.iter().any(|it| !it.lines.is_empty()) {
        let open = chosen.periods.get(chosen.open).map_or("", |period| period.label.as_str());
        screen.remark(format_args!(
            "closed periods have changed; the differences stand in the statement of {open}"
        ));
    }
    let view = report::view(&Evaluation {
        contract: &contract,
        readings: &restated.readings,
        assessment: &restated.assessment,
        settlement: &restated.settlement,
        measured: figures.measured.as_ref(),
        complete_to: figures.complete_to,
        corrections: &restated.corrections,
        posting,
        still_provisional: &restated.provisional,
        periods: reported.clone(),
        as_of: figures.as_of.as_ref().map(|as_of| as_of.text.clone()),
    });
    let mut digests = texts.files.iter().map(|file| digest(&file.path, &file.bytes, &folder));
    let manifest = Manifest {
        format: audit::FORMAT.to_string(),
        meed: env!("CARGO_PKG_VERSION").to_string(),
        tzdb: tz_version().to_string(),
        contract: digests.next().unwrap_or_default(),
        amendments: digests.collect(),
        inputs: inputs(figures.measured.as_ref()),
        book: figures.book,
        readings: figures.given,
        calendars: figures.calendars,
        connection: figures.connection,
        log: months.log.head(),
        options: audit::Options {
            periods: view.periods.iter().map(|period| period.label.clone()).collect(),
            as_of: job.as_of.clone(),
            evidence: job.evidence.is_some(),
        },
        outputs: std::collections::BTreeMap::new(),
    };
    let facts = reported.map(|period| Facts::of(&restated.readings, period)).collect();
    let Figures { rejects, evidence, .. } = figures;
    Ok(Some(Evaluated { manifest, view, rejects, contract: texts.kept(), evidence, facts, months }))
}

/// The checked contract; its errors are shown when there are some, and what `then` is the matter.
pub fn sound(texts: &Texts, screen: &mut Screen, then: &str) -> Option<Contract> {
    let source = &texts.whole;
    let checked = checked::of(source);
    if checked.has_errors() {
        for Findings { source, diagnostics, .. } in texts.apart(checked.diagnostics, Vec::new()) {
            for diagnostic in &diagnostics {
                screen.remark(format_args!("{}\n", diagnostics::draw(diagnostic, &source, screen.width())));
            }
        }
        screen.remark(format_args!("{}: {then}", source.label()));
        return None;
    }
    if !checked.diagnostics.is_empty() {
        let n = checked.diagnostics.len();
        let (noun, them) = if n == 1 { ("warning", "it") } else { ("warnings", "them") };
        screen.remark(format_args!("{n} {noun}; `meed check {}` shows {them}", source.label()));
    }
    checked.contract
}

fn measured(
    contract: &Contract,
    chosen: &Chosen,
    path: &Path,
    folder: &Path,
    job: &Job,
    screen: &mut Screen,
) -> Result<Figures, Stop> {
    let (file, book) = book_of(contract, path, job)?;
    let periods = before_the_end(&chosen.periods, &book, chosen.reported.is_none());
    if let Some(reported) = &chosen.reported {
        begun(contract, periods.get(reported.clone()).unwrap_or_default(), &book)?;
    }
    let (outcome, connection) = counted(job, contract, periods, &book, screen)?;
    let reported = match &chosen.reported {
        Some(reported) => reported.clone(),
        None => periods::with_data(periods, &outcome.measured),
    };
    let reported = reported.start.max(chosen.open)..reported.end;
    if reported.is_empty() {
        let (first, last) = (periods.first(), periods.last());
        let term = first
            .zip(last)
            .map(|(first, last)| format!("{} to {}", first.first, last.last))
            .unwrap_or_default();
        return Err(Stop::fault(format!("no record of the data is dated in the contract's term ({term})"))
            .help("`meed data check` shows the dates of each table".to_string()));
    }
    let readings = reading::of_parts(contract, periods, &outcome.parts);
    Ok(Figures {
        readings,
        reported,
        rejects: outcome.rejects,
        evidence: outcome.evidence,
        measured: Some(outcome.measured),
        complete_to: book.complete_to,
        as_of: book.as_of.clone(),
        book: Some(digest(path, &file.bytes, folder)),
        given: None,
        calendars: calendars(contract, &book)?,
        connection,
    })
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

/// Measures and does no more: the contract, its periods and what came out; none
/// when the contract has errors, which have been shown then.
pub fn measure_only(
    job: &Job,
    screen: &mut Screen,
) -> Result<Option<(Contract, Vec<Period>, Measurement)>, Stop> {
    let texts = texts::read(&job.contract, &job.amendments)?;
    let Some(contract) = sound(&texts, screen, "nothing was measured") else { return Ok(None) };
    let (chosen, _) = periods::choose(&contract, &job.asked, Months::read(job.log.as_deref())?)?;
    let (Source::Book(path) | Source::On(path, _)) = &job.source else { return Ok(None) };
    let (_, book) = book_of(&contract, path, job)?;
    let periods = before_the_end(&chosen.periods, &book, chosen.reported.is_none()).to_vec();
    let (found, _) = counted(job, &contract, &periods, &book, screen)?;
    Ok(Some((contract, periods, found)))
}

/// Counts the records of the book, in its files or where they live.
fn counted(
    job: &Job,
    contract: &Contract,
    periods: &[Period],
    book: &Book,
    screen: &mut Screen,
) -> Result<(Measurement, Option<ConnectionDigest>), Stop> {
    if let Source::On(_, address) = &job.source {
        let (found, connection) = on::run(contract, periods, book, address)?;
        return Ok((found, Some(connection)));
    }
    Ok((measure::run(contract, periods, book, &job.effort, job.evidence.as_deref(), screen)?, None))
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

fn given(contract: &Contract, chosen: &Chosen, path: &Path, folder: &Path) -> Result<Figures, Stop> {
    let file = input::text(path, "readings file")?;
    let readings = reading::given(&file.text, contract, &chosen.periods).map_err(|errors| {
        let told = |error: &reading::GivenError| match &error.help {
            Some(help) => format!("{}: {error}\n  = help: {help}", path.display()),
            None => format!("{}: {error}", path.display()),
        };
        Stop::Fault(Fault { messages: errors.iter().map(told).collect(), help: None })
    })?;
    let reported = chosen.reported.clone().unwrap_or_else(|| periods::with_readings(&readings));
    let reported = reported.start.max(chosen.open)..reported.end;
    if reported.is_empty() {
        let which = if chosen.open > 0 { "any period that is not closed" } else { "any period" };
        return Err(Stop::fault(format!("`{}` gives no reading for {which}", path.display())));
    }
    let given = Some(digest(path, &file.bytes, folder));
    Ok(Figures {
        readings,
        measured: None,
        complete_to: None,
        as_of: None,
        rejects: Vec::new(),
        evidence: Vec::new(),
        reported,
        book: None,
        given,
        calendars: Vec::new(),
        connection: None,
    })
}

fn digest(path: &Path, bytes: &[u8], folder: &Path) -> FileDigest {
    FileDigest { path: input::below(path, folder), sha256: audit::digest(bytes) }
}

/// The holiday lists of the contract's calendars that are kept in files.
fn calendars(contract: &Contract, book: &Book) -> Result<Vec<FileDigest>, Stop> {
    let mut lists: Vec<&String> = contract.calendars.values().flat_map(|calendar| &calendar.lists).collect();
    lists.sort();
    lists.dedup();
    let files =
        lists.iter().map(|list| load::holiday_file(book, list).map_err(|error| measure::stop(&error)));
    let found: Vec<_> = files.collect::<Result<_, Stop>>()?;
    let mut digests: Vec<FileDigest> =
        found.into_iter().flatten().map(|file| FileDigest { path: file.path, sha256: file.sha256 }).collect();
    digests.sort();
    digests.dedup();
    Ok(digests)
}

fn inputs(measured: Option<&Measured>) -> Vec<InputDigest> {
    let tables = measured.into_iter().flat_map(|measured| &measured.tables);
    let mut inputs: Vec<InputDigest> = tables
        .flat_map(|(table, totals)| {
            totals.files.iter().map(|file| InputDigest {
                table: table.clone(),
                path: file.path.clone(),
                rows: file.rows,
                bytes: file.bytes,
                sha256: file.sha256.clone(),
            })
        })
        .collect();
    inputs.sort();
    inputs
}
