//! From the rows of a relation to the records of a table.
//!
//! | part | what it has |
//! |---|---|
//! | `calls_texts` | texts that are taken apart, looked up, or read as numbers |
//! | `calls_all` | the values of every row, where not all rows stay |
//! | `calls_ranked` | their place among the rows of the same id |
//! | `calls_0` | the records |
//! | `calls_faults` | how many rows the data book rejects, and how many depend on an order that a relation has not |
//!
//! Most tables need `calls_0` alone.

use super::super::Fault;
use super::super::lower::{Column, Lowering, row_column};
use super::super::ties::is_ordered;
use super::super::zone::Joins;
use super::{Fold, Form, Held, Keep, Order, Relation, Relations, zone_of};
use crate::plan::{Node, Scan};
use crate::value::Zone;

/// The name of the column that puts rows in order.
pub(super) const SORT: &str = "sorts_by";

/// A value of a record while it is read.
struct Wanted<'a> {
    name: String,
    /// The field it is told of in messages.
    field: &'a str,
    held: &'a Held,
}

/// A relation that is being read.
pub(super) struct Reader<'a> {
    /// The beginning of the names of its parts.
    pub(super) name: &'a str,
    pub(super) relation: &'a Relation,
    pub(super) scan: &'a Scan,
    wanted: Vec<Wanted<'a>>,
    /// The columns that mark rejected rows.
    pub(super) odd: Vec<String>,
}

impl Relations {
    /// What a scan reads: the comment and the text of the part with its records, named `NAME_0` or `NAME`.
    pub(in crate::sql) fn read(
        &self,
        lowering: &mut Lowering<'_>,
        scan: &Scan,
        name: &str,
    ) -> Result<(Vec<String>, String), Fault> {
        let relation = self.relation(&scan.table)?;
        for zone in relation.zones(scan) {
            lowering.write_zone(&zone_of(lowering, &zone));
        }
        let mut reader = Reader { name, relation, scan, wanted: relation.wanted(scan)?, odd: Vec::new() };
        let text = reader.values(lowering)?;
        lowering.odd.insert(name.to_string(), reader.odd.clone());
        let note = vec![format!("what is needed of `{}`", scan.table.name)];
        if matches!(relation.keep, Keep::All | Keep::Different) {
            return Ok((note, text));
        }
        lowering.add(&format!("{name}_all"), &[format!("all rows of `{}`", scan.table.name)], text);
        Ok((note, reader.kept(lowering)))
    }
}

impl Relation {
    /// The fields that a scan needs, and what decides which rows stay.
    fn wanted<'a>(&'a self, scan: &'a Scan) -> Result<Vec<Wanted<'a>>, Fault> {
        let field = |field: &'a String| {
            Ok(Wanted { name: field.clone(), field, held: self.field(&scan.table, field)? })
        };
        let mut wanted = scan.fields.iter().map(field).collect::<Result<Vec<_>, Fault>>()?;
        match &self.keep {
            Keep::All | Keep::Different | Keep::First => {}
            Keep::Latest(Order { field, held }) => {
                wanted.push(Wanted { name: SORT.to_string(), field, held })
            }
            Keep::Fold(Fold { order, columns, .. }) => {
                wanted.push(Wanted { name: SORT.to_string(), field: &order.field, held: &order.held });
                for (field, (_, only)) in columns {
                    wanted.extend((1..).zip(only).map(|(at, (held, _))| Wanted {
                        name: only_column(field, at),
                        field,
                        held,
                    }));
                }
            }
        }
        Ok(wanted)
    }

    fn zones(&self, scan: &Scan) -> Vec<Zone> {
        let fields = scan.fields.iter().filter_map(|field| self.fields.get(field));
        let order = match &self.keep {
            Keep::Latest(order) | Keep::Fold(Fold { order, .. }) => Some(&order.held),
            Keep::All | Keep::Different | Keep::First => None,
        };
        let zone = |held: &Held| match &held.form {
            Form::Moment(Some((zone, _))) => Some(zone.clone()),
            _ => None,
        };
        fields.chain(order).filter_map(zone).collect()
    }
}

/// The column that marks rows in which a value is rejected.
fn odd_column(name: &str) -> String {
    format!("odd_{name}")
}

/// The column of a text that says whether an event counts for a field.
pub(super) fn only_column(field: &str, at: usize) -> String {
    format!("only_{}_{at}", super::super::names::simple(field))
}

