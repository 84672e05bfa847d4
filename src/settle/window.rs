//! Caps over several periods: what is left of them.
//!
//! A charge of 100,000 a month; 57,000 of penalties in the eleven months
//! before. `cap penalties 5% of charge over any 12 periods` is 5 % of
//! 1,200,000 = 60,000 for twelve months together, so 3,000 are left.

use std::collections::BTreeMap;

use crate::contract::{Cap, CapSpan, Contract, Formula, Node, Past, TotalOf};
use crate::reading::formula::{Figures, Missing, Source, shown, value};
use crate::value::{Quantity, Ratio, Unit};

use super::desk::{Desk, note};
use super::{Input, Ledger, Trace};

/// ` over any 12 periods`; nothing for one period.
pub(super) fn words(over: CapSpan) -> String {
    match over {
        CapSpan::Period => String::new(),
        CapSpan::Periods(n) => format!(" over any {n} periods"),
        CapSpan::ContractYear => " over the contract year".to_string(),
        CapSpan::Term => " over the whole term".to_string(),
    }
}

/// The earlier periods that count together with this one.
fn before<'a>(desk: &Desk<'a>, over: CapSpan) -> &'a [Ledger] {
    let n = match over {
        CapSpan::Period => 0,
        CapSpan::Periods(n) => usize::from(n).saturating_sub(1),
        CapSpan::ContractYear => desk.past.iter().rev().take_while(|ledger| same_year(desk, ledger)).count(),
        CapSpan::Term => desk.past.len(),
    };
    desk.past.get(desk.past.len().saturating_sub(n)..).unwrap_or_default()
}

fn same_year(desk: &Desk<'_>, ledger: &Ledger) -> bool {
    let year = |period: usize| {
        let period = desk.readings.periods.get(period)?;
        Some(contract_year(desk.contract, period.first))
    };
    year(ledger.period) == year(desk.period)
}

/// Which contract year a date belongs to: 0 for the twelve months from the first day of the term.
pub(super) fn contract_year(contract: &Contract, date: crate::value::Date) -> u32 {
    let from = contract.schedule.from;
    let begins = |year: &u32| from.plus_months(year * 12).is_some_and(|start| start <= date);
    (1..10_000).take_while(begins).last().unwrap_or(0)
}

/// What is left of a cap over several periods, exact, not below 0; the working goes into the trace.
pub(super) fn left(
    desk: &Desk<'_>,
    at: usize,
    cap: &Cap,
    value: &Formula,
    trace: &mut Trace,
) -> Result<Ratio, Missing> {
    let earlier = before(desk, cap.over);
    let sums = Sums { desk, earlier };
    let limit = work_out(&sums, value, trace)?;
    let used: Ratio = earlier.iter().map(|ledger| used(desk.contract, at, cap, ledger)).sum();
    let left = (&limit - &used).max(Ratio::zero());
    trace.step(|| format!("{} due in {}: {} left", desk.money(&used), sums.span(false), desk.money(&left)));
    Ok(left)
}

/// What counted against the cap in an earlier period.
fn used(contract: &Contract, at: usize, cap: &Cap, ledger: &Ledger) -> Ratio {
    let counted = ledger.paid.iter().filter(|paid| {
        let under = match paid.carried {
            Some(other) => counts(contract, at, other),
            None => cap.covers(paid.commitment.as_deref()),
        };
        paid.side == cap.side && under
    });
    counted.map(|paid| paid.amount.clone()).sum()
}

/// Whether what comes back of the excess of cap `other` counts against cap `at`.
pub(super) fn counts(contract: &Contract, at: usize, other: usize) -> bool {
    let (Some(cap), Some(origin)) = (contract.caps.get(at), contract.caps.get(other)) else { return false };
    let inside = !origin.on.is_empty() && origin.on.iter().all(|name| cap.covers(Some(name)));
    cap.side == origin.side && (at == other || cap.on.is_empty() || inside)
}

