//! Reading a text part by part, as a pattern says.

use super::{Item, MICROS, Moment};
use crate::value::{Date, Instant, LocalTime};

/// The rest of a text that is being read.
#[derive(Clone, Copy)]
pub(super) struct Rest<'t>(pub &'t [u8]);

impl Rest<'_> {
    pub fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let mut value = 0;
        let mut count = 0;
        while let Some((digit @ b'0'..=b'9', rest)) = self.0.split_first()
            && count < most
        {
            value = value * 10 + u32::from(digit - b'0');
            count += 1;
            self.0 = rest;
        }
        (count >= least).then_some(value)
    }

    pub fn byte(&mut self, wanted: u8) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if *first == wanted => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn literal(&mut self, wanted: char) -> bool {
        let mut buffer = [0; 4];
        wanted.encode_utf8(&mut buffer).bytes().all(|byte| self.byte(byte))
    }

    pub fn spaces(&mut self) {
        self.0 = self.0.trim_ascii_start();
    }

    /// One to nine digits as microseconds; what is finer must be zero.
    pub fn fraction(&mut self) -> Option<i64> {
        let before = self.0.len();
        let value = self.digits(1, 9)?;
        let count = u32::try_from(before - self.0.len()).ok()?;
        let nanos = i64::from(value) * 10_i64.pow(9 - count.min(9));
        (nanos % 1000 == 0).then_some(nanos / 1000)
    }

    /// `Z`, `UTC`, `GMT`, `+01`, `+0100`, `+01:00`: seconds east of UTC.
    pub fn offset(&mut self) -> Option<i64> {
        for name in [&b"Z"[..], b"z", b"UTC", b"GMT"] {
            if let Some(rest) = self.0.strip_prefix(name) {
                self.0 = rest;
                return Some(0);
            }
        }
        let sign = if self.byte(b'+') {
            1
        } else if self.byte(b'-') {
            -1
        } else {
            return None;
        };
        let hours = self.digits(2, 2)?;
        self.byte(b':');
        let minutes = if self.0.first().is_some_and(u8::is_ascii_digit) { self.digits(2, 2)? } else { 0 };
        (hours < 24 && minutes < 60).then_some(sign * i64::from(hours * 3600 + minutes * 60))
    }

    /// A name out of a list, by its first three letters or in full; its index.
    fn name(&mut self, names: &[&str]) -> Option<u32> {
        let length = self.0.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, rest) = self.0.split_at_checked(length)?;
        let short = |name: &&str| word.eq_ignore_ascii_case(name.as_bytes().get(..3).unwrap_or_default());
        let index =
            names.iter().position(|name| short(name) || word.eq_ignore_ascii_case(name.as_bytes()))?;
        self.0 = rest;
        u32::try_from(index).ok()
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The parts of a date and time.
#[derive(Default)]
pub(super) struct Parts {
    pub year: u32,
    pub month: u32,
    pub day: u32,
    pub hour: Option<u32>,
    pub minute: u32,
    pub second: u32,
    pub micros: i64,
    pub pm: Option<bool>,
    pub offset: Option<i64>,
}

impl Parts {
    pub fn of(items: &[Item], text: &str) -> Option<Self> {
        let mut parts = Self::default();
        let mut rest = Rest(text.as_bytes());
        for item in items {
            parts.take(*item, &mut rest)?;
        }
        rest.0.is_empty().then_some(parts)
    }

    fn take(&mut self, item: Item, rest: &mut Rest<'_>) -> Option<()> {
        match item {
            Item::Year => self.year = rest.digits(4, 4)?,
            Item::ShortYear => {
                self.year = rest.digits(2, 2).map(|year| if year < 69 { 2000 + year } else { 1900 + year })?
            }
            Item::Month => self.month = rest.digits(1, 2)?,
            Item::MonthName => self.month = rest.name(&MONTHS)? + 1,
            Item::Day => self.day = rest.digits(1, 2)?,
            Item::Hour => self.hour = Some(rest.digits(1, 2)?),
            Item::Hour12 => self.hour = Some(rest.digits(1, 2).filter(|hour| (1..=12).contains(hour))?),
            Item::Minute => self.minute = rest.digits(1, 2)?,
            Item::Second => self.second = rest.digits(1, 2)?,
            Item::Fraction => self.micros = rest.fraction()?,
            Item::PointFraction if rest.byte(b'.') || rest.byte(b',') => self.micros = rest.fraction()?,
            Item::PointFraction => {}
            Item::AmPm => self.pm = Some(rest.name(&["am", "pm"])? == 1),
            Item::Weekday => drop(rest.name(&WEEKDAYS)?),
            Item::Offset => self.offset = Some(rest.offset()?),
            Item::Space => rest.spaces(),
            Item::Literal(wanted) => return rest.literal(wanted).then_some(()),
        }
        Some(())
    }

    pub fn moment(&self) -> Option<Moment> {
        let date = Date::new(i32::try_from(self.year).ok()?, self.month, self.day)?;
        let Some(mut hour) = self.hour else { return Some(Moment::Day(date)) };
        if let Some(pm) = self.pm {
            hour = hour % 12 + if pm { 12 } else { 0 };
        }
        if hour > 23 || self.minute > 59 || self.second > 59 {
            return None;
        }
        let seconds = i64::from(hour * 3600 + self.minute * 60 + self.second);
        let local = LocalTime(LocalTime::at(date, seconds).0 + self.micros);
        Some(match self.offset {
            Some(offset) => Moment::Exact(Instant(local.0 - offset * MICROS), Some(date)),
            None => Moment::Local(local),
        })
    }
}
