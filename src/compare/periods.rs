//! Two reports, period by period: totals, readings, verdicts and lines that differ.

use std::collections::BTreeMap;

use super::{Change, Comparison, PeriodChange, Sides};
use crate::report::{
    CommitmentView, Figure, LineView, MeasureView, PeriodView, ReadingView, RightView, View,
};
use crate::value::{Currency, Quantity, Ratio, Unit};

/// Compares two reports.
#[must_use]
pub fn reports(before: &View, after: &View) -> Comparison {
    let money = Money::of(before, after);
    let mut labels: Vec<&PeriodView> = before.periods.iter().chain(&after.periods).collect();
    labels.sort_by(|a, b| (&a.first, &a.last).cmp(&(&b.first, &b.last)));
    labels.dedup_by(|a, b| a.label == b.label);
    let pairs: Vec<Pair<'_>> = labels.iter().map(|it| Pair::of(&it.label, before, after)).collect();
    let shared: Vec<&Pair<'_>> = pairs.iter().filter(|pair| pair.sides() == Sides::Both).collect();
    let periods: Vec<PeriodChange> = pairs.iter().filter_map(|pair| period(pair, &money)).collect();
    let differing = periods.iter().filter(|period| period.sides == Sides::Both).count();
    Comparison {
        same: shared.len() - differing,
        lines: summed(&periods, &shared, &money),
        total: total(&shared, &money),
        periods,
        ..Comparison::default()
    }
}

/// How amounts are shown; none when the two sides are in different currencies.
struct Money(Option<Currency>);

impl Money {
    fn of(before: &View, after: &View) -> Self {
        let same = before.contract.currency == after.contract.currency;
        Self(same.then(|| Currency::from_code(&after.contract.currency)).flatten())
    }

    /// `after - before`; none where that is no number, or of different currencies.
    fn change(&self, before: &Ratio, after: &Ratio) -> Option<Figure> {
        let quantity = Quantity::new(after - before, Unit::Money(self.0?));
        Some(Figure { exact: quantity.value.to_exact_text(), shown: quantity.to_string() })
    }

    fn shown(&self, amount: &Ratio) -> String {
        match self.0 {
            Some(currency) => Quantity::new(amount.clone(), Unit::Money(currency)).to_string(),
            None => amount.to_exact_text(),
        }
    }
}

/// A period on both sides.
struct Pair<'a> {
    label: &'a str,
    before: Option<&'a PeriodView>,
    after: Option<&'a PeriodView>,
}

impl<'a> Pair<'a> {
    fn of(label: &'a str, before: &'a View, after: &'a View) -> Self {
        let find = |view: &'a View| view.periods.iter().find(|period| period.label == label);
        Self { label, before: find(before), after: find(after) }
    }

    fn sides(&self) -> Sides {
        match (self.before, self.after) {
            (Some(_), Some(_)) => Sides::Both,
            (Some(_), None) => Sides::Before,
            (None, _) => Sides::After,
        }
    }

    fn total(&self, money: &Money) -> Change {
        let of = |period: Option<&PeriodView>| period.map(|period| period.totals.total.clone());
        figures("total", "total due", None, (of(self.before), of(self.after)), money)
    }
}

/// What differs in a period; none when nothing does.
fn period(pair: &Pair<'_>, money: &Money) -> Option<PeriodChange> {
    let change = PeriodChange {
        label: pair.label.to_string(),
        sides: pair.sides(),
        total: pair.total(money),
        readings: joined(pair, |period| readings(period)).filter_map(reading).collect(),
        verdicts: joined(pair, |period| verdicts(period))
            .filter_map(verdict)
            .chain(joined(pair, |period| rights(period)).filter_map(right))
            .collect(),
        lines: joined(pair, |period| lines(period)).filter_map(|pair| line(pair, money)).collect(),
    };
    let same = change.total.before == change.total.after
        && change.readings.is_empty()
        && change.verdicts.is_empty()
        && change.lines.is_empty();
    (change.sides != Sides::Both || !same).then_some(change)
}

