//! A made-up period: readings put in place of records, and settled.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::assess::{Assessment, verdicts};
use crate::contract::{Contract, Given};
use crate::measured::{Cell, CellKey, Segment};
use crate::reading::{Basis, Found, Readings, Ruling, read};
use crate::settle::{Ledger, amounts, settle};
use crate::value::{Period, Ratio};

/// What a made-up period starts from.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Start {
    /// Readings by measure.
    pub readings: BTreeMap<String, Given>,
    /// Amounts of charges.
    pub charges: BTreeMap<String, Ratio>,
}

impl Start {
    /// With this value for a measure.
    pub(super) fn value(mut self, contract: &Contract, measure: &str, value: &Ratio) -> Self {
        if let Some(known) = contract.measures.get(measure) {
            let value = crate::value::Quantity::new(value.clone(), known.unit);
            self.readings.insert(measure.to_string(), Given::Value(value));
        }
        self
    }
}

/// Settled made-up periods, and the one that is looked at.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub readings: Rc<Readings>,
    pub assessment: Rc<Assessment>,
    pub ledger: Ledger,
    /// Its index.
    pub period: usize,
}

/// The period that stands for all: the first of the term; none when the term has none.
pub(super) fn first_period(contract: &Contract) -> Option<Period> {
    contract.schedule.first(&contract.zone)
}

/// Settles `period` from `start`: its amounts, without the words of how they came about.
pub(super) fn run(contract: &Contract, period: &Period, start: &Start) -> Option<Run> {
    settled(contract, std::slice::from_ref(period), std::slice::from_ref(start), amounts).pop()
}

/// Settles several periods in a row, each from its start.
pub(super) fn run_all(contract: &Contract, periods: &[Period], starts: &[Start]) -> Vec<Run> {
    settled(contract, periods, starts, |contract, readings, assessment| {
        settle(contract, readings, assessment).periods
    })
}

fn settled(
    contract: &Contract,
    periods: &[Period],
    starts: &[Start],
    by: fn(&Contract, &Readings, &Assessment) -> Vec<Ledger>,
) -> Vec<Run> {
    let mut known: crate::reading::Known<'_> = BTreeMap::new();
    let mut charges = BTreeMap::new();
    for (period, start) in starts.iter().enumerate() {
        for (name, given) in &start.readings {
            let key = CellKey { period, segment: Segment::whole() };
            known.entry(name.as_str()).or_default().insert(key, found(given));
        }
        charges.extend(start.charges.iter().map(|(name, amount)| ((name.clone(), period), amount.clone())));
    }
    let mut readings = read(contract, periods, &known, Basis::Given);
    readings.given = charges;
    let assessment = verdicts(contract, &readings);
    let ledgers = by(contract, &readings, &assessment).into_iter().enumerate();
    let (readings, assessment) = (Rc::new(readings), Rc::new(assessment));
    let one = |(period, ledger)| {
        let (readings, assessment) = (Rc::clone(&readings), Rc::clone(&assessment));
        Run { readings, assessment, ledger, period }
    };
    ledgers.map(one).collect()
}

fn found(given: &Given) -> Found<'static> {
    match given {
        Given::Value(value) => Found { value: Some(value.value.clone()), ..Found::default() },
        Given::Fraction(above, below) => {
            let cell = Cell { above: above.clone(), below: below.clone(), ..Cell::default() };
            Found { cell: Some(Cow::Owned(cell)), ..Found::default() }
        }
        Given::Difference(more, less, below) => {
            let (above, squares) = (more - less, Some(more + less));
            let cell = Cell { above, below: below.clone(), squares, ..Cell::default() };
            Found { cell: Some(Cow::Owned(cell)), ..Found::default() }
        }
        Given::NotMeasured => Found { ruling: Some(Ruling::NotMeasured), ..Found::default() },
    }
}

/// What a period with only this reading earns the vendor: bonuses less
/// penalties, with `charges` given. Better readings must never earn less,
/// which tests ask of any contract with it; none when the term has no period.
#[must_use]
pub fn net_at(
    contract: &Contract,
    measure: &str,
    value: &Ratio,
    charges: &BTreeMap<String, Ratio>,
) -> Option<Ratio> {
    let start = Start { charges: charges.clone(), ..Start::default() }.value(contract, measure, value);
    let ledger = run(contract, &first_period(contract)?, &start)?.ledger;
    Some(&ledger.bonuses - &ledger.penalties)
}
