//! Questions that are answered straight from the records: everything searched
//! can be found, the window starts at the record, and any one record found is
//! enough. Nearly all questions are of this kind, and what they need is the
//! nearest record before or after each.
//!
//! Where records of one moment would have to be put in the order of their ids,
//! the group is left to the sweep that knows about ids.

use std::ops::Range;

use super::answers::{Answers, Bits};
use super::groups::Groups;
use super::sweep::Sweep;
use super::{Inquiry, of_row};
use crate::contract::Direction;
use crate::engine::bins::{self, Record};
use crate::engine::lookup::Lookup;
use crate::plan::Question;

/// The records of one part that a pass goes over.
#[derive(Clone, Copy)]
pub(super) struct Stretch<'a> {
    pub(super) base: &'a [Record],
    /// None where the records searched are those asked about.
    pub(super) target: Option<&'a [Record]>,
    /// Whether each record of the base is asked about; none where all are.
    pub(super) matters: Option<&'a [bool]>,
}

/// The answers to one question of a pass, record by record of a part, for
/// passes that ask only about those with one answer.
pub(super) struct Told<'t> {
    pub(super) question: Option<usize>,
    pub(super) yes: &'t mut [bool],
}

impl Told<'_> {
    /// Where the answers to a question are told for some records; nowhere if nobody asks for them.
    fn of(&mut self, question: usize, records: Range<usize>) -> &mut [bool] {
        let asked = self.question == Some(question);
        self.yes.get_mut(records).filter(|_| asked).unwrap_or_default()
    }

    /// Tells answers by the rows of some records.
    fn by_row(&mut self, base: &[Record], records: Range<usize>) -> impl FnMut(usize, u32) {
        let asked = base.get(records.clone()).filter(|_| self.question.is_some()).unwrap_or_default();
        let places: Lookup<u32, usize> = asked.iter().map(bins::row).zip(records).collect();
        move |question, row| {
            let place = places.get(&row).filter(|_| self.question == Some(question));
            place.and_then(|at| self.yes.get_mut(*at)).into_iter().for_each(|yes| *yes = true);
        }
    }
}

impl Inquiry<'_> {
    /// Whether all questions of a pass are of this kind.
    pub(super) fn is_plain(&self) -> bool {
        let plain = |question: &Question| {
            question.after.is_none()
                && !question.other_day
                && question.least.is_none()
                && match question.direction {
                    Direction::Followed => true,
                    Direction::Preceded => Sweep::keeps_order(question),
                    Direction::StartsCase | Direction::StillIn => false,
                }
        };
        let sides = self.sides;
        self.marks.all()
            && (sides.among_themselves() || !sides.one_table())
            && self.asked.iter().all(|(_, question)| plain(question))
    }

    /// Answers plain questions for the records of a part.
    pub(super) fn plain<'g>(
        &self,
        part: Stretch<'g>,
        sweeps: &[Sweep<'_>],
        groups: &mut Groups<'g>,
        answers: &mut [Answers],
        told: Told<'_>,
    ) {
        let plain = Plain { inquiry: self, part, sweeps, groups, answers, told };
        match part.target {
            None => plain.among(),
            Some(target) => plain.between(target),
        }
    }
}

/// Plain questions about the records of a part.
struct Plain<'p, 'g> {
    inquiry: &'p Inquiry<'p>,
    part: Stretch<'g>,
    sweeps: &'p [Sweep<'p>],
    groups: &'p mut Groups<'g>,
    answers: &'p mut [Answers],
    told: Told<'p>,
}

