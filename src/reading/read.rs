//! From counts, or from what was given, to readings.
//!
//! Survey answers above and below the line, `needs at least 100 answers,
//! otherwise pooled with the period before`:
//!
//! | period | above | below | reading | why |
//! |--------|------:|------:|---------|-----|
//! | 2026-01 | 90 | 120 | 75 % | enough |
//! | 2026-02 | 40 |  58 | 130/178 | pooled: 58 + 120 |
//! | 2026-03 |  0 |   0 | pooled likewise | |
//!
//! Without an earlier period to draw on, too few records are *not measured*.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::contract::{Contract, Formula, IfNone, Measure, MeasureKind, Node, Past};
use crate::measured::{Cell, CellKey, Measured, Segment};
use crate::value::{Period, Quantity, Ratio, Unit};

use super::formula::{Figures, Missing, Source, days_in, rounding_words, series_in, shown, value};
use super::past::Look;
use super::{Basis, Reading, Readings, Why, figure, relief, weighted};

/// What is known about one measure in one period and segment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found<'a> {
    /// Counts.
    pub cell: Option<Cow<'a, Cell>>,
    /// A value that was given as such.
    pub value: Option<Ratio>,
    /// What was said about it besides.
    pub ruling: Option<Ruling>,
}

/// What was said about a reading besides its figures.
#[derive(Debug, Clone)]
pub(crate) enum Ruling {
    /// Nothing was measured.
    NotMeasured,
    /// An approved relief covers it.
    Excused(String),
    /// Nobody reported.
    NotReported,
}

/// What is known, by measure.
pub(crate) type Known<'a> = BTreeMap<&'a str, BTreeMap<CellKey, Found<'a>>>;

/// Readings of `periods` from what the engine measured.
#[must_use]
pub fn of(contract: &Contract, periods: &[Period], measured: &Measured) -> Readings {
    let disputed = measured.others.keys().any(|version| version.disputed);
    let other = disputed.then(|| Box::new(relief::readings(contract, periods, measured, true)));
    Readings { disputed: other, ..relief::readings(contract, periods, measured, false) }
}

/// Readings of `periods` from what is known; `basis` says how it came to be known.
pub(crate) fn read(contract: &Contract, periods: &[Period], known: &Known<'_>, basis: Basis) -> Readings {
    let mut reader = Reader { contract, periods, known, basis, done: BTreeMap::new() };
    for measure in contract.measures.values() {
        reader.resolve(measure);
    }
    Readings { periods: periods.to_vec(), measures: reader.done, ..Readings::default() }
}

pub(super) struct Reader<'a> {
    contract: &'a Contract,
    pub(super) periods: &'a [Period],
    known: &'a Known<'a>,
    pub(super) basis: Basis,
    done: BTreeMap<String, BTreeMap<CellKey, Reading>>,
}

