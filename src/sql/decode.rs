//! From the rows of the queries back to what was measured.
//!
//! The rows are integers and texts of segments; figures are made of them by the
//! same code as of the counts of the embedded engine.

use std::collections::BTreeMap;

use num_bigint::BigInt;

use super::control::{FAULTS, dates};
use super::{Fault, Purpose, Query, Relations};
use crate::contract::{Contract, FieldType};
use crate::engine::Ends;
use crate::measured::{CellKey, Measured, OutsidePeriods, Segment, Sheet, TableTotals};
use crate::plan::{Counter, Grouping, Node, Plan, Scan};
use crate::value::{Date, Instant, Ratio};

/// The rows of a query: per row a text per column, none for NULL.
pub type Rows = Vec<Vec<Option<String>>>;

/// What the queries of a plan have measured.
///
/// # Errors
///
/// [`Fault`] when a row is not what the query asked for, or a control count says
/// that the data cannot be measured so.
pub fn measured(
    contract: &Contract,
    plan: &Plan,
    relations: &Relations,
    results: &[(Query, Rows)],
) -> Result<Measured, Fault> {
    let ends = Ends::of(contract, plan, &relations.complete_to, &relations.holidays);
    let ends = ends.map_err(|error| Fault::ours(error.to_string()))?;
    let decoder = Decoder { contract, plan, relations, ends: &ends };
    let mut sheets: Vec<Counting> = plan.counters.iter().map(|_| Counting::default()).collect();
    let mut controls: BTreeMap<&str, Row<'_>> = BTreeMap::new();
    for (query, rows) in results {
        match &query.purpose {
            Purpose::Control(table) => {
                let row =
                    rows.first().ok_or_else(|| Fault::new(table, None, "its control query gave no row"))?;
                controls.insert(table, Row { table, columns: &query.columns, cells: row });
            }
            Purpose::Counts(table) => {
                for row in rows {
                    decoder.count(&Row { table, columns: &query.columns, cells: row }, &mut sheets)?;
                }
            }
        }
    }
    let sheets: Vec<BTreeMap<CellKey, Sheet>> = plan
        .counters
        .iter()
        .zip(sheets)
        .map(|(counter, counting)| decoder.sheets(counter, counting))
        .collect();
    let mut measured = plan.cells(&sheets);
    decoder.controls(&controls, &mut measured)?;
    Ok(measured)
}

struct Decoder<'a> {
    contract: &'a Contract,
    plan: &'a Plan,
    relations: &'a Relations,
    ends: &'a Ends,
}

/// A row by the names of its columns.
struct Row<'a> {
    table: &'a str,
    columns: &'a [String],
    cells: &'a [Option<String>],
}

impl<'a> Row<'a> {
    fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|name| name == column)
    }

    fn text(&self, column: &str) -> Result<Option<&'a str>, Fault> {
        let at = self.columns.iter().position(|name| name == column);
        let cell = at.and_then(|at| self.cells.get(at));
        let cell = cell.ok_or_else(|| Fault::new(self.table, None, &format!("a row lacks `{column}`")))?;
        Ok(cell.as_deref())
    }

    /// An integer.
    fn whole(&self, column: &str) -> Result<Option<BigInt>, Fault> {
        let read = |text: &str| {
            text.parse::<BigInt>().map_err(|_| {
                Fault::new(
                    self.table,
                    None,
                    &format!("`{text}` stands in `{column}` where an integer belongs"),
                )
            })
        };
        self.text(column)?.map(read).transpose()
    }

    fn small(&self, column: &str) -> Result<Option<i64>, Fault> {
        let large = || Fault::new(self.table, None, &format!("the integer in `{column}` is too large"));
        self.whole(column)?.map(|value| i64::try_from(value).map_err(|_| large())).transpose()
    }

    fn number(&self, column: &str) -> Result<u64, Fault> {
        let value = self.small(column)?.unwrap_or(0);
        u64::try_from(value)
            .map_err(|_| Fault::new(self.table, None, &format!("`{column}` is below nothing")))
    }
}

