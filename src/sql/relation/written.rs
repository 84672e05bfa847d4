//! Values of texts: what the text means, and whether it can be read at all.
//!
//! | text | form | value |
//! |---|---|---|
//! | `1.250,5` | a number with `decimal: ","` | 1250500000000, over 10⁹ |
//! | `18` | a duration in days | 1555200000000 |
//! | `33:46` | a duration `hh:mm` | 121560000000 |
//! | `2026-03-29` | a date | 20541 |
//!
//! Each form has a pattern. A text unlike it is counted by the control query,
//! also where the data book would read it (`1e3`), so that nothing is guessed.

use super::super::dialect::Dialect;
use super::{Form, Numbers};

/// The value of a text, and when it cannot be read.
pub(super) struct Value {
    pub(super) value: String,
    pub(super) fault: Option<String>,
}

impl Value {
    fn of(value: String, fault: String) -> Self {
        Self { value, fault: Some(fault) }
    }
}

/// The value of a text by the form of its column.
pub(super) fn value(d: Dialect, text: &str, form: &Form, numbers: &Numbers) -> Result<Value, &'static str> {
    let unlike = |pattern: &str| format!("NOT {}", d.matches(text, pattern));
    let guarded = |pattern: &str, value: &str| {
        Value::of(format!("(CASE WHEN {} THEN {value} END)", d.matches(text, pattern)), unlike(pattern))
    };
    Ok(match form {
        Form::Text => Value { value: format!("CAST({text} AS {})", d.text()), fault: None },
        Form::YesNo => words(d, text, &["true", "yes", "y", "t", "1"], &["false", "no", "n", "f", "0"]),
        Form::Words { yes, no } => words(d, text, yes, no),
        Form::Whole => {
            let (pattern, plain) = decimal(d, text, numbers, 0)?;
            guarded(&pattern, &format!("CAST(CAST({plain} AS {}) AS BIGINT)", d.exact()))
        }
        Form::Number => {
            let (pattern, plain) = decimal(d, text, numbers, 9)?;
            let whole = format!("CAST({plain} AS {}) * 1000000000", d.exact());
            guarded(&pattern, &format!("CAST({whole} AS {})", d.whole()))
        }
        Form::Duration(micros) => duration(d, text, *micros, numbers)?,
        Form::Clock { seconds } => clock(d, text, *seconds),
        Form::Day => guarded("[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", &d.days(text)),
        Form::Moment(_) => return Err("times are not read from texts"),
    })
}

/// Yes or no by spellings, capitals of the English alphabet or not.
fn words<W: AsRef<str>>(d: Dialect, text: &str, yes: &[W], no: &[W]) -> Value {
    let list = |words: &[W]| {
        words.iter().map(|word| d.literal(&word.as_ref().to_ascii_lowercase())).collect::<Vec<_>>().join(", ")
    };
    let small = format!("TRANSLATE({text}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')");
    let (yes, no) = (list(yes), list(no));
    let arm = |list: &str, means: &str| match list {
        "" => String::new(),
        list => format!(" WHEN {small} IN ({list}) THEN {means}"),
    };
    let known: Vec<&str> = [yes.as_str(), no.as_str()].into_iter().filter(|list| !list.is_empty()).collect();
    Value::of(
        format!("(CASE{}{} ELSE NULL END)", arm(&yes, "TRUE"), arm(&no, "FALSE")),
        format!("({small} NOT IN ({}))", known.join(", ")),
    )
}

/// The pattern of a number with so many decimals, and the text as every engine reads it.
fn decimal(
    d: Dialect,
    text: &str,
    numbers: &Numbers,
    decimals: u32,
) -> Result<(String, String), &'static str> {
    if numbers.strip.iter().any(|word| !word.is_empty()) {
        return Err("texts before or after a number are dropped");
    }
    let point = escaped(numbers.decimal);
    let behind = match decimals {
        0 => format!("({point}0+)?"),
        places => format!("({point}[0-9]{{1,{places}}}0*)?"),
    };
    let plain = "[0-9]{1,18}";
    let before = match numbers.thousands {
        None => plain.to_string(),
        Some(sign) => format!("({plain}|[0-9]{{1,3}}({}[0-9]{{3}}){{1,5}})", escaped(sign)),
    };
    let mut read = text.to_string();
    if let Some(sign) = numbers.thousands {
        read = format!("REPLACE({read}, {}, '')", d.literal(&sign.to_string()));
    }
    if numbers.decimal != '.' {
        read = format!("REPLACE({read}, {}, '.')", d.literal(&numbers.decimal.to_string()));
    }
    Ok((format!("[+-]?{before}{behind}"), read))
}

