//! `meed diff`: two runs, or two contract texts, in words and in money.

use std::path::{Path, PathBuf};

use meed_grammar::Source as Text;

use super::effort::Effort;
use super::evaluation::{Job, Source, evaluate_all};
use super::input;
use super::periods::Asked;
use super::screen::{Done, Screen, Stop};
use crate::audit::{self, ConnectionDigest, FileDigest, InputDigest, Manifest};
use crate::compare::{self, Comparison};
use crate::report::Paint;

/// Arguments of `meed diff`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The first run folder, or the first contract
    before: PathBuf,
    /// The second run folder, or the second contract
    after: PathBuf,
    /// Evaluate both contracts on the data of this book, and compare the money too
    #[arg(long, value_name = "FILE", conflicts_with = "readings")]
    data: Option<PathBuf>,
    /// Evaluate both contracts on these readings, and compare the money too
    #[arg(long, value_name = "FILE")]
    readings: Option<PathBuf>,
    #[command(flatten)]
    asked: Asked,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Exit code 1 when something differs
    #[arg(long)]
    exit_code: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For reading
    Human,
    /// Markdown
    Md,
    /// Canonical JSON
    Json,
}

/// Prints what differs.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    let found = match (args.before.is_dir(), args.after.is_dir()) {
        (true, true) => runs(args)?,
        (false, false) => match texts(args, screen)? {
            Some(found) => found,
            None => return Ok(Done::Findings),
        },
        _ => {
            let help = "name two run folders, or two contracts".to_string();
            return Err(Stop::fault("a run folder and a contract cannot be compared").help(help));
        }
    };
    let name = |path: &Path| path.display().to_string();
    let found = Comparison { before: name(&args.before), after: name(&args.after), ..found };
    let text = match args.format {
        Format::Human => compare::human(&found, screen.width(), Paint::Colour),
        Format::Md => compare::md(&found),
        Format::Json => found.to_json(),
    };
    screen.result(&text)?;
    Ok(Done::with_findings(args.exit_code && !found.is_empty()))
}

/// Two run folders, as they were written.
fn runs(args: &Args) -> Result<Comparison, Stop> {
    if args.data.is_some() || args.readings.is_some() || args.asked != Asked::default() {
        let help = "leave out `--data`, `--readings` and the period, or name two contracts".to_string();
        return Err(Stop::fault("runs are compared as they were written").help(help));
    }
    let (before, after) = (audit::open(&args.before)?, audit::open(&args.after)?);
    let text = |folder: &Path| input::contract(&folder.join(audit::CONTRACT)).ok().map(|(_, source)| source);
    let clauses = text(&args.before).zip(text(&args.after));
    let clauses = clauses.and_then(|(before, after)| compare::clauses(&before, &after));
    Ok(Comparison {
        causes: causes(&before.manifest, &after.manifest),
        clauses: clauses.unwrap_or_default(),
        ..compare::reports(&before.view, &after.view)
    })
}

/// Two contract texts; with data or readings, what each would have come to.
fn texts(args: &Args, screen: &mut Screen) -> Result<Option<Comparison>, Stop> {
    let read = |path: &Path| input::contract(path).map(|(_, source)| source);
    let (before, after) = (read(&args.before)?, read(&args.after)?);
    let Some(clauses) = compare::clauses(&before, &after) else {
        return Err(unreadable(&before, &after));
    };
    let source = match (&args.data, &args.readings) {
        (Some(book), _) => Source::Book(book.clone()),
        (None, Some(readings)) => Source::Readings(readings.clone()),
        (None, None) if args.asked != Asked::default() => {
            let help = "add `--data data.yaml` or `--readings FILE`".to_string();
            return Err(Stop::fault("a period needs data to be evaluated").help(help));
        }
        (None, None) => return Ok(Some(Comparison { clauses, ..Comparison::default() })),
    };
    let job = |contract: &Path| Job {
        contract: contract.to_path_buf(),
        amendments: Vec::new(),
        source: source.clone(),
        asked: args.asked.clone(),
        as_of: None,
        effort: Effort::default(),
        evidence: None,
        log: None,
    };
    let both = evaluate_all(&[job(&args.before), job(&args.after)], screen)?;
    let Some([before, after]) = both.as_deref() else { return Ok(None) };
    Ok(Some(Comparison { clauses, ..compare::reports(&before.view, &after.view) }))
}

