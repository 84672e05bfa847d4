//! Writing a run folder: beside its place first, then renamed into it.
//!
//! `runs/terms-2026-03` is written as `runs/.meed-run-x7Qa2k` and renamed when
//! everything is on the disk. Whatever goes wrong before leaves the old folder
//! as it was; what an interrupted run leaves behind starts with `.meed-run-`
//! and is removed by the next run into the same place.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{AuditError, digest_file};

/// Held by whoever is writing, so that nobody removes what is not finished.
const LOCK: &str = ".lock";

/// What folders being written are called.
const PREFIX: &str = ".meed-run-";

/// A run folder being written.
#[derive(Debug)]
pub struct Bundle {
    staging: TempDir,
    lock: File,
    names: Vec<String>,
}

/// What became of a run folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is new.
    New,
    /// It was there, with the same bytes.
    Unchanged,
    /// It took the place of a different one.
    Replaced,
}

impl Bundle {
    /// Starts a run folder that is to stand in `parent`, which is made if need be.
    ///
    /// # Errors
    ///
    /// When nothing can be written there.
    pub fn begin(parent: &Path) -> Result<Self, AuditError> {
        fs::create_dir_all(parent).map_err(|error| AuditError::io("make the folder", parent, &error))?;
        remove_abandoned(parent);
        let staging = beside(parent).map_err(|error| AuditError::io("write in", parent, &error))?;
        let path = staging.path().join(LOCK);
        let lock = File::create(&path).map_err(|error| AuditError::io("write", &path, &error))?;
        lock.lock().map_err(|error| AuditError::io("lock", &path, &error))?;
        Ok(Self { staging, lock, names: Vec::new() })
    }

    /// Where the file with this name is to be written by somebody else; it becomes part of the run.
    pub fn path(&mut self, name: &str) -> PathBuf {
        self.names.push(name.to_string());
        self.staging.path().join(name)
    }

    /// SHA-256 of a file that somebody else wrote into the run.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn digest(&self, name: &str) -> Result<String, AuditError> {
        let path = self.staging.path().join(name);
        digest_file(&path).map_err(|error| AuditError::io("read", &path, &error))
    }

    /// Writes a file to the disk.
    ///
    /// # Errors
    ///
    /// When it cannot be written in full.
    pub fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), AuditError> {
        let path = self.path(name);
        let written = File::create(&path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map_err(|error| AuditError::io("write", &path, &error))
    }

    /// Moves the folder into its place, which must be in the parent it was begun in.
    ///
    /// # Errors
    ///
    /// When something else than a run stands there, or a different run and
    /// `replace` is not set, or the system refuses.
    pub fn commit(self, target: &Path, replace: bool) -> Result<Written, AuditError> {
        let becomes = self.becomes(target, replace)?;
        match becomes {
            Written::New => self.settle(target)?,
            Written::Unchanged => {}
            Written::Replaced => self.swap(target)?,
        }
        Ok(becomes)
    }

    /// What the folder would become in this place, without moving it.
    ///
    /// # Errors
    ///
    /// As of [`Bundle::commit`], but for what only the system can refuse.
    pub fn becomes(&self, target: &Path, replace: bool) -> Result<Written, AuditError> {
        if !target.exists() {
            return Ok(Written::New);
        }
        suitable(target)?;
        match same(target, self.staging.path(), &self.names) {
            Ok(true) => Ok(Written::Unchanged),
            Ok(false) if replace => Ok(Written::Replaced),
            Ok(false) => {
                let message = format!("`{}` holds a different run", target.display());
                Err(AuditError::new(message)
                    .help("write `--replace` to put this one in its place, or `--out` to keep both"))
            }
            Err(error) => Err(AuditError::io("compare with", target, &error)),
        }
    }

    /// The old folder steps aside, the new one takes its place, the old one goes.
    fn swap(self, target: &Path) -> Result<(), AuditError> {
        let refused = |error: &io::Error| AuditError::io("replace", target, error);
        let aside = beside(parent(target)).map_err(|error| refused(&error))?;
        let old = aside.path().join("old");
        fs::rename(target, &old).map_err(|error| refused(&error))?;
        if let Err(error) = self.settle(target) {
            if fs::rename(&old, target).is_err() {
                let _ = aside.keep();
            }
            return Err(error);
        }
        Ok(())
    }

    /// Renames the staging folder. Its lock goes first: some systems do not
    /// rename a folder with open files.
    fn settle(self, target: &Path) -> Result<(), AuditError> {
        let Self { staging, lock, .. } = self;
        drop(lock);
        let _ = fs::remove_file(staging.path().join(LOCK));
        fs::rename(staging.path(), target).map_err(|error| AuditError::io("write", target, &error))?;
        let _ = staging.keep();
        open_to_others(target);
        sync_folder(parent(target));
        Ok(())
    }
}

