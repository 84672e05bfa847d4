//! The log of a contract: which periods are final, and what was posted for them.
//!
//! One line of canonical JSON an entry, each with the digest of the line
//! before: nothing in it can be changed, taken out or put in without breaking
//! the chain. Entries are only ever added at the end.
//!
//! ```text
//! {"before":"0000…","closed":[{"period":"2026-01",…}],"format":"meed log 1","number":1,…}
//! {"before":"8c1f…","closed":[{"period":"2026-02",…}],"corrections":[…],"number":2,…}
//! ```

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{AuditError, digest};

/// The name and version of the format.
pub const FORMAT: &str = "meed log 1";

/// What the first entry has in the place of the digest of the one before.
const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// A contract's log as read, its chain verified.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    /// The entries, in order.
    pub entries: Vec<Entry>,
    /// SHA-256 of each entry's line, without its end.
    digests: Vec<String>,
}

/// One entry: periods that were made final by one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The name and version of this format.
    pub format: String,
    /// 1, 2, 3 …
    pub number: u64,
    /// SHA-256 of the line before; zeros for the first.
    pub before: String,
    /// The title of the contract.
    pub contract: String,
    /// The currency of its amounts.
    pub currency: String,
    /// The run folder, seen from the log.
    pub folder: String,
    /// SHA-256 of its manifest.
    pub run: String,
    /// The day up to which what was known was seen, when one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// The periods made final, in order.
    pub closed: Vec<ClosedPeriod>,
    /// What was posted for periods closed before.
    pub corrections: Vec<CorrectedPeriod>,
    /// Closed periods that could still change.
    pub provisional: Vec<String>,
}

/// A period made final.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedPeriod {
    /// Its label.
    pub period: String,
    /// SHA-256 of the terms in force in it.
    pub terms: String,
    /// The total due, with what was posted for other periods.
    pub total: String,
    /// Its own lines that are part of the total.
    pub lines: Vec<PostedLine>,
}

/// What was posted for a period closed before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorrectedPeriod {
    /// Its label.
    pub period: String,
    /// `true-up` or `restatement`.
    pub kind: String,
    /// By how much its lines were corrected.
    pub lines: Vec<PostedLine>,
}

/// An amount that was posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostedLine {
    /// The name of the line in its period.
    pub id: String,
    /// What it is, in words.
    pub label: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// The amount, exactly.
    pub amount: String,
}

/// The state of a log, as a run remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// How many entries there were.
    pub entries: u64,
    /// SHA-256 of the last one's line.
    pub sha256: String,
}

impl Log {
    /// Reads the log at `path` and verifies its chain; empty when there is no file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or a line is no entry or does not follow the one before.
    pub fn read(path: &Path) -> Result<Self, AuditError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(AuditError::io("read", path, &error)),
        };
        Self::parse(&text, &path.display().to_string())
    }

    fn parse(text: &str, name: &str) -> Result<Self, AuditError> {
        let damaged = |line: usize, what: String| {
            AuditError::new(format!("{name}:{line}: {what}")).help(
                "nothing may be changed in a log; restore it from where it is kept, with every run it names",
            )
        };
        let mut log = Self::default();
        for (at, line) in text.split_inclusive('\n').enumerate() {
            let (number, whole) = (at + 1, line.strip_suffix('\n'));
            let line = whole.ok_or_else(|| damaged(number, "the last entry is not complete".to_string()))?;
            let entry: Entry = serde_json::from_str(line)
                .map_err(|error| damaged(number, format!("this is no entry: {error}")))?;
            if entry.format != FORMAT {
                return Err(damaged(number, format!("its format is `{}`, not `{FORMAT}`", entry.format)));
            }
            if entry.before != log.last() || u64::try_from(number) != Ok(entry.number) {
                let what = "this entry does not follow the one before: a line was changed, removed or added";
                return Err(damaged(number, what.to_string()));
            }
            log.digests.push(digest(line.as_bytes()));
            log.entries.push(entry);
        }
        Ok(log)
    }

    /// The digest of the last line; zeros when there is none.
    fn last(&self) -> &str {
        self.digests.last().map_or(NOTHING, String::as_str)
    }

    /// Its state; none when it is empty.
    #[must_use]
    pub fn head(&self) -> Option<Head> {
        let entries = self.entries.last()?.number;
        Some(Head { entries, sha256: self.last().to_string() })
    }

    /// The entries up to the one that closed the period, that one left out; all when none did.
    #[must_use]
    pub fn until(&self, period: &str) -> Self {
        let n = self.entries.iter().position(|it| it.closes(period)).unwrap_or(self.entries.len());
        Self {
            entries: self.entries.iter().take(n).cloned().collect(),
            digests: self.digests.iter().take(n).cloned().collect(),
        }
    }

    /// The entry that closed a period.
    #[must_use]
    pub fn closing(&self, period: &str) -> Option<&Entry> {
        self.entries.iter().find(|it| it.closes(period))
    }

    /// The labels of the closed periods, in order, with the entry that closed each.
    pub fn closed(&self) -> impl Iterator<Item = (&ClosedPeriod, &Entry)> {
        self.entries.iter().flat_map(|entry| entry.closed.iter().map(move |period| (period, entry)))
    }

    /// What was posted for a period so far, by the name of the line, in all entries.
    #[must_use]
    pub fn posted(&self, period: &str) -> BTreeMap<&str, Vec<&PostedLine>> {
        let own = self.closed().filter(|(it, _)| it.period == period).flat_map(|(it, _)| &it.lines);
        let later = self.entries.iter().flat_map(|entry| &entry.corrections);
        let later = later.filter(|it| it.period == period).flat_map(|it| &it.lines);
        let mut posted: BTreeMap<&str, Vec<&PostedLine>> = BTreeMap::new();
        for line in own.chain(later) {
            posted.entry(&line.id).or_default().push(line);
        }
        posted
    }

    /// Whether the period could still change when it was last looked at.
    #[must_use]
    pub fn is_provisional(&self, period: &str) -> bool {
        self.entries.last().is_some_and(|entry| entry.provisional.iter().any(|it| it == period))
    }

    /// Adds an entry at the end of the log at `path`, whole or not at all; its
    /// number and the digest of the entry before are set here.
    ///
    /// # Errors
    ///
    /// When somebody else has added one since this log was read, or the system refuses.
    pub fn append(&self, path: &Path, entry: Entry) -> Result<Entry, AuditError> {
        let number = u64::try_from(self.entries.len()).unwrap_or(u64::MAX) + 1;
        let entry = Entry { number, before: self.last().to_string(), ..entry };
        // Texts and counts only, none of which JSON can refuse.
        let line = serde_json_canonicalizer::to_string(&entry).unwrap_or_default() + "\n";
        let beside = path.with_extension("lock");
        let guard = File::create(&beside).map_err(|error| AuditError::io("write", &beside, &error))?;
        guard.lock().map_err(|error| AuditError::io("lock", &beside, &error))?;
        let written = self.extend(path, &line);
        drop(guard);
        let _ = fs::remove_file(&beside);
        written.map(|()| entry)
    }

    fn extend(&self, path: &Path, line: &str) -> Result<(), AuditError> {
        if Self::read(path)?.head() != self.head() {
            let message = format!("`{}` has gained an entry meanwhile", path.display());
            return Err(AuditError::new(message).help("evaluate again, then close"));
        }
        let refused = |error: &std::io::Error| AuditError::io("write", path, error);
        let mut text = match fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(refused(&error)),
        };
        text.extend_from_slice(line.as_bytes());
        super::replace(path, &text).map_err(|error| refused(&error))
    }
}

