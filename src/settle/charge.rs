//! Charges: what the service costs before bonuses and penalties.
//!
//! 253 resolutions at 0.95 (first 50), 0.90 (next 50) and 0.85 (the rest):
//!
//! | pricing | working | USD |
//! |---------|---------|----:|
//! | graduated | 50 × 0.95 + 50 × 0.90 + 153 × 0.85 | 222.55 |
//! | slab | 253 × 0.85 | 215.05 |
//!
//! A volume band of 1,000 tickets for 50,000, ± 10 %, 38 above and 32 below,
//! from the edge: 1,180 → 50,000 + 80 × 38 = 53,040; 850 → 50,000 − 50 × 32 = 48,400.

use crate::contract::{Charge, ChargeKind};
use crate::reading::formula::{Figures, Missing, Source, percent_of};
use crate::value::{Quantity, Ratio, Unit};

use super::desk::{Desk, note, work_out};
use super::{Input, Trace, reversal, rider};

/// The exact amount of a charge; its working goes into the trace.
pub(super) fn price(desk: &Desk<'_>, charge: &Charge, trace: &mut Trace) -> Result<Ratio, Missing> {
    if let Some(amount) = desk.given(&charge.name) {
        let shown = desk.money(amount);
        trace.step(|| format!("given: {shown}"));
        note(trace, Input { name: charge.name.clone(), shown, source: "given" });
        return Ok(amount.clone());
    }
    if desk.has_ended(&charge.name) {
        trace.step(|| "the term has ended: nothing is charged".to_string());
        return Ok(Ratio::zero());
    }
    let price = of_kind(desk, charge, trace)?;
    let amount = rider::ride(desk, charge, price, trace)?;
    reversal::less(desk, charge, amount, trace)
}

/// The price by its kind alone.
pub(super) fn of_kind(desk: &Desk<'_>, charge: &Charge, trace: &mut Trace) -> Result<Ratio, Missing> {
    match &charge.kind {
        ChargeKind::Formula(formula) => {
            let worked = work_out(desk, desk, formula, trace)?;
            if worked.working != charge.text {
                trace.step(|| worked.working);
            }
            Ok(worked.amount)
        }
        ChargeKind::Tiered { volume, .. }
        | ChargeKind::PerUnit { volume, .. }
        | ChargeKind::VolumeBand { volume, .. } => {
            let volume = count(desk, volume, trace)?;
            let volume = reversal::counted(desk, charge, volume, trace)?;
            of_count(desk, charge, &volume, trace)
        }
    }
}

/// The price of so many units.
pub(super) fn of_count(
    desk: &Desk<'_>,
    charge: &Charge,
    volume: &Ratio,
    trace: &mut Trace,
) -> Result<Ratio, Missing> {
    match &charge.kind {
        ChargeKind::Formula(formula) => Ok(work_out(desk, desk, formula, trace)?.amount),
        ChargeKind::Tiered { graduated, tiers, .. } => {
            let amount = if *graduated { graduate } else { slab };
            Ok(amount(desk, volume, tiers, trace))
        }
        ChargeKind::PerUnit { price, per, volume: of, included } => {
            let terms = Price { price, per, included };
            match charge.riders.carried {
                None => Ok(per_unit(desk, volume, &terms, trace)),
                Some(carry) => {
                    let used = used(desk, charge, of, per);
                    let beyond = rider::carried(desk, &used, included, carry.periods, trace);
                    Ok(line(desk, &beyond, price, trace))
                }
            }
        }
        ChargeKind::VolumeBand { price, baseline, dead_band, above, below, from_edge, .. } => {
            let width = percent_of(dead_band, baseline);
            let band = Band { price, baseline, width, above, below, from_edge: *from_edge };
            Ok(volume_band(desk, volume, &band, trace))
        }
    }
}

/// The measure counted, noted as an input.
pub(super) fn count(desk: &Desk<'_>, measure: &str, trace: &mut Trace) -> Result<Ratio, Missing> {
    let found = desk.figure(Source::Measure, measure);
    let shown = found.as_ref().map_or_else(ToString::to_string, ToString::to_string);
    let given = desk.reading(measure).is_some_and(|reading| reading.basis == crate::reading::Basis::Given);
    let source = if given { "given" } else { Source::Measure.word() };
    note(trace, Input { name: measure.to_string(), shown, source });
    found.map(|quantity| quantity.value)
}

