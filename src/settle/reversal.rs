//! Units that were charged and came back.
//!
//! 0.99 each after 50 included; January 180 are 128.70. In February 12 of them came back:
//!
//! | February | before the allowance | as if never counted | at 0.99 each | at the average price paid |
//! |---------:|---------------------:|--------------------:|-------------:|--------------------------:|
//! | 150 | 138 − 50 = 88: 87.12 | 99.00 − 11.88 = 87.12 | 87.12 | 99.00 − 12 × 0.715 = 90.42 |
//! | 55 | 43 of 50: 0.00 | 4.95 − 11.88 = −6.93 | −6.93 | 4.95 − 8.58 = −3.63 |

use crate::contract::{Charge, Reversal, TakenBack};
use crate::measured::Segment;
use crate::reading::formula::{Figures, Missing, Source};
use crate::value::{Quantity, Ratio, Unit};

use super::desk::{Desk, note};
use super::{Input, Trace, charge, rider};

/// The count that is priced: less what came back, when that comes off the count.
pub(super) fn counted(
    desk: &Desk<'_>,
    charge: &Charge,
    count: Ratio,
    trace: &mut Trace,
) -> Result<Ratio, Missing> {
    let Some(reversal) = off_the_count(charge) else { return Ok(count) };
    let back = charge::count(desk, &reversal.measure, trace)?;
    let left = (&count - &back).max(Ratio::zero());
    trace.step(|| format!("{} less {} that came back = {}", number(&count), number(&back), number(&left)));
    Ok(left)
}

/// The reversal of a charge, when it comes off the count.
pub(super) fn off_the_count(charge: &Charge) -> Option<&Reversal> {
    charge.riders.reversal.as_ref().filter(|it| it.how == TakenBack::OffTheCount)
}

/// What is left of an amount after what is taken back in money.
pub(super) fn less(
    desk: &Desk<'_>,
    charge: &Charge,
    amount: Ratio,
    trace: &mut Trace,
) -> Result<Ratio, Missing> {
    let Some(reversal) = &charge.riders.reversal else { return Ok(amount) };
    let back = match &reversal.how {
        TakenBack::OffTheCount => return Ok(amount),
        TakenBack::Each(price) => {
            let back = charge::count(desk, &reversal.measure, trace)?;
            let sum = &back * price;
            trace.step(|| {
                format!("{} came back × {} = {}", number(&back), desk.money(price), desk.money(&sum))
            });
            sum
        }
        TakenBack::AsIfNever => earlier(desk, charge, reversal, trace, never)?,
        TakenBack::AveragePrice => earlier(desk, charge, reversal, trace, average)?,
    };
    let left = &amount - &back;
    if !back.is_zero() {
        trace.step(|| {
            format!("{} less {} taken back = {}", desk.money(&amount), desk.money(&back), desk.money(&left))
        });
    }
    Ok(left)
}

/// Units of one period that came back.
struct Back<'a> {
    /// The desk of the period they were charged in.
    then: Desk<'a>,
    charge: &'a Charge,
    /// How many were charged then.
    count: Ratio,
    /// How many of them came back before.
    before: Ratio,
    /// How many came back now.
    now: Ratio,
}

