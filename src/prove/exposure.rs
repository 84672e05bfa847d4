//! The most one period can cost, and the most it can earn.

use std::rc::Rc;

use crate::contract::{Cap, Commitment, Contract, Formula, Measure, PaySide};
use crate::settle::worked;
use crate::value::{Quantity, Ratio, Unit};

use super::bench::Run;
use super::extreme::{Found, Search};
use super::size::{Bases, Size, size};
use super::worst::pays_by_the_past;

/// The worst and the best that one period can come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exposure {
    /// The most the vendor can lose in penalties.
    pub penalty: Extreme,
    /// The most the vendor can gain in bonuses.
    pub bonus: Extreme,
}

/// The most that one side can come to in one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extreme {
    /// All commitments together, after caps and pools; gates taken as open.
    /// Commitments judged by segment count for one segment.
    pub total: Size,
    /// The cap or pool that this is, where one stops it: `cap, clause 6.7`.
    pub stopped_by: Option<String>,
    /// Each measure on its own, before caps.
    pub parts: Vec<Part>,
    /// Commitments whose amounts are taken from earlier periods: they are not counted.
    pub left_out: Vec<String>,
    /// The caps over several periods, which the total does not count on.
    pub longer: Vec<String>,
}

/// The most that the commitments on one measure can come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The measure.
    pub measure: String,
    /// The reading at which it happens.
    pub at: Option<Quantity>,
    /// How much, before caps; for points the points themselves.
    pub size: Size,
    /// Points, where it pays points.
    pub points: Ratio,
    /// Once for every segment.
    pub each_segment: bool,
}

/// Works out the exposure of both sides.
#[must_use]
pub fn exposure(contract: &Contract) -> Exposure {
    Exposure::of(&Search::both(&Rc::new(contract.clone())))
}

impl Search {
    /// The most this side can come to.
    fn extreme(&self) -> Extreme {
        let parts = self.parts();
        let total = self.total(parts);
        let by_the_past = |commitment: &&Commitment| pays_by_the_past(self.contract(), commitment);
        let left_out = self.contract().commitments.values().filter(by_the_past);
        let left_out = left_out.map(|commitment| commitment.name.clone()).collect();
        let stopped_by = self.stopped_by(parts, &total);
        Extreme { stopped_by, total, parts: parts.to_vec(), left_out, longer: self.longer() }
    }

    /// The most that commitments on a measure come to, none when they never pay.
    pub(super) fn part(&self, measure: &Measure, on: &[&Commitment]) -> Option<Part> {
        let each_segment = on.iter().any(|commitment| commitment.each);
        let part = |at, size, points| Part { measure: measure.name.clone(), at, size, points, each_segment };
        if self.grows(measure, &|run| self.worth(run, on)) {
            return Some(part(None, Size::Unbounded, Ratio::zero()));
        }
        let Found { worst, lacks } = self.worst(measure, on)?;
        if !lacks.is_empty() {
            return Some(part(None, Size::Depends(lacks.into_iter().collect()), Ratio::zero()));
        }
        let worst = worst?;
        let run_at = |base: &Bases| self.run(&self.start(base).value(self.contract(), &measure.name, &worst));
        let size = size(&self.bases, self.money(), &|base| run_at(base).map(|run| self.worth(&run, on).0));
        let points = run_at(&self.hundred()).map(|run| self.worth(&run, on).1).unwrap_or_default();
        Some(part(Some(Quantity::new(worst, measure.unit)), size, points))
    }

    /// All measures at their worst at once; those that go out without end
    /// further and further, to see whether a cap stops them.
    fn total(&self, parts: &[Part]) -> Size {
        let at = |times: i64| {
            let at = move |base: &Bases| self.together(parts, base, times).map(|run| self.side_of(&run));
            size(&self.bases, self.money(), &at)
        };
        let unknown: Vec<String> = parts.iter().flat_map(|part| part.size.unknown()).cloned().collect();
        if !unknown.is_empty() {
            return self.capped(parts).unwrap_or(Size::Depends(unknown));
        }
        match (at(1), at(2)) {
            (once, twice) if once != twice => Size::Unbounded,
            (Size::Depends(names), _) => self.capped(parts).unwrap_or(Size::Depends(names)),
            (once, _) => once,
        }
    }

    /// The first cap on everything that a sum can express: where several
    /// charges vary, it is all that can be said of them together.
    fn capped(&self, parts: &[Part]) -> Option<Size> {
        let mut limits = self.caps().map(|cap| self.limit(parts, &cap.value));
        limits.find(|size| matches!(size, Size::Sum { .. }))
    }

    /// The caps on everything of this side.
    fn caps(&self) -> impl Iterator<Item = &Cap> {
        self.contract().caps.iter().filter(|cap| cap.side == self.side && cap.on.is_empty())
    }

    /// What a cap or pool comes to in the worst period.
    fn limit(&self, parts: &[Part], value: &Formula) -> Size {
        let at = |base: &Bases| worked(self.contract(), &self.together(parts, base, 1)?.readings, 0, value);
        size(&self.bases, self.money(), &at)
    }

