//! `meed evaluate`: the statement, and the run folder it stands in; of several
//! contracts one after the other, from one reading of their data.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::effort::Effort;
use super::evaluation::{Evaluated, Job, Source, evaluate_all};
use super::init::write_demo;
use super::input;
use super::months;
use super::on;
use super::periods::Asked;
use super::plan;
use super::screen::{Done, Screen, Stop};
use super::texts;
use crate::audit::{self, Bundle, Written};
use crate::report::{self, Paint, View};
use crate::restate::Facts;

/// Arguments of `meed evaluate`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The contract, then the files with its amendments; otherwise the only contract in this folder.
    ///
    /// A file that starts with an amendment belongs to the contract before it. Several contracts
    /// are evaluated as each would be alone; records of one data book are read once for all.
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
    /// The run folder, of one contract; otherwise runs/CONTRACT-PERIOD beside the contract
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

/// Evaluates, writes the run folders, prints.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    if args.demo && !Path::new(DEMO).exists() {
        write_demo(Path::new(DEMO))?;
    }
    if let Some(out) = &args.out {
        audit::suitable(out)?;
    }
    let contracts = contracts(args)?;
    let (mut jobs, mut bundles) = (Vec::new(), Vec::new());
    for (contract, amendments) in contracts {
        // Only evidence is written while records are read; otherwise nothing is, until all is known.
        let mut bundle = if args.evidence { Some(Bundle::begin(&parent(args, &contract))?) } else { None };
        let evidence = bundle.as_mut().map(|bundle| bundle.path("evidence.parquet"));
        jobs.push(job(args, contract, amendments, evidence)?);
        bundles.push(bundle);
    }
    if args.plan {
        return plan::run(&jobs, screen);
    }
    if let ([job], true) = (jobs.as_slice(), args.cells) {
        return plan::cells(job, screen);
    }
    let Some(all) = evaluate_all(&jobs, screen)? else { return Ok(Done::Findings) };
    let mut runs = Vec::new();
    for ((job, bundle), evaluated) in jobs.iter().zip(bundles).zip(&all) {
        let bundle = match bundle {
            None if !args.no_run => Some(Bundle::begin(&parent(args, &job.contract))?),
            begun => begun,
        };
        runs.extend(bundle.map(|bundle| Run::of(args, &job.contract, bundle, evaluated)).transpose()?);
    }
    // All are looked at before one is put in its place.
    runs.iter().try_for_each(Run::look)?;
    let kept: Vec<(PathBuf, Written)> = runs.into_iter().map(Run::keep).collect::<Result<_, _>>()?;
    let views: Vec<&View> = all.iter().map(|evaluated| &evaluated.view).collect();
    screen.result(&printed(args.format, &views, screen.width()))?;
    for (place, written) in kept {
        let word = match written {
            Written::New => "",
            Written::Unchanged => " (unchanged)",
            Written::Replaced => " (replaced)",
        };
        screen.remark(format_args!("run folder: {}{word}", place.display()));
    }
    Ok(Done::with_findings(args.fail_on.is_some() && views.into_iter().any(has_missed)))
}

/// Where `--demo` writes.
const DEMO: &str = "demo";

/// The contracts, each with the files of its amendments.
fn contracts(args: &Args) -> Result<Vec<(PathBuf, Vec<PathBuf>)>, Stop> {
    if args.demo {
        return Ok(vec![(Path::new(DEMO).join("terms.contract"), Vec::new())]);
    }
    if args.contracts.is_empty() {
        return Ok(vec![(input::only_contract(Path::new("."), "meed evaluate")?, Vec::new())]);
    }
    let contracts = texts::of_contracts(&args.contracts)?;
    if contracts.len() > 1 {
        only_of_one(args, contracts.len())?;
        let real = |folder: PathBuf| fs::canonicalize(&folder).unwrap_or(folder);
        let mut places: BTreeMap<(PathBuf, String), &Path> = BTreeMap::new();
        for (contract, _) in contracts.iter().filter(|_| !args.no_run) {
            if let Some(other) = places.insert((real(input::folder(contract)), stem(contract)), contract) {
                return Err(same_folder(other, contract));
            }
        }
    }
    Ok(contracts)
}

fn same_folder(one: &Path, other: &Path) -> Stop {
    let (one, other) = (one.display(), other.display());
    Stop::fault(format!("`{one}` and `{other}` would have the same run folder"))
        .help("name each contract once; give files different names, or print only: `--no-run`".to_string())
}

/// Refuses what can only be said of one contract.
fn only_of_one(args: &Args, n: usize) -> Result<(), Stop> {
    let csv = "`--format csv` writes one table, and each contract has its own";
    let refused = [
        (
            args.out.is_some(),
            "`--out` names one run folder",
            "leave it away: each has its own beside its contract",
        ),
        (
            args.readings.is_some(),
            "`--readings` are those of one contract",
            "evaluate one contract at a time",
        ),
        (
            args.log.is_some(),
            "`--log` is that of one contract",
            "leave it away: each has its own beside its contract",
        ),
        (args.cells, "`--cells` prints one table", "evaluate one contract at a time"),
        (args.format == Format::Csv, csv, "write `--format json`; report.csv stands in each run folder"),
    ];
    match refused.into_iter().find(|(asked, ..)| *asked) {
        Some((_, why, help)) => {
            Err(Stop::fault(format!("there are {n} contracts: {why}")).help(help.to_string()))
        }
        None => Ok(()),
    }
}

