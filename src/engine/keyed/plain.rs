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
    /// Where the answers to a question are told for some records; nowhere when it is another one.
    fn of(&mut self, question: usize, records: Range<usize>) -> &mut [bool] {
        let yes = if self.question == Some(question) { self.yes.get_mut(records) } else { None };
        yes.unwrap_or_default()
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
    /// Answers them where the records asked about are those searched.
    fn among(mut self) {
        let base = self.part.base;
        let mut from = 0;
        loop {
            let rest = base.get(from..).unwrap_or_default();
            let tie = rest.windows(2).position(|pair| matches!(pair, [one, next] if are_tied(one, next)));
            let group = tie.map_or(base.len()..base.len(), |tie| group_of(base, from + tie));
            self.neighbours(from..group.start);
            if group.is_empty() {
                return;
            }
            self.by_ids(group.clone(), None);
            from = group.end;
        }
    }

    /// Each record is found by its neighbour, if at all.
    fn neighbours(&mut self, records: Range<usize>) {
        let base = self.part.base.get(records.clone()).unwrap_or_default();
        for (question, (sweep, answers)) in self.sweeps.iter().zip(self.answers.iter_mut()).enumerate() {
            let told = self.told.of(question, records.clone());
            let ahead = sweep.question.direction == Direction::Followed;
            for (at, (one, next)) in base.iter().zip(base.iter().skip(1)).enumerate() {
                if are_dated(one, next) && sweep.reaches(bins::time(one), bins::time(next)) {
                    answers.matched.set(bins::row(if ahead { one } else { next }));
                    told.get_mut(at + usize::from(!ahead)).into_iter().for_each(|told| *told = true);
                }
            }
            sweep.all_unripe(base.iter(), &mut answers.found.unripe);
        }
    }

    /// Answers them where other records are searched.
    fn between(mut self, target: &'g [Record]) {
        let Stretch { base, matters, .. } = self.part;
        // The places of those asked about, and where what is not before them begins.
        let mut asked: Vec<(usize, usize)> = Vec::new();
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
            if target.get(place).is_some_and(|other| are_tied(other, record)) {
                let group = group_of(base, at - 1);
                asked.truncate(asked.partition_point(|(at, _)| *at < group.start));
                at = group.end;
                self.by_ids(group, Some(of_key(target, bins::key(record))));
                continue;
            }
            asked.push((at - 1, place));
        }
        for (question, (sweep, answers)) in self.sweeps.iter().zip(self.answers.iter_mut()).enumerate() {
            let told = self.told.of(question, 0..base.len());
            let ahead = sweep.question.direction == Direction::Followed;
            for (at, place) in &asked {
                let found = if ahead { Some(*place) } else { place.checked_sub(1) };
                let found = found.and_then(|found| target.get(found)).zip(base.get(*at));
                let Some((other, record)) = found.filter(|(other, record)| are_dated(other, record)) else {
                    continue;
                };
                let (from, to) = if ahead { (record, other) } else { (other, record) };
                if sweep.reaches(bins::time(from), bins::time(to)) {
                    answers.matched.set(bins::row(record));
                    told.get_mut(*at).into_iter().for_each(|told| *told = true);
                }
            }
            sweep.all_unripe(asked.iter().filter_map(|(at, _)| base.get(*at)), &mut answers.found.unripe);
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
