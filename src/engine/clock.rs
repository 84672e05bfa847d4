//! Business time: how long a calendar is open between two moments.
//!
//! Open is every moment whose local date and time the calendar says so. Monday
//! to Friday 09:00 to 18:00, from Monday 16:00: 8 open hours have passed on
//! Tuesday at 15:00 (2 + 6). On the night the clocks go forward, 00:00 to
//! 06:00 holds five hours.

mod days;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use self::days::Days;
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
    /// Most moments are of these days.
    near: OnceLock<Days>,
}

/// How many years before and after that of the first moment are laid out by day.
const NEAR: usize = 8;

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
            near: OnceLock::new(),
        }
    }

    /// Open microseconds from one moment to another; negative when they are
    /// the other way round.
    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        let near = self.near(from);
        if let (Some(from), Some(to)) = (near.until(from), near.until(to)) {
            return to - from;
        }
        self.years_between(from, to)
    }

    /// Likewise for any moments, year by year.
    fn years_between(&self, from: i64, to: i64) -> i64 {
        if to < from {
            return -self.years_between(to, from);
        }
        let (first, last) = (self.year_of(from), self.year_of(to));
        let whole: i64 = (first..last).map(|year| self.year(year).map_or(0, |year| year.total)).sum();
        whole + self.year(last).map_or(0, |year| year.until(to))
            - self.year(first).map_or(0, |year| year.until(from))
    }

    /// Open time by day of the years around that of a moment, the first that is asked about.
    fn near(&self, moment: i64) -> &Days {
        self.near.get_or_init(|| {
            let year = self.year_of(moment);
            let years = year.saturating_sub(NEAR)..(year + NEAR).min(self.years.len());
            let first_day = |year: usize| Some(Date::new(i32::try_from(year).ok()?, 1, 1)?.days());
            // At the ends local years begin some hours sooner or later than those of UTC.
            let ends = first_day(years.start).zip(first_day(years.end));
            let Some((first, last)) = ends.map(|(first, last)| (i64::from(first) + 2, i64::from(last) - 2))
            else {
                return Days::default();
            };
            let open = years.filter_map(|year| self.year(year)).flat_map(|year| &year.open);
            Days::of(
                first,
                usize::try_from(last - first).unwrap_or(0),
                open.map(|(from, to, _)| (*from, *to)),
            )
        })
    }

    fn year_of(&self, instant: i64) -> usize {
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
