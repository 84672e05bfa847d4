//! The plan as SQL: the same counts from an engine that is not ours.
//!
//! ```text
//! Contract, Plan, Dialect, Relations  ->  queries  ->  rows of integers  ->  sheets  ->  Measured
//! ```
//!
//! For each table there is a control query (rows, rows outside all periods,
//! earliest and latest date, and what must not be) and, where something is
//! counted, one with the counts of all counters. `README.md` beside this file
//! shows by an example how a plan becomes text.
//!
//! | file | what it owns |
//! |---|---|
//! | `dialect` | where the engines differ |
//! | `relation` | where a table is held, and how its columns are read |
//! | `lower`, `names`, `words` | the text under construction, and its words |
//! | `node`, `value`, `number`, `quotient` | conditions and values over a record, and sums of quotients |
//! | `zone`, `clock`, `reach` | local time, business time, and up to when data has come |
//! | `ahead`, `journey`, `quota`, `split` | what hangs on other records |
//! | `ties` | rows of one moment that are in no order |
//! | `count`, `control` | the queries |
//! | `text` | all queries as one text |
//! | `decode` | from rows back to counts |

mod ahead;
mod clock;
mod control;
mod count;
mod decode;
mod dialect;
mod fault;
mod journey;
mod lower;
mod names;
mod node;
mod number;
mod quota;
mod quotient;
mod reach;
mod relation;
mod split;
mod text;
mod ties;
mod value;
mod words;
mod zone;

pub use decode::{Rows, measured};
pub use dialect::Dialect;
pub use fault::Fault;
pub use relation::{
    Fold, Form, Gap, Held, Keep, Only, Order, Place, Relation, Relations, Repeat, Skipped, Take, Texts, typed,
};

pub use text::text;

use std::collections::BTreeSet;

use crate::contract::Contract;
use crate::engine::Ends;
use crate::plan::Plan;
use lower::{Lowering, Part};

/// A query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// What it is about.
    pub purpose: Purpose,
    /// The names of its columns, in order.
    pub columns: Vec<String>,
    /// The text, without a semicolon.
    pub text: String,
}

/// What a query is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// The control counts of a table.
    Control(String),
    /// The counts of all counters of a table.
    Counts(String),
}

impl Query {
    /// What it tells, in words.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.purpose {
            Purpose::Control(table) => format!("control counts of `{table}`"),
            Purpose::Counts(table) => format!("what is counted of `{table}`"),
        }
    }
}

/// The queries that measure a contract by a plan.
///
/// # Errors
///
/// [`Fault`] with the table and field that cannot be said in SQL, and why.
pub fn of(
    contract: &Contract,
    plan: &Plan,
    dialect: Dialect,
    relations: &Relations,
) -> Result<Vec<Query>, Fault> {
    let ends = Ends::of(contract, plan, &relations.complete_to, &relations.holidays);
    let ends = ends.map_err(|error| Fault::ours(error.to_string()))?;
    let mut lowering = Lowering::new(contract, plan, relations, dialect, &ends);
    lowering.all()?;
    lowering.apart()?;
    let mut queries = Vec::new();
    for (name, join) in &plan.joins {
        let of = &join.scan.table.name;
        if !plan.scans.contains_key(of) {
            let (columns, text) = lowering.contacts_control(name)?;
            queries.push(lowering.query(Purpose::Control(of.clone()), columns, &text));
        }
    }
    for table in plan.scans.keys() {
        let (columns, text) = lowering.control(table)?;
        queries.push(lowering.query(Purpose::Control(table.clone()), columns, &text));
    }
    for table in plan.scans.keys() {
        let mut counted = Vec::new();
        for (at, counter) in plan.counters.iter().enumerate().filter(|(_, it)| it.table == *table) {
            counted.push(lowering.counter(at, counter)?);
        }
        if !counted.is_empty() {
            let (columns, text) = lowering.counts(&counted);
            queries.push(lowering.query(Purpose::Counts(table.clone()), columns, &text));
        }
    }
    Ok(queries)
}

impl Lowering<'_> {
    /// A relation must not be called like a part of the text, which would be read in its stead.
    fn apart(&self) -> Result<(), Fault> {
        for (table, relation) in &self.relations.tables {
            let name = relation.from.trim_matches(['"', '`']).to_lowercase();
            if self.parts.iter().any(|part| part.name == name) {
                return Err(Fault::new(
                    table,
                    None,
                    &format!("`{name}` is also the name of a part of the text"),
                )
                .help("write the relation with its schema, or make a view of another name".to_string()));
            }
        }
        Ok(())
    }

    /// A query with the parts it needs.
    fn query(&self, purpose: Purpose, columns: Vec<String>, text: &str) -> Query {
        let parts = self.needed(text);
        let recursive = if parts.iter().any(|part| part.recursive) { " RECURSIVE" } else { "" };
        let written: Vec<String> = parts.iter().map(|part| part.written()).collect();
        let text = match written.as_slice() {
            [] => text.to_string(),
            _ => format!("WITH{recursive}\n{}\n{text}", written.join(",\n\n")),
        };
        Query { purpose, columns, text }
    }

    /// The parts a text names, and those that these name, in order.
    fn needed(&self, text: &str) -> Vec<&Part> {
        let mut wanted: BTreeSet<&str> = words_of(text);
        let mut found = Vec::new();
        for part in self.parts.iter().rev() {
            if wanted.contains(part.name.as_str()) {
                wanted.extend(words_of(&part.text));
                found.push(part);
            }
        }
        found.reverse();
        found
    }
}

impl Part {
    fn written(&self) -> String {
        let note: String = self.note.iter().map(|line| format!("-- {line}\n")).collect();
        format!("{note}{} AS (\n{}\n)", self.name, self.text)
    }
}

/// The words of a text, comments apart.
fn words_of(text: &str) -> BTreeSet<&str> {
    let code = text.lines().map(|line| line.split("-- ").next().unwrap_or(line));
    code.flat_map(|line| line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))).collect()
}
