//! `meed evaluate --on` as a whole: the statement of the embedded run, byte for byte.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use meed::case;
use meed::connect::Use;
use serde_json::Value;

use crate::connections::connect;
use crate::load::load;
use crate::server::{Server, Servers, Which, trial};

/// Cases whose statements are compared: contracts to read, and one with registers.
const CASES: &[&str] = &[
    "contracts/per-resolution",
    "contracts/waste-collection-hotline",
    "tests/cases/relief/by-time-scope-record",
];

pub fn trials(servers: &Arc<Servers>) -> Vec<Trial> {
    let both = [Which::PostgreSql, Which::Spark];
    let each = both.map(|which| {
        CASES.iter().enumerate().map(move |(at, case)| {
            trial(servers, which, &format!("the statement of {case}"), move |server| {
                statement(server, which, case, at)
            })
        })
    });
    let others = [
        trial(servers, Which::PostgreSql, "registers may stay in files", registers),
        trial(servers, Which::PostgreSql, "a key that stands twice stops the run", repeated),
        trial(servers, Which::PostgreSql, "a relation that is not there is told", absent),
    ];
    each.into_iter().flatten().chain(others).collect()
}

fn meed(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_meed")).args(arguments).current_dir(folder).output().unwrap()
}

/// The contract of a case with its data in a database; the data book is `away.yaml`.
fn project(server: &Server, which: Which, case: &str, schema: &str) -> Result<tempfile::TempDir, Failed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(case);
    let runs = case::runs(&case::find(&root)?[0])?;
    let folder = matches!(which, Which::Spark).then(|| server.folder.path());
    let mut writer = connect(server, Use::Write);
    let (_, yaml) = load(writer.as_mut(), folder, schema, &runs[0].contract, &runs[0].book)?;
    let project = tempfile::tempdir()?;
    copy(&root, project.path())?;
    std::fs::write(project.path().join("away.yaml"), yaml)?;
    Ok(project)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let (path, name) = {
            let it = entry?;
            (it.path(), it.file_name())
        };
        if path.is_dir() {
            copy(&path, &to.join(name))?
        } else {
            std::fs::copy(&path, to.join(name)).map(|_| ())?
        }
    }
    Ok(())
}

fn done(output: &Output) -> Result<(), Failed> {
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
}

fn statement(server: &Server, which: Which, case: &str, at: usize) -> Result<(), Failed> {
    let project = project(server, which, case, &format!("statement_{at}"))?;
    let home = project.path();
    done(&meed(&["evaluate", "terms.contract", "--no-log", "--out", "here"], home))?;
    let on = [
        "evaluate",
        "terms.contract",
        "--no-log",
        "--data",
        "away.yaml",
        "--on",
        &server.address,
        "--out",
        "away",
    ];
    done(&meed(&on, home))?;
    let read = |run: &str, name: &str| std::fs::read_to_string(home.join(run).join(name));
    assert_eq!(read("here", "facts.json")?, read("away", "facts.json")?);
    assert_eq!(apart(&read("here", "report.json")?), apart(&read("away", "report.json")?));
    assert_eq!(money(&read("here", "statement.md")?), money(&read("away", "statement.md")?));
    let manifest = read("away", "manifest.json")?;
    assert!(!manifest.contains("p@ss") && !manifest.contains("p%40ss"), "a secret was kept");
    let manifest: Value = serde_json::from_str(&manifest)?;
    let kept = &manifest["connection"];
    assert_eq!(manifest["inputs"], Value::Array(Vec::new()));
    assert!(kept["relations"][0]["relation"].as_str().unwrap().starts_with(&format!("statement_{at}.")));
    assert!(
        kept["queries"].as_array().unwrap().iter().all(|query| query["cells"].as_str().unwrap().len() == 64)
    );
    // The same rows give the same bytes, the digests of what came back included.
    let again = meed(&on, home);
    done(&again)?;
    assert!(String::from_utf8_lossy(&again.stderr).contains("(unchanged)"));
    Ok(())
}

/// A report without what tells of files and relations: rows dropped before they were loaded.
fn apart(report: &str) -> Value {
    let mut report: Value = serde_json::from_str(report).unwrap();
    for table in report["data"]["tables"].as_array_mut().unwrap() {
        for name in
            ["files", "relation", "read", "rejected", "duplicates", "folded", "text", "dst_gaps", "dst_folds"]
        {
            table.as_object_mut().unwrap().remove(name);
        }
    }
    report
}

/// A statement without its control totals.
fn money(statement: &str) -> String {
    let (before, rest) = statement.split_once("## Data").unwrap();
    format!("{before}{}", rest.split_once("## What each measure counted").unwrap().1)
}

fn registers(server: &Server) -> Result<(), Failed> {
    let project = project(server, Which::PostgreSql, CASES[2], "registers")?;
    let home = project.path();
    let here = std::fs::read_to_string(home.join("data.yaml"))?;
    let away = std::fs::read_to_string(home.join("away.yaml"))?;
    let (kept, entry) = (section(&away, "relief"), section(&here, "relief"));
    std::fs::write(home.join("away.yaml"), "zone: UTC\n".to_string() + &away.replace(&kept, &entry))?;
    done(&meed(&["evaluate", "terms.contract", "--no-log", "--out", "here"], home))?;
    let on = [
        "evaluate",
        "terms.contract",
        "--no-log",
        "--data",
        "away.yaml",
        "--on",
        &server.address,
        "--out",
        "away",
    ];
    done(&meed(&on, home))?;
    let read = |run: &str| std::fs::read(PathBuf::from(home).join(run).join("facts.json"));
    assert_eq!(read("here")?, read("away")?);
    Ok(())
}

/// The entry of a table in a book.
fn section(book: &str, table: &str) -> String {
    let mut lines = book.lines().skip_while(|line| *line != format!("  {table}:"));
    let head = lines.next().unwrap();
    let rest = lines.take_while(|line| line.starts_with("    "));
    std::iter::once(head).chain(rest).map(|line| format!("{line}\n")).collect()
}

fn repeated(server: &Server) -> Result<(), Failed> {
    let project = project(server, Which::PostgreSql, CASES[0], "twice")?;
    let table = std::fs::read_to_string(project.path().join("away.yaml"))?;
    let relation = table.lines().find_map(|line| line.trim().strip_prefix("relation: ")).unwrap().to_string();
    let copy = format!("insert into {relation} select * from {relation} limit 1");
    connect(server, Use::Write).execute(&copy)?;
    let on = ["evaluate", "terms.contract", "--no-log", "--data", "away.yaml", "--on", &server.address];
    let output = meed(&on, project.path());
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("1 rows have an id that was there before"), "{told}");
    assert!(!project.path().join("runs").exists());
    Ok(())
}

fn absent(server: &Server) -> Result<(), Failed> {
    let project = project(server, Which::PostgreSql, CASES[0], "absent")?;
    let book = std::fs::read_to_string(project.path().join("away.yaml"))?;
    std::fs::write(project.path().join("away.yaml"), book.replace("absent.", "elsewhere."))?;
    let on = ["evaluate", "terms.contract", "--no-log", "--data", "away.yaml", "--on", &server.address];
    let output = meed(&on, project.path());
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("the database has no relation `elsewhere."), "{told}");
    Ok(())
}
