//! Running the engine for a command: progress while it works, words when it stops.

use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};

use super::screen::{Fault, Screen, Stop};
use crate::book::Book;
use crate::contract::Contract;
use crate::engine::{self, EngineError, Failure, Options, Outcome, Progress};
use crate::measured::Reject;
use crate::plan;
use crate::value::Period;

/// How many rejected rows are shown one by one.
const SHOWN: usize = 10;

/// Measures the contract over the data of the book.
pub fn run(
    contract: &Contract,
    periods: &[Period],
    book: &Book,
    evidence: Option<&Path>,
    screen: &mut Screen,
) -> Result<Outcome, Stop> {
    let plan = plan::of(contract, periods);
    let bar = Bar::new();
    let folder = evidence.and_then(Path::parent).map(Path::to_path_buf);
    let options = Options { evidence: folder, progress: &bar, threads: None };
    let outcome = engine::run(contract, &plan, book, &options);
    bar.0.finish_and_clear();
    outcome.map_err(|failure| stopped(&failure, screen))
}

/// The reading of rows, on stderr when that is a terminal.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        Self(ProgressBar::no_length().with_style(style(false)))
    }
}

impl Progress for Bar {
    fn rows(&self, table: &str, rows: u64, of: Option<u64>) {
        if self.0.message() != table {
            self.0.set_message(table.to_string());
            self.0.set_style(style(of.is_some()));
            self.0.reset();
        }
        if let Some(of) = of {
            self.0.set_length(of);
        }
        self.0.set_position(rows);
    }
}

/// `interactions  1,200,000 of 20,000,000 rows  [=====>      ]  12s left`
fn style(known: bool) -> ProgressStyle {
    let template = if known {
        "{msg}  {human_pos} of {human_len} rows  [{bar:30}]  {eta} left"
    } else {
        "{msg}  {human_pos} rows  {per_sec}"
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}

/// Shows the rejected rows and gives the fault.
fn stopped(failure: &Failure, screen: &mut Screen) -> Stop {
    for reject in failure.rejects.iter().take(SHOWN) {
        screen.remark(rejected(reject));
    }
    if failure.rejects.len() > SHOWN {
        screen.remark(format_args!("and {} more rejected rows", failure.rejects.len() - SHOWN));
    }
    stop(&failure.error)
}

/// `data/calls.csv:17, column `Start`: `31/02/2026`: not a date`
pub fn rejected(reject: &Reject) -> String {
    let column =
        if reject.column.is_empty() { String::new() } else { format!(", column `{}`", reject.column) };
    format!("{}:{}{column}: `{}`: {}", reject.file, reject.line, reject.value, reject.reason)
}

/// A fault of the data as the end of a command.
pub fn stop(error: &EngineError) -> Stop {
    Stop::Fault(fault(error))
}

/// A fault of the data in words.
pub fn fault(error: &EngineError) -> Fault {
    Fault { messages: vec![error.to_string()], help: error.help.clone() }
}
