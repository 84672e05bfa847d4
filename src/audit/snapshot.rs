//! A statement as lines of text for version control.
//!
//! Every line is `name = value`, so that two snapshots are compared by name:
//! `2026-03 status resolved_first_time = met` against `… = missed`.

use std::collections::BTreeMap;

use super::{FileDigest, Manifest};
use crate::report::{PeriodView, View};

/// The first line.
const HEAD: &str = "meed snapshot 1";

/// Where the things a snapshot was made from are, seen from the snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources {
    /// The contract.
    pub contract: String,
    /// Its amendments that stand in files of their own, in order.
    pub amendments: Vec<String>,
    /// The data book; none when readings were given.
    pub book: Option<String>,
    /// The readings file, when readings were given.
    pub readings: Option<String>,
    /// Where the data lives, when it was not read from files.
    pub connection: Option<String>,
    /// First and last reported period.
    pub periods: Option<(String, String)>,
    /// The moment as of which the data was looked at.
    pub as_of: Option<String>,
}

/// A line that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The name.
    pub name: String,
    /// The value in the snapshot; none when the line is new.
    pub was: Option<String>,
    /// The value now; none when the line is gone.
    pub now: Option<String>,
}

/// The snapshot of a run; `sources` says where its files are seen from the snapshot.
#[must_use]
pub fn snapshot(manifest: &Manifest, view: &View, sources: &Sources) -> String {
    let mut lines = Lines(format!("{HEAD}\n"));
    lines.add("made with meed", &manifest.meed);
    lines.add("made with zone database", &manifest.tzdb);
    lines.add("contract", &sources.contract);
    lines.add("contract sha256", &manifest.contract.sha256);
    for (number, (path, file)) in sources.amendments.iter().zip(&manifest.amendments).enumerate() {
        lines.file(&format!("amendment {}", number + 1), Some(path), Some(file));
    }
    lines.file("data book", sources.book.as_ref(), manifest.book.as_ref());
    lines.file("readings", sources.readings.as_ref(), manifest.readings.as_ref());
    for list in &manifest.calendars {
        lines.add(&format!("calendar {} sha256", list.path), &list.sha256);
    }
    for input in &manifest.inputs {
        let value = format!("{} rows, {} bytes, sha256 {}", input.rows, input.bytes, input.sha256);
        lines.add(&format!("input {} {}", input.table, input.path), &value);
    }
    if let Some(connection) = &manifest.connection {
        lines.add("connection", &connection.address);
        for it in &connection.relations {
            lines.add(&format!("relation {} {}", it.table, it.relation), &format!("{} rows", it.rows));
        }
    }
    let (first, last) = (view.periods.first(), view.periods.last());
    lines.add("from period", first.map_or("", |period| &period.label));
    lines.add("to period", last.map_or("", |period| &period.label));
    if let Some(as_of) = &manifest.options.as_of {
        lines.add("as of", as_of);
    }
    view.data
        .iter()
        .flat_map(|data| &data.tables)
        .for_each(|it| lines.add(&format!("table {}", it.name), &it.text));
    view.periods.iter().for_each(|period| lines.period(period));
    lines.0
}

struct Lines(String);

impl Lines {
    fn add(&mut self, name: &str, value: &str) {
        let line = format!("{name} = {value}").replace(['\n', '\r'], " ");
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }

    fn file(&mut self, name: &str, path: Option<&String>, digest: Option<&FileDigest>) {
        if let (Some(path), Some(digest)) = (path, digest) {
            self.add(name, path);
            self.add(&format!("{name} sha256"), &digest.sha256);
        }
    }

    fn period(&mut self, period: &PeriodView) {
        let label = &period.label;
        let state = if period.provisional { "provisional" } else { "final" };
        self.0.push('\n');
        self.add(&format!("{label} days"), &format!("{} to {}", period.first, period.last));
        self.add(&format!("{label} state"), state);
        for measure in &period.measures {
            for reading in &measure.readings {
                let exact =
                    reading.exact.as_ref().map(|exact| format!(", exactly {exact}")).unwrap_or_default();
                let name = format!("{label} reading {}", reading.segment.of(&measure.name));
                self.add(&name, &format!("{}{exact}", reading.shown));
            }
        }
        for it in &period.commitments {
            let reason = it.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            self.add(
                &format!("{label} status {}", it.segment.of(&it.name)),
                &format!("{}{reason}", it.status),
            );
        }
        for line in &period.lines {
            self.add(
                &format!("{label} line {}", line.id),
                &format!("{}, exactly {}", line.amount.shown, line.exact),
            );
        }
        let totals = &period.totals;
        let sums =
            [("charges", &totals.charges), ("bonuses", &totals.bonuses), ("penalties", &totals.penalties)];
        for (name, figure) in sums.into_iter().chain([("total", &totals.total)]) {
            self.add(&format!("{label} {name}"), &figure.shown);
        }
    }
}

