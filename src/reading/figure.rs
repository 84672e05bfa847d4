//! From the counts of one cell to an exact value.
//!
//! Answers 5, 4, 4, 3, 1 kept as a histogram; the 90th percentile is 5 by
//! nearest rank (position ceil(0.9 × 5) = 5) and 4.6 by linear interpolation
//! (position 1 + 0.9 × 4 = 4.6, between the fourth value 4 and the fifth 5).

use crate::contract::{Measure, MeasureKind, PercentileMethod, ScoreKind};
use crate::measured::{Cell, Histogram, Tally};
use crate::value::{Quantity, Ratio, Unit};

/// The value of `measure` for the counts of `cell`, before rounding; none when
/// there is nothing below the line.
#[must_use]
pub fn exact(measure: &Measure, cell: &Cell) -> Option<Ratio> {
    match &measure.kind {
        MeasureKind::Single(_) => Some(cell.above.clone()),
        MeasureKind::Percentile { percent, method, .. } => percentile(&cell.histogram, percent, *method),
        MeasureKind::Extreme { highest, .. } => {
            let mut values = cell.histogram.iter().map(|(value, _)| value);
            if *highest { values.next_back().cloned() } else { values.next().cloned() }
        }
        MeasureKind::Scored { low, high, score: ScoreKind::Rescaled, .. } => {
            let mean = cell.above.over(&cell.below)?;
            (&mean - low).over(&(high - low)).map(|part| &part * &Ratio::whole(100))
        }
        _ => cell.above.over(&cell.below).map(|quotient| &quotient * &factor(measure)),
    }
}

/// What the quotient of the two figures is multiplied by.
pub(super) fn factor(measure: &Measure) -> Ratio {
    match &measure.kind {
        MeasureKind::Rate { per, .. } => per.clone(),
        _ if measure.is_net() => Ratio::whole(100),
        MeasureKind::Mean { .. } => Ratio::one(),
        _ if measure.unit == Unit::Percent => Ratio::whole(100),
        _ => Ratio::one(),
    }
}

/// Whether a value of this measure is one figure over another.
pub(super) fn is_fraction(measure: &Measure) -> bool {
    !matches!(
        measure.kind,
        MeasureKind::Single(_)
            | MeasureKind::Percentile { .. }
            | MeasureKind::Extreme { .. }
            | MeasureKind::Weighted(_)
            | MeasureKind::OverSegments(_)
            | MeasureKind::Calculated(_)
    )
}

/// The percentile of a histogram, `percent` from 0 to 100.
fn percentile(values: &Histogram, percent: &Ratio, method: PercentileMethod) -> Option<Ratio> {
    let count = Ratio::whole(values.total());
    let share = percent * &Ratio::decimal(1, 2);
    match method {
        PercentileMethod::NearestRank => {
            let rank = (&share * &count).ceil().max(Ratio::one());
            at(values, &rank).cloned()
        }
        PercentileMethod::Linear => {
            let position = &Ratio::one() + &(&share * &(&count - &Ratio::one()));
            let below = at(values, &position.floor())?;
            let above = at(values, &position.ceil())?;
            let part = &position - &position.floor();
            Some(below + &(&part * &(above - below)))
        }
    }
}

/// The value at a position counted from 1.
fn at<'a>(values: &'a Histogram, position: &Ratio) -> Option<&'a Ratio> {
    values.at(u64::try_from(position.to_i64()?).ok()?)
}

/// A number as people read it.
pub(super) fn plain(value: &Ratio) -> String {
    Quantity::new(value.clone(), Unit::Number).to_string()
}

