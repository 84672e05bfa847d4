//! The report as canonical JSON (RFC 8785), and its published schema.

use super::{FORMAT, View};

/// The report: members sorted, no spaces, one line.
#[must_use]
pub fn json(view: &View) -> String {
    // A view has texts, counts and flags only, none of which JSON can refuse.
    serde_json_canonicalizer::to_string(view).unwrap_or_default() + "\n"
}

/// Reads a report back.
///
/// # Errors
///
/// What is wrong with `text`, in words, when it is not a report of this format.
pub fn read(text: &str) -> Result<View, String> {
    let view: View = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if view.format == FORMAT {
        Ok(view)
    } else {
        Err(format!("its format is `{}`, not `{FORMAT}`", view.format))
    }
}

/// The JSON schema of [`json`], indented.
#[must_use]
pub fn schema() -> String {
    let schema = schemars::schema_for!(View);
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}
