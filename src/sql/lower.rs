//! The text under construction: one common table expression after another.
//!
//! ```text
//! interactions_0      the columns needed, typed
//! interactions_1      with conditions and values that need no look-ahead
//! asked_0, found_0    the records a look-ahead asks about, and those it searches
//! matched_0           for which records it finds some
//! interactions_2      with its answer, and what rests on it
//! counter_4           what becomes of each record in one figure
//! ```
//!
//! Each step reads the one before and adds columns, so that an auditor can stop
//! after any of them and look at the rows.

use std::collections::{BTreeMap, BTreeSet};

use super::dialect::Dialect;
use super::relation::Relations;
use super::value::{Number, Per, Sql, Truth};
use super::zone::{Joins, LocalTime};
use super::{Fault, names, words};
use crate::contract::Contract;
use crate::engine::Ends;
use crate::plan::{EVENTS, Node, NodeId, Plan, Scan, children};

/// A common table expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    /// What it is, for the comment.
    pub(super) note: Vec<String>,
    /// The names of its columns, where it is recursive.
    pub(super) text: String,
    pub(super) recursive: bool,
}

/// How far a table is.
#[derive(Debug, Clone)]
pub(super) struct Stage<'a> {
    pub(super) scan: &'a Scan,
    /// The newest of its parts.
    pub(super) part: String,
    steps: usize,
    /// The part in which all that needs no look-ahead stands.
    read: String,
    /// Nodes that stand in columns.
    pub(super) bound: BTreeMap<NodeId, Sql>,
    /// The names of the nodes that become columns.
    names: BTreeMap<NodeId, String>,
    /// For look-aheads that may be open: the columns that say whether, and until when.
    pub(super) open: BTreeMap<usize, (String, String)>,
    /// The columns that say whether a record is finished itself, and until when not.
    pub(super) own: Option<(String, String)>,
}

impl<'a> Stage<'a> {
    /// A table of which nothing stands in columns of its own.
    pub(super) fn bare(scan: &'a Scan, part: &str) -> Self {
        Self {
            scan,
            part: part.to_string(),
            steps: 0,
            read: part.to_string(),
            bound: BTreeMap::new(),
            names: BTreeMap::new(),
            open: BTreeMap::new(),
            own: None,
        }
    }

    /// The table before anything of it was looked ahead.
    pub(super) fn early(&self) -> Self {
        let early = |node: &NodeId| self.scan.levels.get(node.0) == Some(&0);
        let bound = self.bound.iter().filter(|(node, _)| early(node));
        Self {
            part: self.read.clone(),
            bound: bound.map(|(node, sql)| (*node, sql.clone())).collect(),
            ..self.clone()
        }
    }
}

/// All that the text is made from, and what it has so far.
pub(super) struct Lowering<'a> {
    pub(super) contract: &'a Contract,
    pub(super) plan: &'a Plan,
    pub(super) relations: &'a Relations,
    pub(super) dialect: Dialect,
    pub(super) zone: LocalTime,
    pub(super) ends: &'a Ends,
    pub(super) parts: Vec<Part>,
    pub(super) stages: BTreeMap<String, Stage<'a>>,
    /// The same as they were when all of the level before was worked out. What is searched is read from
    /// there, so that no part is read anew for each look-ahead beside it.
    before: BTreeMap<String, Stage<'a>>,
    /// Zones whose tables are written out.
    zones: BTreeSet<String>,
    /// The columns that mark rejected rows, by what is read.
    pub(super) odd: BTreeMap<String, Vec<String>>,
    /// The parts that count rows in no order, with their table.
    pub(super) ties: Vec<(String, String)>,
}

/// A column of a SELECT: its expression, its name, and what it is.
pub(super) type Column = (String, String, Option<String>);

impl<'a> Lowering<'a> {
    pub(super) fn new(
        contract: &'a Contract,
        plan: &'a Plan,
        relations: &'a Relations,
        dialect: Dialect,
        ends: &'a Ends,
    ) -> Self {
        let zone = LocalTime::new(dialect, &contract.zone, &plan.periods);
        let mut lowering = Self {
            contract,
            plan,
            relations,
            dialect,
            zone: zone.clone(),
            ends,
            parts: Vec::new(),
            stages: BTreeMap::new(),
            before: BTreeMap::new(),
            zones: BTreeSet::new(),
            odd: BTreeMap::new(),
            ties: Vec::new(),
        };
        lowering.write_zone(&zone);
        lowering.periods();
        lowering
    }

