//! What a period was settled on, kept with the run so that later periods can
//! look back at it as it was closed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::measured::{CellKey, Segment};
use crate::reading::{Basis, Reading, Readings, Why};
use crate::value::{Instant, Ratio};

/// The readings and given amounts of one period.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The label of the period.
    pub period: String,
    /// By measure, then by segment.
    pub readings: Vec<Fact>,
    /// Charges and other figures that were given instead of measured.
    pub given: BTreeMap<String, String>,
}

/// One reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The measure.
    pub measure: String,
    /// The values of its `by` fields; empty for the whole.
    pub segment: Vec<Option<String>>,
    /// Above the line.
    pub above: Option<String>,
    /// Below the line.
    pub below: Option<String>,
    /// For a net promoter score: promoters and detractors together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub squares: Option<String>,
    /// Before rounding.
    pub exact: Option<String>,
    /// After rounding.
    pub value: Option<String>,
    /// How it came about.
    pub basis: Ground,
    /// Records whose look-ahead had not run out.
    pub open: u64,
    /// When it was to become final, in microseconds since 1970 (UTC).
    pub final_from: Option<i64>,
}

/// How a reading came about, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// From records of the period.
    Measured,
    /// Together with earlier periods.
    Pooled(String),
    /// Together with what earlier periods carried over.
    Carried(String),
    /// From a readings file.
    Given,
    /// The contract's value for nothing to measure.
    IfNone,
    /// The contract lets it count as met.
    DeemedMet(Lack),
    /// The contract lets it count as missed.
    DeemedMissed(Lack),
    /// There is none.
    NotMeasured(Lack),
    /// Excused by an approved relief.
    Excused(String),
}

/// Why there is no reading, as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lack {
    /// Nothing below the line.
    Nothing,
    /// Fewer records than asked for: how many, and how many are needed.
    TooFew(String, u64),
    /// Fewer records than asked for, which count in the next period: likewise.
    CarriedOver(String, u64),
    /// Nothing was reported.
    NotReported,
    /// A measure it is calculated from was not measured.
    DependsOn(String),
    /// A division by zero.
    DivisionByZero,
}

impl Facts {
    /// Those of the period with this index.
    #[must_use]
    pub fn of(readings: &Readings, period: usize) -> Self {
        let label = readings.periods.get(period).map(|it| it.label.clone()).unwrap_or_default();
        let facts = readings.measures.keys().flat_map(|name| {
            readings.within(name, period).map(|(key, reading)| fact(name, &key.segment, reading))
        });
        let given = readings.given.iter().filter(|((_, at), _)| *at == period);
        Self {
            period: label,
            readings: facts.collect(),
            given: given.map(|((name, _), amount)| (name.clone(), amount.to_exact_text())).collect(),
        }
    }

    /// Those of several periods as canonical JSON (RFC 8785).
    #[must_use]
    pub fn to_json(all: &[Self]) -> String {
        // Texts and counts only, none of which JSON can refuse.
        serde_json_canonicalizer::to_string(&all).unwrap_or_default() + "\n"
    }

    /// Puts them in the place of the period's readings.
    pub(super) fn put(&self, readings: &mut Readings, period: usize) {
        for cells in readings.measures.values_mut() {
            cells.retain(|key, _| key.period != period || key.segment.is_whole());
        }
        for fact in &self.readings {
            let Some(cells) = readings.measures.get_mut(&fact.measure) else { continue };
            let whole = cells.get(&CellKey { period, segment: Segment::whole() }).cloned();
            let key = CellKey { period, segment: Segment(fact.segment.clone().into()) };
            if let Some(reading) = cells.get(&key).cloned().or(whole) {
                cells.insert(key, fact.reading(reading));
            }
        }
        readings.given.retain(|(_, at), _| *at != period);
        let given = self.given.iter().filter_map(|(name, amount)| Some((name, amount.parse().ok()?)));
        readings.given.extend(given.map(|(name, amount)| ((name.clone(), period), amount)));
    }
}

fn fact(measure: &str, segment: &Segment, reading: &Reading) -> Fact {
    let text = |value: &Option<Ratio>| value.as_ref().map(Ratio::to_exact_text);
    Fact {
        measure: measure.to_string(),
        segment: segment.0.to_vec(),
        above: text(&reading.above),
        below: text(&reading.below),
        squares: text(&reading.squares),
        exact: text(&reading.exact),
        value: text(&reading.value),
        basis: ground(&reading.basis),
        open: reading.open,
        final_from: reading.final_from.map(|instant| instant.0),
    }
}

impl Fact {
    /// The reading as it was; its unit and account are those of today's.
    fn reading(&self, today: Reading) -> Reading {
        let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse().ok());
        Reading {
            above: number(&self.above),
            below: number(&self.below),
            squares: number(&self.squares),
            exact: number(&self.exact),
            value: number(&self.value),
            basis: self.basis.basis(),
            open: self.open,
            final_from: self.final_from.map(Instant),
            working: "as closed".to_string(),
            ..today
        }
    }
}

fn ground(basis: &Basis) -> Ground {
    match basis {
        Basis::Measured => Ground::Measured,
        Basis::Pooled { from } => Ground::Pooled(from.clone()),
        Basis::Carried { from } => Ground::Carried(from.clone()),
        Basis::Given => Ground::Given,
        Basis::IfNone => Ground::IfNone,
        Basis::DeemedMet(why) => Ground::DeemedMet(lack(why)),
        Basis::DeemedMissed(why) => Ground::DeemedMissed(lack(why)),
        Basis::NotMeasured(why) => Ground::NotMeasured(lack(why)),
        Basis::Excused { reason } => Ground::Excused(reason.clone()),
    }
}

fn lack(why: &Why) -> Lack {
    match why {
        Why::Nothing => Lack::Nothing,
        Why::TooFew { n, needed } => Lack::TooFew(n.to_exact_text(), *needed),
        Why::CarriedOver { n, needed } => Lack::CarriedOver(n.to_exact_text(), *needed),
        Why::NotReported => Lack::NotReported,
        Why::DependsOn(name) => Lack::DependsOn(name.clone()),
        Why::DivisionByZero => Lack::DivisionByZero,
    }
}

impl Ground {
    fn basis(&self) -> Basis {
        match self {
            Self::Measured => Basis::Measured,
            Self::Pooled(from) => Basis::Pooled { from: from.clone() },
            Self::Carried(from) => Basis::Carried { from: from.clone() },
            Self::Given => Basis::Given,
            Self::IfNone => Basis::IfNone,
            Self::DeemedMet(lack) => Basis::DeemedMet(lack.why()),
            Self::DeemedMissed(lack) => Basis::DeemedMissed(lack.why()),
            Self::NotMeasured(lack) => Basis::NotMeasured(lack.why()),
            Self::Excused(reason) => Basis::Excused { reason: reason.clone() },
        }
    }
}

impl Lack {
    fn why(&self) -> Why {
        match self {
            Self::Nothing => Why::Nothing,
            Self::TooFew(n, needed) => Why::TooFew { n: n.parse().unwrap_or_default(), needed: *needed },
            Self::CarriedOver(n, needed) => {
                Why::CarriedOver { n: n.parse().unwrap_or_default(), needed: *needed }
            }
            Self::NotReported => Why::NotReported,
            Self::DependsOn(name) => Why::DependsOn(name.clone()),
            Self::DivisionByZero => Why::DivisionByZero,
        }
    }
}
