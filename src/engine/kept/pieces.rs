//! Rows that are kept, as Parquet files: what the contract calls their fields, their ids, and the answers
//! that are settled.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, PrimitiveArray, RecordBatch, RecordBatchReader,
    UInt64Array, new_null_array,
};
use arrow::compute::{BatchCoalescer, filter};
use arrow::datatypes::{
    DataType, Decimal128Type, Field, Int32Type, Int64Type, Schema, UInt32Type, UInt64Type,
};
use arrow::error::ArrowError;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::super::batch::{Batch, Column, Earlier, Standing};
use super::super::error::EngineError;
use super::super::texts::Texts;
use super::super::truth::Pair;
use super::asked::Asked;
use crate::contract::{FieldType, Table};

/// Rows of a batch, as when files are read.
const ROWS: usize = 16_384;
/// Rows of a group: what one thread reads at a time.
const GROUP: usize = 1 << 17;
/// What a column of ids is called; no field is.
const ID: &str = " id";

/// A file of kept rows that cannot be written or read.
pub(super) fn fault(error: &dyn std::fmt::Display) -> EngineError {
    EngineError::new(format!("rows that are kept for later runs cannot be written or read: {error}"))
}

/// Some rows of a batch, or some of their fields, with the answers that are settled, by question.
pub(super) fn rows_of(
    batch: &Batch,
    chosen: &BooleanArray,
    answers: &BTreeMap<usize, Pair>,
    fields: Option<&[String]>,
) -> Result<RecordBatch, EngineError> {
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for (field, column) in &batch.columns {
        if fields.is_some_and(|fields| !fields.contains(field)) {
            continue;
        }
        columns.push((field.clone(), array(column)?));
    }
    if let Some(ids) = &batch.ids {
        columns.push((ID.to_string(), texts(ids)?));
    }
    for (question, pair) in answers {
        for (word, bits) in [("yes", &pair.yes), ("no", &pair.no)] {
            columns.push((format!(" {word} {question}"), Arc::new(BooleanArray::new(bits.clone(), None))));
        }
    }
    let field = |(name, array): &(String, ArrayRef)| Field::new(name, array.data_type().clone(), true);
    let schema = Schema::new(columns.iter().map(field).collect::<Vec<_>>());
    let some = columns.iter().map(|(_, array)| filter(array, chosen));
    let some: Vec<ArrayRef> = some.collect::<Result<_, ArrowError>>().map_err(|error| fault(&error))?;
    RecordBatch::try_new(Arc::new(schema), some).map_err(|error| fault(&error))
}

fn array(column: &Column) -> Result<ArrayRef, EngineError> {
    match column {
        Column::Text(values) => texts(values),
        other => Ok(other.array()),
    }
}

fn texts(texts: &Texts) -> Result<ArrayRef, EngineError> {
    Ok(match texts {
        Texts::Coded(codes, list) => {
            let coded = DictionaryArray::<UInt32Type>::try_new(codes.clone(), Arc::new(list.clone()));
            Arc::new(coded.map_err(|error| fault(&error))?)
        }
        Texts::Digits(numbers) => Arc::new(numbers.clone()),
        other => Arc::new(other.plain().into_owned()),
    })
}

/// A file of rows while it is written.
pub(super) struct PieceWriter {
    writer: ArrowWriter<File>,
    pub(super) schema: Arc<Schema>,
    pub(super) rows: usize,
}

impl PieceWriter {
    pub(super) fn new(path: &Path, schema: Arc<Schema>) -> Result<Self, EngineError> {
        let mut properties = WriterProperties::builder()
            .set_created_by("meed".to_string())
            .set_compression(Compression::UNCOMPRESSED)
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_max_row_group_row_count(Some(GROUP));
        for field in schema.fields() {
            let column = vec![field.name().clone()].into();
            properties = match field.data_type() {
                DataType::Dictionary(..) => properties.set_column_dictionary_enabled(column, true),
                // Dates and ids mostly rise, so that little is left of them.
                DataType::Int32 | DataType::Int64 => {
                    properties.set_column_encoding(column, Encoding::DELTA_BINARY_PACKED)
                }
                _ => properties,
            };
        }
        let file = File::create(path).map_err(|error| fault(&error))?;
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties.build()));
        Ok(Self { writer: writer.map_err(|error| fault(&error))?, schema, rows: 0 })
    }

    pub(super) fn write(&mut self, rows: &RecordBatch) -> Result<(), EngineError> {
        self.rows += rows.num_rows();
        self.writer.write(rows).map_err(|error| fault(&error))
    }

    pub(super) fn close(self) -> Result<(), EngineError> {
        let file = self.writer.into_inner().map_err(|error| fault(&error))?;
        file.sync_all().map_err(|error| fault(&error))
    }
}

