//! What a run keeps for later ones, so that a month more costs that month.
//!
//! | kept | why |
//! |------|-----|
//! | counts of the periods that are over, of all records that cannot change any more | they are added to what comes |
//! | records that may still change, with the answers that are settled | they are counted when it is known how they end |
//! | records that others may find | a customer's first contact, contacts of the last 14 days |
//! | records of periods that are not over | they count like those that come |
//! | the account of every file, by its digest | its rows need not be read again |
//!
//! A later run goes on from there if its files begin with the same ones, to the byte, and none of the
//! further rows is dated before what was taken to be complete; otherwise it starts over. Figures are the
//! same either way. What is kept can be deleted at any time.

mod asked;
pub(super) mod entries;
mod folder;
mod keep;
mod pieces;
mod resume;
mod rows;
mod select;
mod state;
pub(super) mod suited;

use std::path::{Path, PathBuf};

pub(super) use self::folder::Kept;
use super::error::EngineError;
use super::load::digest;
use super::source::Source;
use crate::contract::Contract;
use crate::measured::Registers;
use crate::plan::Plan;
use crate::value::tz_version;

/// Of the form that states have.
const FORM: u32 = 4;

/// Where the states of a plan are kept.
#[derive(Debug, Clone)]
pub(super) struct Place(PathBuf);

/// Where the states of a plan are kept in a store; or why it starts over every time.
pub(super) fn place(
    store: &Path,
    contract: &Contract,
    plan: &Plan,
    source: &dyn Source,
) -> Result<Result<Place, String>, EngineError> {
    if let Some(why) = suited::unsuited(plan) {
        return Ok(Err(why));
    }
    let mut rules = Vec::new();
    for table in plan.scans.keys() {
        match source.rules(table)? {
            Some(one) => rules.push((table, one)),
            None => return Ok(Err(format!("records of `{table}` as they were known on a day"))),
        }
    }
    let mut closed = Vec::new();
    for list in contract.calendars.values().flat_map(|calendar| &calendar.lists) {
        closed.push(source.holidays(list)?);
    }
    let plan = Plan { periods: Vec::new(), registers: Registers::default(), ..plan.clone() };
    let about = (FORM, env!("CARGO_PKG_VERSION"), tz_version(), &contract.zone, &contract.maturity);
    let identity = format!("{about:?} {:?} {closed:?} {rules:?} {plan:?}", contract.calendars);
    Ok(Ok(Place(store.join(digest(identity.as_bytes())))))
}

impl Place {
    /// What can be gone on from; none when there is nothing.
    pub(super) fn find(&self, plan: &Plan, source: &dyn Source) -> Result<Option<Kept>, EngineError> {
        folder::find(&self.0, plan, source)
    }
}