impl Reader<'_> {
    /// All readings of a measure, after those it is calculated from.
    fn resolve(&mut self, measure: &Measure) {
        if self.done.contains_key(&measure.name) {
            return;
        }
        let contract = self.contract;
        let needs = measures_of(measure);
        for need in needs.iter().filter_map(|name| contract.measures.get(*name)) {
            self.resolve(need);
        }
        let keys = self.keys(measure, &needs);
        let readings = keys.into_iter().map(|key| {
            let reading = self.reading(measure, &key);
            (key, reading)
        });
        let readings = readings.collect();
        self.done.insert(measure.name.clone(), readings);
    }

    /// The whole of every period, and every segment of any period in all periods.
    fn keys(&self, measure: &Measure, needs: &[&str]) -> BTreeSet<CellKey> {
        let mut segments = BTreeSet::from([Segment::whole()]);
        let own = self.known.get(measure.name.as_str());
        segments.extend(own.into_iter().flat_map(|by_key| by_key.keys().map(|key| key.segment.clone())));
        if !measure.by.is_empty() {
            let others = needs.iter().filter_map(|name| self.done.get(*name));
            segments.extend(others.flat_map(|by_key| by_key.keys().map(|key| key.segment.clone())));
        }
        let in_period =
            |period| segments.iter().map(move |segment| CellKey { period, segment: segment.clone() });
        (0..self.periods.len()).flat_map(in_period).collect()
    }

    pub(super) fn found(&self, measure: &Measure, key: &CellKey) -> Option<&Found<'_>> {
        self.known.get(measure.name.as_str())?.get(key)
    }

    fn reading(&self, measure: &Measure, key: &CellKey) -> Reading {
        let found = self.found(measure, key);
        if let (None, MeasureKind::Calculated(formula)) = (found, &measure.kind) {
            return self.calculated(measure, formula, key);
        }
        match (found, &measure.kind) {
            (None, MeasureKind::Weighted(parts)) => {
                let row = Row { reader: self, key };
                return weighted::weighted(measure, parts, &|name| row.reading(name));
            }
            (None, MeasureKind::OverSegments(over)) => {
                let all = self.done.get(&over.measure).into_iter().flatten();
                let here = all.filter(|(at, _)| at.period == key.period && !at.segment.is_whole());
                return weighted::over_segments(measure, over, here.map(|(at, one)| (&at.segment, one)));
            }
            _ => {}
        }
        let Some(found) = found else { return self.absent(measure) };
        let mut reading = match (&found.value, &found.cell) {
            (Some(value), _) => given_value(measure, value, self.basis.clone()),
            (None, Some(cell)) => self.sampled(measure, key, cell),
            (None, None) => if_none(measure, blank(measure), Why::Nothing),
        };
        match &found.ruling {
            Some(Ruling::NotReported) => {
                return held(measure, &measure.if_not_reported, blank(measure), Why::NotReported);
            }
            Some(Ruling::Excused(reason)) => {
                reading.working = format!("excused: {reason}");
                reading.basis = Basis::Excused { reason: reason.clone() };
            }
            Some(Ruling::NotMeasured) if reading.value.is_some() => {
                reading = Reading { exact: None, value: None, ..if_none(measure, reading, Why::Nothing) };
            }
            _ => {}
        }
        reading
    }

    /// Nothing is known: no records in this cell, or nobody reported.
    fn absent(&self, measure: &Measure) -> Reading {
        let measured = self.basis == Basis::Measured && self.known.contains_key(measure.name.as_str());
        if measured {
            return from_counts(measure, &Cell::default(), Basis::Measured);
        }
        without(blank(measure), Basis::NotMeasured(Why::NotReported))
    }

    fn calculated(&self, measure: &Measure, formula: &Formula, key: &CellKey) -> Reading {
        let figures = Row { reader: self, key };
        let mut reading = blank(measure);
        let needed: Vec<&Reading> =
            measures_of(measure).iter().filter_map(|name| figures.reading(name)).collect();
        reading.open = needed.iter().map(|need| need.open).sum();
        reading.final_from = needed.iter().filter_map(|need| need.final_from).max();
        match value(&formula.node, &figures) {
            Ok(exact) => {
                let result = Quantity::new(exact.clone(), measure.unit);
                reading.working = format!("{} = {result}", shown(&formula.node, &figures));
                rounded(measure, reading, exact)
            }
            Err(Missing::DivisionByZero) => if_none(measure, reading, Why::DivisionByZero),
            Err(Missing::Figure { name, .. }) => if_none(measure, reading, Why::DependsOn(name)),
        }
    }
}

/// The figures a calculated measure may name, in one period and segment.
struct Row<'a> {
    reader: &'a Reader<'a>,
    key: &'a CellKey,
}

impl<'a> Row<'a> {
    /// The reading of this period.
    fn reading(&self, name: &str) -> Option<&'a Reading> {
        self.reading_in(name, self.key.period)
    }

    /// The reading of the same segment, or of the whole when the measure has no segments.
    fn reading_in(&self, name: &str, period: usize) -> Option<&'a Reading> {
        let readings = self.reader.done.get(name)?;
        let of = |segment: Segment| readings.get(&CellKey { period, segment });
        of(self.key.segment.clone()).or_else(|| of(Segment::whole()))
    }
}

impl Figures for Row<'_> {
    fn figure(&self, source: Source, name: &str) -> Result<Quantity, Missing> {
        let period = self.reader.periods.get(self.key.period);
        match source {
            Source::Period => return days_in(period),
            Source::Series => return series_in(self.reader.contract, name, period),
            _ => {}
        }
        if source == Source::Fact {
            let fact = self.reader.contract.facts.get(name);
            return fact.map(|fact| fact.value.clone()).ok_or_else(|| not_there(name, "no such fact"));
        }
        let reading = self.reading(name).ok_or_else(|| not_there(name, "not reported"))?;
        match &reading.value {
            Some(value) => Ok(Quantity::new(value.clone(), reading.unit)),
            None => Err(not_there(name, &reading.why().unwrap_or_default())),
        }
    }

    fn past(&self, past: &Past) -> Result<Quantity, Missing> {
        let Node::Measure(name) = &past.figure else { return Err(not_there(&past.text, "not a measure")) };
        let Reader { contract, periods, .. } = *self.reader;
        let look = Look { contract, periods, since: 0, now: self.key.period };
        look.measured(past, &|period| self.reading_in(name, period))
    }
}

