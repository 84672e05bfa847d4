//! Business time: how long a calendar is open between two moments.
//!
//! Open is every moment whose local date and time the calendar says so. Monday
//! to Friday 09:00 to 18:00, from Monday 16:00: 8 open hours have passed on
//! Tuesday at 15:00 (2 + 6). On the night the clocks go forward, 00:00 to
//! 06:00 holds five hours.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use super::offsets::{Offsets, Stretch};
use crate::contract::Calendar;
use crate::value::{Date, LocalTime};

const DAY: i64 = 86_400_000_000;

/// A calendar, laid out year by year as it is needed.
#[derive(Debug)]
pub(super) struct Opening {
    offsets: Offsets,
    week: [Vec<(i64, i64)>; 7],
    closed: BTreeSet<Date>,
    years: Vec<OnceLock<Year>>,
    /// The first moment of each local year from [`FIRST_YEAR`] on; empty where clocks change on New Year.
    new_years: Vec<i64>,
}

/// Years whose first moments are kept at hand.
const FIRST_YEAR: i32 = 1970;
const LAST_YEAR: i32 = 2100;

/// The open intervals of the local dates of one year, in order.
#[derive(Debug, Default)]
struct Year {
    /// From, to, and how much was open in the year before.
    open: Vec<(i64, i64, i64)>,
    total: i64,
    /// Per UTC day from `first_day` on, how many intervals start before it.
    before_day: Vec<usize>,
    first_day: i64,
}

impl Opening {
    /// A calendar with the dates of its holiday lists.
    pub(super) fn new(calendar: &Calendar, holidays: impl IntoIterator<Item = Date>) -> Self {
        Self {
            offsets: Offsets::new(&calendar.zone),
            week: calendar.week.clone(),
            closed: calendar.closed.iter().copied().chain(holidays).collect(),
            years: std::iter::repeat_with(OnceLock::new).take(10_000).collect(),
            new_years: new_years(&Offsets::new(&calendar.zone)),
        }
    }

    /// Open microseconds from one moment to another; negative when they are
    /// the other way round.
    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        if to < from {
            return -self.between(to, from);
        }
        let (first, last) = (self.year_of(from), self.year_of(to));
        let whole: i64 = (first..last).map(|year| self.year(year).map_or(0, |year| year.total)).sum();
        whole + self.year(last).map_or(0, |year| year.until(to))
            - self.year(first).map_or(0, |year| year.until(from))
    }

    fn year_of(&self, instant: i64) -> usize {
        let years = self.new_years.as_slice();
        if let (Some(first), Some(last)) = (years.first(), years.last())
            && (*first..*last).contains(&instant)
        {
            // A year has 365 or 366 days: the guess is the year or the one after.
            let guess = usize::try_from((instant - first) / (365 * DAY)).unwrap_or(0);
            let guess = guess.min(years.len().saturating_sub(1));
            let back = years.get(..=guess).unwrap_or_default().iter().rev();
            let at = guess - back.take_while(|start| **start > instant).count();
            return at + usize::try_from(FIRST_YEAR).unwrap_or(0);
        }
        let year = self.offsets.date(instant).map_or(0, Date::year);
        usize::try_from(year).unwrap_or(0).min(self.years.len().saturating_sub(1))
    }

    fn year(&self, year: usize) -> Option<&Year> {
        self.years.get(year).map(|slot| slot.get_or_init(|| self.lay_out(year)))
    }

    fn lay_out(&self, year: usize) -> Year {
        let number = i32::try_from(year).unwrap_or(0);
        let new_year = |year| Date::new(year, 1, 1).map(|date| LocalTime::at(date, 0).0);
        let Some(start) = new_year(number) else { return Year::default() };
        let end = new_year(number + 1).unwrap_or(start + 365 * DAY);
        // Local and UTC time are never two days apart.
        let stretches = self.offsets.stretches(start - 2 * DAY, end + 2 * DAY);
        let mut laid = Year::default();
        for stretch in stretches {
            let from = (stretch.from + stretch.offset).max(start);
            let to = (stretch.to + stretch.offset).min(end);
            if from < to {
                self.lay_out_stretch(Stretch { from, to, ..stretch }, &mut laid);
            }
        }
        laid.index(start, end);
        laid
    }

    /// Adds the open intervals of a stretch given in local time.
    fn lay_out_stretch(&self, local: Stretch, year: &mut Year) {
        for day in local.from.div_euclid(DAY)..=(local.to - 1).div_euclid(DAY) {
            let Some(date) = i32::try_from(day).ok().and_then(Date::from_days) else { continue };
            let Some(hours) = self.week.get(usize::from(date.weekday())) else { continue };
            if self.closed.contains(&date) {
                continue;
            }
            for (open, close) in hours {
                let from = (day * DAY + open * 1_000_000).max(local.from);
                let to = (day * DAY + close * 1_000_000).min(local.to);
                year.add(from - local.offset, to - local.offset);
            }
        }
    }
}

