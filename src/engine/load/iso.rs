//! The usual spellings of ISO 8601 at little cost; all others are left to the book's formats.
//!
//! `2026-03-29 01:30[:00[.25]]`, with a `T` or a space, then nothing, `Z`, `+01` or `+01:00`.

const MICROS: i64 = 1_000_000;

/// A date as days since 1970-01-01.
pub(super) fn date(text: &str) -> Option<i32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
    let days = days(&[*y1, *y2, *y3, *y4], [*m1, *m2], [*d1, *d2])?;
    i32::try_from(days).ok()
}

/// The last date that was read: that of the next row is mostly the same.
#[derive(Default)]
pub(super) struct Calendar(Option<([u8; 10], i64)>);

impl Calendar {
    /// A date as days since 1970-01-01.
    fn days(&mut self, text: [u8; 10]) -> Option<i64> {
        if let Some((last, days)) = self.0
            && last == text
        {
            return Some(days);
        }
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
        let days = days(&[y1, y2, y3, y4], [m1, m2], [d1, d2])?;
        self.0 = Some((text, days));
        Some(days)
    }
}

/// Microseconds since 1970-01-01 on the clock that was read, and that clock's seconds east of UTC where
/// they are said.
pub(super) fn moment(text: &str, calendar: &mut Calendar) -> Option<(i64, Option<i64>)> {
    let (date, time) = text.as_bytes().split_first_chunk::<10>()?;
    let [b' ' | b'T', h1, h2, b':', n1, n2, rest @ ..] = time else { return None };
    let days = calendar.days(*date)?;
    let (hour, minute) = (pair(*h1, *h2)?, pair(*n1, *n2)?);
    let (second, rest) = match rest {
        [b':', s1, s2, rest @ ..] => (pair(*s1, *s2)?, rest),
        _ => (0, rest),
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (part, rest) = match rest {
        [b'.', rest @ ..] => fraction(rest)?,
        _ => (0, rest),
    };
    let micros = ((days * 24 + hour) * 60 + minute) * 60 * MICROS + second * MICROS + part;
    Some((micros, offset(rest)?))
}

/// Two digits.
fn pair(tens: u8, ones: u8) -> Option<i64> {
    let [tens, ones] = [tens, ones].map(|digit| digit.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| i64::from(tens) * 10 + i64::from(ones))
}

/// One to six digits as microseconds.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(count)?;
    let missing = 6_usize.checked_sub(count).filter(|_| count > 0)?;
    let scale = 10_i64.checked_pow(u32::try_from(missing).ok()?)?;
    Some((number(digits)? * scale, rest))
}

/// What stands behind the time; the outer none is another spelling.
fn offset(text: &[u8]) -> Option<Option<i64>> {
    let (sign, hours, minutes) = match text {
        [] => return Some(None),
        [b'Z'] => return Some(Some(0)),
        [sign @ (b'+' | b'-'), h1, h2] => (sign, number(&[*h1, *h2])?, 0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => (sign, number(&[*h1, *h2])?, number(&[*m1, *m2])?),
        _ => return None,
    };
    let seconds = (hours < 24 && minutes < 60).then_some(hours * 3600 + minutes * 60)?;
    Some(Some(if *sign == b'-' { -seconds } else { seconds }))
}

fn number(digits: &[u8]) -> Option<i64> {
    let plain = digits.iter().all(u8::is_ascii_digit);
    plain.then(|| digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit & 15)))
}

/// Days since 1970-01-01 of a date that exists.
///
/// # Source
///
/// H. Hinnant, *chrono-Compatible Low-Level Date Algorithms*, `days_from_civil`: years begin in March.
fn days(year: &[u8], month: [u8; 2], day: [u8; 2]) -> Option<i64> {
    let (year, month, day) = (number(year)?, number(&month)?, number(&day)?);
    if year == 0 || !(1..=12).contains(&month) || day == 0 || day > length(year, month) {
        return None;
    }
    let year = year - i64::from(month < 3);
    let (century, of_century) = (year / 400, year % 400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = of_century * 365 + of_century / 4 - of_century / 100 + of_year;
    Some(century * 146_097 + days - 719_468)
}

fn length(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::book::{Moment, TimeFormat};

    /// What is read is what the format reads; what is not is left to it.
    fn check(text: &str) -> bool {
        let wanted = TimeFormat::Iso.read(text);
        let found = moment(text, &mut Calendar::default());
        if let Some((micros, offset)) = found {
            let read = match wanted {
                Some(Moment::Local(local)) => Some((local.0, None)),
                Some(Moment::Exact(instant, _)) => {
                    offset.map(|seconds| (instant.0 + seconds * MICROS, offset))
                }
                _ => None,
            };
            assert_eq!(read, Some((micros, offset)), "{text}");
        }
        if let Some(days) = date(text) {
            let wanted = TimeFormat::IsoDate.read(text);
            assert!(matches!(wanted, Some(Moment::Day(date)) if date.days() == days), "{text}");
        }
        found.is_some()
    }

    #[test]
    fn the_usual_spellings_are_read() {
        for text in [
            "2026-03-29 01:30",
            "2024-02-29T23:59:59.999999",
            "0001-01-01 00:00:00Z",
            "9999-12-31 23:59:59+01:00",
            "2000-02-29 00:00-05",
        ] {
            assert!(check(text), "{text}");
        }
        for text in
            ["2026-02-29 01:30", "2026-13-01 01:30", "2026-01-01 24:00", "0000-01-01 00:00", "2026-01-01"]
        {
            assert!(!check(text), "{text}");
        }
        // Day 20,000 is 2024-10-04.
        assert_eq!(
            (date("2024-10-04"), date("1970-01-01"), date("2023-02-29")),
            (Some(20_000), Some(0), None)
        );
    }

    proptest! {
        #[test]
        fn all_others_are_as_the_format_says(
            text in "[0-2][0-9]{3}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-6][0-9](:[0-6][0-9]([.,][0-9]{0,8})?)?(Z| ?[+-][0-2][0-9](:?[0-6][0-9])?)?)?",
        ) {
            check(&text);
        }
    }
}
