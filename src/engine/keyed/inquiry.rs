//! The questions of one pass while they are answered, part by part.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::answer::Asked;
use super::answers::Answers;
use super::groups::{Groups, Marks};
use super::open::Open;
use super::plain::{Stretch, Told};
use super::sweep::Sweep;
use super::{Answered, CERTAIN, Entry, Going, Needed, POSSIBLE, Sides, TARGET};
use crate::contract::Direction;
use crate::engine::bins::Record;
use crate::engine::error::EngineError;
use crate::engine::frame::Frame;
use crate::engine::table;
use crate::plan::Question;

/// The questions of one pass while they are answered.
pub(super) struct Inquiry<'a> {
    pub(super) sides: &'a Sides<'a>,
    pub(super) asked: Vec<(usize, &'a Question)>,
    needs: Vec<Needed>,
    pub(super) nested: bool,
    pub(super) marks: Marks,
    /// Whether all questions can be answered straight from the records.
    pub(super) plain: bool,
    /// Whether all records that can be asked about are in the layout that is gone over.
    all: bool,
    complete_to: i64,
    /// No record asked about is dated later.
    latest: i64,
}

impl<'a> Inquiry<'a> {
    pub(super) fn new(
        sides: &'a Sides<'a>,
        questions: &'a [Question],
        going: &Going<'_>,
    ) -> Result<Self, EngineError> {
        let nested = sides.is_nested();
        let asked: Vec<(usize, &Question)> =
            sides.pass.questions.iter().filter_map(|at| Some((*at, questions.get(*at)?))).collect();
        let needs = asked.iter().map(|(_, question)| sides.needs(question)).collect::<Result<_, _>>()?;
        let marks = Marks::of(sides, nested)?;
        let Going { complete_to, finer, all, .. } = *going;
        let latest = sides.latest();
        let all = all && !finer;
        let one = Self { sides, asked, needs, nested, marks, plain: false, all, complete_to, latest };
        Ok(Self { plain: one.is_plain(), ..one })
    }

    /// No answers yet.
    pub(super) fn blank(&self) -> Vec<Answers> {
        let rows = table::rows(self.sides.base);
        self.asked
            .iter()
            .map(|(_, asked)| Answers::new(rows, self.nested, self.mostly_matches(asked)))
            .collect()
    }

    /// Whether all records of a key but the first match.
    fn mostly_matches(&self, question: &Question) -> bool {
        let ever = question.direction == Direction::Preceded && question.window.is_none();
        ever && self.plain && self.all && self.sides.among_themselves()
    }

    /// Answers the questions for the records of one part; `matters` says which of them are asked about,
    /// and `told` takes the answers to one of the questions.
    pub(super) fn part(
        &self,
        part: usize,
        (base, matters): (&[Record], Option<&[bool]>),
        answers: &mut [Answers],
        told: Told<'_>,
        searched: &mut Vec<Record>,
    ) -> Result<(), EngineError> {
        let sides = self.sides;
        // A table without a row is searched in vain; it is not the one that is asked about.
        match sides.target_bins {
            Some(target) if !sides.among_themselves() => target.sorted(part, searched)?,
            _ => searched.clear(),
        }
        let order = self.order();
        let sweeps = self.sweeps(&order);
        let target = (!sides.among_themselves()).then_some(searched.as_slice());
        let part = Stretch { base, target, matters };
        let mut groups = Groups::new(part, &self.marks);
        if self.plain {
            self.plain(part, &sweeps, &mut groups, answers, told);
        } else {
            self.swept(&mut groups, &sweeps, answers, |_, _| ());
        }
        Ok(())
    }

    /// By moment, then by id.
    pub(super) fn order(&self) -> impl Fn(&Entry, &Entry) -> Ordering + Sync {
        let sides = self.sides;
        move |one, other| sides.order(one, other)
    }

    /// What the sweeps of the questions need.
    pub(super) fn sweeps<'s>(
        &'s self,
        order: &'s (dyn Fn(&Entry, &Entry) -> Ordering + Sync),
    ) -> Vec<Sweep<'s>> {
        let (sides, latest) = (self.sides, self.latest);
        let asked = self.asked.iter().zip(&self.needs).map(|((_, question), needed)| {
            Sweep::new(question, needed, sides.offsets, sides.one_table(), order, self.complete_to, latest)
        });
        asked.collect()
    }

    /// Answers the questions group by group, whatever they are; `tell` takes question and row of what is matched.
    pub(super) fn swept(
        &self,
        groups: &mut Groups<'_>,
        sweeps: &[Sweep<'_>],
        answers: &mut [Answers],
        mut tell: impl FnMut(usize, u32),
    ) {
        let (sides, mut rows) = (self.sides, Vec::new());
        while let Some(group) = groups.next(&|a, b| sides.order(a, b)) {
            let all = sweeps.iter().zip(answers.iter_mut()).enumerate();
            for (question, (sweep, Answers { matched, unmatched, nested, found })) in all {
                let asked = group.iter().filter(|entry| entry.asked());
                asked.for_each(|entry| sweep.unripe(entry, &mut found.unripe));
                sweep.rows(group, TARGET, &mut rows);
                rows.iter().filter(|_| !*unmatched).for_each(|row| matched.set(*row));
                rows.drain(..).for_each(|row| tell(question, row));
                if let Some((certain, possible)) = nested {
                    sweep.rows(group, CERTAIN, &mut rows);
                    rows.drain(..).for_each(|row| certain.set(row));
                    sweep.rows(group, POSSIBLE, &mut rows);
                    rows.drain(..).for_each(|row| possible.set(row));
                    sides.group_ends(sweep.question, group, &mut found.ends);
                }
            }
        }
    }

    /// The answers, batch by batch.
    pub(super) fn answered(self, all: Vec<Answers>) -> Result<Vec<Answered>, EngineError> {
        let (sides, rows) = (self.sides, table::rows(self.sides.base));
        let mut answered = Vec::new();
        for ((at, question), answers) in self.asked.into_iter().zip(all) {
            let Answers { matched, unmatched, nested, mut found } = answers;
            found.unripe.sort_unstable();
            found.ends.sort_unstable();
            let firm = sides.only_grows(question)?;
            let open = nested.map(|(certain, possible)| Open {
                certain: certain.finish(rows),
                possible: possible.finish(rows),
                ends: found.ends,
            });
            let matched = matched.finish(rows);
            let batch = |frame: &Frame| {
                let asked = Asked { pass: sides.pass, question, frame, firm, unmatched };
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
