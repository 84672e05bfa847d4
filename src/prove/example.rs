//! Worked examples, executed.

use std::borrow::Cow;

use meed_grammar::codes;
use meed_grammar::diagnostic::Diagnostic;
use meed_grammar::span::Span;

use crate::assess::Status;
use crate::contract::{Contract, Example, Expect, ExpectStatus, Given, Subject};
use crate::measured::Segment;
use crate::reading::{Basis, Why};
use crate::settle::{Line, LineKind};
use crate::value::{Date, Mode, Period, Quantity, Ratio, Rounding, Unit};

use super::bench::{Run, Start, run_all};
use super::stand::paid;

/// What comes out of every example that is not what it says.
pub(super) fn examples(contract: &Contract, from: Date) -> Vec<Diagnostic> {
    contract.examples.iter().flat_map(|example| one(contract, from, example)).collect()
}

fn one(contract: &Contract, from: Date, example: &Example) -> Vec<Diagnostic> {
    let count = example.earlier.values().map(Vec::len).max().unwrap_or(0) + 1;
    let all = contract.schedule.periods(&contract.zone).into_iter();
    let from = example.from.unwrap_or(from);
    let periods: Vec<Period> = all.skip_while(|period| period.first < from).take(count).collect();
    let starts: Vec<Start> = (0..count).map(|at| start(contract, example, count - 1 - at)).collect();
    let paid = if example.from.is_none() { Cow::Owned(paid(contract)) } else { Cow::Borrowed(contract) };
    let runs = run_all(&paid, &periods, &starts);
    if runs.len() < count {
        return vec![term_too_short(example, count)];
    }
    let compare = |(expect, span): &(Expect, Span)| {
        let (expect, at) = match expect {
            Expect::In(inner, at) => (inner.as_ref(), *at),
            other => (other, count - 1),
        };
        compare(contract, runs.get(at)?, example, expect, *span)
    };
    example.expect.iter().filter_map(compare).collect()
}

/// What is given for the period so many before the last.
fn start(contract: &Contract, example: &Example, back: usize) -> Start {
    let mut start = Start::default();
    for (name, last) in &example.given {
        let earlier = example.earlier.get(name).map_or(&[][..], Vec::as_slice);
        let given = match back {
            0 => Some(last),
            _ => earlier.len().checked_sub(back).and_then(|at| earlier.get(at)),
        };
        match given {
            Some(Given::Value(value)) if contract.charges.contains_key(name) => {
                start.charges.insert(name.clone(), value.value.clone());
            }
            Some(given) => {
                start.readings.insert(name.clone(), given.clone());
            }
            None => {}
        }
    }
    start
}

fn term_too_short(example: &Example, count: usize) -> Diagnostic {
    let message = format!("example \"{}\": the term has no {count} periods from there", example.title);
    Diagnostic::error(codes::EXAMPLE_DISAGREES, message)
        .label(Span::new(example.span.start, example.span.start), "begins here")
        .help("give fewer periods, or start earlier".to_string())
}

fn compare(
    contract: &Contract,
    run: &Run,
    example: &Example,
    expect: &Expect,
    span: Span,
) -> Option<Diagnostic> {
    let (what, got, want, same) = match expect {
        Expect::Value(subject, want) => {
            let got = figure(contract, run, subject);
            let same = got.value.as_ref().is_some_and(|value| agrees(contract, value, want));
            (subject_words(subject), got, want.to_string(), same)
        }
        Expect::In(inner, _) => return compare(contract, run, example, inner, span),
        Expect::Status(name, want) => {
            let got = status(contract, run, name);
            let same = got.status.as_deref() == Some(status_word(*want));
            (format!("`{name}`"), got, status_word(*want).to_string(), same)
        }
    };
    let settled = same && matches!(expect, Expect::Status(..));
    if !got.missing.is_empty() && !settled {
        return Some(not_enough(contract, example, &what, &got, span));
    }
    (!same).then(|| disagrees(example, &what, &got, &want, span))
}

fn disagrees(example: &Example, what: &str, got: &Got, want: &str, span: Span) -> Diagnostic {
    let message = format!("example \"{}\": {what} is {}, not {want}", example.title, got.words());
    let found = Diagnostic::error(codes::EXAMPLE_DISAGREES, message).label(span, format!("expects {want}"));
    let found = got.working.iter().fold(found, |found, step| found.note(step.clone()));
    found.help(format!("expect {}, or correct the clause", got.words()))
}

