//! The same rows in stretches that several threads read at once.
//!
//! A stretch is a row group of a Parquet file, or a chunk of lines of another.
//! The next one is taken under a lock; decoding and parsing happen outside of
//! it. The accounts of stretches are added up in the order of the rows.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::super::source::{Lanes, Stretch};
use super::super::{Batch, EngineError};
use super::keys::{Keys, Repeats};
use super::ledger::Apart;
use super::memory::Memory;
use super::parse;
use super::setup::Setup;
use super::source::{Chunks, Piece};
use super::tally::Tally;
use super::{Reader, Rule};

/// The guard of a lock, also where another thread stopped while it had it.
pub(super) fn locked<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Reader {
    /// Its rows in stretches; none where what becomes of a row rests on other rows.
    #[must_use]
    pub fn lanes(&self) -> Option<&dyn Lanes> {
        self.setup.is_apart().then_some(self)
    }

    /// Reads all rows with all threads.
    ///
    /// # Errors
    ///
    /// The first by row.
    pub(super) fn drain(&self, each: impl Fn(Batch) + Sync) -> Result<(), EngineError> {
        let lane = |_| -> Result<(), (usize, EngineError)> {
            while let Some((number, stretch)) = self.take().map_err(|error| (usize::MAX, error))? {
                for batch in stretch {
                    each(batch.map_err(|error| (number, error))?);
                }
            }
            Ok(())
        };
        let ended: Vec<_> = (0..rayon::current_num_threads().max(1)).into_par_iter().map(lane).collect();
        let first = ended.into_iter().filter_map(Result::err).min_by_key(|(number, _)| *number);
        first.map_or(Ok(()), |(_, error)| Err(error))
    }

    /// Whether a key came back. Where what was noted does not tell, the keys are read once more, but
    /// not of files that are known: whether one of theirs came back is left open then.
    fn repeats(&self) -> Result<bool, EngineError> {
        let mut keys = std::mem::take(&mut locked(&self.ledger).tally.keys);
        let mut repeats = keys.repeats();
        if repeats == Repeats::Unknown && self.setup.begun.is_none() {
            keys = self.hashes()?;
            repeats = keys.repeats();
        }
        let mut ledger = locked(&self.ledger);
        match (repeats, &self.setup.begun) {
            (Repeats::No, _) if self.setup.goes_on => {
                (ledger.tally.keys, ledger.apart) = (keys, Apart::Yes);
            }
            (Repeats::No, _) => {}
            (_, Some(_)) => ledger.apart = Apart::Perhaps,
            (repeats, None) => return Ok(repeats == Repeats::Yes),
        }
        Ok(false)
    }

    /// The hashes of all keys.
    fn hashes(&self) -> Result<Keys, EngineError> {
        let hashes = Mutex::new(Keys::default());
        let again = Self::new(Arc::new(self.setup.keys_only()));
        again.drain(|batch| {
            let mut noted = Keys::default();
            batch.ids.iter().for_each(|ids| noted.note_hashes(ids));
            locked(&hashes).add(noted);
        })?;
        Ok(hashes.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads all rows once more in their order, which finds and names the keys that came back.
    fn in_order(&self) -> Result<(), EngineError> {
        let mut again = Self::new(self.setup.clone());
        let outcome = again.by_ref().find_map(Result::err);
        let again = again.ledger.into_inner().unwrap_or_else(PoisonError::into_inner);
        locked(&self.ledger).replace(again);
        outcome.map_or(Ok(()), Err)
    }
}

impl Lanes for Reader {
    fn take(&self) -> Result<Option<(usize, Stretch<'_>)>, EngineError> {
        let piece = locked(&self.source).piece()?;
        Ok(piece.map(|(number, piece)| {
            let lane = Lane {
                reader: self,
                number,
                piece: Some(piece),
                chunks: None,
                tally: Some(Tally::default()),
                memory: locked(&self.spare).pop().unwrap_or_default(),
            };
            (number, Box::new(lane) as Stretch<'_>)
        }))
    }

    fn verdict(&self) -> Result<(), EngineError> {
        locked(&self.source).digested()?;
        if matches!(self.setup.rule, Rule::Refuse) && self.repeats()? {
            self.in_order()?;
        }
        locked(&self.ledger).verdict(&self.setup)
    }
}

/// One stretch while it is read.
struct Lane<'r> {
    reader: &'r Reader,
    number: usize,
    /// What was taken, until it is opened.
    piece: Option<Piece>,
    chunks: Option<Chunks>,
    /// The account so far; none after the end.
    tally: Option<Tally>,
    memory: Memory,
}

impl Lane<'_> {
    fn advance(&mut self) -> Result<Option<Batch>, EngineError> {
        if let Some(piece) = self.piece.take() {
            self.chunks = Some(piece.open()?);
        }
        let setup = &self.reader.setup;
        let Some(tally) = &mut self.tally else { return Ok(None) };
        while let Some(chunk) = self.chunks.as_mut().and_then(Iterator::next) {
            let parsed = parse::chunk(&chunk?, &setup.recipes, &setup.identity, &mut self.memory)?;
            let keep = setup.sift(&parsed, tally);
            let ids = parsed.keys.clone();
            let part = Setup::part(parsed, ids, keep)?;
            if let (Rule::Refuse, Some(ids)) = (&setup.rule, &part.ids) {
                match setup.by_hashes() {
                    true => tally.keys.note_hashes(ids),
                    false => tally.keys.note(ids),
                }
            }
            let batch = setup.batch(part, tally);
            if batch.rows > 0 {
                return Ok(Some(batch));
            }
        }
        self.end(true);
        Ok(None)
    }

    /// Books what was read.
    fn end(&mut self, whole: bool) {
        self.chunks = None;
        if let Some(tally) = self.tally.take() {
            locked(&self.reader.spare).push(std::mem::take(&mut self.memory));
            locked(&self.reader.ledger).book(self.number, tally, whole);
        }
    }
}

impl Iterator for Lane<'_> {
    type Item = Result<Batch, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.advance();
        if next.is_err() {
            self.end(false);
        }
        next.transpose()
    }
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        self.end(false);
    }
}
