//! Bands and scales: the amount a table gives for a reading.
//!
//! Scale 70 % −4 %, 74.5 % 0, 75.5 % 0, 80 % +3 % on GBP 55,020.00; reading
//! 77.5 %: (77.5 − 75.5) / (80 − 75.5) × 3 % = 1.333 %, which is GBP 733.60.

use crate::assess::{amount_words, days_words, signed};
use crate::contract::{Amount, Band, Contract};
use crate::value::{Currency, Quantity, Ratio, Unit};

/// Words that are only made where a trace has words.
pub(super) type Words<'a> = Box<dyn FnOnce() -> String + 'a>;

/// The amount of the band a reading falls in, and the words for it.
pub(super) fn band<'a>(
    bands: &'a [Band],
    otherwise: Option<&Amount>,
    reading: &'a Quantity,
) -> (Amount, Words<'a>) {
    match bands.iter().find(|band| band.contains(&reading.value)) {
        Some(band) => {
            (band.amount.clone(), Box::new(move || format!("{reading} is in the band {}", band.text)))
        }
        None => {
            let amount = otherwise.cloned().unwrap_or(Amount::Nothing);
            (amount, Box::new(move || format!("{reading} is in no band: otherwise")))
        }
    }
}

/// The amount of a scale at a reading, and the words for it.
pub(super) fn scale<'a>(
    points: &'a [(Ratio, Amount)],
    reading: &'a Quantity,
    currency: Currency,
) -> (Amount, Words<'a>) {
    let level = |at: &Ratio| Quantity::new(at.clone(), reading.unit);
    let passed = points.iter().rposition(|(at, _)| *at <= reading.value);
    let lower = passed.and_then(|at| points.get(at));
    let upper = points.get(passed.map_or(0, |at| at + 1));
    match (lower, upper) {
        (Some((at, amount)), None) => {
            (amount.clone(), Box::new(move || format!("{reading} is at or above {}", level(at))))
        }
        (None, Some((at, amount))) => {
            (amount.clone(), Box::new(move || format!("{reading} is below {}", level(at))))
        }
        (Some(lower), Some(upper)) if lower.0 < reading.value => between(lower, upper, reading, currency),
        (Some((_, amount)), Some(_)) => {
            (amount.clone(), Box::new(move || format!("{reading} is a point of the scale")))
        }
        (None, None) => (Amount::Nothing, Box::new(|| "an empty scale".to_string())),
    }
}

/// On the straight line between two points.
fn between<'a>(
    lower: &'a (Ratio, Amount),
    upper: &'a (Ratio, Amount),
    reading: &'a Quantity,
    currency: Currency,
) -> (Amount, Words<'a>) {
    let (from, to) = (signed(&lower.1), signed(&upper.1));
    let part = (&reading.value - &lower.0).over(&(&upper.0 - &lower.0)).unwrap_or_default();
    let value = &from + &(&part * &(&to - &from));
    let amount = like(&lower.1, &upper.1, value);
    let level = |at: &Ratio| Quantity::new(at.clone(), reading.unit);
    let words = move || {
        format!(
            "{reading} lies between {} ({}) and {} ({}): ({reading} - {}) / ({} - {}) = {} of the way",
            level(&lower.0),
            amount_words(&lower.1, currency),
            level(&upper.0),
            amount_words(&upper.1, currency),
            level(&lower.0),
            level(&upper.0),
            level(&lower.0),
            Quantity::new(part, Unit::Number),
        )
    };
    (amount, Box::new(words))
}

/// An amount of the kind of `a` and `b`; nothing has no kind of its own.
pub(super) fn like(a: &Amount, b: &Amount, value: Ratio) -> Amount {
    match (a, b) {
        (Amount::Percent(_), _) | (Amount::Nothing, Amount::Percent(_)) => Amount::Percent(value),
        (Amount::Money(_), _) | (Amount::Nothing, Amount::Money(_)) => Amount::Money(value),
        (Amount::Points(_), _) | (Amount::Nothing, Amount::Points(_)) => Amount::Points(value),
        (Amount::Days(_), _) | (Amount::Nothing, Amount::Days(_)) => Amount::Days(value),
        // Scales have no formulas.
        _ => Amount::Nothing,
    }
}

/// `penalty 4%`, `bonus GBP 100.00`, `nothing`
pub(super) fn worded(amount: &Amount, contract: &Contract) -> String {
    let value = signed(amount);
    if value.is_zero() {
        return "nothing".to_string();
    }
    if let Amount::Formula(..) = amount {
        return amount_words(amount, contract.currency);
    }
    let unit = match amount {
        Amount::Percent(_) => Unit::Percent,
        Amount::Money(_) => Unit::Money(contract.currency),
        _ => Unit::Points,
    };
    let side = if value.is_negative() { "penalty" } else { "bonus" };
    match amount {
        Amount::Points(_) => Quantity::new(value.abs(), unit).to_string(),
        Amount::Days(_) => format!("{side} {}", days_words(&value.abs())),
        _ => format!("{side} {}", Quantity::new(value.abs(), unit)),
    }
}
