//! Measuring small tables in memory.

mod account;
mod blank;
mod business;
mod evidence;
mod experience;
mod finer;
mod follow;
mod kept;
mod order;
mod passed;
mod register;
mod search;
mod service;
mod sharing;
mod together;

use arrow::array::{BooleanArray, Decimal128Array, Int32Array, Int64Array, StringArray};
use meed_grammar::span::Span;
use std::collections::BTreeMap;

use super::load::{Loaded, Needs};
use super::*;
use crate::contract::{
    Calendar, Compare, Contract, Direction, Excluded, FieldType, Follow, IfNone, Measure, MeasureKind,
    MoneyRounding, Row, SetRef, Table, Value, Window, WindowLength,
};
use crate::measured::{Cell, CellKey, Segment};
use crate::plan;
use crate::value::{
    Currency, Date, Instant, LocalTime, Mode, PeriodLength, Ratio, Resolved, Rounding, Schedule, Unit, Zone,
};
use blank::contract;

pub(super) const DAY: i64 = 86_400_000_000;

pub(super) fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

pub(super) fn date(text: &str) -> Date {
    let parts: Vec<u32> = text.split('-').map(|part| part.parse().unwrap()).collect();
    Date::new(parts[0].try_into().unwrap(), parts[1], parts[2]).unwrap()
}

/// `2026-01-03 10:04` in a zone; a plain number is microseconds UTC.
pub(super) fn instant(zone: &Zone, text: &str) -> i64 {
    if let Ok(micros) = text.parse() {
        return micros;
    }
    let (day, time) = text.split_once(' ').unwrap_or((text, "00:00"));
    let mut parts = time.split(':').map(|part| part.parse::<i64>().unwrap());
    let seconds = parts.next().unwrap() * 3600 + parts.next().unwrap() * 60 + parts.next().unwrap_or(0);
    match zone.resolve(LocalTime::at(date(day), seconds)) {
        Resolved::Once(instant) => instant.0,
        other => panic!("{text}: {other:?}"),
    }
}

/// A table with its rows as text; an empty cell is a missing value.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) table: Table,
    pub(super) columns: Vec<(String, FieldType)>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Given {
    /// `head` is `name:type` per column; the first column is the id.
    pub(super) fn new(name: &str, dated_by: &str, head: &str, rows: &str) -> Self {
        let columns: Vec<(String, FieldType)> = head
            .split_whitespace()
            .map(|column| {
                let (name, kind) = column.split_once(':').unwrap_or((column, "text"));
                (name.to_string(), kind_of(kind))
            })
            .collect();
        let table =
            Table { name: name.into(), fields: columns.iter().cloned().collect(), dated_by: dated_by.into() };
        let cells = |line: &str| line.split('|').map(|cell| cell.trim().to_string()).collect::<Vec<_>>();
        let rows = rows.lines().map(str::trim).filter(|line| !line.is_empty()).map(cells).collect();
        Self { table, columns, rows }
    }

    fn batch(&self, zone: &Zone, rows: &[(usize, &Vec<String>)]) -> Batch {
        let column = |at: usize| {
            rows.iter().map(move |(_, row)| Some(row[at].as_str()).filter(|cell| !cell.is_empty()))
        };
        let numbers = |at, scale: i64| {
            column(at).map(move |cell| {
                cell.map(|cell| {
                    (&ratio(cell) * &Ratio::whole(scale)).to_i64().unwrap_or_else(|| panic!("{cell}"))
                })
            })
        };
        let values = |(at, kind): (usize, FieldType)| match kind {
            FieldType::Text => Column::Text(texts(column(at))),
            FieldType::YesNo => {
                Column::YesNo(column(at).map(|cell| cell.map(|cell| cell == "yes")).collect::<BooleanArray>())
            }
            FieldType::Whole => Column::Whole(numbers(at, 1).collect::<Int64Array>()),
            FieldType::Number | FieldType::Money => {
                let wide = numbers(at, 1_000_000_000).map(|value| value.map(i128::from));
                Column::Number(
                    wide.collect::<Decimal128Array>().with_precision_and_scale(38, NUMBER_SCALE).unwrap(),
                )
            }
            FieldType::Duration => Column::Duration(numbers(at, 1_000_000).collect::<Int64Array>()),
            FieldType::Timestamp => Column::Instant(
                column(at).map(|cell| cell.map(|cell| instant(zone, cell))).collect::<Int64Array>(),
            ),
            FieldType::Date => Column::Date(
                column(at).map(|cell| cell.map(|cell| date(cell).days())).collect::<Int32Array>(),
            ),
        };
        Batch {
            rows: rows.len(),
            columns: self
                .columns
                .iter()
                .enumerate()
                .map(|(at, (name, kind))| (name.clone(), values((at, *kind))))
                .collect(),
            ids: Some(column(0).collect::<StringArray>().into()),
            files: vec![0; rows.len()],
            lines: rows.iter().map(|(line, _)| 2 + *line as u64).collect(),
            ends: None,
            earlier: None,
        }
    }
}