fn unreadable(before: &Text, after: &Text) -> Stop {
    let faulty = [before, after].into_iter().find(|source| {
        let parsed = meed_grammar::parse(source);
        !parsed.diagnostics.is_empty()
    });
    let name = faulty.unwrap_or(after).label().to_string();
    Stop::fault(format!("`{name}` cannot be read")).help(format!("`meed check {name}` shows what is wrong"))
}

/// What two runs were made from differently.
fn causes(before: &Manifest, after: &Manifest) -> Vec<String> {
    let mut causes = Vec::new();
    let mut words = |what: &str, was: &str, is: &str| {
        if was != is {
            causes.push(format!("{what}: {was}, then {is}"));
        }
    };
    words("Meed", &before.meed, &after.meed);
    words("time zone database", &before.tzdb, &after.tzdb);
    let file = |what: &str, was: Option<&FileDigest>, is: Option<&FileDigest>| {
        let text = |file: Option<&FileDigest>| file.map_or("none", |file| file.path.as_str()).to_string();
        let digest = |file: Option<&FileDigest>| file.map(|file| file.sha256.clone());
        (digest(was) != digest(is)).then(|| match was.map(|it| &it.path) == is.map(|it| &it.path) {
            true => format!("{what} `{}` was changed", text(is)),
            false => format!("{what}: {}, then {}", text(was), text(is)),
        })
    };
    causes.extend(file("the contract", Some(&before.contract), Some(&after.contract)));
    causes.extend(file("the data book", before.book.as_ref(), after.book.as_ref()));
    causes.extend(file("the readings", before.readings.as_ref(), after.readings.as_ref()));
    if before.calendars != after.calendars {
        causes.push("the holiday lists differ".to_string());
    }
    causes.extend(inputs(&before.inputs, &after.inputs));
    causes.extend(connections(before.connection.as_ref(), after.connection.as_ref()));
    causes
}

/// Databases that differ, or what they hold.
fn connections(before: Option<&ConnectionDigest>, after: Option<&ConnectionDigest>) -> Vec<String> {
    let place = |it: Option<&ConnectionDigest>| {
        it.map_or("files".to_string(), |it| format!("`{}` ({})", it.address, it.engine))
    };
    let (was, is) = (place(before), place(after));
    let mut told = Vec::new();
    if was != is {
        told.push(format!("where the records were counted: {was}, then {is}"));
    }
    let relations = |it: Option<&ConnectionDigest>| it.map(|it| it.relations.clone()).unwrap_or_default();
    for now in relations(after) {
        let then =
            relations(before).into_iter().find(|it| it.table == now.table && it.relation == now.relation);
        if let Some(then) = then.filter(|then| then.rows != now.rows) {
            told.push(format!("{} `{}`: {} rows, then {}", now.table, now.relation, then.rows, now.rows));
        }
    }
    told
}

/// Data files that differ.
fn inputs(before: &[InputDigest], after: &[InputDigest]) -> Vec<String> {
    let key = |input: &InputDigest| (input.table.clone(), input.path.clone());
    let find = |among: &[InputDigest], wanted: &InputDigest| {
        among.iter().find(|input| key(input) == key(wanted)).cloned()
    };
    let mut told: Vec<String> = Vec::new();
    for is in after {
        match find(before, is) {
            None => told.push(format!("{} `{}` is new: {} rows", is.table, is.path, is.rows)),
            Some(was) if was.sha256 != is.sha256 => told
                .push(format!("{} `{}` was changed: {} rows, then {}", is.table, is.path, was.rows, is.rows)),
            Some(_) => {}
        }
    }
    let gone = before.iter().filter(|was| find(after, was).is_none());
    told.extend(
        gone.map(|was| format!("{} `{}` is not read any more: {} rows", was.table, was.path, was.rows)),
    );
    told
}
