//! `meed sql`: the queries that measure a contract, for an engine that is not ours.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::months::Months;
use super::periods::{self, Asked};
use super::screen::{Done, Screen, Stop};
use super::{books, evaluation, input, measure, texts};
use crate::book::Book;
use crate::contract::Contract;
use crate::engine::{self, load};
use crate::measured::Registers;
use crate::plan;
use crate::sql::{self, Dialect, Fault, Relations};
use crate::value::{Date, Period};

/// Arguments of `meed sql`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The contract
    contract: PathBuf,
    /// Files with its amendments
    #[arg(value_name = "AMENDMENT")]
    amendments: Vec<PathBuf>,
    /// The data book; otherwise data.yaml beside the contract
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// The engine the text is for
    #[arg(long, value_enum, default_value_t = Engine::Duckdb)]
    dialect: Engine,
    #[command(flatten)]
    asked: Asked,
}

/// The engine the text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    /// DuckDB
    Duckdb,
    /// PostgreSQL, from version 14
    Postgresql,
    /// Spark SQL, from version 3.5
    Spark,
}

impl Engine {
    fn dialect(self) -> Dialect {
        match self {
            Self::Duckdb => Dialect::DuckDb,
            Self::Postgresql => Dialect::PostgreSql,
            Self::Spark => Dialect::Spark,
        }
    }
}

/// Prints the queries. No data is read, but what people decided is part of the text.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    let texts = texts::read(&args.contract, &args.amendments)?;
    let Some(contract) = evaluation::sound(&texts, screen, "nothing was written") else {
        return Ok(Done::Findings);
    };
    let (chosen, _) = periods::choose(&contract, &args.asked, Months::read(None)?)?;
    let data = args.data.clone().unwrap_or_else(|| input::beside(&args.contract, "data.yaml"));
    let (_, book) = books::read_book(&data, Some(&contract))?;
    for under in contract.under(&chosen.periods) {
        let text = version(under.contract, &chosen.periods, &book, args.dialect.dialect())?;
        screen.result(&text)?;
    }
    Ok(Done::Well)
}

/// The queries of one version of the contract.
fn version(contract: &Contract, periods: &[Period], book: &Book, dialect: Dialect) -> Result<String, Stop> {
    let registers = match contract.reads_registers() {
        true => engine::registers(contract, book).map_err(|failure| measure::stop(&failure.error))?,
        false => Registers::default(),
    };
    let plan = plan::of(contract, periods, &registers);
    let relations = Relations::of_book(&plan, book, holidays(contract, book)?).map_err(|it| stop(&it))?;
    let queries = sql::of(contract, &plan, dialect, &relations).map_err(|it| stop(&it))?;
    Ok(sql::text(contract, periods, dialect, &queries))
}

/// The dates of the holiday lists that calendars name.
fn holidays(contract: &Contract, book: &Book) -> Result<BTreeMap<String, Vec<Date>>, Stop> {
    let lists = contract.calendars.values().flat_map(|calendar| &calendar.lists);
    lists
        .map(|list| Ok((list.clone(), load::holidays(book, list).map_err(|error| measure::stop(&error))?)))
        .collect()
}

fn stop(fault: &Fault) -> Stop {
    Stop::fault(format!("the contract cannot be measured by SQL: {fault}")).help(fault.help.clone())
}
