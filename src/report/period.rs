//! One period of a report: commitments, measures, lines and sums.

use super::{
    CommitmentView, DeadlineView, DistanceView, Evaluation, Figure, Head, InputView, LineView, MeasureView,
    PeriodView, ReadingView, Totals, baseline, correction, data, ground, outlook, right, shown,
};
use crate::assess::{Distance, Judgement, Status};
use crate::contract::{Contract, Measure, clause_order};
use crate::measured::CellKey;
use crate::reading::Reading;
use crate::settle::{DeadlineDate, Input, Ledger, Line, LineKind, Streak};
use crate::value::{Instant, Period, Quantity, Ratio, Unit};

/// The head of a contract.
pub fn head(contract: &Contract) -> Head {
    Head {
        title: contract.title.clone(),
        client: contract.client.clone(),
        vendor: contract.vendor.clone(),
        zone: contract.zone.name().to_string(),
        currency: contract.currency.code().to_string(),
        from: contract.schedule.from.to_string(),
        to: contract.schedule.to.to_string(),
        rounding: shown::rounding(&contract.rounding),
        penalties_called: called(&contract.remedies.penalties_called, "penalties"),
        bonuses_called: called(&contract.remedies.bonuses_called, "bonuses"),
        said: contract.remedies.said.clone(),
    }
}

fn called(label: &Option<String>, otherwise: &str) -> String {
    label.clone().unwrap_or_else(|| otherwise.to_string())
}

/// The period with this index; none when it was not evaluated.
pub fn period(evaluation: &Evaluation<'_>, index: usize) -> Option<PeriodView> {
    let contract = evaluation.contract;
    let period = evaluation.readings.periods.get(index)?;
    let ledger = evaluation.settlement.periods.iter().find(|ledger| ledger.period == index)?;
    let judgements = evaluation.assessment.judgements.iter().filter(|judgement| judgement.period == index);
    let judgements: Vec<&Judgement> = judgements.collect();
    let unfinished = evaluation.complete_to.filter(|complete| ends_after(period, *complete));
    let final_from = final_from(evaluation, index).max(unfinished.map(|_| period.end));
    Some(PeriodView {
        label: period.label.clone(),
        first: period.first.to_string(),
        last: period.last.to_string(),
        version: None,
        provisional: unfinished.is_some()
            || ledger.provisional
            || judgements.iter().any(|judgement| judgement.provisional),
        final_from: final_from.map(|instant| shown::moment(instant, &contract.zone)),
        outlook: outlook::outlooks(evaluation, index, unfinished),
        data_until: unfinished.map(|instant| shown::moment(instant, &contract.zone)),
        commitments: judgements.iter().filter_map(|it| commitment(evaluation, ledger, it)).collect(),
        baselines: baseline::baselines(evaluation, index),
        measures: measures(evaluation, ledger, index),
        lines: ledger.lines.iter().map(|item| line(contract, item)).collect(),
        rights: ledger.rights.iter().map(|it| right::view(evaluation, it)).collect(),
        decisions: ledger.decisions.clone(),
        corrections: correction::corrections(evaluation, index),
        totals: totals(contract, ledger),
        deadlines: ledger.deadlines.iter().map(deadline).collect(),
    })
}

/// Whether the period goes on after this moment. A day written as complete to
/// 23:59 or 23:59:59 is complete.
fn ends_after(period: &Period, complete: Instant) -> bool {
    const MINUTE: i64 = 60_000_000;
    complete.0.saturating_add(MINUTE) < period.end.0
}

/// When the last reading of the period becomes final.
fn final_from(evaluation: &Evaluation<'_>, index: usize) -> Option<Instant> {
    let names = evaluation.readings.measures.keys();
    let here = names.flat_map(|name| evaluation.readings.within(name, index));
    here.filter_map(|(_, reading)| reading.final_from).max()
}

