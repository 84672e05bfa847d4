//! Figures as people read them.
//!
//! | value | unit | rounded to | shown |
//! |------:|------|-----------:|-------|
//! | 77.5  | percent | 0.01 points | 77.50% |
//! | 200/3 | percent | –        | 66.6666…% |
//! | 1373580 | seconds, shown in hours | 0.01 hours | 381.55 hours |

use super::{Figure, SegmentView};
use crate::contract::{Bound, Level, Measure, MeasureKind, MoneyRounding};
use crate::measured::Segment;
use crate::reading::{Basis, Reading, Why};
use crate::value::{Instant, Mode, Quantity, Ratio, Rounding, Unit, Zone, grouped};

/// Decimals shown of a value that was not rounded.
const PLACES: usize = 4;

/// `quantity` exactly and as its unit is written.
pub fn figure(quantity: &Quantity) -> Figure {
    Figure { exact: quantity.value.to_exact_text(), shown: quantity.to_string() }
}

/// A value of `measure`: as its unit is written, with the decimals its rounding leaves.
pub fn value(value: &Ratio, measure: &Measure) -> Figure {
    Figure { exact: value.to_exact_text(), shown: in_unit(value, measure) }
}

fn in_unit(value: &Ratio, measure: &Measure) -> String {
    let (size, name) = match (measure.unit, measure.shown_in) {
        (Unit::Duration, Some(size)) => (Ratio::whole(size), duration_name(size)),
        (Unit::Percent, _) => (Ratio::one(), "%"),
        (Unit::Number, _) => (Ratio::one(), ""),
        _ => return Quantity::new(value.clone(), measure.unit).to_string(),
    };
    let least = measure.round.as_ref().map_or(0, |round| places_in(round, &size));
    let scaled = value.over(&size).unwrap_or_default();
    format!("{}{name}", grouped(&scaled, least, least.max(PLACES)))
}

/// How many decimals a multiple of the step needs when counted in `size`.
fn places_in(round: &Rounding, size: &Ratio) -> usize {
    let step = round.step.over(size).unwrap_or_default();
    Rounding { step, mode: round.mode }.places().min(PLACES)
}

fn duration_name(size: i64) -> &'static str {
    match size {
        1 => " seconds",
        60 => " minutes",
        3_600 => " hours",
        86_400 => " days",
        604_800 => " weeks",
        _ => "",
    }
}

/// A reading with its counts: `77.50% (93 of 120)`, or why there is none.
pub fn reading(reading: &Reading, measure: &Measure) -> String {
    let Some(found) = &reading.value else { return format!("not measured: {}", basis(&reading.basis)) };
    let shown = in_unit(found, measure);
    match counts(reading, measure) {
        Some(counts) => format!("{shown} ({counts})"),
        None => shown,
    }
}

/// What stands behind a reading: `93 of 120`, `118 answers`; none when the value says it all.
fn counts(reading: &Reading, measure: &Measure) -> Option<String> {
    let number = |value: &Ratio| grouped(value, 0, PLACES);
    let (above, below) = (reading.above.as_ref()?, reading.below.as_ref()?);
    match &measure.kind {
        MeasureKind::Single(_)
        | MeasureKind::Calculated(_)
        | MeasureKind::Weighted(_)
        | MeasureKind::OverSegments(_) => None,
        MeasureKind::Scored { .. } if !measure.is_part() => Some(format!("{} answers", number(below))),
        MeasureKind::Mean { .. } | MeasureKind::Percentile { .. } | MeasureKind::Extreme { .. } => {
            Some(format!("{} values", number(below)))
        }
        MeasureKind::NetPromoter { .. } => Some(format!("{} answers", number(below))),
        _ => Some(format!("{} of {}", number(above), number(below))),
    }
}

/// How a reading came about, in words.
pub fn basis(basis: &Basis) -> String {
    match basis {
        Basis::Measured => "measured".to_string(),
        Basis::Pooled { from } => format!("pooled from {from}"),
        Basis::Carried { from } => format!("with what was carried over from {from}"),
        Basis::Given => "given".to_string(),
        Basis::IfNone => "nothing to measure, read as the contract says".to_string(),
        Basis::DeemedMet(why) => format!("deemed met: {}", why_none(why)),
        Basis::DeemedMissed(why) => format!("deemed missed: {}", why_none(why)),
        Basis::NotMeasured(why) => why_none(why),
        Basis::Excused { reason } => format!("excused: {reason}"),
    }
}

fn why_none(why: &Why) -> String {
    match why {
        Why::Nothing => "nothing to measure".to_string(),
        Why::TooFew { n, needed } => format!("{} records, {needed} needed", grouped(n, 0, PLACES)),
        Why::CarriedOver { n, needed } => {
            format!("{} records, {needed} needed; carried into the next period", grouped(n, 0, PLACES))
        }
        Why::NotReported => "nothing was reported".to_string(),
        Why::DependsOn(name) => format!("`{name}` was not measured"),
        Why::DivisionByZero => "division by zero".to_string(),
    }
}

/// A level in words: `at least 75%`.
pub fn level(level: &Level, measure: Option<&Measure>) -> String {
    let words = match level.bound {
        Bound::AtLeast => "at least",
        Bound::MoreThan => "more than",
        Bound::AtMost => "at most",
        Bound::LessThan => "less than",
    };
    let unrounded = measure.map(|measure| Measure { round: None, ..measure.clone() });
    let shown =
        unrounded.map_or_else(|| level.value.to_string(), |measure| in_unit(&level.value.value, &measure));
    format!("{words} {shown}")
}

/// A difference of two values: points for a percentage.
pub fn gap(gap: &Quantity, measure: Option<&Measure>) -> Figure {
    let exact = gap.value.to_exact_text();
    let least = measure.and_then(|measure| measure.round.as_ref()).map_or(0, Rounding::places);
    let shown = match (gap.unit, measure) {
        (Unit::Percent | Unit::Points, _) => {
            format!("{} points", grouped(&gap.value, least, least.max(PLACES)))
        }
        (_, Some(measure)) => in_unit(&gap.value, measure),
        _ => gap.to_string(),
    };
    Figure { exact, shown }
}

/// How money is rounded, in words.
pub fn rounding(rule: &MoneyRounding) -> String {
    let where_to = if rule.each_line { "on each line" } else { "once, on the total" };
    let mode = match rule.rounding.mode {
        Mode::HalfUp => "half up",
        Mode::HalfEven => "half even",
        Mode::Up => "up",
        Mode::Down => "down",
    };
    format!("to {} {mode} {where_to}", rule.rounding.step)
}

/// A moment as the clocks of `zone` show it.
pub fn moment(instant: Instant, zone: &Zone) -> String {
    zone.local(instant).to_string()
}

/// The segment as texts.
pub fn segment(segment: &Segment) -> SegmentView {
    SegmentView(segment.0.to_vec())
}
