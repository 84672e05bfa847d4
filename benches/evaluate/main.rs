//! How fast `meed evaluate` is, beside a peer that answers the same questions, and beside decoding alone.
//!
//! `cargo bench --bench evaluate -- generate` writes the data, `-- floor` decodes it and does nothing
//! else, and every other word (`compare`, `csv`, `growth`, `skew`, `start`, `months`) is run by
//! `benches/compare.py`. Without `--bench`, which `cargo bench` adds, the generator is tested: `cargo test` does that.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark prints, and stops where it cannot go on"
)]

mod clock;
mod columns;
mod csv;
mod floor;
mod generate;
mod random;
mod rows;
mod sound;

use std::path::PathBuf;
use std::process::Command;

use clap::Parser;

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    word: Option<Word>,
    /// What Cargo says to every benchmark
    #[arg(long, global = true, hide = true)]
    bench: bool,
}

#[derive(clap::Subcommand)]
enum Word {
    /// Writes the tables, the contract and the data book into a folder, and prints which
    Generate(generate::Args),
    /// Decodes the columns that the contract needs, with two threads, and does nothing else
    Floor {
        /// A folder that `generate` wrote as Parquet
        folder: PathBuf,
    },
    /// Everything that is measured: see benches/README.md
    #[command(external_subcommand)]
    Measured(Vec<String>),
}

fn main() {
    if !std::env::args().any(|arg| arg == "--bench") {
        sound::check();
        return;
    }
    match Cli::parse().word {
        // Without a word: small enough to be run by the way.
        None => measure(&["compare", "--rows", "1000000", "--runs", "1", "--no-naive"].map(str::to_string)),
        Some(Word::Generate(args)) => {
            let folder = args.folder.clone().unwrap_or_else(|| home().join(args.name()));
            generate::run(&args, &folder);
            println!("{}", folder.display());
        }
        Some(Word::Floor { folder }) => println!("{} values", floor::run(&folder)),
        Some(Word::Measured(args)) => measure(&args),
    }
}

/// Where data is kept: in the build directory.
fn home() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench-data")
}

/// Hands over to the script that runs and measures processes.
fn measure(args: &[String]) {
    let args = args.iter().filter(|arg| *arg != "--bench");
    let status = Command::new("python3")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/compare.py"))
        .args(args)
        .env("MEED", env!("CARGO_BIN_EXE_meed"))
        .env("BENCH", std::env::current_exe().unwrap())
        .env("BENCH_DATA", home())
        .status()
        .unwrap();
    std::process::exit(status.code().unwrap_or(1));
}
