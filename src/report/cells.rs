//! The exact counts behind every figure, before anything is divided or rounded.
//!
//! ```text
//! measure,period,by 1,by 2,above,below,value
//! resolved,2026-01,,,9408,11941,
//! resolved,2026-01,phone,SITE-01,311,402,
//! waited,2026-01,phone,SITE-01,402,402,55
//! ```
//!
//! Without fields it is the whole; a missing one is `(missing)`. A percentile
//! has its value, which no two counts make.

use std::collections::BTreeMap;

use crate::contract::Contract;
use crate::measured::{Cell, CellKey, Measured};
use crate::reading;
use crate::value::Period;

/// The cells of all measures as CSV, sorted by measure, period and segment.
#[must_use]
pub fn cells(contract: &Contract, periods: &[Period], measured: &Measured) -> String {
    let fields = |cells: &BTreeMap<CellKey, Cell>| cells.keys().map(|key| key.segment.0.len()).max();
    let by = measured.cells.values().filter_map(fields).max().unwrap_or(0);
    let mut text = String::new();
    let mut heading = vec!["measure".to_string(), "period".to_string()];
    heading.extend((1..=by).map(|at| format!("by {at}")));
    heading.extend(["above", "below", "value"].map(String::from));
    line(&mut text, heading.iter().map(String::as_str));
    for (name, cells) in &measured.cells {
        let measure = contract.measures.get(name);
        for (key, cell) in cells {
            let period = periods.get(key.period).map_or("", |period| period.label.as_str());
            let value = measure
                .filter(|_| !cell.histogram.is_empty())
                .and_then(|measure| reading::exact(measure, cell));
            let figures = [
                cell.above.to_exact_text(),
                cell.below.to_exact_text(),
                value.map_or(String::new(), |it| it.to_exact_text()),
            ];
            let values = key.segment.0.iter().map(|value| value.as_deref().unwrap_or("(missing)"));
            let padding = std::iter::repeat_n("", by.saturating_sub(key.segment.0.len()));
            let fields = [name.as_str(), period].into_iter().chain(values).chain(padding);
            line(&mut text, fields.chain(figures.iter().map(String::as_str)));
        }
    }
    text
}

/// Adds a line of CSV. Of hundreds of thousands hardly any has a field that needs quotes.
fn line<'f>(text: &mut String, fields: impl Iterator<Item = &'f str> + Clone) {
    let special = |byte| matches!(byte, b',' | b'"' | b'\r' | b'\n');
    if fields.clone().any(|field| field.bytes().any(special)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        // Writing to memory does not fail.
        let _ = writer.write_record(fields);
        let written = writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok());
        text.push_str(&written.unwrap_or_default());
        return;
    }
    for (at, field) in fields.enumerate() {
        text.push_str(if at > 0 { "," } else { "" });
        text.push_str(field);
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_what_a_writer_of_csv_makes_of_them() {
        let all =
            [["plain", "", "x y"], ["a,b", "say \"x\"", ""], ["two\nlines", "\r", "ü;'\t"], ["", "", ""]];
        let (mut text, mut writer) = (String::new(), csv::Writer::from_writer(Vec::new()));
        for fields in all {
            line(&mut text, fields.into_iter());
            writer.write_record(fields).unwrap();
        }
        assert_eq!(text.as_bytes(), writer.into_inner().unwrap());
    }
}
