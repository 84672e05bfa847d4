//! What a node of the plan is in SQL: an expression and how it is to be read.
//!
//! All times are integers: a moment is microseconds since 1970 UTC, a date days
//! since 1970. A number is an integer over a denominator: one that the text
//! knows (12.50 is 12500000000 over 10⁹), or one that differs from record to
//! record (`cost / contacts`). A missing value is NULL. A condition is a boolean
//! with NULL for unknown, so `AND`, `OR` and `NOT` are Kleene's; what no later
//! record can change stands beside it as a second boolean.

use num_bigint::BigInt;

use crate::value::Ratio;

/// An expression over a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sql {
    /// A condition.
    Truth(Truth),
    /// A text.
    Text(String),
    /// A number.
    Number(Number),
    /// Days since 1970.
    Day(String),
    /// Microseconds since 1970.
    Moment(String),
    /// Several values together.
    Key(Vec<Sql>),
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Truth {
    /// With all that is known now.
    pub(super) now: String,
    /// What no later record can change; none when that is all of `now`.
    pub(super) settled: Option<String>,
}

/// A number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    /// The integer.
    pub(super) units: String,
    /// What it is over.
    pub(super) per: Per,
    /// The number itself, where it is a constant.
    pub(super) constant: Option<Ratio>,
}

/// A denominator, above 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Per {
    /// The same for all records.
    Fixed(BigInt),
    /// An expression; NULL where the number is missing.
    Each(String),
}

impl Truth {
    /// A condition that nothing can change.
    pub(super) fn certain(now: String) -> Self {
        Self { now, settled: None }
    }

    /// What no later record can change.
    pub(super) fn settled(&self) -> &str {
        self.settled.as_deref().unwrap_or(&self.now)
    }

    /// Each of both parts changed.
    pub(super) fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Self { now: change(&self.now), settled: self.settled.as_deref().map(change) }
    }

    /// Several joined in both parts.
    pub(super) fn join(parts: &[Self], join: impl Fn(Vec<&str>) -> String) -> Self {
        let open = parts.iter().any(|part| part.settled.is_some());
        Self {
            now: join(parts.iter().map(|part| part.now.as_str()).collect()),
            settled: open.then(|| join(parts.iter().map(Self::settled).collect())),
        }
    }
}

impl Number {
    /// An integer over a denominator that all share.
    pub(super) fn over(units: impl Into<String>, per: impl Into<BigInt>) -> Self {
        Self { units: units.into(), per: Per::Fixed(per.into()), constant: None }
    }

    /// A constant.
    pub(super) fn constant(value: &Ratio) -> Self {
        Self {
            units: signed(value.numerator()),
            per: Per::Fixed(value.denominator().clone()),
            constant: Some(value.clone()),
        }
    }
}

impl Per {
    /// As an expression.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Fixed(per) => per.to_string(),
            Self::Each(text) => text.clone(),
        }
    }
}

/// An integer as a constant; a negative one in brackets.
pub(super) fn signed(value: impl std::borrow::Borrow<BigInt>) -> String {
    let value = value.borrow();
    let text = value.to_string();
    if text.starts_with('-') { format!("({text})") } else { text }
}
