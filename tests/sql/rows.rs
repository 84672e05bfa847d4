//! The rows of a case as Parquet, column by column as the embedded engine types them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use meed::book::Book;
use meed::contract::{FieldType, Table};
use meed::engine::load::{self, Needs};
use meed::engine::{Batch, Column};
use meed::plan::Plan;
use parquet::arrow::ArrowWriter;

/// Writes every table that a plan reads into a folder.
pub fn write(plan: &Plan, book: &Book, folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let scans = plan.scans.iter().filter(|(name, _)| !plan.joins.contains_key(*name)).map(|(_, scan)| scan);
    // A table may be read for itself and for journeys, each with fields of its own.
    let mut tables: BTreeMap<&str, (&Table, BTreeSet<String>)> = BTreeMap::new();
    for scan in scans.chain(plan.joins.values().map(|join| &join.scan)) {
        let (_, fields) = tables.entry(&scan.table.name).or_insert_with(|| (&scan.table, BTreeSet::new()));
        fields.extend(scan.fields.iter().cloned());
    }
    for (of, fields) in tables.values() {
        let needs = Needs { fields: fields.clone(), ids: true, ..Needs::default() };
        let reader = load::open(book, of, &needs).unwrap();
        let batches: Vec<RecordBatch> = reader.map(|batch| typed(of, &batch.unwrap())).collect();
        table(of, fields, &batches, folder);
    }
}

/// A batch with its ids; the same columns whatever the rows are.
fn typed(table: &Table, batch: &Batch) -> RecordBatch {
    let ids: ArrayRef = Arc::new(batch.ids.as_ref().unwrap().plain().into_owned());
    let fields = batch.columns.iter().map(|(field, column)| (field.clone(), array(column)));
    RecordBatch::try_from_iter_with_nullable(
        fields.chain([("record_id".to_string(), ids)]).map(|(name, array)| (name, array, true)),
    )
    .unwrap_or_else(|error| panic!("`{}`: {error}", table.name))
}

fn array(column: &Column) -> ArrayRef {
    match column {
        Column::Text(values) => Arc::new(values.plain().into_owned()),
        Column::YesNo(values) => Arc::new(values.clone()),
        Column::Whole(values) | Column::Duration(values) => Arc::new(values.clone()),
        Column::Number(values) => {
            Arc::new(Decimal128Array::clone(values).with_precision_and_scale(38, 9).unwrap())
        }
        Column::Instant(values) => {
            let moments = TimestampMicrosecondArray::new(values.values().clone(), values.nulls().cloned());
            Arc::new(moments.with_timezone("UTC"))
        }
        Column::Date(values) => Arc::new(Date32Array::new(values.values().clone(), values.nulls().cloned())),
    }
}

/// No rows, of the types of a table.
fn nothing(table: &Table, fields: &BTreeSet<String>) -> RecordBatch {
    let none = |field: &String| -> ArrayRef {
        match table.fields.get(field).unwrap() {
            FieldType::Text => Arc::new(StringArray::from(Vec::<String>::new())),
            FieldType::YesNo => Arc::new(BooleanArray::from(Vec::<bool>::new())),
            FieldType::Whole | FieldType::Duration => Arc::new(Int64Array::from(Vec::<i64>::new())),
            FieldType::Number | FieldType::Money => {
                let none = Decimal128Array::from(Vec::<i128>::new());
                Arc::new(none.with_precision_and_scale(38, 9).unwrap())
            }
            FieldType::Timestamp => {
                Arc::new(TimestampMicrosecondArray::from(Vec::<i64>::new()).with_timezone("UTC"))
            }
            FieldType::Date => Arc::new(Date32Array::from(Vec::<i32>::new())),
        }
    };
    let ids: ArrayRef = Arc::new(StringArray::from(Vec::<String>::new()));
    let columns = fields.iter().map(|field| (field.clone(), none(field), true));
    RecordBatch::try_from_iter_with_nullable(columns.chain([("record_id".to_string(), ids, true)])).unwrap()
}

fn table(table: &Table, fields: &BTreeSet<String>, batches: &[RecordBatch], folder: &Path) {
    let empty = nothing(table, fields);
    let schema = batches.first().unwrap_or(&empty).schema();
    let file = File::create(folder.join(format!("{}_rows.parquet", table.name))).unwrap();
    let mut writer = ArrowWriter::try_new(file, schema, None).unwrap();
    for batch in batches {
        writer.write(batch).unwrap();
    }
    writer.close().unwrap();
}
