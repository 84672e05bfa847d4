//! A Parquet file row group by row group: each can be decoded by itself.
//!
//! | texts of a column in a row group | read as |
//! |----------------------------------|---------|
//! | few different ones, in a small dictionary | codes and the list of texts |
//! | others | places in the page they stand in |

use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Encoding;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::statistics::Statistics;

use super::super::EngineError;
use super::files::{Listed, unreadable};
use super::grid::Rows;
use super::layout::FileLayout;

use super::pages::Pages;
use super::parse::Chunk;

/// A dictionary of at most so many bytes, packed, is a small one.
const SMALL: i64 = 8 << 10;
/// How many rows are decoded at a time.
const BATCH_ROWS: usize = 16_384;

/// How far a local time may be from UTC, and a change of the clocks may move it: more than that.
const LOCAL: i64 = 2 * DAY;
/// Microseconds in a day.
const DAY: i64 = 86_400_000_000;

/// From when to when the rows of a row group are dated, in microseconds UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ends {
    /// No row is dated before.
    pub first: i64,
    /// No row is dated after.
    pub last: i64,
    /// Some row is dated then or later, where the statistics are exact.
    pub reached: i64,
}

/// The footer of a Parquet file.
pub(super) struct RecordFile {
    footer: ArrowReaderMetadata,
    path: PathBuf,
    name: String,
}

impl RecordFile {
    /// Reads the footer of a file.
    pub fn open(file: &Listed) -> Result<Self, EngineError> {
        let handle = File::open(&file.path).map_err(|error| unreadable(&error, &file.name))?;
        let footer = ArrowReaderMetadata::load(&handle, ArrowReaderOptions::new())
            .map_err(|error| EngineError::new(format!("is not a Parquet file: {error}")).file(&file.name))?;
        Ok(Self { footer, path: file.path.clone(), name: file.name.clone() })
    }

    /// How many rows its footer says it has.
    pub fn rows(&self) -> Option<u64> {
        u64::try_from(self.footer.metadata().file_metadata().num_rows()).ok()
    }

    /// The names of its columns.
    pub fn headings(&self) -> Vec<String> {
        self.footer.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// How many rows a row group has; none behind the last.
    pub fn group_rows(&self, group: usize) -> Option<u64> {
        let group = self.footer.metadata().row_groups().get(group)?;
        u64::try_from(group.num_rows()).ok()
    }

    /// What a column holds.
    pub fn column_type(&self, column: usize) -> Option<&DataType> {
        self.footer.schema().fields().get(column).map(|field| field.data_type())
    }

    /// How many rows every row group has, and what its statistics say of a
    /// column of times; none where they do not say all of it.
    pub fn ends(&self, column: Option<usize>) -> Vec<(u64, Option<Ends>)> {
        let place = column.and_then(|column| Some((self.leaf(column)?, self.column_type(column)?)));
        let of = |group: &RowGroupMetaData| {
            let rows = u64::try_from(group.num_rows()).unwrap_or(0);
            let known = place.and_then(|(leaf, kind)| ends(group.columns().get(leaf)?.statistics()?, kind));
            (rows, known)
        };
        self.footer.metadata().row_groups().iter().map(of).collect()
    }

    /// Opens a row group.
    fn read(&self, group: usize, columns: &[usize]) -> Result<ParquetRecordBatchReader, EngineError> {
        let fault = |error| EngineError::new(format!("cannot be read: {error}")).file(&self.name);
        let handle = File::open(&self.path).map_err(|error| unreadable(&error, &self.name))?;
        let options = ArrowReaderOptions::new().with_schema(self.schema(group, columns));
        let footer = ArrowReaderMetadata::try_new(self.footer.metadata().clone(), options);
        let footer = footer.unwrap_or_else(|_| self.footer.clone());
        let mask = ProjectionMask::roots(footer.parquet_schema(), columns.iter().copied());
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(Pages::of(handle), footer)
            .with_projection(mask)
            .with_row_groups(vec![group])
            .with_batch_size(BATCH_ROWS);
        builder.build().map_err(fault)
    }

    /// The schema in which texts come in the form that costs least.
    fn schema(&self, group: usize, columns: &[usize]) -> SchemaRef {
        let schema = self.footer.schema();
        let wanted: BTreeSet<usize> = columns.iter().copied().collect();
        let form = |(at, field): (usize, &Arc<Field>)| {
            if !wanted.contains(&at) || !is_text(field.data_type()) {
                return field.clone();
            }
            let form = if self.has_small_dictionary(group, at) {
                DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8))
            } else {
                DataType::Utf8View
            };
            Arc::new(field.as_ref().clone().with_data_type(form))
        };
        let fields: Vec<Arc<Field>> = schema.fields().iter().enumerate().map(form).collect();
        Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
    }

    fn has_small_dictionary(&self, group: usize, column: usize) -> bool {
        let group = self.footer.metadata().row_groups().get(group);
        self.leaf(column).zip(group).and_then(|(leaf, group)| group.columns().get(leaf)).is_some_and(is_coded)
    }

    /// The place of a column among those that hold values.
    fn leaf(&self, column: usize) -> Option<usize> {
        let descriptor = self.footer.parquet_schema();
        (0..descriptor.num_columns()).find(|leaf| descriptor.get_column_root_idx(*leaf) == column)
    }
}

fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => matches!(**values, DataType::Utf8 | DataType::LargeUtf8),
        _ => false,
    }
}

/// Whether all texts of a column in a row group stand in a small dictionary.
fn is_coded(chunk: &ColumnChunkMetaData) -> bool {
    let small = |at| (0..=SMALL).contains(&(chunk.data_page_offset() - at));
    let coded = [Encoding::RLE_DICTIONARY, Encoding::PLAIN_DICTIONARY];
    let only = match chunk.page_encoding_stats_mask() {
        Some(pages) => coded.iter().any(|encoding| pages.is_only(*encoding)),
        None => coded.iter().any(|encoding| chunk.encodings_mask().is_set(*encoding)),
    };
    only && chunk.dictionary_page_offset().is_some_and(small)
}

/// What the statistics of a column of times say; none unless every row has a value.
/// That they hold for every row is enough: few files say whether they are exact.
fn ends(told: &Statistics, kind: &DataType) -> Option<Ends> {
    if told.is_min_max_deprecated() || told.null_count_opt() != Some(0) {
        return None;
    }
    let (low, high): (i64, i64) = match told {
        Statistics::Int64(values) => (*values.min_opt()?, *values.max_opt()?),
        Statistics::Int32(values) => ((*values.min_opt()?).into(), (*values.max_opt()?).into()),
        _ => return None,
    };
    let (first, last, local) = match kind {
        DataType::Timestamp(unit, zone) => (micros(low, *unit)?, micros(high, *unit)?, zone.is_none()),
        DataType::Date32 => (low.checked_mul(DAY)?, high.checked_mul(DAY)?, true),
        _ => return None,
    };
    let slack = if local { LOCAL } else { 0 };
    Some(Ends {
        first: first.saturating_sub(slack),
        // Nanoseconds are cut to the microsecond before.
        last: last
            .saturating_add(slack + i64::from(matches!(kind, DataType::Timestamp(TimeUnit::Nanosecond, _)))),
        reached: last.saturating_sub(slack),
    })
}

/// A count of a unit in microseconds.
fn micros(count: i64, unit: TimeUnit) -> Option<i64> {
    match unit {
        TimeUnit::Second => count.checked_mul(1_000_000),
        TimeUnit::Millisecond => count.checked_mul(1000),
        TimeUnit::Microsecond => Some(count),
        TimeUnit::Nanosecond => Some(count.div_euclid(1000)),
    }
}

/// A row group that waits to be decoded.
pub(super) struct Group {
    /// The file.
    pub file: Arc<RecordFile>,
    /// Where the fields stand.
    pub layout: Arc<FileLayout>,
    /// The columns that are read.
    pub columns: Arc<[usize]>,
    /// Which one.
    pub number: usize,
    /// The number of its first row in the file, counted from 1.
    pub first: u64,
}

impl Group {
    /// Opens it.
    pub fn open(self) -> Result<GroupChunks, EngineError> {
        let reader = self.file.read(self.number, &self.columns)?;
        Ok(GroupChunks { next: self.first, group: self, reader })
    }
}

/// The rows of a row group, chunk by chunk.
pub(super) struct GroupChunks {
    group: Group,
    reader: ParquetRecordBatchReader,
    next: u64,
}

impl Iterator for GroupChunks {
    type Item = Result<Chunk, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        let fault = |error| EngineError::new(format!("cannot be read: {error}")).file(&self.group.file.name);
        let batch = match self.reader.next()?.map_err(fault) {
            Ok(batch) => batch,
            Err(error) => return Some(Err(error)),
        };
        let first = self.next;
        self.next += u64::try_from(batch.num_rows()).unwrap_or(0);
        let rows = Rows::Records(batch, first, self.group.columns.to_vec());
        Some(Ok(Chunk { layout: self.group.layout.clone(), rows }))
    }
}
