//! Which relation of a database holds each table, and how its columns are read.
//!
//! ```text
//! started_at   epoch_us(CAST("Start" AS TIMESTAMP WITH TIME ZONE))
//! waited       seconds in the column, microseconds in the text
//! value        12.50 becomes 12500000000
//! ```

mod book;
mod cell;

use std::collections::BTreeMap;

use super::Fault;
use super::lower::{Lowering, row_column};
use super::zone::Joins;
use crate::contract::{Direction, Table};
use crate::plan::{EVENTS, Node, Pass, Plan, Scan};
use crate::value::{Date, Instant, Zone};

pub use crate::book::{Gap, Repeat, Skipped};

/// Where all tables are held.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Relations {
    /// By table.
    pub tables: BTreeMap<String, Relation>,
    /// The moment up to which a table is said to be complete.
    pub complete_to: BTreeMap<String, Instant>,
    /// The dates of holiday lists, by name.
    pub holidays: BTreeMap<String, Vec<Date>>,
}

/// A relation that holds a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its name as it stands after FROM.
    pub from: String,
    /// The columns whose texts together are the id of a row; none where rows have none.
    pub id: Option<Vec<String>>,
    /// What happens to rows of the same id.
    pub keep: Keep,
    /// The column of each field.
    pub fields: BTreeMap<String, Held>,
}

/// What happens to rows of the same id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Keep {
    /// There are none; a control query counts them.
    #[default]
    All,
    /// The one with the latest value of this field.
    Latest(String),
}

/// A column, and how its values are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The column, or a constant.
    pub place: Place,
    /// Whether spaces at both ends of texts are dropped.
    pub trim: bool,
    /// Texts that stand for a missing value.
    pub missing: Vec<String>,
    /// Texts and what they stand for; others stay as they are (true) or are missing.
    pub map: Option<(BTreeMap<String, String>, bool)>,
    /// Whether a text that the map does not hold must not be.
    pub rejects: bool,
    /// What it holds.
    pub form: Form,
}

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In this column.
    Column(String),
    /// Here: the same for every row.
    Value(String),
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// Texts, or what is read as one.
    Text,
    /// Booleans.
    YesNo,
    /// Texts that stand for yes and for no.
    Words {
        /// Spellings of yes.
        yes: Vec<String>,
        /// Spellings of no.
        no: Vec<String>,
    },
    /// Whole numbers.
    Whole,
    /// Numbers with at most nine decimals.
    Number,
    /// Numbers of units of so many microseconds.
    Duration(i64),
    /// Moments; those without a zone are local times of this one, or else of UTC.
    Moment(Option<(Zone, Skipped)>),
    /// Dates.
    Day,
}

impl Held {
    /// A column that holds its values as they are.
    #[must_use]
    pub fn plain(column: &str, form: Form) -> Self {
        let place = Place::Column(column.to_string());
        Self { place, trim: false, missing: Vec::new(), map: None, rejects: false, form }
    }
}

impl Relations {
    /// What a scan reads: the comment and the text of its first part.
    pub(super) fn read(
        &self,
        lowering: &mut Lowering<'_>,
        scan: &Scan,
    ) -> Result<(Vec<String>, String), Fault> {
        let table = &scan.table;
        let relation = self.relation(table)?;
        for zone in relation.zones(scan) {
            lowering.write_zone(&zone_of(lowering, &zone));
        }
        let mut joins = Joins::default();
        let mut columns = vec![(relation.id_text(lowering, scan)?, row_column(scan), None)];
        for field in &scan.fields {
            let held = relation.field(table, field)?;
            let value = held.value(lowering, table, field, &mut joins)?;
            columns.push((value, field.clone(), held.note()));
        }
        columns.extend(relation.odd_columns(lowering, scan).into_iter().map(|(odd, name)| (odd, name, None)));
        let text = lowering.select(&relation.from, &columns, &joins.list);
        let note = vec![format!("what is needed of `{}`", table.name)];
        Ok((note, relation.kept(lowering, scan, text)?))
    }

    /// Where a table is held.
    pub(super) fn relation(&self, table: &Table) -> Result<&Relation, Fault> {
        self.tables.get(&table.name).ok_or_else(|| {
            Fault::new(&table.name, None, "no relation is known that holds it")
                .help(format!("add `{}:` with its `relation:` to the data book", table.name))
        })
    }
}

impl Relation {
    pub(super) fn field(&self, table: &Table, field: &str) -> Result<&Held, Fault> {
        self.fields.get(field).ok_or_else(|| {
            Fault::new(&table.name, Some(field), "no column is known that holds it")
                .help(format!("name the column of `{field}` in the data book"))
        })
    }

    /// Columns that mark local times which the book rejects, with their names.
    pub(super) fn odd_columns(&self, lowering: &Lowering<'_>, scan: &Scan) -> Vec<(String, String)> {
        let held = scan.fields.iter().filter_map(|field| Some((field, self.fields.get(field)?)));
        held.filter_map(|(field, held)| Some((held.odd(lowering)?, format!("odd_{field}")))).collect()
    }