    /// The cap, otherwise the pool, whose limit the total is, when more would be due without it.
    fn stopped_by(&self, parts: &[Part], total: &Size) -> Option<String> {
        if parts.iter().all(|part| part.size.is_nothing() && part.points.is_zero()) {
            return None;
        }
        let is_total = |value: &Formula| self.limit(parts, value) == *total;
        let named = |word: &str, clause: &Option<String>| match clause {
            Some(clause) => format!("{word}, clause {clause}"),
            None => word.to_string(),
        };
        let cap = self.caps().find(|cap| is_total(&cap.value)).map(|cap| named("cap", &cap.clause));
        let mut pools = self.contract().pools.values().filter(|_| self.side == PaySide::Penalty);
        cap.or_else(|| {
            let pool = pools.find(|pool| is_total(&pool.value))?;
            Some(named(&format!("pool {}", pool.label), &pool.clause))
        })
    }

    /// The period in which every part is at its worst.
    pub(super) fn together(&self, parts: &[Part], base: &Bases, times: i64) -> Option<Rc<Run>> {
        let mut start = self.start(base);
        for part in parts {
            let measure = self.contract().measures.get(&part.measure)?;
            let value = match &part.at {
                // Other figures than this measure's own decide: none is made up for them.
                None if matches!(part.size, Size::Depends(_)) => continue,
                Some(at) => at.value.clone(),
                None => self.outward(measure, times)?,
            };
            start = start.value(self.contract(), &part.measure, &value);
        }
        self.run(&start)
    }

    /// Far out on the side where it grows.
    fn outward(&self, measure: &Measure, times: i64) -> Option<Ratio> {
        let on: Vec<&Commitment> =
            self.contract().commitments.values().filter(|it| it.measure == measure.name).collect();
        let alone = self.alone(&on);
        let worth = |value: &Ratio| {
            let start = alone.start(&self.hundred()).value(alone.contract(), &measure.name, value);
            alone.run(&start).map(|run| self.worth(&run, &on))
        };
        let ends = [true, false].into_iter().filter_map(|up| super::range::far(measure, up, times));
        ends.max_by_key(|value| worth(value))
    }

    /// This side's sum after caps and pools.
    pub(super) fn side_of(&self, run: &Run) -> Ratio {
        match self.side {
            PaySide::Penalty => run.ledger.penalties.clone(),
            PaySide::Bonus => run.ledger.bonuses.clone(),
        }
    }

    pub(super) fn money(&self) -> Unit {
        Unit::Money(self.contract().currency)
    }
}

impl Exposure {
    /// Of penalties, and of bonuses.
    pub(super) fn of([penalty, bonus]: &[Search; 2]) -> Self {
        Self { penalty: penalty.extreme(), bonus: bonus.extreme() }
    }

    /// A few lines for people: the two totals, and where each part is at its most.
    ///
    /// ```text
    /// penalties at most 12% of invoice in one period (cap, clause 6.7)
    ///   answered_in_20: 14.4% of invoice at 0%
    /// bonuses at most 3% of fee in one period
    ///   resolved_first_time: 3% of fee at 80%
    /// ```
    #[must_use]
    pub fn text(&self) -> String {
        let mut lines = side_text("penalties", &self.penalty);
        lines.extend(side_text("bonuses", &self.bonus));
        lines.join("\n") + "\n"
    }
}

fn side_text(word: &str, extreme: &Extreme) -> Vec<String> {
    let head = match &extreme.total {
        total if total.is_nothing() && extreme.parts.is_empty() && extreme.left_out.is_empty() => {
            format!("no {word}")
        }
        Size::Unbounded => format!("{word} without bound"),
        Size::Depends(names) => format!("{word} depend on {}", names.join(", ")),
        total => {
            let by = extreme.stopped_by.as_ref().map_or_else(String::new, |by| format!(" ({by})"));
            format!("{word} at most {total} in one period{by}")
        }
    };
    let part = |part: &Part| {
        let at = part.at.as_ref().map_or_else(String::new, |at| format!(" at {at}"));
        let each = if part.each_segment { ", for each segment" } else { "" };
        let points = Quantity::new(part.points.clone(), Unit::Points);
        match part.points.is_zero() {
            true => format!("  {}: {}{at}{each}", part.measure, part.size),
            false if part.size.is_nothing() => format!("  {}: {points}{at}{each}", part.measure),
            false => format!("  {}: {} and {points}{at}{each}", part.measure, part.size),
        }
    };
    let left_out = (!extreme.left_out.is_empty()).then(|| {
        format!("not counted, for it is taken from earlier periods: {}", extreme.left_out.join(", "))
    });
    let longer = extreme.longer.iter().map(|cap| format!("  over several periods: {cap}"));
    std::iter::once(head).chain(left_out).chain(extreme.parts.iter().map(part)).chain(longer).collect()
}