fn beside(parent: &Path) -> io::Result<TempDir> {
    tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)
}

/// Refuses a place where something else than a run stands.
///
/// # Errors
///
/// When there is a file, or a folder without a manifest that is not empty.
pub fn suitable(target: &Path) -> Result<(), AuditError> {
    let empty = || fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
    if !target.exists() || target.join("manifest.json").is_file() || empty() {
        return Ok(());
    }
    let message = format!("`{}` is there already and is not a run folder", target.display());
    Err(AuditError::new(message).help("name another folder with `--out`"))
}

/// Temporary folders are for their owner alone; a run is for whoever may read beside it.
#[cfg(unix)]
fn open_to_others(target: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(parent(target)).map(|found| found.permissions().mode() & 0o777);
    if let Ok(mode) = mode {
        let _ = fs::set_permissions(target, fs::Permissions::from_mode(mode));
    }
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) {}

/// The folder a run stands in.
pub fn parent(target: &Path) -> &Path {
    target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Removes what interrupted runs left: folders with our name whose lock nobody holds.
fn remove_abandoned(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let locked = File::open(entry.path().join(LOCK)).is_ok_and(|lock| lock.try_lock().is_err());
        if !locked {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Puts the names in a folder on the disk, where the system has such a thing.
pub(super) fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// Whether both folders hold the same files with the same bytes.
fn same(old: &Path, new: &Path, names: &[String]) -> io::Result<bool> {
    let mut there: Vec<String> =
        fs::read_dir(old)?.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let mut here = names.to_vec();
    there.sort();
    here.sort();
    if there != here {
        return Ok(false);
    }
    for name in names {
        if !same_file(&old.join(name), &new.join(name))? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn same_file(one: &Path, other: &Path) -> io::Result<bool> {
    let (mut one, mut other) = (File::open(one)?, File::open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    loop {
        left.clear();
        right.clear();
        (&mut one).take(1 << 16).read_to_end(&mut left)?;
        (&mut other).take(1 << 16).read_to_end(&mut right)?;
        if left != right {
            return Ok(false);
        }
        if left.is_empty() {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(target: &Path, report: &str, replace: bool) -> Result<Written, AuditError> {
        let mut bundle = Bundle::begin(parent(target))?;
        bundle.put("manifest.json", b"{}")?;
        bundle.put("report.json", report.as_bytes())?;
        bundle.commit(target, replace)
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_run_is_written_once_and_replaced_only_on_demand() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("runs/terms-2026-03");
        assert_eq!(write(&target, "a", false), Ok(Written::New));
        assert_eq!(names(&target), ["manifest.json", "report.json"]);
        assert_eq!(write(&target, "a", false), Ok(Written::Unchanged));
        let refused = write(&target, "b", false).unwrap_err();
        assert!(refused.message.ends_with("holds a different run"), "{refused}");
        assert_eq!(fs::read_to_string(target.join("report.json")).unwrap(), "a");
        assert_eq!(write(&target, "b", true), Ok(Written::Replaced));
        assert_eq!(fs::read_to_string(target.join("report.json")).unwrap(), "b");
        assert_eq!(names(&home.path().join("runs")), ["terms-2026-03"]);
    }

    #[test]
    fn a_folder_that_is_no_run_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let letters = home.path().join("letters");
        fs::create_dir(&letters).unwrap();
        fs::write(letters.join("letter.txt"), "dear").unwrap();
        for target in [&letters, &letters.join("letter.txt")] {
            let refused = write(target, "a", true).unwrap_err();
            assert!(refused.message.ends_with("is not a run folder"), "{refused}");
        }
        assert_eq!(names(&letters), ["letter.txt"]);
        assert_eq!(names(home.path()), ["letters"]);
    }

    #[test]
    fn an_unfinished_run_leaves_nothing_and_an_abandoned_one_is_cleared_away() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("run");
        let mut bundle = Bundle::begin(home.path()).unwrap();
        bundle.put("report.json", b"half").unwrap();
        drop(bundle);
        assert!(names(home.path()).is_empty());
        let abandoned = home.path().join(".meed-run-abc123");
        fs::create_dir(&abandoned).unwrap();
        fs::write(abandoned.join("report.json"), "half").unwrap();
        let at_work = Bundle::begin(home.path()).unwrap();
        assert!(!abandoned.exists());
        assert_eq!(write(&target, "a", false), Ok(Written::New));
        assert!(at_work.staging.path().exists(), "somebody else's unfinished run stays");
    }
}
