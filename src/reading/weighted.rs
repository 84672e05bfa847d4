//! Readings put together from other readings.
//!
//! Gaps −1.3, −0.7, −0.4, −0.5 and +0.2 with the weights 32, 22, 19, 16 and 11
//! come to −0.704; without weights to −0.54.

use super::figure::plain;
use super::read::{blank, if_none, rounded, without};
use super::{Basis, Reading, Why};
use crate::contract::{Measure, OverSegments, PartMissing, Weighted, WeightedPart};
use crate::measured::Segment;
use crate::value::{Quantity, Ratio, Unit};

/// A part with its reading, when it has one.
struct Valued<'a> {
    part: &'a WeightedPart,
    /// What is multiplied with the weight, and how it is shown.
    value: Option<(Ratio, String)>,
}

/// The reading of a scorecard or a weighted mean; `found` gives the readings of its parts.
pub(super) fn weighted<'r>(
    measure: &Measure,
    weighted: &Weighted,
    found: &dyn Fn(&str) -> Option<&'r Reading>,
) -> Reading {
    let mut reading = blank(measure);
    let needed: Vec<&Reading> = weighted.parts.iter().filter_map(|part| found(&part.measure)).collect();
    reading.open = needed.iter().map(|it| it.open).sum();
    reading.final_from = needed.iter().filter_map(|it| it.final_from).max();
    let parts: Vec<Valued<'_>> =
        weighted.parts.iter().map(|part| valued(weighted, part, found(&part.measure))).collect();
    let lacking: Vec<&str> =
        parts.iter().filter(|it| it.value.is_none()).map(|it| it.part.measure.as_str()).collect();
    if lacking.len() == parts.len() {
        return if_none(measure, reading, Why::Nothing);
    }
    let stop = lacking.first().filter(|_| weighted.missing == PartMissing::NotMeasured);
    if let Some(name) = stop {
        return without(reading, Basis::NotMeasured(Why::DependsOn((*name).to_string())));
    }
    let (sum, over, text) = add_up(weighted, &parts);
    let all = weighted.total.clone().unwrap_or_else(Ratio::one);
    let exact = &sum.over(&over).unwrap_or_default() * &all;
    let result = Quantity::new(exact.clone(), measure.unit);
    let divided = match &weighted.total {
        Some(total) if *total == over => String::new(),
        Some(total) => format!(" / {} × {}", plain(&over), plain(total)),
        None => format!(" / {}", plain(&over)),
    };
    let text = if divided.is_empty() { text } else { format!("({text}){divided}") };
    reading.working = format!("{text} = {result}{}", told(weighted.missing, &lacking));
    rounded(measure, reading, exact)
}

/// The value of a part: a score for a scorecard, otherwise its reading.
fn valued<'a>(weighted: &Weighted, part: &'a WeightedPart, reading: Option<&Reading>) -> Valued<'a> {
    let score = weighted.total.is_some();
    let value = reading.and_then(|it| match (&it.basis, &it.value) {
        (Basis::Excused { .. }, _) => None,
        (_, Some(value)) if score => Some(part.score(value)),
        (_, Some(value)) => Some(value.clone()),
        (Basis::DeemedMet(_), None) if score => Some(Ratio::one()),
        (Basis::DeemedMissed(_), None) if score => Some(Ratio::zero()),
        _ => None,
    });
    let value = value.map(|value| (value.clone(), if score { percent(&value) } else { plain(&value) }));
    Valued { part, value }
}

/// What the weighted values add up to, by which weight they are divided, and the sum in words.
fn add_up(weighted: &Weighted, parts: &[Valued<'_>]) -> (Ratio, Ratio, String) {
    let (mut sum, mut over, mut texts) = (Ratio::zero(), Ratio::zero(), Vec::new());
    for Valued { part, value } in parts {
        let filled = match (value, weighted.missing) {
            (Some((value, shown)), _) => Some((value.clone(), shown.clone())),
            (None, PartMissing::Met) => Some((Ratio::one(), "100%".to_string())),
            (None, PartMissing::Zero) => Some((Ratio::zero(), "0%".to_string())),
            (None, PartMissing::Renormalised | PartMissing::NotMeasured) => None,
        };
        let Some((value, shown)) = filled else { continue };
        sum = &sum + &(&part.weight * &value);
        over = &over + &part.weight;
        texts.push(format!("{} × {shown}", plain(&part.weight)));
    }
    (sum, over, texts.join(" + "))
}

fn percent(share: &Ratio) -> String {
    Quantity::new(share * &Ratio::whole(100), Unit::Percent).to_string()
}

fn told(missing: PartMissing, lacking: &[&str]) -> String {
    if lacking.is_empty() {
        return String::new();
    }
    let names: Vec<String> = lacking.iter().map(|name| format!("`{name}`")).collect();
    let how = match missing {
        PartMissing::Renormalised => "the other weights count alone",
        PartMissing::Met => "counted as met",
        PartMissing::Zero => "counted as missed",
        PartMissing::NotMeasured => "",
    };
    format!("; {} not measured: {how}", names.join(", "))
}

/// The mean of the readings of all segments, or the part of them that satisfies a level.
pub(super) fn over_segments<'r>(
    measure: &Measure,
    over: &OverSegments,
    segments: impl Iterator<Item = (&'r Segment, &'r Reading)>,
) -> Reading {
    let mut reading = blank(measure);
    let (mut n, mut above, mut lacking) = (Ratio::zero(), Ratio::zero(), 0_u32);
    for (_, one) in segments {
        reading.open += one.open;
        reading.final_from = reading.final_from.max(one.final_from);
        let Some(value) = one.value.as_ref().filter(|_| !matches!(one.basis, Basis::Excused { .. })) else {
            lacking += 1;
            continue;
        };
        n = &n + &Ratio::one();
        above = match &over.level {
            None => &above + value,
            Some(level) if level.holds(value) => &above + &Ratio::one(),
            Some(_) => above,
        };
    }
    let without_reading =
        if lacking == 0 { String::new() } else { format!("; {lacking} segments without a reading left out") };
    let factor = if over.level.is_some() { Ratio::whole(100) } else { Ratio::one() };
    let Some(mean) = above.over(&n) else { return if_none(measure, reading, Why::Nothing) };
    let exact = &mean * &factor;
    let result = Quantity::new(exact.clone(), measure.unit);
    reading.working = match &over.level {
        Some(_) => format!("{above} of {n} segments = {result}{without_reading}"),
        None => {
            let sum = Quantity::new(above.clone(), measure.unit);
            format!("{sum} over {n} segments = {result}{without_reading}")
        }
    };
    reading.above = Some(above);
    reading.below = Some(n);
    rounded(measure, reading, exact)
}
