//! From when on a cell is final, as far as the contract alone tells.
//!
//! A share of January's cases with no reopening within 30 days, `late data
//! within 5 days`: while records of January may still come, the last of them
//! could be of 31 January, its 30 days end on 2 March, and the last record of
//! that day may come until 7 March.

use std::collections::BTreeMap;

use super::maturity::Maturity;
use super::offsets::Offsets;
use super::window;
use crate::plan::{Counter, Pass, Plan};

/// What decides whether a cell is final.
pub(super) struct Finality<'a> {
    pub(super) plan: &'a Plan,
    pub(super) maturity: Option<&'a Maturity>,
    pub(super) offsets: &'a Offsets,
    /// The last moment whose records have all come, of each table of which that is said.
    pub(super) reach: BTreeMap<&'a str, i64>,
}

impl Finality<'_> {
    /// The last moment at which a record of an event at `moment` may come.
    pub(super) fn settled(&self, moment: i64) -> i64 {
        self.maturity.map_or(moment, |maturity| maturity.settled(moment, self.offsets))
    }

    /// The moment until which a cell of a counter can change because records of
    /// its period may still come; none when they are all there.
    pub(super) fn unfinished(&self, counter: &Counter, period: usize) -> Option<i64> {
        let last = self.plan.periods.get(period)?.end.0 - 1;
        let reach = self.reach.get(counter.table.as_str())?;
        (last > *reach).then(|| self.settled(self.furthest(counter, last)))
    }

    /// Where the look-aheads of a record at `moment` end.
    fn furthest(&self, counter: &Counter, moment: i64) -> i64 {
        let join = self.plan.joins.get(counter.table.as_str());
        let moment = join.map_or(moment, |join| window::end(Some(join.gap), moment, self.offsets));
        counter.ahead.iter().map(|question| self.ends(*question, moment)).fold(moment, i64::max)
    }

    /// The end of a look-ahead and of those that decide what it finds.
    fn ends(&self, question: usize, moment: i64) -> i64 {
        let Some(asked) = self.plan.questions.get(question) else { return moment };
        let end = if asked.looks_ahead() { window::end(asked.window, moment, self.offsets) } else { moment };
        let pass = self.plan.passes.iter().find(|pass: &&Pass| pass.questions.contains(&question));
        let nested = pass.map(|pass| &pass.ahead).into_iter().flatten();
        nested.map(|inner| self.ends(*inner, end)).fold(end, i64::max)
    }
}
