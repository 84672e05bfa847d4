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
mod answers;
mod groups;
mod inquiry;
mod open;
mod places;
mod plain;
mod sweep;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use arrow::array::Array;
use arrow::buffer::BooleanBuffer;
use rayon::prelude::*;

use self::answers::Answers;
use self::inquiry::Inquiry;
use self::plain::Told;
use super::bins::{self, Bins, PARTS, Record};
use super::distinct::{Counting, Distinct, Tally};
use super::error::EngineError;
use super::frame::{Frame, Ripeness};
use super::ids;
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
    /// The records of a round.
    pub(super) base: Option<&'a Bins>,
    /// Those of a finer key that do not stand among them.
    pub(super) finer: Option<&'a Bins>,
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
    /// Whether it goes over the records by the finer key.
    pub(super) finer: bool,
    /// Whether all records that can be asked about are there, and not only those whose answers are open.
    pub(super) all: bool,
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
    let asked = asked.map(|(sides, going)| Inquiry::new(sides, questions, going));
    let asked: Vec<Inquiry<'_>> = asked.collect::<Result<_, _>>()?;
    let wanted = wanted(round, &asked);
    let remembered = |pass: usize| {
        let wanted = wanted.iter().flatten().find(|wanted| wanted.pass == pass);
        wanted.map(|wanted| wanted.question)
    };
    let fresh = || Desk {
        answers: asked.iter().map(Inquiry::blank).collect(),
        tallies: round.countings.iter().map(|(_, counting)| counting.fresh()).collect(),
        told: vec![Vec::new(); asked.len()],
        ..Desk::default()
    };
    let threads = std::iter::repeat_with(|| Mutex::new(None)).take(rayon::current_num_threads() + 1);
    let threads: Vec<Mutex<Option<Desk>>> = threads.collect();
    // Plain questions by the finer key, which no other waits for, need its records in no order of their own.
    let all_among = layouts.finer.is_none_or(|finer| finer.records() == 0);
    let by_places = asked.iter().zip(&round.passes).zip(&wanted).enumerate();
    let by_places = by_places.map(|(at, ((inquiry, going), wanted))| {
        all_among && going.finer && inquiry.plain && wanted.is_none() && remembered(at).is_none()
    });
    let by_places: Vec<bool> = by_places.collect();
    let by_finer = round.passes.iter().zip(&by_places).any(|(going, by_places)| going.finer && !by_places);
    let part = |part: usize| {
        let thread = rayon::current_thread_index().and_then(|at| threads.get(at)).or(threads.last());
        let Some(thread) = thread else { return Ok(()) };
        let mut desk = thread.lock().unwrap_or_else(PoisonError::into_inner);
        let Desk { answers, tallies, told, base, finer, searched } = desk.get_or_insert_with(fresh);
        sorted(layouts.base, part, base)?;
        if by_finer {
            sorted(layouts.finer, part, finer)?;
            bins::finer(base, finer);
        }
        let by = round.passes.iter().map(|going| if going.finer { &*finer } else { &*base });
        let all = asked.iter().zip(&wanted).zip(by).zip(answers).enumerate();
        for (at, (((inquiry, wanted), records), answers)) in all {
            let (before, own) = told.split_at_mut_checked(at).unwrap_or_default();
            let Some(own) = own.first_mut() else { continue };
            if by_places.get(at) == Some(&true) {
                inquiry.by_places(base, answers);
                continue;
            }
            let question = remembered(at);
            own.clear();
            own.resize(if question.is_some() { records.len() } else { 0 }, false);
            let matters = wanted.and_then(|wanted| {
                Some(before.get(wanted.pass)?.iter().map(|yes| *yes == wanted.answer).collect::<Vec<bool>>())
            });
            let told = Told { question, yes: own };
            inquiry.part(part, (records, matters.as_deref()), answers, told, searched)?;
        }
        for ((_, counting), tally) in round.countings.iter().zip(tallies) {
            counting.part(base, tally);
        }
        Ok(())
    };
    (0..PARTS).into_par_iter().try_for_each(part)?;
    let desks = threads.into_iter();
    let desks = desks.filter_map(|thread| thread.into_inner().unwrap_or_else(PoisonError::into_inner));
    let all = desks.reduce(Desk::add).unwrap_or_else(fresh);
    let mut brought = Brought::default();
    for ((counter, _), tally) in round.countings.iter().zip(all.tallies) {
        brought.keys.insert(*counter, tally.finish());
    }
    for (inquiry, answers) in asked.into_iter().zip(all.answers) {
        brought.answers.push(inquiry.answered(answers)?);
    }
    Ok(brought)
}

/// The records of a part in order; none where none were laid out.
fn sorted(bins: Option<&Bins>, part: usize, into: &mut Vec<Record>) -> Result<(), EngineError> {
    match bins {
        Some(bins) => bins.sorted(part, into),
        None => {
            into.clear();
            Ok(())
        }
    }
}

/// What one thread has worked out, and the records it works on.
#[derive(Default)]
struct Desk {
    /// By pass and question: one bit a row, set without waiting for others.
    answers: Vec<Vec<Answers>>,
    /// By counter of different keys.
    tallies: Vec<Tally>,
    /// By pass, the answers of one question for each record of a part.
    told: Vec<Vec<bool>>,
    base: Vec<Record>,
    /// The same by a finer key.
    finer: Vec<Record>,
    searched: Vec<Record>,
}

