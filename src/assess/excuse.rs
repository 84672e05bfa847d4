//! Situations in which a commitment is neither met nor missed.
//!
//! `excuse answered when offered is more than 110% of agreed`: with 46,000
//! contacts against an agreed 40,000 the line is 44,000 and the period is
//! excused; with exactly 44,000 it is not.

use crate::contract::{Compare, Contract, Node};
use crate::measured::{CellKey, Segment};
use crate::reading::Readings;
use crate::reading::formula::{Figures, Missing, Source, days_in, series_in, value};
use crate::value::Quantity;

/// Why this commitment is excused in this period and segment, when it is.
pub(super) fn excuse(
    contract: &Contract,
    readings: &Readings,
    commitment: &str,
    key: &CellKey,
) -> Option<String> {
    let here = Here { contract, readings, key };
    let excuses = contract.governance.excuses.iter();
    let mut mine = excuses.filter(|excuse| excuse.on.iter().any(|name| name == commitment));
    mine.find_map(|excuse| {
        let mut shown = Vec::new();
        for (left, compare, right) in &excuse.when {
            let (a, b) = (value(&left.node, &here).ok()?, value(&right.node, &here).ok()?);
            let holds = match compare {
                Compare::Equal => a == b,
                Compare::NotEqual => a != b,
                Compare::Less => a < b,
                Compare::AtMost => a <= b,
                Compare::More => a > b,
                Compare::AtLeast => a >= b,
            };
            if !holds {
                return None;
            }
            let (a, b) = (Quantity::new(a, left.unit), Quantity::new(b, right.unit));
            shown.push(format!("`{}` is {a}, `{}` is {b}", left.text, right.text));
        }
        Some(format!("{}: {}", excuse.because, shown.join(", ")))
    })
}

/// The figures of one period and segment.
struct Here<'a> {
    contract: &'a Contract,
    readings: &'a Readings,
    key: &'a CellKey,
}

impl Figures for Here<'_> {
    fn figure(&self, source: Source, name: &str) -> Result<Quantity, Missing> {
        let missing = |why: &str| Missing::Figure { name: name.to_string(), why: why.to_string() };
        if source == Source::Fact {
            return self
                .contract
                .facts
                .get(name)
                .map(|it| it.value.clone())
                .ok_or_else(|| missing("no such fact"));
        }
        let CellKey { period, segment } = self.key;
        match source {
            Source::Period => return days_in(self.readings.periods.get(*period)),
            Source::Series => return series_in(self.contract, name, self.readings.periods.get(*period)),
            _ => {}
        }
        let own = self.readings.get(name, *period, segment);
        let reading = own.or_else(|| self.readings.get(name, *period, &Segment::whole()));
        let reading = reading.ok_or_else(|| missing("not reported"))?;
        match &reading.value {
            Some(value) => Ok(Quantity::new(value.clone(), reading.unit)),
            None => Err(missing(&reading.why().unwrap_or_default())),
        }
    }

    fn segment_for(&self, figure: &Node) -> Segment {
        match figure {
            Node::Measure(name) if self.readings.get(name, self.key.period, &self.key.segment).is_some() => {
                self.key.segment.clone()
            }
            _ => Segment::whole(),
        }
    }
}
