//! When the clocks of cases stood still, from the events of each case.

use std::borrow::Cow;

use arrow::array::Array;
use rayon::prelude::*;

use super::clock::{Opening, Stops};
use super::error::EngineError;
use super::frame::Frame;
use super::lookup::Lookup;
use crate::plan::Pauses;

/// The stretches in which each case's clock stood still.
pub(super) fn stops(
    pauses: &Pauses,
    frames: &[Frame],
    opening: &Opening,
) -> Result<Lookup<u128, Stops>, EngineError> {
    let mut events: Vec<(u128, i64, Cow<'_, str>, bool)> = Vec::new();
    for frame in frames {
        let keys = frame.keys(pauses.events.key)?;
        let dates = frame.get(pauses.events.date)?.instants(frame.rows)?;
        let paused = frame.truth(pauses.paused)?.now.yes;
        for (row, (key, at)) in keys.hashes.iter().zip(dates.values()).enumerate() {
            if dates.is_valid(row) && keys.known.as_ref().is_none_or(|known| known.is_valid(row)) {
                events.push((key, *at, frame.id(row), paused.value(row)));
            }
        }
    }
    events.par_sort_unstable();
    let cases = events.chunk_by(|a, b| a.0 == b.0).filter_map(|case| {
        let statuses: Vec<(i64, bool)> = case.iter().map(|(_, at, _, paused)| (*at, *paused)).collect();
        Some((case.first()?.0, Stops::new(&statuses, opening)))
    });
    Ok(cases.collect())
}
