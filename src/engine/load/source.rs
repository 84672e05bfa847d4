//! The rows of all files of a table, piece by piece, in the order of the files' names.

use super::super::EngineError;
use super::digests::Digests;
use super::estimate::{self, Extent};
use super::files::Listed;
use super::groups::{Group, GroupChunks};
use super::open::{self, Ended, Open, Opener};
use super::parse::Chunk;
use crate::measured::FileTotals;

/// All files of a table.
pub(super) struct Source {
    opener: Opener,
    waiting: std::vec::IntoIter<(u32, Listed)>,
    open: Option<Open>,
    /// The row group that is being read, where rows are read in order.
    group: Option<GroupChunks>,
    /// What is known of the rows of every file, in the same order.
    extents: Vec<Extent>,
    digests: Digests,
    /// Pieces handed out so far.
    pieces: usize,
    /// The files read so far, with the number of pieces at their end.
    files: Vec<(usize, Ended)>,
}

/// Some rows that follow one another.
pub(super) enum Piece {
    /// Rows that are in memory.
    Chunk(Chunk),
    /// A row group that waits to be decoded.
    Group(Group),
}

/// The chunks of a piece.
pub(super) enum Chunks {
    /// One.
    One(Option<Chunk>),
    /// Those of a row group.
    Group(Box<GroupChunks>),
}

impl Piece {
    /// Opens it.
    pub fn open(self) -> Result<Chunks, EngineError> {
        Ok(match self {
            Self::Chunk(chunk) => Chunks::One(Some(chunk)),
            Self::Group(group) => Chunks::Group(Box::new(group.open()?)),
        })
    }
}

impl Iterator for Chunks {
    type Item = Result<Chunk, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::One(chunk) => chunk.take().map(Ok),
            Self::Group(group) => group.next(),
        }
    }
}

impl Source {
    /// All files of a table, none opened yet.
    pub fn new(opener: Opener, files: Vec<Listed>) -> Self {
        let extent = |(at, file)| open::extent(opener.book.format, file, opener.passed.rows(at));
        let extents = (0..).zip(&files).map(extent).collect();
        let waiting: Vec<(u32, Listed)> = (0..).zip(files).collect();
        Self {
            opener,
            waiting: waiting.into_iter(),
            open: None,
            group: None,
            extents,
            digests: Digests::default(),
            pieces: 0,
            files: Vec::new(),
        }
    }

    /// How many rows the files have together, as far as that can be told by now.
    pub fn expected(&self) -> Option<u64> {
        estimate::rows(&self.extents)
    }

    /// Up to so many chunks; none at the end of the last file.
    pub fn chunks(&mut self, most: usize) -> Result<Vec<Chunk>, EngineError> {
        let mut chunks = Vec::new();
        while chunks.len() < most {
            if let Some(chunk) = self.group.as_mut().and_then(Iterator::next) {
                chunks.push(chunk?);
                continue;
            }
            self.group = None;
            match self.piece()? {
                Some((_, Piece::Chunk(chunk))) => chunks.push(chunk),
                Some((_, Piece::Group(group))) => self.group = Some(group.open()?),
                None => break,
            }
        }
        Ok(chunks)
    }

    /// The next piece with its number; none at the end of the last file.
    pub fn piece(&mut self) -> Result<Option<(usize, Piece)>, EngineError> {
        loop {
            if self.open.is_none() {
                let Some((index, file)) = self.waiting.next() else { return Ok(None) };
                self.open = Some(self.opener.open(index, &file, &mut self.digests)?);
            }
            let Some(open) = &mut self.open else { return Ok(None) };
            let extent = self.extents.get_mut(self.files.len());
            if let Some(piece) = open.next()? {
                extent.into_iter().for_each(|extent| open.note(extent));
                self.pieces += 1;
                return Ok(Some((self.pieces - 1, piece)));
            }
            if let Some(ended) = self.open.take().map(Open::ended) {
                extent.into_iter().for_each(|extent| ended.note(extent));
                self.files.push((self.pieces, ended));
            }
        }
    }

    /// Waits for the digests of files that are read out of order.
    ///
    /// # Errors
    ///
    /// When one of them could not be read once more.
    pub fn digested(&mut self) -> Result<(), EngineError> {
        self.digests.join();
        self.digests.fault().cloned().map_or(Ok(()), Err)
    }

    /// The accounts of the files whose pieces are all among the first so many.
    pub fn totals(mut self, pieces: usize) -> Vec<FileTotals> {
        self.digests.join();
        let read = self.files.iter().take_while(|(end, _)| *end <= pieces);
        read.filter_map(|(_, ended)| ended.totals(&self.digests)).collect()
    }
}
