//! `meed close`: a run becomes final.

use std::path::{Path, PathBuf};

use super::input;
use super::months;
use super::screen::{Done, Screen, Stop};
use super::snapshot::find_contract;
use crate::audit::{self, ClosedPeriod, CorrectedPeriod, Entry, InputDigest, Log, PostedLine, Run, Terms};
use crate::book::AsOf;
use crate::checked;
use crate::contract::Contract;
use crate::report::{ChangeView, LineView, PeriodView};

/// Arguments of `meed close`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The run folder that becomes final
    run: PathBuf,
    /// The contract; otherwise the one near the run folder
    #[arg(long, value_name = "FILE")]
    contract: Option<PathBuf>,
    /// The log; otherwise CONTRACT.log.jsonl beside the contract
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Close although amounts count as 0 for want of a figure
    #[arg(long)]
    incomplete: bool,
}

/// Adds the run to the log of its contract.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    let sha256 = audit::whole(&args.run)?;
    let run = audit::open(&args.run)?;
    let contract = contract_of(args, &run)?;
    let path = args.log.clone().unwrap_or_else(|| months::beside(&contract));
    let log = Log::read(&path)?;
    let text = audit::kept(&args.run, &run.manifest, audit::CONTRACT)?;
    let terms = sound(&text, &args.run)?;
    follows(&log, &run, &terms, &path)?;
    knows_more(&log, &run, &terms)?;
    run.view.periods.iter().try_for_each(|period| may_close(period, args.incomplete))?;
    unchanged(&run, &contract)?;
    let mut entry = entry(&run, &text);
    entry.folder = input::relative(&args.run, &input::folder(&path));
    entry.run = sha256;
    let entry = log.append(&path, entry)?;
    screen.result(&told(&run, &entry, &path))?;
    Ok(Done::Well)
}

/// A path as seen from here.
fn shown(path: &Path) -> String {
    input::relative(path, Path::new("."))
}

fn contract_of(args: &Args, run: &Run) -> Result<PathBuf, Stop> {
    if let Some(path) = &args.contract {
        return Ok(path.clone());
    }
    let named = &run.manifest.contract;
    find_contract(&args.run, Path::new("."), named).ok_or_else(|| {
        Stop::fault(format!("the contract `{}` of this run is not near it, or was changed since", named.path))
            .help("evaluate again, or name it with `--contract`".to_string())
    })
}

/// The contract the run was made with.
fn sound(text: &str, folder: &Path) -> Result<Contract, Stop> {
    let source = meed_grammar::Source::new(audit::CONTRACT, text);
    checked::of(&source).contract.ok_or_else(|| {
        let shown = folder.join(audit::CONTRACT);
        Stop::fault(format!("`{}` has errors", shown.display()))
            .help("it was written by another version of Meed: evaluate again".to_string())
    })
}

/// Refuses a run whose periods are closed, leave one out, or were settled after another past.
fn follows(log: &Log, run: &Run, contract: &Contract, path: &Path) -> Result<(), Stop> {
    let labels: Vec<&str> = run.view.periods.iter().map(|period| period.label.as_str()).collect();
    for label in &labels {
        if let Some(entry) = log.closing(label) {
            return Err(Stop::fault(format!(
                "{label} is closed already, by entry {} of `{}` (run `{}`)",
                entry.number,
                shown(path),
                entry.folder
            ))
            .help(
                "what became known since is posted in the next open period: evaluate that one".to_string(),
            ));
        }
    }
    let all = contract.periods();
    let place = |label: &str| all.iter().position(|period| period.label == label);
    if let Some((last, _)) = log.closed().last() {
        let next = place(&last.period).and_then(|at| all.get(at + 1));
        if next.map(|next| next.label.as_str()) != labels.first().copied() {
            let next = next.map_or("none is left".to_string(), |next| format!("{} is next", next.label));
            return Err(Stop::fault(format!(
                "{} does not follow {}, the last closed period: {next}",
                labels.join(", "),
                last.period
            ))
            .help("close the periods in order".to_string()));
        }
    }
    if run.manifest.log != log.head() {
        let entries = |head: Option<&audit::Head>| match head.map_or(0, |head| head.entries) {
            0 => "no entry".to_string(),
            1 => "1 entry".to_string(),
            n => format!("{n} entries"),
        };
        let (then, now) = (entries(run.manifest.log.as_ref()), entries(log.head().as_ref()));
        let path = shown(path);
        let message = match then == now {
            true => format!("the run was made with another log than `{path}`"),
            false => format!("the run was made when `{path}` had {then}, and it has {now}"),
        };
        return Err(Stop::fault(message).help(
            "a log that is missing has to be restored; otherwise evaluate again with `--replace`".to_string(),
        ));
    }
    Ok(())
}

