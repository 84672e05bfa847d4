//! The parts a statement is made of, before anyone knows on what it is printed.
//!
//! [`super::statement`] composes them once; [`super::human`] and [`super::md`]
//! print the same ones.

use super::Figure;

/// A part of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The title.
    Title(String),
    /// The heading of a section.
    Heading(String),
    /// What nobody may overlook.
    Notice(String),
    /// A paragraph.
    Text(String),
    /// Names and what they stand for.
    Facts(Vec<(String, String)>),
    /// A table.
    Grid(Grid),
    /// Points, one a line.
    List(Vec<String>),
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grid {
    /// Headings; an empty table has none of its rows.
    pub columns: Vec<Column>,
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The heading.
    pub head: String,
    /// Numbers stand to the right.
    pub number: bool,
    /// Never broken where there is room: a reading with its counts.
    pub whole: bool,
}

/// A cell: one text of one or more lines.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// The text.
    pub text: String,
    /// How it should strike the eye.
    pub tone: Tone,
}

/// How a text should strike the eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// As everything else.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// Not as it should be.
    Bad,
    /// Worth a look.
    Look,
    /// Set off from the rest.
    Strong,
}

/// A column of texts.
pub fn text(head: impl Into<String>) -> Column {
    Column { head: head.into(), number: false, whole: false }
}

/// A column of numbers.
pub fn number(head: impl Into<String>) -> Column {
    Column { head: head.into(), number: true, whole: true }
}

/// A column of short texts that should stay on one line.
pub fn whole(head: impl Into<String>) -> Column {
    Column { head: head.into(), number: false, whole: true }
}

impl Cell {
    /// A text with a tone.
    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }

    /// Several lines.
    pub fn lines(lines: &[String]) -> Self {
        lines.join("\n").into()
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, tone: Tone::Plain }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        text.to_string().into()
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        text.clone().into()
    }
}

impl From<&Option<String>> for Cell {
    fn from(text: &Option<String>) -> Self {
        text.clone().unwrap_or_default().into()
    }
}

impl From<&Figure> for Cell {
    fn from(figure: &Figure) -> Self {
        figure.shown.clone().into()
    }
}

impl From<&Option<Figure>> for Cell {
    fn from(figure: &Option<Figure>) -> Self {
        figure.as_ref().map(|figure| figure.shown.clone()).unwrap_or_default().into()
    }
}

impl Grid {
    /// A table without rows.
    pub fn new(columns: &[Column]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        debug_assert_eq!(N, self.columns.len());
        self.rows.push(cells.to_vec());
    }

    /// Leaves out columns in which every cell is this text.
    pub fn without_columns_of(mut self, idle: &str) -> Self {
        let used = |at: usize, rows: &[Vec<Cell>]| {
            rows.iter().any(|row| row.get(at).is_some_and(|cell| cell.text != idle))
        };
        let keep: Vec<bool> = (0..self.columns.len()).map(|at| used(at, &self.rows)).collect();
        let mut kept = keep.iter();
        self.columns.retain(|_| kept.next() == Some(&true));
        for row in &mut self.rows {
            let mut kept = keep.iter();
            row.retain(|_| kept.next() == Some(&true));
        }
        self
    }
}
