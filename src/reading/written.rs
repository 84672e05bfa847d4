//! Values as people write them into a readings file.
//!
//! | unit | read | refused |
//! |------|------|---------|
//! | percentage | `77.5%`, `77.5` | `GBP 77.50` |
//! | amount in GBP | `GBP 1,100.40`, `1100.40` | `USD 1`, `5%` |
//! | duration | `14.4 seconds`, `2 h 5 min`, `0:00:14` | `14` (of what?) |
//! | number | `1,250` | `1.250,00` |

use crate::value::{Ratio, Unit};

/// `text` as a value of `unit`; the error says what to write.
pub(crate) fn value(text: &str, unit: Unit) -> Result<Ratio, String> {
    let found = match unit {
        Unit::Percent => number(text.strip_suffix('%').map_or(text, str::trim_end)),
        Unit::Money(currency) => money(text, currency.code()),
        Unit::Duration => duration(text),
        Unit::Points => number(text.trim_end_matches("points").trim_end_matches("point").trim_end()),
        _ => number(text),
    };
    found.ok_or_else(|| format!("write {unit}, for instance `{}`", sample(unit)))
}

fn sample(unit: Unit) -> String {
    match unit {
        Unit::Percent => "77.5%".to_string(),
        Unit::Money(currency) => format!("{currency} 100.00"),
        Unit::Duration => "14.4 seconds".to_string(),
        Unit::Points => "12 points".to_string(),
        _ => "1250".to_string(),
    }
}

/// A plain decimal; commas only between groups of three digits.
pub(super) fn number(text: &str) -> Option<Ratio> {
    if !text.contains(',') {
        return text.parse().ok();
    }
    let whole = text.split('.').next()?.trim_start_matches(['-', '+']);
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = (1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3);
    let after_point = text.split_once('.').is_some_and(|(_, part)| part.contains(','));
    (grouped && !after_point).then(|| text.replace(',', "").parse().ok()).flatten()
}

fn money(text: &str, code: &str) -> Option<Ratio> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest.trim_start()));
    let amount = number(rest.strip_prefix(code).map_or(rest, str::trim_start))?;
    Some(if negative { -amount } else { amount })
}

/// Seconds, from `0:00:14`, `14.4 s`, `2 hours 5 min`.
fn duration(text: &str) -> Option<Ratio> {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest.trim_start()));
    let seconds = if rest.contains(':') { clock(rest) } else { in_words(rest) }?;
    Some(if negative { -seconds } else { seconds })
}

/// `h:mm:ss`, with a fraction of seconds.
fn clock(text: &str) -> Option<Ratio> {
    let parts: Vec<&str> = text.split(':').collect();
    let [hours, minutes, seconds] = parts.as_slice() else { return None };
    let below_sixty = |text: &str| {
        let digits = text.split('.').next().map_or(0, str::len);
        text.parse::<Ratio>()
            .ok()
            .filter(|part| digits == 2 && !part.is_negative() && *part < Ratio::whole(60))
    };
    let hours: u32 = hours.parse().ok()?;
    let minutes = below_sixty(minutes).filter(Ratio::is_whole)?;
    Some(Ratio::whole(hours) * Ratio::whole(3600) + minutes * Ratio::whole(60) + below_sixty(seconds)?)
}

/// Pairs of a number and a unit.
fn in_words(text: &str) -> Option<Ratio> {
    let spaced = split_units(text);
    let mut words = spaced.split_whitespace();
    let mut seconds = None;
    while let Some(count) = words.next() {
        let part = number(count).filter(|count| !count.is_negative())? * Ratio::whole(unit(words.next()?)?);
        seconds = Some(seconds.unwrap_or_default() + part);
    }
    seconds
}

/// `14s` as `14 s`.
fn split_units(text: &str) -> String {
    let mut out = String::new();
    let mut after_digit = false;
    for c in text.chars() {
        if after_digit && c.is_alphabetic() {
            out.push(' ');
        }
        after_digit = c.is_ascii_digit();
        out.push(c);
    }
    out
}

fn unit(word: &str) -> Option<i64> {
    match word {
        "s" | "sec" | "second" | "seconds" => Some(1),
        "min" | "minute" | "minutes" => Some(60),
        "h" | "hour" | "hours" => Some(3600),
        "d" | "day" | "days" => Some(86_400),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{Currency, Quantity};

    #[track_caller]
    fn check(text: &str, unit: Unit, want: Option<&str>) {
        assert_eq!(value(text, unit).ok().map(|value| value.to_string()).as_deref(), want, "{text:?}");
    }

    fn gbp() -> Unit {
        Unit::Money(Currency::from_code("GBP").unwrap())
    }

    #[test]
    fn values_are_read_with_their_unit() {
        for (text, unit, want) in [
            ("77.5%", Unit::Percent, "77.5"),
            ("77.5 %", Unit::Percent, "77.5"),
            ("77.5", Unit::Percent, "77.5"),
            ("GBP 1,100.40", gbp(), "1100.4"),
            ("-GBP 5", gbp(), "-5"),
            ("14.4 seconds", Unit::Duration, "14.4"),
            ("14s", Unit::Duration, "14"),
            ("2 h 5 min", Unit::Duration, "7500"),
            ("0:00:14", Unit::Duration, "14"),
            ("100:01:02.5", Unit::Duration, "360062.5"),
            ("12 points", Unit::Points, "12"),
            ("1,234,567", Unit::Number, "1234567"),
            ("200/3", Unit::Number, "200/3"),
        ] {
            check(text, unit, Some(want));
        }
    }

    #[test]
    fn what_is_not_sure_is_refused() {
        for (text, unit) in [
            ("GBP 77.50", Unit::Percent),
            ("USD 1", gbp()),
            ("14", Unit::Duration),
            ("0:14", Unit::Duration),
            ("0:60:00", Unit::Duration),
            ("1,25", Unit::Number),
            ("1.250,000", Unit::Number),
            ("5%", Unit::Number),
            ("", Unit::Number),
        ] {
            check(text, unit, None);
        }
    }

    #[test]
    fn what_is_shown_can_be_read_back() {
        for (seconds, unit) in [("7500", Unit::Duration), ("14.4", Unit::Duration), ("1234.5", gbp())] {
            let shown = Quantity::new(seconds.parse().unwrap(), unit).to_string();
            check(&shown, unit, Some(seconds));
        }
    }
}