fn not_enough(contract: &Contract, example: &Example, what: &str, got: &Got, span: Span) -> Diagnostic {
    let names: Vec<String> = got.missing.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("example \"{}\": {what} cannot be worked out", example.title);
    let found = Diagnostic::error(codes::EXAMPLE_DISAGREES, message)
        .label(span, format!("needs {}", names.join(" and ")));
    let found = got.working.iter().fold(found, |found, step| found.note(step.clone()));
    let first = got.missing.first().map_or("", String::as_str);
    if !contract.measures.contains_key(first) && !contract.charges.contains_key(first) {
        let help = "an example is one period without any before it: expect what does not look back";
        return found.help(help.to_owned());
    }
    found.help(format!("add `{first} = …` to what the example is given"))
}

/// What the contract comes to for one expectation.
#[derive(Default)]
struct Got {
    value: Option<Quantity>,
    status: Option<String>,
    /// The derivation, line by line.
    working: Vec<String>,
    /// Figures the example would have to give.
    missing: Vec<String>,
}

impl Got {
    fn words(&self) -> String {
        let value = self.value.as_ref().map(ToString::to_string);
        value.or_else(|| self.status.clone()).unwrap_or_else(|| "not measured".to_string())
    }
}

/// Whether a figure is what was written: exactly, for money after rounding,
/// and for a figure without end in all the decimals that were written.
fn agrees(contract: &Contract, got: &Quantity, want: &Quantity) -> bool {
    if got.value == want.value {
        return true;
    }
    if matches!(got.unit, Unit::Money(_)) {
        return contract.rounding.rounding.apply(&got.value) == want.value;
    }
    let (_, endless) = got.value.to_decimal(0, 6);
    let (digits, _) = want.value.to_decimal(0, 6);
    let places = digits.split_once('.').map_or(0, |(_, part)| part.len());
    let places = u32::try_from(places).unwrap_or_default();
    let rounding = Rounding { step: Ratio::decimal(1, places), mode: Mode::HalfUp };
    endless && places >= 2 && rounding.apply(&got.value) == want.value
}

fn figure(contract: &Contract, run: &Run, subject: &Subject) -> Got {
    let ledger = &run.ledger;
    let money = |amount: &Ratio| Quantity::new(amount.clone(), Unit::Money(contract.currency));
    let sum = |amount: &Ratio, about: &dyn Fn(&Line) -> bool| {
        let lines: Vec<&Line> = ledger.lines.iter().filter(|line| about(line)).collect();
        Got { value: Some(money(amount)), ..lines_got(&lines) }
    };
    match subject {
        Subject::Penalty(name) => on_commitment(contract, run, name, "penalty"),
        Subject::Bonus(name) => on_commitment(contract, run, name, "bonus"),
        Subject::PointsOn(name) => on_commitment(contract, run, name, "points"),
        Subject::Penalties => sum(&ledger.penalties, &|line| touches(line, LineKind::Penalty)),
        Subject::Bonuses => sum(&ledger.bonuses, &|line| touches(line, LineKind::Bonus)),
        Subject::Charges => sum(&ledger.charges, &|line| line.kind == LineKind::Charge),
        Subject::Total => sum(&ledger.total, &|line| !matches!(line.kind, LineKind::Base | LineKind::Pool)),
        Subject::Points => {
            let lines: Vec<&Line> =
                ledger.lines.iter().filter(|line| line.kind == LineKind::Points).collect();
            Got { value: Some(Quantity::new(ledger.points.clone(), Unit::Points)), ..lines_got(&lines) }
        }
        Subject::Measure(name) => on_measure(run, name),
        Subject::Charge(name) => on_line(contract, run, &format!("charge.{name}")),
        Subject::Pool(name) => on_line(contract, run, &format!("pool.{name}")),
        Subject::Fact(name) => {
            Got { value: contract.facts.get(name).map(|fact| fact.value.clone()), ..Got::default() }
        }
    }
}

/// Whether a line is one of the side's amounts, or a limit on them.
fn touches(line: &Line, kind: LineKind) -> bool {
    let limit =
        if kind == LineKind::Penalty { ["cap.penalties.", "pool-limit."] } else { ["cap.bonuses.", "gate."] };
    line.kind == kind || limit.iter().any(|id| line.id.starts_with(id))
}

