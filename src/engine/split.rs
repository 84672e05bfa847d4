//! Records that share one with those near them.
//!
//! A customer was served on 3 January, 20 March and 2 July, and contacts within
//! 4 months share: the first two lie within 4 months of one another, and so do
//! the last two. They count 1/2, 1/3 and 1/2.

use std::collections::BTreeMap;

use arrow::array::{Array, StringArray};

use super::cells::texts;
use super::error::EngineError;
use super::frame::Frame;
use super::keyed::Frames;
use super::numbers::{Numbers, Units};
use super::offsets::Offsets;
use super::window;
use crate::plan::Split;
use crate::value::Ratio;

/// A record: moment, batch and row.
type Record = (i64, usize, usize);

/// What each record counts, batch by batch of the base table.
pub(super) fn shares(split: &Split, frames: &Frames, offsets: &Offsets) -> Result<Vec<Numbers>, EngineError> {
    let base = frames.get(&split.base.table).map_or(&[][..], Vec::as_slice);
    let mut groups: BTreeMap<Vec<String>, Vec<Record>> = BTreeMap::new();
    for (at, frame) in base.iter().enumerate() {
        collect(split, at, frame, offsets, &mut groups)?;
    }
    let mut parts: Vec<Vec<Ratio>> = base.iter().map(|frame| vec![Ratio::one(); frame.rows]).collect();
    for records in groups.values_mut() {
        records.sort_unstable();
        let ends: Vec<i64> =
            records.iter().map(|(moment, ..)| window::end(Some(split.window), *moment, offsets)).collect();
        for ((moment, frame, row), end) in records.iter().zip(&ends) {
            let from = ends.partition_point(|end| end < moment);
            let to = records.partition_point(|(other, ..)| other <= end);
            let part = Ratio::new(1, i64::try_from(to.saturating_sub(from)).unwrap_or(i64::MAX));
            if let Some(slot) = parts.get_mut(*frame).and_then(|parts| parts.get_mut(*row)) {
                *slot = part.unwrap_or_else(Ratio::one);
            }
        }
    }
    Ok(parts.into_iter().map(|parts| Numbers { units: Units::Exact(parts), known: None }).collect())
}

/// The records of a batch by the values of their keys; those with all keys and a date.
fn collect(
    split: &Split,
    at: usize,
    frame: &Frame,
    offsets: &Offsets,
    groups: &mut BTreeMap<Vec<String>, Vec<Record>>,
) -> Result<(), EngineError> {
    let dates = frame.get(split.base.date)?.instants(frame.rows)?;
    let member = frame.truth(split.base.member)?.now.yes;
    let by = split.base.by.iter();
    let by: Vec<StringArray> =
        by.map(|node| texts(frame.get(*node)?, frame.rows, offsets)).collect::<Result<_, _>>()?;
    for row in member.set_indices().filter(|row| dates.is_valid(*row)) {
        let key = by.iter().map(|values| values.is_valid(row).then(|| values.value(row).to_string()));
        if let Some(key) = key.collect::<Option<Vec<String>>>() {
            groups.entry(key).or_default().push((dates.value(row), at, row));
        }
    }
    Ok(())
}
