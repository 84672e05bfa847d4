//! Allowances: the records of a set in order, and how many of them may count.
//!
//! A forecast of 40,000 and an allowance of 110 %: records are numbered for each
//! period or day and group by moment and id; those beyond 44,000 are marked.

use num_bigint::BigInt;

use super::Fault;
use super::lower::{Column, Lowering, row_column};
use super::node::{key_parts, known};
use super::quotient::{Quotients, is_less};
use super::value::{Per, Sql, Truth};
use super::words;
use super::zone::Joins;
use crate::plan::{Allowed, Node, NodeId, Quota, Slotted};
use crate::value::Ratio;

/// The records of a set by slot: what selects them.
struct Slots {
    part: String,
    columns: Vec<Column>,
    joins: Joins,
    conditions: Vec<String>,
    keys: usize,
}

/// How much is allowed in each slot.
enum Limit {
    /// The column `allowed` of `limits_N` over this.
    Over(BigInt),
    /// This percentage of the sums of `sums_forecast_N`.
    Quotients(Ratio),
}

impl Lowering<'_> {
    /// Marks the records beyond an allowance.
    pub(super) fn quota(&mut self, at: usize, quota: &Quota) -> Result<(), Fault> {
        let limit = match &quota.allowed {
            Allowed::One => None,
            Allowed::PartOf { forecast, value, percent } => {
                Some(self.limits(at, quota, forecast, *value, percent)?)
            }
        };
        let mut slots = self.slots(quota, &quota.base)?;
        let keys: Vec<String> = (1..=slots.keys).map(|at| format!("r.slot_{at}")).collect();
        let table = quota.base.table.clone();
        let stage = self.stage_before(&table)?;
        slots.columns.push((format!("r.{}", self.row_id(stage)?), "record".to_string(), None));
        let date = self.node(stage, quota.base.date, &mut slots.joins)?;
        let date = self.moment(&date, &mut slots.joins)?;
        slots.columns.push((date, "moment".to_string(), None));
        let text = self.slotted(&slots);
        self.add(&format!("counting_{at}"), &["the records that count, by slot".to_string()], text);
        if !quota.all {
            let groups: Vec<String> = keys.iter().cloned().chain(["r.moment".to_string()]).collect();
            self.ties_of_groups(
                &table,
                &format!("ties_counting_{at}"),
                &format!("counting_{at}"),
                &groups,
                None,
            );
        }
        let turned = if quota.latest { " DESC" } else { "" };
        let record = self.dialect.ordered("r.record");
        let nth = match quota.all {
            true => format!("COUNT(*) OVER (PARTITION BY {})", keys.join(", ")),
            false => format!(
                "ROW_NUMBER() OVER (PARTITION BY {} ORDER BY r.moment{turned}, {record}{turned})",
                keys.join(", ")
            ),
        };
        let mut columns: Vec<Column> =
            (1..=slots.keys).map(|at| (format!("r.slot_{at}"), format!("slot_{at}"), None)).collect();
        columns.push(("r.record".to_string(), "record".to_string(), None));
        columns.push((nth, "nth".to_string(), None));
        let text = self.select(&format!("counting_{at}"), &columns, &[]);
        self.add(&format!("numbered_{at}"), &["in order".to_string()], text);
        let beyond = self.beyond(at, limit.as_ref(), slots.keys);
        self.add(&format!("beyond_{at}"), &["those beyond the allowance".to_string()], beyond);
        self.mark(&table, &Node::Beyond(at), at)
    }

    /// Selects the records beyond what is allowed.
    fn beyond(&mut self, at: usize, limit: Option<&Limit>, slots: usize) -> String {
        let same = |alias: &str| {
            let same = |slot| format!("{alias}.slot_{slot} = n.slot_{slot}");
            (1..=slots).map(same).collect::<Vec<_>>().join(" AND ")
        };
        let from = format!("FROM numbered_{at} AS n");
        let nth = self.dialect.widened("n.nth");
        match limit {
            None => format!("  SELECT n.record\n  {from}\n  WHERE n.nth > 1"),
            Some(Limit::Over(per)) => format!(
                "  SELECT n.record\n  {from}\n  JOIN limits_{at} AS l ON {}\n  WHERE {nth} * {per} > l.allowed",
                same("l")
            ),
            Some(Limit::Quotients(percent)) => {
                // As many as `nth` are too many when the percentage of the sum is less.
                let all = format!("({nth} * {})", percent.denominator() * 100);
                let less = is_less(self.dialect, "s", &percent.numerator(), &all);
                let text = format!(
                    "  SELECT n.record,\n    {less} AS is_beyond\n  {from}\n  JOIN sums_forecast_{at} AS s ON {}",
                    same("s")
                );
                let note = format!("whether {percent}% of the sum is less than so many");
                self.add(&format!("compared_{at}"), &[note], text);
                format!("  SELECT c.record\n  FROM compared_{at} AS c\n  WHERE c.is_beyond")
            }
        }
    }

    /// The records of which cannot be told whether they are beyond an allowance: a join for each such allowance, and
    /// the count.
    pub(super) fn unsure(&self, table: &str) -> Vec<(String, String)> {
        let of = |at: &usize| self.plan.quotas.get(*at).is_some_and(|quota| quota.base.table == table);
        let compared = |at: &usize| self.parts.iter().any(|part| part.name == format!("compared_{at}"));
        let count = |at: usize| {
            let count = format!(
                "CROSS JOIN (SELECT COUNT(*) AS unsure FROM compared_{at} AS c WHERE c.is_beyond IS NULL) AS u{at}"
            );
            (count, format!("COALESCE(MAX(u{at}.unsure), 0)"))
        };
        (0..self.plan.quotas.len()).filter(of).filter(compared).map(count).collect()
    }

    /// Adds the mark to the records.
    fn mark(&mut self, table: &str, node: &Node, at: usize) -> Result<(), Fault> {
        let stage = self.stage(table)?;
        let id = stage.scan.nodes.iter().position(|known| known == node);
        let row = row_column(stage.scan);
        let name = format!("beyond_allowance_{at}");
        let columns = vec![("(x.record IS NOT NULL)".to_string(), name.clone(), None)];
        let join = format!("LEFT JOIN beyond_{at} AS x ON x.record = r.{}", self.dialect.name(&row));
        self.step(table, &[], columns, &[join])?;
        if let (Some(id), Some(stage)) = (id, self.stages.get_mut(table)) {
            stage.bound.insert(NodeId(id), Sql::Truth(Truth::certain(format!("r.{name}"))));
        }
        Ok(())
    }

    /// The allowance of each slot.
    fn limits(
        &mut self,
        at: usize,
        quota: &Quota,
        forecast: &Slotted,
        value: NodeId,
        percent: &Ratio,
    ) -> Result<Limit, Fault> {
        let mut slots = self.slots(quota, forecast)?;
        let stage = self.stage_before(&forecast.table)?;
        let number = self.number(stage, value, &mut slots.joins)?;
        let units = self.dialect.widened(&number.units);
        slots.columns.push((units, "units".to_string(), None));
        if let Per::Each(per) = &number.per {
            slots.columns.push((self.dialect.widened(per), "per".to_string(), None));
        }
        slots.conditions.push(known(&Sql::Number(number.clone())));
        let text = self.slotted(&slots);
        let note = words::node(self.plan, stage.scan, value);
        self.add(&format!("forecast_{at}"), &[format!("what the allowance is a part of: {note}")], text);
        let Per::Fixed(per) = &number.per else {
            let groups: Vec<String> = (1..=slots.keys).map(|at| format!("slot_{at}")).collect();
            let (name, from) = (format!("forecast_{at}"), format!("forecast_{at}"));
            self.quotients(&Quotients { name: &name, from: &from, groups: &groups });
            return Ok(Limit::Quotients(percent.clone()));
        };
        let keys: Vec<String> = (1..=slots.keys).map(|at| format!("f.slot_{at}")).collect();
        let factor = percent.numerator();
        let below = per * percent.denominator() * 100;
        let text = format!(
            "  SELECT {}, SUM(f.units) * {} AS allowed\n  FROM forecast_{at} AS f\n  GROUP BY {}",
            keys.join(", "),
            super::value::signed(factor),
            keys.join(", ")
        );
        let note = format!("{percent}% of it, in parts of 1/{below}");
        self.add(&format!("limits_{at}"), &[note], text);
        Ok(Limit::Over(below))
    }

    fn slotted(&self, slots: &Slots) -> String {
        let text = self.select(&slots.part, &slots.columns, &slots.joins.list);
        format!("{text}\n  WHERE {}", slots.conditions.join("\n    AND "))
    }

    /// The period or day, and group, of the records of a set.
    fn slots(&self, quota: &Quota, of: &Slotted) -> Result<Slots, Fault> {
        let stage = self.stage_before(&of.table)?;
        let mut joins = Joins::default();
        let date = self.node(stage, of.date, &mut joins)?;
        let date = self.moment(&date, &mut joins)?;
        let member = self.truth(stage, of.member, &mut joins)?.now;
        let slot = match quota.each_day {
            true => self.zone.day(&date, &mut joins),
            false => self.period_of(&date, &mut joins),
        };
        let mut columns = vec![(slot.clone(), "slot_1".to_string(), None)];
        let mut conditions = vec![member, format!("{slot} IS NOT NULL")];
        let mut keys = 1;
        for node in &of.by {
            let value = self.node(stage, *node, &mut joins)?;
            conditions.push(known(&value));
            for part in key_parts(&value) {
                keys += 1;
                columns.push((part, format!("slot_{keys}"), None));
            }
        }
        Ok(Slots { part: stage.part.clone(), columns, joins, conditions, keys })
    }

    /// The number of the period that holds a moment; NULL outside all.
    pub(super) fn period_of(&self, moment: &str, joins: &mut Joins) -> String {
        let alias = joins.alias("periods", moment, |alias| {
            format!("{moment} >= {alias}.starts AND {moment} < {alias}.ends")
        });
        format!("{alias}.period")
    }
}
