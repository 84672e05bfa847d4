//! Readings from a file, for those who get figures instead of records.
//!
//! ```csv
//! measure,period,segment,value,numerator,denominator,status
//! resolved_first_time,2026-03,,,93,120,
//! satisfied,2026-03,Seville|P2,77.5%,,,
//! answered_in,2026-03,,14.4 seconds,,,
//! outage,2026-03,,,,,excused: storm of 4 March
//! invoice,2026-03,,"GBP 55,020.00",,,
//! ```
//!
//! The last row names a charge: it gives the charge's amount.

mod counts;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use crate::contract::{Contract, IfNone, Measure};
use crate::measured::{Cell, CellKey, Segment};
use crate::value::{Period, Ratio, Unit};

use super::parts::by_version;
use super::read::Known;
use super::{Basis, Found, Readings, Ruling, figure, read, written};

/// A fault in a readings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenError {
    /// The line, counted from 1 with the heading.
    pub line: u64,
    /// The column; empty when the whole line is at fault.
    pub column: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl fmt::Display for GivenError {
    /// `line 3, column `value`: …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.column.is_empty() {
            write!(f, ", column `{}`", self.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for GivenError {}

const COLUMNS: [&str; 8] =
    ["measure", "period", "segment", "value", "numerator", "denominator", "status", "working"];

/// Reads a readings file.
///
/// Rows about periods of the term that are not evaluated are passed over.
/// A measure without a row is *not reported*; one in the file that the contract
/// does not know is an error. Minimum samples, rounding and the rule for
/// nothing to measure apply to given fractions as to measured ones.
///
/// # Errors
///
/// All rows that cannot be used, each with line, column and what to write.
pub fn given(text: &str, contract: &Contract, periods: &[Period]) -> Result<Readings, Vec<GivenError>> {
    let rows = rows(text).map_err(|error| vec![error])?;
    let mut intake =
        Intake { contract, periods, known: BTreeMap::new(), charges: BTreeMap::new(), errors: Vec::new() };
    let mut lines: BTreeMap<(String, CellKey), u64> = BTreeMap::new();
    let term = contract.periods();
    for row in rows.iter().filter(|row| !is_elsewhere(row, &term, periods)) {
        match intake.take(row) {
            Ok(key) => {
                if let Some(first) = lines.insert(key, row.line) {
                    let help = "keep one row for each measure, period and segment".to_string();
                    let message = format!("`{}` is given here and on line {first}", row.get("measure"));
                    intake.errors.push(row.error("measure", message, Some(help)));
                }
            }
            Err(error) => intake.errors.push(*error),
        }
    }
    if !intake.errors.is_empty() {
        return Err(intake.errors);
    }
    intake.not_reported();
    let Intake { known, charges, .. } = intake;
    let mut readings =
        by_version(contract, periods, &|version, _| read(version, periods, &known, Basis::Given));
    readings.given = charges;
    Ok(readings)
}

/// One line of the file, its cells trimmed.
struct Row {
    line: u64,
    cells: BTreeMap<&'static str, String>,
}

impl Row {
    fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    fn error(&self, column: &str, message: impl Into<String>, help: Option<String>) -> GivenError {
        GivenError { line: self.line, column: column.to_string(), message: message.into(), help }
    }
}

fn rows(text: &str) -> Result<Vec<Row>, GivenError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let fault = |line, message: String, help: &str| GivenError {
        line,
        column: String::new(),
        message,
        help: Some(help.to_string()),
    };
    let mut columns: Option<Vec<&'static str>> = None;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| fault(1, error.to_string(), "write comma-separated text"))?;
        let line = record.position().map_or(1, csv::Position::line);
        let Some(columns) = &columns else {
            columns = Some(heading(&record, line)?);
            continue;
        };
        if record.iter().all(str::is_empty) {
            continue;
        }
        if record.len() > columns.len() {
            let message = format!("{} cells, but the heading names {} columns", record.len(), columns.len());
            return Err(fault(line, message, "put a text with commas in double quotes"));
        }
        let cells = columns.iter().copied().zip(record.iter().map(str::to_string)).collect();
        rows.push(Row { line, cells });
    }
    match columns {
        Some(_) => Ok(rows),
        None => Err(fault(1, "the file is empty".to_string(), "start with `measure,period,value`")),
    }
}