    /// Everything up to what the counters ask for.
    pub(super) fn all(&mut self) -> Result<(), Fault> {
        self.clocks()?;
        let plan = self.plan;
        let mut tables: Vec<&String> = plan.scans.keys().collect();
        // Events come first: other tables may ask when a clock stood still.
        tables.sort_by_key(|table| *table != EVENTS);
        for table in tables {
            self.open(table)?;
            self.advance(table, 0)?;
            if let Some(stage) = self.stages.get_mut(table) {
                stage.read = stage.part.clone();
            }
            if table == EVENTS {
                self.stops()?;
            }
        }
        let last = plan.scans.values().flat_map(|scan| &scan.levels).max().copied().unwrap_or(0);
        for level in 1..=last {
            self.before = self.stages.clone();
            self.level(level)?;
        }
        Ok(())
    }

    fn level(&mut self, level: u32) -> Result<(), Fault> {
        let plan = self.plan;
        for (at, pass) in plan.passes.iter().enumerate().filter(|(_, pass)| pass.level == level) {
            self.pass(at, pass)?;
        }
        for (at, quota) in plan.quotas.iter().enumerate().filter(|(_, quota)| quota.level == level) {
            self.quota(at, quota)?;
        }
        for (at, split) in plan.splits.iter().enumerate().filter(|(_, split)| split.level == level) {
            self.split(at, split)?;
        }
        for table in plan.scans.keys() {
            self.advance(table, level)?;
        }
        Ok(())
    }

    /// Adds a part.
    pub(super) fn add(&mut self, name: &str, note: &[String], text: String) {
        let note = note.iter().map(|line| words::cut(line)).collect();
        self.parts.push(Part { name: name.to_string(), note, text, recursive: false });
    }

    /// Writes a zone out, once.
    pub(super) fn write_zone(&mut self, zone: &LocalTime) {
        let Some(name) = &zone.tables else { return };
        if !self.zones.insert(name.clone()) {
            return;
        }
        for (table, text) in zone.written_out() {
            let note = if table.ends_with("_clock") {
                "local time is so many microseconds ahead of UTC, by moment"
            } else {
                "the same by local time"
            };
            self.add(&table, &[note.to_string()], text);
        }
    }

    fn periods(&mut self) {
        let row = |(at, period): (i64, &crate::value::Period)| vec![at, period.start.0, period.end.0];
        let rows: Vec<Vec<i64>> = (0..).zip(&self.plan.periods).map(row).collect();
        let text = self.dialect.written_out(&["period", "starts", "ends"], &rows);
        let labels: Vec<&str> = self.plan.periods.iter().map(|period| period.label.as_str()).collect();
        self.add("periods", &[format!("the periods, numbered from 0: {}", labels.join(", "))], text);
    }

    /// The beginning of a table.
    fn open(&mut self, table: &str) -> Result<(), Fault> {
        let plan = self.plan;
        let Some(scan) = plan.scans.get(table) else { return Ok(()) };
        let name = names::simple(table);
        let own = match plan.joins.get(table) {
            Some(join) => Some(self.join(table, &name, join)?),
            None => {
                let (note, text) = self.relations.read(self, scan, &name)?;
                self.add(&format!("{name}_0"), &note, text);
                None
            }
        };
        let names = names::columns(plan, scan);
        let stage = Stage { names, own, ..Stage::bare(scan, &format!("{name}_0")) };
        self.stages.insert(table.to_string(), stage);
        Ok(())
    }

