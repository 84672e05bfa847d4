//! What is wrong with a data book, for whoever wrote it.

use std::fmt;

/// A fault in the data book.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BookError {
    /// The book's path.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1.
    pub column: usize,
    /// What is wrong, in words.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl fmt::Display for BookError {
    /// `data.yaml:7:5: …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl std::error::Error for BookError {}

/// A fault before its place is worked out: the value it concerns and the words.
#[derive(Debug)]
pub(super) struct Fault {
    /// Which value of the book.
    pub at: usize,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// The faults found so far.
#[derive(Debug, Default)]
pub(super) struct Faults(pub Vec<Fault>);

impl Faults {
    /// Adds a fault.
    pub fn add(&mut self, at: usize, message: impl Into<String>) {
        self.0.push(Fault { at, message: message.into(), help: None });
    }

    /// Adds a fault with what to write instead.
    pub fn add_help(&mut self, at: usize, message: impl Into<String>, help: impl Into<Option<String>>) {
        self.0.push(Fault { at, message: message.into(), help: help.into() });
    }
}
