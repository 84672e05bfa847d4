//! From when to when each table has records, and up to when it is complete.

use super::finality::Finality;
use super::maturity;
use super::run::Run;
use super::scan::Part;
use crate::plan::{Node, Scan};
use crate::value::Instant;

impl Run<'_> {
    /// The table whose files tell up to when a table is complete.
    fn base<'t>(&'t self, table: &'t str) -> &'t str {
        self.plan.joins.get(table).map_or(table, |join| join.scan.table.name.as_str())
    }

    /// Earliest and latest dates, as local text.
    pub(super) fn note_spans(&mut self, table: &str, scan: &Scan, part: &Part) {
        let Some(totals) = self.measured.tables.get_mut(table) else { return };
        for (node, (from, to)) in &part.spans {
            let Some(Node::Moment(field)) = scan.nodes.get(node.0) else { continue };
            if let Some(Node::Field(name)) = scan.nodes.get(field.0) {
                let local = |at: i64| self.offsets.local(at).to_string();
                totals.spans.insert(name.clone(), (local(*from), local(*to)));
            }
        }
    }

    /// The end of the data of each table: as the book says, or its latest date.
    pub(super) fn complete_to(&mut self) {
        for table in self.plan.scans.keys() {
            if self.plan.joins.contains_key(table) {
                continue;
            }
            let latest =
                self.parts.get(table.as_str()).and_then(|part| part.spans.values().map(|span| span.1).max());
            if let Some(end) = self.source.complete_to(table).or(latest.map(Instant)) {
                self.measured.complete_to.insert(table.clone(), end);
            }
        }
    }

    /// The last moment of a table whose records have all come.
    pub(super) fn reach(&self, table: &str) -> i64 {
        let end = self.measured.complete_to.get(table).map_or(i64::MIN, |end| end.0);
        let said = self.source.complete_to(self.base(table)).is_some();
        self.matured(if said { maturity::complete(end, &self.offsets) } else { end })
    }

    /// The same before it is read; none where only its rows tell.
    pub(super) fn said_reach(&self, table: &str) -> Option<i64> {
        let end = self.source.complete_to(self.base(table))?;
        Some(self.matured(maturity::complete(end.0, &self.offsets)))
    }

    fn matured(&self, end: i64) -> i64 {
        self.maturity.as_ref().map_or(end, |maturity| maturity.reach(end, &self.offsets))
    }

    /// What decides whether a cell is final.
    pub(super) fn finality(&self) -> Finality<'_> {
        let said = self.plan.scans.keys().filter(|table| self.source.complete_to(self.base(table)).is_some());
        let reach = said.map(|table| (table.as_str(), self.reach(table))).collect();
        Finality { plan: self.plan, maturity: self.maturity.as_ref(), offsets: &self.offsets, reach }
    }
}
