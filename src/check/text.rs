//! How a contract's parts read on one line: the names of unnamed measures,
//! and the wording of findings and statements.
//!
//! Brackets stand only where the meaning needs them, and spacing and number
//! grouping do not matter, so `count  of solved` and `count of solved` are one
//! measure.

use meed_grammar::tree::{
    Aggregate, Decimal, Direction, Expr, ExprKind, Follow, Name, Operator, Quantity, Rounding, RoundingMode,
    SetExpr, Side, Text, TimeUnit, UnitWord, Window,
};

/// `1,250.50`
pub(super) fn decimal(number: Decimal) -> String {
    let digits = number.units.unsigned_abs().to_string();
    let scale = usize::try_from(number.scale).unwrap_or_default();
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, part) = padded.split_at(padded.len() - scale);
    let sign = if number.units < 0 { "-" } else { "" };
    let point = if part.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{part}", grouped(whole))
}

fn grouped(whole: &str) -> String {
    let mut text = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `75%`, `GBP 6.00`, `1 minute`
pub(super) fn quantity(written: &Quantity) -> String {
    let digits = decimal(written.number);
    let plus = if written.signed && written.number.units >= 0 { "+" } else { "" };
    let one = written.number.units == 1 && written.number.scale == 0;
    let word = |singular: &str| format!("{plus}{digits} {singular}{}", if one { "" } else { "s" });
    match &written.unit {
        UnitWord::None => format!("{plus}{digits}"),
        UnitWord::Percent => format!("{plus}{digits}%"),
        UnitWord::Points => word("point"),
        UnitWord::Money(code) => match digits.strip_prefix('-') {
            Some(rest) => format!("-{code} {rest}"),
            None => format!("{plus}{code} {digits}"),
        },
        UnitWord::Time(unit) => word(time_unit(*unit)),
        UnitWord::CalendarDays => word("calendar day"),
        UnitWord::Months => word("month"),
        UnitWord::Years => word("year"),
    }
}

fn time_unit(unit: TimeUnit) -> &'static str {
    match unit {
        TimeUnit::Second => "second",
        TimeUnit::Minute => "minute",
        TimeUnit::Hour => "hour",
        TimeUnit::Day => "day",
        TimeUnit::Week => "week",
    }
}

/// An expression on one line.
pub(super) fn expr(expr: &Expr) -> String {
    match &expr.value {
        ExprKind::Quantity(it) => quantity(it),
        ExprKind::Text(it) => quoted(it),
        ExprKind::YesNo(it) => if *it { "yes" } else { "no" }.to_owned(),
        ExprKind::Date(it) => format!("{:04}-{:02}-{:02}", it.year, it.month, it.day),
        ExprKind::Instant(date, clock) => format!(
            "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
            date.year, date.month, date.day, clock.hour, clock.minute, clock.second
        ),
        ExprKind::Name(name) => name.clone(),
        ExprKind::Not(inner) => format!("not {}", inside(inner, 4)),
        ExprKind::Negative(inner) => format!("-{}", inside(inner, 9)),
        ExprKind::Binary(left, operator, right) => {
            let level = level(operator.value);
            let word = word(operator.value);
            let left_level = if level == 4 { 5 } else { level };
            format!("{} {word} {}", inside(left, left_level), inside(right, level + 1))
        }
        ExprKind::In { value, list, negated } => {
            let not = if *negated { "not " } else { "" };
            format!(
                "{} {not}in ({})",
                inside(value, 5),
                list.iter().map(self::expr).collect::<Vec<_>>().join(", ")
            )
        }
        ExprKind::Missing { value, negated } => {
            format!("{} is {}", inside(value, 5), if *negated { "known" } else { "missing" })
        }
        ExprKind::Rounded { value, rounding: it } => format!("{} rounded {}", inside(value, 6), rounding(it)),
        ExprKind::Extreme { greater, left, right } => {
            let word = if *greater { "greater" } else { "lesser" };
            format!("{word} of {} and {}", inside(left, 5), inside(right, 5))
        }
        ExprKind::Elapsed { from, to } => format!("time from {} to {}", from.value, to.value),
        ExprKind::Business { from, to, calendar, paused } => business(from, to, calendar, paused),
        ExprKind::Follow(it) => follow(it),
        ExprKind::Aggregate(it) => aggregate(it),
        ExprKind::PartOf(part, whole) => format!("{} of {}", inside(part, 8), inside(whole, 9)),
    }
}

