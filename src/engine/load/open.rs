//! Opening a file of a table: its format, its headings, and where the fields stand in it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::EngineError;
use super::cells::Cells;
use super::digests::Digests;
use super::estimate::Extent;
use super::files::{self, Listed, Meter};
use super::grid::{self, Rows};
use super::groups::{Group, RecordFile};
use super::layout::{self, FileLayout, Slot};
use super::lines::{CHUNK_ROWS, LineReader, Lines, Split};
use super::parse::Chunk;
use super::passed::Passed;
use super::recipe::Recipe;
use super::sheets::{self, SheetRows};
use super::source::Piece;
use crate::book::{Encoding, Format, Header, Layout, Place};
use crate::measured::FileTotals;

/// What is known of all files of a table.
pub(super) struct Opener {
    /// The table.
    pub table: String,
    /// How its files are laid out.
    pub book: Layout,
    /// Whether every cell is needed, because ids are made from content.
    pub all: bool,
    /// How each column is read.
    pub recipes: Arc<[Recipe]>,
    /// What is passed over.
    pub passed: Arc<Passed>,
    /// Whether the digests of its files are asked for.
    pub digested: bool,
}

/// The file that is being read.
pub(super) struct Open {
    layout: Arc<FileLayout>,
    account: Account,
    /// Rows handed out; those passed over are not among them.
    pub rows: u64,
    reader: FileReader,
}

/// What tells the digest of a file.
enum Account {
    /// What was read of it so far.
    Meter(Meter),
    /// A digest that was asked for.
    Asked(usize),
}

/// The account of a file that was read to its end.
pub(super) struct Ended {
    name: String,
    rows: u64,
    account: Account,
}

enum FileReader {
    Text(LineReader, Split, Encoding, Option<Lines>),
    Records(Groups),
    Sheet(std::vec::IntoIter<(u64, Vec<calamine::Data>)>),
}

/// The row groups of a file that are still to be read.
struct Groups {
    file: Arc<RecordFile>,
    columns: Arc<[usize]>,
    /// The number of the next one.
    next: usize,
    /// The number of its first row in the file, counted from 1.
    first: u64,
    /// Those that are passed over.
    passed: BTreeSet<usize>,
}

impl Groups {
    /// The next one that is read, and how many rows it has.
    fn next(&mut self, layout: &Arc<FileLayout>) -> Option<(Group, u64)> {
        loop {
            let (number, first) = (self.next, self.first);
            let rows = self.file.group_rows(number)?;
            self.next += 1;
            self.first += rows;
            if !self.passed.contains(&number) {
                let (file, columns) = (self.file.clone(), self.columns.clone());
                return Some((Group { file, layout: layout.clone(), columns, number, first }, rows));
            }
        }
    }
}

impl Opener {
    /// Opens a file.
    pub fn open(&self, index: u32, file: &Listed, digests: &mut Digests) -> Result<Open, EngineError> {
        match format_of(self.book.format, file)? {
            Format::Csv => self.text(index, file, b','),
            Format::Tsv => self.text(index, file, b'\t'),
            Format::Columns => self.text(index, file, b' '),
            Format::Jsonl => self.json(index, file),
            Format::Parquet => self.records(index, file, digests),
            Format::Xlsx => self.sheet(index, file),
        }
    }

    /// The layout of a file whose headings are known.
    fn layout(
        &self,
        index: u32,
        file: &Listed,
        headings: Option<&[String]>,
        width: Option<usize>,
    ) -> Result<Arc<FileLayout>, EngineError> {
        let slots = layout::slots(&self.recipes, &file.entry.set, headings, &file.name, self.book.header)?;
        if let Some((number, width)) =
            slots.iter().filter_map(column_number).max().zip(width).filter(|(n, w)| n > w)
        {
            return Err(EngineError::new(format!("there is no column {number}; the file has {width}"))
                .file(&file.name));
        }
        Ok(Arc::new(FileLayout { table: self.table.clone(), name: file.name.clone(), index, slots, width }))
    }

