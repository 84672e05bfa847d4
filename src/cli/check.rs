//! `meed check`: everything that can be said about a contract without data.

use std::path::PathBuf;

use meed_grammar::diagnostic::Severity;

use super::findings::{Findings, as_github, as_json, as_sarif};
use super::screen::{Done, Screen, Stop};
use crate::checked;

use super::{diagnostics, summary, texts};

/// Arguments of `meed check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The contracts; a file that starts with an amendment belongs to the contract before it
    #[arg(required = true, value_name = "CONTRACT")]
    contracts: Vec<PathBuf>,
    /// For whom the findings are written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Show how the most that one period can cost either side comes about
    #[arg(long)]
    exposure: bool,
}

/// For whom findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs
    Json,
    /// For code hosts and editors
    Sarif,
    /// For GitHub workflows
    Github,
}

/// Checks each contract. The findings are the result: they go to stdout.
pub fn run(args: &Args, screen: &mut Screen) -> Result<Done, Stop> {
    let mut all = Vec::new();
    let mut faulty = false;
    for (path, amendments) in texts::grouped(&args.contracts)? {
        let texts = texts::read(&path, &amendments)?;
        let checked = checked::of(&texts.whole);
        faulty |= checked.has_errors();
        let found = texts.apart(checked.diagnostics, checked.accepted);
        if args.format == Format::Human {
            for findings in &found {
                human(findings, screen)?;
            }
            let text = match (&checked.contract, &checked.proofs) {
                (Some(contract), Some(proofs)) => summary::sound(contract, proofs, args.exposure),
                _ => String::new(),
            };
            screen.result(&format!("{}: {}\n{text}", path.display(), counted(&found)))?;
        }
        all.extend(found);
    }
    match args.format {
        Format::Human => {}
        Format::Json => screen.result(&as_json(&all))?,
        Format::Sarif => screen.result(&as_sarif(&all))?,
        Format::Github => screen.result(&as_github(&all))?,
    }
    Ok(Done::with_findings(faulty))
}

fn human(findings: &Findings, screen: &mut Screen) -> Result<(), Stop> {
    for diagnostic in &findings.diagnostics {
        let drawn = diagnostics::draw(diagnostic, &findings.source, screen.width());
        screen.result(&format!("{drawn}\n\n"))?;
    }
    for (diagnostic, because) in &findings.accepted {
        let line = diagnostic.span().map(|span| findings.source.place(span.start).line);
        let at = line.map_or_else(String::new, |line| format!(" (line {line})"));
        screen.result(&format!(
            "accepted[{}]{at}: {}\n  because: {because}\n\n",
            diagnostic.code, diagnostic.message
        ))?;
    }
    Ok(())
}

/// `2 errors and 1 warning`
fn counted(found: &[Findings]) -> String {
    let all = || found.iter().flat_map(|findings| &findings.diagnostics);
    let count = |severity| all().filter(|it| it.severity == severity).count();
    let words = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    match (count(Severity::Error), count(Severity::Warning)) {
        (0, 0) => "nothing to object to".to_string(),
        (errors, 0) => words(errors, "error"),
        (0, warnings) => words(warnings, "warning"),
        (errors, warnings) => format!("{} and {}", words(errors, "error"), words(warnings, "warning")),
    }
}
