//! The evidence: per measure and record what became of it, as Parquet.
//!
//! | measure | period | segment | table | id | date | above | below | standing | reason | final_from | file | line |
//! |---|---|---|---|---|---|---|---|---|---|---|---|---|
//! | resolved | 2026-01 | all | interactions | a3 | 2026-01-16 10:00:00 | yes | yes | counted | | 2026-01-23 10:00:00 | calls.csv | 4 |
//! | resolved | 2026-01 | all | interactions | e2 | 2026-01-10 10:04:00 | no | no | excluded | redial | | calls.csv | 11 |
//!
//! `final_from` is empty where nothing can change a record any more.
//!
//! Every record dated in an evaluated period stands here once per measure, or
//! once per side where the two sides are different sets. It is the decision
//! the figures were counted from, not a second one. The same inputs give the
//! same bytes: rows are sorted, and nothing tells when or where it was written.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch, StringArray, UInt64Array};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::cells::{self, Cells};
use super::error::EngineError;
use super::finality::Finality;
use super::frame::Frame;
use super::keyed::Frames;
use super::offsets::Offsets;
use crate::measured::sheet::{ABOVE, EXCLUDED, MISSING, OPEN, OUTSIDE, UNDECIDED, UNKNOWN, counts};
use crate::measured::{Role, Segment, TableTotals};
use crate::plan::{Counter, Figure, Plan};
use crate::value::Instant;

/// Rows of a group, and of a batch on its way there.
const ROWS: usize = 65_536;

/// What the evidence is written from.
pub(super) struct Evidence<'a> {
    pub(super) plan: &'a Plan,
    pub(super) frames: &'a Frames,
    pub(super) cells: &'a BTreeMap<&'a str, Vec<Cells>>,
    pub(super) totals: &'a BTreeMap<String, TableTotals>,
    pub(super) offsets: &'a Offsets,
    pub(super) finality: &'a Finality<'a>,
}

/// One row of the evidence; rows sort as the file lists them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Line<'a> {
    period: usize,
    segment: Arc<Segment>,
    table: &'a str,
    id: Cow<'a, str>,
    file: &'a str,
    line: u64,
    role: Role,
    class: u16,
    date: i64,
    counter: usize,
    until: Option<i64>,
}

impl<'a> Evidence<'a> {
    /// Writes the file, into a folder that must be there.
    pub(super) fn write(&self, path: &Path) -> Result<(), EngineError> {
        let fault = |error: &dyn std::fmt::Display| {
            EngineError::new(format!("the evidence cannot be written: {error}"))
                .file(path.display().to_string())
        };
        let level = ZstdLevel::try_new(3).map_err(|error| fault(&error))?;
        let properties = WriterProperties::builder()
            .set_created_by("meed".to_string())
            .set_compression(Compression::ZSTD(level))
            .set_max_row_group_row_count(Some(ROWS))
            .build();
        let schema = batch(&Columns::default()).map_err(|error| fault(&error))?.schema();
        let file = File::create(path).map_err(|error| fault(&error))?;
        let mut writer =
            ArrowWriter::try_new(file, schema, Some(properties)).map_err(|error| fault(&error))?;
        for measure in self.plan.figures.keys() {
            for lines in self.lines(measure)?.chunks(ROWS) {
                let batch = batch(&self.columns(measure, lines)).map_err(|error| fault(&error))?;
                writer.write(&batch).map_err(|error| fault(&error))?;
            }
        }
        writer.close().map(|_| ()).map_err(|error| fault(&error))
    }

