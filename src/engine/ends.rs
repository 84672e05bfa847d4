//! Until when figures can change, for counts that another engine has made.

use std::collections::BTreeMap;

use super::error::EngineError;
use super::finality::Finality;
use super::maturity::{Maturity, complete};
use super::offsets::Offsets;
use crate::contract::Contract;
use crate::plan::{Counter, Plan};
use crate::value::{Date, Instant};

/// When the records of each table have all come, and what follows from that.
#[derive(Debug)]
pub struct Ends {
    maturity: Maturity,
    offsets: Offsets,
    /// The last moment whose records have all come, of each table of which that is said.
    reach: BTreeMap<String, i64>,
}

impl Ends {
    /// For tables that are said to be complete up to some moments, with the dates of holiday lists.
    ///
    /// # Errors
    ///
    /// When the contract names a holiday list that is not there.
    pub fn of(
        contract: &Contract,
        plan: &Plan,
        complete_to: &BTreeMap<String, Instant>,
        holidays: &BTreeMap<String, Vec<Date>>,
    ) -> Result<Self, EngineError> {
        let dates = |list: &str| {
            let dates = holidays.get(list).cloned();
            dates.ok_or_else(|| EngineError::new(format!("there is no holiday list `{list}`")))
        };
        let maturity = Maturity::with(contract, dates)?;
        let offsets = Offsets::new(&contract.zone);
        let reach = |table: &String| {
            let base = plan.joins.get(table).map_or(table, |join| &join.scan.table.name);
            let said = complete_to.get(base)?;
            Some((table.clone(), maturity.reach(complete(said.0, &offsets), &offsets)))
        };
        let reach = plan.scans.keys().filter_map(reach).collect();
        Ok(Self { reach, maturity, offsets })
    }

    /// The last moment whose records of a table have all come, where that is said.
    #[must_use]
    pub fn reach(&self, table: &str) -> Option<i64> {
        self.reach.get(table).copied()
    }

    /// Until when a cell of a counter can change, when its latest look-ahead ends at `open`.
    #[must_use]
    pub fn until(&self, plan: &Plan, counter: &Counter, period: usize, open: Option<i64>) -> Option<i64> {
        let reach = self.reach.iter().map(|(table, reach)| (table.as_str(), *reach)).collect();
        let finality = Finality { plan, maturity: Some(&self.maturity), offsets: &self.offsets, reach };
        open.map(|open| finality.settled(open)).max(finality.unfinished(counter, period))
    }
}
