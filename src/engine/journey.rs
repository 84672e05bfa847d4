//! Journeys: the contacts of one customer joined, whatever the channel.
//!
//! `at most 7 days apart, counting contacts within 30 minutes as one`:
//!
//! | contact | journey |
//! |---|---|
//! | 3 January, phone | the first |
//! | 8 January, e-mail | the same: 5 days later |
//! | 8 January, 10 minutes later, phone | the same, not counted; a third of its channels is no new one |
//! | 16 January, phone | the next: 8 days later |
//!
//! The first is open until 15 January, 7 days after its last contact.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use arrow::array::{Array, ArrayRef, Int64Array, StringArray};
use arrow::compute::interleave;
use rayon::prelude::*;

use super::batch::{Batch, Column};
use super::error::EngineError;
use super::evaluate::{self, Context};
use super::frame::Frame;
use super::hash::{hash, pair};
use super::load::Loaded;
use super::offsets::Offsets;
use super::source::Rows;
use super::window;
use crate::plan::Join;

/// Journeys of a batch.
const ROWS: usize = 65_536;

/// A contact, in 40 bytes.
#[derive(Debug, Clone, Copy)]
struct Contact {
    key: u128,
    time: i64,
    batch: u32,
    row: u32,
}

impl Contact {
    fn place(&self) -> (usize, usize) {
        let index = |value: u32| usize::try_from(value).unwrap_or(usize::MAX);
        (index(self.batch), index(self.row))
    }
}

/// A finished or unfinished journey.
struct Journey {
    first: (usize, usize),
    last: (usize, usize),
    from: i64,
    to: i64,
    contacts: i64,
    channels: i64,
    until: i64,
}

/// All contacts of a table that are joined.
pub(super) struct Contacts<'a> {
    join: &'a Join,
    offsets: &'a Offsets,
    batches: Vec<Batch>,
    contacts: Vec<Contact>,
    /// The latest date of the table.
    pub(super) latest: Option<i64>,
}

impl<'a> Contacts<'a> {
    /// Reads the contacts and puts them in order.
    pub(super) fn read(
        join: &'a Join,
        rows: &mut dyn Rows,
        context: &Context<'a>,
    ) -> Result<Self, EngineError> {
        let mut all =
            Self { join, offsets: context.offsets, batches: Vec::new(), contacts: Vec::new(), latest: None };
        for batch in rows {
            all.add(batch?, context)?;
        }
        let Self { contacts, batches, .. } = &mut all;
        let id = |contact: &Contact| {
            let (batch, row) = contact.place();
            let ids = batches.get(batch).and_then(|batch| batch.ids.as_ref());
            ids.and_then(|ids| ids.get(row)).unwrap_or_default()
        };
        contacts.par_sort_unstable_by(|a, b| {
            (a.key, a.time)
                .cmp(&(b.key, b.time))
                .then_with(|| id(a).cmp(&id(b)))
                .then_with(|| a.place().cmp(&b.place()))
        });
        Ok(all)
    }

    fn add(&mut self, batch: Batch, context: &Context<'_>) -> Result<(), EngineError> {
        let mut frame = Frame::new(&self.join.scan, &batch, false);
        evaluate::level(&self.join.scan, 0, Some(&batch), &mut frame, context)?;
        let member = frame.truth(self.join.member)?.now.yes;
        let keys = frame.keys(self.join.key)?;
        let dates = frame.get(self.join.date)?.instants(frame.rows)?;
        self.latest = self.latest.max(arrow::compute::max(&dates));
        let number = u32::try_from(self.batches.len());
        let number = number.map_err(|_| EngineError::new("there are too many rows to join"))?;
        for row in member.set_indices().filter(|row| dates.is_valid(*row)) {
            let known = keys.known.as_ref().is_none_or(|known| known.is_valid(row));
            let key = keys.hashes.get(row).filter(|_| known);
            // Without a key a contact is a journey of its own.
            let key = key.unwrap_or_else(|| pair(hash(b"alone"), hash(frame.id(row).as_bytes())));
            let row = u32::try_from(row).map_err(|_| EngineError::new("a batch has too many rows"))?;
            let time = usize::try_from(row).map_or(0, |row| dates.value(row));
            self.contacts.push(Contact { key, time, batch: number, row });
        }
        self.batches.push(batch);
        Ok(())
    }

    /// The journeys as rows of their table; `loaded` is the account of the contacts.
    pub(super) fn joined(self, loaded: &Loaded) -> Result<Joined, EngineError> {
        let journeys: Vec<Journey> =
            self.contacts.chunk_by(|a, b| a.key == b.key).flat_map(|group| self.journeys(group)).collect();
        let mut account = Loaded::default();
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        account.totals.files.clone_from(&loaded.totals.files);
        account.totals.known_by.clone_from(&loaded.totals.known_by);
        account.totals.read = count(self.contacts.len());
        account.totals.accepted = count(journeys.len());
        account.totals.folded = count(self.contacts.len() - journeys.len());
        let batches = journeys.chunks(ROWS).map(|some| self.batch(some)).collect::<Result<_, _>>()?;
        Ok(Joined { batches, account })
    }

