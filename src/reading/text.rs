//! Readings as a file: the golden text of this stage, and one that
//! [`super::given`] reads back.

use crate::contract::Measure;
use crate::measured::CellKey;
use crate::value::Quantity;

use super::{Basis, Reading, Readings, figure};

/// All readings as comma-separated text, by measure, period and segment.
///
/// A fraction stands in numerator and denominator; the value is the rounded
/// one when the measure is rounded, otherwise it is left to the fraction when
/// it has no exact decimals.
#[must_use]
pub fn readings_text(contract: &crate::contract::Contract, readings: &Readings) -> String {
    let mut lines = vec!["measure,period,segment,value,numerator,denominator,status,working".to_string()];
    for (name, by_key) in &readings.measures {
        let Some(measure) = contract.measures.get(name) else { continue };
        lines.extend(by_key.iter().map(|(key, reading)| line(readings, measure, key, reading)));
    }
    for ((name, period), amount) in &readings.given {
        let label = period_label(readings, *period);
        let amount = Quantity::new(amount.clone(), crate::value::Unit::Money(contract.currency));
        lines.push(join([
            name.clone(),
            label,
            String::new(),
            amount.to_string(),
            String::new(),
            String::new(),
            "given".into(),
            String::new(),
        ]));
    }
    lines.join("\n") + "\n"
}

fn line(readings: &Readings, measure: &Measure, key: &CellKey, reading: &Reading) -> String {
    let fraction = figure::is_fraction(measure).then_some((&reading.above, &reading.below));
    let count = |count: Option<&Option<crate::value::Ratio>>| {
        count.and_then(Option::as_ref).map_or_else(String::new, ToString::to_string)
    };
    join([
        measure.name.clone(),
        period_label(readings, key.period),
        segment_text(key),
        value_text(reading),
        count(fraction.map(|pair| pair.0)),
        count(fraction.map(|pair| pair.1)),
        status_text(reading),
        reading.working.clone(),
    ])
}

fn period_label(readings: &Readings, period: usize) -> String {
    readings.periods.get(period).map_or_else(String::new, |period| period.label.clone())
}

fn segment_text(key: &CellKey) -> String {
    let parts = key.segment.0.iter().map(|part| part.as_deref().unwrap_or("(missing)"));
    parts.collect::<Vec<_>>().join("|")
}

/// The value as shown; as an exact fraction where it has too many decimals.
fn value_text(reading: &Reading) -> String {
    let Some(value) = &reading.value else { return String::new() };
    match (value.to_decimal(0, 6), reading.unit) {
        ((_, false), unit) => Quantity::new(value.clone(), unit).to_string(),
        (_, crate::value::Unit::Duration) => format!("{value} s"),
        _ => value.to_string(),
    }
}

fn status_text(reading: &Reading) -> String {
    match &reading.basis {
        Basis::Measured => "measured".to_string(),
        Basis::Pooled { from } => format!("pooled from {from}"),
        Basis::Carried { from } => format!("carried from {from}"),
        Basis::Given | Basis::IfNone => "given".to_string(),
        Basis::DeemedMet(_) => "deemed met".to_string(),
        Basis::DeemedMissed(_) => "deemed missed".to_string(),
        Basis::NotMeasured(super::Why::NotReported) => "not reported".to_string(),
        Basis::NotMeasured(_) => "not measured".to_string(),
        Basis::Excused { reason } => format!("excused: {reason}"),
    }
}

fn join(cells: [String; 8]) -> String {
    let quoted = |cell: &String| {
        let plain = !cell.contains([',', '"', '\n', '\r']);
        if plain { cell.clone() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
    };
    cells.iter().map(quoted).collect::<Vec<_>>().join(",")
}
