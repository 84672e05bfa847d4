//! `meed schema`: the JSON schema of the report.

use super::screen::{Done, Screen, Stop};
use crate::report;

/// Prints the schema.
pub fn run(screen: &mut Screen) -> Result<Done, Stop> {
    screen.result(&report::schema())?;
    Ok(Done::Well)
}
