//! The records of a batch laid out by each of their keys.
//!
//! A contract that asks whether a customer came back, and whether with the same
//! topic, goes over its contacts by customer, and by customer and topic. They
//! are laid out once, by customer, and each record says which topic it is about:
//!
//! | customer | topic | laid out by | with the place |
//! |----------|-------|-------------|----------------|
//! | 1007 | 12 | 1007 | 13 |
//! | 1007 | missing | 1007 | 0 |
//!
//! That goes as long as both are whole numbers, the second a small one. A batch
//! in which anything else occurs is laid out by both keys.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use arrow::buffer::{BooleanBuffer, NullBuffer};

use super::batch::Standing;
use super::bins::{Dated, Keyed, Writer};
use super::error::EngineError;
use super::filter::Filter;
use super::frame::Frame;
use super::hash::first_word;
use super::hashes::Hashes;
use super::scan::{Part, Reading};
use super::truth::{bits, both};
use super::values::Keys;
use crate::plan::{Finer, NodeId};

impl Reading<'_> {
    /// Lays out the records by each of their keys.
    pub(super) fn lay_out(
        &self,
        frame: &mut Frame,
        standing: Option<Standing>,
        part: &mut Part,
    ) -> Result<(), EngineError> {
        let dates = self.dates(frame)?;
        let all = BooleanBuffer::new_set(frame.rows);
        let there =
            |known: Option<&NullBuffer>| known.map_or_else(|| all.clone(), |known| known.inner().clone());
        let apart: Vec<Apart<'_>> =
            self.finer.iter().map(|finer| self.apart(finer, frame)).collect::<Result<_, _>>()?;
        for (at, stream, filter) in &self.streams {
            let Some(dates) = dates.get(&stream.date) else { continue };
            let own = apart.iter().find(|apart| apart.finer.stream == *at);
            let among = apart.iter().find(|apart| apart.finer.among == *at);
            let keys = match own {
                Some(apart) => &apart.keys,
                None => frame.keys(stream.key)?,
            };
            // Those that have a place stand among others.
            if own.is_none_or(|own| own.places.is_none()) {
                let places = among.and_then(|among| among.places.as_deref());
                let chosen = match (chosen(keys, filter.as_ref()), self.still_asking(*at, frame, standing)) {
                    (Some(chosen), Some(asking)) => Some(&chosen & &asking),
                    (chosen, asking) => chosen.or(asking),
                };
                let writers = part.layouts.entry(*at).or_default();
                if writers.is_empty() {
                    writers.push(Writer::default());
                }
                let Some(writer) = writers.first_mut() else { continue };
                writer.add(frame.first, &Keyed { keys: &keys.hashes, dates, places, chosen }, self.budget);
                writer.relieve(self.budget)?;
            }
            let known = there(keys.known.as_ref());
            frame.keyed.insert(stream.key, known);
            frame.dated.extend(stream.date.map(|date| (date, there(dates.known()))));
        }
        Ok(())
    }

    /// The moments of all streams.
    fn dates(&self, frame: &Frame) -> Result<BTreeMap<Option<NodeId>, Dated>, EngineError> {
        let mut dates = BTreeMap::new();
        for (_, stream, _) in &self.streams {
            if let Entry::Vacant(place) = dates.entry(stream.date) {
                place.insert(match stream.date {
                    Some(date) => {
                        Dated::of(frame.get(date)?.instants(frame.rows)?, frame.spans.get(&date).copied())
                    }
                    None => Dated::in_no_order(frame.rows),
                });
            }
        }
        Ok(dates)
    }

    /// Of rows that stand in a stream only to ask those with an answer that is not settled; none for all others.
    fn still_asking(
        &self,
        stream: usize,
        frame: &Frame,
        standing: Option<Standing>,
    ) -> Option<BooleanBuffer> {
        let questions = self.only_asking.get(&stream).filter(|_| standing == Some(Standing::Open))?;
        let asking = |question| match frame.answered.get(question) {
            Some(settled) => settled.unknown(),
            None => BooleanBuffer::new_set(frame.rows),
        };
        let none = BooleanBuffer::new_unset(frame.rows);
        Some(questions.iter().map(asking).fold(none, |all, more| &all | &more))
    }

    /// What tells the records of a finer stream apart from others with the same first field.
    fn apart<'f>(&self, finer: &'f Finer, frame: &Frame) -> Result<Apart<'f>, EngineError> {
        let among = self.streams.iter().find(|(at, ..)| *at == finer.among);
        let (_, among, filter) = among.ok_or_else(|| EngineError::new("a stream is not known"))?;
        let (first, by) = (frame.keys(among.key)?, frame.get(finer.by)?);
        let places = first.hashes.places(by).filter(|_| filter.is_none());
        let hashes = match places {
            Some(_) => Hashes::none(0),
            None => first.hashes.finer(&Hashes::of(by, frame.rows)?),
        };
        let known = both(first.known.as_ref(), by.known().as_ref());
        Ok(Apart { finer, places, keys: Keys { hashes, known } })
    }
}

/// How the records of a finer stream are laid out.
struct Apart<'f> {
    finer: &'f Finer,
    /// The place of each among those with the same first field; none where they are laid out by themselves.
    places: Option<Vec<u64>>,
    /// Their own keys, without hashes where these are not asked for.
    keys: Keys,
}

/// Which records with a known key are laid out; none when all are.
pub(super) fn chosen(keys: &Keys, filter: Option<&Filter>) -> Option<BooleanBuffer> {
    let asked = filter.map(|filter| match &keys.hashes {
        Hashes::Words(words) => bits(words, |word| filter.may_have(word)),
        Hashes::Any(hashes) => bits(hashes, |hash| filter.may_have(first_word(hash))),
    });
    let known = keys.known.as_ref().filter(|known| known.null_count() > 0).map(|known| known.inner());
    match (asked, known) {
        (Some(asked), Some(known)) => Some(&asked & known),
        (asked, known) => asked.or(known.cloned()),
    }
}
