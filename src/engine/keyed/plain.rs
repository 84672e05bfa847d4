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
            && (sides.pass.base == sides.pass.target || !sides.one_table())
            && self.asked.iter().all(|(_, question)| plain(question))
    }

    /// Answers plain questions for the records of a part, key by key.
    pub(super) fn plain<'g>(
        &self,
        part: Stretch<'g>,
        sweeps: &[Sweep<'_>],
        groups: &mut Groups<'g>,
        answers: &mut [Answers],
    ) {
        let (mut target, mut matters) = (part.target, part.matters);
        for base in part.base.chunk_by(|a, b| bins::key(a) == bins::key(b)) {
            let asked = matters.map(|matters| matters.get(..base.len()).unwrap_or_default());
            matters = matters.map(|matters| matters.get(base.len()..).unwrap_or_default());
            if target.is_some() && asked.is_some_and(|asked| !asked.contains(&true)) {
                continue;
            }
            let found = target.as_mut().zip(base.first()).map(|(rest, one)| of_key(rest, bins::key(one)));
            let group = Stretch { base, target: found, matters: asked };
            if group.has_ties() {
                groups.restart(group);
                self.swept(groups, sweeps, answers);
                continue;
            }
            for (sweep, answers) in sweeps.iter().zip(answers.iter_mut()) {
                match group.target {
                    None => group.among(sweep, answers),
                    Some(_) => group.between(sweep, answers),
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
    /// The dated records that are asked about.
    fn asked(&self) -> impl Iterator<Item = &'a Record> {
        let matters = self.matters.filter(|_| self.target.is_some());
        let asked = move |at: usize| matters.is_none_or(|matters| matters.get(at) == Some(&true));
        let dated = |record: &&Record| bins::moment(record).is_some();
        self.base.iter().enumerate().filter(move |(at, _)| asked(*at)).map(|(_, record)| record).filter(dated)
    }

    /// Whether ids have to tell which of two records of one moment comes first.
    fn has_ties(&self) -> bool {
        let Some(target) = self.target else {
            let base = dated(self.base);
            return base.iter().zip(base.iter().skip(1)).any(|(one, next)| bins::time(one) == bins::time(next));
        };
        let mut later = dated(target);
        self.asked().any(|record| {
            pass(&mut later, bins::time(record));
            later.first().is_some_and(|other| bins::time(other) == bins::time(record))
        })
    }

    /// Answers a question for records that are searched themselves.
    fn among(&self, sweep: &Sweep<'_>, answers: &mut Answers) {
        let base = dated(self.base);
        let ahead = sweep.question.direction == Direction::Followed;
        for (one, next) in base.iter().zip(base.iter().skip(1)) {
            if sweep.reaches(bins::time(one), bins::time(next)) {
                answers.matched.set(bins::row(if ahead { one } else { next }));
            }
        }
        for record in base.iter().rev().take_while(|record| bins::time(record) > sweep.ripe) {
            sweep.unripe(&entry(record), &mut answers.found.unripe);
        }
    }

    /// Answers a question for records that look for others.
    fn between(&self, sweep: &Sweep<'_>, answers: &mut Answers) {
        let mut later = dated(self.target.unwrap_or_default());
        let (all, ahead) = (later, sweep.question.direction == Direction::Followed);
        for record in self.asked() {
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
