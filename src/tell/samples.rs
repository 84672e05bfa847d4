//! What a commitment comes to at sample readings, by settling made-up months.
//!
//! Around each reading at which the pay changes its way, and halfway along
//! each slope:
//!
//! | reading | | penalty | bonus |
//! |--------:|---|---:|---:|
//! | 70% | missed | GBP 2,200.80 | – |
//! | 72.25% | missed | GBP 1,100.40 | – |
//! | 74.5% | missed | – | – |
//! | 75% | met | – | – |
//! | 80% | met | – | GBP 1,650.60 |

use std::cmp::Ordering;

use super::Table;
use super::words::{money, reading};
use crate::contract::{Commitment, Contract, Measure, Pay};
use crate::prove::Setting;
use crate::settle::{Ledger, LineKind};
use crate::value::{Mode, Quantity, Ratio, Rounding, Unit};

/// Rows at most: more would be read by nobody.
const MOST: usize = 9;

/// The table; none when nothing is ever paid on the commitment.
pub(super) fn table(
    contract: &Contract,
    setting: &Setting<'_>,
    measure: &Measure,
    commitment: &Commitment,
) -> Option<Table> {
    if commitment.pays.is_empty() || commitment.each {
        return None;
    }
    let at = |value: &Ratio| {
        Some((value.clone(), paid(&setting.only(&[(measure.name.as_str(), value)])?, commitment)))
    };
    let edges: Vec<Ratio> = setting.edges(measure).into_iter().filter(in_sight).collect();
    let edges: Vec<Ratio> = edges.into_iter().chain(steps(setting, commitment)).collect();
    let mut tried: Vec<(Ratio, Paid)> = edges.iter().filter_map(at).collect();
    tried.sort_by(|one, other| one.0.cmp(&other.0));
    let slopes = middles(&tried, &setting.smallest(measure));
    tried.extend(slopes.iter().filter_map(at));
    tried.sort_by(|one, other| one.0.cmp(&other.0));
    tried.dedup_by(|later, earlier| later.0 == earlier.0);
    let most = tried.iter().map(|(_, paid)| paid.sum()).max().unwrap_or_default();
    while let Some(at) = beside(&tried, &setting.smallest(measure), &most) {
        tried.remove(at);
    }
    let kept = telling(&tried);
    if kept.iter().all(|(_, paid)| paid.is_nothing()) {
        return None;
    }
    let points = kept.iter().any(|(_, paid)| !paid.points.is_zero());
    let columns =
        [true, kept.iter().any(|it| !it.1.penalty.is_zero()), kept.iter().any(|it| !it.1.bonus.is_zero())];
    let mut heads = vec!["reading".to_owned(), "target".to_owned()];
    heads.extend(points.then(|| "points".to_owned()));
    heads.extend(columns.get(1).filter(|it| **it).map(|_| "penalty".to_owned()));
    heads.extend(columns.get(2).filter(|it| **it).map(|_| "bonus".to_owned()));
    let amount =
        |value: &Ratio| if value.is_zero() { "–".to_owned() } else { money(value, contract.currency) };
    let row = |(value, paid): &(Ratio, Paid)| {
        let mut row = vec![shown(value, measure), verdict(commitment, value).to_owned()];
        row.extend(points.then(|| Quantity::new(paid.points.clone(), Unit::Number).to_string()));
        row.extend(columns.get(1).filter(|it| **it).map(|_| amount(&paid.penalty)));
        row.extend(columns.get(2).filter(|it| **it).map(|_| amount(&paid.bonus)));
        row
    };
    Some(Table { heads, rows: kept.iter().map(row).collect() })
}

/// What one commitment comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Paid {
    points: Ratio,
    penalty: Ratio,
    bonus: Ratio,
}

impl Paid {
    fn sum(&self) -> Ratio {
        &(&self.points + &self.penalty) + &self.bonus
    }

    fn is_nothing(&self) -> bool {
        self.points.is_zero() && self.penalty.is_zero() && self.bonus.is_zero()
    }
}

fn paid(ledger: &Ledger, commitment: &Commitment) -> Paid {
    let of = |kind: LineKind, word: &str| -> Ratio {
        let id = format!("{word}.{}", commitment.name);
        let lines = ledger.lines.iter().filter(|line| line.kind == kind && line.id == id);
        lines.map(|line| line.amount.abs()).sum()
    };
    Paid {
        points: of(LineKind::Points, "points"),
        penalty: of(LineKind::Penalty, "penalty"),
        bonus: of(LineKind::Bonus, "bonus"),
    }
}

