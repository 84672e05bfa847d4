//! `meed fmt`: the canonical layout.

use std::path::{Path, PathBuf};

use meed_grammar::format::{FormatError, format};

use super::screen::{Done, Screen, Stop};
use super::{diagnostics, input};
use crate::compare;

/// Arguments of `meed fmt`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The contracts
    #[arg(required = true, value_name = "CONTRACT")]
    contracts: Vec<PathBuf>,
    /// Change nothing; exit code 1 when a contract is laid out differently
    #[arg(long)]
    check: bool,
    /// Change nothing; show what would change
    #[arg(long)]
    diff: bool,
}

/// Lays out each contract. One that cannot be read does not keep the others from it.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    let mut done = Done::Well;
    for path in &args.contracts {
        if one(args, path, screen)? == Done::Findings {
            done = Done::Findings;
        }
    }
    Ok(done)
}

fn one(args: &Args, path: &Path, screen: &mut Screen) -> Result<Done, Stop> {
    let (file, source) = input::contract(path)?;
    let text = match format(&source) {
        Ok(text) => text,
        Err(FormatError::Faulty(faults)) => {
            for fault in &faults {
                screen.remark(format_args!("{}\n", diagnostics::draw(fault, &source, screen.width())));
            }
            screen.remark(format_args!("{}: left as it is", path.display()));
            return Ok(Done::Findings);
        }
        Err(changed) => return Err(Stop::fault(format!("{}: {changed}", path.display()))),
    };
    if text.as_bytes() == file.bytes {
        return Ok(Done::Well);
    }
    if args.diff {
        screen.result(&compare::unified(&file.text, &text, source.label()))?;
    }
    if args.check {
        screen.remark(format_args!("{} is not in the canonical layout", path.display()));
        return Ok(Done::Findings);
    }
    if !args.diff {
        let written = crate::audit::replace(path, text.as_bytes());
        written.map_err(|error| Stop::fault(format!("cannot write `{}`: {error}", path.display())))?;
        screen.remark(format_args!("{} laid out", path.display()));
    }
    Ok(Done::Well)
}
