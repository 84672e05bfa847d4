//! A contract's text with its amendments in files of their own.
//!
//! `meed check base.contract first.contract`: a file that starts with an
//! amendment belongs to the contract before it. Both are read as one text, in
//! that order; what is found is told with the file it stands in.

use std::path::{Path, PathBuf};

use meed_grammar::Source;
use meed_grammar::diagnostic::{Diagnostic, Label};
use meed_grammar::span::Span;

use super::findings::Findings;
use super::input::{self, TextFile};
use super::screen::Stop;

/// The files of one contract, and their text as one.
pub struct Texts {
    /// The contract, then its amendments.
    pub files: Vec<TextFile>,
    /// All of it.
    pub whole: Source,
    /// Each file with the byte of the whole that it starts at.
    parts: Vec<(usize, Source)>,
}

/// Reads a contract with its amendments.
pub fn read(contract: &Path, amendments: &[PathBuf]) -> Result<Texts, Stop> {
    let (first, source) = input::contract(contract)?;
    let (mut files, mut parts) = (vec![first], vec![(0, source)]);
    let mut whole = parts.iter().map(|(_, source)| source.text()).collect::<String>();
    for path in amendments {
        let (file, source) = input::contract(path)?;
        if !is_amendment(source.text()) {
            return Err(Stop::fault(format!("`{}` does not start with an amendment", path.display()))
                .help("name one contract, then the files with its amendments".to_string()));
        }
        if !whole.ends_with('\n') {
            whole.push('\n');
        }
        parts.push((whole.len(), source));
        whole.push_str(&file.text);
        files.push(file);
    }
    let whole = Source::new(contract.display().to_string(), whole);
    Ok(Texts { files, whole, parts })
}

/// The paths of each contract with those of its amendments, in the order given.
pub fn grouped(paths: &[PathBuf]) -> Result<Vec<(PathBuf, Vec<PathBuf>)>, Stop> {
    let mut groups: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
    for path in paths {
        let alone = !is_amendment(&input::text(path, "contract")?.text);
        match groups.last_mut().filter(|_| !alone) {
            Some((_, amendments)) => amendments.push(path.clone()),
            None => groups.push((path.clone(), Vec::new())),
        }
    }
    Ok(groups)
}

/// Likewise where each must be a whole contract.
pub fn of_contracts(paths: &[PathBuf]) -> Result<Vec<(PathBuf, Vec<PathBuf>)>, Stop> {
    let groups = grouped(paths)?;
    match groups.first() {
        Some((first, _)) if is_amendment(&input::text(first, "contract")?.text) => Err(Stop::fault(format!(
            "`{}` starts with an amendment, and no contract comes before it",
            first.display()
        ))
        .help("name the contract first, then the files with its amendments".to_string())),
        _ => Ok(groups),
    }
}

/// Whether the first clause of a text is an amendment.
fn is_amendment(text: &str) -> bool {
    let lines = text.lines().map(str::trim_start).map(|line| line.trim_start_matches('\u{feff}'));
    let mut told = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    told.next().and_then(|line| line.strip_prefix("amendment")).is_some_and(|rest| {
        rest.starts_with(|letter: char| letter.is_whitespace() || letter == '"') || rest.is_empty()
    })
}

impl Texts {
    /// The bytes a run keeps: those of the only file, or the text of all.
    pub fn kept(&self) -> Vec<u8> {
        match self.files.as_slice() {
            [only] => only.bytes.clone(),
            _ => self.whole.text().as_bytes().to_vec(),
        }
    }

    /// What was found in the whole, file by file.
    pub fn apart(&self, diagnostics: Vec<Diagnostic>, accepted: Vec<(Diagnostic, String)>) -> Vec<Findings> {
        let nothing = |source: &Source| Findings {
            source: source.clone(),
            diagnostics: Vec::new(),
            accepted: Vec::new(),
        };
        let mut all: Vec<Findings> = self.parts.iter().map(|(_, source)| nothing(source)).collect();
        for (diagnostic, because) in accepted {
            let at = diagnostic.span().map_or(0, |span| self.part(span.start));
            let moved = self.moved(diagnostic, at);
            if let Some(findings) = all.get_mut(at) {
                findings.accepted.push((moved, because));
            }
        }
        for diagnostic in diagnostics {
            let at = diagnostic.span().map_or(0, |span| self.part(span.start));
            let moved = self.moved(diagnostic, at);
            if let Some(findings) = all.get_mut(at) {
                findings.diagnostics.push(moved);
            }
        }
        all
    }

    /// The index of the file that byte `at` of the whole stands in.
    fn part(&self, at: usize) -> usize {
        self.parts.partition_point(|(start, _)| *start <= at).saturating_sub(1)
    }

    /// The finding as seen from one file; a place in another becomes a note.
    fn moved(&self, mut diagnostic: Diagnostic, to: usize) -> Diagnostic {
        let labels = std::mem::take(&mut diagnostic.labels);
        for Label { span, text } in labels {
            let at = self.part(span.start);
            let Some((start, source)) = self.parts.get(at) else { continue };
            let own = Span::new(span.start.saturating_sub(*start), span.end.saturating_sub(*start));
            if at == to {
                diagnostic.labels.push(Label { span: own, text });
            } else {
                let place = source.place(own.start);
                let note = format!("{text}: {}:{}:{}", source.label(), place.line, place.column);
                diagnostic.notes.push(note);
            }
        }
        diagnostic
    }
}
