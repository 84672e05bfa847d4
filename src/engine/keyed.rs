//! Look-aheads: one pass over all records of a key in the order of time.
//!
//! The records asked about and those searched are laid out by key while their
//! tables stream by (see `bins`). Part by part, those of one key are put in
//! order and a sweep answers each question. Whatever the data, the work grows
//! like n log n: one customer with a million contacts costs no more than a
//! million customers.
//!
//! Entries of one key and moment are in the order of their ids, which are
//! looked up only then. Two records of the same moment and id follow neither
//! one nor the other.

mod amount;
mod answer;
mod groups;
mod open;
mod sweep;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering as Memory};

use arrow::array::Array;
use arrow::buffer::{BooleanBuffer, Buffer};
use rayon::prelude::*;

use self::answer::Asked;
use self::groups::{Groups, Marks};
use self::open::Open;
use self::sweep::Sweep;
use super::bins::{Bins, PARTS};
use super::distinct::{Counting, Distinct};
use super::error::EngineError;
use super::frame::{Frame, Ripeness};
use super::offsets::Offsets;
use super::table;
use super::truth::Truth;
use super::window;
use crate::contract::Direction;
use crate::plan::{Keyed, NodeId, Pass, Question, Stream};
use crate::value::Ratio;

/// All batches of all tables, in the order of the numbers of their rows.
pub(super) type Frames = BTreeMap<String, Vec<Frame>>;

/// The answers to one question, batch by batch of the base table.
pub(super) struct Answered {
    pub(super) question: usize,
    pub(super) batches: Vec<(Truth, Option<Ripeness>)>,
}

/// Records laid out by key, and what they are.
pub(super) struct Layouts<'a> {
    pub(super) streams: &'a [Stream],
    /// By stream.
    pub(super) bins: &'a BTreeMap<usize, Bins>,
}

impl<'a> Layouts<'a> {
    /// The layout of one side of a look-ahead.
    fn of(&self, keyed: &Keyed) -> Option<&'a Bins> {
        let at = self.streams.iter().position(|stream| stream.holds(keyed))?;
        self.bins.get(&at)
    }
}

/// A record of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    time: i64,
    row: u32,
    /// What the record is there for.
    tag: u32,
}

const BASE: u32 = 1;
const TARGET: u32 = 2;
/// Searched, and certain to stay so.
const CERTAIN: u32 = 4;
/// Searched, or may come to be.
const POSSIBLE: u32 = 8;

impl Entry {
    fn asked(&self) -> bool {
        self.tag & BASE != 0
    }

    /// Whether it is open if the record can be found.
    fn is_open(&self) -> bool {
        self.tag & POSSIBLE != 0 && self.tag & CERTAIN == 0
    }
}

/// Passes over the same records, and the different keys counted on the way.
pub(super) struct Round<'a> {
    /// The passes; those that say which records matter to others come before these.
    pub(super) passes: Vec<Going<'a>>,
    /// Different keys, by counter.
    pub(super) countings: Vec<(usize, Counting)>,
}

/// A pass of a round.
pub(super) struct Going<'a> {
    pub(super) pass: &'a Pass,
    /// The last moment of which all records searched are there.
    pub(super) complete_to: i64,
    /// The question, and the answer to it, without which a record need not be asked about.
    pub(super) wanted: Option<(usize, bool)>,
}

/// What a round brings.
#[derive(Default)]
pub(super) struct Brought {
    /// By pass.
    pub(super) answers: Vec<Vec<Answered>>,
    /// By counter.
    pub(super) keys: BTreeMap<usize, Distinct>,
}

