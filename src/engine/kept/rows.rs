//! The rows of a table that are still needed of an earlier run, and those that have come since.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::super::batch::{Batch, Standing};
use super::super::error::EngineError;
use super::super::load::Loaded;
use super::super::source::{Lanes, Rows, Stretch};
use super::asked::Asked;
use super::pieces::PieceReader;
use crate::contract::Table;

/// A group of rows of a file of kept rows.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) path: PathBuf,
    pub(super) group: usize,
    pub(super) standing: Standing,
}

/// Kept rows, then those of new files. Those that are only there to be found stand apart where it can be told
/// who looks for them: they are read when it is known which keys are asked about.
pub(in crate::engine) struct Resumed<'a> {
    pub(super) groups: Vec<Group>,
    /// The number of the first.
    pub(super) first: usize,
    pub(super) table: Table,
    pub(super) fields: Vec<String>,
    /// How many rows are kept.
    pub(super) rows: u64,
    pub(super) taken: AtomicUsize,
    /// The group that is being read, where rows are read in order.
    pub(super) open: Mutex<Option<PieceReader<'a>>>,
    /// Which of them are wanted; none when all are.
    pub(super) asked: Option<Arc<Asked<'a>>>,
    pub(super) rest: Box<dyn Rows + 'a>,
}

impl<'a> Resumed<'a> {
    /// The next group, with its number.
    fn group(&self) -> Option<(usize, &Group)> {
        let at = self.taken.fetch_add(1, Ordering::Relaxed);
        self.groups.get(at).map(|group| (self.first + at, group))
    }

    fn reader(&self, Group { path, group, standing }: &Group) -> Result<PieceReader<'a>, EngineError> {
        let asked = self.asked.clone();
        PieceReader::open(path, *group, (&self.table, self.fields.clone()), *standing, asked)
    }

    fn advance(&mut self) -> Result<Option<Batch>, EngineError> {
        loop {
            let open = self.open.get_mut().unwrap_or_else(PoisonError::into_inner);
            if let Some(batch) = open.as_mut().and_then(Iterator::next) {
                return batch.map(Some);
            }
            let Some((_, group)) = self.group() else { return self.rest.next().transpose() };
            self.open = Mutex::new(Some(self.reader(group)?));
        }
    }
}

impl Iterator for Resumed<'_> {
    type Item = Result<Batch, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}

impl Rows for Resumed<'_> {
    fn finish(self: Box<Self>) -> Loaded {
        self.rest.finish()
    }

    fn expected(&self) -> Option<u64> {
        self.rest.expected().map(|rest| self.rows + rest)
    }

    fn lanes(&self) -> Option<&dyn Lanes> {
        self.rest.lanes().map(|_| self as &dyn Lanes)
    }
}

impl Lanes for Resumed<'_> {
    fn take(&self) -> Result<Option<(usize, Stretch<'_>)>, EngineError> {
        if let Some((at, group)) = self.group() {
            return Ok(Some((at, Box::new(self.reader(group)?))));
        }
        let Some(lanes) = self.rest.lanes() else { return Ok(None) };
        Ok(lanes.take()?.map(|(at, stretch)| (self.first + self.groups.len() + at, stretch)))
    }

    fn verdict(&self) -> Result<(), EngineError> {
        self.rest.lanes().map_or(Ok(()), Lanes::verdict)
    }
}

/// No rows.
pub(super) struct Nothing;

impl Iterator for Nothing {
    type Item = Result<Batch, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        None
    }
}

impl Rows for Nothing {
    fn finish(self: Box<Self>) -> Loaded {
        Loaded::default()
    }

    fn expected(&self) -> Option<u64> {
        Some(0)
    }

    fn lanes(&self) -> Option<&dyn Lanes> {
        Some(self)
    }
}

impl Lanes for Nothing {
    fn take(&self) -> Result<Option<(usize, Stretch<'_>)>, EngineError> {
        Ok(None)
    }

    fn verdict(&self) -> Result<(), EngineError> {
        Ok(())
    }
}
