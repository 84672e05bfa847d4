//! Reading one table once: every batch is handed to each reading of it in turn.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::Progress;
use super::batch::Batch;
use super::error::EngineError;
use super::scan::{Part, Reading};
use super::source::{Lanes, Rows};

/// What every reading has given so far, in their order.
type Parts = Vec<Part>;

fn merge(parts: Parts, others: Parts) -> Parts {
    parts.into_iter().zip(others).map(|(part, other)| part.merge(other)).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The next batches, enough to keep every thread at work.
fn pull(rows: &mut dyn Rows) -> Result<Vec<Batch>, EngineError> {
    rows.take(2 * rayon::current_num_threads().max(1)).collect()
}

/// All readings of a table.
pub(super) struct Batches<'a> {
    pub(super) readings: Vec<Reading<'a>>,
    pub(super) progress: &'a dyn Progress,
}

impl Batches<'_> {
    /// Reads the table to its end, or to the first error.
    pub(super) fn read(&self, rows: &mut dyn Rows) -> Result<Parts, EngineError> {
        match rows.lanes() {
            Some(lanes) => self.at_once(lanes, rows.expected()),
            None => self.in_order(rows),
        }
    }

    /// How many rows have been read.
    pub(super) fn rows(&self) -> u64 {
        self.readings.first().map_or(0, |reading| reading.rows.load(Ordering::Relaxed))
    }

    fn fresh(&self) -> Parts {
        self.readings.iter().map(|_| Part::default()).collect()
    }

    /// Every thread reads and works on stretches of its own. Of several errors
    /// the first by row is reported: whatever comes before it was taken before it.
    fn at_once(&self, lanes: &dyn Lanes, expected: Option<u64>) -> Result<Parts, EngineError> {
        let (failed, errors) = (AtomicBool::new(false), Mutex::new(BTreeMap::new()));
        let all = Mutex::new(self.fresh());
        let work = || {
            let mut parts = self.fresh();
            while !failed.load(Ordering::Relaxed) {
                let taken = lanes.take();
                let (number, done) = match taken {
                    Ok(None) => break,
                    Ok(Some((number, stretch))) => (
                        number,
                        stretch.enumerate().try_for_each(|(at, batch)| {
                            self.batch((number, at), &batch?, &mut parts)?;
                            self.tell(expected);
                            Ok(())
                        }),
                    ),
                    Err(error) => (usize::MAX, Err(error)),
                };
                if let Err(error) = done {
                    failed.store(true, Ordering::Relaxed);
                    lock(&errors).entry(number).or_insert(error);
                }
            }
            let mut all = lock(&all);
            *all = merge(std::mem::take(&mut *all), parts);
        };
        rayon::scope(|scope| (0..rayon::current_num_threads().max(1)).for_each(|_| scope.spawn(|_| work())));
        let errors = errors.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, error)) = errors.into_iter().next() {
            return Err(error);
        }
        lanes.verdict()?;
        Ok(all.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// While some batches are worked on, the next ones are read.
    fn in_order(&self, rows: &mut dyn Rows) -> Result<Parts, EngineError> {
        let threads = rayon::current_num_threads().max(1);
        let parts: Vec<Mutex<Parts>> = (0..=threads).map(|_| Mutex::new(self.fresh())).collect();
        let mut number = 0;
        let mut batches = pull(rows)?;
        while !batches.is_empty() {
            let first = number;
            number += batches.len();
            let work = || self.work(first, batches, &parts);
            let (worked, next) = rayon::join(work, || pull(rows));
            worked?;
            self.tell(rows.expected());
            batches = next?;
        }
        let parts = parts.into_iter().map(|parts| parts.into_inner().unwrap_or_else(PoisonError::into_inner));
        Ok(parts.reduce(merge).unwrap_or_default())
    }

    /// Works on some batches; of several errors the first by row is reported.
    /// Each thread has parts of its own, and the last ones are for whoever is none of them.
    fn work(&self, first: usize, batches: Vec<Batch>, parts: &[Mutex<Parts>]) -> Result<(), EngineError> {
        let work = |(at, batch): (usize, Batch)| {
            let mine = rayon::current_thread_index().and_then(|at| parts.get(at)).or(parts.last());
            mine.map_or(Ok(()), |mine| self.batch((0, first + at), &batch, &mut lock(mine)))
        };
        let done: Vec<_> = batches.into_par_iter().enumerate().map(work).collect();
        done.into_iter().collect()
    }

    fn batch(&self, number: (usize, usize), batch: &Batch, parts: &mut Parts) -> Result<(), EngineError> {
        let mut all = self.readings.iter().zip(parts);
        all.try_for_each(|(reading, part)| reading.batch(number, batch, part))
    }

    fn tell(&self, expected: Option<u64>) {
        let read = self.rows();
        let table = self.readings.first().map_or("", |reading| reading.scan.table.name.as_str());
        self.progress.rows(table, read, expected.map(|all| all.max(read)));
    }
}
