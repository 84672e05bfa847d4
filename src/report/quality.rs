//! The part of a statement on the data: what was read, what became of every
//! row, and the rules that held.

use std::collections::BTreeMap;

use super::data::{count, reasons};
use super::table::{Block, Cell, Grid, Tone, number, text, whole};
use super::{DataView, OutsideView, PassedOverView, PeriodView, TableView, TallyView, View, statement::push};

/// What was read, what each measure counted, and the rules.
pub fn quality(view: &View, last: &PeriodView) -> Vec<Block> {
    let mut blocks = Vec::new();
    match &view.data {
        Some(data) => {
            blocks.push(Block::Heading("Data".to_string()));
            blocks.extend(tables(data));
            blocks.push(Block::Heading(format!("What each measure counted in {}", last.label)));
            push(&mut blocks, tallies(last));
            blocks.extend(list(exclusions(last)));
        }
        None => blocks.push(Block::Text(
            "The readings were given; no records were read, so none can be shown behind them.".to_string(),
        )),
    }
    if !view.defaults.is_empty() {
        blocks.push(Block::Heading("Rules and defaults in force".to_string()));
        blocks.push(Block::List(view.defaults.clone()));
    }
    blocks
}

fn list(points: Vec<String>) -> Option<Block> {
    (!points.is_empty()).then_some(Block::List(points))
}

/// Control totals per table, with what deserves a look.
pub fn tables(data: &DataView) -> Vec<Block> {
    let timed = data.tables.iter().any(|table| table.known_by.is_some());
    let mut grid = Grid::new(&[
        whole("table"),
        whole("relation"),
        number("files"),
        number("rows read"),
        number("accepted"),
        number("rejected"),
        number("duplicates"),
        number("folded"),
        number("not yet known"),
    ]);
    for table in &data.tables {
        let rejected = table.rejected.values().sum::<u64>();
        let tone = if rejected > 0 { Tone::Look } else { Tone::Plain };
        grid.row([
            (&table.name).into(),
            (&table.relation).into(),
            if table.relation.is_some() { String::new() } else { table.files.len().to_string() }.into(),
            count(table.read).into(),
            count(table.accepted).into(),
            Cell::toned(count(rejected), tone),
            count(table.duplicates).into(),
            count(table.folded).into(),
            if timed { count(table.later).into() } else { String::new().into() },
        ]);
    }
    let mut notes: Vec<String> = data.tables.iter().flat_map(table_notes).collect();
    notes.extend(data.outside_periods.iter().filter_map(outside));
    let mut blocks = vec![Block::Grid(grid.without_columns_of(""))];
    blocks.extend(list(notes));
    let reach = reach(data);
    if !reach.rows.is_empty() {
        blocks.extend([Block::Heading("From when to when".to_string()), Block::Grid(reach)]);
    }
    blocks
}

fn outside(rows: &OutsideView) -> Option<String> {
    let (elsewhere, undated) = (count(rows.elsewhere), count(rows.undated));
    let some = rows.elsewhere + rows.undated > 0;
    some.then(|| format!("{}: {elsewhere} rows outside the periods, {undated} without a date", rows.set))
}

/// From when to when the data of each table reaches.
fn reach(data: &DataView) -> Grid {
    let mut grid =
        Grid::new(&[whole("table"), whole("field"), text("first"), text("last"), text("complete to")]);
    for table in &data.tables {
        for (field, span) in &table.spans {
            grid.row([
                (&table.name).into(),
                field.into(),
                (&span.first).into(),
                (&span.last).into(),
                (&table.complete_to).into(),
            ]);
        }
    }
    grid.without_columns_of("")
}

fn table_notes(table: &TableView) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(known) = &table.known_by {
        let files = match table.later_files {
            0 => String::new(),
            1 => "; 1 file not yet known".to_string(),
            n => format!("; {} files not yet known", count(n)),
        };
        notes.push(format!("{}: {known}{files}", table.name));
    }
    if let Some(PassedOverView { rows, row_groups, of_row_groups }) = &table.passed_over {
        notes.push(format!(
            "{}: {} more rows were not read: {} of {} row groups were passed over, dated where nothing is asked for",
            table.name,
            count(*rows),
            count(*row_groups),
            count(*of_row_groups)
        ));
    }
    if !table.rejected.is_empty() {
        notes.push(format!("{}: rejected {}", table.name, reasons(&table.rejected)));
    }
    if table.dst_gaps + table.dst_folds > 0 {
        notes.push(format!(
            "{}: {} local times that the clocks skipped, {} that they repeat",
            table.name,
            count(table.dst_gaps),
            count(table.dst_folds)
        ));
    }
    if !table.adds_up {
        notes.push(format!("{}: {}: this does not add up and is a fault in Meed", table.name, table.text));
    }
    notes
}

/// One row a set and side of a measure, for the whole.
fn tallies(period: &PeriodView) -> Grid {
    let mut grid = Grid::new(&[
        whole("measure"),
        text("records of"),
        number("records"),
        number("outside"),
        number("excluded"),
        number("undecided"),
        number("no value"),
        number("open"),
        number("counted"),
    ]);
    for (name, tally) in whole_tallies(period) {
        let side = if tally.role == "both sides" { String::new() } else { format!(" ({})", tally.role) };
        grid.row([
            name.into(),
            format!("{}{side}", tally.set).into(),
            count(tally.records).into(),
            count(tally.outside).into(),
            count(tally.excluded.values().sum()).into(),
            count(tally.unknown).into(),
            count(tally.missing).into(),
            count(tally.open).into(),
            count(tally.counted).into(),
        ]);
    }
    grid.without_columns_of("0")
}

fn whole_tallies(period: &PeriodView) -> impl Iterator<Item = (&str, &TallyView)> {
    let readings =
        period.measures.iter().flat_map(|measure| measure.readings.iter().map(move |it| (measure, it)));
    let whole = readings.filter(|(_, reading)| reading.segment.is_whole());
    whole.flat_map(|(measure, reading)| reading.tallies.iter().map(|tally| (measure.name.as_str(), tally)))
}

/// Why records were left out, and what could not be decided, with the measures it concerns.
fn exclusions(period: &PeriodView) -> Vec<String> {
    let mut points: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, tally) in whole_tallies(period) {
        for point in remarks(tally) {
            points.entry(point).or_default().push(name);
        }
    }
    points.into_iter().map(|(point, names)| format!("{point} ({})", names.join(", "))).collect()
}

fn remarks(tally: &TallyView) -> Vec<String> {
    let set = &tally.set;
    let mut remarks = Vec::new();
    if !tally.excluded.is_empty() {
        remarks.push(format!("{set}: excluded {}", reasons(&tally.excluded)));
    }
    if tally.undecided > 0 {
        let n = count(tally.undecided);
        remarks.push(format!("{set}: {n} counted below the line only, a field of the condition is missing"));
    }
    if !tally.adds_up {
        remarks.push(format!("{set}: {}: this does not add up and is a fault in Meed", tally.text));
    }
    remarks
}
