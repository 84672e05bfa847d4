//! What does not change while a table is read: how its files are laid out, and what becomes of a row.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::BooleanArray;

use super::super::{Batch, EngineError, Texts};
use super::begun::Begun;
use super::files::Listed;
use super::gather::Part;
use super::open::Opener;
use super::parse::{Identity, Parsed};
use super::passed::Passed;
use super::recipe::Recipe;
use super::seen::{Sight, Standing};
use super::source::Source;
use super::tally::Tally;
use super::{Rule, Within};
use crate::book::Layout;
use crate::measured::Reject;

/// How a table is read.
pub(super) struct Setup {
    /// The table.
    pub table: String,
    /// How many rows may be rejected.
    pub allowed: u64,
    /// How its files are laid out.
    pub layout: Layout,
    /// Its files.
    pub files: Vec<Listed>,
    /// How many files became known later than the moment asked for.
    pub later_files: u64,
    /// How each column is read.
    pub recipes: Arc<[Recipe]>,
    /// What makes a row's id.
    pub identity: Identity,
    /// What becomes of rows that belong together.
    pub rule: Rule,
    /// The fields asked for, with their recipe.
    pub wanted: BTreeMap<String, usize>,
    /// Whether ids were asked for.
    pub ids: bool,
    /// Which rows are seen; none is all.
    pub seen_by: Option<Sight>,
    /// What is passed over.
    pub passed: Arc<Passed>,
    /// What is known of the files before these.
    pub begun: Option<Arc<Begun>>,
    /// Whether later files are to be read without these.
    pub goes_on: bool,
    /// Whether the digests of its files are asked for, and from when to when dates are.
    pub accounted: bool,
}

impl Setup {
    /// Its rows, from the first.
    pub fn source(&self) -> Source {
        let opener = Opener {
            table: self.table.clone(),
            book: self.layout.clone(),
            all: self.identity == Identity::Content,
            recipes: self.recipes.clone(),
            passed: self.passed.clone(),
            digested: self.accounted,
        };
        Source::new(opener, self.files.clone())
    }

    /// Whether what becomes of a row rests on no other, and its id on no more than its key.
    pub fn is_apart(&self) -> bool {
        matches!(self.rule, Rule::Each | Rule::Refuse) && self.identity != Identity::Content
    }

    /// Whether keys have to be compared by their hashes, as those of the files that are known.
    pub fn by_hashes(&self) -> bool {
        self.begun.as_ref().is_some_and(|begun| begun.tally.keys.have_hashes())
    }

    /// Whether more files can be read later without these.
    pub fn can_go_on(&self) -> bool {
        self.goes_on && self.is_apart() && self.seen_by.is_none() && self.passed.totals().rows == 0
    }

    /// What need not be read of it, where only some rows can matter; none where all may.
    ///
    /// What was known on a day is told row by row, so the latest date of it is as well.
    pub fn passed(&self, within: &Within) -> Option<Passed> {
        let latest_known = within.latest && self.seen_by.is_some();
        let recipe = self.recipes.get(*self.wanted.get(&within.field)?)?;
        let may_pass = self.is_apart() && !latest_known;
        may_pass.then(|| Passed::of(within, recipe, &self.layout, &self.files))
    }

    /// The same table, of which only the keys are read.
    pub fn keys_only(&self) -> Self {
        let Identity::Key(key) = &self.identity else { return self.with(Vec::new(), Identity::None) };
        let recipes: Vec<Recipe> = key.iter().filter_map(|at| self.recipes.get(*at).cloned()).collect();
        let identity = Identity::Key((0..recipes.len()).collect());
        self.with(recipes, identity)
    }

    fn with(&self, recipes: Vec<Recipe>, identity: Identity) -> Self {
        Self {
            table: self.table.clone(),
            allowed: u64::MAX,
            layout: self.layout.clone(),
            files: self.files.clone(),
            later_files: self.later_files,
            recipes: recipes.into(),
            identity,
            rule: Rule::Each,
            wanted: BTreeMap::new(),
            ids: true,
            seen_by: None,
            passed: self.passed.clone(),
            begun: None,
            goes_on: false,
            accounted: false,
        }
    }

    /// Books rows that are not seen or cannot be read. Gives which rows go on; none when all do.
    pub fn sift(&self, parsed: &Parsed, tally: &mut Tally) -> Option<Vec<bool>> {
        tally.totals.read += u64::try_from(parsed.lines.len()).unwrap_or(0);
        tally.totals.dst_gaps += parsed.gaps;
        tally.totals.dst_folds += parsed.repeats;
        if self.seen_by.is_none() && parsed.faults.iter().all(Option::is_none) {
            return None;
        }
        let rows = parsed.faults.iter().enumerate();
        Some(rows.map(|(row, fault)| self.goes_on(parsed, row, fault.as_deref(), tally)).collect())
    }

    fn goes_on(&self, parsed: &Parsed, row: usize, fault: Option<&Reject>, tally: &mut Tally) -> bool {
        let standing =
            self.seen_by.as_ref().map_or(Standing::Known, |seen| seen.standing(&parsed.columns, row));
        if standing == Standing::Later {
            tally.totals.later += 1;
            return false;
        }
        let unsaid = (standing == Standing::Unsaid && fault.is_none()).then(|| self.unsaid(parsed, row));
        let Some(reject) = fault.or(unsaid.as_ref()) else { return true };
        tally.reject(reject);
        false
    }

    /// A row that does not say when it became known.
    fn unsaid(&self, parsed: &Parsed, row: usize) -> Reject {
        Reject {
            table: self.table.clone(),
            file: parsed.name.clone(),
            line: parsed.lines.get(row).copied().unwrap_or(0),
            column: self.seen_by.as_ref().and_then(Sight::column).unwrap_or_default().to_string(),
            value: String::new(),
            reason: "is missing, and it tells when the row became known".to_string(),
        }
    }

    /// The rows that go on, with their ids.
    pub fn part(parsed: Parsed, ids: Option<Texts>, keep: Option<Vec<bool>>) -> Result<Part, EngineError> {
        let rows = parsed.lines.len();
        let part = Part { columns: parsed.columns, ids, files: vec![parsed.file; rows], lines: parsed.lines };
        match keep {
            Some(keep) if keep.contains(&false) => part.filter(&BooleanArray::from(keep)),
            _ => Ok(part),
        }
    }

    /// What goes out of these rows.
    pub fn batch(&self, part: Part, tally: &mut Tally) -> Batch {
        let batch = part.batch(&self.wanted, self.ids);
        tally.accept(&batch, |field| self.accounted || self.passed.asks(field));
        batch
    }
}
