//! One incident, one penalty.
//!
//! INC-17 costs 3,000 on availability, 5,000 on response and 2,000 on repair.
//! With `the highest` 5,000 stays and 5,000 is given back; it stands before
//! caps, so that what is given back frees no room that was never taken.

use std::collections::BTreeMap;

use crate::contract::{OnePenalty, PaySide, Stays};
use crate::value::Ratio;

use super::desk::Desk;
use super::statement::Statement;
use super::{Line, LineKind};

/// The penalties of one incident: per line its commitment's place, the line and the amount.
type Penalties = BTreeMap<usize, (usize, Ratio)>;

/// Leaves one penalty for each incident.
pub(super) fn incidents(desk: &Desk<'_>, statement: &mut Statement) {
    for (at, rule) in desk.contract.governance.incidents.iter().enumerate() {
        for (incident, penalties) in by_incident(desk, rule, statement) {
            if penalties.len() > 1 {
                one(desk, statement, rule, at + 1, &incident, &penalties);
            }
        }
    }
}

/// What is due by incident; a penalty without a known incident stands alone.
fn by_incident(desk: &Desk<'_>, rule: &OnePenalty, statement: &Statement) -> BTreeMap<String, Penalties> {
    let mut found: BTreeMap<String, Penalties> = BTreeMap::new();
    for due in statement.dues.iter().filter(|due| due.side == PaySide::Penalty && due.left.is_positive()) {
        let place = rule.on.iter().position(|name| Some(name) == due.commitment.as_ref());
        let Some((place, line)) = place.zip(statement.lines.get(due.line)) else { continue };
        let commitment = due.commitment.as_ref().and_then(|name| desk.contract.commitments.get(name));
        let measure = commitment.and_then(|it| desk.contract.measures.get(&it.measure));
        let field = measure.and_then(|it| it.by.iter().position(|field| *field == rule.field));
        let incident = field.and_then(|field| line.segment.0.get(field)).and_then(Option::as_ref);
        if let Some(incident) = incident {
            let entry =
                found.entry(incident.clone()).or_default().entry(due.line).or_insert((place, Ratio::zero()));
            entry.1 = &entry.1 + &due.left;
        }
    }
    found
}

fn one(
    desk: &Desk<'_>,
    statement: &mut Statement,
    rule: &OnePenalty,
    number: usize,
    incident: &str,
    penalties: &Penalties,
) {
    let chosen = chosen(desk, rule, incident);
    let stays = penalties.iter().max_by(|(line_a, (place_a, a)), (line_b, (place_b, b))| {
        let by_choice = (Some(*place_a) == chosen).cmp(&(Some(*place_b) == chosen));
        let by_amount = a.cmp(b);
        let by_place = (place_b, line_b).cmp(&(place_a, line_a));
        match rule.stays {
            Stays::First => by_place,
            Stays::Highest => by_amount.then(by_place),
            Stays::Chosen => by_choice.then(by_amount).then(by_place),
        }
    });
    let Some((kept, (_, amount))) = stays.map(|(line, it)| (*line, it.clone())) else { return };
    let mut trace = desk.trace(|| rule.text.clone());
    let mut given_back = Ratio::zero();
    let mut gone = Vec::new();
    for (line, (_, due)) in penalties {
        let id = statement.lines.get(*line).map(|it| it.id.clone()).unwrap_or_default();
        let stays = *line == kept;
        trace.step(|| format!("{id}: {} {}", desk.money(due), if stays { "stays" } else { "gives way" }));
        if !stays {
            given_back = &given_back + due;
            gone.push(*line);
        }
    }
    if rule.stays == Stays::Chosen && chosen.is_none() {
        trace.step(|| "the client has not chosen: the highest stays until then".to_string());
    }
    for due in statement.dues.iter_mut().filter(|due| gone.contains(&due.line)) {
        due.left = Ratio::zero();
    }
    let label = format!("one penalty for {incident}");
    statement.say(&gone, || format!("{label}: gives way"));
    statement.say(&[kept], || format!("{label}: {} stays", desk.money(&amount)));
    statement.lines.push(Line {
        id: format!("incident.{number}[{incident}]"),
        kind: LineKind::Cap,
        label,
        clause: rule.clause.clone(),
        exact: given_back.clone(),
        amount: given_back,
        ..Line::blank(trace)
    });
}

/// The place of the commitment the client chose for an incident.
fn chosen(desk: &Desk<'_>, rule: &OnePenalty, incident: &str) -> Option<usize> {
    let rows = desk.readings.registers.adjustments.iter();
    let mut rows = rows.filter(|row| row.is_approved() && row.action.as_deref() == Some("choose"));
    rows.find_map(|row| {
        let mine = row.record.as_deref() == Some(incident);
        rule.on.iter().position(|name| mine && Some(name) == row.commitment.as_ref())
    })
}
