//! One sweep over the records of a key, in the order of time and id.
//!
//! *Followed*: the first searched record at or after the start of the window
//! (and later than the record itself) decides. *Preceded*: among the searched
//! records so far, the one whose window ends last decides. *Starts a case*:
//! from one start to the first record beyond its window.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::{Entry, Needed, TARGET, end_of, of_row};
use crate::contract::{Direction, Window, WindowLength};
use crate::engine::bins::{self, Record};
use crate::engine::offsets::Offsets;
use crate::engine::window;
use crate::plan::Question;
use crate::value::Ratio;

/// What the sweeps of a question need.
pub(super) struct Sweep<'a> {
    pub(super) question: &'a Question,
    needed: &'a Needed,
    /// How long the window is at least and at most.
    bounds: (i64, i64),
    /// What a record must be marked with to be found.
    mask: u32,
    offsets: &'a Offsets,
    /// Whether a record asked about may be one of those searched.
    pub(super) one_table: bool,
    /// By moment, then by id.
    order: &'a (dyn Fn(&Entry, &Entry) -> Ordering + Sync),
    /// The last moment of which all records are there.
    complete_to: i64,
    /// Windows that start until then have run out, whatever their start.
    pub(super) ripe: i64,
}

/// A searched record whose window has started: its end and its row.
type Reaching = (i64, u32);

impl<'a> Sweep<'a> {
    pub(super) fn new(
        question: &'a Question,
        needed: &'a Needed,
        offsets: &'a Offsets,
        one_table: bool,
        order: &'a (dyn Fn(&Entry, &Entry) -> Ordering + Sync),
        complete_to: i64,
        latest: i64,
    ) -> Self {
        let bounds = window::bounds(question.window);
        let ripe = complete_to.saturating_sub(bounds.1);
        let none_waits = !question.looks_ahead() || needed.starts.is_none() && latest <= ripe;
        let ripe = if none_waits { i64::MAX } else { ripe };
        Self { question, needed, bounds, mask: TARGET, offsets, one_table, order, complete_to, ripe }
    }

    /// Adds the rows of the records of one key for which the answer is yes,
    /// where a record with the mark of `mask` can be found.
    pub(super) fn rows(&self, group: &[Entry], mask: u32, rows: &mut Vec<u32>) {
        // Nothing follows or comes before a single record.
        let single = group.len() == 1 && self.question.direction != Direction::StartsCase;
        if single || !group.iter().any(|entry| entry.tag & mask != 0) {
            return;
        }
        Self { mask, ..*self }.group(group, rows);
    }

    fn group(&self, group: &[Entry], rows: &mut Vec<u32>) {
        let plain = self.question.after.is_none() && !self.question.other_day;
        match (self.question.direction, &self.question.least) {
            (Direction::Followed, Some((_, least))) => self.enough(group, least, rows),
            (Direction::Followed, None) if plain => self.next(group, rows),
            (Direction::Followed, None) => self.followed(group, rows),
            (Direction::Preceded, _) if plain && Self::keeps_order(self.question) => self.last(group, rows),
            (Direction::Preceded, _) => self.preceded(group, rows),
            (Direction::StartsCase, _) => self.starts(group, rows),
            (Direction::StillIn, _) => self.still(group, rows),
        }
    }

    /// Adds a record whose window has not run out, with its end.
    pub(super) fn unripe(&self, entry: &Entry, unripe: &mut Vec<(u32, i64)>) {
        if self.needed.starts.is_none() && entry.time <= self.ripe {
            return;
        }
        if let Some(start) = self.start(entry).filter(|start| *start > self.ripe) {
            self.waits(entry.row, start, unripe);
        }
    }

    /// Adds a record whose window, which is not surely over, has not run out.
    fn waits(&self, row: u32, start: i64, unripe: &mut Vec<(u32, i64)>) {
        let end = self.end(start);
        unripe.extend((end > self.complete_to).then_some((row, end)));
    }

    /// Whether the window of a record may not have run out.
    pub(super) fn may_wait(&self) -> bool {
        self.ripe != i64::MAX
    }

