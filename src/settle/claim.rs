//! Penalties that are paid only when they are claimed in time.
//!
//! `penalties on uptime only on claim within 21 days`, a penalty for January:
//!
//! | claimed on | data reaches | what becomes of it |
//! |---|---|---|
//! | 21 February | – | stands |
//! | 22 February | 1 March | lapses |
//! | – | 21 February | stands for now; the period is provisional |
//! | – | 22 February | lapses |

use crate::contract::OnClaim;
use crate::measured::Claim;
use crate::value::{Date, Instant, Period, Ratio};

use super::desk::Desk;
use super::statement::Statement;
use super::{Line, LineKind, after, minimum};

const MINUTE: i64 = 60_000_000;

/// Takes away what was not claimed in time.
pub(super) fn claims(desk: &Desk<'_>, statement: &mut Statement) {
    for rule in &desk.contract.remedies.claims {
        let covered = minimum::covered(statement, &rule.on);
        let mut lines: Vec<usize> =
            covered.iter().filter_map(|at| statement.dues.get(*at)).map(|due| due.line).collect();
        lines.dedup();
        for line in lines {
            one(desk, statement, rule, line);
        }
    }
}

fn one(desk: &Desk<'_>, statement: &mut Statement, rule: &OnClaim, line: usize) {
    let left: Ratio = statement.dues.iter().filter(|due| due.line == line).map(|due| due.left.clone()).sum();
    let Some(period) = desk.readings.periods.get(desk.period).filter(|_| left.is_positive()) else { return };
    let of = statement.dues.iter().find(|due| due.line == line).and_then(|due| due.commitment.clone());
    let made = made(desk, of.as_deref(), period);
    let read = desk.readings.registers.totals.contains_key("claims");
    let mut trace = desk.trace(|| rule.text.clone());
    let (stands, says) = match after::last_day(desk.contract, &desk.readings.registers, period, &rule.within)
    {
        Ok(until) if !read => {
            statement.pending = true;
            (
                true,
                format!("not claimed yet; no register of claims was read; it may be claimed until {until}"),
            )
        }
        Ok(until) => match decide(&made, until, data_end(desk)) {
            Some(decided) => decided,
            None => {
                statement.pending = true;
                (true, format!("not claimed yet; it may be claimed until {until}"))
            }
        },
        Err(why) => {
            statement.pending = true;
            (true, format!("until when it may be claimed is not known: {why}"))
        }
    };
    statement.say(&[line], || says.clone());
    trace.step(|| says);
    let mut gone = Ratio::zero();
    for due in statement.dues.iter_mut().filter(|due| due.line == line && !stands) {
        gone = gone + std::mem::take(&mut due.left);
    }
    let Some(claimed) = statement.lines.get(line) else { return };
    let name = claimed.id.strip_prefix("penalty.").unwrap_or(&claimed.id);
    let entered = Line {
        id: format!("claim.{name}"),
        kind: LineKind::Claim,
        label: format!("claim: {}", claimed.label),
        clause: rule.clause.clone(),
        segment: claimed.segment.clone(),
        exact: gone.clone(),
        amount: gone,
        ..Line::blank(trace)
    };
    statement.lines.push(entered);
}

/// The claims made for a commitment in a period.
fn made<'d>(desk: &Desk<'d>, commitment: Option<&str>, period: &Period) -> Vec<&'d Claim> {
    let clause =
        commitment.and_then(|name| desk.contract.commitments.get(name)).and_then(|it| it.clause.as_deref());
    let here = |claim: &&Claim| claim.period.is_some_and(|day| period.first <= day && day <= period.last);
    let for_it = |claim: &&Claim| match (&claim.commitment, &claim.clause) {
        (Some(name), _) => Some(name.as_str()) == commitment,
        (None, Some(named)) => Some(named.as_str()) == clause,
        (None, None) => true,
    };
    desk.readings.registers.claims.iter().filter(here).filter(for_it).collect()
}

/// The last day of which the data knows all claims; none when nothing is said, and all are known.
fn data_end(desk: &Desk<'_>) -> Option<Date> {
    let end = desk.readings.registers.complete_to?;
    // Complete to 23:59 of a day is complete for that day.
    desk.contract.zone.local(Instant(end.0.saturating_add(MINUTE))).date().and_then(Date::before)
}

/// Whether the penalty stands, and why; none while it is not decided.
fn decide(made: &[&Claim], until: Date, known_to: Option<Date>) -> Option<(bool, String)> {
    let days = || made.iter().filter_map(|claim| claim.claimed_on);
    if let Some(day) = days().filter(|day| *day <= until).min() {
        return Some((true, format!("claimed on {day}, in time until {until}")));
    }
    if known_to.is_some_and(|known| known < until) {
        return None;
    }
    let says = match days().min() {
        Some(day) => format!("claimed on {day}, too late: it could be claimed until {until}; it lapses"),
        None if !made.is_empty() => {
            format!("claimed without a date: it could be claimed until {until}; it lapses")
        }
        None => format!("not claimed until {until}: it lapses"),
    };
    Some((false, says))
}
