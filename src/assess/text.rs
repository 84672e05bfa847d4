//! The assessment as text: the golden output of this stage.

use crate::contract::Contract;
use crate::reading::Readings;

use super::{Assessment, Distance, Ground, Judgement, Status};

/// All judgements, by period; distances below each.
///
/// ```text
/// period 2026-03
///   resolved_first_time        met            77.5%
///     2.5 points to target 75% (worse, 4 records)
/// ```
#[must_use]
pub fn assessment_text(contract: &Contract, readings: &Readings, assessment: &Assessment) -> String {
    let mut lines = Vec::new();
    for (index, period) in readings.periods.iter().enumerate() {
        lines.push(format!("period {period}"));
        let here = assessment.judgements.iter().filter(|judgement| judgement.period == index);
        lines.extend(here.flat_map(|judgement| entry(contract, judgement)));
    }
    lines.join("\n") + "\n"
}

fn entry(contract: &Contract, judgement: &Judgement) -> Vec<String> {
    let segment = if judgement.is_whole() { String::new() } else { format!("[{}]", judgement.segment) };
    let name = format!("{}{segment}", judgement.commitment);
    let clause = contract.commitments.get(&judgement.commitment).and_then(|item| item.clause.as_deref());
    let detail = match (&judgement.status, &judgement.value) {
        (Status::Excused(why) | Status::NotMeasured(why) | Status::NotJudged(why), _) => why.clone(),
        (_, Some(value)) => value.to_string(),
        (_, None) => "deemed, without a reading".to_string(),
    };
    let provisional = if judgement.provisional { ", provisional" } else { "" };
    let clause = clause.map_or_else(String::new, |clause| format!(", clause {clause}"));
    let head = format!("  {name:<32}  {:<13}  {detail}{provisional}{clause}", judgement.status.word());
    let unpaid = judgement.unpaid.iter().map(|unpaid| format!("    {}", unpaid.text));
    let evidence = judgement.evidence.iter().map(|step| format!("    {step}"));
    let distances = judgement.distances.iter().map(distance);
    let grounds = judgement.grounds.iter().flat_map(ground);
    std::iter::once(head).chain(unpaid).chain(evidence).chain(distances).chain(grounds).collect()
}

fn ground(ground: &Ground) -> Vec<String> {
    let rule = format!("    {}", ground.rule);
    std::iter::once(rule).chain(ground.steps.iter().map(|step| format!("      {step}"))).collect()
}

fn distance(distance: &Distance) -> String {
    let side = if distance.better { "better" } else { "worse" };
    let records = match distance.records.as_ref().map(ToString::to_string).as_deref() {
        None => String::new(),
        Some("1") => ", 1 record".to_string(),
        Some(count) => format!(", {count} records"),
    };
    format!("    {} to {} ({side}{records})", distance.gap, distance.edge)
}