fn verdict(commitment: &Commitment, value: &Ratio) -> &'static str {
    let holds = |level: &Option<crate::contract::Level>| level.as_ref().map(|level| level.holds(value));
    match (holds(&commitment.target), holds(&commitment.minimum)) {
        (None, _) => "",
        (Some(true), _) => "met",
        (Some(false), Some(false)) => "below minimum",
        (Some(false), _) => "missed",
    }
}

/// One and ten steps away, where the pay goes by steps.
fn steps(setting: &Setting<'_>, commitment: &Commitment) -> Vec<Ratio> {
    let away = |pay: &Pay| -> Vec<Ratio> {
        let Pay::Step { step, below, level, .. } = pay else { return Vec::new() };
        let Some(level) = setting.worked(level) else { return Vec::new() };
        let beyond = |times: i64| {
            let far = step * &Ratio::whole(times);
            if *below { &level - &far } else { &level + &far }
        };
        [1, 10].into_iter().map(beyond).filter(|value| !value.is_negative()).collect()
    };
    commitment.pays.iter().flat_map(away).collect()
}

/// A reading; one that lies right beside a rounder one says so.
fn shown(value: &Ratio, measure: &Measure) -> String {
    let near = Rounding { step: Ratio::decimal(1, 4), mode: Mode::HalfUp }.apply(value);
    match value.cmp(&near) {
        Ordering::Equal => reading(value, measure),
        _ if measure.unit == Unit::Duration => reading(value, measure),
        Ordering::Less => format!("just below {}", reading(&near, measure)),
        Ordering::Greater => format!("just above {}", reading(&near, measure)),
    }
}

/// Readings a person would try; not those a search goes out to.
fn in_sight(value: &Ratio) -> bool {
    value.abs() < Ratio::whole(1_000_000_000)
}

/// Halfway along each stretch whose ends are paid differently.
fn middles(tried: &[(Ratio, Paid)], smallest: &Ratio) -> Vec<Ratio> {
    let pairs = tried.iter().zip(tried.iter().skip(1));
    let long = |low: &Ratio, high: &Ratio| &(high - low) > smallest;
    let sloped = pairs.filter(|(low, high)| low.1 != high.1 && long(&low.0, &high.0));
    sloped.filter_map(|(low, high)| (&low.0 + &high.0).over(&Ratio::whole(2))).collect()
}

/// Without readings that are paid like both their neighbours, and without
/// those right beside another that tell no more than it.
fn telling(tried: &[(Ratio, Paid)]) -> Vec<(Ratio, Paid)> {
    let same = |one: usize, other: Option<usize>| match (tried.get(one), other.and_then(|at| tried.get(at))) {
        (Some(one), Some(other)) => one.1 == other.1,
        _ => false,
    };
    let last = tried.len().saturating_sub(1);
    let keep = |at: usize| {
        let (before, after) = (at.checked_sub(1), Some(at + 1).filter(|at| *at <= last));
        let plateau = (before.is_none() || same(at, before)) && (after.is_none() || same(at, after));
        !plateau
    };
    let mut kept: Vec<(Ratio, Paid)> =
        tried.iter().enumerate().filter(|(at, _)| keep(*at)).map(|(_, it)| it.clone()).collect();
    while kept.len() > MOST {
        let Some(at) = closest(&kept) else { break };
        kept.remove(at);
    }
    kept
}

/// The less round of two rows right beside each other that are paid nearly
/// alike: the edge of a slope says what its neighbour says.
fn beside(kept: &[(Ratio, Paid)], smallest: &Ratio, most: &Ratio) -> Option<usize> {
    let length = |at: usize| kept.get(at).map_or(0, |(value, _)| value.to_exact_text().len());
    let near = |(low, high): (&(Ratio, Paid), &(Ratio, Paid))| {
        let away = (&high.1.sum() - &low.1.sum()).abs();
        &high.0 - &low.0 <= *smallest && &away * &Ratio::whole(50) <= *most
    };
    let at = kept.iter().zip(kept.iter().skip(1)).position(near)?;
    Some(if length(at) > length(at + 1) { at } else { at + 1 })
}

/// The row nearest to the one before it.
fn closest(kept: &[(Ratio, Paid)]) -> Option<usize> {
    let gaps = kept.iter().zip(kept.iter().skip(1)).map(|(low, high)| &high.0 - &low.0);
    gaps.enumerate().min_by(|one, other| one.1.cmp(&other.1)).map(|(at, _)| at + 1)
}
