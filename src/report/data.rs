//! The account of the data: what was read, and what became of every row.
//!
//! `1,000 read = 985 accepted + 5 rejected + 10 duplicates`, and per measure
//! `985 records = 120 outside + 13 excluded + 852 counted`.

use std::collections::BTreeMap;

use super::{DataView, FileView, OutsideView, PassedOverView, SpanView, TableView, TallyView, shown};
use crate::contract::Contract;
use crate::measured::{KnownBy, Measured, PassedOver, Role, TableTotals, Tally};
use crate::value::{Instant, Ratio, grouped};

/// The account of all tables.
pub fn data(contract: &Contract, measured: &Measured) -> DataView {
    let table = |(name, totals): (&String, &TableTotals)| {
        let complete =
            measured.complete_to.get(name).map(|end| shown::moment(whole_second(*end), &contract.zone));
        table(name, totals, complete)
    };
    let outside = measured.outside_periods.iter().map(|(set, rows)| OutsideView {
        set: set.clone(),
        elsewhere: rows.elsewhere,
        undated: rows.undated,
    });
    DataView { tables: measured.tables.iter().map(table).collect(), outside_periods: outside.collect() }
}

/// The end of a day is shown as 23:59:59.
fn whole_second(end: Instant) -> Instant {
    Instant(end.0 - end.0.rem_euclid(1_000_000))
}

/// The account of one table.
pub fn table(name: &str, totals: &TableTotals, complete_to: Option<String>) -> TableView {
    let rejected: u64 = totals.rejected.values().sum();
    let parts = [
        (totals.accepted, "accepted"),
        (rejected, "rejected"),
        (totals.duplicates, "duplicates"),
        (totals.folded, "folded"),
        (totals.later, "not yet known"),
    ];
    let (text, adds_up) = account(totals.read, "read", &parts);
    let span = |(first, last): &(String, String)| SpanView { first: first.clone(), last: last.clone() };
    TableView {
        name: name.to_string(),
        files: totals.files.iter().map(|it| FileView { path: it.path.clone(), rows: it.rows }).collect(),
        relation: totals.relation.clone(),
        read: totals.read,
        accepted: totals.accepted,
        rejected: totals.rejected.clone(),
        duplicates: totals.duplicates,
        folded: totals.folded,
        later: totals.later,
        later_files: totals.later_files,
        known_by: totals.known_by.as_ref().map(known_by),
        passed_over: passed_over(totals.passed_over),
        dst_gaps: totals.dst_gaps,
        dst_folds: totals.dst_folds,
        spans: totals.spans.iter().map(|(field, ends)| (field.clone(), span(ends))).collect(),
        complete_to,
        text,
        adds_up,
    }
}

fn passed_over(passed: PassedOver) -> Option<PassedOverView> {
    let PassedOver { rows, row_groups, of_row_groups } = passed;
    (row_groups > 0).then_some(PassedOverView { rows, row_groups, of_row_groups })
}

/// What tells when a row became known, in words.
fn known_by(by: &KnownBy) -> String {
    match by {
        KnownBy::Column(field) => format!("known by `{field}`"),
        KnownBy::Files => "known by the date of each file".to_string(),
        KnownBy::Date(field) => {
            format!("known by its date, `{field}`: the data book does not say when a row became known")
        }
        KnownBy::Nothing => {
            "all of it, whenever it became known: neither the data book nor a date tells".to_string()
        }
    }
}

/// The account of one set in one cell.
pub fn tally(tally: &Tally) -> TallyView {
    let excluded: u64 = tally.excluded.values().sum();
    let parts = [
        (tally.outside, "outside the set"),
        (tally.unknown, "undecided"),
        (excluded, "excluded"),
        (tally.missing, "without a value"),
        (tally.open, "still open"),
        (tally.counted, "counted"),
    ];
    let (text, adds_up) = account(tally.records, "records", &parts);
    TallyView {
        set: tally.set.to_string(),
        table: tally.table.to_string(),
        role: role(tally.role).to_string(),
        records: tally.records,
        outside: tally.outside,
        unknown: tally.unknown,
        excluded: tally.excluded.clone(),
        missing: tally.missing,
        open: tally.open,
        counted: tally.counted,
        above: tally.above,
        undecided: tally.undecided,
        text,
        adds_up,
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Both => "both sides",
        Role::Above => "above the line",
        Role::Below => "below the line",
    }
}

/// `140 records = 13 excluded + 127 counted`; parts of 0 are left out. And whether it adds up.
fn account(whole: u64, name: &str, parts: &[(u64, &str)]) -> (String, bool) {
    let sum = parts.iter().try_fold(0_u64, |sum, (part, _)| sum.checked_add(*part));
    let shown: Vec<String> = parts
        .iter()
        .filter(|(part, _)| *part > 0)
        .map(|(part, name)| format!("{} {name}", count(*part)))
        .collect();
    let right = if shown.is_empty() { "0".to_string() } else { shown.join(" + ") };
    (format!("{} {name} = {right}", count(whole)), sum == Some(whole))
}

/// A count with separators.
pub fn count(value: u64) -> String {
    grouped(&Ratio::whole(value), 0, 0)
}

/// `3 × not a date, 1 × no id`
pub fn reasons(reasons: &BTreeMap<String, u64>) -> String {
    let shown: Vec<String> = reasons.iter().map(|(reason, n)| format!("{} × {reason}", count(*n))).collect();
    shown.join(", ")
}
