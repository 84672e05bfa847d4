//! A two-sided scale on a survey that chance alone tilts to one side.
//!
//! 100 answers, 80 % truly satisfied: the reading swings by about 4 points
//! either way, the square root of 80 × 20 / 100.
//!
//! | reading | pays, −4 % at 75 % to +3 % at 85 %, nothing within half a point | symmetric, ±3 % |
//! |--------:|---------:|--------:|
//! | 84 % | +2.33 % | +2.33 % |
//! | 76 % | −3.11 % | −2.33 % |
//! | on average | −0.39 % | 0 |
//!
//! A finding is due from a quarter of a percent of the charges a period.

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;

use crate::contract::{Commitment, Contract, Measure, MeasureKind, Nature};
use crate::prove::{Setting, net};
use crate::value::{Quantity, Ratio, Unit};

/// Answers when the contract does not say how many it needs.
const USUAL: u64 = 100;

/// One finding for each survey that is tilted.
pub(super) fn findings(contract: &Contract, setting: &Setting<'_>) -> Vec<Diagnostic> {
    let surveys = contract.measures.values().filter(|it| it.nature == Nature::Experience);
    surveys.filter_map(|measure| tilted(contract, setting, measure)).collect()
}

fn tilted(contract: &Contract, setting: &Setting<'_>, measure: &Measure) -> Option<Diagnostic> {
    let commitments = setting.commitments(&measure.name);
    let commitment = commitments.iter().find(|it| it.target.is_some() && !it.pays.is_empty())?;
    let level = commitment.target.as_ref()?.value.value.clone();
    let answers = measure.sample.as_ref().map_or(USUAL, |sample| sample.at_least);
    let swing = swing(measure, &level, answers)?;
    let (low, high) = (&level - &swing, &level + &swing);
    let worst = setting.only(&[(measure.name.as_str(), &low)])?;
    let (costs, pays) = (net(&worst), setting.net_alone(&measure.name, &high)?);
    let average = (&costs + &pays).over(&Ratio::whole(2))?;
    let charges = worst.charges.clone();
    let limit = &charges * &Ratio::decimal(25, 4);
    let two_sided = costs.is_negative() && pays.is_positive();
    let found = Tilt { measure, level, swing, answers, costs, pays, average, charges };
    (two_sided && found.charges.is_positive() && found.average.abs() >= limit)
        .then(|| found.diagnostic(contract, commitment))
}

/// How far chance moves a reading, about two times in three: one standard error.
fn swing(measure: &Measure, level: &Ratio, answers: u64) -> Option<Ratio> {
    let hundred = Ratio::whole(100);
    let variance = match (&measure.kind, measure.unit) {
        // Half promoters and a sixth detractors: 5/9 of a square of 100 points.
        (MeasureKind::NetPromoter { .. }, _) => Ratio::new(50_000, 9)?,
        (_, Unit::Percent) => level * &(&hundred - level),
        _ => return None,
    };
    let scaled = (&variance * &Ratio::whole(10_000)).over(&Ratio::whole(answers))?;
    let root = scaled.floor().to_i64().filter(|it| *it > 0)?.isqrt();
    Some(Ratio::decimal(i128::from(root), 2))
}

/// What chance does to a commitment.
struct Tilt<'m> {
    measure: &'m Measure,
    level: Ratio,
    swing: Ratio,
    answers: u64,
    costs: Ratio,
    pays: Ratio,
    average: Ratio,
    charges: Ratio,
}

impl Tilt<'_> {
    fn diagnostic(&self, contract: &Contract, commitment: &Commitment) -> Diagnostic {
        let money =
            |amount: &Ratio| Quantity::new(amount.clone(), Unit::Money(contract.currency)).to_string();
        let at = |value: Ratio| Quantity::new(value, self.measure.unit).to_string();
        let who = if self.average.is_negative() { "costs the vendor" } else { "costs the client" };
        let message = format!("chance alone {who} money on `{}`", commitment.name);
        Diagnostic::warning(codes::CHANCE_TILTS, message)
            .label(commitment.span, "the two sides are not alike")
            .note(format!(
                "with {} answers a true {} reads {} or {} about as often: a bonus of {} or a penalty of {}",
                self.answers,
                at(self.level.clone()),
                at(&self.level + &self.swing),
                at(&self.level - &self.swing),
                money(&self.pays),
                money(&self.costs.abs()),
            ))
            .note(format!(
                "on average {} a period toward the {}, with charges of {}",
                money(&self.average.abs()),
                if self.average.is_negative() { "client" } else { "vendor" },
                money(&self.charges)
            ))
            .help("make both sides alike near the target, widen the part that pays nothing, or need more answers".to_owned())
    }
}
