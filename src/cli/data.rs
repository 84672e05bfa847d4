//! `meed data check`: the data alone, before anything is measured.

use std::path::{Path, PathBuf};

use super::screen::{Done, Fault, Screen, Stop};
use super::{books, input, measure};
use crate::checked;
use crate::contract::Contract;
use crate::engine::load::{self, TableCheck};
use crate::report::{self, Paint};

/// Commands about the data.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Read all tables: control totals, rejected rows, how far each table reaches
    Check(Args),
}

/// Arguments of `meed data check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The contract whose data it is; otherwise the only one beside the data book
    contract: Option<PathBuf>,
    /// The data book; otherwise data.yaml beside the contract
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
}

/// Runs the command.
pub fn run(command: &Command, screen: &mut Screen) -> Result<Done, Stop> {
    let Command::Check(args) = command;
    let path = contract_path(args)?;
    let data = args.data.clone().unwrap_or_else(|| input::beside(&path, "data.yaml"));
    let contract = contract(&path)?;
    let (_, book) = books::read_book(&data, Some(&contract))?;
    let checks = load::check(&book, &contract);
    screen.result(&report::data_check(&tables(&checks), screen.width(), Paint::Colour))?;
    rejects(&checks, screen)?;
    let errors: Vec<&TableCheck> = checks.iter().filter(|check| check.error.is_some()).collect();
    for check in &errors {
        if let Some(error) = &check.error {
            screen.fault(&measure::fault(error));
        }
    }
    if errors.iter().any(|check| check.loaded.totals.rejected.is_empty()) {
        return Err(Stop::Fault(Fault::default()));
    }
    Ok(Done::with_findings(!errors.is_empty()))
}

fn tables(checks: &[TableCheck]) -> Vec<report::TableView> {
    checks.iter().map(|check| report::table_view(&check.table, &check.loaded.totals)).collect()
}

/// How many rejected rows are shown one by one.
const SHOWN: usize = 10;

/// The first rejected rows of each table.
fn rejects(checks: &[TableCheck], screen: &mut Screen) -> Result<(), Stop> {
    for check in checks {
        let rejects = &check.loaded.rejects;
        for reject in rejects.iter().take(SHOWN) {
            screen.result(&format!("{}\n", measure::rejected(reject)))?;
        }
        if rejects.len() > SHOWN {
            screen.result(&format!("and {} more of `{}`\n", rejects.len() - SHOWN, check.table))?;
        }
    }
    Ok(())
}

fn contract(path: &Path) -> Result<Contract, Stop> {
    let (_, source) = input::contract(path)?;
    checked::of(&source).contract.ok_or_else(|| {
        Stop::fault(format!("the contract `{}` has errors", path.display()))
            .help(format!("`meed check {}` shows them", path.display()))
    })
}

fn contract_path(args: &Args) -> Result<PathBuf, Stop> {
    if let Some(path) = &args.contract {
        return Ok(path.clone());
    }
    let folder = args.data.as_deref().map_or_else(|| PathBuf::from("."), input::folder);
    input::only_contract(&folder, "meed data check")
}