    fn zones(&self, scan: &Scan) -> Vec<Zone> {
        let held = scan.fields.iter().filter_map(|field| self.fields.get(field));
        held.filter_map(|held| match &held.form {
            Form::Moment(Some((zone, _))) => Some(zone.clone()),
            _ => None,
        })
        .collect()
    }

    /// The id of a row; for rows without one their place among all in an order by content.
    fn id_text(&self, lowering: &Lowering<'_>, scan: &Scan) -> Result<String, Fault> {
        let d = lowering.dialect;
        let text = |column: &String| format!("CAST(r.{} AS {})", d.name(column), d.text());
        match self.id.as_deref() {
            Some([column]) => Ok(text(column)),
            Some(columns) => {
                // A bar between the parts; one inside a part is marked.
                let (mark, bar) = (d.literal("\\"), d.literal("|"));
                let marked = |column: &String| {
                    let marked = format!("REPLACE({}, {mark}, {})", text(column), d.literal("\\\\"));
                    format!("REPLACE({marked}, {bar}, {})", d.literal("\\|"))
                };
                let columns: Vec<String> = columns.iter().map(marked).collect();
                Ok(columns.join(&format!(" || {bar} || ")))
            }
            None if is_ordered(lowering.plan, scan) => Err(Fault::new(
                &scan.table.name,
                None,
                "its rows have no key, so that those of one moment are in no order",
            )
            .help(format!("say `key:` for `{}` in the data book", scan.table.name))),
            None => {
                let mut columns: Vec<String> = Vec::new();
                for field in &scan.fields {
                    if let Place::Column(column) = &self.field(&scan.table, field)?.place {
                        columns.push(format!("r.{}", d.name(column)));
                    }
                }
                let order = if columns.is_empty() { "1".to_string() } else { columns.join(", ") };
                Ok(format!("CAST(ROW_NUMBER() OVER (ORDER BY {order}) AS {})", d.text()))
            }
        }
    }

    /// The rows that stay of those with the same id.
    fn kept(&self, lowering: &Lowering<'_>, scan: &Scan, text: String) -> Result<String, Fault> {
        let Keep::Latest(by) = &self.keep else { return Ok(text) };
        let held = self.field(&scan.table, by)?;
        let Place::Column(column) = &held.place else { return Ok(text) };
        let columns = self.id.as_deref().unwrap_or_default();
        let id: Vec<String> =
            columns.iter().map(|column| format!("x.{}", lowering.dialect.name(column))).collect();
        let column = format!("x.{}", lowering.dialect.name(column));
        let rows = format!(
            "(\n    SELECT x.*, ROW_NUMBER() OVER (PARTITION BY {} ORDER BY {column} DESC NULLS LAST) AS nth\n    \
             FROM {} AS x\n  )",
            id.join(", "),
            self.from
        );
        let kept = text.replacen(&format!("FROM {} AS r", self.from), &format!("FROM {rows} AS r"), 1);
        Ok(format!("{kept}\n  WHERE r.nth = 1"))
    }
}

/// Whether something hangs on the order of records of one moment, or on their ids.
fn is_ordered(plan: &Plan, scan: &Scan) -> bool {
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

/// A zone as the text has it.
pub(super) fn zone_of(lowering: &Lowering<'_>, zone: &Zone) -> super::zone::LocalTime {
    super::zone::LocalTime::new(lowering.dialect, zone, &lowering.plan.periods)
}

/// Relations named like the tables of a plan, their columns like the fields; typed as
/// the engine types them: moments in UTC, durations in microseconds, the id in `record_id`.
#[must_use]
pub fn typed(plan: &Plan) -> BTreeMap<String, Relation> {
    use crate::contract::FieldType;
    let scans = plan.scans.iter().filter(|(name, _)| !plan.joins.contains_key(*name)).map(|(_, scan)| scan);
    let joined = plan.joins.values().map(|join| &join.scan);
    let form = |kind: &FieldType| match kind {
        FieldType::Text => Form::Text,
        FieldType::YesNo => Form::YesNo,
        FieldType::Whole => Form::Whole,
        FieldType::Number | FieldType::Money => Form::Number,
        FieldType::Duration => Form::Duration(1),
        FieldType::Timestamp => Form::Moment(None),
        FieldType::Date => Form::Day,
    };
    let relation = |scan: &Scan| {
        let held = |(field, kind): (&String, &FieldType)| (field.clone(), Held::plain(field, form(kind)));
        Relation {
            from: super::names::simple(&scan.table.name) + "_rows",
            id: Some(vec!["record_id".to_string()]),
            keep: Keep::All,
            fields: scan.table.fields.iter().map(held).collect(),
        }
    };
    scans.chain(joined).map(|scan| (scan.table.name.clone(), relation(scan))).collect()
}
