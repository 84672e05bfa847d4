//! Measurement periods.
//!
//! Monthly from day 31 with a term from 2026-01-31: 31 Jan to 27 Feb, 28 Feb
//! to 30 Mar, 31 Mar to 29 Apr … A month without the day starts on its last.

use std::fmt;

use super::{Date, Instant, Zone};

pub use meed_grammar::tree::PeriodLength;

/// One measurement period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// `2026-10`, `2026-Q4`, `2026`; the first day where it starts on another day.
    pub label: String,
    /// First day.
    pub first: Date,
    /// Last day, included.
    pub last: Date,
    /// First moment, in the contract's zone.
    pub start: Instant,
    /// First moment after it.
    pub end: Instant,
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

/// How a term is cut into periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// How long a period is.
    pub length: PeriodLength,
    /// Day of the month a period starts on, 1 to 31.
    pub start_day: u8,
    /// Month a quarter or year starts in, 1 to 12.
    pub start_month: u8,
    /// First day of the term.
    pub from: Date,
    /// Last day of the term.
    pub to: Date,
}

impl Schedule {
    /// All periods of the term, in order. The first and last are cut to the term.
    #[must_use]
    pub fn periods(&self, zone: &Zone) -> Vec<Period> {
        let mut periods = Vec::new();
        let mut first = Some(self.from);
        while let Some(from) = first.filter(|from| *from <= self.to) {
            let (period, next) = self.period(from, zone);
            periods.push(period);
            first = next;
        }
        periods
    }

    /// The first period of the term.
    #[must_use]
    pub fn first(&self, zone: &Zone) -> Option<Period> {
        (self.from <= self.to).then(|| self.period(self.from, zone).0)
    }

    /// The period from this day on, and the first day of the one after it.
    fn period(&self, first: Date, zone: &Zone) -> (Period, Option<Date>) {
        let next = self.next_start(first);
        let last = next.and_then(Date::before).map_or(self.to, |last| last.min(self.to));
        let after = last.plus_days(1).unwrap_or(last);
        let (start, end) = (zone.midnight(first), zone.midnight(after));
        let period = Period { label: self.label(first), first, last, start, end };
        (period, next.map(|_| after).filter(|after| *after > last))
    }

    /// The first and last day a period would have if the term did not cut it.
    #[must_use]
    pub fn whole(&self, period: &Period) -> (Date, Date) {
        if self.months().is_none() {
            return (period.first, period.last);
        }
        // A regular start lies at most a year, and a day for each month, before.
        let mut first = period.first;
        let mut earlier = period.first.minus_months(13).unwrap_or(period.first);
        while let Some(next) = self.next_start(earlier).filter(|next| *next <= period.first) {
            (first, earlier) = (next, next);
        }
        let last = self.next_start(period.first).and_then(Date::before).unwrap_or(period.last);
        (first, last)
    }

    fn months(&self) -> Option<u32> {
        match self.length {
            PeriodLength::Monthly => Some(1),
            PeriodLength::Quarterly => Some(3),
            PeriodLength::Yearly => Some(12),
            PeriodLength::WholeTerm => None,
        }
    }

    /// The first regular start after `date`.
    fn next_start(&self, date: Date) -> Option<Date> {
        let months = self.months()?;
        let anchor = Date::new(date.year() - 1, u32::from(self.start_month), 1)?;
        (0..=36 / months)
            .filter_map(|step| anchor.plus_months(step * months))
            .filter_map(|month| start_in(month, self.start_day))
            .find(|start| *start > date)
    }

    fn label(&self, first: Date) -> String {
        let month = first.month();
        let calendar_start = first.day() == 1;
        match self.length {
            PeriodLength::Monthly if calendar_start => format!("{}-{month:02}", first.year()),
            PeriodLength::Quarterly if calendar_start && month % 3 == 1 => {
                format!("{}-Q{}", first.year(), month / 3 + 1)
            }
            PeriodLength::Yearly if calendar_start && month == 1 => first.year().to_string(),
            PeriodLength::WholeTerm => "term".to_string(),
            _ => first.to_string(),
        }
    }
}

/// The start in the month of `first_of_month`, on `day` or the month's last day.
fn start_in(first_of_month: Date, day: u8) -> Option<Date> {
    (1..=u32::from(day)).rev().find_map(|day| Date::new(first_of_month.year(), first_of_month.month(), day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(schedule: &Schedule) -> Vec<(String, String, String)> {
        let zone = Zone::new("UTC").unwrap();
        let text = |period: Period| (period.label, period.first.to_string(), period.last.to_string());
        schedule.periods(&zone).into_iter().map(text).collect()
    }

    fn schedule(length: PeriodLength, start_day: u8, from: &str, to: &str) -> Schedule {
        let date = |text: &str| {
            let parts: Vec<u32> = text.split('-').map(|part| part.parse().unwrap()).collect();
            Date::new(parts[0] as i32, parts[1], parts[2]).unwrap()
        };
        Schedule { length, start_day, start_month: 1, from: date(from), to: date(to) }
    }

    #[track_caller]
    fn check(schedule: &Schedule, want: &[(&str, &str, &str)]) {
        let want: Vec<_> =
            want.iter().map(|(a, b, c)| (a.to_string(), b.to_string(), c.to_string())).collect();
        assert_eq!(days(schedule), want);
    }

    #[test]
    fn months_from_the_first() {
        check(
            &schedule(PeriodLength::Monthly, 1, "2026-01-01", "2026-03-31"),
            &[
                ("2026-01", "2026-01-01", "2026-01-31"),
                ("2026-02", "2026-02-01", "2026-02-28"),
                ("2026-03", "2026-03-01", "2026-03-31"),
            ],
        );
    }

    #[test]
    fn a_month_without_the_day_starts_on_its_last() {
        check(
            &schedule(PeriodLength::Monthly, 31, "2026-01-31", "2026-03-30"),
            &[("2026-01-31", "2026-01-31", "2026-02-27"), ("2026-02-28", "2026-02-28", "2026-03-30")],
        );
    }

    #[test]
    fn the_first_period_is_cut_to_the_term() {
        check(
            &schedule(PeriodLength::Quarterly, 1, "2026-02-15", "2026-07-10"),
            &[
                ("2026-02-15", "2026-02-15", "2026-03-31"),
                ("2026-Q2", "2026-04-01", "2026-06-30"),
                ("2026-Q3", "2026-07-01", "2026-07-10"),
            ],
        );
    }

    #[test]
    fn months_from_the_sixteenth() {
        check(
            &schedule(PeriodLength::Monthly, 16, "2015-12-16", "2016-02-15"),
            &[("2015-12-16", "2015-12-16", "2016-01-15"), ("2016-01-16", "2016-01-16", "2016-02-15")],
        );
    }
}
