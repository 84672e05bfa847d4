//! Journeys in SQL: contacts in order by key, cut where the next is too far.
//!
//! | contact | to the one before | starts a journey | number |
//! |---|---|---|---|
//! | 3 January | | yes | 1 |
//! | 8 January | 5 days | no | 1 |
//! | 16 January | 8 days | yes | 2 |

use std::collections::BTreeMap;

use super::Fault;
use super::ahead::Starts;
use super::lower::{Column, Lowering, Stage, row_column};
use super::node::{key_parts, known};
use super::zone::Joins;
use crate::contract::FieldType;
use crate::plan::{Join, Scan};

/// The columns that say whether a journey is finished, and until when not.
const OWN: [&str; 2] = ["journey_open", "journey_until"];

impl Lowering<'_> {
    /// The parts that make the journeys of a table; gives the columns that say whether they are finished.
    pub(super) fn join(&mut self, table: &str, name: &str, join: &Join) -> Result<(String, String), Fault> {
        let read = format!("{name}_read");
        let (note, text) = self.relations.read(self, &join.scan, &read)?;
        self.add(&read, &note, text);
        self.faults_of(&read, &join.scan);
        let keys = self.contacts(name, &read, join)?;
        let mut groups: Vec<String> = (1..=keys).map(|at| format!("r.key_{at}")).collect();
        groups.extend(["r.alone".to_string(), "r.contact_at".to_string()]);
        let content = "SPLIT_PART(r.contact, '.', 1)";
        self.ties_of_groups(
            table,
            &format!("ties_{name}"),
            &format!("{name}_contacts"),
            &groups,
            Some(content),
        );
        self.starting(name, join, keys);
        self.numbered(name, keys);
        self.journeys(table, name, join, keys)?;
        let column = |own: &str| format!("r.{own}");
        Ok((column(OWN[0]), column(OWN[1])))
    }

    /// The contacts that are joined, with the end of the gap after each; gives the width of the key.
    fn contacts(&mut self, name: &str, read: &str, join: &Join) -> Result<usize, Fault> {
        let stage = self.contact_stage(read, join);
        let d = self.dialect;
        let mut joins = Joins::default();
        let member = self.truth(&stage, join.member, &mut joins)?.now;
        let date = self.node(&stage, join.date, &mut joins)?;
        let date = self.moment(&date, &mut joins)?;
        let key = self.node(&stage, join.key, &mut joins)?;
        let row = format!("r.{}", d.name(&row_column(&join.scan)));
        let mut columns: Vec<Column> = vec![("r.*".to_string(), "*".to_string(), None)];
        columns.push((row.clone(), "contact".to_string(), None));
        columns.push((date.clone(), "contact_at".to_string(), None));
        columns.push((self.window_end(Some(join.gap), &date, &mut joins), "gap_ends".to_string(), None));
        if let Some(merged) = join.merged {
            columns.push((
                self.window_end(Some(merged), &date, &mut joins),
                "merged_until".to_string(),
                None,
            ));
        }
        let parts = key_parts(&key);
        for (at, part) in (1..).zip(&parts) {
            let part = format!("CASE WHEN {} THEN {part} END", known(&key));
            columns.push((part, format!("key_{at}"), None));
        }
        let alone = format!("CASE WHEN NOT ({}) THEN {row} END", known(&key));
        columns.push((
            alone,
            "alone".to_string(),
            Some("a contact without a key is a journey of its own".into()),
        ));
        let text = self.select(read, &columns, &joins.list);
        let text = format!("{text}\n  WHERE {member} AND {date} IS NOT NULL");
        self.add(&format!("{name}_contacts"), &[format!("the contacts joined into `{name}`")], text);
        Ok(parts.len())
    }

    fn contact_stage<'s>(&self, read: &str, join: &'s Join) -> Stage<'s> {
        Stage::bare(&join.scan, read)
    }

    /// Which contacts start a journey.
    fn starting(&mut self, name: &str, join: &Join, keys: usize) {
        let from = format!("{name}_contacts");
        let group = group("r", keys);
        let order = self.dialect.ordered("r.contact");
        let lag = |column: &str| {
            format!("LAG(r.{column}) OVER (PARTITION BY {group} ORDER BY r.contact_at, {order})")
        };
        let mut columns: Vec<Column> = vec![("r.*".to_string(), "*".to_string(), None)];
        let mut joins = Vec::new();
        if join.from_first {
            let keys: Vec<String> = (1..=keys).map(|at| format!("key_{at}")).collect();
            let own: Vec<String> = keys.iter().map(|key| format!("c.{key}")).collect();
            let inner = format!(
                "(SELECT c.contact AS record, c.contact_at AS moment, c.gap_ends, c.alone, {} FROM {from} AS c) AS t",
                own.join(", ")
            );
            let starts = Starts {
                name: name.to_string(),
                from: inner,
                only: "WHERE t.alone IS NULL",
                keys: &keys,
                ends: "gap_ends".to_string(),
            };
            self.walk(&starts);
            joins.push(format!("LEFT JOIN starts_{name} AS s ON s.record = r.contact"));
            columns.push(("(r.alone IS NOT NULL OR s.record IS NOT NULL)".into(), "starts".into(), None));
        } else {
            let starts = format!("COALESCE(r.contact_at > {}, TRUE)", lag("gap_ends"));
            columns.push((starts, "starts".to_string(), None));
        }
        let apart = match join.merged {
            None => "TRUE".to_string(),
            Some(_) => format!("COALESCE(r.contact_at > {}, TRUE)", lag("merged_until")),
        };
        columns.push((
            apart,
            "apart".to_string(),
            Some("not so soon after the one before that it is one with it".into()),
        ));
        let text = self.select(&from, &columns, &joins);
        self.add(&format!("{name}_starting"), &["which of them start a journey".to_string()], text);
    }

    fn numbered(&mut self, name: &str, keys: usize) {
        let group = group("r", keys);
        let order = self.dialect.ordered("r.contact");
        let over = format!("(PARTITION BY {group} ORDER BY r.contact_at, {order}");
        let nth = format!(
            "SUM(CASE WHEN r.starts THEN 1 ELSE 0 END) OVER {over} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
        );
        let last = format!("COALESCE(LEAD(r.starts) OVER {over}), TRUE)");
        let columns: Vec<Column> = vec![
            ("r.*".to_string(), "*".to_string(), None),
            (nth, "journey".to_string(), None),
            (last, "ends".to_string(), Some("the last contact of its journey".to_string())),
        ];
        let text = self.select(&format!("{name}_starting"), &columns, &[]);
        self.add(&format!("{name}_numbered"), &["the journeys of a key by number".to_string()], text);
    }

    /// The journeys as records of their table.
    fn journeys(&mut self, table: &str, name: &str, join: &Join, keys: usize) -> Result<(), Fault> {
        let plan = self.plan;
        let Some(scan) = plan.scans.get(table) else { return Ok(()) };
        let mut made = self.made_fields(scan, join);
        let first = |expression: &str| format!("MAX(CASE WHEN r.starts THEN {expression} END)");
        let until = match join.from_first {
            true => first("r.gap_ends"),
            false => "MAX(CASE WHEN r.ends THEN r.gap_ends END)".to_string(),
        };
        let mut columns: Vec<Column> = vec![(first("r.contact"), row_column(scan), None)];
        for field in &scan.fields {
            let made = made.remove(field.as_str());
            let made = made.ok_or_else(|| Fault::ours(format!("a journey has no field `{field}`")))?;
            columns.push((made, field.clone(), None));
        }
        columns.push((until, OWN[1].to_string(), Some("until when another contact may join".to_string())));
        let text = self.select(&format!("{name}_numbered"), &columns, &[]);
        let text = format!("{text}\n  GROUP BY {}, r.journey", group("r", keys));
        self.add(&format!("{name}_made"), &[format!("the records of `{table}`")], text);
        self.latest_contact(name, join)?;
        let mut joins = Vec::new();
        let reach = self.reach(table, &mut joins)?;
        let open = (format!("(r.{} > {reach})", OWN[1]), OWN[0].to_string(), None);
        let text =
            self.select(&format!("{name}_made"), &[("r.*".to_string(), "*".to_string(), None), open], &joins);
        self.add(&format!("{name}_0"), &["whether they are finished".to_string()], text);
        Ok(())
    }

    fn latest_contact(&mut self, name: &str, join: &Join) -> Result<(), Fault> {
        let read = format!("{name}_read");
        let stage = self.contact_stage(&read, join);
        let mut joins = Joins::default();
        let date = self.node(&stage, join.date, &mut joins)?;
        let date = self.moment(&date, &mut joins)?;
        let columns = [(format!("MAX({date})"), "latest".to_string(), None)];
        let text = self.select(&read, &columns, &joins.list);
        self.add(
            &format!("latest_{name}"),
            &[format!("the latest date of `{}`", join.scan.table.name)],
            text,
        );
        Ok(())
    }

    /// The fields of a journey.
    fn made_fields<'s>(&self, scan: &'s Scan, join: &'s Join) -> BTreeMap<&'s str, String> {
        let d = self.dialect;
        let has = |field: &str| join.scan.fields.contains(field);
        let mut made: BTreeMap<&str, String> = BTreeMap::from([
            ("contacts", "CAST(SUM(CASE WHEN r.starts OR r.apart THEN 1 ELSE 0 END) AS BIGINT)".to_string()),
            ("first_at", "MIN(r.contact_at)".to_string()),
            ("last_at", "MAX(r.contact_at)".to_string()),
            ("duration", "(MAX(r.contact_at) - MIN(r.contact_at))".to_string()),
            ("id", "MAX(CASE WHEN r.starts THEN r.contact END)".to_string()),
        ]);
        let channels = if has("channel") { "COUNT(DISTINCT r.channel)" } else { "CAST(0 AS BIGINT)" };
        made.insert("channels", channels.to_string());
        if has("resolved") {
            made.insert("resolved", flag("r.ends", "r.resolved"));
        }
        for key in &join.keys {
            let column = format!("r.{}", d.name(key));
            let kind = scan.table.fields.get(key);
            let value = match kind {
                Some(FieldType::YesNo) => flag("r.starts", &column),
                _ => format!("MAX(CASE WHEN r.starts THEN {column} END)"),
            };
            made.insert(key, value);
        }
        made
    }
}

/// A yes or no of the one record for which a condition holds.
fn flag(holds: &str, column: &str) -> String {
    format!("(MAX(CASE WHEN {holds} THEN CASE WHEN {column} THEN 1 WHEN NOT {column} THEN 0 END END) = 1)")
}

/// What the contacts of a journey have in common.
fn group(alias: &str, keys: usize) -> String {
    let keys = (1..=keys).map(|at| format!("{alias}.key_{at}"));
    keys.chain([format!("{alias}.alone")]).collect::<Vec<_>>().join(", ")
}
