//! How a period in progress can still end: the range of each judged reading,
//! and what it takes from here to reach each edge.
//!
//! 27 days of June are over, 270 of 360 contacts resolved (75 %). If as many
//! come as so far, 40 more are to come: the month ends between 270 of 400
//! (67.5 %) and 310 of 400 (77.5 %), and `at least 76%` takes 34 of the next 40.

use crate::contract::{Commitment, Contract, Formula, Measure, MeasureKind};
use crate::measured::{CellKey, Segment};
use crate::reading::{Reading, Readings};
use crate::value::{Instant, Period, Quantity, Ratio};

use super::Assessment;
use super::distance::Judged;
use super::edge::{Around, Edge, edges, higher_is_better};

/// How one judged reading can still end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// The commitment.
    pub commitment: String,
    /// The segment.
    pub segment: Segment,
    /// How many records are still to come, if as many come as so far; for a
    /// count or sum, how much.
    pub rest: Ratio,
    /// The lowest and highest it can end at then; none for what has no bounds.
    pub range: Option<(Quantity, Quantity)>,
    /// What it takes to be on the better side of each edge, best first.
    pub needs: Vec<Need>,
}

/// What it takes to be on the better side of an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The edge: `target 75%`.
    pub edge: String,
    /// From here on.
    pub takes: Takes,
}

/// What the rest of a period has to bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Takes {
    /// Nothing: whatever comes, it stays on the better side.
    Nothing,
    /// More than can be had.
    TooMuch,
    /// At least so many of the records to come above the line.
    AtLeast(Ratio),
    /// At most so many of the records to come above the line.
    AtMost(Ratio),
    /// The values to come have to be at least this on average.
    MeanAtLeast(Quantity),
    /// The values to come may be at most this on average.
    MeanAtMost(Quantity),
    /// At least so much more.
    More(Quantity),
    /// At most so much more.
    NoMoreThan(Quantity),
}

/// The outlook of a period whose data ends at `until`, before the period does.
#[must_use]
pub fn outlook(
    contract: &Contract,
    readings: &Readings,
    assessment: &Assessment,
    period: usize,
    until: Instant,
) -> Vec<Outlook> {
    let Some(days) = readings.periods.get(period) else { return Vec::new() };
    let Some(pace) = pace(days, until) else { return Vec::new() };
    let version = contract.in_period(&readings.periods, period);
    let judged = assessment.judgements.iter().filter(|it| it.period == period && it.value.is_some());
    let one = |it: &super::Judgement| {
        let own = version.commitments.get(&it.commitment)?;
        let levels = (it.target.clone(), it.minimum.clone());
        let commitment = &Commitment { target: levels.0, minimum: levels.1, ..own.clone() };
        let measure = version.measures.get(&own.measure)?;
        let key = &CellKey { period, segment: it.segment.clone() };
        let reading = readings.measures.get(&own.measure)?.get(key)?;
        let value = reading.value.as_ref()?;
        let judged = Judged { contract: version, readings, commitment, measure, key, reading, value };
        judged.outlook(&pace)
    };
    judged.filter_map(one).collect()
}

/// What is still to come for each one that came; none before anything came.
fn pace(period: &Period, until: Instant) -> Option<Ratio> {
    let (gone, left) = (until.0 - period.start.0, period.end.0 - until.0);
    Ratio::new(left, gone).filter(|_| gone > 0 && left > 0)
}

