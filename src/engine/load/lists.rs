//! Small lists beside the data: holidays, and lists that texts are looked up in.

use std::collections::BTreeMap;

use super::super::EngineError;
use super::cells::Cells;
use super::files::{self, Listed, Meter};
use super::grid;
use super::lines::{LineReader, Lines, Split};
use crate::book::{Book, Encoding, FileEntry, HolidayDates, Lookup, Moment, near};
use crate::measured::FileTotals;
use crate::value::Date;

/// The dates of a holiday list, in order, each once.
///
/// # Errors
///
/// The book has no such list; its file cannot be read, lacks the column, or
/// holds something that is no date.
pub fn holidays(book: &Book, list: &str) -> Result<Vec<Date>, EngineError> {
    let Some(written) = book.holidays.get(list) else {
        let known: Vec<&str> = book.holidays.keys().map(String::as_str).collect();
        let error = EngineError::new(format!("the data book has no holiday list `{list}`"));
        let help = near::hint(list, known).unwrap_or_else(|| format!("add `{list}:` under `holidays`"));
        return Err(error.file(book.path.display().to_string()).help(help));
    };
    let mut dates = match &written.dates {
        HolidayDates::Here(dates) => dates.clone(),
        HolidayDates::File { file, column, format } => {
            let (rows, _) = columns(book, file, &[column])?;
            let mut dates = Vec::new();
            for (line, cells) in rows {
                let text = cells.first().map_or("", String::as_str);
                if text.is_empty() {
                    continue;
                }
                let Some(Moment::Day(date)) = format.iter().find_map(|format| format.read(text)) else {
                    let error = EngineError::new(format!("`{text}` is not a date"))
                        .file(file)
                        .line(line)
                        .column(column);
                    return Err(
                        error.help("say how dates are written: `format: \"%d/%m/%Y\"` in the holiday list")
                    );
                };
                dates.push(date);
            }
            dates
        }
    };
    dates.sort_unstable();
    dates.dedup();
    Ok(dates)
}

/// The file a holiday list is read from, with its digest; none when its dates stand in the book.
///
/// # Errors
///
/// The file cannot be read.
pub fn holiday_file(book: &Book, list: &str) -> Result<Option<FileTotals>, EngineError> {
    let Some(HolidayDates::File { file, column, .. }) = book.holidays.get(list).map(|list| &list.dates)
    else {
        return Ok(None);
    };
    let (rows, meter) = columns(book, file, &[column])?;
    Ok(Some(meter.totals(file, u64::try_from(rows.len()).unwrap_or(0))))
}

/// The files that texts of a table are looked up in, with their digests, by name.
///
/// # Errors
///
/// A file cannot be read or lacks a column.
pub fn lookup_files(book: &Book, table: &str) -> Result<Vec<FileTotals>, EngineError> {
    let columns_of = book.tables.get(table).into_iter().flat_map(|table| table.columns.values());
    let mut files = BTreeMap::new();
    for lookup in columns_of.filter_map(|column| column.cell.lookup.as_ref()) {
        let (rows, meter) = columns(book, &lookup.file, &[&lookup.find, &lookup.take])?;
        files.insert(&lookup.file, meter.totals(&lookup.file, u64::try_from(rows.len()).unwrap_or(0)));
    }
    Ok(files.into_values().collect())
}

/// What texts stand for, from a file with two columns.
///
/// # Errors
///
/// The file cannot be read or lacks a column, or a text stands for two others.
pub fn lookup(book: &Book, lookup: &Lookup) -> Result<BTreeMap<String, String>, EngineError> {
    let (rows, _) = columns(book, &lookup.file, &[&lookup.find, &lookup.take])?;
    let mut list: BTreeMap<String, String> = BTreeMap::new();
    for (line, cells) in rows {
        let mut cells = cells.into_iter();
        let (Some(find), Some(take)) = (cells.next(), cells.next()) else { continue };
        if let Some(other) = list.get(&find).filter(|other| **other != take) {
            let error = EngineError::new(format!("`{find}` stands for `{other}` and for `{take}`"));
            return Err(error.file(&lookup.file).line(line).column(&lookup.find));
        }
        list.insert(find, take);
    }
    Ok(list)
}

type ListRows = Vec<(u64, Vec<String>)>;

/// The trimmed texts of some columns of a CSV file in UTF-8, with their lines.
fn columns(book: &Book, file: &str, wanted: &[&str]) -> Result<(ListRows, Meter), EngineError> {
    let entry = FileEntry::plain(file);
    let listed = Listed { name: file.to_string(), path: book.resolve(file), entry };
    let split = Split::Delimited { delimiter: b',', quotes: true };
    let opened = files::open(&listed.path, file, true)?;
    let (mut reader, meter) = LineReader::new(opened, split, Encoding::Utf8, &listed)?;
    let mut rows = Lines::default();
    while reader.row(&mut rows)? {}
    let mut all = Vec::new();
    for ((_, row), line) in rows.iter().zip(&rows.lines) {
        all.push((*line, texts(row, split).map_err(|why| EngineError::new(why).file(file).line(*line))?));
    }
    let mut all = all.into_iter();
    let (_, headings) = all.next().ok_or_else(|| EngineError::new("the file is empty").file(file))?;
    let places = wanted.iter().map(|name| place(name, &headings, file)).collect::<Result<Vec<usize>, _>>()?;
    let pick =
        |cells: Vec<String>| places.iter().map(|at| cells.get(*at).cloned().unwrap_or_default()).collect();
    Ok((all.map(|(line, cells)| (line, pick(cells))).collect(), meter))
}

fn texts(row: &[u8], split: Split) -> Result<Vec<String>, &'static str> {
    let cells = Cells::of(row, split)?;
    let text = |index| grid::decode(cells.get(row, index).unwrap_or_default(), Encoding::Utf8);
    let texts = (0..cells.len()).map(|index| text(index).map(|text| text.trim().to_string()));
    texts.collect::<Option<_>>().ok_or("has bytes that are no UTF-8")
}

fn place(name: &str, headings: &[String], file: &str) -> Result<usize, EngineError> {
    headings.iter().position(|heading| heading == name).ok_or_else(|| {
        let known: Vec<&str> = headings.iter().map(String::as_str).collect();
        let error =
            EngineError::new(format!("there is no column `{name}`; the file has {}", near::list(&known)));
        let help = near::nearest(name, known).map(|near| format!("did you mean `{near}`?"));
        let error = error.file(file);
        if let Some(help) = help { error.help(help) } else { error }
    })
}