    fn text(&self, index: u32, file: &Listed, usual: u8) -> Result<Open, EngineError> {
        let delimiter = self.book.delimiter.unwrap_or(usual);
        let columns = format_of(self.book.format, file)? == Format::Columns;
        let split = if columns {
            Split::Spaces
        } else {
            Split::Delimited { delimiter, quotes: !self.book.literal_quotes }
        };
        let opened = files::open(&file.path, &file.name, self.digested)?;
        let (mut reader, meter) = LineReader::new(opened, split, self.book.encoding, file)?;
        let mut first = Lines::default();
        let (headings, width) = match self.book.header {
            Header::None => {
                reader.row(&mut first)?;
                (None, first.iter().next().map(|(_, row)| self.cells(row, split).len()))
            }
            Header::Line { line, skip } => {
                let headings = self.headings(&mut reader, split, file, line)?;
                reader.skip(skip)?;
                let width = headings.len();
                (Some(headings), Some(width))
            }
        };
        let layout = self.layout(index, file, headings.as_deref(), width)?;
        let first = (first.rows() > 0).then_some(first);
        Ok(Open {
            layout,
            account: Account::Meter(meter),
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
        Ok(row.iter().next().map(|(_, row)| self.cells(row, split)).unwrap_or_default())
    }

    /// The texts of a row, trimmed.
    fn cells(&self, row: &[u8], split: Split) -> Vec<String> {
        let Ok(cells) = Cells::of(row, split) else { return Vec::new() };
        let text = |index| {
            let raw = cells.get(row, index).unwrap_or_default();
            let decoded = grid::decode(raw, self.book.encoding).map(std::borrow::Cow::into_owned);
            decoded.unwrap_or_else(|| String::from_utf8_lossy(raw).into_owned()).trim().to_string()
        };
        (0..cells.len()).map(text).collect()
    }

    fn json(&self, index: u32, file: &Listed) -> Result<Open, EngineError> {
        let opened = files::open(&file.path, &file.name, self.digested)?;
        let (reader, meter) = LineReader::new(opened, Split::Json, self.book.encoding, file)?;
        let slots = self
            .recipes
            .iter()
            .map(|recipe| named(recipe, &file.entry.set, file))
            .collect::<Result<_, _>>()?;
        let layout =
            FileLayout { table: self.table.clone(), name: file.name.clone(), index, slots, width: None };
        let reader = FileReader::Text(reader, Split::Json, self.book.encoding, None);
        Ok(Open { layout: Arc::new(layout), account: Account::Meter(meter), rows: 0, reader })
    }

    fn records(&self, index: u32, file: &Listed, digests: &mut Digests) -> Result<Open, EngineError> {
        let records = RecordFile::open(file)?;
        let headings = records.headings();
        let layout = self.layout(index, file, Some(&headings), Some(headings.len()))?;
        let wanted = |at: &usize| {
            self.all || layout.slots.iter().any(|slot| matches!(slot, Slot::Column(own, _) if own == at))
        };
        let columns = (0..headings.len()).filter(wanted).collect();
        let passed = self.passed.groups(index);
        let reader =
            FileReader::Records(Groups { file: Arc::new(records), columns, next: 0, first: 1, passed });
        let account = match self.digested {
            true => Account::Asked(digests.ask(file)),
            false => Account::Meter(Meter::of_bytes(file.bytes())),
        };
        Ok(Open { layout, account, rows: 0, reader })
    }

    fn sheet(&self, index: u32, file: &Listed) -> Result<Open, EngineError> {
        let (mut rows, meter) = sheets::read(file, self.book.sheet.as_deref())?;
        let width = rows.first().map(|(_, row)| row.len());
        let headings = match self.book.header {
            Header::None => None,
            Header::Line { line, skip } => Some(sheet_headings(&mut rows, line, skip, file)?),
        };
        let layout = self.layout(index, file, headings.as_deref(), width)?;
        Ok(Open {
            layout,
            account: Account::Meter(meter),
            rows: 0,
            reader: FileReader::Sheet(rows.into_iter()),
        })
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
    pub fn next(&mut self) -> Result<Option<Piece>, EngineError> {
        let counted = |count: usize| u64::try_from(count).unwrap_or(0);
        let layout = &self.layout;
        match &mut self.reader {
            FileReader::Text(reader, split, encoding, first) => {
                let lines = match first.take() {
                    Some(first) => Some(first),
                    None => reader.chunk()?,
                };
                let Some(lines) = lines else { return Ok(None) };
                self.rows += counted(lines.rows());
                let rows = Rows::Lines(lines, *split, *encoding);
                Ok(Some(Piece::Chunk(Chunk { layout: layout.clone(), rows })))
            }
            FileReader::Records(groups) => {
                let Some((group, rows)) = groups.next(layout) else { return Ok(None) };
                self.rows += rows;
                Ok(Some(Piece::Group(group)))
            }
            FileReader::Sheet(rows) => {
                let some: SheetRows = rows.by_ref().take(CHUNK_ROWS).collect();
                if some.is_empty() {
                    return Ok(None);
                }
                self.rows += counted(some.len());
                Ok(Some(Piece::Chunk(Chunk { layout: layout.clone(), rows: Rows::Sheet(some) })))
            }
        }
    }

    /// How far the file was read, where that is not known from its start.
    pub fn note(&self, extent: &mut Extent) {
        let (Extent::Partly { rows, read, .. }, Account::Meter(meter)) = (extent, &self.account) else {
            return;
        };
        (*rows, *read) = (self.rows + self.reader.waiting(), meter.bytes());
    }

    /// The account after the last row.
    pub fn ended(self) -> Ended {
        Ended { name: self.layout.name.clone(), rows: self.rows, account: self.account }
    }
}

impl Ended {
    /// What is known of the file's rows now.
    pub fn note(&self, extent: &mut Extent) {
        *extent = match (*extent, &self.account) {
            (Extent::Partly { .. }, Account::Meter(meter)) => {
                Extent::Partly { rows: self.rows, read: meter.bytes(), bytes: meter.bytes() }
            }
            _ => Extent::Rows(self.rows),
        };
    }

    /// The account, after waiting for the digests; none where the file could not be read once more.
    pub fn totals(&self, digests: &Digests) -> Option<FileTotals> {
        let meter = match &self.account {
            Account::Meter(meter) => meter,
            Account::Asked(at) => digests.get(*at)?.as_ref().ok()?,
        };
        Some(meter.totals(&self.name, self.rows))
    }
}

impl FileReader {
    /// Rows of a sheet that are in memory already.
    fn waiting(&self) -> u64 {
        match self {
            Self::Sheet(rows) => u64::try_from(rows.len()).unwrap_or(0),
            Self::Text(..) | Self::Records(_) => 0,
        }
    }
}

/// What can be told of the rows of a file that are not passed over before it is read.
pub(super) fn extent(format: Option<Format>, file: &Listed, passed: u64) -> Extent {
    let rows = match format_of(format, file) {
        Ok(Format::Parquet) => RecordFile::open(file).ok().and_then(|records| records.rows()),
        _ => None,
    };
    let rows = rows.map(|rows| rows.saturating_sub(passed));
    rows.map_or_else(|| Extent::Partly { rows: 0, read: 0, bytes: file.bytes() }, Extent::Rows)
}

/// The format of a file: as the book says, otherwise by its name.
pub(super) fn format_of(format: Option<Format>, file: &Listed) -> Result<Format, EngineError> {
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
