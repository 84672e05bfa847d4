//! Control totals and rejects as tables, for whoever reconciles the data.
//!
//! `controls.csv` has one count a row: `measure,2026-10,fcr,all,contacts,both
//! sides,excluded,"clause 4.2",13`.

use super::{PeriodView, TableView, TallyView, View, csv::Table};
use crate::measured::Reject;

/// Every count of the account: tables first, then measures by period and segment.
#[must_use]
pub fn controls(view: &View) -> String {
    let head = ["scope", "period", "name", "segment", "set", "side", "item", "detail", "count"];
    let mut rows = Table::new(&head);
    if let Some(data) = &view.data {
        data.tables.iter().for_each(|it| table(it, &mut rows));
        for outside in &data.outside_periods {
            let place = ["outside periods", "", "", "", &outside.set, ""];
            record(&mut rows, place, "elsewhere", "", outside.elsewhere);
            record(&mut rows, place, "undated", "", outside.undated);
        }
    }
    view.periods.iter().for_each(|period| measures(period, &mut rows));
    rows.text()
}

/// One count: scope, period, name, segment, set and side say of what.
fn record(rows: &mut Table, place: [&str; 6], item: &str, detail: &str, count: u64) {
    rows.row(place.into_iter().chain([item, detail, &count.to_string()]));
}

fn table(table: &TableView, rows: &mut Table) {
    let mut row = |item: &str, detail: &str, n: u64| {
        record(rows, ["table", "", &table.name, "", "", ""], item, detail, n);
    };
    row("read", "", table.read);
    row("accepted", "", table.accepted);
    table.rejected.iter().for_each(|(reason, n)| row("rejected", reason, *n));
    row("duplicates", "", table.duplicates);
    row("folded", "", table.folded);
    if table.known_by.is_some() {
        row("not yet known", "", table.later);
        row("files not yet known", "", table.later_files);
    }
    if let Some(passed) = &table.passed_over {
        row("passed over", "", passed.rows);
        row("row groups passed over", "", passed.row_groups);
    }
    row("local times skipped", "", table.dst_gaps);
    row("local times repeated", "", table.dst_folds);
    table.files.iter().for_each(|file| row("rows of file", &file.path, file.rows));
    table.relation.iter().for_each(|relation| row("rows of relation", relation, table.read));
}

fn measures(period: &PeriodView, rows: &mut Table) {
    for measure in &period.measures {
        for reading in &measure.readings {
            let segment = reading.segment.to_string();
            let place = [period.label.as_str(), &measure.name, &segment];
            reading.tallies.iter().for_each(|it| tally(place, it, rows));
        }
    }
}

fn tally([period, measure, segment]: [&str; 3], tally: &TallyView, rows: &mut Table) {
    let mut row = |item: &str, detail: &str, n: u64| {
        record(rows, ["measure", period, measure, segment, &tally.set, &tally.role], item, detail, n);
    };
    row("records", "", tally.records);
    row("outside", "", tally.outside);
    tally.excluded.iter().for_each(|(reason, n)| row("excluded", reason, *n));
    row("undecided", "", tally.unknown);
    row("missing", "", tally.missing);
    row("open", "", tally.open);
    row("counted", "", tally.counted);
    row("counted above the line", "", tally.above);
    row("counted, condition undecided", "", tally.undecided);
}

/// The rows that could not be read, one a line, in the order of table, file and line.
#[must_use]
pub fn rejects(rejects: &[Reject]) -> String {
    let mut rows = Table::new(&["table", "file", "line", "column", "value", "reason"]);
    let mut sorted: Vec<&Reject> = rejects.iter().collect();
    sorted.sort();
    for Reject { table, file, line, column, value, reason } in sorted {
        rows.row([table, file, &line.to_string(), column, value, reason]);
    }
    rows.text()
}
