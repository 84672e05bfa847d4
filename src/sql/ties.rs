//! Rows without a key that come at one moment, where something hangs on which comes first.
//!
//! The embedded engine puts them in the order of a digest of the file's row,
//! which no relation has. As long as no two of them share key and moment, their
//! order is that of their moments, and it is the same everywhere. Those that do
//! are counted, and the control query stops the run. Rows that are alike in all
//! that is needed of them may change places, and are not counted.

use super::ahead::Searching;
use super::lower::Lowering;
use crate::contract::Direction;
use crate::plan::{EVENTS, Node, Pass, Plan, Scan};

impl Lowering<'_> {
    /// Whether rows of a table, or those that its journeys are made of, have no key, and their order counts.
    fn is_unordered(&self, table: &str) -> bool {
        let join = self.plan.joins.get(table).map(|join| &join.scan);
        let Some(scan) = join.or_else(|| self.plan.scans.get(table)) else { return false };
        let relation = self.relations.tables.get(&scan.table.name);
        relation.is_some_and(|relation| relation.id.is_none()) && is_ordered(self.plan, scan)
    }

    /// What rows that may change places have in common.
    fn content(&self, table: &str, alias: &str) -> String {
        match self.plan.joins.contains_key(table) {
            true => format!("{alias}.record"),
            false => format!("SPLIT_PART({alias}.record, '.', 1)"),
        }
    }

    /// Counts the pairs of a look-ahead of which cannot be told which comes first.
    pub(super) fn ties_of_pass(&mut self, searching: &Searching<'_>) {
        let pass = searching.pass;
        let ordered = |at: &usize| {
            let question = self.plan.questions.get(*at);
            question.is_some_and(|it| it.direction != Direction::StillIn && !it.other_day)
        };
        let unordered = self.is_unordered(&pass.base.table) || self.is_unordered(&pass.target.table);
        if !unordered || !pass.questions.iter().any(ordered) {
            return;
        }
        let mut same = vec![searching.same_keys(), "t.moment = b.moment".to_string()];
        if pass.base.table == pass.target.table {
            let content = |alias| self.content(&pass.base.table, alias);
            same.push(format!("t.record <> b.record AND {} <> {}", content("t"), content("b")));
        }
        let text = format!(
            "  SELECT COUNT(*) AS tied\n  FROM {} AS b\n  JOIN {} AS t ON {}",
            searching.asked(),
            searching.found(),
            same.join("\n    AND "),
        );
        let name = format!("ties_{}", searching.at);
        self.add(&name, &["pairs of one moment that are in no order".to_string()], text);
        self.ties.push((pass.base.table.clone(), name));
    }

    /// Counts the groups of a part in which rows of one moment are in no order. `record` is what differs.
    pub(super) fn ties_of_groups(
        &mut self,
        table: &str,
        name: &str,
        from: &str,
        groups: &[String],
        differs: Option<&str>,
    ) {
        if !self.is_unordered(table) {
            return;
        }
        let content = differs.map_or_else(|| self.content(table, "r"), str::to_string);
        let text = format!(
            "  SELECT COUNT(*) AS tied\n  FROM (\n    SELECT COUNT(DISTINCT {content}) AS different\n    FROM {from} AS r\n    \
             GROUP BY {}\n  ) AS g\n  WHERE g.different > 1",
            groups.join(", ")
        );
        self.add(name, &["moments with rows that are in no order".to_string()], text);
        self.ties.push((table.to_string(), name.to_string()));
    }

    /// The ties of a table: a join for each part that counts some, and the count.
    pub(super) fn ties(&self, table: &str) -> Vec<(String, String)> {
        let own = self.ties.iter().filter(|(of, _)| of == table);
        own.map(|(_, part)| (format!("CROSS JOIN {part}"), format!("COALESCE(MAX({part}.tied), 0)")))
            .collect()
    }
}

/// Whether something hangs on the order of records of one moment.
pub(super) fn is_ordered(plan: &Plan, scan: &Scan) -> bool {
    let table = &scan.table.name;
    let asks = |pass: &&Pass| pass.base.table == *table || pass.target.table == *table;
    let ordered =
        |at: &usize| plan.questions.get(*at).is_none_or(|question| question.direction != Direction::StillIn);
    let searched = plan.passes.iter().filter(asks).flat_map(|pass| &pass.questions).any(ordered);
    let counted = plan.quotas.iter().any(|quota| quota.base.table == *table && !quota.all);
    let stopped = table == EVENTS && plan.clocks.iter().any(|clock| clock.pauses.is_some());
    let joined = plan.joins.values().any(|join| join.scan.table.name == *table);
    scan.ids && (searched || counted || stopped || joined || scan.nodes.contains(&Node::Id))
}
