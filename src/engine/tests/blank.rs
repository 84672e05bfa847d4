//! A contract with nothing but a head and tables.

use super::*;

pub(super) fn contract(zone: &Zone, to: &str, tables: impl Iterator<Item = Table>) -> Contract {
    let rounding = Rounding { step: ratio("0.01"), mode: Mode::HalfUp };
    Contract {
        title: "test".into(),
        client: "client".into(),
        vendor: "vendor".into(),
        zone: zone.clone(),
        currency: Currency::from_code("GBP").unwrap(),
        schedule: Schedule {
            length: PeriodLength::Monthly,
            start_day: 1,
            start_month: 1,
            from: date("2026-01-01"),
            to: date(to),
        },
        rounding: MoneyRounding { rounding, each_line: true },
        calendars: BTreeMap::new(),
        tables: tables.map(|table| (table.name.clone(), table)).collect(),
        sets: BTreeMap::new(),
        measures: BTreeMap::new(),
        facts: BTreeMap::new(),
        charges: BTreeMap::new(),
        baselines: Default::default(),
        pools: BTreeMap::new(),
        commitments: BTreeMap::new(),
        conversion: None,
        gates: Vec::new(),
        caps: Vec::new(),
        rights: Vec::new(),
        remedies: Default::default(),
        maturity: Default::default(),
        history: Default::default(),
        series: Default::default(),
        charge_backs: Vec::new(),
        examples: Vec::new(),
        registers: Default::default(),
        governance: Default::default(),
        accepted: Vec::new(),
        defaults: Vec::new(),
        amended: Vec::new(),
    }
}
