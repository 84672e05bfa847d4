//! How far a reading is from the edges around it, in its unit and in records.
//!
//! 200 of 250 (80 %), target at least 80 %: one record fewer misses it. When
//! the reading is rounded to whole points half up it takes two: 199 of 250 is
//! 79.6 and rounds to 80, 198 of 250 is 79.2 and rounds to 79.

use crate::contract::{Commitment, Contract, Formula, Measure, MeasureKind};
use crate::measured::{CellKey, Segment};
use crate::reading::formula::{Figures, Missing, Source, days_in, gap, series_in, value as formula_value};
use crate::reading::{Reading, Readings};
use crate::value::{Quantity, Ratio};

use super::Distance;
use super::edge::{Around, Edge, edges, higher_is_better};

/// A reading, and what it is judged by.
pub(super) struct Judged<'a> {
    pub contract: &'a Contract,
    pub readings: &'a Readings,
    pub commitment: &'a Commitment,
    pub measure: &'a Measure,
    pub key: &'a CellKey,
    pub reading: &'a Reading,
    pub value: &'a Ratio,
}

/// The nearest edge on the better and on the worse side, nearest first.
pub(super) fn around(judged: &Judged<'_>) -> Vec<Distance> {
    let Judged { commitment, measure, reading, value, .. } = *judged;
    let Some(higher) = higher_is_better(commitment) else { return Vec::new() };
    let level = |formula: &Formula| formula_value(&formula.node, judged).ok();
    let currency = judged.contract.currency;
    let edges = edges(commitment, &Around { value, unit: measure.unit, currency, level: &level });
    let mut distances: Vec<Distance> = [true, false]
        .into_iter()
        .filter_map(|up| {
            let edge = nearest(&edges, value, up)?;
            let records = records(measure, reading, edge, up);
            let name = edge.name(up);
            Some(distance(name, edge, measure, value, up == higher, records))
        })
        .collect();
    distances.sort_by(|a, b| (&a.gap.value, b.better).cmp(&(&b.gap.value, a.better)));
    distances
}

/// The nearest edge not yet passed upward (or downward); see [`Edge::rank`] for ties.
fn nearest<'a>(edges: &'a [Edge], value: &Ratio, up: bool) -> Option<&'a Edge> {
    let ahead = |edge: &&Edge| if up { !edge.above(value) } else { !edge.below(value) };
    let ahead = edges.iter().filter(ahead);
    let by_level = |a: &&Edge, b: &&Edge| if up { a.level.cmp(&b.level) } else { b.level.cmp(&a.level) };
    ahead.min_by(|a, b| by_level(a, b).then(a.rank(up).cmp(&b.rank(up))))
}

fn distance(
    name: String,
    edge: &Edge,
    measure: &Measure,
    value: &Ratio,
    better: bool,
    records: Option<Ratio>,
) -> Distance {
    Distance {
        edge: name,
        level: Quantity::new(edge.level.clone(), measure.unit),
        gap: gap((&edge.level - value).abs(), measure.unit),
        better,
        records,
    }
}

/// The fewest records more (or fewer) above the line that pass the edge, with
/// the measure's rounding; none for what is not a share, or out of reach.
fn records(measure: &Measure, reading: &Reading, edge: &Edge, up: bool) -> Option<Ratio> {
    if !matches!(measure.kind, MeasureKind::Share { .. } | MeasureKind::TopBox { .. }) {
        return None;
    }
    let above = reading.above.as_ref()?.to_i64()?;
    let below = reading.below.as_ref()?.to_i64()?;
    let passes = |change: i64| {
        let above = if up { above + change } else { above - change };
        let exact = Ratio::new(100 * i128::from(above), below)?;
        let value = measure.round.as_ref().map_or_else(|| exact.clone(), |rounding| rounding.apply(&exact));
        Some(if up { edge.above(&value) } else { edge.below(&value) })
    };
    let most = if up { below - above } else { above };
    if most < 1 || !passes(most)? {
        return None;
    }
    let (mut not_enough, mut enough) = (0, most);
    while enough - not_enough > 1 {
        let middle = not_enough + (enough - not_enough) / 2;
        if passes(middle)? { enough = middle } else { not_enough = middle }
    }
    Some(Ratio::whole(enough))
}

/// The readings and facts a level may be worked out from.
impl Figures for Judged<'_> {
    fn figure(&self, source: Source, name: &str) -> Result<Quantity, Missing> {
        let missing = || Missing::Figure { name: name.to_string(), why: "not a reading".to_string() };
        match source {
            Source::Fact => self.contract.facts.get(name).map(|fact| fact.value.clone()).ok_or_else(missing),
            Source::Measure => {
                let reading =
                    self.readings.get(name, self.key.period, &Segment::whole()).ok_or_else(missing)?;
                let value = reading.value.clone().ok_or_else(missing)?;
                Ok(Quantity::new(value, reading.unit))
            }
            Source::Period => days_in(self.readings.periods.get(self.key.period)),
            Source::Series => series_in(self.contract, name, self.readings.periods.get(self.key.period)),
            Source::Charge | Source::Pool => Err(missing()),
        }
    }
}
