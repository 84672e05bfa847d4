//! `meed evaluate`: the statement, and the run folder it stands in.

use std::path::{Path, PathBuf};

use super::effort::Effort;
use super::evaluation::{Evaluated, Job, Source, evaluate};
use super::init::write_demo;
use super::input;
use super::months;
use super::on;
use super::periods::Asked;
use super::plan;
use super::screen::{Done, Screen, Stop};
use crate::audit::{self, Bundle, Written};
use crate::report::{self, Paint, View};
use crate::restate::Facts;

/// Arguments of `meed evaluate`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The contract, and the files with its amendments; otherwise the only contract in this folder
    #[arg(value_name = "CONTRACT")]
    contracts: Vec<PathBuf>,
    /// Write the demonstration into ./demo, unless it is there, and evaluate it
    #[arg(long, conflicts_with_all = ["contracts", "data", "readings"])]
    demo: bool,
    /// The data book; otherwise data.yaml beside the contract
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Count the records where they live: postgresql://USER@HOST:PORT/DATABASE or sc://HOST:PORT (Spark)
    #[arg(long, value_name = "CONNECTION", conflicts_with_all = ["readings", "as_of", "evidence", "demo", "plan", "memory", "threads"])]
    on: Option<String>,
    /// Settle these readings (CSV) instead of measuring records
    #[arg(long, value_name = "FILE", conflicts_with_all = ["data", "evidence"])]
    readings: Option<PathBuf>,
    #[command(flatten)]
    asked: Asked,
    /// See only what was known at the end of this day (or at this moment): 2026-02-01
    #[arg(long, value_name = "DATE", conflicts_with = "readings")]
    as_of: Option<String>,
    /// What is printed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// The run folder; otherwise runs/CONTRACT-PERIOD beside the contract
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print only; write no run folder
    #[arg(long, conflicts_with_all = ["out", "replace", "evidence"])]
    no_run: bool,
    /// Put this run in the place of a different one
    #[arg(long)]
    replace: bool,
    /// Also write for every measure and record whether it counted, as evidence.parquet
    #[arg(long)]
    evidence: bool,
    /// The log of closed periods; otherwise CONTRACT.log.jsonl beside the contract
    #[arg(long, value_name = "FILE", conflicts_with = "no_log")]
    log: Option<PathBuf>,
    /// Evaluate as though no period were closed
    #[arg(long)]
    no_log: bool,
    #[command(flatten)]
    effort: Effort,
    /// Print what is read, asked and counted, and how long each step takes; settle nothing
    #[arg(long, conflicts_with_all = ["readings", "out", "replace", "evidence", "fail_on"])]
    plan: bool,
    /// Print the exact counts behind every figure, by period and segment, as CSV; settle nothing
    #[arg(long, conflicts_with_all = ["readings", "out", "replace", "evidence", "fail_on", "plan"])]
    cells: bool,
    /// Exit with 1 when a reported commitment has this status
    #[arg(long, value_enum, value_name = "STATUS")]
    fail_on: Option<FailOn>,
}

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// The statement for the terminal
    Human,
    /// The report as canonical JSON
    Json,
    /// The report as one table
    Csv,
    /// The statement in Markdown
    Md,
}

/// What makes the exit code 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    /// Missed or below minimum
    Missed,
}

/// Evaluates, writes the run folder, prints.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    if args.demo && !Path::new(DEMO).exists() {
        write_demo(Path::new(DEMO))?;
    }
    let mut args = args.clone();
    if args.contracts.is_empty() && !args.demo {
        args.contracts.push(input::only_contract(Path::new("."), "meed evaluate")?);
    }
    let args = &args;
    if let Some(out) = &args.out {
        audit::suitable(out)?;
    }
    // Only evidence is written while records are read; otherwise nothing is, until all is known.
    let mut bundle = if args.evidence { Some(Bundle::begin(&runs(args))?) } else { None };
    let evidence = bundle.as_mut().map(|bundle| bundle.path("evidence.parquet"));
    let amendments = args.contracts.get(1..).unwrap_or_default().to_vec();
    let job = Job {
        contract: contract(args),
        amendments,
        source: source(args)?,
        asked: args.asked.clone(),
        as_of: args.as_of.clone(),
        effort: args.effort.clone(),
        evidence,
        log: (!args.no_log).then(|| args.log.clone().unwrap_or_else(|| months::beside(&contract(args)))),
    };
    if args.plan {
        return plan::run(&job, screen);
    }
    if args.cells {
        return plan::cells(&job, screen);
    }
    let Some(evaluated) = evaluate(&job, screen)? else { return Ok(Done::Findings) };
    if bundle.is_none() && !args.no_run {
        bundle = Some(Bundle::begin(&runs(args))?);
    }
    let place = bundle.map(|bundle| keep(args, bundle, &evaluated)).transpose()?;
    print(args.format, &evaluated.view, screen)?;
    if let Some((place, written)) = place {
        let word = match written {
            Written::New => "",
            Written::Unchanged => " (unchanged)",
            Written::Replaced => " (replaced)",
        };
        screen.remark(format_args!("run folder: {}{word}", place.display()));
    }
    Ok(Done::with_findings(args.fail_on.is_some() && has_missed(&evaluated.view)))
}

