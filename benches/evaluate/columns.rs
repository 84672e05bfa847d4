//! The three tables as columns: their schemas, and the rows of a range.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal128Array, Int8Array, Int32Array, Int64Array, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;

use crate::rows::{Case, Contact, Purchase, World};

/// A table to be written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Interactions,
    Resolutions,
    Purchases,
}

impl Table {
    pub const ALL: [Self; 3] = [Self::Interactions, Self::Resolutions, Self::Purchases];

    pub fn name(self) -> &'static str {
        match self {
            Self::Interactions => "interactions",
            Self::Resolutions => "resolutions",
            Self::Purchases => "purchases",
        }
    }

    pub fn rows(self, world: &World) -> u64 {
        match self {
            Self::Interactions => world.contacts.rows,
            Self::Resolutions => world.cases.rows,
            Self::Purchases => world.purchases.rows,
        }
    }

    /// The rows of a month.
    pub fn month(self, world: &World, month: u32) -> Range<u64> {
        match self {
            Self::Interactions => world.contacts.month(month, |row| world.contact_time(row)),
            Self::Resolutions => world.cases.month(month, |row| world.case_time(row)),
            Self::Purchases => world.purchases.month(month, |row| world.purchase_time(row)),
        }
    }

    /// The columns, and whether a dictionary is worth while.
    pub fn fields(self) -> Vec<(&'static str, DataType, bool)> {
        use DataType::{Boolean, Decimal128, Int8, Int32, Int64, Utf8};
        let moment = || DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let text = |name| (name, Utf8, true);
        let unlike = |name, kind| (name, kind, false);
        match self {
            Self::Interactions => vec![
                unlike("interaction_id", Int64),
                unlike("customer_id", Int64),
                ("issue_id", Int32, true),
                unlike("case_id", Int64),
                text("channel"),
                text("site"),
                text("vendor"),
                text("business_unit"),
                text("cause"),
                unlike("started_at", moment()),
                unlike("answered_at", moment()),
                unlike("ended_at", moment()),
                unlike("abandoned", Boolean),
                unlike("resolved", Boolean),
                ("csat", Int8, true),
                ("nps", Int8, true),
                unlike("transferred", Boolean),
                ("handle_seconds", Int32, true),
            ],
            Self::Resolutions => vec![
                unlike("resolution_id", Int64),
                unlike("case_id", Int64),
                unlike("customer_id", Int64),
                text("channel"),
                text("site"),
                text("business_unit"),
                unlike("opened_at", moment()),
                unlike("resolved_at", moment()),
            ],
            Self::Purchases => vec![
                unlike("purchase_id", Int64),
                unlike("customer_id", Int64),
                unlike("purchased_at", moment()),
                unlike("amount", Decimal128(12, 2)),
            ],
        }
    }

    pub fn schema(self) -> Arc<Schema> {
        let fields = self.fields().into_iter().map(|(name, kind, _)| Field::new(name, kind, true));
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    pub fn batch(self, world: &World, rows: Range<u64>) -> RecordBatch {
        let columns = match self {
            Self::Interactions => contacts(&rows.map(|row| world.contact(row)).collect::<Vec<_>>()),
            Self::Resolutions => cases(&rows.map(|row| world.case(row)).collect::<Vec<_>>()),
            Self::Purchases => purchases(&rows.map(|row| world.purchase(row)).collect::<Vec<_>>()),
        };
        RecordBatch::try_new(self.schema(), columns).unwrap()
    }
}

fn contacts(rows: &[Contact]) -> Vec<ArrayRef> {
    vec![
        numbers(rows, |row| Some(row.id)),
        numbers(rows, |row| row.customer),
        Arc::new(rows.iter().map(|row| Some(row.topic)).collect::<Int32Array>()),
        numbers(rows, |row| Some(row.case)),
        Arc::new(rows.iter().map(|row| row.channel).collect::<StringArray>()),
        texts(rows, |row| site_name(row.site)),
        texts(rows, |row| row.vendor),
        texts(rows, |row| row.unit),
        texts(rows, |row| cause_name(row.cause)),
        moments(rows, |row| (!row.unreadable).then_some(row.started)),
        moments(rows, |row| row.answered),
        moments(rows, |row| Some(row.ended)),
        flags(rows, |row| row.abandoned),
        flags(rows, |row| row.resolved),
        Arc::new(rows.iter().map(|row| row.csat).collect::<Int8Array>()),
        Arc::new(rows.iter().map(|row| row.nps).collect::<Int8Array>()),
        flags(rows, |row| row.transferred),
        Arc::new(rows.iter().map(|row| Some(row.handled)).collect::<Int32Array>()),
    ]
}

fn cases(rows: &[Case]) -> Vec<ArrayRef> {
    vec![
        numbers(rows, |row| Some(row.id)),
        numbers(rows, |row| Some(row.case)),
        numbers(rows, |row| Some(row.customer)),
        texts(rows, |row| row.channel),
        texts(rows, |row| site_name(row.site)),
        texts(rows, |row| row.unit),
        moments(rows, |row| Some(row.opened)),
        moments(rows, |row| Some(row.resolved)),
    ]
}

fn purchases(rows: &[Purchase]) -> Vec<ArrayRef> {
    let amounts: Decimal128Array = rows.iter().map(|row| Some(row.amount)).collect();
    vec![
        numbers(rows, |row| Some(row.id)),
        numbers(rows, |row| Some(row.customer)),
        moments(rows, |row| Some(row.at)),
        Arc::new(amounts.with_precision_and_scale(12, 2).unwrap()),
    ]
}

pub fn site_name(site: u64) -> String {
    format!("SITE-{site:02}")
}

pub fn cause_name(cause: u64) -> String {
    format!("cause_{cause:02}")
}

fn numbers<T>(rows: &[T], value: impl Fn(&T) -> Option<i64>) -> ArrayRef {
    Arc::new(rows.iter().map(value).collect::<Int64Array>())
}

fn texts<T, S: AsRef<str>>(rows: &[T], value: impl Fn(&T) -> S) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(rows.iter().map(value)))
}

fn flags<T>(rows: &[T], value: impl Fn(&T) -> bool) -> ArrayRef {
    Arc::new(rows.iter().map(|row| Some(value(row))).collect::<BooleanArray>())
}

fn moments<T>(rows: &[T], second: impl Fn(&T) -> Option<i64>) -> ArrayRef {
    let micros = rows.iter().map(|row| second(row).map(|second| second * 1_000_000));
    Arc::new(micros.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
}
