//! From rows as they stand in a file to the texts of the recipes' cells: places in the file's text where
//! it can be read as it is.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::super::Column;
use super::cells::Cells;
use super::layout::{FileLayout, Slot};
use super::lines::{Lines, Split};
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

/// The texts of the recipes' cells, column by column.
#[derive(Debug, Default)]
pub(super) struct Grid<'r> {
    columns: Vec<Stored<'r>>,
    /// The cells of rows of text: so many of each, as places in it.
    cut: (&'r str, Cells, usize),
    /// The line of each row.
    pub lines: Vec<u64>,
    /// The digest of each row's content, when it was asked for.
    pub digests: Vec<[u8; 16]>,
    /// Per row, why it cannot be read, when that is so.
    pub faults: Vec<Option<Box<Reject>>>,
}

/// The cells of a column.
#[derive(Debug)]
enum Stored<'r> {
    /// One by one.
    Texts(Vec<(Cow<'r, str>, Kind)>),
    /// As somebody wrote them, in this column of the rows of text.
    Cut(usize),
    /// The same in every row.
    Same(&'r str, Kind),
}

impl<'r> Grid<'r> {
    /// An empty grid of so many columns, with room for so many rows.
    pub fn new(width: usize, rows: usize) -> Self {
        let column = || Stored::Texts(Vec::with_capacity(rows));
        Self { columns: std::iter::repeat_with(column).take(width).collect(), ..Self::default() }
    }

    /// The cell of a row.
    #[inline]
    pub fn cell(&self, row: usize, column: usize) -> (&str, Kind) {
        match self.columns.get(column) {
            Some(Stored::Cut(at)) => {
                let (text, cells, width) = &self.cut;
                if let Some(text) = cells.text(text, row * width + at) {
                    return (text, Kind::Text);
                }
            }
            Some(Stored::Texts(texts)) => {
                if let Some((text, kind)) = texts.get(row) {
                    return (text, *kind);
                }
            }
            Some(Stored::Same(text, kind)) => return (text, *kind),
            None => {}
        }
        ("", Kind::Null)
    }

    /// The room that cells took.
    pub fn room(&mut self) -> Cells {
        std::mem::take(&mut self.cut.1)
    }

    /// Whether the cells of a column were read as texts.
    pub fn has(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(|cells| match cells {
            Stored::Texts(texts) => !texts.is_empty(),
            Stored::Cut(_) | Stored::Same(..) => true,
        })
    }

    /// Puts a cell into a column of the row being built.
    pub fn push(&mut self, column: usize, text: impl Into<Cow<'r, str>>, kind: Kind) {
        if let Some(Stored::Texts(texts)) = self.columns.get_mut(column) {
            texts.push((text.into(), kind));
        }
    }

    /// Ends the row being built; the cells of one that cannot be read are null.
    pub fn end_row(&mut self, line: u64, fault: Option<Box<Reject>>) {
        self.lines.push(line);
        if fault.is_some() {
            let rows = self.lines.len();
            for cells in &mut self.columns {
                if let Stored::Texts(texts) = cells {
                    texts.resize(rows, (Cow::Borrowed(""), Kind::Null));
                }
            }
        }
        self.faults.push(fault);
    }
}

/// The texts of the recipes' cells of some rows, without the columns that are `done`; `room` for those of text.
pub(super) fn of<'r>(
    rows: &'r Rows,
    layout: &'r FileLayout,
    done: &[Option<Column>],
    digests: bool,
    room: Cells,
) -> Grid<'r> {
    match rows {
        Rows::Lines(lines, Split::Json, _) => json::grid(lines, layout, digests),
        Rows::Lines(lines, split, encoding) => text_grid(lines, (*split, *encoding), layout, digests, room),
        Rows::Records(batch, first, read) => records::grid(batch, *first, read, layout, done, digests),
        Rows::Sheet(rows) => sheets::grid(rows, layout, digests),
    }
}

fn text_grid<'r>(
    lines: &'r Lines,
    (split, encoding): (Split, Encoding),
    layout: &'r FileLayout,
    digests: bool,
    room: Cells,
) -> Grid<'r> {
    let split = split.in_text(&lines.text);
    let letters = letters(&lines.text, encoding);
    let width = layout.width.unwrap_or(0);
    let mut cells = room.cleared();
    let column = |slot: &'r Slot| match (slot, letters) {
        (Slot::Column(at, _), Some(_)) => Stored::Cut(*at),
        (Slot::Column(..), None) => Stored::Texts(Vec::new()),
        (Slot::Value(value), _) => Stored::Same(value, Kind::Text),
        (Slot::Absent | Slot::Names(_), _) => Stored::Same("", Kind::Null),
    };
    let mut grid = Grid { columns: layout.slots.iter().map(column).collect(), ..Grid::default() };
    for ((start, row), line) in lines.iter().zip(&lines.lines) {
        let before = cells.len();
        let mut fault = match cells.add(row, start, split) {
            Ok(()) => ragged(cells.len() - before, layout, *line),
            Err(reason) => Some(layout.reject(*line, "", &String::from_utf8_lossy(row), reason)),
        };
        if digests {
            let all = (before..cells.len()).filter_map(|index| cells.get(&lines.text, index));
            grid.digests.push(digest(all));
        }
        if fault.is_some() {
            cells.spoil(before, width);
        } else if letters.is_none() {
            let raw = |column| cells.get(&lines.text, before + column).unwrap_or_default();
            fault = decoded(&mut grid, raw, encoding, layout, *line).err();
        }
        grid.end_row(*line, fault);
    }
    grid.cut = (letters.unwrap_or_default(), cells, width);
    grid
}

/// A row with more or fewer cells than the file has columns.
fn ragged(count: usize, layout: &FileLayout, line: u64) -> Option<Box<Reject>> {
    let width = layout.width.filter(|width| *width != count)?;
    let reason = if count < width { "the row has too few cells" } else { "the row has too many cells" };
    Some(layout.reject(line, "", &format!("{count} cells, {width} columns"), reason))
}

/// The text of some rows, when all of it is UTF-8 without a zero byte.
fn letters(text: &[u8], encoding: Encoding) -> Option<&str> {
    let unicode = matches!(encoding, Encoding::Utf8 | Encoding::Utf16 | Encoding::Utf16Be);
    if unicode && memchr::memchr(0, text).is_none() { std::str::from_utf8(text).ok() } else { None }
}

/// Puts the cells of a row into the grid one by one, from the bytes of each column.
fn decoded<'r, 't>(
    grid: &mut Grid<'r>,
    raw: impl Fn(usize) -> &'t [u8],
    encoding: Encoding,
    layout: &FileLayout,
    line: u64,
) -> Result<(), Box<Reject>> {
    for (at, slot) in layout.slots.iter().enumerate() {
        let Slot::Column(index, name) = slot else { continue };
        let raw = raw(*index);
        let fault = |reason| layout.reject(line, name, &String::from_utf8_lossy(raw), reason);
        let text =
            decode(raw, encoding).ok_or_else(|| fault("has bytes that are no letters in this encoding"))?;
        if text.contains('\0') {
            return Err(fault("has a zero byte"));
        }
        grid.push(at, text.into_owned(), Kind::Text);
    }
    Ok(())
}

/// A value the book gives, or none.
pub(super) fn push_fixed<'r>(grid: &mut Grid<'r>, at: usize, slot: &'r Slot) {
    match slot {
        Slot::Value(value) => grid.push(at, value.as_str(), Kind::Text),
        Slot::Absent | Slot::Column(..) | Slot::Names(_) => grid.push(at, "", Kind::Null),
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
