//! The canonical text of values and expressions, for messages and reports.
//!
//! Reading the text back gives the same expression: brackets stand wherever
//! the tree needs them, and nowhere else.
//!
//! | tree | text |
//! |---|---|
//! | `(a + b) * c` | `(a + b) * c` |
//! | `(a * b) + c` | `a * b + c` |
//! | `not (a and b)` | `not (a and b)` |

use std::fmt::{self, Display, Formatter, Write as _};

use super::{
    Aggregate, Clock, Date, Decimal, Direction, Expr, ExprKind, Follow, Least, Operator, Quantity, Rounding,
    RoundingMode, SetExpr, Side, TimeUnit, UnitWord, Window,
};

/// How tightly an expression holds together; a looser one inside a tighter needs brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    Loose,
    Or,
    And,
    Not,
    Comparison,
    Rounded,
    Sum,
    Product,
    Sign,
    Part,
    Primary,
}

impl Display for Decimal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let digits = self.units.unsigned_abs().to_string();
        let scale = usize::try_from(self.scale).unwrap_or_default();
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, part) = digits.split_at_checked(digits.len() - scale).unwrap_or((&digits, ""));
        if self.units < 0 {
            f.write_char('-')?;
        }
        for (at, digit) in whole.char_indices() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                f.write_char(',')?;
            }
            f.write_char(digit)?;
        }
        if part.is_empty() { Ok(()) } else { write!(f, ".{part}") }
    }
}

impl Display for TimeUnit {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Second => "seconds",
            Self::Minute => "minutes",
            Self::Hour => "hours",
            Self::Day => "days",
            Self::Week => "weeks",
        })
    }
}

impl Display for Quantity {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let minus = self.number.units < 0;
        let sign = match (self.signed, minus) {
            (_, true) => "-",
            (true, false) if self.number.units == 0 => "-",
            (true, false) => "+",
            (false, false) => "",
        };
        let size = Decimal { units: self.number.units.saturating_abs(), ..self.number };
        let one = size.units == 1 && size.scale == 0;
        let plain = |word: &str| if one { word.trim_end_matches('s').to_owned() } else { word.to_owned() };
        match &self.unit {
            UnitWord::None => write!(f, "{sign}{size}"),
            UnitWord::Percent => write!(f, "{sign}{size}%"),
            UnitWord::Points => write!(f, "{sign}{size} {}", plain("points")),
            UnitWord::Money(code) => write!(f, "{sign}{code} {size}"),
            UnitWord::Time(unit) => write!(f, "{sign}{size} {}", plain(&unit.to_string())),
            UnitWord::CalendarDays => write!(f, "{sign}{size} calendar {}", plain("days")),
            UnitWord::Months => write!(f, "{sign}{size} {}", plain("months")),
            UnitWord::Years => write!(f, "{sign}{size} {}", plain("years")),
        }
    }
}

impl Display for Date {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Display for Clock {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)?;
        if self.second == 0 { Ok(()) } else { write!(f, ":{:02}", self.second) }
    }
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Over => "/",
        })
    }
}

impl Display for Rounding {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let step = &self.step.value;
        match self.mode {
            RoundingMode::HalfUp => write!(f, "to {step} half up"),
            RoundingMode::HalfEven => write!(f, "to {step} half even"),
            RoundingMode::Up => write!(f, "up to {step}"),
            RoundingMode::Down => write!(f, "down to {step}"),
        }
    }
}

impl Display for Window {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(if self.inclusive { "within " } else { "in less than " })?;
        self.length.value.fmt(f)
    }
}

impl Display for SetExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name.value)?;
        if let Some(filter) = &self.filter {
            write!(f, " where {}", Inside(filter, Strength::Or))?;
        }
        for exclusion in &self.exclusions {
            let side = match exclusion.side {
                Side::Both => "",
                Side::Numerator => "from numerator ",
                Side::Denominator => "from denominator ",
            };
            let because = quoted(&exclusion.because.value);
            write!(f, " excluding {side}{} because {because}", Inside(&exclusion.condition, Strength::Or))?;
        }
        for portion in &self.portions {
            write!(f, " {}", portion.value)?;
        }
        Ok(())
    }
}

