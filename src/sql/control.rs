//! What an auditor looks at before any figure: how many rows, how many outside
//! all periods or without a date, the earliest and latest date; and what must
//! not be: repeated ids, and times beyond the calendars that were written out.

use super::Fault;
use super::lower::{Column, Lowering, Stage, row_column};
use super::zone::{Joins, Range, known};
use crate::contract::FieldType;
use crate::plan::{Node, NodeId, Scan};

/// Columns that must be nothing, with what it means when they are not.
pub(super) const FAULTS: &[(&str, &str)] = &[
    ("without_id", "have no id"),
    ("repeated_ids", "have an id that was there before"),
    ("beyond_zone", "have a time further from the periods than the local times written out"),
    ("beyond_calendar", "have a time beyond the calendar written out"),
    (
        "unsure_sums",
        "are so near to an allowance of added quotients that SQL cannot tell whether they are beyond it",
    ),
    (
        "rejected",
        "have a value that the data book rejects or SQL cannot read: a local time that the clocks skipped or repeated, \
      a text that means nothing, a number that is not exact",
    ),
    ("tied", "come at one moment, and have no key to say which comes first"),
    (
        "unordered",
        "come first or last of the same id together with others that differ, and a relation does not say which came \
      before",
    ),
];

/// The dates of a table that the control query tells, by column.
pub(super) fn dates(scan: &crate::plan::Scan) -> Vec<(NodeId, String)> {
    let name = |node: &NodeId| {
        let Some(Node::Moment(inner)) = scan.nodes.get(node.0) else { return None };
        let Some(Node::Field(field)) = scan.nodes.get(inner.0) else { return None };
        Some((*node, field.clone()))
    };
    scan.dates.iter().filter_map(name).collect()
}

