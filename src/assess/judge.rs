//! Judging: the rounded reading against target and minimum.
//!
//! Target at least 80 %, measured 79.996 %: rounded to 0.01 points the reading
//! is 80.00 % and the target is met; unrounded it is missed.

use crate::contract::{Commitment, Contract};
use crate::measured::{CellKey, Segment};
use crate::reading::{Basis, Reading, Readings};
use crate::value::{Quantity, Ratio};

use super::distance::{self, Judged};
use super::{Assessment, Judgement, Status, ground};

/// Compares what was measured with what was promised.
#[must_use]
pub fn assess(contract: &Contract, readings: &Readings) -> Assessment {
    let commitments = contract.commitments_in_order();
    let judgements = (0..readings.periods.len()).flat_map(|period| {
        let of = move |commitment: &&Commitment| judgements(contract, readings, commitment, period);
        commitments.iter().flat_map(of).collect::<Vec<_>>()
    });
    Assessment { judgements: judgements.collect() }
}

/// One judgement, or one for each segment; a measure without any segment is
/// judged as a whole, so that the commitment does not vanish.
fn judgements(
    contract: &Contract,
    readings: &Readings,
    commitment: &Commitment,
    period: usize,
) -> Vec<Judgement> {
    let judge = |key: &CellKey, reading: &Reading| judge(contract, readings, commitment, key, reading);
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

fn judge(
    contract: &Contract,
    readings: &Readings,
    commitment: &Commitment,
    key: &CellKey,
    reading: &Reading,
) -> Judgement {
    let excuse = super::excuse::excuse(contract, readings, &commitment.name, key);
    let excused = excuse.is_some() || matches!(reading.basis, Basis::Excused { .. });
    let value = reading.value.clone().filter(|_| !excused);
    let measure = contract.measures.get(&commitment.measure);
    let status = excuse.map_or_else(|| status(commitment, reading, value.as_ref()), Status::Excused);
    let (distances, (status, grounds)) = match (&value, measure) {
        (Some(value), Some(measure)) => {
            let judged = Judged { contract, readings, commitment, measure, key, reading, value };
            (distance::around(&judged), ground::weigh(&judged, status))
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
        distances,
        grounds,
    }
}

fn status(commitment: &Commitment, reading: &Reading, value: Option<&Ratio>) -> Status {
    match (&reading.basis, value) {
        (Basis::Excused { reason }, _) => Status::Excused(reason.clone()),
        (_, Some(value)) => compared(commitment, value),
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
