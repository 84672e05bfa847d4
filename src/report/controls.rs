//! Control totals and rejects as tables, for whoever reconciles the data.
//!
//! `controls.csv` has one count a row: `measure,2026-10,fcr,all,contacts,both
//! sides,excluded,"clause 4.2",13`.

use super::{PeriodView, TableView, TallyView, View, csv::text};
use crate::measured::Reject;

/// Every count of the account: tables first, then measures by period and segment.
#[must_use]
pub fn controls(view: &View) -> String {
    let head = ["scope", "period", "name", "segment", "set", "side", "item", "detail", "count"];
    let mut rows = vec![head.map(String::from).to_vec()];
    if let Some(data) = &view.data {
        rows.extend(data.tables.iter().flat_map(table));
        for outside in &data.outside_periods {
            let row =
                |item: &str, n: u64| record(["outside periods", "", "", "", &outside.set, "", item, ""], n);
            rows.push(row("elsewhere", outside.elsewhere));
            rows.push(row("undated", outside.undated));
        }
    }
    rows.extend(view.periods.iter().flat_map(measures));
    text(&rows)
}

fn record(cells: [&str; 8], count: u64) -> Vec<String> {
    cells.iter().map(ToString::to_string).chain([count.to_string()]).collect()
}

fn table(table: &TableView) -> Vec<Vec<String>> {
    let row =
        |item: &str, detail: &str, n: u64| record(["table", "", &table.name, "", "", "", item, detail], n);
    let mut rows = vec![row("read", "", table.read), row("accepted", "", table.accepted)];
    rows.extend(table.rejected.iter().map(|(reason, n)| row("rejected", reason, *n)));
    rows.push(row("duplicates", "", table.duplicates));
    rows.push(row("folded", "", table.folded));
    if table.known_by.is_some() {
        rows.push(row("not yet known", "", table.later));
        rows.push(row("files not yet known", "", table.later_files));
    }
    if let Some(passed) = &table.passed_over {
        rows.push(row("passed over", "", passed.rows));
        rows.push(row("row groups passed over", "", passed.row_groups));
    }
    rows.push(row("local times skipped", "", table.dst_gaps));
    rows.push(row("local times repeated", "", table.dst_folds));
    rows.extend(table.files.iter().map(|file| row("rows of file", &file.path, file.rows)));
    rows.extend(table.relation.iter().map(|relation| row("rows of relation", relation, table.read)));
    rows
}

fn measures(period: &PeriodView) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for measure in &period.measures {
        for reading in &measure.readings {
            let segment = reading.segment.to_string();
            let place = [period.label.as_str(), &measure.name, &segment];
            rows.extend(reading.tallies.iter().flat_map(|it| tally(place, it)));
        }
    }
    rows
}

fn tally([period, measure, segment]: [&str; 3], tally: &TallyView) -> Vec<Vec<String>> {
    let row = |item: &str, detail: &str, n: u64| {
        record(["measure", period, measure, segment, &tally.set, &tally.role, item, detail], n)
    };
    let mut rows = vec![row("records", "", tally.records), row("outside", "", tally.outside)];
    rows.extend(tally.excluded.iter().map(|(reason, n)| row("excluded", reason, *n)));
    rows.push(row("undecided", "", tally.unknown));
    rows.push(row("missing", "", tally.missing));
    rows.push(row("open", "", tally.open));
    rows.push(row("counted", "", tally.counted));
    rows.push(row("counted above the line", "", tally.above));
    rows.push(row("counted, condition undecided", "", tally.undecided));
    rows
}

/// The rows that could not be read, one a line, in the order of table, file and line.
#[must_use]
pub fn rejects(rejects: &[Reject]) -> String {
    let head = ["table", "file", "line", "column", "value", "reason"];
    let mut sorted: Vec<&Reject> = rejects.iter().collect();
    sorted.sort();
    let row = |reject: &&Reject| {
        let Reject { table, file, line, column, value, reason } = *reject;
        vec![table.clone(), file.clone(), line.to_string(), column.clone(), value.clone(), reason.clone()]
    };
    let rows: Vec<Vec<String>> =
        std::iter::once(head.map(String::from).to_vec()).chain(sorted.iter().map(row)).collect();
    text(&rows)
}
