//! From the texts of cells to typed columns; the same for every file format.

use std::sync::Arc;

use super::super::{Column, EngineError, Texts};
use super::clock::{Clock, Days};
use super::column::{Building, CellsOf};
use super::grid::{self, Grid, Rows};
use super::layout::FileLayout;
use super::memory::Memory;
use super::recipe::Recipe;
use super::{ids, typed};
use crate::measured::Reject;

/// So many rows are read column by column before the next ones.
const AT_HAND: usize = 1024;

/// A stretch of rows of one file that waits to be parsed.
#[derive(Debug)]
pub(super) struct Chunk {
    /// Where the fields stand.
    pub layout: Arc<FileLayout>,
    /// The rows.
    pub rows: Rows,
}

/// What makes a row's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Identity {
    /// Nothing asks for it.
    None,
    /// These recipes.
    Key(Vec<usize>),
    /// The row's content.
    Content,
}

/// A parsed stretch of rows.
#[derive(Debug)]
pub(super) struct Parsed {
    /// Index of the file.
    pub file: u32,
    /// The file as the book gives it.
    pub name: String,
    /// The line of each row.
    pub lines: Vec<u64>,
    /// A column per recipe.
    pub columns: Vec<Column>,
    /// The key of each row, where it has one; none when keys were not asked for.
    pub keys: Option<Texts>,
    /// The digest of each row, when ids are made from content.
    pub digests: Vec<[u8; 16]>,
    /// Per row, why it cannot be read, when that is so.
    pub faults: Vec<Option<Box<Reject>>>,
    /// Times the clocks skipped.
    pub gaps: u64,
    /// Times the clocks repeated.
    pub repeats: u64,
}

/// Parses a stretch of rows.
///
/// Columns of Parquet files are converted as they are where nothing in them is
/// unusual; every other cell is read from its text.
///
/// # Errors
///
/// None that data can cause: only when the numbers of a column do not fit its declared precision.
pub(super) fn chunk(
    chunk: &Chunk,
    recipes: &[Recipe],
    identity: &Identity,
    memory: &mut Memory,
) -> Result<Parsed, EngineError> {
    let converted = typed::columns(chunk, recipes, identity, memory);
    match parsed(chunk, recipes, identity, memory, converted)? {
        Some(parsed) => Ok(parsed),
        // A row that cannot be read has no values at all, and so its text decides about all of them.
        None => {
            let parsed = parsed(chunk, recipes, identity, memory, Vec::new())?;
            parsed.ok_or_else(|| EngineError::new("rows cannot be parsed"))
        }
    }
}

/// Parses what is not converted; none where rows as a whole cannot be read although columns are converted.
pub(super) fn parsed(
    chunk: &Chunk,
    recipes: &[Recipe],
    identity: &Identity,
    memory: &mut Memory,
    mut converted: Vec<Option<Column>>,
) -> Result<Option<Parsed>, EngineError> {
    let layout = &chunk.layout;
    let room = std::mem::take(&mut memory.cells);
    let mut grid = grid::of(&chunk.rows, layout, &converted, *identity == Identity::Content, room);
    let mut faults = std::mem::take(&mut grid.faults);
    if converted.iter().any(Option::is_some) && faults.iter().any(Option::is_some) {
        return Ok(None);
    }
    let (mut gaps, mut repeats) = (0, 0);
    let rows = grid.lines.len();
    let begun = |(index, recipe): (usize, &Recipe)| match converted.get_mut(index).and_then(Option::take) {
        Some(column) => Building::Done(column),
        None => Building::new(recipe.kind, rows),
    };
    let mut columns: Vec<Building<'_>> = recipes.iter().enumerate().map(begun).collect();
    // So few rows at a time that their text stays at hand from one column to the next.
    for from in (0..rows).step_by(AT_HAND) {
        let block = from..rows.min(from + AT_HAND);
        for (index, (recipe, column)) in recipes.iter().zip(&mut columns).enumerate() {
            let mut own = Days::default();
            let days = memory.of(index).map_or(&mut own, |remembered| &mut remembered.days);
            let mut clock = Clock::new(recipe, days);
            let mut cells = CellsOf { grid: &grid, layout, recipe, index, faults: &mut faults };
            column.read(&mut cells, block.clone(), &mut clock);
            gaps += clock.gaps;
            repeats += clock.repeats;
        }
    }
    let columns = columns.into_iter().map(Building::finish).collect::<Result<Vec<Column>, _>>()?;
    let keys = match identity {
        Identity::Key(key) => Some(ids::of(&grid, &columns, layout, recipes, key, &mut faults)),
        Identity::None | Identity::Content => None,
    };
    memory.cells = grid.room();
    let Grid { lines, digests, .. } = grid;
    Ok(Some(Parsed {
        file: layout.index,
        name: layout.name.clone(),
        lines,
        columns,
        keys,
        digests,
        faults,
        gaps,
        repeats,
    }))
}

/// What the file calls the column of a recipe; the field where it has no name.
pub(super) fn label(layout: &FileLayout, index: usize, recipe: &Recipe) -> String {
    let label = layout.slots.get(index).map(super::layout::Slot::label).unwrap_or_default();
    if label.is_empty() { recipe.field.clone() } else { label }
}