/// Items of both sides with the same name, in the order of the second side,
/// those that only the first has at the end.
fn joined<'a, T: Clone>(
    pair: &Pair<'a>,
    items: impl Fn(&'a PeriodView) -> Vec<(String, T)>,
) -> impl Iterator<Item = (String, Option<T>, Option<T>)> {
    let before: Vec<(String, T)> = pair.before.map(&items).unwrap_or_default();
    let after: Vec<(String, T)> = pair.after.map(&items).unwrap_or_default();
    let old: BTreeMap<String, T> = before.iter().cloned().collect();
    let new: BTreeMap<String, T> = after.iter().cloned().collect();
    let gone = before.into_iter().filter(move |(name, _)| !new.contains_key(name));
    let kept = after.into_iter().map(move |(name, item)| {
        let was = old.get(&name).cloned();
        (name, was, Some(item))
    });
    kept.chain(gone.map(|(name, item)| (name, Some(item), None)))
}

type Read<'a> = (&'a MeasureView, &'a ReadingView);

fn readings(period: &PeriodView) -> Vec<(String, Read<'_>)> {
    let of = |measure: &'_ MeasureView, reading: &'_ ReadingView| reading.segment.of(&measure.name);
    let every =
        period.measures.iter().flat_map(|measure| measure.readings.iter().map(move |it| (measure, it)));
    every.map(|(measure, reading)| (of(measure, reading), (measure, reading))).collect()
}

fn reading((name, before, after): (String, Option<Read<'_>>, Option<Read<'_>>)) -> Option<Change> {
    let shown = |it: Option<Read<'_>>| it.map(|(_, reading)| reading.shown.clone());
    let (measure, _) = after.or(before)?;
    let value = |it: Option<Read<'_>>| it.and_then(|(_, reading)| reading.value.clone());
    (shown(before) != shown(after)).then(|| Change {
        name,
        label: measure.label.clone(),
        clause: measure.clause.clone(),
        change: points(value(before), value(after)),
        before: shown(before),
        after: shown(after),
    })
}

/// The difference of two percentages, in points.
fn points(before: Option<Figure>, after: Option<Figure>) -> Option<Figure> {
    let (before, after) = (before?, after?);
    let percentages = before.shown.ends_with('%') && after.shown.ends_with('%');
    let (before, after): (Ratio, Ratio) = (before.exact.parse().ok()?, after.exact.parse().ok()?);
    let change = &after - &before;
    let shown = Quantity::new(change.clone(), Unit::Points).to_string();
    percentages.then(|| Figure { exact: change.to_exact_text(), shown })
}

fn verdicts(period: &PeriodView) -> Vec<(String, &CommitmentView)> {
    period.commitments.iter().map(|it| (it.segment.of(&it.name), it)).collect()
}

fn rights(period: &PeriodView) -> Vec<(String, &RightView)> {
    period.rights.iter().map(|it| (it.id.clone(), it)).collect()
}

fn right((name, before, after): (String, Option<&RightView>, Option<&RightView>)) -> Option<Change> {
    let told = |it: &RightView| (it.label.clone(), it.clause.clone(), it.state.clone());
    word(name, before.map(told), after.map(told))
}

fn verdict(
    (name, before, after): (String, Option<&CommitmentView>, Option<&CommitmentView>),
) -> Option<Change> {
    let told = |it: &CommitmentView| (it.label.clone(), it.clause.clone(), it.status.clone());
    word(name, before.map(told), after.map(told))
}

/// Label, clause and the word that is compared.
type Told = (String, Option<String>, String);

fn word(name: String, before: Option<Told>, after: Option<Told>) -> Option<Change> {
    let (label, clause, _) = after.clone().or(before.clone())?;
    let of = |told: Option<Told>| told.map(|(_, _, word)| word);
    let (before, after) = (of(before), of(after));
    (before != after).then_some(Change { name, label, clause, before, after, change: None })
}

fn lines(period: &PeriodView) -> Vec<(String, &LineView)> {
    period.lines.iter().map(|line| (line.id.clone(), line)).collect()
}

