//! Gates: bonuses only if.

use crate::contract::{Gate, PaySide};
use crate::value::Ratio;

use super::desk::Desk;
use super::due::Due;
use super::situation::{self, Answer};
use super::statement::Statement;
use super::{Line, LineKind, Trace};

/// Applies every gate to the bonuses that caps have left.
pub(super) fn gates(desk: &Desk<'_>, statement: &mut Statement) {
    for (at, gate) in desk.contract.gates.iter().enumerate() {
        let mut trace = desk.trace(|| gate.text.clone());
        let answers = situation::answers(desk, &gate.when, &mut trace);
        let mut open = true;
        for answer in &answers {
            open &= keeps_open(gate, answer, &mut trace);
        }
        enter(desk, statement, gate, at + 1, open, trace);
    }
}

fn enter(
    desk: &Desk<'_>,
    statement: &mut Statement,
    gate: &Gate,
    number: usize,
    open: bool,
    mut trace: Trace,
) {
    let behind = |due: &&mut Due| {
        let named = |name: &String| gate.on.iter().any(|on| on == name);
        due.side == PaySide::Bonus && (gate.on.is_empty() || due.commitment.as_ref().is_some_and(named))
    };
    let mut taken = Ratio::zero();
    let mut lines = Vec::new();
    for due in statement.dues.iter_mut().filter(behind) {
        lines.push(due.line);
        if !open {
            taken = taken + std::mem::take(&mut due.left);
        }
    }
    let label = format!(
        "gate on bonuses{}",
        if gate.on.is_empty() { String::new() } else { format!(" on {}", gate.on.join(", ")) }
    );
    let says = if open { "open" } else { "closed" };
    let away =
        if taken.is_zero() { "nothing".to_string() } else { format!("{} of bonuses", desk.money(&taken)) };
    trace.step(|| format!("{says}: {away} falls away"));
    statement.say(&lines, || format!("{label}: {says}"));
    statement.lines.push(Line {
        id: format!("gate.{number}"),
        kind: LineKind::Gate,
        label,
        clause: gate.clause.clone(),
        exact: -taken.clone(),
        amount: -taken,
        ..Line::blank(trace)
    });
}

/// Whether one part of the condition keeps the gate open; what was found goes into the trace.
fn keeps_open(gate: &Gate, answer: &Answer, trace: &mut Trace) -> bool {
    let says = &answer.says;
    let unmeasured =
        if gate.open_if_unmeasured { "which counts as holding" } else { "which closes the gate" };
    trace.step(|| match answer.truth {
        Some(true) => format!("{says}: holds"),
        Some(false) => format!("{says}: does not hold"),
        None => format!("{says}, {unmeasured}"),
    });
    answer.truth.unwrap_or(gate.open_if_unmeasured)
}
