//! Finding one figure of an evaluation by the name a case gives it.
//!
//! | written | found |
//! |---|---|
//! | `fcr`, `fcr[Cork, voice]` | the reading's value |
//! | `fcr exact` | before rounding |
//! | `fcr counts` | above and below the line: `15 of 17` |
//! | `fcr is` | the verdict on the commitment |
//! | `fcr target`, `fcr minimum` | the level in force |
//! | `fcr basis`, `fcr provisional`, `fcr final from`, `fcr open` | how the reading came about |
//! | `fcr records`, `outside`, `unknown`, `excluded`, `missing`, `undecided` | its account |
//! | `fcr excluded REASON` | how many a clause left out |
//! | `penalty.fcr`, `charge.fee`, `pool-limit.pool` | the line of the statement |
//! | `right.1`, `right.1 periods`, `right.1 notice` | whether it arises, what it rests on, the last day of notice |
//! | `fcr streak` | how long a verdict has repeated |
//! | `incident.1[INC-17]`, `correction.1` | what an incident gives back; a correction in money |
//! | `total otherwise` | the total with disputed records the other way round |
//! | `decided TEXT` | whether a decision with this text is listed: `yes`, `no` |
//! | `charge-back.1`, `charge-back.1[Billing]` | what is charged back, and a unit's part |
//! | `charges`, `bonuses`, `penalties`, `points`, `total` | the sums of the period |

use super::evaluate::Evaluated;
use crate::assess::Judgement;
use crate::contract::Contract;
use crate::measured::Tally;
use crate::reading::{Basis, Reading};
use crate::settle::{Ledger, LineKind, Streak};
use crate::value::{Quantity, Ratio, Unit};

/// What stands behind a name.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    /// A figure with its unit.
    Figure(Quantity),
    /// Something said in words.
    Words(String),
}

const SUMS: [&str; 6] = ["charges", "bonuses", "penalties", "points", "earned back", "total"];

/// The total with disputed records treated the other way round.
const OTHERWISE: &str = "total otherwise";

/// Kinds of line that name a part of the contract. Where nothing is due there may be no line.
const KINDS: [&str; 19] = [
    "charge",
    "pool",
    "penalty",
    "bonus",
    "points",
    "pool-limit",
    "cap",
    "gate",
    "minimum",
    "netting",
    "excess",
    "earn-back",
    "cash",
    "claim",
    "incident",
    "correction",
    "paid",
    "balance",
    "charge-back",
];

/// Looks a name up in one period.
pub(super) fn look(
    contract: &Contract,
    evaluated: &Evaluated,
    period: usize,
    name: &str,
) -> Result<Found, String> {
    let ledger = evaluated.settlement.periods.iter().find(|ledger| ledger.period == period);
    let ledger = ledger.ok_or_else(|| "the period is not settled".to_owned())?;
    if SUMS.contains(&name) {
        return Ok(Found::Figure(sum(contract, ledger, name)));
    }
    if name == OTHERWISE {
        let money = Unit::Money(contract.currency);
        let total = ledger.otherwise.clone().ok_or_else(|| "nothing is in dispute".to_owned())?;
        return Ok(Found::Figure(Quantity::new(total, money)));
    }
    if let Some(text) = name.strip_prefix("decided ") {
        let said = ledger.decisions.iter().any(|it| it.contains(text));
        return Ok(Found::Words(if said { "yes" } else { "no" }.to_owned()));
    }
    if let Some((kind, rest)) = name.split_once('.').filter(|(kind, _)| KINDS.contains(kind)) {
        return line(contract, ledger, kind, rest).map(Found::Figure);
    }
    if let Some(rest) = name.strip_prefix("right.") {
        return right(ledger, rest).map(Found::Words);
    }
    let (subject, word) = split(name);
    if word == "target" || word == "minimum" {
        return level(evaluated, period, subject, word);
    }
    if word == "streak" {
        return Ok(Found::Words(streak(ledger, subject)));
    }
    if word == "is" {
        return status(evaluated, period, subject).map(Found::Words);
    }
    reading(evaluated, period, subject).and_then(|reading| told(contract, reading, word))
}

/// `fcr[Cork, voice] final from` as subject and word.
fn split(name: &str) -> (&str, &str) {
    let end = name.find(']').map(|at| at + 1).or_else(|| name.find(' ')).unwrap_or(name.len());
    let (subject, word) = name.split_at_checked(end).unwrap_or((name, ""));
    (subject, word.trim())
}

/// `fcr[Cork, voice]` as name and segment; without brackets the whole.
fn segment(subject: &str) -> (&str, &str) {
    match subject.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
        Some((name, segment)) => (name, segment),
        None => (subject, "all"),
    }
}

fn sum(contract: &Contract, ledger: &Ledger, name: &str) -> Quantity {
    let money = Unit::Money(contract.currency);
    let (value, unit) = match name {
        "charges" => (&ledger.charges, money),
        "bonuses" => (&ledger.bonuses, money),
        "penalties" => (&ledger.penalties, money),
        "points" => (&ledger.points, Unit::Points),
        "earned back" => (&ledger.earned_back, money),
        _ => (&ledger.total, money),
    };
    Quantity::new(value.clone(), unit)
}