/// Names and values of a snapshot; of a name that stands twice, both values in order.
fn entries(text: &str) -> Vec<(String, String)> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut entries = Vec::new();
    for line in text.lines().skip(1).filter(|line| !line.trim().is_empty()) {
        let (name, value) = line.split_once(" =").unwrap_or((line, ""));
        let n = times.entry(name.to_string()).and_modify(|n| *n += 1).or_insert(1);
        let name = if *n == 1 { name.to_string() } else { format!("{name} ({n})") };
        entries.push((name, value.trim().to_string()));
    }
    entries
}

/// Reads where the things a snapshot was made from are.
///
/// # Errors
///
/// What is wrong, in words, when `text` is not a snapshot.
pub fn sources(text: &str) -> Result<Sources, String> {
    if text.lines().next().map(str::trim_end) != Some(HEAD) {
        return Err(format!("its first line is not `{HEAD}`"));
    }
    let entries: BTreeMap<String, String> = entries(text).into_iter().collect();
    let get = |name: &str| entries.get(name).filter(|value| !value.is_empty()).cloned();
    Ok(Sources {
        contract: get("contract").ok_or("it does not name its contract")?,
        amendments: (1..).map_while(|number| get(&format!("amendment {number}"))).collect(),
        book: get("data book"),
        readings: get("readings"),
        connection: get("connection"),
        periods: get("from period").zip(get("to period")),
        as_of: get("as of"),
    })
}

/// The lines of `was` that are not the same in `now`, in order. Versions of
/// Meed and of the zone database are not results and are left out.
#[must_use]
pub fn differences(was: &str, now: &str) -> Vec<Difference> {
    let result = |(name, _): &(String, String)| !name.starts_with("made with ");
    let was: Vec<_> = entries(was).into_iter().filter(result).collect();
    let now: Vec<_> = entries(now).into_iter().filter(result).collect();
    let old: BTreeMap<&String, &String> = was.iter().map(|(name, value)| (name, value)).collect();
    let new: BTreeMap<&String, &String> = now.iter().map(|(name, value)| (name, value)).collect();
    let gone = was.iter().filter(|(name, value)| new.get(name) != Some(&value));
    let added = now.iter().filter(|(name, _)| !old.contains_key(name));
    let difference = |name: &String| Difference {
        name: name.clone(),
        was: old.get(name).map(ToString::to_string),
        now: new.get(name).map(ToString::to_string),
    };
    gone.chain(added).map(|(name, _)| difference(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_found_by_name() {
        let was = "meed snapshot 1\nmade with meed = 1\na = 1\nb = 2\nb = 3\nc = \n";
        let now = "meed snapshot 1\nmade with meed = 2\nb = 2\nb = 4\nc =\nd = 5\n";
        let difference = |name: &str, was: Option<&str>, now: Option<&str>| Difference {
            name: name.into(),
            was: was.map(String::from),
            now: now.map(String::from),
        };
        assert_eq!(
            differences(was, now),
            [
                difference("a", Some("1"), None),
                difference("b (2)", Some("3"), Some("4")),
                difference("d", None, Some("5")),
            ]
        );
        assert_eq!(differences(was, was), []);
    }

    #[test]
    fn a_snapshot_names_its_sources() {
        let text = "meed snapshot 1\ncontract = ../a.contract\ndata book = data.yaml\nfrom period = 2026-01\nto period = 2026-03\n";
        let want = Sources {
            contract: "../a.contract".into(),
            amendments: Vec::new(),
            book: Some("data.yaml".into()),
            readings: None,
            periods: Some(("2026-01".into(), "2026-03".into())),
            connection: None,
            as_of: None,
        };
        assert_eq!(sources(text), Ok(want));
        assert_eq!(sources("hello"), Err("its first line is not `meed snapshot 1`".into()));
        assert_eq!(sources("meed snapshot 1\n"), Err("it does not name its contract".into()));
    }
}