fn commitment(evaluation: &Evaluation<'_>, ledger: &Ledger, judged: &Judgement) -> Option<CommitmentView> {
    let contract = evaluation.contract;
    let found = contract.commitments.get(&judged.commitment)?;
    let measure = contract.measures.get(&found.measure);
    let reading = evaluation.readings.get(&found.measure, judged.period, &judged.segment);
    let words = |level: &Option<_>| level.as_ref().map(|level| shown::level(level, measure));
    let reason = match &judged.status {
        Status::Excused(reason) | Status::NotMeasured(reason) | Status::NotJudged(reason) => {
            Some(reason.clone())
        }
        _ => None,
    };
    let own = |kinds: &[&str], unit| own(ledger, judged, kinds, unit);
    Some(CommitmentView {
        name: found.name.clone(),
        label: found.label.clone(),
        clause: found.clause.clone(),
        measure: found.measure.clone(),
        segment: shown::segment(&judged.segment),
        reading: match (reading, measure) {
            (Some(reading), Some(measure)) if reading.value.is_some() => shown::reading(reading, measure),
            _ => String::new(),
        },
        target: words(&judged.target),
        minimum: words(&judged.minimum),
        levels: judged.evidence.clone(),
        unpaid: judged.unpaid.as_ref().map(|unpaid| unpaid.text.clone()),
        status: judged.status.word().to_string(),
        reason,
        provisional: judged.provisional,
        distances: judged.distances.iter().map(|it| distance(it, judged, measure)).collect(),
        grounds: judged.grounds.iter().map(ground::view).collect(),
        amount: own(&["penalty", "bonus"], Unit::Money(contract.currency)),
        points: own(&["points"], Unit::Points),
        repeated: repeated(ledger, judged),
    })
}

/// How long the verdict has repeated.
fn repeated(ledger: &Ledger, judged: &Judgement) -> Vec<String> {
    let own = |it: &&Streak| it.commitment == judged.commitment && it.segment == judged.segment;
    ledger.streaks.iter().filter(own).map(|it| it.text.clone()).collect()
}

/// The sum of the lines of these kinds that a judgement brought about; none when there are none.
fn own(ledger: &Ledger, judged: &Judgement, kinds: &[&str], unit: Unit) -> Option<Figure> {
    let name = shown::segment(&judged.segment).of(&judged.commitment);
    let ids: Vec<String> = kinds.iter().map(|kind| format!("{kind}.{name}")).collect();
    let lines = ledger.lines.iter().filter(|line| ids.contains(&line.id));
    let amounts: Vec<Ratio> = lines.map(|line| line.amount.clone()).collect();
    (!amounts.is_empty()).then(|| shown::figure(&Quantity::new(amounts.into_iter().sum(), unit)))
}

/// `2.50 points above target 75%, 3 records`
fn distance(distance: &Distance, judged: &Judgement, measure: Option<&Measure>) -> DistanceView {
    let gap = shown::gap(&distance.gap, measure);
    let higher = judged.value.as_ref().is_some_and(|value| distance.level.value > value.value);
    let side = if higher { "below" } else { "above" };
    let records = distance.records.as_ref().map(|records| crate::value::grouped(records, 0, 2));
    let tail = match records.as_deref() {
        Some("1") => ", 1 record".to_string(),
        Some(records) => format!(", {records} records"),
        None => String::new(),
    };
    let text = if distance.gap.value.is_zero() {
        format!("on {}{tail}", distance.edge)
    } else {
        format!("{} {side} {}{tail}", gap.shown, distance.edge)
    };
    DistanceView {
        edge: distance.edge.clone(),
        level: shown::figure(&distance.level),
        gap,
        better: distance.better,
        records,
        text,
    }
}

/// All measures by clause and name.
fn measures(evaluation: &Evaluation<'_>, ledger: &Ledger, index: usize) -> Vec<MeasureView> {
    let contract = evaluation.contract;
    let mut measures: Vec<&Measure> = contract.measures.values().collect();
    measures.sort_by_key(|measure| (clause_order(measure.clause.as_deref()), measure.name.clone()));
    let judged = |name: &str| contract.commitments.values().any(|commitment| commitment.measure == name);
    let inputs: Vec<&Input> = ledger.lines.iter().flat_map(|line| &line.trace.inputs).collect();
    let priced = |name: &str| inputs.iter().any(|input| input.source == "measure" && input.name == name);
    let view = |measure: &Measure| MeasureView {
        name: measure.name.clone(),
        label: measure.label.clone(),
        clause: measure.clause.clone(),
        dimension: measure.dimension.clone(),
        text: measure.text.clone(),
        by: measure.by.clone(),
        paid: judged(&measure.name) || priced(&measure.name),
        readings: readings(evaluation, measure, index),
    };
    measures.into_iter().map(view).collect()
}