impl Reader<'_> {
    fn table(&self) -> &str {
        &self.scan.table.name
    }

    /// The relation itself, each row once where that is asked for.
    fn from(&self) -> String {
        match self.relation.keep {
            Keep::Different => format!("(SELECT DISTINCT t.* FROM {} AS t)", self.relation.from),
            _ => self.relation.from.clone(),
        }
    }

    /// The values of all rows, after their texts where those take a part of their own.
    fn values(&mut self, lowering: &mut Lowering<'_>) -> Result<String, Fault> {
        let deep = self.wanted.iter().any(|wanted| wanted.held.is_deep());
        let (mut columns, mut joins) = (Vec::new(), Joins::default());
        columns.push((self.id_text(lowering, &mut joins)?, row_column(self.scan), None));
        let from = if deep { self.texts(lowering, columns.split_off(0))? } else { self.from() };
        let d = lowering.dialect;
        if deep {
            let row = row_column(self.scan);
            columns.push((format!("r.{}", d.name(&row)), row, None));
        }
        let mut odd: Vec<Column> = Vec::new();
        for wanted in &self.wanted {
            let mut faults = Vec::new();
            let raw = match deep {
                true => format!("r.{}", d.name(&wanted.name)),
                false if wanted.held.read => {
                    let raw = wanted.held.raw(d);
                    let treated = wanted.held.texts.treated(d, &raw, "", &mut joins);
                    faults = treated.faults;
                    treated.text
                }
                false => wanted.held.raw(d),
            };
            let value = wanted.held.value(lowering, [self.table(), wanted.field], &raw, &mut joins)?;
            columns.push((value.value, wanted.name.clone(), wanted.held.note()));
            let mark = odd_column(&wanted.name);
            faults.extend((deep && self.odd.contains(&mark)).then(|| format!("r.{}", d.name(&mark))));
            faults.extend(value.fault.filter(|_| wanted.held.column().is_some()));
            if !faults.is_empty() && wanted.held.column().is_some() {
                odd.push((format!("({})", faults.join(" OR ")), mark, None));
            }
        }
        self.odd = odd.iter().map(|(_, name, _)| name.clone()).collect();
        columns.extend(odd);
        Ok(lowering.select(&from, &columns, &joins.list))
    }

    /// The part `NAME_texts`; gives its name.
    fn texts(&mut self, lowering: &mut Lowering<'_>, id: Vec<Column>) -> Result<String, Fault> {
        let mut joins = Joins::default();
        let mut columns = id;
        let d = lowering.dialect;
        for wanted in &self.wanted {
            if !wanted.held.read {
                columns.push((wanted.held.raw(d), wanted.name.clone(), None));
                continue;
            }
            let list = format!("list_{}_{}", self.name, super::super::names::simple(&wanted.name));
            wanted.held.texts.write_list(lowering, [self.table(), wanted.field], &list)?;
            let raw = wanted.held.raw(d);
            let treated = wanted.held.texts.treated(d, &raw, &list, &mut joins);
            columns.push((treated.text, wanted.name.clone(), None));
            if !treated.faults.is_empty() {
                let mark = odd_column(&wanted.name);
                columns.push((format!("({})", treated.faults.join(" OR ")), mark.clone(), None));
                self.odd.push(mark);
            }
        }
        let text = lowering.select(&self.from(), &columns, &joins.list);
        let name = format!("{}_texts", self.name);
        lowering.add(&name, &[format!("what stands in `{}`, before it is read", self.table())], text);
        Ok(name)
    }

    /// The id of a row; for rows without one their place among all in an order by content.
    fn id_text(&self, lowering: &Lowering<'_>, joins: &mut Joins) -> Result<String, Fault> {
        let d = lowering.dialect;
        let mut text = |held: &Held| {
            let raw = held.raw(d);
            if held.read {
                held.texts.treated(d, &raw, "", joins).text
            } else {
                format!("CAST({raw} AS {})", d.text())
            }
        };
        match self.relation.id.as_deref() {
            Some([held]) => Ok(text(held)),
            Some(columns) => {
                // A bar between the parts; one inside a part is marked.
                let (mark, bar) = (d.literal("\\"), d.literal("|"));
                let marked = |held: &Held| {
                    let marked = format!("REPLACE({}, {mark}, {})", text(held), d.literal("\\\\"));
                    format!("REPLACE({marked}, {bar}, {})", d.literal("\\|"))
                };
                let columns: Vec<String> = columns.iter().map(marked).collect();
                Ok(columns.join(&format!(" || {bar} || ")))
            }
            None if self.scan.nodes.contains(&Node::Id) => Err(Fault::new(
                self.table(),
                None,
                "something is said of the ids of its rows, which have no key",
            )
            .help(format!("say `key:` for `{}` in the data book", self.table()))),
            None => Ok(self.number(lowering)),
        }
    }

    /// The place of a row among all in an order by content; where the order counts, after a number that alike rows
    /// share.
    fn number(&self, lowering: &Lowering<'_>) -> String {
        let d = lowering.dialect;
        let columns = self.wanted.iter().filter_map(|wanted| wanted.held.column());
        let columns: Vec<String> = columns.map(|column| format!("r.{}", d.name(column))).collect();
        let order = if columns.is_empty() { "1".to_string() } else { columns.join(", ") };
        let number = |rank: &str| format!("CAST({rank}() OVER (ORDER BY {order}) AS {})", d.text());
        match is_ordered(lowering.plan, self.scan) {
            true => format!("{} || '.' || {}", number("RANK"), number("ROW_NUMBER")),
            false => number("ROW_NUMBER"),
        }
    }
}
