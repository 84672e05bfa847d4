//! From counts by cell to what each counter has for each period and segment.
//!
//! The whole of a period is the sum of its segments; for different keys it is
//! their union.

use std::collections::BTreeMap;

use super::cells::Cells;
use super::count::Count;
use super::distinct::{Distinct, Keys};
use super::finality::Finality;
use super::scan::{Counts, Part};
use crate::measured::{CellKey, Measured, Segment, Sheet};
use crate::plan::{Counter, Plan};

/// All that was counted.
pub(super) struct Gathered<'a> {
    pub(super) plan: &'a Plan,
    pub(super) cells: &'a BTreeMap<&'a str, Vec<Cells>>,
    pub(super) parts: &'a BTreeMap<&'a str, Part>,
    /// What had to wait for look-aheads.
    pub(super) late: &'a Counts,
    /// Different keys, by counter.
    pub(super) keys: &'a BTreeMap<usize, Distinct>,
    pub(super) finality: Finality<'a>,
}

impl Gathered<'_> {
    /// Fills in the cells of all measures and the rows outside all periods.
    pub(super) fn fill(&self) -> Measured {
        let Self { plan, cells, parts, late, keys, finality } = self;
        let empty = Count::default();
        let sheets: Vec<BTreeMap<CellKey, Sheet>> = plan
            .counters
            .iter()
            .enumerate()
            .map(|(at, counter)| {
                let early = parts.get(counter.table.as_str()).and_then(|part| part.counts.get(&at));
                let count = late.get(&at).or(early).unwrap_or(&empty);
                let cells = cells.get(counter.table.as_str()).and_then(|all| all.get(counter.grouping));
                let cells = cells.map(Cells::list).unwrap_or_default();
                let mut sheets = sheets(finality, counter, count, &cells);
                if let Some(keys) = keys.get(&at) {
                    add_keys(&mut sheets, keys, &cells);
                }
                sheets
            })
            .collect();
        let mut measured = plan.cells(&sheets);
        for counter in &plan.counters {
            let part = parts.get(counter.table.as_str());
            let outside =
                part.and_then(|part| part.outside.get(&counter.grouping)).cloned().unwrap_or_default();
            measured.outside_periods.insert(counter.set.clone(), outside);
        }
        measured
    }
}

/// One sheet per cell, and one for the whole of each period.
fn sheets(
    finality: &Finality<'_>,
    counter: &Counter,
    count: &Count,
    cells: &[(usize, Segment)],
) -> BTreeMap<CellKey, Sheet> {
    let whole = |period| CellKey { period, segment: Segment::whole() };
    let blank =
        |period| Sheet { until: finality.unfinished(counter, period), ..Sheet::new(counter.classes()) };
    let mut sheets: BTreeMap<CellKey, Sheet> =
        (0..finality.plan.periods.len()).map(|period| (whole(period), blank(period))).collect();
    let histograms = count.histograms();
    for (number, (at, (period, segment))) in (0_u32..).zip(cells.iter().enumerate()) {
        let open = count.open.get(&number);
        let sheet = Sheet {
            classes: count.classes(at, counter.classes()),
            open: open.map_or(0, |open| open.0),
            until: open.map(|open| finality.settled(open.1)).max(finality.unfinished(counter, *period)),
            sum: count.sum(number),
            histogram: histograms.get(&number).cloned().unwrap_or_default(),
            keys: 0,
            keys_above: 0,
        };
        if let Some(all) = sheets.get_mut(&whole(*period)) {
            all.add(&sheet);
        }
        if !segment.is_whole() {
            sheets.insert(CellKey { period: *period, segment: segment.clone() }, sheet);
        }
    }
    sheets
}

/// Puts in the different keys: of each segment, and of the whole of each period.
fn add_keys(sheets: &mut BTreeMap<CellKey, Sheet>, found: &Distinct, cells: &[(usize, Segment)]) {
    let mut put = |period: usize, segment: &Segment, keys: &Keys| {
        if let Some(sheet) = sheets.get_mut(&CellKey { period, segment: segment.clone() }) {
            (sheet.keys, sheet.keys_above) = (keys.all, keys.above);
        }
    };
    for (keys, (period, segment)) in
        found.cells.iter().zip(cells).filter(|(_, (_, segment))| !segment.is_whole())
    {
        put(*period, segment, keys);
    }
    for (period, keys) in found.wholes.iter().enumerate() {
        put(period, &Segment::whole(), keys);
    }
}
