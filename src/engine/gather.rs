//! From counts by cell to the figures of each measure.
//!
//! The whole of a period is the sum of its segments; for different keys it is
//! their union.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::Cells;
use super::count::Count;
use super::decide::{ABOVE, COUNTED, EXCLUDED, MISSING, OPEN, OUTSIDE, UNDECIDED, UNKNOWN, width};
use super::finality::{Finality, final_from};
use super::lookup::Lookup;
use super::scan::{Counts, Part};
use crate::measured::{Cell, CellKey, Measured, Role, Segment, Tally};
use crate::plan::{Counter, Figure, Plan, Shape, What};
use crate::value::Ratio;

/// All that was counted.
pub(super) struct Gathered<'a> {
    pub(super) plan: &'a Plan,
    pub(super) cells: &'a BTreeMap<&'a str, Vec<Cells>>,
    pub(super) parts: &'a BTreeMap<&'a str, Part>,
    /// What had to wait for look-aheads.
    pub(super) late: &'a Counts,
    pub(super) finality: Finality<'a>,
}

impl Gathered<'_> {
    /// Fills in the cells of all measures and the rows outside all periods.
    pub(super) fn fill(&self) -> Measured {
        let Self { plan, cells, parts, late, finality } = self;
        let mut found = Measured::default();
        let measured = &mut found;
        let empty = Count::default();
        let sheets: Vec<BTreeMap<CellKey, Sheet>> = plan
            .counters
            .iter()
            .enumerate()
            .map(|(at, counter)| {
                let early = parts.get(counter.table.as_str()).and_then(|part| part.counts.get(&at));
                let count = late.get(&at).or(early).unwrap_or(&empty);
                let cells = cells.get(counter.table.as_str()).and_then(|all| all.get(counter.grouping));
                sheets(finality, counter, count, &cells.map(Cells::list).unwrap_or_default())
            })
            .collect();
        for (name, figure) in &plan.figures {
            measured.cells.insert(name.clone(), figure_cells(plan, figure, &sheets));
        }
        for (version, figures) in &plan.others {
            let cells =
                figures.iter().map(|(name, figure)| (name.clone(), figure_cells(plan, figure, &sheets)));
            measured.others.insert(*version, cells.collect());
        }
        for counter in &plan.counters {
            let part = parts.get(counter.table.as_str());
            let outside =
                part.and_then(|part| part.outside.get(&counter.grouping)).cloned().unwrap_or_default();
            measured.outside_periods.insert(counter.set.clone(), outside);
        }
        found
    }
}

/// What a counter has for one cell.
#[derive(Debug, Clone, Default)]
struct Sheet {
    classes: Vec<u64>,
    open: u64,
    until: Option<i64>,
    sum: Ratio,
    histogram: BTreeMap<Ratio, u64>,
    keys: u64,
    keys_above: u64,
}

impl Sheet {
    fn new(counter: &Counter) -> Self {
        Self { classes: vec![0; width(counter)], ..Self::default() }
    }

    fn class(&self, class: u16) -> u64 {
        self.classes.get(usize::from(class)).copied().unwrap_or(0)
    }

    fn records(&self) -> u64 {
        self.classes.iter().sum()
    }

    fn counted(&self) -> u64 {
        self.class(COUNTED) + self.class(ABOVE) + self.class(UNDECIDED)
    }

