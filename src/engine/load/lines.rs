//! Text files row by row: a row is a line, or several where a quoted cell holds line ends.

use std::io::{BufRead, Read};

use super::super::EngineError;
use super::files::{Listed, Opened, unreadable};
use super::utf16::Utf16;
use crate::book::Encoding;

/// The longest row that is read, in bytes: beyond it a quotation mark is not closed.
const LONGEST: usize = 64 << 20;
/// How much text goes into one chunk, in bytes.
const CHUNK_BYTES: usize = 2 << 20;
/// How many rows go into one chunk.
pub(super) const CHUNK_ROWS: usize = 8192;

/// How cells stand in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Split {
    /// Between signs, quoted where need be.
    Delimited {
        /// The sign.
        delimiter: u8,
        /// Whether quotation marks quote.
        quotes: bool,
    },
    /// Between spaces.
    Spaces,
    /// A JSON object.
    Json,
}

impl Split {
    /// The same for a text: one without a quotation mark has none that quotes.
    pub fn in_text(self, text: &[u8]) -> Self {
        match self {
            Self::Delimited { delimiter, quotes } => {
                Self::Delimited { delimiter, quotes: quotes && memchr::memchr(b'"', text).is_some() }
            }
            other => other,
        }
    }
}

/// Some rows as they stand in the file.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// Their text, one after the other, without line ends.
    pub text: Vec<u8>,
    /// Where each ends in the text.
    pub ends: Vec<usize>,
    /// The line each starts in, counted from 1.
    pub lines: Vec<u64>,
}

impl Lines {
    /// How many rows.
    pub fn rows(&self) -> usize {
        self.ends.len()
    }

    /// The rows, with where each starts in the text.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| (start, self.text.get(start..*end).unwrap_or_default()))
    }
}

/// Reads rows one after the other.
pub(super) struct LineReader {
    bytes: Box<dyn BufRead + Send>,
    split: Split,
    name: String,
    line: u64,
    /// Room for the text of a stretch, by the last one.
    last: usize,
}

impl LineReader {
    /// At the start of a file, behind its byte order mark.
    pub fn new(
        opened: Opened,
        split: Split,
        encoding: Encoding,
        file: &Listed,
    ) -> Result<(Self, super::files::Meter), EngineError> {
        let meter = opened.meter.clone();
        let mut bytes = opened.bytes;
        match encoding {
            Encoding::Utf16 => bytes = Box::new(Utf16::new(bytes, false)),
            Encoding::Utf16Be => bytes = Box::new(Utf16::new(bytes, true)),
            Encoding::Utf8 | Encoding::Cp949 | Encoding::Latin1 | Encoding::Windows1252 => {}
        }
        let marked =
            bytes.fill_buf().map_err(|error| unreadable(&error, &file.name))?.starts_with(b"\xef\xbb\xbf");
        if marked {
            bytes.consume(3);
        }
        Ok((Self { bytes, split, name: file.name.clone(), line: 0, last: 0 }, meter))
    }

    /// Passes over so many lines.
    pub fn skip(&mut self, lines: u64) -> Result<(), EngineError> {
        let mut dropped = Vec::new();
        for _ in 0..lines {
            dropped.clear();
            self.physical(&mut dropped, 0)?;
        }
        Ok(())
    }

    /// Appends the next line with its line end to a row that starts at `start`; false at the end of the file.
    fn physical(&mut self, text: &mut Vec<u8>, start: usize) -> Result<bool, EngineError> {
        let room = (LONGEST + 1).saturating_sub(text.len() - start);
        let fault = |error: std::io::Error| unreadable(&error, &self.name).line(self.line + 1);
        let room = u64::try_from(room).unwrap_or(u64::MAX);
        let count = (&mut self.bytes).take(room).read_until(b'\n', text).map_err(fault)?;
        if text.len() - start > LONGEST {
            return Err(EngineError::new("a row is longer than 64 MiB").file(&self.name).line(self.line + 1).help(
                "look for a quotation mark that is never closed; `quotes: no` reads quotation marks as letters",
            ));
        }
        self.line += 1;
        Ok(count > 0)
    }

    /// Appends the next row that is not empty to `rows`; false at the end of the file.
    pub fn row(&mut self, rows: &mut Lines) -> Result<bool, EngineError> {
        let start = rows.text.len();
        let mut text = std::mem::take(&mut rows.text);
        let found = self.row_into(&mut text, start);
        rows.text = text;
        let Some(line) = found? else { return Ok(false) };
        rows.ends.push(rows.text.len());
        rows.lines.push(line);
        Ok(true)
    }

