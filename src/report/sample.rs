//! One small evaluation for the tests of this stage, built by hand.
//!
//! Fee GBP 55,020.00; 93 of 120 resolved first time are 77.50 %; the scale
//! pays 0 % at 75.5 % and 3 % at 80 %: 3 % × 2 / 4.5 × 55,020 = GBP 733.60.
//! Of 140 contacts 5 are outside the set, 2 undecided and 13 left out by a clause.

use std::collections::BTreeMap;

use super::{Evaluation, View, view};
use crate::assess::assess;
use crate::contract::{
    Amount, Bound, Charge, ChargeKind, Commitment, Contract, DatedLevel, Formula, IfNone, Level, Levels,
    Measure, MeasureKind, MoneyRounding, Node, Pay, Row, SetRef, Value,
};
use crate::measured::{Cell, CellKey, FileTotals, Measured, Role, Segment, TableTotals, Tally};
use crate::reading;
use crate::settle::settle;
use crate::value::{Currency, Date, Mode, PeriodLength, Quantity, Ratio, Rounding, Schedule, Unit, Zone};

pub fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn gbp() -> Currency {
    Currency::from_code("GBP").unwrap()
}

fn formula(value: Quantity, text: &str) -> Formula {
    Formula { unit: value.unit, node: Node::Const(value), text: text.into() }
}

pub fn contract() -> Contract {
    let cent = Rounding { step: ratio("0.01"), mode: Mode::HalfUp };
    let fee = formula(Quantity::new(ratio("55020"), Unit::Money(gbp())), "GBP 55,020.00");
    let charge = Charge {
        name: "fee".into(),
        label: "Monthly fee".into(),
        clause: Some("3.1".into()),
        kind: ChargeKind::Formula(fee),
        riders: Default::default(),
        invoiced: true,
        text: "GBP 55,020.00".into(),
    };
    Contract {
        title: "Northwind | customer support".into(),
        client: "Northwind Retail plc".into(),
        vendor: "HelpCo Outsourcing Ltd".into(),
        zone: Zone::new("Europe/London").unwrap(),
        currency: gbp(),
        schedule: Schedule {
            length: PeriodLength::Monthly,
            start_day: 1,
            start_month: 1,
            from: Date::new(2026, 1, 1).unwrap(),
            to: Date::new(2026, 12, 31).unwrap(),
        },
        rounding: MoneyRounding { rounding: cent.clone(), each_line: true },
        calendars: BTreeMap::new(),
        tables: BTreeMap::new(),
        sets: BTreeMap::new(),
        measures: BTreeMap::from([
            ("fcr".to_string(), measure("fcr", "Resolved at first contact", Some(cent.clone()))),
            ("calls".to_string(), measure("calls", "Resolved on the phone", Some(cent))),
        ]),
        facts: BTreeMap::new(),
        charges: BTreeMap::from([("fee".to_string(), charge)]),
        baselines: Default::default(),
        pools: BTreeMap::new(),
        commitments: BTreeMap::from([("fcr".to_string(), commitment())]),
        conversion: None,
        gates: Vec::new(),
        caps: Vec::new(),
        rights: Vec::new(),
        history: Default::default(),
        maturity: Default::default(),
        remedies: Default::default(),
        series: BTreeMap::new(),
        charge_backs: Vec::new(),
        examples: Vec::new(),
        registers: Default::default(),
        governance: Default::default(),
        accepted: Vec::new(),
        defaults: vec!["a missing value leaves a condition undecided".into()],
        amended: Vec::new(),
    }
}

fn measure(name: &str, label: &str, round: Option<Rounding>) -> Measure {
    let contacts = SetRef {
        name: "contacts".into(),
        table: "interactions".into(),
        conditions: Vec::new(),
        exclusions: Vec::new(),
        dated_by: "started_at".into(),
        later: 0,
        portions: Default::default(),
    };
    Measure {
        name: name.into(),
        label: label.into(),
        clause: Some("4.1".into()),
        nature: crate::contract::Nature::Outcome,
        dimension: None,
        kind: MeasureKind::Share {
            key: None,
            of: contacts,
            condition: Row::Const(Value::YesNo(true)),
            not_above: Vec::new(),
            not_below: Vec::new(),
        },
        by: Vec::new(),
        round,
        sample: None,
        if_none: IfNone::NotMeasured,
        if_not_reported: IfNone::NotMeasured,
        matured_only: false,
        shown_in: None,
        unit: Unit::Percent,
        text: "share of contacts where resolved".into(),
        span: Default::default(),
    }
}

