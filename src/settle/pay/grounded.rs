//! What the number of records does to an amount.
//!
//! A penalty of 2,000 under `penalty only if proven …`: without the proof
//! nothing is due, and the trace has the test.

use super::{Sides, Sum};
use crate::assess::Status;
use crate::contract::PaySide;
use crate::settle::Trace;
use crate::settle::desk::Case;

/// What is left of an amount when the number of records speaks against it.
pub(super) fn grounded(case: &Case<'_>, sides: Sides, sum: Sum, trace: &mut Trace) -> Sum {
    let penalty = sum.money.is_negative() || sum.points.is_negative();
    let bonus = sum.money.is_positive() || sum.points.is_positive();
    let unproven = case.judgement.status == Status::NotProven;
    let mut sum = sum;
    for ground in &case.judgement.grounds {
        let about = match ground.bars {
            Some(PaySide::Penalty) => penalty || (unproven && !bonus && (sides.penalty || sides.points)),
            Some(PaySide::Bonus) => bonus,
            None => penalty || bonus,
        };
        if !about {
            continue;
        }
        trace.step(|| format!("{}: {}", ground.rule, ground.steps.join("; ")));
        if (ground.bars == Some(PaySide::Penalty) && penalty)
            || (ground.bars == Some(PaySide::Bonus) && bonus)
        {
            trace.step(|| "nothing is due".to_string());
            sum = Sum::default();
        }
    }
    sum
}