/// What is taken back for every period in which units were charged.
fn earlier(
    desk: &Desk<'_>,
    charge: &Charge,
    reversal: &Reversal,
    trace: &mut Trace,
    worth: fn(&Back<'_>, &mut Trace) -> Result<Ratio, Missing>,
) -> Result<Ratio, Missing> {
    let mut sum = Ratio::zero();
    for (segment, now) in came_back(desk, reversal, desk.period)? {
        note(trace, Input { name: format!("{}[{segment}]", reversal.measure), ..input(&now) });
        let Some(period) = origin(desk, &segment).filter(|period| *period <= desk.period) else {
            trace.step(|| {
                format!(
                    "{} came back that were charged in no period known: nothing is taken back for them",
                    number(&now)
                )
            });
            continue;
        };
        let then = desk.then(period);
        let own = then.contract.charges.get(&charge.name).unwrap_or(charge);
        let volume = own.kind.volume().ok_or(Missing::DivisionByZero)?;
        let count = then.figure(Source::Measure, volume)?.value;
        let mut before = Ratio::zero();
        for past in period..desk.period {
            let earlier = came_back(desk, reversal, past).unwrap_or_default();
            let same = earlier.into_iter().filter(|(segment, _)| origin(desk, segment) == Some(period));
            before = same.fold(before, |sum, (_, count)| &sum + &count);
        }
        sum = sum + worth(&Back { then, charge: own, count, before, now }, trace)?;
    }
    Ok(sum)
}

/// What came back in a period, by the period it was charged in.
fn came_back(desk: &Desk<'_>, reversal: &Reversal, period: usize) -> Result<Vec<(Segment, Ratio)>, Missing> {
    let readings = desk.readings.measures.get(&reversal.measure).into_iter().flatten();
    let mut known = false;
    let mut parts = Vec::new();
    for (key, reading) in readings.filter(|(key, _)| key.period == period) {
        known |= reading.value.is_some();
        let value = reading.value.clone().filter(Ratio::is_positive);
        parts.extend(value.filter(|_| !key.segment.is_whole()).map(|value| (key.segment.clone(), value)));
    }
    let missing = || Missing::Figure { name: reversal.measure.clone(), why: "not reported".to_string() };
    if known { Ok(parts) } else { Err(missing()) }
}

/// The period a segment names.
fn origin(desk: &Desk<'_>, segment: &Segment) -> Option<usize> {
    let label = segment.0.first()?.as_deref()?;
    desk.readings.periods.iter().position(|period| period.label == label)
}

/// The period's charge less what it would have been without them.
fn never(back: &Back<'_>, trace: &mut Trace) -> Result<Ratio, Missing> {
    let from = (&back.count - &back.before).max(Ratio::zero());
    let to = (&from - &back.now).max(Ratio::zero());
    let (with, without) = (back.price(&from)?, back.price(&to)?);
    let worth = &with - &without;
    trace.step(|| {
        format!(
            "{} of {} came back: {} were {}, {} are {}: {}",
            number(&back.now),
            back.label(),
            number(&from),
            back.then.money(&with),
            number(&to),
            back.then.money(&without),
            back.then.money(&worth)
        )
    });
    Ok(worth)
}

/// So many units at the average price of that period.
fn average(back: &Back<'_>, trace: &mut Trace) -> Result<Ratio, Missing> {
    if back.count.is_zero() {
        trace.step(|| format!("nothing was counted in {}", back.label()));
        return Ok(Ratio::zero());
    }
    let paid = back.price(&back.count)?;
    let worth = (&paid * &back.now).over(&back.count).unwrap_or_default();
    trace.step(|| {
        format!(
            "{} of {} came back: {} / {} × {} = {}",
            number(&back.now),
            back.label(),
            back.then.money(&paid),
            number(&back.count),
            number(&back.now),
            back.then.money(&worth)
        )
    });
    Ok(worth)
}

impl Back<'_> {
    /// What that period's charge is for so many units, by its prices and index.
    fn price(&self, count: &Ratio) -> Result<Ratio, Missing> {
        let mut working = self.then.trace(String::new);
        let price = charge::of_count(&self.then, self.charge, count, &mut working)?;
        let gross = rider::ride(&self.then, self.charge, price, &mut working)?;
        Ok(self.then.rounded(&gross, &mut working))
    }

    fn label(&self) -> String {
        self.then.label(self.then.period)
    }
}

fn number(value: &Ratio) -> String {
    Quantity::new(value.clone(), Unit::Number).to_string()
}

fn input(count: &Ratio) -> Input {
    Input { name: String::new(), shown: number(count), source: Source::Measure.word() }
}
