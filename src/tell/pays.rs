//! What follows a reading, in words: bands, scales, steps and fixed amounts.

use super::prices::share;
use super::words::{duration, list, money, number, percent, reading, side};
use crate::contract::{Amount, Contract, Formula, Measure, Node, Pay, PaySide, StepParts, When};
use crate::prove::Setting;
use crate::value::{Quantity, Ratio, Unit};

/// One way of paying, as a sentence without its full stop.
pub(super) fn pay(
    contract: &Contract,
    setting: Option<&Setting<'_>>,
    measure: &Measure,
    pay: &Pay,
) -> String {
    let sum = |formula: &Formula| worked(setting, formula);
    match pay {
        Pay::Bands { base, bands, otherwise } => {
            let row =
                |text: &str, paid: &Amount| format!("{text}: {}", amount(contract, paid, base.as_ref()));
            let rows = bands.iter().map(|band| row(&band.text, &band.amount));
            let rest = otherwise.as_ref().map(|paid| row("any other reading", paid));
            format!("By bands: {}", rows.chain(rest).collect::<Vec<_>>().join("; "))
        }
        Pay::Scale { base, points } => {
            let last = points.len().saturating_sub(1);
            let point = |(at, (level, paid)): (usize, &(Ratio, Amount))| {
                let beyond = match at {
                    0 => " and below",
                    at if at == last => " and above",
                    _ => "",
                };
                let paid = amount(contract, paid, base.as_ref());
                format!("{paid} at {}{beyond}", reading(level, measure))
            };
            let points: Vec<String> = points.iter().enumerate().map(point).collect();
            format!("In straight lines between: {}", list(&points))
        }
        Pay::Share { side: to, below, level, tiers, at_most } => {
            let way = if *below { "below" } else { "above" };
            let most = at_most.as_ref().map_or_else(String::new, |it| format!(", at most {}", sum(it)));
            let level = formula(level, Some(measure));
            format!("A {} of what lies {way} {level}: {}{most}", side(*to), share(contract, tiers))
        }
        Pay::Step { side: to, amount, step, parts, records, below, level, at_most } => {
            let size = match records {
                Some(noun) if *step == Ratio::one() => noun.clone(),
                Some(noun) => format!("{} {noun}", number(step)),
                None => step_size(step, measure),
            };
            let each = match parts {
                StepParts::Full => format!("for each full {size}"),
                StepParts::OrPart => format!("for each {size} or part of it"),
                StepParts::Exact => format!("for each {size}"),
            };
            let part = match (parts, is_count(measure)) {
                (StepParts::Exact, false) => ", parts of one in proportion",
                _ => "",
            };
            let way = if *below { "below" } else { "above" };
            let most = at_most.as_ref().map_or_else(String::new, |it| format!(", at most {}", sum(it)));
            let level = formula(level, Some(measure));
            format!("A {} of {} {each} {way} {level}{part}{most}", side(*to), sum(amount))
        }
        Pay::Events { side: to, amount, every, over, once } => {
            events(&format!("A {} of {}", side(*to), sum(amount)), *every, *over, *once)
        }
        Pay::Fixed { side: to, amount, when, often } => {
            let when = match when {
                When::Met => "When the target is met",
                When::Missed => "When the target is missed",
                When::MissedAboveMinimum => "When the target is missed and the minimum reached",
                When::BelowMinimum => "When not even the minimum is reached",
            };
            let often = often.as_ref().map_or_else(String::new, |often| format!(" {often}"));
            format!("{when}{often}: a {} of {}", side(*to), sum(amount))
        }
    }
}

/// `A penalty of 2% of fee for every 6 missed within 12 periods`
fn events(paid: &str, every: u32, over: u32, once: bool) -> String {
    let used = match once {
        true => "a miss that made an amount due is used up",
        false => "a miss may count again in a later stretch",
    };
    format!("{paid} for every {every} periods missed within {over} periods; {used}")
}

/// A formula as written, with what it comes to in the month assumed.
fn worked(setting: Option<&Setting<'_>>, formula: &Formula) -> String {
    let sum = match &formula.node {
        Node::Const(_) => None,
        _ => setting.and_then(|setting| setting.worked(formula)),
    };
    match sum {
        Some(sum) => format!("{} ({})", formula.text, Quantity::new(sum, formula.unit)),
        None => formula.text.clone(),
    }
}

fn is_count(measure: &Measure) -> bool {
    measure.unit == Unit::Number
}

/// A formula as written; a single level in the measure's own unit.
fn formula(formula: &Formula, measure: Option<&Measure>) -> String {
    match (&formula.node, measure) {
        (Node::Const(value), Some(measure)) => reading(&value.value, measure),
        _ => formula.text.clone(),
    }
}

/// `1 point`, `hour`, `0.5 hours`
fn step_size(step: &Ratio, measure: &Measure) -> String {
    match measure.unit {
        Unit::Percent if *step == Ratio::one() => "point".to_owned(),
        Unit::Percent => format!("{} points", number(step)),
        Unit::Duration => duration(step).trim_start_matches("1 ").to_owned(),
        Unit::Number if *step == Ratio::one() => "one".to_owned(),
        unit => Quantity::new(step.clone(), unit).to_string(),
    }
}

/// `a penalty of 4% of fee`, `nothing`, `2 points`
fn amount(contract: &Contract, amount: &Amount, base: Option<&Formula>) -> String {
    let of = base.map_or_else(String::new, |base| format!(" of {}", base.text));
    let (value, shown) = match amount {
        Amount::Nothing => return "nothing".to_owned(),
        Amount::Percent(value) => (value, format!("{}{of}", percent(&value.abs()))),
        Amount::Money(value) => (value, money(&value.abs(), contract.currency)),
        Amount::Points(value) => (value, Quantity::new(value.abs(), Unit::Points).to_string()),
        Amount::Days(value) => (value, format!("{} days{of}", number(&value.abs()))),
        Amount::Formula(to, formula) if formula.unit == Unit::Percent => {
            return format!("a {} of {}{of}", side(*to), formula.text);
        }
        Amount::Formula(to, formula) => return format!("a {} of {}", side(*to), formula.text),
    };
    match (value.is_zero(), value.is_negative()) {
        (true, _) => "nothing".to_owned(),
        (_, true) => format!("a {} of {shown}", side(PaySide::Penalty)),
        (_, false) => format!("a {} of {shown}", side(PaySide::Bonus)),
    }
}