    /// Adds another cell; keys are counted apart.
    fn add(&mut self, other: &Self) {
        for (slot, more) in self.classes.iter_mut().zip(&other.classes) {
            *slot += more;
        }
        self.open += other.open;
        self.until = self.until.max(other.until);
        self.sum = &self.sum + &other.sum;
        for (value, count) in &other.histogram {
            *self.histogram.entry(value.clone()).or_default() += count;
        }
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
    let blank = |period| Sheet { until: finality.unfinished(counter, period), ..Sheet::new(counter) };
    let mut sheets: BTreeMap<CellKey, Sheet> =
        (0..finality.plan.periods.len()).map(|period| (whole(period), blank(period))).collect();
    let histograms = count.histograms();
    for (number, (at, (period, segment))) in (0_u32..).zip(cells.iter().enumerate()) {
        let open = count.open.get(&number);
        let sheet = Sheet {
            classes: count.classes(at, width(counter)),
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
    add_keys(&mut sheets, count, cells);
    sheets
}

/// Counts different keys: in each segment, and over all segments of a period.
fn add_keys(sheets: &mut BTreeMap<CellKey, Sheet>, count: &Count, cells: &[(usize, Segment)]) {
    let mut whole: Lookup<(usize, u128), bool> = Lookup::default();
    let mut tell = |key: &CellKey, above: bool| {
        if let Some(sheet) = sheets.get_mut(key) {
            sheet.keys += 1;
            sheet.keys_above += u64::from(above);
        }
    };
    for ((number, hash), above) in &count.keys {
        let Some((period, segment)) = super::cells::at(cells, *number) else { continue };
        *whole.entry((*period, *hash)).or_default() |= above;
        if !segment.is_whole() {
            tell(&CellKey { period: *period, segment: segment.clone() }, *above);
        }
    }
    for ((period, _), above) in whole {
        tell(&CellKey { period, segment: Segment::whole() }, above);
    }
}

fn figure_cells(
    plan: &Plan,
    figure: &Figure,
    sheets: &[BTreeMap<CellKey, Sheet>],
) -> BTreeMap<CellKey, Cell> {
    let side = |role: Role, counters: &[usize]| {
        let counter = plan.counters.get(*counters.first()?)?;
        let sheets = counters.iter().filter_map(|at| sheets.get(*at)).collect();
        Some(Side { role, counter, sheets })
    };
    let flow: Vec<Side<'_>> = figure.counters.iter().filter_map(|(role, at)| side(*role, &[*at])).collect();
    if figure.cutoffs.is_empty() {
        return side_cells(figure, &flow, |_| true);
    }
    let mut all = BTreeMap::new();
    for (period, sides) in figure.cutoffs.iter().enumerate() {
        let sides: Vec<Side<'_>> =
            sides.iter().filter_map(|(role, counters)| side(*role, counters)).collect();
        all.extend(side_cells(figure, &sides, |key| key.period == period));
    }
    all
}

/// The cells of the keys wanted.
fn side_cells(
    figure: &Figure,
    sides: &[Side<'_>],
    wanted: impl Fn(&CellKey) -> bool,
) -> BTreeMap<CellKey, Cell> {
    let mut keys: BTreeSet<&CellKey> = BTreeSet::new();
    for side in sides {
        let shown = |(key, sheet): &(&CellKey, &Sheet)| {
            // Nothing counted is a reading of 0; nothing to set it against is none.
            let some = figure.shape == Shape::Single || sheet.records() > sheet.class(OUTSIDE);
            key.segment.is_whole() || (figure.segments && some)
        };
        let all = side.sheets.iter().flat_map(|sheets| sheets.iter());
        keys.extend(all.filter(|(key, _)| wanted(key)).filter(shown).map(|(key, _)| key));
    }
    keys.into_iter().map(|key| (key.clone(), cell(figure.shape, sides, key))).collect()
}

/// One side of a figure: a counter, or several alike that are added up.
struct Side<'a> {
    role: Role,
    counter: &'a Counter,
    sheets: Vec<&'a BTreeMap<CellKey, Sheet>>,
}

impl Side<'_> {
    fn sheet(&self, key: &CellKey) -> Sheet {
        let mut all = Sheet::new(self.counter);
        for sheet in self.sheets.iter().filter_map(|sheets| sheets.get(key)) {
            all.add(sheet);
            all.keys += sheet.keys;
            all.keys_above += sheet.keys_above;
        }
        all
    }

    /// The figure of all counted records.
    fn all(&self, sheet: &Sheet) -> Ratio {
        match self.counter.what {
            What::Keys(_) => Ratio::whole(sheet.keys),
            What::Scored { .. } if self.counter.what.parts() => Ratio::whole(sheet.counted()),
            What::Sum(_) | What::NetPromoter(_) | What::Scored { .. } => sheet.sum.clone(),
            What::Records | What::Values(_) | What::TopBox { .. } => Ratio::whole(sheet.counted()),
        }
    }

    /// The figure of those above the line.
    fn above(&self, sheet: &Sheet) -> Ratio {
        match self.counter.what {
            What::Keys(_) => Ratio::whole(sheet.keys_above),
            _ => Ratio::whole(sheet.class(ABOVE)),
        }
    }

    /// Promoters and detractors together: promoters are the class above the
    /// line, and promoters less detractors the sum.
    fn squares(&self, sheet: &Sheet) -> Option<Ratio> {
        let scored = self.counter.what.nets();
        scored.then(|| &Ratio::whole(2 * sheet.class(ABOVE)) - &sheet.sum)
    }

    fn tally(&self, sheet: &Sheet) -> Tally {
        let mut excluded = BTreeMap::new();
        for (class, (_, because)) in (EXCLUDED..).zip(&self.counter.exclusions) {
            let count = sheet.class(class);
            if count > 0 {
                *excluded.entry(because.clone()).or_default() += count;
            }
        }
        let share = self.counter.above.is_some() || self.counter.what.parts();
        Tally {
            set: self.counter.set.clone(),
            table: self.counter.table.clone(),
            role: self.role,
            records: sheet.records(),
            outside: sheet.class(OUTSIDE),
            unknown: sheet.class(UNKNOWN),
            excluded,
            missing: sheet.class(MISSING),
            open: sheet.class(OPEN),
            counted: sheet.counted(),
            above: if share { sheet.class(ABOVE) } else { 0 },
            undecided: sheet.class(UNDECIDED),
        }
    }
}

fn cell(shape: Shape, sides: &[Side<'_>], key: &CellKey) -> Cell {
    let (Some(first), Some(last)) = (sides.first(), sides.last()) else { return Cell::default() };
    let (upper, lower) = (first.sheet(key), last.sheet(key));
    let (above, below) = match shape {
        Shape::Share => (first.above(&upper), last.all(&lower)),
        Shape::Fraction => (first.all(&upper), last.all(&lower)),
        Shape::Single => (first.all(&upper), Ratio::whole(lower.counted())),
        Shape::Percentile => (Ratio::whole(upper.counted()), Ratio::whole(lower.counted())),
    };
    // The two sides of a share are the same records; those of a fraction are not.
    let open = match shape {
        Shape::Fraction => upper.open + lower.open,
        _ => upper.open.max(lower.open),
    };
    Cell {
        above,
        below,
        histogram: upper.histogram.clone(),
        squares: first.squares(&upper),
        tallies: sides.iter().map(|side| side.tally(&side.sheet(key))).collect(),
        open,
        final_from: upper.until.max(lower.until).and_then(final_from),
    }
}
