//! The plan as text.
//!
//! ```text
//! scan interactions: customer, resolved, started_at; with ids
//!   n0  resolved
//!   n1  customer
//!   n2  key of n1
//!   n6  answer q0                                      level 1
//! pass over interactions where n7 by n2, dated by n4, for interactions by n2, dated by n4
//!   q0  followed within 604,800 s, the end included
//! ```

use std::fmt;

use super::{
    Allowed, Clock, Counter, Figure, Keyed, Node, NodeId, Pass, Plan, Question, Quota, Scan, Shape, What,
};
use crate::contract::{Arithmetic, Compare, Direction, ScoreKind, Value, Window, WindowLength};
use crate::measured::Role;
use crate::value::{Quantity, Ratio, Unit};

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels: Vec<&str> = self.periods.iter().map(|period| period.label.as_str()).collect();
        writeln!(f, "periods: {}", labels.join(", "))?;
        self.scans.values().try_for_each(|scan| write!(f, "{scan}"))?;
        self.passes.iter().try_for_each(|pass| self.pass(pass, f))?;
        for (at, quota) in self.quotas.iter().enumerate() {
            writeln!(f, "allowance a{at}: {quota}")?;
        }
        for (at, split) in self.splits.iter().enumerate() {
            writeln!(f, "split s{at}: {split}")?;
        }
        for (at, clock) in self.clocks.iter().enumerate() {
            writeln!(f, "clock c{at}: {clock}")?;
        }
        for (at, counter) in self.counters.iter().enumerate() {
            writeln!(f, "counter {at}: {counter}")?;
        }
        self.figures.iter().try_for_each(|(name, figure)| writeln!(f, "measure {name}: {figure}"))
    }
}

impl Plan {
    fn pass(&self, pass: &Pass, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "pass over {} where {}, for {}", pass.target, pass.member, pass.base)?;
        for at in &pass.questions {
            if let Some(question) = self.questions.get(*at) {
                writeln!(f, "  q{at}  {question}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<&str> = self.fields.iter().map(String::as_str).collect();
        let ids = if self.ids { "; with ids" } else { "" };
        writeln!(f, "scan {}: {}{ids}", self.table.name, fields.join(", "))?;
        for (at, (node, level)) in self.nodes.iter().zip(&self.levels).enumerate() {
            let text = node.to_string();
            match level {
                0 => writeln!(f, "  n{at}  {text}")?,
                level => writeln!(f, "  n{at}  {text:<50} level {level}")?,
            }
        }
        for (at, grouping) in self.groupings.iter().enumerate() {
            let origin = grouping.origin.map_or_else(String::new, |node| format!(" by period of {node}"));
            writeln!(f, "  cells {at}: period of {}{}{origin}", grouping.date, after(" by ", &grouping.by))?;
        }
        Ok(())
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "n{}", self.0)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Const(value) => write!(f, "{}", shown(value)),
            Self::Field(name) => f.write_str(name),
            Self::Id => f.write_str("id of the record"),
            Self::Not(a) => write!(f, "not {a}"),
            Self::And(all) => f.write_str(&list(all, " and ")),
            Self::Or(all) => f.write_str(&list(all, " or ")),
            Self::Compare(compare, a, b) => write!(f, "{a} {} {b}", compare_sign(*compare)),
            Self::OneOf(a, values) => {
                let values: Vec<String> = values.iter().map(shown).collect();
                write!(f, "{a} in ({})", values.join(", "))
            }
            Self::Missing(a) => write!(f, "{a} is missing"),
            Self::Arithmetic(op, a, b) => write!(f, "{a} {} {b}", arithmetic_sign(*op)),
            Self::Elapsed(a, b) => write!(f, "time from {a} to {b}"),
            Self::Business { from, to, case, clock } => {
                write!(f, "time from {from} to {to} on clock c{clock}")?;
                case.map_or(Ok(()), |case| write!(f, ", case {case}"))
            }
            Self::Rounded(a, rounding) => write!(f, "{a} rounded to {}, {:?}", rounding.step, rounding.mode),
            Self::Extreme(greater, a, b) => {
                write!(f, "{} of {a} and {b}", if *greater { "greater" } else { "lesser" })
            }
            Self::Moment(a) => write!(f, "moment of {a}"),
            Self::Later(a, months) => write!(f, "{a} and {months} months"),
            Self::Key(all) => write!(f, "key of {}", list(all, ", ")),
            Self::Answer(question) => write!(f, "answer q{question}"),
            Self::Beyond(quota) => write!(f, "beyond allowance a{quota}"),
            Self::Shared(split) => write!(f, "counts its part of s{split}"),
            Self::InPart(parts) => {
                let parts: Vec<String> =
                    parts.iter().map(|(node, part)| format!("{part}% where {node}")).collect();
                write!(f, "counts {}, otherwise 100%", parts.join(", "))
            }
        }
    }
}

