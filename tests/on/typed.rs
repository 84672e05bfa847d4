//! The records of a case as typed columns, as the embedded engine read them.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Int64Array, TimestampMicrosecondArray,
    new_empty_array,
};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use meed::book::Book;
use meed::contract::{FieldType, Table};
use meed::engine::load::{self, Needs};
use meed::engine::{Column, EngineError};

/// The column that has the id of each record.
pub const ID: &str = "record_id";

/// All records of a table, with every field that the book maps; one batch at least.
pub fn rows(book: &Book, table: &Table) -> Result<Vec<RecordBatch>, EngineError> {
    let written = &book.tables[&table.name];
    let fields: Vec<(String, FieldType)> = table
        .fields
        .iter()
        .filter(|(field, _)| written.has(field))
        .map(|(field, kind)| (field.clone(), *kind))
        .collect();
    let needs = Needs {
        fields: fields.iter().map(|(field, _)| field.clone()).collect(),
        ids: true,
        ..Needs::default()
    };
    let typed = fields.iter().map(|(field, kind)| Field::new(field, stored(*kind), true));
    let typed = typed.chain([Field::new(ID, DataType::Utf8, true)]);
    let schema = Arc::new(Schema::new(typed.collect::<Vec<_>>()));
    let mut batches = Vec::new();
    for batch in load::open(book, table, &needs)? {
        let batch = batch?;
        let ids: ArrayRef = Arc::new(batch.ids.as_ref().expect("ids were asked for").plain().into_owned());
        let columns = fields.iter().map(|(field, _)| array(&batch.columns[field])).chain([ids]).collect();
        batches.push(RecordBatch::try_new(Arc::clone(&schema), columns).unwrap());
    }
    if batches.is_empty() {
        let none = schema.fields().iter().map(|field| new_empty_array(field.data_type())).collect();
        batches.push(RecordBatch::try_new(schema, none).unwrap());
    }
    Ok(batches)
}

fn stored(kind: FieldType) -> DataType {
    match kind {
        FieldType::Text => DataType::Utf8,
        FieldType::YesNo => DataType::Boolean,
        FieldType::Whole | FieldType::Duration => DataType::Int64,
        FieldType::Number | FieldType::Money => DataType::Decimal128(38, 9),
        FieldType::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into())),
        FieldType::Date => DataType::Date32,
    }
}

fn array(column: &Column) -> ArrayRef {
    match column {
        Column::Text(texts) => Arc::new(texts.plain().into_owned()),
        Column::YesNo(values) => Arc::new(BooleanArray::clone(values)),
        Column::Number(values) => {
            Arc::new(Decimal128Array::clone(values).with_precision_and_scale(38, 9).unwrap())
        }
        Column::Whole(values) | Column::Duration(values) => Arc::new(Int64Array::clone(values)),
        Column::Date(values) => Arc::new(Date32Array::new(values.values().clone(), values.nulls().cloned())),
        Column::Instant(values) => Arc::new(
            TimestampMicrosecondArray::new(values.values().clone(), values.nulls().cloned())
                .with_timezone("+00:00"),
        ),
    }
}
