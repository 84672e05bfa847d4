//! Baselines: a figure taken once from past periods, and then fixed.
//!
//! Nine months of 92.1, 93.4, 91.8, 94.0, 93.1, 92.7, 93.9, 94.4 and 92.2 %
//! have the average 93.0667 %, rounded 93.07 %, and the lowest is 91.8 %.

use super::Readings;
use super::formula::{Missing, rounding_words};
use super::past::Look;
use crate::contract::{Baseline, Contract};
use crate::measured::Segment;
use crate::value::{Quantity, Ratio};

/// A baseline with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fixed {
    /// The figure.
    pub value: Quantity,
    /// The figure of each period it was taken from, with the period's label.
    pub evidence: Vec<(String, Quantity)>,
    /// Whether a reading behind it can still change.
    pub provisional: bool,
}

/// What a baseline is in the period with this index, or why it is not fixed.
pub(crate) fn fixed(
    contract: &Contract,
    readings: &Readings,
    period: usize,
    baseline: &Baseline,
) -> Result<Fixed, Missing> {
    let missing = |why: String| Missing::Figure { name: baseline.name.clone(), why };
    let periods = &readings.periods;
    if periods.get(period).is_none_or(|period| period.first < baseline.fixed) {
        return Err(missing(format!("fixed on {}", baseline.fixed)));
    }
    let start = periods.iter().position(|period| period.first == baseline.from);
    let start =
        start.ok_or_else(|| missing(format!("the period from {} is not evaluated", baseline.from)))?;
    let now = start + baseline.count.saturating_sub(1);
    let look = Look { contract, periods, now, since: 0 };
    let whole = Segment::whole();
    let reading = |period: usize| readings.get(&baseline.measure, period, &whole);
    let found = look.measured(&baseline.past, &reading)?;
    let value = baseline.rounding.as_ref().map_or_else(|| found.value.clone(), |it| it.apply(&found.value));
    let evidence = (start..=now).filter_map(|period| {
        let reading = reading(period)?;
        let value: Option<Ratio> = reading.value.clone();
        Some((look.label(period).to_string(), Quantity::new(value?, reading.unit)))
    });
    let provisional = (start..=now).filter_map(reading).any(super::Reading::is_provisional);
    Ok(Fixed { value: Quantity::new(value, found.unit), evidence: evidence.collect(), provisional })
}

impl Fixed {
    /// `93.07% = average of 92.1% (2026-01), … rounded to 0.01 points half up, fixed 2026-10-01`
    pub(crate) fn words(&self, baseline: &Baseline) -> String {
        let each: Vec<String> =
            self.evidence.iter().map(|(label, value)| format!("{value} ({label})")).collect();
        let rounded = baseline.rounding.as_ref().map_or_else(String::new, |rounding| {
            format!(", rounded to {}", rounding_words(rounding, self.value.unit))
        });
        format!("{} = {}: {}{rounded}", self.value, baseline.text, each.join(", "))
    }
}