/// How many groups of rows a file has.
pub(super) fn groups(path: &Path) -> Result<usize, EngineError> {
    Ok(builder(path)?.metadata().num_row_groups())
}

fn builder(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, EngineError> {
    let file = File::open(path).map_err(|error| fault(&error))?;
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| fault(&error))
}

/// The batches of one group of rows.
pub(super) struct PieceReader<'a> {
    reader: ParquetRecordBatchReader,
    table: Table,
    fields: Vec<String>,
    standing: Standing,
    /// Which of the rows are wanted, and those met that wait until they make a batch; none when all are.
    some: Option<(Arc<Asked<'a>>, BatchCoalescer)>,
}

impl<'a> PieceReader<'a> {
    pub(super) fn open(
        path: &Path,
        group: usize,
        (table, fields): (&Table, Vec<String>),
        standing: Standing,
        asked: Option<Arc<Asked<'a>>>,
    ) -> Result<Self, EngineError> {
        let reader = builder(path)?.with_batch_size(ROWS).with_row_groups(vec![group]).build();
        let reader = reader.map_err(|error| fault(&error))?;
        let some = asked.map(|asked| (asked, BatchCoalescer::new(reader.schema(), ROWS)));
        Ok(Self { reader, table: table.clone(), fields, standing, some })
    }

    fn advance(&mut self) -> Result<Option<Batch>, EngineError> {
        loop {
            let rows = self.reader.next().transpose().map_err(|error| fault(&error))?;
            let done = rows.is_none();
            let whole = match (rows, self.some.take()) {
                (rows, None) => rows,
                (rows, Some((asked, mut waiting))) => {
                    self.sift(rows, &asked, &mut waiting)?;
                    let whole = waiting.next_completed_batch();
                    self.some = Some((asked, waiting));
                    whole
                }
            };
            if done || whole.is_some() {
                return whole.map(|rows| self.batch(&rows)).transpose();
            }
        }
    }

    /// Adds the rows that are wanted to those that wait; after the last these are a batch.
    fn sift(
        &self,
        rows: Option<RecordBatch>,
        asked: &Asked<'_>,
        waiting: &mut BatchCoalescer,
    ) -> Result<(), EngineError> {
        let Some(rows) = rows else { return waiting.finish_buffered_batch().map_err(|error| fault(&error)) };
        let wanted = asked.rows(&Batch { ids: None, ..self.batch(&rows)? })?;
        waiting.push_batch_with_filter(rows, &wanted).map_err(|error| fault(&error))
    }

    fn batch(&self, rows: &RecordBatch) -> Result<Batch, EngineError> {
        let mut columns = BTreeMap::new();
        for field in &self.fields {
            let kind = self.table.fields.get(field).ok_or_else(|| fault(&format!("no field `{field}`")))?;
            let array = rows.column_by_name(field).cloned();
            columns.insert(field.clone(), column(*kind, array, rows.num_rows())?);
        }
        let ids = rows.column_by_name(ID).map(texts_of).transpose()?;
        let mut answers: BTreeMap<usize, Pair> = BTreeMap::new();
        for (field, array) in rows.schema_ref().fields().iter().zip(rows.columns()) {
            let Some(question) = field.name().strip_prefix(" yes ").and_then(|at| at.parse().ok()) else {
                continue;
            };
            let no = rows.column_by_name(&format!(" no {question}"));
            let bits = |array: &ArrayRef| array.as_boolean_opt().map(|bits| bits.values().clone());
            if let Some((yes, no)) = bits(array).zip(no.and_then(bits)) {
                answers.insert(question, Pair { yes, no });
            }
        }
        let count = rows.num_rows();
        Ok(Batch {
            rows: count,
            columns,
            ids,
            files: vec![0; count],
            lines: vec![0; count],
            ends: None,
            earlier: Some(Earlier { standing: self.standing, answers }),
        })
    }
}