/// A sign in a pattern.
fn escaped(sign: char) -> String {
    match sign {
        '\\' | '^' | ']' | '[' | '-' => format!("\\{sign}"),
        sign => format!("[{sign}]"),
    }
}

/// A number of units of so many microseconds.
fn duration(d: Dialect, text: &str, micros: i64, numbers: &Numbers) -> Result<Value, &'static str> {
    // Engines round at six decimals at least: of a microsecond that would be too early.
    let (pattern, plain) = decimal(d, text, numbers, if micros == 1 { 0 } else { 9 })?;
    let matches = d.matches(text, &pattern);
    let all = format!("CAST({plain} AS {}) * {micros}", d.exact());
    let whole = format!("CAST({all} AS {})", d.whole());
    Ok(Value::of(
        format!("(CASE WHEN {matches} THEN CAST({whole} AS BIGINT) END)"),
        format!("(CASE WHEN NOT {matches} THEN TRUE ELSE {whole} <> {all} END)"),
    ))
}

/// `1:30`, `2.01:30` and `2 01:30` as hours and minutes, with days before them; or with seconds: `1:02:03.5`, `02:03`.
fn clock(d: Dialect, text: &str, seconds: bool) -> Value {
    let plain = format!("REPLACE(REPLACE({text}, '-', ''), ' ', '.')");
    let field = |at: u32| format!("SPLIT_PART({plain}, ':', {at})");
    let count = |text: &str| format!("CAST({text} AS BIGINT)");
    let first = field(1);
    // The days stand before the first point of the first field.
    let days = format!(
        "(CASE WHEN {first} LIKE '%.%' THEN {} ELSE 0 END)",
        count(&format!("SPLIT_PART({first}, '.', 1)"))
    );
    let hours = format!(
        "CAST(CASE WHEN {first} LIKE '%.%' THEN SPLIT_PART({first}, '.', 2) ELSE {first} END AS BIGINT)"
    );
    let sign = format!("(CASE WHEN {text} LIKE '-%' THEN -1 ELSE 1 END)");
    let small = |text: &str| {
        let exact = format!("CAST({text} AS {}) * 1000000", d.exact());
        format!("CAST(CAST({exact} AS {}) AS BIGINT)", d.whole())
    };
    let (minutes, part) = ("[0-5]?[0-9]", "([.][0-9]{1,6}0*)?");
    let long = match seconds {
        true => format!("-?([0-9]{{1,6}}[ .])?[0-9]{{1,9}}:{minutes}:{minutes}{part}"),
        false => format!("-?([0-9]{{1,6}}[ .])?[0-9]{{1,9}}:{minutes}"),
    };
    let rest = if seconds { format!(" + {}", small(&field(3))) } else { String::new() };
    let whole =
        format!("{sign} * (({days} * 86400 + {hours} * 3600 + {} * 60) * 1000000{rest})", count(&field(2)));
    let is_long = d.matches(text, &long);
    if !seconds {
        return Value::of(format!("(CASE WHEN {is_long} THEN {whole} END)"), format!("NOT {is_long}"));
    }
    let is_short = d.matches(text, &format!("-?[0-9]{{1,9}}:{minutes}{part}"));
    let short = format!("{sign} * ({} * 60000000 + {})", count(&first), small(&field(2)));
    Value::of(
        format!("(CASE WHEN {is_long} THEN {whole} WHEN {is_short} THEN {short} END)"),
        format!("NOT ({is_long} OR {is_short})"),
    )
}
