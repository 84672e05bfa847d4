//! The report as one table: a row a measure, commitment, line and sum.
//!
//! Rows of kind `pool`, `points`, `base`, `cash` and the sums are not summed in
//! `total`; all other amounts are.

use super::{CommitmentView, Figure, LineView, PeriodView, ReadingView, RightView, View};

const HEAD: [&str; 14] = [
    "period",
    "id",
    "kind",
    "label",
    "clause",
    "segment",
    "reading",
    "numerator",
    "denominator",
    "status",
    "exact",
    "amount",
    "currency",
    "formula",
];

/// The report with one row for each figure.
#[must_use]
pub fn csv(view: &View) -> String {
    let mut table = Table::new(&HEAD);
    for period in &view.periods {
        let currency = &view.contract.currency;
        measures(period, &mut table);
        period.commitments.iter().for_each(|it| table.row(commitment(period, it)));
        period.lines.iter().for_each(|line| table.row(money(period, line, currency)));
        period.rights.iter().for_each(|it| table.row(right(period, it)));
        sums(period, currency).iter().for_each(|row| table.row(row));
    }
    table.text()
}

/// Comma separated text, quoted where need be, row by row.
pub struct Table(::csv::Writer<Vec<u8>>);

impl Table {
    /// A table with its heading.
    pub fn new(head: &[&str]) -> Self {
        let mut table = Self(::csv::Writer::from_writer(Vec::new()));
        table.row(head);
        table
    }

    /// Adds a row.
    pub fn row<T: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = T>) {
        // Writing to memory cannot fail, and every row has the heading's length.
        let _ = self.0.write_record(cells);
    }

    /// All of it.
    pub fn text(self) -> String {
        self.0.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

fn measures(period: &PeriodView, table: &mut Table) {
    for measure in &period.measures {
        let name = format!("measure.{}", measure.name);
        let clause = measure.clause.as_deref().unwrap_or("");
        for reading in &measure.readings {
            let (id, segment) = (reading.segment.of(&name), segment(&reading.segment));
            let [value, above, below] = reading_cells(Some(reading));
            let exact = reading.exact.as_deref().unwrap_or("");
            let start = [period.label.as_str(), &id, "measure", &measure.label, clause, &segment];
            let figures = [value, above, below, &reading.basis, exact, "", "", &reading.working];
            table.row(start.into_iter().chain(figures));
        }
    }
}

fn segment(segment: &super::SegmentView) -> String {
    if segment.is_whole() { String::new() } else { segment.to_string() }
}

/// Value, numerator and denominator.
fn reading_cells(reading: Option<&ReadingView>) -> [&str; 3] {
    let Some(reading) = reading else { return [""; 3] };
    let value = reading.value.as_ref().map_or("", |value| &value.exact);
    let [above, below] = [&reading.numerator, &reading.denominator].map(|it| it.as_deref().unwrap_or(""));
    [value, above, below]
}

/// The reading a commitment was judged by.
fn reading_of<'a>(period: &'a PeriodView, commitment: &CommitmentView) -> Option<&'a ReadingView> {
    let measure = period.measures.iter().find(|measure| measure.name == commitment.measure)?;
    measure.readings.iter().find(|reading| reading.segment == commitment.segment)
}

fn commitment(period: &PeriodView, it: &CommitmentView) -> Vec<String> {
    let id = it.segment.of(&format!("commitment.{}", it.name));
    let start = [&period.label, &id, "commitment", &it.label, it.clause.as_deref().unwrap_or("")];
    let mut row = start.map(String::from).to_vec();
    row.push(segment(&it.segment));
    let reading = reading_of(period, it);
    row.extend(reading_cells(reading).map(String::from));
    row.push(it.status.clone());
    row.push(reading.and_then(|reading| reading.exact.clone()).unwrap_or_default());
    row.extend([String::new(), String::new(), it.target.clone().unwrap_or_default()]);
    row
}

fn money(period: &PeriodView, line: &LineView, currency: &str) -> Vec<String> {
    let judged = period.commitments.iter().find(|it| {
        ["penalty", "bonus", "points"]
            .iter()
            .any(|kind| it.segment.of(&format!("{kind}.{}", it.name)) == line.id)
    });
    let start = [&period.label, &line.id, &line.kind, &line.label, line.clause.as_deref().unwrap_or("")];
    let mut row = start.map(String::from).to_vec();
    row.push(segment(&line.segment));
    row.extend(reading_cells(judged.and_then(|it| reading_of(period, it))).map(String::from));
    row.push(judged.map(|it| it.status.clone()).unwrap_or_default());
    row.extend([line.exact.clone(), line.amount.exact.clone()]);
    row.push(if line.kind == "points" { "points".to_string() } else { currency.to_string() });
    let rule = std::iter::once(&line.rule).chain(&line.steps).chain(&line.rounding).chain(&line.limits);
    row.push(rule.filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("; "));
    row
}

fn right(period: &PeriodView, it: &RightView) -> Vec<String> {
    let start = [&period.label, &it.id, "right", &it.label, it.clause.as_deref().unwrap_or("")];
    let mut row = start.map(String::from).to_vec();
    row.extend(std::iter::repeat_n(String::new(), 4));
    row.push(it.state.clone());
    row.extend(std::iter::repeat_n(String::new(), 3));
    row.push(std::iter::once(&it.rule).chain(&it.evidence).cloned().collect::<Vec<_>>().join("; "));
    row
}

fn sums(period: &PeriodView, currency: &str) -> Vec<Vec<String>> {
    let totals = &period.totals;
    let sum = |name: &str, figure: &Figure| {
        let mut row = vec![period.label.clone(), name.to_string(), "sum".to_string(), name.to_string()];
        row.extend(std::iter::repeat_n(String::new(), 6));
        row.extend([figure.exact.clone(), figure.exact.clone(), currency.to_string(), String::new()]);
        row
    };
    let mut rows = vec![
        sum("charges", &totals.charges),
        sum("bonuses", &totals.bonuses),
        sum("penalties", &totals.penalties),
    ];
    rows.extend(totals.earned_back.iter().map(|figure| sum("earned back", figure)));
    rows.extend(totals.corrections.iter().map(|figure| sum("corrections", figure)));
    rows.push(sum("total", &totals.total));
    rows
}
