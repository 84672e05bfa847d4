//! What goes wrong where the data lives.

use std::fmt;

use crate::connect::ConnectError;
use crate::engine::EngineError;
use crate::sql::Fault;

/// Why nothing was measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl RemoteError {
    /// An error with its message.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// Says what to do about it.
    pub(super) fn help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into();
        self
    }

    /// The answer to a query is an error.
    pub(super) fn asked(title: &str, error: ConnectError) -> Self {
        Self { message: format!("{title}: {}", error.message), help: error.help }
    }

    /// What stays in files cannot be read.
    pub(super) fn of_files(error: EngineError) -> Self {
        Self { message: error.to_string(), help: error.help }
    }
}

impl From<Fault> for RemoteError {
    fn from(fault: Fault) -> Self {
        Self { message: fault.to_string(), help: fault.help }
    }
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RemoteError {}
