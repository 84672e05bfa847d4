//! Business time by hand.

use super::*;
use crate::value::{Resolved, Zone};

const HOUR: i64 = 3_600_000_000;
const MINUTE: i64 = 60_000_000;

fn calendar(zone: &str, days: std::ops::Range<usize>, hours: (i64, i64)) -> Calendar {
    let mut week: [Vec<(i64, i64)>; 7] = Default::default();
    week[days].fill(vec![(hours.0 * 3600, hours.1 * 3600)]);
    let zone = Zone::new(zone).unwrap();
    Calendar { name: "support".into(), zone, week, lists: Vec::new(), closed: Vec::new() }
}

fn date(year: i32, month: u32, day: u32) -> Date {
    Date::new(year, month, day).unwrap()
}

fn at(zone: &str, date: Date, hour: i64, minute: i64) -> i64 {
    match Zone::new(zone).unwrap().resolve(LocalTime::at(date, hour * 3600 + minute * 60)) {
        Resolved::Once(instant) => instant.0,
        other => panic!("{other:?}"),
    }
}

/// Monday 5 to Friday 9 January 2026.
fn january(day: u32, hour: i64) -> i64 {
    at("UTC", date(2026, 1, day), hour, 0)
}

#[test]
fn eight_hours_from_monday_16_are_over_on_tuesday_at_15() {
    let open = Opening::new(&calendar("UTC", 0..5, (9, 18)), []);
    assert_eq!(open.between(january(5, 16), january(6, 15)), 8 * HOUR);
    assert_eq!(open.between(january(6, 15), january(5, 16)), -8 * HOUR);
}

#[test]
fn a_pause_stops_the_clock_in_open_hours_only() {
    let open = Opening::new(&calendar("UTC", 0..5, (9, 18)), []);
    let counted =
        |stops: &Stops, to| open.between(january(5, 16), to) - stops.between(january(5, 16), to, &open);
    // Paused Monday 17:00 to 19:00: one of the two hours is open, due Tuesday 16:00.
    let wall = Stops::new(&[(january(5, 17), true), (january(5, 19), false)], &open);
    assert_eq!(counted(&wall, january(6, 16)), 8 * HOUR);
    // Paused for two open hours, Monday 17:00 to Tuesday 10:00: due Tuesday 17:00.
    let business = Stops::new(&[(january(5, 17), true), (january(6, 10), false)], &open);
    assert_eq!(counted(&business, january(6, 17)), 8 * HOUR);
    assert_eq!(counted(&business, january(5, 18)), HOUR);
    assert_eq!(counted(&business, january(5, 17)), HOUR);
}

#[test]
fn a_pause_without_an_end_lasts_to_the_end() {
    let open = Opening::new(&calendar("UTC", 0..5, (9, 18)), []);
    let stops = Stops::new(&[(january(5, 9), false), (january(5, 17), true)], &open);
    assert_eq!(stops.between(january(5, 9), january(9, 18), &open), 37 * HOUR);
}

#[test]
fn of_two_events_at_one_moment_the_last_holds() {
    let open = Opening::new(&calendar("UTC", 0..5, (9, 18)), []);
    let stops = Stops::new(&[(january(5, 10), true), (january(5, 10), false)], &open);
    assert_eq!(stops, Stops::default());
}

#[test]
fn around_the_clock_on_weekdays_48_hours_from_friday_end_on_tuesday() {
    let open = Opening::new(&calendar("UTC", 0..5, (0, 24)), []);
    assert_eq!(open.between(january(9, 9), january(13, 9)), 48 * HOUR);
}

/// The incidents of an outsourcing contract (16 January to 15 February 2016,
/// Madrid, Monday to Friday 08:00 to 20:00): nine of the published times.
#[test]
fn the_published_times_of_a_real_contract_come_out() {
    let open = Opening::new(&calendar("Europe/Madrid", 0..5, (8, 20)), []);
    let check = |from: (u32, i64, i64), to: (u32, i64, i64), seconds: i64| {
        let at = |(day, hour, minute)| at("Europe/Madrid", date(2016, 1, day), hour, minute);
        assert_eq!(open.between(at(from), at(to)), seconds * 1_000_000, "{from:?} {to:?}");
    };
    check((20, 9, 0), (20, 10, 0), 3_600);
    check((20, 12, 0), (30, 12, 30), 331_200);
    check((20, 12, 0), (20, 12, 30), 1_800);
    check((20, 8, 0), (23, 11, 0), 129_600);
    check((20, 12, 0), (20, 15, 0), 10_800);
    check((20, 12, 0), (30, 16, 0), 331_200);
}

