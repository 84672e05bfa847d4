//! Numbers, durations and yes or no from text, exactly or not at all.
//!
//! | text | as | read as |
//! |------|----|---------|
//! | `1.250,5` | number, `decimal: ","`, `thousands: "."` | 1250.500000000 |
//! | `0.1234567891` | number | rejected: more than 9 decimals |
//! | `1.5` | duration in hours | 5,400 s |
//! | `33:46:18` | duration `hh:mm:ss` | 121,578 s |

use super::recipe::Reason;
use crate::book::{DurationUnit, Moment, Numbers, TimeFormat};
use crate::value::{Instant, LocalTime};

/// Digits before the decimal sign that a number may have.
const WHOLE_DIGITS: u32 = 18;

/// A decimal as digits and scale: `-12.50` is -1250 and 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decimal {
    units: i128,
    scale: i32,
}

impl Decimal {
    /// The value times ten to the `places`, when that is a whole number that fits.
    fn at_scale(self, places: i32) -> Result<i128, Reason> {
        let shift = places - self.scale;
        let factor = power(shift.unsigned_abs());
        match factor {
            _ if self.units == 0 => Ok(0),
            Some(factor) if shift >= 0 => self.units.checked_mul(factor).ok_or(TOO_LARGE.into()),
            Some(factor) if self.units % factor == 0 => Ok(self.units / factor),
            _ if shift >= 0 => Err(TOO_LARGE.into()),
            _ => Err("has more decimals than can be kept".into()),
        }
    }
}

/// Ten to so many.
fn power(places: u32) -> Option<i128> {
    const FIRST: [i128; 10] =
        [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];
    let first = usize::try_from(places).ok().and_then(|places| FIRST.get(places).copied());
    first.or_else(|| 10_i128.checked_pow(places))
}

const TOO_LARGE: &str = "is too large a number";
const NOT_A_NUMBER: &str = "is not a number";

/// What most numbers are: up to 18 digits, a point among them perhaps, and a minus sign in front.
fn plain(text: &str) -> Option<Decimal> {
    if text.len() > 20 {
        return None;
    }
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (mut units, mut scale, mut behind) = (0_i64, 0, false);
    for byte in digits.bytes() {
        match byte {
            b'0'..=b'9' => units = units.wrapping_mul(10).wrapping_add(i64::from(byte & 15)),
            b'.' if !behind => behind = true,
            _ => return None,
        }
        scale += i32::from(behind);
    }
    let scale = scale - i32::from(behind);
    let count = digits.len() - usize::from(behind);
    let units = if negative { -i128::from(units) } else { units.into() };
    (1..=18).contains(&count).then_some(Decimal { units, scale })
}

/// Reads digits with a decimal sign, grouped by threes where the book says so, or with an exponent.
fn decimal(text: &str, numbers: &Numbers) -> Result<Decimal, Reason> {
    let usual = numbers.decimal == '.' && numbers.thousands.is_none() && numbers.strip.is_empty();
    if let Some(decimal) = plain(text).filter(|_| usual) {
        return Ok(decimal);
    }
    let text = strip(text, numbers);
    let (negative, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), strip(rest, numbers)),
        None => (false, text),
    };
    let (digits, exponent) = match digits.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().map_err(|_| NOT_A_NUMBER)?),
        None => (digits, 0),
    };
    if exponent.abs() > 60 {
        return Err(TOO_LARGE.into());
    }
    let (whole, part) = digits.split_once(numbers.decimal).unwrap_or((digits, ""));
    if whole.is_empty() && part.is_empty() {
        return Err(NOT_A_NUMBER.into());
    }
    let units = grouped(whole, numbers.thousands)?;
    let part = part.trim_end_matches('0');
    let units = part.bytes().try_fold(units, push)?;
    let scale = i32::try_from(part.len()).map_err(|_| TOO_LARGE)? - exponent;
    Ok(Decimal { units: if negative { -units } else { units }, scale })
}

fn strip<'t>(text: &'t str, numbers: &Numbers) -> &'t str {
    let mut text = text;
    for word in numbers.strip.iter().filter(|word| !word.is_empty()) {
        let word = word.trim();
        text = text.strip_prefix(word).unwrap_or(text).trim_start();
        text = text.strip_suffix(word).unwrap_or(text).trim_end();
    }
    text
}

fn push(units: i128, byte: u8) -> Result<i128, Reason> {
    if !byte.is_ascii_digit() {
        return Err(NOT_A_NUMBER.into());
    }
    let next = units.checked_mul(10).and_then(|units| units.checked_add(i128::from(byte - b'0')));
    next.ok_or(TOO_LARGE.into())
}

