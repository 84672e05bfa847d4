//! The manifest of a run: from what exactly the report was made.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Head;

/// The name and version of the format.
pub const FORMAT: &str = "meed run 1";

/// What a run was made from and what it consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The name and version of this format.
    pub format: String,
    /// The version of Meed.
    pub meed: String,
    /// The release of the time zone database.
    pub tzdb: String,
    /// The contract.
    pub contract: FileDigest,
    /// Its amendments that stand in files of their own, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amendments: Vec<FileDigest>,
    /// The data book; none when readings were given.
    pub book: Option<FileDigest>,
    /// The readings file, when readings were given.
    pub readings: Option<FileDigest>,
    /// Holiday lists kept in files.
    pub calendars: Vec<FileDigest>,
    /// The data files, by table and path.
    pub inputs: Vec<InputDigest>,
    /// Where the data lives, when it was not read from files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ConnectionDigest>,
    /// The state of the contract's log that closed periods were read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<Head>,
    /// What was asked for.
    pub options: Options,
    /// SHA-256 of every other file of the run.
    pub outputs: BTreeMap<String, String>,
}

/// A file and its digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDigest {
    /// Its path from the contract's folder, with `/` between parts; its name
    /// alone when it stands elsewhere.
    pub path: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// A data file, its size and digest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputDigest {
    /// The table it feeds.
    pub table: String,
    /// Its path as the book gives it.
    pub path: String,
    /// Rows read.
    pub rows: u64,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// A database that the data was counted in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionDigest {
    /// Where it is, without secrets.
    pub address: String,
    /// The engine and its version.
    pub engine: String,
    /// The relations that were read, by table.
    pub relations: Vec<RelationDigest>,
    /// The queries that were asked, in order.
    pub queries: Vec<QueryDigest>,
}

/// A relation that was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationDigest {
    /// The table it holds.
    pub table: String,
    /// Its name as the data book gives it.
    pub relation: String,
    /// Rows read.
    pub rows: u64,
}

/// A query and what it gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryDigest {
    /// What it tells, in words.
    pub title: String,
    /// SHA-256 of its text, in hexadecimal.
    pub sha256: String,
    /// SHA-256 of its rows, in hexadecimal: each a JSON list of texts and nulls, on lines, sorted.
    pub cells: String,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// The reported periods, in order.
    pub periods: Vec<String>,
    /// The moment as of which the data was looked at; none saw all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// Whether the evidence was written.
    pub evidence: bool,
}

impl Manifest {
    /// As canonical JSON (RFC 8785).
    #[must_use]
    pub fn to_json(&self) -> String {
        // Texts, counts and flags only, none of which JSON can refuse.
        serde_json_canonicalizer::to_string(self).unwrap_or_default() + "\n"
    }

    /// Reads a manifest.
    ///
    /// # Errors
    ///
    /// What is wrong with `text` when it is not a manifest of this format.
    pub fn read(text: &str) -> Result<Self, String> {
        let manifest: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if manifest.format == FORMAT {
            Ok(manifest)
        } else {
            Err(format!("its format is `{}`, not `{FORMAT}`", manifest.format))
        }
    }
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// SHA-256 of a file's bytes in hexadecimal, without holding them all.
///
/// # Errors
///
/// When the file cannot be read.
pub fn digest_file(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hexadecimal(&hash.finalize())),
            n => hash.update(buffer.get(..n).unwrap_or_default()),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-2, appendix B.1.
    #[test]
    fn the_digest_is_that_of_the_standard() {
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc").unwrap();
        assert_eq!(digest_file(file.path()).unwrap(), digest(b"abc"));
    }
}