#[test]
fn a_night_with_a_change_of_clocks_is_an_hour_shorter_or_longer() {
    let open = Opening::new(&calendar("Europe/London", 0..7, (0, 6)), []);
    let night = |month, day| {
        let midnight = at("Europe/London", date(2026, month, day), 0, 0);
        open.between(midnight, at("Europe/London", date(2026, month, day), 12, 0))
    };
    assert_eq!(night(3, 28), 6 * HOUR);
    assert_eq!(night(3, 29), 5 * HOUR);
    assert_eq!(night(10, 25), 7 * HOUR);
}

#[test]
fn hours_inside_the_change_count_by_the_wall_clock() {
    let half_past = |calendar: &mut Calendar| calendar.week.fill(vec![(5_400, 9_000)]);
    let mut calendar = calendar("Europe/London", 0..7, (0, 0));
    half_past(&mut calendar);
    let open = Opening::new(&calendar, []);
    let day = |month, day| {
        let midnight = at("Europe/London", date(2026, month, day), 0, 0);
        open.between(midnight, midnight + 12 * HOUR)
    };
    // 01:30 to 02:30; on 29 March the clocks skip 01:00 to 02:00, on 25 October they repeat it.
    assert_eq!(day(3, 28), HOUR);
    assert_eq!(day(3, 29), 30 * MINUTE);
    assert_eq!(day(10, 25), 90 * MINUTE);
}

#[test]
fn holidays_and_closed_dates_are_closed_and_years_join() {
    let mut calendar = calendar("UTC", 0..5, (9, 18));
    calendar.closed = vec![date(2026, 1, 2)];
    let open = Opening::new(&calendar, [date(2026, 1, 1)]);
    // Wednesday 31 December to Monday 5 January: 9 + 9 hours.
    let from = at("UTC", date(2025, 12, 31), 0, 0);
    assert_eq!(open.between(from, january(6, 0)), 18 * HOUR);
    let from = at("UTC", date(2024, 12, 31), 0, 0);
    // 2025 has 261 weekdays, and Tuesday 31 December 2024 is one more.
    assert_eq!(open.between(from, at("UTC", date(2026, 1, 1), 0, 0)), 262 * 9 * HOUR);
}

/// Halves of an hour over nineteen years, of which the outer ones are beyond the days at hand: day by day and year by
/// year the same comes out, whatever the clocks and the hours.
#[test]
fn days_and_years_tell_the_same() {
    let lunch = vec![(9 * 3600, 12 * 3600), (13 * 3600, 17 * 3600)];
    let night = vec![(0, 6 * 3600), (22 * 3600, 24 * 3600)];
    // Kathmandu changed its clocks on 1 January 1986, Kiritimati passed over a day at the end of 1994.
    for (zone, first, hours) in [
        ("Europe/London", 2026, vec![(9 * 3600, 17 * 3600)]),
        ("America/New_York", 2026, lunch),
        ("Australia/Lord_Howe", 2026, night),
        ("Asia/Kathmandu", 1986, vec![(0, 24 * 3600)]),
        ("Pacific/Kiritimati", 1994, vec![(7 * 3600, 20 * 3600)]),
    ] {
        let mut calendar = calendar(zone, 0..0, (0, 0));
        calendar.week[..6].fill(hours);
        let open = Opening::new(&calendar, [date(2026, 4, 3), date(2026, 12, 25)]);
        let start = at("UTC", date(first, 1, 1), 12, 0);
        assert_eq!(open.between(start, start), 0);
        let year = 365 * 24;
        let moments = (-10 * year..9 * year).step_by(7).chain(0..2 * year);
        let mut by_day = 0;
        for hour in moments {
            let moment = start + hour * HOUR + 29 * MINUTE;
            assert_eq!(open.between(start, moment), open.years_between(start, moment), "{zone} {hour}");
            assert_eq!(open.between(moment, start), open.years_between(moment, start), "{zone} {hour}");
            by_day += usize::from(open.near(start).until(moment).is_some());
        }
        assert!(by_day > 1000, "{zone} {by_day}");
    }
}
