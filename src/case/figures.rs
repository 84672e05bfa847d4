//! `expected/figures.yaml`: figures worked out by hand.
//!
//! ```yaml
//! # 15/17 = 88.2353 %, rounded 88.24. 90.01 - 88.24 = 1.77: one full point.
//! 2026-01:
//!   resolution: 88.24%
//!   resolution is: missed
//!   penalty.resolution: USD -124.00
//! ```

use std::collections::BTreeMap;

use super::evaluate::Evaluated;
use super::look::{Found, look};
use crate::contract::Contract;
use crate::measured::TableTotals;
use crate::reading::written_value;

/// Texts by name within a period or table.
pub(super) type ByName = BTreeMap<String, BTreeMap<String, String>>;

/// The expected figures that differ.
pub(super) fn compare(contract: &Contract, evaluated: &Evaluated, expected: &ByName) -> Vec<String> {
    let mut differences = Vec::new();
    for (label, figures) in expected {
        let Some(period) = evaluated.readings.periods.iter().position(|period| period.label == *label) else {
            let labels: Vec<&str> =
                evaluated.readings.periods.iter().map(|period| period.label.as_str()).collect();
            differences.push(format!("`{label}` is not an evaluated period: {}", labels.join(", ")));
            continue;
        };
        let compared = figures.iter().filter_map(|(name, want)| {
            let version = contract.in_period(&evaluated.readings.periods, period);
            let outcome = look(version, evaluated, period, name).and_then(|found| agree(&found, want));
            outcome.err().map(|why| format!("{label}: `{name}` should be {want}: {why}"))
        });
        differences.extend(compared);
    }
    differences
}

fn agree(found: &Found, want: &str) -> Result<(), String> {
    match found {
        Found::Words(words) if words == want => Ok(()),
        Found::Words(words) => Err(format!("it is {words}")),
        Found::Figure(figure) => {
            let want = written_value(want, figure.unit).map_err(|help| format!("it is {figure}; {help}"))?;
            if want == figure.value { Ok(()) } else { Err(format!("it is {figure}")) }
        }
    }
}

/// The expected totals of tables that differ.
pub(super) fn tables(found: &BTreeMap<String, TableTotals>, expected: &ByName) -> Vec<String> {
    let mut differences = Vec::new();
    for (table, totals) in expected {
        let Some(found) = found.get(table) else {
            differences.push(format!("the table `{table}` is not read"));
            continue;
        };
        for (name, want) in totals {
            match total(found, name) {
                Some(value) if value.to_string() == *want => {}
                Some(value) => differences.push(format!("{table}: `{name}` should be {want}, it is {value}")),
                None => differences.push(format!("{table}: `{name}` is nothing that is counted")),
            }
        }
    }
    differences
}

fn total(totals: &TableTotals, name: &str) -> Option<u64> {
    Some(match name {
        "read" => totals.read,
        "accepted" => totals.accepted,
        "rejected" => totals.rejected.values().sum(),
        "duplicates" => totals.duplicates,
        "folded" => totals.folded,
        "not yet known" => totals.later,
        "files not yet known" => totals.later_files,
        "passed over" => totals.passed_over.rows,
        "dst_gaps" => totals.dst_gaps,
        "dst_folds" => totals.dst_folds,
        _ => return None,
    })
}
