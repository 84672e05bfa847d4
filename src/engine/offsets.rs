//! Local times of many moments: the changes of a zone's offset as a table.
//!
//! Between two changes local time is UTC plus a constant. Europe/London 2026:
//! +0 h until 29 March 01:00 UTC, +1 h until 25 October 01:00 UTC, +0 h after.

use crate::value::{Date, Instant, LocalTime, Resolved, Zone};

/// Years for which the table is laid out; others are asked of the zone one by one.
const FIRST_YEAR: i32 = 1960;
const LAST_YEAR: i32 = 2101;

/// No local time is further than this from UTC, in microseconds: 26 hours.
const FURTHEST: i64 = 26 * 3_600_000_000;

/// A zone with its changes.
#[derive(Debug, Clone)]
pub(super) struct Offsets {
    pub(super) zone: Zone,
    /// From this moment on, local time is so many microseconds ahead of UTC.
    changes: Vec<(i64, i64)>,
    until: i64,
}

/// A stretch with one offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: i64,
    pub(super) to: i64,
    pub(super) offset: i64,
}

impl Offsets {
    pub(super) fn new(zone: &Zone) -> Self {
        let new_year = |year| Date::new(year, 1, 1).map_or(0, |date| LocalTime::at(date, 0).0);
        let (from, until) = (new_year(FIRST_YEAR), new_year(LAST_YEAR));
        let mut changes = Vec::new();
        let mut next = Some(Instant(from));
        while let Some(at) = next.filter(|at| at.0 < until) {
            let offset = zone.local(at).0 - at.0;
            if changes.last().is_none_or(|(_, last)| *last != offset) {
                changes.push((at.0, offset));
            }
            next = zone.next_change(at).filter(|later| *later > at);
        }
        Self { zone: zone.clone(), changes, until }
    }

    /// The wall-clock time of a moment.
    pub(super) fn local(&self, instant: i64) -> LocalTime {
        let after = self.changes.partition_point(|(from, _)| *from <= instant);
        match after.checked_sub(1).and_then(|at| self.changes.get(at)) {
            Some((_, offset)) if instant < self.until => LocalTime(instant + offset),
            _ => self.zone.local(Instant(instant)),
        }
    }

    /// What a local time means: far from all changes it is UTC plus a constant, near one the zone is asked.
    pub(super) fn resolve(&self, local: LocalTime) -> Resolved {
        let (before, after) = (local.0.saturating_sub(FURTHEST), local.0.saturating_add(FURTHEST));
        let next = self.changes.partition_point(|(from, _)| *from <= before);
        let last = next.checked_sub(1).and_then(|at| self.changes.get(at));
        let end = self.changes.get(next).map_or(self.until, |(from, _)| *from);
        match last {
            Some((_, offset)) if after < end => Resolved::Once(Instant(local.0 - offset)),
            _ => self.zone.resolve(local),
        }
    }

    /// The local date of a moment.
    pub(super) fn date(&self, instant: i64) -> Option<Date> {
        self.local(instant).date()
    }

    /// The first moment of the local date that many days after 1970-01-01;
    /// the end of time where there is no such date.
    pub(super) fn midnight(&self, days: i64) -> i64 {
        let date = i32::try_from(days).ok().and_then(Date::from_days);
        date.filter(|date| (1..=9999).contains(&date.year()))
            .map_or(i64::MAX, |date| self.zone.midnight(date).0)
    }

    /// The stretches of constant offset that make up a time span, in order.
    pub(super) fn stretches(&self, from: i64, to: i64) -> Vec<Stretch> {
        let mut found = Vec::new();
        let mut at = from;
        while at < to {
            let offset = self.local(at).0 - at;
            let change = self.zone.next_change(Instant(at)).map_or(to, |change| change.0.min(to));
            found.push(Stretch { from: at, to: change, offset });
            at = change.max(at + 1);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    #[test]
    fn the_table_says_what_the_zone_says() {
        for name in ["Europe/London", "America/New_York", "Asia/Kathmandu", "UTC", "Australia/Lord_Howe"] {
            let zone = Zone::new(name).unwrap();
            let offsets = Offsets::new(&zone);
            let from = Date::new(1955, 1, 1).unwrap().days();
            for step in 0..20_000_i64 {
                let instant = i64::from(from) * 24 * HOUR + step * 77 * HOUR;
                assert_eq!(offsets.local(instant), zone.local(Instant(instant)), "{name} {instant}");
            }
        }
    }

    #[test]
    fn local_times_mean_what_the_zone_says() {
        for name in ["Europe/London", "America/New_York", "Pacific/Apia", "UTC", "Australia/Lord_Howe"] {
            let zone = Zone::new(name).unwrap();
            let offsets = Offsets::new(&zone);
            let from = Date::new(1959, 12, 1).unwrap().days();
            for step in 0..80_000_i64 {
                let local = LocalTime(i64::from(from) * 24 * HOUR + step * 16 * HOUR + step % 48 * HOUR / 2);
                assert_eq!(offsets.resolve(local), zone.resolve(local), "{name} {local:?}");
            }
        }
    }

    #[test]
    fn a_day_with_a_change_has_two_stretches() {
        let offsets = Offsets::new(&Zone::new("Europe/London").unwrap());
        let day = offsets.midnight(Date::new(2026, 3, 29).unwrap().days().into());
        let got = offsets.stretches(day, day + 23 * HOUR);
        let want = [
            Stretch { from: day, to: day + HOUR, offset: 0 },
            Stretch { from: day + HOUR, to: day + 23 * HOUR, offset: HOUR },
        ];
        assert_eq!(got, want);
    }
}