fn readings(evaluation: &Evaluation<'_>, measure: &Measure, index: usize) -> Vec<ReadingView> {
    let here = evaluation.readings.within(&measure.name, index);
    here.map(|(key, reading)| reading_view(evaluation.contract, measure, key, reading)).collect()
}

fn reading_view(contract: &Contract, measure: &Measure, key: &CellKey, reading: &Reading) -> ReadingView {
    ReadingView {
        segment: shown::segment(&key.segment),
        shown: shown::reading(reading, measure),
        value: reading.value.as_ref().map(|value| shown::value(value, measure)),
        exact: reading.exact.as_ref().map(Ratio::to_exact_text),
        numerator: reading.above.as_ref().map(Ratio::to_exact_text),
        denominator: reading.below.as_ref().map(Ratio::to_exact_text),
        basis: shown::basis(&reading.basis),
        working: reading.working.clone(),
        open: reading.open,
        final_from: reading.final_from.map(|instant| shown::moment(instant, &contract.zone)),
        tallies: reading.tallies.iter().map(data::tally).collect(),
    }
}

fn deadline(found: &DeadlineDate) -> DeadlineView {
    DeadlineView {
        what: found.what.to_string(),
        date: found.date.as_ref().ok().map(ToString::to_string),
        lacking: found.date.as_ref().err().cloned(),
        rule: found.text.clone(),
        clause: found.clause.clone(),
    }
}

fn line(contract: &Contract, line: &Line) -> LineView {
    let unit = if line.kind == LineKind::Points { Unit::Points } else { Unit::Money(contract.currency) };
    let summed = line.kind.is_summed();
    let inputs = line.trace.inputs.iter().map(InputView::of);
    LineView {
        id: line.id.clone(),
        kind: kind(line.kind).to_string(),
        label: line.label.clone(),
        clause: line.clause.clone(),
        segment: shown::segment(&line.segment),
        exact: line.exact.to_exact_text(),
        amount: shown::figure(&Quantity::new(line.amount.clone(), unit)),
        summed,
        inputs: inputs.collect(),
        rule: line.trace.rule.clone(),
        steps: line.trace.steps.clone(),
        rounding: line.trace.rounding.clone(),
        limits: line.trace.limits.clone(),
        missing: line.trace.missing.clone(),
    }
}

impl InputView {
    /// An input as texts.
    pub(super) fn of(input: &Input) -> Self {
        let (name, shown) = (input.name.clone(), input.shown.clone());
        Self { name, shown, source: input.source.to_string() }
    }
}

/// The word for a kind of line.
fn kind(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Charge => "charge",
        LineKind::Base => "base",
        LineKind::Pool => "pool",
        LineKind::Points => "points",
        LineKind::Penalty => "penalty",
        LineKind::Bonus => "bonus",
        LineKind::Cap => "cap",
        LineKind::Gate => "gate",
        LineKind::Claim => "claim",
        LineKind::Minimum => "minimum",
        LineKind::Netting => "netting",
        LineKind::Excess => "excess",
        LineKind::EarnBack => "earn-back",
        LineKind::Cash => "cash",
        LineKind::ChargeBack => "charge-back",
        LineKind::Rounding => "rounding",
        LineKind::TrueUp => "true-up",
        LineKind::Restatement => "restatement",
    }
}

fn totals(contract: &Contract, ledger: &Ledger) -> Totals {
    let money = |value: &Ratio| shown::figure(&Quantity::new(value.clone(), Unit::Money(contract.currency)));
    let has_points = ledger.lines.iter().any(|line| line.kind == LineKind::Points);
    Totals {
        points: has_points.then(|| shown::figure(&Quantity::new(ledger.points.clone(), Unit::Points))),
        charges: money(&ledger.charges),
        bonuses: money(&ledger.bonuses),
        penalties: money(&ledger.penalties),
        earned_back: (!contract.remedies.earn_backs.is_empty()).then(|| money(&ledger.earned_back)),
        corrections: (!ledger.corrections.is_zero()).then(|| money(&ledger.corrections)),
        total: money(&ledger.total),
    }
}
