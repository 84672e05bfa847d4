//! An evaluation from files to report: what `evaluate` and `snapshot --check` share.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::books::{self, Data};
use super::effort::Effort;
use super::findings::Findings;
use super::months::Months;
use super::periods::{self, Asked, Chosen};
use super::screen::{Fault, Screen, Stop};
use super::texts::{self, Texts};
use super::{diagnostics, input, measure, on};
use crate::audit::{self, ConnectionDigest, FileDigest, InputDigest, Manifest};
use crate::book::{AsOf, Book};
use crate::checked;
use crate::connect::Address;
use crate::contract::Contract;
use crate::engine::{Measurement, Subject, load};
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
    measured: Option<Arc<Measured>>,
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

/// A job whose contract is sound.
struct Ready<'a> {
    job: &'a Job,
    texts: Texts,
    contract: Contract,
    chosen: Chosen,
    months: Months,
    /// None where readings are given.
    data: Option<Data>,
}

impl Ready<'_> {
    /// The book whose files are read.
    fn book(&self) -> Option<&Book> {
        let here = |_: &&Data| matches!(self.job.source, Source::Book(_));
        self.data.as_ref().filter(here).map(|data| &data.book)
    }

    fn subject(&self) -> Option<Subject<'_>> {
        let periods = &self.data.as_ref()?.periods;
        let evidence = self.job.evidence.as_deref().and_then(Path::parent).map(Path::to_path_buf);
        Some(Subject { contract: &self.contract, periods, evidence })
    }
}

/// Evaluates; none when the contract has errors, which have been shown then.
pub fn evaluate(job: &Job, screen: &mut Screen) -> Result<Option<Evaluated>, Stop> {
    Ok(evaluate_all(std::slice::from_ref(job), screen)?.and_then(|mut all| all.pop()))
}

/// Evaluates each as if it were alone; none when one of the contracts has
/// errors, which have been shown of all then.
pub fn evaluate_all(jobs: &[Job], screen: &mut Screen) -> Result<Option<Vec<Evaluated>>, Stop> {
    let Some(all) = ready(jobs, screen, "nothing was evaluated")? else { return Ok(None) };
    let found = measured_together(&all, screen)?;
    let evaluated = jobs.iter().zip(all).zip(found);
    let evaluated =
        evaluated.map(|((job, ready), found)| whose(judged(ready, found, screen), job, jobs.len()));
    evaluated.collect::<Result<_, _>>().map(Some)
}

/// The jobs with their contracts and data books; none when one of the contracts
/// has errors, which have been shown of all then, and what `then` is the matter.
fn ready<'a>(jobs: &'a [Job], screen: &mut Screen, then: &str) -> Result<Option<Vec<Ready<'a>>>, Stop> {
    let mut checked = Vec::new();
    for job in jobs {
        let texts = texts::read(&job.contract, &job.amendments)?;
        let contract = sound(&texts, screen, then);
        checked.push(contract.map(|contract| (job, texts, contract)));
    }
    let Some(checked) = checked.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
    let mut all = Vec::new();
    for (job, texts, contract) in checked {
        all.push(whose(begun(job, texts, contract), job, jobs.len())?);
    }
    Ok(Some(all))
}

/// A job with the periods that are asked for and the data book.
fn begun(job: &Job, texts: Texts, contract: Contract) -> Result<Ready<'_>, Stop> {
    let (chosen, months) = periods::choose(&contract, &job.asked, Months::read(job.log.as_deref())?)?;
    let data = match &job.source {
        Source::Book(path) | Source::On(path, _) => Some(books::of(&contract, &chosen, path, job)?),
        Source::Readings(_) => None,
    };
    Ok(Ready { job, texts, contract, chosen, months, data })
}

/// Where there are several contracts, what is wrong with one of them names it.
fn whose<T>(result: Result<T, Stop>, job: &Job, jobs: usize) -> Result<T, Stop> {
    result.map_err(|stop| if jobs > 1 { stop.of(&job.contract) } else { stop })
}

/// What was measured, and where that was not in files.
type Counted = (Measurement, Option<ConnectionDigest>);

