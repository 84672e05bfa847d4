//! From rows as they stand in a file to the texts of the recipes' cells.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::layout::{FileLayout, Slot};
use super::lines::{Cells, Lines, Split};
use super::{json, records, sheets};
use crate::book::Encoding;
use crate::measured::Reject;

/// Some rows of one file, as they stand there.
#[derive(Debug)]
pub(super) enum Rows {
    /// Lines of text.
    Lines(Lines, Split, Encoding),
    /// Rows of a Parquet file; the number of the first, and the file's columns that were read.
    Records(arrow::array::RecordBatch, u64, Vec<usize>),
    /// Rows of a sheet, with their numbers.
    Sheet(Vec<(u64, Vec<calamine::Data>)>),
}

/// What a cell is, beside its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text, as somebody wrote it.
    Text,
    /// Nothing: a null.
    Null,
    /// A number in plain decimal notation.
    Number,
    /// A date or time in ISO 8601.
    Moment,
    /// Yes or no, as `true` or `false`.
    YesNo,
    /// A duration, as whole microseconds.
    Micros,
}

/// The texts of the recipes' cells, row by row.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// Cells in a row.
    width: usize,
    text: String,
    ends: Vec<usize>,
    kinds: Vec<Kind>,
    /// The line of each row.
    pub lines: Vec<u64>,
    /// The digest of each row's content, when it was asked for.
    pub digests: Vec<[u8; 16]>,
    /// Per row, why it cannot be read, when that is so.
    pub faults: Vec<Option<Box<Reject>>>,
}

impl Grid {
    /// An empty grid of so many cells a row.
    pub fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// The cell of a row.
    pub fn cell(&self, row: usize, column: usize) -> (&str, Kind) {
        let at = row * self.width + column;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before).copied()).unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(start);
        (self.text.get(start..end).unwrap_or_default(), self.kinds.get(at).copied().unwrap_or(Kind::Null))
    }

    /// Appends a cell to the row being built.
    pub fn push(&mut self, text: &str, kind: Kind) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.kinds.push(kind);
    }

    /// Ends the row being built; missing cells are null.
    pub fn end_row(&mut self, line: u64, fault: Option<Box<Reject>>) {
        self.lines.push(line);
        self.faults.push(fault);
        self.ends.resize(self.lines.len() * self.width, self.text.len());
        self.kinds.resize(self.lines.len() * self.width, Kind::Null);
    }
}

/// The texts of the recipes' cells of some rows.
pub(super) fn of(rows: &Rows, layout: &FileLayout, digests: bool) -> Grid {
    match rows {
        Rows::Lines(lines, Split::Json, _) => json::grid(lines, layout, digests),
        Rows::Lines(lines, split, encoding) => text_grid(lines, *split, *encoding, layout, digests),
        Rows::Records(batch, first, read) => records::grid(batch, *first, read, layout, digests),
        Rows::Sheet(rows) => sheets::grid(rows, layout, digests),
    }
}

fn text_grid(lines: &Lines, split: Split, encoding: Encoding, layout: &FileLayout, digests: bool) -> Grid {
    let mut grid = Grid::new(layout.slots.len());
    let mut cells = Cells::default();
    for (row, line) in lines.iter().zip(&lines.lines) {
        let fault = match cut(&mut cells, row, split) {
            Ok(()) => ragged(cells.spans.len(), layout, *line)
                .or_else(|| cells_of(&mut grid, &cells, row, encoding, layout, *line).err()),
            Err(reason) => Some(layout.reject(*line, "", &String::from_utf8_lossy(row), reason)),
        };
        if digests {
            grid.digests.push(digest((0..cells.spans.len()).filter_map(|index| cells.get(row, index))));
        }
        grid.end_row(*line, fault);
    }
    grid
}

/// Splits a row into cells.
pub(super) fn cut(cells: &mut Cells, row: &[u8], split: Split) -> Result<(), &'static str> {
    match split {
        Split::Delimited { delimiter, quotes } if cells.delimited(row, delimiter, quotes) => Ok(()),
        Split::Delimited { .. } => Err("text follows a closing quotation mark"),
        Split::Spaces | Split::Json => {
            cells.spaces(row);
            Ok(())
        }
    }
}

/// A row with more or fewer cells than the file has columns.
fn ragged(count: usize, layout: &FileLayout, line: u64) -> Option<Box<Reject>> {
    let width = layout.width.filter(|width| *width != count)?;
    let reason = if count < width { "the row has too few cells" } else { "the row has too many cells" };
    Some(layout.reject(line, "", &format!("{count} cells, {width} columns"), reason))
}

fn cells_of(
    grid: &mut Grid,
    cells: &Cells,
    row: &[u8],
    encoding: Encoding,
    layout: &FileLayout,
    line: u64,
) -> Result<(), Box<Reject>> {
    for slot in &layout.slots {
        let Slot::Column(index, name) = slot else {
            push_fixed(grid, slot);
            continue;
        };
        let raw = cells.get(row, *index).unwrap_or_default();
        let fault = |reason| layout.reject(line, name, &String::from_utf8_lossy(raw), reason);
        let text =
            decode(raw, encoding).ok_or_else(|| fault("has bytes that are no letters in this encoding"))?;
        if text.contains('\0') {
            return Err(fault("has a zero byte"));
        }
        grid.push(&text, Kind::Text);
    }
    Ok(())
}

/// A value the book gives, or none.
pub(super) fn push_fixed(grid: &mut Grid, slot: &Slot) {
    match slot {
        Slot::Value(value) => grid.push(value, Kind::Text),
        Slot::Absent | Slot::Column(..) | Slot::Names(_) => grid.push("", Kind::Null),
    }
}

/// Bytes as text; none when they are no letters of the encoding.
pub(super) fn decode(bytes: &[u8], encoding: Encoding) -> Option<Cow<'_, str>> {
    match encoding {
        Encoding::Utf8 | Encoding::Utf16 | Encoding::Utf16Be => {
            std::str::from_utf8(bytes).ok().map(Cow::Borrowed)
        }
        Encoding::Cp949 => encoding_rs::EUC_KR.decode_without_bom_handling_and_without_replacement(bytes),
        Encoding::Latin1 => Some(encoding_rs::mem::decode_latin1(bytes)),
        Encoding::Windows1252 => {
            encoding_rs::WINDOWS_1252.decode_without_bom_handling_and_without_replacement(bytes)
        }
    }
}

/// A digest of texts that tells where one ends and the next begins.
///
/// It is the first half of SHA-256, so that two different rows get the same
/// one by chance once in 2^64 rows, and the same row the same one for ever.
pub(super) fn digest<'t>(texts: impl Iterator<Item = &'t [u8]>) -> [u8; 16] {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(u64::try_from(text.len()).unwrap_or(0).to_le_bytes());
        hash.update(text);
    }
    let mut half = [0; 16];
    half.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
    half
}
