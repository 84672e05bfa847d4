//! Questions that are answered straight from the records: everything searched
//! can be found, the window starts at the record, and any one record found is
//! enough. Nearly all questions are of this kind, and what they need is the
//! nearest record before or after each.
//!
//! Where records of one moment would have to be put in the order of their ids,
//! the group is left to the sweep that knows about ids.

use super::answers::Answers;
use super::groups::Groups;
use super::sweep::Sweep;
use super::{BASE, Entry, Inquiry, TARGET};
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

impl<'t> Told<'t> {
    /// Those of the first records; the others stay.
    fn first(&mut self, count: usize) -> Told<'t> {
        let count = count.min(self.yes.len());
        let (yes, rest) = std::mem::take(&mut self.yes).split_at_mut(count);
        self.yes = rest;
        Told { question: self.question, yes }
    }

    /// Where the answers to a question are told; nowhere when it is another one.
    fn of(&mut self, question: usize) -> &mut [bool] {
        if self.question == Some(question) { self.yes } else { &mut [] }
    }

    /// Tells answers by the rows of records.
    fn by_row<'b>(&'b mut self, base: &[Record]) -> impl FnMut(usize, u32) + use<'b, 't> {
        let places: Lookup<u32, usize> = match self.question {
            Some(_) => base.iter().map(bins::row).zip(0..).collect(),
            None => Lookup::default(),
        };
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

    /// Answers plain questions for the records of a part, key by key.
    pub(super) fn plain<'g>(
        &self,
        part: Stretch<'g>,
        sweeps: &[Sweep<'_>],
        groups: &mut Groups<'g>,
        answers: &mut [Answers],
        mut told: Told<'_>,
    ) {
        let (mut target, mut matters, mut those) = (part.target, part.matters, Vec::new());
        for base in part.base.chunk_by(|a, b| bins::key(a) == bins::key(b)) {
            let asked = matters.map(|matters| matters.get(..base.len()).unwrap_or_default());
            matters = matters.map(|matters| matters.get(base.len()..).unwrap_or_default());
            let mut own = told.first(base.len());
            if target.is_some() && asked.is_some_and(|asked| !asked.contains(&true)) {
                continue;
            }
            let found = target.as_mut().zip(base.first()).map(|(rest, one)| of_key(rest, bins::key(one)));
            let group = Stretch { base, target: found, matters: asked };
            those.clear();
            those.extend(group.asked());
            if group.has_ties(&those) {
                groups.restart(group);
                let tell = own.by_row(base);
                self.swept(groups, sweeps, answers, tell);
                continue;
            }
            for (question, (sweep, answers)) in sweeps.iter().zip(answers.iter_mut()).enumerate() {
                let told = own.of(question);
                match group.target {
                    None => group.among(sweep, answers, told),
                    Some(_) => group.between(&those, sweep, answers, told),
                }
            }
        }
    }
}

/// The records of a key, from which on the rest goes.
fn of_key<'a>(rest: &mut &'a [Record], key: (u64, u64)) -> &'a [Record] {
    let before = rest.iter().take_while(|record| bins::key(record) < key).count();
    let from = rest.get(before..).unwrap_or_default();
    let count = from.iter().take_while(|record| bins::key(record) == key).count();
    let (these, later) = from.split_at(count);
    *rest = later;
    these
}

/// The records with a date; those without come first.
fn dated(records: &[Record]) -> &[Record] {
    let undated = records.iter().take_while(|record| bins::moment(record).is_none()).count();
    records.get(undated..).unwrap_or_default()
}

fn entry(record: &Record) -> Entry {
    Entry { time: bins::time(record), row: bins::row(record), tag: BASE | TARGET }
}

impl<'a> Stretch<'a> {
    /// The dated records that look for others, and their places.
    fn asked(&self) -> impl Iterator<Item = (usize, &'a Record)> {
        let asks = if self.target.is_some() { self.base } else { &[] };
        let asked = |at: usize| self.matters.is_none_or(|matters| matters.get(at) == Some(&true));
        let dated = |record: &Record| bins::moment(record).is_some();
        asks.iter().enumerate().filter(move |(at, record)| asked(*at) && dated(record))
    }

    /// Whether ids have to tell which of two records of one moment comes first.
    fn has_ties(&self, asked: &[(usize, &Record)]) -> bool {
        let Some(target) = self.target else {
            let base = dated(self.base);
            return base
                .iter()
                .zip(base.iter().skip(1))
                .any(|(one, next)| bins::time(one) == bins::time(next));
        };
        let mut later = dated(target);
        asked.iter().any(|(_, record)| {
            pass(&mut later, bins::time(record));
            later.first().is_some_and(|other| bins::time(other) == bins::time(record))
        })
    }

    /// Answers a question for records that are searched themselves.
    fn among(&self, sweep: &Sweep<'_>, answers: &mut Answers, told: &mut [bool]) {
        let base = dated(self.base);
        let ahead = sweep.question.direction == Direction::Followed;
        let first = self.base.len() - base.len() + usize::from(!ahead);
        for (at, (one, next)) in base.iter().zip(base.iter().skip(1)).enumerate() {
            if sweep.reaches(bins::time(one), bins::time(next)) {
                answers.matched.set(bins::row(if ahead { one } else { next }));
                told.get_mut(first + at).into_iter().for_each(|told| *told = true);
            }
        }
        for record in base.iter().rev().take_while(|record| bins::time(record) > sweep.ripe) {
            sweep.unripe(&entry(record), &mut answers.found.unripe);
        }
    }

    /// Answers a question for records that look for others.
    fn between(
        &self,
        asked: &[(usize, &Record)],
        sweep: &Sweep<'_>,
        answers: &mut Answers,
        told: &mut [bool],
    ) {
        let mut later = dated(self.target.unwrap_or_default());
        let (all, ahead) = (later, sweep.question.direction == Direction::Followed);
        for (at, record) in asked {
            let time = bins::time(record);
            pass(&mut later, time);
            let matched = if ahead {
                later.first().is_some_and(|other| sweep.reaches(time, bins::time(other)))
            } else {
                let before = all.get(..all.len() - later.len()).and_then(<[Record]>::last);
                before.is_some_and(|other| sweep.reaches(bins::time(other), time))
            };
            if matched {
                answers.matched.set(bins::row(record));
                told.get_mut(*at).into_iter().for_each(|told| *told = true);
            }
            sweep.unripe(&entry(record), &mut answers.found.unripe);
        }
    }
}

/// Passes over the records before a moment.
fn pass(later: &mut &[Record], moment: i64) {
    let before = later.iter().take_while(|other| bins::time(other) < moment).count();
    *later = later.get(before..).unwrap_or_default();
}
