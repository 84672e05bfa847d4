//! Running the engine for a command: progress while it works, words when it stops.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::effort::{Effort, Stopwatch};
use super::screen::{Fault, Screen, Stop};
use crate::book::Book;
use crate::engine::{self, EngineError, Failure, Measurement, Options, Progress, Subject};
use crate::measured::Reject;

/// How many rejected rows are shown one by one.
const SHOWN: usize = 10;

/// Measures contracts over the data of one book.
pub fn run(
    subjects: &[Subject<'_>],
    book: &Book,
    effort: &Effort,
    screen: &mut Screen,
) -> Result<Vec<Measurement>, Stop> {
    let bar = Bar::new(effort.timed);
    let options = Options {
        progress: &bar,
        threads: effort.threads,
        memory: effort.memory,
        store: effort.store.as_deref(),
        accounts: !effort.unaccounted,
    };
    let outcome = engine::measure_all(subjects, book, &options);
    bar.clear();
    let found = outcome.map_err(|failure| stopped(&failure, screen))?;
    if let Some(store) = &effort.store {
        let remarks: BTreeSet<&String> = found.iter().flat_map(|found| &found.remarks).collect();
        remarks.iter().for_each(|remark| screen.remark(format_args!("{}: {remark}", store.display())));
    }
    Ok(found)
}

/// The reading of rows, on stderr when that is a terminal; a line for the table at hand.
struct Bar(Mutex<ProgressBar>, Option<Stopwatch>);

impl Bar {
    fn new(timed: bool) -> Self {
        Self(Mutex::new(ProgressBar::hidden()), timed.then(Stopwatch::start))
    }

    fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).finish_and_clear();
    }
}

impl Progress for Bar {
    fn elapsed(&self) -> Option<Duration> {
        self.1.as_ref().map(Stopwatch::read)
    }

    fn rows(&self, table: &str, rows: u64, of: Option<u64>) {
        let mut bar = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if bar.message() != table {
            bar.finish_and_clear();
            *bar = ProgressBar::no_length().with_style(style(of.is_some())).with_message(table.to_string());
        }
        if let Some(of) = of {
            bar.set_length(of);
        }
        bar.set_position(rows);
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
    // An error about rejected rows shows them itself.
    let told = failure.error.to_string();
    let others = failure.rejects.iter().filter(|it| !told.contains(&format!("{}:{}", it.file, it.line)));
    let others: Vec<&Reject> = others.collect();
    let listed = others.len() < failure.rejects.len();
    for reject in others.iter().take(if listed { 0 } else { SHOWN }) {
        screen.remark(rejected(reject));
    }
    if !listed && others.len() > SHOWN {
        screen.remark(format_args!("and {} more rejected rows", others.len() - SHOWN));
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
