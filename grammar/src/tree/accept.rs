//! A finding the parties accept, with their reason.

use super::{Name, Text};

/// `accept W0605 [on NAME] because "…"`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accept {
    /// The code of the warning.
    pub code: Name,
    /// The clause it is about; otherwise wherever the warning comes up.
    pub on: Option<Name>,
    /// Why.
    pub because: Text,
}
