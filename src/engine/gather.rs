//! From counts by cell to what each counter has for each period and segment.
//!
//! The whole of a period is the sum of its segments; for different keys it is
//! their union.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::cells::Cells;
use super::count::Count;
use super::distinct::{Distinct, Keys};
use super::finality::Finality;
use super::scan::{Counts, Part};
use crate::measured::{CellKey, Measured, Segment, Sheet};
use crate::plan::{Counter, Figure, Plan};

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

/// The cells of a grouping in order, with their numbers.
type Listing = Vec<(CellKey, u32)>;

impl Gathered<'_> {
    /// Fills in the cells of all measures and the rows outside all periods.
    pub(super) fn fill(&self) -> Measured {
        let Self { plan, parts, .. } = self;
        let listings: BTreeMap<(&str, usize), Listing> = self
            .cells
            .iter()
            .flat_map(|(table, groupings)| {
                groupings.iter().enumerate().map(|(at, cells)| ((*table, at), listing(cells)))
            })
            .collect();
        let sheets = plan.counters.par_iter().enumerate();
        let sheets: Vec<_> = sheets.map(|(at, counter)| self.sheets(at, counter, &listings)).collect();
        let of = |(name, figure): (&String, &Figure)| (name.clone(), plan.figure_cells(figure, &sheets));
        let cells = |figures: &BTreeMap<String, Figure>| figures.par_iter().map(of).collect();
        let mut measured = Measured {
            cells: cells(&plan.figures),
            others: plan.others.iter().map(|(version, figures)| (*version, cells(figures))).collect(),
            ..Measured::default()
        };
        for counter in &plan.counters {
            let part = parts.get(counter.table.as_str());
            let outside =
                part.and_then(|part| part.outside.get(&counter.grouping)).cloned().unwrap_or_default();
            measured.outside_periods.insert(counter.set.clone(), outside);
        }
        measured
    }

    /// One sheet per cell of a counter, and one for the whole of each period.
    fn sheets(
        &self,
        at: usize,
        counter: &Counter,
        listings: &BTreeMap<(&str, usize), Listing>,
    ) -> BTreeMap<CellKey, Sheet> {
        let empty = Count::default();
        let early = self.parts.get(counter.table.as_str()).and_then(|part| part.counts.get(&at));
        let count = self.late.get(&at).or(early).unwrap_or(&empty);
        let listing = listings.get(&(counter.table.as_str(), counter.grouping));
        let mut rest = listing.map_or(&[][..], Vec::as_slice);
        let ranked = count.ranked();
        let mut sheets: Vec<(CellKey, Sheet)> = Vec::with_capacity(rest.len() + self.plan.periods.len());
        for period in 0..self.plan.periods.len() {
            let (these, later) = rest.split_at(rest.partition_point(|(key, _)| key.period <= period));
            rest = later;
            let keys = self.keys.get(&at);
            let blank = self.finality.unfinished(counter, period);
            let sheet = |cells: &[(CellKey, u32)], keys: Option<&Keys>| {
                let numbers: Vec<u32> = cells.iter().map(|(_, number)| *number).collect();
                let (open, until) = count.open(&numbers);
                let keys = keys.copied().unwrap_or_default();
                Sheet {
                    classes: count.classes(&numbers, counter.classes()),
                    open,
                    until: until.map(|until| self.finality.settled(until)).max(blank),
                    sum: count.sum(&numbers),
                    histogram: ranked.histogram(&numbers),
                    keys: keys.all,
                    keys_above: keys.above,
                }
            };
            let whole = sheet(these, keys.and_then(|keys| keys.wholes.get(period)));
            sheets.push((CellKey { period, segment: Segment::whole() }, whole));
            for one in these.iter().filter(|(key, _)| !key.segment.is_whole()) {
                let keys = keys.and_then(|keys| super::cells::at(&keys.cells, one.1));
                sheets.push((one.0.clone(), sheet(std::slice::from_ref(one), keys)));
            }
        }
        sheets.into_iter().collect()
    }
}

fn listing(cells: &Cells) -> Listing {
    let key = |(period, segment)| CellKey { period, segment };
    let mut listing: Listing = cells.list().into_iter().map(key).zip(0..).collect();
    listing.sort_unstable();
    listing
}