    /// All rows of a measure, sorted.
    fn lines(&self, measure: &str) -> Result<Vec<Line<'a>>, EngineError> {
        let mut lines = Vec::new();
        for (role, at) in self.plan.figures.get(measure).into_iter().flat_map(Figure::all) {
            let Some(counter) = self.plan.counters.get(at) else { continue };
            let cells = self.cells.get(counter.table.as_str()).and_then(|all| all.get(counter.grouping));
            let cells: Vec<(usize, Arc<Segment>)> = cells
                .map(Cells::list)
                .unwrap_or_default()
                .into_iter()
                .map(|(period, segment)| (period, Arc::new(segment)))
                .collect();
            for frame in self.frames.get(&counter.table).into_iter().flatten() {
                self.frame_lines(role, at, counter, &cells, frame, &mut lines)?;
            }
        }
        lines.sort_unstable();
        Ok(lines)
    }

    fn frame_lines(
        &self,
        role: Role,
        at: usize,
        counter: &'a Counter,
        cells: &[(usize, Arc<Segment>)],
        frame: &'a Frame,
        lines: &mut Vec<Line<'a>>,
    ) -> Result<(), EngineError> {
        let Some((classes, origin)) = frame.classes.get(&at).zip(frame.origin.as_ref()) else {
            return Ok(());
        };
        let until = frame.open.get(&at).map_or(&[][..], Vec::as_slice);
        let open = |row: usize| {
            let found = until.binary_search_by_key(&row, |(row, _)| *row).ok();
            found.and_then(|found| until.get(found)).map(|(_, end)| *end)
        };
        let scan = self.plan.scans.get(&counter.table);
        let grouping = scan.and_then(|scan| scan.groupings.get(counter.grouping));
        let dates = grouping.map(|grouping| frame.get(grouping.date)?.instants(frame.rows)).transpose()?;
        let places = origin.files.iter().zip(&origin.lines);
        let rows = frame.cells(counter.grouping)?.cells.iter().zip(classes).zip(places).enumerate();
        for (row, ((cell, class), (file, line))) in rows {
            let Some((period, segment)) = cell.and_then(|cell| cells::at(cells, cell)) else { continue };
            lines.push(Line {
                period: *period,
                segment: Arc::clone(segment),
                table: &counter.table,
                id: frame.id(row),
                file: self.file(&counter.table, *file),
                line: *line,
                role,
                class: *class,
                date: dates.as_ref().filter(|dates| row < dates.len()).map_or(0, |dates| dates.value(row)),
                counter: at,
                until: open(row),
            });
        }
        Ok(())
    }

    fn file(&self, table: &str, file: u32) -> &'a str {
        let files = self.totals.get(table).map_or(&[][..], |totals| totals.files.as_slice());
        cells::at(files, file).map_or("", |file| file.path.as_str())
    }

    fn columns(&self, measure: &str, lines: &[Line<'_>]) -> Columns {
        let mut columns = Columns::default();
        for line in lines {
            let Some(counter) = self.plan.counters.get(line.counter) else { continue };
            let (above, below) = sides(counter, line.role, line.class);
            let (standing, reason) = standing(counter, line.class);
            let period = self.plan.periods.get(line.period).map_or("", |period| period.label.as_str());
            let date = self.offsets.local(line.date).to_string();
            let texts = [measure, period, &line.segment.to_string(), line.table, line.id.as_ref(), &date];
            for (column, text) in columns.texts.iter_mut().zip(texts) {
                column.push(text.to_string());
            }
            columns.above.push(above);
            columns.below.push(below);
            let until = line.until.and_then(|end| Instant::whole_second_from(self.finality.settled(end)));
            let until = until.map_or(String::new(), |moment| self.offsets.local(moment.0).to_string());
            for (column, text) in columns.ends.iter_mut().zip([standing, reason, &until, line.file]) {
                column.push(text.to_string());
            }
            columns.lines.push(line.line);
        }
        columns
    }
}

/// The columns of the file.
#[derive(Default)]
struct Columns {
    /// Measure, period, segment, table, id, date.
    texts: [Vec<String>; 6],
    above: Vec<bool>,
    below: Vec<bool>,
    /// Standing, reason, final from, file.
    ends: [Vec<String>; 4],
    lines: Vec<u64>,
}

fn batch(columns: &Columns) -> Result<RecordBatch, arrow::error::ArrowError> {
    let texts = |texts: &Vec<String>| Arc::new(StringArray::from_iter_values(texts)) as ArrayRef;
    let bits = |bits: &Vec<bool>| Arc::new(BooleanArray::from(bits.clone())) as ArrayRef;
    let names = ["measure", "period", "segment", "table", "id", "date"];
    let sides = [("above", bits(&columns.above)), ("below", bits(&columns.below))];
    let ends = ["standing", "reason", "final_from", "file"].into_iter().zip(columns.ends.iter().map(texts));
    let lines = Arc::new(UInt64Array::from(columns.lines.clone())) as ArrayRef;
    let texts = names.into_iter().zip(columns.texts.iter().map(texts));
    RecordBatch::try_from_iter(texts.chain(sides).chain(ends).chain([("line", lines)]))
}

/// Whether a record of a class is in the figure above and below the line.
fn sides(counter: &Counter, role: Role, class: u16) -> (bool, bool) {
    let parted = counter.above.is_some() || counter.what.parts();
    let above = if parted { class == ABOVE } else { counts(class) };
    match role {
        Role::Both => (above, counts(class)),
        Role::Above => (above, false),
        Role::Below => (false, counts(class)),
    }
}

/// The standing of a record of a class, and why.
fn standing(counter: &Counter, class: u16) -> (&'static str, &str) {
    match class {
        OUTSIDE => ("outside", "a condition of the set is not met"),
        UNKNOWN => ("unknown", "a field that decides is missing"),
        MISSING => ("missing", "the value is missing or off its scale"),
        OPEN => ("open", "the look-ahead has not run out"),
        UNDECIDED => ("counted", "whether it stands above the line is unknown"),
        class if class >= EXCLUDED => {
            let exclusion = counter.exclusions.get(usize::from(class - EXCLUDED));
            ("excluded", exclusion.map_or("", |(_, because)| because))
        }
        _ => ("counted", ""),
    }
}