/// A limit's value, with its summed figures as inputs.
fn work_out(sums: &Sums<'_>, formula: &Formula, trace: &mut Trace) -> Result<Ratio, Missing> {
    let mut named = BTreeMap::new();
    formula.node.walk(&mut |node| {
        if let Some((source, name)) = crate::reading::formula::named(node) {
            named.insert(name.to_string(), source);
        }
    });
    for (name, source) in named {
        let over = match source {
            Source::Charge | Source::Pool => format!(" in {}", sums.span(true)),
            _ => String::new(),
        };
        let shown =
            sums.figure(source, &name).map_or_else(|missing| missing.to_string(), |it| it.to_string());
        note(trace, Input { name: format!("{name}{over}"), shown, source: source.word() });
    }
    let limit = value(&formula.node, sums)?;
    let result = Quantity::new(limit.clone(), formula.unit).to_string();
    let text = shown(&formula.node, sums);
    let working = if text == result { result } else { format!("{text} = {result}") };
    trace.step(|| format!("at most {working} in {}", sums.span(true)));
    Ok(limit.max(Ratio::zero()))
}

/// The figures of several periods together: charges and pools added up.
struct Sums<'a> {
    desk: &'a Desk<'a>,
    earlier: &'a [Ledger],
}

impl Sums<'_> {
    /// `2026-01 to 2026-03`
    fn span(&self, this: bool) -> String {
        let label = |period: usize| self.desk.readings.periods.get(period).map_or("", |it| it.label.as_str());
        let last = if this { Some(self.desk.period) } else { self.earlier.last().map(|it| it.period) };
        let first = self.earlier.first().map(|it| it.period).or(last);
        match (first, last) {
            (Some(first), Some(last)) if first != last => format!("{} to {}", label(first), label(last)),
            (Some(first), _) => label(first).to_string(),
            _ => "no earlier period".to_string(),
        }
    }
}

impl Figures for Sums<'_> {
    fn past(&self, past: &Past) -> Result<Quantity, Missing> {
        self.desk.past(past)
    }

    fn total(&self, total: &TotalOf) -> Result<Quantity, Missing> {
        self.desk.total(total)
    }

    fn figure(&self, source: Source, name: &str) -> Result<Quantity, Missing> {
        let now = self.desk.figure(source, name)?;
        let id = match source {
            Source::Charge => format!("charge.{name}"),
            Source::Pool => format!("pool.{name}"),
            _ => return Ok(now),
        };
        let mut sum = now.value;
        for ledger in self.earlier {
            let line = ledger.lines.iter().find(|line| line.id == id);
            let line = line.filter(|line| line.trace.missing.is_empty());
            let period = self.desk.readings.periods.get(ledger.period).map_or("", |it| it.label.as_str());
            let why = || format!("could not be worked out in {period}");
            let line = line.ok_or_else(|| Missing::Figure { name: name.to_string(), why: why() })?;
            sum = sum + if source == Source::Pool { line.exact.clone() } else { line.amount.clone() };
        }
        Ok(Quantity::new(sum, Unit::Money(self.desk.contract.currency)))
    }
}

/// What the limit of a cap comes to when `times` periods like this one count together.
pub(crate) fn limit_times(
    contract: &Contract,
    readings: &crate::reading::Readings,
    formula: &Formula,
    times: usize,
) -> Option<Ratio> {
    let node = times_figures(&formula.node, times);
    super::worked(contract, readings, 0, &Formula { node, ..formula.clone() })
}

/// The formula with its charges and pools taken so many times.
fn times_figures(node: &Node, times: usize) -> Node {
    use crate::contract::Arithmetic;
    let inner = |node: &Node| Box::new(times_figures(node, times));
    match node {
        Node::Charge(_) | Node::Pool(_) => {
            let times = Node::Const(Quantity::new(Ratio::whole(times), Unit::Number));
            Node::Arithmetic(Arithmetic::Times, Box::new(node.clone()), Box::new(times))
        }
        Node::Arithmetic(operator, a, b) => Node::Arithmetic(*operator, inner(a), inner(b)),
        Node::PartOf(a, b) => Node::PartOf(inner(a), inner(b)),
        Node::Rounded(a, rounding) => Node::Rounded(inner(a), rounding.clone()),
        Node::Extreme(greater, a, b) => Node::Extreme(*greater, inner(a), inner(b)),
        Node::Const(_)
        | Node::Measure(_)
        | Node::Fact(_)
        | Node::Level(_)
        | Node::Baseline(_)
        | Node::DaysInPeriod
        | Node::Series(_)
        | Node::Past(_)
        | Node::Total(_) => node.clone(),
    }
}
