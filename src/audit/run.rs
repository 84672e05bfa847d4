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

/// A file of a run as text, when it is the one the manifest vouches for.
///
/// # Errors
///
/// When it cannot be read, or was changed after the run.
pub fn kept(folder: &Path, manifest: &Manifest, name: &str) -> Result<String, AuditError> {
    let path = folder.join(name);
    let text = fs::read_to_string(&path).map_err(|error| AuditError::io("read", &path, &error))?;
    if manifest.outputs.get(name) == Some(&digest(text.as_bytes())) {
        return Ok(text);
    }
    Err(AuditError::new(format!("`{}` was changed after the run", path.display())))
}

/// SHA-256 of a run's manifest, after comparing every file it vouches for.
///
/// # Errors
///
/// Which file is missing, or was changed after the run.
pub fn whole(folder: &Path) -> Result<String, AuditError> {
    let path = folder.join("manifest.json");
    let text = fs::read_to_string(&path).map_err(|error| {
        AuditError::io("read", &path, &error).help("give the run folder that `meed evaluate` wrote")
    })?;
    let manifest = Manifest::read(&text)
        .map_err(|error| AuditError::new(format!("`{}` cannot be read: {error}", path.display())))?;
    for (name, sha256) in &manifest.outputs {
        let path = folder.join(name);
        let found = super::digest_file(&path).map_err(|error| AuditError::io("read", &path, &error))?;
        if found != *sha256 {
            return Err(AuditError::new(format!("`{}` was changed after the run", path.display())));
        }
    }
    Ok(digest(text.as_bytes()))
}