impl Desk {
    /// Adds what another thread has worked out.
    fn add(mut self, other: Self) -> Self {
        for (all, more) in self.answers.iter_mut().flatten().zip(other.answers.into_iter().flatten()) {
            all.add(more);
        }
        for (all, more) in self.tallies.iter_mut().zip(other.tallies) {
            all.add(more);
        }
        self
    }
}

/// Which records matter to a pass: by the answer to a question of one before it in the round.
#[derive(Clone, Copy)]
struct Wanted {
    pass: usize,
    question: usize,
    answer: bool,
}

/// For each pass the answers that say which records matter to it: those of a
/// pass before it in the round, to which no later record makes a difference.
/// Of each pass the answers to one question are remembered.
fn wanted(round: &Round<'_>, asked: &[Inquiry<'_>]) -> Vec<Option<Wanted>> {
    let mut all: Vec<Option<Wanted>> = Vec::new();
    for (at, going) in round.passes.iter().enumerate() {
        let same = |pass: usize| round.passes.get(pass).is_some_and(|other| other.finer == going.finer);
        let before = asked.iter().enumerate().take(at).filter(|(at, inquiry)| inquiry.plain && same(*at));
        let mut places = before.flat_map(|(pass, inquiry)| {
            inquiry.asked.iter().enumerate().map(move |(question, asked)| (pass, question, asked))
        });
        let found = going.wanted.and_then(|(question, answer)| {
            let (pass, question, _) =
                places.find(|(.., (known, asked))| *known == question && !asked.looks_ahead())?;
            let other = |wanted: &Wanted| wanted.pass == pass && wanted.question != question;
            (!all.iter().flatten().any(other)).then_some(Wanted { pass, question, answer })
        });
        all.push(found);
    }
    all
}

/// What the sweeps of a question look up by row.
struct Needed {
    /// Where windows start; none where that is the record's date.
    starts: Option<Vec<Option<i64>>>,
    amounts: Vec<Ratio>,
    holding: Vec<i64>,
}

/// The batches of both tables, and their records by key.
struct Sides<'a> {
    pass: &'a Pass,
    base: &'a [Frame],
    target: &'a [Frame],
    target_bins: Option<&'a Bins>,
    offsets: &'a Offsets,
}

impl<'a> Sides<'a> {
    fn new(pass: &'a Pass, frames: &'a Frames, layouts: &Layouts<'a>, offsets: &'a Offsets) -> Self {
        let of = |table: &str| frames.get(table).map_or(&[][..], Vec::as_slice);
        Self {
            pass,
            base: of(&pass.base.table),
            target: of(&pass.target.table),
            target_bins: layouts.of(&pass.target),
            offsets,
        }
    }

    /// Whether the records searched are those asked about, by the same key and date.
    fn among_themselves(&self) -> bool {
        self.pass.base == self.pass.target
    }

    /// Whether a record asked about is the same as the one searched.
    fn one_table(&self) -> bool {
        self.pass.base.table == self.pass.target.table
    }

    /// No record asked about is dated later than this.
    fn latest(&self) -> i64 {
        let latest = |frame: &Frame| Some(frame.spans.get(&self.pass.base.date)?.1);
        self.base.iter().map(|frame| latest(frame).unwrap_or(i64::MAX)).max().unwrap_or(i64::MAX)
    }

    fn needs(&self, question: &Question) -> Result<Needed, EngineError> {
        let earlier = if question.direction == Direction::Preceded { self.target } else { self.base };
        let starts = question.after.map(|after| moments(earlier, after)).transpose()?;
        Ok(Needed { starts, amounts: self.amounts(question)?, holding: self.holding(question)? })
    }

    /// By moment, then by id.
    fn order(&self, a: &Entry, b: &Entry) -> Ordering {
        a.time.cmp(&b.time).then_with(|| {
            let (one, other) = (self.place(a), self.place(b));
            let number = |(frame, row): (Option<&Frame>, usize)| frame?.ids.as_ref()?.number(row);
            let id =
                |(frame, row): (Option<&'a Frame>, usize)| frame.map_or(Cow::Borrowed(""), |it| it.id(row));
            match (number(one), number(other)) {
                (Some(one), Some(other)) => ids::order_of_texts(one, other),
                _ => id(one).cmp(&id(other)),
            }
        })
    }

    /// The batch of a record, and its row there.
    fn place(&self, entry: &Entry) -> (Option<&'a Frame>, usize) {
        let frames = if entry.asked() { self.base } else { self.target };
        let (frame, row) = table::place(frames, entry.row);
        (frames.get(frame), row)
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
pub(super) fn known(array: &dyn Array) -> BooleanBuffer {
    array.nulls().map_or_else(|| BooleanBuffer::new_set(array.len()), |known| known.inner().clone())
}

/// The end of a window of a question.
fn end_of(question: &Question, start: i64, offsets: &Offsets) -> i64 {
    window::end(question.window, start, offsets)
}
