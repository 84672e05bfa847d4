//! The settlement as text: the golden output of this stage, with every
//! amount's derivation below it.

use crate::contract::Contract;
use crate::reading::Readings;
use crate::value::{Quantity, Ratio, Unit};

use super::{Ledger, Line, LineKind, Settlement};

/// All periods, every line with its working, then the totals.
///
/// ```text
/// period 2026-03
///   penalty.fcr                              -GBP 124.00  clause 6.1
///     penalty 1% of fee for each full step below 90.01%
///     88.24% is 1.77 points below 90.01%; full steps of 1 point: 1
/// ```
#[must_use]
pub fn settlement_text(contract: &Contract, readings: &Readings, settlement: &Settlement) -> String {
    let mut lines = Vec::new();
    for ledger in &settlement.periods {
        let label = readings.periods.get(ledger.period).map_or("", |period| period.label.as_str());
        let provisional = if ledger.provisional { ", provisional" } else { "" };
        lines.push(format!("period {label}{provisional}"));
        lines.extend(ledger.lines.iter().flat_map(|line| entry(contract, line)));
        lines.extend(totals(contract, ledger));
    }
    lines.join("\n") + "\n"
}

fn money(contract: &Contract, amount: &Ratio) -> String {
    Quantity::new(amount.clone(), Unit::Money(contract.currency)).to_string()
}

fn entry(contract: &Contract, line: &Line) -> Vec<String> {
    let amount = match line.kind {
        LineKind::Points => Quantity::new(line.amount.clone(), Unit::Points).to_string(),
        _ => money(contract, &line.amount),
    };
    let clause = line.clause.as_ref().map_or_else(String::new, |clause| format!("  clause {clause}"));
    let informs = match line.kind {
        LineKind::Base | LineKind::Pool | LineKind::Cash => "  (not summed)",
        _ => "",
    };
    let mut out = vec![format!("  {:<40}  {amount:>18}{clause}{informs}", line.id)];
    let trace = &line.trace;
    let rule = Some(&trace.rule).filter(|rule| !rule.is_empty());
    out.extend(rule.map(|rule| format!("    {rule}")));
    out.extend(
        trace.inputs.iter().map(|input| format!("    {}: {} [{}]", input.name, input.shown, input.source)),
    );
    out.extend(trace.steps.iter().map(|step| format!("    {step}")));
    out.extend(trace.rounding.iter().map(|rounding| format!("    rounded: {rounding}")));
    out.extend(trace.limits.iter().map(|limit| format!("    {limit}")));
    out
}

fn totals(contract: &Contract, ledger: &Ledger) -> Vec<String> {
    let row = |name: &str, amount: String| format!("  {name:<40}  {amount:>18}");
    let mut rows = Vec::new();
    if ledger.lines.iter().any(|line| line.kind == LineKind::Points) {
        rows.push(row("points", Quantity::new(ledger.points.clone(), Unit::Points).to_string()));
    }
    if !ledger.earned_back.is_zero() {
        rows.push(row("earned back", money(contract, &ledger.earned_back)));
    }
    if !ledger.corrections.is_zero() {
        rows.push(row("corrections", money(contract, &ledger.corrections)));
    }
    for (name, amount) in [
        ("charges", &ledger.charges),
        ("bonuses", &ledger.bonuses),
        ("penalties", &-ledger.penalties.clone()),
        ("total", &ledger.total),
    ] {
        rows.push(row(name, money(contract, amount)));
    }
    rows
}
