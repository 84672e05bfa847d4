//! Cases: a folder with a contract and what must come out of it.
//!
//! ```text
//! penalty-cap/
//!   terms.contract          what is tried
//!   readings.csv            what was measured, or: data.yaml and data/
//!   case.yaml               only when needed: which periods, which refusal
//!   expected/
//!     figures.yaml          figures worked out by hand, by period
//!     settlement.txt …      texts of a stage, word for word
//! ```
//!
//! A file in `expected/` switches its comparison on. A contract without
//! `expected/` has to pass its checks and its own examples. A single
//! `.contract` file whose first lines read `# expect: E0203 14:8` is a case
//! too: exactly these errors must be reported, at these places.

mod evaluate;
mod expected;
mod faults;
mod figures;
mod look;
mod settings;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use meed_grammar::Source;

use crate::book::Book;
use crate::contract::Contract;
use crate::value::Period;

use expected::Expected;
use settings::Settings;

/// One case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its path below the folder the search began in, with `/` between its parts.
    pub name: String,
    /// The folder, or the single contract file.
    pub path: PathBuf,
}

/// What is done with texts that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// They are reported.
    Compare,
    /// The expected files are written anew; figures and refusals are still compared.
    Bless,
}

/// All cases in and below `root`, by name.
///
/// # Errors
///
/// When a folder cannot be read.
pub fn find(root: &Path) -> io::Result<Vec<Case>> {
    let mut found = Vec::new();
    collect(root, "", &mut found)?;
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

fn collect(path: &Path, name: &str, found: &mut Vec<Case>) -> io::Result<()> {
    if is_case(path)? {
        let name = if name.is_empty() { path.display().to_string() } else { name.to_owned() };
        found.push(Case { name, path: path.to_path_buf() });
        return Ok(());
    }
    if !path.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let part = entry.file_name().to_string_lossy().into_owned();
        let name = if name.is_empty() { part } else { format!("{name}/{part}") };
        collect(&entry.path(), &name, found)?;
    }
    Ok(())
}

fn is_case(path: &Path) -> io::Result<bool> {
    if path.is_dir() {
        return Ok(path.join("terms.contract").is_file() || path.join("case.yaml").is_file());
    }
    let contract = path.extension().is_some_and(|extension| extension == "contract");
    Ok(contract && fs::read_to_string(path)?.starts_with(faults::MARK))
}

/// Runs a case; what differs from what is expected, in words. Nothing means that it holds.
#[must_use]
pub fn run(case: &Case, texts: Texts) -> Vec<String> {
    let outcome = if case.path.is_dir() { folder(&case.path, texts) } else { faults::compare(&case.path) };
    outcome.unwrap_or_else(|message| vec![message])
}

/// What a run of a case measures, and from which data.
#[derive(Debug, Clone)]
pub struct Run {
    /// The name of the case, and of the run where it has several.
    pub name: String,
    /// The contract.
    pub contract: Contract,
    /// The evaluated periods.
    pub periods: Vec<Period>,
    /// The data book, as of the day the run looks at it.
    pub book: Book,
}

/// The runs of a case that measure data, for those who measure it another way.
///
/// # Errors
///
/// When a file of the case cannot be read.
pub fn runs(case: &Case) -> Result<Vec<Run>, String> {
    if !case.path.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (name, settings) in settings::read(&case.path)?.each() {
        if let Some((contract, periods, book)) = evaluate::data(&case.path, &settings)? {
            let name = name.map_or_else(|| case.name.clone(), |run| format!("{}, {run}", case.name));
            found.push(Run { name, contract, periods, book });
        }
    }
    Ok(found)
}

/// What comes out of a case when its contract is written differently: everything
/// found, without places, then the report. None for a case that is a single file.
///
/// # Errors
///
/// When a file of the case cannot be read.
pub fn rewritten(case: &Case, rewrite: &dyn Fn(&Source) -> String) -> Result<Option<String>, String> {
    if !case.path.is_dir() {
        return Ok(None);
    }
    let settings = settings::read(&case.path)?;
    let source = evaluate::source(&case.path, &settings)?;
    let checked = evaluate::check(Source::new(source.label(), rewrite(&source)));
    let mut told: Vec<String> =
        checked.diagnostics.iter().map(|it| format!("{} {}", it.code, it.message)).collect();
    told.sort();
    for (_, run) in settings.each() {
        let Some(contract) = checked.contract.as_ref().filter(|_| run.contract == settings.contract) else {
            continue;
        };
        told.push(match evaluate::evaluate(&case.path, &run, contract) {
            Ok(Some(evaluated)) => expected::report(contract, &evaluated),
            Ok(None) => String::new(),
            Err(refusal) => refusal,
        });
    }
    Ok(Some(told.join("\n")))
}

fn folder(folder: &Path, texts: Texts) -> Result<Vec<String>, String> {
    let settings = settings::read(folder)?;
    let runs = settings.each();
    let expected = Expected::read(folder, runs.iter().filter_map(|(name, _)| *name).collect())?;
    let mut differences = Vec::new();
    for (name, run) in &runs {
        let found = one(folder, *name, run, &expected, texts)?;
        differences.extend(found.into_iter().map(|it| match name {
            Some(name) => format!("{name}: {it}"),
            None => it,
        }));
    }
    Ok(differences)
}

/// One run of a case.
fn one(
    folder: &Path,
    name: Option<&str>,
    settings: &Settings,
    expected: &Expected,
    texts: Texts,
) -> Result<Vec<String>, String> {
    let checked = evaluate::check(evaluate::source(folder, settings)?);
    let mut differences = expected::diagnostics(folder, &checked, texts)?;
    let Some(contract) = checked.contract else { return Ok(differences) };
    match evaluate::evaluate(folder, settings, &contract) {
        Ok(None) => {}
        Ok(Some(evaluated)) if settings.error.is_empty() => {
            differences.extend(expected.figures(folder, name, &contract, &evaluated)?);
            differences.extend(expected::texts(folder, name, &contract, &evaluated, texts)?);
        }
        Ok(Some(_)) => differences.push("the data is accepted, but should be refused".to_owned()),
        Err(refusal) => differences.extend(settings.compare(&refusal)),
    }
    Ok(differences)
}

/// Reads a file of a case.
fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests;
