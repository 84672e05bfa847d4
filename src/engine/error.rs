//! What is wrong with the data, for whoever supplied it.

use std::fmt;

/// A fault in a file of the data, or in how the data book describes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EngineError {
    /// What is wrong, in words.
    pub message: String,
    /// The file, as the book gives it.
    pub file: Option<String>,
    /// The line or row, counted from 1.
    pub line: Option<u64>,
    /// The column, as the file calls it.
    pub column: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl EngineError {
    /// An error with its message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// In this file.
    #[must_use]
    pub fn file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// At this line or row.
    #[must_use]
    pub fn line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// In this column.
    #[must_use]
    pub fn column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for EngineError {
    /// `data/calls.csv:17, column `Start`: …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            f.write_str(file)?;
            if let Some(line) = self.line {
                write!(f, ":{line}")?;
            }
            if let Some(column) = &self.column {
                write!(f, ", column `{column}`")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for EngineError {}
