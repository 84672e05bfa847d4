//! Questions that are answered straight from the records: everything searched
//! can be found, the window starts at the record, and any one record found is
//! enough. Nearly all questions are of this kind, and what they need is the
//! nearest record before or after each.
//!
//! Where records of one moment would have to be put in the order of their ids,
//! the group is left to the sweep that knows about ids.

use std::cmp::Ordering;
use std::ops::Range;

use super::Inquiry;
use super::answers::Answers;
use super::groups::Groups;
use super::sweep::Sweep;
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
    /// Tells that the answer to a question is yes for the record at some place.
    #[inline]
    fn tell(&mut self, question: usize, at: usize) {
        if self.question == Some(question) {
            self.yes.get_mut(at).into_iter().for_each(|yes| *yes = true);
        }
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
        let base = self.part.base;
        let (mut from, mut at) = (0, 1);
        while let Some([one, next]) = base.get(at - 1..=at) {
            if !are_dated(one, next) {
                at += 1;
            } else if bins::time(one) == bins::time(next) {
                let group = group_of(base, at);
                self.unripe(from..group.start);
                (from, at) = (group.end, group.end + 1);
                self.by_ids(group, None);
            } else {
                self.neighbours(at, one, next);
                at += 1;
            }
        }
        self.unripe(from..base.len());
    }

    /// Whether one record is found by the next, at this place, or the other way round.
    #[inline]
    fn neighbours(&mut self, at: usize, one: &Record, next: &Record) {
        for (question, (sweep, answers)) in self.sweeps.iter().zip(self.answers.iter_mut()).enumerate() {
            if sweep.reaches(bins::time(one), bins::time(next)) {
                let ahead = sweep.question.direction == Direction::Followed;
                answers.matched.set(bins::row(if ahead { one } else { next }));
                self.told.tell(question, at - usize::from(ahead));
            }
        }
    }

    /// Notes which of some records may still be found.
    fn unripe(&mut self, records: Range<usize>) {
        let records = self.part.base.get(records).unwrap_or_default();
        for (sweep, answers) in
            self.sweeps.iter().zip(self.answers.iter_mut()).filter(|(sweep, _)| sweep.may_wait())
        {
            records.iter().for_each(|record| sweep.unripe_of(record, &mut answers.found.unripe));
        }
    }

    /// Answers them where other records are searched.
    fn between(mut self, target: &'g [Record]) {
        let Stretch { base, matters, .. } = self.part;
        // Where what is not before a record begins.
        let (mut at, mut place) = (0, 0);
        while let Some(record) = base.get(at) {
            let asks = matters.is_none_or(|matters| matters.get(at) == Some(&true));
            at += 1;
            if !asks || bins::moment(record).is_none() {
                continue;
            }
            while target.get(place).is_some_and(|other| is_before(other, record)) {
                place += 1;
            }
            let next = target.get(place);
            if next.is_some_and(|other| are_tied(other, record)) {
                let group = group_of(base, at - 1);
                at = group.end;
                self.by_ids(group, Some(of_key(target, bins::key(record))));
                continue;
            }
            self.around(at - 1, record, place.checked_sub(1).and_then(|last| target.get(last)), next);
        }
    }

    /// Whether a record, at this place, finds the last searched one before it or the next one after it.
    #[inline]
    fn around(&mut self, at: usize, record: &Record, last: Option<&Record>, next: Option<&Record>) {
        for (question, (sweep, answers)) in self.sweeps.iter().zip(self.answers.iter_mut()).enumerate() {
            let pair = match sweep.question.direction {
                Direction::Followed => Some(record).zip(next),
                _ => last.zip(Some(record)),
            };
            let found = pair.filter(|(from, to)| are_dated(from, to));
            if found.is_some_and(|(from, to)| sweep.reaches(bins::time(from), bins::time(to))) {
                answers.matched.set(bins::row(record));
                self.told.tell(question, at);
            }
            if sweep.may_wait() {
                sweep.unripe_of(record, &mut answers.found.unripe);
            }
        }
    }

    /// Answers them for the records of one key, of which some have to be put in the order of their ids.
    fn by_ids(&mut self, records: Range<usize>, target: Option<&'g [Record]>) {
        let base = self.part.base;
        let group = base.get(records.clone()).unwrap_or_default();
        let matters = self.part.matters.and_then(|matters| matters.get(records.clone()));
        self.groups.restart(Stretch { base: group, target, matters });
        let tell = self.told.by_row(base, records);
        self.inquiry.swept(self.groups, self.sweeps, self.answers, tell);
    }
}

/// Whether two records of one list are of one key, and both dated.
fn are_dated(one: &Record, next: &Record) -> bool {
    bins::key(one) == bins::key(next) && bins::moment(one).is_some() && bins::moment(next).is_some()
}

/// Whether ids have to tell which of two records comes first.
fn are_tied(one: &Record, next: &Record) -> bool {
    bins::time(one) == bins::time(next) && are_dated(one, next)
}

/// Whether one record stands before another, by key and moment; those without a date come first.
fn is_before(one: &Record, other: &Record) -> bool {
    let ([hash, ..], [other_hash, ..]) = (one, other);
    match hash.cmp(other_hash) {
        Ordering::Equal => (bins::key(one), bins::moment(one)) < (bins::key(other), bins::moment(other)),
        order => order.is_lt(),
    }
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
