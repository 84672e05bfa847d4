//! `meed log`: what was closed, and whether it still stands as it did.

use std::path::{Path, PathBuf};

use super::close;
use super::input;
use super::months;
use super::screen::{Done, Screen, Stop};
use crate::audit::{self, Entry, Log};
use crate::report::table::{Block, Grid, number, text};
use crate::report::{Paint, human_blocks};
use crate::value::{Currency, Quantity, Ratio, Unit};

/// Arguments of `meed log`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The contract, or its log; otherwise that of the only contract in this folder
    file: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For reading
    Human,
    /// The entries as they are kept, one a line
    Json,
}

/// Verifies the chain and the run folders, and prints the entries.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    let file = match &args.file {
        Some(file) => file.clone(),
        None => input::only_contract(Path::new("."), "meed log")?,
    };
    let is_log = file.extension().is_some_and(|extension| extension == "jsonl");
    let path = if is_log { file } else { months::beside(&file) };
    if !path.exists() {
        return Err(Stop::fault(format!("there is no log `{}`", path.display()))
            .help("`meed close RUN` begins it".to_string()));
    }
    if args.format == Format::Json {
        let kept = input::text(&path, "log")?;
        Log::read(&path)?;
        screen.result(&kept.text)?;
        return Ok(Done::Well);
    }
    let log = Log::read(&path)?;
    let states: Vec<Result<(), String>> = log.entries.iter().map(|entry| state(entry, &path)).collect();
    screen.result(&human_blocks(&blocks(&log, &states), screen.width(), Paint::Colour))?;
    Ok(Done::with_findings(states.iter().any(Result::is_err)))
}

/// Whether the run of an entry still stands as it was closed.
fn state(entry: &Entry, log: &Path) -> Result<(), String> {
    let folder = input::folder(log).join(&entry.folder);
    match audit::whole(&folder) {
        Ok(sha256) if sha256 == entry.run => says_so(entry, &folder),
        Ok(_) => Err(format!("`{}` holds another run", folder.display())),
        Err(error) => Err(error.to_string()),
    }
}

/// Whether the run says what the entry does.
fn says_so(entry: &Entry, folder: &Path) -> Result<(), String> {
    let run = audit::open(folder).map_err(|error| error.to_string())?;
    let text = audit::kept(folder, &run.manifest, audit::CONTRACT).map_err(|error| error.to_string())?;
    let again = close::entry(&run, &text);
    let same = again.closed == entry.closed
        && again.as_of == entry.as_of
        && again.corrections == entry.corrections
        && again.provisional == entry.provisional;
    if same { Ok(()) } else { Err(format!("entry {} does not say what its run does", entry.number)) }
}

fn blocks(log: &Log, states: &[Result<(), String>]) -> Vec<Block> {
    let title = log.entries.last().map(|entry| entry.contract.clone()).unwrap_or_default();
    let mut blocks = vec![Block::Title(title)];
    let mut grid = Grid::new(&[
        number("entry"),
        text("period"),
        number("own lines"),
        number("corrections"),
        number("total due"),
        text("state"),
        text("run"),
    ]);
    for (entry, state) in log.entries.iter().zip(states) {
        let corrected = entry.corrections.iter().flat_map(|it| &it.lines);
        let corrections: Ratio = corrected.filter_map(|line| line.amount.parse::<Ratio>().ok()).sum();
        for (at, closed) in entry.closed.iter().enumerate() {
            let own: Ratio = closed.lines.iter().filter_map(|line| line.amount.parse::<Ratio>().ok()).sum();
            let provisional = log.is_provisional(&closed.period);
            let state = match state {
                Err(_) => "CHANGED",
                Ok(()) if provisional => "provisional",
                Ok(()) => "final",
            };
            let corrections =
                if at == 0 && !corrections.is_zero() { money(&corrections, entry) } else { String::new() };
            let total = closed.total.parse::<Ratio>().map(|total| money(&total, entry)).unwrap_or_default();
            grid.row([
                entry.number.to_string().into(),
                (&closed.period).into(),
                money(&own, entry).into(),
                corrections.into(),
                total.into(),
                state.into(),
                (&entry.folder).into(),
            ]);
        }
    }
    blocks.push(Block::Grid(grid.without_columns_of("")));
    let broken: Vec<String> = states.iter().filter_map(|state| state.clone().err()).collect();
    match broken.is_empty() {
        true => blocks.push(Block::Text(
            "Every entry follows the one before, and every run is as it was closed.".to_string(),
        )),
        false => blocks.push(Block::List(broken)),
    }
    blocks
}

fn money(amount: &Ratio, entry: &Entry) -> String {
    match Currency::from_code(&entry.currency) {
        Some(currency) => Quantity::new(amount.clone(), Unit::Money(currency)).to_string(),
        None => format!("{} {amount}", entry.currency),
    }
}
