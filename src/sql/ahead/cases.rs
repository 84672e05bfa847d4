//! Where cases start: from one start to the first record beyond its window.
//!
//! | contact | within 7 days | starts a case |
//! |---|---|---|
//! | 3 January | | yes |
//! | 8 January | of 3 January | no |
//! | 12 January | not of 3 January | yes |
//!
//! Each start decides the next one, so the text walks from start to start: by
//! recursion, or, where the engine has none, by folding the list of a key.

use super::Searching;
use crate::sql::Fault;
use crate::sql::dialect::Dialect;
use crate::sql::lower::{Lowering, Part};
use crate::sql::words;
use crate::sql::zone::NEVER;

impl Lowering<'_> {
    /// The records that start a case, as the part `matched_N`.
    pub(super) fn cases(&mut self, searching: &Searching<'_>, at: usize) -> Result<(), Fault> {
        let note = vec![words::question(self.question(at)?)];
        let only = if searching.nested { "WHERE t.is_now" } else { "" };
        let keys = searching.key_names();
        let from = format!("{} AS t", searching.found());
        let starts = Starts { name: format!("{at}"), from, only, keys: &keys, ends: format!("ends_{at}") };
        self.walk(&starts);
        let text = format!("  SELECT s.record, 1 AS now\n  FROM starts_{at} AS s");
        self.add(&format!("matched_{at}"), &note, text);
        Ok(())
    }

    /// The part `starts_NAME`: the records that start something, from start to start.
    pub(in crate::sql) fn walk(&mut self, starts: &Starts<'_>) {
        match self.dialect {
            Dialect::Spark => self.fold(starts),
            Dialect::DuckDb | Dialect::PostgreSql => self.recurse(starts),
        }
    }

    fn recurse(&mut self, starts: &Starts<'_>) {
        let Starts { name, from, only, keys, ends } = starts;
        let own =
            |alias: &str| keys.iter().map(|key| format!("{alias}.{key}")).collect::<Vec<_>>().join(", ");
        let same = |a: &str, b: &str| {
            keys.iter().map(|key| format!("{a}.{key} = {b}.{key}")).collect::<Vec<_>>().join(" AND ")
        };
        let order = self.dialect.ordered("t.record");
        let ranked = format!(
            "  SELECT t.record, t.moment, t.{ends} AS ends, {keys},\n    \
             ROW_NUMBER() OVER (PARTITION BY {keys} ORDER BY t.moment, {order}) AS nth\n  FROM {from}\n  {only}",
            keys = own("t"),
        );
        self.add(&format!("ranked_{name}"), &["numbered by moment and id".to_string()], ranked);
        let jumps = format!(
            "  SELECT a.record, {keys}, a.nth, MIN(b.nth) AS next\n  FROM ranked_{name} AS a\n  \
             LEFT JOIN ranked_{name} AS b ON {same} AND b.moment > a.ends\n  \
             GROUP BY a.record, {keys}, a.nth",
            keys = own("a"),
            same = same("a", "b"),
        );
        self.add(&format!("jumps_{name}"), &["the first beyond the window of each".to_string()], jumps);
        let text = format!(
            "  SELECT j.record, {keys}, j.next\n  FROM jumps_{name} AS j\n  WHERE j.nth = 1\n  UNION ALL\n  \
             SELECT j.record, {keys}, j.next\n  FROM starts_{name} AS s\n  \
             JOIN jumps_{name} AS j ON {same} AND j.nth = s.next",
            keys = own("j"),
            same = same("j", "s"),
        );
        self.parts.push(Part {
            name: format!("starts_{name}"),
            note: vec!["from one start to the next".to_string()],
            text,
            recursive: true,
        });
    }

    fn fold(&mut self, starts: &Starts<'_>) {
        let Starts { name, from, only, keys, ends } = starts;
        let keys: Vec<String> = keys.iter().map(|key| format!("t.{key}")).collect();
        let text = format!(
            "  SELECT explode(aggregate(\n    \
             array_sort(collect_list(named_struct('moment', t.moment, 'record', t.record, 'ends', t.{ends}))),\n    \
             named_struct('until', CAST(-{NEVER} AS BIGINT), 'starts', CAST(array() AS ARRAY<STRING>)),\n    \
             (s, e) -> CASE WHEN e.moment > s.until\n      \
             THEN named_struct('until', e.ends, 'starts', concat(s.starts, array(e.record))) ELSE s END,\n    \
             s -> s.starts)) AS record\n  FROM {from}\n  {only}\n  GROUP BY {}",
            keys.join(", ")
        );
        self.add(&format!("starts_{name}"), &["from one start to the next".to_string()], text);
    }
}

/// Records by key that are walked through in the order of moment and id.
pub(in crate::sql) struct Starts<'a> {
    /// The end of the names of the parts.
    pub(in crate::sql) name: String,
    /// Where they are read: `found_0 AS t`, with `record`, `moment` and the keys.
    pub(in crate::sql) from: String,
    /// Which of them; a WHERE or nothing.
    pub(in crate::sql) only: &'a str,
    /// The columns of the key.
    pub(in crate::sql) keys: &'a [String],
    /// The column of the last moment that belongs to a start.
    pub(in crate::sql) ends: String,
}
