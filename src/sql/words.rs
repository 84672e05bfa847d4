//! Nodes of the plan in the contract's words, for the comments of the text.

use crate::contract::{Arithmetic, Direction, Value, Window, WindowLength};
use crate::plan::{Node, NodeId, Plan, Question, Scan};
use crate::value::{LocalTime, Quantity, Ratio, Unit};

/// How deep a condition is told before it is cut.
const DEPTH: u32 = 6;
/// How many letters a comment has before it is cut.
const LENGTH: usize = 160;

/// What a node says.
pub(super) fn node(plan: &Plan, scan: &Scan, id: NodeId) -> String {
    cut(&Teller { plan, scan }.node(id, DEPTH))
}

/// On one line, and not endless.
pub(super) fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or(&line)),
        None => line,
    }
}

/// What a look-ahead asks.
pub(super) fn question(question: &Question) -> String {
    let direction = match question.direction {
        Direction::Followed => "followed by",
        Direction::Preceded => "preceded by",
        Direction::StartsCase => "starts a case of",
        Direction::StillIn => "still in",
    };
    let least = match &question.least {
        None => String::new(),
        Some((None, least)) => format!(" at least {least} of"),
        Some((Some(_), least)) => format!(" at least {least} in all of"),
    };
    let day = if question.other_day { ", on another day" } else { "" };
    let window = question.window.map_or(String::new(), |window| format!(", {}", reach(window)));
    format!("{direction}{least} the records searched{day}{window}")
}

/// How far a window goes.
pub(super) fn reach(window: Window) -> String {
    let length = match window.length {
        WindowLength::Elapsed(micros) => {
            Quantity::new(Ratio::decimal(micros.into(), 6), Unit::Duration).to_string()
        }
        WindowLength::CalendarDays(days) => format!("{days} calendar days"),
        WindowLength::Months(months) => format!("{months} months"),
    };
    if window.inclusive { format!("within {length}") } else { format!("in less than {length}") }
}

struct Teller<'a> {
    plan: &'a Plan,
    scan: &'a Scan,
}

impl Teller<'_> {
    fn node(&self, id: NodeId, depth: u32) -> String {
        let (Some(node), Some(below)) = (self.scan.nodes.get(id.0), depth.checked_sub(1)) else {
            return "…".to_string();
        };
        let one = |id: &NodeId| self.node(*id, below);
        let list = |all: &[NodeId], between: &str| all.iter().map(one).collect::<Vec<_>>().join(between);
        match node {
            Node::Const(value) => shown(value),
            Node::Field(name) => name.clone(),
            Node::Id => "the id".to_string(),
            Node::Not(a) => format!("not ({})", one(a)),
            Node::And(all) => list(all, " and "),
            Node::Or(all) => format!("({})", list(all, " or ")),
            Node::Compare(compare, a, b) => {
                format!("{} {} {}", one(a), super::number::sign(*compare), one(b))
            }
            Node::OneOf(a, values) => {
                let values: Vec<String> = values.iter().map(shown).collect();
                format!("{} in ({})", one(a), values.join(", "))
            }
            Node::Missing(a) => format!("{} is missing", one(a)),
            Node::Arithmetic(op, a, b) => format!("({} {} {})", one(a), arithmetic(*op), one(b)),
            Node::Elapsed(a, b) => format!("time from {} to {}", one(a), one(b)),
            Node::Business { from, to, clock, .. } => {
                let clock = self.plan.clocks.get(*clock).map_or("", |clock| &clock.calendar);
                format!("business time from {} to {} in {clock}", one(from), one(to))
            }
            Node::Rounded(a, rounding) => format!("{} rounded to {}", one(a), rounding.step),
            Node::Extreme(greater, a, b) => {
                format!("the {} of {} and {}", if *greater { "greater" } else { "lesser" }, one(a), one(b))
            }
            Node::Moment(a) => one(a),
            Node::Later(a, months) => format!("{} and {months} months", one(a)),
            Node::Key(all) => list(all, ", "),
            Node::Answer(at) => self.plan.questions.get(*at).map_or(String::new(), question),
            Node::Beyond(at) => format!("beyond allowance {at}"),
            Node::Shared(at) => format!("its share by split {at}"),
            Node::InPart(parts) => {
                let parts: Vec<String> =
                    parts.iter().map(|(node, part)| format!("{part}% where {}", one(node))).collect();
                format!("counts {}, otherwise whole", parts.join(", "))
            }
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("\"{text}\""),
        Value::YesNo(true) => "yes".to_string(),
        Value::YesNo(false) => "no".to_string(),
        Value::Date(date) => date.to_string(),
        Value::Instant(instant) => format!("{} UTC", LocalTime(instant.0)),
    }
}

fn arithmetic(op: Arithmetic) -> &'static str {
    match op {
        Arithmetic::Plus => "+",
        Arithmetic::Minus => "-",
        Arithmetic::Times => "*",
        Arithmetic::Over => "/",
    }
}
