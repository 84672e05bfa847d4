//! `meed snapshot`: a statement as text under version control, and whether it still holds.

use std::fs;
use std::path::{Path, PathBuf};

use super::effort::Effort;
use super::evaluation::{Job, Source, evaluate};
use super::input;
use super::months;
use super::on;
use super::periods::Asked;
use super::screen::{Done, Screen, Stop};
use crate::audit::{self, Difference, FileDigest, Run, Sources};

/// Arguments of `meed snapshot`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The run folder to keep
    #[arg(required_unless_present = "check", conflicts_with = "check")]
    run: Option<PathBuf>,
    /// Where to write the snapshot; otherwise it is printed
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    out: Option<PathBuf>,
    /// Evaluate again and show what differs from this snapshot; exit code 1 when something does
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
    /// The contract; otherwise the one the snapshot names, or the one above the run folder
    #[arg(long, value_name = "FILE")]
    contract: Option<PathBuf>,
    /// The data book; otherwise the one the snapshot names
    #[arg(long, value_name = "FILE", requires = "check")]
    data: Option<PathBuf>,
    /// Where the data lives; otherwise the connection the snapshot names
    #[arg(long, value_name = "CONNECTION", requires = "check")]
    on: Option<String>,
}

/// Writes or checks a snapshot.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    match (&args.check, &args.run) {
        (Some(file), _) => check(file, args, screen),
        (None, Some(run)) => write(run, args, screen),
        (None, None) => Err(Stop::fault("name a run folder, or a snapshot with `--check`")),
    }
}

fn write(folder: &Path, args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    let run = audit::open(folder)?;
    let from = args.out.as_deref().map_or_else(|| PathBuf::from("."), input::folder);
    let text = audit::snapshot(&run.manifest, &run.view, &sources(folder, &run, args, &from)?);
    match &args.out {
        None => screen.result(&text)?,
        Some(out) => {
            let written = audit::replace(out, text.as_bytes());
            written.map_err(|error| Stop::fault(format!("cannot write `{}`: {error}", out.display())))?;
            screen.remark(format_args!("snapshot: {}", out.display()));
        }
    }
    Ok(Done::Well)
}

/// Where the run's contract and data are, seen from the folder `from`.
fn sources(folder: &Path, run: &Run, args: &Args, from: &Path) -> Result<Sources, Stop> {
    let contract = match &args.contract {
        Some(path) => path.clone(),
        None => find_contract(folder, from, &run.manifest.contract).ok_or_else(|| {
            Stop::fault(format!("the contract `{}` of this run is not near it", run.manifest.contract.path))
                .help("name it with `--contract`; it must be the text that was evaluated".to_string())
        })?,
    };
    let beside = |file: &FileDigest| input::relative(&input::folder(&contract).join(&file.path), from);
    let labels = || run.view.periods.iter().map(|period| period.label.clone());
    Ok(Sources {
        contract: input::relative(&contract, from),
        amendments: run.manifest.amendments.iter().map(beside).collect(),
        book: run.manifest.book.as_ref().map(beside),
        readings: run.manifest.readings.as_ref().map(beside),
        connection: run.manifest.connection.as_ref().map(|it| it.address.clone()),
        periods: labels().next().zip(labels().next_back()),
        as_of: run.manifest.options.as_of.clone(),
    })
}

/// The contract with the digest of the run: above the run folder, beside the snapshot, or here.
pub(super) fn find_contract(folder: &Path, from: &Path, contract: &FileDigest) -> Option<PathBuf> {
    let real = fs::canonicalize(folder).ok()?;
    let above = real.ancestors().skip(1).take(3).map(Path::to_path_buf);
    let places = above.chain([from.to_path_buf(), PathBuf::from(".")]);
    let candidates = places.map(|place| place.join(&contract.path));
    candidates.into_iter().find(|path| audit::digest_file(path).is_ok_and(|digest| digest == contract.sha256))
}

fn check(file: &Path, args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    let was = input::text(file, "snapshot")?;
    let named = audit::sources(&was.text)
        .map_err(|error| Stop::fault(format!("`{}` is not a snapshot: {error}", file.display())))?;
    let folder = input::folder(file);
    let contract = args.contract.clone().unwrap_or_else(|| folder.join(&named.contract));
    let job = Job {
        contract: contract.clone(),
        amendments: named.amendments.iter().map(|path| folder.join(path)).collect(),
        source: source(args, &named, &folder)?,
        asked: named.periods.as_ref().map_or_else(Asked::default, |(from, to)| Asked {
            period: None,
            from: Some(from.clone()),
            to: Some(to.clone()),
        }),
        as_of: named.as_of.clone(),
        effort: Effort::default(),
        evidence: None,
        log: Some(months::beside(&contract)),
    };
    let Some(now) = evaluate(&job, screen)? else { return Ok(Done::Findings) };
    // Where the files are may be told anew; what they are may not.
    let now = audit::snapshot(&now.manifest, &now.view, &named);
    let differences = audit::differences(&was.text, &now);
    screen.result(&told(&differences, file))?;
    Ok(Done::with_findings(!differences.is_empty()))
}

/// Where the figures of a snapshot come from.
fn source(args: &Args, named: &Sources, folder: &Path) -> Result<Source, Stop> {
    let book = match (&args.data, &named.readings, &named.book) {
        (Some(data), _, _) => data.clone(),
        (None, Some(readings), _) => return Ok(Source::Readings(folder.join(readings))),
        (None, None, Some(book)) => folder.join(book),
        (None, None, None) => {
            return Err(Stop::fault("the snapshot names neither data book nor readings"));
        }
    };
    Ok(match args.on.as_ref().or(named.connection.as_ref()) {
        Some(connection) => Source::On(book, on::address(connection)?),
        None => Source::Book(book),
    })
}

fn told(differences: &[Difference], file: &Path) -> String {
    if differences.is_empty() {
        return format!("{}: every line holds\n", file.display());
    }
    let side = |mark: char, value: Option<&String>| {
        value.map(|value| format!("  {mark} {value}\n")).unwrap_or_default()
    };
    let one = |it: &Difference| {
        format!("{}\n{}{}", it.name, side('-', it.was.as_ref()), side('+', it.now.as_ref()))
    };
    let lines: String = differences.iter().map(one).collect();
    let n = differences.len();
    let noun = if n == 1 { "line differs" } else { "lines differ" };
    format!("{lines}{}: {n} {noun} (- in the snapshot, + now)\n", file.display())
}
