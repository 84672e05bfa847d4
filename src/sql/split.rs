//! Records that share one with those near them: 1 over how many of the group
//! lie within the window, the earlier to the later of two.

use super::Fault;
use super::lower::{Column, Lowering, row_column};
use super::node::{key_parts, known};
use super::value::{Number, Per, Sql};
use super::words;
use super::zone::Joins;
use crate::plan::{Node, NodeId, Split};

impl Lowering<'_> {
    /// Counts with how many others each record shares.
    pub(super) fn split(&mut self, at: usize, split: &Split) -> Result<(), Fault> {
        let stage = self.stage_before(&split.base.table)?;
        let row = row_column(stage.scan);
        let mut joins = Joins::default();
        let date = self.node(stage, split.base.date, &mut joins)?;
        let date = self.moment(&date, &mut joins)?;
        let mut conditions =
            vec![self.truth(stage, split.base.member, &mut joins)?.now, format!("{date} IS NOT NULL")];
        let mut keys = Vec::new();
        for node in &split.base.by {
            let value = self.node(stage, *node, &mut joins)?;
            conditions.push(known(&value));
            keys.extend(key_parts(&value));
        }
        let ends = self.window_end(Some(split.window), &date, &mut joins);
        let mut columns: Vec<Column> =
            vec![(format!("r.{}", self.dialect.name(&row)), "record".to_string(), None)];
        columns.push((date, "moment".to_string(), None));
        columns.push((ends, "ends".to_string(), None));
        columns.extend((1..).zip(&keys).map(|(at, key)| (key.clone(), format!("key_{at}"), None)));
        let text = self.select(&stage.part, &columns, &joins.list);
        let text = format!("{text}\n  WHERE {}", conditions.join("\n    AND "));
        let note = format!("records that share: {}", words::node(self.plan, stage.scan, split.base.member));
        self.add(&format!("sharing_{at}"), &[note], text);
        let mut same: Vec<String> = (1..=keys.len()).map(|at| format!("t.key_{at} = b.key_{at}")).collect();
        same.push("t.moment <= b.ends AND b.moment <= t.ends".to_string());
        let text = format!(
            "  SELECT b.record, COUNT(*) AS together\n  FROM sharing_{at} AS b\n  JOIN sharing_{at} AS t ON {}\n  \
             GROUP BY b.record",
            same.join(" AND ")
        );
        let note = format!("how many of a group lie {} of each other", words::reach(split.window));
        self.add(&format!("shares_{at}"), &[note], text);
        self.share(&split.base.table, at, &row)
    }

    fn share(&mut self, table: &str, at: usize, row: &str) -> Result<(), Fault> {
        let name = format!("share_of_split_{at}");
        let columns = vec![("COALESCE(x.together, 1)".to_string(), name.clone(), None)];
        let join = format!("LEFT JOIN shares_{at} AS x ON x.record = r.{}", self.dialect.name(row));
        self.step(table, &[], columns, &[join])?;
        let id = self.stage(table)?.scan.nodes.iter().position(|known| *known == Node::Shared(at));
        if let (Some(id), Some(stage)) = (id, self.stages.get_mut(table)) {
            let number =
                Number { units: "1".to_string(), per: Per::Each(format!("r.{name}")), constant: None };
            stage.bound.insert(NodeId(id), Sql::Number(number));
        }
        Ok(())
    }
}
