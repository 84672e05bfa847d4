//! What is added to a price: index, least and most, parts of a period.
//!
//! A fee of 10,000.00 that starts on 12 March:
//!
//! | prorated by | working | |
//! |-------------|---------|---:|
//! | actual days | 20 / 31 | 6,451.61 |
//! | months of 30 days | 20 / 30 | 6,666.67 |
//! | years of 360 days | 19 / 30 | 6,333.33 |
//!
//! The order: price, index, least and most, part of the period.

use crate::contract::{Charge, Proration};
use crate::reading::formula::{Figures, Missing, Source};
use crate::value::{Date, PeriodLength, Quantity, Ratio, Unit};

use super::Trace;
use super::desk::{Desk, note_series, series_input, work_out};

/// The price of a charge with everything that is added to it.
pub(super) fn ride(
    desk: &Desk<'_>,
    charge: &Charge,
    price: Ratio,
    trace: &mut Trace,
) -> Result<Ratio, Missing> {
    let riders = &charge.riders;
    let mut amount = price;
    if let Some(index) = &riders.indexed {
        let factor = desk.figure(Source::Series, index)?;
        let indexed = &amount * &factor.value;
        super::desk::note(trace, series_input(desk, index));
        note_series(desk, index, trace);
        trace.step(|| format!("{} × {factor} = {}", desk.money(&amount), desk.money(&indexed)));
        amount = indexed;
    }
    for (limit, least) in [(&riders.least, true), (&riders.most, false)] {
        let Some(limit) = limit else { continue };
        let bound = work_out(desk, desk, limit, trace)?;
        let word = if least { "at least" } else { "at most" };
        let binds = if least { amount < bound.amount } else { amount > bound.amount };
        let says = if binds { "" } else { ": not reached" };
        trace.step(|| format!("{word} {}{says}", bound.working));
        if binds {
            amount = bound.amount;
        }
    }
    Ok(in_part(desk, charge, amount, trace))
}

/// What is owed when only a part of the period is owed for.
fn in_part(desk: &Desk<'_>, charge: &Charge, amount: Ratio, trace: &mut Trace) -> Ratio {
    let riders = &charge.riders;
    let Some(period) = desk.readings.periods.get(desk.period) else { return amount };
    let first = riders.from.map_or(period.first, |from| from.max(period.first));
    let last = riders.until.map_or(period.last, |until| until.min(period.last));
    if first > last {
        trace.step(|| format!("nothing is owed from {} to {}", period.first, period.last));
        return Ratio::zero();
    }
    let Some(way) = riders.prorated else { return amount };
    let schedule = &desk.contract.schedule;
    let (whole_first, whole_last) = schedule.whole(period);
    if (first, last) == (whole_first, whole_last) {
        return amount;
    }
    let (days, of) = match way {
        Proration::ActualDays => (actual(first, last), actual(whole_first, whole_last)),
        Proration::Months30 => {
            (actual(first, last), Ratio::whole(30 * months(schedule.length, whole_first, whole_last)))
        }
        Proration::Years360 => (thirties(first, last), thirties(whole_first, whole_last)),
    };
    // 31 days of a month of 30 are the whole month.
    let days = days.min(of.clone());
    let owed = (&amount * &days).over(&of).unwrap_or_default();
    trace.step(|| {
        format!(
            "owed from {first} to {last}: {} × {days} / {of} days = {}",
            desk.money(&amount),
            desk.money(&owed)
        )
    });
    owed
}

/// Dates from the first to the last, both included.
fn actual(first: Date, last: Date) -> Ratio {
    Ratio::whole(last.days() - first.days() + 1)
}

/// Likewise in a year of twelve months of 30 days: the last day of a month is its 30th.
fn thirties(first: Date, last: Date) -> Ratio {
    let ends_month = last.plus_days(1).is_none_or(|next| next.day() == 1);
    let end = if ends_month { 30 } else { last.day().min(30) };
    let count =
        |date: Date, day: u32| i64::from(date.year()) * 360 + i64::from(date.month()) * 30 + i64::from(day);
    Ratio::whole(count(last, end) - count(first, first.day().min(30)) + 1)
}

/// How many months a whole period has.
fn months(length: PeriodLength, first: Date, last: Date) -> i64 {
    match length {
        PeriodLength::Monthly => 1,
        PeriodLength::Quarterly => 3,
        PeriodLength::Yearly => 12,
        PeriodLength::WholeTerm => {
            let after = last.plus_days(1).unwrap_or(last);
            let count = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
            (count(after) - count(first)).max(1)
        }
    }
}

/// How many units are left to be charged, and the working: this period's
/// included ones are used after those kept from earlier periods, the oldest first.
///
/// 50 included, kept for 2 periods; used 30, 40, 75, 120: 20 of the first are
/// left; the second uses those and 20 of its own; the third the 30 left of the
/// second and 45 of its own; the fourth the 5 left, its 50, and 65 beyond.
pub(super) fn carried(
    desk: &Desk<'_>,
    volumes: &[Option<Ratio>],
    included: &Ratio,
    keep: Option<usize>,
    trace: &mut Trace,
) -> Ratio {
    let mut kept: Vec<(usize, Ratio)> = Vec::new();
    let mut beyond = Ratio::zero();
    let number = |value: &Ratio| Quantity::new(value.clone(), Unit::Number).to_string();
    for (at, used) in volumes.iter().enumerate() {
        let now = at + 1 == volumes.len();
        kept.retain(|(from, left)| keep.is_none_or(|keep| at - from <= keep) && left.is_positive());
        if now && !kept.is_empty() {
            let parts = kept.iter().map(|(from, left)| format!("{} of {}", number(left), desk.label(*from)));
            trace.step(|| format!("kept from before: {}", parts.collect::<Vec<_>>().join(", ")));
        }
        // Nobody knows what was left of a period that was not measured.
        let Some(used) = used else { continue };
        let mut rest = used.clone();
        for (_, left) in &mut kept {
            let piece = left.clone().min(rest.clone()).max(Ratio::zero());
            *left = &*left - &piece;
            rest = &rest - &piece;
        }
        let own = included.clone().min(rest.clone()).max(Ratio::zero());
        kept.push((at, included - &own));
        beyond = (&rest - &own).max(Ratio::zero());
        if now {
            let before = used - &rest;
            trace.step(|| {
                format!(
                    "{} used: {} of those kept, {} of the {} included, {} beyond",
                    number(used),
                    number(&before),
                    number(&own),
                    number(included),
                    number(&beyond)
                )
            });
        }
    }
    beyond
}
