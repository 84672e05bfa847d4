//! How far a look-ahead goes: the last moment that still counts.
//!
//! | start | window | last moment |
//! |-------|--------|-------------|
//! | 3 Jan 10:00 | within 7 days | 10 Jan 10:00 |
//! | 3 Jan 10:00 | in less than 7 days | just before 10 Jan 10:00 |
//! | 3 Jan 10:00 | within 7 calendar days | the end of 10 Jan |
//! | 31 Jan 10:00 | within 1 month | 28 Feb 10:00 |
//!
//! A local time that the clocks skip is read with the offset before the
//! change. Of one that the clocks repeat, `within` counts both.

use super::offsets::Offsets;
use crate::contract::{Window, WindowLength};
use crate::value::{LocalTime, Resolved};

/// The end of a window that never ends.
pub(super) const NEVER: i64 = i64::MAX;

/// The last moment that counts for a window from `start`, in microseconds UTC.
pub(super) fn end(window: Option<Window>, start: i64, offsets: &Offsets) -> i64 {
    let Some(window) = window else { return NEVER };
    let short = i64::from(!window.inclusive);
    match window.length {
        WindowLength::Elapsed(micros) => start.saturating_add(micros).saturating_sub(short),
        WindowLength::CalendarDays(days) => {
            let Some(date) = offsets.date(start) else { return NEVER };
            offsets.midnight(i64::from(date.days()) + i64::from(days) + 1 - short).saturating_sub(1)
        }
        WindowLength::Months(months) => same_time_later(months, start, window.inclusive, offsets),
    }
}

/// How long a window is at least and at most, whatever its start, the calendar
/// and the clocks: those change by no more than a day.
pub(super) fn bounds(window: Option<Window>) -> (i64, i64) {
    const DAY: i64 = 86_400_000_000;
    let Some(window) = window else { return (NEVER, NEVER) };
    let days = |least: i64, most: i64| ((least - 2) * DAY, (most + 3) * DAY);
    match window.length {
        WindowLength::Elapsed(micros) => (micros - i64::from(!window.inclusive), micros),
        WindowLength::CalendarDays(count) => days(count.into(), count.into()),
        WindowLength::Months(months) => days(28 * i64::from(months), 31 * i64::from(months)),
    }
}

/// The first moment of the local day after that of `start`.
pub(super) fn next_day(start: i64, offsets: &Offsets) -> i64 {
    offsets.date(start).map_or(NEVER, |date| offsets.midnight(i64::from(date.days()) + 1))
}

fn same_time_later(months: u32, start: i64, inclusive: bool, offsets: &Offsets) -> i64 {
    let local = offsets.local(start);
    let Some(date) = local.date().and_then(|date| date.plus_months(months)) else { return NEVER };
    let later = LocalTime(LocalTime::at(date, 0).0 + local.time_of_day());
    match offsets.resolve(later) {
        Resolved::Once(end) | Resolved::Gap { forward: end, .. } => end.0 - i64::from(!inclusive),
        Resolved::Fold { second, .. } if inclusive => second.0,
        Resolved::Fold { first, .. } => first.0 - 1,
        Resolved::OutOfRange => NEVER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Date, Zone};

    const DAY: i64 = 86_400_000_000;
    const HOUR: i64 = 3_600_000_000;

    fn london() -> Offsets {
        Offsets::new(&Zone::new("Europe/London").unwrap())
    }

    fn at(offsets: &Offsets, month: u32, day: u32, hour: i64) -> i64 {
        offsets.midnight(Date::new(2026, month, day).unwrap().days().into()) + hour * HOUR
    }

    fn window(length: WindowLength, inclusive: bool) -> Option<Window> {
        Some(Window { length, inclusive })
    }

    #[test]
    fn seven_days_are_seven_times_24_hours_even_when_the_clocks_change() {
        let offsets = london();
        let start = at(&offsets, 3, 25, 10);
        let elapsed = WindowLength::Elapsed(7 * DAY);
        assert_eq!(end(window(elapsed, true), start, &offsets), start + 7 * DAY);
        assert_eq!(end(window(elapsed, false), start, &offsets), start + 7 * DAY - 1);
        // 1 April 10:00 local is an hour earlier than 7 × 24 hours later.
        assert_eq!(start + 7 * DAY, at(&offsets, 4, 1, 11));
    }

    #[test]
    fn calendar_days_go_to_the_end_of_the_local_day() {
        let offsets = london();
        let start = at(&offsets, 3, 25, 10);
        let days = WindowLength::CalendarDays(7);
        assert_eq!(end(window(days, true), start, &offsets), at(&offsets, 4, 2, 0) - 1);
        assert_eq!(end(window(days, false), start, &offsets), at(&offsets, 4, 1, 0) - 1);
    }

    #[test]
    fn a_month_keeps_the_local_time_and_ends_on_the_last_day_at_most() {
        let offsets = london();
        let month = |months| window(WindowLength::Months(months), true);
        assert_eq!(end(month(1), at(&offsets, 1, 31, 10), &offsets), at(&offsets, 2, 28, 10));
        assert_eq!(end(month(6), at(&offsets, 1, 31, 10), &offsets), at(&offsets, 7, 31, 10));
        // 10:00 in winter is 10:00 UTC, 10:00 in summer 09:00 UTC.
        let days = i64::from(Date::new(2026, 7, 31).unwrap().days());
        assert_eq!(at(&offsets, 7, 31, 10), days * DAY + 9 * HOUR);
    }

    #[test]
    fn a_time_that_comes_twice_counts_twice_within_and_not_at_all_in_less_than() {
        let offsets = london();
        // 25 September 01:30 BST; on 25 October 01:30 comes at 00:30 and 01:30 UTC.
        let start = at(&offsets, 9, 25, 1) + HOUR / 2;
        let day = i64::from(Date::new(2026, 10, 25).unwrap().days()) * DAY;
        let month = WindowLength::Months(1);
        assert_eq!(end(window(month, true), start, &offsets), day + HOUR + HOUR / 2);
        assert_eq!(end(window(month, false), start, &offsets), day + HOUR / 2 - 1);
    }

    #[test]
    fn every_window_lies_between_its_bounds() {
        let offsets = london();
        let lengths = [
            WindowLength::Elapsed(7 * DAY),
            WindowLength::CalendarDays(3),
            WindowLength::Months(1),
            WindowLength::Months(18),
        ];
        for (length, inclusive) in lengths.into_iter().flat_map(|length| [(length, true), (length, false)]) {
            let window = window(length, inclusive);
            let (least, most) = bounds(window);
            for hour in 0..24 * 800 {
                let start = at(&offsets, 1, 1, hour);
                let end = end(window, start, &offsets);
                assert!((start + least..=start + most).contains(&end), "{length:?} {hour}");
            }
        }
    }

    #[test]
    fn without_a_window_the_search_never_ends() {
        assert_eq!(end(None, 0, &london()), NEVER);
    }
}
