//! Look-aheads: one pass over all records of a key in the order of time.
//!
//! The records asked about and those searched become small entries of key,
//! moment and place; sorted, the entries of one key stand together and a sweep
//! answers each question. Whatever the data, the work grows like n log n: one
//! customer with a million contacts costs no more than a million customers.
//!
//! Entries of one key and moment are in the order of their ids, which are
//! looked up only then. Two records of the same moment and id follow neither
//! one nor the other.

mod amount;
mod open;
mod sweep;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

use arrow::array::{Array, BooleanBufferBuilder, Int64Array};
use arrow::buffer::BooleanBuffer;
use rayon::prelude::*;

use self::open::Open;
use self::sweep::Sweep;
use super::error::EngineError;
use super::frame::{Frame, Ripeness};
use super::offsets::Offsets;
use super::truth::{Pair, Truth, less};
use super::window;
use crate::contract::Direction;
use crate::plan::{Keyed, NodeId, Pass, Question};
use crate::value::Ratio;

/// All batches of all tables, in the order of their rows.
pub(super) type Frames = BTreeMap<String, Vec<Frame>>;

/// The answers to one question, batch by batch of the base table.
pub(super) struct Answered {
    pub(super) question: usize,
    pub(super) batches: Vec<(Truth, Option<Ripeness>)>,
}

/// Answers the questions of a pass for all records of its base table.
/// `complete_to` is the last moment of which all records are there.
pub(super) fn run(
    pass: &Pass,
    questions: &[Question],
    complete_to: i64,
    frames: &Frames,
    offsets: &Offsets,
) -> Result<Vec<Answered>, EngineError> {
    let sides = Sides::new(pass, frames);
    let entries = sides.entries()?;
    let nested = sides.is_nested();
    let mut answers = Vec::new();
    for at in &pass.questions {
        let Some(question) = questions.get(*at) else { continue };
        let found = |mask| Ok(sides.spread(&sides.matched(question, mask, &entries, offsets)?));
        let firm = sides.only_grows(question)?;
        let matched = found(TARGET)?;
        let open = match nested {
            false => None,
            true => Some(Open {
                certain: found(CERTAIN)?,
                possible: found(POSSIBLE)?,
                ends: sides.ends(question, &entries, offsets),
            }),
        };
        let batch = |((at, frame), matched): ((usize, &Frame), BooleanBuffer)| {
            let asked = Asked { pass, question, frame, offsets, firm };
            let answer = asked.answer(matched, complete_to)?;
            Ok(match open.as_ref().and_then(|open| open.batch(at)) {
                Some((certain, possible, ends)) => asked.opened(answer, certain, possible, ends)?,
                None => answer,
            })
        };
        let batches = sides.base.par_iter().enumerate().zip(matched).map(batch);
        let batches = batches.collect::<Result<_, EngineError>>()?;
        answers.push(Answered { question: *at, batches });
    }
    Ok(answers)
}

/// A record of a pass, in 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    key: u128,
    time: i64,
    row: u32,
    /// The batch, and in the lowest bits what the record is there for.
    tag: u32,
}

const BASE: u32 = 1;
const TARGET: u32 = 2;
/// Searched, and certain to stay so.
const CERTAIN: u32 = 4;
/// Searched, or may come to be.
const POSSIBLE: u32 = 8;
/// How many bits those are.
const BITS: u32 = 4;

impl Entry {
    fn asked(&self) -> bool {
        self.tag & BASE != 0
    }

    /// Whether it is open if the record can be found.
    fn is_open(&self) -> bool {
        self.tag & POSSIBLE != 0 && self.tag & CERTAIN == 0
    }

    /// Batch and row.
    fn place(&self) -> (u32, u32) {
        (self.tag >> BITS, self.row)
    }
}

/// The batches of both tables.
struct Sides<'a> {
    pass: &'a Pass,
    base: &'a [Frame],
    target: &'a [Frame],
}

impl<'a> Sides<'a> {
    fn new(pass: &'a Pass, frames: &'a Frames) -> Self {
        let of = |table: &str| frames.get(table).map_or(&[][..], Vec::as_slice);
        Self { pass, base: of(&pass.base.table), target: of(&pass.target.table) }
    }

    /// Whether a record asked about is the same as the one searched.
    fn one_table(&self) -> bool {
        self.pass.base.table == self.pass.target.table
    }

