//! The figures of one period, as the work on it goes along.

use std::collections::BTreeMap;

use crate::assess::{Assessment, Judgement};
use crate::contract::{Contract, Formula, LevelKind, Node, Past, TotalOf};
use crate::measured::Segment;
use crate::reading::baseline::fixed;
use crate::reading::formula::{Figures, Missing, Source, days_in, named, series_in, shown, value};
use crate::reading::{Basis, Reading, Readings};
use crate::value::{Quantity, Ratio, Rounding, Unit};

use super::{Input, Kept, Ledger, Trace};

/// The desk of one period: the contract, the readings, and the charges and
/// pools worked out so far.
pub(super) struct Desk<'a> {
    /// The version of the contract the period is under.
    pub contract: &'a Contract,
    /// The contract with all its versions.
    pub whole: &'a Contract,
    pub readings: &'a Readings,
    pub assessment: &'a Assessment,
    pub period: usize,
    /// The ledgers of all earlier periods, in order.
    pub past: &'a [Ledger],
    pub charges: BTreeMap<String, Result<Ratio, Missing>>,
    pub pools: BTreeMap<String, Result<Ratio, Missing>>,
    /// The sums of the statement, once they are known.
    pub kept: Option<Kept>,
    /// The first period that counts where periods are counted.
    pub since: usize,
    /// Whether only amounts are asked for, without words.
    pub bare: bool,
}

impl<'a> Desk<'a> {
    /// Whether the term has ended for what has this name.
    pub(super) fn has_ended(&self, name: &str) -> bool {
        let after =
            self.readings.periods.get(self.period).is_some_and(|it| it.first > self.contract.schedule.to);
        after && self.contract.maturity.tail.as_ref().is_none_or(|tail| !tail.names.contains(name))
    }

    pub(super) fn new(
        contract: &'a Contract,
        readings: &'a Readings,
        assessment: &'a Assessment,
        period: usize,
        past: &'a [Ledger],
    ) -> Self {
        let (charges, pools) = (BTreeMap::new(), BTreeMap::new());
        Self {
            contract,
            whole: contract,
            readings,
            assessment,
            period,
            past,
            charges,
            pools,
            kept: None,
            since: 0,
            bare: false,
        }
    }
}

impl<'a> Desk<'a> {
    /// The desk of this or an earlier period, as it was when its charges were known.
    pub(super) fn then(&self, period: usize) -> Self {
        let contract = self.whole.in_period(&self.readings.periods, period);
        let past = self.past.get(..period).unwrap_or_default();
        let kept = self.past.get(period).map(|ledger| &ledger.kept.charges);
        let kept = kept.into_iter().flatten().map(|(name, amount)| (name.clone(), Ok(amount.clone())));
        let charges = if period == self.period { self.charges.clone() } else { kept.collect() };
        Self {
            charges,
            whole: self.whole,
            bare: self.bare,
            ..Self::new(contract, self.readings, self.assessment, period, past)
        }
    }
}

impl Desk<'_> {
    /// The whole of a measure in this period.
    pub(super) fn reading(&self, measure: &str) -> Option<&Reading> {
        self.readings.get(measure, self.period, &Segment::whole())
    }

    pub(super) fn money(&self, amount: &Ratio) -> String {
        Quantity::new(amount.clone(), Unit::Money(self.contract.currency)).to_string()
    }

    /// The money rounding, when every line is rounded on its own.
    pub(super) fn each_line(&self) -> Option<&Rounding> {
        let rounding = &self.contract.rounding;
        rounding.each_line.then_some(&rounding.rounding)
    }

    /// `amount` as it stands on its line; what rounding did goes into the trace.
    pub(super) fn rounded(&self, amount: &Ratio, trace: &mut Trace) -> Ratio {
        let Some(rounding) = self.each_line() else { return amount.clone() };
        let rounded = rounding.apply(amount);
        if !trace.bare && rounded != *amount {
            let unit = Unit::Money(self.contract.currency);
            let rule = crate::reading::formula::rounding_words(rounding, unit);
            trace.rounding = Some(format!("{} to {rule}: {}", self.money(amount), self.money(&rounded)));
        }
        rounded
    }

    pub(super) fn measure_input(&self, name: &str, reading: &Reading) -> Input {
        let given = matches!(reading.basis, Basis::Given);
        let source = if given { "given" } else { Source::Measure.word() };
        Input { name: name.to_string(), shown: reading_words(reading), source }
    }

    fn input(&self, figures: &dyn Figures, source: Source, name: &str) -> Input {
        if let (Source::Measure, Some(reading)) = (source, self.reading(name)) {
            return self.measure_input(name, reading);
        }
        if source == Source::Series {
            return series_input(self, name);
        }
        let found =
            if source == Source::Level { figures.figure(source, name) } else { self.figure(source, name) };
        let shown = match found {
            Ok(quantity) => quantity.to_string(),
            Err(missing) => missing.to_string(),
        };
        let given = source == Source::Charge && self.given(name).is_some();
        Input { name: name.to_string(), shown, source: if given { "given" } else { source.word() } }
    }

    /// The amount a charge was given instead of worked out.
    pub(super) fn given(&self, charge: &str) -> Option<&Ratio> {
        self.readings.given.get(&(charge.to_string(), self.period))
    }
}