    pub(super) fn stage(&self, table: &str) -> Result<&Stage<'a>, Fault> {
        self.stages.get(table).ok_or_else(|| Fault::ours(format!("`{table}` is not read by the plan")))
    }

    /// A table when all of the level before was worked out.
    pub(super) fn stage_before(&self, table: &str) -> Result<&Stage<'a>, Fault> {
        self.before.get(table).map_or_else(|| self.stage(table), Ok)
    }

    /// A SELECT over the newest part of a table.
    pub(super) fn select(&self, part: &str, columns: &[Column], joins: &[String]) -> String {
        let column = |(expression, name, note): &Column| {
            let own = name == "*" || *expression == format!("r.{}", self.dialect.name(name));
            let name = self.dialect.name(name);
            let alias = if own { String::new() } else { format!(" AS {name}") };
            let note = note.as_ref().map_or(String::new(), |note| format!("  -- {}\n", words::cut(note)));
            (note, format!("    {expression}{alias}"))
        };
        let mut text = String::from("  SELECT\n");
        let columns: Vec<(String, String)> = columns.iter().map(column).collect();
        for (at, (note, column)) in columns.iter().enumerate() {
            let comma = if at + 1 < columns.len() { "," } else { "" };
            if !note.is_empty() {
                text.push_str(&format!("  {note}"));
            }
            text.push_str(&format!("{column}{comma}\n"));
        }
        text.push_str(&format!("  FROM {part} AS r"));
        for join in joins {
            text.push_str(&format!("\n  {join}"));
        }
        text
    }

    /// The next part of a table: all columns of the one before, and these.
    pub(super) fn step(
        &mut self,
        table: &str,
        note: &[String],
        mut columns: Vec<Column>,
        joins: &[String],
    ) -> Result<(), Fault> {
        let stage = self.stage(table)?;
        let (part, next) = (stage.part.clone(), stage.steps + 1);
        columns.insert(0, ("r.*".to_string(), "*".to_string(), None));
        let text = self.select(&part, &columns, joins);
        let name = format!("{}_{next}", names::simple(table));
        self.add(&name, note, text);
        if let Some(stage) = self.stages.get_mut(table) {
            stage.part = name;
            stage.steps = next;
        }
        Ok(())
    }

    /// Puts the named nodes of a level into columns, each after those it is made of.
    fn advance(&mut self, table: &str, level: u32) -> Result<(), Fault> {
        let mut pending = self.pending(table, level)?;
        while !pending.is_empty() {
            let stage = self.stage(table)?;
            let ready: Vec<NodeId> =
                pending.iter().copied().filter(|node| !rests_on(stage.scan, *node, &pending)).collect();
            if ready.is_empty() {
                return Err(Fault::ours(format!("the nodes of `{table}` rest on each other")));
            }
            let (mut columns, mut joins, mut bound) = (Vec::new(), Joins::default(), Vec::new());
            for node in &ready {
                let Some(name) = stage.names.get(node) else { continue };
                let sql = self.node(stage, *node, &mut joins)?;
                let note = words::node(self.plan, stage.scan, *node);
                let note = (note != *name).then_some(note);
                bound.push((*node, self.put(&sql, name, note, &mut columns)));
            }
            self.step(table, &[], columns, &joins.list)?;
            if let Some(stage) = self.stages.get_mut(table) {
                stage.bound.extend(bound);
            }
            pending.retain(|node| !ready.contains(node));
        }
        Ok(())
    }

    /// The named nodes of a level that are not in columns yet.
    fn pending(&self, table: &str, level: u32) -> Result<BTreeSet<NodeId>, Fault> {
        let stage = self.stage(table)?;
        let wanted = |node: &&NodeId| {
            let here = stage.scan.levels.get(node.0) == Some(&level) && !stage.bound.contains_key(node);
            let apart = matches!(
                stage.scan.nodes.get(node.0),
                Some(Node::Answer(_) | Node::Beyond(_) | Node::Shared(_))
            );
            here && !apart
        };
        Ok(stage.names.keys().filter(wanted).copied().collect())
    }

    /// Puts a value into columns of this name; gives how it is read from there.
    pub(super) fn put(&self, sql: &Sql, name: &str, note: Option<String>, columns: &mut Vec<Column>) -> Sql {
        let own = |name: &str| format!("r.{}", self.dialect.name(name));
        let mut column = |expression: &str, name: &str, note: Option<String>| {
            columns.push((expression.to_string(), name.to_string(), note));
            own(name)
        };
        match sql {
            Sql::Truth(truth) => {
                let now = column(&truth.now, name, note);
                let settled = truth.settled.as_ref();
                let settled =
                    settled.map(|it| column(it, &format!("{name}_settled"), Some(SETTLED.to_string())));
                Sql::Truth(Truth { now, settled })
            }
            Sql::Text(text) => Sql::Text(column(text, name, note)),
            Sql::Day(day) => Sql::Day(column(day, name, note)),
            Sql::Moment(moment) => Sql::Moment(column(moment, name, note)),
            Sql::Number(number) => {
                let told = |per: &str| note.as_ref().map(|note| format!("{note}, in parts of {per}"));
                match &number.per {
                    Per::Fixed(per) => {
                        let units = column(&number.units, name, told(&format!("1/{per}")));
                        Sql::Number(Number { units, ..number.clone() })
                    }
                    Per::Each(per) => {
                        let units = column(&number.units, name, told("the next column"));
                        let per = Per::Each(column(per, &format!("{name}_per"), None));
                        Sql::Number(Number { units, per, constant: None })
                    }
                }
            }
            Sql::Key(parts) => Sql::Key(parts.clone()),
        }
    }

    /// The column of a table's row ids.
    pub(super) fn row_id(&self, stage: &Stage<'_>) -> Result<String, Fault> {
        Ok(self.dialect.name(&row_column(stage.scan)))
    }
}

/// What the second column of a condition is.
const SETTLED: &str = "the same as far as no later record can change it";

/// The name of the column of row ids, which no field has.
pub(super) fn row_column(scan: &Scan) -> String {
    let mut name = "record".to_string();
    while scan.table.fields.contains_key(&name) {
        name.push('_');
    }
    name
}

/// Whether a node is made of one of these, itself apart.
fn rests_on(scan: &Scan, node: NodeId, on: &BTreeSet<NodeId>) -> bool {
    let mut open = scan.nodes.get(node.0).map(children).unwrap_or_default();
    let mut seen = BTreeSet::new();
    while let Some(child) = open.pop() {
        if on.contains(&child) {
            return true;
        }
        if seen.insert(child) {
            open.extend(scan.nodes.get(child.0).map(children).unwrap_or_default());
        }
    }
    false
}
