//! How a date or time is written.
//!
//! | text | pattern | read as |
//! |------|---------|---------|
//! | `29/2/2016 01:16` | `%d/%m/%Y %H:%M` | 2016-02-29 01:16 in the column's zone |
//! | `01/02/2015 09:44:51 PM` | `%m/%d/%Y %I:%M:%S %p` | 2015-01-02 21:44:51 in the column's zone |
//! | `2025-05-15T11:44:18.434-0500` | none: ISO 8601 | 2025-05-15 16:44:18.434 UTC |
//! | `1568001600` | `epoch-seconds` | 2019-09-09 04:00 UTC |
//!
//! Day, month and hour may have one digit or two. A pattern names year, month
//! and day; it may stop there, and then means midnight.

mod parts;

use crate::value::{Date, Instant, LocalTime};
use parts::{Parts, Rest};

/// How a date or time is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeFormat {
    /// ISO 8601: `2026-03-29 01:30[:00[.25]][Z or +01:00]`, with a `T` or a space.
    Iso,
    /// An ISO 8601 date: `2026-03-29`.
    IsoDate,
    /// Seconds since 1970-01-01 UTC, with or without a fraction.
    EpochSeconds,
    /// Milliseconds since 1970-01-01 UTC, with or without a fraction.
    EpochMilliseconds,
    /// A pattern.
    Pattern(Pattern),
}

/// A pattern of `%` letters, ready to use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    items: Vec<Item>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Year,
    ShortYear,
    Month,
    MonthName,
    Day,
    Hour,
    Hour12,
    Minute,
    Second,
    Fraction,
    PointFraction,
    AmPm,
    Weekday,
    Offset,
    Space,
    Literal(char),
}

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A date alone.
    Day(Date),
    /// A wall-clock time, to be understood in the column's zone.
    Local(LocalTime),
    /// A moment, with the date as it was written.
    Exact(Instant, Option<Date>),
}

const MICROS: i64 = 1_000_000;

impl TimeFormat {
    /// The format a book names.
    ///
    /// # Errors
    ///
    /// What is wrong with the pattern, in words.
    pub fn new(text: &str) -> Result<Self, String> {
        match text {
            "iso" => Ok(Self::Iso),
            "epoch-seconds" => Ok(Self::EpochSeconds),
            "epoch-milliseconds" => Ok(Self::EpochMilliseconds),
            _ => Ok(Self::Pattern(Pattern { text: text.to_string(), items: compile(text)? })),
        }
    }

    /// Reads a text; none when it is not written like this.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Moment> {
        match self {
            Self::Iso => iso(text, false),
            Self::IsoDate => iso(text, true),
            Self::EpochSeconds => epoch(text, 6),
            Self::EpochMilliseconds => epoch(text, 3),
            Self::Pattern(pattern) => Parts::of(&pattern.items, text)?.moment(),
        }
    }

    /// Whether what it reads is a moment without asking for a zone.
    #[must_use]
    pub fn has_zone(&self) -> bool {
        match self {
            Self::Iso | Self::IsoDate => false,
            Self::EpochSeconds | Self::EpochMilliseconds => true,
            Self::Pattern(pattern) => pattern.items.contains(&Item::Offset),
        }
    }

    /// How the format is called in messages.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Iso => "2026-01-31 14:05:00",
            Self::IsoDate => "2026-01-31",
            Self::EpochSeconds => "epoch-seconds",
            Self::EpochMilliseconds => "epoch-milliseconds",
            Self::Pattern(pattern) => &pattern.text,
        }
    }
}

fn compile(text: &str) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '%' if letters.peek() == Some(&'.') => {
                letters.next();
                if letters.next() != Some('f') {
                    return Err("after `%.` only `f` may stand: `%.f` is an optional fraction".into());
                }
                items.push(Item::PointFraction);
            }
            '%' => items.extend(conversion(letters.next())?),
            letter if letter.is_whitespace() => items.push(Item::Space),
            letter => items.push(Item::Literal(letter)),
        }
    }
    complete(&items).map(|()| items)
}

