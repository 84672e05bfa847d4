//! What the number of records says about a reading: proof and allowed misses.
//!
//! A difference from the target is proven when the bound of the range lies
//! beyond the target. That is decided without a root, by squares:
//!
//! | method | proven when |
//! |--------|-------------|
//! | wilson | n × (p − p0)² > z² × p0 × (1 − p0) |
//! | margin of error | n × (p − p0)² > z² × variance of the answers |
//!
//! 98 of 122 against 82 %, z 1.96: 122 × 0.016721² = 0.0341, and 1.96² × 0.82
//! × 0.18 = 0.5670. Not proven; the range is 72.40 % to 86.41 %.

use crate::contract::{Allowed, Level, PaySide, Proof, ProofMethod};
use crate::value::{Mode, Quantity, Ratio, Rounding, Unit};

use super::distance::Judged;
use super::{Ground, Status};

/// Everything the number of records says, and the verdict that follows.
pub(super) fn weigh(judged: &Judged<'_>, status: Status) -> (Status, Vec<Ground>) {
    let mut grounds = Vec::new();
    let Some(target) = &judged.commitment.target else { return (status, grounds) };
    let mut status = status;
    let missed = matches!(status, Status::Missed | Status::BelowMinimum);
    if let Some(allowed) = judged.commitment.allowed.as_ref().filter(|_| missed) {
        let ground = allowance(judged, allowed, target);
        if ground.bars.is_some() {
            status = Status::Met;
        }
        grounds.push(ground);
    }
    let missed = matches!(status, Status::Missed | Status::BelowMinimum);
    let proofs = &judged.commitment.proofs;
    if let Some(proof) = &proofs.penalty {
        let ground = proven(judged, proof, ("target", target), PaySide::Penalty);
        if ground.bars.is_some() && missed {
            status = Status::NotProven;
        }
        grounds.push(ground);
    }
    if let (Status::BelowMinimum, Some(proof), Some(minimum)) =
        (&status, &proofs.penalty, &judged.commitment.minimum)
    {
        let mut ground = proven(judged, proof, ("minimum", minimum), PaySide::Penalty);
        if ground.bars.take().is_some() {
            status = Status::Missed;
        }
        grounds.push(ground);
    }
    if let Some(proof) = &proofs.bonus {
        grounds.push(proven(judged, proof, ("target", target), PaySide::Bonus));
    }
    (status, grounds)
}

/// Whether the misses are few enough to count as met.
fn allowance(judged: &Judged<'_>, allowed: &Allowed, target: &Level) -> Ground {
    let rule = allowed.text.clone();
    let (Some(above), Some(below)) = (&judged.reading.above, &judged.reading.below) else {
        let steps = vec!["the reading came without counts, so its misses are not known".to_string()];
        return Ground { rule, steps, bars: None };
    };
    let higher = target.higher_is_better();
    let misses = if higher { below - above } else { above.clone() };
    let within = below.is_positive() && misses <= Ratio::whole(allowed.misses);
    let word = if misses == Ratio::one() { "miss" } else { "misses" };
    let says = if within { "the target counts as met" } else { "too many for the target to count as met" };
    let mut steps = vec![format!("{misses} {word} of {below}, {} allowed: {says}", allowed.misses)];
    if let Some(first) = first_passing(judged, target, allowed.misses) {
        steps.push(format!("the level itself allows so many from {first} records on"));
    }
    Ground { rule, steps, bars: within.then_some(PaySide::Penalty) }
}

/// The smallest number of records of which so many may miss and the level still holds.
fn first_passing(judged: &Judged<'_>, target: &Level, misses: u64) -> Option<u64> {
    const MOST: u64 = 100_000;
    let higher = target.higher_is_better();
    let holds = |n: u64| {
        let above = if higher { n.saturating_sub(misses) } else { misses };
        let exact = Ratio::new(100 * u128::from(above), n)?;
        let round = judged.measure.round.as_ref();
        Some(target.holds(&round.map_or(exact.clone(), |round| round.apply(&exact))))
    };
    if !holds(MOST)? {
        return None;
    }
    let (mut fails, mut passes) = (0, MOST);
    while passes - fails > 1 {
        let middle = fails + (passes - fails) / 2;
        if holds(middle)? { passes = middle } else { fails = middle }
    }
    Some(passes)
}

