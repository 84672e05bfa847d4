//! The account of a table: every row that was read is accepted, rejected, a duplicate, folded or not yet known.

use std::collections::BTreeMap;

use arrow::array::{BooleanArray, StringArray};

use super::super::{Batch, Column, EngineError};
use super::files::hex;
use super::gather::Part;
use super::grid::digest;
use super::parse::{Identity, Parsed};
use super::seen::{Sight, Standing};
use super::{Loaded, Rule};
use crate::measured::{FileTotals, Reject, TableTotals};
use crate::value::{Date, Instant, Zone};

/// Rejected rows that are kept in full.
const KEPT: usize = 100_000;
/// Faults an error message shows.
const SHOWN: usize = 5;

/// The account while rows are read.
pub(super) struct Ledger {
    table: String,
    allowed: u64,
    refuse: bool,
    /// The account so far.
    pub totals: TableTotals,
    /// The zone that spans are written in.
    pub zone: Option<Zone>,
    /// Which rows are seen; none is all.
    pub seen_by: Option<Sight>,
    rejects: Vec<Reject>,
    repeated: Vec<String>,
    seen: Seen,
    /// Earliest and latest value per field: microseconds, or days for dates.
    spans: BTreeMap<String, (i64, i64, bool)>,
}

/// Keys or contents met so far, with how often.
///
/// A digest of 128 bits stands for each, so that a million rows take some
/// tens of megabytes whatever their keys are.
#[derive(Default)]
#[expect(clippy::disallowed_types, reason = "only asked for single digests; its order never shows")]
struct Seen(std::collections::HashMap<[u8; 16], u32>);

impl Seen {
    /// How often this was met before.
    fn count(&mut self, digest: [u8; 16]) -> u32 {
        let count = self.0.entry(digest).or_default();
        *count += 1;
        *count - 1
    }
}

impl Ledger {
    /// An empty account.
    pub fn new(table: &str, allowed: u64, refuse: bool) -> Self {
        Self {
            table: table.to_string(),
            allowed,
            refuse,
            totals: TableTotals::default(),
            zone: None,
            seen_by: None,
            rejects: Vec::new(),
            repeated: Vec::new(),
            seen: Seen::default(),
            spans: BTreeMap::new(),
        }
    }

    /// Books a chunk and gives the rows that go on, with their ids.
    pub fn take(&mut self, parsed: Parsed, rule: &Rule, identity: &Identity) -> Result<Part, EngineError> {
        self.totals.read += u64::try_from(parsed.lines.len()).unwrap_or(0);
        self.totals.dst_gaps += parsed.gaps;
        self.totals.dst_folds += parsed.repeats;
        let mut ids: Vec<Option<String>> = Vec::new();
        let mut keep = Vec::with_capacity(parsed.lines.len());
        for (row, fault) in parsed.faults.iter().enumerate() {
            let standing =
                self.seen_by.as_ref().map_or(Standing::Known, |seen| seen.standing(&parsed.columns, row));
            if standing == Standing::Later {
                self.totals.later += 1;
                keep.push(false);
                ids.push(None);
                continue;
            }
            let unsaid = (standing == Standing::Unsaid && fault.is_none()).then(|| self.unsaid(&parsed, row));
            if let Some(reject) = fault.as_deref().or(unsaid.as_ref()) {
                self.reject(reject);
                keep.push(false);
                ids.push(None);
                continue;
            }
            let (kept, id) = self.row(&parsed, row, rule, identity);
            keep.push(kept);
            ids.push(id);
        }
        let ids = (*identity != Identity::None).then(|| StringArray::from(ids));
        let rows = parsed.lines.len();
        let part = Part { columns: parsed.columns, ids, files: vec![parsed.file; rows], lines: parsed.lines };
        if keep.iter().all(|kept| *kept) { Ok(part) } else { part.filter(&BooleanArray::from(keep)) }
    }

    fn reject(&mut self, reject: &Reject) {
        *self.totals.rejected.entry(reject.reason.clone()).or_default() += 1;
        if self.rejects.len() < KEPT {
            self.rejects.push(reject.clone());
        }
    }

    /// A row that does not say when it became known.
    fn unsaid(&self, parsed: &Parsed, row: usize) -> Reject {
        Reject {
            table: self.table.clone(),
            file: parsed.name.clone(),
            line: parsed.lines.get(row).copied().unwrap_or(0),
            column: self.seen_by.as_ref().and_then(Sight::column).unwrap_or_default().to_string(),
            value: String::new(),
            reason: "is missing, and it tells when the row became known".to_string(),
        }
    }