    /// The journeys of the contacts with one key, in order.
    fn journeys(&self, group: &[Contact]) -> Vec<Journey> {
        let mut found: Vec<Journey> = Vec::new();
        let mut channels: BTreeSet<Cow<'_, str>> = BTreeSet::new();
        for contact in group {
            let (place, time) = (contact.place(), contact.time);
            let gap_end = |from| window::end(Some(self.join.gap), from, self.offsets);
            if let Some(journey) = found.last_mut().filter(|journey| time <= journey.until) {
                let merged =
                    self.join.merged.map(|merged| window::end(Some(merged), journey.to, self.offsets));
                journey.contacts += i64::from(merged.is_none_or(|end| time > end));
                (journey.last, journey.to) = (place, time);
                if !self.join.from_first {
                    journey.until = gap_end(time);
                }
            } else {
                channels.clear();
                let until = gap_end(time);
                found.push(Journey {
                    first: place,
                    last: place,
                    from: time,
                    to: time,
                    contacts: 1,
                    channels: 0,
                    until,
                });
            }
            channels.extend(self.channel(place));
            if let Some(journey) = found.last_mut() {
                journey.channels = i64::try_from(channels.len()).unwrap_or(i64::MAX);
            }
        }
        found
    }

    fn channel(&self, (batch, row): (usize, usize)) -> Option<Cow<'_, str>> {
        let Some(Column::Text(values)) = self.batches.get(batch)?.columns.get("channel") else { return None };
        values.get(row)
    }

    fn batch(&self, journeys: &[Journey]) -> Result<Batch, EngineError> {
        let whole = |of: fn(&Journey) -> i64| Int64Array::from_iter_values(journeys.iter().map(of));
        let firsts: Vec<(usize, usize)> = journeys.iter().map(|journey| journey.first).collect();
        let lasts: Vec<(usize, usize)> = journeys.iter().map(|journey| journey.last).collect();
        let mut columns = BTreeMap::from([
            ("contacts".to_string(), Column::Whole(whole(|it| it.contacts))),
            ("channels".to_string(), Column::Whole(whole(|it| it.channels))),
            ("first_at".to_string(), Column::Instant(whole(|it| it.from))),
            ("last_at".to_string(), Column::Instant(whole(|it| it.to))),
            ("duration".to_string(), Column::Duration(whole(|it| it.to - it.from))),
        ]);
        columns.extend(self.picked("resolved", &lasts)?.map(|column| ("resolved".to_string(), column)));
        for key in &self.join.keys {
            columns.extend(self.picked(key, &firsts)?.map(|column| (key.clone(), column)));
        }
        let ids: StringArray = firsts
            .iter()
            .map(|(batch, row)| {
                let ids = self.batches.get(*batch).and_then(|batch| batch.ids.as_ref());
                ids.and_then(|ids| ids.get(*row))
            })
            .collect();
        columns.insert("id".to_string(), Column::Text(ids.clone().into()));
        let files =
            firsts.iter().filter_map(|(batch, row)| self.batches.get(*batch)?.files.get(*row).copied());
        let lines =
            firsts.iter().filter_map(|(batch, row)| self.batches.get(*batch)?.lines.get(*row).copied());
        Ok(Batch {
            rows: journeys.len(),
            columns,
            ids: Some(ids.into()),
            files: files.collect(),
            lines: lines.collect(),
            ends: Some(journeys.iter().map(|journey| journey.until).collect()),
            earlier: None,
        })
    }

    /// A field of the contacts at these places; none when they do not have it.
    fn picked(&self, field: &str, places: &[(usize, usize)]) -> Result<Option<Column>, EngineError> {
        let columns: Option<Vec<&Column>> =
            self.batches.iter().map(|batch| batch.columns.get(field)).collect();
        let Some(columns) = columns.filter(|columns| !columns.is_empty()) else { return Ok(None) };
        let arrays: Vec<ArrayRef> = columns.iter().map(|column| column.array()).collect();
        let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
        let fault = |error| EngineError::new(format!("columns do not fit together: {error}"));
        let array = interleave(&arrays, places).map_err(fault)?;
        Ok(columns.first().map(|column| column.of(&array)))
    }
}

/// Journeys as the rows of a table.
pub(super) struct Joined {
    batches: VecDeque<Batch>,
    account: Loaded,
}

impl Iterator for Joined {
    type Item = Result<Batch, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.batches.pop_front().map(Ok)
    }
}

impl Rows for Joined {
    fn finish(self: Box<Self>) -> Loaded {
        self.account
    }
}