/// `77.5% (93 of 120)`, `not measured (nothing to measure)`
fn reading_words(reading: &Reading) -> String {
    let Some(value) = &reading.value else { return reading.working.clone() };
    let value = Quantity::new(value.clone(), reading.unit);
    let count = |count: &Ratio| Quantity::new(count.clone(), Unit::Number).to_string();
    match (&reading.above, &reading.below) {
        (Some(above), Some(below)) if reading.unit == Unit::Percent => {
            format!("{value} ({} of {})", count(above), count(below))
        }
        _ => value.to_string(),
    }
}

impl Figures for Desk<'_> {
    fn figure(&self, source: Source, name: &str) -> Result<Quantity, Missing> {
        let missing = |why: String| Missing::Figure { name: name.to_string(), why };
        let money = Unit::Money(self.contract.currency);
        let amount = |amounts: &BTreeMap<String, Result<Ratio, Missing>>| match amounts.get(name) {
            Some(Ok(amount)) => Ok(Quantity::new(amount.clone(), money)),
            Some(Err(cause)) => Err(missing(cause.to_string())),
            None => Err(missing("not worked out".to_string())),
        };
        match source {
            Source::Charge => amount(&self.charges),
            Source::Pool => amount(&self.pools),
            Source::Period => days_in(self.readings.periods.get(self.period)),
            Source::Baseline => {
                let baseline = self.contract.baselines.get(name);
                let baseline = baseline.ok_or_else(|| missing("no such baseline".to_string()))?;
                fixed(self.contract, self.readings, self.period, baseline).map(|it| it.value)
            }
            Source::Level => Err(missing("no commitment is judged here".to_string())),
            Source::Series => series_in(self.contract, name, self.readings.periods.get(self.period)),
            Source::Fact => {
                let fact = self.contract.facts.get(name).map(|fact| fact.value.clone());
                fact.ok_or_else(|| missing("no such fact".to_string()))
            }
            Source::Measure => {
                let reading = self.reading(name).ok_or_else(|| missing("not reported".to_string()))?;
                let value = reading.value.clone();
                let value = value.ok_or_else(|| missing(reading.why().unwrap_or_default()))?;
                Ok(Quantity::new(value, reading.unit))
            }
        }
    }

    fn past(&self, past: &Past) -> Result<Quantity, Missing> {
        self.past_of(past, &Segment::whole())
    }

    fn total(&self, total: &TotalOf) -> Result<Quantity, Missing> {
        self.total_of(total)
    }
}

/// The figures one judgement may name: its own measure is the reading judged
/// (a segment's, when segments are judged), everything else that of the period.
pub(super) struct Case<'a> {
    pub desk: &'a Desk<'a>,
    pub judgement: &'a Judgement,
    pub measure: &'a str,
}

impl Case<'_> {
    /// The reading that was judged.
    pub(super) fn reading(&self) -> Option<&Reading> {
        self.desk.readings.get(self.measure, self.judgement.period, &self.judgement.segment)
    }

    /// The reading that was judged, as an input.
    pub(super) fn own_input(&self) -> Option<Input> {
        self.reading().map(|reading| self.desk.measure_input(self.measure, reading))
    }
}