/// Whether the reading is proven to be worse (for a penalty) or better (for a
/// bonus) than a level; if not, the side pays nothing.
fn proven(judged: &Judged<'_>, proof: &Proof, (what, level): (&str, &Level), side: PaySide) -> Ground {
    let (word, comparison) = match side {
        PaySide::Penalty => ("penalty", "worse"),
        PaySide::Bonus => ("bonus", "better"),
    };
    let rule = format!("{word} only if {}", proof.text);
    let against = format!("{comparison} than the {what} of {}", level.value);
    let Some(test) = Test::of(judged, proof, level) else {
        let why = "the reading came without the counts it takes".to_string();
        return Ground { rule, steps: vec![why, format!("not proven to be {against}")], bars: Some(side) };
    };
    let worse = if level.higher_is_better() { test.gap.is_negative() } else { test.gap.is_positive() };
    if test.gap.is_zero() || worse != (side == PaySide::Penalty) {
        let why = format!("{} of {} records is not {against}", test.shown(&test.at), test.n);
        return Ground { rule, steps: vec![why], bars: Some(side) };
    }
    let mut steps = test.steps(proof);
    let proven = test.left > test.right;
    steps.push(if proven {
        format!("proven to be {against}")
    } else {
        format!("not proven to be {against}")
    });
    Ground { rule, steps, bars: (!proven).then_some(side) }
}

/// A comparison of squares.
struct Test {
    /// Records.
    n: Ratio,
    /// The reading and the level, from −1 to 1.
    at: Ratio,
    level: Ratio,
    /// The spread the proof rests on: p0 × (1 − p0), or that of the sample.
    variance: Ratio,
    /// Reading less level.
    gap: Ratio,
    left: Ratio,
    right: Ratio,
    unit: Unit,
    /// A net promoter score, whose range may be negative.
    score: bool,
}

impl Test {
    fn of(judged: &Judged<'_>, proof: &Proof, level: &Level) -> Option<Self> {
        let reading = judged.reading;
        let (above, below) = (reading.above.as_ref()?, reading.below.as_ref()?);
        let score = judged.measure.is_net();
        let at = above.over(below)?;
        let level = &level.value.value * &Ratio::decimal(1, 2);
        let variance = match proof.method {
            ProofMethod::Wilson => &level * &(&Ratio::one() - &level),
            ProofMethod::Margin => {
                let squares = if score { reading.squares.as_ref()? } else { above };
                &squares.over(below)? - &(&at * &at)
            }
        };
        let gap = &at - &level;
        let left = below * &(&gap * &gap);
        let right = &(&proof.z * &proof.z) * &variance;
        let unit = judged.measure.unit;
        Some(Self { n: below.clone(), at, level, variance, gap, left, right, unit, score })
    }

    fn steps(&self, proof: &Proof) -> Vec<String> {
        let plain = |value: &Ratio| Quantity::new(value.clone(), Unit::Number).to_string();
        let Self { n, at, level, left, right, .. } = self;
        let name = match proof.method {
            ProofMethod::Wilson => "level × (1 - level)",
            ProofMethod::Margin => "variance of the answers",
        };
        let (low, high) = self.bounds(proof);
        vec![
            format!("{} of {n} records against {}", self.shown(at), self.shown(level)),
            format!(
                "{n} × (reading - level)² = {}, z² × {name} = {}² × {} = {}",
                plain(left),
                plain(&proof.z),
                plain(&self.variance),
                plain(right)
            ),
            format!("range by {}: {} to {}", method_words(proof.method), self.shown(&low), self.shown(&high)),
        ]
    }

    /// The ends of the range, rounded to hundredths of a point for showing.
    fn bounds(&self, proof: &Proof) -> (Ratio, Ratio) {
        let z_square = &proof.z * &proof.z;
        let over = |a: &Ratio, b: &Ratio| a.over(b).unwrap_or_default();
        let (middle, square) = match proof.method {
            ProofMethod::Margin => (self.at.clone(), over(&(&z_square * &self.variance), &self.n)),
            ProofMethod::Wilson => {
                let part = over(&z_square, &self.n);
                let whole = &Ratio::one() + &part;
                let half = &part * &Ratio::decimal(5, 1);
                let spread = over(&(&self.at * &(&Ratio::one() - &self.at)), &self.n);
                let quarter = over(&part, &(&self.n * &Ratio::whole(4)));
                let inside = &z_square * &(&spread + &quarter);
                (over(&(&self.at + &half), &whole), over(&inside, &(&whole * &whole)))
            }
        };
        let margin = square.root(12);
        let rounding = Rounding { step: Ratio::decimal(1, 4), mode: Mode::HalfUp };
        let low = if self.score { -Ratio::one() } else { Ratio::zero() };
        let inside = |value: Ratio| rounding.apply(&value.max(low.clone()).min(Ratio::one()));
        (inside(&middle - &margin), inside(&middle + &margin))
    }

    /// A value from −1 to 1 in the unit of the measure.
    fn shown(&self, value: &Ratio) -> String {
        let scaled = value * &Ratio::whole(100);
        Quantity::new(scaled, self.unit).to_string()
    }
}

fn method_words(method: ProofMethod) -> &'static str {
    match method {
        ProofMethod::Wilson => "wilson",
        ProofMethod::Margin => "margin of error",
    }
}

#[cfg(test)]
mod tests;