    /// Whether a row goes on, and its id.
    fn row(
        &mut self,
        parsed: &Parsed,
        row: usize,
        rule: &Rule,
        identity: &Identity,
    ) -> (bool, Option<String>) {
        match identity {
            Identity::None => (true, None),
            Identity::Content => {
                let content = parsed.digests.get(row).copied().unwrap_or_default();
                let before = self.seen.count(content);
                if matches!(rule, Rule::First) && before > 0 {
                    self.totals.duplicates += 1;
                    return (false, None);
                }
                let mark = if before == 0 { String::new() } else { format!("-{}", before + 1) };
                (true, Some(format!("{}{mark}", hex(&content))))
            }
            Identity::Key(_) => {
                let key = parsed.keys.get(row).cloned().flatten().unwrap_or_default();
                let kept = match rule {
                    Rule::Refuse | Rule::First => {
                        self.seen.count(digest(std::iter::once(key.as_bytes()))) == 0
                    }
                    Rule::Each | Rule::Latest(_) | Rule::Fold(_) => true,
                };
                if !kept {
                    self.repeat(parsed, row, &key);
                }
                (kept, Some(key))
            }
        }
    }

    fn repeat(&mut self, parsed: &Parsed, row: usize, key: &str) {
        self.totals.duplicates += 1;
        if self.repeated.len() < SHOWN {
            let line = parsed.lines.get(row).copied().unwrap_or(0);
            self.repeated.push(format!("`{key}` again at {}:{line}", parsed.name));
        }
    }

    /// Books a batch that goes out.
    pub fn accept(&mut self, batch: &Batch) {
        self.totals.accepted += u64::try_from(batch.rows).unwrap_or(0);
        for (field, column) in &batch.columns {
            let (range, dates) = match column {
                Column::Instant(values) => (range(values.iter().flatten()), false),
                Column::Date(values) => (range(values.iter().flatten().map(i64::from)), true),
                _ => continue,
            };
            let Some((low, high)) = range else { continue };
            let span = self.spans.entry(field.clone()).or_insert((low, high, dates));
            *span = (span.0.min(low), span.1.max(high), dates);
        }
    }

    /// After the last row: whether the data can be used.
    pub fn verdict(&self) -> Result<(), EngineError> {
        let rejected: u64 = self.totals.rejected.values().sum();
        if rejected > self.allowed {
            return Err(self.too_many(rejected));
        }
        if self.refuse && self.totals.duplicates > 0 {
            let message = format!(
                "{} rows of `{}` have a key that was there before:\n  {}",
                self.totals.duplicates,
                self.table,
                self.repeated.join("\n  ")
            );
            return Err(EngineError::new(message).help(
                "correct the data, or say what to do: `duplicates: keep first` or `duplicates: keep latest by FIELD`",
            ));
        }
        Ok(())
    }

    fn too_many(&self, rejected: u64) -> EngineError {
        let shown: Vec<String> = self.rejects.iter().take(SHOWN).map(shown).collect();
        let more = if rejected > u64::try_from(shown.len()).unwrap_or(0) { "\n  …" } else { "" };
        let (rows, table) = (if rejected == 1 { "row" } else { "rows" }, &self.table);
        let message = format!(
            "{rejected} {rows} of `{table}` cannot be read, and the data book allows {}:\n  {}{more}",
            self.allowed,
            shown.join("\n  "),
        );
        EngineError::new(message).help(format!(
            "correct the data, or write `rejects: {rejected}` under `{table}` in the data book"
        ))
    }

    /// The account after the last row.
    pub fn finish(self, files: Vec<FileTotals>) -> Loaded {
        let zone = self.zone;
        let text = |value: i64, date: bool| match (&zone, date) {
            (_, true) => i32::try_from(value)
                .ok()
                .and_then(Date::from_days)
                .map_or(String::new(), |date| date.to_string()),
            (Some(zone), false) => zone.local(Instant(value)).to_string(),
            (None, false) => crate::value::LocalTime(value).to_string(),
        };
        let spans = self
            .spans
            .into_iter()
            .map(|(field, (low, high, date))| (field, (text(low, date), text(high, date))));
        Loaded { totals: TableTotals { files, spans: spans.collect(), ..self.totals }, rejects: self.rejects }
    }
}

/// ``data/calls.csv:17, column `Start`: `noon` is not a time``
fn shown(reject: &Reject) -> String {
    let column =
        if reject.column.is_empty() { String::new() } else { format!(", column `{}`", reject.column) };
    let value: String = reject.value.chars().take(60).collect();
    format!("{}:{}{column}: `{value}` {}", reject.file, reject.line, reject.reason)
}

fn range(values: impl Iterator<Item = i64>) -> Option<(i64, i64)> {
    values.fold(None, |range, value| {
        Some(range.map_or((value, value), |(low, high): (i64, i64)| (low.min(value), high.max(value))))
    })
}