fn heading(record: &csv::StringRecord, line: u64) -> Result<Vec<&'static str>, GivenError> {
    let fault = |column: &str, message: String| GivenError {
        line,
        column: column.to_string(),
        message,
        help: Some(format!("the columns are {}", COLUMNS.map(|name| format!("`{name}`")).join(", "))),
    };
    let mut columns: Vec<&'static str> = Vec::new();
    for name in record {
        let known = COLUMNS.iter().find(|known| known.eq_ignore_ascii_case(name));
        let known =
            *known.ok_or_else(|| fault(name, format!("`{name}` is not a column of a readings file")))?;
        if columns.contains(&known) {
            return Err(fault(name, format!("the column `{known}` stands there twice")));
        }
        columns.push(known);
    }
    if !columns.contains(&"measure") {
        return Err(fault("", "the heading has no column `measure`".to_string()));
    }
    Ok(columns)
}

struct Intake<'a> {
    contract: &'a Contract,
    periods: &'a [Period],
    known: Known<'a>,
    charges: BTreeMap<(String, usize), Ratio>,
    errors: Vec<GivenError>,
}

type Taken<T> = Result<T, Box<GivenError>>;

impl<'a> Intake<'a> {
    /// Takes a row in; its measure or charge, period and segment.
    fn take(&mut self, row: &Row) -> Taken<(String, CellKey)> {
        let name = row.get("measure");
        let period = self.period(row)?;
        let contract = self.contract.in_period(self.periods, period);
        if let Some(measure) = contract.measures.get(name) {
            let key = CellKey { period, segment: segment(measure, row)? };
            let found = found(measure, row)?;
            self.known.entry(&measure.name).or_default().insert(key.clone(), found);
            return Ok((name.to_string(), key));
        }
        if !contract.charges.contains_key(name) {
            return Err(Box::new(Self::unknown(contract, row, name)));
        }
        let amount = written::value(row.get("value"), Unit::Money(contract.currency));
        let message =
            || format!("`{}` cannot be read as the amount of the charge `{name}`", row.get("value"));
        let amount = amount.map_err(|help| Box::new(row.error("value", message(), Some(help))))?;
        self.charges.insert((name.to_string(), period), amount);
        Ok((name.to_string(), CellKey { period, segment: Segment::whole() }))
    }

    /// Says of measures with a rule for it in which periods nobody reported them.
    fn not_reported(&mut self) {
        let ruled = self.contract.measures.values().filter(|it| it.if_not_reported != IfNone::NotMeasured);
        for measure in ruled {
            let known = self.known.entry(&measure.name).or_default();
            for period in 0..self.periods.len() {
                if !known.keys().any(|key| key.period == period) {
                    let key = CellKey { period, segment: Segment::whole() };
                    known.insert(key, Found { ruling: Some(Ruling::NotReported), ..Found::default() });
                }
            }
        }
    }

    fn unknown(contract: &Contract, row: &Row, name: &str) -> GivenError {
        let names = contract.measures.keys().chain(contract.charges.keys());
        let names: Vec<&str> = names.map(String::as_str).collect();
        if name.is_empty() {
            return row.error(
                "measure",
                "the row names no measure",
                Some("write a measure or charge".to_string()),
            );
        }
        let near = meed_grammar::suggest::nearest(name, names.iter().copied());
        let help = near
            .map(|near| format!("did you mean `{near}`?"))
            .or_else(|| (names.len() < 8).then(|| format!("known here: {}", in_ticks(&names))));
        row.error("measure", format!("`{name}` is neither a measure nor a charge of this contract"), help)
    }

    fn period(&self, row: &Row) -> Taken<usize> {
        let label = row.get("period");
        let help = || {
            let labels: Vec<&str> = self.periods.iter().map(|period| period.label.as_str()).collect();
            Some(format!(
                "write {}",
                labels.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(" or ")
            ))
        };
        if label.is_empty() {
            let message = "the row says no period, and more than one is evaluated";
            return if self.periods.len() == 1 {
                Ok(0)
            } else {
                Err(Box::new(row.error("period", message, help())))
            };
        }
        let found = self.periods.iter().position(|period| period.label == label);
        found.ok_or_else(|| {
            Box::new(row.error("period", format!("`{label}` is not an evaluated period"), help()))
        })
    }
}

