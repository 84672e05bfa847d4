//! Judging: the rounded reading against target and minimum.
//!
//! Target at least 80 %, measured 79.996 %: rounded to 0.01 points the reading
//! is 80.00 % and the target is met; unrounded it is missed.

use crate::contract::{Commitment, Contract};
use crate::measured::{CellKey, Segment};
use crate::reading::{Basis, Reading, Readings};
use crate::value::{Quantity, Ratio};

use super::distance::{self, Judged};
use super::force::{Force, Scene, in_force};
use super::{Assessment, Judgement, Status, ground};

/// Compares what was measured with what was promised.
#[must_use]
pub fn assess(contract: &Contract, readings: &Readings) -> Assessment {
    judged(contract, readings, true)
}

/// The verdicts alone, without how far readings are from the next edge: all
/// that money depends on.
pub(crate) fn verdicts(contract: &Contract, readings: &Readings) -> Assessment {
    judged(contract, readings, false)
}

fn judged(contract: &Contract, readings: &Readings, near: bool) -> Assessment {
    let mut judged: Vec<Judgement> = Vec::new();
    for period in 0..readings.periods.len() {
        let version = contract.in_period(&readings.periods, period);
        for commitment in version.commitments_in_order() {
            let since = since(contract, readings, commitment, period);
            let own = |it: &&Judgement| it.commitment == commitment.name && it.period >= since;
            let moves = !commitment.levels.moves.is_empty();
            let before: Vec<&Judgement> = judged.iter().filter(|it| moves && own(it)).collect();
            let scene = Scene { contract: version, readings, period, before: &before, near };
            judged.extend(judgements(&scene, commitment));
        }
    }
    Assessment { judgements: judged }
}

/// The first period since which the commitment has been as it is now, whatever
/// else an amendment has changed.
fn since(contract: &Contract, readings: &Readings, commitment: &Commitment, period: usize) -> usize {
    let same = |period: &usize| {
        let version = contract.in_period(&readings.periods, *period);
        version.commitments.get(&commitment.name) == Some(commitment)
    };
    if contract.amended.is_empty() { 0 } else { (0..=period).rev().take_while(same).last().unwrap_or(period) }
}

/// One judgement, or one for each segment; a measure without any segment is
/// judged as a whole, so that the commitment does not vanish.
fn judgements(scene: &Scene<'_>, commitment: &Commitment) -> Vec<Judgement> {
    let Scene { readings, period, .. } = *scene;
    let force = in_force(scene, commitment);
    let judge = |key: &CellKey, reading: &Reading| judge(scene, &force, key, reading);
    let by_key = readings.measures.get(&commitment.measure);
    let here = || by_key.into_iter().flatten().filter(|(key, _)| key.period == period);
    let segments: Vec<Judgement> = here()
        .filter(|(key, _)| commitment.each && !key.segment.is_whole())
        .map(|(key, reading)| judge(key, reading))
        .collect();
    if !segments.is_empty() {
        return segments;
    }
    here().filter(|(key, _)| key.segment.is_whole()).map(|(key, reading)| judge(key, reading)).collect()
}

fn judge(scene: &Scene<'_>, force: &Force<'_>, key: &CellKey, reading: &Reading) -> Judgement {
    let Scene { contract, readings, near, .. } = *scene;
    let commitment = force.commitment.as_ref();
    let excuse = super::excuse::excuse(contract, readings, &commitment.name, key);
    let excused = excuse.is_some() || matches!(reading.basis, Basis::Excused { .. });
    let value = reading.value.clone().filter(|_| !excused);
    let measure = contract.measures.get(&commitment.measure);
    let status = excuse.map_or_else(|| status(force, reading, value.as_ref()), Status::Excused);
    let (distances, (status, grounds)) = match (&value, measure) {
        (Some(value), Some(measure)) => {
            let judged = Judged { contract, readings, commitment, measure, key, reading, value };
            let distances = if near { distance::around(&judged) } else { Vec::new() };
            (distances, ground::weigh(&judged, status))
        }
        _ => (Vec::new(), (status, Vec::new())),
    };
    Judgement {
        commitment: commitment.name.clone(),
        period: key.period,
        segment: key.segment.clone(),
        status,
        provisional: reading.is_provisional(),
        value: value.map(|value| Quantity::new(value, reading.unit)),
        target: commitment.target.clone(),
        minimum: commitment.minimum.clone(),
        evidence: force.evidence.clone(),
        unpaid: readings.periods.get(key.period).and_then(|it| commitment.unpaid_on(it.first)).cloned(),
        distances,
        grounds,
    }
}

fn status(force: &Force<'_>, reading: &Reading, value: Option<&Ratio>) -> Status {
    let commitment = force.commitment.as_ref();
    match (&reading.basis, value) {
        (Basis::Excused { reason }, _) => Status::Excused(reason.clone()),
        (_, Some(value)) => match &force.open {
            Some(why) => Status::NotJudged(why.clone()),
            None => compared(commitment, value),
        },
        (Basis::DeemedMet(_), None) => Status::Met,
        (Basis::DeemedMissed(_), None) if commitment.minimum.is_some() => Status::BelowMinimum,
        (Basis::DeemedMissed(_), None) => Status::Missed,
        (_, None) => Status::NotMeasured(reading.why().unwrap_or_default()),
    }
}

fn compared(commitment: &Commitment, value: &Ratio) -> Status {
    let target = commitment.target.as_ref().map(|level| level.holds(value));
    let minimum = commitment.minimum.as_ref().is_none_or(|level| level.holds(value));
    match (target, minimum) {
        (Some(true), _) => Status::Met,
        (_, false) => Status::BelowMinimum,
        (Some(false), true) => Status::Missed,
        (None, true) => Status::NoTarget,
    }
}

impl Judgement {
    /// Whether it counts toward streaks, numbers of periods, rights and gates:
    /// not in a phase that says otherwise.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.unpaid.as_ref().is_none_or(|unpaid| unpaid.counts)
    }

    /// Why nothing can be due for it, whatever it pays by.
    #[must_use]
    pub fn nothing_due(&self) -> Option<String> {
        let open = match &self.status {
            Status::NotJudged(why) => Some(format!("not judged: {why}")),
            _ => None,
        };
        self.unpaid.as_ref().map(|unpaid| unpaid.text.clone()).or(open)
    }

    /// The key of the reading that was judged.
    #[must_use]
    pub fn key(&self) -> CellKey {
        CellKey { period: self.period, segment: self.segment.clone() }
    }

    /// Whether it is about all records together.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.segment == Segment::whole()
    }
}