/// The working of lines that come to something or lack something.
fn lines_got(lines: &[&Line]) -> Got {
    let telling = lines.iter().filter(|line| !line.amount.is_zero() || !line.trace.missing.is_empty());
    let working = telling.flat_map(|line| line.trace.steps.iter().map(|step| format!("{}: {step}", line.id)));
    let missing = lines.iter().flat_map(|line| line.trace.missing.iter().cloned());
    Got { working: working.collect(), missing: unique(missing), ..Got::default() }
}

fn unique(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.dedup();
    names
}

fn on_commitment(contract: &Contract, run: &Run, name: &str, word: &str) -> Got {
    let unit = if word == "points" { Unit::Points } else { Unit::Money(contract.currency) };
    let id = format!("{word}.{name}");
    let line = run.ledger.lines.iter().find(|line| line.id == id);
    let amount = line.map_or_else(Ratio::zero, |line| line.amount.clone());
    let amount = if word == "penalty" { -amount } else { amount };
    let mut got = line.map_or_else(Got::default, |line| lines_got(&[line]));
    got.working = line.map_or_else(Vec::new, |line| line.trace.steps.clone());
    got.missing.extend(unreported(contract, run, name));
    Got { value: Some(Quantity::new(amount, unit)), ..got }
}

/// The measure a commitment lacks, when the example says nothing about it.
fn unreported(contract: &Contract, run: &Run, commitment: &str) -> Option<String> {
    let measure = &contract.commitments.get(commitment)?.measure;
    missing_reading(run, measure)
}

fn missing_reading(run: &Run, measure: &str) -> Option<String> {
    match &run.readings.get(measure, run.period, &Segment::whole())?.basis {
        Basis::NotMeasured(Why::NotReported) => Some(measure.to_string()),
        Basis::NotMeasured(Why::DependsOn(other)) => missing_reading(run, other),
        _ => None,
    }
}

fn on_measure(run: &Run, name: &str) -> Got {
    let reading = run.readings.get(name, run.period, &Segment::whole());
    let value = reading.and_then(|reading| Some(Quantity::new(reading.value.clone()?, reading.unit)));
    let working = reading.map(|reading| reading.working.clone()).into_iter().collect();
    Got { value, working, missing: missing_reading(run, name).into_iter().collect(), ..Got::default() }
}

fn on_line(contract: &Contract, run: &Run, id: &str) -> Got {
    let Some(line) = run.ledger.lines.iter().find(|line| line.id == id) else { return Got::default() };
    let amount = Quantity::new(line.amount.clone(), Unit::Money(contract.currency));
    Got { value: Some(amount), working: line.trace.steps.clone(), ..lines_got(&[line]) }
}

fn status(contract: &Contract, run: &Run, name: &str) -> Got {
    let judgement = run.assessment.of(name, run.period).next();
    let word = judgement.map(|judgement| judgement.status.word().to_string());
    let working = judgement.and_then(|judgement| match &judgement.status {
        Status::NotMeasured(why) | Status::NotJudged(why) => Some(why.clone()),
        _ => judgement.value.as_ref().map(|value| format!("the reading is {value}")),
    });
    let missing = unreported(contract, run, name).into_iter().collect();
    Got { status: word, working: working.into_iter().collect(), missing, ..Got::default() }
}

fn status_word(status: ExpectStatus) -> &'static str {
    match status {
        ExpectStatus::Met => "met",
        ExpectStatus::Missed => "missed",
        ExpectStatus::BelowMinimum => "below minimum",
        ExpectStatus::NotMeasured => "not measured",
        ExpectStatus::NotProven => "not proven",
    }
}

fn subject_words(subject: &Subject) -> String {
    match subject {
        Subject::Penalty(name) => format!("the penalty on `{name}`"),
        Subject::Bonus(name) => format!("the bonus on `{name}`"),
        Subject::PointsOn(name) => format!("the points on `{name}`"),
        Subject::Penalties => "the sum of penalties".to_string(),
        Subject::Bonuses => "the sum of bonuses".to_string(),
        Subject::Points => "the sum of points".to_string(),
        Subject::Charges => "the sum of charges".to_string(),
        Subject::Total => "the total".to_string(),
        Subject::Measure(name) | Subject::Charge(name) | Subject::Pool(name) | Subject::Fact(name) => {
            format!("`{name}`")
        }
    }
}
