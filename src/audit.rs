//! Runs: what an evaluation leaves behind, whole or not at all.
//!
//! A run folder holds the report, what it was made from (by digest), and the
//! account of every row. The same inputs give the same bytes in every file: no
//! clock, machine or absolute path enters.
//!
//! | file | what |
//! |---|---|
//! | `manifest.json` | digests of the contract and every input, versions, options, digests of the other files |
//! | `report.json` | the report as canonical JSON |
//! | `statement.md` | the statement for people |
//! | `report.csv` | the report as one table |
//! | `controls.csv` | control totals |
//! | `rejects.csv` | rows that could not be read |
//! | `terms.contract` | the contract's text |
//! | `facts.json` | the readings, for later periods that look back |
//! | `evidence.parquet` | per measure and record whether it counted, when asked for |

mod bundle;
mod log;
mod manifest;
mod replace;
mod run;
mod snapshot;
mod terms;

pub use bundle::{Bundle, Written, parent, suitable};
pub use log::{ClosedPeriod, CorrectedPeriod, Entry, Head, Log, PostedLine};
pub use manifest::{
    ConnectionDigest, FORMAT, FileDigest, InputDigest, Manifest, Options, QueryDigest, RelationDigest,
    digest, digest_file,
};
pub use replace::replace;
pub use run::{Run, kept, open, whole};
pub use snapshot::{Difference, Sources, differences, snapshot, sources};
pub use terms::Terms;

use std::fmt;
use std::path::Path;

/// What the contract's text is called in a run folder.
pub const CONTRACT: &str = "terms.contract";

/// What the readings are called in a run folder.
pub const FACTS: &str = "facts.json";

/// A run folder that cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditError {
    /// What is wrong, with the path.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl AuditError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// An operation on a path that the system refused.
    fn io(what: &str, path: &Path, error: &std::io::Error) -> Self {
        Self::new(format!("cannot {what} `{}`: {error}", path.display()))
    }
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AuditError {}