/// The first moments of local years, where no clock changes within a day of them.
fn new_years(offsets: &Offsets) -> Vec<i64> {
    let start = |year| Date::new(year, 1, 1).map(|date| offsets.midnight(date.days().into()));
    let starts: Vec<i64> = (FIRST_YEAR..=LAST_YEAR).filter_map(start).collect();
    let quiet = |start: &i64| {
        let around = offsets.stretches(start - DAY, start + DAY);
        around.windows(2).all(|pair| matches!(pair, [a, b] if a.offset == b.offset))
    };
    if starts.iter().all(quiet) { starts } else { Vec::new() }
}

impl Year {
    fn add(&mut self, from: i64, to: i64) {
        if from < to {
            self.open.push((from, to, self.total));
            self.total += to - from;
        }
    }

    /// Notes where each day from two days before `start` to two days after `end` begins in the list.
    fn index(&mut self, start: i64, end: i64) {
        self.first_day = (start - 2 * DAY).div_euclid(DAY);
        let days = self.first_day..=(end + 2 * DAY).div_euclid(DAY);
        let before = |day: i64| self.open.partition_point(|(from, ..)| *from < day * DAY);
        self.before_day = days.map(before).collect();
    }

    /// Open microseconds of the year before a moment.
    fn until(&self, moment: i64) -> i64 {
        let day = usize::try_from(moment.div_euclid(DAY) - self.first_day).ok();
        let after = match day.and_then(|day| self.before_day.get(day)) {
            Some(before) => {
                let later = self.open.get(*before..).unwrap_or_default().iter();
                before + later.take_while(|(from, ..)| *from < moment).count()
            }
            None => self.open.partition_point(|(from, ..)| *from < moment),
        };
        let Some((from, to, before)) = after.checked_sub(1).and_then(|at| self.open.get(at)) else {
            return 0;
        };
        before + moment.min(*to) - from
    }
}

/// The stretches in which the clock of one case stood still, with the open
/// time before each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stops(Vec<(i64, i64, i64)>);

impl Stops {
    /// From the events of a case in order: each status holds until the next
    /// event, the last one for ever.
    pub(super) fn new(events: &[(i64, bool)], opening: &Opening) -> Self {
        let mut stops = Self::default();
        let mut before = 0;
        for (at, (from, paused)) in events.iter().enumerate() {
            let to = events.get(at + 1).map_or(i64::MAX, |(to, _)| *to);
            if *paused && *from < to {
                stops.0.push((*from, to, before));
                before += if to == i64::MAX { 0 } else { opening.between(*from, to) };
            }
        }
        stops
    }

    /// Open microseconds before a moment in which the clock stood still.
    fn until(&self, moment: i64, opening: &Opening) -> i64 {
        let after = self.0.partition_point(|(from, ..)| *from < moment);
        let Some((from, to, before)) = after.checked_sub(1).and_then(|at| self.0.get(at)) else { return 0 };
        before + opening.between(*from, moment.min(*to))
    }

    /// Open microseconds between two moments in which the clock stood still.
    pub(super) fn between(&self, from: i64, to: i64, opening: &Opening) -> i64 {
        self.until(to, opening) - self.until(from, opening)
    }
}

#[cfg(test)]
mod tests;