impl Lowering<'_> {
    /// The control query of a table: its columns and text.
    pub(super) fn control(&self, table: &str) -> Result<(Vec<String>, String), Fault> {
        let stage = &self.stage(table)?.early();
        let mut joins = Joins::default();
        let mut columns: Vec<Column> = vec![("COUNT(*)".to_string(), "rows_read".to_string(), None)];
        for (at, grouping) in stage.scan.groupings.iter().enumerate() {
            let date = self.node(stage, grouping.date, &mut joins)?;
            let date = self.moment(&date, &mut joins)?;
            let period = self.period_of(&date, &mut joins);
            columns.push((counting(&format!("{date} IS NULL")), format!("undated_{at}"), None));
            let outside = counting(&format!("{date} IS NOT NULL AND {period} IS NULL"));
            columns.push((outside, format!("elsewhere_{at}"), None));
        }
        for (at, (node, _)) in dates(stage.scan).into_iter().enumerate() {
            let date = self.node(stage, node, &mut joins)?;
            let date = self.moment(&date, &mut joins)?;
            columns.push((format!("MIN({date})"), format!("earliest_{at}"), None));
            columns.push((format!("MAX({date})"), format!("latest_{at}"), None));
        }
        self.faults(stage, &mut columns, &mut joins)?;
        let (unsure, counts): (Vec<String>, Vec<String>) = self.unsure(table).into_iter().unzip();
        if !unsure.is_empty() {
            columns.push((counts.join(" + "), "unsure_sums".to_string(), None));
            joins.list.extend(unsure);
        }
        if self.plan.joins.contains_key(table) {
            let latest = format!("latest_{}", super::names::simple(table));
            columns.push(("MAX(l.latest)".to_string(), "latest_contact".to_string(), None));
            joins.list.push(format!("CROSS JOIN {latest} AS l"));
        }
        let (ties, counts): (Vec<String>, Vec<String>) = self.ties(table).into_iter().unzip();
        if !ties.is_empty() {
            columns.push((counts.join(" + "), "tied".to_string(), None));
            joins.list.extend(ties);
        }
        self.read_faults(&super::names::simple(table), &mut columns, &mut joins.list);
        let names = columns.iter().map(|(_, name, _)| name.clone()).collect();
        Ok((names, self.select(&stage.part, &columns, &joins.list)))
    }

    /// The query of a table that is only read for journeys.
    pub(super) fn contacts_control(&self, table: &str) -> Result<(Vec<String>, String), Fault> {
        let name = super::names::simple(table);
        let mut columns = vec![
            ("COUNT(*)".to_string(), "rows_read".to_string(), None),
            ("MAX(l.latest)".to_string(), "latest_0".to_string(), None),
        ];
        let mut joins = vec![format!("CROSS JOIN latest_{name} AS l")];
        self.read_faults(&name, &mut columns, &mut joins);
        let text = self.select(&format!("{name}_read"), &columns, &joins);
        Ok((columns.iter().map(|(_, name, _)| name.clone()).collect(), text))
    }

    fn faults(&self, stage: &Stage<'_>, columns: &mut Vec<Column>, joins: &mut Joins) -> Result<(), Fault> {
        let row = format!("r.{}", self.dialect.name(&row_column(stage.scan)));
        columns.push((counting(&format!("{row} IS NULL")), "without_id".to_string(), None));
        columns.push((format!("COUNT({row}) - COUNT(DISTINCT {row})"), "repeated_ids".to_string(), None));
        let moments = stage
            .scan
            .fields
            .iter()
            .filter(|field| matches!(stage.scan.table.fields.get(*field), Some(FieldType::Timestamp)));
        let moments: Vec<String> = moments.map(|field| format!("r.{}", self.dialect.name(field))).collect();
        if self.zone.tables.is_some() && !moments.is_empty() {
            let beyond = beyond(&moments, known(&self.plan.periods));
            columns.push((counting(&beyond), "beyond_zone".to_string(), None));
        }
        let mut clocked = Vec::new();
        for node in &stage.scan.nodes {
            if let Node::Business { from, to, .. } = node {
                for node in [from, to] {
                    let value = self.node(stage, *node, joins)?;
                    clocked.push(self.moment(&value, joins)?);
                }
            }
        }
        if !clocked.is_empty() {
            let beyond = beyond(&clocked, super::clock::known_range(self));
            columns.push((counting(&beyond), "beyond_calendar".to_string(), None));
        }
        let odd = self.odd_of(&super::names::simple(&stage.scan.table.name));
        if !odd.is_empty() {
            columns.push((counting(&odd.join(" OR ")), "rejected".to_string(), None));
        }
        Ok(())
    }

    /// The columns that mark rejected rows, of what is read and kept as it is.
    fn odd_of(&self, name: &str) -> Vec<String> {
        if self.has_part(&format!("{name}_faults")) {
            return Vec::new();
        }
        let odd = self.odd.get(name).into_iter().flatten();
        odd.map(|name| format!("r.{}", self.dialect.name(name))).collect()
    }

    fn has_part(&self, name: &str) -> bool {
        self.parts.iter().any(|part| part.name == name)
    }

    /// The part `NAME_faults` of rows that are read for journeys, each of which stays.
    pub(super) fn faults_of(&mut self, name: &str, scan: &Scan) {
        if self.has_part(&format!("{name}_faults")) {
            return;
        }
        let row = format!("r.{}", self.dialect.name(&row_column(scan)));
        let odd = self.odd_of(name);
        let rejected =
            if odd.is_empty() { "CAST(0 AS BIGINT)".to_string() } else { counting(&odd.join(" OR ")) };
        let columns = [
            (counting(&format!("{row} IS NULL")), "without_id".to_string(), None),
            (format!("COUNT({row}) - COUNT(DISTINCT {row})"), "repeated_ids".to_string(), None),
            (rejected, "rejected".to_string(), None),
        ];
        let text = self.select(name, &columns, &[]);
        self.add(&format!("{name}_faults"), &["what must not be".to_string()], text);
    }

    /// Adds what must not be of the rows that records are made of, where these are not the same.
    fn read_faults(&self, name: &str, columns: &mut Vec<Column>, joins: &mut Vec<String>) {
        for part in [format!("{name}_faults"), format!("{name}_read_faults")] {
            let Some(faults) = self.parts.iter().find(|known| known.name == part) else { continue };
            let told = |(column, _): &&(&str, &str)| faults.text.contains(&format!(" AS {column}"));
            for (column, _) in FAULTS.iter().filter(told) {
                let count = format!("COALESCE(MAX({part}.{column}), 0)");
                match columns.iter_mut().find(|(_, name, _)| name == column) {
                    Some((own, ..)) => *own = format!("{own} + {count}"),
                    None => columns.push((count, (*column).to_string(), None)),
                }
            }
            joins.push(format!("CROSS JOIN {part}"));
        }
    }
}

/// How many records meet a condition.
fn counting(condition: &str) -> String {
    format!("COUNT(CASE WHEN {condition} THEN 1 END)")
}

/// When one of some moments is out of a range.
fn beyond(moments: &[String], range: Range) -> String {
    let one = |moment: &String| format!("{moment} < {} OR {moment} >= {}", range.from, range.to);
    moments.iter().map(one).collect::<Vec<_>>().join(" OR ")
}