/// Refuses a run that sees less than the last closed one did.
fn knows_more(log: &Log, run: &Run, contract: &Contract) -> Result<(), Stop> {
    let before = log.entries.iter().rev().find_map(|entry| entry.as_of.as_ref().map(|day| (entry, day)));
    let (Some((entry, before)), Some(now)) = (before, &run.manifest.options.as_of) else { return Ok(()) };
    let moment = |text: &str| AsOf::read(text, &contract.zone).map(|as_of| as_of.until).map_err(Stop::fault);
    if moment(now)? >= moment(before)? {
        return Ok(());
    }
    Err(Stop::fault(format!(
        "the run sees what was known on {now}, and entry {} was closed on what was known on {before}",
        entry.number
    ))
    .help("evaluate with a later `--as-of`, or with none".to_string()))
}

/// Refuses a period that goes on, or lacks figures.
fn may_close(period: &PeriodView, incomplete: bool) -> Result<(), Stop> {
    if let Some(until) = &period.data_until {
        return Err(Stop::fault(format!(
            "{} is not over: it ends on {}, and its data on {until}",
            period.label, period.last
        ))
        .help("evaluate again when the data is complete".to_string()));
    }
    let mut missing: Vec<&str> =
        period.lines.iter().flat_map(|line| &line.missing).map(String::as_str).collect();
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() || incomplete {
        return Ok(());
    }
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    Err(Stop::fault(format!("amounts of {} count as 0 for want of {}", period.label, names.join(", ")))
        .help("bring the figures, or write `--incomplete` to close without them".to_string()))
}

/// Refuses when a file the run was made from is gone or different.
fn unchanged(run: &Run, contract: &Path) -> Result<(), Stop> {
    let manifest = &run.manifest;
    let folder = input::folder(contract);
    let named = std::iter::once(&manifest.contract)
        .chain(&manifest.amendments)
        .chain(&manifest.book)
        .chain(&manifest.readings)
        .chain(&manifest.calendars)
        .map(|file| (&file.path, &file.sha256));
    let book = manifest.book.as_ref().map(|book| input::folder(&folder.join(&book.path)));
    let data = book.unwrap_or_else(|| folder.clone());
    let inputs = manifest.inputs.iter().map(|InputDigest { path, sha256, .. }| (data.join(path), sha256));
    for (path, sha256) in named.map(|(path, sha256)| (folder.join(path), sha256)).chain(inputs) {
        let what = match audit::digest_file(&path) {
            Ok(found) if found == *sha256 => continue,
            Ok(_) => "was changed after the run".to_string(),
            Err(error) => format!("cannot be compared with the run: {error}"),
        };
        return Err(Stop::fault(format!("`{}` {what}", path.display())).help(
            "evaluate again with `--replace`, look at what is different, and close that run".to_string(),
        ));
    }
    Ok(())
}

/// What the log is to say of a run; where it is, and its place in the chain, are still open.
pub(super) fn entry(run: &Run, text: &str) -> Entry {
    let view = &run.view;
    let terms = Terms::read(text);
    let closed = view.periods.iter().map(|period| ClosedPeriod {
        period: period.label.clone(),
        terms: terms.as_ref().map(|terms| terms.digest(&period.first)).unwrap_or_default(),
        total: period.totals.total.exact.clone(),
        lines: period.lines.iter().filter(|line| is_own(line)).map(own).collect(),
    });
    let corrected = view.periods.iter().flat_map(|period| &period.corrections);
    let posted = corrected.filter(|it| it.left.is_none() && !it.lines.is_empty());
    let corrections = posted.map(|it| CorrectedPeriod {
        period: it.period.clone(),
        kind: it.kind.clone(),
        lines: it.lines.iter().map(correction).collect(),
    });
    let still = view.periods.iter().filter(|period| period.provisional).map(|period| period.label.clone());
    Entry {
        as_of: run.manifest.options.as_of.clone(),
        closed: closed.collect(),
        corrections: corrections.collect(),
        provisional: view.still_provisional.iter().cloned().chain(still).collect(),
        ..Entry::new(&view.contract.title, &view.contract.currency)
    }
}

/// Whether a line belongs to its own period and is part of the total.
fn is_own(line: &LineView) -> bool {
    line.summed && !matches!(line.kind.as_str(), "true-up" | "restatement")
}

fn own(line: &LineView) -> PostedLine {
    PostedLine {
        id: line.id.clone(),
        label: line.label.clone(),
        clause: line.clause.clone(),
        amount: line.amount.exact.clone(),
    }
}

fn correction(line: &ChangeView) -> PostedLine {
    PostedLine {
        id: line.id.clone(),
        label: line.label.clone(),
        clause: line.clause.clone(),
        amount: line.difference.exact.clone(),
    }
}

fn told(run: &Run, entry: &Entry, path: &Path) -> String {
    let mut text = String::new();
    for period in &run.view.periods {
        let total = &period.totals.total.shown;
        text.push_str(&format!("closed {}: {total} due\n", period.label));
        if let Some(corrections) = &period.totals.corrections {
            text.push_str(&format!("  of it {} for periods closed before\n", corrections.shown));
        }
        if period.provisional {
            let until = period.final_from.as_ref().map(|from| format!(", final from {from}"));
            text.push_str(&format!(
                "  provisional{}: what becomes known later is posted as a true-up\n",
                until.unwrap_or_default()
            ));
        }
    }
    text.push_str(&format!("entry {} of {}\n", entry.number, shown(path)));
    text
}
