//! Rights: when they arise, and what they rest on.
//!
//! `in 2 of any 4 periods`, hits in periods 1, 4 and 5: the right arises in 4
//! and continues in 5. `counted anew after each time` it arises in 4, and the
//! hit of 5 is the first of a new count.

use crate::contract::{Contract, Right};
use crate::value::Date;

use super::desk::Desk;
use super::situation::{all, answers};
use super::{Ledger, Trace};

/// A right, as it stands in one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RightLine {
    /// `right.1`
    pub id: String,
    /// The right.
    pub label: String,
    /// The clause it rests on.
    pub clause: Option<String>,
    /// Whether it is there.
    pub state: RightState,
    /// The last day on which notice may be given.
    pub notice: Option<Date>,
    /// The periods it rests on, by label, with their figures.
    pub evidence: Vec<(String, String)>,
    /// The rule and what was found.
    pub trace: Trace,
}

/// Whether a right is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RightState {
    /// It arises in this period.
    Arises,
    /// It arose in the period with this index and its situation still holds.
    Continues(usize),
    /// Its situation does not hold.
    No,
    /// That cannot be known.
    Unknown,
}

impl RightState {
    /// The word used everywhere.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Arises => "arises",
            Self::Continues(_) => "continues",
            Self::No => "does not arise",
            Self::Unknown => "not known",
        }
    }
}

/// Every right in one period.
pub(super) fn rights(desk: &mut Desk<'_>) -> Vec<RightLine> {
    let contract: &Contract = desk.contract;
    let number = contract.rights.iter().enumerate();
    number.map(|(at, right)| line(desk, right, format!("right.{}", at + 1))).collect()
}

fn line(desk: &mut Desk<'_>, right: &Right, id: String) -> RightLine {
    let before = |ledger: &Ledger| ledger.rights.iter().find(|line| line.id == id).map(|line| line.state);
    let earlier: Vec<(usize, RightState)> =
        desk.past.iter().filter_map(|ledger| Some((ledger.period, before(ledger)?))).collect();
    let arose = earlier.iter().rev().find(|(_, state)| *state == RightState::Arises).map(|(at, _)| *at);
    desk.since = arose.filter(|_| right.anew).map_or(0, |at| at + 1);
    let mut trace = desk.trace(|| right.text.clone());
    let found = answers(desk, &right.when, &mut trace);
    desk.since = 0;
    let known = earlier.iter().rev().map(|(_, state)| *state).find(|state| *state != RightState::Unknown);
    let held = matches!(known, Some(RightState::Arises | RightState::Continues(_))) && !right.anew;
    let state = match all(&found) {
        Some(true) => arose.filter(|_| held).map_or(RightState::Arises, RightState::Continues),
        Some(false) => RightState::No,
        None => RightState::Unknown,
    };
    for answer in &found {
        let holds = match answer.truth {
            Some(true) => "holds",
            Some(false) => "does not hold",
            None => "not known",
        };
        trace.step(|| format!("{}: {holds}", answer.says));
    }
    let evidence = found.iter().flat_map(|answer| &answer.evidence);
    let evidence = evidence.map(|(period, figure)| (desk.label(*period), figure.clone())).collect();
    let since = match state {
        RightState::Arises => Some(desk.period),
        RightState::Continues(since) => Some(since),
        _ => None,
    };
    let ended = since.and_then(|at| desk.readings.periods.get(at)).map(|period| period.last);
    let notice = right.notice.zip(ended).and_then(|(notice, last)| notice.after(last));
    let (label, clause) = (right.label.clone(), right.clause.clone());
    RightLine { id, label, clause, state, notice, evidence, trace }
}