impl Iterator for PieceReader<'_> {
    type Item = Result<Batch, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}

/// Writes hashes of keys.
pub(super) fn write_hashes(path: &Path, hashes: &[Vec<u128>]) -> Result<(), EngineError> {
    let half = |word: &u128, shift: u32| u64::try_from(word >> shift & u128::from(u64::MAX)).unwrap_or(0);
    let rows = |some: &[u128]| {
        let column = |shift| -> ArrayRef {
            Arc::new(some.iter().map(|hash| half(hash, shift)).collect::<UInt64Array>())
        };
        RecordBatch::try_from_iter([("high", column(64)), ("low", column(0))]).map_err(|error| fault(&error))
    };
    let mut file = PieceWriter::new(path, rows(&[])?.schema())?;
    for some in hashes.iter().flat_map(|part| part.chunks(ROWS)) {
        file.write(&rows(some)?)?;
    }
    file.close()
}

/// Reads them.
pub(super) fn read_hashes(path: &Path) -> Result<Vec<u128>, EngineError> {
    let mut all = Vec::new();
    for rows in builder(path)?.with_batch_size(ROWS).build().map_err(|error| fault(&error))? {
        let rows = rows.map_err(|error| fault(&error))?;
        let halves = rows.columns().iter().map(|half| {
            half.as_primitive_opt::<UInt64Type>().map(PrimitiveArray::values).ok_or_else(|| other(half))
        });
        let halves = halves.collect::<Result<Vec<_>, _>>()?;
        if let [high, low] = halves.as_slice() {
            let joined = high.iter().zip(low.iter());
            all.extend(joined.map(|(high, low)| u128::from(*high) << 64 | u128::from(*low)));
        }
    }
    Ok(all)
}

fn other(array: &ArrayRef) -> EngineError {
    fault(&format!("{} is not what was written", array.data_type()))
}

/// A column as a field of this type has it; missing throughout where it was not kept.
fn column(kind: FieldType, array: Option<ArrayRef>, rows: usize) -> Result<Column, EngineError> {
    let array = array.unwrap_or_else(|| new_null_array(&type_of(kind), rows));
    let whole = || array.as_primitive_opt::<Int64Type>().cloned().ok_or_else(|| other(&array));
    Ok(match kind {
        FieldType::Text => Column::Text(texts_of(&array)?),
        FieldType::YesNo => Column::YesNo(array.as_boolean_opt().cloned().ok_or_else(|| other(&array))?),
        FieldType::Whole => Column::Whole(whole()?),
        FieldType::Duration => Column::Duration(whole()?),
        FieldType::Timestamp => Column::Instant(whole()?),
        FieldType::Number | FieldType::Money => {
            let values = array.as_primitive_opt::<Decimal128Type>();
            Column::Number(values.cloned().ok_or_else(|| other(&array))?)
        }
        FieldType::Date => {
            let days = array.as_primitive_opt::<Int32Type>();
            Column::Date(days.cloned().ok_or_else(|| other(&array))?)
        }
    })
}

fn type_of(kind: FieldType) -> DataType {
    match kind {
        FieldType::Text => DataType::Utf8,
        FieldType::YesNo => DataType::Boolean,
        FieldType::Whole | FieldType::Duration | FieldType::Timestamp => DataType::Int64,
        FieldType::Number | FieldType::Money => DataType::Decimal128(38, super::super::NUMBER_SCALE),
        FieldType::Date => DataType::Int32,
    }
}

fn texts_of(array: &ArrayRef) -> Result<Texts, EngineError> {
    if let Some(coded) = array.as_dictionary_opt::<UInt32Type>() {
        let list = coded.values().as_string_opt::<i32>().ok_or_else(|| other(array))?;
        return Ok(Texts::Coded(coded.keys().clone(), list.clone()));
    }
    if let Some(numbers) = array.as_primitive_opt::<Int64Type>() {
        return Ok(Texts::Digits(numbers.clone()));
    }
    array.as_string_opt::<i32>().cloned().map(Texts::Plain).ok_or_else(|| other(array))
}
