//! `meed test PATH…`: runs cases, each a folder with a contract and what must come out of it.

use std::path::PathBuf;

use super::screen::{Done, Screen, Stop};
use crate::case::{self, Texts};

/// Arguments of `meed test`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folders with cases in or below them, or contracts that start with `# expect:`
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write the texts in `expected` anew; figures are still compared
    #[arg(long)]
    bless: bool,
}

/// Runs all cases and says which hold.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    let texts = if args.bless { Texts::Bless } else { Texts::Compare };
    let (mut failed, mut all) = (0_usize, 0_usize);
    for path in &args.paths {
        let shown = path.display();
        if !path.exists() {
            return Err(Stop::fault(format!("there is no `{shown}`")));
        }
        let cases =
            case::find(path).map_err(|error| Stop::fault(format!("cannot look into `{shown}`: {error}")))?;
        if cases.is_empty() {
            let help = "a case is a folder with `terms.contract` and `expected`";
            return Err(Stop::fault(format!("there is no case in `{shown}`")).help(help.to_string()));
        }
        for case in &cases {
            let differences = case::run(case, texts);
            all += 1;
            failed += usize::from(!differences.is_empty());
            screen.result(&told(&case.name, &differences))?;
        }
    }
    screen.result(&format!("\n{} of {all} cases hold\n", all - failed))?;
    Ok(Done::with_findings(failed > 0))
}

fn told(name: &str, differences: &[String]) -> String {
    if differences.is_empty() {
        return format!("holds   {name}\n");
    }
    let lines: String = differences
        .iter()
        .map(|line| format!("          {}\n", line.replace('\n', "\n          ")))
        .collect();
    format!("differs {name}\n{lines}")
}
