//! The words that sentences about contracts are made of.

use crate::contract::{Level, Measure, PaySide, WindowLength};
use crate::report::{shown_level, shown_value};
use crate::value::{Currency, Date, Mode, Quantity, Ratio, Rounding, Unit};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `3 April 2026`
pub(super) fn date(date: Date) -> String {
    let month = usize::try_from(date.month()).ok().and_then(|month| MONTHS.get(month - 1));
    format!("{} {} {}", date.day(), month.unwrap_or(&""), date.year())
}

/// `a, b and c`
pub(super) fn list<T: AsRef<str>>(parts: &[T]) -> String {
    joined(parts, "and")
}

/// `a, b or c`
pub(super) fn joined<T: AsRef<str>>(parts: &[T], word: &str) -> String {
    let Some((last, before)) = parts.split_last() else { return String::new() };
    let before: Vec<&str> = before.iter().map(AsRef::as_ref).collect();
    match before.is_empty() {
        true => last.as_ref().to_owned(),
        false => format!("{} {word} {}", before.join(", "), last.as_ref()),
    }
}

/// `GBP 17,280.00`
pub(super) fn money(amount: &Ratio, currency: Currency) -> String {
    Quantity::new(amount.clone(), Unit::Money(currency)).to_string()
}

/// `4%`
pub(super) fn percent(value: &Ratio) -> String {
    Quantity::new(value.clone(), Unit::Percent).to_string()
}

/// `8,000`
pub(super) fn number(value: &Ratio) -> String {
    Quantity::new(value.clone(), Unit::Number).to_string()
}

/// `1 point`, `2 hours`, `half`: how many of a thing.
pub(super) fn several(n: u64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {one}s", number(&Ratio::whole(n))) }
}

/// A reading as the report shows it: `77.50%`.
pub(super) fn reading(value: &Ratio, measure: &Measure) -> String {
    match (measure.unit, measure.shown_in) {
        (Unit::Duration, None) => duration(value),
        _ => shown_value(value, &Measure { round: None, ..measure.clone() }),
    }
}

/// `at least 78%`
pub(super) fn level(level: &Level, measure: Option<&Measure>) -> String {
    match measure.map(|measure| (measure.unit, measure.shown_in)) {
        Some((Unit::Duration, None)) => {
            let said = shown_level(level, None);
            let words: Vec<&str> = said.split(' ').take(2).collect();
            format!("{} {}", words.join(" "), duration(&level.value.value))
        }
        _ => shown_level(level, measure),
    }
}

/// `penalty`, `bonus`
pub(super) fn side(side: PaySide) -> &'static str {
    match side {
        PaySide::Penalty => "penalty",
        PaySide::Bonus => "bonus",
    }
}

/// `half up to 0.01 points`; the step in the words of what is rounded.
pub(super) fn rounding(rounding: &Rounding, step: &str) -> String {
    let mode = match rounding.mode {
        Mode::HalfUp => "half up",
        Mode::HalfEven => "half to even",
        Mode::Up => "up",
        Mode::Down => "down",
    };
    format!("{mode} to {step}")
}

/// A difference of readings: `0.01 points`, `1 second`, `0.1`.
pub(super) fn step(value: &Ratio, measure: &Measure) -> String {
    match (measure.unit, measure.shown_in) {
        (Unit::Percent, _) => {
            let word = if *value == Ratio::one() { "point" } else { "points" };
            format!("{} {word}", number(value))
        }
        (Unit::Duration, _) => duration(value),
        _ => Quantity::new(value.clone(), measure.unit).to_string(),
    }
}

/// `6 hours`, `1 hour`, `90 seconds`: in the largest unit that fits whole.
pub(super) fn duration(seconds: &Ratio) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let fits = |(size, _): &&(i64, &str)| {
        let many = seconds.over(&Ratio::whole(*size)).unwrap_or_default();
        many.is_whole() && !many.is_zero()
    };
    let (size, name) = units.iter().find(fits).copied().unwrap_or((1, "second"));
    let many = seconds.over(&Ratio::whole(size)).unwrap_or_default();
    let plural = if many == Ratio::one() { "" } else { "s" };
    format!("{} {name}{plural}", number(&many))
}

/// `7 days`, `14 calendar days`, `6 months`
pub(super) fn window(length: WindowLength) -> String {
    match length {
        WindowLength::Elapsed(micros) => {
            duration(&Ratio::whole(micros).over(&Ratio::whole(1_000_000)).unwrap_or_default())
        }
        WindowLength::CalendarDays(days) => several(u64::from(days), "calendar day"),
        WindowLength::Months(months) if months % 12 == 0 => several(u64::from(months / 12), "year"),
        WindowLength::Months(months) => several(u64::from(months), "month"),
    }
}

/// A first letter written large.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