impl<'g> Plain<'_, 'g> {
    /// Answers them where the records asked about are those searched: each is found by its neighbour, if at all.
    fn among(mut self) {
        let (base, mut from) = (self.part.base, 0);
        while let Some(tied) = first_tied(base, from) {
            let group = group_of(base, tied);
            self.neighbours(from..group.start);
            from = group.end;
            self.by_ids(group, None);
        }
        self.neighbours(from..base.len());
    }

    /// Which of some records, whole keys none of which has two of one moment, are found by their neighbours.
    fn neighbours(&mut self, records: Range<usize>) {
        let list = self.part.base.get(records.clone()).unwrap_or_default();
        for (question, (sweep, answers)) in self.sweeps.iter().zip(self.answers.iter_mut()).enumerate() {
            let ahead = sweep.question.direction == Direction::Followed;
            let yes = self.told.of(question, records.clone());
            let mut rows = Rows::of(list.len());
            if let Some(first) = list.first().filter(|_| !ahead) {
                rows.add(bins::row(first), answers.unmatched);
            }
            for (at, pair) in list.windows(2).enumerate() {
                let [one, next] = pair else { continue };
                let found = bins::are_dated(one, next) & sweep.reaches(bins::time(one), bins::time(next));
                rows.add(bins::row(if ahead { one } else { next }), found != answers.unmatched);
                let place = at + usize::from(!ahead);
                yes.get_mut(place).into_iter().for_each(|yes| *yes = found);
            }
            rows.put(&mut answers.matched);
            if sweep.may_wait() {
                list.iter().for_each(|record| sweep.unripe_of(record, &mut answers.found.unripe));
            }
        }
    }

    /// Answers them where other records are searched.
    fn between(mut self, target: &'g [Record]) {
        let Stretch { base, matters, .. } = self.part;
        let mut asked = Rows::of(base.len());
        for (at, record) in (0..).zip(base) {
            let matters = matters.is_none_or(|matters| of_row(matters, at) == Some(&true));
            asked.add(at, matters & bins::is_dated(record));
        }
        // Where what is not before a record begins, and until where records have been answered by their ids.
        let (mut place, mut past) = (0, 0);
        let mut around: Vec<(usize, usize)> = Vec::with_capacity(asked.all().len());
        for at in asked.all().iter().filter_map(|at| usize::try_from(*at).ok()) {
            let Some(record) = base.get(at).filter(|_| at >= past) else { continue };
            while target.get(place).is_some_and(|other| bins::is_before(other, record)) {
                place += 1;
            }
            if target.get(place).is_some_and(|other| are_tied(other, record)) {
                let group = group_of(base, at);
                past = group.end;
                self.by_ids(group, Some(of_key(target, bins::key(record))));
            } else {
                around.push((at, place));
            }
        }
        self.around(&around, target);
    }

    /// Whether records, each at its place, find the last searched one before them or the next one after them.
    fn around(&mut self, places: &[(usize, usize)], target: &[Record]) {
        let base = self.part.base;
        for (question, (sweep, answers)) in self.sweeps.iter().zip(self.answers.iter_mut()).enumerate() {
            let yes = self.told.of(question, 0..base.len());
            let mut rows = Rows::of(places.len());
            for (at, place) in places {
                let Some(record) = base.get(*at) else { continue };
                let pair = match sweep.question.direction {
                    Direction::Followed => Some(record).zip(target.get(*place)),
                    _ => place.checked_sub(1).and_then(|last| target.get(last)).zip(Some(record)),
                };
                let found = pair.is_some_and(|(from, to)| {
                    bins::are_dated(from, to) & sweep.reaches(bins::time(from), bins::time(to))
                });
                rows.add(bins::row(record), found);
                yes.get_mut(*at).into_iter().for_each(|yes| *yes = found);
                if sweep.may_wait() {
                    sweep.unripe_of(record, &mut answers.found.unripe);
                }
            }
            rows.put(&mut answers.matched);
        }
    }

    /// Answers them for the records of one key, of which some have to be put in the order of their ids.
    fn by_ids(&mut self, records: Range<usize>, target: Option<&'g [Record]>) {
        let base = self.part.base;
        let group = base.get(records.clone()).unwrap_or_default();
        let matters = self.part.matters.and_then(|matters| matters.get(records.clone()));
        self.groups.restart(Stretch { base: group, target, matters });
        let mut tell = self.told.by_row(base, records);
        let asked = self.answers.iter().any(|answers| answers.unmatched);
        let mut matched: Lookup<(usize, u32), ()> = Lookup::default();
        self.inquiry.swept(self.groups, self.sweeps, self.answers, |question, row| {
            tell(question, row);
            matched.extend(asked.then_some(((question, row), ())));
        });
        for (question, answers) in self.answers.iter_mut().enumerate().filter(|(_, one)| one.unmatched) {
            let rows = group.iter().map(bins::row).filter(|row| !matched.contains_key(&(question, *row)));
            rows.for_each(|row| answers.matched.set(row));
        }
    }
}

/// Rows picked one after the other, without a branch that nobody could foresee.
struct Rows {
    rows: Vec<u32>,
    count: usize,
}

impl Rows {
    /// Room for so many.
    fn of(most: usize) -> Self {
        Self { rows: vec![0; most], count: 0 }
    }

    /// Adds a row, if it is picked.
    #[inline]
    fn add(&mut self, row: u32, picked: bool) {
        self.rows.get_mut(self.count).into_iter().for_each(|place| *place = row);
        self.count += usize::from(picked);
    }

    fn all(&self) -> &[u32] {
        self.rows.get(..self.count).unwrap_or_default()
    }

    fn put(&self, bits: &mut Bits) {
        self.all().iter().for_each(|row| bits.set(*row));
    }
}

/// The place of the first record from some place on that has the key and the moment of the one before it.
fn first_tied(records: &[Record], from: usize) -> Option<usize> {
    let rest = records.get(from..)?;
    let tied = rest.windows(2).position(|pair| matches!(pair, [one, next] if are_tied(one, next)))?;
    Some(from + tied + 1)
}

/// Whether ids have to tell which of two records comes first.
fn are_tied(one: &Record, next: &Record) -> bool {
    (bins::time(one) == bins::time(next)) & bins::are_dated(one, next)
}

/// Where the records of the same key as one of them stand.
fn group_of(records: &[Record], at: usize) -> Range<usize> {
    let key = records.get(at).map(bins::key);
    let same = |record: &&Record| Some(bins::key(record)) == key;
    let (before, after) = records.split_at(at.min(records.len()));
    at - before.iter().rev().take_while(same).count()..at + after.iter().take_while(same).count()
}

/// The records of a key.
fn of_key(records: &[Record], key: (u64, u64)) -> &[Record] {
    let from = records.partition_point(|record| bins::key(record) < key);
    let later = records.get(from..).unwrap_or_default();
    later.get(..later.partition_point(|record| bins::key(record) == key)).unwrap_or_default()
}