fn line(contract: &Contract, ledger: &Ledger, kind: &str, rest: &str) -> Result<Quantity, String> {
    let id = format!("{kind}.{rest}");
    let money = Unit::Money(contract.currency);
    if let Some(line) = ledger.lines.iter().find(|line| line.id == id) {
        let unit = if line.kind == LineKind::Points { Unit::Points } else { money };
        return Ok(Quantity::new(line.amount.clone(), unit));
    }
    let name = segment(rest).0;
    let known = match kind {
        "charge" | "paid" | "balance" => contract.charges.contains_key(name),
        "pool" | "pool-limit" => contract.pools.contains_key(name),
        "cap" | "gate" | "cash" | "minimum" | "netting" | "excess" => {
            name != "penalties" && name != "bonuses"
        }
        "earn-back" => contract.commitments.keys().any(|name| rest.starts_with(name.as_str())),
        _ => contract.commitments.contains_key(name) || name == "converted",
    };
    let unit = if kind == "points" && name != "converted" { Unit::Points } else { money };
    let ids = || ledger.lines.iter().map(|line| line.id.as_str()).collect::<Vec<_>>().join(", ");
    if known {
        Ok(Quantity::new(Ratio::zero(), unit))
    } else {
        Err(format!("there is no such line; there is {}", ids()))
    }
}

/// `1`, `1 periods` or `1 notice`
fn right(ledger: &Ledger, rest: &str) -> Result<String, String> {
    let (number, word) = rest.split_once(' ').unwrap_or((rest, ""));
    let id = format!("right.{number}");
    let found = ledger.rights.iter().find(|right| right.id == id);
    let right = found.ok_or_else(|| "there is no such right".to_owned())?;
    match word {
        "" => Ok(right.state.word().to_owned()),
        "periods" => {
            Ok(right.evidence.iter().map(|(period, _)| period.as_str()).collect::<Vec<_>>().join(", "))
        }
        "notice" => Ok(right.notice.map_or_else(|| "none".to_owned(), |date| date.to_string())),
        _ => Err(format!("`{word}` is nothing that a right tells")),
    }
}

fn streak(ledger: &Ledger, subject: &str) -> String {
    let (name, segment) = segment(subject);
    let same = |streak: &&Streak| streak.commitment == name && streak.segment.to_string() == segment;
    let texts: Vec<&str> = ledger.streaks.iter().filter(same).map(|streak| streak.text.as_str()).collect();
    if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
}

/// The level in force.
fn level(evaluated: &Evaluated, period: usize, subject: &str, word: &str) -> Result<Found, String> {
    let judged = judgement(evaluated, period, subject)?;
    let level = if word == "target" { &judged.target } else { &judged.minimum };
    let none = || format!("there is no {word} in force");
    level.as_ref().map(|level| Found::Figure(level.value.clone())).ok_or_else(none)
}

fn status(evaluated: &Evaluated, period: usize, subject: &str) -> Result<String, String> {
    judgement(evaluated, period, subject).map(|it| it.status.word().to_owned())
}

fn judgement<'e>(evaluated: &'e Evaluated, period: usize, subject: &str) -> Result<&'e Judgement, String> {
    let (name, segment) = segment(subject);
    let mut judgements = evaluated.assessment.judgements.iter();
    let found = judgements
        .find(|it| it.period == period && it.commitment == name && it.segment.to_string() == segment);
    found.ok_or_else(|| "there is no such judgement".to_owned())
}

fn reading<'e>(evaluated: &'e Evaluated, period: usize, subject: &str) -> Result<&'e Reading, String> {
    let (name, segment) = segment(subject);
    let measure = evaluated.readings.measures.get(name);
    let readings = measure.ok_or_else(|| format!("`{name}` is no measure of the contract"))?;
    let found = readings.iter().find(|(key, _)| key.period == period && key.segment.to_string() == segment);
    found
        .map(|(_, reading)| reading)
        .ok_or_else(|| format!("`{name}` has no segment `{segment}` in this period"))
}

fn told(contract: &Contract, reading: &Reading, word: &str) -> Result<Found, String> {
    let figure = |value: &Option<Ratio>| match value {
        Some(value) => Found::Figure(Quantity::new(value.clone(), reading.unit)),
        None => Found::Words("not measured".to_owned()),
    };
    let count = |count: u64| Found::Figure(Quantity::new(Ratio::whole(count), Unit::Number));
    let tally = |part: fn(&Tally) -> u64| count(reading.tallies.iter().map(part).sum());
    Ok(match word {
        "" => figure(&reading.value),
        "exact" => figure(&reading.exact),
        "counts" => Found::Words(counts(reading)),
        "basis" => Found::Words(basis(&reading.basis).to_owned()),
        "provisional" => Found::Words(if reading.is_provisional() { "yes" } else { "no" }.to_owned()),
        "final from" => Found::Words(
            reading
                .final_from
                .map_or_else(|| "the beginning".to_owned(), |moment| contract.zone.local(moment).to_string()),
        ),
        "open" => count(reading.open),
        "records" => tally(|tally| tally.records),
        "outside" => tally(|tally| tally.outside),
        "unknown" => tally(|tally| tally.unknown),
        "missing" => tally(|tally| tally.missing),
        "undecided" => tally(|tally| tally.undecided),
        "excluded" => tally(|tally| tally.excluded.values().sum()),
        _ => match word.strip_prefix("excluded ") {
            Some(reason) => count(
                reading.tallies.iter().map(|tally| tally.excluded.get(reason).copied().unwrap_or(0)).sum(),
            ),
            None => return Err(format!("`{word}` is nothing that a reading tells")),
        },
    })
}

fn counts(reading: &Reading) -> String {
    match (&reading.above, &reading.below) {
        (Some(above), Some(below)) => format!("{above} of {below}"),
        _ => "none".to_owned(),
    }
}

fn basis(basis: &Basis) -> &'static str {
    match basis {
        Basis::Measured => "measured",
        Basis::Pooled { .. } => "pooled",
        Basis::Carried { .. } => "carried",
        Basis::Given => "given",
        Basis::IfNone => "if none",
        Basis::DeemedMet(_) => "deemed met",
        Basis::DeemedMissed(_) => "deemed missed",
        Basis::NotMeasured(_) => "not measured",
        Basis::Excused { .. } => "excused",
    }
}
