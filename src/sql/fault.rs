//! What cannot be said in SQL: which table and field, and why.

use std::fmt;

/// Why a plan has no SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The table.
    pub table: Option<String>,
    /// The field.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Fault {
    /// About a table, or a field of it.
    pub(super) fn new(table: &str, field: Option<&str>, message: &str) -> Self {
        Self {
            table: Some(table.to_string()),
            field: field.map(str::to_string),
            message: message.to_string(),
            help: None,
        }
    }

    /// Of the program itself.
    pub(super) fn ours(message: String) -> Self {
        Self { table: None, field: None, message, help: None }
    }

    /// A holiday list whose dates are not known.
    pub(super) fn of_list(list: &str) -> Self {
        Self::ours(format!("the dates of the holiday list `{list}` are not known"))
            .help(format!("add `{list}` under `holidays:` of the data book"))
    }

    /// With what to do about it.
    pub(super) fn help(self, help: String) -> Self {
        Self { help: Some(help), ..self }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.table, &self.field) {
            (Some(table), Some(field)) => write!(f, "table `{table}`, field `{field}`: {}", self.message),
            (Some(table), None) => write!(f, "table `{table}`: {}", self.message),
            (None, _) => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for Fault {}
