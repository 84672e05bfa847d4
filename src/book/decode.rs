//! From the YAML tree to the book, collecting every fault on the way.

mod cells;
mod entries;
mod relation;
mod tables;

use std::path::Path;

use super::error::{Fault, Faults};
use super::node::{self, Node};
use super::{Book, BookError, HolidayDates, HolidayList, Moment, TimeFormat};
use crate::value::{Date, Instant, Resolved, Zone};
use entries::Entries;

const BOOK: &[&str] = &["zone", "complete_to", "holidays", "tables"];
const HOLIDAYS: &[&str] = &["file", "column", "format", "dates", "source", "version"];

/// Every word a book may hold.
#[cfg(test)]
pub(super) fn words() -> Vec<&'static str> {
    [BOOK, HOLIDAYS, &cells::all_words(), &tables::words()].concat()
}

/// Reads a book.
pub(super) fn book(text: &str, path: &Path) -> Result<Book, Vec<BookError>> {
    let file = path.display().to_string();
    let error = |(line, column), message: String, help: Option<&str>| {
        vec![BookError { file: file.clone(), line, column, message, help: help.map(str::to_string) }]
    };
    if text.lines().all(|line| line.trim_start().is_empty() || line.trim_start().starts_with('#')) {
        return Err(error((1, 1), "the data book is empty".into(), Some("start with `tables:`")));
    }
    let tree = node::read(text).map_err(|fault| error(fault.place, fault.message, None))?;
    let mut faults = Faults::default();
    let book = whole(&tree, text, path, &mut faults);
    let mut errors = place(&faults.0, text, &file);
    match book {
        Some(book) if errors.is_empty() => Ok(book),
        _ => {
            errors.sort();
            Err(errors)
        }
    }
}

/// Works out where the faults are.
pub(super) fn place(faults: &[Fault], text: &str, file: &str) -> Vec<BookError> {
    let placed = faults.iter().map(|fault| {
        let (line, column) = node::place(text, fault.at);
        let (message, help) = (fault.message.clone(), fault.help.clone());
        BookError { file: file.to_string(), line, column, message, help }
    });
    placed.collect()
}

fn whole(tree: &Node, text: &str, path: &Path, faults: &mut Faults) -> Option<Book> {
    let entries = Entries::open(tree, BOOK, faults)?;
    let zone = entries.get("zone").and_then(|node| zone(node, faults));
    let complete_to = entries.get("complete_to").and_then(|node| moment(node, zone.as_ref(), faults));
    let holidays = entries.map("holidays", faults, holiday_list);
    let tables = entries.map("tables", faults, |node, faults| tables::table(node, zone.as_ref(), faults));
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    Some(Book {
        path: path.to_path_buf(),
        folder,
        zone,
        complete_to,
        as_of: None,
        holidays,
        tables,
        text: text.to_string(),
    })
}

/// The name of a zone.
fn zone(node: &Node, faults: &mut Faults) -> Option<Zone> {
    let name = entries::text(node, "a zone's name", faults)?;
    Zone::new(name).map_err(|_| unknown_zone(node, name, faults)).ok()
}

fn unknown_zone(node: &Node, name: &str, faults: &mut Faults) {
    let near = super::near::nearest(name, Zone::names()).map(|near| format!("did you mean `{near}`?"));
    let help = near.unwrap_or_else(|| "zones are named like `Europe/London` or `UTC`".to_string());
    faults.add_help(node.at, format!("`{name}` is not a time zone"), help);
}

/// A moment: local to `zone` unless it carries an offset; a date alone is its end.
fn moment(node: &Node, zone: Option<&Zone>, faults: &mut Faults) -> Option<Instant> {
    let text = entries::text(node, "a date and time", faults)?;
    let local = match TimeFormat::Iso.read(text) {
        Some(Moment::Exact(instant, _)) => return Some(instant),
        Some(Moment::Local(local)) => local,
        Some(Moment::Day(_)) | None => {
            faults.add_help(
                node.at,
                format!("`{text}` is not a date and time"),
                "write `2026-03-31 23:59:59`".to_string(),
            );
            return None;
        }
    };
    let Some(zone) = zone else {
        faults.add_help(
            node.at,
            format!("`{text}` has no zone"),
            "add `zone:` to the book, or an offset: `+00:00`".to_string(),
        );
        return None;
    };
    match zone.resolve(local) {
        Resolved::Once(instant) | Resolved::Fold { second: instant, .. } => Some(instant),
        Resolved::Gap { .. } | Resolved::OutOfRange => {
            faults.add(node.at, format!("`{text}` does not exist in `{}`: the clocks skip it", zone.name()));
            None
        }
    }
}

/// A moment as `moment` has it, or a date, which stands for its first moment.
fn moment_or_day(node: &Node, zone: Option<&Zone>, faults: &mut Faults) -> Option<Instant> {
    let day = node.text().and_then(|text| TimeFormat::IsoDate.read(text));
    match (day, zone) {
        (Some(Moment::Day(date)), Some(zone)) => Some(zone.midnight(date)),
        _ => moment(node, zone, faults),
    }
}

fn holiday_list(node: &Node, faults: &mut Faults) -> Option<HolidayList> {
    let entries = Entries::open(node, HOLIDAYS, faults)?;
    let source = entries.text("source", "who publishes the list", faults);
    let version = entries.text("version", "which edition it is", faults);
    let dates = match (entries.get("file"), entries.get("dates")) {
        (Some(file), None) => holiday_file(file, &entries, faults)?,
        (None, Some(dates)) => HolidayDates::Here(holiday_dates(dates, faults)),
        _ => {
            let help = "`{file: holidays.csv, column: date}` or `{dates: [2026-12-25]}`".to_string();
            faults.add_help(node.at, "a holiday list needs either `file` or `dates`", help);
            return None;
        }
    };
    Some(HolidayList { dates, source, version })
}

fn holiday_file(file: &Node, entries: &Entries<'_>, faults: &mut Faults) -> Option<HolidayDates> {
    let path = entries::text(file, "a path", faults)?.to_string();
    let format = entries.get("format").map(|node| cells::formats(node, faults)).unwrap_or_default();
    let format = if format.is_empty() { vec![TimeFormat::IsoDate] } else { format };
    let Some(column) = entries.text("column", "a heading", faults) else {
        faults.add_help(file.at, "the file's column is missing", "add `column: date`".to_string());
        return None;
    };
    Some(HolidayDates::File { file: path, column, format })
}

fn holiday_dates(node: &Node, faults: &mut Faults) -> Vec<Date> {
    let mut dates = Vec::new();
    for item in entries::items(node) {
        let Some(text) = entries::text(item, "a date", faults) else { continue };
        match TimeFormat::IsoDate.read(text) {
            Some(Moment::Day(date)) => dates.push(date),
            _ => {
                faults.add_help(item.at, format!("`{text}` is not a date"), "write `2026-12-25`".to_string())
            }
        }
    }
    dates
}
