//! From rows as they stand in a file to the texts of the recipes' cells: places in the file's text where
//! it can be read as it is.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::super::Column;
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

/// The texts of the recipes' cells, column by column.
#[derive(Debug, Default)]
pub(super) struct Grid<'r> {
    /// The text that places are in.
    text: &'r str,
    columns: Vec<Stored<'r>>,
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
    /// Texts as somebody wrote them, by their places in the text of the rows.
    Places(Vec<(u32, u32)>),
    /// One by one.
    Texts(Vec<(Cow<'r, str>, Kind)>),
}

/// The place of a cell that is null.
const NOWHERE: (u32, u32) = (u32::MAX, u32::MAX);

/// What stands at a place.
fn placed(text: &str, place: (u32, u32)) -> (&str, Kind) {
    let index = |at: u32| usize::try_from(at).ok();
    let range = index(place.0).zip(index(place.1)).filter(|_| place != NOWHERE);
    let found = range.and_then(|(from, to)| text.get(from..to));
    found.map_or(("", Kind::Null), |text| (text, Kind::Text))
}

impl<'r> Grid<'r> {
    /// An empty grid of so many columns, with room for so many rows.
    pub fn new(width: usize, rows: usize) -> Self {
        Self::over("", width, rows)
    }

    /// An empty grid of cells that mostly are places in a text.
    fn over(text: &'r str, width: usize, rows: usize) -> Self {
        let column = || match text {
            "" => Stored::Texts(Vec::with_capacity(rows)),
            _ => Stored::Places(Vec::with_capacity(rows)),
        };
        Self { text, columns: std::iter::repeat_with(column).take(width).collect(), ..Self::default() }
    }

    /// The cell of a row.
    pub fn cell(&self, row: usize, column: usize) -> (&str, Kind) {
        let cell = match self.columns.get(column) {
            None => None,
            Some(Stored::Places(places)) => places.get(row).map(|place| placed(self.text, *place)),
            Some(Stored::Texts(texts)) => texts.get(row).map(|(text, kind)| (text.as_ref(), *kind)),
        };
        cell.unwrap_or(("", Kind::Null))
    }

    /// Whether the cells of a column were read as texts.
    pub fn has(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(|cells| match cells {
            Stored::Places(places) => !places.is_empty(),
            Stored::Texts(texts) => !texts.is_empty(),
        })
    }

    /// Puts a cell into a column of the row being built.
    pub fn push(&mut self, column: usize, text: impl Into<Cow<'r, str>>, kind: Kind) {
        let whole = self.text;
        let Some(cells) = self.columns.get_mut(column) else { return };
        if let Stored::Places(places) = cells {
            let texts = places.iter().map(|place| placed(whole, *place));
            *cells = Stored::Texts(texts.map(|(text, kind)| (text.into(), kind)).collect());
        }
        if let Stored::Texts(texts) = cells {
            texts.push((text.into(), kind));
        }
    }

    /// Puts a cell that stands at a place of the text into a column of the row being built.
    fn push_place(&mut self, column: usize, place: (u32, u32)) {
        match self.columns.get_mut(column) {
            None => {}
            Some(Stored::Places(places)) => places.push(place),
            Some(Stored::Texts(texts)) => {
                let (text, kind) = placed(self.text, place);
                texts.push((text.into(), kind));
            }
        }
    }

    /// Ends the row being built; the cells of one that cannot be read are null.
    pub fn end_row(&mut self, line: u64, fault: Option<Box<Reject>>) {
        self.lines.push(line);
        if fault.is_some() {
            let rows = self.lines.len();
            self.columns.iter_mut().for_each(|cells| match cells {
                Stored::Places(places) => places.resize(rows, NOWHERE),
                Stored::Texts(texts) => texts.resize(rows, (Cow::Borrowed(""), Kind::Null)),
            });
        }
        self.faults.push(fault);
    }
}

/// The texts of the recipes' cells of some rows, without the columns that are `done`.
pub(super) fn of<'r>(
    rows: &'r Rows,
    layout: &'r FileLayout,
    done: &[Option<Column>],
    digests: bool,
) -> Grid<'r> {
    match rows {
        Rows::Lines(lines, Split::Json, _) => json::grid(lines, layout, digests),
        Rows::Lines(lines, split, encoding) => text_grid(lines, *split, *encoding, layout, digests),
        Rows::Records(batch, first, read) => records::grid(batch, *first, read, layout, done, digests),
        Rows::Sheet(rows) => sheets::grid(rows, layout, digests),
    }
}

fn text_grid<'r>(
    lines: &'r Lines,
    split: Split,
    encoding: Encoding,
    layout: &'r FileLayout,
    digests: bool,
) -> Grid<'r> {
    let mut cells = Cells::default();
    let letters = Letters::of(&lines.text, encoding);
    let mut grid = Grid::over(letters.whole.unwrap_or_default(), layout.slots.len(), lines.rows());
    for ((start, row), line) in lines.iter().zip(&lines.lines) {
        let fault = match cut(&mut cells, row, split) {
            Ok(()) => ragged(cells.spans.len(), layout, *line)
                .or_else(|| cells_of(&mut grid, &cells, (start, row), &letters, layout, *line).err()),
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

/// The text of some lines, as far as one look tells that all of it is letters.
struct Letters<'r> {
    encoding: Encoding,
    /// The whole text, when all of it is UTF-8 without a zero byte.
    whole: Option<&'r str>,
}

impl<'r> Letters<'r> {
    fn of(text: &'r [u8], encoding: Encoding) -> Self {
        let unicode = matches!(encoding, Encoding::Utf8 | Encoding::Utf16 | Encoding::Utf16Be);
        let whole =
            if unicode && memchr::memchr(0, text).is_none() { std::str::from_utf8(text).ok() } else { None };
        Self { encoding, whole }
    }

    /// The place of a cell in the whole text; none where it has to be decoded by itself.
    fn place(&self, from: usize, to: usize) -> Option<(u32, u32)> {
        let text = self.whole.filter(|text| text.is_char_boundary(from) && text.is_char_boundary(to))?;
        let end = u32::try_from(to).ok().filter(|_| to <= text.len())?;
        Some((u32::try_from(from).ok()?, end))
    }

    fn decoded<'t>(&self, raw: &'t [u8]) -> Result<Cow<'t, str>, &'static str> {
        let text = decode(raw, self.encoding).ok_or("has bytes that are no letters in this encoding")?;
        if text.contains('\0') { Err("has a zero byte") } else { Ok(text) }
    }
}

fn cells_of<'r>(
    grid: &mut Grid<'r>,
    cells: &Cells,
    (start, row): (usize, &'r [u8]),
    letters: &Letters<'r>,
    layout: &'r FileLayout,
    line: u64,
) -> Result<(), Box<Reject>> {
    for (at, slot) in layout.slots.iter().enumerate() {
        let Slot::Column(index, name) = slot else {
            push_fixed(grid, at, slot);
            continue;
        };
        let fault = |raw, reason| layout.reject(line, name, &String::from_utf8_lossy(raw), reason);
        if let Some((from, to)) = cells.place(*index) {
            if let Some(place) = letters.place(start + from, start + to) {
                grid.push_place(at, place);
                continue;
            }
            let raw = row.get(from..to).unwrap_or_default();
            let text = letters.decoded(raw).map_err(|reason| fault(raw, reason))?;
            grid.push(at, text, Kind::Text);
        } else {
            let raw = cells.get(row, *index).unwrap_or_default();
            let text = letters.decoded(raw).map_err(|reason| fault(raw, reason))?;
            grid.push(at, text.into_owned(), Kind::Text);
        }
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
