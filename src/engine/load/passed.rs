//! Row groups of Parquet files that are passed over: none of their rows can matter.
//!
//! Needed are the rows from 1 March to 31 March:
//!
//! | what a row group says of the date | it is |
//! |-----------------------------------|-------|
//! | 3 January to 28 February, no nulls | passed over |
//! | 27 February to 2 March | read |
//! | 3 January to 28 February, one null | read |
//! | nothing, or no null count | read |
//! | local times from 3 January to 28 February | read: they may be 2 March somewhere |
//! | 3 April to 30 April, and none has later dates | read, where the latest date tells up to when the data is complete |
//!
//! Rows that are passed over are counted, and nothing else: whether they could
//! be read, or have the key of another row, is not looked at. So all rows are
//! read where what becomes of one rests on others, or ids on the whole row.

use std::collections::{BTreeMap, BTreeSet};

use super::files::Listed;
use super::groups::{Ends, RecordFile};
use super::layout::{self, Slot};
use super::open;
use super::recipe::Recipe;
use super::tally::Span;
use super::typed;
use crate::book::{Format, Layout};
use crate::measured::PassedOver;

/// The rows that can matter: those dated from a moment to a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// The field that dates them.
    pub field: String,
    /// The first moment, in microseconds UTC.
    pub from: i64,
    /// The last moment.
    pub to: i64,
    /// Whether the latest date of all rows is asked for as well.
    pub latest: bool,
}

/// What is passed over of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Passed {
    /// The row groups, with their rows, by the number of their file.
    files: BTreeMap<u32, BTreeMap<usize, u64>>,
    /// The row groups of all files.
    row_groups: u64,
    /// Where the latest date is asked for, its field and the last moment a row passed over may have.
    latest: Option<(String, i64)>,
}

/// A row group whose rows are known to be dated from a moment to a moment.
struct Known {
    file: u32,
    group: usize,
    rows: u64,
    ends: Ends,
}

impl Passed {
    /// What of these files need not be read. A file that cannot be read has nothing to say here.
    pub fn of(within: &Within, recipe: &Recipe, layout: &Layout, files: &[Listed]) -> Self {
        let (mut known, mut row_groups) = (Vec::new(), 0);
        for (file, listed) in (0..).zip(files) {
            let Some(groups) = dated(recipe, layout, listed) else { continue };
            row_groups += u64::try_from(groups.len()).unwrap_or(0);
            let groups = groups.into_iter().enumerate();
            known.extend(
                groups.filter_map(|(group, (rows, ends))| Some(Known { file, group, rows, ends: ends? })),
            );
        }
        let newest = known.iter().map(|it| it.ends.reached).max().filter(|_| within.latest);
        let mut passed = Self { row_groups, ..Self::default() };
        for Known { file, group, rows, ends } in known {
            let apart = ends.last < within.from || ends.first > within.to;
            if apart && newest.is_none_or(|newest| ends.last < newest) {
                passed.files.entry(file).or_default().insert(group, rows);
                if within.latest {
                    let last = passed.latest.map_or(ends.last, |(_, last)| last.max(ends.last));
                    passed.latest = Some((within.field.clone(), last));
                }
            }
        }
        passed
    }

    /// The row groups, by file.
    pub fn all(&self) -> Vec<(u32, usize)> {
        let groups = self.files.iter();
        groups.flat_map(|(file, groups)| groups.keys().map(|group| (*file, *group))).collect()
    }

    /// Those of a file.
    pub fn groups(&self, file: u32) -> BTreeSet<usize> {
        self.files.get(&file).into_iter().flat_map(BTreeMap::keys).copied().collect()
    }

    /// How many rows of a file.
    pub fn rows(&self, file: u32) -> u64 {
        self.files.get(&file).into_iter().flat_map(BTreeMap::values).sum()
    }

    /// How many in all.
    pub fn totals(&self) -> PassedOver {
        let groups = || self.files.values().flat_map(BTreeMap::values);
        let row_groups = u64::try_from(groups().count()).unwrap_or(0);
        if row_groups == 0 {
            return PassedOver::default();
        }
        PassedOver { rows: groups().sum(), row_groups, of_row_groups: self.row_groups }
    }

    /// Whether it rests on the dates of a field.
    pub fn asks(&self, field: &str) -> bool {
        self.latest.as_ref().is_some_and(|(by, _)| by == field)
    }

    /// Whether a row that was passed over may be dated after all that were
    /// read, because those that should have been latest could not be read.
    pub fn may_be_latest(&self, spans: &BTreeMap<String, Span>) -> bool {
        let later =
            |(field, last): &(String, i64)| spans.get(field).is_none_or(|read| read.reached() < *last);
        self.latest.as_ref().is_some_and(later)
    }
}

/// The rows and dates of the row groups of a Parquet file.
fn dated(recipe: &Recipe, layout: &Layout, file: &Listed) -> Option<Vec<(u64, Option<Ends>)>> {
    if open::format_of(layout.format, file).ok()? != Format::Parquet {
        return None;
    }
    let records = RecordFile::open(file).ok()?;
    let recipes = std::slice::from_ref(recipe);
    let headings = records.headings();
    let slots = layout::slots(recipes, &file.entry.set, Some(&headings), &file.name, layout.header).ok()?;
    let column = match slots.first()? {
        Slot::Column(column, _) => {
            records.column_type(*column).filter(|kind| typed::is_moment(kind, recipe)).map(|_| *column)
        }
        Slot::Names(_) | Slot::Value(_) | Slot::Absent => None,
    };
    Some(records.ends(column))
}
