//! One sweep over the records of a key, in the order of time and id.
//!
//! *Followed*: the first searched record at or after the start of the window
//! (and later than the record itself) decides. *Preceded*: among the searched
//! records so far, the one whose window ends last decides. *Starts a case*:
//! from one start to the first record beyond its window.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::Entry;
use crate::contract::Direction;
use crate::engine::offsets::Offsets;
use crate::engine::window;
use crate::plan::Question;
use crate::value::Ratio;

/// What the sweeps of a question need.
pub(super) struct Sweep<'a> {
    pub(super) question: &'a Question,
    /// What a record must be marked with to be found.
    pub(super) mask: u32,
    pub(super) offsets: &'a Offsets,
    /// Whether a record asked about may be one of those searched.
    pub(super) one_table: bool,
    /// What is added up of a record that is searched.
    pub(super) amount: &'a (dyn Fn(&Entry) -> Ratio + Sync),
    /// The last moment at which a record that is searched holds.
    pub(super) holds: &'a (dyn Fn(&Entry) -> i64 + Sync),
    /// By moment, then by id.
    pub(super) order: &'a (dyn Fn(&Entry, &Entry) -> Ordering + Sync),
    /// Where the window of a record starts; none when that is missing.
    pub(super) start: &'a (dyn Fn(&Entry) -> Option<i64> + Sync),
}

/// A searched record whose window has started: its end and its place.
type Reaching = (i64, (u32, u32));

impl Sweep<'_> {
    /// Adds the places of the records of one key for which the answer is yes.
    pub(super) fn group(&self, group: &[Entry], found: &mut Vec<(u32, u32)>) {
        if !group.iter().any(|entry| self.searched(entry)) {
            return;
        }
        match (self.question.direction, &self.question.least) {
            (Direction::Followed, Some((_, least))) => self.enough(group, least, found),
            (Direction::Followed, None) => self.followed(group, found),
            (Direction::Preceded, _) => self.preceded(group, found),
            (Direction::StartsCase, _) => self.starts(group, found),
            (Direction::StillIn, _) => self.still(group, found),
        }
    }

    pub(super) fn searched(&self, entry: &Entry) -> bool {
        entry.tag & self.mask != 0
    }

    pub(super) fn end(&self, start: i64) -> i64 {
        window::end(self.question.window, start, self.offsets)
    }

    /// The first moment at which a record counts for a window from `start`.
    pub(super) fn first(&self, start: i64) -> i64 {
        if self.question.other_day { window::next_day(start, self.offsets) } else { start }
    }

    fn followed(&self, group: &[Entry], found: &mut Vec<(u32, u32)>) {
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
            let Some(start) = (self.start)(entry) else { continue };
            let first = self.first(start);
            let from = if first > entry.time { at + before(group.get(at..), first) } else { *later };
            // The record itself stands there when it is searched by another date.
            let own = |other: &Entry| self.one_table && other.place() == entry.place();
            let candidate = match next(from.max(*later)) {
                Some((at, other)) if own(other) => next(at + 1),
                other => other,
            };
            if candidate.is_some_and(|(_, other)| other.time <= self.end(start)) {
                found.push(entry.place());
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

    fn preceded(&self, group: &[Entry], found: &mut Vec<(u32, u32)>) {
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
                let other = |one: &&Reaching| !self.one_table || one.1 != entry.place();
                let furthest = reaching.iter().flatten().find(other);
                if furthest.is_some_and(|(end, _)| entry.time <= *end) {
                    found.push(entry.place());
                }
            }
            for entry in same.iter().filter(|entry| self.searched(entry)) {
                if let Some(start) = (self.start)(entry) {
                    waiting.push(Reverse((self.first(start), (self.end(start), entry.place()))));
                }
            }
        }
    }

    fn starts(&self, group: &[Entry], found: &mut Vec<(u32, u32)>) {
        let mut end = None;
        for entry in group.iter().filter(|entry| self.searched(entry)) {
            if end.is_none_or(|end| entry.time > end) {
                end = Some(self.end(entry.time));
                found.push(entry.place());
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