/// Levels that hold the whole term.
fn levels(target: Level, minimum: Level) -> Levels {
    let dated = |level: Level| {
        let Level { bound, value } = level;
        let (unit, text) = (value.unit, value.to_string());
        vec![DatedLevel {
            from: None,
            bound,
            value: Formula { node: Node::Const(value), unit, text },
            allowed: None,
        }]
    };
    Levels { target: dated(target), minimum: dated(minimum), moves: Vec::new() }
}

fn commitment() -> Commitment {
    let level =
        |value: &str| Level { bound: Bound::AtLeast, value: Quantity::new(ratio(value), Unit::Percent) };
    let node = Node::Charge("fee".into());
    let percent = |level: &str, percent: &str| (ratio(level), Amount::Percent(ratio(percent)));
    Commitment {
        name: "fcr".into(),
        label: "Resolved at first contact".into(),
        clause: Some("6.1".into()),
        measure: "fcr".into(),
        each: false,
        target: Some(level("75")),
        allowed: None,
        minimum: Some(level("68")),
        multipliers: Vec::new(),
        provisional: None,
        levels: levels(level("75"), level("68")),
        unpaid: Vec::new(),
        proofs: Default::default(),
        pays: vec![Pay::Scale {
            base: Some(Formula { node, unit: Unit::Money(gbp()), text: "fee".into() }),
            points: vec![percent("70", "-4"), percent("74.5", "0"), percent("75.5", "0"), percent("80", "3")],
        }],
        span: Default::default(),
    }
}

/// January with 60 of 100, February with 93 of 120 and 2 contacts still open.
fn measured() -> Measured {
    let cell = |above: u64, below: u64| Cell {
        above: Ratio::whole(above),
        below: Ratio::whole(below),
        tallies: vec![Tally {
            set: "contacts".into(),
            table: "interactions".into(),
            role: Role::Both,
            records: below + 20,
            outside: 5,
            unknown: 2,
            excluded: BTreeMap::from([("clause 4.2".to_string(), 13)]),
            counted: below,
            above,
            undecided: 1,
            ..Tally::default()
        }],
        ..Cell::default()
    };
    let key = |period| CellKey { period, segment: Segment::whole() };
    let open =
        |cell: Cell| Cell { open: 2, final_from: Some(crate::value::Instant(1_773_000_000_000_000)), ..cell };
    let file = FileTotals { path: "data/calls.csv".into(), rows: 270, bytes: 9, sha256: "ab".into() };
    let table = TableTotals {
        files: vec![file],
        read: 270,
        accepted: 260,
        rejected: BTreeMap::from([("not a date".to_string(), 3)]),
        duplicates: 7,
        ..TableTotals::default()
    };
    let cells = || BTreeMap::from([(key(0), cell(60, 100)), (key(1), open(cell(93, 120)))]);
    Measured {
        cells: BTreeMap::from([("fcr".to_string(), cells()), ("calls".to_string(), cells())]),
        tables: BTreeMap::from([("interactions".to_string(), table)]),
        ..Measured::default()
    }
}

/// January and February, seen through all stages.
pub fn sample() -> View {
    complete_to(None)
}

/// The same from a data book that says up to when its data is complete.
pub fn complete_to(complete_to: Option<crate::value::Instant>) -> View {
    let contract = contract();
    let periods: Vec<_> = contract.schedule.periods(&contract.zone).into_iter().take(2).collect();
    let measured = measured();
    let readings = reading::of(&contract, &periods, &measured);
    let assessment = assess(&contract, &readings);
    let settlement = settle(&contract, &readings, &assessment);
    view(&Evaluation {
        contract: &contract,
        readings: &readings,
        assessment: &assessment,
        settlement: &settlement,
        measured: Some(&measured),
        complete_to,
        corrections: &[],
        posting: None,
        still_provisional: &[],
        as_of: None,
        periods: 0..2,
    })
}
