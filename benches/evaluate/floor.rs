//! What no evaluation can be faster than: the columns that the contract needs, decoded by two threads and let go.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::Array;
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};

use crate::columns::Table;

const THREADS: usize = 2;
/// What no measure asks for.
fn unused(table: Table) -> &'static [&'static str] {
    match table {
        Table::Interactions => &["vendor", "cause"],
        Table::Resolutions => &["customer_id"],
        Table::Purchases => &["amount"],
    }
}

/// A file that is read, with what its footer says.
struct Source {
    path: PathBuf,
    table: Table,
    metadata: ArrowReaderMetadata,
}

/// Decodes the folder's tables and returns how many values there were.
pub fn run(folder: &Path) -> usize {
    let sources: Vec<Source> = Table::ALL.into_iter().map(|table| open(folder, table)).collect();
    let tasks: Vec<(&Source, usize)> = sources
        .iter()
        .flat_map(|source| (0..source.metadata.metadata().num_row_groups()).map(move |group| (source, group)))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut values = 0;
        while let Some((source, group)) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
            values += decode(source, *group);
        }
        values
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    })
}

/// Texts are asked for as dictionaries, which is how they stand in the file.
fn open(folder: &Path, table: Table) -> Source {
    let path = folder.join(format!("{}.parquet", table.name()));
    let fields = table.fields().into_iter().map(|(name, kind, _)| {
        let kind = match kind {
            DataType::Utf8 => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            kind => kind,
        };
        Field::new(name, kind, true)
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let options = ArrowReaderOptions::new().with_schema(schema);
    Source { metadata: ArrowReaderMetadata::load(&File::open(&path).unwrap(), options).unwrap(), path, table }
}

fn decode(source: &Source, group: usize) -> usize {
    // Each thread opens the file anew: clones of one handle share its place in the file.
    let file = File::open(&source.path).unwrap();
    let unused = unused(source.table);
    let needed =
        source.table.fields().into_iter().map(|(name, ..)| name).filter(|name| !unused.contains(name));
    let mask = ProjectionMask::columns(source.metadata.parquet_schema(), needed);
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, source.metadata.clone())
        .with_projection(mask)
        .with_row_groups(vec![group])
        .with_batch_size(65_536)
        .build()
        .unwrap();
    let touched = |array: &Arc<dyn Array>| std::hint::black_box(array.len() - array.null_count());
    reader.map(|batch| batch.unwrap().columns().iter().map(touched).sum::<usize>()).sum()
}