/// Whether a row is about a period of the term that is not evaluated.
fn is_elsewhere(row: &Row, term: &[Period], evaluated: &[Period]) -> bool {
    let named = |periods: &[Period]| periods.iter().any(|period| period.label == row.get("period"));
    named(term) && !named(evaluated)
}

fn in_ticks(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn segment(measure: &Measure, row: &Row) -> Taken<Segment> {
    let text = row.get("segment");
    if text.is_empty() || text == "all" {
        return Ok(Segment::whole());
    }
    let parts: Vec<&str> = text.split('|').map(str::trim).collect();
    if parts.len() != measure.by.len() {
        let help = match measure.by.as_slice() {
            [] => "leave the segment empty: the measure has no segments".to_string(),
            by => format!("write one value for each of {}, with `|` between them", by.join(", ")),
        };
        return Err(Box::new(row.error(
            "segment",
            format!("`{text}` is not a segment of `{}`", measure.name),
            Some(help),
        )));
    }
    let part = |part: &&str| (*part != "(missing)").then(|| (*part).to_string());
    Ok(Segment(parts.iter().map(part).collect()))
}

/// What a row says about its measure.
fn found(measure: &Measure, row: &Row) -> Taken<Found<'static>> {
    let ruling = ruling(row)?;
    let cell = counts::fraction(measure, row)?;
    let value = match row.get("value") {
        "" => None,
        text => Some(written::value(text, measure.unit).map_err(|help| {
            let message = format!("`{text}` cannot be read as a value of `{}`", measure.name);
            Box::new(row.error("value", message, Some(help)))
        })?),
    };
    if let (Some(value), Some(cell)) = (&value, &cell) {
        agree(measure, row, value, cell)?;
        return Ok(Found { cell: Some(Cow::Owned(cell.clone())), value: None, ruling });
    }
    if value.is_none() && cell.is_none() && ruling.is_none() {
        let message = format!("the row says nothing about `{}`", measure.name);
        let help = "write a value, a numerator and a denominator, or the status `not measured`".to_string();
        return Err(Box::new(row.error("value", message, Some(help))));
    }
    Ok(Found { cell: cell.map(Cow::Owned), value, ruling })
}

/// A value beside a fraction must be what the fraction comes to.
fn agree(measure: &Measure, row: &Row, value: &Ratio, cell: &Cell) -> Taken<()> {
    let exact = figure::exact(measure, cell);
    let rounded =
        exact.as_ref().map(|exact| measure.round.as_ref().map_or(exact.clone(), |round| round.apply(exact)));
    if exact.as_ref() == Some(value) || rounded.as_ref() == Some(value) {
        return Ok(());
    }
    let comes_to = exact.map_or("nothing".to_string(), |exact| figure::working(measure, cell, &exact));
    let message = format!("the value `{}` does not agree with its fraction: {comes_to}", row.get("value"));
    Err(Box::new(row.error(
        "value",
        message,
        Some("leave the value out, or correct one of the two".to_string()),
    )))
}

fn ruling(row: &Row) -> Taken<Option<Ruling>> {
    let status = row.get("status");
    let word = status.to_ascii_lowercase();
    if let Some(reason) = word.strip_prefix("excused") {
        let reason = status.get(status.len() - reason.len()..).unwrap_or_default();
        let reason = reason.strip_prefix(':').map(str::trim).filter(|reason| !reason.is_empty());
        let help = Some("write `excused:` and the approved reason".to_string());
        let reason =
            reason.ok_or_else(|| Box::new(row.error("status", "an excuse without a reason", help)))?;
        return Ok(Some(Ruling::Excused(reason.to_string())));
    }
    match word.as_str() {
        "not reported" => Ok(Some(Ruling::NotReported)),
        "not measured" | "deemed met" | "deemed missed" => Ok(Some(Ruling::NotMeasured)),
        "" | "measured" | "given" | "read as given" => Ok(None),
        _ if word.starts_with("pooled") || word.starts_with("carried") => Ok(None),
        _ => {
            let help = "write `not measured`, `excused: …`, or leave it empty".to_string();
            Err(Box::new(row.error("status", format!("`{status}` is not a status of a reading"), Some(help))))
        }
    }
}
