//! What a thread remembers from one stretch of rows to the next, so that it is worked out once.

use super::cells::Cells;
use super::clock::Days;
use super::dictionary::Known;

/// What is remembered, by recipe.
#[derive(Default)]
pub(super) struct Memory {
    /// Room for the cells of a stretch.
    pub cells: Cells,
    recipes: Vec<Remembered>,
}

/// What is remembered of one column.
#[derive(Default)]
pub(super) struct Remembered {
    /// Offsets of days.
    pub days: Days,
    /// The last list of texts.
    pub list: Option<Known>,
}

impl Memory {
    /// What is remembered of a recipe's column.
    pub fn of(&mut self, recipe: usize) -> Option<&mut Remembered> {
        if self.recipes.len() <= recipe {
            self.recipes.resize_with(recipe + 1, Remembered::default);
        }
        self.recipes.get_mut(recipe)
    }
}
