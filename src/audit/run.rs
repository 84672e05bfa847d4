//! Reading a run folder back.

use std::fs;
use std::path::Path;

use super::{AuditError, Manifest, digest};
use crate::report::{self, View};

/// A run folder's manifest and report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What it was made from.
    pub manifest: Manifest,
    /// What it says.
    pub view: View,
}

/// Reads the run in `folder`.
///
/// # Errors
///
/// When it is not a run folder, or `report.json` is not the one its manifest vouches for.
pub fn open(folder: &Path) -> Result<Run, AuditError> {
    let text = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).map_err(|error| {
            AuditError::io("read", &path, &error).help("give the run folder that `meed evaluate` wrote")
        })
    };
    let wrong = |name: &str, error: String| {
        AuditError::new(format!("`{}` cannot be read: {error}", folder.join(name).display()))
    };
    let manifest = Manifest::read(&text("manifest.json")?).map_err(|error| wrong("manifest.json", error))?;
    let report = text("report.json")?;
    if manifest.outputs.get("report.json") != Some(&digest(report.as_bytes())) {
        let message = format!("`{}` was changed after the run", folder.join("report.json").display());
        return Err(AuditError::new(message).help("evaluate again with `--replace`"));
    }
    let view = report::read(&report).map_err(|error| wrong("report.json", error))?;
    Ok(Run { manifest, view })
}
