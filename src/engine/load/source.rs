//! The rows of all files of a table, chunk by chunk, in the order of the files' names.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

use super::super::EngineError;
use super::estimate::{self, Extent};
use super::files::{self, Listed, Meter};
use super::grid::{self, Rows};
use super::layout::{self, FileLayout, Slot};
use super::lines::{CHUNK_ROWS, Cells, LineReader, Lines, Split};
use super::parse::Chunk;
use super::recipe::Recipe;
use super::records::Records;
use super::sheets::{self, SheetRows};
use crate::book::{Encoding, Format, Header, Layout, Place};
use crate::measured::FileTotals;

/// All files of a table.
pub(super) struct Source {
    table: String,
    book: Layout,
    /// Whether every cell is needed, because ids are made from content.
    all: bool,
    waiting: std::vec::IntoIter<(u32, Listed)>,
    open: Option<Open>,
    /// What is known of the rows of every file, in the same order.
    extents: Vec<Extent>,
    /// The accounts of the files read so far.
    pub files: Vec<FileTotals>,
}

/// The file that is being read.
struct Open {
    layout: Arc<FileLayout>,
    meter: Meter,
    rows: u64,
    reader: FileReader,
}

enum FileReader {
    Text(LineReader, Split, Encoding, Option<Lines>),
    Records(ParquetRecordBatchReader, Vec<usize>),
    Sheet(std::vec::IntoIter<(u64, Vec<calamine::Data>)>),
}

impl Source {
    /// All files of a table, none opened yet.
    pub fn new(table: &str, book: &Layout, files: Vec<Listed>, all: bool) -> Self {
        let extents = files.iter().map(|file| extent(book.format, file)).collect();
        let waiting: Vec<(u32, Listed)> = (0..).zip(files).collect();
        Self {
            table: table.to_string(),
            book: book.clone(),
            all,
            waiting: waiting.into_iter(),
            open: None,
            extents,
            files: Vec::new(),
        }
    }

    /// How many rows the files have together, as far as that can be told by now.
    pub fn expected(&self) -> Option<u64> {
        estimate::rows(&self.extents)
    }

    /// Notes how far the open file was read.
    fn note(&mut self) {
        let (Some(open), at) = (&self.open, self.files.len()) else { return };
        if let Some(Extent::Partly { rows, read, .. }) = self.extents.get_mut(at) {
            (*rows, *read) = (open.rows + open.reader.waiting(), open.meter.bytes());
        }
    }

    /// Up to so many chunks; none at the end of the last file.
    pub fn chunks(&mut self, most: usize, recipes: &[Recipe]) -> Result<Vec<Chunk>, EngineError> {
        let mut chunks = Vec::new();
        while chunks.len() < most {
            match self.chunk(recipes)? {
                Some(chunk) => chunks.push(chunk),
                None => break,
            }
        }
        Ok(chunks)
    }

    fn chunk(&mut self, recipes: &[Recipe]) -> Result<Option<Chunk>, EngineError> {
        loop {
            if self.open.is_none() {
                let Some((index, file)) = self.waiting.next() else { return Ok(None) };
                self.open = Some(self.open_file(index, &file, recipes)?);
            }
            let Some(open) = &mut self.open else { return Ok(None) };
            if let Some((rows, count)) = open.next()? {
                open.rows += count;
                let chunk = Chunk { layout: open.layout.clone(), rows };
                self.note();
                return Ok(Some(chunk));
            }
            let totals = open.meter.totals(&open.layout.name, open.rows);
            if let Some(extent) = self.extents.get_mut(self.files.len()) {
                *extent = match extent {
                    Extent::Rows(_) => Extent::Rows(totals.rows),
                    Extent::Partly { .. } => {
                        Extent::Partly { rows: totals.rows, read: totals.bytes, bytes: totals.bytes }
                    }
                };
            }
            self.files.push(totals);
            self.open = None;
        }
    }

    fn open_file(&self, index: u32, file: &Listed, recipes: &[Recipe]) -> Result<Open, EngineError> {
        match format_of(self.book.format, file)? {
            Format::Csv => self.text(index, file, recipes, b','),
            Format::Tsv => self.text(index, file, recipes, b'\t'),
            Format::Columns => self.text(index, file, recipes, b' '),
            Format::Jsonl => self.json(index, file, recipes),
            Format::Parquet => self.records(index, file, recipes),
            Format::Xlsx => self.sheet(index, file, recipes),
        }
    }

