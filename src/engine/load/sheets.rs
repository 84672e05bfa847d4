//! Workbooks: texts as they are, numbers by their shortest decimal text, dates to the millisecond.
//!
//! Excel counts days: 45943.541 is 2025-10-13 12:59:02.400. A count below one,
//! and a cell formatted `[h]:mm:ss`, is a duration.

use std::io::Cursor;

use calamine::{Data, ExcelDateTime, Reader as _, Xlsx};

use super::super::EngineError;
use super::files::{self, Listed, Meter};
use super::grid::{Grid, Kind, digest, push_fixed};
use super::layout::{FileLayout, Slot};
use crate::book::near;
use crate::value::{Date, LocalTime};

/// Rows of a sheet with their numbers, counted from 1.
pub(super) type SheetRows = Vec<(u64, Vec<Data>)>;

/// Reads a sheet: its rows that are not empty, all of the same length, dates already as text.
pub(super) fn read(file: &Listed, sheet: Option<&str>) -> Result<(SheetRows, Meter), EngineError> {
    let (content, meter) = files::whole(&file.path, &file.name)?;
    let bad =
        |error: calamine::XlsxError| EngineError::new(format!("is not a workbook: {error}")).file(&file.name);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(content)).map_err(bad)?;
    let names = book.sheet_names();
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let wanted = match sheet {
        Some(sheet) => sheet,
        None => known
            .first()
            .copied()
            .ok_or_else(|| EngineError::new("the workbook has no sheet").file(&file.name))?,
    };
    if !known.contains(&wanted) {
        let error =
            EngineError::new(format!("there is no sheet `{wanted}`; there are {}", near::list(&known)));
        return Err(error.file(&file.name));
    }
    let epoch = book.has_1904_epoch();
    let range = book.worksheet_range(wanted).map_err(bad)?;
    let (top, left) = range.start().unwrap_or((0, 0));
    let pad = usize::try_from(left).unwrap_or(0);
    let mut rows = Vec::new();
    for (number, row) in (u64::from(top) + 1..).zip(range.rows()) {
        if row.iter().any(|cell| *cell != Data::Empty) {
            let cells = std::iter::repeat_n(&Data::Empty, pad).chain(row);
            rows.push((number, cells.map(|cell| dated(cell, epoch)).collect()));
        }
    }
    Ok((rows, meter))
}

/// The text of a heading.
pub(super) fn heading(cell: &Data) -> String {
    text(cell).map(|(text, _)| text.trim().to_string()).unwrap_or_default()
}

/// The texts of the recipes' cells.
pub(super) fn grid<'r>(rows: &'r [(u64, Vec<Data>)], layout: &'r FileLayout, digests: bool) -> Grid<'r> {
    let mut grid = Grid::new(layout.slots.len(), rows.len());
    for (line, row) in rows {
        let mut fault = None;
        for (at, slot) in layout.slots.iter().enumerate() {
            let Slot::Column(index, name) = slot else {
                push_fixed(&mut grid, at, slot);
                continue;
            };
            match row.get(*index).map_or(Ok((String::new(), Kind::Null)), text) {
                Ok((text, kind)) => grid.push(at, text, kind),
                Err(shown) => {
                    fault = Some(layout.reject(*line, name, &shown, "is an error of the workbook"));
                    break;
                }
            }
        }
        if digests {
            let cells: Vec<String> =
                row.iter().map(|cell| text(cell).map_or_else(|shown| shown, |cell| cell.0)).collect();
            grid.digests.push(digest(cells.iter().map(String::as_bytes)));
        }
        grid.end_row(*line, fault);
    }
    grid
}

/// The text of a cell; an error value as the workbook shows it.
fn text(cell: &Data) -> Result<(String, Kind), String> {
    match cell {
        Data::Empty => Ok((String::new(), Kind::Null)),
        Data::String(text) => Ok((text.clone(), Kind::Text)),
        Data::Int(number) => Ok((number.to_string(), Kind::Number)),
        Data::Float(number) => Ok((number.to_string(), Kind::Number)),
        Data::Bool(value) => Ok((value.to_string(), Kind::YesNo)),
        Data::DateTimeIso(text) => Ok((text.clone(), Kind::Moment)),
        Data::DurationIso(text) => Ok((text.clone(), Kind::Micros)),
        Data::DateTime(serial) => Ok((serial.as_f64().to_string(), Kind::Number)),
        Data::Error(error) => Err(error.to_string()),
    }
}

/// A cell whose date is written out: a duration as its microseconds, which is how `DurationIso` is used here.
fn dated(cell: &Data, epoch_1904: bool) -> Data {
    let Data::DateTime(serial) = cell else { return cell.clone() };
    let Some(millis) = millis(*serial) else { return cell.clone() };
    if serial.is_duration() || (0..86_400_000).contains(&millis) {
        return Data::DurationIso((millis * 1000).to_string());
    }
    let Some(local) = local(millis, epoch_1904) else { return cell.clone() };
    Data::DateTimeIso(local.to_string())
}

/// A count of days in milliseconds, from its shortest decimal text, a half rounded up.
fn millis(serial: ExcelDateTime) -> Option<i64> {
    let text = serial.as_f64().to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let scale = u32::try_from(part.len()).ok()?;
    let units: i128 = format!("{whole}{part}").parse().ok()?;
    let divisor = 10_i128.checked_pow(scale)?;
    let doubled = units.checked_mul(2 * 86_400_000)? + divisor;
    i64::try_from(doubled.div_euclid(2 * divisor)).ok()
}

/// The wall-clock time of a count of days; the 1900 calendar has a 29 February 1900 that never was.
fn local(millis: i64, epoch_1904: bool) -> Option<LocalTime> {
    let day = 86_400_000;
    let start = if epoch_1904 {
        Date::new(1904, 1, 1)?
    } else if millis < 61 * day {
        Date::new(1899, 12, 31)?
    } else {
        Date::new(1899, 12, 30)?
    };
    let local = i64::from(start.days()) * day + millis;
    Some(LocalTime(local.checked_mul(1000)?))
}