fn kind_of(text: &str) -> FieldType {
    match text {
        "text" => FieldType::Text,
        "yesno" => FieldType::YesNo,
        "whole" => FieldType::Whole,
        "number" => FieldType::Number,
        "duration" => FieldType::Duration,
        "timestamp" => FieldType::Timestamp,
        "date" => FieldType::Date,
        other => panic!("{other}"),
    }
}

/// Texts, as whole numbers where all are digits.
fn texts<'a>(cells: impl Iterator<Item = Option<&'a str>> + Clone) -> Texts {
    let digits = |cell: Option<&str>| cell.map(|cell| hash::digits(cell.as_bytes()));
    let numbers: Option<Vec<Option<i64>>> =
        cells.clone().map(|cell| digits(cell).map_or(Some(None), |number| number.map(Some))).collect();
    match numbers {
        Some(numbers) => Texts::Digits(numbers.into()),
        None => cells.collect::<StringArray>().into(),
    }
}

pub(super) struct Memory {
    pub(super) zone: Zone,
    pub(super) tables: BTreeMap<String, Given>,
    pub(super) batch: usize,
    pub(super) complete_to: Option<Instant>,
}

struct MemoryRows(std::vec::IntoIter<Batch>, Loaded);

impl Iterator for MemoryRows {
    type Item = Result<Batch, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(Ok)
    }
}

impl Rows for MemoryRows {
    fn finish(self: Box<Self>) -> Loaded {
        self.1
    }
}

impl Source for Memory {
    fn open(&self, table: &Table, needs: &Needs) -> Result<Box<dyn Rows + '_>, EngineError> {
        let given = &self.tables[&table.name];
        let rows: Vec<(usize, &Vec<String>)> = given.rows.iter().enumerate().collect();
        let narrowed = |rows: &[(usize, &Vec<String>)]| {
            let mut batch = given.batch(&self.zone, rows);
            batch.columns.retain(|name, _| needs.fields.contains(name));
            batch.ids = batch.ids.filter(|_| needs.ids);
            batch
        };
        let batches: Vec<Batch> = rows.chunks(self.batch.max(1)).map(narrowed).collect();
        let file = crate::measured::FileTotals { path: format!("{}.csv", table.name), ..Default::default() };
        let read = rows.len() as u64;
        let totals =
            crate::measured::TableTotals { files: vec![file], read, accepted: read, ..Default::default() };
        Ok(Box::new(MemoryRows(batches.into_iter(), Loaded { totals, ..Loaded::default() })))
    }

    fn maps(&self, table: &str, field: &str) -> bool {
        self.tables.get(table).is_some_and(|given| given.table.fields.contains_key(field))
    }

    fn holidays(&self, _: &str) -> Result<Vec<Date>, EngineError> {
        Ok(Vec::new())
    }

    fn complete_to(&self, _: &str) -> Option<Instant> {
        self.complete_to
    }
}

/// A contract, its data, and how it is measured.
pub(super) struct Bench {
    pub(super) contract: Contract,
    pub(super) memory: Memory,
    pub(super) threads: Option<usize>,
    pub(super) evidence: Option<std::path::PathBuf>,
}

impl Bench {
    /// Monthly periods of 2026 up to `to`.
    pub(super) fn new(zone: &str, to: &str, given: &[&Given]) -> Self {
        let zone = Zone::new(zone).unwrap();
        let tables: BTreeMap<String, Given> =
            given.iter().map(|given| (given.table.name.clone(), (*given).clone())).collect();
        let contract = contract(&zone, to, tables.values().map(|given| given.table.clone()));
        let memory = Memory { zone, tables, batch: 3, complete_to: None };
        Self { contract, memory, threads: None, evidence: None }
    }

    pub(super) fn measure(mut self, name: &str, kind: MeasureKind) -> Self {
        self.contract.measures.insert(name.into(), measure(name, kind));
        self
    }

    pub(super) fn with(mut self, name: &str, change: impl FnOnce(&mut Measure)) -> Self {
        change(self.contract.measures.get_mut(name).unwrap());
        self
    }

    pub(super) fn complete_to(mut self, text: &str) -> Self {
        self.memory.complete_to = Some(Instant(instant(&self.memory.zone, text)));
        self
    }

    pub(super) fn run(&self) -> Measured {
        let periods = self.contract.schedule.periods(&self.contract.zone);
        let plan = plan::of(&self.contract, &periods, &Registers::default());
        let options = Options { threads: self.threads, ..Options::default() };
        let evidence = self.evidence.as_ref().map(|folder| folder.join("evidence.parquet"));
        let job = Job { contract: &self.contract, plan: &plan, source: &self.memory, evidence };
        let outcomes = run_all(&[job], &options);
        let outcomes = outcomes.unwrap_or_else(|failure| panic!("{}\n{plan}", failure.error));
        let measured = outcomes.into_iter().next().unwrap().measured;
        adds_up(&measured);
        measured
    }