impl Display for Aggregate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(set) => write!(f, "count of {set}"),
            Self::Distinct(key, set) => write!(f, "distinct {} in {set}", key.value),
            Self::Sum(value, set) => write!(f, "sum of {} over {set}", Inside(value, Strength::Or)),
        }
    }
}

impl Display for Least {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "at least {} ", self.amount.value)?;
        match &self.of {
            Some(field) => write!(f, "of {} in ", field.value),
            None => Ok(()),
        }
    }
}

impl Display for Follow {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let set = self.set.as_ref().map(|name| name.value.as_str()).unwrap_or_default();
        let later = match self.direction {
            Direction::Followed => "later",
            Direction::Preceded | Direction::StartsCase | Direction::StillIn => "earlier",
        };
        match self.direction {
            Direction::Followed => write!(
                f,
                "followed by {}{set}",
                self.least.as_deref().map(ToString::to_string).unwrap_or_default()
            )?,
            Direction::Preceded => write!(f, "preceded by {set}")?,
            Direction::StartsCase => f.write_str("starts a case")?,
            Direction::StillIn => write!(f, "still in {set}")?,
        }
        write!(f, " with same {}", joined(self.keys.iter().map(|key| key.value.as_str())))?;
        if self.other_day {
            write!(f, " on {} {later} day", if later == "later" { "a" } else { "an" })?;
        }
        if let Some(window) = &self.window {
            match self.direction {
                Direction::StillIn => write!(f, " {}", window.length.value)?,
                _ => write!(f, " {window}")?,
            }
        }
        match &self.after {
            Some(field) => write!(f, " after {}", field.value),
            None => Ok(()),
        }
    }
}

impl Display for ExprKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quantity(quantity) => quantity.fmt(f),
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::YesNo(yes) => f.write_str(if *yes { "yes" } else { "no" }),
            Self::Date(date) => date.fmt(f),
            Self::Instant(date, clock) => {
                write!(f, "{date} {:02}:{:02}:{:02}", clock.hour, clock.minute, clock.second)
            }
            Self::Name(name) => f.write_str(name),
            Self::Not(value) => write!(f, "not {}", Inside(value, Strength::Not)),
            // `-5` is a literal; the sign of a literal stays apart from it by brackets.
            Self::Negative(value) if matches!(value.value, Self::Quantity(_)) => {
                write!(f, "-({})", value.value)
            }
            Self::Negative(value) => write!(f, "-{}", Inside(value, Strength::Primary)),
            Self::Binary(left, operator, right) => binary(left, operator.value, right, f),
            Self::In { value, list, negated } => {
                let not = if *negated { "not " } else { "" };
                let list = joined(list.iter().map(|value| Inside(value, Strength::Rounded).to_string()));
                write!(f, "{} {not}in ({list})", Inside(value, Strength::Rounded))
            }
            Self::Missing { value, negated } => {
                write!(
                    f,
                    "{} is {}",
                    Inside(value, Strength::Rounded),
                    if *negated { "known" } else { "missing" }
                )
            }
            Self::Rounded { value, rounding } => {
                write!(f, "{} rounded {rounding}", Inside(value, Strength::Rounded))
            }
            Self::Extreme { greater, left, right } => {
                let word = if *greater { "greater" } else { "lesser" };
                write!(
                    f,
                    "{word} of {} and {}",
                    Inside(left, Strength::Rounded),
                    Inside(right, Strength::Rounded)
                )
            }
            Self::Elapsed { from, to } => write!(f, "time from {} to {}", from.value, to.value),
            Self::Business { from, to, calendar, paused } => {
                write!(f, "business time from {} to {} in {}", from.value, to.value, calendar.value)?;
                if paused.is_empty() {
                    return Ok(());
                }
                let statuses = joined(paused.iter().map(|status| quoted(&status.value)));
                write!(f, " paused while status in ({statuses})")
            }
            Self::Follow(follow) => follow.fmt(f),
            Self::Converted { value, to } => write!(f, "{} in {}", Inside(value, Strength::Part), to.value),
            Self::DaysBetween { from, to, both } => {
                let both = if *both { ", both counted" } else { "" };
                write!(f, "days from {} to {}{both}", from.value, to.value)
            }
            Self::DaysInPeriod => f.write_str("days in the period"),
            Self::Aggregate(aggregate) => aggregate.fmt(f),
            Self::Past(past) => past.fmt(f),
            Self::TotalOn(sum) => write!(f, "{} on {}", sum.total, sum.on.value),
            Self::PartOf(part, whole) => {
                write!(f, "{} of {}", Inside(part, Strength::Primary), Inside(whole, Strength::Part))
            }
        }
    }
}

