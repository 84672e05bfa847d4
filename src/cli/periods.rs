//! Which periods are evaluated, and which of them are reported.
//!
//! | asked for | evaluated | reported |
//! |---|---|---|
//! | nothing | the whole term | from the first to the last period with data |
//! | `--period 2026-03` | 2026-03 | 2026-03 |
//! | the same, and the contract looks back (pooling, streaks, rolling caps) | term start to 2026-03 | 2026-03 |
//! | the same, and 2026-01 and 2026-02 are closed | 2026-01 to 2026-03 | 2026-03 |

use std::ops::Range;

use meed_grammar::suggest;

use super::months::Months;
use super::screen::Stop;
use crate::contract::Contract;
use crate::measured::Measured;
use crate::reading::{Basis, Readings};
use crate::value::Period;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, clap::Args)]
pub struct Asked {
    /// One period, as the contract has them: 2026-10 of months, 2026-Q4 of quarters, 2026, term
    #[arg(long, value_name = "P", conflicts_with_all = ["from", "to"])]
    pub period: Option<String>,
    /// The first period; otherwise the first of the term
    #[arg(long, value_name = "P")]
    pub from: Option<String>,
    /// The last period; otherwise the last of the term
    #[arg(long, value_name = "P")]
    pub to: Option<String>,
}

/// The periods to evaluate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// In order, without gaps.
    pub periods: Vec<Period>,
    /// Which of them are reported; none leaves it to the data.
    pub reported: Option<Range<usize>>,
    /// The index of the first that is not closed.
    pub open: usize,
}

/// The periods of the term that were asked for, and what is closed before them.
pub fn choose(contract: &Contract, asked: &Asked, months: Months) -> Result<(Chosen, Months), Stop> {
    let all = contract.periods();
    if asked == &Asked::default() {
        let open = months.first_open(&all)?;
        if open >= all.len() {
            return Err(Stop::fault("every period of the term is closed")
                .help("name one with `--period` to see what it comes to now".to_string()));
        }
        return Ok((Chosen { periods: all, reported: None, open }, months));
    }
    let first = asked.period.as_ref().or(asked.from.as_ref());
    let last = asked.period.as_ref().or(asked.to.as_ref());
    let first = first.map_or(Ok(0), |label| find(&all, label))?;
    let last = last.map_or(Ok(all.len().saturating_sub(1)), |label| find(&all, label))?;
    if first > last {
        return Err(
            Stop::fault("the first period comes after the last").help("swap `--from` and `--to`".to_string())
        );
    }
    let months = match all.get(first) {
        Some(period) => months.before(&period.label),
        None => months,
    };
    let open = months.first_open(&all)?;
    let closed = months.first_closed(&all).unwrap_or(first);
    let start = if contract.looks_back() { 0 } else { first.min(closed) };
    let periods = all.get(start..=last).unwrap_or_default().to_vec();
    let reported = Some(first - start..last - start + 1);
    Ok((Chosen { periods, reported, open: open.saturating_sub(start) }, months))
}

fn find(all: &[Period], label: &str) -> Result<usize, Stop> {
    all.iter().position(|period| period.label == label).ok_or_else(|| {
        let near = suggest::nearest(label, all.iter().map(|period| period.label.as_str()));
        let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        Stop::fault(format!("`{label}` is not a period of the contract's term"))
            .help(format!("{near}{}", told(all)))
    })
}

/// `the periods are 2026-01, 2026-02, 2026-03`
fn told(all: &[Period]) -> String {
    let labels: Vec<&str> = all.iter().map(|period| period.label.as_str()).collect();
    match labels.as_slice() {
        [] => "the term has no period".to_string(),
        [only] => format!("the only period is {only}"),
        [first, second, .., last] if labels.len() > 8 => {
            format!("the periods are {first}, {second} and so on to {last}")
        }
        _ => format!("the periods are {}", labels.join(", ")),
    }
}

/// The periods from the first to the last with data, never beyond the one the data is complete to.
pub fn with_data(periods: &[Period], measured: &Measured) -> Range<usize> {
    let tallies = measured.cells.values().flatten();
    let held = tallies.filter(|(_, cell)| cell.tallies.iter().any(|tally| tally.records > 0));
    let held: Vec<usize> = held.map(|(key, _)| key.period).collect();
    let complete = measured.complete_to.values().max();
    let reached = |period: &&Period| complete.is_none_or(|complete| period.start <= *complete);
    let limit = periods.iter().take_while(reached).count();
    range(held, limit)
}

/// The periods from the first to the last for which something was given.
pub fn with_readings(readings: &Readings) -> Range<usize> {
    let reported = |basis: &Basis| matches!(basis, Basis::Given | Basis::Excused { .. });
    let given = readings.measures.values().flatten().filter(|(_, reading)| reported(&reading.basis));
    let figures = readings.given.keys().map(|(_, period)| *period);
    range(given.map(|(key, _)| key.period).chain(figures).collect(), readings.periods.len())
}

fn range(held: Vec<usize>, limit: usize) -> Range<usize> {
    let held = || held.iter().copied().filter(|period| *period < limit);
    match (held().min(), held().max()) {
        (Some(first), Some(last)) => first..last + 1,
        _ => 0..0,
    }
}