/// What each job's records come to; files of the same data book are read together.
fn measured_together(all: &[Ready<'_>], screen: &mut Screen) -> Result<Vec<Option<Counted>>, Stop> {
    let there = |ready: &Ready<'_>| whose(counted_there(ready).transpose(), ready.job, all.len());
    let mut found: Vec<Option<Counted>> = all.iter().map(there).collect::<Result<_, _>>()?;
    for (at, ready) in all.iter().enumerate() {
        let same = |other: &Ready<'_>| other.book() == ready.book();
        let Some(book) = ready.book().filter(|_| all.iter().position(same) == Some(at)) else { continue };
        let subjects = all.iter().filter(|other| same(other)).filter_map(Ready::subject);
        let subjects: Vec<Subject<'_>> = subjects.collect();
        let mut measured = measure::run(&subjects, book, &ready.job.effort, screen)?.into_iter();
        for (_, found) in all.iter().zip(&mut found).filter(|(other, _)| same(other)) {
            *found = measured.next().map(|measured| (measured, None));
        }
    }
    Ok(found)
}

/// What the records of a job come to where they live; none where they are in files.
fn counted_there(ready: &Ready<'_>) -> Option<Result<Counted, Stop>> {
    let Source::On(_, address) = &ready.job.source else { return None };
    let data = ready.data.as_ref()?;
    let counted = on::run(&ready.contract, &data.periods, &data.book, address);
    Some(counted.map(|(found, connection)| (found, Some(connection))))
}

/// Judges, settles and reports what was measured or given.
fn judged(ready: Ready<'_>, found: Option<Counted>, screen: &mut Screen) -> Result<Evaluated, Stop> {
    let Ready { job, texts, contract, chosen, months, data } = ready;
    let closed = months.closed(&contract, texts.whole.text(), &chosen.periods)?;
    let folder = input::folder(&job.contract);
    let figures = match (&job.source, data.zip(found)) {
        (_, Some((data, found))) => figures(&contract, &chosen, data, found)?,
        (Source::Readings(path) | Source::Book(path) | Source::On(path, _), None) => {
            given(&contract, &chosen, path, &folder)?
        }
    };
    let reported = figures.reported.clone();
    let posting = Some(chosen.open).filter(|open| !closed.is_empty() && reported.contains(open));
    let restated = restate::of(&contract, figures.readings, &closed, chosen.open, posting.is_some());
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
        measured: figures.measured.as_deref(),
        complete_to: figures.complete_to,
        corrections: &restated.corrections,
        posting,
        still_provisional: &restated.provisional,
        periods: reported.clone(),
        as_of: figures.as_of.as_ref().map(|as_of| as_of.text.clone()),
    });
    let mut digests = texts.files.iter().map(|file| input::digest(&file.path, &file.bytes, &folder));
    let manifest = Manifest {
        format: audit::FORMAT.to_string(),
        meed: env!("CARGO_PKG_VERSION").to_string(),
        tzdb: tz_version().to_string(),
        contract: digests.next().unwrap_or_default(),
        amendments: digests.collect(),
        inputs: inputs(figures.measured.as_deref()),
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
    Ok(Evaluated { manifest, view, rejects, contract: texts.kept(), evidence, facts, months })
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

/// The figures of what was measured.
fn figures(
    contract: &Contract,
    chosen: &Chosen,
    Data { file, book, periods }: Data,
    (outcome, connection): Counted,
) -> Result<Figures, Stop> {
    let reported = match &chosen.reported {
        Some(reported) => reported.clone(),
        None => periods::with_data(&periods, &outcome.measured),
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
    let readings = reading::of_parts(contract, &periods, &outcome.parts);
    Ok(Figures {
        readings,
        reported,
        rejects: outcome.rejects,
        evidence: outcome.evidence,
        measured: Some(outcome.measured),
        complete_to: book.complete_to,
        book: Some(file),
        given: None,
        calendars: calendars(contract, &book)?,
        connection,
        as_of: book.as_of,
    })
}

/// A contract, its periods and what came out.
pub type Found = (Contract, Vec<Period>, Measurement);

/// Measures and does no more; none when a contract has errors, which have been shown then.
pub fn measure_only(jobs: &[Job], screen: &mut Screen) -> Result<Option<Vec<Found>>, Stop> {
    let Some(all) = ready(jobs, screen, "nothing was measured")? else { return Ok(None) };
    let found = measured_together(&all, screen)?;
    let both = all
        .into_iter()
        .zip(found)
        .filter_map(|(ready, found)| Some((ready.contract, ready.data?.periods, found?.0)));
    Ok(Some(both.collect()))
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
    let given = Some(input::digest(path, &file.bytes, folder));
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
