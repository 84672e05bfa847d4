//! Wall-clock times to moments, fast: most days have one offset from midnight to midnight.

use super::recipe::{Reason, Recipe};
use crate::book::{Gap, Moment, Repeat, Skipped};
use crate::value::{Date, Instant, LocalTime, Resolved, Zone};

/// Microseconds in a day.
const DAY: i64 = 86_400_000_000;
/// Days remembered at a time.
const REMEMBERED: i32 = 1024;

/// Days with their offset, where it is the same from midnight to midnight.
#[derive(Default)]
pub(super) struct Days(Vec<Option<(i32, Option<i64>)>>);

/// A zone that remembers the offset of days.
pub(super) struct Clock<'z> {
    zone: Option<&'z Zone>,
    skipped: Skipped,
    days: &'z mut Days,
    /// Times the clocks skipped, so far.
    pub gaps: u64,
    /// Times the clocks repeated, so far.
    pub repeats: u64,
}

impl<'z> Clock<'z> {
    /// The clock of a field.
    pub fn new(recipe: &'z Recipe, days: &'z mut Days) -> Self {
        Self { zone: recipe.zone.as_ref(), skipped: recipe.skipped, days, gaps: 0, repeats: 0 }
    }

    /// The moment that was written.
    pub fn instant(&mut self, moment: Moment) -> Result<Instant, Reason> {
        match moment {
            Moment::Exact(instant, _) => Ok(instant),
            Moment::Local(local) => self.local(local),
            Moment::Day(date) => {
                let zone = self.zone.ok_or("has no zone")?;
                let midnight = LocalTime::at(date, 0);
                let offset = self.offset(zone, midnight);
                Ok(offset.map_or_else(|| zone.midnight(date), |offset| Instant(midnight.0 - offset)))
            }
        }
    }

    /// The date that was written; of a moment without a date, the local one.
    pub fn date(&self, moment: Moment) -> Result<Date, Reason> {
        match moment {
            Moment::Day(date) | Moment::Exact(_, Some(date)) => Ok(date),
            Moment::Local(local) => local.date().ok_or("is not a date".into()),
            Moment::Exact(instant, None) => {
                let zone = self.zone.ok_or("has no zone")?;
                zone.local(instant).date().ok_or("is not a date".into())
            }
        }
    }

    /// The moment of a local time that exists once; none of any other.
    pub fn once(&mut self, local: LocalTime) -> Option<i64> {
        let zone = self.zone?;
        if let Some(offset) = self.offset(zone, local) {
            return Some(local.0 - offset);
        }
        match zone.resolve(local) {
            Resolved::Once(instant) => Some(instant.0),
            Resolved::Gap { .. } | Resolved::Fold { .. } | Resolved::OutOfRange => None,
        }
    }

    fn local(&mut self, local: LocalTime) -> Result<Instant, Reason> {
        let zone = self.zone.ok_or("has no zone")?;
        if let Some(offset) = self.offset(zone, local) {
            return Ok(Instant(local.0 - offset));
        }
        match (zone.resolve(local), self.skipped) {
            (Resolved::Once(instant), _) => Ok(instant),
            (Resolved::Gap { .. }, Skipped { gap: Gap::Reject, .. }) => {
                Err(format!("does not exist in `{}`: the clocks skip it", zone.name()).into())
            }
            (Resolved::Gap { forward, backward }, Skipped { gap, .. }) => {
                self.gaps += 1;
                Ok(if gap == Gap::Later { forward } else { backward })
            }
            (Resolved::Fold { .. }, Skipped { repeat: Repeat::Reject, .. }) => {
                Err(format!("happens twice in `{}`: the clocks repeat it", zone.name()).into())
            }
            (Resolved::Fold { first, second }, Skipped { repeat, .. }) => {
                self.repeats += 1;
                Ok(if repeat == Repeat::First { first } else { second })
            }
            (Resolved::OutOfRange, _) => Err("is beyond the year 9999".into()),
        }
    }