impl fmt::Display for Keyed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {} dated by {}", self.table, self.key, self.date)
    }
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { base, .. } = self;
        let each = if self.each_day { "day" } else { "period" };
        let first = match (self.all, self.latest) {
            (true, _) => "all or none",
            (false, true) => "the latest",
            (false, false) => "the first",
        };
        write!(f, "{first} of {}{} each {each}", base.table, after(" by ", &base.by))?;
        match &self.allowed {
            Allowed::One => f.write_str(", one"),
            Allowed::PartOf { forecast, value, percent } => {
                write!(f, ", {percent}% of {value} over {} where {}", forecast.table, forecast.member)
            }
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.direction {
            Direction::Followed => "followed",
            Direction::Preceded => "preceded",
            Direction::StartsCase => "starts a case",
            Direction::StillIn => "held",
        })?;
        if let Some((of, least)) = &self.least {
            match of {
                Some(node) => write!(f, " by at least {least} of {node}")?,
                None => write!(f, " by at least {least}")?,
            }
        }
        if self.other_day {
            f.write_str(", on another day")?;
        }
        self.window.map_or(Ok(()), |window| write!(f, " {}", reach(window)))?;
        self.after.map_or(Ok(()), |after| write!(f, " after {after}"))
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.calendar)?;
        self.pauses
            .as_ref()
            .map_or(Ok(()), |pauses| write!(f, ", stopped while {} of {}", pauses.paused, pauses.events))
    }
}

impl fmt::Display for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, set, grouping, conditions, .. } = self;
        write!(f, "{} of `{set}`: {table} where {conditions}", self.what)?;
        for (node, because) in &self.exclusions {
            write!(f, ", not {node} (`{because}`)")?;
        }
        self.above.map_or(Ok(()), |above| write!(f, ", above the line where {above}"))?;
        if self.matured_only {
            f.write_str(", matured only")?;
        }
        write!(f, "; cells {grouping}")
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Records => f.write_str("records"),
            Self::Keys(node) => write!(f, "values of {node}"),
            Self::Sum(node) => write!(f, "sum of {node}"),
            Self::Values(node) => write!(f, "ranks of {node}"),
            Self::NetPromoter(node) => write!(f, "net promoters by {node}"),
            Self::Scored { value, low, high, score } => {
                let score = match score {
                    ScoreKind::Mean | ScoreKind::Rescaled => "sum".to_string(),
                    ScoreKind::Bottom { to } => format!("up to {to}"),
                    ScoreKind::Net { from, to } => format!("from {from} less up to {to}"),
                };
                write!(f, "{value} {score} on {low} to {high}")
            }
            Self::TopBox { value, from, low, high } => write!(f, "{value} from {from} on {low} to {high}"),
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.shape {
            Shape::Share => "share",
            Shape::Fraction => "fraction",
            Shape::Single => "figure",
            Shape::Percentile => "percentile",
        })?;
        for (role, at) in self.all() {
            f.write_str(match role {
                Role::Both => " of",
                Role::Above => " above",
                Role::Below => ", below",
            })?;
            write!(f, " counter {at}")?;
        }
        f.write_str(if self.segments { ", by segment" } else { "" })
    }
}

fn list(nodes: &[NodeId], between: &str) -> String {
    let texts: Vec<String> = nodes.iter().map(ToString::to_string).collect();
    texts.join(between)
}

fn after(word: &str, nodes: &[NodeId]) -> String {
    if nodes.is_empty() { String::new() } else { format!("{word}{}", list(nodes, ", ")) }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("\"{text}\""),
        Value::YesNo(true) => "yes".to_string(),
        Value::YesNo(false) => "no".to_string(),
        Value::Date(date) => date.to_string(),
        Value::Instant(instant) => format!("{} µs", instant.0),
    }
}

fn reach(window: Window) -> String {
    let length = match window.length {
        WindowLength::Elapsed(micros) => {
            Quantity::new(Ratio::decimal(micros.into(), 6), Unit::Duration).to_string()
        }
        WindowLength::CalendarDays(days) => format!("{days} calendar days"),
        WindowLength::Months(months) => format!("{months} months"),
    };
    if window.inclusive { format!("within {length}") } else { format!("in less than {length}") }
}

fn compare_sign(compare: Compare) -> &'static str {
    match compare {
        Compare::Equal => "=",
        Compare::NotEqual => "!=",
        Compare::Less => "<",
        Compare::AtMost => "<=",
        Compare::More => ">",
        Compare::AtLeast => ">=",
    }
}

fn arithmetic_sign(op: Arithmetic) -> &'static str {
    match op {
        Arithmetic::Plus => "+",
        Arithmetic::Minus => "-",
        Arithmetic::Times => "*",
        Arithmetic::Over => "/",
    }
}