    /// All records with a known key and date, in order.
    fn entries(&self) -> Result<Vec<Entry>, EngineError> {
        let Pass { base, target, member, .. } = self.pass;
        let mut entries = if base == target {
            self.collect(self.base, base, BASE, Some(*member))?
        } else {
            let mut entries = self.collect(self.base, base, BASE, None)?;
            entries.extend(self.collect(self.target, target, 0, Some(*member))?);
            entries
        };
        entries.par_sort_unstable_by(|a, b| {
            a.key.cmp(&b.key).then_with(|| self.order(a, b)).then_with(|| (a.tag, a.row).cmp(&(b.tag, b.row)))
        });
        Ok(entries)
    }

    fn collect(
        &self,
        frames: &[Frame],
        keyed: &Keyed,
        tag: u32,
        member: Option<NodeId>,
    ) -> Result<Vec<Entry>, EngineError> {
        let one = |(at, frame): (usize, &Frame)| {
            let number = u32::try_from(at).ok().filter(|at| *at < u32::MAX >> BITS);
            let number =
                number.ok_or_else(|| EngineError::new(format!("`{}` has too many rows", keyed.table)))?;
            batch_entries(frame, keyed, (number << BITS) | tag, member)
        };
        let all = frames.par_iter().enumerate().map(one).collect::<Result<Vec<_>, _>>()?;
        Ok(all.concat())
    }

    /// By moment, then by id.
    fn order(&self, a: &Entry, b: &Entry) -> Ordering {
        a.time.cmp(&b.time).then_with(|| self.id(a).cmp(&self.id(b)))
    }

    fn id(&self, entry: &Entry) -> Cow<'_, str> {
        let frames = if entry.asked() { self.base } else { self.target };
        let (frame, row) = index(entry);
        frames.get(frame).map_or(Cow::Borrowed(""), |frame| frame.id(row))
    }

    /// The places of the records for which the answer is yes.
    fn matched(
        &self,
        question: &Question,
        mask: u32,
        entries: &[Entry],
        offsets: &Offsets,
    ) -> Result<Vec<(u32, u32)>, EngineError> {
        let earlier = if question.direction == Direction::Preceded { self.target } else { self.base };
        let starts = question.after.map(|after| moments(earlier, after)).transpose()?;
        let amounts = self.amounts(question)?;
        let ends = self.holding(question, offsets)?;
        let sweep = Sweep {
            question,
            amount: &|entry| at(&amounts, index(entry)).cloned().unwrap_or_else(Ratio::one),
            holds: &|entry| at(&ends, index(entry)).copied().unwrap_or(window::NEVER),
            mask,
            offsets,
            one_table: self.one_table(),
            order: &|a, b| self.order(a, b),
            start: &|entry| match &starts {
                None => Some(entry.time),
                Some(starts) => {
                    let (frame, row) = index(entry);
                    starts
                        .get(frame)
                        .filter(|starts| row < starts.len() && starts.is_valid(row))
                        .map(|starts| starts.value(row))
                }
            },
        };
        let groups = entries.par_chunk_by(|a, b| a.key == b.key);
        let found = groups.fold(Vec::new, |mut found, group| {
            sweep.group(group, &mut found);
            found
        });
        Ok(found.reduce(Vec::new, |mut all, mut more| {
            all.append(&mut more);
            all
        }))
    }

    /// The places as bits per batch.
    fn spread(&self, places: &[(u32, u32)]) -> Vec<BooleanBuffer> {
        let empty = |frame: &Frame| {
            let mut bits = BooleanBufferBuilder::new(frame.rows);
            bits.append_n(frame.rows, false);
            bits
        };
        let mut bits: Vec<BooleanBufferBuilder> = self.base.iter().map(empty).collect();
        for (frame, row) in places {
            if let (Ok(frame), Ok(row)) = (usize::try_from(*frame), usize::try_from(*row))
                && let Some(bits) = bits.get_mut(frame)
            {
                bits.set_bit(row, true);
            }
        }
        bits.iter_mut().map(BooleanBufferBuilder::finish).collect()
    }
}

/// What a list by batch has for a place.
fn at<T>(lists: &[Vec<T>], (frame, row): (usize, usize)) -> Option<&T> {
    lists.get(frame)?.get(row)
}

fn index(entry: &Entry) -> (usize, usize) {
    let (frame, row) = entry.place();
    let index = |value: u32| usize::try_from(value).unwrap_or(usize::MAX);
    (index(frame), index(row))
}

fn moments(frames: &[Frame], node: NodeId) -> Result<Vec<Int64Array>, EngineError> {
    frames.iter().map(|frame| frame.get(node)?.instants(frame.rows)).collect()
}

