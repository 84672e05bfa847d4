//! Comparing what comes out with the files in `expected/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use meed_grammar::diagnostic::Severity;

use super::evaluate::{CheckedCase, Evaluated};
use super::{Texts, faults, figures};
use crate::contract::Contract;
use crate::report::Evaluation;
use crate::{assess, reading, report, settle};

/// Compares the findings about the contract; without a file for them there may be no errors.
pub(super) fn diagnostics(folder: &Path, checked: &CheckedCase, texts: Texts) -> Result<Vec<String>, String> {
    let told = |severity: Option<Severity>| {
        let found =
            checked.diagnostics.iter().filter(|it| severity.is_none_or(|severity| it.severity == severity));
        found.map(|it| format!("{} {}", faults::placed(&checked.source, it), it.message)).collect::<Vec<_>>()
    };
    let path = folder.join("expected/diagnostics.txt");
    if path.is_file() {
        return text(&path, told(None).iter().map(|line| format!("{line}\n")).collect(), texts);
    }
    Ok(told(Some(Severity::Error)))
}

/// What was worked out by hand, by run; a case with a single run has it under the empty name.
#[derive(Debug, Default)]
pub(super) struct Expected {
    figures: BTreeMap<String, figures::ByName>,
    tables: BTreeMap<String, figures::ByName>,
}

impl Expected {
    /// Reads the figures and control totals of a case whose runs have these names.
    pub(super) fn read(folder: &Path, runs: Vec<&str>) -> Result<Self, String> {
        let read = |name: &str| {
            let path = folder.join("expected").join(name);
            let found = by_run(&path, runs.is_empty())?;
            match found.keys().find(|run| !run.is_empty() && !runs.contains(&run.as_str())) {
                Some(run) => Err(format!("{}: `{run}` is not a run of case.yaml", path.display())),
                None => Ok(found),
            }
        };
        Ok(Self { figures: read("figures.yaml")?, tables: read("tables.yaml")? })
    }

    /// Compares the figures, control totals and rejected rows of a run.
    pub(super) fn figures(
        &self,
        folder: &Path,
        run: Option<&str>,
        contract: &Contract,
        evaluated: &Evaluated,
    ) -> Result<Vec<String>, String> {
        let mut differences = Vec::new();
        if let Some(expected) = self.figures.get(run.unwrap_or_default()) {
            differences.extend(figures::compare(contract, evaluated, expected));
        }
        if let Some(expected) = self.tables.get(run.unwrap_or_default()) {
            let none = Default::default();
            let found = evaluated.measured.as_ref().map_or(&none, |measured| &measured.tables);
            differences.extend(figures::tables(found, expected));
        }
        differences.extend(rejects(folder, run, evaluated)?);
        Ok(differences)
    }
}

/// The folder of the texts expected of a run.
fn place(folder: &Path, run: Option<&str>) -> PathBuf {
    folder.join("expected").join(run.unwrap_or_default())
}

fn rejects(folder: &Path, run: Option<&str>, evaluated: &Evaluated) -> Result<Vec<String>, String> {
    let mut differences = Vec::new();
    let path = place(folder, run).join("rejects.txt");
    if path.is_file() {
        let told = evaluated
            .rejects
            .iter()
            .map(|it| format!("{}:{} {} {}\n", it.file, it.line, it.column, it.value));
        differences.extend(text(&path, told.collect(), Texts::Compare)?);
    }
    Ok(differences)
}

fn by_run(path: &Path, single: bool) -> Result<BTreeMap<String, figures::ByName>, String> {
    if !path.is_file() {
        return Ok(BTreeMap::new());
    }
    let text = super::read(path)?;
    let read = match single {
        true => serde_yaml::from_str(&text).map(|it| BTreeMap::from([(String::new(), it)])),
        false => serde_yaml::from_str(&text),
    };
    read.map_err(|error| format!("{}: {error}", path.display()))
}

/// The canonical report.
pub(super) fn report(contract: &Contract, evaluated: &Evaluated) -> String {
    report::json(&view(contract, evaluated))
}

fn view(contract: &Contract, evaluated: &Evaluated) -> report::View {
    let Evaluated { measured, complete_to, as_of, readings, assessment, settlement, .. } = evaluated;
    report::view(&Evaluation {
        contract,
        readings,
        assessment,
        settlement,
        measured: measured.as_deref(),
        complete_to: *complete_to,
        corrections: &[],
        posting: None,
        still_provisional: &[],
        as_of: as_of.clone(),
        periods: 0..readings.periods.len(),
    })
}

/// Compares the texts of the stages, each when there is a file for it.
pub(super) fn texts(
    folder: &Path,
    run: Option<&str>,
    contract: &Contract,
    evaluated: &Evaluated,
    texts: Texts,
) -> Result<Vec<String>, String> {
    let Evaluated { readings, assessment, settlement, .. } = evaluated;
    let view = || view(contract, evaluated);
    type Render<'a> = Box<dyn Fn() -> String + 'a>;
    let forms: [(&str, Render<'_>); 7] = [
        ("readings.csv", Box::new(|| reading::readings_text(contract, readings))),
        ("assessment.txt", Box::new(|| assess::assessment_text(contract, readings, assessment))),
        ("settlement.txt", Box::new(|| settle::settlement_text(contract, readings, settlement))),
        ("statement.txt", Box::new(|| report::human(&view(), 100, report::Paint::Plain))),
        ("statement.md", Box::new(|| report::md(&view()))),
        ("report.json", Box::new(|| report::json(&view()))),
        ("report.csv", Box::new(|| report::csv(&view()))),
    ];
    let mut differences = Vec::new();
    for (name, render) in forms {
        let path = place(folder, run).join(name);
        if path.is_file() {
            differences.extend(text(&path, render(), texts)?);
        }
    }
    Ok(differences)
}

/// Compares a text with its file, or writes the file anew.
fn text(path: &Path, found: String, texts: Texts) -> Result<Vec<String>, String> {
    let want = super::read(path)?;
    if want == found {
        return Ok(Vec::new());
    }
    if texts == Texts::Bless {
        fs::write(path, found).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
        return Ok(Vec::new());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(first_difference(&want, &found)
        .map(|difference| format!("{name}: {difference}"))
        .into_iter()
        .collect())
}

/// The first line that differs.
fn first_difference(want: &str, found: &str) -> Option<String> {
    let mut want = want.lines();
    let mut found = found.lines();
    for number in 1.. {
        match (want.next(), found.next()) {
            (None, None) => return Some("only the end of a line differs".to_owned()),
            (one, other) if one == other => {}
            (one, other) => {
                let told = |line: Option<&str>| line.map_or("nothing".to_owned(), |line| format!("`{line}`"));
                return Some(format!("line {number} should be {}, it is {}", told(one), told(other)));
            }
        }
    }
    None
}