    /// Adds a record whose window, which starts with it, has not run out.
    pub(super) fn unripe_of(&self, record: &Record, unripe: &mut Vec<(u32, i64)>) {
        if bins::moment(record).is_some_and(|time| time > self.ripe) {
            self.waits(bins::row(record), bins::time(record), unripe);
        }
    }

    pub(super) fn searched(&self, entry: &Entry) -> bool {
        entry.tag & self.mask != 0
    }

    /// What is added up of a record that is searched.
    pub(super) fn amount(&self, entry: &Entry) -> Ratio {
        of_row(&self.needed.amounts, entry.row).cloned().unwrap_or_else(Ratio::one)
    }

    /// The last moment at which a record that is searched holds.
    pub(super) fn holds(&self, entry: &Entry) -> i64 {
        of_row(&self.needed.holding, entry.row).copied().unwrap_or(window::NEVER)
    }

    /// Where the window of a record starts; none when that is missing.
    pub(super) fn start(&self, entry: &Entry) -> Option<i64> {
        match &self.needed.starts {
            None => Some(entry.time),
            Some(starts) => of_row(starts, entry.row).copied().flatten(),
        }
    }

    pub(super) fn end(&self, start: i64) -> i64 {
        end_of(self.question, start, self.offsets)
    }

    /// The first moment at which a record counts for a window from `start`.
    pub(super) fn first(&self, start: i64) -> i64 {
        if self.question.other_day { window::next_day(start, self.offsets) } else { start }
    }

    /// Whether a moment lies within a window; without a branch where the window is as long whenever it starts.
    #[inline]
    pub(super) fn reaches(&self, start: i64, moment: i64) -> bool {
        let (least, most) = self.bounds;
        let surely = moment <= start.saturating_add(least);
        if surely == (moment <= start.saturating_add(most)) { surely } else { moment <= self.end(start) }
    }

    /// The last moment that a window may reach.
    pub(super) fn at_most(&self, start: i64) -> i64 {
        start.saturating_add(self.bounds.1)
    }

    /// Whether a window that starts later ends later.
    pub(super) fn keeps_order(question: &Question) -> bool {
        matches!(question.window, None | Some(Window { length: WindowLength::Elapsed(_), .. }))
    }

    /// The next searched record after each decides: from the last one back.
    fn next(&self, group: &[Entry], rows: &mut Vec<u32>) {
        // The nearest searched record of a later moment or id, and the nearest of another row.
        let mut after: [Option<Entry>; 2] = [None, None];
        let mut rest = group;
        while let Some(last) = rest.last() {
            let same =
                1 + rest.iter().rev().skip(1).take_while(|entry| self.stand_together(entry, last)).count();
            let (before, these) = rest.split_at(rest.len() - same);
            for entry in these.iter().filter(|entry| entry.asked()) {
                let other = |next: &&Entry| !self.one_table || next.row != entry.row;
                let candidate = after.iter().flatten().find(other);
                if candidate.is_some_and(|other| self.reaches(entry.time, other.time)) {
                    rows.push(entry.row);
                }
            }
            these.iter().filter(|entry| self.searched(entry)).for_each(|entry| put_first(&mut after, *entry));
            rest = before;
        }
    }

    /// The last searched record before each decides.
    fn last(&self, group: &[Entry], rows: &mut Vec<u32>) {
        let mut before: [Option<Entry>; 2] = [None, None];
        for these in group.chunk_by(|a, b| self.stand_together(a, b)) {
            for entry in these.iter().filter(|entry| entry.asked()) {
                let other = |last: &&Entry| !self.one_table || last.row != entry.row;
                let candidate = before.iter().flatten().find(other);
                if candidate.is_some_and(|other| self.reaches(other.time, entry.time)) {
                    rows.push(entry.row);
                }
            }
            these
                .iter()
                .filter(|entry| self.searched(entry))
                .for_each(|entry| put_first(&mut before, *entry));
        }
    }

    /// Whether two records are of the same moment and id.
    fn stand_together(&self, a: &Entry, b: &Entry) -> bool {
        a.time == b.time && (self.order)(a, b).is_eq()
    }