    /// The offset of the whole day of `local`, when it has only one.
    fn offset(&mut self, zone: &Zone, local: LocalTime) -> Option<i64> {
        let day = i32::try_from(local.0.div_euclid(DAY)).ok()?;
        let slot = usize::try_from(day.rem_euclid(REMEMBERED)).ok()?;
        if self.days.0.is_empty() {
            self.days.0.resize(usize::try_from(REMEMBERED).unwrap_or(0), None);
        }
        let kept = self.days.0.get_mut(slot)?;
        match kept {
            Some((known, offset)) if *known == day => *offset,
            _ => {
                let offset = constant(zone, LocalTime(i64::from(day) * DAY));
                *kept = Some((day, offset));
                offset
            }
        }
    }
}

/// The offset at a local midnight, when no change of the clocks is within two days after it.
///
/// A change less than a day after midnight would move or repeat times of this
/// day; one on the next day may still repeat times of this one.
fn constant(zone: &Zone, midnight: LocalTime) -> Option<i64> {
    let Resolved::Once(instant) = zone.resolve(midnight) else { return None };
    match zone.next_change(instant) {
        Some(change) if change.0 <= instant.0 + 2 * DAY => None,
        _ => Some(midnight.0 - instant.0),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::book::{self, TableBook};
    use crate::contract::FieldType;

    fn recipe(zone: &str) -> Recipe {
        let text =
            "tables:\n  t:\n    files: f\n    dst: {gap: later, fold: second}\n    columns: {at: at}\n";
        let mut book = book::read(text, std::path::Path::new("data.yaml")).unwrap();
        let mut table: TableBook = book.tables.remove("t").unwrap();
        table.zone = Some(Zone::new(zone).unwrap());
        Recipe::new("at", FieldType::Timestamp, table.columns["at"].clone(), &table, None)
    }

    const ZONES: [&str; 6] = [
        "Europe/London",
        "America/Sao_Paulo",
        "Asia/Gaza",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Africa/Casablanca",
    ];

    proptest! {
        /// Remembering days gives what asking the zone every time gives.
        #[test]
        fn remembered_days_change_nothing(
            name in prop::sample::select(ZONES.to_vec()),
            // 1995 to 2030, to the minute.
            minutes in prop::collection::vec(13_148_640_i64..31_556_160, 1..40),
        ) {
            let recipe = recipe(name);
            let mut days = Days::default();
            let mut clock = Clock::new(&recipe, &mut days);
            for minute in minutes {
                let local = LocalTime(minute * 60_000_000);
                let wanted = match recipe.zone.as_ref().unwrap().resolve(local) {
                    Resolved::Once(instant) | Resolved::Fold { second: instant, .. } => instant,
                    Resolved::Gap { forward, .. } => forward,
                    Resolved::OutOfRange => panic!("in range"),
                };
                prop_assert_eq!(clock.instant(Moment::Local(local)), Ok(wanted));
            }
        }
    }

    /// Hours behind UTC of every full hour of two days.
    fn offsets(clock: &mut Clock<'_>, year: i32, month: u32, day: u32) -> Vec<i64> {
        let start = Date::new(year, month, day).unwrap();
        let locals = (0..48).map(|hour| LocalTime::at(start, hour * 3600));
        locals
            .map(|local| (local.0 - clock.instant(Moment::Local(local)).unwrap().0) / 3_600_000_000)
            .collect()
    }

    #[test]
    fn changes_at_midnight_are_right_on_both_sides() {
        let recipe = recipe("America/Sao_Paulo");
        let mut days = Days::default();
        let mut clock = Clock::new(&recipe, &mut days);
        // 2018-11-04 00:00 does not exist: the clocks go from -3 to -2.
        let spring = offsets(&mut clock, 2018, 11, 3);
        assert_eq!((&spring[..25], &spring[25..]), (&[-3; 25][..], &[-2; 23][..]));
        // 2019-02-17 00:00 the clocks go back to 23:00 of the 16th, which happens twice.
        let autumn = offsets(&mut clock, 2019, 2, 16);
        assert_eq!((&autumn[..23], &autumn[23..]), (&[-2; 23][..], &[-3; 25][..]));
        assert_eq!((clock.gaps, clock.repeats), (1, 1));
    }
}
