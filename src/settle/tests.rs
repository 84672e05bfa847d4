//! Contracts from text, readings from `name = value`, and what comes out.

mod limits;
mod regimes;
mod shapes;

use crate::assess::{Assessment, assess};
use crate::contract::Contract;
use crate::reading::{Readings, given};
use crate::settle::{Ledger, Line, Settlement, settle};
use crate::value::Ratio;

/// The contract of these clauses in US dollars, by the month of 2026.
#[track_caller]
pub(crate) fn contract(clauses: &str) -> Contract {
    contract_in("USD", "on each line", clauses)
}

#[track_caller]
pub(crate) fn contract_in(currency: &str, lines: &str, clauses: &str) -> Contract {
    let head = format!(
        "contract \"t\" {{ client \"A\"; vendor \"B\"; term 2026-01-01 to 2026-12-31; timezone \"UTC\"; \
         currency {currency}; periods monthly; rounding money to 0.01 half up {lines} }}\n"
    );
    let source = meed_grammar::Source::new("t", head + clauses);
    let parsed = meed_grammar::parse(&source);
    assert_eq!(parsed.diagnostics, [], "{clauses}");
    let (contract, found) = crate::check::contract(&parsed.tree);
    contract.unwrap_or_else(|| panic!("{found:#?}"))
}

/// One or more settled periods.
pub(crate) struct Settled {
    pub readings: Readings,
    pub assessment: Assessment,
    pub settlement: Settlement,
}

/// Settles the first periods of the term: one text a period, `a = 77.5%; b[queue] = 15 of 17; c = not measured`.
#[track_caller]
pub(crate) fn settled(contract: &Contract, periods: &[&str]) -> Settled {
    let all = contract.schedule.periods(&contract.zone);
    let chosen = &all[..periods.len()];
    let mut csv = "measure,segment,period,value,numerator,denominator,status\n".to_string();
    for (period, text) in chosen.iter().zip(periods) {
        for row in text.split(';').filter(|row| !row.trim().is_empty()) {
            let (name, value) = row.split_once('=').unwrap();
            let (name, segment) =
                name.trim().trim_end_matches(']').split_once('[').unwrap_or((name.trim(), ""));
            let (name, value) = (format!("\"{name}\",{segment}"), value.trim());
            let ruled = value.starts_with("not m") || value.starts_with("exc");
            csv += &match value.split_once(" of ").filter(|_| !ruled) {
                Some((above, below)) => format!("{name},{period},,{above},{below},\n"),
                None if ruled => format!("{name},{period},,,,{value}\n"),
                None => format!("{name},{period},\"{value}\",,,\n"),
            };
        }
    }
    let readings = given(&csv, contract, chosen).unwrap_or_else(|errors| panic!("{csv}{errors:#?}"));
    let assessment = assess(contract, &readings);
    let settlement = settle(contract, &readings, &assessment);
    Settled { readings, assessment, settlement }
}

impl Settled {
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.settlement.periods[0]
    }

    #[track_caller]
    pub(crate) fn line(&self, id: &str) -> &Line {
        let lines = &self.ledger().lines;
        let ids: Vec<&str> = lines.iter().map(|line| line.id.as_str()).collect();
        lines.iter().find(|line| line.id == id).unwrap_or_else(|| panic!("no {id} in {ids:?}"))
    }
}

pub(crate) fn ratio(text: &str) -> Ratio {
    text.replace(',', "").parse().unwrap()
}

/// Checks the amounts of lines, or of `charges`, `bonuses`, `penalties`, `points` and `total`.
#[track_caller]
pub(crate) fn check(contract: &Contract, given: &str, want: &[(&str, &str)]) {
    let settled = settled(contract, &[given]);
    conserved(settled.ledger());
    for (id, want) in want {
        let ledger = settled.ledger();
        let got = match *id {
            "charges" => &ledger.charges,
            "bonuses" => &ledger.bonuses,
            "penalties" => &ledger.penalties,
            "points" => &ledger.points,
            "total" => &ledger.total,
            id => &settled.line(id).amount,
        };
        assert_eq!(*got, ratio(want), "{given}: {id}\n{}", text(contract, &settled));
    }
}

pub(crate) fn text(contract: &Contract, settled: &Settled) -> String {
    super::settlement_text(contract, &settled.readings, &settled.settlement)
}

/// The total is the sum of its lines, and never more than a side's lines say.
#[track_caller]
pub(crate) fn conserved(ledger: &Ledger) {
    use super::LineKind as Kind;
    let summed = |line: &&Line| !matches!(line.kind, Kind::Base | Kind::Pool | Kind::Points | Kind::Cash);
    let sum: Ratio = ledger.lines.iter().filter(summed).map(|line| line.amount.clone()).sum();
    assert_eq!(sum, ledger.total, "lines and total");
    assert!(!ledger.penalties.is_negative() && !ledger.bonuses.is_negative());
}