fn conversion(letter: Option<char>) -> Result<Vec<Item>, String> {
    Ok(match letter {
        Some('Y') => vec![Item::Year],
        Some('y') => vec![Item::ShortYear],
        Some('m') => vec![Item::Month],
        Some('b' | 'B' | 'h') => vec![Item::MonthName],
        Some('d' | 'e') => vec![Item::Day],
        Some('H' | 'k') => vec![Item::Hour],
        Some('I' | 'l') => vec![Item::Hour12],
        Some('M') => vec![Item::Minute],
        Some('S') => vec![Item::Second],
        Some('f') => vec![Item::Fraction],
        Some('p' | 'P') => vec![Item::AmPm],
        Some('a' | 'A') => vec![Item::Weekday],
        Some('z') => vec![Item::Offset],
        Some('F') => compile("%Y-%m-%d")?,
        Some('%') => vec![Item::Literal('%')],
        Some('Z') => {
            return Err(
                "`%Z`, a zone's abbreviation, is ambiguous; `%z` reads an offset, `zone:` names a zone"
                    .into(),
            );
        }
        Some(other) => {
            return Err(format!(
                "`%{other}` is not known; there are %Y %y %m %b %d %H %I %M %S %f %.f %p %a %z"
            ));
        }
        None => return Err("the pattern ends with `%`".into()),
    })
}

fn complete(items: &[Item]) -> Result<(), String> {
    let has = |item| items.contains(&item);
    if !(has(Item::Year) || has(Item::ShortYear))
        || !(has(Item::Month) || has(Item::MonthName))
        || !has(Item::Day)
    {
        return Err("the pattern needs a year, a month and a day: `%Y-%m-%d`".into());
    }
    if has(Item::Hour12) != has(Item::AmPm) {
        return Err("`%I` (1 to 12) and `%p` (AM or PM) belong together; `%H` is 0 to 23".into());
    }
    if (has(Item::Minute) || has(Item::Second)) && !(has(Item::Hour) || has(Item::Hour12)) {
        return Err("the pattern has minutes or seconds but no hour".into());
    }
    Ok(())
}

/// ISO 8601; alone, a date must stand alone.
fn iso(text: &str, alone: bool) -> Option<Moment> {
    let mut rest = Rest(text.as_bytes());
    let mut parts = Parts { year: rest.digits(4, 4)?, ..Parts::default() };
    parts.month = rest.byte(b'-').then(|| rest.digits(2, 2))??;
    parts.day = rest.byte(b'-').then(|| rest.digits(2, 2))??;
    if alone {
        return rest.0.is_empty().then(|| parts.moment())?;
    }
    if !(rest.byte(b'T') || rest.byte(b' ') || rest.byte(b't')) {
        return None;
    }
    parts.hour = Some(rest.digits(2, 2)?);
    parts.minute = rest.byte(b':').then(|| rest.digits(2, 2))??;
    if rest.byte(b':') {
        parts.second = rest.digits(2, 2)?;
        if rest.byte(b'.') || rest.byte(b',') {
            parts.micros = rest.fraction()?;
        }
    }
    if !rest.0.is_empty() {
        rest.spaces();
        parts.offset = Some(rest.offset()?);
    }
    rest.0.is_empty().then(|| parts.moment())?
}

