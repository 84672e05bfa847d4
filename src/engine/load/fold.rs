//! Event logs: the events of a case become one row.
//!
//! | case | status | at | | row of the case: `take: last`, `opened: first`, `closed: {last where: {status: Closed}}` |
//! |------|--------|----|-|------|
//! | 7 | New    | Mon | | |
//! | 7 | Closed | Tue | | |
//! | 7 | Note   | Wed | | 7: status Note, opened Mon, closed Tue |

use std::collections::BTreeMap;

use super::super::{Column, EngineError, Texts};
use super::gather::{Gathered, Order, Part};
use crate::book::Take;
use crate::measured::TableTotals;

/// A fold whose columns are recipes.
#[derive(Debug)]
pub(super) struct Folding {
    /// The recipe that orders events; none is file order.
    pub order: Option<usize>,
    /// Which event a column is taken from.
    pub take: Take,
    /// Columns that are taken from other events: which, and only those where a recipe has one of these texts.
    pub columns: BTreeMap<usize, (Take, Vec<Only>)>,
}

/// A recipe and the texts it must have.
pub(super) type Only = (usize, Vec<String>);

impl Gathered {
    /// One row a case, in the order of the cases' ids.
    pub fn fold(self, folding: &Folding, totals: &mut TableTotals) -> Result<Option<Part>, EngineError> {
        let Some(part) = self.whole()? else { return Ok(None) };
        let cases = cases(&part, folding);
        totals.folded += u64::try_from(part.lines.len() - cases.len()).unwrap_or(0);
        let pick = |take: Take, events: &[usize]| match take {
            Take::First => events.first().copied(),
            Take::Last => events.last().copied(),
        };
        let rows: Vec<usize> = cases.iter().filter_map(|events| pick(folding.take, events)).collect();
        let mut columns = part.pick(&rows)?.columns;
        for (index, (take, only)) in &folding.columns {
            let chosen: Vec<Option<usize>> = cases
                .iter()
                .map(|events| {
                    let those: Vec<usize> =
                        events.iter().copied().filter(|row| meets(&part, *row, only)).collect();
                    pick(*take, &those)
                })
                .collect();
            let column = part.pick_column(*index, &chosen)?;
            if let Some(place) = columns.get_mut(*index) {
                *place = column;
            }
        }
        part.picked(columns, &rows).map(Some)
    }
}

/// The events of each case in order; cases in the order of their ids.
fn cases(part: &Part, folding: &Folding) -> Vec<Vec<usize>> {
    let ids = part.ids.as_ref().map(Texts::plain);
    let mut cases: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (row, id) in ids.iter().flat_map(|ids| ids.iter()).enumerate() {
        cases.entry(id.unwrap_or_default()).or_default().push(row);
    }
    let order = folding.order.and_then(|index| part.columns.get(index)).map(Order::of);
    let mut cases: Vec<Vec<usize>> = cases.into_values().collect();
    if let Some(order) = order {
        // The sort is stable: of equals the file order stands.
        cases.iter_mut().for_each(|events| events.sort_by_key(|row| order.at(*row)));
    }
    cases
}

/// Whether an event has the texts that are asked for.
fn meets(part: &Part, row: usize, only: &[Only]) -> bool {
    only.iter().all(|(index, texts)| match part.columns.get(*index) {
        Some(Column::Text(values)) => {
            values.get(row).is_some_and(|value| texts.iter().any(|text| *text == value))
        }
        _ => false,
    })
}
