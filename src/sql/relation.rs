//! Which relation of a database holds each table, and how its columns are read.
//!
//! ```text
//! started_at   epoch_us(CAST("Start" AS TIMESTAMP WITH TIME ZONE))
//! waited       seconds in the column, microseconds in the text
//! value        12.50 becomes 12500000000
//! ```
//!
//! | file | what it owns |
//! |---|---|
//! | `book` | relations by what the data book says |
//! | `rows`, `keep` | from the rows of a relation to the records of a table |
//! | `texts` | what is done with a text before it is a value |
//! | `cell`, `written` | the value of a column, and that of a text |

mod book;
mod cell;
mod keep;
mod rows;
mod texts;
mod written;

use std::collections::BTreeMap;

use super::Fault;
use super::lower::Lowering;
use crate::contract::Table;
use crate::plan::{Plan, Scan};
use crate::value::{Date, Instant, Zone};

pub use crate::book::{Gap, Numbers, Otherwise, Part, Repeat, Skipped, Take};

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
    pub id: Option<Vec<Held>>,
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
    /// Of rows that are the same in all columns one stays.
    Different,
    /// One of them stays; a control query counts those that are not alike.
    First,
    /// The one with the latest value of this column stays.
    Latest(Order),
    /// They are the events of a case, of which one row is made.
    Fold(Fold),
}

/// A column that puts rows in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The field.
    pub field: String,
    /// The column.
    pub held: Held,
}

/// How the events of a case become one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// What puts them in order.
    pub order: Order,
    /// Which event a field is taken from.
    pub take: Take,
    /// Fields that are taken from other events: which, and only of those where these columns have one of these texts.
    pub columns: BTreeMap<String, (Take, Only)>,
}

/// Columns, and the texts of which each must have one.
pub type Only = Vec<(Held, Vec<String>)>;

/// A column, and how its values are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The column, or a constant.
    pub place: Place,
    /// Whether its values are read from texts; otherwise they are taken as they are.
    pub read: bool,
    /// How texts are read.
    pub texts: Texts,
    /// What it holds.
    pub form: Form,
}

/// What is done with a text before it is a value, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts {
    /// Whether spaces at both ends are dropped.
    pub trim: bool,
    /// Texts that stand for a missing value, beside the empty one.
    pub missing: Vec<String>,
    /// A part of it.
    pub part: Option<Part>,
    /// The list it is looked up in, and what becomes of texts that the list does not hold.
    pub lookup: Option<(BTreeMap<String, String>, Otherwise)>,
    /// Texts and what they stand for, and what becomes of others.
    pub map: Option<(BTreeMap<String, String>, Otherwise)>,
    /// How numbers are written.
    pub numbers: Numbers,
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
    /// Durations written `1:30`: hours and minutes, or with seconds.
    Clock {
        /// Whether seconds come last: `1:02:03`, `02:03`.
        seconds: bool,
    },
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
        Self { place, read: false, texts: Texts::default(), form }
    }

    /// The name of the column; none for a constant.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        match &self.place {
            Place::Column(column) => Some(column),
            Place::Value(_) => None,
        }
    }
}

impl Relations {
    /// Where a table is held.
    pub(super) fn relation(&self, table: &Table) -> Result<&Relation, Fault> {
        self.tables.get(&table.name).ok_or_else(|| {
            Fault::new(&table.name, None, "no relation is known that holds it")
                .help(format!("add `{}:` with its `relation:` to the data book", table.name))
        })
    }
}

impl Relation {
    fn field(&self, table: &Table, field: &str) -> Result<&Held, Fault> {
        self.fields.get(field).ok_or_else(|| {
            Fault::new(&table.name, Some(field), "no column is known that holds it")
                .help(format!("name the column of `{field}` in the data book"))
        })
    }

    /// The columns that order rows or say which of them count, with the field where it is one.
    pub fn helpers(&mut self) -> Vec<(Option<&str>, &mut Held)> {
        match &mut self.keep {
            Keep::All | Keep::Different | Keep::First => Vec::new(),
            Keep::Latest(Order { field, held }) => vec![(Some(field), held)],
            Keep::Fold(Fold { order: Order { field, held }, columns, .. }) => {
                let only = columns.values_mut().flat_map(|(_, only)| only).map(|(held, _)| (None, held));
                std::iter::once((Some(field.as_str()), held)).chain(only).collect()
            }
        }
    }
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
            id: Some(vec![Held::plain("record_id", Form::Text)]),
            keep: Keep::All,
            fields: scan.table.fields.iter().map(held).collect(),
        }
    };
    scans.chain(joined).map(|scan| (scan.table.name.clone(), relation(scan))).collect()
}
