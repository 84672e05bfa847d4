//! Where states are kept: a folder for each plan, in it one for each state, called after the digest of
//! what it says. Each file is called after its own digest. What was changed or cut off is left alone,
//! as though it were not there.
//!
//! ```text
//! STORE/3f…e1/            a plan, the rules its rows are read by, this version of the program
//!   9a…07/                a state
//!     entry.json          files, rows and periods
//!     c4…d2.counts        counts, as `postcard` writes them
//!     58…aa.parquet       rows that are still needed
//! ```

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use tempfile::TempDir;

use super::super::error::EngineError;
use super::super::load::{Begun, digest, digest_of};
use super::super::source::Source;
use super::pieces;
use super::state::{Entry, Sums, TableEntry};
use crate::plan::Plan;

const ENTRY: &str = "entry.json";
/// How files of counts end.
const COUNTS: &str = "counts";
/// What states being written are called.
const PREFIX: &str = ".meed-kept-";
const LOCK: &str = ".lock";

/// What an earlier run has kept.
#[derive(Debug)]
pub(in crate::engine) struct Kept {
    pub(super) folder: PathBuf,
    pub(in crate::engine) entry: Entry,
    pub(in crate::engine) sums: Sums,
    /// The accounts of files, by table, with the hashes of keys.
    pub(super) begun: BTreeMap<String, Arc<Begun>>,
}

impl Kept {
    /// Rows of files that need not be read.
    pub(in crate::engine) fn rows(&self) -> u64 {
        self.entry.rows()
    }
}

/// The state with the most rows that the data of a plan starts with; none when there is none.
pub(super) fn find(folder: &Path, plan: &Plan, source: &dyn Source) -> Result<Option<Kept>, EngineError> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut all: Vec<(u64, PathBuf, Entry)> = Vec::new();
    for path in entries.map(|entry| entry.path()) {
        let Some(entry) = entry_in(&path).filter(|entry| fits(entry, plan)) else { continue };
        all.push((entry.rows(), path, entry));
    }
    all.sort_by(|a, b| (b.0, &b.1).cmp(&(a.0, &a.1)));
    for (_, folder, entry) in all {
        if !starts(&entry, source)? {
            continue;
        }
        if let Some(sums) = whole(&folder, &entry) {
            let begun = accounts(&folder, &entry)?;
            return Ok(Some(Kept { folder, entry, sums, begun }));
        }
    }
    Ok(None)
}

