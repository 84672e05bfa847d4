//! Evaluating where the data lives: PostgreSQL, and Spark with a master and two workers.
//!
//! `cargo test --features postgresql,spark --test on` starts the servers on
//! this machine's loopback, loads the records of the cases as typed tables,
//! and compares what comes back with the embedded run. A server that cannot
//! be had here is passed over, with a word on stderr. Spark is looked for in
//! `SPARK_HOME`, then in the `pyspark` package of `python3`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that cannot go on has failed"
)]

#[path = "on/agree.rs"]
mod agree;
#[path = "on/books.rs"]
mod books;
#[path = "sql/books.rs"]
mod books_told;
#[path = "on/connections.rs"]
mod connections;
#[path = "on/kill.rs"]
mod kill;
#[path = "on/load.rs"]
mod load;
#[path = "on/postgresql.rs"]
mod postgresql;
#[path = "on/server.rs"]
mod server;
#[path = "on/spark.rs"]
mod spark;
#[path = "on/statement.rs"]
mod statement;
#[path = "on/typed.rs"]
mod typed;

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::Arguments;
use server::Servers;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let servers = Arc::new(Servers::default());
    let mut trials = connections::trials(&servers);
    trials.extend(agree::trials(&servers));
    trials.extend(books::trials(&servers));
    trials.extend(statement::trials(&servers));
    trials.extend(kill::trials(&servers));
    let conclusion = libtest_mimic::run(&arguments, trials);
    servers.stop();
    conclusion.exit_code()
}