/// Answers the questions of some passes from the same base for all its
/// records; those of a key are put in order once.
pub(super) fn run(
    round: &Round<'_>,
    questions: &[Question],
    frames: &Frames,
    layouts: &Layouts<'_>,
    offsets: &Offsets,
) -> Result<Brought, EngineError> {
    let sides: Vec<Sides<'_>> =
        round.passes.iter().map(|going| Sides::new(going.pass, frames, layouts, offsets)).collect();
    let asked = sides.iter().zip(&round.passes);
    let asked = asked.map(|(sides, going)| Inquiry::new(sides, questions, going.complete_to));
    let asked: Vec<Inquiry<'_>> = asked.collect::<Result<_, _>>()?;
    let wanted: Vec<Option<(&Answers, bool)>> =
        round.passes.iter().map(|going| wanted(going, &asked)).collect();
    let part = |part: usize| {
        let base = match sides.first().and_then(|sides| sides.base_bins) {
            Some(bins) => bins.sorted(part)?,
            None => Arc::default(),
        };
        let found = asked.iter().zip(&wanted).map(|(inquiry, wanted)| inquiry.part(part, &base, *wanted));
        let found = found.collect::<Result<Vec<_>, _>>()?;
        let keys: Vec<Distinct> = round.countings.iter().map(|(_, counting)| counting.part(&base)).collect();
        Ok((found, keys))
    };
    let parts = (0..PARTS).into_par_iter().map(part).collect::<Result<Vec<_>, EngineError>>()?;
    let mut brought = Brought::default();
    let mut rest: Vec<Vec<Vec<Found>>> = asked.iter().map(|_| Vec::new()).collect();
    for (found, keys) in parts {
        rest.iter_mut().zip(found).for_each(|(all, found)| all.push(found));
        for ((counter, _), keys) in round.countings.iter().zip(keys) {
            let sum = brought.keys.remove(counter).unwrap_or_default();
            brought.keys.insert(*counter, sum.merge(keys));
        }
    }
    for (inquiry, found) in asked.into_iter().zip(rest) {
        brought.answers.push(inquiry.answered(found)?);
    }
    Ok(brought)
}

/// The answers that say which records matter to a pass: those of a pass before
/// it in the round, to which no later record makes a difference.
fn wanted<'a>(going: &Going<'_>, asked: &'a [Inquiry<'_>]) -> Option<(&'a Answers, bool)> {
    let (question, answer) = going.wanted?;
    let before = asked.iter().take_while(|inquiry| inquiry.sides.pass != going.pass);
    let mut answers = before.flat_map(|inquiry| inquiry.asked.iter().zip(&inquiry.answers));
    let ((_, asked), answers) = answers.find(|((at, _), _)| *at == question)?;
    (!asked.looks_ahead() && answers.nested.is_none()).then_some((answers, answer))
}

/// The questions of one pass while they are answered.
struct Inquiry<'a> {
    sides: &'a Sides<'a>,
    asked: Vec<(usize, &'a Question)>,
    needs: Vec<Needed>,
    answers: Vec<Answers>,
    marks: Marks,
    complete_to: i64,
}

impl<'a> Inquiry<'a> {
    fn new(sides: &'a Sides<'a>, questions: &'a [Question], complete_to: i64) -> Result<Self, EngineError> {
        let nested = sides.is_nested();
        let asked: Vec<(usize, &Question)> =
            sides.pass.questions.iter().filter_map(|at| Some((*at, questions.get(*at)?))).collect();
        let needs = asked.iter().map(|(_, question)| sides.needs(question)).collect::<Result<_, _>>()?;
        let answers = asked.iter().map(|_| Answers::new(table::rows(sides.base), nested)).collect();
        Ok(Self { sides, asked, needs, answers, marks: Marks::of(sides, nested)?, complete_to })
    }

