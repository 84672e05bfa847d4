//! Reports: everything an evaluation found, as texts, and the forms it is printed in.
//!
//! [`view`] is the only place that turns figures into text. What prints a
//! [`View`] adds headings and spaces, never a number of its own: 93 of 120
//! arrives as `77.50% (93 of 120)` and leaves as that in every form.

mod account;
mod back;
mod baseline;
mod cells;
mod controls;
mod correction;
mod csv;
mod data;
mod ground;
mod human;
mod json;
mod md;
mod outlook;
mod period;
mod quality;
mod right;
#[cfg(test)]
pub(crate) mod sample;
mod shown;
mod statement;
mod sums;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod view;
mod why;

pub use account::*;
pub use baseline::BaselineView;
pub use cells::cells;
pub use controls::{controls, rejects};
pub use correction::{ChangeView, CorrectionView};
pub use csv::csv;
pub(crate) use human::blocks as human_blocks;
pub use human::{Paint, human};
pub use json::{json, read, schema};
pub(crate) use md::blocks as md_blocks;
pub use md::md;
pub use outlook::OutlookView;
pub use right::RightView;
pub use sums::{DeadlineView, Totals};
pub use view::*;
pub use why::{Unknown, askable, why};

use std::ops::Range;

use crate::assess::Assessment;
use crate::contract::{Contract, Level, Measure};
use crate::measured::{Measured, TableTotals};
use crate::reading::Readings;
use crate::restate::Correction;
use crate::settle::Settlement;
use crate::value::{Instant, Ratio};

/// What a report is made from.
#[derive(Debug, Clone)]
pub struct Evaluation<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// Its readings, with the evaluated periods.
    pub readings: &'a Readings,
    /// The judgements.
    pub assessment: &'a Assessment,
    /// The money.
    pub settlement: &'a Settlement,
    /// The account of the data; none when the readings were given.
    pub measured: Option<&'a Measured>,
    /// The moment up to which the data book calls its data complete, if it says so.
    pub complete_to: Option<Instant>,
    /// What changed in closed periods.
    pub corrections: &'a [Correction],
    /// The index of the period they are posted in; none when they are not.
    pub posting: Option<usize>,
    /// Closed periods that can still change.
    pub still_provisional: &'a [String],
    /// The moment as of which the data was looked at; none when all of it was.
    pub as_of: Option<String>,
    /// Which of the evaluated periods are reported. Others were needed to work these out.
    pub periods: Range<usize>,
}

/// The account of one table, without what its book says about completeness.
#[must_use]
pub fn table_view(name: &str, totals: &TableTotals) -> TableView {
    data::table(name, totals, None)
}

/// Control totals of tables for the terminal.
#[must_use]
pub fn data_check(tables: &[TableView], width: u16, paint: Paint) -> String {
    let data = DataView { tables: tables.to_vec(), outside_periods: Vec::new() };
    human::blocks(&quality::tables(&data), width, paint)
}

/// A value of a measure as reports show it: `77.50%`, `24 hours`.
#[must_use]
pub fn shown_value(value: &Ratio, measure: &Measure) -> String {
    shown::value(value, measure).shown
}

/// A level as reports show it: `at least 75%`.
#[must_use]
pub fn shown_level(level: &Level, measure: Option<&Measure>) -> String {
    shown::level(level, measure)
}

/// Collects everything a report shows.
#[must_use]
pub fn view(evaluation: &Evaluation<'_>) -> View {
    View {
        format: FORMAT.to_string(),
        contract: period::head(evaluation.contract),
        periods: evaluation
            .periods
            .clone()
            .filter_map(|index| {
                let contract = evaluation.contract.in_period(&evaluation.readings.periods, index);
                let mut view = period::period(&Evaluation { contract, ..evaluation.clone() }, index)?;
                view.version = version(evaluation, index);
                Some(view)
            })
            .collect(),
        still_provisional: evaluation.still_provisional.to_vec(),
        as_of: evaluation.as_of.clone(),
        data: evaluation.measured.map(|measured| data::data(evaluation.contract, measured)),
        defaults: defaults(evaluation),
    }
}

/// `amendment "No 1", from 2026-07-01`; none before the first amendment.
fn version(evaluation: &Evaluation<'_>, index: usize) -> Option<String> {
    let day = evaluation.readings.periods.get(index)?.first;
    let amendment = evaluation.contract.amendment(day)?;
    Some(format!("amendment \"{}\", from {}", amendment.title, amendment.from))
}

/// What the versions of the reported periods leave to a default.
fn defaults(evaluation: &Evaluation<'_>) -> Vec<String> {
    let periods = &evaluation.readings.periods;
    let versions = evaluation.periods.clone().map(|index| evaluation.contract.in_period(periods, index));
    let all: std::collections::BTreeSet<String> =
        versions.flat_map(|version| version.defaults.iter().cloned()).collect();
    if all.is_empty() { evaluation.contract.defaults.clone() } else { all.into_iter().collect() }
}
