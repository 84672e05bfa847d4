//! Reports: everything an evaluation found, as texts, and the forms it is printed in.
//!
//! [`view`] is the only place that turns figures into text. What prints a
//! [`View`] adds headings and spaces, never a number of its own: 93 of 120
//! arrives as `77.50% (93 of 120)` and leaves as that in every form.

mod controls;
mod csv;
mod data;
mod ground;
mod human;
mod json;
mod md;
mod period;
mod quality;
mod right;
#[cfg(test)]
pub(crate) mod sample;
mod shown;
mod statement;
pub(crate) mod table;
#[cfg(test)]
mod tests;
mod view;
mod why;

pub use controls::{controls, rejects};
pub use csv::csv;
pub(crate) use human::blocks as human_blocks;
pub use human::{Paint, human};
pub use json::{json, read, schema};
pub(crate) use md::blocks as md_blocks;
pub use md::md;
pub use right::RightView;
pub use view::*;
pub use why::{Unknown, askable, why};

use std::ops::Range;

use crate::assess::Assessment;
use crate::contract::{Contract, Level, Measure};
use crate::measured::{Measured, TableTotals};
use crate::reading::Readings;
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
        periods: evaluation.periods.clone().filter_map(|index| period::period(evaluation, index)).collect(),
        data: evaluation.measured.map(|measured| data::data(evaluation.contract, measured)),
        defaults: evaluation.contract.defaults.clone(),
    }
}
