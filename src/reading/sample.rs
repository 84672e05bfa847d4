//! Too few records: not measured, deemed met, pooled with the periods before, or carried into the next.
//!
//! With a minimum of 50, periods of 20, 25 and 30 answers: carried, the third has a reading of 75; pooled,
//! the third has one of 55, as 30 and 25 are enough.

use super::read::{Reader, from_counts, without};
use super::{Basis, Reading, Why, figure};
use crate::contract::{Measure, MeasureKind, Otherwise, Sample};
use crate::measured::{Cell, CellKey};
use crate::value::Ratio;

impl Reader<'_> {
    /// The reading of counts, if there are enough of them.
    pub(super) fn sampled(&self, measure: &Measure, key: &CellKey, cell: &Cell) -> Reading {
        match &measure.sample {
            Some(sample) if sample.otherwise == Otherwise::Carried => {
                self.carried(measure, sample, key, cell)
            }
            Some(sample) if cell.below < Ratio::whole(sample.at_least) => {
                self.too_few(measure, sample, key, cell)
            }
            _ => from_counts(measure, cell, self.basis.clone()),
        }
    }

    fn too_few(&self, measure: &Measure, sample: &Sample, key: &CellKey, cell: &Cell) -> Reading {
        let why = |cell: &Cell| Why::TooFew { n: cell.below.clone(), needed: sample.at_least };
        if sample.otherwise == Otherwise::Pooled {
            let (pooled, from) = self.pooled(measure, sample, key, cell);
            let reading = from_counts(measure, &pooled, Basis::Pooled { from });
            return match pooled.below.is_zero() {
                true => reading,
                false if pooled.below >= Ratio::whole(sample.at_least) => reading,
                false => without(reading, Basis::NotMeasured(why(&pooled))),
            };
        }
        let reading = from_counts(measure, cell, self.basis.clone());
        if cell.below.is_zero() && !matches!(measure.kind, MeasureKind::Single(_)) {
            return reading;
        }
        match sample.otherwise {
            Otherwise::DeemedMet => without(reading, Basis::DeemedMet(why(cell))),
            _ => without(reading, Basis::NotMeasured(why(cell))),
        }
    }

    /// The cell with what earlier periods, too small by themselves, carried over.
    fn carried(&self, measure: &Measure, sample: &Sample, key: &CellKey, cell: &Cell) -> Reading {
        let mut carried: Option<(Cell, usize)> = None;
        for period in 0..key.period {
            let found = self.found(measure, &CellKey { period, segment: key.segment.clone() });
            let Some(own) = found.and_then(|found| found.cell.as_deref()) else { continue };
            let (mut all, from) = carried.take().unwrap_or_else(|| (own.clone(), period));
            if from != period {
                figure::merge(&mut all, own);
            }
            carried = (all.below < Ratio::whole(sample.at_least)).then_some((all, from));
        }
        let (all, basis) = match carried.filter(|(all, _)| !all.below.is_zero()) {
            None => (cell.clone(), self.basis.clone()),
            Some((mut all, from)) => {
                figure::merge(&mut all, cell);
                let label = self.periods.get(from).map_or_else(String::new, |period| period.label.clone());
                (all, Basis::Carried { from: label })
            }
        };
        let reading = from_counts(measure, &all, basis);
        if all.below.is_zero() || all.below >= Ratio::whole(sample.at_least) {
            return reading;
        }
        let why = Why::CarriedOver { n: all.below.clone(), needed: sample.at_least };
        without(reading, Basis::NotMeasured(why))
    }

    /// The cell with those of the periods before, until there are enough records
    /// or no more periods, and the label of the earliest period drawn on.
    fn pooled(&self, measure: &Measure, sample: &Sample, key: &CellKey, cell: &Cell) -> (Cell, String) {
        let mut pooled = cell.clone();
        let label =
            |period: usize| self.periods.get(period).map_or_else(String::new, |period| period.label.clone());
        let mut from = label(key.period);
        for period in (0..key.period).rev() {
            if pooled.below >= Ratio::whole(sample.at_least) {
                break;
            }
            let earlier = self.found(measure, &CellKey { period, segment: key.segment.clone() });
            if let Some(earlier) = earlier.and_then(|found| found.cell.as_deref()) {
                figure::merge(&mut pooled, earlier);
                from = label(period);
            }
        }
        (pooled, from)
    }
}