/// What a counter has by cell, before the whole of each period is made of it.
#[derive(Debug, Default)]
struct Counting {
    cells: BTreeMap<CellKey, Cell>,
    /// Different keys, and those above the line, by cell and over all segments.
    keys: BTreeMap<CellKey, (u64, u64)>,
}

#[derive(Debug, Default)]
struct Cell {
    sheet: Sheet,
    values: BTreeMap<Ratio, u64>,
    open_until: Option<i64>,
}

impl Decoder<'_> {
    /// Adds a row of counts.
    fn count(&self, row: &Row<'_>, all: &mut [Counting]) -> Result<(), Fault> {
        let index = |column: &str| -> Result<usize, Fault> {
            Ok(usize::try_from(row.number(column)?).unwrap_or(usize::MAX))
        };
        let (at, period) = (index("counter")?, index("period")?);
        let unknown = || Fault::new(row.table, None, "a row is of a counter that was not asked for");
        let counter = self.plan.counters.get(at).ok_or_else(unknown)?;
        let counting = all.get_mut(at).ok_or_else(unknown)?;
        let part = row.number("part")?;
        let segment = if part == 3 { Segment::whole() } else { self.segment(counter, row)? };
        let key = CellKey { period, segment };
        if part > 1 {
            let above = row.number("total")?;
            counting.keys.insert(key, (row.number("records")?, above));
            return Ok(());
        }
        let cell = counting.cells.entry(key).or_default();
        if cell.sheet.classes.is_empty() {
            cell.sheet = Sheet::new(counter.classes());
        }
        cell.add(row)
    }

    fn segment(&self, counter: &Counter, row: &Row<'_>) -> Result<Segment, Fault> {
        let scan = self.plan.scans.get(&counter.table);
        let grouping = scan.and_then(|scan| scan.groupings.get(counter.grouping));
        let Some((scan, grouping)) = scan.zip(grouping) else { return Ok(Segment::whole()) };
        let width = grouping.by.len() + usize::from(grouping.origin.is_some());
        let mut parts = Vec::new();
        for at in 0..width {
            let text = row.text(&format!("segment_{}", at + 1))?;
            parts.push(text.map(|text| self.shown(scan, grouping, at, text)));
        }
        Ok(Segment(parts.into()))
    }

    /// A value of a segment as people read it.
    fn shown(&self, scan: &Scan, grouping: &Grouping, at: usize, text: &str) -> String {
        let number = || text.parse::<i64>().ok();
        let Some(node) = grouping.by.get(at) else {
            let period = number().and_then(|period| self.plan.periods.get(usize::try_from(period).ok()?));
            return period.map_or_else(|| text.to_string(), |period| period.label.clone());
        };
        let kind = match scan.nodes.get(node.0) {
            Some(Node::Field(field)) => scan.table.fields.get(field).copied(),
            Some(Node::Const(_) | Node::Moment(_) | Node::Later(..)) => Some(FieldType::Timestamp),
            _ => None,
        };
        let over = |per: u64| {
            let units = text.parse::<BigInt>().ok()?;
            Some(Ratio::new(units, per)?.to_string())
        };
        let told = match kind {
            None | Some(FieldType::Text | FieldType::YesNo) => None,
            Some(FieldType::Whole) => over(1),
            Some(FieldType::Number | FieldType::Money) => over(1_000_000_000),
            Some(FieldType::Duration) => over(1_000_000),
            Some(FieldType::Timestamp) => {
                number().map(|at| self.contract.zone.local(Instant(at)).to_string())
            }
            Some(FieldType::Date) => {
                let days = number().and_then(|days| i32::try_from(days).ok());
                days.and_then(Date::from_days).map(|date| date.to_string())
            }
        };
        told.unwrap_or_else(|| text.to_string())
    }

    /// One sheet per cell, and one for the whole of each period.
    fn sheets(&self, counter: &Counter, counting: Counting) -> BTreeMap<CellKey, Sheet> {
        let whole = |period| CellKey { period, segment: Segment::whole() };
        let until = |period, open| self.ends.until(self.plan, counter, period, open);
        let blank = |period| Sheet { until: until(period, None), ..Sheet::new(counter.classes()) };
        let mut sheets: BTreeMap<CellKey, Sheet> =
            (0..self.plan.periods.len()).map(|period| (whole(period), blank(period))).collect();
        for (key, cell) in counting.cells {
            let until = until(key.period, cell.open_until);
            let sheet = Sheet { until, histogram: cell.values.into(), ..cell.sheet };
            if let Some(all) = sheets.get_mut(&whole(key.period)) {
                all.add(&sheet);
            }
            if !key.segment.is_whole() {
                sheets.insert(key, sheet);
            }
        }
        for (key, (keys, above)) in counting.keys {
            if let Some(sheet) = sheets.get_mut(&key) {
                (sheet.keys, sheet.keys_above) = (keys, above);
            }
        }
        sheets
    }

    /// The account of the tables, and what must not be.
    fn controls(&self, controls: &BTreeMap<&str, Row<'_>>, measured: &mut Measured) -> Result<(), Fault> {
        for (table, row) in controls {
            for (column, means) in FAULTS {
                let count = if row.has(column) { row.number(column)? } else { 0 };
                if count > 0 {
                    return Err(Fault::new(table, None, &format!("{count} rows {means}")));
                }
            }
            let rows = row.number("rows_read")?;
            let mut totals = TableTotals { read: rows, accepted: rows, ..TableTotals::default() };
            let scan = self.plan.scans.get(*table);
            let local = |at: i64| self.contract.zone.local(Instant(at)).to_string();
            for (at, (_, field)) in scan.map(dates).unwrap_or_default().into_iter().enumerate() {
                let span = row.small(&format!("earliest_{at}"))?.zip(row.small(&format!("latest_{at}"))?);
                totals.spans.extend(span.map(|(from, to)| (field, (local(from), local(to)))));
            }
            measured.tables.insert((*table).to_string(), totals);
        }
        for table in self.plan.scans.keys() {
            let end = self.complete_to(table, controls)?;
            measured.complete_to.extend(end.map(|end| (table.clone(), end)));
        }
        for counter in &self.plan.counters {
            let Some(row) = controls.get(counter.table.as_str()) else { continue };
            let outside = OutsidePeriods {
                elsewhere: row.number(&format!("elsewhere_{}", counter.grouping))?,
                undated: row.number(&format!("undated_{}", counter.grouping))?,
            };
            measured.outside_periods.insert(counter.set.clone(), outside);
        }
        measured.registers = self.plan.registers.clone();
        Ok(())
    }

    /// The end of the data of a table: as it is said, or its latest date.
    fn complete_to(&self, table: &str, controls: &BTreeMap<&str, Row<'_>>) -> Result<Option<Instant>, Fault> {
        let base = self.plan.joins.get(table).map_or(table, |join| join.scan.table.name.as_str());
        if let Some(said) = self.relations.complete_to.get(base) {
            return Ok(Some(*said));
        }
        let Some(row) = controls.get(table) else { return Ok(None) };
        if row.has("latest_contact") {
            return Ok(row.small("latest_contact")?.map(Instant));
        }
        let count = self.plan.scans.get(table).map_or(0, |scan| dates(scan).len());
        let mut latest = None;
        for at in 0..count {
            latest = latest.max(row.small(&format!("latest_{at}"))?);
        }
        Ok(latest.map(Instant))
    }
}

impl Cell {
    /// Adds the records of one class.
    fn add(&mut self, row: &Row<'_>) -> Result<(), Fault> {
        let records = row.number("records")?;
        let class = usize::try_from(row.number("class")?).unwrap_or(usize::MAX);
        let slot = self.sheet.classes.get_mut(class);
        *slot.ok_or_else(|| Fault::new(row.table, None, "a row is of a class that there is not"))? += records;
        self.sheet.open += row.number("open_records")?;
        self.open_until = self.open_until.max(row.small("open_until")?);
        let per = row.whole("per")?;
        let over = |units: BigInt| Ratio::new(units, per.clone().unwrap_or_else(|| BigInt::from(1)));
        if let Some(sum) = row.whole("total")?.and_then(over) {
            self.sheet.sum = &self.sheet.sum + &sum;
        }
        if let Some(value) = row.whole("value")?.and_then(over) {
            *self.values.entry(value).or_default() += records;
        }
        Ok(())
    }
}