fn job(
    args: &Args,
    contract: PathBuf,
    amendments: Vec<PathBuf>,
    evidence: Option<PathBuf>,
) -> Result<Job, Stop> {
    Ok(Job {
        source: source(args, &contract)?,
        asked: args.asked.clone(),
        as_of: args.as_of.clone(),
        effort: args.effort.clone(),
        evidence,
        log: (!args.no_log).then(|| args.log.clone().unwrap_or_else(|| months::beside(&contract))),
        contract,
        amendments,
    })
}

fn source(args: &Args, contract: &Path) -> Result<Source, Stop> {
    if let Some(readings) = &args.readings {
        return Ok(Source::Readings(readings.clone()));
    }
    let book = args.data.clone().unwrap_or_else(|| input::beside(contract, "data.yaml"));
    Ok(match &args.on {
        Some(connection) => Source::On(book, on::address(connection)?),
        None => Source::Book(book),
    })
}

/// The folder the run folder stands in.
fn parent(args: &Args, contract: &Path) -> PathBuf {
    match &args.out {
        Some(out) => audit::parent(out).to_path_buf(),
        None => input::beside(contract, "runs"),
    }
}

fn stem(contract: &Path) -> String {
    contract.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// `runs/terms-2026-01-2026-03`, `runs/terms-2026-01-as-of-2026-02-01`
fn place(args: &Args, contract: &Path, view: &View) -> PathBuf {
    let labels: Vec<&str> = view.periods.iter().map(|period| period.label.as_str()).collect();
    let span = match labels.as_slice() {
        [first, .., last] => format!("{first}-{last}"),
        labels => labels.join("-"),
    };
    let known = args.as_of.as_ref().map(|day| format!("-as-of-{}", day.replace([' ', ':'], "-")));
    let name = format!("{}-{span}{}", stem(contract), known.unwrap_or_default());
    args.out.clone().unwrap_or_else(|| parent(args, contract).join(name))
}

/// A run folder with everything in it, still beside its place.
struct Run {
    bundle: Bundle,
    place: PathBuf,
    replace: bool,
    /// The number of the entry of the log that closed what stands there.
    closed: Option<u64>,
}

impl Run {
    /// Writes everything into the run folder.
    fn of(args: &Args, contract: &Path, mut bundle: Bundle, evaluated: &Evaluated) -> Result<Self, Stop> {
        let mut manifest = evaluated.manifest.clone();
        let view = &evaluated.view;
        let mut put = |name: &str, bytes: &[u8]| -> Result<(), Stop> {
            bundle.put(name, bytes)?;
            manifest.outputs.insert(name.to_string(), audit::digest(bytes));
            Ok(())
        };
        // One after the other: together they may take much memory.
        put("report.json", report::json(view).as_bytes())?;
        put("statement.md", report::md(view).as_bytes())?;
        put("report.csv", report::csv(view).as_bytes())?;
        put("controls.csv", report::controls(view).as_bytes())?;
        put("rejects.csv", report::rejects(&evaluated.rejects).as_bytes())?;
        put(audit::CONTRACT, &evaluated.contract)?;
        put(audit::FACTS, Facts::to_json(&evaluated.facts).as_bytes())?;
        for name in &evaluated.evidence {
            manifest.outputs.insert(name.clone(), bundle.digest(name)?);
        }
        bundle.put("manifest.json", manifest.to_json().as_bytes())?;
        let place = place(args, contract, view);
        let closed = evaluated.months.run_in(&place).map(|entry| entry.number);
        Ok(Self { bundle, place, replace: args.replace && closed.is_none(), closed })
    }

    /// Whether it may stand in its place.
    fn look(&self) -> Result<(), Stop> {
        let becomes = self.bundle.becomes(&self.place, self.replace);
        becomes.map(|_| ()).map_err(|error| match self.closed {
            Some(number) => Stop::fault(format!(
                "`{}` is closed (entry {number} of the log) and stays as it is",
                self.place.display()
            ))
            .help("what is different now is posted in the next open period; name another folder with `--out` to keep this one too".to_string()),
            None => error.into(),
        })
    }

    /// Moves the folder into its place.
    fn keep(self) -> Result<(PathBuf, Written), Stop> {
        let written = self.bundle.commit(&self.place, self.replace)?;
        Ok((self.place, written))
    }
}

/// All statements, with a line between two; as JSON the only report, or a list of all.
fn printed(format: Format, views: &[&View], width: u16) -> String {
    let text = |view: &&View| match format {
        Format::Human => report::human(view, width, Paint::Colour),
        Format::Json => report::json(view),
        Format::Csv => report::csv(view),
        Format::Md => report::md(view),
    };
    let texts: Vec<String> = views.iter().map(text).collect();
    match (format, texts.as_slice()) {
        (Format::Json, [_, _, ..]) => {
            let all: Vec<&str> = texts.iter().map(|text| text.trim_end()).collect();
            format!("[{}]\n", all.join(","))
        }
        (Format::Human, _) => texts.join(&format!("\n{}\n\n", "─".repeat(width.into()))),
        (Format::Json | Format::Csv | Format::Md, _) => texts.join("\n---\n\n"),
    }
}

fn has_missed(view: &View) -> bool {
    let statuses = view.periods.iter().flat_map(|period| &period.commitments).map(|it| it.status.as_str());
    statuses.into_iter().any(|status| status == "missed" || status == "below minimum")
}