    pub(super) fn first(&self, name: &str) -> Cell {
        cell(&self.run(), name, 0, &[])
    }
}

/// In every cell, every tally adds up.
#[track_caller]
fn adds_up(measured: &Measured) {
    for tally in measured.cells.values().flat_map(BTreeMap::values).flat_map(|cell| &cell.tallies) {
        let excluded: u64 = tally.excluded.values().sum();
        let sum = tally.outside + tally.unknown + excluded + tally.missing + tally.open + tally.counted;
        assert_eq!(tally.records, sum, "{tally:?}");
        assert!(tally.above + tally.undecided <= tally.counted, "{tally:?}");
    }
}

#[track_caller]
pub(super) fn cell(measured: &Measured, name: &str, period: usize, segment: &[Option<&str>]) -> Cell {
    let segment = Segment(segment.iter().map(|value| value.map(str::to_string)).collect());
    measured.cells[name].get(&CellKey { period, segment }).unwrap_or_else(|| panic!("{measured:#?}")).clone()
}

#[track_caller]
pub(super) fn reads(cell: &Cell, above: &str, below: &str) {
    assert_eq!((&cell.above, &cell.below), (&ratio(above), &ratio(below)), "{cell:#?}");
}

fn measure(name: &str, kind: MeasureKind) -> Measure {
    Measure {
        name: name.into(),
        label: name.into(),
        clause: None,
        dimension: None,
        nature: crate::contract::Nature::Outcome,
        kind,
        by: Vec::new(),
        round: None,
        sample: None,
        if_none: IfNone::NotMeasured,
        if_not_reported: IfNone::NotMeasured,
        matured_only: false,
        shown_in: None,
        unit: Unit::Percent,
        text: String::new(),
        span: span(),
    }
}

fn span() -> Span {
    Span::default()
}

pub(super) fn field(name: &str) -> Row {
    Row::Field(name.into())
}

pub(super) fn not(row: Row) -> Row {
    Row::Not(Box::new(row))
}

pub(super) fn is(name: &str, text: &str) -> Row {
    Row::Compare(Compare::Equal, Box::new(field(name)), Box::new(Row::Const(Value::Text(text.into()))))
}

pub(super) fn compare(name: &str, compare: Compare, number: &str) -> Row {
    Row::Compare(compare, Box::new(field(name)), Box::new(Row::Const(Value::Number(ratio(number)))))
}

/// A set over a whole table.
pub(super) fn all(table: &str, dated_by: &str) -> SetRef {
    SetRef {
        name: table.into(),
        table: table.into(),
        conditions: Vec::new(),
        exclusions: Vec::new(),
        dated_by: dated_by.into(),
        later: 0,
        portions: Default::default(),
    }
}

pub(super) fn where_(name: &str, set: &SetRef, condition: Row) -> SetRef {
    let mut narrowed = SetRef { name: name.into(), ..set.clone() };
    narrowed.conditions.push(condition);
    narrowed
}

pub(super) fn excluding(set: &SetRef, condition: Row, because: &str) -> SetRef {
    let mut narrowed = set.clone();
    narrowed.exclusions.push(Excluded { condition, because: because.into() });
    narrowed
}

pub(super) fn share(of: &SetRef, condition: Row) -> MeasureKind {
    MeasureKind::Share { key: None, of: of.clone(), condition, not_above: Vec::new(), not_below: Vec::new() }
}

pub(super) fn follow(direction: Direction, base: &SetRef, target: &SetRef, keys: &[&str]) -> Follow {
    Follow {
        direction,
        base: base.clone(),
        target: target.clone(),
        keys: keys.iter().map(ToString::to_string).collect(),
        other_day: false,
        window: None,
        after: None,
        least: None,
    }
}

pub(super) fn within(length: WindowLength) -> Option<Window> {
    Some(Window { length, inclusive: true })
}

pub(super) fn less_than(length: WindowLength) -> Option<Window> {
    Some(Window { length, inclusive: false })
}

pub(super) fn ahead(follow: Follow) -> Row {
    Row::Follow(Box::new(follow))
}

pub(super) fn calendar(name: &str, zone: &str, days: std::ops::Range<usize>, hours: (i64, i64)) -> Calendar {
    let mut week: [Vec<(i64, i64)>; 7] = Default::default();
    week[days].fill(vec![(hours.0 * 3600, hours.1 * 3600)]);
    let zone = Zone::new(zone).unwrap();
    Calendar { name: name.into(), zone, week, lists: Vec::new(), closed: Vec::new() }
}
