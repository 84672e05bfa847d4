//! Conditions on records in words: what a contract officer reads for
//! `resolved and not followed by interactions with same customer within 7 days`.
//!
//! > the contact was resolved and no other contact with the same customer
//! > follows within 7 days

use super::field::{moment, noun, nouns, said, value};
use super::words::{duration, joined, list, number, window};
use crate::contract::{Arithmetic, Compare, Direction, Follow, Least, Row, SetRef, Value};
use crate::value::{Quantity, Unit, Zone};

/// What a condition is about: the table of its records, and how its fields are typed.
pub(super) struct About<'c> {
    /// The table.
    pub table: &'c str,
    /// Units of fields, by name.
    pub unit: &'c dyn Fn(&str) -> Option<Unit>,
    /// The zone of moments.
    pub zone: &'c Zone,
}

impl About<'_> {
    /// A condition as a clause of a sentence.
    pub(super) fn phrase(&self, row: &Row) -> String {
        match row {
            Row::And(all) => list(&self.each(all)),
            Row::Or(all) => joined(&self.each(all), "or"),
            Row::Not(inner) => self.denied(inner),
            Row::Field(field) => format!("the {} {}", noun(self.table), said(field, true)),
            Row::Compare(compare, left, right) => self.compared(*compare, left, right),
            Row::OneOf(subject, values) => {
                let values: Vec<String> = values.iter().map(|it| constant(it, None, self.zone)).collect();
                format!("{} is {}", self.value(subject), joined(&values, "or"))
            }
            Row::Missing(subject) => format!("{} is missing", self.value(subject)),
            Row::Follow(follow) => self.follows(follow, true),
            Row::Const(Value::YesNo(yes)) => if *yes { "always" } else { "never" }.to_owned(),
            other => format!("{} is yes", self.value(other)),
        }
    }

    /// The parts of `and` or `or`; a part that joins others itself is put in brackets.
    fn each(&self, all: &[Row]) -> Vec<String> {
        let part = |row: &Row| match row {
            Row::And(_) | Row::Or(_) => format!("({})", self.phrase(row)),
            other => self.phrase(other),
        };
        all.iter().map(part).collect()
    }

    /// The opposite of a condition.
    fn denied(&self, row: &Row) -> String {
        match row {
            Row::Field(field) => format!("the {} {}", noun(self.table), said(field, false)),
            Row::Follow(follow) => self.follows(follow, false),
            Row::Missing(subject) => format!("{} is known", self.value(subject)),
            Row::OneOf(subject, values) => {
                let values: Vec<String> = values.iter().map(|it| constant(it, None, self.zone)).collect();
                format!("{} is neither {}", self.value(subject), joined(&values, "nor"))
            }
            Row::Not(inner) => self.phrase(inner),
            other => format!("not ({})", self.phrase(other)),
        }
    }

    fn compared(&self, compare: Compare, left: &Row, right: &Row) -> String {
        if let (Row::Field(field), Row::Const(Value::YesNo(yes)), Compare::Equal | Compare::NotEqual) =
            (left, right, compare)
        {
            return format!("the {} {}", noun(self.table), said(field, *yes == (compare == Compare::Equal)));
        }
        let words = match compare {
            Compare::Equal => "is",
            Compare::NotEqual => "is not",
            Compare::Less => "is less than",
            Compare::AtMost => "is at most",
            Compare::More => "is more than",
            Compare::AtLeast => "is at least",
        };
        let unit = self.unit_of(left).or_else(|| self.unit_of(right));
        let shown = |row: &Row| match row {
            Row::Const(known) => constant(known, unit, self.zone),
            other => self.value(other),
        };
        format!("{} {words} {}", shown(left), shown(right))
    }

    fn unit_of(&self, row: &Row) -> Option<Unit> {
        match row {
            Row::Field(field) => (self.unit)(field),
            Row::Elapsed(..) | Row::Business { .. } => Some(Unit::Duration),
            Row::Rounded(inner, _) | Row::Extreme(_, inner, _) | Row::Arithmetic(_, inner, _) => {
                self.unit_of(inner)
            }
            _ => None,
        }
    }

    /// A value as the subject or object of a sentence.
    pub(super) fn value(&self, row: &Row) -> String {
        match row {
            Row::Const(known) => constant(known, None, self.zone),
            Row::Field(field) => value(field),
            Row::Elapsed(from, to) => format!("the time from {} to {}", moment(from), moment(to)),
            Row::Business { from, to, calendar, paused } => {
                let (from, to) = (moment(from), moment(to));
                let paused: Vec<String> = paused.iter().map(|status| format!("“{status}”")).collect();
                let pause = match paused.is_empty() {
                    true => String::new(),
                    false => format!(", not counting time as {}", joined(&paused, "or")),
                };
                format!("the time from {from} to {to} within {calendar}{pause}")
            }
            Row::Arithmetic(operator, left, right) => {
                let sign = match operator {
                    Arithmetic::Plus => "plus",
                    Arithmetic::Minus => "less",
                    Arithmetic::Times => "times",
                    Arithmetic::Over => "divided by",
                };
                format!("{} {sign} {}", self.value(left), self.value(right))
            }
            Row::Rounded(inner, rounding) => {
                let step = match self.unit_of(inner) {
                    Some(Unit::Duration) => duration(&rounding.step),
                    _ => number(&rounding.step),
                };
                format!("{} rounded {}", self.value(inner), super::words::rounding(rounding, &step))
            }
            Row::Extreme(greater, left, right) => {
                let word = if *greater { "greater" } else { "lesser" };
                format!("the {word} of {} and {}", self.value(left), self.value(right))
            }
            condition => format!("whether {}", self.phrase(condition)),
        }
    }

    fn follows(&self, follow: &Follow, there: bool) -> String {
        let keys: Vec<String> = follow.keys.iter().map(|key| key.replace('_', " ")).collect();
        let same = format!("with the same {}", list(&keys));
        let other = match (follow.target.table == self.table, there) {
            (true, true) => "another",
            (true, false) => "no other",
            (false, true) => "a",
            (false, false) => "no",
        };
        let what = format!("{other} {} {same}", searched(&follow.target));
        let end = |inclusive: bool| if inclusive { "within" } else { "in less than" };
        let within = follow
            .window
            .map_or_else(String::new, |it| format!(" {} {}", end(it.inclusive), window(it.length)));
        let after =
            follow.after.as_ref().map_or_else(String::new, |field| format!(" after {}", moment(field)));
        let day = |word: &str| if follow.other_day { format!(" on {word} day") } else { String::new() };
        if let (Direction::StillIn, Some(it), Some(field)) = (follow.direction, follow.window, &follow.after)
        {
            let later = window(it.length);
            return format!("{what} holds {later} after {}", moment(field));
        }
        let least = match (&follow.least, there) {
            (None, _) => String::new(),
            (Some(Least { at_least, of: None }), _) => format!(" at least {at_least} times"),
            (Some(Least { at_least, of: Some(of) }), _) => {
                format!(" with at least {at_least} of {of} together")
            }
        };
        match (follow.direction, there) {
            (Direction::Followed, _) => format!("{what} follows{least}{}{within}{after}", day("a later")),
            (Direction::Preceded, _) => format!("{what} came before it{}{within}{after}", day("an earlier")),
            (Direction::StillIn, _) => what,
            (Direction::StartsCase, true) => {
                format!("it is the first of its case: contacts {same}{within} of the first are one case")
            }
            (Direction::StartsCase, false) => {
                format!("it is not the first of its case: contacts {same}{within} of the first are one case")
            }
        }
    }
}

/// `contact`, `contact of solved`
fn searched(set: &SetRef) -> String {
    let plain = set.name == set.table || set.name == nouns(&set.table);
    match (plain, noun(&set.table)) {
        (true, noun) if noun == "record" => format!("{noun} of {}", set.table),
        (true, noun) => noun,
        (false, noun) => format!("{noun} in {}", set.name),
    }
}

fn constant(known: &Value, unit: Option<Unit>, zone: &Zone) -> String {
    match (known, unit) {
        (Value::Number(seconds), Some(Unit::Duration)) => duration(seconds),
        (Value::Number(value), Some(unit)) => Quantity::new(value.clone(), unit).to_string(),
        (Value::Number(value), None) => number(value),
        (Value::Text(text), _) => format!("“{text}”"),
        (Value::YesNo(yes), _) => if *yes { "yes" } else { "no" }.to_owned(),
        (Value::Date(date), _) => super::words::date(*date),
        (Value::Instant(instant), _) => zone.local(*instant).to_string(),
    }
}

/// Nothing but a yes: a condition everybody meets.
pub(super) fn is_always(row: &Row) -> bool {
    matches!(row, Row::Const(Value::YesNo(true))) || matches!(row, Row::And(all) if all.is_empty())
}