impl Entry {
    /// An entry whose number and place in the chain are still open.
    #[must_use]
    pub fn new(contract: &str, currency: &str) -> Self {
        Self {
            format: FORMAT.to_string(),
            number: 0,
            before: String::new(),
            contract: contract.to_string(),
            currency: currency.to_string(),
            folder: String::new(),
            run: String::new(),
            as_of: None,
            closed: Vec::new(),
            corrections: Vec::new(),
            provisional: Vec::new(),
        }
    }

    /// Whether it made this period final.
    #[must_use]
    pub fn closes(&self, period: &str) -> bool {
        self.closed.iter().any(|it| it.period == period)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(period: &str) -> Entry {
        let closed = ClosedPeriod {
            period: period.to_string(),
            terms: "t".to_string(),
            total: "10".to_string(),
            lines: Vec::new(),
        };
        Entry { closed: vec![closed], folder: format!("runs/{period}"), ..Entry::new("C", "GBP") }
    }

    fn written(periods: &[&str]) -> (tempfile::TempDir, std::path::PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("terms.log.jsonl");
        for period in periods {
            Log::read(&path).unwrap().append(&path, entry(period)).unwrap();
        }
        (home, path)
    }

    #[test]
    fn entries_follow_one_another() {
        let (home, path) = written(&["2026-01", "2026-02"]);
        let log = Log::read(&path).unwrap();
        assert_eq!(log.entries.len(), 2);
        assert_eq!(log.entries[0].before, NOTHING);
        let first = fs::read_to_string(&path).unwrap().lines().next().unwrap().to_string();
        assert_eq!(log.entries[1].before, digest(first.as_bytes()));
        assert_eq!(log.until("2026-02").entries.len(), 1);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing else is left behind");
    }

    #[test]
    fn every_change_of_a_line_is_found() {
        let (_home, path) = written(&["2026-01", "2026-02", "2026-03"]);
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let broken = |text: String, line: &str| {
            let error = Log::parse(&text, "log").unwrap_err();
            assert!(error.message.starts_with(&format!("log:{line}: ")), "{error}");
        };
        broken(text.replacen("\"total\":\"10\"", "\"total\":\"11\"", 1), "2");
        broken(format!("{}\n{}\n", lines[0], lines[2]), "2");
        broken(format!("{}\n{}\n{}\n", lines[1], lines[0], lines[2]), "1");
        broken(text.trim_end().to_string(), "3");
        broken(format!("{text}{{}}\n"), "4");
        broken(format!("{text}\n"), "4");
    }

    #[test]
    fn an_entry_is_not_added_behind_somebody_elses() {
        let (_home, path) = written(&["2026-01"]);
        let log = Log::read(&path).unwrap();
        log.append(&path, entry("2026-02")).unwrap();
        let refused = log.append(&path, entry("2026-02")).unwrap_err();
        assert!(refused.message.ends_with("has gained an entry meanwhile"), "{refused}");
        assert_eq!(Log::read(&path).unwrap().entries.len(), 2);
    }
}
