//! Cliffs: the smallest difference in a reading decides a great deal of money.
//!
//! Bands on a charge of 55,020.00, the charges of the month the same:
//!
//! | reading | pays | jump | of the charges |
//! |--------:|-----:|-----:|---------------:|
//! | 85.99 % | +550.20 | | |
//! | 86 % | +1,100.40 | 550.20 | 1 % |
//!
//! A penalty that begins where the target is missed is what a target means,
//! and no cliff. Two things are: a jump between two amounts that are both
//! paid, when a bonus is among them, of 1 % of the charges or more; and any
//! jump of more than a quarter of the charges.

use std::collections::{BTreeMap, BTreeSet};

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use rayon::prelude::*;

use crate::contract::{Commitment, Contract, Measure};
use crate::prove::{Setting, net};
use crate::value::{Quantity, Ratio, Unit};

/// The greatest cliff of each measure that is paid for.
pub(super) fn findings(contract: &Contract, setting: &Setting<'_>) -> Vec<Diagnostic> {
    let paid = |measure: &&Measure| {
        setting.commitments(&measure.name).iter().any(|commitment| !commitment.pays.is_empty())
    };
    // Most of the time that a check takes goes by here: each measure is tried out by itself.
    let measures: Vec<&Measure> = contract.measures.values().filter(paid).collect();
    measures.into_par_iter().filter_map(|measure| greatest(contract, setting, measure)).collect()
}

/// A jump between two neighbouring readings.
struct Jump {
    from: (Ratio, Ratio),
    to: (Ratio, Ratio),
    charges: Ratio,
}

impl Jump {
    fn size(&self) -> Ratio {
        (&self.to.1 - &self.from.1).abs()
    }

    fn part(&self) -> Ratio {
        self.size().over(&self.charges).unwrap_or_default()
    }

    fn is_cliff(&self) -> bool {
        let (low, high) = (&self.from.1, &self.to.1);
        let both = !low.is_zero() && !high.is_zero();
        let bonus = low.is_positive() || high.is_positive();
        let hundredth = Ratio::decimal(1, 2);
        (both && bonus && self.part() >= hundredth) || self.part() > Ratio::decimal(25, 2)
    }
}

fn greatest(contract: &Contract, setting: &Setting<'_>, measure: &Measure) -> Option<Diagnostic> {
    let smallest = setting.smallest(measure);
    let edges = setting.edges(measure);
    let pairs = edges.iter().zip(edges.iter().skip(1)).filter(|(low, high)| *high - *low <= smallest);
    let pairs: Vec<(&Ratio, &Ratio)> = pairs.collect();
    // The upper reading of one pair is often the lower of the next.
    let values: BTreeSet<&Ratio> = pairs.iter().flat_map(|(low, high)| [*low, *high]).collect();
    let alone = setting.alone(&measure.name);
    let at = |value| {
        let ledger = alone.only(&[(measure.name.as_str(), value)])?;
        Some((value, (net(&ledger), ledger.charges)))
    };
    let tried: BTreeMap<&Ratio, (Ratio, Ratio)> = values.into_iter().filter_map(at).collect();
    let jumps = pairs.into_iter().filter_map(|(low, high)| {
        let ((below, charges), (above, _)) = (tried.get(low)?, tried.get(high)?);
        let jump = Jump {
            from: (low.clone(), below.clone()),
            to: (high.clone(), above.clone()),
            charges: charges.clone(),
        };
        (jump.charges.is_positive() && jump.is_cliff()).then_some(jump)
    });
    let jump = jumps.max_by_key(Jump::part)?;
    let commitment = setting.commitments(&measure.name).into_iter().next()?;
    Some(diagnostic(contract, measure, commitment, &jump))
}

fn diagnostic(contract: &Contract, measure: &Measure, commitment: &Commitment, jump: &Jump) -> Diagnostic {
    let money = |amount: &Ratio| Quantity::new(amount.clone(), Unit::Money(contract.currency)).to_string();
    let reading = |value: &Ratio| Quantity::new(value.clone(), measure.unit).to_string();
    let part = Quantity::new(&jump.part() * &Ratio::whole(100), Unit::Percent);
    let side = |(at, amount): &(Ratio, Ratio)| match amount {
        amount if amount.is_negative() => {
            format!("{} pays a penalty of {}", reading(at), money(&amount.abs()))
        }
        amount if amount.is_zero() => format!("{} pays nothing", reading(at)),
        amount => format!("{} pays a bonus of {}", reading(at), money(amount)),
    };
    let message = format!(
        "between {} and {} the pay on `{}` jumps by {}",
        reading(&jump.from.0),
        reading(&jump.to.0),
        commitment.name,
        money(&jump.size())
    );
    Diagnostic::warning(codes::CLIFF, message)
        .label(commitment.span, format!("{part} of the charges hang on the smallest difference"))
        .note(format!("{}; {}", side(&jump.from), side(&jump.to)))
        .note(format!("with charges of {}", money(&jump.charges)))
        .help("write `pay scale` with the same levels: straight lines instead of steps".to_owned())
}
