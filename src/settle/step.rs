//! Steps away from a level.
//!
//! 0.26 points below 99 %: `for each full 0.1 point` counts 2, `for each 0.1
//! point or part` 3, `per 0.1 point` 2.6. 99.0 − 98.7 is exactly 3 steps of 0.1.

use crate::contract::{MeasureKind, StepParts};
use crate::reading::formula::{Missing, gap};
use crate::value::{Quantity, Ratio, Unit};

use super::desk::Case;

/// How many steps `reading` is away from `level`, and the words for it.
pub(super) fn count(
    reading: &Quantity,
    level: &Ratio,
    step: &Ratio,
    parts: StepParts,
    below: bool,
) -> (Ratio, String) {
    let away = if below { level - &reading.value } else { &reading.value - level };
    let side = if below { "below" } else { "above" };
    let shown = Quantity::new(level.clone(), reading.unit);
    if !away.is_positive() {
        return (Ratio::zero(), format!("{reading} is not {side} {shown}"));
    }
    let (steps, rule) = counted(&away, step, parts);
    let words = format!(
        "{reading} is {} {side} {shown}; {rule} of {}: {}",
        gap(away, reading.unit),
        gap(step.clone(), reading.unit),
        Quantity::new(steps.clone(), crate::value::Unit::Number),
    );
    (steps, words)
}

/// Likewise for records: how many of those counted lie beyond the number at the level.
pub(super) fn records(
    (above, base): (&Ratio, &Ratio),
    at_level: &Ratio,
    step: &Ratio,
    parts: StepParts,
    below: bool,
    (noun, level): (&str, &Quantity),
) -> (Ratio, String) {
    let number = |value: &Ratio| Quantity::new(value.clone(), crate::value::Unit::Number);
    let side = if below { "below" } else { "above" };
    let away = if below { at_level - above } else { above - at_level };
    let at = format!("{level} of {} is {}", number(base), number(at_level));
    if !away.is_positive() {
        return (Ratio::zero(), format!("{at}; {} {noun} is not {side} it", number(above)));
    }
    let (steps, rule) = counted(&away, step, parts);
    let words = format!(
        "{at}; {} is {} {side} it; {rule} of {} {noun}: {}",
        number(above),
        number(&away),
        number(step),
        number(&steps)
    );
    (steps, words)
}

/// Records beyond the level: 962 of 1,000 above 95 % are 962 − 950 = 12.
pub(super) fn records_beyond(
    case: &Case<'_>,
    level: &Ratio,
    step: &Ratio,
    parts: StepParts,
    below: bool,
    noun: &str,
) -> Result<(Ratio, String), Missing> {
    let missing = || Missing::Figure {
        name: case.measure.to_string(),
        why: "its two counts are not known".to_string(),
    };
    let reading = case.reading().ok_or_else(missing)?;
    let (above, base) = reading.above.as_ref().zip(reading.below.as_ref()).ok_or_else(missing)?;
    let measure = case.desk.contract.measures.get(case.measure).map(|measure| &measure.kind);
    let per = match measure {
        Some(MeasureKind::Rate { per, .. }) => per.clone(),
        _ if reading.unit == Unit::Percent => Ratio::whole(100),
        _ => Ratio::one(),
    };
    let at_level = (level * base).over(&per).unwrap_or_default();
    Ok(records(
        (above, base),
        &at_level,
        step,
        parts,
        below,
        (noun, &Quantity::new(level.clone(), reading.unit)),
    ))
}

/// How many steps lie in a distance, and how they are counted.
fn counted(away: &Ratio, step: &Ratio, parts: StepParts) -> (Ratio, &'static str) {
    let exact = away.over(step).unwrap_or_default();
    match parts {
        StepParts::Full => (exact.floor(), "full steps"),
        StepParts::OrPart => (exact.ceil(), "steps, a part as a whole"),
        StepParts::Exact => (exact, "in proportion, steps"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Unit;

    #[track_caller]
    fn check(reading: &str, level: &str, step: &str, below: bool, want: [&str; 3]) {
        let reading = Quantity::new(reading.parse().unwrap(), Unit::Percent);
        for (parts, want) in [StepParts::Full, StepParts::OrPart, StepParts::Exact].into_iter().zip(want) {
            let (steps, words) =
                count(&reading, &level.parse().unwrap(), &step.parse().unwrap(), parts, below);
            assert_eq!(steps, want.parse().unwrap(), "{parts:?}: {words}");
        }
    }

    #[test]
    fn steps_are_counted_exactly() {
        check("98.74", "99", "0.1", true, ["2", "3", "2.6"]);
        // Binary floating point makes this 2.99999999999997 and counts 2.
        check("98.7", "99.0", "0.1", true, ["3", "3", "3"]);
        check("88.24", "90.01", "1", true, ["1", "2", "1.77"]);
        check("89.01", "90.01", "1", true, ["1", "1", "1"]);
        check("89.02", "90.01", "1", true, ["0", "1", "0.99"]);
        check("99", "99", "0.1", true, ["0", "0", "0"]);
        check("47", "30", "1", false, ["17", "17", "17"]);
        check("29.99", "30", "1", false, ["0", "0", "0"]);
    }
}
