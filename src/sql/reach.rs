//! Up to when the records of a table have all come, where only the data tells.
//!
//! Without a word of the data book a table reaches to its latest date. With
//! `late data within 5 days` the records of a day have come when the fifth day
//! after it has passed: data up to 20 March, 14:00, reaches to the end of 14 March.

use num_bigint::BigInt;

use super::Fault;
use super::lower::Lowering;
use super::value::Sql;
use super::zone::{Joins, NEVER, plus};
use crate::contract::Within;
use crate::plan::NodeId;

impl Lowering<'_> {
    /// The last moment whose records of a table have all come: a constant, or a column of a joined part.
    pub(super) fn reach(&mut self, table: &str, joins: &mut Vec<String>) -> Result<String, Fault> {
        if let Some(said) = self.ends.reach(table) {
            return Ok(super::value::signed(BigInt::from(said.max(-NEVER))));
        }
        let name = format!("reach_{}", super::names::simple(table));
        if !self.parts.iter().any(|part| part.name == name) {
            self.reach_part(table, &name)?;
        }
        let join = format!("CROSS JOIN {name}");
        if !joins.contains(&join) {
            joins.push(join);
        }
        Ok(format!("{name}.reach"))
    }

    fn reach_part(&mut self, table: &str, name: &str) -> Result<(), Fault> {
        let latest = format!("latest_{}", super::names::simple(table));
        if !self.parts.iter().any(|part| part.name == latest) {
            self.latest(table, &latest)?;
        }
        let note = [format!("up to when all records of `{table}` have come")];
        let column = |reach: &str| (format!("COALESCE({reach}, -{NEVER})"), "reach".to_string(), None);
        let late = match self.contract.maturity.late.clone() {
            None | Some(Within::Periods(_)) => {
                let text = self.select(&latest, &[column("r.latest")], &[]);
                self.add(name, &note, text);
                return Ok(());
            }
            Some(late) => late,
        };
        let mut joins = Joins::default();
        let day = plus(&self.zone.day("(r.latest + 1)", &mut joins), -1);
        let text = self.select(&latest, &[(day, "day".to_string(), None)], &joins.list);
        let passed = format!("passed_{}", super::names::simple(table));
        self.add(&passed, &["the last day that has passed".to_string()], text);
        let (part, day) = self.late(&late, &passed)?;
        let mut joins = Joins::default();
        let end = plus(&self.zone.midnight(&plus(&day, 1), &mut joins), -1);
        let text = self.select(&part, &[column(&end)], &joins.list);
        self.add(name, &note, text);
        Ok(())
    }

    /// The latest date of a table.
    fn latest(&mut self, table: &str, name: &str) -> Result<(), Fault> {
        let stage = &self.stage(table)?.early();
        let mut joins = Joins::default();
        let nodes: Vec<NodeId> = stage.scan.dates.iter().copied().collect();
        let mut dates = Vec::new();
        for node in nodes {
            let value: Sql = self.node(stage, node, &mut joins)?;
            dates.push(format!("MAX({})", self.moment(&value, &mut joins)?));
        }
        let latest = match dates.as_slice() {
            [] => "CAST(NULL AS BIGINT)".to_string(),
            [one] => one.clone(),
            many => format!("GREATEST({})", many.join(", ")),
        };
        let text = self.select(&stage.part, &[(latest, "latest".to_string(), None)], &joins.list);
        self.add(name, &[format!("the latest date of `{table}`")], text);
        Ok(())
    }

    /// The day whose late records have come when a day has passed: a part with one row, and the expression.
    fn late(&mut self, late: &Within, passed: &str) -> Result<(String, String), Fault> {
        let day = match late {
            Within::Days(days) => plus("r.day", -i64::from(*days)),
            Within::Months(months) => self.months_before("r.day", i64::from(*months)),
            Within::BusinessDays(0, _) | Within::Periods(_) => "r.day".to_string(),
            Within::BusinessDays(days, calendar) => {
                let part = self.open_days_before(passed, *days, calendar)?;
                return Ok((part, "r.day".to_string()));
            }
        };
        Ok((passed.to_string(), day))
    }

    /// The last day that, so many months later, is not after a day.
    fn months_before(&self, day: &str, months: i64) -> String {
        let d = self.dialect;
        let earlier = d.months_later(day, -months);
        let last = |day: &str| {
            let first = format!("({day} - {} + 1)", d.day_of_month(day));
            plus(&d.months_later(&first, 1), -1)
        };
        format!("(CASE WHEN {} = {day} THEN {} ELSE {earlier} END)", last(day), last(&earlier))
    }

    /// The day before the last but so many open days of a calendar, up to a day that has passed.
    fn open_days_before(&mut self, passed: &str, days: u32, calendar: &str) -> Result<String, Fault> {
        let open = format!("open_days_{}", super::names::simple(calendar));
        if !self.parts.iter().any(|part| part.name == open) {
            let calendar = self.contract.calendars.get(calendar).cloned();
            let calendar = calendar.ok_or_else(|| Fault::ours("a calendar is not known".to_string()))?;
            let closed = self.closed(&calendar)?;
            let found = super::clock::open_days(&calendar, &closed, super::clock::known_range(self));
            let rows: Vec<Vec<i64>> = found.into_iter().zip(1..).map(|(day, nth)| vec![day, nth]).collect();
            let text = self.dialect.written_out(&["day", "nth"], &rows);
            self.add(&open, &[format!("the open days of calendar {}", calendar.name)], text);
        }
        let last =
            format!("  SELECT MAX(o.nth) AS nth\n  FROM {open} AS o\n  JOIN {passed} AS p ON o.day <= p.day");
        self.add(&format!("{passed}_open"), &["the last open day that has passed".to_string()], last);
        let day = format!(
            "  SELECT o.day - 1 AS day\n  FROM {open} AS o\n  JOIN {passed}_open AS p ON o.nth = p.nth - {}",
            days - 1
        );
        let part = format!("{passed}_before");
        self.add(&part, &[format!("the day before the {days} last of them")], day);
        Ok(part)
    }
}