/// Whether the data of all tables starts with the files of a state.
fn starts(entry: &Entry, source: &dyn Source) -> Result<bool, EngineError> {
    for (table, kept) in &entry.tables {
        if !source.starts_with(table, &kept.begun)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The accounts of the files of a state.
fn accounts(folder: &Path, entry: &Entry) -> Result<BTreeMap<String, Arc<Begun>>, EngineError> {
    let account = |(table, kept): (&String, &TableEntry)| {
        let hashes = match &kept.keys {
            Some(keys) => vec![pieces::read_hashes(&folder.join(format!("{keys}.parquet")))?],
            None => Vec::new(),
        };
        Ok((table.clone(), Arc::new(kept.begun.with_hashes(hashes))))
    };
    entry.tables.iter().map(account).collect()
}

/// Whether a state is about the first periods of a plan, and all its tables.
fn fits(entry: &Entry, plan: &Plan) -> bool {
    let periods = plan.periods.iter().map(|period| (period.start.0, period.end.0));
    entry.periods.len() <= plan.periods.len()
        && entry.periods.iter().copied().eq(periods.take(entry.periods.len()))
        && entry.tables.keys().eq(plan.scans.keys())
}

/// What a state says; none where it is not what was written.
fn entry_in(folder: &Path) -> Option<Entry> {
    let name = folder.file_name()?.to_str()?;
    serde_json::from_slice(&unchanged(&folder.join(ENTRY), name)?).ok()
}

/// The counts of a state, where all its files are there.
fn whole(folder: &Path, entry: &Entry) -> Option<Sums> {
    let pieces = |table: &'_ TableEntry| {
        let keys = table.keys.iter().cloned();
        table.pieces.iter().map(|piece| piece.digest.clone()).chain(keys).collect::<Vec<String>>()
    };
    let pieces: Vec<String> = entry.tables.values().flat_map(pieces).collect();
    let same =
        |name: &String| digest_of(&folder.join(format!("{name}.parquet"))).is_ok_and(|found| found == *name);
    let counts = unchanged(&folder.join(format!("{}.{COUNTS}", entry.counts)), &entry.counts)?;
    let sums = postcard::from_bytes(&counts).ok()?;
    pieces.par_iter().all(same).then_some(sums)
}

/// The bytes of a file, if they are those it is called after.
fn unchanged(path: &Path, name: &str) -> Option<Vec<u8>> {
    fs::read(path).ok().filter(|bytes| digest(bytes) == name)
}

/// A state while it is written.
#[derive(Debug)]
pub(super) struct Writing {
    folder: PathBuf,
    staging: TempDir,
    /// Held while it is written, so that nobody takes it for abandoned.
    lock: File,
    files: usize,
}

impl Writing {
    /// Starts a state in the folder of a plan.
    pub(super) fn begin(folder: &Path) -> Result<Self, EngineError> {
        fs::create_dir_all(folder).map_err(|error| refused(folder, &error))?;
        remove_abandoned(folder);
        let staging = tempfile::Builder::new().prefix(PREFIX).tempdir_in(folder);
        let staging = staging.map_err(|error| refused(folder, &error))?;
        let path = staging.path().join(LOCK);
        let lock = File::create(&path).and_then(|file| file.lock().map(|()| file));
        let lock = lock.map_err(|error| refused(&path, &error))?;
        Ok(Self { folder: folder.to_path_buf(), staging, lock, files: 0 })
    }

    /// A place for the next file.
    pub(super) fn place(&mut self) -> PathBuf {
        self.files += 1;
        self.staging.path().join(format!("{}.new", self.files))
    }

    /// Gives a file that was written the name of its digest.
    pub(super) fn named(&self, path: &Path, ending: &str) -> Result<String, EngineError> {
        let digest = digest_of(path)?;
        let name = self.staging.path().join(format!("{digest}.{ending}"));
        fs::rename(path, name).map_err(|error| refused(path, &error))?;
        Ok(digest)
    }

    /// Writes hashes of keys to a file of their own.
    pub(super) fn hashes(&mut self, hashes: &[Vec<u128>]) -> Result<String, EngineError> {
        let path = self.place();
        pieces::write_hashes(&path, hashes)?;
        self.named(&path, "parquet")
    }

    /// Writes counts to a file of their own.
    pub(super) fn counts(&mut self, counts: &Sums) -> Result<String, EngineError> {
        let path = self.place();
        write(&path, &postcard::to_stdvec(counts).map_err(|error| refused(&path, &error))?)?;
        self.named(&path, COUNTS)
    }

    /// Puts the state in its place; of others, only the one it goes on from stays.
    pub(super) fn finish(self, entry: &Entry, before: Option<&Path>) -> Result<(), EngineError> {
        let path = self.staging.path().join(ENTRY);
        write(&path, &serde_json::to_vec(entry).map_err(|error| refused(&path, &error))?)?;
        let target = self.folder.join(digest_of(&path)?);
        if !target.exists() {
            drop(self.lock);
            let _ = fs::remove_file(self.staging.path().join(LOCK));
            fs::rename(self.staging.path(), &target).map_err(|error| refused(&target, &error))?;
            let _ = self.staging.keep();
        }
        let others = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|other| other.path());
        for other in others.filter(|other| *other != target && Some(other.as_path()) != before) {
            if entry_in(&other).is_some() {
                let _ = fs::remove_dir_all(other);
            }
        }
        Ok(())
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), EngineError> {
    let written = File::create(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| refused(path, &error))
}

/// Removes what interrupted runs left: folders with our name whose lock nobody holds.
fn remove_abandoned(folder: &Path) {
    let all = fs::read_dir(folder).into_iter().flatten().flatten();
    for other in all.filter(|other| other.file_name().to_string_lossy().starts_with(PREFIX)) {
        let held = File::open(other.path().join(LOCK)).is_ok_and(|lock| lock.try_lock().is_err());
        if !held {
            let _ = fs::remove_dir_all(other.path());
        }
    }
}

fn refused(path: &Path, error: &dyn std::fmt::Display) -> EngineError {
    EngineError::new(format!("what is kept for later runs cannot be written: {error}"))
        .file(path.display().to_string())
}
