//! A folder with the three tables, the contract and the data book.

use std::fs::{self, File};
use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowWriterOptions, compute_leaves};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::clock::{last_day, month_label};
use crate::columns::Table;
use crate::csv;
use crate::rows::{Skew, World};

/// The rows of a row group, and of what a thread makes at a time.
const GROUP: u64 = 250_000;
/// How long purchases go on after the contacts, in months.
const LATER: u32 = 18;
/// Changes whenever the same arguments come to other bytes.
const VERSION: u32 = 1;

#[derive(clap::Args, Clone, Debug)]
pub struct Args {
    /// How many contacts; cases are 0.4 as many, purchases 0.25
    #[arg(long, default_value_t = 1_000_000)]
    pub rows: u64,
    /// Where to; otherwise a folder of the build directory that is named after what is asked for
    #[arg(long)]
    pub folder: Option<PathBuf>,
    /// How the contacts are written
    #[arg(long, value_enum, default_value_t = Format::Parquet)]
    pub format: Format,
    /// What is unlike everyday data
    #[arg(long, value_enum)]
    pub skew: Option<Skew>,
    /// Spoils one contact in a hundred, as exports do
    #[arg(long)]
    pub dirt: bool,
    /// One file a month for each table
    #[arg(long)]
    pub months_files: bool,
    /// How many months
    #[arg(long, default_value_t = 24)]
    pub months: u32,
    /// How many threads; otherwise one for each core
    #[arg(long, default_value_t = 0)]
    pub threads: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Format {
    Parquet,
    Csv,
}

impl Args {
    /// `20000000-csv`
    pub fn name(&self) -> String {
        let mut name = self.rows.to_string();
        let mut add = |part: String| name = format!("{name}-{part}");
        match self.skew {
            Some(Skew::Customer) => add("customer".to_string()),
            Some(Skew::Second) => add("second".to_string()),
            None => {}
        }
        if self.dirt {
            add("dirt".to_string());
        }
        if self.format == Format::Csv {
            add("csv".to_string());
        }
        if self.months_files {
            add(format!("{}-files", self.months));
        } else if self.months != 24 {
            add(format!("{}-months", self.months));
        }
        name
    }

    fn world(&self) -> World {
        let later = if self.months_files { 0 } else { LATER };
        World::new(self.rows, self.months, later, self.skew, self.dirt)
    }
}

/// Writes the folder, unless it has been written before.
pub fn run(args: &Args, folder: &Path) {
    let asked = format!("version {VERSION}, {}\n", args.name());
    let mark = folder.join("complete");
    if fs::read_to_string(&mark).is_ok_and(|found| found == asked) {
        return;
    }
    fs::create_dir_all(folder).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build().unwrap();
    pool.install(|| Table::ALL.into_iter().for_each(|table| write_table(args, folder, table)));
    fs::write(folder.join("terms.contract"), contract(args.months)).unwrap();
    fs::write(folder.join("data.yaml"), book(args)).unwrap();
    fs::write(mark, asked).unwrap();
}

fn write_table(args: &Args, folder: &Path, table: Table) {
    let world = args.world();
    let name = table.name();
    if args.months_files {
        for month in 0..args.months {
            let path = folder.join(format!("{name}-{}.parquet", month_label(month)));
            write_parquet(&path, table, &world, table.month(&world, month));
        }
    } else if args.format == Format::Csv && table == Table::Interactions {
        write_csv(&folder.join("interactions.csv"), &world);
    } else {
        write_parquet(&folder.join(format!("{name}.parquet")), table, &world, 0..table.rows(&world));
    }
}

/// The contract, with a term of so many months.
fn contract(months: u32) -> String {
    include_str!("../terms.contract").replace("2025-12-31", &last_day(months - 1))
}

/// The data book for the files as they are named.
fn book(args: &Args) -> String {
    let mut book = include_str!("../data.yaml").to_string();
    if args.months_files {
        book = book.replace(".parquet", "-*.parquet").replace("complete_to: 2027-07-01 00:00:00\n", "");
    }
    if args.format == Format::Csv {
        book = book.replace("interactions.parquet", "interactions.csv");
    }
    if args.dirt {
        let allowed = format!("duplicates: keep first\n    rejects: {}", args.rows / 50);
        book = book.replacen("rejects: 0", &allowed, 1);
    }
    book
}

/// Ranges of rows that all threads work on at a time, so that memory stays bounded.
fn waves(rows: Range<u64>) -> Vec<Vec<Range<u64>>> {
    let groups: Vec<Range<u64>> =
        rows.clone().step_by(GROUP as usize).map(|from| from..(from + GROUP).min(rows.end)).collect();
    groups.chunks(2 * rayon::current_num_threads()).map(<[_]>::to_vec).collect()
}

fn write_csv(path: &Path, world: &World) {
    let mut file = File::create(path).unwrap();
    file.write_all(csv::heading().as_bytes()).unwrap();
    for wave in waves(0..world.contacts.rows) {
        let texts: Vec<Vec<u8>> = wave.par_iter().map(|rows| csv::lines(world, rows.clone())).collect();
        for text in texts {
            file.write_all(&text).unwrap();
        }
    }
}

/// Row groups are encoded side by side, and put into the file in their order.
fn write_parquet(path: &Path, table: Table, world: &World, rows: Range<u64>) {
    let file = File::create(path).unwrap();
    // Without the Arrow schema the file is what any other program would write.
    let options = ArrowWriterOptions::new().with_properties(properties(table)).with_skip_arrow_metadata(true);
    let writer = ArrowWriter::try_new_with_options(file, table.schema(), options).unwrap();
    let (mut writer, factory) = writer.into_serialized_writer().unwrap();
    let mut number = 0;
    for wave in waves(rows) {
        let numbered: Vec<(usize, Range<u64>)> = (number..).zip(wave).collect();
        number += numbered.len();
        let encoded: Vec<Vec<ArrowColumnChunk>> = numbered
            .par_iter()
            .map(|(number, rows)| {
                let batch = table.batch(world, rows.clone());
                let mut columns = factory.create_column_writers(*number).unwrap();
                for ((column, field), array) in
                    columns.iter_mut().zip(batch.schema_ref().fields()).zip(batch.columns())
                {
                    compute_leaves(field, array).unwrap().iter().for_each(|leaf| column.write(leaf).unwrap());
                }
                columns.into_iter().map(|column| column.close().unwrap()).collect()
            })
            .collect();
        for columns in encoded {
            let mut group = writer.next_row_group().unwrap();
            columns.into_iter().for_each(|column| column.append_to_row_group(&mut group).unwrap());
            group.close().unwrap();
        }
    }
    writer.close().unwrap();
}

fn properties(table: Table) -> WriterProperties {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).unwrap()))
        .set_max_row_group_row_count(Some(GROUP as usize));
    for (name, _, dictionary) in table.fields() {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(name), dictionary);
    }
    properties.build()
}