impl Judged<'_> {
    fn outlook(&self, pace: &Ratio) -> Option<Outlook> {
        let higher = higher_is_better(self.commitment)?;
        let (above, below) = (self.reading.above.clone()?, self.reading.below.clone());
        let come = match &self.measure.kind {
            MeasureKind::Single(_) => above.clone(),
            _ => below.clone()?,
        };
        let rest = (&(&come * pace) + &Ratio::decimal(5, 1)).floor();
        let counts = Counts { above, below: below.unwrap_or_default(), rest: rest.clone() };
        let share = matches!(self.measure.kind, MeasureKind::Share { .. } | MeasureKind::TopBox { .. });
        let known = share || matches!(self.measure.kind, MeasureKind::Mean { .. } | MeasureKind::Single(_));
        if !known || rest.is_zero() {
            return None;
        }
        let range = if share { counts.range(self.measure, self.reading) } else { None };
        Some(Outlook {
            commitment: self.commitment.name.clone(),
            segment: self.key.segment.clone(),
            rest,
            range,
            needs: self.needs(&counts, higher),
        })
    }

    fn needs(&self, counts: &Counts, higher: bool) -> Vec<Need> {
        let level = |formula: &Formula| crate::reading::formula::value(&formula.node, self).ok();
        let currency = self.contract.currency;
        let around = Around { value: self.value, unit: self.measure.unit, currency, level: &level };
        let mut all = edges(self.commitment, &around);
        all.sort_by(|a, b| a.level.cmp(&b.level).then(a.rank(higher).cmp(&b.rank(higher))));
        all.dedup_by(|a, b| a.level == b.level);
        if higher {
            all.reverse();
        }
        let need = |edge: &Edge| {
            let takes = match &self.measure.kind {
                MeasureKind::Mean { .. } => counts.mean(self.measure, edge, higher),
                MeasureKind::Single(_) => counts.sum(self.measure, edge, higher),
                _ => counts.share(self.measure, edge, higher),
            };
            Some(Need { edge: edge.name(higher), takes: takes? })
        };
        all.iter().filter_map(need).collect()
    }
}

/// What there is so far, and how many are to come.
struct Counts {
    above: Ratio,
    below: Ratio,
    rest: Ratio,
}

impl Counts {
    /// The reading if so many of those to come are above the line.
    fn with(&self, measure: &Measure, more: &Ratio) -> Option<Ratio> {
        let whole = &self.below + &self.rest;
        let exact = (&(&self.above + more) * &Ratio::whole(100)).over(&whole)?;
        Some(measure.round.as_ref().map_or_else(|| exact.clone(), |round| round.apply(&exact)))
    }

    /// From none of those to come to all; what is counted and still open may turn either way.
    fn range(&self, measure: &Measure, reading: &Reading) -> Option<(Quantity, Quantity)> {
        let open = Ratio::whole(reading.open);
        let least = (&self.above - &open).max(Ratio::zero());
        let most = (&self.above + &open).min(self.below.clone());
        let low = Self { above: least, below: self.below.clone(), rest: self.rest.clone() };
        let high = Self { above: most, below: self.below.clone(), rest: self.rest.clone() };
        let quantity = |value| Quantity::new(value, measure.unit);
        Some((quantity(low.with(measure, &Ratio::zero())?), quantity(high.with(measure, &self.rest)?)))
    }

    /// The fewest (or most) of those to come that leave a share on the better side.
    fn share(&self, measure: &Measure, edge: &Edge, higher: bool) -> Option<Takes> {
        let rest = self.rest.to_i64()?;
        let holds = |more: i64| {
            let value = self.with(measure, &Ratio::whole(more))?;
            Some(if higher { edge.above(&value) } else { edge.below(&value) })
        };
        let (none, all) = (holds(0)?, holds(rest)?);
        if none && all {
            return Some(Takes::Nothing);
        }
        if !none && !all {
            return Some(Takes::TooMuch);
        }
        let (mut low, mut high) = (0, rest);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if holds(middle)? == higher { high = middle } else { low = middle }
        }
        Some(if higher { Takes::AtLeast(Ratio::whole(high)) } else { Takes::AtMost(Ratio::whole(low)) })
    }

    /// What the values to come may be on average, before rounding.
    fn mean(&self, measure: &Measure, edge: &Edge, higher: bool) -> Option<Takes> {
        let whole = &self.below + &self.rest;
        let mean = (&(&edge.level * &whole) - &self.above).over(&self.rest)?;
        let mean = Quantity::new(mean, measure.unit);
        Some(if higher { Takes::MeanAtLeast(mean) } else { Takes::MeanAtMost(mean) })
    }

    /// How much more it takes, or may be.
    fn sum(&self, measure: &Measure, edge: &Edge, higher: bool) -> Option<Takes> {
        let more = &edge.level - &self.above;
        Some(match (higher, more.is_positive()) {
            (true, false) => Takes::Nothing,
            (true, true) => Takes::More(Quantity::new(more, measure.unit)),
            (false, _) if more.is_negative() => Takes::TooMuch,
            (false, _) => Takes::NoMoreThan(Quantity::new(more, measure.unit)),
        })
    }
}
