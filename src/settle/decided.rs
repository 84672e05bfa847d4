//! What people decided, as it bears on one period: corrections in money, and
//! the sentences of the statement that say which rows of a register applied.

use crate::contract::{Contract, PaySide, ReliefEffect};
use crate::measured::{Adjustment, Relief, Segment};
use crate::reading::Readings;
use crate::value::{Period, Quantity, Ratio, Unit};

use super::desk::Desk;
use super::due::Due;
use super::statement::Statement;
use super::{Ledger, Line, LineKind};

/// Approved corrections in money: own lines, after caps and gates.
pub(super) fn corrections(desk: &Desk<'_>, statement: &mut Statement) {
    let Some(disputes) = &desk.contract.governance.disputes else { return };
    let Some(period) = desk.readings.periods.get(desk.period) else { return };
    let rows = desk.readings.registers.adjustments.iter().filter(|row| row.is_approved());
    let mut number = 0;
    for row in rows {
        let here = row.period.is_some_and(|day| period.first <= day && day <= period.last);
        let Some(amount) = row.amount.as_ref().filter(|_| here && row.action.as_deref() == Some("pay"))
        else {
            continue;
        };
        number += 1;
        let mut trace = desk.trace(|| format!("adjustments: {}", row.named()));
        trace.step(|| desk.money(amount));
        let exact = amount.clone();
        let amount = desk.rounded(&exact, &mut trace);
        let side = if amount.is_negative() { PaySide::Penalty } else { PaySide::Bonus };
        let line = statement.lines.len();
        statement.dues.push(Due::new(line, None, side, amount.abs()));
        statement.lines.push(Line {
            id: format!("correction.{number}"),
            kind: if side == PaySide::Penalty { LineKind::Penalty } else { LineKind::Bonus },
            label: format!("correction {}", row.named()),
            clause: row.clause.clone().or_else(|| disputes.clause.clone()),
            exact,
            amount,
            ..Line::blank(trace)
        });
    }
}

/// Which rows of the registers applied to a period and which did not, and why.
pub(super) fn sentences(contract: &Contract, readings: &Readings, ledger: &Ledger) -> Vec<String> {
    let Some(period) = readings.periods.get(ledger.period) else { return Vec::new() };
    let about = About { contract, readings, period, at: ledger.period };
    let mut all = about.relief();
    all.extend(about.adjustments());
    if let (Some(other), Some(disputes)) = (&ledger.otherwise, &contract.governance.disputes) {
        let money = |value: &Ratio| Quantity::new(value.clone(), Unit::Money(contract.currency)).to_string();
        let (paid, other) = (money(&ledger.total), money(other));
        all.push(match disputes.left_out {
            true => format!("{paid} is paid, with disputed records left out; with them it would be {other}"),
            false => {
                format!("{paid} is paid, with disputed records as counted; without them it would be {other}")
            }
        });
    }
    all
}

struct About<'a> {
    contract: &'a Contract,
    readings: &'a Readings,
    period: &'a Period,
    at: usize,
}

impl About<'_> {
    fn relief(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (at, clause) in self.contract.governance.reliefs.iter().enumerate() {
            for row in self.readings.registers.relief.iter().filter(|row| self.touches(row)) {
                let named = row.named();
                let fault = row.fault(clause.by.is_some(), &self.contract.zone);
                let says = match (row.meets.contains(&at), fault, &clause.effect) {
                    (false, _, _) => "is not approved: it changes nothing".to_string(),
                    (_, Some(fault), _) => format!("is not applied: {fault}"),
                    (_, _, ReliefEffect::Excuses(_)) => {
                        format!("may excuse {}", clause.on.join(", "))
                    }
                    (..) => self.taken(self.readings, &format!("{}: {named}", clause.because)),
                };
                found.push(format!("{}: {named} {says}", clause.because));
            }
        }
        found
    }

    /// Whether a row may bear on this period.
    fn touches(&self, row: &Relief) -> bool {
        let span = row.span(&self.contract.zone);
        span.is_none_or(|(from, to)| from < self.period.end && self.period.start < to)
    }

    /// `takes 300 records out of resolved_first_time`
    fn taken(&self, readings: &Readings, reason: &str) -> String {
        let whole = Segment::whole();
        let count = |name: &String| -> Option<u64> {
            let reading = readings.get(name, self.at, &whole)?;
            reading.tallies.iter().filter_map(|tally| tally.excluded.get(reason)).max().copied()
        };
        let parts = readings.measures.keys().filter_map(|name| Some((count(name)?, name)));
        let parts: Vec<String> = parts
            .map(|(n, name)| format!("{n} record{} out of {name}", if n == 1 { "" } else { "s" }))
            .collect();
        match parts.is_empty() {
            true => "takes no record out".to_string(),
            false => format!("takes {}", parts.join(", ")),
        }
    }

    fn adjustments(&self) -> Vec<String> {
        let Some(disputes) = &self.contract.governance.disputes else { return Vec::new() };
        let rows = self.readings.registers.adjustments.iter();
        rows.filter_map(|row| Some(format!("{} {}", row.named(), self.adjusted(row, disputes.left_out)?)))
            .collect()
    }

    fn adjusted(&self, row: &Adjustment, left_out: bool) -> Option<String> {
        let here = row.period.is_none_or(|day| self.period.first <= day && day <= self.period.last);
        let struck = |word: &str, readings: &Readings| {
            let taken = self.taken(readings, &format!("{word}: {}", row.named()));
            (taken != "takes no record out").then_some(taken)
        };
        if row.is_open() {
            let way = if left_out { "left out until settled" } else { "paid as counted" };
            let readings = match (left_out, &self.readings.disputed) {
                (false, Some(other)) => other,
                _ => self.readings,
            };
            let taken = struck("in dispute", readings)?;
            return Some(format!("is in dispute, {way}: leaving it out {taken}"));
        }
        if !row.is_approved() {
            return here.then(|| "is not approved: it changes nothing".to_string());
        }
        match row.action.as_deref() {
            Some("exclude") => struck("corrected", self.readings),
            Some("include") => here.then(|| "puts its record in".to_string()),
            Some("count as met") => here.then(|| "counts its record as met".to_string()),
            Some("pay" | "choose") => None,
            _ => here.then(|| {
                "is not applied: its action is none of exclude, include, count as met, pay, choose"
                    .to_string()
            }),
        }
    }
}
