//! From when on nothing can change any more.
//!
//! A look-ahead that ends on Friday 27 March 2026, `late data within 2 business
//! days in desk` (Monday to Friday): its records may still come until the end
//! of Tuesday 31 March. Data that is complete to 30 March leaves it open, data
//! that is complete to 31 March does not.

use std::collections::BTreeSet;

use super::error::EngineError;
use super::offsets::Offsets;
use super::source::Source;
use super::window::NEVER;
use crate::contract::{Calendar, Contract, Within};
use crate::value::Date;

/// A day written as complete to 23:59 is complete.
const MINUTE: i64 = 60_000_000;
/// How many days are looked through for a day on which a calendar opens.
const FAR: u32 = 4_000;

/// How long after an event its record may still come.
#[derive(Debug)]
pub(super) struct Maturity {
    late: Late,
}

#[derive(Debug)]
enum Late {
    Never,
    Days(u32),
    Months(u32),
    Business(u32, Box<Calendar>, BTreeSet<Date>),
}

impl Maturity {
    pub(super) fn of(contract: &Contract, source: &dyn Source) -> Result<Self, EngineError> {
        Self::with(contract, |list| source.holidays(list))
    }

    /// Likewise, where the dates of holiday lists come from elsewhere.
    pub(super) fn with(
        contract: &Contract,
        holidays: impl Fn(&str) -> Result<Vec<Date>, EngineError>,
    ) -> Result<Self, EngineError> {
        let late = match &contract.maturity.late {
            None | Some(Within::Periods(_)) => Late::Never,
            Some(Within::Days(days)) => Late::Days(*days),
            Some(Within::Months(months)) => Late::Months(*months),
            Some(Within::BusinessDays(days, name)) => match contract.calendars.get(name) {
                None => Late::Never,
                Some(calendar) => {
                    let mut closed: BTreeSet<Date> = calendar.closed.iter().copied().collect();
                    for list in &calendar.lists {
                        closed.extend(holidays(list)?);
                    }
                    Late::Business(*days, Box::new(calendar.clone()), closed)
                }
            },
        };
        Ok(Self { late })
    }

    /// Whether records come at once.
    pub(super) fn is_at_once(&self) -> bool {
        matches!(self.late, Late::Never)
    }

    /// The last moment at which a record of an event at `moment` may come.
    pub(super) fn settled(&self, moment: i64, offsets: &Offsets) -> i64 {
        if moment == NEVER || matches!(self.late, Late::Never) {
            return moment;
        }
        let last = offsets.date(moment).and_then(|date| self.last_day(date));
        last.map_or(NEVER, |last| end_of(last, offsets))
    }

    /// The last moment whose records have all come when the data is complete to `complete_to`.
    pub(super) fn reach(&self, complete_to: i64, offsets: &Offsets) -> i64 {
        if matches!(self.late, Late::Never) {
            return complete_to;
        }
        let mut day = offsets.date(complete_to);
        for _ in 0..FAR {
            let Some(date) = day else { return i64::MIN };
            if self.last_day(date).is_some_and(|last| end_of(last, offsets) <= complete_to) {
                return end_of(date, offsets);
            }
            day = date.before();
        }
        i64::MIN
    }

    fn last_day(&self, date: Date) -> Option<Date> {
        match &self.late {
            Late::Never => Some(date),
            Late::Days(days) => date.plus_days(*days),
            Late::Months(months) => date.plus_months(*months),
            Late::Business(days, calendar, closed) => {
                let opens = |date: &Date| {
                    let hours = calendar.week.get(usize::from(date.weekday()));
                    hours.is_some_and(|hours| !hours.is_empty()) && !closed.contains(date)
                };
                match days.checked_sub(1) {
                    None => Some(date),
                    Some(before) => {
                        let mut open = (1..FAR).map_while(|n| date.plus_days(n)).filter(opens);
                        open.nth(usize::try_from(before).unwrap_or(usize::MAX))
                    }
                }
            }
        }
    }
}

/// What a data book calls complete: the rest of a day from its last minute on.
pub(super) fn complete(said: i64, offsets: &Offsets) -> i64 {
    match offsets.date(said).map(|date| end_of(date, offsets)) {
        Some(end) if said.saturating_add(MINUTE) > end => end,
        _ => said,
    }
}

/// The last moment of a local date.
pub(super) fn end_of(date: Date, offsets: &Offsets) -> i64 {
    offsets.midnight(i64::from(date.days()) + 1).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Zone;

    fn calendar() -> Calendar {
        let zone = Zone::new("UTC").unwrap();
        let mut week: [Vec<(i64, i64)>; 7] = Default::default();
        week[..5].fill(vec![(32_400, 64_800)]);
        Calendar { name: "desk".into(), zone, week, lists: Vec::new(), closed: Vec::new() }
    }

    fn at(day: u32, offsets: &Offsets) -> i64 {
        offsets.midnight(Date::new(2026, 3, day).unwrap().days().into())
    }

    #[test]
    fn business_days_after_a_friday_pass_over_the_weekend() {
        let offsets = Offsets::new(&Zone::new("UTC").unwrap());
        let maturity = Maturity { late: Late::Business(2, Box::new(calendar()), BTreeSet::new()) };
        assert_eq!(maturity.settled(at(27, &offsets), &offsets), at(32 - 1, &offsets) + 86_400_000_000 - 1);
        assert_eq!(maturity.reach(at(31, &offsets) - 1, &offsets), at(27, &offsets) - 1);
        // Complete to the end of Tuesday: what ended on Friday, Saturday or Sunday is there.
        assert_eq!(maturity.reach(at(31, &offsets) + 86_400_000_000 - 1, &offsets), at(30, &offsets) - 1);
        let holiday = BTreeSet::from([Date::new(2026, 3, 30).unwrap()]);
        let maturity = Maturity { late: Late::Business(1, Box::new(calendar()), holiday) };
        assert_eq!(maturity.settled(at(27, &offsets), &offsets), at(31, &offsets) + 86_400_000_000 - 1);
    }

    #[test]
    fn the_last_minute_of_a_day_is_its_end() {
        let offsets = Offsets::new(&Zone::new("Europe/London").unwrap());
        let end = at(11, &offsets) - 1;
        assert_eq!(complete(end - MINUTE + 1, &offsets), end);
        assert_eq!(complete(end - 2 * MINUTE, &offsets), end - 2 * MINUTE);
    }
}
