//! The command line: files, terminal and exit codes around the stages.
//!
//! Results go to stdout, everything else to stderr. Exit code 0 is done, 1
//! findings (contract errors, rejected rows, differences, `--fail-on`), 2 wrong
//! usage, unusable input or a fault in Meed. A missed target is a result.
//!
//! One file a command. To add one: a file with its arguments and a `run`, a
//! `mod` line, a variant of [`Command`] and an arm in `Command::run`.

mod books;
mod check;
mod close;
mod data;
mod diagnostics;
mod diff;
mod effort;
mod evaluate;
mod evaluation;
mod explain;
mod findings;
mod fmt;
mod init;
mod input;
mod log;
mod measure;
mod months;
mod on;
mod periods;
mod plan;
mod processor;
mod schema;
mod screen;
mod snapshot;
mod sql;
mod summary;
mod test;
mod texts;
mod why;

use std::panic;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use screen::{Done, Screen, Stop};

/// Checks, measures and settles outcome-based service contracts.
#[derive(Debug, Parser)]
#[command(name = "meed", version, max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What Meed can do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Write a project to start from
    Init(init::Args),
    /// Check contracts without data: syntax, names, units, proofs, worked examples
    Check(check::Args),
    /// Lay contracts out the canonical way, keeping their meaning
    Fmt(fmt::Args),
    /// Explain a diagnostic code, or list all codes
    Explain(explain::Args),
    /// Look at the data alone
    #[command(subcommand)]
    Data(data::Command),
    /// Measure and settle: the statement of a period, and a run folder
    Evaluate(evaluate::Args),
    /// Make the periods of a run final, in the contract's log
    Close(close::Args),
    /// Show what was closed, and whether it still stands as it did
    Log(log::Args),
    /// Derive one amount of a run, down to counts per clause
    Why(why::Args),
    /// Compare two runs, or two contract texts, in words and in money
    Diff(diff::Args),
    /// Keep a statement as text, or compare it with the contract and data of today
    Snapshot(snapshot::Args),
    /// Print the queries that measure a contract in DuckDB, PostgreSQL or Spark
    Sql(sql::Args),
    /// Run cases: contracts with what must come out of them
    Test(test::Args),
    /// Print the JSON schema of the report
    Schema,
}

impl Command {
    fn run(self, screen: &mut Screen) -> Result<Done, Stop> {
        match self {
            Self::Init(args) => init::run(&args, screen),
            Self::Check(args) => check::run(&args, screen),
            Self::Fmt(args) => fmt::run(&args, screen),
            Self::Explain(args) => explain::run(&args, screen),
            Self::Data(command) => data::run(&command, screen),
            Self::Evaluate(args) => evaluate::run(&args, screen),
            Self::Close(args) => close::run(&args, screen),
            Self::Log(args) => log::run(&args, screen),
            Self::Why(args) => why::run(&args, screen),
            Self::Diff(args) => diff::run(&args, screen),
            Self::Snapshot(args) => snapshot::run(&args, screen),
            Self::Sql(args) => sql::run(&args, screen),
            Self::Test(args) => test::run(&args, screen),
            Self::Schema => schema::run(screen),
        }
    }
}

/// Reads the arguments, does what they say, and gives the exit code.
#[must_use]
pub fn main() -> ExitCode {
    if processor::suits() { run() } else { ExitCode::from(2) }
}

#[inline(never)]
fn run() -> ExitCode {
    let mut screen = Screen::new();
    apologise_on_panic();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are results; what cannot be written has nowhere to be reported.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let outcome = panic::catch_unwind(panic::AssertUnwindSafe(|| {
        let done = cli.command.run(&mut screen)?;
        screen.finish()?;
        Ok(done)
    }));
    match outcome {
        Ok(Ok(Done::Well)) | Ok(Err(Stop::Closed)) => ExitCode::SUCCESS,
        Ok(Ok(Done::Findings)) => ExitCode::from(1),
        Ok(Err(Stop::Fault(fault))) => {
            screen.fault(&fault);
            ExitCode::from(2)
        }
        Err(_) => ExitCode::from(2),
    }
}

/// A panic is our fault: one line that says so, instead of a backtrace.
fn apologise_on_panic() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        let words = info.payload_as_str().unwrap_or("no message").lines().next().unwrap_or_default();
        screen::last_words(&format!(
            "error: a fault in Meed itself, neither in the contract nor in the data; please report it with the \
             input that shows it: {words} ({place})"
        ));
    }));
}