fn not_there(name: &str, why: &str) -> Missing {
    Missing::Figure { name: name.to_string(), why: why.to_string() }
}

/// The measures a measure is calculated from, by name.
fn measures_of(measure: &Measure) -> Vec<&str> {
    let mut names = Vec::new();
    if let MeasureKind::Calculated(formula) = &measure.kind {
        formula.node.walk(&mut |node| match node {
            Node::Measure(name) => names.push(name.as_str()),
            Node::Past(past) if !past.includes_now() => {
                if let Node::Measure(name) = &past.figure {
                    names.push(name.as_str());
                }
            }
            _ => {}
        });
    }
    match &measure.kind {
        MeasureKind::Weighted(weighted) => {
            names.extend(weighted.parts.iter().map(|part| part.measure.as_str()));
        }
        MeasureKind::OverSegments(over) => names.push(over.measure.as_str()),
        _ => {}
    }
    names
}

pub(super) fn blank(measure: &Measure) -> Reading {
    Reading {
        unit: measure.unit,
        above: None,
        below: None,
        squares: None,
        exact: None,
        value: None,
        basis: Basis::Measured,
        tallies: Vec::new(),
        open: 0,
        final_from: None,
        working: String::new(),
    }
}

/// The reading of counts that are enough.
pub(super) fn from_counts(measure: &Measure, cell: &Cell, basis: Basis) -> Reading {
    let reading = Reading {
        above: Some(cell.above.clone()),
        below: Some(cell.below.clone()),
        squares: cell.squares.clone(),
        basis,
        tallies: cell.tallies.clone(),
        open: cell.open,
        final_from: cell.final_from,
        ..blank(measure)
    };
    match figure::exact(measure, cell) {
        Some(exact) => {
            let working = figure::working(measure, cell, &exact);
            rounded(measure, Reading { working, ..reading }, exact)
        }
        None => if_none(measure, reading, Why::Nothing),
    }
}

fn given_value(measure: &Measure, value: &Ratio, basis: Basis) -> Reading {
    let working = format!("given: {}", Quantity::new(value.clone(), measure.unit));
    rounded(measure, Reading { working, basis, ..blank(measure) }, value.clone())
}

/// Rounds as the measure says and completes the working.
pub(super) fn rounded(measure: &Measure, mut reading: Reading, exact: Ratio) -> Reading {
    let value = measure.round.as_ref().map_or_else(|| exact.clone(), |rounding| rounding.apply(&exact));
    if let Some(rounding) = measure.round.as_ref().filter(|_| value != exact) {
        let result = Quantity::new(value.clone(), measure.unit);
        let rule = rounding_words(rounding, measure.unit);
        reading.working = format!("{}, rounded to {rule}: {result}", reading.working);
    }
    if let Basis::Carried { from } = &reading.basis {
        reading.working = format!("{}, with what was carried over from {from}", reading.working);
    }
    if let Basis::Pooled { from } = &reading.basis {
        reading.working = format!("{}, pooled from {from}", reading.working);
    }
    Reading { exact: Some(exact), value: Some(value), ..reading }
}

/// The contract's rule for nothing to measure.
pub(super) fn if_none(measure: &Measure, reading: Reading, why: Why) -> Reading {
    held(measure, &measure.if_none, reading, why)
}

fn held(measure: &Measure, rule: &IfNone, reading: Reading, why: Why) -> Reading {
    match rule {
        IfNone::NotMeasured => without(reading, Basis::NotMeasured(why)),
        IfNone::DeemedMet => without(reading, Basis::DeemedMet(why)),
        IfNone::DeemedMissed => without(reading, Basis::DeemedMissed(why)),
        IfNone::Value(value) => {
            let working = format!("{why}: read as {value}");
            rounded(measure, Reading { basis: Basis::IfNone, working, ..reading }, value.value.clone())
        }
    }
}

/// Without a value, for the reason `basis` gives.
pub(super) fn without(reading: Reading, basis: Basis) -> Reading {
    let counts = match (&reading.above, &reading.below) {
        (Some(above), Some(below)) if !below.is_zero() && reading.unit != Unit::Duration => {
            format!(" ({above} of {below})")
        }
        _ => String::new(),
    };
    let reading = Reading { exact: None, value: None, basis, ..reading };
    let working = match reading.why() {
        Some(why) if matches!(reading.basis, Basis::NotMeasured(_)) => format!("not measured: {why}{counts}"),
        Some(why) => format!("{why}{counts}"),
        None => String::new(),
    };
    Reading { working, ..reading }
}
