//! The project the tests of the command line work in, and what a command came to.
//!
//! A fee of GBP 1,000.00 a month; below 75 % resolved a penalty of 12 % of it,
//! capped at 10 %. January has 15 of 20 resolved (75 %, met, 1,000.00 due),
//! February 14 of 20 (70 %, missed, 900.00 due).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub const TERMS: &str = r#"contract "Small" {
  client    "Northwind Retail plc"
  vendor    "HelpCo Ltd"
  term      2026-01-01 to 2026-12-31
  timezone  "Europe/London"
  currency  GBP
  periods   monthly
  rounding  money to 0.01 half up on each line
}

charge fee "Monthly fee" = GBP 1,000.00 each period  clause "3.1"

measure fcr "Resolved at first contact" {
  share of interactions where resolved
  round   to 0.01 points half up
  clause  "4.1"
}

commitment fcr {
  clause  "6.1"
  target  at least 75%
  pay penalty 12% of fee when missed
}

cap penalties 10% of fee each period

accept W0612 on fcr because "the client hears a sample of the contacts"
"#;

pub const BOOK: &str = "zone: Europe/London
tables:
  interactions:
    files: calls.csv
    key: id
    columns:
      id: id
      started_at: started
      resolved: resolved
";

/// From February on the target is lower, so that 70 % meets it, and the penalty smaller.
pub const AMENDMENT: &str = "amendment \"No 1\" from 2026-02-01 {
  commitment fcr {
    target  at least 70%
    pay penalty 10% of fee when missed
  }
}
";

pub struct Project(pub tempfile::TempDir);

impl Project {
    pub fn new() -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.write("terms.contract", TERMS);
        project.write("data.yaml", BOOK);
        project.write("calls.csv", calls(false));
        project
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meed"));
        command.args(args).current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        Ran::from(self.command(args).output().unwrap())
    }

    pub fn names(&self, folder: &str) -> Vec<String> {
        names(&self.path(folder))
    }
}

pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// 20 calls in January and 20 in February, the first 15 and 14 resolved.
pub fn calls(backwards: bool) -> String {
    let row = |month: usize, n: usize| {
        let resolved = if n < 16 - month { "yes" } else { "no" };
        format!("{month}-{n},2026-{month:02}-{:02} 10:00:00,{resolved}\n", n + 1)
    };
    let mut rows: Vec<String> = (1..=2).flat_map(|month| (0..20).map(move |n| row(month, n))).collect();
    if backwards {
        rows.reverse();
    }
    format!("id,started,resolved\n{}", rows.concat())
}

#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    #[track_caller]
    pub fn is(&self, code: i32, out: &str, err: &str) -> &Self {
        assert!(self.code == code && self.out.contains(out) && self.err.contains(err), "{self:#?}");
        assert!(!self.err.contains("panicked") && !self.err.contains("a fault in Meed"), "{self:#?}");
        self
    }
}