/// Where `--demo` writes.
const DEMO: &str = "demo";

fn contract(args: &Args) -> PathBuf {
    args.contracts.first().cloned().unwrap_or_else(|| Path::new(DEMO).join("terms.contract"))
}

fn source(args: &Args) -> Result<Source, Stop> {
    if let Some(readings) = &args.readings {
        return Ok(Source::Readings(readings.clone()));
    }
    let book = args.data.clone().unwrap_or_else(|| input::beside(&contract(args), "data.yaml"));
    Ok(match &args.on {
        Some(connection) => Source::On(book, on::address(connection)?),
        None => Source::Book(book),
    })
}

/// The folder the run folder stands in.
fn runs(args: &Args) -> PathBuf {
    match &args.out {
        Some(out) => audit::parent(out).to_path_buf(),
        None => input::beside(&contract(args), "runs"),
    }
}

/// `runs/terms-2026-01-2026-03`, `runs/terms-2026-01-as-of-2026-02-01`
fn place(args: &Args, view: &View) -> PathBuf {
    let labels: Vec<&str> = view.periods.iter().map(|period| period.label.as_str()).collect();
    let span = match labels.as_slice() {
        [first, .., last] => format!("{first}-{last}"),
        labels => labels.join("-"),
    };
    let stem = contract(args).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let known = args.as_of.as_ref().map(|day| format!("-as-of-{}", day.replace([' ', ':'], "-")));
    let name = format!("{stem}-{span}{}", known.unwrap_or_default());
    args.out.clone().unwrap_or_else(|| runs(args).join(name))
}

/// Writes everything into the run folder and moves it into its place.
fn keep(args: &Args, mut bundle: Bundle, evaluated: &Evaluated) -> Result<(PathBuf, Written), Stop> {
    let mut manifest = evaluated.manifest.clone();
    let view = &evaluated.view;
    let files: [(&str, Vec<u8>); 7] = [
        ("report.json", report::json(view).into()),
        ("statement.md", report::md(view).into()),
        ("report.csv", report::csv(view).into()),
        ("controls.csv", report::controls(view).into()),
        ("rejects.csv", report::rejects(&evaluated.rejects).into()),
        (audit::CONTRACT, evaluated.contract.clone()),
        (audit::FACTS, Facts::to_json(&evaluated.facts).into()),
    ];
    for (name, bytes) in files {
        bundle.put(name, &bytes)?;
        manifest.outputs.insert(name.to_string(), audit::digest(&bytes));
    }
    for name in &evaluated.evidence {
        manifest.outputs.insert(name.clone(), bundle.digest(name)?);
    }
    bundle.put("manifest.json", manifest.to_json().as_bytes())?;
    let place = place(args, view);
    let closed = evaluated.months.run_in(&place);
    let written = bundle.commit(&place, args.replace && closed.is_none()).map_err(|error| match closed {
        Some(entry) => Stop::fault(format!(
            "`{}` is closed (entry {} of the log) and stays as it is",
            place.display(),
            entry.number
        ))
        .help("what is different now is posted in the next open period; name another folder with `--out` to keep this one too".to_string()),
        None => error.into(),
    })?;
    Ok((place, written))
}

fn print(format: Format, view: &View, screen: &mut Screen) -> Result<(), Stop> {
    let text = match format {
        Format::Human => report::human(view, screen.width(), Paint::Colour),
        Format::Json => report::json(view),
        Format::Csv => report::csv(view),
        Format::Md => report::md(view),
    };
    screen.result(&text)
}

fn has_missed(view: &View) -> bool {
    let statuses = view.periods.iter().flat_map(|period| &period.commitments).map(|it| it.status.as_str());
    statuses.into_iter().any(|status| status == "missed" || status == "below minimum")
}