    /// The layout of a file whose headings are known.
    fn layout(
        &self,
        index: u32,
        file: &Listed,
        recipes: &[Recipe],
        headings: Option<&[String]>,
        width: Option<usize>,
    ) -> Result<Arc<FileLayout>, EngineError> {
        let slots = layout::slots(recipes, &file.entry.set, headings, &file.name, self.book.header)?;
        if let Some((number, width)) =
            slots.iter().filter_map(column_number).max().zip(width).filter(|(n, w)| n > w)
        {
            return Err(EngineError::new(format!("there is no column {number}; the file has {width}"))
                .file(&file.name));
        }
        Ok(Arc::new(FileLayout { table: self.table.clone(), name: file.name.clone(), index, slots, width }))
    }

    fn text(&self, index: u32, file: &Listed, recipes: &[Recipe], usual: u8) -> Result<Open, EngineError> {
        let delimiter = self.book.delimiter.unwrap_or(usual);
        let columns = format_of(self.book.format, file)? == Format::Columns;
        let split = if columns {
            Split::Spaces
        } else {
            Split::Delimited { delimiter, quotes: !self.book.literal_quotes }
        };
        let opened = files::open(&file.path, &file.name)?;
        let (mut reader, meter) = LineReader::new(opened, split, self.book.encoding, file)?;
        let mut first = Lines::default();
        let (headings, width) = match self.book.header {
            Header::None => {
                reader.row(&mut first)?;
                (None, first.iter().next().map(|row| self.cells(row, split).len()))
            }
            Header::Line { line, skip } => {
                let headings = self.headings(&mut reader, split, file, line)?;
                reader.skip(skip)?;
                let width = headings.len();
                (Some(headings), Some(width))
            }
        };
        let layout = self.layout(index, file, recipes, headings.as_deref(), width)?;
        let first = (first.rows() > 0).then_some(first);
        Ok(Open {
            layout,
            meter,
            rows: 0,
            reader: FileReader::Text(reader, split, self.book.encoding, first),
        })
    }

    fn headings(
        &self,
        reader: &mut LineReader,
        split: Split,
        file: &Listed,
        line: u64,
    ) -> Result<Vec<String>, EngineError> {
        reader.skip(line - 1)?;
        let mut row = Lines::default();
        if !reader.row(&mut row)? {
            return Err(EngineError::new("the file is empty; it has no headings")
                .file(&file.name)
                .help("`header: no` reads a file without headings; columns are then named by position"));
        }
        Ok(row.iter().next().map(|row| self.cells(row, split)).unwrap_or_default())
    }

    /// The texts of a row, trimmed.
    fn cells(&self, row: &[u8], split: Split) -> Vec<String> {
        let mut cells = Cells::default();
        if grid::cut(&mut cells, row, split).is_err() {
            return Vec::new();
        }
        let text = |index| {
            let raw = cells.get(row, index).unwrap_or_default();
            let decoded = grid::decode(raw, self.book.encoding).map(std::borrow::Cow::into_owned);
            decoded.unwrap_or_else(|| String::from_utf8_lossy(raw).into_owned()).trim().to_string()
        };
        (0..cells.spans.len()).map(text).collect()
    }

    fn json(&self, index: u32, file: &Listed, recipes: &[Recipe]) -> Result<Open, EngineError> {
        let opened = files::open(&file.path, &file.name)?;
        let (reader, meter) = LineReader::new(opened, Split::Json, self.book.encoding, file)?;
        let slots =
            recipes.iter().map(|recipe| named(recipe, &file.entry.set, file)).collect::<Result<_, _>>()?;
        let layout =
            FileLayout { table: self.table.clone(), name: file.name.clone(), index, slots, width: None };
        let reader = FileReader::Text(reader, Split::Json, self.book.encoding, None);
        Ok(Open { layout: Arc::new(layout), meter, rows: 0, reader })
    }

    fn records(&self, index: u32, file: &Listed, recipes: &[Recipe]) -> Result<Open, EngineError> {
        let meter = files::meter(&file.path, &file.name)?;
        let records = Records::open(file)?;
        let headings = records.headings();
        let layout = self.layout(index, file, recipes, Some(&headings), Some(headings.len()))?;
        let wanted = |at: &usize| {
            self.all || layout.slots.iter().any(|slot| matches!(slot, Slot::Column(own, _) if own == at))
        };
        let columns: Vec<usize> = (0..headings.len()).filter(wanted).collect();
        let reader = FileReader::Records(records.read(&columns, &file.name)?, columns);
        Ok(Open { layout, meter, rows: 0, reader })
    }