    fn followed(&self, group: &[Entry], rows: &mut Vec<u32>) {
        let later = self.later(group);
        let searched = self.places(group);
        let next = |from: usize| {
            let at = *searched.get(from)?;
            Some((at, group.get(at)?))
        };
        for ((at, entry), later) in group.iter().enumerate().zip(&later) {
            if !entry.asked() {
                continue;
            }
            let Some(start) = self.start(entry) else { continue };
            let first = self.first(start);
            let from = if first > entry.time { at + before(group.get(at..), first) } else { *later };
            // The record itself stands there when it is searched by another date.
            let own = |other: &Entry| self.one_table && other.row == entry.row;
            let candidate = match next(from.max(*later)) {
                Some((at, other)) if own(other) => next(at + 1),
                other => other,
            };
            if candidate.is_some_and(|(_, other)| other.time <= self.end(start)) {
                rows.push(entry.row);
            }
        }
    }

    /// Per record the first one of a later moment or id.
    pub(super) fn later(&self, group: &[Entry]) -> Vec<usize> {
        let mut later = vec![group.len(); group.len()];
        let mut next = group.len();
        for (at, pair) in group.windows(2).enumerate().rev() {
            if let [one, other] = pair
                && (self.order)(one, other).is_lt()
            {
                next = at + 1;
            }
            if let Some(slot) = later.get_mut(at) {
                *slot = next;
            }
        }
        later
    }

    fn preceded(&self, group: &[Entry], rows: &mut Vec<u32>) {
        let mut waiting: BinaryHeap<Reverse<(i64, Reaching)>> = BinaryHeap::new();
        let mut reaching: [Option<Reaching>; 2] = [None, None];
        for same in group.chunk_by(|a, b| (self.order)(a, b).is_eq()) {
            for entry in same.iter().filter(|entry| entry.asked()) {
                while let Some(Reverse((first, one))) = waiting.peek().copied()
                    && first <= entry.time
                {
                    waiting.pop();
                    keep_furthest(&mut reaching, one);
                }
                let other = |one: &&Reaching| !self.one_table || one.1 != entry.row;
                let furthest = reaching.iter().flatten().find(other);
                if furthest.is_some_and(|(end, _)| entry.time <= *end) {
                    rows.push(entry.row);
                }
            }
            for entry in same.iter().filter(|entry| self.searched(entry)) {
                if let Some(start) = self.start(entry) {
                    waiting.push(Reverse((self.first(start), (self.end(start), entry.row))));
                }
            }
        }
    }

    fn starts(&self, group: &[Entry], rows: &mut Vec<u32>) {
        let mut end = None;
        for entry in group.iter().filter(|entry| self.searched(entry)) {
            if end.is_none_or(|end| entry.time > end) {
                end = Some(self.end(entry.time));
                rows.push(entry.row);
            }
        }
    }

    /// Per place in the list the first searched record from there on.
    fn places(&self, group: &[Entry]) -> Vec<usize> {
        let mut next = group.len();
        let mut places: Vec<usize> = group
            .iter()
            .enumerate()
            .rev()
            .map(|(at, entry)| {
                if self.searched(entry) {
                    next = at;
                }
                next
            })
            .collect();
        places.reverse();
        places
    }
}

/// How many records stand before a moment.
fn before(group: Option<&[Entry]>, moment: i64) -> usize {
    group.map_or(0, |group| group.partition_point(|entry| entry.time < moment))
}

/// The two records whose windows end last, the furthest first.
fn keep_furthest(reaching: &mut [Option<Reaching>; 2], one: Reaching) {
    let [first, second] = reaching;
    if first.is_none_or(|first| one > first) {
        *second = first.replace(one);
    } else if second.is_none_or(|second| one > second) {
        *second = Some(one);
    }
}

/// Puts a record before those kept so far, of which the nearest of another row stays.
fn put_first(kept: &mut [Option<Entry>; 2], entry: Entry) {
    let [first, second] = kept;
    if first.is_some_and(|first| first.row != entry.row) {
        *second = *first;
    }
    *first = Some(entry);
}