/// A count of seconds (6 more digits make microseconds) or milliseconds (3 more).
fn epoch(text: &str, digits: usize) -> Option<Moment> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let (kept, finer) = part.split_at_checked(digits).unwrap_or((part, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !plain(whole) || !plain(kept) || !finer.bytes().all(|byte| byte == b'0') {
        return None;
    }
    let micros: i64 = format!("{whole}{kept:0<digits$}").parse().ok()?;
    // 9999-12-31, the last day that can be kept.
    (micros < 253_402_300_800 * MICROS)
        .then_some(Moment::Exact(Instant(if negative { -micros } else { micros }), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(year: i32, month: u32, day: u32, hour: i64, minute: i64, second: i64) -> LocalTime {
        LocalTime::at(Date::new(year, month, day).unwrap(), hour * 3600 + minute * 60 + second)
    }

    #[track_caller]
    fn check(format: &str, text: &str, want: Option<Moment>) {
        assert_eq!(TimeFormat::new(format).unwrap().read(text), want, "{text} as {format}");
    }

    #[test]
    fn dates_of_real_exports_are_read() {
        check("%d/%m/%Y %H:%M", "29/2/2016 01:16", Some(Moment::Local(local(2016, 2, 29, 1, 16, 0))));
        let boston = Some(Moment::Local(local(2015, 1, 2, 21, 44, 51)));
        check("%m/%d/%Y %I:%M:%S %p", "01/02/2015 09:44:51 PM", boston);
        check("%m/%d/%Y %I:%M %p", "01/02/2015 12:00 AM", Some(Moment::Local(local(2015, 1, 2, 0, 0, 0))));
        check("%m/%d/%Y %I:%M %p", "01/02/2015 12:00 pm", Some(Moment::Local(local(2015, 1, 2, 12, 0, 0))));
        check("%Y%m%d", "19970112", Some(Moment::Day(Date::new(1997, 1, 12).unwrap())));
        check("%m/%d/%y", "9/24/19", Some(Moment::Day(Date::new(2019, 9, 24).unwrap())));
        check("%d %b %Y", "7 Sept 2020", None);
        check("%d %b %Y", "7 Sep 2020", Some(Moment::Day(Date::new(2020, 9, 7).unwrap())));
        check("%a, %d %B %Y", "Mon, 7 September 2020", Some(Moment::Day(Date::new(2020, 9, 7).unwrap())));
    }

    #[test]
    fn iso_times_carry_their_offset() {
        let wanted = Instant(local(2025, 5, 15, 16, 44, 18).0 + 434_000);
        let date = Date::new(2025, 5, 15);
        for text in
            ["2025-05-15T11:44:18.434-0500", "2025-05-15 11:44:18.434 -05:00", "2025-05-15T16:44:18.434Z"]
        {
            check("iso", text, Some(Moment::Exact(wanted, date)));
        }
        check("%Y-%m-%dT%H:%M:%S%.f%z", "2025-05-15T11:44:18.434-0500", Some(Moment::Exact(wanted, date)));
        check(
            "%Y-%m-%dT%H:%M:%S%.f%z",
            "2025-05-15T16:44:18Z",
            Some(Moment::Exact(Instant(wanted.0 - 434_000), date)),
        );
        check("iso", "2026-03-29 01:30", Some(Moment::Local(local(2026, 3, 29, 1, 30, 0))));
    }

    #[test]
    fn what_is_no_time_is_not_read() {
        for text in [
            "2026-02-30 10:00",
            "2026-01-01 24:00",
            "2026-01-01 10:60",
            "2026-01-01",
            "2026-01-01 10:00x",
            "",
        ] {
            check("iso", text, None);
        }
        check("iso", "2026-01-01 10:00:00.1234567", None);
        check("%m/%d/%Y %I:%M %p", "01/02/2015 13:00 PM", None);
        check("%d/%m/%Y", "01/13/2015", None);
    }

    #[test]
    fn epochs_are_exact() {
        let date = None;
        check("epoch-seconds", "1568001600", Some(Moment::Exact(Instant(1_568_001_600_000_000), date)));
        check("epoch-seconds", "1568001600.25", Some(Moment::Exact(Instant(1_568_001_600_250_000), date)));
        check(
            "epoch-milliseconds",
            "1568001600250",
            Some(Moment::Exact(Instant(1_568_001_600_250_000), date)),
        );
        check("epoch-milliseconds", "-1.5", Some(Moment::Exact(Instant(-1500), date)));
        check("epoch-seconds", "1.0000001", None);
        check("epoch-seconds", "1e9", None);
        check("epoch-seconds", "99999999999999999999", None);
    }

    #[test]
    fn a_pattern_that_cannot_work_is_refused() {
        for pattern in ["%Y-%m", "%Y-%m-%d %I:%M", "%Y-%m-%d %M", "%Y-%m-%d %Q", "%Y-%m-%d %Z", "%d.%m.%Y %"]
        {
            assert!(TimeFormat::new(pattern).is_err(), "{pattern}");
        }
    }
}