/// The calculation in one line, before rounding.
pub(super) fn working(measure: &Measure, cell: &Cell, exact: &Ratio) -> String {
    let shown = plain;
    let result = Quantity::new(exact.clone(), measure.unit);
    let (above, below) = (shown(&cell.above), shown(&cell.below));
    match &measure.kind {
        MeasureKind::Single(_) => result.to_string(),
        MeasureKind::Percentile { percent, method, .. } => {
            let method = match method {
                PercentileMethod::NearestRank => "nearest rank",
                PercentileMethod::Linear => "linear interpolation",
            };
            format!("percentile {percent} of {below} values, {method} = {result}")
        }
        MeasureKind::Extreme { highest, .. } => {
            format!("{} of {below} values = {result}", if *highest { "highest" } else { "lowest" })
        }
        MeasureKind::Scored { low, high, score: ScoreKind::Rescaled, .. } => {
            format!("({above} / {below} - {low}) / ({high} - {low}) = {result}")
        }
        MeasureKind::Share { .. }
        | MeasureKind::TopBox { .. }
        | MeasureKind::Scored { score: ScoreKind::Bottom { .. }, .. } => {
            format!("{above} of {below} = {result}")
        }
        MeasureKind::Rate { per, .. } => format!("{above} / {below} × {} = {result}", shown(per)),
        _ if measure.is_net() => format!("{above} / {below} × 100 = {result}"),
        MeasureKind::Mean { .. } => {
            let sum = Quantity::new(cell.above.clone(), measure.unit);
            format!("{sum} / {below} = {result}")
        }
        _ => format!("{above} / {below} = {result}"),
    }
}

/// Adds the counts of another period.
pub(super) fn merge(into: &mut Cell, other: &Cell) {
    into.above = &into.above + &other.above;
    into.below = &into.below + &other.below;
    into.squares = into.squares.take().zip(other.squares.as_ref()).map(|(own, more)| &own + more);
    into.histogram.add(&other.histogram);
    for tally in &other.tallies {
        let same =
            |own: &&mut Tally| own.set == tally.set && own.table == tally.table && own.role == tally.role;
        match into.tallies.iter_mut().find(same) {
            Some(own) => add(own, tally),
            None => into.tallies.push(tally.clone()),
        }
    }
    into.open += other.open;
    into.final_from = into.final_from.max(other.final_from);
}

fn add(into: &mut Tally, other: &Tally) {
    for (own, more) in [
        (&mut into.records, other.records),
        (&mut into.outside, other.outside),
        (&mut into.unknown, other.unknown),
        (&mut into.missing, other.missing),
        (&mut into.open, other.open),
        (&mut into.counted, other.counted),
        (&mut into.above, other.above),
        (&mut into.undecided, other.undecided),
    ] {
        *own += more;
    }
    for (reason, count) in &other.excluded {
        *into.excluded.entry(reason.clone()).or_default() += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(values: &[i64], percent: i64, nearest: &str, linear: &str) {
        let mut values = values.to_vec();
        values.sort_unstable();
        let same = values.chunk_by(|a, b| a == b);
        let histogram: Histogram = same.map(|same| (Ratio::whole(same[0]), same.len() as u64)).collect();
        let read = |method| percentile(&histogram, &Ratio::whole(percent), method).unwrap().to_string();
        assert_eq!(read(PercentileMethod::NearestRank), nearest, "{values:?} {percent} nearest");
        assert_eq!(read(PercentileMethod::Linear), linear, "{values:?} {percent} linear");
    }

    #[test]
    fn percentiles_by_both_methods() {
        // Positions by hand: ceil(p n), and 1 + p (n - 1).
        check(&[5, 4, 4, 3, 1], 90, "5", "4.6");
        check(&[15, 20, 35, 40, 50], 40, "20", "29");
        check(&[15, 20, 35, 40, 50], 0, "15", "15");
        check(&[15, 20, 35, 40, 50], 100, "50", "50");
        check(&[1, 2, 3, 4], 50, "2", "2.5");
        check(&[7], 50, "7", "7");
    }

    #[test]
    fn a_percentile_of_nothing_is_nothing() {
        for method in [PercentileMethod::NearestRank, PercentileMethod::Linear] {
            assert_eq!(percentile(&Histogram::default(), &Ratio::whole(50), method), None);
        }
    }
}
