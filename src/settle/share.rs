//! Shares of what is saved or lost.
//!
//! Target cost 1,000,000.00; half of the first 10 % either side, then a
//! quarter of what is saved and three quarters of what is lost:
//!
//! | cost | working | |
//! |-----:|---------|---:|
//! | 850,000 | 100,000 × 50 % + 50,000 × 25 % | 62,500 gain |
//! | 1,150,000 | 100,000 × 50 % + 50,000 × 75 % | 87,500 pain |

use crate::contract::ShareSize;
use crate::reading::formula::percent_of;
use crate::value::{Quantity, Ratio, Unit};

use super::Trace;
use super::desk::Desk;

/// The share of the difference between a reading and its level.
pub(super) fn of(
    desk: &Desk<'_>,
    reading: &Quantity,
    level: &Ratio,
    below: bool,
    tiers: &[(Option<ShareSize>, Ratio)],
    trace: &mut Trace,
) -> Ratio {
    let side = if below { "below" } else { "above" };
    let away = if below { level - &reading.value } else { &reading.value - level };
    if !away.is_positive() {
        trace.step(|| format!("{reading} is not {side} {}", desk.money(level)));
        return Ratio::zero();
    }
    trace.step(|| format!("{reading} is {} {side} {}", desk.money(&away), desk.money(level)));
    let (mut rest, mut sum) = (away, Ratio::zero());
    for (size, part) in tiers {
        let size = size.as_ref().map(|size| match size {
            ShareSize::Percent(percent) => percent_of(percent, level).abs(),
            ShareSize::Money(money) => money.clone(),
        });
        let piece = size.map_or_else(|| rest.clone(), |size| size.min(rest.clone()));
        if !piece.is_positive() {
            continue;
        }
        let share = percent_of(part, &piece);
        let rate = Quantity::new(part.clone(), Unit::Percent);
        trace.step(|| format!("{rate} of {} = {}", desk.money(&piece), desk.money(&share)));
        rest = &rest - &piece;
        sum = sum + share;
    }
    sum
}