/// Whole digits; groups after a sign between thousands have three.
fn grouped(text: &str, thousands: Option<char>) -> Result<i128, Reason> {
    let Some(sign) = thousands.filter(|sign| text.contains(*sign)) else {
        return text.bytes().try_fold(0, push);
    };
    let mut units = 0;
    for (index, group) in text.split(sign).enumerate() {
        let good = if index == 0 { (1..=3).contains(&group.len()) } else { group.len() == 3 };
        if !good {
            return Err(NOT_A_NUMBER.into());
        }
        units = group.bytes().try_fold(units, push)?;
    }
    Ok(units)
}

/// A number in units of 10⁻⁹.
pub(super) fn number(text: &str, numbers: &Numbers) -> Result<i128, Reason> {
    let scale = i32::from(super::super::NUMBER_SCALE);
    let decimal = decimal(text, numbers)?;
    let units = decimal
        .at_scale(scale)
        .map_err(|reason| if reason == TOO_LARGE { reason } else { "has more than 9 decimals".into() })?;
    let limit = 10_i128.pow(WHOLE_DIGITS + u32::from(super::super::NUMBER_SCALE.unsigned_abs()));
    if units.abs() < limit { Ok(units) } else { Err(TOO_LARGE.into()) }
}

/// A whole number; decimals may be zeros.
pub(super) fn whole(text: &str, numbers: &Numbers) -> Result<i64, Reason> {
    let not_whole = || Reason::from("is not a whole number");
    let decimal = decimal(text, numbers).map_err(|_| not_whole())?;
    let units = decimal.at_scale(0).map_err(|_| not_whole())?;
    i64::try_from(units).map_err(|_| TOO_LARGE.into())
}

/// A duration in microseconds.
pub(super) fn duration(text: &str, unit: DurationUnit, numbers: &Numbers) -> Result<i64, Reason> {
    match unit {
        DurationUnit::Micros(micros) => scaled(text, micros, numbers),
        DurationUnit::Clock => clock(text, true).ok_or("is not a duration written `hh:mm:ss`".into()),
        DurationUnit::HoursMinutes => clock(text, false).ok_or("is not a duration written `hh:mm`".into()),
        DurationUnit::Since1970 => {
            since_1970(text).ok_or("is not a date and time counted from 1970-01-01".into())
        }
    }
}

fn scaled(text: &str, micros: i64, numbers: &Numbers) -> Result<i64, Reason> {
    let Decimal { units, scale } = decimal(text, numbers)?;
    let units = units.checked_mul(i128::from(micros)).ok_or(TOO_LARGE)?;
    let whole = Decimal { units, scale }.at_scale(0).map_err(|reason| {
        if reason == TOO_LARGE { reason } else { "is not a whole number of microseconds".into() }
    })?;
    i64::try_from(whole).map_err(|_| TOO_LARGE.into())
}

/// `[days ][hours:]minutes:seconds[.part]`, or hours and minutes without seconds.
fn clock(text: &str, seconds: bool) -> Option<i64> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (text, part) = if seconds { fraction(text)? } else { (text, 0) };
    let (days, text) = match text.split_once([' ', '.']) {
        Some((days, rest)) => (count(days, 6)?, rest),
        None => (0, text),
    };
    let mut numbers: Vec<i64> = Vec::new();
    for (index, field) in text.split(':').enumerate() {
        let value = count(field, if index == 0 { 9 } else { 2 })?;
        numbers.push(value);
    }
    let total = match (numbers.as_slice(), seconds) {
        ([h, m, s], true) if *m < 60 && *s < 60 => h * 3600 + m * 60 + s,
        ([m, s], true) if *s < 60 && days == 0 => m * 60 + s,
        ([h, m], false) if *m < 60 => h * 3600 + m * 60,
        _ => return None,
    };
    let micros = (days * 86_400 + total) * 1_000_000 + part;
    Some(if negative { -micros } else { micros })
}

/// Splits `02:03.25` into `02:03` and 250,000 microseconds; a point before the first colon is one behind days.
fn fraction(text: &str) -> Option<(&str, i64)> {
    let Some((before, part)) = text.rsplit_once('.').filter(|(before, _)| before.contains(':')) else {
        return Some((text, 0));
    };
    let part = part.trim_end_matches('0');
    let digits = u32::try_from(part.len()).ok().filter(|digits| *digits <= 6)?;
    Some((before, if digits == 0 { 0 } else { count(part, 6)? * 10_i64.pow(6 - digits) }))
}

fn count(text: &str, most: usize) -> Option<i64> {
    let plain = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn since_1970(text: &str) -> Option<i64> {
    match TimeFormat::Iso.read(text)? {
        Moment::Local(LocalTime(micros)) | Moment::Exact(Instant(micros), _) => Some(micros),
        Moment::Day(_) => None,
    }
}

/// Yes or no by its spellings, capitals or not.
pub(super) fn yes_no(text: &str, yes: &[String], no: &[String]) -> Result<bool, Reason> {
    let among = |words: &[String]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    match among(yes) {
        true => Ok(true),
        false if among(no) => Ok(false),
        false => Err("is neither a spelling of yes nor of no".into()),
    }
}
