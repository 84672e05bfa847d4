//! From positions to times: when the rows of a table take place, in order, and which month that is.
//!
//! A position is a number of microseconds since the start, all alike busy. Of every day 5 % are before
//! 07:00 UTC and 5 % after 21:00, so the order of positions is the order of times.

use std::ops::Range;

/// The microseconds of a day.
pub const DAY: u64 = 86_400_000_000;
/// The first year; everything starts with it, at midnight UTC and in London.
const FIRST_YEAR: i32 = 2024;
/// Parts of a day: up to which hundredth of its rows, and up to which hour.
const HOURS: [(u64, u64); 4] = [(0, 0), (5, 7), (95, 21), (100, 24)];

/// So many months in which the rows of a table are spread.
#[derive(Clone, Copy)]
pub struct Span {
    pub rows: u64,
    micros: u64,
}

impl Span {
    pub fn new(rows: u64, months: u32) -> Self {
        let seconds = month_start(months) - month_start(0);
        Self { rows, micros: seconds as u64 / 86_400 * DAY }
    }

    /// The position of a row; `jitter` is its place between this and the next.
    pub fn position(&self, row: u64, jitter: u64) -> u64 {
        let micros = u128::from(self.micros);
        let within = (u128::from(jitter >> 32) * micros) >> 32;
        ((u128::from(row) * micros + within) / u128::from(self.rows)) as u64
    }

    /// The last row that is surely not after this position; the first where there is none.
    pub fn row_before(&self, position: u64) -> u64 {
        self.rows_in(position).saturating_sub(1)
    }

    /// How many rows come in so much time.
    pub fn rows_in(&self, micros: u64) -> u64 {
        (u128::from(micros) * u128::from(self.rows) / u128::from(self.micros)) as u64
    }

    /// The rows of a month, where `time` gives the time of a row.
    pub fn month(&self, month: u32, time: impl Fn(u64) -> i64) -> Range<u64> {
        let first = |month| partition(self.rows, |row| time(row) < month_start(month));
        first(month)..first(month + 1)
    }
}

/// The UTC second of a position.
pub fn second(position: u64) -> i64 {
    let (day, within) = (position / DAY, position % DAY);
    let mut second = 0;
    for pair in HOURS.windows(2) {
        if let [(from, hour), (to, until)] = *pair
            && within >= DAY / 100 * from
        {
            second =
                hour * 3600 + (within - DAY / 100 * from) * (until - hour) * 3600 / (DAY / 100 * (to - from));
        }
    }
    month_start(0) + (day * 86_400 + second) as i64
}

/// The UTC second at which a month begins in London, counted from the first.
///
/// Summer time is in force at the beginning of the months from April to October.
pub fn month_start(month: u32) -> i64 {
    let (year, in_year) = (FIRST_YEAR + (month / 12) as i32, month % 12);
    let midnight =
        chrono::NaiveDate::from_ymd_opt(year, in_year + 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
    let summer = (3..=9).contains(&in_year);
    midnight.and_utc().timestamp() - if summer { 3600 } else { 0 }
}

/// `2024-03`
pub fn month_label(month: u32) -> String {
    format!("{}-{:02}", FIRST_YEAR + (month / 12) as i32, month % 12 + 1)
}

/// The last day of a month: `2025-12-31`.
pub fn last_day(month: u32) -> String {
    let next = chrono::DateTime::from_timestamp(month_start(month + 1) + 7200, 0).unwrap().date_naive();
    next.pred_opt().unwrap().to_string()
}

/// How many of the numbers from 0 meet a condition that holds for the first of them only.
fn partition(many: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, many);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { low = middle + 1 } else { high = middle }
    }
    low
}