    fn row_into(&mut self, text: &mut Vec<u8>, start: usize) -> Result<Option<u64>, EngineError> {
        loop {
            if !self.physical(text, start)? {
                return Ok(None);
            }
            let first = self.line;
            self.close_quotes(text, start)?;
            trim_end(text, start);
            if !is_blank(text.get(start..).unwrap_or_default(), self.split) {
                return Ok(Some(first));
            }
            text.truncate(start);
        }
    }

    /// Appends lines until every quoted cell is closed.
    fn close_quotes(&mut self, text: &mut Vec<u8>, start: usize) -> Result<(), EngineError> {
        let Split::Delimited { delimiter, quotes: true } = self.split else { return Ok(()) };
        let first = self.line;
        let mut state = State::Start;
        let mut from = start;
        loop {
            state = scan(text.get(from..).unwrap_or_default(), delimiter, state);
            if state != State::Quoted {
                return Ok(());
            }
            from = text.len();
            if !self.physical(text, start)? {
                return Err(EngineError::new("a quotation mark opens a cell here and is never closed")
                    .file(&self.name)
                    .line(first)
                    .help("close it, or write `quotes: no` if quotation marks are letters in this file"));
            }
        }
    }

    /// The next stretch of rows; none at the end of the file.
    pub fn chunk(&mut self) -> Result<Option<Lines>, EngineError> {
        let mut rows = Lines { text: Vec::with_capacity(self.last), ..Lines::default() };
        while rows.rows() < CHUNK_ROWS && rows.text.len() < CHUNK_BYTES {
            if !self.whole_lines(&mut rows)? && !self.row(&mut rows)? {
                break;
            }
        }
        // The next stretch will be about as long.
        self.last = rows.text.len() + rows.text.len() / 16;
        Ok((rows.rows() > 0).then_some(rows))
    }

    /// Appends the rows that are lines of what has been read ahead; false when the next one is not, because
    /// it goes on behind it.
    fn whole_lines(&mut self, rows: &mut Lines) -> Result<bool, EngineError> {
        let line = self.line + 1;
        let ahead = self.bytes.fill_buf().map_err(|error| unreadable(&error, &self.name).line(line))?;
        let split = self.split.in_text(ahead);
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', ahead) {
            let row = without_end(ahead.get(start..end).unwrap_or_default());
            if !is_closed(row, split) || rows.rows() == CHUNK_ROWS || rows.text.len() >= CHUNK_BYTES {
                break;
            }
            start = end + 1;
            self.line += 1;
            if !is_blank(row, split) {
                rows.text.extend_from_slice(row);
                rows.ends.push(rows.text.len());
                rows.lines.push(self.line);
            }
        }
        self.bytes.consume(start);
        Ok(start > 0)
    }
}

/// Between tabulators a row of spaces is a row of empty cells; elsewhere it is none.
fn is_blank(row: &[u8], split: Split) -> bool {
    match split {
        Split::Delimited { .. } => row.is_empty(),
        Split::Spaces | Split::Json => row.trim_ascii().is_empty(),
    }
}

/// Whether no cell of a line goes on in the next one.
fn is_closed(line: &[u8], split: Split) -> bool {
    match split {
        Split::Delimited { delimiter, quotes: true } => scan(line, delimiter, State::Start) != State::Quoted,
        Split::Delimited { quotes: false, .. } | Split::Spaces | Split::Json => true,
    }
}

/// A line without what is left of its end.
fn without_end(line: &[u8]) -> &[u8] {
    let kept = line.iter().rev().skip_while(|byte| **byte == b'\r').count();
    line.get(..kept).unwrap_or_default()
}

fn trim_end(text: &mut Vec<u8>, start: usize) {
    while text.len() > start && matches!(text.last(), Some(b'\n' | b'\r')) {
        text.pop();
    }
}

/// Where in a row one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the start of a cell.
    Start,
    /// In a cell without quotes.
    Plain,
    /// In a quoted cell.
    Quoted,
    /// Behind a quotation mark in a quoted cell: the cell's end, or the first of two.
    Closed,
}

/// The state after some text.
fn scan(text: &[u8], delimiter: u8, mut state: State) -> State {
    if state == State::Start && memchr::memchr(b'"', text).is_none() {
        return State::Plain;
    }
    for byte in text {
        state = match (state, *byte) {
            (State::Start | State::Closed, b'"') => State::Quoted,
            (State::Quoted, b'"') => State::Closed,
            (State::Quoted, _) => State::Quoted,
            (_, byte) if byte == delimiter => State::Start,
            _ => State::Plain,
        };
    }
    state
}