    /// Answers the questions for the records of one part.
    fn part(
        &self,
        part: usize,
        base: &[u64],
        wanted: Option<(&Answers, bool)>,
    ) -> Result<Vec<Found>, EngineError> {
        let sides = self.sides;
        let mut found: Vec<Found> = self.asked.iter().map(|_| Found::default()).collect();
        let target = match sides.target_bins.filter(|_| sides.pass.base != sides.pass.target) {
            Some(target) => Some(target.sorted(part)?),
            None => None,
        };
        let order = |a: &Entry, b: &Entry| sides.order(a, b);
        let sweeps: Vec<Sweep<'_>> = self
            .asked
            .iter()
            .zip(&self.needs)
            .map(|((_, question), needed)| {
                Sweep::new(question, needed, sides.offsets, sides.one_table(), &order, self.complete_to)
            })
            .collect();
        let wanted = |row: u32| wanted.is_none_or(|(answers, answer)| answers.matched.get(row) == answer);
        let target = target.as_ref().map(|words| words.as_slice());
        let mut groups = Groups::new(base, target, &self.marks, &wanted);
        let mut rows = Vec::new();
        while let Some(group) = groups.next(&order) {
            for ((sweep, answers), found) in sweeps.iter().zip(&self.answers).zip(&mut found) {
                sweep.unripe(group, &mut found.unripe);
                sweep.rows(group, TARGET, &mut rows);
                rows.drain(..).for_each(|row| answers.matched.set(row));
                if let Some((certain, possible)) = &answers.nested {
                    sweep.rows(group, CERTAIN, &mut rows);
                    rows.drain(..).for_each(|row| certain.set(row));
                    sweep.rows(group, POSSIBLE, &mut rows);
                    rows.drain(..).for_each(|row| possible.set(row));
                    sides.group_ends(sweep.question, group, &mut found.ends);
                }
            }
        }
        Ok(found)
    }

    /// The answers, batch by batch, from what all parts found.
    fn answered(self, parts: Vec<Vec<Found>>) -> Result<Vec<Answered>, EngineError> {
        let mut all: Vec<Found> = self.asked.iter().map(|_| Found::default()).collect();
        for found in parts {
            for (all, more) in all.iter_mut().zip(found) {
                all.unripe.extend(more.unripe);
                all.ends.extend(more.ends);
            }
        }
        let sides = self.sides;
        let mut answered = Vec::new();
        for (((at, question), answer), mut found) in self.asked.into_iter().zip(self.answers).zip(all) {
            found.unripe.sort_unstable();
            found.ends.sort_unstable();
            let firm = sides.only_grows(question)?;
            let open = answer.open(found.ends);
            let matched = answer.matched.finish();
            let batch = |frame: &Frame| {
                let asked = Asked { pass: sides.pass, question, frame, firm };
                let answer = asked.answer(matched.slice(table::first(frame), frame.rows), &found.unripe)?;
                match open.as_ref() {
                    Some(open) => asked.opened(answer, &open.batch(frame)),
                    None => Ok(answer),
                }
            };
            let batches = sides.base.par_iter().map(batch).collect::<Result<_, EngineError>>()?;
            answered.push(Answered { question: at, batches });
        }
        Ok(answered)
    }
}

/// One bit for every row, set by any thread.
struct Bits(Vec<AtomicU64>, usize);

impl Bits {
    fn new(rows: usize) -> Self {
        Self(std::iter::repeat_with(AtomicU64::default).take(rows.div_ceil(64)).collect(), rows)
    }

    fn set(&self, row: u32) {
        let at = usize::try_from(row / 64).ok().and_then(|at| self.0.get(at));
        at.into_iter().for_each(|word| {
            word.fetch_or(1 << (row % 64), Memory::Relaxed);
        });
    }

    fn get(&self, row: u32) -> bool {
        let at = usize::try_from(row / 64).ok().and_then(|at| self.0.get(at));
        at.is_some_and(|word| word.load(Memory::Relaxed) >> (row % 64) & 1 == 1)
    }

    fn finish(self) -> BooleanBuffer {
        let words: Vec<u64> = self.0.into_iter().map(|word| word.into_inner().to_le()).collect();
        BooleanBuffer::new(Buffer::from_vec(words), 0, self.1)
    }
}

