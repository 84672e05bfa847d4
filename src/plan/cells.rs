//! From what the counters have for each cell to the figures of each measure.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Counter, Figure, Plan, Shape, What};
use crate::measured::sheet::{ABOVE, EXCLUDED, MISSING, OPEN, OUTSIDE, UNDECIDED, UNKNOWN};
use crate::measured::{Cell, CellKey, Measured, Role, Sheet, Tally};
use crate::value::{Instant, Ratio};

impl Counter {
    /// How many classes of records it tells apart.
    #[must_use]
    pub fn classes(&self) -> usize {
        usize::from(EXCLUDED) + self.exclusions.len()
    }
}

impl Plan {
    /// The cells of one figure, from the sheets of all counters in their order.
    #[must_use]
    pub fn figure_cells(
        &self,
        figure: &Figure,
        sheets: &[BTreeMap<CellKey, Sheet>],
    ) -> BTreeMap<CellKey, Cell> {
        figure_cells(self, figure, sheets)
    }

    /// The cells of all measures, from the sheets of all counters in their
    /// order; each has one for the whole of every period.
    #[must_use]
    pub fn cells(&self, sheets: &[BTreeMap<CellKey, Sheet>]) -> Measured {
        let of = |figures: &BTreeMap<String, Figure>| {
            figures.iter().map(|(name, figure)| (name.clone(), figure_cells(self, figure, sheets))).collect()
        };
        Measured {
            cells: of(&self.figures),
            others: self.others.iter().map(|(version, figures)| (*version, of(figures))).collect(),
            ..Measured::default()
        }
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
        let (set, table) = (counter.set.as_str().into(), counter.table.as_str().into());
        Some(Side { role, counter, set, table, sheets })
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
    let shown = |(key, sheet): &(&CellKey, &Sheet)| {
        // Nothing counted is a reading of 0; nothing to set it against is none.
        let some = figure.shape == Shape::Single || sheet.records() > sheet.class(OUTSIDE);
        key.segment.is_whole() || (figure.segments && some)
    };
    if let [Side { sheets, .. }] = sides
        && let [sheets] = sheets.as_slice()
    {
        // How many there are is known before the first is made, so that memory for all is taken once.
        let these: Vec<_> = sheets.iter().filter(|(key, _)| wanted(key)).filter(shown).collect();
        return these
            .into_iter()
            .map(|(key, sheet)| (key.clone(), cell(figure.shape, sides, &[Cow::Borrowed(sheet)])))
            .collect();
    }
    let mut keys: BTreeSet<&CellKey> = BTreeSet::new();
    for side in sides {
        let all = side.sheets.iter().flat_map(|sheets| sheets.iter());
        keys.extend(all.filter(|(key, _)| wanted(key)).filter(shown).map(|(key, _)| key));
    }
    let sheets = |key| sides.iter().map(|side| side.sheet(key)).collect::<Vec<_>>();
    keys.into_iter().map(|key| (key.clone(), cell(figure.shape, sides, &sheets(key)))).collect()
}

/// One side of a figure: a counter, or several alike that are added up.
struct Side<'a> {
    role: Role,
    counter: &'a Counter,
    set: Arc<str>,
    table: Arc<str>,
    sheets: Vec<&'a BTreeMap<CellKey, Sheet>>,
}

impl Side<'_> {
    fn sheet(&self, key: &CellKey) -> Cow<'_, Sheet> {
        if let [sheets] = self.sheets.as_slice()
            && let Some(sheet) = sheets.get(key)
        {
            return Cow::Borrowed(sheet);
        }
        let mut all = Sheet::new(self.counter.classes());
        for sheet in self.sheets.iter().filter_map(|sheets| sheets.get(key)) {
            all.add(sheet);
            all.keys += sheet.keys;
            all.keys_above += sheet.keys_above;
        }
        Cow::Owned(all)
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
            set: Arc::clone(&self.set),
            table: Arc::clone(&self.table),
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

fn cell(shape: Shape, sides: &[Side<'_>], sheets: &[Cow<'_, Sheet>]) -> Cell {
    let ends = sides.first().zip(sides.last()).zip(sheets.first().zip(sheets.last()));
    let Some(((first, last), (upper, lower))) = ends else { return Cell::default() };
    let (above, below) = match shape {
        Shape::Share => (first.above(upper), last.all(lower)),
        Shape::Fraction => (first.all(upper), last.all(lower)),
        Shape::Single => (first.all(upper), Ratio::whole(lower.counted())),
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
        squares: first.squares(upper),
        tallies: sides.iter().zip(sheets).map(|(side, sheet)| side.tally(sheet)).collect(),
        open,
        final_from: upper.until.max(lower.until).and_then(Instant::whole_second_from),
    }
}