/// The text between its quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

pub(super) fn joined<T: AsRef<str>>(parts: impl Iterator<Item = T>) -> String {
    parts.map(|part| part.as_ref().to_owned()).collect::<Vec<_>>().join(", ")
}

fn binary(left: &Expr, operator: Operator, right: &Expr, f: &mut Formatter<'_>) -> fmt::Result {
    let own = operator_strength(operator);
    // Chains group to the left; comparisons do not chain.
    let (left_needs, right_needs) = match own {
        Strength::Or => (Strength::Or, Strength::And),
        Strength::And => (Strength::And, Strength::Not),
        Strength::Sum => (Strength::Sum, Strength::Product),
        Strength::Product => (Strength::Product, Strength::Sign),
        _ => (Strength::Rounded, Strength::Rounded),
    };
    write!(f, "{} {operator} {}", Inside(left, left_needs), Inside(right, right_needs))
}

fn operator_strength(operator: Operator) -> Strength {
    match operator {
        Operator::Or => Strength::Or,
        Operator::And => Strength::And,
        Operator::Plus | Operator::Minus => Strength::Sum,
        Operator::Times | Operator::Over => Strength::Product,
        _ => Strength::Comparison,
    }
}

/// Worded forms run on as far as they can, so inside others they stand in brackets.
fn strength(kind: &ExprKind) -> Strength {
    match kind {
        ExprKind::Binary(_, operator, _) => operator_strength(operator.value),
        ExprKind::Not(_) => Strength::Not,
        ExprKind::In { .. } | ExprKind::Missing { .. } | ExprKind::Follow(_) | ExprKind::Extreme { .. } => {
            Strength::Comparison
        }
        ExprKind::Rounded { .. } => Strength::Rounded,
        ExprKind::Negative(_) | ExprKind::Converted { .. } => Strength::Sign,
        ExprKind::PartOf(..) => Strength::Part,
        ExprKind::Past(past) if past.how != super::How::Before => Strength::Comparison,
        ExprKind::Aggregate(aggregate) if runs_on(aggregate) => Strength::Loose,
        ExprKind::Quantity(quantity) if quantity.signed => Strength::Sign,
        _ => Strength::Primary,
    }
}

/// Whether a figure has a condition, which would run on into what follows it.
fn runs_on(aggregate: &Aggregate) -> bool {
    let (Aggregate::Count(set) | Aggregate::Distinct(_, set) | Aggregate::Sum(_, set)) = aggregate;
    set.filter.is_some() || !set.exclusions.is_empty() || !set.portions.is_empty()
}

/// An expression inside another that needs at least this strength.
pub(super) struct Inside<'e>(pub(super) &'e Expr, pub(super) Strength);

impl Display for Inside<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(expr, needs) = self;
        if strength(&expr.value) < *needs { write!(f, "({})", expr.value) } else { expr.value.fmt(f) }
    }
}