/// The answers to one question, row by row.
struct Answers {
    matched: Bits,
    /// Found among what is certain, and among what is possible; where that may differ.
    nested: Option<(Bits, Bits)>,
}

impl Answers {
    fn new(rows: usize, nested: bool) -> Self {
        let nested = nested.then(|| (Bits::new(rows), Bits::new(rows)));
        Self { matched: Bits::new(rows), nested }
    }

    fn open(&self, ends: Vec<(u32, i64)>) -> Option<Open> {
        let copy = |bits: &Bits| {
            let words = bits.0.iter().map(|word| AtomicU64::new(word.load(Memory::Relaxed))).collect();
            Bits(words, bits.1).finish()
        };
        let (certain, possible) = self.nested.as_ref()?;
        Some(Open { certain: copy(certain), possible: copy(possible), ends })
    }
}

/// What the sweeps of a question look up by row.
struct Needed {
    /// Where windows start; none where that is the record's date.
    starts: Option<Vec<Option<i64>>>,
    amounts: Vec<Ratio>,
    holding: Vec<i64>,
}

/// What a part found beside its answers, for one question.
#[derive(Default)]
struct Found {
    /// Records whose window has not run out, with its end.
    unripe: Vec<(u32, i64)>,
    /// Records of which what is found may change, until when.
    ends: Vec<(u32, i64)>,
}

/// The batches of both tables, and their records by key.
struct Sides<'a> {
    pass: &'a Pass,
    base: &'a [Frame],
    target: &'a [Frame],
    base_bins: Option<&'a Bins>,
    target_bins: Option<&'a Bins>,
    offsets: &'a Offsets,
}

impl<'a> Sides<'a> {
    fn new(pass: &'a Pass, frames: &'a Frames, layouts: &Layouts<'a>, offsets: &'a Offsets) -> Self {
        let of = |table: &str| frames.get(table).map_or(&[][..], Vec::as_slice);
        let (base_bins, target_bins) = (layouts.of(&pass.base), layouts.of(&pass.target));
        Self {
            pass,
            base: of(&pass.base.table),
            target: of(&pass.target.table),
            base_bins,
            target_bins,
            offsets,
        }
    }

    /// Whether a record asked about is the same as the one searched.
    fn one_table(&self) -> bool {
        self.pass.base.table == self.pass.target.table
    }

    fn needs(&self, question: &Question) -> Result<Needed, EngineError> {
        let earlier = if question.direction == Direction::Preceded { self.target } else { self.base };
        let starts = question.after.map(|after| moments(earlier, after)).transpose()?;
        Ok(Needed { starts, amounts: self.amounts(question)?, holding: self.holding(question)? })
    }

    /// By moment, then by id.
    fn order(&self, a: &Entry, b: &Entry) -> Ordering {
        a.time.cmp(&b.time).then_with(|| self.id(a).cmp(&self.id(b)))
    }

    fn id(&self, entry: &Entry) -> Cow<'_, str> {
        let frames = if entry.asked() { self.base } else { self.target };
        let (frame, row) = table::place(frames, entry.row);
        frames.get(frame).map_or(Cow::Borrowed(""), |frame| frame.id(row))
    }
}

/// The moments of a node, for every row of a table; none where missing.
fn moments(frames: &[Frame], node: NodeId) -> Result<Vec<Option<i64>>, EngineError> {
    table::values(frames, None, |frame| Ok(frame.get(node)?.instants(frame.rows)?.iter().collect()))
}

/// What a list has for a row.
fn of_row<T>(list: &[T], row: u32) -> Option<&T> {
    list.get(usize::try_from(row).ok()?)
}

/// Where a column of moments is known.
fn known(array: &dyn Array) -> BooleanBuffer {
    array.nulls().map_or_else(|| BooleanBuffer::new_set(array.len()), |known| known.inner().clone())
}

/// The end of a window of a question.
fn end_of(question: &Question, start: i64, offsets: &Offsets) -> i64 {
    window::end(question.window, start, offsets)
}
