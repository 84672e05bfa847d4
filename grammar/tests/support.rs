//! Files of the package, and the checks that several tests share.

use std::fs;
use std::path::{Path, PathBuf};

use meed_grammar::format::format;
use meed_grammar::{Source, parse};

/// A path inside the package.
pub fn path(inside: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(inside)
}

/// A file of the package.
pub fn read(inside: &str) -> String {
    fs::read_to_string(path(inside)).unwrap_or_else(|error| panic!("{inside}: {error}"))
}

/// All files below `folder` with this extension, in order; none when there is no such folder.
pub fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![path(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|own| own == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The code blocks of a Markdown text that are marked with `mark`.
pub fn blocks(markdown: &str, mark: &str) -> Vec<String> {
    let opening = format!("```{mark}\n");
    let parts = markdown.split(&opening).skip(1);
    parts.map(|part| part.split("```").next().unwrap_or_default().to_owned()).collect()
}

/// The codes of the syntax errors of a text, with the text each points at.
pub fn faults(text: &str) -> Vec<(&'static str, String)> {
    let source = Source::new("test", text);
    let found = parse(&source).diagnostics;
    found.iter().map(|it| (it.code, source.slice(it.span().unwrap()).to_owned())).collect()
}

/// Formats and reads back: the meaning stays, and twice is the same as once.
#[track_caller]
pub fn survives_formatting(name: &str, text: &str) {
    let source = Source::new(name, text);
    let before = parse(&source);
    assert!(before.diagnostics.is_empty(), "{name}: {:#?}\n{text}", before.diagnostics);
    let once = format(&source).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
    let again = Source::new(name, once.clone());
    let after = parse(&again);
    assert_eq!(before.tree, after.tree, "{name}: another tree\n{text}\n---\n{once}");
    let comments = |parsed: &meed_grammar::Parsed| -> Vec<String> {
        parsed.comments.iter().map(|comment| comment.text.clone()).collect()
    };
    assert_eq!(comments(&before), comments(&after), "{name}: other comments\n{once}");
    assert_eq!(format(&again).unwrap(), once, "{name}: twice is not once");
}
