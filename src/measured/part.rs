//! What was measured under each version of an amended contract, put together.

use std::ops::Range;
use std::sync::Arc;

use super::Measured;

/// What was measured for the periods under one version of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// The indices of the periods under the version.
    pub periods: Range<usize>,
    /// What its measures found, in all periods.
    pub measured: Arc<Measured>,
}

impl Measured {
    /// The account of all parts: of each its own periods; of a table that
    /// several read, the account of the last. That of a single part is shared with it.
    #[must_use]
    pub fn joined(parts: &[Part]) -> Arc<Self> {
        let [first, others @ ..] = parts else { return Arc::default() };
        if others.is_empty() {
            return Arc::clone(&first.measured);
        }
        let mut all = Self::default();
        for Part { periods, measured } in parts {
            for (name, by_key) in &measured.cells {
                let own = by_key.iter().filter(|(key, _)| periods.contains(&key.period));
                let own = own.map(|(key, cell)| (key.clone(), cell.clone()));
                all.cells.entry(name.clone()).or_default().extend(own);
            }
            all.tables.extend(measured.tables.clone());
            all.outside_periods.extend(measured.outside_periods.clone());
            all.complete_to.extend(measured.complete_to.clone());
            all.registers = measured.registers.clone();
        }
        Arc::new(all)
    }
}
