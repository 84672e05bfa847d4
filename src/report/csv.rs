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
    let mut rows = vec![HEAD.map(String::from).to_vec()];
    for period in &view.periods {
        let currency = &view.contract.currency;
        rows.extend(measures(period));
        rows.extend(period.commitments.iter().map(|it| commitment(period, it)));
        rows.extend(period.lines.iter().map(|line| money(period, line, currency)));
        rows.extend(period.rights.iter().map(|it| right(period, it)));
        rows.extend(sums(period, currency));
    }
    text(&rows)
}

/// Rows as comma separated text, quoted where need be.
pub fn text(rows: &[Vec<String>]) -> String {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    for row in rows {
        // Writing to memory cannot fail, and every row has the heading's length.
        let _ = writer.write_record(row);
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn measures(period: &PeriodView) -> Vec<Vec<String>> {
    let rows = period.measures.iter().flat_map(|measure| {
        measure.readings.iter().map(|reading| {
            let id = reading.segment.of(&format!("measure.{}", measure.name));
            let start =
                [&period.label, &id, "measure", &measure.label, measure.clause.as_deref().unwrap_or("")];
            let mut row = start.map(String::from).to_vec();
            row.push(segment(&reading.segment));
            row.extend(reading_cells(Some(reading)));
            row.push(reading.basis.clone());
            row.push(reading.exact.clone().unwrap_or_default());
            row.extend([String::new(), String::new(), reading.working.clone()]);
            row
        })
    });
    rows.collect()
}

fn segment(segment: &super::SegmentView) -> String {
    if segment.is_whole() { String::new() } else { segment.to_string() }
}

/// Value, numerator and denominator.
fn reading_cells(reading: Option<&ReadingView>) -> [String; 3] {
    let value = reading.and_then(|it| it.value.as_ref()).map(|value| value.exact.clone());
    let part = |part: Option<&Option<String>>| part.cloned().flatten().unwrap_or_default();
    [
        value.unwrap_or_default(),
        part(reading.map(|it| &it.numerator)),
        part(reading.map(|it| &it.denominator)),
    ]
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
    row.extend(reading_cells(reading));
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
    row.extend(reading_cells(judged.and_then(|it| reading_of(period, it))));
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