/// An operand, in brackets when it binds more weakly than `least`.
fn inside(operand: &Expr, least: u8) -> String {
    let binds = match &operand.value {
        ExprKind::Binary(_, operator, _) => level(operator.value),
        ExprKind::Not(_) => 3,
        ExprKind::In { .. } | ExprKind::Missing { .. } => 4,
        ExprKind::Rounded { .. } => 5,
        ExprKind::Negative(_) => 8,
        ExprKind::PartOf(..) => 9,
        ExprKind::Extreme { .. } | ExprKind::Aggregate(_) => 0,
        _ => 10,
    };
    if binds < least { format!("({})", expr(operand)) } else { expr(operand) }
}

fn level(operator: Operator) -> u8 {
    match operator {
        Operator::Or => 1,
        Operator::And => 2,
        Operator::Plus | Operator::Minus => 6,
        Operator::Times | Operator::Over => 7,
        _ => 4,
    }
}

fn word(operator: Operator) -> &'static str {
    match operator {
        Operator::Or => "or",
        Operator::And => "and",
        Operator::Equal => "=",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::AtMost => "<=",
        Operator::More => ">",
        Operator::AtLeast => ">=",
        Operator::Plus => "+",
        Operator::Minus => "-",
        Operator::Times => "*",
        Operator::Over => "/",
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `to 0.01 points half up`
pub(super) fn rounding(rounding: &Rounding) -> String {
    let mode = match rounding.mode {
        RoundingMode::HalfUp => "half up",
        RoundingMode::HalfEven => "half even",
        RoundingMode::Up => "up",
        RoundingMode::Down => "down",
    };
    format!("to {} {mode}", quantity(&rounding.step.value))
}

fn business(from: &Name, to: &Name, calendar: &Name, paused: &[Text]) -> String {
    let clock = format!("business time from {} to {} in {}", from.value, to.value, calendar.value);
    if paused.is_empty() {
        return clock;
    }
    let statuses: Vec<String> = paused.iter().map(|status| quoted(&status.value)).collect();
    format!("{clock} paused while status in ({})", statuses.join(", "))
}

fn follow(follow: &Follow) -> String {
    let set = follow.set.as_ref().map(|set| set.value.as_str()).unwrap_or_default();
    let keys: Vec<&str> = follow.keys.iter().map(|key| key.value.as_str()).collect();
    let (start, day) = match follow.direction {
        Direction::Followed => (format!("followed by {set}"), " on a later day"),
        Direction::Preceded => (format!("preceded by {set}"), " on an earlier day"),
        Direction::StartsCase => ("starts a case".to_owned(), ""),
    };
    let day = if follow.other_day { day } else { "" };
    let window = follow.window.as_ref().map(window).unwrap_or_default();
    let after = follow.after.as_ref().map(|field| format!(" after {}", field.value)).unwrap_or_default();
    format!("{start} with same {}{day}{window}{after}", keys.join(", "))
}

fn window(window: &Window) -> String {
    let word = if window.inclusive { "within" } else { "in less than" };
    format!(" {word} {}", quantity(&window.length.value))
}

/// `contacts where resolved excluding … because "…"`
pub(super) fn set(set: &SetExpr) -> String {
    let mut text = set.name.value.clone();
    if let Some(filter) = &set.filter {
        text.push_str(&format!(" where {}", expr(filter)));
    }
    for exclusion in &set.exclusions {
        let side = match exclusion.side {
            Side::Both => "",
            Side::Numerator => "from numerator ",
            Side::Denominator => "from denominator ",
        };
        let (condition, because) = (expr(&exclusion.condition), quoted(&exclusion.because.value));
        text.push_str(&format!(" excluding {side}{condition} because {because}"));
    }
    text
}

/// `count of solved`
pub(super) fn aggregate(aggregate: &Aggregate) -> String {
    match aggregate {
        Aggregate::Count(of) => format!("count of {}", set(of)),
        Aggregate::Distinct(key, of) => format!("distinct {} in {}", key.value, set(of)),
        Aggregate::Sum(value, over) => format!("sum of {} over {}", expr(value), set(over)),
    }
}