impl Figures for Case<'_> {
    fn figure(&self, source: Source, name: &str) -> Result<Quantity, Missing> {
        if source == Source::Level {
            let target = name == LevelKind::Target.word();
            let level = if target { &self.judgement.target } else { &self.judgement.minimum };
            let missing = || Missing::Figure { name: name.to_string(), why: "none is in force".to_string() };
            return level.as_ref().map(|level| level.value.clone()).ok_or_else(missing);
        }
        let own = (source == Source::Measure && name == self.measure)
            .then(|| self.judgement.value.clone())
            .flatten();
        own.map_or_else(|| self.desk.figure(source, name), Ok)
    }

    fn past(&self, past: &Past) -> Result<Quantity, Missing> {
        self.desk.past_of(past, &self.segment_for(&past.figure))
    }

    fn total(&self, total: &TotalOf) -> Result<Quantity, Missing> {
        self.desk.total_of(total)
    }

    fn segment_for(&self, figure: &Node) -> Segment {
        let own = matches!(figure, Node::Measure(name) if name == self.measure);
        if own { self.judgement.segment.clone() } else { Segment::whole() }
    }
}

/// A formula's value, with its figures noted in `trace` and the calculation as
/// a text that starts with its numbers: `2% of GBP 55,020.00 = GBP 1,100.40`.
/// A bare trace has neither.
pub(super) fn work_out(
    desk: &Desk<'_>,
    figures: &dyn Figures,
    formula: &Formula,
    trace: &mut Trace,
) -> Result<Worked, Missing> {
    if trace.bare {
        let amount = value(&formula.node, figures)?;
        return Ok(Worked { amount, working: String::new() });
    }
    formula.node.walk(&mut |node| match node {
        Node::Past(past) => {
            let inputs = desk.past_inputs(past, &figures.segment_for(&past.figure));
            inputs.into_iter().for_each(|input| note(trace, input));
        }
        Node::Total(total) => note(trace, desk.total_input(total)),
        _ => {
            if let Some((source, name)) = named(node) {
                note(trace, desk.input(figures, source, name));
                if source == Source::Series {
                    note_series(desk, name, trace);
                }
            }
        }
    });
    let amount = value(&formula.node, figures)?;
    let result = Quantity::new(amount.clone(), formula.unit).to_string();
    let text = shown(&formula.node, figures);
    let working = if text == result { result } else { format!("{text} = {result}") };
    Ok(Worked { amount, working })
}

/// What a formula comes to.
pub(super) struct Worked {
    pub amount: Ratio,
    /// `2% of GBP 55,020.00 = GBP 1,100.40`
    pub working: String,
}

/// An index, exchange rate or dated fact with how it came about.
pub(super) fn series_input(desk: &Desk<'_>, name: &str) -> Input {
    let series = desk.contract.series.get(name);
    let step =
        series.zip(desk.readings.periods.get(desk.period)).and_then(|(series, period)| series.at(period));
    let shown = match (desk.figure(Source::Series, name), step) {
        (Ok(value), Some(step)) if value.to_string() != step.text => format!("{value} ({})", step.text),
        (Ok(value), _) => value.to_string(),
        (Err(missing), _) => missing.to_string(),
    };
    Input { name: name.to_string(), shown, source: series.map_or("series", |series| series.source) }
}

/// Says where the value of a series comes from: `USD to GBP: 0.8050 on 2026-02-28, ECB reference rate`.
pub(super) fn note_series(desk: &Desk<'_>, name: &str, trace: &mut Trace) {
    let period = desk.readings.periods.get(desk.period);
    let series = desk.contract.series.get(name).zip(period);
    let Some((series, step)) = series.and_then(|(series, period)| Some((series, series.at(period)?))) else {
        return;
    };
    let value = Quantity::new(step.value.clone(), series.unit).to_string();
    let says = format!("{}: {}", series.name, step.text);
    if step.text != value && !trace.steps.contains(&says) {
        trace.step(|| says);
    }
}

/// Adds an input once.
pub(super) fn note(trace: &mut Trace, input: Input) {
    if !trace.inputs.iter().any(|known| known.name == input.name) {
        trace.inputs.push(input);
    }
}

/// Says in the trace that the amount cannot be worked out.
pub(super) fn cannot(trace: &mut Trace, missing: &Missing) {
    trace.step(|| format!("cannot be worked out: {missing}"));
    trace.missing.extend(missing.figure().map(str::to_string));
}
