//! Repetition: what multiplies a penalty, and how long something has gone on.
//!
//! Penalty 3, 1 and 3 points, `missed 2 periods in a row points x 2`: 3, 2 and
//! 6; `compounding` 3, 2 and 12, for the third period multiplies again.

use crate::assess::Judgement;
use crate::contract::{Commitment, Multiplied, Multiplier, Often, Pay, Test, Verdict, When, Whom};
use crate::measured::Segment;
use crate::value::{Quantity, Ratio, Unit};

use super::desk::{Case, Desk};
use super::often::{Counted, counted};
use super::pay::Outcome;
use super::situation::{holds, said};

/// How long a verdict has repeated, as the statement shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Streak {
    /// The commitment.
    pub commitment: String,
    /// The segment, where segments are judged.
    pub segment: Segment,
    /// `missed 3 periods in a row`, `missed in 2 of the last 6 periods`
    pub text: String,
}

/// Whether a commitment's verdict on one segment repeats so often.
pub(super) fn repeated(
    desk: &Desk<'_>,
    judgement: &Judgement,
    verdict: Verdict,
    often: Option<Often>,
) -> Counted {
    let holds = |period: usize| {
        let mut here = desk.assessment.of(&judgement.commitment, period);
        let same = here.find(|other| other.segment == judgement.segment && other.counts())?;
        said(desk, &same.status, verdict, true)
    };
    counted(often, 0, desk.period, &holds)
}

/// The verdict that a payment waits for.
pub(super) fn verdict_of(when: When) -> Verdict {
    match when {
        When::Met => Verdict::Met,
        When::Missed => Verdict::Missed,
        When::MissedAboveMinimum => Verdict::MissedAboveMinimum,
        When::BelowMinimum => Verdict::BelowMinimum,
    }
}

/// Multiplies what one pay item came to by the greatest factor that holds.
pub(super) fn apply(case: &Case<'_>, commitment: &Commitment, outcome: &mut Outcome) {
    let on = if outcome.money.is_negative() { Multiplied::Penalty } else { Multiplied::Bonus };
    if !outcome.money.is_zero()
        && let Some(times) = greatest(case, commitment, on)
    {
        let money = &outcome.money * &times.factor;
        let shown = case.desk.money(&money.abs());
        outcome.trace.step(|| format!("{}: × {} = {shown}", times.says, times.factor));
        outcome.money = money;
    }
    if !outcome.points.is_zero()
        && let Some(times) = greatest(case, commitment, Multiplied::Points)
    {
        let points = &outcome.points * &times.factor;
        let shown = Quantity::new(points.abs(), Unit::Points);
        outcome.trace.step(|| format!("{}: × {} = {shown}", times.says, times.factor));
        outcome.points = points;
    }
}

/// A factor and why it holds.
struct Times {
    factor: Ratio,
    says: String,
}

fn greatest(case: &Case<'_>, commitment: &Commitment, what: Multiplied) -> Option<Times> {
    let wanted = commitment.multipliers.iter().filter(|multiplier| multiplier.what == what);
    let found = wanted.filter_map(|multiplier| times(case, multiplier));
    found.reduce(|best, next| if next.factor > best.factor { next } else { best })
}

fn times(case: &Case<'_>, multiplier: &Multiplier) -> Option<Times> {
    let desk = case.desk;
    let found = match multiplier.any {
        false => repeated(desk, case.judgement, multiplier.verdict, multiplier.often),
        true => {
            let test = Test::Verdict(Whom::Any, multiplier.verdict);
            counted(multiplier.often, 0, desk.period, &|period| holds(desk, &test, period, true, None))
        }
    };
    if found.truth != Some(true) {
        return None;
    }
    let further = match multiplier.often {
        Some(Often::InARow(count)) if multiplier.compounding => {
            found.hits.len().saturating_sub(usize::try_from(count).unwrap_or_default())
        }
        _ => 0,
    };
    let factor = (0..further).fold(multiplier.factor.clone(), |factor, _| &factor * &multiplier.factor);
    let periods: Vec<String> = found.hits.iter().map(|period| desk.label(*period)).collect();
    let again = if further > 0 { ", compounding" } else { "" };
    Some(Times { factor, says: format!("{}{again} ({})", multiplier.text, periods.join(", ")) })
}

/// How long the verdicts that the commitment speaks of have repeated.
pub(super) fn streaks(desk: &Desk<'_>, commitment: &Commitment, judgement: &Judgement) -> Vec<Streak> {
    let by_pay = commitment.pays.iter().filter_map(|pay| match pay {
        Pay::Fixed { when, often: Some(often), .. } => Some((verdict_of(*when), *often)),
        _ => None,
    });
    let own = commitment.multipliers.iter().filter(|multiplier| !multiplier.any);
    let by_multiplier = own.filter_map(|multiplier| Some((multiplier.verdict, multiplier.often?)));
    let texts = by_pay.chain(by_multiplier).filter_map(|(verdict, often)| {
        let hits = repeated(desk, judgement, verdict, Some(often)).hits.len();
        let periods = if hits == 1 { "period" } else { "periods" };
        match often {
            _ if hits == 0 => None,
            Often::InARow(_) => Some(format!("{verdict} {hits} {periods} in a row")),
            Often::OfAny(_, of) => Some(format!("{verdict} in {hits} of the last {of} periods")),
            Often::Times(_) => Some(format!("{verdict} {hits} times")),
        }
    });
    let mut texts: Vec<String> = texts.collect();
    texts.sort();
    texts.dedup();
    let (commitment, segment) = (&commitment.name, &judgement.segment);
    let streak = |text| Streak { commitment: commitment.clone(), segment: segment.clone(), text };
    texts.into_iter().map(streak).collect()
}
