//! Open time day by day of UTC, for the years that most moments lie in.
//!
//! | day | open before it | from | for |
//! |-----|----------------|------|-----|
//! | Friday 9 January | 68 h | 09:00 | 9 h |
//! | Saturday 10 January | 77 h | 00:00 | 0 h |
//! | Monday 12 January | 77 h | 09:00 | 9 h |

use super::DAY;

/// Open time by day.
#[derive(Debug, Default)]
pub(super) struct Days {
    /// The first moment of the first day.
    start: i64,
    days: Vec<Day>,
}

/// One day: what was open before it, and from when on it is open for how long.
#[derive(Debug)]
struct Day {
    before: i64,
    from: i64,
    /// Negative where it opens more than once.
    length: i64,
}

impl Days {
    /// So many days from a first one on, counted from 1970-01-01, with these open intervals in order.
    pub(super) fn of(first: i64, count: usize, open: impl Iterator<Item = (i64, i64)>) -> Self {
        let open = joined(open);
        let (mut before, mut at) = (0, 0);
        let mut days = Vec::with_capacity(count);
        for day in (first..).take(count) {
            let (start, end) = (day * DAY, (day + 1) * DAY);
            let mut parts = Vec::new();
            while let Some((from, to)) = open.get(at).filter(|(from, _)| *from < end) {
                let part = ((*from).max(start), (*to).min(end));
                parts.extend((part.0 < part.1).then_some(part));
                if *to > end {
                    break;
                }
                at += 1;
            }
            let sum: i64 = parts.iter().map(|(from, to)| to - from).sum();
            let (from, length) = match parts.as_slice() {
                [] => (start, 0),
                [(from, _)] => (*from, sum),
                _ => (start, -1),
            };
            days.push(Day { before, from, length });
            before += sum;
        }
        Self { start: first * DAY, days }
    }

    /// Open microseconds from the first day to a moment; none where that is of another day, or of one that
    /// opens more than once.
    #[inline]
    pub(super) fn until(&self, moment: i64) -> Option<i64> {
        let since = u64::try_from(moment.checked_sub(self.start)?).ok()?;
        let day = self.days.get(usize::try_from(since / DAY.unsigned_abs()).ok()?)?;
        (day.length >= 0).then(|| day.before + (moment - day.from).clamp(0, day.length))
    }
}

/// The same intervals, where one that begins as another ends is part of it.
fn joined(open: impl Iterator<Item = (i64, i64)>) -> Vec<(i64, i64)> {
    let mut all: Vec<(i64, i64)> = Vec::new();
    for (from, to) in open {
        match all.last_mut() {
            Some(last) if last.1 == from => last.1 = to,
            _ => all.push((from, to)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_open_once_or_not_at_all_or_asked_about_elsewhere() {
        let hour = DAY / 24;
        // Day 10: 09:00 to 17:00; day 11 closed; from day 12, 20:00, to day 13, 02:00; day 14 twice.
        let at = |day: i64, hours: i64| day * DAY + hours * hour;
        let open = [
            (at(10, 9), at(10, 12)),
            (at(10, 12), at(10, 17)),
            (at(12, 20), at(13, 2)),
            (at(14, 9), at(14, 10)),
            (at(14, 11), at(14, 12)),
        ];
        let days = Days::of(10, 6, open.into_iter());
        let hours = |day, hours| days.until(at(day, hours)).map(|open| open / hour);
        assert_eq!([hours(10, 0), hours(10, 9), hours(10, 13), hours(10, 23)], [0, 0, 4, 8].map(Some));
        assert_eq!([hours(11, 5), hours(12, 0), hours(12, 22), hours(13, 1)], [8, 8, 10, 13].map(Some));
        assert_eq!([hours(13, 3), hours(14, 9), hours(15, 0)], [Some(14), None, Some(16)]);
        assert_eq!([hours(9, 23), hours(16, 0)], [None, None]);
        assert_eq!([days.until(i64::MIN), days.until(i64::MAX)], [None, None]);
    }
}