/// The records of a batch; those in `member` can be found.
fn batch_entries(
    frame: &Frame,
    keyed: &Keyed,
    tag: u32,
    member: Option<NodeId>,
) -> Result<Vec<Entry>, EngineError> {
    let keys = frame.keys(keyed.key)?;
    let dates = frame.get(keyed.date)?.instants(frame.rows)?;
    let marks = member.map(|node| open::marks(frame, node)).transpose()?;
    let mut entries = Vec::with_capacity(frame.rows);
    for (row, (key, time)) in keys.hashes.iter().zip(dates.values()).enumerate() {
        let known = dates.is_valid(row) && keys.known.as_ref().is_none_or(|known| known.is_valid(row));
        let tag = tag | marks.as_ref().map_or(0, |marks| marks(row));
        if known && tag & (BASE | TARGET | POSSIBLE) != 0 {
            let row = u32::try_from(row).map_err(|_| EngineError::new("a batch has too many rows"))?;
            entries.push(Entry { key: *key, time: *time, row, tag });
        }
    }
    Ok(entries)
}

/// A question to the records of one batch.
struct Asked<'a> {
    pass: &'a Pass,
    question: &'a Question,
    frame: &'a Frame,
    offsets: &'a Offsets,
    /// What was found stays found, whatever comes.
    firm: bool,
}

impl Asked<'_> {
    /// A record without a known key matches nothing (and is a case of its
    /// own); without a known date, or start of the window, it is unknown what
    /// it would match.
    fn answer(
        &self,
        matched: BooleanBuffer,
        complete_to: i64,
    ) -> Result<(Truth, Option<Ripeness>), EngineError> {
        let frame = self.frame;
        let all = || BooleanBuffer::new_set(frame.rows);
        let keys =
            frame.keys(self.pass.base.key)?.known.as_ref().map_or_else(all, |known| known.inner().clone());
        let followed = self.question.looks_ahead();
        let dates = frame.get(self.pass.base.date)?.instants(frame.rows)?;
        let after = self.question.after.filter(|_| followed);
        let starts = after.map(|after| frame.get(after)?.instants(frame.rows)).transpose()?;
        let starts = starts.as_ref().unwrap_or(&dates);
        let known = |array: &Int64Array| array.nulls().map_or_else(all, |known| known.inner().clone());
        let dated = &known(&dates) & &known(starts);
        let asked = &keys & &dated;
        let unmatched = less(&(&!&keys | &dated), &matched);
        let now = Pair { yes: matched.clone(), no: unmatched };
        if self.question.direction == Direction::StartsCase {
            return Ok((alone(&matched, &keys, &dated).into(), None));
        }
        if !followed {
            return Ok((now.into(), None));
        }
        let end = |start: &i64| window::end(self.question.window, *start, self.offsets);
        let ends: Vec<i64> = starts.values().iter().map(end).collect();
        let running: BooleanBuffer = ends.iter().map(|end| *end > complete_to).collect();
        let unripe = &running & &asked;
        if unripe.count_set_bits() == 0 {
            return Ok((now.into(), None));
        }
        let certain = if self.firm { matched } else { less(&matched, &unripe) };
        let settled = Pair { yes: certain, no: less(&now.no, &unripe) };
        Ok((Truth { now, settled: Some(settled) }, Some(Ripeness { unripe, ends })))
    }
}

impl Asked<'_> {
    /// An answer that rests on records which may still change.
    fn opened(
        &self,
        (truth, ripeness): (Truth, Option<Ripeness>),
        certain: &BooleanBuffer,
        possible: &BooleanBuffer,
        ends: &[i64],
    ) -> Result<(Truth, Option<Ripeness>), EngineError> {
        let waits: BooleanBuffer = ends.iter().map(|end| *end > i64::MIN).collect();
        let before = truth.settled().clone();
        let settled = match self.question.direction {
            // Where a case starts hangs on all records before.
            Direction::StartsCase => Pair { yes: less(&before.yes, &waits), no: less(&before.no, &waits) },
            _ => Pair { yes: &before.yes & certain, no: less(&before.no, possible) },
        };
        let open = less(&truth.now.known(), &settled.known());
        if open.count_set_bits() == 0 {
            return Ok((truth, ripeness));
        }
        let own = |row: usize| {
            let own = ripeness.as_ref().filter(|own| own.unripe.value(row));
            own.and_then(|own| own.ends.get(row)).copied().unwrap_or(i64::MIN)
        };
        let ends = ends.iter().enumerate().map(|(row, end)| own(row).max(*end)).collect();
        Ok((Truth { now: truth.now, settled: Some(settled) }, Some(Ripeness { unripe: open, ends })))
    }
}

/// Records without a key start a case each.
fn alone(matched: &BooleanBuffer, keys: &BooleanBuffer, dated: &BooleanBuffer) -> Pair {
    let yes = matched | &less(dated, keys);
    Pair { no: less(dated, &yes), yes }
}
