//! Dates, moments and local times.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};

/// A calendar date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(NaiveDate);

impl Date {
    /// The date, when it exists.
    #[must_use]
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        (1..=9999).contains(&year).then(|| NaiveDate::from_ymd_opt(year, month, day)).flatten().map(Self)
    }

    /// Year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// Month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u32 {
        self.0.month()
    }

    /// Day of the month.
    #[must_use]
    pub fn day(self) -> u32 {
        self.0.day()
    }

    /// Weekday, 0 is Monday.
    #[must_use]
    pub fn weekday(self) -> u8 {
        u8::try_from(self.0.weekday().num_days_from_monday()).unwrap_or(0)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn days(self) -> i32 {
        self.0.to_epoch_days()
    }

    /// The date that many days after 1970-01-01.
    #[must_use]
    pub fn from_days(days: i32) -> Option<Self> {
        NaiveDate::from_epoch_days(days).map(Self)
    }

    /// `days` later.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Option<Self> {
        self.0.checked_add_days(Days::new(u64::from(days))).map(Self)
    }

    /// The day before.
    #[must_use]
    pub fn before(self) -> Option<Self> {
        self.0.pred_opt().map(Self)
    }

    /// The same day `months` later, or that month's last day when it has no
    /// such day: 31 January plus one month is the last of February.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Option<Self> {
        self.0.checked_add_months(Months::new(months)).map(Self)
    }

    /// The same day `months` earlier, clamped likewise.
    #[must_use]
    pub fn minus_months(self, months: u32) -> Option<Self> {
        self.0.checked_sub_months(Months::new(months)).map(Self)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

/// A moment: microseconds since 1970-01-01 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

impl Instant {
    /// The whole second from which nothing can change that can change until
    /// `until`, in microseconds; none when that is the end of time.
    #[must_use]
    pub fn whole_second_from(until: i64) -> Option<Self> {
        let part = i64::from(until.rem_euclid(1_000_000) > 0);
        let second = until.div_euclid(1_000_000).saturating_add(part);
        (until != i64::MAX).then(|| Self(second.saturating_mul(1_000_000)))
    }
}

/// A wall-clock time without a zone: microseconds since 1970-01-01 00:00 local.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime(pub i64);

/// Microseconds in a day.
pub const DAY: i64 = 86_400_000_000;

impl LocalTime {
    /// `date` at `seconds` after midnight.
    #[must_use]
    pub fn at(date: Date, seconds: i64) -> Self {
        Self(i64::from(date.days()) * DAY + seconds * 1_000_000)
    }

    /// The date.
    #[must_use]
    pub fn date(self) -> Option<Date> {
        i32::try_from(self.0.div_euclid(DAY)).ok().and_then(Date::from_days)
    }

    /// Microseconds since midnight.
    #[must_use]
    pub fn time_of_day(self) -> i64 {
        self.0.rem_euclid(DAY)
    }
}

impl fmt::Display for LocalTime {
    /// `2026-03-29 01:30:00`, with the fraction when there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.time_of_day();
        let seconds = micros / 1_000_000;
        if let Some(date) = self.date() {
            write!(f, "{date} ")?;
        }
        write!(f, "{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        match micros % 1_000_000 {
            0 => Ok(()),
            part => write!(f, ".{}", format!("{part:06}").trim_end_matches('0')),
        }
    }
}
