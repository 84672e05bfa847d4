//! Gates: bonuses only if.

use crate::assess::{Assessment, Status};
use crate::contract::{Gate, GateCondition, PaySide};
use crate::reading::Basis;
use crate::value::{Quantity, Ratio};

use super::desk::{Desk, note};
use super::due::Due;
use super::ledger::Statement;
use super::{Line, LineKind, Trace};

/// Applies every gate to the bonuses that caps have left.
pub(super) fn gates(desk: &Desk<'_>, assessment: &Assessment, statement: &mut Statement) {
    for (at, gate) in desk.contract.gates.iter().enumerate() {
        let mut trace = Trace { rule: gate.text.clone(), ..Trace::default() };
        let open = gate.conditions.iter().fold(true, |open, condition| {
            let holds = holds(desk, assessment, gate, condition, &mut trace);
            open && holds
        });
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
    trace.steps.push(format!("{says}: {away} falls away"));
    statement.say(&lines, &format!("{label}: {says}"));
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

fn holds(
    desk: &Desk<'_>,
    assessment: &Assessment,
    gate: &Gate,
    condition: &GateCondition,
    trace: &mut Trace,
) -> bool {
    let (holds, says) = match condition {
        GateCondition::Measure(name, level) => on_measure(desk, name, level, trace),
        GateCondition::EveryMet => every(desk, assessment, |status| *status == Status::Met, "met"),
        GateCondition::EveryAtMinimum => {
            every(desk, assessment, |status| *status != Status::BelowMinimum, "at least at minimum")
        }
    };
    let unmeasured =
        if gate.open_if_unmeasured { "which counts as holding" } else { "which closes the gate" };
    trace.steps.push(match holds {
        Some(true) => format!("{says}: holds"),
        Some(false) => format!("{says}: does not hold"),
        None => format!("{says}, {unmeasured}"),
    });
    holds.unwrap_or(gate.open_if_unmeasured)
}

fn on_measure(
    desk: &Desk<'_>,
    name: &str,
    level: &crate::contract::Level,
    trace: &mut Trace,
) -> (Option<bool>, String) {
    let Some(reading) = desk.reading(name) else { return (None, format!("`{name}` was not reported")) };
    let says = match &reading.value {
        Some(value) => format!("`{name}` is {}", Quantity::new(value.clone(), reading.unit)),
        None => format!("`{name}` is {}", reading.working),
    };
    note(trace, desk.measure_input(name, reading));
    let holds = match (&reading.basis, &reading.value) {
        (Basis::Excused { .. } | Basis::NotMeasured(_), _) => None,
        (_, Some(value)) => Some(level.holds(value)),
        (Basis::DeemedMet(_), None) => Some(true),
        (_, None) => Some(false),
    };
    (holds, says)
}

/// Whether every commitment with a verdict is `good`; one without a reading
/// leaves it open unless another is not.
fn every(
    desk: &Desk<'_>,
    assessment: &Assessment,
    good: fn(&Status) -> bool,
    word: &str,
) -> (Option<bool>, String) {
    let here = || assessment.judgements.iter().filter(|judgement| judgement.period == desk.period);
    let unknown = |status: &Status| matches!(status, Status::Excused(_) | Status::NotMeasured(_));
    let bad = here().find(|judgement| {
        !unknown(&judgement.status) && judgement.status != Status::NoTarget && !good(&judgement.status)
    });
    if let Some(bad) = bad {
        return (
            Some(false),
            format!("every commitment is {word}; `{}` is {}", bad.commitment, bad.status.word()),
        );
    }
    match here().find(|judgement| unknown(&judgement.status)) {
        Some(open) => {
            (None, format!("every commitment is {word}; `{}` is {}", open.commitment, open.status.word()))
        }
        None => (Some(true), format!("every commitment is {word}")),
    }
}