    fn sheet(&self, index: u32, file: &Listed, recipes: &[Recipe]) -> Result<Open, EngineError> {
        let (mut rows, meter) = sheets::read(file, self.book.sheet.as_deref())?;
        let width = rows.first().map(|(_, row)| row.len());
        let headings = match self.book.header {
            Header::None => None,
            Header::Line { line, skip } => Some(sheet_headings(&mut rows, line, skip, file)?),
        };
        let layout = self.layout(index, file, recipes, headings.as_deref(), width)?;
        Ok(Open { layout, meter, rows: 0, reader: FileReader::Sheet(rows.into_iter()) })
    }
}

fn column_number(slot: &Slot) -> Option<usize> {
    match slot {
        Slot::Column(index, _) => Some(index + 1),
        Slot::Names(_) | Slot::Value(_) | Slot::Absent => None,
    }
}

/// Where a field stands in a JSON object.
fn named(recipe: &Recipe, set: &BTreeMap<String, String>, file: &Listed) -> Result<Slot, EngineError> {
    if let Some(value) = set.get(&recipe.field) {
        return Ok(Slot::Value(value.clone()));
    }
    match &recipe.column().place {
        Place::Value(value) => Ok(Slot::Value(value.clone())),
        Place::Heading(names, _) => Ok(Slot::Names(names.clone())),
        Place::Column(number) => {
            let error = EngineError::new(format!("JSON objects have no column {number}")).file(&file.name);
            Err(error.help("name the field: `from: via.channel`"))
        }
    }
}

/// Takes the heading's row, and those that belong to it, off the rows of a sheet.
fn sheet_headings(
    rows: &mut SheetRows,
    line: u64,
    skip: u64,
    file: &Listed,
) -> Result<Vec<String>, EngineError> {
    let at = rows.iter().position(|(number, _)| *number >= line);
    let Some((at, (number, cells))) = at.and_then(|at| Some((at, rows.get(at)?.clone()))) else {
        return Err(EngineError::new("the sheet is empty; it has no headings").file(&file.name));
    };
    rows.drain(..=at);
    rows.retain(|(row, _)| *row > number + skip);
    Ok(cells.iter().map(sheets::heading).collect())
}

impl Open {
    /// Some more rows and how many; none at the end of the file.
    fn next(&mut self) -> Result<Option<(Rows, u64)>, EngineError> {
        let counted = |count: usize| u64::try_from(count).unwrap_or(0);
        match &mut self.reader {
            FileReader::Text(reader, split, encoding, first) => {
                let lines = match first.take() {
                    Some(first) => Some(first),
                    None => reader.chunk()?,
                };
                Ok(lines.map(|lines| {
                    let count = counted(lines.rows());
                    (Rows::Lines(lines, *split, *encoding), count)
                }))
            }
            FileReader::Records(reader, columns) => {
                let Some(batch) = reader.next() else { return Ok(None) };
                let fault =
                    |error| EngineError::new(format!("cannot be read: {error}")).file(&self.layout.name);
                let batch: RecordBatch = batch.map_err(fault)?;
                let count = counted(batch.num_rows());
                Ok(Some((Rows::Records(batch, self.rows + 1, columns.clone()), count)))
            }
            FileReader::Sheet(rows) => {
                let some: SheetRows = rows.by_ref().take(CHUNK_ROWS).collect();
                let count = counted(some.len());
                Ok((count > 0).then_some((Rows::Sheet(some), count)))
            }
        }
    }
}

impl FileReader {
    /// Rows of a sheet that are in memory already.
    fn waiting(&self) -> u64 {
        match self {
            Self::Sheet(rows) => u64::try_from(rows.len()).unwrap_or(0),
            Self::Text(..) | Self::Records(..) => 0,
        }
    }
}

/// What can be told of a file's rows before it is read.
fn extent(format: Option<Format>, file: &Listed) -> Extent {
    let rows = match format_of(format, file) {
        Ok(Format::Parquet) => Records::open(file).ok().and_then(|records| records.rows()),
        _ => None,
    };
    rows.map_or_else(|| Extent::Partly { rows: 0, read: 0, bytes: file.bytes() }, Extent::Rows)
}

/// The format of a file: as the book says, otherwise by its name.
fn format_of(format: Option<Format>, file: &Listed) -> Result<Format, EngineError> {
    if let Some(format) = format {
        return Ok(format);
    }
    let name = file.name.to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("csv") => Ok(Format::Csv),
        Some("tsv" | "tab") => Ok(Format::Tsv),
        Some("jsonl" | "ndjson") => Ok(Format::Jsonl),
        Some("parquet") => Ok(Format::Parquet),
        Some("xlsx" | "xlsm") => Ok(Format::Xlsx),
        _ => Err(EngineError::new("the file's name does not tell its format")
            .file(&file.name)
            .help("say it in the book: `format: csv` (or tsv, columns, jsonl, parquet, xlsx)")),
    }
}