fn line(
    (name, before, after): (String, Option<&LineView>, Option<&LineView>),
    money: &Money,
) -> Option<Change> {
    let amount = |it: Option<&LineView>| it.map(|line| line.amount.clone());
    let either = after.or(before)?;
    let label = either.segment.of(&either.label);
    let change = figures(&name, &label, either.clause.as_ref(), (amount(before), amount(after)), money);
    let points = either.kind == "points";
    (!either_nothing(&change)).then(|| Change { change: change.change.clone().filter(|_| !points), ..change })
}

/// Whether both sides say the same, or one side has no line and the other's comes to nothing.
fn either_nothing(change: &Change) -> bool {
    let nothing = change.change.as_ref().is_some_and(|figure| figure.exact == "0");
    change.before == change.after || (nothing && (change.before.is_none() || change.after.is_none()))
}

/// A figure on both sides; one that is not there counts as nothing.
fn figures(
    name: &str,
    label: &str,
    clause: Option<&String>,
    (before, after): (Option<Figure>, Option<Figure>),
    money: &Money,
) -> Change {
    let value = |figure: &Option<Figure>| match figure {
        Some(figure) => figure.exact.parse::<Ratio>().ok(),
        None => Some(Ratio::zero()),
    };
    let change = value(&before).zip(value(&after)).and_then(|(before, after)| money.change(&before, &after));
    Change {
        name: name.to_string(),
        label: label.to_string(),
        clause: clause.cloned(),
        before: before.map(|figure| figure.shown),
        after: after.map(|figure| figure.shown),
        change,
    }
}

/// The totals over the periods that both sides have.
fn total(shared: &[&Pair<'_>], money: &Money) -> Option<Change> {
    let of = |period: Option<&PeriodView>| period?.totals.total.exact.parse::<Ratio>().ok();
    let before = shared.iter().map(|pair| of(pair.before)).sum_known()?;
    let after = shared.iter().map(|pair| of(pair.after)).sum_known()?;
    (!shared.is_empty()).then(|| Change {
        name: "total".to_string(),
        label: "total due".to_string(),
        clause: None,
        before: Some(money.shown(&before)),
        after: Some(money.shown(&after)),
        change: money.change(&before, &after),
    })
}

/// Sums that have no value when one part has none.
trait SumKnown {
    fn sum_known(self) -> Option<Ratio>;
}

impl<I: Iterator<Item = Option<Ratio>>> SumKnown for I {
    fn sum_known(mut self) -> Option<Ratio> {
        self.try_fold(Ratio::zero(), |sum, part| Some(sum + part?))
    }
}

/// Money by line name over the periods that both sides have, where it differs.
fn summed(periods: &[PeriodChange], shared: &[&Pair<'_>], money: &Money) -> Vec<Change> {
    let mut changed: Vec<&Change> = Vec::new();
    let both = periods.iter().filter(|period| period.sides == Sides::Both);
    for change in both.flat_map(|period| &period.lines).filter(|change| change.change.is_some()) {
        if !changed.iter().any(|known| known.name == change.name) {
            changed.push(change);
        }
    }
    let one = |change: &&Change| {
        let before = of_line(&change.name, shared.iter().map(|pair| pair.before));
        let after = of_line(&change.name, shared.iter().map(|pair| pair.after));
        Change {
            before: Some(money.shown(&before)),
            after: Some(money.shown(&after)),
            change: money.change(&before, &after),
            ..(*change).clone()
        }
    };
    changed.iter().map(one).collect()
}

/// What the lines of one name come to; a period without the line counts as nothing.
fn of_line<'a>(name: &str, periods: impl Iterator<Item = Option<&'a PeriodView>>) -> Ratio {
    let amount = |period: Option<&PeriodView>| {
        let line = period.and_then(|period| period.lines.iter().find(|line| line.id == name));
        line.map_or_else(|| Some(Ratio::zero()), |line| line.amount.exact.parse().ok())
    };
    periods.map(amount).sum_known().unwrap_or_default()
}
