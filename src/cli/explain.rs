//! `meed explain`: the page of a code, all codes, or a contract in plain sentences.

use std::path::Path;

use meed_grammar::codes;
use meed_grammar::explain::page;
use meed_grammar::suggest;

use super::screen::{Done, Screen, Stop};
use super::{evaluation, texts};
use crate::tell::{self, Told};

/// Arguments of `meed explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A contract, or a code such as E0203; without one all codes are listed
    #[arg(value_name = "CONTRACT|CODE")]
    about: Option<String>,
    /// Only this clause of the contract: a name, or a reference such as 6.1
    #[arg(value_name = "CLAUSE")]
    clause: Option<String>,
    /// The form of a contract's explanation
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

/// The form of a contract's explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For the terminal
    Human,
    /// In Markdown
    Md,
    /// For programs
    Json,
}

/// Prints the page, the list or the contract.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    match &args.about {
        None => {
            let lines = codes::ALL.iter().map(|(code, title)| format!("{code}  {title}\n"));
            screen.result(&lines.collect::<String>())?;
            Ok(Done::Well)
        }
        Some(about) if is_path(about) => contract(Path::new(about), args, screen),
        Some(code) => explain_code(code, args, screen),
    }
}

/// A contract is a path, or has the ending of one.
fn is_path(about: &str) -> bool {
    about.contains(['/', '\\', '.']) || Path::new(about).exists()
}

fn explain_code(code: &str, args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    let asked = code.to_uppercase();
    let Some(page) = page(&asked) else {
        let near = suggest::nearest(&asked, codes::ALL.iter().map(|(code, _)| *code));
        let help = near.map_or(
            "`meed explain` lists all codes, `meed explain CONTRACT` reads a contract".to_string(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(Stop::fault(format!("there is no code `{code}`")).help(help));
    };
    if let Some(clause) = &args.clause {
        return Err(Stop::fault(format!("a code has no clause `{clause}`"))
            .help("name the contract first: `meed explain CONTRACT CLAUSE`".to_string()));
    }
    screen.result(page)?;
    Ok(Done::Well)
}

fn contract(path: &Path, args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    let texts = texts::read(path, &[])?;
    let Some(contract) = evaluation::sound(&texts, screen, "nothing was explained") else {
        return Ok(Done::Findings);
    };
    let whole = tell::contract(&contract);
    let told = match &args.clause {
        None => whole,
        Some(clause) => whole.only(clause).ok_or_else(|| unknown(&whole, clause))?,
    };
    let text = match args.format {
        Format::Human => tell::human(&told, screen.width()),
        Format::Md => tell::md(&told),
        Format::Json => tell::json(&told),
    };
    screen.result(&text)?;
    Ok(Done::Well)
}

fn unknown(told: &Told, clause: &str) -> Stop {
    let known = told.askable();
    let near = suggest::nearest(clause, known.iter().copied());
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            format!("there is {}", known.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", "))
        }
    };
    Stop::fault(format!("the contract has no clause `{clause}`")).help(help)
}