/// The units of every period up to this one; none where nothing was measured.
fn used(desk: &Desk<'_>, charge: &Charge, measure: &str, per: &Ratio) -> Vec<Option<Ratio>> {
    let whole = crate::measured::Segment::whole();
    let value = |measure: &str, period| desk.readings.get(measure, period, &whole)?.value.clone();
    let left = |period| {
        let count = value(measure, period)?;
        match reversal::off_the_count(charge) {
            None => count.over(per),
            Some(reversal) => (&count - &value(&reversal.measure, period)?).max(Ratio::zero()).over(per),
        }
    };
    (0..=desk.period).map(left).collect()
}

fn number(value: &Ratio) -> String {
    Quantity::new(value.clone(), Unit::Number).to_string()
}

/// `50 × USD 0.95 = USD 47.50`, noted; the product.
fn line(desk: &Desk<'_>, units: &Ratio, price: &Ratio, trace: &mut Trace) -> Ratio {
    let amount = units * price;
    trace.step(|| format!("{} × {} = {}", number(units), desk.money(price), desk.money(&amount)));
    amount
}

/// Each unit at the price of its own tier.
fn graduate(desk: &Desk<'_>, volume: &Ratio, tiers: &[(Option<Ratio>, Ratio)], trace: &mut Trace) -> Ratio {
    let mut from = Ratio::zero();
    let mut sum = Ratio::zero();
    for (upper, price) in tiers {
        let to = upper.as_ref().map_or_else(|| volume.clone(), |upper| upper.clone().min(volume.clone()));
        if to > from {
            sum = sum + line(desk, &(&to - &from), price, trace);
            from = to;
        }
    }
    if sum.is_zero() {
        trace.step(|| format!("{} units", number(volume)));
    }
    sum
}

/// All units at the price of the tier the volume reaches.
fn slab(desk: &Desk<'_>, volume: &Ratio, tiers: &[(Option<Ratio>, Ratio)], trace: &mut Trace) -> Ratio {
    let reached = tiers.iter().find(|(upper, _)| upper.as_ref().is_none_or(|upper| volume <= upper));
    let price = reached.or(tiers.last()).map(|(_, price)| price.clone()).unwrap_or_default();
    line(desk, &volume.clone().max(Ratio::zero()), &price, trace)
}

struct Price<'a> {
    price: &'a Ratio,
    per: &'a Ratio,
    included: &'a Ratio,
}

fn per_unit(desk: &Desk<'_>, volume: &Ratio, terms: &Price<'_>, trace: &mut Trace) -> Ratio {
    let mut units = volume.over(terms.per).unwrap_or_default();
    if *terms.per != Ratio::one() {
        trace.step(|| format!("{} / {} = {}", number(volume), number(terms.per), number(&units)));
    }
    if !terms.included.is_zero() {
        let beyond = (&units - terms.included).max(Ratio::zero());
        trace.step(|| {
            format!("{} less {} included = {}", number(&units), number(terms.included), number(&beyond))
        });
        units = beyond;
    }
    line(desk, &units, terms.price, trace)
}

struct Band<'a> {
    price: &'a Ratio,
    baseline: &'a Ratio,
    width: Ratio,
    above: &'a Ratio,
    below: &'a Ratio,
    from_edge: bool,
}

fn volume_band(desk: &Desk<'_>, volume: &Ratio, band: &Band<'_>, trace: &mut Trace) -> Ratio {
    let (low, high) = (band.baseline - &band.width, band.baseline + &band.width);
    let step = format!("{} for {}", desk.money(band.price), number(band.baseline));
    if *volume >= low && *volume <= high {
        trace.step(|| format!("{step}, unchanged from {} to {}", number(&low), number(&high)));
        return band.price.clone();
    }
    trace.step(|| step);
    let start = |edge: &Ratio| if band.from_edge { edge.clone() } else { band.baseline.clone() };
    if *volume > high {
        trace.step(|| format!("{} above {}", number(volume), number(&start(&high))));
        return band.price + &line(desk, &(volume - &start(&high)), band.above, trace);
    }
    trace.step(|| format!("{} below {}", number(volume), number(&start(&low))));
    band.price - &line(desk, &(&start(&low) - volume), band.below, trace)
}
